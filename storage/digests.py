"""Digests: when a person's summary is due, and until when they have been told what is new."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import UtcDateTime
from storage.people import Person
from storage.quiet_hours import LONGEST_SNOOZE

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
#: The hour of every digest, in the organisation's zone.
HOUR = time(9)
#: How long after its hour a digest is still of use; later, the next one tells it all.
USEFUL_FOR = {
    "daily": timedelta(hours=12),
    "weekly": timedelta(days=5),
    "biweekly": timedelta(days=7),
    "monthly": timedelta(days=7),
}
#: How long a digest that was made can wait for somebody's quiet time to be over: longer than everything can be put off,
#: and holidays after that. Several that waited come as one, so that none is old when it comes.
KEPT_FOR = LONGEST_SNOOZE + timedelta(days=7)
#: What a person has never been told goes no further back than this from their first digest.
PERIOD = {
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "biweekly": timedelta(days=14),
    "monthly": timedelta(days=31),
}
#: How many people one transaction settles: other writers wait no longer than that takes.
CHUNK = 500


class DigestCovered(SQLModel, table=True):
    """Until when a person has been told what is new in a programme: in a digest, or by being there when it began."""

    __tablename__ = "digest_covered"
    person_id: int = Field(primary_key=True, foreign_key="person.id")
    programme_key: str = Field(primary_key=True, foreign_key="programme.key")
    until: datetime = Field(sa_type=UtcDateTime)


def last_due(frequency: str, weekday: str | None, now: datetime, zone: ZoneInfo) -> datetime:
    """The latest hour of such a digest that is not after ``now``; aware, in the zone. Without a week day it is Monday.

    Daily is from Monday to Friday, every other week the same week for everybody, and a month's digest is on its first
    such week day.
    """
    local = now.astimezone(zone)
    day = local.date() if local.time() >= HOUR else local.date() - timedelta(days=1)
    while not _is_on(day, frequency, weekday):
        day -= timedelta(days=1)
    return datetime.combine(day, HOUR, zone)


def next_due(frequency: str, weekday: str | None, now: datetime, zone: ZoneInfo) -> datetime:
    """The first hour of such a digest that is after ``now``."""
    local = now.astimezone(zone)
    day = local.date() if local.time() < HOUR else local.date() + timedelta(days=1)
    while not _is_on(day, frequency, weekday):
        day += timedelta(days=1)
    return datetime.combine(day, HOUR, zone)


def wanted(session: Session, programme_key: str) -> list[tuple[str, str | None]]:
    """How often, and on which week day, people of the programme want a digest: each such pair once."""
    rows = session.exec(
        select(Person.digest, Person.digest_weekday)
        .where(Person.current_programme == programme_key, col(Person.digest).in_(list(USEFUL_FOR)))
        .distinct()
        .order_by(Person.digest, col(Person.digest_weekday))
    ).all()
    return [(frequency, weekday) for frequency, weekday in rows]


def waiting(
    session: Session, programme_key: str, frequency: str, weekday: str | None, due: datetime
) -> list[tuple[Person, datetime]]:
    """The next people who were not told until ``due``, and until when they were. Another process gets others."""
    since = due - PERIOD[frequency]
    rows = session.exec(
        select(Person, DigestCovered.until)
        .outerjoin(
            DigestCovered,
            (col(DigestCovered.person_id) == Person.id) & (col(DigestCovered.programme_key) == programme_key),
        )
        .where(
            Person.current_programme == programme_key,
            Person.digest == frequency,
            col(Person.digest_weekday).is_(None) if weekday is None else Person.digest_weekday == weekday,
            col(Person.is_muted).is_(False),
            col(Person.only_musts).is_(False),
            or_(col(DigestCovered.until).is_(None), col(DigestCovered.until) < due),
        )
        .order_by(col(Person.id))
        .limit(CHUNK)
        .with_for_update(skip_locked=True, of=Person)
    ).all()
    return [(person, until or since) for person, until in rows]


def cover(session: Session, programme_key: str, person_ids: list[int], until: datetime) -> None:
    """Records that these people have been told what is new until then."""
    if not person_ids:
        return
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    rows = [{"person_id": key, "programme_key": programme_key, "until": until} for key in person_ids]
    made = dialect.insert(DigestCovered).values(rows)
    keys = [col(DigestCovered.person_id), col(DigestCovered.programme_key)]
    session.execute(made.on_conflict_do_update(index_elements=keys, set_={"until": made.excluded.until}))


def begin(session: Session, person: Person, programme_key: str, now: datetime) -> None:
    """Somebody wants digests from now on: what was before is not told. Whoever had them keeps where they were."""
    if person.digest == "off" or session.get(DigestCovered, (person.identity, programme_key)) is None:
        cover(session, programme_key, [person.identity], now)


def _is_on(day: date, frequency: str, weekday: str | None) -> bool:
    if frequency == "daily":
        return day.weekday() < 5
    if WEEKDAYS[day.weekday()] != (weekday if weekday in WEEKDAYS else WEEKDAYS[0]):
        return False
    monday = day - timedelta(days=day.weekday())
    return {
        "biweekly": monday.toordinal() // 7 % 2 == 0,
        "monthly": day.day <= 7,
    }.get(frequency, True)
