"""The same questions a second through Slack's signed door as through Teams', and drawing cards as Block Kit.

Both doors are of one `python -m bot serve`, asked in turns by 32 clients: each request is signed or has a token, and
each answer is posted to a platform close by. Cards are all the examples in bokmål, each drawn and written as JSON.
"""

import asyncio
import gc
import hashlib
import hmac
import json
import os
import re
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from bot.slack import render as block_kit
from bot.teams.render import adaptive_card
from dialogs.card import Card
from dialogs.examples import examples
from tests.bench.processes import cores
from tests.bench.turns import ANSWER, NEAR, PEOPLE, QUESTION, ROUNDS, Bot, asked
from tests.bench.wire import Client, Http

TEAM, TOKEN, SECRET = "T0PROVE001", "xoxb-of-the-bench", "a signing secret of the bench"
#: Times that all cards are drawn, by one renderer and then by the other.
TIMES = 5
_METHOD = re.compile(rb"^POST /api/([a-zA-Z.]+)")


def measure() -> dict[str, float]:
    """The figures, each the median of the rounds."""
    server, client = cores()
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {client})
    try:
        return {**asyncio.run(_doors(server)), **_drawing()}
    finally:
        os.sched_setaffinity(0, before)


class Workspace:
    """Slack's Web API: knows everybody, takes every message, counts them and keeps the last."""

    def __init__(self) -> None:
        self.count, self.last, self.url = 0, b"", ""
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Api(self.answer), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/api/"

    def close(self) -> None:
        assert self._server is not None
        self._server.close()

    def answer(self, method: bytes, body: bytes) -> dict[str, Any]:
        match method:
            case b"auth.test":
                return {"team_id": TEAM, "user_id": "U0BOT00001"}
            case b"users.info":
                return {"user": {"id": "U1", "team_id": TEAM, "real_name": "Kari Prøve", "locale": "nb-NO"}}
            case b"chat.postMessage":
                self.count, self.last = self.count + 1, body
                return {"channel": "D1", "ts": f"1600000000.{self.count:06}"}
        return {}


class _Api(Http):
    def __init__(self, answer: Callable[[bytes, bytes], dict[str, Any]]) -> None:
        super().__init__()
        self._answer = answer

    def message_received(self, head: bytes, body: bytes) -> None:
        method = _METHOD.match(head)
        answer = json.dumps({"ok": True, **self._answer(method[1] if method else b"", body)}).encode()
        if self.transport is not None and not self.transport.is_closing():
            told = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            self.transport.write(told % (len(answer), answer))


async def _doors(core: int) -> dict[str, float]:
    workspace = Workspace()
    await workspace.open()
    settings = {"SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": TOKEN, "SLACK_API_URL": workspace.url}
    rates: list[float] = []
    async with asked(core, settings) as (teams, bot):
        questions = _events()
        await _ask(bot, workspace, questions, turns=2 * PEOPLE)
        assert ANSWER in json.dumps(json.loads(workspace.last), ensure_ascii=False), workspace.last
        for _ in range(ROUNDS):
            await teams.round(bot, NEAR)
            rates.append(await _round(bot, workspace, questions))
    workspace.close()
    by_slack, by_teams = statistics.median(rates), statistics.median(bot.rates[NEAR.name])
    return {
        "slack_milestone_questions_per_second": by_slack,
        "slack_beside_teams_questions_per_second": by_teams,
        "slack_vs_teams_questions_ratio": by_slack / by_teams,
    }


async def _round(bot: Bot, workspace: Workspace, questions: Iterator[bytes]) -> float:
    gc.collect()
    gc.disable()
    started = time.perf_counter()
    answered = await _ask(bot, workspace, questions, until=started + NEAR.round)
    rate = answered / (time.perf_counter() - started)
    gc.enable()
    return rate


async def _ask(
    bot: Bot, workspace: Workspace, questions: Iterator[bytes], turns: int | None = None, until: float | None = None
) -> int:
    """So many at once, each with the next question when its own was acknowledged, which is when it was answered."""
    before, left = workspace.count, iter(range(turns)) if turns else count()

    async def one() -> int:
        _, client = await asyncio.get_running_loop().create_connection(Client, "127.0.0.1", bot.port)
        asked_by_one = 0
        while (until is None or time.perf_counter() < until) and next(left, None) is not None:
            body = next(questions)
            status = await client.send(f"127.0.0.1:{bot.port}", "/slack/events", body, _signed(body))
            assert status == 200, status
            asked_by_one += 1
        assert client.transport is not None
        client.transport.close()
        return asked_by_one

    answered = sum(await asyncio.gather(*(one() for _ in range(NEAR.clients))))
    assert workspace.count - before == answered, "each question is answered by one message"
    return answered


def _signed(body: bytes) -> dict[str, str]:
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), b"v0:%b:%b" % (stamp.encode(), body), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def _events() -> Iterator[bytes]:
    """The question, by one person after the other, each in their own chat."""
    for number in count():
        who, now = f"{number % PEOPLE:08}", time.time()
        event = {
            "type": "message",
            "channel": f"D{who}",
            "channel_type": "im",
            "user": f"U{who}",
            "text": QUESTION,
            "ts": f"{now:.6f}",
            "event_ts": f"{now:.6f}",
        }
        yield json.dumps(
            {
                "type": "event_callback",
                "token": "of no use any more",
                "team_id": TEAM,
                "api_app_id": "A0PROVE001",
                "event": event,
                "event_id": f"Ev{os.getpid()}{number}",
                "event_time": int(now),
                "is_ext_shared_channel": False,
            },
            ensure_ascii=False,
        ).encode()


def _drawing() -> dict[str, float]:
    """Microseconds of work for each card."""
    cards = [card for name, card in examples() if name.endswith("-nb")]
    ways: dict[str, Callable[[Card], Any]] = {"block_kit": _messages, "adaptive_card": adaptive_card}
    worked: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TIMES):
        for name, draw in ways.items():
            before = time.thread_time()
            for card in cards:
                json.dumps(draw(card), ensure_ascii=False)
            worked[name].append((time.thread_time() - before) / len(cards) * 1e6)
    figures = {f"drawing_{name}_work_us": statistics.median(times) for name, times in worked.items()}
    ratio = figures["drawing_block_kit_work_us"] / figures["drawing_adaptive_card_work_us"]
    return {**figures, "drawing_block_kit_vs_adaptive_card_ratio": ratio}


def _messages(card: Card) -> list[Any]:
    return [post.blocks for post in block_kit.messages(card)]


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:40} {value:12,.2f}")
