"""Parts of an audience that are too small: what is told of two audiences tells of those who are in one of them only."""

from typing import Any

from sqlalchemy import case, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from storage import audiences, topics
from storage.audiences import Audience, Moment
from storage.employees import Employee
from storage.programmes import Programme
from storage.topics import Following


def tells_of_few(session: Session, audience: Audience, when: Moment) -> bool:
    """Whether somebody who chooses some of what the audience is made of, and then all of it, would learn of fewer
    people than the programme's smallest group: of those whom only the rest adds."""
    smallest = session.get_one(Programme, when.programme_key).smallest_group
    if audience.topics:
        return _in_topics(session, audience, when, smallest)
    return bool(when.last_employee) and _in_file(session, audience, when, smallest)


def _in_topics(session: Session, audience: Audience, when: Moment, smallest: int) -> bool:
    """What the topics that are left out add are those who follow none of the others. Where those are too few for any
    choice, they are so for the one that leaves out just what one of them follows."""
    together = _followed_together(session, audience, when)
    few = (followed for followed, count in together.items() if count < smallest)
    return any(sum(count for other, count in together.items() if other <= followed) < smallest for followed in few)


def _followed_together(session: Session, audience: Audience, when: Moment) -> dict[frozenset[str], int]:
    """How many follow just these of the audience's topics, and no other of them."""
    names = sorted(set(audience.topics))
    does_follow = [
        func.max(case((col(Following.topic) == name, 1), else_=0)).label(f"topic_{place}")
        for place, name in enumerate(names)
    ]
    followers = topics.followers(when.programme_key, names, when.at).add_columns(*does_follow)
    if when.last_person is not None:
        followers = followers.where(col(Following.person_id) <= when.last_person)
    each = followers.group_by(col(Following.person_id)).subquery()
    columns = [each.c[f"topic_{place}"] for place in range(len(names))]
    rows = session.execute(select_columns(func.count(), *columns).group_by(*columns))
    return {
        frozenset(name for name, is_one in zip(names, follows, strict=True) if is_one): count
        for count, *follows in rows
    }


def _in_file(session: Session, audience: Audience, when: Moment, smallest: int) -> bool:
    """Each of the people file's rows has one unit, one site and one kind of employment: the parts do not overlap."""
    chosen = (
        (Employee.unit, audience.units),
        (Employee.site, audience.sites),
        (Employee.employment, audience.employments),
    )
    columns: list[Any] = [col(column) for column, wanted in chosen if wanted]
    if not columns:
        return False
    counted = select_columns(func.count()).select_from(Employee).where(audiences.listed_by(audience, when))
    few = counted.group_by(*columns).having(func.count() < smallest).limit(1)
    return session.execute(few).first() is not None
