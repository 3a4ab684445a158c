"""Doing it: people who talk to the served bot over Teams' way in, and send inputs on its page."""

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
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, web

from tests.bench.microsoft import LOOPBACK, SignIn
from tests.bench.processes import ROOT, free_port
from tests.bot.microsoft import APP_ID, TENANT
from tests.forensics.world import BEGIN, Act, Known, Sent, World, moments
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
#: Seconds that one answer may take on a busy machine.
PATIENCE = 60.0


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
    turns: list[Turn] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return self.folder / "serve.log"


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
    folder: Path, database: str, inputs: str, key: str, planted: Collection[str]
) -> AsyncIterator[Served]:
    """The bot, served from a folder of its own in which it may leave whatever it likes."""
    platform = Platform()
    clock = FileClock(folder / "now")
    clock.move(BEGIN)
    work = folder / "work"
    work.mkdir()
    async with SignIn().open(folder) as sign_in, platform.open():
        environment = {
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
        load = [sys.executable, "-m", "bot", "load", str(ROOT / "programmes" / "osu2020.yaml")]
        silent = subprocess.DEVNULL
        await asyncio.to_thread(subprocess.run, load, cwd=work, env=environment, stdout=silent, check=True)
        log = (folder / "serve.log").open("wb")
        command = [sys.executable, "-m", "tests.forensics.served", "--clock", str(folder / "now")]
        command += ["--routes", str(folder / "routes"), *(f"--leak={leak}" for leak in planted)]
        process = subprocess.Popen(command, cwd=work, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://{LOOPBACK}:{environment['PORT']}"
            await _ready(address)
            yield Served(address, folder, process, clock, sign_in, platform, key)
        finally:
            # As a machine that lost its power: nothing is tidied up on the way out.
            process.kill()
            process.wait()
            log.close()


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


async def play(served: Served, world: World, seed: int, after_week: Callable[[int], None] | None) -> None:
    """Every week's acts at their moments; inputs one after the other, so that their order is certain, other turns
    beside them. ``after_week`` is called when the clock has come to the next Monday; without it, all is done on
    the first day."""
    chance = random.Random(seed)
    headers = {"Authorization": f"Bearer {served.sign_in.token(served.platform.url)}"}
    order, days = 0, 5 if after_week else 1
    async with ClientSession() as page, ClientSession(headers=headers) as teams:

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
                served.clock.move(BEGIN + timedelta(weeks=week + 1, hours=-1))
                await asyncio.to_thread(after_week, week)


async def read_pages(served: Served) -> None:
    """Everything that anybody can ask for without a login."""
    paths = [*(served.folder / "routes").read_text("utf-8").split(), "/metrics"]
    async with ClientSession() as client:
        for path in paths:
            async with client.get(f"{served.address}{path}") as response:
                served.pages[path] = f"{response.status}\n{await response.text()}"


def _of_different(acts: list[Act]) -> list[Act]:
    """One act of each person: two at once of the same would wait for each other."""
    return list({act.person.number: act for act in acts}.values())


async def _other(served: Served, teams: ClientSession, act: Act) -> None:
    await _say(served, teams, act.person, act.text)
    if act.then:
        await _press(served, teams, act.person, {"action": act.then, "values": {}, "v": 1, "lang": "nb"})


async def _input(served: Served, teams: ClientSession, page: ClientSession, chance: random.Random, sent: Sent) -> None:
    sent.began_at = time.time()
    if sent.way == "chat":
        await _by_chat(served, teams, chance, sent)
    else:
        await _by_page(served, page, sent)
    sent.ended_at = time.time()


async def _by_chat(served: Served, teams: ClientSession, chance: random.Random, sent: Sent) -> None:
    """The form, and its button; where something is found in the text, the button that takes it out."""
    text = f"{AT_ONCE}{sent.text}" if sent.is_typed else chance.choice(BEGINNINGS)
    shown = await _say(served, teams, sent.person, text)
    filled = {"topic": sent.topic, "text": sent.text}
    button = _button(shown, "input.send")
    sent.form = str(button["values"].get("form", ""))
    sent.began_at = time.time()
    shown = await _press(served, teams, sent.person, {**filled, **button}, sent)
    if sent.removed:
        button = _button(shown, "input.send", choice="without")
        shown = await _press(served, teams, sent.person, {**filled, **button}, sent)
    _received(sent, json.dumps(shown, ensure_ascii=False))


async def _by_page(served: Served, page: ClientSession, sent: Sent) -> None:
    """The form, what is shown before it is sent, and the sending; where something is found in the text, the button that
    takes it out. As a proxy hands it on, with the address of the writer's own machine."""
    headers = {"X-Forwarded-For": sent.person.address}
    async with page.get(f"{served.address}/innspill?lang=nb", headers=headers) as response:
        fields = _hidden(await response.text())
    sent.form = fields["form"]
    fields |= {"topic": sent.topic, "text": sent.text}
    for path, more in (("innspill/sjekk", {}), ("innspill", {"choice": "without"} if sent.removed else {})):
        address = f"{served.address}/{path}?lang=nb"
        async with page.post(address, data={**fields, **more}, headers=headers) as response:
            assert response.status in (200, 500), response.status
            shown = await response.text()
        fields |= _hidden(shown)
    _received(sent, shown)


def _hidden(shown: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in HIDDEN.findall(shown)}


def _received(sent: Sent, shown: str) -> None:
    found = CODE.search(shown)
    sent.receipt = found[0].replace(" ", "") if found else ""


async def _say(served: Served, teams: ClientSession, person: Known, text: str) -> list[Any]:
    return await _post(served, teams, person, {"type": "message", "text": text}, None)


async def _press(
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


def _button(shown: Any, action: str, **values: str) -> dict[str, Any]:
    """The data of a button of that action, with these values, anywhere in what was shown."""
    for one in _objects(shown):
        held = one.get("values")
        if one.get("action") == action and isinstance(held, dict) and values.items() <= held.items():
            return one
    raise AssertionError(f"no button {action} {values} in {json.dumps(shown, ensure_ascii=False)[:1000]}")


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(part)


@contextmanager
def within(seconds: float) -> Iterator[Callable[[], bool]]:
    """Whether there still is time to wait."""
    until = time.monotonic() + seconds
    yield lambda: time.monotonic() < until


def monday(week: int) -> datetime:
    return BEGIN + timedelta(weeks=week)
