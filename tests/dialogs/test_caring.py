"""Somebody who is not well gets the people and the numbers, not a guess; and nobody learns what others did."""

import pytest

from bot.turns import Turns
from dialogs.card import Card
from dialogs.words import say
from tests.dialogs.test_unanswered import counted, everything
from tests.talk import Talk

ABOUT = {
    "danger": ["jeg vil dø", "eg orkar ikkje leve lenger", "I want to die"],
    "own_position": ["er redd", "æ greie ikkje mer", "eg klarar ikkje dette lenger", "I can't cope anymore"],
    "harassment": [
        "sjefen trakasserer meg",
        "jeg er blitt mobbet av lederen min hvem kan jeg varsle",
        "I am being bullied",
    ],
    "volunteers": ["hvem har meldt seg på arbeidsgruppe omstilling", "har Kari meldt seg på", "who signed up?"],
    "asking": ["hvem stilte spørsmålet", "ser lederen min hva jeg spør deg om", "can my boss see what I ask"],
}


def about(talk: Talk, text: str) -> tuple[str, object]:
    talk.say(text)
    assert talk.answered.understanding is not None
    return talk.answered.understanding["intent"], talk.answered.understanding["values"].get("about")


def actions(card: Card) -> set[str]:
    return {button.action for button in card.buttons}


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in ABOUT.items() for text in texts])
def test_it_is_recognised_before_any_question_and_nothing_of_it_is_kept(
    turns: Turns, employee: Talk, key: str, text: str
) -> None:
    assert about(employee, f"{text}. xylofon") == ("out_of_scope", key)
    assert about(employee, text) == ("out_of_scope", key)
    assert counted(turns) == {}
    assert "xylofon" not in everything(turns)
    assert not actions(employee.shown[-1]) & {"question.send", "input.submit"}
    assert employee.shown[-1].awaiting == ""


@pytest.mark.parametrize("text", ABOUT["danger"])
def test_danger_gets_the_numbers_and_is_told_that_this_is_a_robot(employee: Talk, text: str) -> None:
    said = employee.say(text).as_text()
    for number in ("113", "116\u00a0123", "116\u00a0117"):
        assert number in said
    assert "robot" in said


@pytest.mark.parametrize("text", ABOUT["harassment"])
def test_harassment_is_not_sent_to_the_leader_it_may_be_about(employee: Talk, text: str) -> None:
    said = employee.say(text).as_text()
    assert "73\u00a019\u00a097\u00a000" in said
    assert "nærmeste leder" not in said
    assert "nearest leader" not in said
    assert any(whom in said for whom in ("verneombud", "safety representative"))


def test_distress_gets_the_people_as_a_question_about_oneself_does(employee: Talk) -> None:
    card = employee.say("jeg gråter på jobb")
    assert card.outcome == employee.say("mister jeg jobben?").outcome == "unknown"
    for whom in ("leder", "tillitsvalgt", "verneombud", "bedriftshelsetjenesten"):
        assert whom in card.as_text()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("jeg er redd jeg har mistet fristen, når er den", "milestone"),
        ("jeg orker ikke mer, når er neste milepæl?", "milestone"),
        ("ligger våken og lurer: når er kickoff?", "milestone"),
        ("jeg er utslitt. hvem leder arbeidsgruppe omstilling?", "workgroup"),
    ],
)
def test_a_question_about_the_programme_is_answered_nevertheless(employee: Talk, text: str, intent: str) -> None:
    assert about(employee, text)[0].startswith(intent)


@pytest.mark.parametrize("text", ["når er dødsfristen", "jeg dør av latter", "kantinen er drepen", "skru av varsling"])
def test_jokes_and_deadlines_set_nothing_off(employee: Talk, text: str) -> None:
    assert about(employee, text)[1] not in ABOUT


def test_danger_is_heard_in_an_input_too_and_what_else_is_told_there_stays_an_input(employee: Talk) -> None:
    employee.act("input.submit")
    assert employee.say("sjefen trakasserer oss").questions[-1].value == "sjefen trakasserer oss"
    assert "116\u00a0123" in employee.say("jeg vil dø").as_text()
    assert "116\u00a0123" in employee.say("innspill: jeg vil ikke leve lenger").as_text()


def test_what_a_leader_writes_for_everyone_is_no_call_for_help(leader: Talk) -> None:
    card = leader.say("Publiser en kunngjøring: Har du tanker om selvmord, ring 116 123.")
    assert card.did == "compose_announcement"


def test_coordinators_get_the_sign_ups_and_others_are_told_who_does(leader: Talk, employee: Talk) -> None:
    asked = "hvem har meldt seg på arbeidsgruppe omstilling"
    assert leader.say(asked).title == "0 påmeldinger"
    card = employee.say(asked)
    assert "signup.volunteers" not in actions(card)
    assert "koordinatorene" in card.title
    assert "uten navn" not in card.as_text()


@pytest.mark.parametrize(
    "text",
    [
        "4821-5532-1090-7741",
        "4821553210907741",
        "4821 5532 1090 7741",
        "48215532 10907741",
        "kvitteringen min er 1234 5678 9012 3456",
        "receipt 4821 5532 1090 7741",
        "jeg har en kvitteringskode",
        "koden min virker ikke",
        "kvitteringa mi verkar ikkje",
    ],
)
@pytest.mark.parametrize("is_draft", [False, True])
def test_a_receipt_is_shown_its_page_and_is_neither_looked_up_nor_kept(
    turns: Turns, employee: Talk, text: str, is_draft: bool
) -> None:
    if is_draft and text[0].isdigit():
        employee.act("input.submit")
    card = employee.say(text)
    assert employee.answered.understanding is not None
    assert employee.answered.understanding["intent"] == "input.status"
    assert employee.answered.understanding["values"] == {"aspect": "receipt"}
    assert say(card.language, "inputs.page") in card.title
    assert not any(
        part in everything(turns) + card.model_dump_json() for part in ("4821-5532", "48215532", "1234 5678")
    )


@pytest.mark.parametrize(
    "text", ["hva skjer 01.12.2020-15.12.2020", "budsjettene 2018 2019 2020 2021", "innspill: ring 48215532"]
)
def test_days_and_years_are_no_receipt(employee: Talk, text: str) -> None:
    employee.say(text)
    assert employee.answered.understanding is not None
    assert employee.answered.understanding["values"].get("aspect") != "receipt"


def test_danger_is_heard_in_a_text_that_is_too_long_to_be_read_as_a_question(employee: Talk) -> None:
    assert "113" in employee.say("jeg vil dø. " + "dette er bare for mye. " * 300).as_text()
    assert "4000" in employee.say("dette er bare for mye. " * 300).title


@pytest.mark.parametrize("text", ["jeg orker ikke mer. ", "sjefen trakasserer meg hver dag. "])
def test_distress_and_harassment_are_heard_in_a_text_of_any_length(employee: Talk, text: str) -> None:
    short = employee.say(text)
    assert employee.say(text * 300).title == short.title
    assert "4000" not in short.title
