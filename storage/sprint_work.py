"""What a team works on in a sprint: one delivery at a time, taken from the top of the queue; behov, løsning, test."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String
from sqlmodel import Field, Session, SQLModel, col, select

from storage import deliveries, programmes, sprint_teams, sprints
from storage.database import UtcDateTime
from storage.deliveries import LONGEST_NOTE, UNDER_WAY, Delivery, DeliveryStep, Stage, WrongField
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.sprint_teams import SprintTeam
from storage.sprints import Sprint


class Result(StrEnum):
    """What came of a team's delivery at the end of a sprint."""

    DELIVERED = "delivered"
    CARRIES_ON = "carries_on"  # into the next sprint
    STOPPED = "stopped"


class SprintWork(SQLModel, table=True):
    """A team's delivery in one sprint; ``result`` is None until somebody has said what came of it."""

    __tablename__ = "sprint_work"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    sprint_id: int = Field(foreign_key="sprint.id", index=True)
    team_id: int = Field(foreign_key="sprint_team.id")
    delivery_id: int = Field(foreign_key="delivery.id")
    taken_at: datetime = Field(sa_type=UtcDateTime)
    #: None where the clock took it from the queue.
    taken_by: int | None = Field(default=None, foreign_key="person.id")
    result: Result | None = Field(default=None, sa_type=String)
    #: What was shown, and why it came to that.
    shown: str = ""
    why: str = ""
    recorded_by: int | None = Field(default=None, foreign_key="person.id")
    recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def identity(self) -> int:
        assert self.id is not None, "stored work has an id"
        return self.id


# A team is dedicated to one delivery, and a delivery to one team: two processes that take at once do not get round it.
for _column in ("team_id", "delivery_id"):
    Index(
        f"uq_sprint_work_open_{_column}",
        SprintWork.__table__.c[_column],  # type: ignore[attr-defined]
        unique=True,
        sqlite_where=col(SprintWork.result).is_(None),
        postgresql_where=col(SprintWork.result).is_(None),
    )


def plan(session: Session, programme: Programme, sprint: Sprint, now: datetime) -> bool:
    """Each team takes on: what carries on from the sprint before, or the first of the queue. Once for each sprint;
    returns whether it is new."""
    if not sprints.mark_planned(session, sprint, now):
        return False
    for team in sprint_teams.standing(session, programme.key):
        if open_of(session, team) is None:
            _take(session, None, team, sprint, now)
    return True


def take(session: Session, acting: Person, programme: Programme, key: int, now: datetime) -> SprintWork:
    """The team takes the first of the queue within a sprint.

    Raises NotAllowed for who does not lead it, Refused where it has a delivery, outside a sprint, and where the queue
    is empty.
    """
    deliveries.alone(session, programme.key)
    team = sprint_teams.get(session, programme.key, key)
    sprint_teams.must_lead(session, acting, team)
    held = open_of(session, team)
    if held is not None:
        delivery = deliveries.get(session, programme.key, held.delivery_id)
        raise Refused("refused.team.busy", team=team.name, delivery=delivery.title)
    sprint = sprints.running(session, programme, now)
    if sprint is None:
        raise Refused("refused.sprint.none")
    found = _take(session, acting, team, sprint, now)
    if found is None:
        raise Refused("refused.delivery.empty")
    return found


def has_to_take(session: Session, team: SprintTeam) -> bool:
    """Whether there is anything that it can take: what carries on, or what waits in the queue."""
    return _carried(session, team) is not None or bool(deliveries.queue(session, team.programme_key))


def step(
    session: Session, acting: Person, programme_key: str, key: int, stage: Stage, text: str, seen: int, now: datetime
) -> DeliveryStep:
    """Moves a delivery on, or back, with a note; the same twice is once. ``seen`` is its last step as it was shown.

    Raises NotAllowed for who is not in its team, Refused where no team works on it, WrongField without a note, and
    ``refused.delivery.moved_on`` where somebody else has moved it meanwhile.
    """
    row = deliveries.held(session, programme_key, key)
    work = held_by(session, row)
    if work is None or row.stage not in UNDER_WAY:
        raise Refused("refused.delivery.not_under_way")
    sprint_teams.must_work(session, acting, sprint_teams.get(session, programme_key, work.team_id))
    text = " ".join(text.split())
    last = deliveries.steps(session, row)[-1]
    if (last.stage, last.note, last.person_id) == (stage, text, acting.identity):
        return last
    if stage not in UNDER_WAY:
        raise WrongField("refused.delivery.no_stage", "stage")
    if not text:
        raise WrongField("refused.delivery.no_note", "note")
    deliveries.check_length(text, LONGEST_NOTE, "note")
    if last.identity != seen:
        who = session.get_one(Person, last.person_id).name if last.person_id is not None else ""
        raise WrongField("refused.delivery.moved_on", "note", name=who or "–", note=last.note or "–")
    return deliveries.note(session, row, stage, acting, now, text)


def end_team(session: Session, acting: Person, programme_key: str, key: int, now: datetime) -> SprintTeam:
    """Ends a team. Raises NotAllowed for who is no leader, Refused while it has a delivery."""
    acting.must_be(session, "leader", programme_key)
    deliveries.alone(session, programme_key)
    team = sprint_teams.get(session, programme_key, key)
    held, carried = open_of(session, team), _carried(session, team)
    if held is not None:
        carried = deliveries.get(session, programme_key, held.delivery_id)
    if carried is not None:
        raise Refused("refused.team.works", team=team.name, delivery=carried.title)
    return sprint_teams.end(session, acting, team, now)


def open_of(session: Session, team: SprintTeam) -> SprintWork | None:
    """What the team has in hand; None where it is free."""
    which = (SprintWork.team_id == team.identity, col(SprintWork.result).is_(None))
    return session.exec(select(SprintWork).where(*which)).first()


def of_sprint(session: Session, sprint: Sprint) -> list[SprintWork]:
    """What teams have, or had, in that sprint."""
    which = SprintWork.sprint_id == sprint.identity
    return list(session.exec(select(SprintWork).where(which).order_by(col(SprintWork.id))))


def in_hand(session: Session, programme_key: str) -> list[SprintWork]:
    """What has no result yet, of whatever sprint."""
    which = (SprintWork.programme_key == programme_key, col(SprintWork.result).is_(None))
    return list(session.exec(select(SprintWork).where(*which).order_by(col(SprintWork.id))))


def of_delivery(session: Session, row: Delivery) -> list[SprintWork]:
    """Every sprint that a team worked on it, the first one first."""
    which = SprintWork.delivery_id == row.identity
    return list(session.exec(select(SprintWork).where(which).order_by(col(SprintWork.id))))


def team_of(session: Session, work: SprintWork) -> SprintTeam:
    """Whose it is, also of a team that is no more."""
    return session.get_one(SprintTeam, work.team_id)


def held_by(session: Session, row: Delivery) -> SprintWork | None:
    which = (SprintWork.delivery_id == row.identity, col(SprintWork.result).is_(None))
    return session.exec(select(SprintWork).where(*which)).first()


def _take(
    session: Session, acting: Person | None, team: SprintTeam, sprint: Sprint, now: datetime
) -> SprintWork | None:
    """What carries on, else the first of the queue, None where it is empty; a known need goes straight to testing."""
    row = _carried(session, team)
    if row is None:
        waiting = deliveries.queue(session, team.programme_key)
        if not waiting:
            return None
        row = waiting[0]
        deliveries.leave_queue(session, row)
        deliveries.note(session, row, Stage.TEST if row.is_known_need else Stage.NEED, acting, now)
    work = SprintWork(
        programme_key=team.programme_key,
        sprint_id=sprint.identity,
        team_id=team.identity,
        delivery_id=row.identity,
        taken_at=now,
        taken_by=acting.identity if acting else None,
    )
    session.add(work)
    programmes.mark_changed(session, team.programme_key)
    session.flush()
    return work


def _carried(session: Session, team: SprintTeam) -> Delivery | None:
    """What the team had last, where that goes on and nobody else has it."""
    which = SprintWork.team_id == team.identity
    last = session.exec(select(SprintWork).where(which).order_by(col(SprintWork.id).desc())).first()
    if last is None or last.result != Result.CARRIES_ON:
        return None
    row = deliveries.get(session, team.programme_key, last.delivery_id)
    return row if row.stage in UNDER_WAY and held_by(session, row) is None else None
