"""Workspaces: where the bot was installed by somebody's consent, and the sealed token that the consent gave."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime


class Workspace(SQLModel, table=True):
    """A workspace of a channel's. ``sealed_token`` is sealed under a key that is not in the database, so that a backup
    holds no token; it is None where the bot was removed."""

    __table_args__ = (UniqueConstraint("channel", "tenant"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    tenant: str
    #: The bot's own account there.
    bot_account: str = ""
    sealed_token: bytes | None = None
    installed_at: datetime = Field(sa_type=UtcDateTime)


def find(session: Session, channel: str, tenant: str) -> Workspace | None:
    """A workspace where the bot is now; None where it never was, or was removed."""
    statement = select(Workspace).where(Workspace.channel == channel, Workspace.tenant == tenant)
    return session.exec(statement.where(col(Workspace.sealed_token).is_not(None))).first()


def install(
    session: Session, channel: str, tenant: str, bot_account: str, sealed_token: bytes, machine_now: datetime
) -> None:
    """Keeps what an installation gave, in the place of what an earlier one did."""
    statement = select(Workspace).where(Workspace.channel == channel, Workspace.tenant == tenant)
    row = session.exec(statement).first() or Workspace(channel=channel, tenant=tenant, installed_at=machine_now)
    row.sqlmodel_update({"bot_account": bot_account, "sealed_token": sealed_token, "installed_at": machine_now})
    session.add(row)
    session.flush()


def remove(session: Session, channel: str, tenant: str) -> None:
    """The bot was removed there: its token is worth nothing any more, and is not kept."""
    row = find(session, channel, tenant)
    if row is not None:
        row.sealed_token = None
        session.add(row)
        session.flush()
