"""Coordinators answer everyone who volunteered; each answer reaches the person, once, and keeps the promise of one."""

from typing import Any

import pytest
from sqlmodel import col, select

from bot.app import Stores
from bot.turns import Turns
from storage import people, programmes, workgroups
from storage.outbox import Message, OutboxRow
from storage.people import Person
from storage.promises import Promise
from storage.sign_ups import LONGEST_REASON, LONGEST_WISH
from storage.workgroups import Openness
from tests.conftest import NOW
from tests.talk import Talk

GROUP = {"group": "osu-omstilling"}


@pytest.fixture
def another_open_group(stores: Stores) -> str:
    with stores.database.writing() as session:
        group = workgroups.get(session, "osu2020", "osu-padriver")
        group.openness = Openness.OPEN
        session.add(group)
        programmes.mark_changed(session, "osu2020")
    return "osu-padriver"


def come(turns: Turns, *names: str) -> list[Talk]:
    talks = [Talk(turns, name, NOW) for name in names]
    for talk in talks:
        talk.act("workgroup.join", **GROUP)
    return talks


def owed(stores: Stores, account: str) -> list[str]:
    """Titles of what the person is to be told, in the order in which it was owed."""
    with stores.database.reading() as session:
        rows = session.exec(
            select(Message)
            .join(OutboxRow, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
            .join(Person, Person.id == OutboxRow.person_id)  # type: ignore[arg-type]
            .where(Person.name == account.title())
            .order_by(OutboxRow.id)  # type: ignore[arg-type]
        ).all()
        return [row.cards["nb"]["title"] for row in rows]


def key_of(leader: Talk, place: int = 0) -> dict[str, Any]:
    card = leader.act("signup.volunteers")
    return [button for button in card.buttons if button.action == "signup.one"][place].values


def test_an_accepted_volunteer_is_told_once_and_the_promise_is_kept(turns: Turns, leader: Talk, stores: Stores) -> None:
    (employee,) = come(turns, "kari")
    leader.act("signup.one", **key_of(leader))
    card = leader.press("signup.accept")
    assert card.title == "Kari er med i Arbeidsgruppe omstilling"
    leader.act("signup.accept", **key_of(leader))
    assert owed(stores, "kari") == ["Du er med i Arbeidsgruppe omstilling"]
    with stores.database.reading() as session:
        assert session.exec(select(Promise)).one().kept_at is not None
    assert "du er med" in employee.act("signup.status").as_text()
    assert employee.act("workgroup.join", **GROUP).title == "Du er allerede med i Arbeidsgruppe omstilling"
    assert unkept(stores) == []


def unkept(stores: Stores) -> list[str]:
    """The groups about which somebody is promised an answer still."""
    with stores.database.reading() as session:
        return [one.about_key for one in session.exec(select(Promise).where(col(Promise.kept_at).is_(None)))]


def test_a_declined_volunteer_reads_the_reason_and_the_next_one_gets_the_place(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    leader.act("signup.places", **GROUP)
    assert "har 1 plass" in leader.press("signup.places_set", places="1").title
    first, second, third = come(turns, "kari", "ola", "per")
    assert "nummer 2 på ventelista" in third.shown[0].as_text()
    assert "nummer 1 på ventelista" in second.act("signup.status").as_text()
    leader.act("signup.one", **key_of(leader))
    leader.press("signup.decline")
    assert leader.press("signup.declined", reason="Vi trenger noen fra HR").outcome == "done"
    assert owed(stores, "kari") == ["Du ble ikke tatt med i Arbeidsgruppe omstilling"]
    assert owed(stores, "ola") == ["Du har fått plass i Arbeidsgruppe omstilling"]
    assert owed(stores, "per") == []
    assert "Vi trenger noen fra HR" in first.act("signup.status").as_text()
    assert "nummer 1 på ventelista" in third.act("signup.status").as_text()


@pytest.mark.parametrize("reason", ["", "   ", "x" * (LONGEST_REASON + 1)])
def test_a_bad_reason_comes_back_with_the_form_and_nobody_is_told(
    turns: Turns, leader: Talk, stores: Stores, reason: str
) -> None:
    come(turns, "kari")
    card = leader.act("signup.declined", reason=reason, **key_of(leader))
    assert card.outcome == "refused"
    assert card.questions[0].error
    assert card.questions[0].value == reason.strip()
    assert owed(stores, "kari") == []


def second_coordinator(stores: Stores, turns: Turns) -> Talk:
    talk = Talk(turns, "ida", NOW)
    talk.act("help")
    with stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Ida")).one()
        people.grant(session, person, "osu2020", "coordinator")
    return talk


def test_whom_another_coordinator_took_in_meanwhile_is_not_declined_before_that_was_read(
    turns: Turns, leader: Talk, stores: Stores
) -> None:
    come(turns, "kari")
    ida = second_coordinator(stores, turns)
    leader.act("signup.one", **key_of(leader))
    leader.press("signup.decline")
    ida.act("signup.accept", **key_of(ida))
    card = leader.press("signup.declined", reason="Vi er fulle")
    assert card.outcome == "refused"
    assert "Ida tok Kari med" in card.as_text()
    assert "er ikke sendt" in card.questions[0].error
    assert card.questions[0].value == "Vi er fulle"
    assert owed(stores, "kari") == ["Du er med i Arbeidsgruppe omstilling"]
    assert leader.press("signup.declined", reason="Vi er fulle").outcome == "done", "asked, they may mean it"
    assert owed(stores, "kari")[1:] == ["Du ble ikke tatt med i Arbeidsgruppe omstilling"]


def test_an_older_button_for_declining_tells_who_took_them_in(turns: Turns, leader: Talk, stores: Stores) -> None:
    come(turns, "kari")
    ida = second_coordinator(stores, turns)
    leader.act("signup.one", **key_of(leader))
    ida.act("signup.accept", **key_of(ida))
    assert "Ida tok Kari med" in leader.press("signup.decline").as_text()
    assert "tok Kari med" not in ida.act("signup.decline", **key_of(ida)).as_text()


def test_another_reason_after_the_answer_is_not_lost_silently(turns: Turns, leader: Talk, stores: Stores) -> None:
    come(turns, "kari")
    key = key_of(leader)
    for _ in range(2):
        assert leader.act("signup.declined", reason="Vi er fulle", **key).outcome == "done"
    card = leader.act("signup.declined", reason="Vi trenger noen fra HR", **key)
    assert card.outcome == "refused"
    assert "«Vi er fulle»" in card.as_text()
    assert len(owed(stores, "kari")) == 1


def test_withdrawing_tells_the_next_one_in_line(turns: Turns, leader: Talk, stores: Stores) -> None:
    leader.act("signup.places_set", places="1", **GROUP)
    first, _ = come(turns, "kari", "ola")
    first.act("workgroup.leave", **GROUP)
    assert owed(stores, "ola") == ["Du har fått plass i Arbeidsgruppe omstilling"]


def test_more_places_tell_those_who_get_one(turns: Turns, leader: Talk, stores: Stores) -> None:
    leader.act("signup.places_set", places="1", **GROUP)
    come(turns, "kari", "ola", "per")
    assert "1 fra ventelista" in leader.act("signup.places_set", places="2", **GROUP).as_text()
    assert (owed(stores, "ola"), owed(stores, "per")) == (["Du har fått plass i Arbeidsgruppe omstilling"], [])
    assert "tar imot alle" in leader.act("signup.places_set", places="", **GROUP).title
    assert owed(stores, "per") == ["Du har fått plass i Arbeidsgruppe omstilling"]


@pytest.mark.parametrize("places", ["0", "-1", "tre", "1.5", "99999", "²"])
def test_places_that_are_no_number_come_back(leader: Talk, places: str) -> None:
    card = leader.act("signup.places_set", places=places, **GROUP)
    assert card.outcome == "refused"
    assert card.questions[0].value == places


def test_a_volunteer_is_placed_elsewhere_and_told(
    turns: Turns, leader: Talk, stores: Stores, another_open_group: str
) -> None:
    (employee,) = come(turns, "kari")
    leader.act("signup.one", **key_of(leader))
    leader.press("signup.elsewhere")
    card = leader.press("signup.placed")
    assert card.outcome == "done"
    assert owed(stores, "kari") == [f"Du er med i {workgroup_title(stores, another_open_group)}"]
    said = employee.act("signup.status").as_text()
    assert "du er med" in said
    assert "i stedet" in said


def test_whom_another_coordinator_took_in_meanwhile_is_not_placed_before_that_was_read(
    turns: Turns, leader: Talk, stores: Stores, another_open_group: str
) -> None:
    come(turns, "kari")
    ida = second_coordinator(stores, turns)
    key = key_of(leader)
    leader.act("signup.elsewhere", **key)
    old = next(button for button in leader.shown[-1].buttons if button.action == "signup.placed")
    ida.act("signup.accept", **key)
    card = leader.press(old)
    assert card.outcome == "refused"
    assert "Kari har fått et svar i mellomtiden" in card.as_text()
    # A card from before cards told what they had seen is one of before the answer.
    assert leader.act("signup.placed", **key, group=another_open_group).outcome == "refused"
    assert owed(stores, "kari") == ["Du er med i Arbeidsgruppe omstilling"]
    leader.shown = (card,)
    again = next(button for button in card.buttons if button.action == "signup.placed")
    assert leader.press(again).outcome == "done", "asked, they may mean it"
    assert leader.press(again).outcome == "done"
    assert len(owed(stores, "kari")) == 2


def test_of_two_who_place_in_different_groups_the_second_is_told(
    turns: Turns, leader: Talk, stores: Stores, another_open_group: str
) -> None:
    come(turns, "kari")
    key = key_of(leader)
    with stores.database.writing() as session:
        taken = (GROUP["group"], another_open_group)
        third = next(one for one in workgroups.every(session, "osu2020") if one.key not in taken)
        third.openness = Openness.OPEN
        session.add(third)
        programmes.mark_changed(session, "osu2020")
        other = third.key
    leader.act("signup.placed", **key, group=another_open_group)
    card = leader.act("signup.placed", **key, group=other)
    assert card.outcome == "refused"
    assert "alt plassert i en annen gruppe" in card.title + card.as_text()


def test_whoever_asked_for_both_groups_and_is_placed_in_the_other_has_both_answers(
    turns: Turns, leader: Talk, stores: Stores, another_open_group: str
) -> None:
    with stores.database.writing() as session:
        workgroups.get(session, "osu2020", another_open_group).reply_days = 14
        programmes.mark_changed(session, "osu2020")
    (employee,) = come(turns, "kari")
    first = key_of(leader)
    employee.act("workgroup.join", group=another_open_group)
    assert len(unkept(stores)) == 2
    assert leader.act("signup.placed", group=another_open_group, **first).outcome == "done"
    assert unkept(stores) == []


def workgroup_title(stores: Stores, key: str) -> str:
    with stores.database.reading() as session:
        return workgroups.get(session, "osu2020", key).title["nb"]


def test_many_are_accepted_at_once_after_their_number_was_seen(turns: Turns, leader: Talk, stores: Stores) -> None:
    leader.act("signup.places_set", places="2", **GROUP)
    come(turns, "kari", "ola", "per")
    leader.act("signup.groups")
    sure = leader.press("signup.accept_all")
    assert sure.title == "Skal 2 som venter, bli med i Arbeidsgruppe omstilling?"
    old = next(button for button in sure.buttons if button.action == "signup.accept_all")
    Talk(turns, "kari", NOW).act("workgroup.leave", **GROUP)
    assert leader.press("signup.accept_all").title.startswith("2 er tatt med")
    assert [owed(stores, name)[-1:] for name in ("kari", "ola", "per")] == [
        [],
        ["Du er med i Arbeidsgruppe omstilling"],
        ["Du er med i Arbeidsgruppe omstilling"],
    ]
    assert leader.press(old).title == "Ingen venter på svar om Arbeidsgruppe omstilling"


def test_a_volunteer_tells_of_themselves_and_the_coordinator_reads_it(turns: Turns, leader: Talk) -> None:
    (employee,) = come(turns, "kari")
    employee.press("signup.tell")
    card = employee.press("signup.told", motivation="Jeg kjenner tjenesten", competences="Tjenestedesign", hours="4")
    assert card.outcome == "done"
    said = leader.act("signup.one", **key_of(leader)).as_text()
    assert all(part in said for part in ("Jeg kjenner tjenesten", "Tjenestedesign", "4", "8. desember 2020"))
    again = employee.press("signup.tell")
    assert [question.value for question in again.questions] == ["Jeg kjenner tjenesten", "Tjenestedesign", "4"]
    employee.press("signup.told", motivation="", competences="", hours="")
    assert "Tjenestedesign" not in leader.act("signup.one", **key_of(leader)).as_text()


@pytest.mark.usefixtures("another_open_group")
def test_what_was_told_is_found_again_under_ones_sign_ups(turns: Turns) -> None:
    (employee,) = come(turns, "kari")
    employee.act("signup.told", **GROUP, competences="Tjenestedesign")
    card = employee.act("signup.status")
    assert [button.title for button in card.buttons if button.action == "signup.tell"] == ["Fortell mer om deg"]
    assert "Tjenestedesign" in [question.value for question in employee.press("signup.tell").questions]
    employee.act("workgroup.join", group="osu-padriver")
    telling = [button for button in employee.act("signup.status").buttons if button.action == "signup.tell"]
    assert {button.values["group"] for button in telling} == {"osu-omstilling", "osu-padriver"}
    assert all(button.title.startswith("Fortell mer til Arbeidsgruppe") for button in telling)


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({"hours": "mange"}, "hours"),
        ({"hours": "41"}, "hours"),
        ({"motivation": "x" * (LONGEST_WISH + 1)}, "motivation"),
        ({"competences": "x" * (LONGEST_WISH + 1)}, "competences"),
    ],
)
def test_a_broken_form_comes_back_as_it_was_filled_in(turns: Turns, form: dict[str, str], wrong: str) -> None:
    (employee,) = come(turns, "kari")
    card = employee.act("signup.told", **GROUP, **form)
    assert card.outcome == "refused"
    assert [question.name for question in card.questions if question.error] == [wrong]
    assert {question.name: question.value for question in card.questions}[wrong] == form[wrong]


def test_nothing_is_told_without_a_sign_up(employee: Talk) -> None:
    assert employee.act("signup.tell", **GROUP).outcome == "refused"
    assert employee.act("signup.told", motivation="Hei", **GROUP).outcome == "refused"


@pytest.mark.parametrize(
    "action",
    [
        "signup.volunteers",
        "signup.one",
        "signup.accept",
        "signup.decline",
        "signup.declined",
        "signup.elsewhere",
        "signup.placed",
        "signup.groups",
        "signup.accept_all",
        "signup.places",
        "signup.places_set",
    ],
)
def test_only_coordinators_get_there(turns: Turns, leader: Talk, stores: Stores, action: str) -> None:
    come(turns, "kari")
    values = {**key_of(leader), **GROUP, "reason": "nei", "places": "1", "count": 1}
    card = Talk(turns, "employee-9", NOW).act(action, **values)
    assert card.outcome == "refused"
    assert "Kari" not in card.as_text()
    assert owed(stores, "kari") == []


@pytest.mark.parametrize("key", [None, "1", 10**9, -1, True])
def test_a_button_of_no_sign_up_is_refused(turns: Turns, leader: Talk, key: Any) -> None:
    come(turns, "kari")
    for action in ("signup.one", "signup.accept", "signup.decline", "signup.elsewhere"):
        assert leader.act(action, sign_up=key).outcome == "refused"
