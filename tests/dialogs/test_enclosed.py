"""An input that stands in the message itself is taken into the form, without what only asks to hand it in."""

import pytest

from tests.talk import Talk

TEXT = "risikovurderingen må foreligge før tiltakene oversendes rådmannen"


@pytest.mark.parametrize(
    "said",
    [
        f"Meld inn dette: {TEXT}",
        f"{TEXT}. Få det inn som innspill",
        f"anonymt innspill - {TEXT}",
        f"Vil sende et innspill. {TEXT}.",
        f"I would like to hand in an input: {TEXT}",
        f"Mitt innspill er at {TEXT}",
    ],
)
def test_the_text_in_the_message_is_in_the_form(employee: Talk, said: str) -> None:
    form = employee.say(said)
    assert form.did == "prefill_input"
    text = next(question.value for question in form.questions if question.name == "text")
    assert text.rstrip(".") == TEXT


def test_beside_an_order_a_few_words_are_a_text(employee: Talk) -> None:
    form = employee.say("Til protokollen: risikovurderingen må komme før tiltakene. Få det inn som innspill")
    assert [question.value for question in form.questions if question.name == "text"] == [
        "risikovurderingen må komme før tiltakene."
    ]


@pytest.mark.parametrize(
    "said",
    ["jeg vil gjerne gi et anonymt innspill om målbildet", "kan jeg sende et innspill uten at noen ser hvem jeg er?"],
)
def test_who_only_says_that_they_want_to_gets_an_empty_form(employee: Talk, said: str) -> None:
    form = employee.say(said)
    assert [question.value for question in form.questions if question.name == "text"] in ([""], [])


@pytest.mark.parametrize("said", ["will it rain on the kickoff tomorrow", "blir det finvær på kickoff"])
def test_the_weather_is_nobodys_milestone(employee: Talk, said: str) -> None:
    assert employee.say(said).outcome == "declined"


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Jeg har en ide om kantina", "Jeg har en ide om kantina"),
        ("min idé er å ha digitale skjema", "å ha digitale skjema"),
        ("my idea is to use digital forms", "to use digital forms"),
    ],
)
def test_an_idea_in_a_few_words_is_in_the_form(employee: Talk, said: str, text: str) -> None:
    form = employee.say(said)
    assert [question.value for question in form.questions if question.name == "text"] == [text]
