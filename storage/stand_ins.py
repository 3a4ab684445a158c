"""Who is not reached for now, so that somebody stands in for them. Why they are not there is known to nobody."""

from datetime import datetime

from sqlmodel import Session, col, select

from storage import people
from storage.people import Address, Person
from storage.quiet_hours import QuietHours


def away(session: Session, persons: list[Person], now: datetime) -> set[int | None]:
    """Who of them is not reached for now: turned messages off or put them off, or left."""
    keys = [one.id for one in persons]
    snoozed = session.exec(
        select(QuietHours.person_id).where(col(QuietHours.person_id).in_(keys), col(QuietHours.snoozed_until) > now)
    ).all()
    reached = session.exec(
        select(Person.id)
        .join(Address, col(Address.id) == Person.address_id)
        .where(col(Person.id).in_(keys), col(Address.gone_reason).is_(None))
    ).all()
    return {*snoozed, *(one.id for one in persons if one.is_muted or one.id not in reached)}


def first_here(session: Session, programme_key: str, roles: tuple[str, ...], now: datetime) -> list[Person]:
    """Who holds the first of these roles and is there; where nobody is, whoever holds the next one; none at all where
    everybody is away."""
    for role in roles:
        holders = people.holders(session, programme_key, role)
        gone = away(session, holders, now)
        here = [one for one in holders if one.id not in gone]
        if here:
            return here
    return []
