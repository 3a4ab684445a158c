"""Sign-ups: who volunteered for which workgroup, who has a place, who waits in line, and what they were answered.

A group's row is locked while its places are counted, so that several people never get the same place and nobody in line
is passed by.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from sqlalchemy import Column, String, UniqueConstraint, and_, func, or_
from sqlmodel import Field, Session, SQLModel, col, select

from storage import group_places, releases
from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.refusals import Refused
from storage.workgroups import Openness, Workgroup

#: Longest reason and longest of what somebody tells about themselves, in characters.
LONGEST_REASON = 500
LONGEST_WISH = 500
#: Hours in a week that somebody can offer: more is a slip.
MOST_HOURS = 40


class SignUpState(StrEnum):
    """Where a sign-up stands."""

    ASKED = "asked"  # has a place, and waits for the answer
    IN_LINE = "in_line"  # waits for a place
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MOVED = "moved"  # taken into another group instead
    WITHDRAWN = "withdrawn"


#: Nothing is to be done with them any more.
ENDED = (SignUpState.DECLINED, SignUpState.MOVED, SignUpState.WITHDRAWN)
TAKES_PLACE = (SignUpState.ASKED, SignUpState.ACCEPTED)


class SignUp(SQLModel, table=True):
    """One person's wish to be in one group: one row, however often pressed; what ended is kept as ended."""

    __tablename__ = "sign_up"
    __table_args__ = (UniqueConstraint("programme_key", "workgroup_key", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    workgroup_key: str
    person_id: int = Field(foreign_key="person.id", index=True)
    signed_up_at: datetime = Field(sa_type=UtcDateTime)
    #: The column's name is older than the other ways to end.
    ended_at: datetime | None = Field(default=None, sa_column=Column("withdrawn_at", UtcDateTime))
    state: SignUpState = Field(
        default=SignUpState.ASKED, sa_type=String, sa_column_kwargs={"server_default": SignUpState.ASKED}
    )
    #: Counts up in each group; whoever has the smallest of those in line is next.
    line: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    #: Told of their own free will: why they want to, and what they can, in their own words.
    motivation: str = Field(default="", sa_column_kwargs={"server_default": ""})
    competences: str = Field(default="", sa_column_kwargs={"server_default": ""})
    hours_a_week: int | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by: int | None = Field(default=None, foreign_key="person.id")
    #: Why it was declined.
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    #: The group that the person was taken into instead.
    moved_to: str | None = None
    #: The coordinator who registered them, for they wrote an e-mail.
    registered_by: int | None = Field(default=None, foreign_key="person.id")
    #: Who is in line is told by this day how it stands; see storage/sign_up_promises.py.
    told_by: date | None = None
    #: When somebody told them the answer that could not be sent.
    told_by_hand_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def identity(self) -> int:
        assert self.id is not None, "a stored sign-up has an id"
        return self.id


@dataclass(frozen=True)
class Wish:
    """What a volunteer tells of their own free will. ``hours`` are hours a week."""

    motivation: str = ""
    competences: str = ""
    hours: int | None = None


def sign_up(session: Session, person: Person, group: Workgroup, now: datetime) -> tuple[SignUp, bool]:
    """Gives the person a place, or where none is free one in line; a second time changes nothing. Returns the sign-up
    and whether it is new.

    Raises Refused when the group takes no volunteers.
    """
    if group.openness != Openness.OPEN:
        raise Refused("refused.workgroup.closed", group=group.title)
    lock(session, group)
    found = _find(session, person, group)
    if found and found.state not in ENDED:
        return found, False
    if found is None:
        found = SignUp(
            programme_key=group.programme_key, workgroup_key=group.key, person_id=person.identity, signed_up_at=now
        )
    is_again = found.id is not None
    _begin(session, found, group, now)
    if is_again:
        releases.begin_anew(session, found.identity)
    releases.see_to(session, group, found.identity, found.hours_a_week, now)
    return found, True


def tell(session: Session, person: Person, group: Workgroup, wish: Wish, now: datetime) -> SignUp:
    """Keeps what the volunteer tells beside their sign-up; what is left empty is taken away. By the hours they may need
    a release from then on, or need one no more.

    Raises Refused without a sign-up that stands, for a text that is too long, and for hours that no week has to offer.
    """
    found = _standing(session, person, group)
    for text in (wish.motivation, wish.competences):
        if len(text) > LONGEST_WISH:
            raise Refused("refused.sign_up.long", length=len(text), limit=LONGEST_WISH)
    if wish.hours is not None and not 1 <= wish.hours <= MOST_HOURS:
        raise Refused("refused.sign_up.hours", limit=MOST_HOURS)
    found.motivation, found.competences = wish.motivation.strip(), wish.competences.strip()
    found.hours_a_week = wish.hours
    session.add(found)
    session.flush()
    if found.state != SignUpState.ACCEPTED:
        releases.see_to(session, group, found.identity, found.hours_a_week, now)
    return found


def withdraw(session: Session, person: Person, group: Workgroup, now: datetime) -> list[SignUp]:
    """Withdraws the person's sign-up; returns those in line who have a place now. Raises Refused when there is none to
    withdraw."""
    lock(session, group)
    _end(session, _standing(session, person, group), SignUpState.WITHDRAWN, now)
    return _move_up(session, group)


def set_places(session: Session, acting: Person, group: Workgroup, places: int | None) -> list[SignUp]:
    """Sets how many places the group has, None for as many as come; returns those in line who have one now. Nobody who
    has a place loses it. Raises NotAllowed without the coordinator's role, Refused as ``group_places.set_places``."""
    acting.must_be(session, "coordinator", group.programme_key)
    lock(session, group)
    group_places.set_places(session, acting, group, places)
    return _move_up(session, group)


def accept(session: Session, acting: Person, key: int, now: datetime, *, beyond: bool = False) -> tuple[SignUp, bool]:
    """Takes the volunteer into the group; returns the sign-up and whether that is new. ``beyond``: also where as many
    are accepted as there are places, since somebody who was asked said so.

    Raises NotAllowed without the coordinator's role, Refused where it ended, was answered otherwise, is in line, or
    needs a release that is not given; refused.sign_up.beyond where the places are taken by the accepted.
    """
    row, group = _to_answer(session, acting, key)
    if row.state == SignUpState.ACCEPTED:
        return row, False
    if row.state == SignUpState.IN_LINE:
        raise Refused("refused.sign_up.in_line")
    if releases.holds_back(session, row.identity):
        raise Refused("refused.sign_up.release")
    if not beyond and beyond_by(session, group, 1):
        raise Refused("refused.sign_up.beyond", places=group_places.of(session, group), group=group.title)
    _answer(session, acting, row, SignUpState.ACCEPTED, now)
    return row, True


def decline(
    session: Session, acting: Person, key: int, reason: str, now: datetime, *, seen: str | None = None
) -> tuple[SignUp, list[SignUp], bool]:
    """Declines for a reason that the volunteer is told; returns the sign-up, those in line who have a place now, and
    whether it is new. ``seen``: the ``last_answer`` that whoever declines has read, None where nobody asks.

    Raises as ``accept``, and Refused without a reason or for one that is too long; refused.sign_up.meanwhile where it
    was answered since ``seen``, refused.sign_up.declined_before where the volunteer was told another reason."""
    row, group = _to_answer(session, acting, key, SignUpState.DECLINED)
    if row.state == SignUpState.DECLINED:
        if reason.strip() not in ("", row.reason):
            raise Refused("refused.sign_up.declined_before", reason=row.reason)
        return row, [], False
    if seen is not None and seen != last_answer(row):
        raise Refused("refused.sign_up.meanwhile")
    if not reason.strip():
        raise Refused("refused.sign_up.no_reason")
    if len(reason) > LONGEST_REASON:
        raise Refused("refused.sign_up.long_reason", length=len(reason), limit=LONGEST_REASON)
    row.reason = reason.strip()
    _answer(session, acting, row, SignUpState.DECLINED, now)
    _end(session, row, SignUpState.DECLINED, now)
    return row, _move_up(session, group), True


def last_answer(row: SignUp) -> str:
    """Tells one answer from the next; empty before the first."""
    return row.answered_at.astimezone(UTC).isoformat() if row.answered_at else ""


def place_elsewhere(
    session: Session, acting: Person, key: int, other: Workgroup, now: datetime, *, seen: str | None = None
) -> tuple[SignUp, list[SignUp], bool]:
    """Takes the volunteer into another open group instead; returns what ``decline`` does. ``seen`` as there.

    Raises as ``accept``, and Refused where the other one is the same, takes no volunteers or has no place;
    refused.sign_up.meanwhile where it was answered since ``seen``, refused.sign_up.placed_before where the volunteer
    was told of another group."""
    row, group = _to_answer(session, acting, key, SignUpState.MOVED, other)
    if row.state == SignUpState.MOVED:
        if row.moved_to != other.key:
            raise Refused("refused.sign_up.placed_before")
        return row, [], False
    if seen is not None and seen != last_answer(row):
        raise Refused("refused.sign_up.meanwhile")
    if other.key == group.key or other.openness != Openness.OPEN:
        raise Refused("refused.sign_up.elsewhere", group=other.title)
    person = session.get_one(Person, row.person_id)
    there = _find(session, person, other)
    if there is None or there.state != SignUpState.ACCEPTED:
        if (there is None or there.state != SignUpState.ASKED) and not _has_free_place(session, other):
            raise Refused("refused.sign_up.full", group=other.title)
        if there is not None and there.state in ENDED:
            releases.begin_anew(session, there.identity)
        there = there or SignUp(
            programme_key=other.programme_key, workgroup_key=other.key, person_id=row.person_id, signed_up_at=now
        )
        there.ended_at, there.line, there.reason, there.moved_to = None, 0, "", None
        _answer(session, acting, there, SignUpState.ACCEPTED, now)
        releases.take_along(session, row.identity, there.identity)
        if _lacks_release(session, there, other, row):
            raise Refused("refused.sign_up.elsewhere_release", group=other.title)
    row.moved_to = other.key
    _answer(session, acting, row, SignUpState.MOVED, now)
    _end(session, row, SignUpState.MOVED, now)
    return row, _move_up(session, group), True


def agree(session: Session, programme_key: str) -> list[SignUp]:
    """Brings what a process of the version before stored, while both run, to what it means: it knows ``ended_at`` alone
    of how a sign-up stands. Returns those in line who have a place now."""
    differ = or_(
        and_(col(SignUp.ended_at).is_not(None), col(SignUp.state).not_in(ENDED)),
        and_(col(SignUp.ended_at).is_(None), col(SignUp.state).in_(ENDED)),
    )
    rows = session.exec(
        select(SignUp).where(SignUp.programme_key == programme_key, differ).order_by(col(SignUp.id))
    ).all()
    keys = {row.workgroup_key for row in rows}
    groups = session.exec(
        select(Workgroup).where(Workgroup.programme_key == programme_key, col(Workgroup.key).in_(keys))
    ).all()
    lock(session, *groups)
    for row in rows:
        session.refresh(row, with_for_update=True)
        group = next((group for group in groups if group.key == row.workgroup_key), None)
        if row.ended_at is not None and row.state not in ENDED:
            _end(session, row, SignUpState.WITHDRAWN, row.ended_at)
        elif row.ended_at is None and row.state in ENDED and group is not None:
            _begin(session, row, group, row.signed_up_at)
    return [row for group in groups for row in _move_up(session, group)]


def standing(session: Session, person: Person, programme_key: str) -> list[SignUp]:
    """The person's own sign-ups that stand, oldest first."""
    rows = session.exec(
        select(SignUp)
        .where(
            SignUp.programme_key == programme_key,
            SignUp.person_id == person.id,
            col(SignUp.ended_at).is_(None),
        )
        .order_by(col(SignUp.signed_up_at))
    ).all()
    return list(rows)


def answered(session: Session, person: Person, programme_key: str) -> list[SignUp]:
    """The person's own sign-ups that were declined or led to another group, the latest first."""
    states = (SignUpState.DECLINED, SignUpState.MOVED)
    rows = session.exec(
        select(SignUp)
        .where(SignUp.programme_key == programme_key, SignUp.person_id == person.id, col(SignUp.state).in_(states))
        .order_by(col(SignUp.answered_at).desc())
    ).all()
    return list(rows)


def volunteers(session: Session, acting: Person, programme_key: str) -> list[tuple[SignUp, Person]]:
    """Everyone's sign-ups that stand: those who wait for an answer first, then those in line, then the accepted; each
    the longest waiting first. For coordinators: raises NotAllowed for anyone else."""
    acting.must_be(session, "coordinator", programme_key)
    rows = session.exec(
        select(SignUp, Person)
        .join(Person, col(Person.id) == SignUp.person_id)
        .where(SignUp.programme_key == programme_key, col(SignUp.ended_at).is_(None), col(SignUp.state).not_in(ENDED))
        .order_by(col(SignUp.signed_up_at), col(SignUp.id))
    ).all()
    order = (SignUpState.ASKED, SignUpState.IN_LINE, SignUpState.ACCEPTED)
    return sorted(rows, key=lambda pair: order.index(pair[0].state))


def get(session: Session, acting: Person, programme_key: str, key: int) -> tuple[SignUp, Person]:
    """One sign-up of the programme and who made it, for coordinators: raises NotAllowed for others, and Refused for
    an unknown one."""
    acting.must_be(session, "coordinator", programme_key)
    row = session.get(SignUp, key)
    if row is None or row.programme_key != programme_key:
        raise Refused("refused.sign_up.unknown")
    return row, session.get_one(Person, row.person_id)


def place_in_line(session: Session, row: SignUp) -> int:
    """How many are before them, and they themselves: 1 is next; 0 for who is not in line."""
    if row.state != SignUpState.IN_LINE:
        return 0
    before = select(func.count()).where(*_in_line(row.programme_key, row.workgroup_key), col(SignUp.line) <= row.line)
    return session.exec(before).one()


def _to_answer(
    session: Session,
    acting: Person,
    key: int,
    same: SignUpState = SignUpState.ACCEPTED,
    other: Workgroup | None = None,
) -> tuple[SignUp, Workgroup]:
    """The sign-up with its group, both locked, and the other group with them. ``same`` is the answer that may be given
    once more: nothing changes by it."""
    row = session.get(SignUp, key)
    if row is None:
        raise Refused("refused.sign_up.unknown")
    acting.must_be(session, "coordinator", row.programme_key)
    group = session.exec(
        select(Workgroup).where(Workgroup.programme_key == row.programme_key, Workgroup.key == row.workgroup_key)
    ).first()
    if group is None:
        # A programme's file may leave a group out where nobody's sign-up stands any more.
        raise Refused("refused.sign_up.ended")
    lock(session, group, other or group)
    session.refresh(row, with_for_update=True)
    if row.state in ENDED and row.state != same:
        raise Refused("refused.sign_up.ended")
    return row, group


def _answer(session: Session, acting: Person, row: SignUp, state: SignUpState, now: datetime) -> None:
    row.state, row.answered_at, row.answered_by = state, now, acting.identity
    row.told_by_hand_at = None
    session.add(row)
    session.flush()


def _begin(session: Session, row: SignUp, group: Workgroup, now: datetime) -> None:
    """In the group's place, or at the end of its line; the group is locked."""
    line = 0 if _has_free_place(session, group) else _end_of_line(session, group)
    row.signed_up_at, row.ended_at = now, None
    row.answered_at = row.answered_by = row.moved_to = None
    row.registered_by = row.told_by = row.told_by_hand_at = None
    row.state, row.line, row.reason = SignUpState.IN_LINE if line else SignUpState.ASKED, line, ""
    session.add(row)
    session.flush()


def _end(session: Session, row: SignUp, state: SignUpState, now: datetime) -> None:
    row.state, row.ended_at, row.line, row.told_by = state, now, 0, None
    session.add(row)
    session.flush()


def _move_up(session: Session, group: Workgroup) -> list[SignUp]:
    """Gives free places to those in line, the first one first; the group is locked."""
    moved: list[SignUp] = []
    waiting = select(SignUp).where(*_in_line(group.programme_key, group.key)).order_by(col(SignUp.line))
    for row in session.exec(waiting).all():
        if not _has_free_place(session, group, anew=False):
            break
        row.state, row.line = SignUpState.ASKED, 0
        session.add(row)
        session.flush()
        moved.append(row)
    return moved


def _has_free_place(session: Session, group: Workgroup, *, anew: bool = True) -> bool:
    """Whether a place is free. For somebody who comes ``anew`` those in line go before."""
    places = group_places.of(session, group)
    if places is None:
        return True
    states: Sequence[SignUpState] = (*TAKES_PLACE, SignUpState.IN_LINE) if anew else TAKES_PLACE
    taken = select(func.count()).where(
        SignUp.programme_key == group.programme_key,
        SignUp.workgroup_key == group.key,
        col(SignUp.state).in_(states),
    )
    return session.exec(taken).one() < places


def beyond_by(session: Session, group: Workgroup, more: int) -> int:
    """By how many the group would have more accepted volunteers than places, with so many more."""
    places = group_places.of(session, group)
    if places is None:
        return 0
    accepted = select(func.count()).where(
        SignUp.programme_key == group.programme_key,
        SignUp.workgroup_key == group.key,
        SignUp.state == SignUpState.ACCEPTED,
    )
    return max(session.exec(accepted).one() + more - places, 0)


def _end_of_line(session: Session, group: Workgroup) -> int:
    last = select(func.max(SignUp.line)).where(*_in_line(group.programme_key, group.key))
    return (session.exec(last).one() or 0) + 1


def _in_line(programme_key: str, workgroup_key: str) -> tuple[bool, ...]:
    return (
        SignUp.programme_key == programme_key,
        SignUp.workgroup_key == workgroup_key,
        SignUp.state == SignUpState.IN_LINE,
    )


def lock(session: Session, *groups: Workgroup) -> None:
    """In the order of their ids: two who lock the same two groups never wait for each other."""
    for key in sorted({group.id for group in groups if group.id is not None}):
        session.exec(locked(session, select(Workgroup.id).where(Workgroup.id == key))).one()


def _standing(session: Session, person: Person, group: Workgroup) -> SignUp:
    found = _find(session, person, group)
    if found is None or found.state in ENDED:
        raise Refused("refused.workgroup.not_signed_up", group=group.title)
    return found


def how_many_wait(session: Session, acting: Person, programme_key: str) -> int:
    """How many sign-ups have a place and no answer yet: for coordinators. Raises NotAllowed for anyone else."""
    acting.must_be(session, "coordinator", programme_key)
    statement = select(func.count()).where(SignUp.programme_key == programme_key, SignUp.state == SignUpState.ASKED)
    return session.exec(statement).one()


def _lacks_release(session: Session, there: SignUp, other: Workgroup, row: SignUp) -> bool:
    """Whether the other group asks for a release of them that nobody gave."""
    if releases.holds_back(session, there.identity):
        return True
    return releases.needs(other, row.hours_a_week) and releases.find(session, there.identity) is None


def _find(session: Session, person: Person, group: Workgroup) -> SignUp | None:
    statement = select(SignUp).where(
        SignUp.programme_key == group.programme_key,
        SignUp.workgroup_key == group.key,
        SignUp.person_id == person.id,
    )
    # It may have been read before it was locked: what others changed since is not to be overwritten.
    fresh = locked(session, statement).execution_options(populate_existing=True)
    found: SignUp | None = session.exec(fresh).first()
    return found
