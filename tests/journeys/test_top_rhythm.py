"""A leader says in a sentence when the top 5 is sent, and everyone gets it then, the same on every channel."""

from datetime import datetime

import pytest

from tests.bot.conftest import connector, slack  # noqa: F401 - fixtures
from tests.journeys.speakers import CHANNELS, arrived
from tests.journeys.test_announcements import Office, office  # noqa: F401 - a fixture


@pytest.mark.parametrize("channel", CHANNELS)
async def test_said_in_a_sentence_shown_in_the_form_and_sent_then(office: Office, channel: str) -> None:  # noqa: F811
    employees = [await office.come(where, "employee", 7) for where in ("msteams", "web")]
    leader = await office.come(channel, "leader")
    await leader.say("sett topp 5")
    await leader.say("hva er topp 5?")
    await leader.press("top.edit")
    await leader.press("top.save", place_1="osu-ini-kompetanse", place_2="osu-ini-ledelse")
    wrong = await leader.say("send topp 5 hvert 5. kvarter")
    assert "høyst én gang i uka" in wrong.text
    said = await leader.say("send topp 5 hver fredag kl 8")
    assert "hver fredag kl. 08:00" in said.text
    assert "Fredag 27. november 2020 kl. 08:00 (sentraleuropeisk normaltid)" in said.text
    await leader.press("top.rhythm")
    assert "hver onsdag" in (await leader.press("top.rhythm_set", often="weekly", weekday="wednesday", clock="9")).text
    office.clock.go(datetime.fromisoformat("2020-11-25T09:00+01:00"))
    for employee in employees:
        await arrived(employee, lambda shown: "Kompetansestrategi" in shown.text)
