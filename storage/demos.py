"""Demos: the meeting at the end of a sprint in which its deliveries are presented, and whom it is for."""

from datetime import datetime, timedelta

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import deliveries, meetings, sprint_rules, sprint_teams, sprint_work, sprints, topics, workgroups
from storage import group_members as members
from storage.database import UtcDateTime
from storage.deliveries import Delivery
from storage.group_work import must_run
from storage.meetings import Known, MeetingKind, Plan
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.sprints import Sprint
from storage.topics import Kind

#: How long after a sprint its demo may be.
LATEST = timedelta(days=7)
_FORM = "demo-"
#: The stamp of no plan at all.
_NOTHING = "-"
#: Whom a demo is for, as its stamp says it.
EVERYONE, FOLLOWERS = "everyone", "followers"


class SprintDemo(SQLModel, table=True):
    """The demo of a sprint: a meeting of the group that the teams are, to which all or those who follow are invited."""

    __tablename__ = "sprint_demo"
    __table_args__ = (UniqueConstraint("sprint_id"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    sprint_id: int = Field(foreign_key="sprint.id")
    meeting_key: str
    for_everyone: bool = True
    #: What the invitation said last, as a stamp; empty while nobody has been invited.
    told: str = ""
    planned_by: int = Field(foreign_key="person.id")
    planned_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def identity(self) -> int:
        assert self.id is not None, "a stored demo has an id"
        return self.id


def is_demo(meeting_key: str) -> bool:
    """Whether a meeting is a demo: whoever is invited to that is reminded of it by its own notice."""
    return meetings.is_made_here(meeting_key) and meeting_key.partition(":")[2].startswith(_FORM)


def plan(
    session: Session, acting: Person, programme: Programme, sprint: Sprint, said: Plan, for_everyone: bool, seen: str,
    now: datetime,
) -> SprintDemo:  # fmt: skip
    """Calls the demo of a sprint, or moves it; twice is once. ``seen`` is the stamp of its plan as the person saw it.

    Raises NotAllowed for who does not run the group, and as ``meetings.call`` and ``meetings.move`` do; WrongField for
    a day that is not of the sprint.
    """
    group = workgroups.get(session, programme.key, sprint_rules.workgroup(session, programme.key))
    must_run(session, acting, programme.key, group.key)
    deliveries.alone(session, programme.key)
    if not sprint.starts_on <= said.on <= sprint.ends_on + LATEST:
        raise meetings.WrongField("refused.sprint.demo_day", "day")
    found = of_sprint(session, sprint)
    if found is None:
        known, _ = meetings.call(session, acting, group, said, f"{_FORM}{sprint.identity}")
        found = SprintDemo(
            programme_key=programme.key, sprint_id=sprint.identity, meeting_key=known.meeting.key,
            planned_by=acting.identity, planned_at=now,
        )  # fmt: skip
    else:
        # Whoever saw no plan has seen another than this one.
        meetings.move(session, acting, programme.key, found.meeting_key, said, seen or _NOTHING)
    found.for_everyone = for_everyone
    session.add(found)
    session.flush()
    return found


def as_plan(title: str, start: datetime, end: datetime | None, place: str) -> Plan:
    """A demo as a meeting is planned; both moments are local."""
    return Plan(
        MeetingKind.MEETING, start.date(), title, start.strftime("%H:%M"), end.strftime("%H:%M") if end else "", place
    )


def of_sprint(session: Session, sprint: Sprint) -> SprintDemo | None:
    return session.exec(select(SprintDemo).where(SprintDemo.sprint_id == sprint.identity)).first()


def every(session: Session, programme_key: str) -> list[tuple[SprintDemo, Sprint, Known]]:
    """The demos of a programme, the last sprint's first; one whose group the file has no more is left out."""
    rows = session.exec(
        select(SprintDemo, Sprint)
        .join(Sprint, col(Sprint.id) == SprintDemo.sprint_id)
        .where(SprintDemo.programme_key == programme_key)
        .order_by(col(Sprint.number).desc())
    ).all()
    found = []
    for demo, sprint in rows:
        try:
            found.append((demo, sprint, meetings.get(session, programme_key, demo.meeting_key)))
        except Refused:
            continue
    return found


def stamp(demo: SprintDemo, known: Known) -> str:
    """What an invitation says of it, and to whom: another is told anew."""
    return f"{whom(demo)}:{meetings.stamp_of_plan(known)}:{known.state}"


def whom(demo: SprintDemo) -> str:
    return EVERYONE if demo.for_everyone else FOLLOWERS


def shown_at(session: Session, sprint: Sprint) -> list[Delivery]:
    """What is presented: what its teams have, or had, in that sprint."""
    works = sprint_work.of_sprint(session, sprint)
    return [deliveries.get(session, sprint.programme_key, work.delivery_id) for work in works]


def interested(session: Session, programme: Programme, rows: list[Delivery], now: datetime) -> list[int]:
    """The ids of those in the teams, and of those who follow the teams, these deliveries or their initiatives."""
    group = workgroups.get(session, programme.key, sprint_rules.workgroup(session, programme.key))
    found = set(members.told(session, group, now))
    for row in rows:
        for work in sprint_work.of_delivery(session, row)[-1:]:
            found |= {one.identity for one in sprint_teams.accounts(session, sprint_work.team_of(session, work))}
    names = {topics.named(Kind.INITIATIVE, row.initiative_key) for row in rows if row.initiative_key}
    names |= {topics.named(Kind.THEME, row.named) for row in rows if row.named}
    if names:
        found |= {key for (key,) in session.execute(topics.followers(programme.key, names, now))}
    return sorted(found)


def of_which(session: Session, programme: Programme, now: datetime) -> Sprint | None:
    """The sprint whose demo comes next: the last one that has begun as long as its demo may be, else the coming one."""
    today = sprints.today_of(programme, now)
    begun = sprints.begun(session, programme.key, today)
    if begun is not None and today <= begun.ends_on:
        return begun
    return sprints.upcoming(session, programme.key, today) or begun
