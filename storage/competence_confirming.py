"""Confirming what competence rests on: the employees' side says that the leader's record is right, or why it is not.

Whoever of them confirmed it, each of them may take that back while it is on: then it is off, and what was gathered is
erased.
"""

from datetime import datetime

from sqlmodel import Session

from storage import competences, people
from storage.competences import CompetenceSwitch, Ungrounded
from storage.people import Person
from storage.refusals import NotAllowed, Refused

#: The employees' side: who speaks for the employees (tillitsvalgt), and the verneombud.
SIDE = ("employee_representative", "safety_representative")
#: Longest reason, in characters.
LONGEST_REASON = 500


def must_be_of_side(session: Session, acting: Person, programme_key: str) -> None:
    """Raises NotAllowed for who is not on the employees' side."""
    if not people.roles(session, acting, programme_key) & set(SIDE):
        raise NotAllowed("employees_side")


def side(session: Session, row: CompetenceSwitch) -> list[Person]:
    """Who is asked and told of it on the employees' side: each once, and not whoever recorded it."""
    found = {
        one.identity: one
        for role in SIDE
        for one in people.holders(session, row.programme_key, role)
        if one.id != row.switched_by
    }
    return [found[key] for key in sorted(found)]


def is_of_nobody(session: Session, row: CompetenceSwitch) -> bool:
    """Whether whoever confirmed it had all that is theirs erased: anybody else of the side may confirm it anew."""
    return row.confirmed_by is not None and session.get_one(Person, row.confirmed_by).is_erased


def confirm(
    session: Session, acting: Person, programme_key: str, key: int, now: datetime
) -> tuple[CompetenceSwitch, bool]:
    """The record is right: it is on from now. Returns whether that is new.

    Raises NotAllowed for who is not on the employees' side, Refused for one's own record, and for one that was taken
    back, answered with no, or recorded otherwise meanwhile.
    """
    must_be_of_side(session, acting, programme_key)
    row = _standing(session, programme_key, key)
    if row.confirmed_at is not None and not is_of_nobody(session, row):
        return row, False
    if row.switched_by == acting.id:
        raise Refused("refused.competence.own")
    row.confirmed_by, row.confirmed_at = acting.identity, now
    session.add(row)
    session.flush()
    return row, True


def say_no(
    session: Session, acting: Person, programme_key: str, key: int, reason: str, now: datetime, *, was_on: bool
) -> tuple[CompetenceSwitch, bool]:
    """The record is not right, or, where it ``was_on``, the yes is taken back: it is off, with the reason. Returns
    whether that is new; the same no twice is once.

    Raises as ``confirm``, and Ungrounded where there is no reason, or a long one. Whoever recorded it may say no: as a
    leader they could switch it off.
    """
    must_be_of_side(session, acting, programme_key)
    reason = reason.strip()
    if not reason:
        raise Ungrounded("no_reason", "reason")
    if len(reason) > LONGEST_REASON:
        raise Ungrounded("long_reason", "reason", length=len(reason), limit=LONGEST_REASON)
    competences.alone(session, programme_key)
    before = session.get(CompetenceSwitch, key)
    if before is not None and (before.ended_by, before.ended_because) == (acting.id, reason):
        return before, False
    row = _standing(session, programme_key, key)
    if (row.confirmed_at is not None) != was_on:
        raise competences.Outdated
    competences.end(session, row, now, acting.identity)
    row.ended_because = reason
    session.add(row)
    session.flush()
    return row, True


def _standing(session: Session, programme_key: str, key: int) -> CompetenceSwitch:
    competences.alone(session, programme_key)
    row = competences.standing(session, programme_key)
    if row is None or row.id != key:
        raise competences.Outdated
    return row
