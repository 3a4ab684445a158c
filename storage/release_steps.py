"""Asking for a release from daily work, and its answer: the nearest leader says yes or no, for a reason.

Only of sign-ups that stand: whoever did not sign up, or ended it, is not asked about.
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from storage import same_person, working_days
from storage.database import locked
from storage.employees import Employee
from storage.people import Address, Person
from storage.programmes import Programme
from storage.refusals import NotAllowed, Refused
from storage.releases import UNANSWERED, Release, ReleaseState
from storage.sign_ups import LONGEST_REASON, SignUp

#: Working days that a leader has to answer.
ANSWERED_WITHIN = 5
#: Working days until coordinators are told that it is not known whom to ask.
KNOWN_WITHIN = 2
#: How many are asked by one transaction of the clock.
MOST_AT_ONCE = 200


def get(session: Session, acting: Person, programme_key: str, key: int) -> tuple[Release, SignUp]:
    """One release with its sign-up, for the leader who is asked and for coordinators. Raises Refused for an unknown
    one, one of another leader's, and where the sign-up ended."""
    row = session.get(Release, key)
    if row is None or row.programme_key != programme_key:
        raise Refused("refused.release.unknown")
    if row.leader_id not in _all_of(session, acting, programme_key):
        try:
            acting.must_be(session, "coordinator", programme_key)
        except NotAllowed:
            raise Refused("refused.release.unknown") from None
    sign_up = session.get_one(SignUp, row.sign_up_id)
    if sign_up.ended_at is not None:
        raise Refused("refused.release.ended")
    return row, sign_up


def ask(
    session: Session, acting: Person, programme: Programme, sign_up_id: int, leader: Person, now: datetime
) -> tuple[Release, bool]:
    """Asks this leader, who has some working days to answer; returns the release and whether that is new.

    A coordinator may want a release that no rule wants. Raises NotAllowed without the coordinator's role, Refused where
    the sign-up ended, the release is given, or somebody would answer for themselves.
    """
    acting.must_be(session, "coordinator", programme.key)
    sign_up = _standing(session, programme.key, sign_up_id)
    row = _locked(session, sign_up) or Release(
        programme_key=programme.key, sign_up_id=sign_up_id, begun_at=now, wanted_by=acting.identity
    )
    if row.state == ReleaseState.GIVEN:
        raise Refused("refused.release.answered")
    if row.state == ReleaseState.ASKED and row.leader_id == leader.id:
        return row, False
    _ask(session, row, sign_up, leader, programme, now)
    return row, True


def ask_by_file(session: Session, programme: Programme, now: datetime) -> list[Release]:
    """Asks the nearest leaders whom the people file names, of those who need a release and nobody was asked about."""
    listed = (
        select(Release, Employee.leader_email)
        .join(SignUp, col(SignUp.id) == Release.sign_up_id)
        .join(Address, col(Address.person_id) == SignUp.person_id)
        .join(
            Employee,
            or_(
                col(Employee.directory_id) == Address.directory_id,
                and_(col(Address.channel) == "email", col(Employee.email) == Address.account),
            ),
        )
        .where(
            Release.programme_key == programme.key,
            Release.state == ReleaseState.NEEDED,
            col(SignUp.ended_at).is_(None),
            Employee.programme_key == programme.key,
            col(Employee.leader_email).is_not(None),
            # What can never be asked is not to stand before what can.
            or_(col(Employee.email).is_(None), col(Employee.leader_email) != col(Employee.email)),
            col(Employee.left_on).is_(None),
        )
        .order_by(col(Release.id))
        .limit(MOST_AT_ONCE)
    )
    asked = []
    for key, email in [(row.identity, email or "") for row, email in session.exec(listed).all()]:
        row = session.get_one(Release, key)
        sign_up = _standing(session, programme.key, row.sign_up_id)
        leader = _leader(session, programme.key, email, sign_up)
        fresh = _locked(session, sign_up)
        if leader is None or fresh is None or fresh.state != ReleaseState.NEEDED:
            continue
        _ask(session, fresh, sign_up, leader, programme, now)
        asked.append(fresh)
    return asked


def answer(
    session: Session, acting: Person, programme_key: str, key: int, *, is_given: bool, reason: str, now: datetime
) -> tuple[Release, bool]:
    """The leader's yes or no, or what the leader told a coordinator; returns the release and whether that is new.

    Raises as ``get``, and Refused where it was answered otherwise, for a no without a reason and for a reason that is
    too long.
    """
    found, sign_up = get(session, acting, programme_key, key)
    sign_up = _standing(session, programme_key, sign_up.identity)
    row = _locked(session, sign_up)
    if row is None or row.id != found.id:
        raise Refused("refused.release.ended")
    if sign_up.person_id == acting.id:
        raise Refused("refused.release.own")
    # Somebody else may have been asked since it was read.
    get(session, acting, programme_key, key)
    state = ReleaseState.GIVEN if is_given else ReleaseState.REFUSED
    if row.state == state:
        return row, False
    if row.state == ReleaseState.GIVEN or (
        row.state == ReleaseState.REFUSED and row.leader_id not in _all_of(session, acting, programme_key)
    ):
        # A leader may think again and say yes; nobody else turns an answer into another one.
        raise Refused("refused.release.answered")
    if not is_given and not reason.strip():
        raise Refused("refused.release.no_reason")
    if len(reason) > LONGEST_REASON:
        raise Refused("refused.release.long_reason", length=len(reason), limit=LONGEST_REASON)
    row.state, row.answered_at, row.answered_by = state, now, acting.identity
    row.reason = "" if is_given else reason.strip()
    session.add(row)
    session.flush()
    return row, True


def let_go(session: Session, leader: Person) -> list[Release]:
    """Whoever is erased answers nothing any more: what was asked of them is asked of nobody known again. Returns what
    of it somebody waits for."""
    statement = (
        select(Release)
        .join(SignUp, col(SignUp.id) == Release.sign_up_id)
        .where(
            Release.leader_id == leader.id,
            Release.state == ReleaseState.ASKED,
            col(SignUp.ended_at).is_(None),
            # Their own sign-ups go with them.
            SignUp.person_id != leader.id,
        )
        .order_by(col(Release.id))
    )
    rows: list[Release] = list(session.exec(_locked_of(session, statement)).all())
    for row in rows:
        row.state, row.leader_id, row.asked_at, row.due_on = ReleaseState.NEEDED, None, None, None
        session.add(row)
    session.flush()
    return rows


def of_leader(session: Session, leader: Person, programme_key: str) -> list[tuple[Release, SignUp, Person]]:
    """Who waits for this leader's answer, the soonest due first."""
    rows = session.exec(
        _open()
        .where(
            Release.programme_key == programme_key,
            Release.state == ReleaseState.ASKED,
            col(Release.leader_id).in_(_all_of(session, leader, programme_key)),
        )
        .order_by(col(Release.due_on), col(Release.id))
    ).all()
    return list(rows)


def to_remind(session: Session, programme_key: str, until: date) -> dict[int, list[tuple[Release, SignUp, Person]]]:
    """By leader: whose answer is due by that day, included, or was before."""
    rows = session.exec(
        _open()
        .where(
            Release.programme_key == programme_key,
            Release.state == ReleaseState.ASKED,
            col(Release.due_on) <= until,
            col(Release.leader_id).is_not(None),
        )
        .order_by(col(Release.due_on), col(Release.id))
    ).all()
    found: dict[int, list[tuple[Release, SignUp, Person]]] = {}
    for row, sign_up, person in rows:
        assert row.leader_id is not None, "whoever was asked is known"
        found.setdefault(row.leader_id, []).append((row, sign_up, person))
    return found


def unanswered(session: Session, programme: Programme, today: date) -> list[Release]:
    """What nobody answered in time, or is asked of nobody known for some working days, and coordinators were not told
    of; locked."""
    statement = (
        select(Release)
        .join(SignUp, col(SignUp.id) == Release.sign_up_id)
        .where(
            Release.programme_key == programme.key,
            col(Release.state).in_(UNANSWERED),
            col(Release.escalated_at).is_(None),
            col(SignUp.ended_at).is_(None),
        )
        .order_by(col(Release.id))
    )
    rows = session.exec(_locked_of(session, statement)).all()
    zone = ZoneInfo(programme.timezone)
    return [row for row in rows if _last_day(row, zone) < today]


def asked_of(session: Session, programme_key: str, leaders: list[int]) -> list[Release]:
    """What is asked of these leaders and coordinators were not told of; locked."""
    statement = (
        select(Release)
        .join(SignUp, col(SignUp.id) == Release.sign_up_id)
        .where(
            Release.programme_key == programme_key,
            Release.state == ReleaseState.ASKED,
            col(Release.leader_id).in_(leaders),
            col(Release.escalated_at).is_(None),
            col(SignUp.ended_at).is_(None),
        )
    )
    return list(session.exec(_locked_of(session, statement)).all())


def leaders_asked(session: Session, programme_key: str) -> list[Person]:
    """Who has been asked and has not answered."""
    keys = select(Release.leader_id).where(
        Release.programme_key == programme_key,
        Release.state == ReleaseState.ASKED,
        col(Release.escalated_at).is_(None),
    )
    return list(session.exec(select(Person).where(col(Person.id).in_(keys)).order_by(col(Person.id))))


def _all_of(session: Session, leader: Person, programme_key: str) -> list[int | None]:
    """Somebody who was asked by e-mail may come to the chat to answer."""
    return [leader.id, *(one.id for one in same_person.by_email_only(session, programme_key, leader))]


def _last_day(row: Release, zone: ZoneInfo) -> date:
    """By when it should have got further."""
    if row.due_on is not None:
        return row.due_on
    return working_days.after(row.begun_at.astimezone(zone).date(), KNOWN_WITHIN)


def _open() -> Any:
    return (
        select(Release, SignUp, Person)
        .join(SignUp, col(SignUp.id) == Release.sign_up_id)
        .join(Person, col(Person.id) == SignUp.person_id)
        .where(col(SignUp.ended_at).is_(None))
    )


def _ask(session: Session, row: Release, sign_up: SignUp, leader: Person, programme: Programme, now: datetime) -> None:
    if leader.id == sign_up.person_id:
        raise Refused("refused.release.oneself")
    today = now.astimezone(ZoneInfo(programme.timezone)).date()
    row.state, row.leader_id, row.asked_at = ReleaseState.ASKED, leader.identity, now
    row.due_on = working_days.after(today, ANSWERED_WITHIN)
    row.answered_at = row.answered_by = row.escalated_at = None
    row.reason = ""
    session.add(row)
    session.flush()


def _leader(session: Session, programme_key: str, email: str, sign_up: SignUp) -> Person | None:
    """Whom the file means; None where its address is none that mail servers take, or is the volunteer's own."""
    try:
        leader = same_person.by_name_or_email(session, programme_key, email)
    except Refused:
        return None
    return leader if leader.id != sign_up.person_id else None


def _standing(session: Session, programme_key: str, sign_up_id: int) -> SignUp:
    """The sign-up, locked."""
    statement = locked(session, select(SignUp).where(SignUp.id == sign_up_id))
    row: SignUp | None = session.exec(statement.execution_options(populate_existing=True)).first()
    if row is None or row.programme_key != programme_key:
        raise Refused("refused.sign_up.unknown")
    if row.ended_at is not None:
        raise Refused("refused.release.ended")
    return row


def _locked(session: Session, sign_up: SignUp) -> Release | None:
    statement = locked(session, select(Release).where(Release.sign_up_id == sign_up.id))
    row: Release | None = session.exec(statement.execution_options(populate_existing=True)).first()
    return row


def _locked_of(session: Session, statement: Any) -> Any:
    """Of two tables, the releases' rows alone are locked."""
    if session.get_bind().dialect.name == "sqlite":
        return statement
    return statement.with_for_update(of=Release).execution_options(populate_existing=True)
