"""The order of initiatives recomputes from what is stored, and other weights change nothing of the past."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from dialogs import saying_ranks
from storage import criteria, ideas, initiative_states, initiatives, people, programmes, ranking, scoring
from storage.criteria import CriteriaVersion
from storage.database import Database
from storage.ideas import Asked
from storage.initiative_states import State
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import NotAllowed, Refused
from storage.scoring import Assessment, Score
from tests.conftest import NOW, make_person

NAMED = ("osu-ini-framtidens-arbeidsplass", "osu-ini-kommunegard", "osu-ini-ledelse", "osu-ini-kompetanse")
KEYS = ("nytte", "innsats", "risiko")
WEIGHTS = st.lists(st.integers(1, 100), min_size=len(KEYS), max_size=len(KEYS))
POINTS = st.integers(1, 5)
#: For each initiative the points of each of three people for each criterion.
GIVEN = st.lists(
    st.lists(st.lists(POINTS, min_size=3, max_size=3), min_size=3, max_size=3), min_size=1, max_size=len(NAMED)
)


class RolledBackError(Exception):
    """Rolls an example back."""


@contextmanager
def alone(database: Database) -> Iterator[Session]:
    """A transaction of one example, of which nothing stays."""
    try:
        with database.writing() as session:
            yield session
            raise RolledBackError
    except RolledBackError:
        pass


def weigh(session: Session, weights: list[int]) -> Programme:
    programme = session.get_one(Programme, "osu2020")
    programme.prioritising = {
        "criteria": [
            {"key": key, "weight": weight, "title": {"nb": key.title()}, "low": {"nb": "lite"}, "high": {"nb": "mye"}}
            for key, weight in zip(KEYS, weights, strict=True)
        ]
    }
    session.add(programme)
    session.flush()
    programmes.mark_changed(session, "osu2020")
    return programme


def recomputed(session: Session, version: CriteriaVersion) -> list[tuple[str, Fraction]]:
    """The order from the rows themselves, by nothing but arithmetic."""
    found = []
    weights = {one["key"]: one["weight"] for one in version.criteria}
    for row in session.exec(select(Assessment).where(Assessment.closed_at != None)):  # noqa: E711 - SQL
        rows = session.exec(select(Score).where(Score.assessment_id == row.id)).all()
        total = Fraction()
        for key, weight in weights.items():
            points = [score.points for score in rows if score.criterion == key]
            total += Fraction(sum(points) * weight, len(points) * sum(weights.values()))
        found.append((row.initiative_key, total))
    return sorted(found, key=lambda one: (-one[1], NAMED.index(one[0])))


def scored(session: Session, programme: Programme, points: list[list[list[int]]]) -> list[Person]:
    leader = make_person(session, "leader-9", "leader")
    others = [make_person(session, f"union-{number}", "employee_representative") for number in range(2)]
    for key, each in zip(sorted_by_position(session, len(points)), points, strict=True):
        found, _ = scoring.ask(session, leader, programme, key, NOW)
        for somebody, own in zip([leader, *others], each, strict=True):
            scoring.give(session, somebody, programme, found.identity, dict(zip(KEYS, own, strict=True)), NOW)
    return [leader, *others]


def sorted_by_position(session: Session, count: int) -> list[str]:
    every = [row.key for row in initiatives.every(session, "osu2020") if row.key in NAMED]
    assert tuple(every) == NAMED, "named here in the file's order"
    return every[:count]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WEIGHTS, WEIGHTS, GIVEN)
def test_any_rank_recomputes_from_the_stored_scores_and_new_weights_change_nothing_of_the_past(
    sqlite: Database, weights: list[int], later: list[int], points: list[list[list[int]]]
) -> None:
    with alone(sqlite) as session:
        programme = weigh(session, weights)
        scored(session, programme, points)
        order = ranking.at(session, "osu2020", NOW)
        version = criteria.find(session, "osu2020")
        assert version is not None
        expected = recomputed(session, version)
        assert [(one.key, one.total) for one in order] == expected
        for one in order:
            assert one.place == 1 + sum(total > one.total for _, total in expected)
            assert sum(ranking.pull(part, one) for part in one.parts) == 0
            text = saying_ranks.explained(one, len(order), "nb")
            tenths = (dict(expected)[one.key] * 10 + Fraction(1, 2)).__floor__()
            assert text.startswith(f"Nummer {one.place} av {len(order)}, med {tenths // 10},{tenths % 10} av 5 poeng.")
        before = [saying_ranks.explained(one, len(order), "nb") for one in order]
        programme = weigh(session, later)
        criteria.note(session, programme, NOW + timedelta(days=1))
        again = ranking.at(session, "osu2020", NOW)
        assert again == order
        assert [saying_ranks.explained(one, len(again), "nb") for one in again] == before
        newest = criteria.find(session, "osu2020")
        assert newest is not None
        now = ranking.at(session, "osu2020", NOW + timedelta(days=2))
        assert [(one.key, one.total) for one in now] == recomputed(session, newest)


def test_criteria_that_stay_are_one_version(session: Session) -> None:
    programme = weigh(session, [1, 2, 3])
    assert criteria.note(session, programme, NOW) == 1
    assert criteria.note(session, programme, NOW + timedelta(days=1)) == 0
    assert criteria.note(session, weigh(session, [3, 2, 1]), NOW + timedelta(days=2)) == 1
    first = criteria.find(session, "osu2020", NOW + timedelta(days=1))
    assert first is not None
    assert [one.weight for one in first.each] == [1, 2, 3]


def test_nobody_sees_points_before_all_are_in(session: Session) -> None:
    programme = weigh(session, [1, 1, 1])
    leader, union = make_person(session, "", "leader"), make_person(session, "", "employee_representative")
    found, _ = scoring.ask(session, leader, programme, NAMED[0], NOW)
    _, is_closed = scoring.give(session, union, programme, found.identity, dict.fromkeys(KEYS, 5), NOW)
    assert not is_closed
    with pytest.raises(Refused, match="blind"):
        scoring.scores(session, found)
    assert scoring.own(session, union, found) == dict.fromkeys(KEYS, 5)
    assert scoring.own(session, leader, found) == {}
    assert ranking.at(session, "osu2020", NOW) == []
    with pytest.raises(Refused, match="few"):
        scoring.close(session, leader, programme, found.identity, NOW)
    _, is_closed = scoring.give(session, leader, programme, found.identity, dict.fromkeys(KEYS, 1), NOW)
    assert is_closed
    assert scoring.scores(session, found) == {key: [1, 5] for key in KEYS}
    with pytest.raises(Refused, match="closed"):
        scoring.give(session, union, programme, found.identity, dict.fromkeys(KEYS, 3), NOW)


@pytest.mark.parametrize("points", [{}, {"nytte": 3}, dict.fromkeys(KEYS, 0), dict.fromkeys((*KEYS, "annet"), 3)])
def test_points_that_cannot_be_are_refused(session: Session, points: dict[str, int]) -> None:
    programme, leader = weigh(session, [1, 1, 1]), make_person(session, "", "leader")
    found, _ = scoring.ask(session, leader, programme, NAMED[0], NOW)
    with pytest.raises(Refused, match="points"):
        scoring.give(session, leader, programme, found.identity, points, NOW)


def test_asked_twice_is_one_round_and_a_later_one_takes_its_place(session: Session) -> None:
    programme, leader = weigh(session, [1, 1, 1]), make_person(session, "", "leader")
    first, is_new = scoring.ask(session, leader, programme, NAMED[0], NOW)
    assert is_new
    assert scoring.ask(session, leader, programme, NAMED[0], NOW) == (first, False)
    scoring.give(session, leader, programme, first.identity, dict.fromkeys(KEYS, 1), NOW)
    later = NOW + timedelta(days=1)
    second, is_new = scoring.ask(session, leader, programme, NAMED[0], later)
    assert is_new
    scoring.give(session, leader, programme, second.identity, dict.fromkeys(KEYS, 5), later)
    assert [one.total for one in ranking.at(session, "osu2020", NOW)] == [1]
    assert [one.total for one in ranking.at(session, "osu2020", later)] == [5]


def test_what_is_stopped_leaves_the_order_from_then_on(session: Session) -> None:
    programme, leader = weigh(session, [1, 1, 1]), make_person(session, "", "leader")
    found, _ = scoring.ask(session, leader, programme, NAMED[0], NOW)
    scoring.give(session, leader, programme, found.identity, dict.fromkeys(KEYS, 4), NOW)
    row = initiatives.get(session, "osu2020", NAMED[0])
    later = NOW + timedelta(days=1)
    initiative_states.move(session, leader, row, State.STOPPED, "Ingen midler.", later, 3)
    assert [one.key for one in ranking.at(session, "osu2020", NOW)] == [NAMED[0]]
    assert ranking.at(session, "osu2020", later) == []


def test_an_idea_gets_no_points_before_it_is_lifted(session: Session) -> None:
    programme, leader = weigh(session, [1, 1, 1]), make_person(session, "", "leader")
    asked = Asked(title="Felles verktøy", need="Mange ark", for_whom="Alle", value="Mindre leting")
    row, _ = ideas.propose(session, leader, programme, asked, "f1", NOW)
    with pytest.raises(Refused, match="state"):
        scoring.ask(session, leader, programme, row.key, NOW)


@pytest.mark.parametrize("role", ["", *people.ROLES])
def test_the_roles_and_what_each_may_with_points(session: Session, role: str) -> None:
    programme, leader = weigh(session, [1, 1, 1]), make_person(session, "", "leader")
    found, _ = scoring.ask(session, leader, programme, NAMED[0], NOW)
    somebody = make_person(session, "", *([role] if role else []))
    gives = role in ("leader", "employee_representative", "safety_representative")

    def may(act: object) -> bool:
        try:
            act()  # type: ignore[operator]
        except NotAllowed:
            return False
        except Refused:
            pass
        return True

    points = dict.fromkeys(KEYS, 3)
    assert may(lambda: scoring.give(session, somebody, programme, found.identity, points, NOW)) is gives
    assert may(lambda: scoring.waiting_for(session, somebody, programme)) is gives
    assert may(lambda: scoring.ask(session, somebody, programme, NAMED[1], NOW)) is (role == "leader")
    assert may(lambda: scoring.close(session, somebody, programme, found.identity, NOW)) is (role == "leader")


def test_the_clock_notices_other_criteria_once_anybody_was_asked_for_points(session: Session) -> None:
    programme = weigh(session, [1, 2, 3])
    criteria.note_changed(session, programme, NOW)
    assert criteria.find(session, "osu2020") is None
    scoring.ask(session, make_person(session, "", "leader"), programme, NAMED[0], NOW)
    for _ in range(2):
        criteria.note_changed(session, weigh(session, [3, 2, 1]), NOW + timedelta(days=1))
    assert len(session.exec(select(CriteriaVersion)).all()) == 2


def test_who_lost_the_role_is_not_waited_for(session: Session) -> None:
    programme = weigh(session, [1, 1, 1])
    leader, union = make_person(session, "", "leader"), make_person(session, "", "employee_representative")
    found, _ = scoring.ask(session, leader, programme, NAMED[0], NOW)
    people.revoke(session, union, "osu2020", "employee_representative")
    _, is_closed = scoring.give(session, leader, programme, found.identity, dict.fromkeys(KEYS, 4), NOW)
    assert is_closed
