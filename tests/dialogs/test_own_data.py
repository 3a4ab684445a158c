"""One's own data in the conversation: seen in whole, corrected, taken along, and erased once and for all."""

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs import own_data, own_file
from dialogs.card import LANGUAGES
from storage import people, sign_ups, topics, workgroups
from storage.announcements import Announcement
from storage.conversations import Conversation, Received
from storage.outbox import OutboxRow
from storage.people import Person
from storage.promises import Promise
from storage.sign_ups import SignUp
from tests.conftest import NOW
from tests.talk import CheckedTurns, Talk


@pytest.fixture
def volunteer(employee: Talk) -> Talk:
    employee.act("workgroup.join", group="osu-omstilling")
    employee.act("signup.told", group="osu-omstilling", motivation="Vil bidra", competences="Tjenestedesign", hours="4")
    return employee


def test_all_of_it_is_reached_from_the_settings(volunteer: Talk) -> None:
    volunteer.act("settings")
    shown = volunteer.press("own.show")
    assert "Påmeldinger og løfter: 2 opplysninger" in shown.as_text()
    volunteer.press("own.choose")
    part = volunteer.press("own.part", area="groups")
    assert "Kan bidra med: Tjenestedesign" in part.as_text()
    assert "Timer i uka: 4" in part.as_text()
    assert "senest 8. desember 2020" in part.as_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_told_in_every_language(volunteer: Talk, language: str) -> None:
    volunteer.act("language.set", language=language)
    for area in (*own_data.AREAS, own_data.DONE, own_data.PEOPLE_FILE, "<script>", ""):
        assert volunteer.act("own.part", area=area).outcome == "answered"


def test_a_long_part_has_all_of_its_lines_behind_a_button(volunteer: Talk) -> None:
    for _ in range(12):
        volunteer.act("workgroup.leave", group="osu-omstilling")
        volunteer.act("workgroup.join", group="osu-omstilling")
    for number in range(12):
        volunteer.act("topic.follow", topic=_topic(volunteer, number))
    shown = volunteer.act("own.part", area="followed")
    assert len(shown.as_text().splitlines()) == own_data.MOST_LINES + 2
    assert len(volunteer.press("own.more").as_text().splitlines()) == 2 + 2
    for first in (-1, "10", None, 2**40, True):
        assert volunteer.act("own.more", area="followed", first=first).outcome == "answered"


def _topic(talk: Talk, number: int) -> str:
    with talk.turns.database.reading() as session:
        return topics.every(session, "osu2020")[number].name


def test_what_is_wrong_is_corrected_where_it_stands(volunteer: Talk) -> None:
    actions = {button.action for button in volunteer.act("own.correct").buttons}
    assert {"settings", "quiet.show", "signup.status", "topic.following", "own.part"} <= actions
    volunteer.act("signup.told", group="osu-omstilling", motivation="", competences="Prosess", hours="")
    told = volunteer.act("own.part", area="groups").as_text()
    assert "Prosess" in told
    assert "Tjenestedesign" not in told
    assert "Vil bidra" not in told


def test_a_question_is_taken_back_and_twice_is_once(employee: Talk, leader: Talk) -> None:
    employee.act("question.sent", text="Når får vi vite mer om turnusen i mai?", form="f1", language="nb")
    employee.act("own.part", area="questions")
    button = next(one for one in employee.shown[-1].buttons if one.action == "own.question_back")
    for _ in range(2):
        assert employee.press(button).outcome == "done"
    assert "turnusen" not in leader.act("question.list").as_text()
    for wrong in (0, -1, "1", None, 2**40):
        assert employee.act("own.question_back", question=wrong).outcome == "done"


def test_somebody_elses_question_is_not_taken_back(employee: Talk, turns: CheckedTurns, leader: Talk) -> None:
    employee.act("question.sent", text="Når får vi vite mer om turnusen i mai?", form="f1", language="nb")
    assert Talk(turns, "nysgjerrig", NOW).act("own.question_back", question=1).outcome == "refused"
    assert "turnusen" in leader.act("question.list").as_text()


def test_the_file_holds_what_is_seen(volunteer: Talk, turns: CheckedTurns) -> None:
    with turns.database.reading() as session:
        person = session.exec(select(Person)).one()
        whole = json.loads(own_file.written(session, person, "nb"))
    tables = {name: rows for area in whole["areas"] for name, rows in area["tables"].items()}
    assert whole["format"] == own_file.FORMAT
    assert tables["sign_up"][0]["competences"] == "Tjenestedesign"
    assert tables["promise"][0]["due_on"] == "2020-12-08"


def test_without_an_address_the_chat_says_where_to_read_it(volunteer: Talk) -> None:
    card = volunteer.act("own.take")
    assert "nettadresse" in card.as_text()
    assert [button.action for button in card.buttons] == ["own.show"]


def test_erasing_asks_first_and_changes_nothing_by_that(volunteer: Talk) -> None:
    asked = volunteer.act("own.erase")
    assert asked.outcome == "clarify"
    assert "Plassen din i 1 gruppe" in asked.as_text()
    assert "kan ikke angres" in asked.as_text()
    assert "Arbeidsgruppe omstilling" in volunteer.act("signup.status").as_text()


def test_erasing_promises_the_place_to_nobody_where_there_is_none(leader: Talk, turns: CheckedTurns) -> None:
    leader.act("signup.places_set", group="osu-omstilling", places="1")
    for name in ("kari", "ola"):
        Talk(turns, name, NOW).act("workgroup.join", group="osu-omstilling")
    first, second = (Talk(turns, name, NOW).act("own.erase").as_text() for name in ("kari", "ola"))
    assert "Plassen din i 1 gruppe. Står noen på ventelista" in first
    assert "Plassen din" not in second
    assert "Nummeret ditt på ventelista til 1 gruppe" in second


def test_erased_once_pressed_twice(volunteer: Talk, turns: CheckedTurns) -> None:
    volunteer.act("own.erase")
    button = next(one for one in volunteer.shown[-1].buttons if one.action == "own.erased")
    for _ in range(2):
        assert volunteer.press(button).title == "Alt om deg er slettet"
    with turns.database.reading() as session:
        for table in (SignUp, Promise, Received, Conversation, OutboxRow):
            assert session.exec(select(table)).all() == [], table
        assert {(one.name, one.is_erased) for one in session.exec(select(Person))} == {("", True)}


def test_the_same_press_delivered_again_finds_nobody(volunteer: Talk, turns: CheckedTurns) -> None:
    """Not even that it was pressed is remembered, so it is done again, and leaves as little."""
    volunteer.act("own.erase")
    button = next(one for one in volunteer.shown[-1].buttons if one.action == "own.erased")
    for _ in range(2):
        assert volunteer.take(action="own.erased", values=button.values, activity="the-same").outcome == "done"
    with turns.database.reading() as session:
        assert session.exec(select(Received)).all() == []


def test_whoever_comes_back_begins_from_nothing(volunteer: Talk) -> None:
    volunteer.act("language.set", language="nn")
    volunteer.act("own.erase")
    volunteer.press("own.erased")
    assert "ikke påmeldt noen gruppe" in volunteer.act("signup.status").as_text()
    assert "Påmeldinger og løfter: 0 opplysninger" in volunteer.act("own.show").as_text()


def test_the_next_in_line_is_told(volunteer: Talk, turns: CheckedTurns) -> None:
    with turns.database.writing() as session:
        leader = people.recognise(session, Talk(turns, "koordinator", NOW).where, "osu2020")
        people.grant(session, leader, "osu2020", "coordinator")
        sign_ups.set_places(session, leader, workgroups.get(session, "osu2020", "osu-omstilling"), 1)
    other = Talk(turns, "neste", NOW)
    assert "ventelista" in other.act("workgroup.join", group="osu-omstilling").as_text().casefold()
    volunteer.act("own.erase")
    volunteer.press("own.erased")
    assert volunteer.answered.owes
    with turns.database.reading() as session:
        names = select(Person.name).join(OutboxRow, OutboxRow.person_id == Person.id)
        assert list(session.exec(names)) == ["Neste"]


def test_a_leader_whose_announcement_waits_is_told_to_see_to_it_first(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", title="Nytt", text="Vi flytter.")
    with turns.database.writing() as session:
        planned = session.exec(select(Announcement)).one()
        planned.send_at, planned.sender_id = NOW + timedelta(days=1), planned.author_id
        session.add(planned)
    number = leader.act("own.show") and _number(turns)
    for action in ("own.erase", "own.erased"):
        refused = leader.act(action, person=number, alone="yes")
        assert refused.outcome == "refused"
        assert "venter på å bli sendt" in refused.as_text()
    with turns.database.writing() as session:
        planned = session.exec(select(Announcement)).one()
        planned.send_at = planned.sender_id = None
        session.add(planned)
    leader.act("own.erase")
    assert leader.press("own.erased", alone="yes").outcome == "done"
    with turns.database.reading() as session:
        assert session.exec(select(Announcement)).all() == []


def _number(turns: Turns) -> int:
    """The only person there is."""
    with turns.database.reading() as session:
        return session.exec(select(Person)).one().identity


def test_an_old_button_of_who_was_erased_and_came_back_asks_again(volunteer: Talk, turns: CheckedTurns) -> None:
    volunteer.act("own.erase")
    button = next(one for one in volunteer.shown[-1].buttons if one.action == "own.erased")
    volunteer.press(button)
    volunteer.act("workgroup.join", group="osu-omstilling")
    asked = volunteer.press(button)
    assert asked.outcome == "clarify"
    assert "fra før alt om deg ble slettet" in asked.as_text()
    assert "Arbeidsgruppe omstilling" in volunteer.act("signup.status").as_text()
    volunteer.shown = (asked,)
    assert volunteer.press("own.erased").outcome == "done"
    assert "ikke påmeldt noen gruppe" in volunteer.act("signup.status").as_text()


def test_whoever_is_alone_in_a_role_is_told_what_becomes_of_it_and_confirms(leader: Talk, turns: CheckedTurns) -> None:
    leader.act("help")
    other = Talk(turns, "koordinator", NOW)
    other.say("hei")
    with turns.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        for role in people.ROLES[2:]:
            people.revoke(session, person, "osu2020", role)
        people.grant(session, person, "os2019", "leader")
    said = leader.act("own.erase").as_text()
    assert "Leder i OSU 2020: Ingen kan sende meldinger" in said
    assert "Koordinator i OSU 2020: Ingen ser påmeldingene" in said
    assert said.count("Ingen kan sende meldinger") == 2, "of the other programme too"
    for answer in ("", "-", "no"):
        again = leader.press("own.erased", alone=answer)
        assert [question.name for question in again.questions if question.error] == ["alone"]
    with turns.database.writing() as session:
        coordinator = session.exec(select(Person).where(Person.name == "Koordinator")).one()
        people.grant(session, coordinator, "osu2020", "coordinator")
    assert "Koordinator i OSU 2020" not in leader.act("own.erase").as_text()
    assert leader.press("own.erased", alone="yes").outcome == "done"


def test_whoever_is_not_alone_is_asked_no_more_than_before(turns: CheckedTurns, leader: Talk) -> None:
    other = Talk(turns, "leader-2", NOW)
    other.say("hei")
    card = leader.act("own.erase")
    assert card.questions == ()
    assert leader.press("own.erased").outcome == "done"


def test_what_a_leader_did_stays_and_names_nobody(leader: Talk, turns: CheckedTurns) -> None:
    leader.act("decision.save", title="Flytte seksjonen", form="f1")
    kept = leader.act("own.erase").as_text()
    assert "Saker, referater og merknader før beslutninger (1)" in kept
    assert "drøftet før den ble besluttet" in kept
    erased = leader.press("own.erased", alone="yes").as_text()
    assert "Saker, referater og merknader" in erased
    with turns.database.reading() as session:
        assert [one.name for one in session.exec(select(Person))] == [""]


def test_in_a_group_it_is_answered_to_the_person_alone(employee: Talk) -> None:
    employee.act("help")
    group = employee.where.model_copy(update={"is_private": False, "conversation": "group"})
    employee.where = group
    for action in ("own.show", "own.part", "own.correct", "own.take", "own.erase", "own.erased"):
        employee.act(action)
        assert employee.answered.is_personal, action
