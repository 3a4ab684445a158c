"""The connector is called as the Bot Framework's own clients call it, and its answers are told apart."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ConversationReference

from bot.teams.adapter import RAW, TeamsAdapter, activity_of
from bot.teams.connector import LONGEST_PAUSE, Connector
from bot.teams.hosts import AllowedHosts, is_loopback
from bot.teams.tokens import Tokens
from bot.transport import NotSent
from tests.bot.microsoft import Ready


class Platform:
    """Answers every call with what the test wants, and keeps what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.bodies: list[bytes] = []
        self.shown: list[str | None] = []
        self.answer: dict[str, Any] = {"status": 201, "text": '{"id": "7"}'}
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.calls.append((request.method, request.raw_path))
        self.bodies.append(await request.read())
        self.shown.append(request.headers.get("Authorization"))
        return web.Response(**self.answer)


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    made = Platform()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.handle)
    async with TestServer(app) as server:
        made.url = str(server.make_url("/")).rstrip("/")
        yield made


@pytest.fixture
async def connector() -> AsyncIterator[Connector]:
    made = Connector(is_loopback)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def adapter(connector: Connector) -> TeamsAdapter:
    return TeamsAdapter(connector)


@pytest.fixture
def context(adapter: TeamsAdapter, platform: Platform) -> TurnContext:
    raw = {"id": "a", "serviceUrl": platform.url, "conversation": {"id": "19:x@thread/1"}, "from": {"id": "29:y"}}
    made = TurnContext(adapter, activity_of(raw))
    made.turn_state[RAW] = raw
    return made


async def test_an_activity_is_updated_and_deleted_where_it_is(
    adapter: TeamsAdapter, context: TurnContext, platform: Platform
) -> None:
    await adapter.update_activity(context, Activity(type="message", id="1:2"))
    await adapter.delete_activity(context, ConversationReference(activity_id="1:2"))
    path = "/v3/conversations/19:x@thread%2F1/activities/1:2"
    assert platform.calls == [("PUT", path), ("DELETE", path)]


async def test_the_platforms_id_is_returned(connector: Connector, platform: Platform) -> None:
    assert await connector.send(platform.url, "c", {}) == "7"


@pytest.mark.parametrize("text", ["", "not json", "[]", "{}"])
async def test_an_answer_without_an_id_is_taken_all_the_same(
    connector: Connector, platform: Platform, text: str
) -> None:
    platform.answer = {"status": 200, "text": text}
    assert await connector.send(platform.url, "c", {}) == ""


@pytest.mark.parametrize(
    ("status", "permanent", "unknown", "is_gone"),
    [
        (400, True, False, False),
        (401, True, False, False),
        (403, True, False, True),
        (404, True, False, True),
        (412, False, False, False),
        (413, True, False, False),
        (429, False, False, False),
        (500, True, False, False),
        (502, False, True, False),
        (503, False, False, False),
        (504, False, True, False),
        (307, True, False, False),
    ],
)
async def test_each_refusal_is_told_apart(
    connector: Connector, platform: Platform, status: int, permanent: bool, unknown: bool, is_gone: bool
) -> None:
    platform.answer = {"status": status, "headers": {"Location": "http://127.0.0.1:9/"}}
    with pytest.raises(NotSent) as refused:
        await connector.send(platform.url, "c", {})
    assert (refused.value.permanent, refused.value.unknown, refused.value.is_gone) == (permanent, unknown, is_gone)
    assert len(platform.calls) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("99999999999", LONGEST_PAUSE), ("soon", None), ("-1", None), ("٧", None), (None, None)],
)
async def test_retry_after_is_honoured_within_reason(
    connector: Connector, platform: Platform, header: str | None, seconds: float | None
) -> None:
    platform.answer = {"status": 429, "headers": {"Retry-After": header} if header else {}}
    with pytest.raises(NotSent) as refused:
        await connector.send(platform.url, "c", {})
    assert refused.value.retry_after == seconds


async def test_a_connection_that_was_never_made_carried_nothing(connector: Connector) -> None:
    with pytest.raises(NotSent) as refused:
        await connector.send("http://127.0.0.1:9", "c", {})
    assert not refused.value.unknown
    assert not refused.value.permanent


async def test_a_conversation_with_one_person_is_asked_for_as_documented(
    connector: Connector, platform: Platform
) -> None:
    assert await connector.create_conversation(platform.url, "tenant", "28:bot", "29:kari") == "7"
    assert platform.calls == [("POST", "/v3/conversations")]
    body = json.loads(platform.bodies[0])
    assert (body["bot"], body["members"], body["isGroup"]) == ({"id": "28:bot"}, [{"id": "29:kari"}], False)
    assert body["channelData"]["tenant"]["id"] == body["tenantId"] == "tenant"


async def test_a_conversation_without_an_id_is_none(connector: Connector, platform: Platform) -> None:
    platform.answer = {"status": 200, "text": "{}"}
    with pytest.raises(NotSent) as refused:
        await connector.create_conversation(platform.url, "tenant", "28:bot", "29:kari")
    assert refused.value.permanent


async def test_nothing_is_sent_to_a_host_that_is_not_allowed(platform: Platform) -> None:
    made = Connector(AllowedHosts({"smba.trafficmanager.net"}), Tokens(Ready()))
    await made.open()
    with pytest.raises(NotSent) as refused:
        await made.send(platform.url, "c", {})
    await made.close()
    assert refused.value.permanent
    assert platform.calls == []


async def test_the_token_is_shown_and_another_is_taken_after_a_401(platform: Platform) -> None:
    credential = Ready()
    made = Connector(AllowedHosts({"127.0.0.1"}), Tokens(credential))
    await made.open()
    await made.send(platform.url, "c", {})
    await made.send(platform.url, "c", {})
    platform.answer = {"status": 401}
    with pytest.raises(NotSent):
        await made.send(platform.url, "c", {})
    platform.answer = {"status": 201, "text": "{}"}
    await made.send(platform.url, "c", {})
    await made.close()
    assert platform.shown == ["Bearer token-1"] * 3 + ["Bearer token-2"]
    assert credential.is_closed
