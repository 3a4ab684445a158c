"""A risk assessment, from its first day to being done with the verneombud's part, the same on every channel."""

import pytest

from tests.bot.conftest import connector, slack  # noqa: F401 - fixtures
from tests.journeys import test_announcements
from tests.journeys.speakers import CHANNELS, arrived
from tests.journeys.test_announcements import Office

office = test_announcements.office


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_risk_assessment_is_done_with_the_verneombud_and_everybody_can_ask(
    office: Office, channel: str
) -> None:
    owner, safety = await office.come(channel, "leader", 1), await office.come("msteams", "leader", 2)
    somebody = await office.come(channel, "employee", 7)
    asked = await somebody.say("er risikovurderingen ferdig?")
    assert "Planlagt, ikke begynt." in asked.text
    assert "2. desember 2020" in asked.text
    await owner.say("hvem har ansvar for ROS-en?")
    began = await owner.press("risk.move")
    assert "Under arbeid." in began.text
    await owner.press("risk.document")
    kept = await owner.press("risk.documented", summary="Størst risiko er det i overgangen.", link="")
    assert "Størst risiko er det i overgangen." in kept.text
    # The newest button of that action is the last one of the card: forwards comes first.
    opened = await owner.press("risk.move")
    assert "Åpen for innspill." in opened.text
    await somebody.say("er ROS-en ferdig?")
    assert "anonym" in (await somebody.press("input.submit")).text.casefold()
    assert "Hos verneombudet." in (await owner.press("risk.move")).text
    await arrived(safety, lambda shown: "Du trengs som verneombud" in shown.text)
    await safety.press("risk.open")
    await safety.press("risk.part")
    again = await safety.press("risk.part_saved", statement="remarks", on="i dag", text="")
    assert "Skriv hva merknadene eller uenigheten gjelder." in again.text
    said = await safety.press("risk.part_saved", statement="remarks", on="i dag", text="Se på nattevaktene.")
    assert "Se på nattevaktene." in said.text
    shown = await owner.say("hva er status på risikovurderingen")
    shown.buttons.remove(shown.of("risk.move"))
    assert "Ferdig 24. november 2020." in (await owner.press("risk.move")).text
    told = await somebody.say("hva er status på ROS-en")
    assert "Ferdig 24. november 2020." in told.text
    assert "har merknader" in told.text
    assert "nattevaktene" not in told.text
