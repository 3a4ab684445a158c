"""What the bot sent to people on the web page by itself, where their pages fetch it; and who those people are."""

from typing import Any

from sqlalchemy import JSON, func
from sqlmodel import Field, Session, SQLModel, col, select

from storage.people import Address, Person

CHANNEL = "web"


class WebPost(SQLModel, table=True):
    """A card that arrived on somebody's page. ``account`` is the page's id of the person."""

    __tablename__ = "web_post"
    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(index=True)
    card: dict[str, Any] = Field(sa_type=JSON)
    #: Which change of any post was the last of this one; None where it is as it came.
    revision: int | None = Field(default=None, index=True)


def put(session: Session, account: str, card: dict[str, Any]) -> int:
    """Stores a card for that account and returns its id; later ones have higher ids."""
    post = WebPost(account=account, card=card)
    session.add(post)
    session.flush()
    assert post.id is not None
    return post.id


def change(session: Session, account: str, post_id: int, card: dict[str, Any]) -> bool:
    """Puts a card in the place of the one that account was shown; returns whether there is one."""
    post = session.get(WebPost, post_id)
    if post is None or post.account != account:
        return False
    if post.card != card:
        post.card, post.revision = card, (session.exec(select(func.max(WebPost.revision))).one() or 0) + 1
        session.add(post)
    return True


def changed(session: Session, account: str, last_id: int, last_revision: int, most: int) -> list[WebPost]:
    """The account's posts up to that one which were changed after that revision, in the order of their changes."""
    return list(
        session.exec(
            select(WebPost)
            .where(WebPost.account == account, col(WebPost.id) <= last_id, col(WebPost.revision) > last_revision)
            .order_by(col(WebPost.revision))
            .limit(most)
        )
    )


def after(session: Session, account: str, last_id: int, most: int) -> list[WebPost]:
    """The account's posts after that one, the oldest first.

    A page that was open while the database was made anew asks for ids that do not exist yet: it gets them all.
    """
    newest = session.exec(select(func.max(WebPost.id))).one() or 0
    seen = last_id if last_id <= newest else 0
    return list(
        session.exec(
            select(WebPost)
            .where(WebPost.account == account, col(WebPost.id) > seen)
            .order_by(col(WebPost.id))
            .limit(most)
        )
    )


def language_of(session: Session, account: str) -> str | None:
    """The language that the person behind the account has chosen, if any."""
    return session.exec(
        select(Person.language)
        .join(Address, col(Address.person_id) == Person.id)
        .where(Address.channel == CHANNEL, Address.account == account)
    ).first()


def met(session: Session, prefix: str) -> int:
    """How many people have come with an account that begins so."""
    return session.exec(
        select(func.count())
        .select_from(Address)
        .where(Address.channel == CHANNEL, col(Address.account).startswith(prefix, autoescape=True))
    ).one()
