"""The whole bot in one process: its application, and a connector that keeps what it is sent."""

import uuid
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import patience
from bot.app import Stores, make_app
from bot.clock import DemoClock
from bot.signed_links import SignedLinks
from tests.bot.workspace import Front, Slack
from tests.channels import wrong_in_teams
from tests.conftest import NOW

LINKS = SignedLinks.of("a key of tests", "https://bot.kommunen.example")


class Connector:
    """The platform's side: takes what is posted to the serviceUrl, by conversation."""

    def __init__(self) -> None:
        self.inbox: dict[str, list[dict[str, Any]]] = defaultdict(list)
        #: Conversation and place in its inbox of each activity, by the id it was given.
        self.places: dict[str, tuple[str, int]] = {}
        self.status = 200
        #: What the next posts are answered with instead, one each: status and Retry-After.
        self.refusals: list[tuple[int, str]] = []
        #: Whose own conversation was asked for, and what asking is answered with.
        self.created: list[str] = []
        self.status_of_created = 201
        #: The authorization of each post.
        self.shown: list[str | None] = []
        self.url = ""
        self.wrong: list[str] = []
        #: What is told of members by their account, and of whom it was asked.
        self.members: dict[str, dict[str, Any]] = {}
        self.asked_of: list[str] = []
        #: Conversations that nothing can be posted to.
        self.refused: set[str] = set()

    async def receive(self, request: web.Request) -> web.Response:
        self.shown.append(request.headers.get("Authorization"))
        if self.refusals:
            status, seconds = self.refusals.pop(0)
            return web.Response(status=status, headers={"Retry-After": seconds} if seconds else {})
        if self.status != 200:
            return web.Response(status=self.status)
        if request.match_info["conversation"] in self.refused:
            return web.Response(status=403)
        activity = await request.json()
        number, conversation = uuid.uuid4().hex, request.match_info["conversation"]
        self.places[number] = conversation, len(self.inbox[conversation])
        self.inbox[conversation].append(activity)
        if activity.get("attachments"):
            self.wrong += wrong_in_teams(activity)
        return web.json_response({"id": number})

    async def replace(self, request: web.Request) -> web.Response:
        """Puts another activity in the place of one that was posted."""
        place = self.places.get(request.match_info["id"])
        if place is None or place[0] != request.match_info["conversation"]:
            return web.Response(status=404)
        activity = await request.json()
        self.inbox[place[0]][place[1]] = activity
        if activity.get("attachments"):
            self.wrong += wrong_in_teams(activity)
        return web.json_response({"id": request.match_info["id"]})

    async def member(self, request: web.Request) -> web.Response:
        account = request.match_info["account"]
        self.asked_of.append(account)
        if account not in self.members:
            return web.Response(status=404)
        return web.json_response(self.members[account])

    async def create(self, request: web.Request) -> web.Response:
        if self.status_of_created != 201:
            return web.Response(status=self.status_of_created)
        account = (await request.json())["members"][0]["id"]
        self.created.append(account)
        return web.json_response({"id": f"created:{account}"}, status=201)


@pytest.fixture(autouse=True)
def _tried_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers that a platform was too busy for are tried again, but no test waits seconds for it."""
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.0)


@pytest.fixture
async def connector() -> AsyncIterator[Connector]:
    made = Connector()
    app = web.Application()
    for path in ("/v3/conversations/{conversation}/activities", "/v3/conversations/{conversation}/activities/{id}"):
        app.router.add_post(path, made.receive)
    app.router.add_put("/v3/conversations/{conversation}/activities/{id}", made.replace)
    app.router.add_post("/v3/conversations", made.create)
    app.router.add_get("/v3/conversations/{conversation}/members/{account}", made.member)
    server = TestServer(app)
    await server.start_server()
    made.url = str(server.make_url("")).rstrip("/")
    yield made
    await server.close()
    assert made.wrong == []


@pytest.fixture
async def client(stores: Stores) -> AsyncIterator[TestClient[Any, Any]]:
    """The demo's application with OSU 2020 at its usual moment."""
    async with TestClient(TestServer(make_app(stores, DemoClock(NOW), "osu2020"))) as opened:
        yield opened


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    made, app = Slack(), web.Application()
    made.routes(app)
    async with TestServer(app) as server:
        made.url = str(server.make_url("")).rstrip("/")
        made.member("UKARI0001")
        made.member("ULEDER001", is_admin=True)
        made.channels["C0KANAL001"] = {"id": "C0KANAL001", "name": "felles", "is_channel": True}
        yield made


@pytest.fixture
async def front(stores: Stores, slack: Slack) -> AsyncIterator[Front]:
    app = make_app(stores, DemoClock(NOW), "osu2020", slack=slack.settings())
    async with TestClient(TestServer(app)) as client:
        yield Front(client)
