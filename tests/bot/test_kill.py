"""The process is killed in the middle of an announcement: nobody is lost, and nobody gets it twice.

Sixty people in the short form; OMSTILLINGSBOT_KILL=500 is the long one.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlmodel import select

from dialogs.words import say
from storage.database import Database
from storage.outbox import Message, OutboxRow, Status
from storage.people import Address
from tests.bot.platform import BotProcess, Platform, button, facts

PEOPLE = int(os.environ.get("OMSTILLINGSBOT_KILL", "60"))
TITLE = "Nytt fra prosjektet"
LEADER = "leader-1"


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    made = Platform(marked=TITLE, delay=0.25)
    runner = await made.open()
    yield made
    await runner.cleanup()


@pytest.fixture
async def bot(platform: Platform, tmp_path: Path) -> AsyncIterator[BotProcess]:
    async with ClientSession() as client:
        made = BotProcess(client, platform, tmp_path)
        await made.start()
        yield made
        made.kill()


async def test_an_announcement_survives_kill_9_and_reaches_each_person_once(
    bot: BotProcess, platform: Platform, tmp_path: Path
) -> None:
    for number in range(PEOPLE):
        await bot.write(f"employee-{number}", "hei")
    announcement = await announce(bot)
    # Decided and answered, perhaps not even addressed to anyone yet.
    bot.kill()
    await bot.start()
    await platform.until(PEOPLE // 6)
    bot.kill()
    await bot.start()
    bot.kill()
    await bot.start()

    report = await settled(bot, announcement)

    count = {name: int(report.pop(say("nb", f"announcements.report.{name}"), "0")) for name in ("planned", "sent")}
    uncertain = int(report.pop(say("nb", "announcements.report.uncertain")))
    assert count["planned"] == PEOPLE + 1
    assert count["planned"] == count["sent"] + uncertain
    assert report == {}, "nothing waits, nothing failed"
    assert uncertain > 0, "something was on the wire"
    bot.kill()
    assert_told_as_it_was(tmp_path, platform)


async def announce(bot: BotProcess) -> int:
    """The leader writes, looks and sends; returns the announcement's number."""
    form = {"action": "announcement.preview", "values": {}, "v": 1, "title": TITLE, "text": "Vi er i gang."}
    pressed = button(await bot.write(LEADER, value=form), "announcement.send")
    await bot.write(LEADER, value=pressed | {"count": str(PEOPLE + 1), "decided": "no"})
    return int(pressed["values"]["announcement"])


async def settled(bot: BotProcess, announcement: int) -> dict[str, str]:
    """The report, once nobody waits: what was on the wire is known to be uncertain when its lease is over."""
    asking = {"action": "announcement.report", "values": {"announcement": announcement}, "v": 1}
    unsettled = {say("nb", f"announcements.report.{name}") for name in ("waiting", "sending")}
    async with asyncio.timeout(60 + PEOPLE / 10):
        while True:
            report = facts((await bot.write(LEADER, value=asking))[-1])
            if not unsettled & report.keys():
                return report
            await asyncio.sleep(0.5)


def assert_told_as_it_was(folder: Path, platform: Platform) -> None:
    """Who is down as reached got it once; who is down as uncertain got it at most once; nobody else is owed it."""
    database = Database(f"sqlite:///{folder / 'omstillingsbot.db'}")
    with database.reading() as session:
        rows = session.exec(
            select(Address.conversation, OutboxRow.status)
            .join(OutboxRow, OutboxRow.address_id == Address.id)  # type: ignore[arg-type]
            .join(Message, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
            .where(Message.kind == "announcement")
        ).all()
    database.close()
    assert len(rows) == len(dict(rows)) == PEOPLE + 1
    for conversation, status in rows:
        got = platform.posts[conversation]
        assert got == 1 if status == Status.SENT else (got <= 1 and status == Status.UNCERTAIN), (conversation, status)
