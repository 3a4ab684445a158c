"""What a volunteer can be promised, by the group's rule.

Who has a place is promised an answer by a day. Who is in line is promised none, which nobody could give before a place
is free, but to be told by that day how the line stands.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from storage import programmes, promises, working_days
from storage.database import locked
from storage.people import Person
from storage.programmes import Programme
from storage.promises import Promise
from storage.sign_ups import SignUp, SignUpState
from storage.workgroups import Workgroup

#: What promises of this kind are about.
ABOUT = "sign_up"
#: How many in line are told by one transaction of the clock.
MOST_AT_ONCE = 200


def owe(session: Session, row: SignUp, group: Workgroup, now: datetime) -> Promise | None:
    """Promises what can be kept, by the group's rule; a promise that stands stays. Returns the one of an answer."""
    if group.reply_days is None or row.state not in (SignUpState.ASKED, SignUpState.IN_LINE):
        return None
    zone = ZoneInfo(programmes.get(session, row.programme_key).timezone)
    by = answered_by(group.reply_days, now.astimezone(zone).date())
    if row.state == SignUpState.IN_LINE:
        row.told_by = row.told_by or by
        session.add(row)
        return None
    row.told_by = None
    session.add(row)
    person = session.get_one(Person, row.person_id)
    return promises.make(session, person, row.programme_key, ABOUT, row.workgroup_key, by, now)


def answered_by(days: int, today: date) -> date:
    """So many days on. On a day off nobody answers: the promise is kept on the working day before, unless that is
    over."""
    due = working_days.on_or_before(today + timedelta(days=days))
    return due if due > today else working_days.after(today, 1)


def in_line_until(session: Session, programme: Programme, today: date) -> list[SignUp]:
    """Who is in line, and was promised to be told by today how it stands; locked."""
    statement = (
        select(SignUp)
        .where(
            SignUp.programme_key == programme.key,
            SignUp.state == SignUpState.IN_LINE,
            col(SignUp.told_by) <= today,
        )
        .order_by(col(SignUp.id))
        .limit(MOST_AT_ONCE)
    )
    rows = session.exec(locked(session, statement).execution_options(populate_existing=True)).all()
    return list(rows)
