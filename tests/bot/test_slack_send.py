"""Sending to Slack: what arrived is known, what may have arrived is looked for, and nobody gets it twice."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port
from sqlalchemy import func, update
from sqlmodel import col
from tenacity import wait_none

from bot import sending
from bot.app import Stores
from bot.fake import FakeChannel
from bot.sending import Dispatcher
from bot.slack import send as way_out
from bot.slack.api import SlackApi
from bot.slack.outcomes import BUSY, GONE, SHUT_OUT, UNKNOWN
from bot.slack.send import SlackTransport
from bot.slack.workspaces import Workspaces, seal_of
from bot.transport import NotSent, Tracing, Transport
from dialogs.card import Button, Card, Picture, Text
from storage import broadcasts, claims, lanes, outbox, people
from storage.claims import Claimed
from storage.outbox import Kind, Status
from storage.people import Address, Whereabouts
from tests.bot.slack_platform import BOT, TEAM, TOKEN, SlackPlatform

KEY = "broadcast:7:person:42"
KARI = "U0KARI"


@pytest.fixture
async def platform() -> AsyncIterator[SlackPlatform]:
    made = SlackPlatform()
    app = web.Application()
    app.router.add_post("/api/{method}", made.receive)
    server = TestServer(app)
    await server.start_server()
    made.url = str(server.make_url("/api/"))
    yield made
    await server.close()
    assert made.wrong == []


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in earnest, but nobody waits for seconds: the proportions stay."""
    for name, seconds in {"INTERVAL": 0.02, "CALL": 0.4, "SETTLING": 0.02, "LOOKING": 0.4}.items():
        monkeypatch.setattr(way_out, name, seconds)


async def opened(url: str, stores: Stores) -> tuple[SlackApi, SlackTransport]:
    api = SlackApi(url)
    await api.open()
    return api, SlackTransport(api, Workspaces(api, stores.database, seal_of("key"), TOKEN))


@pytest.fixture
async def transport(platform: SlackPlatform, stores: Stores) -> AsyncIterator[SlackTransport]:
    api, made = await opened(platform.url, stores)
    yield made
    await api.close()


def address(conversation: str = KARI) -> Address:
    return Address(
        channel="slack", tenant=TEAM, account=KARI, lane=f"slack:{TEAM}", conversation=conversation, bot_account=BOT
    )


def card(title: str = "Ny plan", text: str = "Noe er endret.") -> Card:
    return Card(title=title, blocks=(Text(text=text),), buttons=(Button(title="Hjelp", action="help"),))


def long_card(title: str = "Lang") -> Card:
    blocks = tuple(Text(text=f"Avsnitt {number}. " + "Mye å si. " * 100) for number in range(8))
    return Card(title=title, blocks=blocks, buttons=(Button(title="Hjelp", action="help"),))


async def test_a_card_is_posted_to_its_person_once_and_quietly(
    platform: SlackPlatform, transport: SlackTransport
) -> None:
    assert await transport.send(address(), card(text="Se <!channel> & https://example.org"), KEY) == (
        "D0KARI:1700000000.000001"
    )
    (sent,) = platform.messages["D0KARI"].values()
    assert sent["text"] == "Ny plan\nSe &lt;!channel&gt; &amp; https://example.org"
    assert (sent["mrkdwn"], sent["parse"], sent["unfurl_links"], sent["unfurl_media"]) == (False, "none", False, False)
    assert "broadcast" not in str(sent["metadata"])
    assert platform.counted() == {"auth.test": 1, "chat.postMessage": 1}


async def test_a_long_card_is_several_messages_in_their_order_at_the_channels_pace(
    platform: SlackPlatform, transport: SlackTransport
) -> None:
    known_as = await transport.send(address(), long_card(), KEY)
    said = "\n".join(platform.texts("D0KARI"))
    assert [said.index(f"Avsnitt {number}.") for number in range(8)] == sorted(
        said.index(f"Avsnitt {number}.") for number in range(8)
    )
    assert known_as.count("+") == len(platform.messages["D0KARI"]) - 1 > 0


async def test_the_channels_pace_is_kept(
    platform: SlackPlatform, transport: SlackTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(way_out, "INTERVAL", way_out.INTERVAL * 53)  # as it is in earnest, a little above a second
    platform.most_a_second = 1
    await transport.send(address(), long_card(), KEY)
    await transport.send(address("U0OLA"), card(), KEY)
    assert len(platform.messages["D0KARI"]) > 1
    assert "ratelimited" not in str(platform.calls)
    assert platform.counted()["chat.postMessage"] == len(platform.messages["D0KARI"]) + 1


@pytest.mark.parametrize("ending", ["silent", "reset", "504", "500", "empty"])
async def test_a_post_that_got_no_answer_is_found_and_not_made_again(
    platform: SlackPlatform, transport: SlackTransport, ending: str
) -> None:
    platform.endings = [ending]
    known_as = await transport.send(address(), card(), KEY)
    assert known_as == "D0KARI:1700000000.000001"
    assert platform.counted() == {
        "auth.test": 1, "chat.postMessage": 1, "conversations.open": 1, "conversations.history": 1
    }  # fmt: skip


async def test_what_is_not_found_is_looked_for_once_more_before_it_is_sent_again(
    platform: SlackPlatform, transport: SlackTransport
) -> None:
    assert isinstance(transport, Tracing)
    platform.endings = ["silent"]
    platform.refusals["conversations.history"] = [("internal_error", "")]
    with pytest.raises(NotSent) as failed:
        await transport.send(address(), card(), KEY)
    assert (failed.value.reason, failed.value.unknown, failed.value.permanent) == ("interrupted", False, False)
    assert await transport.send_again(address(), card(), KEY) == "D0KARI:1700000000.000001"
    assert platform.counted()["chat.postMessage"] == 1
    assert await transport.send_again(address(), card("Annet"), "another key") == "D0KARI:1700000000.000002"


async def test_while_nobody_can_tell_what_arrived_nothing_is_sent(
    platform: SlackPlatform, transport: SlackTransport
) -> None:
    platform.always["conversations.history"] = ("ratelimited", "7")
    with pytest.raises(NotSent) as failed:
        await transport.send_again(address(), card(), KEY)
    assert (failed.value.reason, failed.value.retry_after, failed.value.unknown) == ("interrupted", 7.0, False)
    assert platform.counted()["chat.postMessage"] == 0


async def test_in_a_channel_it_stays_unknown_for_the_bot_reads_nothing_there(
    platform: SlackPlatform, transport: SlackTransport
) -> None:
    platform.endings = ["reset"]
    with pytest.raises(NotSent) as failed:
        await transport.send(address("C0FELLES"), card(), KEY)
    assert (failed.value.reason, failed.value.unknown) == ("interrupted", True)
    assert await transport.send(address("C0FELLES"), card(), KEY) == "C0FELLES:1700000000.000002"


async def test_a_card_that_was_interrupted_goes_on_where_it_was(
    platform: SlackPlatform, transport: SlackTransport
) -> None:
    async def arrive(times: int) -> None:
        while len(platform.messages["D0KARI"]) < times:
            await asyncio.sleep(0.002)
        platform.refusals["chat.postMessage"] = [("ratelimited", "3")]

    waiting = asyncio.create_task(arrive(1))
    with pytest.raises(NotSent) as failed:
        await transport.send(address(), long_card(), KEY)
    await waiting
    assert (failed.value.reason, failed.value.retry_after, failed.value.unknown) == ("interrupted", 3.0, False)
    known_as = await transport.send_again(address(), long_card(), KEY)
    assert len(set(platform.texts("D0KARI"))) == len(platform.texts("D0KARI")) == known_as.count("+") + 1


async def test_a_connection_that_was_never_made_carried_nothing(stores: Stores) -> None:
    api, transport = await opened(f"http://127.0.0.1:{unused_port()}/api/", stores)
    with pytest.raises(NotSent) as failed:
        await transport.send(address(), card(), KEY)
    assert (failed.value.reason, failed.value.unknown, failed.value.permanent) == ("unreachable", False, False)
    await api.close()


@pytest.mark.parametrize("error", sorted(GONE))
async def test_who_is_not_there_any_more_is_gone(
    platform: SlackPlatform, transport: SlackTransport, error: str
) -> None:
    platform.always["chat.postMessage"] = (error, "")
    with pytest.raises(NotSent) as failed:
        await transport.send(address(), card(), KEY)
    assert (failed.value.reason, failed.value.permanent, failed.value.is_gone) == ("gone", True, True)


@pytest.mark.parametrize("error", sorted(SHUT_OUT))
async def test_a_bot_that_is_shut_out_waits_and_nobody_is_given_up(
    platform: SlackPlatform, transport: SlackTransport, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    platform.always["chat.postMessage"] = (error, "")
    with caplog.at_level(logging.DEBUG), pytest.raises(NotSent) as failed:
        await transport.send(address(), card(text="Hemmelig innhold"), KEY)
    assert (failed.value.permanent, failed.value.is_gone, failed.value.retry_after) == (False, False, 60.0)
    assert f"Slack does not let the bot in: {error}" in caplog.text
    assert TOKEN not in caplog.text
    assert "Hemmelig" not in "".join(record.getMessage() for record in caplog.records if record.levelno >= logging.INFO)


@pytest.mark.parametrize(
    "error", ["msg_too_long", "msg_blocks_too_long", "no_text", "restricted_action", "<b>token</b>"]
)
async def test_what_slack_will_never_take_is_refused_for_good(
    platform: SlackPlatform, transport: SlackTransport, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    platform.always["chat.postMessage"] = (error, "")
    with pytest.raises(NotSent) as failed:
        await transport.send(address(), card(), KEY)
    assert (failed.value.reason, failed.value.permanent, failed.value.is_gone) == ("refused", True, False)
    assert ("token" in caplog.text) is False


@pytest.mark.parametrize("error", sorted(BUSY))
async def test_too_much_is_a_pause_of_the_lane(platform: SlackPlatform, transport: SlackTransport, error: str) -> None:
    platform.always["chat.postMessage"] = (error, "12" if error == "ratelimited" else "")
    with pytest.raises(NotSent) as failed:
        await transport.send(address(), card(), KEY)
    expected = 12.0 if error == "ratelimited" else 30.0
    assert (failed.value.reason, failed.value.retry_after, failed.value.permanent) == ("busy", expected, False)


@pytest.mark.parametrize("error", sorted(UNKNOWN))
async def test_where_slack_says_that_it_may_have_been_done_it_is_looked_for(
    platform: SlackPlatform, transport: SlackTransport, error: str
) -> None:
    platform.refusals["chat.postMessage"] = [(error, "")]
    with pytest.raises(NotSent) as failed:
        await transport.send(address(), card(), KEY)
    assert (failed.value.reason, failed.value.permanent) == ("interrupted", False)
    assert platform.counted()["conversations.history"] == 1


async def test_the_tables_of_errors_name_each_once() -> None:
    tables = (GONE, SHUT_OUT, BUSY, UNKNOWN)
    assert sum(map(len, tables)) == len(frozenset().union(*tables))


async def test_a_picture_that_slack_cannot_fetch_keeps_nothing_from_arriving(
    platform: SlackPlatform, transport: SlackTransport
) -> None:
    picture = "https://bot.kommunen.example/b/1.png"
    platform.unfetched = {picture}
    shown = card().model_copy(update={"blocks": (Picture(address=picture, alt="Kart"), Text(text="Her er vi."))})
    known_as = await transport.send(address(), shown, KEY)
    (sent,) = platform.messages["D0KARI"].values()
    assert [block["type"] for block in sent["blocks"]] == ["header", "rich_text", "rich_text", "actions"]
    assert picture in str(sent["blocks"])
    await transport.update(address(), known_as, shown)
    assert len(platform.messages["D0KARI"]) == 1


async def test_what_was_sent_is_changed_where_it_is(platform: SlackPlatform, transport: SlackTransport) -> None:
    known_as = await transport.send(address(), card(), KEY)
    assert await transport.update(address(), known_as, card(text="Rettet.")) == known_as
    assert platform.texts("D0KARI") == ["Ny plan\nRettet."]


async def test_a_card_that_gets_shorter_or_longer_has_as_many_messages_as_it_needs(
    platform: SlackPlatform, transport: SlackTransport
) -> None:
    known_as = await transport.send(address(), long_card(), KEY)
    assert len(platform.messages["D0KARI"]) == known_as.count("+") + 1 > 1
    shorter = await transport.update(address(), known_as, card("Trukket tilbake"))
    assert platform.texts("D0KARI") == ["Trukket tilbake\nNoe er endret."]
    platform.endings = ["silent"]
    longer = await transport.update(address(), shorter, long_card("Lengre"))
    assert len(platform.messages["D0KARI"]) == longer.count("+") + 1 > 1
    assert await transport.update(address(), shorter, long_card("Lengre")) == longer
    assert len(platform.messages["D0KARI"]) == longer.count("+") + 1


@pytest.mark.parametrize("error", ["message_not_found", "cant_update_message", "edit_window_closed", "is_archived"])
async def test_what_cannot_be_changed_says_nothing_of_the_address(
    platform: SlackPlatform, transport: SlackTransport, error: str
) -> None:
    known_as = await transport.send(address(), card(), KEY)
    platform.always["chat.update"] = (error, "")
    with pytest.raises(NotSent) as failed:
        await transport.update(address(), known_as, card())
    assert (failed.value.reason, failed.value.permanent, failed.value.is_gone) == ("cannot_edit", True, False)
    with pytest.raises(NotSent) as failed:
        await transport.update(address(), "no id", card())
    assert failed.value.reason == "cannot_edit"


async def test_another_workspaces_people_are_gone(transport: SlackTransport) -> None:
    with pytest.raises(NotSent) as failed:
        await transport.send(address().model_copy(update={"tenant": "T0ANNET"}), card(), KEY)
    assert failed.value.is_gone


PEOPLE = 30


def owe_everyone(stores: Stores, kind: Kind) -> int:
    with stores.database.writing() as session:
        lanes.open_lane(session, "slack", 0.0)
        for number in range(PEOPLE):
            account = f"U0P{number}"
            where = Whereabouts(
                channel="slack",
                tenant=TEAM,
                account=account,
                lane=f"slack:{TEAM}",
                conversation=account,
                bot_account=BOT,
            )
            people.recognise(session, where, "osu2020")
        message = outbox.write(session, "osu2020", kind, {"nb": card().model_dump(mode="json")})
        return broadcasts.owe_everyone(session, "osu2020", message, "once").id or 0


@pytest.mark.parametrize("kind", [Kind.ANNOUNCEMENT, Kind.REMINDER])
async def test_through_a_storm_everybody_gets_it_once(
    platform: SlackPlatform, transport: SlackTransport, stores: Stores, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BACK_OFF", wait_none())
    monkeypatch.setattr(sending, "IDLE", 0.01)
    broadcast = owe_everyone(stores, kind)
    platform.refusals["chat.postMessage"] = [("ratelimited", "0")] * 25 + [("internal_error", "")] * 5
    platform.refusals["conversations.history"] = [("ratelimited", "0")] * 10 + [("internal_error", "")] * 5
    platform.endings = ["silent", "reset", "504", "empty"] * 4
    dispatcher = Dispatcher(stores.database, {"slack": transport})
    task = asyncio.create_task(dispatcher.run())
    await _until_settled(stores, broadcast)
    await dispatcher.stop()
    await task
    assert _counts(stores, broadcast) == {(Status.SENT, None): PEOPLE}
    assert [len(platform.messages[f"D0P{number}"]) for number in range(PEOPLE)] == [1] * PEOPLE
    assert not platform.endings
    assert not platform.refusals["chat.postMessage"]


async def _until_settled(stores: Stores, broadcast: int) -> None:
    async with asyncio.timeout(120):
        while True:
            states = _counts(stores, broadcast)
            if sum(states.values()) == PEOPLE and not {Status.WAITING, Status.SENDING} & {state for state, _ in states}:
                return
            await asyncio.sleep(0.05)


def _counts(stores: Stores, broadcast: int) -> dict[tuple[Status, str | None], int]:
    with stores.database.reading() as session:
        return broadcasts.report(session, broadcast)[1]


@pytest.mark.parametrize("kind", [Kind.ANNOUNCEMENT, Kind.REMINDER])
async def test_what_its_sender_left_in_the_middle_is_looked_for_by_the_next_one(
    platform: SlackPlatform,
    transport: SlackTransport,
    stores: Stores,
    kind: Kind,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "IDLE", 0.01)
    broadcast = owe_everyone(stores, kind)
    (posted,) = abandoned(stores, broadcast)[-1:]
    # It was posted, and nobody recorded it.
    await transport.send(posted.address, card(), posted.key)
    await _sent_on(stores, transport, broadcast)
    assert _counts(stores, broadcast) == {(Status.SENT, None): PEOPLE}
    assert [len(platform.messages[f"D0P{number}"]) for number in range(PEOPLE)] == [1] * PEOPLE


async def test_what_was_corrected_since_its_sender_vanished_reads_as_it_does_now(
    platform: SlackPlatform, transport: SlackTransport
) -> None:
    known_as = await transport.send(address(), long_card(), KEY)
    assert await transport.send_again(address(), long_card(), KEY) == known_as
    assert platform.counted()["chat.update"] == 0, "what reads as it should is left alone"
    corrected = card("Rettet")
    assert await transport.send_again(address(), corrected, KEY) == known_as.partition("+")[0]
    (shown,) = platform.texts("D0KARI")
    assert shown.startswith("Rettet")


async def test_an_announcement_to_a_channel_stays_uncertain_for_nobody_can_look_there(
    platform: SlackPlatform, transport: SlackTransport, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "IDLE", 0.01)
    broadcast = owe_everyone(stores, Kind.ANNOUNCEMENT)
    with stores.database.writing() as session:
        session.execute(update(Address).values(conversation=func.replace(col(Address.conversation), "U0", "C0")))
    abandoned(stores, broadcast)
    await _sent_on(stores, transport, broadcast)
    assert _counts(stores, broadcast) == {(Status.UNCERTAIN, "interrupted"): PEOPLE}
    assert platform.counted()["chat.postMessage"] == 0


async def test_a_platform_that_cannot_be_asked_is_sent_nothing_twice(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "IDLE", 0.01)
    broadcast = owe_everyone(stores, Kind.ANNOUNCEMENT)
    abandoned(stores, broadcast)
    deaf = FakeChannel({})
    await _sent_on(stores, deaf, broadcast)
    assert _counts(stores, broadcast) == {(Status.UNCERTAIN, "interrupted"): PEOPLE}
    assert deaf.sent == []


def abandoned(stores: Stores, broadcast: int) -> list[Claimed]:
    """Begun by a process that is gone."""
    with stores.database.writing() as session:
        while broadcasts.expand(session, broadcast):
            pass
    with stores.database.writing() as session:
        rows = claims.claim(session, f"slack:{TEAM}", PEOPLE, 0.3)
        assert all(claims.begin_attempts(session, rows))
    return rows


async def _sent_on(stores: Stores, transport: Transport, broadcast: int) -> None:
    dispatcher = Dispatcher(stores.database, {"slack": transport})
    task = asyncio.create_task(dispatcher.run())
    await _until_settled(stores, broadcast)
    await dispatcher.stop()
    await task
