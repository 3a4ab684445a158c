"""Reminders that a person asked for: of one milestone, some days before it. Moving the milestone moves them."""

from datetime import date

from sqlalchemy import UniqueConstraint, delete, or_, update
from sqlmodel import Field, Session, SQLModel, col, select

from storage.milestones import Milestone
from storage.people import Person
from storage.refusals import Refused

#: How many days before one can be reminded. The day before, everybody is who did not turn that off.
DAYS = (1, 2, 3, 7, 14)
#: How many people one transaction reminds.
CHUNK = 500


class PersonalReminder(SQLModel, table=True):
    """One person's wish; ``told_of`` is the milestone's day that they were reminded of, None while they were not."""

    __tablename__ = "personal_reminder"
    __table_args__ = (UniqueConstraint("programme_key", "milestone_key", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key")
    milestone_key: str
    person_id: int = Field(foreign_key="person.id", index=True)
    days_before: int
    told_of: date | None = None


def remind(session: Session, person: Person, milestone: Milestone, days_before: int, today: date) -> PersonalReminder:
    """Reminds the person so many days before; other days replace the ones before.

    Raises Refused for days that cannot be chosen, and where that day has been.
    """
    if days_before not in DAYS or milestone.first_day is None:
        raise Refused("refused.reminder.days")
    if (milestone.first_day - today).days < days_before:
        raise Refused("refused.reminder.past", days=days_before)
    row = find(session, person, milestone) or PersonalReminder(
        programme_key=milestone.programme_key,
        milestone_key=milestone.key,
        person_id=person.identity,
        days_before=days_before,
    )
    row.days_before, row.told_of = days_before, None
    session.add(row)
    session.flush()
    return row


def forget(session: Session, person: Person, programme_key: str, milestone_key: str) -> None:
    """Reminds the person no more; none there is fine."""
    session.execute(
        delete(PersonalReminder).where(
            col(PersonalReminder.programme_key) == programme_key,
            col(PersonalReminder.milestone_key) == milestone_key,
            col(PersonalReminder.person_id) == person.identity,
        )
    )


def find(session: Session, person: Person, milestone: Milestone) -> PersonalReminder | None:
    return session.exec(
        select(PersonalReminder).where(
            PersonalReminder.programme_key == milestone.programme_key,
            PersonalReminder.milestone_key == milestone.key,
            PersonalReminder.person_id == person.id,
        )
    ).first()


def of_person(session: Session, person: Person, programme_key: str) -> list[PersonalReminder]:
    """What the person asked to be reminded of in the programme, whether they have been or not."""
    which = (PersonalReminder.person_id == person.id, PersonalReminder.programme_key == programme_key)
    return list(session.exec(select(PersonalReminder).where(*which).order_by(col(PersonalReminder.id))))


def waiting(session: Session, milestone: Milestone, days_before: int) -> list[int]:
    """The next people who want to be reminded so many days before and were not told of the milestone's day."""
    rows = session.exec(
        select(PersonalReminder.person_id)
        .where(
            PersonalReminder.programme_key == milestone.programme_key,
            PersonalReminder.milestone_key == milestone.key,
            PersonalReminder.days_before == days_before,
            or_(col(PersonalReminder.told_of).is_(None), col(PersonalReminder.told_of) != milestone.first_day),
        )
        .order_by(col(PersonalReminder.person_id))
        .limit(CHUNK)
        .with_for_update(skip_locked=True)
    ).all()
    return list(rows)


def told(session: Session, programme_key: str, milestone_key: str) -> list[int]:
    """Who was reminded of the milestone, on whichever day."""
    rows = session.exec(
        select(PersonalReminder.person_id).where(
            PersonalReminder.programme_key == programme_key,
            PersonalReminder.milestone_key == milestone_key,
            col(PersonalReminder.told_of).is_not(None),
        )
    ).all()
    return list(rows)


def mark_told(session: Session, milestone: Milestone, person_ids: list[int]) -> None:
    session.execute(
        update(PersonalReminder)
        .where(
            col(PersonalReminder.programme_key) == milestone.programme_key,
            col(PersonalReminder.milestone_key) == milestone.key,
            col(PersonalReminder.person_id).in_(person_ids),
        )
        .values(told_of=milestone.first_day)
    )
