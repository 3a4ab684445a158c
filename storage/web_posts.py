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


def put(session: Session, account: str, card: dict[str, Any]) -> int:
    """Stores a card for that account and returns its id; later ones have higher ids."""
    post = WebPost(account=account, card=card)
    session.add(post)
    session.flush()
    assert post.id is not None
    return post.id


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
