"""Amendments: what was sent is changed where it arrived, because it was corrected or recalled.

Each row of a broadcast that arrived gets a second row of the outbox, which changes it to how it is to read now; there
is never more than one for each, so that two changes of one message cannot overtake each other. Nothing is missed: an
attempt that had begun when it was decided arrives later, with the old text. So the rows are gone through again until
none of them is on the wire, and once more after every attempt that could have begun without knowing of it is over.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, String, and_, case, cast, false, func, literal, null, or_
from sqlalchemy import select as select_columns
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased
from sqlmodel import Field, Session, SQLModel, col, select, update

from storage import email_addresses, lanes, outbox, stops
from storage.announcements import Announcement
from storage.broadcasts import CHUNK, Broadcast
from storage.database import UtcDateTime, locked, machine_clock
from storage.outbox import FIRST, Kind, Message, OutboxRow, Status
from storage.people import Address, Person
from storage.refusals import Refused

LONGEST_REASON = 500
#: Channels on which nothing can be changed once it arrived.
FINAL = (email_addresses.CHANNEL,)
#: Why something could not be changed: it is an e-mail, or the platform does not let it be changed.
BY_EMAIL, CANNOT_EDIT = "by_email", "cannot_edit"
#: Seconds after a decision by which every attempt has ended that began without knowing of it: longer than any lease.
SETTLED = 60.0
#: Seconds between looks at what was on the wire.
PAUSE = 2.0


class Amendment(SQLModel, table=True):
    """A decision that what a broadcast told reads otherwise, or is withdrawn; never deleted. ``next_at`` is when its
    rows are looked at, by the machine's clock; None when that is over."""

    id: int | None = Field(default=None, primary_key=True)
    broadcast_id: int = Field(foreign_key="broadcast.id", index=True)
    kind: Kind = Field(sa_type=String)
    #: What it reads now, and what it read before.
    message_id: int = Field(foreign_key="message.id")
    before_id: int = Field(foreign_key="message.id")
    #: What those get whose message cannot be changed; None where that is nothing.
    resent_id: int | None = Field(default=None, foreign_key="message.id")
    #: What was corrected, or why it was recalled.
    said: str
    decided_by: int = Field(foreign_key="person.id")
    decided_at: datetime = Field(sa_type=UtcDateTime)
    #: Another came after it: what it says is sent no more.
    is_replaced: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    next_at: float | None = Field(default=None, sa_type=Float, index=True)
    settles_at: float
    #: The last of the broadcast's rows that was looked at, and whether any of them was on the wire.
    cursor: int = Field(default=0, sa_type=BigInteger)
    is_busy: bool = False


@dataclass(frozen=True)
class Tally:
    """How far an amendment has come. ``had`` = ``changed`` + ``resent`` + ``waiting`` + the sum of ``failed``; who may
    have it after all (``uncertain``) is counted beside that."""

    had: int
    uncertain: int
    changed: int
    resent: int
    waiting: int
    failed: dict[str, int]


def of(session: Session, announcement: Announcement) -> list[Amendment]:
    """Everything that was decided about an announcement after it was sent, the oldest first."""
    statement = select(Amendment).where(Amendment.broadcast_id == announcement.broadcast_id)
    return list(session.exec(statement.order_by(col(Amendment.id))))


def reached(session: Session, announcement: Announcement) -> tuple[int, int]:
    """How many have got an announcement, and how many of them where it cannot be changed."""
    final = func.coalesce(func.sum(case((col(Address.channel).in_(FINAL), 1), else_=0)), 0)
    statement = select_columns(func.count(), final).select_from(OutboxRow)
    statement = statement.outerjoin(Address, col(Address.id) == OutboxRow.address_id)
    arrived = (col(OutboxRow.broadcast_id) == announcement.broadcast_id, col(OutboxRow.status) == Status.SENT)
    had, of_those = session.execute(statement.where(*arrived)).one()
    return had, int(of_those)


def recall_of(session: Session, announcement: Announcement) -> Amendment | None:
    """Its recall; None where it stands."""
    return next((one for one in of(session, announcement) if one.kind == Kind.RECALL), None)


def stands_for(session: Session, person: Person, announcement: Announcement) -> bool:
    """Whether it stands, and is this person's to know of: what others were told is theirs."""
    if announcement.recalled_at is not None:
        return False
    if announcement.audience is None and announcement.group_id is None:
        stopped = session.get_one(Broadcast, announcement.broadcast_id).stopped_at is not None
        return not stopped or stops.has_reached(session, person, announcement.broadcast_id or 0)
    got = select(OutboxRow.id).where(
        OutboxRow.broadcast_id == announcement.broadcast_id, OutboxRow.person_id == person.id
    )
    return session.exec(got.limit(1)).first() is not None


def must_stand(session: Session, acting: Person, announcement: Announcement) -> None:
    """Raises NotAllowed without the leader's role, Refused for what was not sent, and for what was recalled."""
    acting.must_be(session, "leader", announcement.programme_key)
    if announcement.sent_at is None:
        raise Refused("refused.amendment.unsent")
    if announcement.recalled_at is not None:
        raise Refused("refused.amendment.recalled")


def check_reason(reason: str) -> None:
    """Raises Refused for no reason, and for one that is too long."""
    if not reason:
        raise Refused("refused.recall.no_reason")
    if len(reason) > LONGEST_REASON:
        raise Refused("refused.recall.long_reason", length=len(reason), limit=LONGEST_REASON)


def recall(
    session: Session, acting: Person, announcement: Announcement, reason: str, message: Message, now: datetime
) -> Amendment:
    """Has nothing more of an announcement sent, and the message put in its place where it arrived.

    Raises NotAllowed without the leader's role, Refused for what was not sent or is recalled already, and for no
    reason.
    """
    must_stand(session, acting, announcement)
    check_reason(reason)
    broadcast = _broadcast(session, announcement)
    if broadcast.stopped_at is None:
        stops.end(session, acting, broadcast, now)
    announcement.recalled_at = now
    session.add(announcement)
    return _decide(session, acting, broadcast, Kind.RECALL, reason, message, None, now)


def correct(
    session: Session,
    acting: Person,
    announcement: Announcement,
    what: str,
    message: Message,
    resent: Message | None,
    now: datetime,
) -> Amendment:
    """Has the message put in the place of what was sent, and sent to those who wait still. ``resent`` is for those
    whose message cannot be changed. Raises as ``must_stand`` does; see storage/corrections.py."""
    must_stand(session, acting, announcement)
    return _decide(session, acting, _broadcast(session, announcement), Kind.CORRECTION, what, message, resent, now)


def due(session: Session) -> list[int]:
    """Amendments whose rows are to be looked at now, the oldest first."""
    rows = session.exec(
        select(Amendment.id).where(col(Amendment.next_at) <= machine_clock()).order_by(col(Amendment.id))
    )
    return [row for row in rows if row is not None]


def expand(session: Session, amendment_id: int) -> bool:
    """Has the next chunk of a broadcast's rows changed; returns whether more are left. Two processes at it change each
    row once."""
    statement = select(Amendment).where(Amendment.id == amendment_id).with_for_update(skip_locked=True)
    amendment: Amendment | None = session.exec(statement).first()
    if amendment is None or amendment.next_at is None:
        return False
    chunk = session.exec(
        select(OutboxRow.id)
        .where(OutboxRow.broadcast_id == amendment.broadcast_id, col(OutboxRow.id) > amendment.cursor)
        .order_by(col(OutboxRow.id))
        .limit(CHUNK)
    ).all()
    if chunk and not amendment.is_replaced:
        these = col(OutboxRow.id).between(chunk[0], chunk[-1]) & (col(OutboxRow.broadcast_id) == amendment.broadcast_id)
        _owe(session, amendment, these)
        amendment.is_busy = amendment.is_busy or _is_on_the_wire(session, amendment, these)
    session.add(amendment)
    if len(chunk) == CHUNK:
        amendment.cursor = chunk[-1] or 0
        return True
    _end_pass(session, amendment)
    return False


def look_again(session: Session, broadcast_ids: Collection[int]) -> None:
    """Something of these broadcasts arrived after all: the last amendment of each goes through the rows anew."""
    if broadcast_ids:
        last = (col(Amendment.broadcast_id).in_(broadcast_ids), col(Amendment.is_replaced).is_(False))
        session.execute(update(Amendment).where(*last).values(next_at=machine_clock(), cursor=0))


def tally(session: Session, amendment: Amendment) -> Tally:
    """How many had what it changes, and what became of that."""
    of_broadcast = col(OutboxRow.broadcast_id) == amendment.broadcast_id
    arrived = select_columns(col(OutboxRow.status), func.count()).where(of_broadcast, _is_old(amendment))
    before = {Status(status): count for status, count in session.execute(arrived.group_by(col(OutboxRow.status)))}
    after = select_columns(col(OutboxRow.status), col(OutboxRow.reason), col(OutboxRow.message_id), func.count())
    after = after.where(col(OutboxRow.amendment_id) == amendment.id)
    after = after.group_by(col(OutboxRow.status), col(OutboxRow.reason), col(OutboxRow.message_id))
    changed = resent = 0
    failed: dict[str, int] = {}
    for status, reason, message_id, count in session.execute(after):
        if status == Status.SENT and message_id == amendment.message_id:
            changed += count
        elif status == Status.SENT:
            resent += count
        elif status not in (Status.WAITING, Status.SENDING):
            why = reason or CANNOT_EDIT
            failed[why] = failed.get(why, 0) + count
    had = before.get(Status.SENT, 0)
    waiting = had - changed - resent - sum(failed.values())
    return Tally(had, before.get(Status.UNCERTAIN, 0), changed, resent, waiting, failed)


def _broadcast(session: Session, announcement: Announcement) -> Broadcast:
    statement = select(Broadcast).where(Broadcast.id == announcement.broadcast_id)
    found: Broadcast = session.exec(locked(session, statement)).one()
    return found


def _decide(
    session: Session,
    acting: Person,
    broadcast: Broadcast,
    kind: Kind,
    said: str,
    message: Message,
    resent: Message | None,
    now: datetime,
) -> Amendment:
    session.execute(
        update(Amendment).where(col(Amendment.broadcast_id) == broadcast.id).values(is_replaced=True, next_at=null())
    )
    clock = float(session.execute(select_columns(machine_clock())).scalar_one())
    assert broadcast.id is not None
    assert message.id is not None
    amendment = Amendment(
        broadcast_id=broadcast.id,
        kind=kind,
        message_id=message.id,
        before_id=broadcast.message_id,
        resent_id=resent.id if resent else None,
        said=said,
        decided_by=acting.identity,
        decided_at=now,
        next_at=clock,
        settles_at=clock + SETTLED,
    )
    if kind == Kind.CORRECTION:
        # Whoever waits gets this one: see claims.claim and claims.begin_attempt.
        broadcast.message_id = _for_who_waits(session, broadcast, message).id or 0
        session.add(broadcast)
    session.add(amendment)
    session.flush()
    session.info["owes"] = True
    return amendment


def _for_who_waits(session: Session, broadcast: Broadcast, corrected: Message) -> Message:
    """The corrected text as an announcement of its own. What changes one that arrived may be made again and is never
    held; who has nothing yet is sent it once, when and if they would have been sent the one before."""
    before = session.get_one(Message, broadcast.message_id)
    return outbox.write(
        session,
        before.programme_key,
        Kind.ANNOUNCEMENT,
        corrected.cards,
        useful_until=before.useful_until,
        is_urgent=before.is_urgent,
        gathers_at=before.gathers_at,
        is_unasked=before.is_unasked,
        is_required=before.is_required,
    )


def _is_old(amendment: Amendment) -> Any:
    """SQL: whether what a row told is changed by the amendment. Who got the corrected text has it already: the
    broadcast's message, or what that was until the next amendment."""
    if amendment.kind == Kind.RECALL:
        return literal(True)
    later = aliased(Amendment)
    until = select_columns(col(later.before_id)).order_by(col(later.id)).limit(1)
    until = until.where(col(later.broadcast_id) == amendment.broadcast_id, col(later.id) > amendment.id)
    now = select_columns(col(Broadcast.message_id)).where(col(Broadcast.id) == amendment.broadcast_id)
    return col(OutboxRow.message_id) != func.coalesce(until.scalar_subquery(), now.scalar_subquery())


def _owe(session: Session, amendment: Amendment, these: Any) -> None:
    """Owes the change to those of the rows that arrived. One whose change before is on the wire is passed over."""
    edit = aliased(OutboxRow)
    is_resent = literal(amendment.resent_id is not None)
    is_final = col(Address.channel).in_(FINAL)
    reason = case(
        (and_(is_final, ~is_resent), BY_EMAIL),
        (and_(~is_final, col(OutboxRow.platform_id).is_(None)), CANNOT_EDIT),
        else_=null(),
    )
    message = case((and_(is_final, is_resent), literal(amendment.resent_id)), else_=literal(amendment.message_id))
    values = {
        "idempotency_key": literal("amends:") + cast(col(OutboxRow.id), String),
        "lane": lanes.of_edits(col(Address.lane), col(Address.channel)),
        "person_id": col(OutboxRow.person_id),
        "address_id": col(OutboxRow.address_id),
        "message_id": message,
        "status": case((reason.is_not(None), Status.FAILED.value), else_=Status.WAITING.value),
        "attempts": literal(0),
        "next_at": case((reason.is_(None), literal(FIRST)), else_=null()),
        "reason": reason,
        "amends_id": col(OutboxRow.id),
        "amendment_id": literal(amendment.id),
    }
    is_another = or_(col(edit.amendment_id).is_(None), col(edit.amendment_id) != amendment.id)
    rows = (
        select_columns(*values.values())
        .select_from(OutboxRow)
        .join(Address, col(Address.id) == OutboxRow.address_id)
        .outerjoin(edit, col(edit.amends_id) == OutboxRow.id)
        .where(these, col(OutboxRow.status) == Status.SENT, _is_old(amendment), is_another)
    )
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(OutboxRow).from_select(list(values), rows, include_defaults=False)
    fresh = {name: new.excluded[name] for name in values if name not in ("idempotency_key", "amends_id")}
    owed = session.execute(
        new.on_conflict_do_update(
            index_elements=["idempotency_key"],
            set_=fresh | {"platform_id": null(), "held_until": null()},
            where=and_(
                col(OutboxRow.status) != Status.SENDING,
                # Another process was here first.
                or_(col(OutboxRow.amendment_id).is_(None), col(OutboxRow.amendment_id) != amendment.id),
            ),
        ).returning(col(OutboxRow.lane))
    )
    lanes.open_each(session, {lane for (lane,) in owed})


def _is_on_the_wire(session: Session, amendment: Amendment, these: Any) -> bool:
    """Whether any of the rows, or a change before of what they told, may arrive yet."""
    edit = aliased(OutboxRow)
    own = and_(col(OutboxRow.status) == Status.SENDING, _is_old(amendment))
    earlier = and_(col(edit.status) == Status.SENDING, col(edit.amendment_id) != amendment.id)
    statement = select_columns(literal(1)).select_from(OutboxRow)
    statement = statement.outerjoin(edit, col(edit.amends_id) == OutboxRow.id).where(these, or_(own, earlier))
    return session.execute(statement.limit(1)).first() is not None


def _end_pass(session: Session, amendment: Amendment) -> None:
    """All rows were looked at: again shortly where something was on the wire, and once after all that could be."""
    clock = float(session.execute(select_columns(machine_clock())).scalar_one())
    again = clock + PAUSE if amendment.is_busy else amendment.settles_at
    amendment.next_at = again if amendment.is_busy or clock < amendment.settles_at else None
    if amendment.is_replaced:
        amendment.next_at = None
    amendment.cursor, amendment.is_busy = 0, False
