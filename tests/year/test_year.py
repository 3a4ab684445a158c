"""Days of the years of tests.year on which most is due; and that what is wrong with a timetable is found by them."""

import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.app import Stores
from bot.schedule import TIMETABLE, Job
from dialogs.proposal_notices import queue_proposal_deadlines
from dialogs.reminders import queue_milestone_reminders
from dialogs.status_notices import queue_status_reports
from storage import broadcasts, lanes, loading, migrating, programme_file
from storage.anonymous_input import InputStore
from storage.broadcasts import Broadcast
from storage.database import Database, Session
from storage.outbox import Message
from storage.programmes import Programme
from tests.conftest import PROGRAMMES
from tests.year import KINDS, PLOTS, Year, run
from tests.year.__main__ import lines
from tests.year.jobs import ELSEWHERE, WORKED_OUT

#: How many days of each programme are played, and what some of them are about.
DAYS = {"osu2020": 20, "os2019": 16, "ou2021": 9}
ABOUT = {
    "osu2020": {
        "melding",
        "milepæl",
        "topp 5",
        "lederkort",
        "oppsummering",
        "ikke ført",
        "sprint begynt",
        "vurdering",
    },
    "os2019": {"frist", "melding", "lederkort", "ikke ført"},
    "ou2021": {"milepæl", "melding", "status spurt", "status utkast"},
}
DAY = timedelta(days=1)
Play = Callable[..., Year]


@pytest.fixture(scope="session")
def no_programme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database without a programme in it: the timetable is run for those that there are."""
    path = tmp_path_factory.mktemp("template") / "none.db"
    database = Database(f"sqlite:///{path}")
    migrating.migrate(database, "main")
    with database.writing() as session:
        lanes.open_lane(session, "web", 0.0)
    database.close()
    return path


@pytest.fixture
def play(no_programme: Path, tmp_path: Path, inputs: InputStore) -> Play:
    """Plays days of a programme that is alone in its database, by that timetable."""

    def played(programme: str, days: int, timetable: Sequence[Job] = TIMETABLE) -> Year:
        path = tmp_path / f"{programme}-{len(list(tmp_path.iterdir()))}.db"
        shutil.copy(no_programme, path)
        stores = Stores(Database(f"sqlite:///{path}"), inputs)
        try:
            with stores.database.writing() as session:
                loading.load(session, programme_file.read(PROGRAMMES / f"{programme}.yaml"))
            return run(stores, programme, 1, days, timetable, is_short=True)
        finally:
            stores.database.close()

    return played


def with_other(job: Job, *others: Job) -> tuple[Job, ...]:
    """The timetable with others in the place of a job."""
    place = TIMETABLE.index(job)
    return (*TIMETABLE[:place], *others, *TIMETABLE[place + 1 :])


@pytest.mark.parametrize("programme", PLOTS)
def test_on_the_days_on_which_most_is_due_nothing_is_missed_and_nothing_comes_twice(play: Play, programme: str) -> None:
    year = play(programme, DAYS[programme])
    assert year.broken == []
    assert set(year.happened) >= ABOUT[programme]
    assert sum(year.planned.values()) == sum(year.happened.values()) + sum(year.reasons.values())


def test_every_job_of_the_timetable_is_worked_out_or_played_elsewhere() -> None:
    assert {*WORKED_OUT, *ELSEWHERE} == {*TIMETABLE}
    assert not {*WORKED_OUT} & {*ELSEWHERE}
    said = {kind.format(0, 1, 2, on="").partition(":")[0] for _, kind in KINDS} | {"møte"}
    assert {kind for kinds in WORKED_OUT.values() for kind in kinds} <= said


def test_played_again_it_is_the_same_to_the_letter(play: Play) -> None:
    one, other = ("\n".join(lines(play("ou2021", 3))) for _ in range(2))
    assert "Tirsdag 29. juni 2021" in one
    assert "Fremdriftsplan" in one
    assert one == other


def test_a_job_that_is_left_out_is_found(play: Play) -> None:
    year = play("ou2021", 3, with_other(queue_milestone_reminders))
    assert "KD mangler milepæl: ou-fremdriftsplan 2021-06-29" in year.broken
    assert any(line.startswith("FEIL: KD mangler") for line in lines(year))


def test_deadlines_that_nobody_is_reminded_of_are_found(play: Play) -> None:
    year = play("os2019", 3, with_other(queue_proposal_deadlines))
    assert "Leder for oppvekst mangler frist: os-frist-2019 os-oppvekst 28 2019-04-03" in year.broken


def test_a_rhythm_that_drifts_is_found(play: Play) -> None:
    def drifting(session: Session, programme: Programme, now: datetime) -> int:
        return queue_status_reports(session, programme, now - DAY)

    year = play("ou2021", 4, with_other(queue_status_reports, drifting))
    assert "Arbeidsstrøm 1 mangler status spurt: 2021-06-30 2021-06-30" in year.broken
    assert "Arbeidsstrøm 1 fikk status spurt: 2021-07-01 2021-07-01, som ingen ventet" in year.broken


def test_what_comes_twice_is_found(play: Play) -> None:
    def again(session: Session, programme: Programme, now: datetime) -> int:
        """Owes what was owed last once more, under another key."""
        done = queue_milestone_reminders(session, programme, now)
        if done:
            last = session.exec(select(Broadcast).order_by(col(Broadcast.id).desc())).first()
            assert last is not None
            message = session.get_one(Message, last.message_id)
            broadcasts.owe_everyone(session, programme.key, message, f"{last.key}:again", now)
        return done

    year = play("ou2021", 3, with_other(queue_milestone_reminders, again))
    assert "KD fikk milepæl: ou-fremdriftsplan 2 ganger" in year.broken
