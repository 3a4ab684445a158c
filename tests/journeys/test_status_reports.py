"""A status report from the day that is set to the one that is read again, the same on every channel."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.app import Stores
from storage import people, programmes, status_streams
from storage.people import Person
from tests.bot.conftest import connector, slack  # noqa: F401 - fixtures
from tests.conftest import NOW
from tests.journeys.speakers import CHANNELS, arrived
from tests.journeys.test_announcements import Office, office  # noqa: F401 - a fixture

PROGRAMME = "osu2020"
REPORTS = {
    "every_weeks": 3, "time": "09:00", "days_before": 2, "groups": [], "led_by": ["leader"],
    "roles": ["employee_representative", "safety_representative"], "is_open": False, "goes_by_itself": False,
}  # fmt: skip
ANSWER = {"done": "Ni av tolv er kartlagt.", "standing": "late", "why": "To er syke.", "risks": "Få folk"}


@pytest.mark.parametrize("channel", CHANNELS)
async def test_set_asked_for_answered_sent_and_read_again(
    office: Office,  # noqa: F811
    stores: Stores,
    channel: str,
) -> None:
    with stores.database.writing() as session:
        session.get_one(programmes.Programme, PROGRAMME).status_reports = REPORTS
        programmes.mark_changed(session, PROGRAMME)
    owner, leader = await office.come(channel, "employee", 7), await office.come(channel, "leader", 1)
    assert "Det er ikke bestemt hvilken dag" in (await leader.say("når kommer neste statusrapport?")).text
    await leader.press("report.rhythm")
    when = {"weeks": "3", "clock": "09:00"}
    assert "Jeg forstår ikke hvilken dag" in (await leader.press("report.rhythm_set", day="snart", **when)).text
    assert "hver 3. uke" in (await leader.press("report.rhythm_set", day="3. desember 2020", **when)).text
    await leader.press("report.streams")
    await leader.press("report.stream")
    await leader.press("report.stream_added", title="Ledernivåer", owner="")
    await leader.press("report.owners")
    with stores.database.reading() as session:
        [stream] = [row.key for row in status_streams.every(session, PROGRAMME)]
        everybody = session.exec(select(Person)).all()
        [name] = [one.name for one in everybody if not people.roles(session, one, PROGRAMME)]
    given = await leader.press("report.owners_set", stream=stream, owner=name, stand_in="")
    assert f"{name} svarer for den" in given.text

    office.clock.go(NOW + timedelta(days=7, minutes=1))
    await arrived(owner, lambda shown: "Tre spørsmål om Ledernivåer" in shown.text)
    await owner.press("report.answer")
    wrong = await owner.press("report.answered", **{**ANSWER, "why": ""})
    assert "Skriv hvorfor det ikke er på plan" in wrong.text
    assert "Svaret for Ledernivåer er lagret" in (await owner.press("report.answered", **ANSWER)).text

    office.clock.go(NOW + timedelta(days=9, minutes=1))
    await arrived(leader, lambda shown: "Utkastet til statusrapporten 3. desember 2020 er klart" in shown.text)
    await leader.press("report.preview")
    await leader.press("report.introduce")
    looked = await leader.press("report.introduced", introduction="En god start.", remarks="")
    assert "Forsinket: To er syke." in looked.text
    sent = await leader.press("report.send")
    assert "Statusrapporten 3. desember 2020 er sendt" in sent.text
    await arrived(leader, lambda shown: "En god start." in shown.text and "Forsinket" in shown.text)
    read = await leader.say("vis siste statusrapport")
    assert "En god start." in read.text
    assert "Ni av tolv er kartlagt." in (await leader.press("report.part")).text
    told = await owner.say("vis siste statusrapport")
    assert "24. desember 2020" in told.text
    assert "Forsinket" not in told.text
