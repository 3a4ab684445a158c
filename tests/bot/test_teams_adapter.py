"""The connector is called as the Bot Framework's own clients call it, and its answers are told apart."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from botbuilder.core import TurnContext
from botbuilder.schema import Activity, ConversationReference

from bot.teams.adapter import LONGEST_PAUSE, RAW, TeamsAdapter, activity_of
from bot.transport import NotSent


class Platform:
    """Answers every call with what the test wants, and keeps what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.answer: dict[str, Any] = {"status": 201, "text": '{"id": "7"}'}
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        self.calls.append((request.method, request.raw_path))
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
async def adapter() -> AsyncIterator[TeamsAdapter]:
    made = TeamsAdapter()
    await made.open()
    yield made
    await made.close()


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


async def test_the_platforms_id_is_returned(adapter: TeamsAdapter, platform: Platform) -> None:
    assert await adapter.post(platform.url, {}) == "7"


@pytest.mark.parametrize("text", ["", "not json", "[]", "{}"])
async def test_an_answer_without_an_id_is_taken_all_the_same(
    adapter: TeamsAdapter, platform: Platform, text: str
) -> None:
    platform.answer = {"status": 200, "text": text}
    assert await adapter.post(platform.url, {}) == ""


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
    adapter: TeamsAdapter, platform: Platform, status: int, permanent: bool, unknown: bool, is_gone: bool
) -> None:
    platform.answer = {"status": status, "headers": {"Location": "http://127.0.0.1:9/"}}
    with pytest.raises(NotSent) as refused:
        await adapter.post(platform.url, {})
    assert (refused.value.permanent, refused.value.unknown, refused.value.is_gone) == (permanent, unknown, is_gone)
    assert len(platform.calls) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("99999999999", LONGEST_PAUSE), ("soon", None), ("-1", None), ("٧", None), (None, None)],
)
async def test_retry_after_is_honoured_within_reason(
    adapter: TeamsAdapter, platform: Platform, header: str | None, seconds: float | None
) -> None:
    platform.answer = {"status": 429, "headers": {"Retry-After": header} if header else {}}
    with pytest.raises(NotSent) as refused:
        await adapter.post(platform.url, {})
    assert refused.value.retry_after == seconds


async def test_a_connection_that_was_never_made_carried_nothing(adapter: TeamsAdapter) -> None:
    with pytest.raises(NotSent) as refused:
        await adapter.post("http://127.0.0.1:9/", {})
    assert not refused.value.unknown
    assert not refused.value.permanent
