"""Which units an input may name: those in which as many work as hide its writer."""

from datetime import date

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from storage.employees import Employee
from storage.programmes import Programme

#: As many as a form can list. Where there are more, the largest.
MOST = 60


def offered(session: Session, programme: Programme, day: date) -> tuple[str, ...]:
    """The units of the people file that may be named on that day, by the alphabet; none without a people file.

    Each has as many people as the programme's smallest group, and so have all those together who cannot name theirs:
    or an input without a unit would be known to be from the few of them, where everybody else names one.
    """
    count = func.count()
    works_on = (
        Employee.programme_key == programme.key,
        col(Employee.left_on).is_(None),
        or_(col(Employee.starts_on).is_(None), col(Employee.starts_on) <= day),
        or_(col(Employee.ends_on).is_(None), col(Employee.ends_on) >= day),
    )
    counted = dict(session.exec(select(Employee.unit, count).where(*works_on).group_by(col(Employee.unit))).all())
    smallest = programme.smallest_group
    large = [(people, unit) for unit, people in counted.items() if unit and people >= smallest]
    named = sorted(large, reverse=True)[:MOST]
    rest = sum(counted.values()) - sum(people for people, _ in named)
    while named and 0 < rest < smallest:
        rest += named.pop()[0]
    return tuple(sorted(unit for _, unit in named))
