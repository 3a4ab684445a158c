"""A platform of the tests' own: takes what the bot posts, late, and a bot process that can be killed."""

import asyncio
import json
import signal
import subprocess
import sys
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, web

from tests.bench.processes import ROOT, free_port


class Platform:
    """The connector's side. Counts the posts that hold ``marked`` by conversation, and answers each after ``delay``."""

    def __init__(self, marked: str, delay: float) -> None:
        self.marked = marked
        self.delay = delay
        self.posts: Counter[str] = Counter()
        self.url = ""
        self._changed = asyncio.Event()

    async def open(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/v3/conversations/{conversation}/activities", self._receive)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return runner

    async def until(self, posts: int) -> None:
        while self.posts.total() < posts:
            await asyncio.wait_for(self._changed.wait(), 60)
            self._changed.clear()

    async def _receive(self, request: web.Request) -> web.Response:
        if self.marked in json.dumps(await request.json(), ensure_ascii=False):
            self.posts[request.match_info["conversation"]] += 1
            self._changed.set()
        await asyncio.sleep(self.delay)
        return web.json_response({"id": uuid.uuid4().hex})


class BotProcess:
    """The real bot, started as people start it, always with the same data."""

    def __init__(self, client: ClientSession, platform: Platform, folder: Path) -> None:
        self._client = client
        self._platform = platform
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        options = ("--programme", "osu2020", "--port", str(self._port), "--data", str(self._folder))
        command = (sys.executable, "-m", "bot", "demo", *options)
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        async with asyncio.timeout(60):
            while not await self._is_ready():
                await asyncio.sleep(0.05)

    def kill(self) -> None:
        """Without a chance to finish anything: SIGKILL."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    async def write(self, who: str, text: str = "", value: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Somebody writes, or presses a button; returns the cards that the bot answers with."""
        activity = {
            "type": "message",
            "id": uuid.uuid4().hex,
            "channelId": "emulator",
            "serviceUrl": self._platform.url,
            "from": {"id": who, "name": who.title()},
            "recipient": {"id": "bot"},
            "conversation": {"id": f"conversation-{who}", "conversationType": "personal"},
            "deliveryMode": "expectReplies",
            "text": text,
            "value": value,
        }
        async with self._client.post(f"http://127.0.0.1:{self._port}/api/messages", json=activity) as response:
            assert response.status == 200, await response.text()
            activities = (await response.json())["activities"]
        return [reply["attachments"][0]["content"] for reply in activities if reply["type"] == "message"]

    async def send_form(self, path: str, **fields: str) -> str:
        """A page's form is sent, by a browser without scripts; returns the page that comes back."""
        async with self._client.post(f"http://127.0.0.1:{self._port}{path}", data=fields) as response:
            assert response.status == 200, await response.text()
            return await response.text()

    async def _is_ready(self) -> bool:
        try:
            async with self._client.get(f"http://127.0.0.1:{self._port}/health/ready") as response:
                return response.status == 200
        except ClientError:
            return False


def button(cards: list[dict[str, Any]], action: str) -> dict[str, Any]:
    """What pressing that button of these cards sends."""
    rows = [row["actions"] for card in cards for row in (*card["body"], card) if "actions" in row]
    pressed = [each["data"] for row in rows for each in row if each["data"]["action"] == action]
    assert pressed, (action, cards)
    found: dict[str, Any] = pressed[0]
    return found


def facts(card: dict[str, Any]) -> dict[str, str]:
    """Label and value of a card's facts, which stand in columns or, where they are long, in lines."""
    columns = [(fact["title"], fact["value"]) for part in card["body"] for fact in part.get("facts", ())]
    runs = [[run["text"] for run in part["inlines"]] for part in card["body"] if part["type"] == "RichTextBlock"]
    return dict(columns) | {line[0]: line[1].removeprefix(": ") for line in runs if len(line) == 2}
