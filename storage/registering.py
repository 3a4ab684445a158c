"""Registering those who volunteered by e-mail, and one sign-up of two when the same person comes to the chat."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from storage import email_addresses, same_person, sign_ups
from storage.database import locked
from storage.people import Person
from storage.promises import Promise
from storage.refusals import Refused
from storage.releases import Release
from storage.sign_up_promises import ABOUT
from storage.sign_up_questions import SignUpQuestion
from storage.sign_ups import ENDED, TAKES_PLACE, SignUp, SignUpState
from storage.workgroups import Workgroup

#: So many are registered by one form.
MOST_AT_ONCE = 50
#: Longest name, in characters.
LONGEST_NAME = 200


@dataclass(frozen=True)
class Registered:
    """One who volunteered by e-mail: ``is_new`` where they had no sign-up that stands."""

    row: SignUp
    person: Person
    is_new: bool


def checked(name: str, email: str) -> tuple[str, str]:
    """A name and an address as they are stored. Raises Refused without a name, for one that is too long, and for what
    is no address."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused("refused.registering.name", limit=LONGEST_NAME)
    return name, email_addresses.written(email)


def register(session: Session, acting: Person, group: Workgroup, name: str, email: str, now: datetime) -> Registered:
    """Signs up somebody who wrote an e-mail: as who they are in the chat, where the people file tells that, else to be
    reached by e-mail. Twice is once.

    Raises NotAllowed without the coordinator's role, Refused as ``checked`` and for a group that takes no volunteers.
    """
    acting.must_be(session, "coordinator", group.programme_key)
    name, email = checked(name, email)
    found = same_person.by_email(session, group.programme_key, email)
    person = found or email_addresses.add(session, email, name, group.programme_key)
    if not person.name:
        person.name = name
        session.add(person)
    row, is_new = sign_ups.sign_up(session, person, group, now)
    if is_new:
        row.registered_by = acting.identity
        session.add(row)
        session.flush()
    return Registered(row, person, is_new)


def withdraw(session: Session, acting: Person, key: int, now: datetime) -> tuple[SignUp, list[SignUp]]:
    """Withdraws for somebody who is reached by e-mail only and wrote that they want to; returns the sign-up and those
    in line who have a place now. Raises NotAllowed without the coordinator's role, Refused for anybody else."""
    row = session.get(SignUp, key)
    if row is None:
        raise Refused("refused.sign_up.unknown")
    acting.must_be(session, "coordinator", row.programme_key)
    person = session.get_one(Person, row.person_id)
    if not same_person.is_by_email_only(session, person):
        raise Refused("refused.registering.chat")
    group = session.exec(
        select(Workgroup).where(Workgroup.programme_key == row.programme_key, Workgroup.key == row.workgroup_key)
    ).first()
    if group is None:
        raise Refused("refused.sign_up.ended")
    return row, sign_ups.withdraw(session, person, group, now)


def bring_along(session: Session, person: Person, programme_key: str, now: datetime) -> list[SignUp]:
    """What somebody was registered for by e-mail is theirs in the chat from now on, with its place, its promise and all
    that belongs to it; where they signed up here, too, the better place stays. Returns those in line who have a place
    now."""
    twins = same_person.by_email_only(session, programme_key, person)
    keys = [twin.id for twin in twins]
    theirs = select(SignUp).where(SignUp.programme_key == programme_key, col(SignUp.person_id).in_(keys))
    standing = theirs.where(col(SignUp.ended_at).is_(None)).order_by(col(SignUp.id))
    if not keys or session.exec(standing).first() is None:
        return []
    moved: list[SignUp] = []
    for key in [row.workgroup_key for row in session.exec(standing).all()]:
        group = session.exec(
            select(Workgroup).where(Workgroup.programme_key == programme_key, Workgroup.key == key)
        ).first()
        if group is not None:
            moved += _bring(session, person, twins, group, now)
    return moved


def _bring(session: Session, person: Person, twins: list[Person], group: Workgroup, now: datetime) -> list[SignUp]:
    sign_ups.lock(session, group)
    mine = _of(session, person, group)
    moved: list[SignUp] = []
    for twin in twins:
        theirs = _of(session, twin, group)
        if theirs is None or theirs.state in ENDED:
            continue
        if mine is not None and mine.state not in ENDED and _rank(mine) <= _rank(theirs):
            moved += sign_ups.withdraw(session, twin, group, now)
            continue
        if mine is not None:
            if mine.state not in ENDED:
                moved += [row for row in sign_ups.withdraw(session, person, group, now) if row.id != theirs.id]
            _forget(session, mine)
        theirs.person_id = person.identity
        session.add(theirs)
        _take_promise(session, twin, person, group)
        session.flush()
        mine = theirs
    return moved


def _rank(row: SignUp) -> tuple[int, int]:
    """The smaller the better: accepted, a place, early in line."""
    order = (SignUpState.ACCEPTED, SignUpState.ASKED, SignUpState.IN_LINE)
    return order.index(row.state), row.line if row.state not in TAKES_PLACE else 0


def _forget(session: Session, row: SignUp) -> None:
    """One person has one sign-up for a group: what the other one was is gone with it."""
    for table in (Release, SignUpQuestion):
        session.execute(delete(table).where(col(table.sign_up_id) == row.id))
    session.delete(row)
    session.flush()


def _take_promise(session: Session, twin: Person, person: Person, group: Workgroup) -> None:
    of_group = (Promise.programme_key == group.programme_key, Promise.about == ABOUT, Promise.about_key == group.key)
    theirs = session.exec(select(Promise).where(*of_group, Promise.person_id == twin.id)).first()
    if theirs is None:
        return
    mine = session.exec(select(Promise).where(*of_group, Promise.person_id == person.id)).first()
    if mine is not None:
        session.delete(mine)
        session.flush()
    theirs.person_id = person.identity
    session.add(theirs)


def _of(session: Session, person: Person, group: Workgroup) -> SignUp | None:
    statement = select(SignUp).where(
        SignUp.programme_key == group.programme_key,
        SignUp.workgroup_key == group.key,
        SignUp.person_id == person.id,
    )
    row: SignUp | None = session.exec(locked(session, statement).execution_options(populate_existing=True)).first()
    return row
