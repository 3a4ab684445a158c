"""A reminder that is put off comes again when it was said to, the same on every channel."""

from datetime import datetime, timedelta

import pytest

from tests.bot.conftest import connector, slack  # noqa: F401 - fixtures
from tests.journeys.speakers import CHANNELS, Shown, arrived
from tests.journeys.test_announcements import Office, office  # noqa: F401 - a fixture

#: Two weeks before the kickoff on 15 December.
REMINDED = datetime.fromisoformat("2020-12-01T09:00+01:00")


@pytest.mark.parametrize("channel", CHANNELS)
async def test_reminded_put_off_typed_and_reminded_again(office: Office, channel: str) -> None:  # noqa: F811
    somebody = await office.come(channel, "employee")
    await somebody.say("hjelp")
    somebody.shown = Shown("", [{"action": "reminder.set", "values": {"milestone": "osu-kickoff", "days": 14}, "v": 1}])
    await somebody.press("reminder.set")
    office.clock.go(REMINDED)
    await arrived(somebody, lambda shown: "kickoff" in shown.text)
    asked = await somebody.press("snooze.choose")
    assert [one["action"] for one in asked.buttons].count("snooze.set") == 3
    assert "15. desember 2020" in asked.text, "what took its place still says what it is about"
    somebody.shown = Shown("", [next(one for one in asked.buttons if one["action"] == "snooze.set")])
    done = await somebody.press("snooze.set")
    assert "Kommer igjen tirsdag 1. desember 2020 kl. 10:" in done.text
    before = len(await somebody.inbox())
    office.clock.go(REMINDED + timedelta(hours=1, minutes=5))
    await arrived(somebody, lambda shown: "kickoff" in shown.text, after=before)
    typed = await somebody.say("minn meg igjen på mandag")
    assert "Kommer igjen mandag 7. desember 2020 kl. 09:00" in typed.text
    before = len(await somebody.inbox())
    office.clock.go(datetime.fromisoformat("2020-12-07T09:00+01:00"))
    await arrived(somebody, lambda shown: "kickoff" in shown.text and "Oppstart" in shown.text, after=before)
