"""Doing it: people who talk to the served bot in Teams and Slack, and send inputs there and on its page."""

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, web

from tests.bench.microsoft import LOOPBACK, SignIn
from tests.bench.processes import ROOT, free_port
from tests.bot.mail_server import MailServer
from tests.bot.microsoft import APP_ID, TENANT
from tests.forensics import slack
from tests.forensics.files import people_file, programme_file
from tests.forensics.world import BEGIN, Act, Known, Sent, World, moments
from tests.journeys.speakers import Shown
from tests.torture.clock import FileClock

#: How people begin an input in the chat, and what is before the text where they write it at once.
BEGINNINGS = ("jeg har et innspill", "jeg vil sende et innspill", "Eg har eit innspel")
AT_ONCE = "Jeg har et innspill: "
CODE = re.compile(r"\b\d{4} \d{4} \d{4} \d{4}\b")
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
#: How many others ask at the same moment as somebody sends an input.
AT_ONCE_MOST = 4
#: The share of inputs, and of their doubles' turns, that come while nobody else does anything: as in the evening, where
#: they are seen best.
ALONE = 0.5
#: The channel in which people ask for what concerns them alone.
CHANNEL = "19:felles@thread.tacv2"
#: Seconds that one answer may take on a busy machine.
PATIENCE = 60.0


#: What is done when a week is over and its inputs are to be released; by its number.
AfterWeek = Callable[[int], Awaitable[None]]


@dataclass
class Turn:
    """A turn as the platform remembers it. ``sent``: it stored an input."""

    person: Known
    activity: str
    sent: Sent | None
    is_pressed: bool
    began_at: float
    ended_at: float = 0.0


@dataclass
class Served:
    """The bot's process, its address and files. ``turns`` and ``activities`` are what the platform remembers."""

    address: str
    folder: Path
    process: subprocess.Popen[bytes]
    clock: FileClock
    sign_in: SignIn
    platform: "Platform"
    key: str
    workspace: slack.Workspace
    mail: MailServer
    environment: dict[str, str]
    turns: list[Turn] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    #: How often each thing was done with inputs after their release.
    done: dict[str, int] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return self.folder / "serve.log"

    async def command(self, *words: str) -> None:
        """`python -m bot`, as whoever runs the machine does."""
        command = [sys.executable, "-m", "bot", *words]
        run = partial(subprocess.run, command, cwd=self.folder / "work", env=self.environment)
        await asyncio.to_thread(run, stdout=subprocess.DEVNULL, check=True)


class Platform:
    """Teams' side: keeps what the bot posts, by conversation."""

    def __init__(self) -> None:
        self.inbox: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.url = ""

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Platform"]:
        app, port = web.Application(), free_port()
        app.router.add_post("/v3/conversations/{conversation}/activities", self._take)
        app.router.add_post("/v3/conversations/{conversation}/activities/{id}", self._take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, LOOPBACK, port).start()
            self.url = f"http://{LOOPBACK}:{port}"
            yield self
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.inbox[request.match_info["conversation"]].append(await request.json())
        return web.json_response({"id": uuid.uuid4().hex})


@asynccontextmanager
async def serving(
    folder: Path, database: str, inputs: str, key: str, planted: Collection[str], world: World
) -> AsyncIterator[Served]:
    """The bot, served from a folder of its own in which it may leave whatever it likes."""
    platform, clock, work = Platform(), FileClock(folder / "now"), folder / "work"
    clock.move(BEGIN)
    work.mkdir()
    async with AsyncExitStack() as opened:
        sign_in = await opened.enter_async_context(SignIn().open(folder))
        await opened.enter_async_context(platform.open())
        workspace = await opened.enter_async_context(slack.opened([one for one in world.people if one.is_in_slack]))
        mail = await opened.enter_async_context(MailServer())
        environment = _environment(sign_in, work, database, inputs, key)
        environment |= slack.environment(workspace.slack.url)
        environment |= {
            "SMTP_HOST": LOOPBACK,
            "SMTP_PORT": str(mail.port),
            "SMTP_FROM": "Omstilling <bot@kommunen.example>",
        }
        environment |= {"SMTP_PACE": "50"}
        address = f"http://{LOOPBACK}:{environment['PORT']}"
        workspace.address = address
        log = opened.enter_context((folder / "serve.log").open("wb"))
        process: subprocess.Popen[bytes]
        for words in (
            ("load", str(programme_file(folder))),
            ("people", str(people_file(folder, world)), "--programme", "osu2020", "--by-email"),
        ):
            command = [sys.executable, "-m", "bot", *words]
            run = partial(subprocess.run, command, cwd=work, env=environment, stdout=subprocess.DEVNULL, check=True)
            await asyncio.to_thread(run)
        command = [sys.executable, "-m", "tests.forensics.served", "--clock", str(folder / "now")]
        command += ["--routes", str(folder / "routes"), *(f"--leak={leak}" for leak in planted)]
        process = subprocess.Popen(command, cwd=work, env=environment, stdout=log, stderr=log)
        try:
            await _ready(address)
            served = Served(address, folder, process, clock, sign_in, platform, key, workspace, mail, environment)
            workspace.tell = lambda *told: served.turns.append(Turn(*told))
            yield served
        finally:
            # As a machine that lost its power: nothing is tidied up on the way out.
            process.kill()
            process.wait()


def _environment(sign_in: SignIn, work: Path, database: str, inputs: str, key: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TMPDIR": str(work),
        "HOME": str(work),
        "MicrosoftAppId": APP_ID,
        "MicrosoftAppType": "SingleTenant",
        "MicrosoftAppTenantId": TENANT,
        "MicrosoftAppPassword": "secret",
        "PUBLIC_URL": "https://omstillingsbot.example",
        "HOST": LOOPBACK,
        "PORT": str(free_port()),
        "DATABASE_URL": database,
        "INPUT_DATABASE_URL": inputs,
        "INPUT_KEY": key,
        "PROGRAMME": "osu2020",
        "TEAMS_METADATA_URL": sign_in.metadata_url,
        "TEAMS_AUTHORITY": sign_in.authority,
        "TEAMS_HOSTS": LOOPBACK,
        "TRUSTED_PROXY": LOOPBACK,
        "SSL_CERT_FILE": str(sign_in.certificate),
    }


async def _ready(address: str) -> None:
    async with asyncio.timeout(PATIENCE), ClientSession() as client:
        while True:
            try:
                async with client.get(f"{address}/health/ready") as response:
                    if response.status == 200:
                        return
            except ClientError:
                pass
            await asyncio.sleep(0.1)


async def play(served: Served, world: World, seed: int, after_week: AfterWeek | None) -> None:
    """Every week's acts at their moments; inputs one after the other, so that their order is certain, other turns
    beside them. ``after_week`` is called when the clock has come to the next Monday; without it, all is done on
    the first day."""
    chance = random.Random(seed)
    order, days = 0, 5 if after_week else 1
    async with ClientSession() as page, ClientSession(headers=headers_of(served)) as teams:
        for person in (one for one in world.people if "group" in one.ways()):
            # Who is answered alone has a chat with the bot.
            await say(served, teams, person, "hjelp")

        async def do(act: Act) -> None:
            if act.sent is not None:
                await _input(served, teams, page, chance, act.sent)
            else:
                await _other(served, teams, act)

        for week, acts in enumerate(world.weeks):
            beside: list[Act] = []
            for moment, act in zip(moments(week, len(acts), days), acts, strict=True):
                served.clock.move(moment)
                if act.sent is not None:
                    act.sent.order = order = order + 1
                is_alone = bool(act.sent or act.then) and chance.random() < ALONE
                if is_alone:
                    await asyncio.gather(*(do(one) for one in _of_different(beside)))
                    await do(act)
                    beside = []
                elif act.sent is None and len(beside) < AT_ONCE_MOST:
                    beside.append(act)
                else:
                    await asyncio.gather(*(do(one) for one in _of_different([*beside, act])))
                    beside = []
            await asyncio.gather(*(do(one) for one in _of_different(beside)))
            if after_week:
                served.clock.move(monday(week + 1) - timedelta(hours=1))
                await after_week(week)


async def read_pages(served: Served) -> None:
    """Everything that anybody can ask for without a login."""
    paths = [*(served.folder / "routes").read_text("utf-8").split(), "/metrics"]
    async with ClientSession() as client:
        for path in paths:
            async with client.get(f"{served.address}{path}") as response:
                served.pages[path] = f"{response.status}\n{await response.text()}"


def headers_of(served: Served) -> dict[str, str]:
    """With which Teams comes."""
    return {"Authorization": f"Bearer {served.sign_in.token(served.platform.url)}"}


def _of_different(acts: list[Act]) -> list[Act]:
    """One act of each person: two at once of the same would wait for each other."""
    return list({act.person.number: act for act in acts}.values())


async def _other(served: Served, teams: ClientSession, act: Act) -> None:
    if act.person.is_in_slack:
        speaker = served.workspace.speaker(act.person)
        await speaker.say(act.text)
        if act.then:
            speaker.shown = Shown("", [{"action": act.then, "values": {}, "v": 1}])
            await speaker.press(act.then)
        return
    await say(served, teams, act.person, act.text, in_group=act.in_group)
    if act.then:
        await press(served, teams, act.person, {"action": act.then, "values": {}, "v": 1, "lang": "nb"})


async def _input(served: Served, teams: ClientSession, page: ClientSession, chance: random.Random, sent: Sent) -> None:
    sent.began_at = time.time()
    if sent.way == "slack":
        text = f"{AT_ONCE}{sent.text}" if sent.is_typed else chance.choice(BEGINNINGS)
        _received(sent, await slack.send(served.workspace, sent, text))
    elif sent.way == "page":
        await _by_page(served, page, sent)
    else:
        await _by_chat(served, teams, chance, sent)
    sent.ended_at = time.time()


async def _by_chat(served: Served, teams: ClientSession, chance: random.Random, sent: Sent) -> None:
    """The form, and its button; where something is found in the text, the button that takes it out."""
    text = f"{AT_ONCE}{sent.text}" if sent.is_typed else chance.choice(BEGINNINGS)
    shown = await say(served, teams, sent.person, text, in_group=sent.way == "group")
    filled = {"topic": "notification" if sent.is_notification else sent.topic, "text": sent.text}
    filled |= {"unit": sent.unit} if sent.unit else {}
    button = button_of(shown, "input.send")
    sent.form = str(button["values"].get("form", ""))
    sent.began_at = time.time()
    shown = await press(served, teams, sent.person, {**filled, **button}, sent)
    for asked in [{"choice": "without"}] * bool(sent.removed) + [{"way": "hand_over"}] * sent.is_notification:
        button = button_of(shown, "input.send", **asked)
        shown = await press(served, teams, sent.person, {**filled, **button}, sent)
    _received(sent, json.dumps(shown, ensure_ascii=False))


async def _by_page(served: Served, page: ClientSession, sent: Sent) -> None:
    """The form, what is shown before it is sent, and the sending; where something is found in the text, the button that
    takes it out. As a proxy hands it on, with the address of the writer's own machine."""
    headers = {"X-Forwarded-For": sent.person.address}
    async with page.get(f"{served.address}/innspill?lang=nb", headers=headers) as response:
        fields = hidden(await response.text())
    sent.form = fields["form"]
    fields |= {"topic": "notification" if sent.is_notification else sent.topic, "text": sent.text}
    fields |= {"unit": sent.unit} if sent.unit else {}
    last = {"choice": "without"} if sent.removed else {"way": "hand_over"} if sent.is_notification else {}
    for path, more in (("innspill/sjekk", {}), ("innspill", last)):
        address = f"{served.address}/{path}?lang=nb"
        async with page.post(address, data={**fields, **more}, headers=headers) as response:
            shown = await response.text()
            assert response.status in (200, 500), (response.status, path, re.findall(r"error[^<]*", shown))
        fields |= hidden(shown)
    _received(sent, shown)


def hidden(shown: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(shown)}


def _received(sent: Sent, shown: str) -> None:
    found = CODE.search(shown)
    sent.receipt = found[0].replace(" ", "") if found else ""


async def say(served: Served, teams: ClientSession, person: Known, text: str, *, in_group: bool = False) -> list[Any]:
    """``in_group``: in a channel, where the bot is mentioned; what comes back is what is shown to that person alone."""
    if not in_group:
        return await _post(served, teams, person, {"type": "message", "text": text}, None)
    mention = {"type": "mention", "text": "<at>bot</at>", "mentioned": {"id": f"28:{APP_ID}"}}
    thread = f"{CHANNEL};messageid={uuid.uuid4().int % 10**13}"
    activity = {
        "type": "message",
        "text": f"<at>bot</at> {text}",
        "entities": [mention],
        "conversation": {"id": thread, "conversationType": "channel", "isGroup": True, "tenantId": TENANT},
        "channelData": {
            "tenant": {"id": TENANT},
            "team": {"id": CHANNEL},
            "channel": {"id": CHANNEL, "name": "Felles"},
        },
    }
    return await _post(served, teams, person, activity, None)


async def press(
    served: Served, teams: ClientSession, person: Known, data: dict[str, Any], sent: Sent | None = None
) -> list[Any]:
    """As clients do: most send an invoke, those too old for it a message with the button's data."""
    if person.number % 3:
        action = {"type": "Action.Execute", "verb": "reply", "data": data}
        return await _post(
            served, teams, person, {"type": "invoke", "name": "adaptiveCard/action", "value": {"action": action}}, sent
        )
    return await _post(served, teams, person, {"type": "message", "value": data}, sent)


async def _post(
    served: Served, teams: ClientSession, person: Known, what: dict[str, Any], sent: Sent | None
) -> list[Any]:
    """What came back, in the response and as posts to the conversation."""
    activity = {
        "id": f"f:{uuid.uuid4().hex}",
        "channelId": "msteams",
        "serviceUrl": served.platform.url,
        "timestamp": served.clock.now().isoformat(),
        "from": {"id": person.account, "name": person.name, "aadObjectId": person.directory_id},
        "recipient": {"id": f"28:{APP_ID}"},
        "conversation": {"id": person.conversation, "conversationType": "personal", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
        "locale": person.language,
        **what,
    }
    before = len(served.platform.inbox[person.conversation])
    turn = Turn(person, str(activity["id"]), sent, "value" in what, time.time())
    async with teams.post(f"{served.address}/api/messages", json=activity) as response:
        assert response.status in (200, 201), (response.status, what)
        body = await response.text()
    turn.ended_at = time.time()
    served.turns.append(turn)
    return [json.loads(body) if body.startswith("{") else None, *served.platform.inbox[person.conversation][before:]]


def button_of(shown: Any, action: str, **values: str) -> dict[str, Any]:
    """The data of a button of that action, with these values, anywhere in what was shown."""
    for one in objects(shown):
        held = one.get("values")
        if one.get("action") == action and isinstance(held, dict) and values.items() <= held.items():
            return one
    raise AssertionError(f"no button {action} {values} in {json.dumps(shown, ensure_ascii=False)[:1000]}")


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from objects(part)


@contextmanager
def within(seconds: float) -> Iterator[Callable[[], bool]]:
    """Whether there still is time to wait."""
    until = time.monotonic() + seconds
    yield lambda: time.monotonic() < until


def monday(week: int) -> datetime:
    return BEGIN + timedelta(weeks=week)
