"""Two processes at initiatives at once: no more run than may, and no points, step or idea is there twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlmodel import select

from storage import criteria, ideas, initiative_states, initiatives, ranking, scoring
from storage.criteria import CriteriaVersion
from storage.database import Database, Session
from storage.ideas import Asked, Idea
from storage.initiative_states import InitiativeChange, State
from storage.people import Person
from storage.prioritising import READY_MADE
from storage.programmes import Programme
from storage.refusals import Refused
from storage.scoring import Assessment
from tests.conftest import NOW, make_person


def at_once(database: Database, works: list[Callable[[Session], object]]) -> list[object]:
    """What each came to: what it returned, or the key of its refusal."""

    def work(one: Callable[[Session], object]) -> object:
        try:
            with database.writing() as session:
                return one(session)
        except Refused as refused:
            return refused.key

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(work, works))


def leader_of(database: Database) -> int:
    with database.writing() as session:
        return make_person(session, "leader-9", "leader").identity


def test_of_those_who_start_at_once_no_more_than_the_limit_do(database: Database) -> None:
    leader = leader_of(database)
    with database.reading() as session:
        keys = [row.key for row in initiatives.every(session, "osu2020")]

    def start(key: str) -> Callable[[Session], object]:
        def work(session: Session) -> object:
            row = initiatives.get(session, "osu2020", key)
            person = session.get_one(Person, leader)
            return initiative_states.move(session, person, row, State.EXPLORING, "", NOW, 3)[1]

        return work

    came_to = at_once(database, [start(key) for key in keys])
    assert came_to.count(True) == 3
    assert came_to.count("refused.initiative.limit") == len(keys) - 3
    with database.reading() as session:
        assert len(initiative_states.running(session, "osu2020")) == 3


def test_a_step_that_two_take_at_once_is_one(database: Database) -> None:
    leader = leader_of(database)

    def stop(session: Session) -> object:
        row = initiatives.get(session, "osu2020", "osu-ini-ledelse")
        return initiative_states.move(session, session.get_one(Person, leader), row, State.STOPPED, "Nei.", NOW, 3)[1]

    assert sorted(map(str, at_once(database, [stop] * 4))) == ["False", "False", "False", "True"]
    with database.reading() as session:
        assert len(session.exec(select(InitiativeChange)).all()) == 1


def test_a_form_that_arrives_twice_at_once_is_one_idea(database: Database) -> None:
    leader = leader_of(database)
    asked = Asked(title="Felles verktøy", need="Mange ark", for_whom="Alle", value="Mindre leting")

    def propose(session: Session) -> object:
        programme = session.get_one(Programme, "osu2020")
        return ideas.propose(session, session.get_one(Person, leader), programme, asked, "f1", NOW)[1]

    assert at_once(database, [propose] * 4).count(True) == 1
    with database.reading() as session:
        assert len(session.exec(select(Idea)).all()) == 1


def test_the_last_points_close_a_round_once_whoever_gives_them(database: Database) -> None:
    with database.writing() as session:
        those = [make_person(session, f"union-{number}", "employee_representative").identity for number in range(3)]
        leader = make_person(session, "leader-9", "leader")
        programme = session.get_one(Programme, "osu2020")
        found, _ = scoring.ask(session, leader, programme, "osu-ini-ledelse", NOW)
        key = found.identity

    def give(person: int) -> Callable[[Session], object]:
        def work(session: Session) -> object:
            programme = session.get_one(Programme, "osu2020")
            points = dict.fromkeys(READY_MADE, 3)
            return scoring.give(session, session.get_one(Person, person), programme, key, points, NOW)[1]

        return work

    came_to = at_once(database, [give(person) for person in [*those, leader.identity]])
    assert came_to.count(True) == 1
    with database.reading() as session:
        assert [one.people for one in ranking.at(session, "osu2020", NOW)] == [4]
        assert len(session.exec(select(Assessment)).all()) == 1


def test_criteria_that_two_processes_notice_are_one_version(database: Database) -> None:
    def note(session: Session) -> object:
        return criteria.note(session, session.get_one(Programme, "osu2020"), NOW + timedelta(minutes=1))

    assert sum(map(int, map(str, at_once(database, [note] * 4)))) == 1
    with database.reading() as session:
        assert len(session.exec(select(CriteriaVersion)).all()) == 1
