"""All that comes by itself is shown and set in one card, from the words on, the same on every channel."""

import pytest

from tests.bot.conftest import connector, slack  # noqa: F401 - fixtures
from tests.journeys.speakers import CHANNELS
from tests.journeys.test_announcements import Office, office  # noqa: F401 - a fixture


@pytest.mark.parametrize("channel", CHANNELS)
async def test_typed_filled_in_and_saved(office: Office, channel: str) -> None:  # noqa: F811
    somebody = await office.come(channel, "employee")
    form = await somebody.say("påminnelser og stilletid")
    assert "Stilletid fra" in form.text
    done = await somebody.press("quiet.save", begins="8", ends="16", free_days="off", digest="weekly", weekday="friday")
    assert "Innstillingene er lagret" in done.text
    assert "tirsdag 24. november 2020 kl. 16:00" in done.text
