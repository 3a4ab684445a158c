"""What documents seldom say is told as doubted, with the nearest beneath; what is near it and told is answered."""

import json

import pytest

from dialogs.understanding.stored import MODEL
from tests.talk import Talk


def test_an_answer_near_what_documents_seldom_say_is_told_as_doubted(employee: Talk) -> None:
    shown = employee.say("Hvilken metode ble brukt da arbeidsmiljøkonsekvensene ble vurdert?")
    assert shown.outcome == "unknown"
    assert shown.title.startswith("Jeg er ikke sikker på at dokumentene sier akkurat det")


@pytest.mark.parametrize(
    "text", ["hvor mange er det i et innsatsteam", "hvem leder et innsatsteam", "hvor lenge varer en sprint"]
)
def test_its_neighbours_are_answered(employee: Talk, text: str) -> None:
    assert employee.say(text).outcome == "answered"


@pytest.mark.parametrize("text", ["Hvem leder?", "hva skjer med omorganiseringa", "hva går omstillingen ut på"])
@pytest.mark.parametrize("before", ["", "kickoff?"])
def test_what_any_whole_has_is_asked_without_doubt(employee: Talk, text: str, before: str) -> None:
    if before:
        employee.say(before)
    shown = employee.say(text)
    assert shown.outcome == "answered"
    assert "Jeg er ikke sikker" not in shown.title


def test_who_only_has_a_verb_in_common_is_not_what_it_is_about(employee: Talk) -> None:
    assert "Bakgrunnen" in employee.say("hva går omstillingen ut på").title


def test_a_doubted_answer_keeps_the_beginning_of_what_is_beneath(employee: Talk) -> None:
    shown = employee.say("hvilken metode brukte pådrivergruppa")
    assert shown.outcome == "unknown"
    assert "Så på OSU som pådriver" in shown.model_dump_json()


def test_what_is_told_beside_a_question_is_no_doubt_of_its_answer(employee: Talk) -> None:
    shown = employee.say("hva kom den pådrvergruppa frem til? finner ikke raporten")
    assert shown.outcome == "answered"
    assert "åtte" in shown.model_dump_json()


@pytest.mark.parametrize("text", ["e det nån i MBM som stemte imot forslaget?", "hvor mange har sagt de kommer"])
def test_nothing_is_begun_for_what_is_asked_of_others(employee: Talk, text: str) -> None:
    shown = employee.say(text)
    assert shown.outcome == "unknown"
    assert not shown.questions


def test_what_documents_seldom_say_is_no_intent() -> None:
    labels = json.loads(MODEL.read_text("utf-8"))["labels"]
    assert not [label for label in labels if "unsaid" in label]
