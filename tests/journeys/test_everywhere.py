"""What people come for, the same on every channel: to ask, to join in, and to say something anonymously."""

import asyncio
import re
from datetime import timedelta

import pytest

from tests.bot.conftest import connector, slack  # noqa: F401 - fixtures
from tests.conftest import NOW
from tests.journeys.speakers import CHANNELS, PATIENCE, Shown, Speaker
from tests.journeys.test_announcements import Office, office  # noqa: F401 - a fixture


@pytest.mark.parametrize("channel", CHANNELS)
async def test_asked_signed_up_promised_and_withdrawn(office: Office, channel: str) -> None:  # noqa: F811
    somebody = await office.come(channel, "employee", 7)
    assert "1. desember 2020" in (await somebody.say("Når er neste milepæl?")).text
    assert "15. desember 2020" in (await somebody.say("Hva skjer 15. desember?")).text
    await somebody.say("hvilke arbeidsgrupper er det?")
    joined = await somebody.press("workgroup.join")
    assert "senest tirsdag 8. desember 2020" in joined.text
    status = await somebody.press("signup.status")
    assert "Arbeidsgruppe omstilling" in status.text
    assert "8. desember 2020" in status.text
    left = await somebody.press("workgroup.leave")
    assert "Du er meldt av Arbeidsgruppe omstilling" in left.text
    assert "8. desember" not in (await somebody.say("er jeg påmeldt?")).text


@pytest.mark.parametrize("channel", CHANNELS)
async def test_an_input_keeps_what_was_written_and_its_receipt_reads_the_answer(
    office: Office,  # noqa: F811
    channel: str,
) -> None:
    somebody, handler = await office.come(channel, "employee", 7), await office.come(channel, "leader", 1)
    await somebody.say("hjelp")
    form = await somebody.press("input.submit")
    assert "anonym" in form.text.casefold()
    form.buttons.remove(form.of("input.send"))  # the last one is for notifications
    again = await somebody.press("input.send", text="", topic="risk")
    assert "Skriv noe i feltet" in again.text
    while len([one for one in again.buttons if one["action"] == "input.send"]) > 1:
        again.buttons.remove(again.of("input.send"))
    sent = await somebody.press("input.send", text="Vi er for få på laget.", topic="risk")
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", sent.text)
    assert code
    # What waits is looked at each morning, and released on Mondays however little it is.
    office.clock.go(NOW + timedelta(days=7))
    async with asyncio.timeout(PATIENCE):
        while "Vi er for få på laget." not in (await listed(handler)).text:
            await asyncio.sleep(0.1)
    await handler.press("input.open")
    await handler.press("input.answer")
    assert (
        "Meldingen er lagret i samtalen" in (await handler.press("input.answered", text="Takk. Vi tar det opp.")).text
    )
    page = f"{office.address}/innspill/svar"
    async with office.teams.post(page, data={"code": code[0]}, headers={"Origin": office.address}) as response:
        assert "Takk. Vi tar det opp." in await response.text()


async def listed(handler: Speaker) -> Shown:
    """The inputs, as a handler reads them."""
    await handler.say("hjelp")
    return await handler.press("input.read")


@pytest.mark.parametrize("channel", CHANNELS)
async def test_seen_erased_and_met_anew(office: Office, channel: str) -> None:  # noqa: F811
    somebody = await office.come(channel, "employee", 7)
    await somebody.say("hvilke arbeidsgrupper er det?")
    await somebody.press("workgroup.join")
    await somebody.say("innstillinger")
    assert "Påmeldinger og løfter" in (await somebody.press("own.show")).text
    await somebody.press("own.choose")
    seen = await somebody.press("own.part", area="groups")
    assert "Arbeidsgruppe omstilling" in seen.text
    assert "senest 8. desember 2020" in seen.text
    await somebody.press("own.show")
    asked = await somebody.press("own.erase")
    assert "Plassen din i 1 gruppe" in asked.text
    assert "Alt om deg er slettet" in (await somebody.press("own.erased")).text
    assert "ikke påmeldt noen gruppe" in (await somebody.say("er jeg påmeldt?")).text
    await somebody.say("innstillinger")
    anew = await somebody.press("own.show")
    assert re.search(r"Påmeldinger og løfter\W+0 opplysninger", anew.text)
