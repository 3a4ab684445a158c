"""What is to be decided, from asking those whose step it is to withdrawing it, the same on every channel."""

import asyncio

import pytest

from tests.bot.conftest import connector, slack  # noqa: F401 - fixtures
from tests.journeys import test_announcements
from tests.journeys.speakers import CHANNELS, PATIENCE, arrived
from tests.journeys.test_announcements import Office, actions

office = test_announcements.office


@pytest.mark.parametrize("channel", CHANNELS)
async def test_what_was_asked_by_mistake_is_withdrawn_where_it_arrived(office: Office, channel: str) -> None:
    author, asked = await office.come(channel, "leader", 1), await office.come("msteams", "leader", 2)
    await author.say("hjelp")
    await author.press("announcement.mine")
    await author.press("decision.list")
    await author.press("decision.new")
    await author.press("decision.save", title="Ny modell", milestone="none")
    await author.press("decision.ask")
    steps = 3
    await arrived(asked, lambda shown: "Ny modell" in shown.text and "decision.open" in actions(shown), steps - 1)
    await author.press("decision.open")
    await author.press("decision.end")
    ended = await author.press("decision.ended", reason="Begynt ved en feil.")
    assert "Trukket tilbake: Begynt ved en feil." in ended.text
    async with asyncio.timeout(PATIENCE):
        while len([one for one in await asked.inbox() if "Du trenger ikke gjøre noe." in one.text]) < steps:
            await asyncio.sleep(0.05)
    assert len(await asked.inbox()) == steps, "in the same place, and no message more"
    await arrived(asked, lambda shown: "Trukket tilbake: Ny modell" in shown.text)
    assert "decision.end" not in actions(await asked.press("decision.open"))
