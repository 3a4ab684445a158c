"""Competence is off until its grounds are recorded, compares only what may be compared, and leaves nothing behind."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from storage import competence_confirming as confirming
from storage import competence_needs, competences, erasing, programmes, sign_ups, workgroups
from storage.competence_needs import LONGEST_NEED, MOST_NEEDS, MOST_OF_GROUP, Filling
from storage.competences import (
    LONGEST_REFERENCE,
    MOST_DAYS,
    CompetenceNeed,
    CompetenceShared,
    CompetenceSwitch,
    Grounds,
    Ungrounded,
)
from storage.database import Database, Session
from storage.people import ROLES, NotAllowed, Person
from storage.refusals import Refused
from storage.sign_ups import SignUp, Wish
from storage.workgroups import Openness, Workgroup
from tests.conftest import NOW, make_person

PROGRAMME, GROUP, OTHER, INITIATIVE = "osu2020", "osu-omstilling", "osu-padriver", "osu-ini-ledelse"
TODAY = NOW.date()
GROUNDS = Grounds(date(2020, 1, 10), "Referat MBM 1/20", date(2020, 1, 20), "DPIA 20/17", TODAY + timedelta(days=90))


def group(session: Session, key: str = GROUP) -> Workgroup:
    return workgroups.get(session, PROGRAMME, key)


def recorded(session: Session, grounds: Grounds = GROUNDS) -> tuple[Person, CompetenceSwitch]:
    """Records what it rests on; returns the leader who did, and the record that waits."""
    leader = make_person(session, "leder", "leader")
    row, is_new = competences.record(session, leader, programmes.get(session, PROGRAMME), grounds, NOW)
    assert is_new
    return leader, row


def switched_on(session: Session, grounds: Grounds = GROUNDS) -> Person:
    """Switches it on, confirmed; returns the leader who recorded it."""
    leader, row = recorded(session, grounds)
    representative = make_person(session, "tillitsvalgt", "employee_representative")
    confirming.confirm(session, representative, PROGRAMME, row.identity, NOW)
    return leader


def off(session: Session, leader: Person) -> bool:
    row = competences.standing(session, PROGRAMME)
    return competences.switch_off(session, leader, PROGRAMME, row.identity if row else 0, NOW) is not None


def volunteer(session: Session, name: str, can: str, key: str = GROUP, *, was_told: bool = True) -> Person:
    person = make_person(session, name)
    where = group(session, key)
    where.openness = Openness.OPEN
    session.add(where)
    session.flush()
    sign_ups.sign_up(session, person, where, NOW)
    row = sign_ups.tell(session, person, where, Wish(competences=can), NOW)
    competences.share(session, row, NOW, was_told=was_told)
    return person


def found(session: Session, coordinator: Person, key: str = GROUP) -> dict[str, list[tuple[str, str]]]:
    looked = competence_needs.look(session, coordinator, group(session, key))
    return {one.need.title: [(said.name, said.words) for said in one.said] for one in looked}


def test_it_is_off_and_refused_with_the_reason(session: Session) -> None:
    coordinator, leader = make_person(session, "k", "coordinator"), make_person(session, "l", "leader")
    for ask in (
        lambda: competence_needs.look(session, coordinator, group(session)),
        lambda: competence_needs.of_programme(session, leader, PROGRAMME),
        lambda: competence_needs.put(session, leader, group(session), "", ["Jus"], NOW),
        lambda: competence_needs.decide(session, coordinator, group(session), {1: Filling.HIRE}),
    ):
        with pytest.raises(Refused) as refused:
            ask()
        assert refused.value.key == "refused.competence.off"
    assert session.exec(select(CompetenceNeed)).all() == []


@pytest.mark.parametrize("role", [role for role in ROLES if role != "leader"])
def test_nobody_but_a_leader_switches_it(session: Session, role: str) -> None:
    acting, programme = make_person(session, "x", role), programmes.get(session, PROGRAMME)
    with pytest.raises(NotAllowed):
        competences.record(session, acting, programme, GROUNDS, NOW)
    switched_on(session)
    with pytest.raises(NotAllowed):
        off(session, acting)
    assert competences.find(session, PROGRAMME) is not None


@pytest.mark.parametrize(
    ("wrong", "key", "field"),
    [
        ({"discussed_on": None}, "no_discussed_on", "discussed_on"),
        ({"discussion": "  "}, "no_discussion", "discussion"),
        ({"discussion": "r" * (LONGEST_REFERENCE + 1)}, "long_reference", "discussion"),
        ({"assessed_on": None}, "no_assessed_on", "assessed_on"),
        ({"assessment": ""}, "no_assessment", "assessment"),
        ({"until": None}, "no_until", "until"),
        ({"discussed_on": TODAY + timedelta(days=1)}, "not_yet", "discussed_on"),
        ({"assessed_on": TODAY + timedelta(days=1)}, "not_yet", "assessed_on"),
        ({"until": TODAY - timedelta(days=1)}, "until", "until"),
        ({"until": TODAY + timedelta(days=MOST_DAYS + 1)}, "until", "until"),
    ],
)
def test_without_its_grounds_it_stays_off(session: Session, wrong: dict[str, object], key: str, field: str) -> None:
    with pytest.raises(Ungrounded) as refused:
        switched_on(session, replace(GROUNDS, **wrong))  # type: ignore[arg-type]
    assert (refused.value.key, refused.value.field) == (f"refused.competence.{key}", field)
    assert competences.find(session, PROGRAMME) is None


def test_switched_on_by_two_at_once_is_once(database: Database) -> None:
    with database.writing() as session:
        leaders = [make_person(session, f"leder-{number}", "leader").identity for number in range(6)]

    def press(key: int) -> bool:
        with database.writing() as session:
            leader, programme = session.get_one(Person, key), programmes.get(session, PROGRAMME)
            return competences.record(session, leader, programme, GROUNDS, NOW)[1]

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(press, leaders)) == [False] * 5 + [True]
    with database.reading() as session:
        assert len(session.exec(select(CompetenceSwitch)).all()) == 1


@pytest.mark.parametrize("role", ["", *(role for role in ROLES if role not in ("coordinator", "leader"))])
def test_needs_are_set_by_coordinators_and_leaders_only(session: Session, role: str) -> None:
    switched_on(session)
    acting = make_person(session, "x", *filter(None, [role]))
    with pytest.raises(NotAllowed):
        competence_needs.put(session, acting, group(session), "", ["Jus"], NOW)
    with pytest.raises(NotAllowed):
        competence_needs.of_programme(session, acting, PROGRAMME)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "coordinator"])
def test_who_said_they_can_is_for_coordinators_only(session: Session, role: str) -> None:
    leader, acting = switched_on(session), make_person(session, "x", role)
    stored = competence_needs.put(session, leader, group(session), "", ["Jus"], NOW)
    for ask in (
        lambda: competence_needs.look(session, acting, group(session)),
        lambda: competence_needs.untold(session, acting, group(session)),
        lambda: competence_needs.decide(session, acting, group(session), {stored[0].identity: Filling.HIRE}),
    ):
        with pytest.raises(NotAllowed):
            ask()


def test_the_same_need_twice_is_once_and_what_is_done_about_it_stays(session: Session) -> None:
    leader, coordinator = switched_on(session), make_person(session, "k", "coordinator")
    first = competence_needs.put(session, leader, group(session), "", ["  Jus ", "jus", "", "Tjeneste  design"], NOW)
    assert [row.title for row in first] == ["Jus", "Tjeneste design"]
    assert competence_needs.decide(session, coordinator, group(session), {first[0].identity: Filling.MARKET}) == 1
    assert competence_needs.decide(session, coordinator, group(session), {first[0].identity: Filling.MARKET}) == 0
    again = competence_needs.put(session, leader, group(session), "", ["Økonomi", "jus"], NOW)
    assert [(row.title, row.filling) for row in again] == [("Økonomi", "none"), ("jus", "market")]
    assert again[1].identity == first[0].identity
    of_initiative = competence_needs.put(session, leader, group(session), INITIATIVE, ["Jus"], NOW)
    assert [row.filling for row in of_initiative] == ["none"]
    assert competence_needs.put(session, leader, group(session), "", [], NOW) == []
    assert [row.initiative_key for row in competence_needs.of_programme(session, leader, PROGRAMME)] == [INITIATIVE]


def test_a_need_of_another_group_is_not_decided(session: Session) -> None:
    leader, coordinator = switched_on(session), make_person(session, "k", "coordinator")
    (need,) = competence_needs.put(session, leader, group(session, OTHER), "", ["Jus"], NOW)
    assert competence_needs.decide(session, coordinator, group(session), {need.identity: Filling.HIRE}) == 0
    assert need.filling == Filling.NONE


@pytest.mark.parametrize(
    ("titles", "key"),
    [
        (["x" * (LONGEST_NEED + 1)], "long_need"),
        (["og i"], "no_word"),
        (["– – –"], "no_word"),
        ([f"Fag {number}" for number in range(MOST_NEEDS + 1)], "many_needs"),
    ],
)
def test_a_need_that_cannot_be_is_refused(session: Session, titles: list[str], key: str) -> None:
    leader = switched_on(session)
    with pytest.raises(Refused) as refused:
        competence_needs.put(session, leader, group(session), "", titles, NOW)
    assert refused.value.key == f"refused.competence.{key}"


def test_a_group_has_room_for_so_many_with_its_initiatives(session: Session) -> None:
    leader = switched_on(session)
    ten = [f"Fag {number}" for number in range(MOST_OF_GROUP // 2)]
    for initiative in ("", INITIATIVE):
        competence_needs.put(session, leader, group(session), initiative, ten, NOW)
    with pytest.raises(Refused) as refused:
        competence_needs.put(session, leader, group(session), "osu-ini-framtidens-arbeidsplass", ["Jus"], NOW)
    assert refused.value.key == "refused.competence.many_of_group"
    with pytest.raises(Refused):
        competence_needs.put(session, leader, group(session), "no-such", ["Jus"], NOW)


@pytest.mark.parametrize(
    ("need", "words", "said"),
    [
        ("tjenestedesign", "Jeg har drevet med Tjenestedesign i fem år.", True),
        ("prosjektleder", "Har vært med prosjektledere", True),
        ("økonomi", "økonom av utdanning", True),
        ("fasilitering", "fasiliterer møter", True),
        ("arbeidsmiljø", "kan mye om arbeidsmiljøet", True),
        ("anskaffelser", "jobbet med anskaffelse", True),
        ("design", "tjenestedesign", True),
        ("tjenestedesign", "design", False),
        ("jus", "jusstudent", False),
        ("jus", "just nå ingenting", False),
        ("ledelse av prosesser", "Ledelse, mest. Og litt prosess.", False),
        ("ledelse av prosesser", "prosess og ledelse", True),
        ("tjenestedesign", "Jeg kan ikke tjenestedesign", False),
        ("tjenestedesign", "Jeg kan ikkje jus, men tjenestedesign", True),
        ("tjenestedesign", "vil gjerne lære tjenestedesign", False),
        ("service design", "I don’t know service design", False),
        ("interviews", "interviewing users, interview guides", True),
        ("C#", "c# og sql", True),
        ("tjenestedesign", "", False),
    ],
)
def test_a_need_is_found_in_whatever_form_they_wrote_it(need: str, words: str, said: bool) -> None:
    assert bool(competence_needs.said(need, words)) is said


def test_what_is_shown_is_their_own_sentence() -> None:
    words = "Kan jus. Har drevet med tjenestedesign, men bare litt! Liker turer"
    assert competence_needs.said("tjenestedesign", words) == "Har drevet med tjenestedesign, men bare litt!"


def test_nobody_of_another_group_and_nobody_who_was_not_told_is_looked_at(session: Session) -> None:
    leader, coordinator = switched_on(session), make_person(session, "k", "coordinator")
    volunteer(session, "ola", "tjenestedesign")
    volunteer(session, "kari", "jus", OTHER)
    volunteer(session, "per", "jus og økonomi", was_told=False)
    left = volunteer(session, "siri", "tjenestedesigner")
    sign_ups.withdraw(session, left, group(session), NOW)
    for key in (GROUP, OTHER):
        competence_needs.put(session, leader, group(session, key), "", ["Tjenestedesign", "Jus"], NOW)
    assert found(session, coordinator) == {"Tjenestedesign": [("Ola", "tjenestedesign")], "Jus": []}
    assert found(session, coordinator, OTHER) == {"Tjenestedesign": [], "Jus": [("Kari", "jus")]}
    assert competence_needs.untold(session, coordinator, group(session))
    assert not competence_needs.untold(session, coordinator, group(session, OTHER))


def test_they_are_shown_in_the_order_they_came_however_well_it_fits(session: Session) -> None:
    leader, coordinator = switched_on(session), make_person(session, "k", "coordinator")
    for name, can in (("zara", "litt jus"), ("arne", "jus jus jus, kan alt om jus"), ("bo", "jus")):
        volunteer(session, name, can)
    competence_needs.put(session, leader, group(session), "", ["jus"], NOW)
    assert [name for name, _ in found(session, coordinator)["jus"]] == ["Zara", "Arne", "Bo"]


def test_what_was_told_before_it_was_on_or_is_emptied_is_not_shared(session: Session) -> None:
    volunteer(session, "for", "jus")
    assert session.exec(select(CompetenceShared)).all() == []
    switched_on(session)
    person = volunteer(session, "etter", "jus")
    assert len(session.exec(select(CompetenceShared)).all()) == 1
    row = sign_ups.tell(session, person, group(session), Wish(), NOW)
    competences.share(session, row, NOW, was_told=True)
    assert session.exec(select(CompetenceShared)).all() == []


def test_switching_off_erases_the_needs_and_keeps_what_it_rested_on(session: Session) -> None:
    leader = switched_on(session)
    volunteer(session, "ola", "jus")
    competence_needs.put(session, leader, group(session), "", ["Jus"], NOW)
    assert off(session, leader)
    assert not off(session, leader)
    assert session.exec(select(CompetenceNeed)).all() == []
    assert session.exec(select(CompetenceShared)).all() == []
    (row,) = session.exec(select(CompetenceSwitch)).all()
    assert (row.discussion, row.assessment, row.ended_by) == (GROUNDS.discussion, GROUNDS.assessment, leader.id)
    # It is the volunteer's own message to the coordinators still, and compared with nothing.
    assert [one.competences for one in session.exec(select(SignUp)).all()] == ["jus"]
    coordinator = make_person(session, "k", "coordinator")
    with pytest.raises(Refused):
        competence_needs.look(session, coordinator, group(session))


def test_after_the_last_day_all_of_it_is_erased_by_the_clock(session: Session) -> None:
    leader, programme = switched_on(session), programmes.get(session, PROGRAMME)
    volunteer(session, "ola", "jus")
    competence_needs.put(session, leader, group(session), "", ["Jus"], NOW)
    competences.end_due(session, programme, NOW + timedelta(days=90))
    assert competences.find(session, PROGRAMME) is not None
    assert competences.end_due(session, programme, NOW + timedelta(days=91)) == 0
    assert competences.find(session, PROGRAMME) is None
    assert session.exec(select(CompetenceNeed)).all() == []
    assert session.exec(select(CompetenceShared)).all() == []
    assert [one.competences for one in session.exec(select(SignUp)).all()] == [""]


def test_who_has_themselves_erased_is_not_found_any_more(session: Session) -> None:
    leader, coordinator = switched_on(session), make_person(session, "k", "coordinator")
    person = volunteer(session, "ola", "jus")
    competence_needs.put(session, leader, group(session), "", ["Jus"], NOW)
    erasing.erase(session, person, {"nb": "en tidligere bruker"}, NOW)
    assert found(session, coordinator) == {"Jus": []}
    assert session.exec(select(CompetenceShared)).all() == []
