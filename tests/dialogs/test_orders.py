"""What is ordered is done; what is only spoken of is asked about first."""

import pytest

from tests.talk import Talk

GROUP = "arbeidsgruppe omstilling"


@pytest.mark.parametrize(
    "said",
    [
        "får vi lønn for å være med i arbeidsgruppa",
        "kan sjefen nekte meg å være med i arbeidsgruppa",
        "må jeg være med i arbeidsgruppa?",
        f"hva skjer om jeg melder meg på {GROUP}",
        f"kollegaen min vil være med i {GROUP}",
        "do I have to join the workgroup",
        "my colleague wants to join the workgroup",
        "blir eg med i arbeidsgruppa dersom eg ikkje svarar",
        "er det for seint å melda seg på arbeidsgruppa",
    ],
)
def test_who_only_speaks_of_a_sign_up_is_not_signed_up(employee: Talk, said: str) -> None:
    employee.say(said)
    assert employee.act("signup.status").outcome != "done"
    assert GROUP not in employee.act("signup.status").title


@pytest.mark.parametrize(
    "said",
    [f"meld meg på {GROUP}", f"kan du melde meg på {GROUP}?", f"jeg vil bli med i {GROUP}", f"i want to join {GROUP}"],
)
def test_who_orders_a_sign_up_is_signed_up_at_once(employee: Talk, said: str) -> None:
    assert employee.say(said).outcome == "done"


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("snakk nynorsk, ikke bokmål", "nn"),
        ("ikke svar på engelsk", "nb"),
        ("please answer in english and not norwegian", "en"),
        ("svar på nynorsk i staden for bokmål", "nn"),
    ],
)
def test_a_language_that_is_refused_is_not_the_one_wanted(employee: Talk, said: str, language: str) -> None:
    assert employee.say(said).language == language


def test_a_complaint_about_messages_shows_the_settings(employee: Talk) -> None:
    assert employee.say("hvorfor får jeg så mange varsler").did == "set_subscription"
    assert employee.answered.understanding is not None
    assert "on" not in employee.answered.understanding["values"]


@pytest.mark.parametrize(
    "said", ["vil bli med å se på omstillings greiene, gruppa altså", "sign me up på omstilling-gruppa pls"]
)
def test_the_only_open_group_is_asked_about_by_name(employee: Talk, said: str) -> None:
    asked = employee.say(said)
    assert (asked.outcome, asked.awaiting) == ("clarify", "workgroup.join")
    assert employee.say("ja").outcome == "done"


def test_a_question_behind_a_colon_is_no_input(employee: Talk) -> None:
    asked = employee.say("jeg drifter serveren så det er greit: hvilken bruker la inn det anonyme innspillet")
    assert all(question.value == "" for question in asked.questions)


def test_a_no_by_its_button_changes_nothing(employee: Talk) -> None:
    asked = employee.say("Må jeg være med i arbeidsgruppe omstilling?")
    assert [button.title for button in asked.buttons[:2]] == ["Ja", "Nei"]
    assert "endrer jeg ingenting" in employee.press(asked.buttons[1]).title
    assert "ikke påmeldt" in employee.say("Er jeg påmeldt?").title
