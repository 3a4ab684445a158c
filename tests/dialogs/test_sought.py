"""An answer that does not hold the kind of thing that was asked for says so first, and tells what is known beneath."""

import pytest

from tests.talk import Talk

HOLDS_NOT = (
    "hvorfor ble det akkurat 15. desember",
    "kva skjer viss kommunestyret seier nei",
    "how many people will come to the kickoff",
    "is there parking at the kickoff",
    "hva ble resultatet av MBM-møtet",
    "hvem laget organisasjonskartet",
    "hvor mange timer må en sette av til arbeidsgruppa",
    "hvor lenge har Bente vært kommunaldirektør",
)
HOLDS = (
    "hvorfor omorganiserer vi",
    "hvor mange faser er det",
    "hvor mange satt i pådrivergruppa",
    "hva kom pådrivergruppa fram til",
    "hvor lenge er Kristin operativ leder",
    "hva skjer i fase 2",
    "hvor mye skal spares",
)


@pytest.mark.parametrize("text", HOLDS_NOT)
def test_what_the_answer_does_not_hold_is_not_known(employee: Talk, text: str) -> None:
    employee.say(text)
    assert (employee.answered.understanding or {})["outcome"] == "unknown"


@pytest.mark.parametrize("text", HOLDS)
def test_what_it_holds_is_answered(employee: Talk, text: str) -> None:
    employee.say(text)
    assert (employee.answered.understanding or {})["outcome"] == "answered"
