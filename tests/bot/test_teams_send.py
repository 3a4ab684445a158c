"""What goes to very many is drawn once, and each of them gets it as their own."""

import json
from collections.abc import AsyncIterator

import pytest

from bot.teams.connector import Connector
from bot.teams.hosts import is_loopback
from bot.teams.send import MOST_DRAWN, TeamsTransport, message
from dialogs.card import Button, Card
from storage.people import Address
from tests.bot.test_teams_connector import Platform
from tests.bot.test_teams_connector import platform as platform


@pytest.fixture
async def transport() -> AsyncIterator[TeamsTransport]:
    connector = Connector(is_loopback)
    await connector.open()
    yield TeamsTransport(connector)
    await connector.close()


def card(title: str) -> Card:
    return Card(title=title, buttons=(Button(title="Hjelp", action="help"),))


def address(platform: Platform, account: str) -> Address:
    return Address(
        channel="msteams",
        account=account,
        lane="msteams",
        service_url=platform.url,
        conversation=f"a:{account}",
        bot_account="28:bot",
    )


async def test_each_gets_the_card_that_is_theirs_at_their_own_address(
    platform: Platform, transport: TeamsTransport
) -> None:
    cards = [card("Velkommen «hjem», kjære Ærlige"), card("Ny plan")]
    sent = [(account, shown) for shown in cards for account in ("29:kari", '29:"ola"')]
    for account, shown in [*sent, *sent]:
        await transport.send(address(platform, account), shown, "key")
    bodies = [json.loads(body) for body in platform.bodies]
    assert [body["recipient"]["id"] for body in bodies] == 2 * [account for account, _ in sent]
    assert [body["conversation"]["id"] for body in bodies] == 2 * [f"a:{account}" for account, _ in sent]
    for body, (_, shown) in zip(bodies, [*sent, *sent], strict=True):
        assert body.items() >= message(shown).items()
        assert (body["channelId"], body["serviceUrl"], body["from"]) == ("msteams", platform.url, {"id": "28:bot"})
    assert platform.calls[1] == ("POST", "/v3/conversations/a:29:%22ola%22/activities")


async def test_a_card_that_is_not_kept_any_more_is_drawn_anew(platform: Platform, transport: TeamsTransport) -> None:
    cards = [card(f"Nummer {number}") for number in range(MOST_DRAWN + 2)]
    for shown in [*cards, cards[0]]:
        await transport.send(address(platform, "29:kari"), shown, "key")
    assert [json.loads(body)["summary"] for body in platform.bodies] == [one.title for one in [*cards, cards[0]]]
