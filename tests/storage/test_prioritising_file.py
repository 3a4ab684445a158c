"""What a programme's file chooses for its initiatives, and that no load touches what people proposed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from storage import ideas, initiative_states, initiatives, loading, prioritising, programme_file, programmes
from storage.database import Database
from storage.ideas import Asked
from storage.initiative_states import State
from storage.loading import Change
from storage.people import Person
from storage.programme_file import BrokenFile
from storage.refusals import Refused
from tests.conftest import NOW, make_person
from tests.storage.test_loading import FIRST

CHOSEN = """\
prioritising:
  most_running: 2
  scored_by: [leader, coordinator]
  answer_within: {words: {nb: innen to uker}, days: 14}
  criteria:
    - {key: nytte, title: Nytte, low: liten, high: stor, weight: 3}
    - {key: hast, title: Hast, low: kan vente, high: haster, weight: 1}
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/x.db")
    SQLModel.metadata.create_all(made.engine)
    yield made
    made.close()


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Callable[[str], list[Change]]:
    def loading_it(text: str) -> list[Change]:
        path = tmp_path / "demo.yaml"
        path.write_text(text, "utf-8")
        with database.writing() as session:
            return loading.load(session, programme_file.read(path))

    return loading_it


def test_what_is_chosen_holds_and_without_it_the_ready_made_does(
    database: Database, load: Callable[[str], list[Change]]
) -> None:
    load(FIRST)
    with database.reading() as session:
        programme = programmes.get(session, "demo")
        assert prioritising.most_running(programme) == prioritising.MOST_RUNNING
        assert prioritising.scored_by(programme) == prioritising.SCORED_BY
        assert prioritising.answer_within(programme) is None
        assert {one.key: one.weight for one in prioritising.criteria(programme)} == prioritising.READY_MADE
    assert [change.what for change in load(FIRST + CHOSEN)] == ["changed"]
    assert load(FIRST + CHOSEN) == []
    with database.reading() as session:
        programme = programmes.get(session, "demo")
        assert prioritising.most_running(programme) == 2
        assert prioritising.scored_by(programme) == ("leader", "coordinator")
        assert prioritising.answer_within(programme) == ({"nb": "innen to uker"}, 14)
        assert [(one.key, one.weight, one.high) for one in prioritising.criteria(programme)] == [
            ("nytte", 3, {"nb": "stor"}),
            ("hast", 1, {"nb": "haster"}),
        ]


@pytest.mark.parametrize(
    ("good", "bad", "line"),
    [
        ("most_running: 2", "most_running: 0", 2),
        ("[leader, coordinator]", "[leader, janitor]", 3),
        ("days: 14", "days: 0", 4),
        ("weight: 1", "weight: 0", 7),
        ("key: hast", "key: nytte", 7),
    ],
)
def test_a_mistake_is_told_with_its_line(load: Callable[[str], list[Change]], good: str, bad: str, line: int) -> None:
    with pytest.raises(BrokenFile) as broken:
        load(FIRST + CHOSEN.replace(good, bad))
    assert line + len(FIRST.splitlines()) in [problem.line for problem in broken.value.problems]


def test_no_load_touches_what_people_proposed(database: Database, load: Callable[[str], list[Change]]) -> None:
    load(FIRST)
    asked = Asked(title="Felles verktøy", need="Mange ark", for_whom="Alle", value="Mindre leting")
    with database.writing() as session:
        person = make_person(session, "", programme="demo")
        row, _ = ideas.propose(session, person, programmes.get(session, "demo"), asked, "f1", NOW)
    assert load(FIRST) == []
    load(FIRST + CHOSEN)
    with database.reading() as session:
        assert [one.key for one in initiatives.with_ideas(session, "demo")] == ["demo-en", "demo-to", row.key]
        assert [one.key for one in initiatives.every(session, "demo")] == ["demo-en", "demo-to"]


def test_an_initiative_that_runs_stays_in_the_file(database: Database, load: Callable[[str], list[Change]]) -> None:
    load(FIRST)
    with database.writing() as session:
        leader: Person = make_person(session, "", "leader", programme="demo")
        row = initiatives.get(session, "demo", "demo-to")
        initiative_states.move(session, leader, row, State.EXPLORING, "", NOW, 3)
    with pytest.raises(Refused, match="in_use_running"):
        load("\n".join(line for line in FIRST.splitlines() if "demo-to," not in line))
