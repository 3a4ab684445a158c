"""Places are given once, lines pass nobody by, and every answer is given once, by coordinators only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import cycle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from storage import group_places, people, sign_ups, workgroups
from storage.database import Database, Session
from storage.people import NotAllowed, Person
from storage.refusals import Refused
from storage.sign_ups import LONGEST_REASON, LONGEST_WISH, MOST_HOURS, SignUp, SignUpState, Wish
from storage.workgroups import Openness, Workgroup
from tests.conftest import NOW, make_person

PROGRAMME, GROUP = "osu2020", "osu-omstilling"
ASKED, IN_LINE, ACCEPTED = SignUpState.ASKED, SignUpState.IN_LINE, SignUpState.ACCEPTED


def the_group(session: Session, key: str = GROUP) -> Workgroup:
    return workgroups.get(session, PROGRAMME, key)


def a_coordinator(session: Session) -> Person:
    person = make_person(session, "coordinator")
    people.grant(session, person, PROGRAMME, "coordinator")
    return person


def volunteer(session: Session, name: str) -> SignUp:
    row, _ = sign_ups.sign_up(session, make_person(session, name), the_group(session), NOW)
    return row


def with_places(session: Session, places: int | None) -> Person:
    coordinator = a_coordinator(session)
    sign_ups.set_places(session, coordinator, the_group(session), places)
    return coordinator


def lines(session: Session) -> list[tuple[SignUpState, int]]:
    rows = session.exec(select(SignUp).order_by(SignUp.id)).all()  # type: ignore[arg-type]
    return [(row.state, sign_ups.place_in_line(session, row)) for row in rows]


def test_200_at_once_for_the_last_3_places_from_two_replicas(database: Database) -> None:
    """Exactly three have one, and the rest stand in line one after the other, in the order in which they came."""
    with database.writing() as session:
        coordinator = with_places(session, 5)
        taken = [volunteer(session, f"early-{number}").identity for number in range(2)]
        sign_ups.accept(session, coordinator, taken[0], NOW)
        persons = [make_person(session, f"late-{number}").identity for number in range(200)]
    other = Database(database.engine.url.render_as_string(hide_password=False))

    def come(person: int, replica: Database) -> None:
        with replica.writing() as session:
            sign_ups.sign_up(session, session.get_one(Person, person), the_group(session), NOW)

    try:
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(come, persons, cycle([database, other])))
    finally:
        other.close()
    with database.reading() as session:
        rows = session.exec(select(SignUp).order_by(SignUp.id)).all()  # type: ignore[arg-type]
        late = [row for row in rows if row.identity not in taken]
        assert [row.state for row in late[:3]] == [ASKED] * 3
        assert [row.state for row in late[3:]] == [IN_LINE] * 197
        # Their ids were given under the same lock: whoever came before stands before.
        assert [sign_ups.place_in_line(session, row) for row in late[3:]] == list(range(1, 198))


def test_withdrawing_moves_the_next_one_up_and_nobody_else(database: Database) -> None:
    with database.writing() as session:
        with_places(session, 1)
        first, second, third = (volunteer(session, name) for name in ("a", "b", "c"))
        assert lines(session) == [(ASKED, 0), (IN_LINE, 1), (IN_LINE, 2)]
        moved = sign_ups.withdraw(session, session.get_one(Person, first.person_id), the_group(session), NOW)
        assert moved == [second]
        assert lines(session) == [(SignUpState.WITHDRAWN, 0), (ASKED, 0), (IN_LINE, 1)]
        assert sign_ups.withdraw(session, session.get_one(Person, third.person_id), the_group(session), NOW) == []


def test_whoever_withdrew_and_comes_back_stands_last(database: Database) -> None:
    with database.writing() as session:
        with_places(session, 1)
        first, _, third = (volunteer(session, name) for name in ("a", "b", "c"))
        person = session.get_one(Person, first.person_id)
        sign_ups.withdraw(session, person, the_group(session), NOW)
        back, is_new = sign_ups.sign_up(session, person, the_group(session), NOW + timedelta(days=1))
        assert (back.identity, is_new) == (first.identity, True)
        assert sign_ups.place_in_line(session, back) == 2
        assert sign_ups.place_in_line(session, third) == 1


def test_more_places_move_up_as_many_and_fewer_take_none_away(database: Database) -> None:
    with database.writing() as session:
        coordinator = with_places(session, 1)
        rows = [volunteer(session, str(number)) for number in range(4)]
        assert sign_ups.set_places(session, coordinator, the_group(session), 3) == rows[1:3]
        assert sign_ups.set_places(session, coordinator, the_group(session), 1) == []
        assert [state for state, _ in lines(session)] == [ASKED, ASKED, ASKED, IN_LINE]
        assert sign_ups.set_places(session, coordinator, the_group(session), None) == rows[3:]
        assert group_places.of(session, the_group(session)) is None


@pytest.mark.parametrize("places", [0, -1, group_places.MOST_PLACES + 1])
def test_a_number_of_places_that_is_none_is_refused(database: Database, places: int) -> None:
    with database.writing() as session, pytest.raises(Refused, match="places"):
        with_places(session, places)


def test_an_answer_is_given_once(database: Database) -> None:
    with database.writing() as session:
        coordinator = with_places(session, 3)
        yes, no, elsewhere = (volunteer(session, name).identity for name in ("a", "b", "c"))
        other = the_group(session, "osu-padriver")
        other.openness = Openness.OPEN
        session.add(other)
        assert sign_ups.accept(session, coordinator, yes, NOW)[1]
        assert not sign_ups.accept(session, coordinator, yes, NOW)[1]
        assert sign_ups.decline(session, coordinator, no, "Gruppa er klar", NOW)[2]
        row, moved, is_new = sign_ups.decline(session, coordinator, no, " Gruppa er klar ", NOW)
        assert (row.reason, moved, is_new) == ("Gruppa er klar", [], False)
        assert sign_ups.place_elsewhere(session, coordinator, elsewhere, other, NOW)[2]
        assert not sign_ups.place_elsewhere(session, coordinator, elsewhere, other, NOW)[2]
        person = session.get_one(Person, row.person_id)
        assert sign_ups.standing(session, person, PROGRAMME) == []
        assert [one.reason for one in sign_ups.answered(session, person, PROGRAMME)] == ["Gruppa er klar"]
        placed = session.exec(select(SignUp).where(SignUp.workgroup_key == "osu-padriver")).one()
        assert (placed.state, placed.answered_by) == (ACCEPTED, coordinator.identity)
        for change in (
            lambda: sign_ups.accept(session, coordinator, no, NOW),
            lambda: sign_ups.decline(session, coordinator, elsewhere, "nei", NOW),
            lambda: sign_ups.place_elsewhere(session, coordinator, no, other, NOW),
        ):
            with pytest.raises(Refused, match="ended"):
                change()


def test_a_declined_one_frees_the_place_and_one_in_line_is_not_accepted_past_others(database: Database) -> None:
    with database.writing() as session:
        coordinator = with_places(session, 1)
        first, second, third = (volunteer(session, name) for name in ("a", "b", "c"))
        with pytest.raises(Refused, match="in_line"):
            sign_ups.accept(session, coordinator, third.identity, NOW)
        _, moved, _ = sign_ups.decline(session, coordinator, first.identity, "For mange", NOW)
        assert moved == [second]


def test_nobody_is_placed_where_no_place_is(database: Database) -> None:
    with database.writing() as session:
        coordinator = with_places(session, 3)
        row = volunteer(session, "a")
        other = the_group(session, "osu-padriver")
        for where in (the_group(session), other):
            with pytest.raises(Refused, match="elsewhere"):
                sign_ups.place_elsewhere(session, coordinator, row.identity, where, NOW)
        other.openness = Openness.OPEN
        session.add(other)
        sign_ups.set_places(session, coordinator, other, 1)
        sign_ups.sign_up(session, make_person(session, "there"), other, NOW)
        with pytest.raises(Refused, match="full"):
            sign_ups.place_elsewhere(session, coordinator, row.identity, other, NOW)
        assert row.state == ASKED


@pytest.mark.parametrize(
    ("reason", "key"), [("", "no_reason"), ("  ", "no_reason"), ("x" * (LONGEST_REASON + 1), "long_reason")]
)
def test_declining_needs_a_reason(database: Database, reason: str, key: str) -> None:
    with database.writing() as session:
        coordinator, row = with_places(session, 1), volunteer(session, "a")
        with pytest.raises(Refused, match=key):
            sign_ups.decline(session, coordinator, row.identity, reason, NOW)
        assert row.state == ASKED


def test_what_is_told_of_oneself_is_kept_and_taken_away_again(database: Database) -> None:
    with database.writing() as session:
        person = make_person(session, "a")
        group = the_group(session)
        with pytest.raises(Refused, match="not_signed_up"):
            sign_ups.tell(session, person, group, Wish("Jeg vil"), NOW)
        sign_ups.sign_up(session, person, group, NOW)
        row = sign_ups.tell(session, person, group, Wish(" Jeg vil ", "Prosess", 4), NOW)
        assert (row.motivation, row.competences, row.hours_a_week) == ("Jeg vil", "Prosess", 4)
        for wrong, key in (
            (Wish("x" * (LONGEST_WISH + 1)), "long"),
            (Wish(hours=0), "hours"),
            (Wish(hours=MOST_HOURS + 1), "hours"),
        ):
            with pytest.raises(Refused, match=key):
                sign_ups.tell(session, person, group, wrong, NOW)
        assert sign_ups.tell(session, person, group, Wish(), NOW).motivation == ""


@pytest.mark.parametrize("role", [None, "leader", "input_handler", "deputy"])
def test_only_the_programmes_coordinators_answer(database: Database, role: str | None) -> None:
    with database.writing() as session:
        row, acting, group = volunteer(session, "a"), make_person(session, "b"), the_group(session)
        people.grant(session, acting, "os2019", "coordinator")
        if role:
            people.grant(session, acting, PROGRAMME, role)
        for change in (
            lambda: sign_ups.accept(session, acting, row.identity, NOW),
            lambda: sign_ups.decline(session, acting, row.identity, "nei", NOW),
            lambda: sign_ups.place_elsewhere(session, acting, row.identity, group, NOW),
            lambda: sign_ups.set_places(session, acting, group, 1),
            lambda: sign_ups.get(session, acting, PROGRAMME, row.identity),
            lambda: sign_ups.volunteers(session, acting, PROGRAMME),
        ):
            with pytest.raises(NotAllowed):
                change()


@given(st.lists(st.tuples(st.sampled_from(["come", "go", "decline", "accept"]), st.integers(0, 5)), max_size=30))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_line_passes_nobody_by_whatever_happens(sqlite: Database, done: list[tuple[str, int]]) -> None:
    """Beside a model of two lists: those with a place and those in line."""
    with sqlite.writing() as session:
        coordinator, group = with_places(session, 2), the_group(session)
        persons = [make_person(session, f"p-{number}") for number in range(6)]
        seated: list[int] = []
        line: list[int] = []
        for what, which in done:
            row = session.exec(select(SignUp).where(SignUp.person_id == persons[which].id)).first()
            stands = which in seated or which in line
            if what == "come":
                sign_ups.sign_up(session, persons[which], group, NOW)
                if not stands:
                    (seated if len(seated) < 2 else line).append(which)
            elif stands and row is not None and (what != "accept" or which in seated):
                if what == "accept":
                    sign_ups.accept(session, coordinator, row.identity, NOW)
                    continue
                if what == "go":
                    sign_ups.withdraw(session, persons[which], group, NOW)
                else:
                    sign_ups.decline(session, coordinator, row.identity, "Fullt", NOW)
                (seated if which in seated else line).remove(which)
                seated += [line.pop(0) for _ in range(min(len(line), 2 - len(seated)))]
        rows = {row.person_id: row for row in session.exec(select(SignUp)).all()}
        found = {number: rows.get(person.identity) for number, person in enumerate(persons)}
        assert {number for number, row in found.items() if row and row.state in sign_ups.TAKES_PLACE} == set(seated)
        waiting = {number: sign_ups.place_in_line(session, row) for number, row in found.items() if row}
        assert [number for number in sorted(waiting, key=lambda one: waiting[one]) if waiting[number]] == line
        session.rollback()


def test_what_the_version_before_stores_while_both_run_is_understood(database: Database) -> None:
    """A rolling update: the old process withdraws and signs up again by ``withdrawn_at`` alone."""
    old = SignUp.__table__  # type: ignore[attr-defined]
    with database.writing() as session:
        coordinator = with_places(session, 1)
        first, second = volunteer(session, "a").identity, volunteer(session, "b").identity
        session.execute(old.update().where(old.c.id == first).values(withdrawn_at=NOW))
    with database.writing() as session:
        assert [row.identity for row in sign_ups.agree(session, PROGRAMME)] == [second]
        assert sign_ups.agree(session, PROGRAMME) == []
        assert lines(session) == [(SignUpState.WITHDRAWN, 0), (ASKED, 0)]
        session.execute(old.update().where(old.c.id == first).values(withdrawn_at=None))
    with database.writing() as session:
        coordinator = session.get_one(Person, coordinator.identity)
        assert [row.identity for row, _ in sign_ups.volunteers(session, coordinator, PROGRAMME)] == [second]
        assert sign_ups.agree(session, PROGRAMME) == []
        assert lines(session) == [(IN_LINE, 1), (ASKED, 0)]


def test_a_button_about_a_group_that_is_gone_is_refused(database: Database) -> None:
    with database.writing() as session:
        coordinator = a_coordinator(session)
        key = volunteer(session, "a").identity
        sign_ups.decline(session, coordinator, key, "Fullt", NOW)
        session.delete(the_group(session))
        session.flush()
        with pytest.raises(Refused, match="ended"):
            sign_ups.decline(session, coordinator, key, "Fullt", NOW)


def test_what_another_process_changed_meanwhile_is_not_overwritten(database: Database) -> None:
    """Somebody withdraws, having read their sign-ups before a coordinator declines in another process."""
    if database.is_sqlite:
        pytest.skip("its one writer keeps all others out")
    with database.writing() as session:
        coordinator = with_places(session, 1).identity
        row = volunteer(session, "a")
        key, who, second = row.identity, row.person_id, volunteer(session, "b").identity
    other = Database(database.engine.url.render_as_string(hide_password=False))
    try:
        with database.writing() as mine:
            person = mine.get_one(Person, who)
            held = sign_ups.standing(mine, person, PROGRAMME)  # as a dialog holds them: the session gives the same rows
            assert [one.state for one in held] == [ASKED]
            with other.writing() as theirs:
                acting = theirs.get_one(Person, coordinator)
                _, moved, _ = sign_ups.decline(theirs, acting, key, "Fullt", NOW)
                assert [one.identity for one in moved] == [second]
            with pytest.raises(Refused, match="not_signed_up"):
                sign_ups.withdraw(mine, person, the_group(mine), NOW)
    finally:
        other.close()
    with database.reading() as session:
        assert lines(session) == [(SignUpState.DECLINED, 0), (ASKED, 0)]
