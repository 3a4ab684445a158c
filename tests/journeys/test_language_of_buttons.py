"""A button is answered in the language of the card that it is on, the same on every channel."""

import pytest

from tests.bot.conftest import connector, slack  # noqa: F401 - fixtures
from tests.journeys.speakers import CHANNELS
from tests.journeys.test_announcements import Office, office  # noqa: F401 - a fixture


@pytest.mark.parametrize("channel", CHANNELS)
async def test_who_writes_nynorsk_in_a_client_set_to_bokmal_goes_on_in_nynorsk(office: Office, channel: str) -> None:  # noqa: F811
    somebody = await office.come(channel, "employee")
    await somebody.say("kva tid er kickoff?")
    assert "bli minna" in (await somebody.press("reminder.choose")).text
    await somebody.say("when is the kickoff?")
    assert "want to be reminded" in (await somebody.press("reminder.choose")).text


@pytest.mark.parametrize("channel", CHANNELS)
async def test_the_language_that_somebody_chose_counts_for_more(office: Office, channel: str) -> None:  # noqa: F811
    somebody = await office.come(channel, "employee")
    asked = await somebody.say("when is the kickoff?")
    await somebody.say("skriv til meg på nynorsk")
    somebody.shown = asked
    assert "bli minna" in (await somebody.press("reminder.choose")).text
