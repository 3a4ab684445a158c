"""A release is asked for and answered once, whoever presses at the same moment in whatever process."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import pytest

from storage import programmes, release_steps, releases, sign_up_questions, sign_ups
from storage.database import Database, Session
from storage.people import Person
from storage.refusals import Refused
from storage.releases import ReleaseState
from tests.conftest import NOW, make_person
from tests.storage.test_sign_ups import PROGRAMME, a_coordinator, the_group, volunteer


def at_once(database: Database, what: list[Callable[[Session], bool]]) -> list[bool | str]:
    """Does these in turn from two replicas, each in its own transaction: what each returned, or was refused for."""
    other = Database(database.engine.url.render_as_string(hide_password=False))

    def do(act: Callable[[Session], bool], replica: Database) -> bool | str:
        try:
            with replica.writing() as session:
                return act(session)
        except Refused as refused:
            return refused.key

    try:
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(do, what, cycle([database, other])))
    finally:
        other.close()


def asking(coordinator: int, sign_up: int, leader: int) -> Callable[[Session], bool]:
    def ask(session: Session) -> bool:
        acting, asked = session.get_one(Person, coordinator), session.get_one(Person, leader)
        return release_steps.ask(session, acting, programmes.get(session, PROGRAMME), sign_up, asked, NOW)[1]

    return ask


def test_a_leader_is_asked_once_and_the_first_answer_counts(database: Database) -> None:
    with database.writing() as session:
        coordinator, leader = a_coordinator(session).identity, make_person(session, "boss").identity
        sign_up = volunteer(session, "kari").identity
    assert sorted(at_once(database, [asking(coordinator, sign_up, leader)] * 8)) == [False] * 7 + [True]
    with database.reading() as session:
        found = releases.find(session, sign_up)
        assert found is not None
        key = found.identity

    def answer(is_given: bool) -> Callable[[Session], bool]:
        def act(session: Session) -> bool:
            acting = session.get_one(Person, coordinator)
            return release_steps.answer(
                session, acting, PROGRAMME, key, is_given=is_given, reason="" if is_given else "Nei", now=NOW
            )[1]

        return act

    came = at_once(database, [answer(True), answer(False)] * 4)
    assert came.count(True) == 1
    assert came.count("refused.release.answered") == 4
    with database.reading() as session:
        found = releases.find(session, sign_up)
        assert found is not None
        first = ReleaseState.GIVEN if came[0] is True or True in came[::2] else ReleaseState.REFUSED
        assert found.state == first


def test_a_question_is_asked_once(database: Database) -> None:
    with database.writing() as session:
        coordinator, sign_up = a_coordinator(session).identity, volunteer(session, "kari").identity

    def ask(session: Session) -> bool:
        acting = session.get_one(Person, coordinator)
        return sign_up_questions.ask(session, acting, PROGRAMME, sign_up, "Kan du?", NOW)[1]

    assert sorted(at_once(database, [ask] * 8)) == [False] * 7 + [True]


def test_nobody_is_asked_about_somebody_who_withdraws_at_that_moment(database: Database) -> None:
    """Either it was asked before, and is over, or it is refused."""
    with database.writing() as session:
        coordinator, leader = a_coordinator(session).identity, make_person(session, "boss").identity
        row = volunteer(session, "kari")
        sign_up, kari = row.identity, row.person_id

    def withdraw(session: Session) -> bool:
        sign_ups.withdraw(session, session.get_one(Person, kari), the_group(session), NOW)
        return True

    came = at_once(database, [asking(coordinator, sign_up, leader), withdraw])
    assert came[1] is True
    assert came[0] in (True, "refused.release.ended")
    with database.reading() as session:
        assert release_steps.of_leader(session, session.get_one(Person, leader), PROGRAMME) == []


@pytest.mark.parametrize("hours", [None, 3, 4, 40])
def test_a_rule_from_so_many_hours(session: Session, hours: int | None) -> None:
    group = the_group(session)
    found = []
    for from_hours in (None, 0, 4):
        group.release_from_hours = from_hours
        found.append(releases.needs(group, hours))
    assert found == [False, True, (hours or 0) >= 4]
