"""A group that is named is the one that is meant, whichever was spoken of before."""

from datetime import UTC, datetime

import pytest

from bot.app import Stores
from bot.clock import DemoClock
from tests.talk import CheckedTurns, Talk

AT = datetime(2019, 2, 12, 9, tzinfo=UTC)
CHILDHOOD, HEALTH, CULTURE, CENTRAL = "Mona Østgårdstrøen", "Bård Sundmoen Aas", "Jon Horten", "Helge Kokvoll"


@pytest.mark.parametrize(
    ("first", "then", "leader"),
    [
        ("hva er mandatet til gruppe 1", "hvem leder gruppe 3", CULTURE),
        ("kven leier gruppe 3", "kven leier gruppe 4", CENTRAL),
        ("who leads group 4", "who leads group 1", CHILDHOOD),
        ("hvem leder gruppe 4", "og leder for nr 2?", HEALTH),
        ("hvem leder gruppe 4", "hvem er leder i kultur og kommunalteknikk?", CULTURE),
        ("hvem er med i gruppe 2", "og hvem leder den?", HEALTH),
        ("hvem er med i gruppe 2", "hvem leder gruppe 2?", HEALTH),
    ],
)
def test_who_leads_it(stores: Stores, first: str, then: str, leader: str) -> None:
    talk = Talk(CheckedTurns(stores.database, stores.inputs, DemoClock(AT), "os2019"), "somebody", AT)
    talk.say(first)
    said = talk.say(then).title
    assert leader in said
    assert sum(name in said for name in (CHILDHOOD, HEALTH, CULTURE, CENTRAL)) == 1


@pytest.mark.parametrize("text", ["hvem leder arbeidsgruppene?", "kven leier gruppene", "who leads the workgroups?"])
def test_who_leads_them_all(stores: Stores, text: str) -> None:
    talk = Talk(CheckedTurns(stores.database, stores.inputs, DemoClock(AT), "os2019"), "somebody", AT)
    said = talk.say(text).as_text()
    assert all(name in said for name in (CHILDHOOD, HEALTH, CULTURE, CENTRAL))


def test_another_groups_work_is_not_that_of_the_group_before(stores: Stores) -> None:
    talk = Talk(CheckedTurns(stores.database, stores.inputs, DemoClock(AT), "os2019"), "somebody", AT)
    talk.say("hvem leder arbeidsgruppe 4")
    said = talk.say("hvem kvalitetssikrer forslagene?").as_text()
    assert CENTRAL not in said
    assert "Rådmann" in said


@pytest.mark.parametrize("text", ["frist for forslag?", "når er fristen for forslag"])
def test_proposals_have_two_deadlines(stores: Stores, text: str) -> None:
    talk = Talk(CheckedTurns(stores.database, stores.inputs, DemoClock(AT), "os2019"), "somebody", AT)
    said = talk.say(text).as_text()
    assert "1. mai 2019" in said
    assert "1. august 2019" in said
