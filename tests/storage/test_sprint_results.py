"""The end of a sprint: its demo is a meeting that is called once, and each team records what came of its delivery."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage import deliveries, demos, group_seats, meetings, sprint_results, sprint_work, sprints, topics, workgroups
from storage.database import Session
from storage.deliveries import Delivery, Stage, WrongField
from storage.demos import SprintDemo
from storage.meetings import MeetingState
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from storage.sprint_teams import SprintTeam
from storage.sprint_work import Result, SprintWork
from storage.sprints import Sprint
from tests.conftest import make_person
from tests.storage.test_sprints import BEGUN, FIRST, NOW, PROGRAMME, Hall

DEMO = datetime(2020, 12, 18, 13, tzinfo=ZoneInfo("Europe/Oslo"))
SECOND = BEGUN + timedelta(weeks=3)


class End(Hall):
    """A sprint in which a team has a delivery, and another one waits."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.row, self.next = self.add("A"), self.add("B")
        self.one: SprintTeam = self.team()
        self.start()
        self.sprint: Sprint = self.begin()
        (self.work,) = sprint_work.of_sprint(session, self.sprint)

    def record(
        self, result: Result | None, shown: str = "", why: str = "", who: Person | None = None, now: datetime = SECOND
    ) -> tuple[SprintWork, bool]:
        who = who or self.head
        return sprint_results.record(self.session, who, self.programme, self.work.identity, result, shown, why, now)

    def plan(self, start: datetime = DEMO, who: Person | None = None, seen: str = "") -> SprintDemo:
        said = demos.as_plan("Demo", start, start + timedelta(hours=1), "Fornebu")
        return demos.plan(self.session, who or self.leader, self.programme, self.sprint, said, True, seen, NOW)


@pytest.fixture
def end(session: Session) -> End:
    return End(session)


def test_delivered_is_the_end_and_the_team_takes_the_next(end: End, session: Session) -> None:
    assert end.record(Result.DELIVERED, "Innkjøp i ett skjema.")[1]
    assert not end.record(Result.DELIVERED, " Innkjøp i  ett skjema. ")[1], "twice is once"
    assert (end.row.stage, deliveries.steps(session, end.row)[-1].note) == ("delivered", "Innkjøp i ett skjema.")
    end.begin(SECOND)
    assert end.in_hand(end.one) == end.next
    with pytest.raises(Refused, match="recorded"):
        end.record(Result.STOPPED, why="Likevel ikke")


def test_what_carries_on_stays_with_its_team_at_its_stage(end: End, session: Session) -> None:
    key = end.row.identity
    seen = deliveries.steps(session, end.row)[-1].identity
    sprint_work.step(session, end.member, PROGRAMME, key, Stage.SOLUTION, "Skisse", seen, BEGUN)
    end.record(Result.CARRIES_ON, "En skisse", "Vi mangler avtalene", now=SECOND - timedelta(days=3))
    end.begin(SECOND)
    assert end.in_hand(end.one) == end.row
    assert end.row.stage == Stage.SOLUTION
    assert [row.title for row in deliveries.queue(session, PROGRAMME)] == ["B"]
    assert len(sprint_work.of_delivery(session, end.row)) == 2


def test_a_result_that_comes_late_takes_up_the_sprint_that_runs(end: End, session: Session) -> None:
    second = end.begin(SECOND)
    assert sprint_work.of_sprint(session, second) == [], "without a result the team takes nothing new"
    assert [one.id for one in sprint_results.missing(session, end.programme, SECOND)] == [end.work.id]
    end.record(Result.CARRIES_ON, "", "Ikke ferdig", now=SECOND)
    (work,) = sprint_work.of_sprint(session, second)
    assert (work.delivery_id, work.result) == (end.row.id, None)
    assert sprint_results.missing(session, end.programme, SECOND) == []


def test_stopped_needs_why_and_leaves_the_team_free(end: End) -> None:
    end.record(Result.STOPPED, "", "Staten gjør det")
    assert end.row.stage == Stage.STOPPED
    assert end.in_hand(end.one) is None


@pytest.mark.parametrize(
    ("result", "shown", "why", "field"),
    [(None, "x", "y", "result"), (Result.DELIVERED, " ", "y", "shown"), (Result.CARRIES_ON, "x", "", "why"),
     (Result.STOPPED, "x", " ", "why"), (Result.DELIVERED, "x" * 501, "", "shown"),
     (Result.STOPPED, "", "x" * 501, "why")],
)  # fmt: skip
def test_what_is_missing_is_told_where(end: End, result: Result | None, shown: str, why: str, field: str) -> None:
    with pytest.raises(WrongField) as refused:
        end.record(result, shown, why)
    assert refused.value.field == field
    assert end.in_hand(end.one) == end.row


def test_only_who_leads_the_team_records_and_who_runs_the_group_plans(end: End, session: Session) -> None:
    for other in (end.stranger, end.member):
        with pytest.raises(NotAllowed):
            end.record(Result.DELIVERED, "x", who=other)
    deputy = make_person(session, "", "deputy", "employee_representative")
    for other in (deputy, end.member):
        with pytest.raises(NotAllowed):
            end.plan(who=other)
    group = workgroups.get(session, PROGRAMME, "osu-innsatsteam")
    group_seats.give(session, end.member, group, NOW, leads=True)
    end.plan(who=end.member)
    assert end.record(Result.DELIVERED, "x", who=end.leader)[1]


def test_a_demo_is_one_meeting_however_often_it_is_planned(end: End, session: Session) -> None:
    first = end.plan()
    assert end.plan().id == first.id
    known = meetings.get(session, PROGRAMME, first.meeting_key)
    assert (known.meeting.first_day, known.meeting.starts_at, known.meeting.ends_at) == (DEMO.date(), "13:00", "14:00")
    seen = meetings.stamp_of_plan(known)
    end.plan(DEMO + timedelta(hours=1), seen=seen)
    with pytest.raises(meetings.Changed):
        end.plan(DEMO + timedelta(hours=2), seen=seen)
    assert len(demos.every(session, PROGRAMME)) == 1
    assert demos.is_demo(first.meeting_key)
    assert not demos.is_demo("here:annet")


@pytest.mark.parametrize("day", [FIRST - timedelta(days=1), date(2020, 12, 26)])
def test_a_day_that_is_not_of_the_sprint_is_refused(end: End, session: Session, day: date) -> None:
    with pytest.raises(meetings.WrongField) as refused:
        end.plan(datetime.combine(day, DEMO.timetz()))
    assert refused.value.field == "day"
    assert demos.every(session, PROGRAMME) == []


def test_one_that_was_held_is_not_moved(end: End, session: Session) -> None:
    demo = end.plan()
    today = DEMO.date()
    meetings.note(session, end.leader, PROGRAMME, demo.meeting_key, MeetingState.HELD, "", NOW, today)
    with pytest.raises(Refused, match="held"):
        end.plan(DEMO + timedelta(hours=3))


def test_the_interested_are_the_team_and_those_who_follow(end: End, session: Session) -> None:
    follower, other = make_person(session), make_person(session)
    topics.follow(session, follower, PROGRAMME, "workgroup:osu-innsatsteam", NOW)
    found = demos.interested(session, end.programme, [end.row], NOW + timedelta(hours=1))
    assert found == sorted({end.head.identity, end.member.identity, follower.identity})
    assert other.identity not in found


def test_which_sprint_a_demo_is_of(end: End, session: Session) -> None:
    def at(day: date) -> int | None:
        found = demos.of_which(session, end.programme, datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
        return found.number if found else None

    assert at(date(2020, 12, 18)) == 1
    assert at(date(2020, 12, 20)) == 2, "the one to come"
    assert sprints.upcoming(session, PROGRAMME, FIRST) is not None
    assert isinstance(end.row, Delivery)
