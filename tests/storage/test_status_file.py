"""What a programme's file says of its status reports, and that no load touches what was added in the chat."""

from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from storage import loading, people, programme_file, programmes, status_days, status_rules, status_streams
from storage.database import Database
from storage.loading import Change
from storage.programme_file import BrokenFile
from storage.status_days import Rhythm
from tests.conftest import NOW, make_person
from tests.storage.test_loading import FIRST

SAID = """\
status_reports:
  source: brev
"""
MORE = """\
status_reports:
  every_weeks: 2
  first_day: 2021-01-07
  time: "10:30"
  days_before: 1
  roles: [safety_representative]
  led_by: [coordinator]
  archive: Post@Kommunen.example
  is_open: true
  streams:
    - {key: demo-strom, title: {nb: Ledernivåer, en: Levels}, owner: {name: Kari Nordmann}, source: brev}
    - {key: demo-annen, title: Grensesnitt, owner: {role: seksjonsleder}, source: brev}
  source: brev
"""
Load = Callable[[str], list[Change]]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/x.db")
    SQLModel.metadata.create_all(made.engine)
    yield made
    made.close()


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Load:
    def loading_it(text: str) -> list[Change]:
        path = tmp_path / "demo.yaml"
        path.write_text(text, "utf-8")
        with database.writing() as session:
            return loading.load(session, programme_file.read(path))

    return loading_it


def test_without_the_section_there_are_no_reports_and_with_it_the_usual_holds(database: Database, load: Load) -> None:
    load(FIRST)
    with database.reading() as session:
        assert status_rules.of(programmes.get(session, "demo")) is None
    load(FIRST + SAID)
    with database.reading() as session:
        programme = programmes.get(session, "demo")
        rules = status_rules.must_have(programme)
        assert (rules.every_weeks, rules.clock, rules.days_before) == (3, time(9), 2)
        assert (rules.roles, rules.led_by) == (status_rules.ROLES, status_rules.LED_BY)
        assert not rules.goes_by_itself
        assert not rules.is_open
        assert status_days.rhythm(session, programme) is None, "no document says the first day"
    assert load(FIRST + SAID) == []


def test_all_that_is_said_holds(database: Database, load: Load) -> None:
    load(FIRST + MORE)
    with database.reading() as session:
        programme = programmes.get(session, "demo")
        rules = status_rules.must_have(programme)
        assert status_days.rhythm(session, programme) == Rhythm(date(2021, 1, 7), 2, time(10, 30), 1)
        assert (rules.roles, rules.led_by) == (("safety_representative",), ("coordinator",))
        assert rules.archive == "Post@Kommunen.example".lower()
        assert rules.is_open
        rows = status_streams.every(session, "demo")
        assert [(row.key, row.owner_name, row.owner_role) for row in rows] == [
            ("demo-strom", "Kari Nordmann", None), ("demo-annen", None, {"nb": "seksjonsleder"}),
        ]  # fmt: skip


def test_a_load_takes_out_what_the_file_says_no_more_and_leaves_what_was_added_in_the_chat(
    database: Database, load: Load
) -> None:
    load(FIRST + MORE)
    with database.writing() as session:
        coordinator = make_person(session, "k", programme="demo")
        people.grant(session, coordinator, "demo", "coordinator")
        programme = programmes.get(session, "demo")
        own = status_streams.add(session, coordinator, programme, "Lagt inn her", "", NOW).key
        status_streams.give(session, coordinator, programme, "demo-strom", coordinator, NOW)
    changes = load(
        FIRST + MORE.replace("    - {key: demo-annen, title: Grensesnitt", "    # {key: demo-annen, title: x")
    )
    assert ("work_stream", "demo-annen", "removed") in [(one.kind, one.key, one.what) for one in changes]
    with database.reading() as session:
        assert [row.key for row in status_streams.every(session, "demo")] == ["demo-strom", own]
        owner = status_streams.owner(session, "demo", "demo-strom")
        assert owner is not None, "the account stays with the stream"


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ("every_weeks: 2", "every_weeks: 0", "bad_value"),
        ("every_weeks: 2", "every_weeks: 27", "bad_value"),
        ("2021-01-07", "2021-02-30", "no_such_day"),
        ('time: "10:30"', 'time: "25:00"', "bad_value"),
        ("days_before: 1", "days_before: 6", "bad_value"),
        ("[safety_representative]", "[verneombud]", "not_allowed"),
        ("led_by: [coordinator]", "led_by: []", "bad_value"),
        ("Post@Kommunen.example", "post@kommunen", "bad_value"),
        ("is_open: true", "is_open: kanskje", "wrong_type_yes_no"),
        ("Kari Nordmann", "Kari i Fagforbundet", "names_union"),
        ("key: demo-annen", "key: demo-strom", "repeated_key"),
        ("  archive:", "  milestone: demo-ukjent\n  archive:", "unknown_reference"),
        ("  archive:", "  groups: [demo-ukjent]\n  archive:", "unknown_reference"),
    ],
)
def test_what_cannot_be_is_told_with_its_line(load: Load, before: str, after: str, key: str) -> None:
    assert before in MORE
    with pytest.raises(BrokenFile) as broken:
        load(FIRST + MORE.replace(before, after, 1))
    assert [problem.key.rpartition(".")[2] for problem in broken.value.problems] == [key]
    assert broken.value.problems[0].line > FIRST.count("\n")
