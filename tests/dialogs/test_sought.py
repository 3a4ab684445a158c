"""An answer that does not hold the kind of thing that was asked for says so first, and tells what is known beneath."""

import pytest

from bot.app import Stores
from bot.clock import DemoClock
from tests.conftest import NOW
from tests.talk import CheckedTurns, Talk

HOLDS_NOT = (
    "hvorfor ble det akkurat 15. desember",
    "kva skjer viss kommunestyret seier nei",
    "how many people will come to the kickoff",
    "is there parking at the kickoff",
    "hva ble resultatet av MBM-møtet",
    "hvem laget organisasjonskartet",
    "hvor mange timer må en sette av til arbeidsgruppa",
    "hvor lenge har Bente vært kommunaldirektør",
    "hvilket møterom bruker styringsgruppen",
    "hvem skrev rapporten fra pådrivergruppa",
    "hvor mange folk trengs i fase 2",
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


AFTER = (
    ("når drøfter MBM forslaget", "ble de enige"),
    ("når drøfter MBM forslaget", "hva kom de fram til"),
    ("hvem er eiendomsdirektør", "hvorfor byttet hun"),
    ("hva gjør styringsgruppen", "når har de neste møte"),
    ("hvem satt i pådrivergruppa", "hvem av dem har hund og hytte"),
)


@pytest.mark.parametrize(("before", "text"), AFTER)
def test_what_is_asked_of_the_thing_spoken_of_is_not_told_of_another(employee: Talk, before: str, text: str) -> None:
    employee.say(before)
    employee.say(text)
    assert (employee.answered.understanding or {})["outcome"] == "unknown"


def test_a_name_that_nothing_has_is_not_answered_with_the_rest(employee: Talk) -> None:
    employee.say("Hvor mye spares på å legge ned kontoret i Dalsbygda?")
    assert (employee.answered.understanding or {})["outcome"] == "unknown"
    employee.say("Hun som heter Fjøsvik, spør: hvor mye skal OSU spare?")
    assert (employee.answered.understanding or {})["outcome"] == "answered"


def test_whoever_asks_for_the_days_of_a_phase_reads_little_else(employee: Talk) -> None:
    asked_when = employee.say("which day does the main phase start")
    asked_what = employee.press("phase.about")
    assert asked_what.subject == asked_when.subject
    assert len(asked_when.blocks) == len(asked_what.blocks) - 1


def test_how_often_is_answered_by_every_so_many_weeks(stores: Stores) -> None:
    of_ou = Talk(CheckedTurns(stores.database, stores.inputs, DemoClock(NOW), "ou2021"), "employee-1", NOW)
    assert of_ou.say("Hvor ofte skal OU-prosjektet rapportere?").outcome == "answered"
    assert of_ou.say("Hvor ofte møtes prosjektgruppa?").outcome == "unknown"


@pytest.mark.parametrize(
    "text",
    [
        "blir barnehagen til ungen min berørt av omstillingen?",
        "når får katten min ny barnehage",
        "hva betyr OSU 2020 for mannen min?",
        "kven er leiaren min, kva heiter ho?",
        "hvem blir sjefen min etter nyttår",
        "who is my manager in OSU 2020?",
        "hvilken vaffeloppskrift bruker arbeidsgruppe omstilling",
    ],
)
def test_what_is_ones_own_and_what_nothing_has_a_name_of_is_not_known(employee: Talk, text: str) -> None:
    employee.say(text)
    assert (employee.answered.understanding or {})["outcome"] in ("unknown", "declined")


@pytest.mark.parametrize(
    "text",
    [
        "jeg må ha datoen i kalenderen min, når er kickoff?",
        "min mening er at det haster. når er kickoff?",
        "when is the kickoff? my boss asks",
    ],
)
def test_what_is_only_said_beside_a_question_keeps_no_answer_back(employee: Talk, text: str) -> None:
    employee.say(text)
    assert (employee.answered.understanding or {})["outcome"] == "answered"
