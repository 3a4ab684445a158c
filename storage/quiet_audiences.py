"""How many of an audience have quiet time at a moment, and when those get what is sent then."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, union
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from storage import audiences, quiet_hours
from storage.audiences import Audience, Moment
from storage.people import Address, Person
from storage.quiet_hours import COLUMNS, USUAL, Hours, QuietHours


@dataclass(frozen=True)
class Held:
    """Of ``reached`` people so many are ``held``; ``until`` is when most of those get it, and ``all_then`` whether all
    of them do."""

    reached: int
    held: int
    until: datetime | None
    all_then: bool


def held_at(session: Session, audience: Audience, when: Moment, at: datetime) -> Held:
    """Who would wait until their quiet time is over, if it were sent then. Goes by whom it would reach now."""
    parts: list[Any] = []
    if (met := audiences.met_by(audience, when)) is not None:
        is_reached = audiences.why_not(when, respect_mute=True).is_(None)
        those: Any = select_columns(col(Person.id).label("one")).select_from(Person)
        parts.append(those.outerjoin(Address, col(Address.id) == Person.address_id).where(met, is_reached))
    if when.last_employee:
        listed = audiences.of_file().add_columns(col(Person.id).label("one"))
        parts.append(listed.where(audiences.listed_by(audience, when), audiences.why_not_listed(when).is_(None)))
    if not parts:
        return Held(0, 0, None, all_then=True)
    every = union(*parts).subquery()
    statement = (
        select_columns(func.count(), *COLUMNS)
        .select_from(every)
        .outerjoin(QuietHours, col(QuietHours.person_id) == every.c.one)
        .group_by(*COLUMNS)
    )
    reached, moments = 0, Counter[datetime]()
    for count, begins, ends, free_days, snoozed_until in session.execute(statement):
        hours = USUAL if begins is None else Hours(begins, ends, free_days)
        until = quiet_hours.quiet_until(hours, at, when.zone, snoozed_until)
        reached += count
        if until is not None:
            moments[until] += count
    most = moments.most_common(1)
    return Held(reached, moments.total(), most[0][0] if most else None, all_then=len(moments) == 1)
