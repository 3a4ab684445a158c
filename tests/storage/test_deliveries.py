"""The queue of deliveries: filled by leaders, ordered by those whose part it is, and never by a list that is old."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from storage import deliveries, delivery_queue, ideas, initiative_states, programmes, sprint_rules
from storage.database import Database, Session
from storage.deliveries import Changed, Delivery, Stage, Worded, WrongField
from storage.delivery_queue import Stale
from storage.ideas import Asked
from storage.initiative_states import State
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from tests.conftest import make_person

PROGRAMME = "osu2020"
NOW = datetime(2020, 11, 24, 8, tzinfo=UTC)
People = Callable[..., Person]


class Office:
    """A leader, and somebody who is none."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.leader = make_person(session, "leder", "leader")
        self.stranger = make_person(session, "innom", "coordinator", "deputy", "employee_representative")

    def add(self, title: str, form: str = "", **more: object) -> Delivery:
        worded = Worded(title=title, need="Et behov", **more)  # type: ignore[arg-type]
        programme = programmes.get(self.session, PROGRAMME)
        return deliveries.add(self.session, self.leader, programme, worded, NOW, form)

    def titles(self) -> list[str]:
        return [row.title for row in deliveries.queue(self.session, PROGRAMME)]

    def seen(self) -> list[int]:
        return [row.identity for row in deliveries.queue(self.session, PROGRAMME)]

    def move(self, key: int, to: int, seen: list[int]) -> list[Delivery]:
        return delivery_queue.move(self.session, self.leader, PROGRAMME, key, to, seen, NOW)


@pytest.fixture
def office(session: Session) -> Office:
    return Office(session)


def test_what_the_file_says_of_sprints_is_what_holds(session: Session) -> None:
    assert sprint_rules.weeks(session, PROGRAMME) == 3
    assert sprint_rules.team_size(session, PROGRAMME) == 5
    assert sprint_rules.workgroup(session, PROGRAMME) == "osu-innsatsteam"
    assert sprint_rules.first_day(session, PROGRAMME) is None, "no document says when the first sprint begins"
    assert sprint_rules.prioritised_by(session, PROGRAMME) == ("leader",)


def test_a_new_one_stands_last_and_twice_is_once(office: Office, session: Session) -> None:
    first, _ = office.add("A", "f1"), office.add("B", "f2")
    assert office.add("A", "f1").id == first.id
    assert office.titles() == ["A", "B"]
    assert [step.stage for step in deliveries.steps(session, first)] == [Stage.QUEUED]


def test_only_leaders_fill_it_and_only_those_named_order_it(office: Office, session: Session) -> None:
    row = office.add("A")
    key, seen = row.identity, office.seen()
    programme, worded = programmes.get(session, PROGRAMME), Worded(title="x", need="y")
    for write in (
        lambda who: deliveries.add(session, who, programme, worded, NOW, "z"),
        lambda who: deliveries.change(session, who, PROGRAMME, key, worded, 1, NOW),
        lambda who: deliveries.stop(session, who, PROGRAMME, key, "x", NOW),
        lambda who: delivery_queue.move(session, who, PROGRAMME, key, 1, seen, NOW),
        lambda who: delivery_queue.confirm(session, who, PROGRAMME, seen, NOW),
    ):
        with pytest.raises(NotAllowed):
            write(office.stranger)
    assert office.titles() == ["A"]
    assert delivery_queue.latest(session, PROGRAMME) is None


def test_the_roles_that_order_it_are_the_files(office: Office, session: Session) -> None:
    row = office.add("A")
    programme = session.merge(programmes.get(session, PROGRAMME))
    programme.sprints = {**(programme.sprints or {}), "prioritised_by": ["deputy"]}
    programmes.mark_changed(session, PROGRAMME)
    delivery_queue.move(session, office.stranger, PROGRAMME, row.identity, 1, office.seen(), NOW)
    with pytest.raises(NotAllowed):
        office.move(row.identity, 1, office.seen())


def test_an_old_list_moves_nothing_and_tells_what_is_another(office: Office, session: Session) -> None:
    a, b, c = (office.add(title) for title in "ABC")
    seen = office.seen()
    office.move(c.identity, 1, seen)
    assert office.titles() == ["C", "A", "B"]
    with pytest.raises(Stale) as refused:
        office.move(a.identity, 3, seen)
    assert (refused.value.changed.added, refused.value.changed.gone) == ((), ())
    assert refused.value.changed.name == office.leader.name
    assert office.titles() == ["C", "A", "B"]
    seen = office.seen()
    office.add("D")
    deliveries.stop(session, office.leader, PROGRAMME, b.identity, "Dobbelt", NOW)
    with pytest.raises(Stale) as refused:
        delivery_queue.confirm(session, office.leader, PROGRAMME, seen, NOW)
    assert (refused.value.changed.added, refused.value.changed.gone) == (("D",), ("B",))
    assert [row.position for row in deliveries.queue(session, PROGRAMME)] == [1, 2, 3]


def test_the_same_move_pressed_twice_moves_once(office: Office, session: Session) -> None:
    _, _, c = (office.add(title) for title in "ABC")
    seen = office.seen()
    office.move(c.identity, 1, seen)
    office.move(c.identity, 1, seen)
    assert office.titles() == ["C", "A", "B"]
    before = delivery_queue.latest(session, PROGRAMME)
    delivery_queue.confirm(session, office.leader, PROGRAMME, office.seen(), NOW)
    assert delivery_queue.latest(session, PROGRAMME) == before, "it was looked at and ordered today already"


@pytest.mark.parametrize(("key", "to", "field"), [(999, 1, "delivery"), (0, 0, "place"), (0, 4, "place")])
def test_what_cannot_be_moved_is_told_where(office: Office, key: int, to: int, field: str) -> None:
    rows = [office.add(title) for title in "ABC"]
    with pytest.raises(WrongField) as refused:
        office.move(key or rows[0].identity, to, office.seen())
    assert refused.value.field == field
    assert office.titles() == ["A", "B", "C"]


MOVES = some.lists(some.tuples(some.integers(0, 6), some.integers(1, 7)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=some.integers(1, 7), moves=MOVES)
def test_whatever_is_moved_the_queue_is_a_permutation_with_places_from_one(
    sqlite: Database, size: int, moves: list[tuple[int, int]]
) -> None:
    with sqlite.writing() as session:
        office = Office(session)
        keys = [office.add(f"{number}").identity for number in range(size)]
        for which, to in moves:
            key = keys[which % size]
            place = (to - 1) % size + 1
            rows = office.move(key, place, office.seen())
            assert rows[place - 1].identity == key
        assert sorted(office.seen()) == keys
        assert [row.position for row in deliveries.queue(session, PROGRAMME)] == list(range(1, size + 1))
        session.rollback()


def test_nobodys_words_are_written_over_unseen(office: Office, session: Session) -> None:
    row = office.add("A")
    other = make_person(session, "", "leader")
    new = Worded(title="B", need="Et annet")
    deliveries.change(session, other, PROGRAMME, row.identity, new, 1, NOW)
    with pytest.raises(Changed) as refused:
        deliveries.change(session, office.leader, PROGRAMME, row.identity, Worded(title="C", need="D"), 1, NOW)
    assert refused.value.values["name"] == other.name
    assert deliveries.change(session, office.leader, PROGRAMME, row.identity, new, 1, NOW).version == 2, "the same"
    assert row.title == "B"


def test_of_an_initiative_that_runs_it_takes_what_is_left_empty(office: Office, session: Session) -> None:
    programme = programmes.get(session, PROGRAMME)
    asked = Asked(
        "Felles turnus", "Tre regneark", "Ansatte i turnus", "Færre feil", "sprint", True, "Lav", "HR", "Ingen"
    )
    initiative, _ = ideas.propose(session, office.leader, programme, asked, "idé-1", NOW)
    worded = Worded(initiative_key=initiative.key)
    with pytest.raises(WrongField, match="initiative"):
        deliveries.add(session, office.leader, programme, worded, NOW, "f")
    for state in (State.LIFTED, State.TESTING):
        initiative_states.move(session, office.leader, initiative, state, "", NOW, 3)
    made = deliveries.add(session, office.leader, programme, worded, NOW, "f")
    assert (made.title, made.need, made.for_whom) == ("Felles turnus", "Tre regneark", "Ansatte i turnus")
    assert made.is_known_need


def test_what_documents_name_is_in_the_queue_once_a_leader_says_what_it_is(office: Office, session: Session) -> None:
    assert [fact.key for fact in deliveries.only_named(session, PROGRAMME)] == [f"osu-lev-{n}" for n in range(1, 7)]
    office.add("Innkjøp", named="osu-lev-2")
    assert "osu-lev-2" not in {fact.key for fact in deliveries.only_named(session, PROGRAMME)}
    for wrong in ("osu-lev-2", "osu-lev-7"):
        with pytest.raises(WrongField) as refused:
            office.add("Igjen", named=wrong)
        assert refused.value.field == "named"
    assert office.titles() == ["Innkjøp"]


@pytest.mark.parametrize(
    ("words", "field"),
    [({"title": " "}, "title"), ({"need": ""}, "need"), ({"title": "x" * 81}, "title"), ({"need": "x" * 501}, "need"),
     ({"for_whom": "x" * 501}, "for_whom"), ({"answered_for": "x" * 121}, "answered_for")],
)  # fmt: skip
def test_what_cannot_be_is_told_where(office: Office, session: Session, words: dict[str, str], field: str) -> None:
    worded = Worded(**({"title": "A", "need": "B"} | words))  # type: ignore[arg-type]
    with pytest.raises(WrongField) as refused:
        deliveries.add(session, office.leader, programmes.get(session, PROGRAMME), worded, NOW, "")
    assert refused.value.field == field
    assert office.titles() == []


def test_what_is_taken_out_stays_out_with_its_reason(office: Office, session: Session) -> None:
    a, b = office.add("A"), office.add("B")
    with pytest.raises(WrongField, match="no_reason"):
        deliveries.stop(session, office.leader, PROGRAMME, a.identity, " ", NOW)
    for _ in "12":
        deliveries.stop(session, office.leader, PROGRAMME, a.identity, "Finnes fra før", NOW)
    assert [(step.stage, step.note) for step in deliveries.steps(session, a)][1:] == [("stopped", "Finnes fra før")]
    assert b.position == 1
    with pytest.raises(Refused, match="stopped"):
        deliveries.change(session, office.leader, PROGRAMME, a.identity, Worded(title="C", need="D"), 1, NOW)


def test_a_programme_that_works_without_says_so(session: Session, person: People) -> None:
    chief = person("", "leader", programme="os2019")
    with pytest.raises(Refused, match="none_taken"):
        deliveries.add(session, chief, programmes.get(session, "os2019"), Worded(title="A", need="B"), NOW, "")
