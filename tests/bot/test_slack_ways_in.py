"""Several replicas, processes that die, a socket instead of a port, and workspaces that install the bot."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from bot.app import Server, Stores, make_app
from bot.clock import Clock, DemoClock
from bot.slack.api import SlackApi
from bot.slack.members import Members
from bot.slack.workspaces import Workspaces, seal_of
from storage import lanes, people
from storage.anonymous_input import InputStore
from storage.conversations import Received
from storage.database import Database
from storage.people import Address, Person
from storage.sign_ups import SignUp
from storage.workspaces import Workspace
from tests.bot.conftest import LINKS
from tests.bot.workspace import BOT, TEAM, TOKEN, Front, Slack, command, event, number, pressed, said
from tests.conftest import NOW

JOINING = "meld meg på arbeidsgruppe omstilling"
QUESTION = "Når er neste milepæl?"


@pytest.fixture
async def replicas(database: Database, inputs: InputStore, slack: Slack) -> AsyncIterator[list[Front]]:
    """Two applications that share nothing but the databases."""
    with database.writing() as session:
        for lane in ("web", "emulator", "msteams", "email", "slack"):
            lanes.open_lane(session, lane, 0.0)
    fronts = []
    for _ in range(2):
        other = Database(database.url.render_as_string(hide_password=False))
        app = make_app(Stores(other, inputs), DemoClock(NOW), "osu2020", slack=slack.settings())
        fronts.append(Front(TestClient(TestServer(app))))
        await fronts[-1].client.start_server()
    yield fronts
    for front in fronts:
        await front.client.close()


async def test_an_event_that_comes_to_two_replicas_three_times_acts_once(
    replicas: list[Front], database: Database, slack: Slack
) -> None:
    joined = said("UKARI0001", JOINING)
    both = [front.event(joined) for front in (*replicas, replicas[0])]
    assert {one.status for one in await asyncio.gather(*both)} <= {200, 503}
    for front in replicas:
        assert (await front.event(joined)).status in (200, 503)
    assert len(slack.inbox("UKARI0001")) == 1
    with database.reading() as session:
        assert len(session.exec(select(SignUp)).all()) == 1
        assert len(session.exec(select(Received)).all()) == 1


async def test_a_command_that_comes_to_two_replicas_is_taken_by_one(replicas: list[Front], slack: Slack) -> None:
    once = command("UKARI0001", QUESTION, slack.url)
    assert (await replicas[0].command(once)).status == 200
    await asyncio.sleep(1.2)  # Until it is noted that it was answered.
    assert (await replicas[1].command(once)).status == 409
    assert len(slack.responded) == 1


#: A process of its own, which begins to act on an event and never comes to an end.
SERVING = """
import sys
from aiohttp import web
from bot.app import Server, Stores, make_app
from bot.clock import Clock, DemoClock
from storage.anonymous_input import InputStore
from storage.database import Database
from tests.bot.conftest import LINKS
from tests.bot.workspace import Slack
from tests.conftest import NOW
main, inputs, key, slack, port = sys.argv[1:]
stores = Stores(Database(main), InputStore(Database(inputs), key))
app = make_app(stores, DemoClock(NOW), "osu2020", slack=Slack(slack).settings())
web.run_app(app, host="127.0.0.1", port=int(port))
"""


@pytest.fixture
def process(stores: Stores, slack: Slack) -> Callable[[], tuple[subprocess.Popen[bytes], str]]:
    def start() -> tuple[subprocess.Popen[bytes], str]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        addresses = [one.url.render_as_string(hide_password=False) for one in (stores.database, stores.inputs.database)]
        program = [sys.executable, "-c", SERVING, *addresses, "x" * 43 + "=", slack.url, str(port)]
        return subprocess.Popen(program), f"http://127.0.0.1:{port}"

    return start


async def ready(client: ClientSession, address: str) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                async with client.get(f"{address}/health/ready") as response:
                    if response.status == 200:
                        return
            except OSError:
                await asyncio.sleep(0.1)


@pytest.mark.parametrize("when", ["before it acted", "before it answered"])
async def test_what_a_killed_process_took_with_it_is_acted_on_when_slack_sends_it_again(
    stores: Stores, slack: Slack, process: Callable[[], tuple[subprocess.Popen[bytes], str]], when: str
) -> None:
    joined = said("UKARI0001", JOINING)
    # Where it hangs until it is killed: while it asks who that is, or while it posts the answer.
    slack.takes["users.info" if when == "before it acted" else "chat.postMessage"] = 30.0
    killed, address = process()
    async with ClientSession() as client:
        try:
            await ready(client, address)
            asked = asyncio.create_task(Front(client, address).event(joined))
            async with asyncio.timeout(20):
                while not slack.sent("users.info" if when == "before it acted" else "chat.postMessage"):
                    await asyncio.sleep(0.02)
        finally:
            killed.send_signal(signal.SIGKILL)
            killed.wait()
        with pytest.raises(ClientError):
            await asked
    slack.takes.clear()
    with stores.database.reading() as session:
        assert len(session.exec(select(SignUp)).all()) == (0 if when == "before it acted" else 1)
    app = make_app(stores, DemoClock(NOW), "osu2020", slack=slack.settings())
    async with TestClient(TestServer(app)) as again:
        statuses = []
        async with asyncio.timeout(40):
            # As Slack does, only sooner.
            while not statuses or statuses[-1] != 200:
                statuses.append((await Front(again).event(joined)).status)
        assert set(statuses) <= {200, 503}
    with stores.database.reading() as session:
        assert len(session.exec(select(SignUp)).all()) == 1
    assert "8. desember 2020" in slack.inbox("UKARI0001")[-1]["text"]


async def test_what_is_not_acted_on_in_time_is_to_come_again(front: Front, slack: Slack, stores: Stores) -> None:
    with stores.database.writing():
        began = time.monotonic()
        assert (await front.event(said("UKARI0001", JOINING))).status == 503
        assert time.monotonic() - began < 3.0
    async with asyncio.timeout(20):
        while not slack.inbox("UKARI0001"):
            await asyncio.sleep(0.05)


async def test_an_event_is_to_come_again_while_slack_does_not_say_whose_the_token_is(
    front: Front, slack: Slack
) -> None:
    slack.instead["auth.test"] = [{"ok": False, "error": "internal_error"}]
    question = said("UKARI0001", QUESTION)
    assert [(await front.event(question)).status for _ in range(2)] == [503, 200]
    assert len(slack.inbox("UKARI0001")) == 1


async def test_a_bot_that_is_in_slack_only_has_no_door_for_teams(stores: Stores, slack: Slack) -> None:
    server = Server(None, None, LINKS)
    app = make_app(stores, Clock(), "osu2020", server, slack.settings())
    async with TestClient(TestServer(app)) as client:
        assert (await client.post("/api/messages", json={})).status == 404
        assert (await Front(client).event(said("UKARI0001", QUESTION))).status == 200
    assert len(slack.inbox("UKARI0001")) == 1


async def test_somebody_is_granted_a_role_by_their_member_id(front: Front, stores: Stores) -> None:
    await front.event(said("UKARI0001", "hjelp"))
    with stores.database.writing() as session:
        person = people.find_by_directory(session, f"{TEAM}/UKARI0001")
        assert person is not None
        people.grant(session, person, "osu2020", "leader")


async def over_socket(slack: Slack, kind: str, payload: Any) -> Any:
    """Sends it, and waits for its acknowledgement."""
    async with asyncio.timeout(20):
        await slack.connected.wait()
        assert slack.socket is not None
        envelope = f"e-{number()}"
        sent = {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": True}
        await slack.socket.send_str(json.dumps(sent))
        while envelope not in slack.acknowledged:
            await asyncio.sleep(0.02)
    return slack.acknowledged[envelope]


@pytest.fixture
async def by_socket(stores: Stores, slack: Slack) -> AsyncIterator[None]:
    settings = slack.settings(signing_secret="", app_token="xapp-of-tests")
    app = make_app(stores, DemoClock(NOW), "osu2020", slack=settings)
    async with TestClient(TestServer(app)) as client:
        assert (await client.post("/slack/events", json={})).status == 404, "no port without a secret"
        yield


@pytest.mark.usefixtures("by_socket")
async def test_socket_mode_carries_events_commands_buttons_and_forms(slack: Slack) -> None:
    question = said("UKARI0001", QUESTION)
    for _ in range(2):
        assert await over_socket(slack, "events_api", question) is None
    assert len(slack.inbox("UKARI0001")) == 1
    await over_socket(slack, "slash_commands", command("UKARI0001", QUESTION, slack.url))
    assert "1. desember 2020" in slack.responded[-1]["text"]
    await over_socket(slack, "events_api", said("UKARI0001", "hjelp"))
    shown = slack.inbox("UKARI0001")[-1]
    button = next(one for block in shown["blocks"] if block["type"] == "actions" for one in block["elements"])
    before = len(slack.calls)
    await over_socket(slack, "interactive", pressed("UKARI0001", button, shown))
    assert len(slack.calls) > before


@pytest.mark.usefixtures("by_socket")
async def test_what_is_malformed_in_socket_mode_is_acknowledged_and_not_acted_on(slack: Slack) -> None:
    for kind, payload in (("events_api", {}), ("interactive", {"type": 7}), ("slash_commands", {}), ("other", {})):
        assert await over_socket(slack, kind, payload) is None
    assert await over_socket(slack, "events_api", event("message", team="T0ANNEN001")) is None
    assert slack.messages == {}


ALLOWED = {"bot_token": "", "client_id": "1.2", "client_secret": "another secret", "teams": frozenset({TEAM})}
GIVEN = {"access_token": TOKEN, "token_type": "bot", "bot_user_id": BOT, "team": {"id": TEAM, "name": "Prøvekommune"}}


@pytest.fixture
async def installable(stores: Stores, slack: Slack) -> AsyncIterator[Front]:
    """Nothing is installed yet, and one workspace may."""
    app = make_app(stores, DemoClock(NOW), "osu2020", slack=slack.settings(**ALLOWED))
    async with TestClient(TestServer(app)) as client:
        yield Front(client)


async def install(front: Front, slack: Slack, given: dict[str, Any], **query: str) -> int:
    """Goes to Slack and comes back from there."""
    slack.instead["oauth.v2.access"] = [{"ok": True, **given}]
    gone = await front.client.get("/slack/install", allow_redirects=False)
    assert gone.status == 302
    state = gone.headers["Location"].partition("state=")[2].partition("&")[0]
    back = await front.client.get("/slack/oauth", params={"state": state, "code": "1.a", **query})
    return int(back.status)


async def test_an_installed_workspace_is_served_and_its_token_is_nowhere_in_the_database(
    installable: Front, slack: Slack, stores: Stores
) -> None:
    question = said("UKARI0001", QUESTION)
    assert (await installable.event(question)).status == 403
    assert await install(installable, slack, GIVEN) == 200
    assert (await installable.event(question)).status == 200
    assert len(slack.inbox("UKARI0001")) == 1
    with stores.database.reading() as session:
        row = session.exec(select(Workspace)).one()
        assert row.sealed_token is not None
        assert TOKEN.encode() not in row.sealed_token
    assert "redirect_uri" in slack.sent("oauth.v2.access")[0]
    await installable.event(event("tokens_revoked", tokens={"oauth": [], "bot": [BOT]}))
    await installable.event(event("app_uninstalled"))
    assert (await installable.event(said("UKARI0001", QUESTION))).status == 403
    with stores.database.reading() as session:
        assert session.exec(select(Workspace)).one().sealed_token is None


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"state": "another"}, 403),
        ({"state": ""}, 403),
        ({"state": "1.a.b"}, 403),
        ({"code": ""}, 400),
        ({"code": "a b"}, 400),
        ({"error": "access_denied"}, 400),
    ],
)
async def test_an_installation_that_nobody_began_or_that_was_declined_is_refused(
    installable: Front, slack: Slack, stores: Stores, query: dict[str, str], status: int
) -> None:
    assert await install(installable, slack, GIVEN, **query) == status
    assert slack.sent("oauth.v2.access") == []
    with stores.database.reading() as session:
        assert session.exec(select(Workspace)).all() == []


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({**GIVEN, "team": {"id": "T0ANNEN001"}}, 403),
        ({**GIVEN, "team": None, "is_enterprise_install": True, "enterprise": {"id": "E0ORG00001"}}, 403),
        ({**GIVEN, "team": None}, 502),
        ({**GIVEN, "access_token": None}, 502),
        ({**GIVEN, "token_type": "user"}, 502),
        ({"ok": False, "error": "invalid_code"}, 502),
    ],
)
async def test_a_workspace_that_may_not_and_an_answer_that_is_none_install_nothing(
    installable: Front, slack: Slack, stores: Stores, given: dict[str, Any], status: int
) -> None:
    assert await install(installable, slack, given) == status
    with stores.database.reading() as session:
        assert session.exec(select(Workspace)).all() == []
    assert len(slack.sent("auth.revoke")) == (1 if status == 403 else 0)


async def test_an_installation_is_good_for_ten_minutes_and_one_browser(installable: Front, slack: Slack) -> None:
    gone = await installable.client.get("/slack/install", allow_redirects=False)
    state = gone.headers["Location"].partition("state=")[2].partition("&")[0]
    async with ClientSession() as another:
        address = installable.client.make_url("/slack/oauth")
        async with another.get(address, params={"state": state, "code": "1.a"}) as response:
            assert response.status == 403
    assert slack.sent("oauth.v2.access") == []


async def test_all_members_are_known_once_and_neither_bots_nor_guests(stores: Stores, slack: Slack) -> None:
    slack.member("U0ANDRE001", is_bot=True)
    slack.member("UGJEST001", is_restricted=True)
    slack.member("UFREMMED1", team_id="T0ANNEN001")
    slack.member("USLUTT001", deleted=True)
    api = SlackApi(f"{slack.url}/api/")
    await api.open()
    own = await Workspaces(api, stores.database, seal_of("x"), TOKEN).own()
    for _ in range(2):
        assert await Members(api, stores.database, "osu2020", pause=0.0).list(own) == 2
    await api.close()
    with stores.database.reading() as session:
        assert sorted(one.account for one in session.exec(select(Address))) == ["UKARI0001", "ULEDER001"]
        assert {one.name for one in session.exec(select(Person))} == {"Kari0001", "Leder001"}
        assert all(one.welcomed_at is None for one in session.exec(select(Person)))
