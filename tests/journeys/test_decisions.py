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


VEDTAK = {
    "title": "Høring om handlingsplanen",
    "text": "Planen sendes på høring.",
    "body": "Formannskapet",
    "on": "18. november 2020",
    "dissent": "Noen ville vente.",
    "dissent_of": "minority",
}


@pytest.mark.parametrize("channel", CHANNELS)
async def test_what_is_recorded_is_read_by_everyone_and_corrected_without_being_altered(
    office: Office, channel: str
) -> None:
    leader, employee = await office.come(channel, "leader", 1), await office.come(channel, "employee", 7)
    await leader.say("hva er besluttet?")
    await leader.press("decision.decide")
    lacking = await leader.press("decision.decided", **{**VEDTAK, "text": ""})
    assert "Skriv hva som ble bestemt." in lacking.text
    assert "Planen sendes på høring." in (await leader.press("decision.decided", **VEDTAK)).text
    listed = await employee.say("hvilke vedtak er fattet?")
    assert "Høring om handlingsplanen" in listed.text
    assert "decision.decide" not in actions(listed)
    await employee.say("hva bestemte formannskapet?")
    assert "Ja, noen var uenige." in (await employee.say("var noen uenige?")).text
    await leader.press("decision.correct")
    typed = {**VEDTAK, "text": "Planen sendes på kort høring.", "kind": "political", "reason": "Fristen er kort."}
    assert "Versjon 2" in (await leader.press("decision.corrected", **typed)).text
    await employee.say("hva bestemte formannskapet?")
    versions = await employee.press("decision.versions")
    versions.buttons.remove(versions.of("decision.entry"))  # the last one is of the newest
    first = await employee.press("decision.entry")
    assert "Planen sendes på høring." in first.text
    assert "rettet siden" in first.text
