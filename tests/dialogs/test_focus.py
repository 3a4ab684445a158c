"""What the question word itself asks for must be in the answer, and what is asked about must be known."""

import pytest

from tests.talk import Talk

HELD_BACK = (
    # the kind of thing behind the question word
    "hvilken etasje sitter Stein Erik Skilhagen i",
    "what floor is the digitalisation unit on",
    "hva er forskjellen på drift og forvaltning i organisasjonskartet",
    "hvor mange stillinger ryker med innsparingen på 25 millioner",
    # the question word itself
    "når går første sprint i gang",
    "koffer akkurat 15. desember",
    # what has reasons, and a leader, of its own
    "kvifor skal Kristin attende til eigedom",
    "kem leda HR drift no",
    # what a yes or a no would say of a thing
    "blir det flytting til nye kontorer når modellen er vedtatt",
    # before, after, and elsewhere
    "kven var operativ leiar før Kristin",
    "når kommer neste nyhetsbrev",
    "hvordan har Stavanger organisert drift av HR",
    # what nobody asks the bot, or oneself, for
    "which consultancy is helping you with this",
)
ANSWERED = (
    "hvilken dag er kickoffen",
    "hvilken fase er vi i",
    "kva initiativ finst det",
    "hvilken tittel har Bente",
    "hva er målbildet",
    "når blir leveransene presentert",
    "hvor ofte prioriteres leveransekøen",
    "hvem er operativ leder før nyttår",
    "hvorfor må OSU-området justeres",
    "er hovedfasen over 1. juli",
    "når trer endringen i kraft",
    "jeg skal til Oslo i desember, hvilken dag er kickoffen 15. desember",
    "what can you help me with",
    "hvilke grupper er jeg påmeldt",
    "hva skjer med innspillene",
)


@pytest.mark.parametrize("text", HELD_BACK)
def test_what_no_document_holds_is_not_known(employee: Talk, text: str) -> None:
    employee.say(text)
    assert (employee.answered.understanding or {})["outcome"] in ("unknown", "declined")


@pytest.mark.parametrize("text", ANSWERED)
def test_its_neighbours_are_answered(employee: Talk, text: str) -> None:
    employee.say(text)
    assert (employee.answered.understanding or {})["outcome"] == "answered"
