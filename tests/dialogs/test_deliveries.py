"""What everyone sees of the queue of deliveries, and what leaders do with it, through the front door."""

import pytest
from sqlmodel import select

from bot.app import Stores
from storage import people
from storage.people import Person
from tests.conftest import NOW
from tests.talk import CheckedTurns, Talk

TYPED = {"title": "Felles innkjøp", "need": "Hver enhet kjøper inn for seg selv.", "owner": "Innkjøp", "known": "no"}


def grant(stores: Stores, account: str, *roles: str) -> None:
    with stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == account.title())).one()
        for role in roles:
            people.grant(session, person, "osu2020", role)


def come(stores: Stores, turns: CheckedTurns, account: str, *roles: str) -> Talk:
    talk = Talk(turns, account, NOW)
    talk.act("help")
    grant(stores, account, *roles)
    return talk


@pytest.fixture
def chief(stores: Stores, turns: CheckedTurns) -> Talk:
    return come(stores, turns, "sjef", "leader")


def add(chief: Talk, **typed: str) -> None:
    chief.act("delivery.new")
    chief.press("delivery.save", **{**TYPED, **typed})


def test_a_queue_that_everyone_sees_and_leaders_fill(employee: Talk, chief: Talk) -> None:
    empty = employee.say("hvilke leveranser er i kø?")
    assert "Ingen leveranser venter i køen nå" in empty.as_text()
    assert "Dokumentene nevner også Leveranse 1, Leveranse 2" in empty.as_text()
    assert not {"delivery.new", "delivery.prioritise"} & {button.action for button in empty.buttons}
    add(chief, named="osu-lev-1")
    add(chief, title="Kart over systemene")
    full = employee.act("delivery.queue")
    assert full.title == "Leveransekøen: 2 leveranser venter"
    assert "Leveranse 1: Felles innkjøp: Ansvarlig: Innkjøp" in full.as_text()
    assert "Leveranse 1," not in full.as_text()
    one = employee.press("delivery.open")
    assert "Nummer 1 i køen" in one.as_text()
    assert "For hvem: ikke sagt" in one.as_text()
    assert [button.action for button in one.buttons] == ["topic.follow", "sprint.show", "delivery.queue"]


def test_a_form_comes_again_with_all_that_was_typed(chief: Talk) -> None:
    chief.act("delivery.new")
    again = chief.press("delivery.save", **{**TYPED, "need": ""})
    assert again.outcome == "refused"
    values = {question.name: question.value for question in again.questions}
    assert values["title"] == "Felles innkjøp"
    assert {question.name: question.error for question in again.questions}["need"].startswith("Skriv hvilket behov")


def test_of_two_who_order_at_once_the_second_sees_what_is_another(
    stores: Stores, turns: CheckedTurns, chief: Talk
) -> None:
    other = come(stores, turns, "andre", "leader")
    for title in ("Første", "Andre", "Tredje"):
        add(chief, title=title)
    mine = chief.act("delivery.prioritise")
    other.act("delivery.prioritise")
    done = other.press("delivery.moved", delivery="3", place="1")
    assert done.outcome == "done"
    assert [label for label, _ in done.blocks[-1].items] == ["Tredje", "Første", "Andre"]  # type: ignore[union-attr]
    stale = chief.press(next(b for b in mine.buttons if b.action == "delivery.moved"), delivery="2", place="1")
    assert stale.outcome == "refused"
    assert "ingenting er flyttet" in stale.as_text()
    assert "Andre har satt en annen rekkefølge" in stale.as_text()
    now = chief.press("delivery.looked")
    assert (now.title, now.outcome) == ("Det er notert at rekkefølgen er riktig", "done")


def test_a_stale_form_of_a_delivery_keeps_what_was_typed(stores: Stores, turns: CheckedTurns, chief: Talk) -> None:
    other = come(stores, turns, "andre", "leader")
    add(chief)
    form = chief.act("delivery.new", delivery=1)
    other.act("delivery.new", delivery=1)
    other.press("delivery.save", **{**TYPED, "title": "Felles innkjøp og avtaler"})
    stale = chief.press(next(b for b in form.buttons if b.action == "delivery.save"), **{**TYPED, "title": "Min"})
    assert "Andre har endret leveransen mens du skrev" in {q.name: q.error for q in stale.questions}["title"]
    assert {q.name: q.value for q in stale.questions}["title"] == "Min"
    chief.press("delivery.save", **{**TYPED, "title": "Min"})
    assert chief.act("delivery.open", delivery=1).title == "Min"


def test_out_of_the_queue_only_with_a_reason_that_all_read(employee: Talk, chief: Talk) -> None:
    add(chief)
    chief.act("delivery.stop", delivery=1)
    assert chief.press("delivery.stopped", why="").outcome == "refused"
    chief.press("delivery.stopped", why="Finnes fra før.")
    assert "Finnes fra før." in employee.act("delivery.open", delivery=1).as_text()
    assert "0 leveranser venter" in employee.act("delivery.queue").title


@pytest.mark.parametrize(
    "text",
    ["Hvilke leveranser er i kø?", "hva står i leveransekøen", "vis leveransekøen", "kva leveransar står i kø",
     "which deliveries are in the queue", "Show me the queue of deliveries", "Leveransekøen"],
)  # fmt: skip
def test_it_is_asked_for_in_words(employee: Talk, text: str) -> None:
    assert any(sign in employee.say(text).title for sign in ("Leveransekøen: ", "The queue of deliveries: "))


def test_where_a_programme_works_without_that_is_said(stores: Stores, turns: CheckedTurns) -> None:
    turns = CheckedTurns(stores.database, stores.inputs, turns.clock, "os2019")
    refused = Talk(turns, "mona", NOW).act("delivery.queue")
    assert (refused.outcome, "arbeider ikke med leveranser" in refused.as_text()) == ("refused", True)


def test_of_many_each_can_be_looked_at(employee: Talk, chief: Talk) -> None:
    for number in range(1, 5):
        add(chief, title=f"Leveranse nummer {number}")
    many = employee.act("delivery.queue")
    assert [button.action for button in many.buttons].count("delivery.open") == 2
    which = employee.act("delivery.open")
    assert which.outcome == "clarify"
    assert [choice.title for choice in which.questions[0].choices][3] == "Leveranse nummer 4"
    assert employee.press("delivery.open", delivery="4").title == "Leveranse nummer 4"


@pytest.mark.parametrize("role", ["leader", "employee"])
def test_of_a_queue_of_five_everyone_can_open_each(stores: Stores, turns: CheckedTurns, chief: Talk, role: str) -> None:
    for number in range(5):
        add(chief, title=f"Nummer {number}")
    talk = come(stores, turns, "hvem", *(["leader"] if role == "leader" else []))
    talk.act("delivery.queue")
    assert [one for one in talk.shown[-1].buttons if one.action == "delivery.open" and one.values]
    which = talk.press(next(one for one in talk.shown[-1].buttons if one.action == "delivery.open" and not one.values))
    assert len(which.questions[0].choices) == 5
    assert talk.press("delivery.open", delivery="5").title == "Nummer 4"


def test_a_title_is_not_given_twice_while_both_would_be_under_way(chief: Talk) -> None:
    add(chief)
    again = chief.act("delivery.new") and chief.press("delivery.save", **{**TYPED, "title": "felles innkjøp"})
    assert again.outcome == "refused"
    errors = {one.name: one.error for one in again.questions}
    assert errors["title"].startswith("En annen leveranse som ikke er ferdig, heter det")
    chief.act("delivery.stop", delivery=1)
    chief.press("delivery.stopped", why="Ikke nå.")
    add(chief)
    both = chief.say("hva er felles innkjøp?")
    assert [one.title for one in both.questions[0].choices] == [
        "Nummer 1 i køen: Felles innkjøp",
        "Stoppet: Felles innkjøp",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "hva er Digital onboarding?",
        "hvem eier digital onboarding?",
        "når kommer digital onboarding?",
        "hvor langt har vi kommet med digital onboarding?",
        "er digital onboarding levert?",
        "kven eig Digital onboarding",
        "how far have we come with digital onboarding?",
        "Digital onboarding",
    ],
)
def test_a_delivery_is_found_by_the_name_that_it_was_given_here(employee: Talk, chief: Talk, text: str) -> None:
    assert employee.say(text).title != "Digital onboarding"
    add(chief, title="Felles grunndata")
    add(chief, title="Digital onboarding")
    told = employee.say(text)
    assert told.title == "Digital onboarding"
    assert ("Innkjøp" in told.as_text(), len(told.buttons) > 0) == (True, True)


def test_a_delivery_is_found_by_what_the_documents_call_it_once_it_is_here(employee: Talk, chief: Talk) -> None:
    assert employee.say("hva er leveranse 1?").title.startswith("Dokumentene sier ikke hva Leveranse 1 er")
    add(chief, named="osu-lev-1")
    for text in ("hva er leveranse 1?", "Leveranse 1: Felles innkjøp"):
        assert employee.say(text).title == "Leveranse 1: Felles innkjøp", text


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("leveranser", "delivery.queue"),
        ("hvilke leveranser er under arbeid?", "delivery.queue"),
        ("kva leveransar ventar i køen?", "delivery.queue"),
        ("ny leveranse", "delivery.new"),
        ("sett opp sprint", "sprint.start"),
        ("sprinten", "sprint.show"),
        ("vis tavla", "sprint.show"),
        ("sett opp innsatsteam", "team.new"),
        ("planlegg demo", "demo.plan"),
        ("avlys demoen", "sprint.demo"),
        ("kva tid er demoen?", "sprint.demo"),
        ("meld meg av demoen", "sprint.demo"),
        ("what is the team working on?", "sprint.show"),
        ("hva ble resultatet av sprint 1?", "sprint.demo"),
    ],
)
def test_short_words_about_deliveries_lead_to_them(chief: Talk, text: str, action: str) -> None:
    chief.say(text)
    assert (chief.answered.understanding or {})["intent"] == action


def test_where_no_deliveries_are_made_documents_answer(turns: CheckedTurns) -> None:
    turns.default_programme = "ou2021"
    talk = Talk(turns, "annen", NOW)
    told = talk.say("leveranser")
    assert (talk.answered.understanding or {})["intent"] != "delivery.queue", told.title
