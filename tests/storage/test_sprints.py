"""Sprints by the working calendar, and teams that have one delivery at a time: from the queue, through the steps."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy.exc import IntegrityError

from storage import deliveries, delivery_queue, programmes, sprint_teams, sprint_work, sprints, working_days
from storage.database import Database, Session
from storage.deliveries import Delivery, Stage, Worded, WrongField
from storage.people import Person
from storage.programmes import Programme
from storage.quiet_hours import is_free_day
from storage.refusals import NotAllowed, Refused
from storage.sprint_teams import SprintTeam
from storage.sprint_work import Result, SprintWork
from storage.sprints import Sprint
from tests.conftest import make_person

PROGRAMME = "osu2020"
NOW = datetime(2020, 11, 24, 8, tzinfo=UTC)
TODAY = NOW.date()
FIRST = date(2020, 11, 30)
BEGUN = datetime(2020, 11, 30, 8, tzinfo=UTC)


class Hall:
    """A leader, who leads a team, who is in it, and who has nothing to do with it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.leader = make_person(session, "leder", "leader")
        self.head, self.member = make_person(session, "kommunalsjef"), make_person(session, "medlem")
        self.stranger = make_person(session, "innom", "coordinator", "deputy", "employee_representative")

    @property
    def programme(self) -> Programme:
        return programmes.get(self.session, PROGRAMME)

    def add(self, title: str, **more: object) -> Delivery:
        worded = Worded(title=title, need="Et behov", **more)  # type: ignore[arg-type]
        return deliveries.add(self.session, self.leader, self.programme, worded, NOW, "")

    def team(self, name: str = "Team A", **more: object) -> SprintTeam:
        said = {"leader": "Kommunalsjef", "members": ["Medlem", "Uten Konto"], "form": name, "version": 0, "key": None}
        return sprint_teams.save(
            self.session,
            self.leader,
            self.programme,
            name=name,
            now=NOW,
            **(said | more),  # type: ignore[arg-type]
        )

    def start(self, first: date = FIRST, seen: str = "", today: date = TODAY) -> Sprint:
        return sprints.start(self.session, self.leader, self.programme, first, seen, today)[0]

    def begin(self, now: datetime = BEGUN) -> Sprint:
        sprints.see_to(self.session, self.programme, now.date())
        sprint = sprints.begun(self.session, PROGRAMME, now.date())
        assert sprint is not None
        sprint_work.plan(self.session, self.programme, sprint, now)
        return sprint

    def in_hand(self, team: SprintTeam) -> Delivery | None:
        work = sprint_work.open_of(self.session, team)
        return deliveries.get(self.session, PROGRAMME, work.delivery_id) if work else None


@pytest.fixture
def hall(session: Session) -> Hall:
    return Hall(session)


DAYS = some.dates(date(2020, 1, 1), date(2035, 1, 1))


@settings(deadline=None, max_examples=300)
@given(first=DAYS, weeks=some.integers(1, 12))
def test_sprints_never_overlap_and_begin_and_end_on_working_days(first: date, weeks: int) -> None:
    windows = [sprints.window(first + timedelta(weeks=weeks * number), weeks) for number in range(12)]
    for starts, ends in windows:
        assert starts <= ends
        assert not is_free_day(starts)
        assert not is_free_day(ends)
    for (_, ends), (starts, _) in pairwise(windows):
        assert ends < starts
        between = [ends + timedelta(days=n) for n in range(1, (starts - ends).days)]
        assert all(map(is_free_day, between)), "no working day is left out"


@given(day=DAYS, count=some.integers(0, 12))
def test_so_many_working_days_before_and_after_a_working_day_is_the_day(day: date, count: int) -> None:
    day = working_days.on_or_after(day)
    assert working_days.after(working_days.before(day, count), count) == day


def test_three_weeks_over_christmas(hall: Hall) -> None:
    sprint = hall.start(date(2020, 12, 7))
    assert (sprint.starts_on, sprint.ends_on) == (date(2020, 12, 7), date(2020, 12, 24))


def test_the_calendar_goes_on_by_itself_and_is_the_same_for_two_clocks(hall: Hall, session: Session) -> None:
    hall.start()
    for _ in "12":
        for day in range(120):
            sprints.see_to(session, hall.programme, FIRST + timedelta(days=day))
    found = sprints.every(session, PROGRAMME)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
    assert [one.starts_on for one in found[:3]] == [FIRST, date(2020, 12, 21), date(2021, 1, 11)]
    assert all(earlier.ends_on < later.starts_on for earlier, later in pairwise(found))


def test_a_first_day_of_the_file_starts_it_and_else_nobody_invents_one(hall: Hall, session: Session) -> None:
    sprints.see_to(session, hall.programme, TODAY)
    assert sprints.every(session, PROGRAMME) == []
    programme = session.merge(hall.programme)
    programme.sprints = {**(programme.sprints or {}), "first_day": "2020-12-07"}
    programmes.mark_changed(session, PROGRAMME)
    sprints.see_to(session, hall.programme, TODAY)
    assert [one.starts_on for one in sprints.every(session, PROGRAMME)] == [date(2020, 12, 7)]


@pytest.mark.parametrize(
    ("first", "key"),
    [(date(2020, 11, 23), "past"), (date(2020, 11, 29), "free_day"), (date(2020, 12, 25), "free_day"),
     (date(2021, 12, 1), "far")],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused_with_why(hall: Hall, session: Session, first: date, key: str) -> None:
    with pytest.raises(WrongField, match=f"sprint.{key}"):
        hall.start(first)
    assert sprints.every(session, PROGRAMME) == []


def test_the_next_one_is_moved_until_it_begins_and_not_into_the_one_that_runs(hall: Hall, session: Session) -> None:
    hall.start()
    hall.begin()
    coming = sprints.upcoming(session, PROGRAMME, FIRST)
    assert coming is not None
    seen = coming.starts_on.isoformat()
    with pytest.raises(WrongField, match="running"):
        hall.start(date(2020, 12, 18), seen, FIRST)
    moved = hall.start(date(2021, 1, 4), seen, FIRST)
    assert (moved.id, moved.number, moved.starts_on) == (coming.id, 2, date(2021, 1, 4))
    assert hall.start(date(2021, 1, 4), seen, FIRST).id == moved.id, "twice is once"
    with pytest.raises(sprints.Changed):
        hall.start(date(2021, 1, 11), seen, FIRST)


def test_members_are_found_by_name_or_stand_by_name(hall: Hall, session: Session) -> None:
    team = hall.team()
    found = [(seat.name, seat.person is not None, seat.leads) for seat in sprint_teams.seats(session, team)]
    assert found == [("Kommunalsjef", True, True), ("Medlem", True, False), ("Uten Konto", False, False)]
    assert hall.team().id == team.id, "the same form twice is one team"
    assert len(sprint_teams.standing(session, PROGRAMME)) == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [({"name": " "}, "name"), ({"name": "x" * 61}, "name"), ({"name": "TEAM a"}, "name"), ({"leader": ""}, "leader"),
     ({"members": ["ingen@example.org"]}, "members"), ({"members": [f"Navn {n}" for n in range(31)]}, "members")],
)  # fmt: skip
def test_a_team_that_cannot_be_is_refused_where(
    hall: Hall, session: Session, said: dict[str, object], field: str
) -> None:
    hall.team()
    with pytest.raises(WrongField) as refused:
        hall.team(**({"name": "Team B", "form": "b"} | said))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert len(sprint_teams.standing(session, PROGRAMME)) == 1


def test_a_name_that_two_have_is_asked_about(hall: Hall, session: Session) -> None:
    other = make_person(session, "medlem-2")
    other.name = "Medlem"
    session.add(other)
    session.flush()
    with pytest.raises(WrongField, match="several"):
        hall.team()


def test_teams_take_from_the_top_and_a_known_need_goes_straight_to_testing(hall: Hall, session: Session) -> None:
    a, b, c = hall.add("A"), hall.add("B", is_known_need=True), hall.add("C")
    one, other = hall.team(), hall.team("Team B", leader="En annen", members=[])
    hall.start()
    sprint = hall.begin()
    assert hall.in_hand(one) == a
    assert hall.in_hand(other) == b
    assert (a.stage, b.stage) == (Stage.NEED, Stage.TEST)
    assert [row.title for row in deliveries.queue(session, PROGRAMME)] == ["C"]
    assert c.position == 1
    assert not sprint_work.plan(session, hall.programme, sprint, BEGUN), "two clocks plan once"
    assert len(sprint_work.of_sprint(session, sprint)) == 2


def test_a_second_delivery_is_refused_by_the_rule_and_by_the_database(hall: Hall, session: Session) -> None:
    hall.add("A")
    b = hall.add("B")
    team = hall.team()
    hall.start()
    sprint = hall.begin()
    with pytest.raises(Refused, match="busy") as refused:
        sprint_work.take(session, hall.head, hall.programme, team.identity, BEGUN)
    assert refused.value.values == {"team": "Team A", "delivery": "A"}
    more = {"sprint_id": sprint.identity, "team_id": team.identity, "delivery_id": b.identity, "taken_at": BEGUN}
    with session.begin_nested() as part:
        session.add(SprintWork(programme_key=PROGRAMME, **more))  # type: ignore[arg-type]
        with pytest.raises(IntegrityError):
            session.flush()
        part.rollback()


def test_outside_a_sprint_and_from_an_empty_queue_nothing_is_taken(hall: Hall, session: Session) -> None:
    team = hall.team()
    hall.add("A")
    with pytest.raises(Refused, match=r"sprint\.none"):
        sprint_work.take(session, hall.head, hall.programme, team.identity, NOW)
    hall.start()
    hall.begin()
    late = hall.team("Team B", leader="Medlem", members=[])
    with pytest.raises(Refused, match="empty"):
        sprint_work.take(session, hall.member, hall.programme, late.identity, BEGUN)
    hall.add("B")
    taken = sprint_work.take(session, hall.member, hall.programme, late.identity, BEGUN)
    assert deliveries.get(session, PROGRAMME, taken.delivery_id).title == "B"


def test_the_steps_have_a_note_who_and_when_and_no_old_form_moves_it(hall: Hall, session: Session) -> None:
    row, team = hall.add("A"), hall.team()
    hall.start()
    hall.begin()
    seen = deliveries.steps(session, row)[-1].identity

    def step(who: Person, stage: Stage, text: str, seen: int = seen) -> None:
        sprint_work.step(session, who, PROGRAMME, row.identity, stage, text, seen, BEGUN)

    with pytest.raises(WrongField, match="no_note"):
        step(hall.member, Stage.SOLUTION, " ")
    for wrong in (Stage.DELIVERED, Stage.STOPPED, Stage.QUEUED):
        with pytest.raises(WrongField, match="no_stage"):
            step(hall.member, wrong, "Ferdig")
    for _ in "12":
        step(hall.member, Stage.SOLUTION, "Ti ledere spurt.")
    with pytest.raises(WrongField, match="moved_on") as refused:
        step(hall.head, Stage.TEST, "Vi tester.")
    assert refused.value.values == {"name": "Medlem", "note": "Ti ledere spurt."}
    found = [(one.stage, one.note, one.person_id) for one in deliveries.steps(session, row)]
    assert found[1:] == [("need", "", None), ("solution", "Ti ledere spurt.", hall.member.id)]
    assert hall.in_hand(team) == row


def test_each_act_is_refused_without_its_part(hall: Hall, session: Session) -> None:
    row, team = hall.add("A"), hall.team()
    hall.start()
    hall.begin()
    free = hall.team("Team B", leader="Kommunalsjef", members=[])
    for who in (hall.stranger, hall.member):
        for write in (
            lambda who: sprints.start(session, who, hall.programme, date(2021, 1, 4), "2020-12-21", FIRST),
            lambda who: sprint_teams.save(session, who, hall.programme, None, "C", "D", [], 0, "c", NOW),
            lambda who: sprint_work.take(session, who, hall.programme, free.identity, BEGUN),
            lambda who: sprint_work.end_team(session, who, PROGRAMME, free.identity, NOW),
        ):
            with pytest.raises(NotAllowed):
                write(who)
    with pytest.raises(NotAllowed):
        sprint_work.step(session, hall.stranger, PROGRAMME, row.identity, Stage.TEST, "x", 0, BEGUN)
    with pytest.raises(Refused, match="works"):
        sprint_work.end_team(session, hall.leader, PROGRAMME, team.identity, NOW)
    sprint_work.end_team(session, hall.leader, PROGRAMME, free.identity, NOW)
    with pytest.raises(Refused, match=r"team\.unknown"):
        sprint_teams.get(session, PROGRAMME, free.identity)


def test_that_nobody_looked_at_the_queue_is_kept(hall: Hall, session: Session) -> None:
    row = hall.add("A")
    hall.start()
    assert not hall.begin().was_looked_at
    delivery_queue.confirm(session, hall.leader, PROGRAMME, [row.identity], BEGUN + timedelta(days=3))
    second = BEGUN + timedelta(weeks=3)
    assert hall.begin(second).was_looked_at
    assert not hall.begin(second + timedelta(weeks=3)).was_looked_at, "looked at before the one before"


ACTS = some.lists(some.tuples(some.sampled_from(["take", "plan", "add", "end"]), some.integers(0, 3)), max_size=25)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_whatever_is_done_a_team_has_one_delivery_and_a_delivery_one_team(
    sqlite: Database, acts: list[tuple[str, int]]
) -> None:
    with sqlite.writing() as session:
        hall, now = Hall(session), BEGUN
        teams = [hall.team(f"Team {n}", leader="Kommunalsjef", members=[]) for n in range(3)]
        hall.start()
        for place, (act, which) in enumerate(acts):
            if act == "add":
                hall.add(f"En til {place}", is_known_need=which % 2 == 0)
            elif act == "plan":
                now += timedelta(weeks=3)
                hall.begin(now)
            elif act == "take":
                with suppress(Refused):
                    sprint_work.take(session, hall.leader, hall.programme, teams[which % 3].identity, now)
            elif (work := sprint_work.open_of(session, teams[which % 3])) is not None:
                work.result = Result.CARRIES_ON if which else None
                session.add(work)
                session.flush()
            held = sprint_work.in_hand(session, PROGRAMME)
            assert len({one.team_id for one in held}) == len(held)
            assert len({one.delivery_id for one in held}) == len(held)
            waiting = deliveries.queue(session, PROGRAMME)
            assert [row.position for row in waiting] == list(range(1, len(waiting) + 1))
            assert not {row.identity for row in waiting} & {one.delivery_id for one in held}
        session.rollback()


def test_nothing_counts_how_fast_anybody_is() -> None:
    """People's speed is never measured: nothing of sprints has a count of what a team or a person made."""
    folder = Path(sprints.__file__).parents[1]
    names = ("deliver*.py", "sprint*.py")
    found = [path for floor in ("storage", "dialogs") for name in names for path in (folder / floor).glob(name)]
    assert len(found) > 8
    for path in found:
        words = path.read_text(encoding="utf-8").casefold()
        assert not [one for one in ("velocity", "throughput", "per_person", "story_point", "burndown") if one in words]
    for table in (SprintWork, SprintTeam, Delivery, Sprint, sprint_teams.SprintTeamMember):
        counting = {"number", "position", "version", "id"}
        numbers = {name for name, of in table.model_fields.items() if of.annotation in (int, float)}
        assert {one for one in numbers if not one.endswith(("_id", "_by"))} <= counting, table
