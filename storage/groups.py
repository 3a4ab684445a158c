"""Groups: the group chats and teams' channels that the bot is in, and where each is reached."""

from sqlalchemy import UniqueConstraint, and_, literal, or_, update
from sqlmodel import Field, Session, SQLModel, col, select

from storage.people import Address
from storage.refusals import Refused


class Group(SQLModel, table=True):
    """A group chat or a team's channel that the bot is in: where it is, and what people call it.

    ``gone_reason`` is set when the bot was removed from it.
    """

    __tablename__ = "conversation_group"
    __table_args__ = (UniqueConstraint("channel", "tenant", "conversation"),)
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    tenant: str = ""
    conversation: str
    service_url: str
    bot_account: str = ""
    #: Of a channel its team's id and name, and its own name; a group chat has none that the platform tells.
    team_id: str = Field(default="", index=True)
    team: str = ""
    name: str = ""
    gone_reason: str | None = None
    #: Whose leaders may write there.
    programme_key: str = Field(default="", foreign_key="programme.key", index=True)

    @property
    def is_whole_team(self) -> bool:
        """Whether what happened here happened to the team, not to one of its channels."""
        return bool(self.team_id) and not self.name


def join(session: Session, group: Group, programme_key: str) -> bool:
    """Keeps where a group is and what it is called now; True where the bot was not in it before. A new one is the
    programme's from then on."""
    found = _find(session, group)
    if found is None:
        group.programme_key = programme_key
        session.add(group)
        session.flush()
        return True
    was_gone = found.gone_reason is not None
    told = {"service_url": group.service_url, "bot_account": group.bot_account, "gone_reason": None}
    told |= {name: value for name in ("team_id", "team", "name") if (value := getattr(group, name))}
    found.sqlmodel_update(told)
    session.add(found)
    if group.is_whole_team and group.team:
        _rename(session, group)
    return was_gone


def leave(session: Session, group: Group, reason: str) -> None:
    """The bot was removed from a group, or the group was deleted; a whole team's channels where it was all of it."""
    which = and_(
        col(Group.channel) == group.channel,
        col(Group.tenant) == group.tenant,
        or_(
            col(Group.conversation) == group.conversation,
            and_(col(Group.team_id) == group.team_id, literal(group.is_whole_team)),
        ),
    )
    session.execute(update(Group).where(which).values(gone_reason=reason))


def every(session: Session, programme_key: str) -> list[Group]:
    """The teams' channels where the bot is now for this programme, by name: what may be written to.

    A group chat is none of them: its name is nobody's business but its members', and no leader writes there unasked.
    """
    there = select(Group).where(
        Group.programme_key == programme_key, col(Group.gone_reason).is_(None), Group.team_id != ""
    )
    return list(session.exec(there.order_by(Group.team, Group.name, Group.conversation)))


def get(session: Session, programme_key: str, key: int) -> Group:
    """One of the programme's. Raises Refused where there is none, or the bot is not in it any more."""
    found = next((group for group in every(session, programme_key) if group.id == key), None)
    if found is None:
        raise Refused("refused.group.gone")
    return found


def told(session: Session, key: int) -> Group:
    """A group that was written to once, whether or not the bot is still there."""
    return session.get_one(Group, key)


def address_of(session: Session, group: Group) -> Address:
    """Where a group is reached: an address that is nobody's, as fresh as what is known of the group."""
    statement = select(Address).where(
        Address.channel == group.channel, Address.tenant == group.tenant, Address.account == group.conversation
    )
    lane = f"{group.channel}:{group.tenant}" if group.tenant else group.channel
    address = session.exec(statement).first() or Address(
        channel=group.channel, tenant=group.tenant, account=group.conversation, lane=lane, conversation=""
    )
    fresh = {"service_url": group.service_url, "conversation": group.conversation, "bot_account": group.bot_account}
    address.sqlmodel_update(fresh | {"gone_reason": group.gone_reason})
    session.add(address)
    session.flush()
    return address


def _rename(session: Session, group: Group) -> None:
    """A team's new name is that of all its channels."""
    same_team = and_(
        col(Group.channel) == group.channel, col(Group.tenant) == group.tenant, col(Group.team_id) == group.team_id
    )
    session.execute(update(Group).where(same_team).values(team=group.team))


def _find(session: Session, group: Group) -> Group | None:
    statement = select(Group).where(
        Group.channel == group.channel, Group.tenant == group.tenant, Group.conversation == group.conversation
    )
    return session.exec(statement).first()
