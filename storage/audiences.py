"""Audiences: whom an announcement is for, how many that is, and who of them is reached."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import and_, case, false, func, literal, not_, null, or_, true, union_all
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage import employees, people, topics
from storage.database import unindexed
from storage.employees import Employee
from storage.people import Address, Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.sign_ups import SignUp
from storage.workgroups import Member, Workgroup

#: Why somebody is sent nothing on purpose.
SWITCHED_OFF = "switched_off"
ON_PURPOSE = (SWITCHED_OFF, employees.OUTSIDE_DATES, employees.LEFT)
#: Up to so many people of a programme an audience is counted where it is decided, which takes less than 0.1 s.
LARGE = 20_000


class Audience(BaseModel):
    """Everyone of a programme, or those of any of some workgroups, or those who follow any of some topics, or those of
    the people file whom all that is named fits: one of the units, one of the sites, one of the kinds of employment."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workgroup: str | None = Field(default=None, max_length=200)
    #: Workgroups beside the first one.
    more_workgroups: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    employments: tuple[str, ...] = ()
    #: Names of topics; see topics.Topic.name.
    topics: tuple[str, ...] = ()

    @property
    def is_everyone(self) -> bool:
        return self == EVERYONE

    @property
    def workgroups(self) -> tuple[str, ...]:
        return () if self.workgroup is None else (self.workgroup, *self.more_workgroups)

    def stored(self) -> dict[str, Any] | None:
        """As JSON; None for everyone. What came later is left out where it is empty: it is as it was before then."""
        left_out = {name for name in ("topics", "more_workgroups") if not getattr(self, name)}
        return None if self.is_everyone else self.model_dump(mode="json", exclude=left_out)

    @classmethod
    def of(cls, stored: dict[str, Any] | None) -> "Audience":
        return cls.model_validate(stored or {})


EVERYONE = Audience()


@dataclass(frozen=True)
class Moment:
    """What an audience is told from: the programme, the moment of the decision, and how far the people file goes."""

    programme_key: str
    at: datetime
    #: The last employee's row there is; 0 where the programme has no people file.
    last_employee: int
    zone: ZoneInfo
    #: The last person's row there was when it was decided; None while nothing is.
    last_person: int | None = None

    @property
    def day(self) -> date:
        return self.at.astimezone(self.zone).date()


@dataclass(frozen=True)
class Reach:
    """How many an audience is, and why how many of them are not reached in chat or by e-mail."""

    planned: int
    reasons: dict[str, int]

    @property
    def reachable(self) -> int:
        return self.planned - sum(self.reasons.values())


def moment(session: Session, programme_key: str, at: datetime) -> Moment:
    last = employees.last_id(session) if employees.is_listed(session, programme_key) else 0
    return Moment(programme_key, at, last, ZoneInfo(session.get_one(Programme, programme_key).timezone))


def check(session: Session, programme_key: str, audience: Audience) -> None:
    """Raises Refused for a workgroup or topic that does not exist, and for either together with anything else."""
    if audience.topics:
        if audience != Audience(topics=audience.topics):
            raise Refused("refused.audience.mixed_topics")
        for name in audience.topics:
            topics.get(session, programme_key, name)
    if not audience.workgroups:
        if audience.more_workgroups:
            raise Refused("refused.workgroup.unknown")
        return
    if audience != Audience(workgroup=audience.workgroup, more_workgroups=audience.more_workgroups):
        raise Refused("refused.audience.mixed")
    statement = select(Workgroup.key).where(Workgroup.programme_key == programme_key)
    if not set(audience.workgroups) <= set(session.exec(statement)):
        raise Refused("refused.workgroup.unknown")


def size(session: Session, audience: Audience, when: Moment) -> int:
    """How many people the audience holds: each once, those the bot has not met, too."""
    count = 0
    if (met := met_by(audience, when)) is not None:
        count += session.exec(select(func.count()).select_from(Person).where(met)).one()
    if when.last_employee:
        count += session.execute(of_file().add_columns(_counted()).where(_rest(audience, when))).scalar_one()
    return count


def is_large(session: Session, programme_key: str) -> bool:
    """Whether counting an audience of the programme's may take longer than a writer may be kept waiting."""
    return any(
        session.exec(select(kind.id).where(of == programme_key).offset(LARGE).limit(1)).first() is not None
        for kind, of in ((Person, col(Person.current_programme)), (Employee, col(Employee.programme_key)))
    )


def holds_anybody(session: Session, audience: Audience, when: Moment) -> bool:
    """Whether there is anybody in the audience."""
    met = met_by(audience, when)
    if met is not None and session.exec(select(Person.id).where(met).limit(1)).first() is not None:
        return True
    listed = select(Employee.id).where(listed_by(audience, when)).limit(1)
    return bool(when.last_employee) and session.exec(listed).first() is not None


def reach(session: Session, audience: Audience, when: Moment, *, is_required: bool = False) -> Reach:
    """The audience by why it is not reached. Goes by who would be written to now; ``is_required``: by what must be
    given, which reaches those who turned messages off."""
    parts, is_off = [], false() if is_required else None
    if (met := met_by(audience, when)) is not None:
        reason = why_not(when, respect_mute=True, is_off=is_off)
        people_met = select_columns(reason.label("reason"), col(Person.id).label("one")).select_from(Person)
        parts.append(people_met.outerjoin(Address, col(Address.id) == Person.address_id).where(met))
    if when.last_employee:
        reason = why_not_listed(when, is_off)
        parts.append(of_file().add_columns(reason.label("reason"), _one().label("one")).where(_rest(audience, when)))
    if not parts:
        return Reach(0, {})
    every = union_all(*parts).subquery()
    counted = select_columns(every.c.reason, func.count(every.c.one.distinct())).group_by(every.c.reason)
    rows = session.execute(counted).all()
    return Reach(sum(count for _, count in rows), {reason: count for reason, count in rows if reason is not None})


def sample(session: Session, acting: Person, audience: Audience, when: Moment, most: int) -> list[str]:
    """Some names of the people file's, or of those who follow a topic that enough follow, for leaders; who signed up
    for a group is for its coordinators to see."""
    may = people.roles(session, acting, when.programme_key)
    if "coordinator" not in may if audience.workgroup else "leader" not in may:
        return []
    if few_follow(session, audience, when):
        return []
    names: list[str] = []
    if (audience.workgroup or audience.topics) and (met := met_by(audience, when)) is not None:
        signed_up = select(Person.name).where(met, Person.name != "").order_by(Person.name).limit(most)
        names += session.exec(signed_up).all()
    if when.last_employee and not audience.topics and len(names) < most:
        listed = select(Employee.name).where(listed_by(audience, when)).order_by(Employee.name)
        names += session.exec(listed.limit(most)).all()
    return list(dict.fromkeys(names))[:most]


def few_follow(session: Session, audience: Audience, when: Moment) -> list[str]:
    """The audience's topics that fewer follow than the programme's smallest group. Nobody is named while there are any:
    the others' names would tell whose these are."""
    smallest = session.get_one(Programme, when.programme_key).smallest_group
    return [name for name in audience.topics if size(session, Audience(topics=(name,)), when) < smallest]


def met_by(audience: Audience, when: Moment, *, by_id: bool = False) -> Any:
    """SQL: which people the audience holds by what they did here; None where only the people file tells. ``by_id``:
    rows are looked up by a range of ids, which ends at the last person's at the latest."""
    # SQLite goes by one end of a range only, and not always by the nearer one.
    then = true() if by_id or when.last_person is None else col(Person.id) <= when.last_person
    if audience.is_everyone:
        programme = unindexed(col(Person.current_programme)) if by_id else col(Person.current_programme)
        return and_(programme == when.programme_key, then, ~col(Person.is_erased))
    if audience.topics:
        return and_(col(Person.id).in_(topics.followers(when.programme_key, audience.topics, when.at)), then)
    if audience.workgroup is None:
        return None
    signed_up = select_columns(col(SignUp.person_id)).where(
        col(SignUp.programme_key) == when.programme_key,
        col(SignUp.workgroup_key).in_(audience.workgroups),
        col(SignUp.signed_up_at) <= when.at,
        or_(col(SignUp.ended_at).is_(None), col(SignUp.ended_at) > when.at),
    )
    return and_(col(Person.id).in_(signed_up), then)


def listed_by(audience: Audience, when: Moment, *, by_id: bool = False) -> Any:
    """SQL: which employees the audience holds by the people file. ``by_id``: rows are looked up by a range of ids,
    which ends at the last employee's at the latest."""
    programme = unindexed(col(Employee.programme_key)) if by_id else col(Employee.programme_key)
    fits = [programme == when.programme_key, col(Employee.left_on).is_(None)]
    if not by_id:
        fits.append(col(Employee.id) <= when.last_employee)
    for column, wanted in (
        (Employee.unit, audience.units),
        (Employee.site, audience.sites),
        (Employee.employment, audience.employments),
    ):
        if wanted:
            fits.append(col(column).in_(wanted))
    if audience.workgroup is not None:
        fits.append(_is_member(audience.workgroups, when))
    if audience.topics:
        # Whoever follows something has told the bot so: the file adds nobody.
        fits.append(false())
    return and_(*fits)


def why_not(when: Moment | None, *, respect_mute: bool, is_off: Any = None) -> Any:
    """SQL: why a person is not sent to, or NULL. ``is_off``: what they turned off, messages as such if not given."""
    cases = []
    if when is not None and when.last_employee:
        by_file = employees.why_nothing(col(Person.id), when.programme_key, when.day)
        cases.append((by_file.is_not(None), by_file))
    if respect_mute:
        cases.append((col(Person.is_muted) if is_off is None else is_off, literal(SWITCHED_OFF)))
    cases += [
        (col(Address.id).is_(None), literal("no_address")),
        (col(Address.gone_reason).is_not(None), col(Address.gone_reason)),
    ]
    return case(*cases, else_=null())


def why_not_listed(when: Moment, is_off: Any = None) -> Any:
    """SQL: the same of an employee's row, whom the bot may not have met."""
    by_file = employees.why_nothing_here(when.day)
    return case(
        (by_file.is_not(None), by_file),
        (col(Person.id).is_(None), literal(people.NOT_INSTALLED)),
        else_=why_not(None, respect_mute=True, is_off=is_off),
    )


def _is_member(workgroups: tuple[str, ...], when: Moment) -> Any:
    """Documents name members by their names only: whose name one employee alone has is that employee."""
    other = aliased(Employee)
    namesake = select_columns(other.id).where(  # type: ignore[call-overload]
        other.programme_key == when.programme_key,
        other.name == Employee.name,
        other.id != Employee.id,
    )
    members = select_columns(col(Member.name)).where(
        col(Member.programme_key) == when.programme_key, col(Member.workgroup_key).in_(workgroups)
    )
    return and_(col(Employee.name).in_(members), ~namesake.exists())


def of_file() -> Any:
    """Employees with the person and the address that the bot knows them by."""
    rows = select_columns().select_from(Employee).outerjoin(Person, col(Person.id) == employees.person_of())
    return rows.outerjoin(Address, col(Address.id) == Person.address_id)


def _rest(audience: Audience, when: Moment) -> Any:
    """Whom the people file adds to those who are held by what they did here."""
    met, listed = met_by(audience, when), listed_by(audience, when)
    return listed if met is None else and_(listed, not_(func.coalesce(met, false())))


def _one() -> Any:
    """What makes two rows the same human: the person, or the employee's own row."""
    return func.coalesce(col(Person.id), -col(Employee.id))


def _counted() -> Any:
    return func.count(_one().distinct())
