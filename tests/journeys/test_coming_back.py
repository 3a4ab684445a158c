"""Whoever comes back after weeks gets the answer and five lines of what is new, the same on every channel."""

from datetime import timedelta

import pytest

from tests.bot.conftest import connector, slack  # noqa: F401 - fixtures
from tests.conftest import NOW
from tests.journeys.speakers import CHANNELS, arrived
from tests.journeys.test_announcements import WRITTEN, Office, office  # noqa: F401 - a fixture


@pytest.mark.parametrize("channel", CHANNELS)
async def test_silent_for_weeks_answered_and_caught_up_once(office: Office, channel: str) -> None:  # noqa: F811
    somebody, leader = await office.come(channel, "employee"), await office.come(channel, "leader")
    await somebody.say("hjelp")
    office.clock.go(NOW + timedelta(days=7))
    await leader.say("hjelp")
    await leader.press("announcement.post")
    preview = await leader.press("announcement.preview", **WRITTEN)
    people = str(preview.of("announcement.send")["values"]["people"])
    await leader.press("announcement.send", count=people, day="", clock="", decided="no")
    await arrived(somebody, lambda shown: "Vi møtes" in shown.text)
    office.clock.go(NOW + timedelta(weeks=6))
    before = len(await somebody.inbox())
    assert "Hva kan du hjelpe med" not in (await somebody.say("hva er neste milepæl?")).text
    told = await arrived(somebody, lambda shown: "Dette har kommet siden sist" in shown.text, after=before)
    assert "Kickoff flyttes" in told.text
    await somebody.say("hjelp")
    caught_up = [one for one in await somebody.inbox() if "Dette har kommet siden sist" in one.text]
    assert len(caught_up) == 1
