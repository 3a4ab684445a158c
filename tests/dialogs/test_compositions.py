"""Coordinators see which groups may be composed otherwise than the rules ask for; nobody else does."""

from datetime import UTC, datetime

import pytest

from bot.app import Stores
from bot.clock import DemoClock
from storage import people
from storage.people import Person
from tests.talk import CheckedTurns, Talk

AT = datetime(2019, 2, 12, 9, tzinfo=UTC)


def somebody(stores: Stores, *roles: str) -> Talk:
    """Somebody in Os with those roles."""
    talk = Talk(CheckedTurns(stores.database, stores.inputs, DemoClock(AT), "os2019"), "somebody", AT)
    talk.act("help")
    with stores.database.writing() as session:
        person = session.get_one(Person, 1)
        for role in roles:
            people.grant(session, person, "os2019", role)
    return talk


def test_a_coordinator_reads_both_findings_as_possible(stores: Stores) -> None:
    coordinator = somebody(stores, "coordinator")
    coordinator.act("signup.groups")
    card = coordinator.press("composition.show")
    assert card.title == "2 mulige avvik i sammensetningen"
    assert "Mulig mangel: ingen tillitsvalgt" in card.as_text()
    assert "Mulig rollekonflikt: Grete Nesset" in card.as_text()
    assert "Bare koordinatorer ser dette" in card.as_text()


@pytest.mark.parametrize("roles", [(), ("leader",), ("input_handler", "deputy")])
def test_nobody_else_is_told(stores: Stores, roles: tuple[str, ...]) -> None:
    card = somebody(stores, *roles).act("composition.show")
    assert card.outcome == "refused"
    assert "Nesset" not in card.as_text()


def test_without_a_finding_the_card_says_so(leader: Talk) -> None:
    card = leader.act("composition.show")
    assert card.title == "Sammensetningen av gruppene"
    assert "så langt vi vet" in card.as_text()
