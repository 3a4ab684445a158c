"""Who is not reached for now, so that somebody stands in for them. Why they are not there is known to nobody."""

from datetime import datetime

from sqlmodel import Session, col, select

from storage import audiences, people
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
    """Who holds the first of these roles, is there, and takes what the clock tells; where nobody does, who holds the
    next one; none at all where everybody is away."""
    for role in roles:
        holders = people.holders(session, programme_key, role)
        gone = away(session, holders, now) | _not_told(session, programme_key, holders, now)
        here = [one for one in holders if one.id not in gone]
        if here:
            return here
    return []


def _not_told(session: Session, programme_key: str, persons: list[Person], now: datetime) -> set[int | None]:
    """Who of them gets no digest: they want only what the employer must say, or it is outside their dates."""
    why = audiences.why_not(audiences.moment(session, programme_key, now), respect_mute=False)
    rows = select(Person.id).outerjoin(Address, col(Address.id) == Person.address_id)
    listed = session.exec(rows.where(col(Person.id).in_([one.id for one in persons]), why.is_not(None))).all()
    return {*listed, *(one.id for one in persons if one.only_musts)}
