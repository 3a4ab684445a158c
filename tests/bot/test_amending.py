"""What was sent is changed on each channel as that channel has it, and a channel that cannot says so."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tenacity import wait_none

from bot import sending
from bot.app import Stores
from bot.email.send import EmailTransport
from bot.fake import FakeChannel
from bot.settings import EmailSettings
from bot.teams.connector import Connector
from bot.teams.hosts import is_loopback
from bot.teams.send import TeamsTransport
from bot.transport import NotSent
from bot.web.send import WebTransport
from dialogs.card import Button, Card
from storage import amendments, announcements, broadcasts, lanes, outbox, web_posts
from storage.amendments import Tally
from storage.announcements import Announcement
from storage.database import Database
from storage.outbox import Kind, Status
from storage.people import Address
from tests.bot.conftest import LINKS
from tests.bot.test_sending import PEOPLE, running, send
from tests.bot.test_teams_connector import Platform
from tests.bot.test_teams_connector import platform as platform
from tests.channels import fake_channel
from tests.conftest import NOW, make_person

CARD = Card(title="Trukket tilbake", buttons=(Button(title="Hjelp", action="help"),))


@pytest.fixture
async def teams(platform: Platform) -> AsyncIterator[tuple[TeamsTransport, Address]]:
    connector = Connector(is_loopback)
    await connector.open()
    address = Address(
        channel="msteams",
        account="29:x",
        lane="msteams",
        service_url=platform.url,
        conversation="a:1",
        bot_account="28:b",
    )
    yield TeamsTransport(connector), address
    await connector.close()


async def test_teams_puts_the_card_where_the_other_was(
    platform: Platform, teams: tuple[TeamsTransport, Address]
) -> None:
    transport, address = teams
    assert await transport.update(address, "1:7/9", CARD) == "7"
    assert platform.calls == [("PUT", "/v3/conversations/a:1/activities/1:7%2F9")]
    assert b'"id":"1:7/9"' in platform.bodies[0]
    assert "Trukket tilbake" in platform.bodies[0].decode()


@pytest.mark.parametrize("status", [403, 404])
async def test_a_message_that_is_gone_from_teams_says_nothing_of_its_address(
    platform: Platform, teams: tuple[TeamsTransport, Address], status: int
) -> None:
    transport, address = teams
    platform.answer = {"status": status}
    with pytest.raises(NotSent) as raised:
        await transport.update(address, "1", CARD)
    assert (raised.value.reason, raised.value.permanent, raised.value.is_gone) == ("cannot_edit", True, False)
    platform.answer = {"status": 429, "headers": {"Retry-After": "3"}}
    with pytest.raises(NotSent) as raised:
        await transport.update(address, "1", CARD)
    assert (raised.value.reason, raised.value.retry_after) == ("busy", 3.0)


async def test_an_email_cannot_be_changed() -> None:
    settings = EmailSettings(host="127.0.0.1", port=9, sender="bot@kommunen.example", encryption="")
    transport = EmailTransport(settings, LINKS)
    address = Address(channel="email", account="kari@kommunen.example", lane="email", conversation="")
    with pytest.raises(NotSent) as raised:
        await transport.update(address, "queued as 7", CARD)
    assert (raised.value.reason, raised.value.permanent) == ("cannot_edit", True)


async def test_a_page_fetches_what_was_changed_of_what_it_shows(stores: Stores) -> None:
    transport = WebTransport(stores.database)
    mine, others = (Address(channel="web", account=name, lane="web", conversation=name) for name in ("me", "other"))
    first = await transport.send(mine, CARD.model_copy(update={"title": "Kickoff"}), "k")
    assert await transport.update(mine, first, CARD) == first
    with pytest.raises(NotSent, match="cannot_edit"):
        await transport.update(others, first, CARD)
    with stores.database.reading() as session:
        (found,) = web_posts.changed(session, "me", int(first), 0, 9)
        assert found.card["title"] == "Trukket tilbake"
        assert found.revision is not None
        assert web_posts.changed(session, "me", int(first), found.revision, 9) == []
        assert web_posts.changed(session, "other", int(first), 0, 9) == []
    again = found.revision
    await transport.update(mine, first, CARD)
    with stores.database.reading() as session:
        assert web_posts.changed(session, "me", int(first), again, 9) == []


@pytest.fixture
def sent(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Announcement:
    """An announcement that is owed to five people."""
    monkeypatch.setattr(sending, "BACK_OFF", wait_none())
    monkeypatch.setattr(sending, "IDLE", 0.01)
    monkeypatch.setattr(amendments, "PAUSE", 0.05)
    with sqlite.writing() as session:
        lanes.open_lane(session, "emulator", 0.0)
        for number in range(PEOPLE - 1):
            make_person(session, f"employee-{number}")
        leader = make_person(session, "leader", "leader")
        draft = announcements.draft(session, leader, "osu2020", "Kickoff", "Velkommen.", NOW)
        cards = {"nb": CARD.model_copy(update={"title": "Kickoff"}).model_dump(mode="json")}
        message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, cards)
        broadcast = broadcasts.owe_everyone(session, "osu2020", message, "once", NOW)
        announcements.mark_sent(session, leader, draft, 1, broadcast.id or 0, NOW)
        session.flush()
        session.refresh(draft)
        session.expunge(draft)
    return draft


def recall(database: Database, sent: Announcement) -> None:
    with database.writing() as session:
        leader = make_person(session, "leader")
        announcement = announcements.get(session, leader, "osu2020", sent.id or 0)
        cards = {"nb": CARD.model_dump(mode="json")}
        message = outbox.write(session, "osu2020", Kind.RECALL, cards)
        amendments.recall(session, leader, announcement, "Feil.", message, NOW)


def correct(database: Database, sent: Announcement) -> None:
    with database.writing() as session:
        leader = make_person(session, "leader")
        announcement = announcements.get(session, leader, "osu2020", sent.id or 0)
        cards = {"nb": CARD.model_copy(update={"title": "Rettet"}).model_dump(mode="json")}
        message = outbox.write(session, "osu2020", Kind.CORRECTION, cards)
        amendments.correct(session, leader, announcement, "Datoen.", message, None, NOW)


def tally(database: Database, sent: Announcement) -> Tally:
    with database.reading() as session:
        (amendment,) = amendments.of(session, sent)
        return amendments.tally(session, amendment)


async def test_what_arrives_while_it_is_recalled_is_hidden_too(sqlite: Database, sent: Announcement) -> None:
    channel = _Slow()
    async with running(sqlite, channel), asyncio.timeout(20):
        await channel.on_the_wire.wait()
        recall(sqlite, sent)
        await asyncio.sleep(0.2)
        channel.may_arrive.set()
        while not (found := tally(sqlite, sent)).changed or found.changed < len(channel.fake.sent) or found.waiting:
            await asyncio.sleep(0.02)
    assert found == Tally(len(channel.fake.sent), 0, len(channel.fake.sent), 0, 0, {})
    assert found.had > 0
    assert {card.title for card in channel.fake.shown.values()} == {"Trukket tilbake"}


async def test_an_edit_is_tried_again_and_one_that_cannot_be_is_counted(sqlite: Database, sent: Announcement) -> None:
    channel = fake_channel()
    async with running(sqlite, channel), asyncio.timeout(20):
        while len(channel.sent) < PEOPLE:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        channel.failures = [NotSent("interrupted", unknown=True), NotSent("cannot_edit", permanent=True)]
        recall(sqlite, sent)
        while tally(sqlite, sent).waiting:
            await asyncio.sleep(0.02)
    assert tally(sqlite, sent) == Tally(PEOPLE, 0, PEOPLE - 1, 0, 0, {"cannot_edit": 1})
    assert sorted(card.title for card in channel.shown.values()) == ["Kickoff"] + ["Trukket tilbake"] * (PEOPLE - 1)
    assert len(channel.sent) == PEOPLE


class _Slow:
    """Takes what it is sent only when the test lets it arrive."""

    def __init__(self) -> None:
        self.fake: FakeChannel = fake_channel()
        self.on_the_wire, self.may_arrive = asyncio.Event(), asyncio.Event()

    async def send(self, address: Address, card: Card, key: str) -> str:
        self.on_the_wire.set()
        await self.may_arrive.wait()
        return await self.fake.send(address, card, key)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.fake, name)


async def test_the_corrected_text_is_not_sent_again_where_it_may_have_arrived(
    sqlite: Database, sent: Announcement
) -> None:
    correct(sqlite, sent)
    channel = fake_channel()
    channel.failures = [NotSent("unreachable", unknown=True)]
    found = await send(sqlite, channel, sent.broadcast_id or 0)
    assert found == {(Status.SENT, None): PEOPLE - 1, (Status.UNCERTAIN, "unreachable"): 1}
    assert len(channel.sent) == PEOPLE - 1
