"""What came of a team's delivery at the end of a sprint: delivered, carries on or stopped, what was shown and why."""

from datetime import datetime

from sqlmodel import Session, select

from storage import deliveries, sprint_teams, sprint_work, sprints
from storage.deliveries import LONGEST_NOTE, Stage, WrongField
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.sprint_work import Result, SprintWork


def get(session: Session, programme_key: str, key: int) -> SprintWork:
    """What a team had in a sprint. Raises Refused where there is none of that number."""
    which = (SprintWork.id == key, SprintWork.programme_key == programme_key)
    found = session.exec(select(SprintWork).where(*which).execution_options(populate_existing=True)).first()
    if found is None:
        raise Refused("refused.sprint.no_work")
    return found


def record(
    session: Session, acting: Person, programme: Programme, key: int, result: Result | None, shown: str, why: str,
    now: datetime,
) -> tuple[SprintWork, bool]:  # fmt: skip
    """Records the result; returns it and whether it is new. What carries on after the next sprint has begun is taken
    into that at once.

    Raises NotAllowed for who does not lead the team, WrongField for what is missing or too long, Refused where somebody
    has recorded another result.
    """
    deliveries.alone(session, programme.key)
    work = get(session, programme.key, key)
    must_record(session, acting, work)
    shown, why = " ".join(shown.split()), " ".join(why.split())
    if work.result is not None:
        if (work.result, work.shown, work.why) == (result, shown, why):
            return work, False
        name = session.get_one(Person, work.recorded_by).name if work.recorded_by is not None else ""
        raise Refused("refused.sprint.recorded", name=name or "–")
    _check(result, shown, why)
    assert result is not None, "checked"
    row = deliveries.held(session, programme.key, work.delivery_id)
    stage = {Result.DELIVERED: Stage.DELIVERED, Result.STOPPED: Stage.STOPPED}.get(result, Stage(row.stage))
    work.result, work.shown, work.why = result, shown, why
    work.recorded_by, work.recorded_at = acting.identity, now
    session.add(work)
    deliveries.note(session, row, stage, acting, now, shown if result is Result.DELIVERED else why)
    if result is Result.CARRIES_ON:
        _go_on(session, acting, programme, work, now)
    return work, True


def must_record(session: Session, person: Person, work: SprintWork) -> None:
    """Raises NotAllowed for who does not lead the team."""
    sprint_teams.must_lead(session, person, sprint_work.team_of(session, work))


def missing(session: Session, programme: Programme, now: datetime) -> list[SprintWork]:
    """What nobody has said the result of, though its sprint is over."""
    today = sprints.today_of(programme, now)
    over = {one.id for one in sprints.every(session, programme.key) if one.ends_on < today}
    return [work for work in sprint_work.in_hand(session, programme.key) if work.sprint_id in over]


def _go_on(session: Session, acting: Person, programme: Programme, work: SprintWork, now: datetime) -> None:
    today = sprints.today_of(programme, now)
    running = sprints.begun(session, programme.key, today)
    if running is None or running.id == work.sprint_id or running.planned_at is None or today > running.ends_on:
        return
    sprint_work.take(session, acting, programme, work.team_id, now)


def _check(result: Result | None, shown: str, why: str) -> None:
    if result is None:
        raise WrongField("refused.sprint.no_result", "result")
    if result is Result.DELIVERED and not shown:
        raise WrongField("refused.sprint.not_shown", "shown")
    if result is not Result.DELIVERED and not why:
        raise WrongField("refused.sprint.no_why", "why")
    deliveries.check_length(shown, LONGEST_NOTE, "shown")
    deliveries.check_length(why, LONGEST_NOTE, "why")
