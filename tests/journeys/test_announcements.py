"""An announcement from the first word to the notice on the wall, the same on every channel."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from bot.app import Stores, make_app
from bot.clock import DemoClock
from tests.bot.conftest import Connector, connector  # noqa: F401 - a fixture
from tests.conftest import NOW
from tests.journeys.speakers import OnTeams, OnWeb, Shown, Speaker, arrived

WRITTEN = {"title": "Kickoff flyttes", "text": "Vi møtes **8. desember** i kantina.\n\n- Ta med kaffe"}


@dataclass
class Office:
    """The bot, its clock, and everybody who talks to it."""

    address: str
    connector: Connector
    clock: DemoClock
    teams: ClientSession
    opened: list[ClientSession] = field(default_factory=list)

    async def come(self, channel: str, kind: str, number: int = 1) -> Speaker:
        if channel == "web":
            visitor = await OnWeb.come(self.address, kind)
            self.opened.append(visitor.client)
            return visitor
        somebody = OnTeams(self.teams, self.address, self.connector, f"{kind}-{number}")
        await somebody.say("hjelp")
        return somebody


@pytest.fixture
async def office(
    stores: Stores,
    connector: Connector,  # noqa: F811
) -> AsyncIterator[Office]:
    clock = DemoClock(NOW)
    async with TestServer(make_app(stores, clock, "osu2020")) as server, ClientSession() as teams:
        made = Office(str(server.make_url("")).rstrip("/"), connector, clock, teams)
        yield made
        for client in made.opened:
            await client.close()


@pytest.mark.parametrize("channel", ["msteams", "web"])
async def test_written_looked_at_approved_planned_sent_and_reported(office: Office, channel: str) -> None:
    employees = [await office.come(where, "employee", 7) for where in ("msteams", "web")]
    author, approver = await office.come(channel, "leader", 1), await office.come(channel, "leader", 2)
    await author.say("hjelp")
    await author.press("announcement.post")
    empty = await author.press("announcement.preview", title="", text=WRITTEN["text"])
    assert WRITTEN["text"] in empty.text, "nothing written is lost"
    preview = await author.press("announcement.preview", **WRITTEN)
    assert "Vi møtes" in preview.text
    people = str(preview.of("announcement.send")["values"]["people"])
    wrong = await author.press("announcement.send", count="1", day="", clock="")
    assert "announcement.send" in [button["action"] for button in wrong.buttons]
    past = await author.press("announcement.send", count=people, day="23. november 2020", clock="10:00")
    assert "announcement.send" in [button["action"] for button in past.buttons]
    waiting = await author.press("announcement.send", count=people, day="25. november 2020", clock="10:00")
    assert "onsdag 25. november 2020" in waiting.text
    await arrived(approver, lambda shown: "Vi møtes" in shown.text)
    await approver.press("announcement.approve")
    office.clock.go(NOW + timedelta(days=1, hours=2))
    for employee in employees:
        await arrived(employee, _is_it)
    await arrived(author, _is_it)
    await author.say("hjelp")
    await author.press("announcement.mine")
    await asyncio.sleep(0.5)
    report = await author.press("announcement.report")
    assert f"Summen er {people} av {people}." in report.text
    for employee in employees:
        assert len([shown for shown in await employee.inbox() if _is_it(shown)]) == 1
    paper = await author.press("announcement.notice")
    found = re.search(r"(/melding/\S+)/oppslag", paper.text)
    assert found
    for path in (found[1], f"{found[1]}/oppslag?lang=nb"):
        async with office.teams.get(office.address + path) as response:
            assert response.status == 200
            page = await response.text()
        assert "Kickoff flyttes" in page
        assert "<strong>8. desember</strong>" in page
        assert "http-equiv" not in page


def _is_it(shown: Shown) -> bool:
    return WRITTEN["title"] in shown.text and "Ta med kaffe" in shown.text and "announcement.approve" not in [
        button["action"] for button in shown.buttons
    ]  # fmt: skip
