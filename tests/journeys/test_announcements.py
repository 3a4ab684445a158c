"""An announcement from the first word to the notice on the wall, the same on every channel."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from sqlmodel import select

from bot.app import Stores, make_app
from bot.clock import DemoClock
from storage.lanes import Lane
from tests.bot.conftest import Connector, connector, slack  # noqa: F401 - fixtures
from tests.bot.workspace import Front, Slack
from tests.conftest import NOW
from tests.journeys.speakers import CHANNELS, PATIENCE, OnSlack, OnTeams, OnWeb, Shown, Speaker, arrived

CORRECTED = "Vi møtes **9. desember** i kantina.\n\n- Ta med kaffe"
WRITTEN = {"title": "Kickoff flyttes", "text": "Vi møtes **8. desember** i kantina.\n\n- Ta med kaffe"}


@dataclass
class Office:
    """The bot, its clock, and everybody who talks to it."""

    address: str
    connector: Connector
    slack: Slack
    clock: DemoClock
    teams: ClientSession
    opened: list[ClientSession] = field(default_factory=list)

    async def come(self, channel: str, kind: str, number: int = 1) -> Speaker:
        if channel == "web":
            visitor = await OnWeb.come(self.address, kind)
            self.opened.append(visitor.client)
            return visitor
        somebody: OnTeams | OnSlack
        if channel == "slack":
            account = self.slack.member(f"U{kind.upper()}{number:03d}", is_admin=kind == "leader")
            somebody = OnSlack(Front(self.teams, self.address), self.slack, account)
        else:
            somebody = OnTeams(self.teams, self.address, self.connector, f"{kind}-{number}")
        await somebody.say("hjelp")
        return somebody


@pytest.fixture
async def office(
    stores: Stores,
    connector: Connector,  # noqa: F811
    slack: Slack,  # noqa: F811
) -> AsyncIterator[Office]:
    clock = DemoClock(NOW)
    app = make_app(stores, clock, "osu2020", slack=slack.settings())
    async with TestServer(app) as server, ClientSession() as teams:
        made = Office(str(server.make_url("")).rstrip("/"), connector, slack, clock, teams)
        yield made
        for client in made.opened:
            await client.close()


@pytest.mark.parametrize("channel", CHANNELS)
async def test_written_looked_at_approved_planned_sent_and_reported(office: Office, channel: str) -> None:
    employees = [await office.come(where, "employee", 7) for where in CHANNELS]
    author, approver = await office.come(channel, "leader", 1), await office.come(channel, "leader", 2)
    await author.say("hjelp")
    await author.press("announcement.post")
    empty = await author.press("announcement.preview", title="", text=WRITTEN["text"])
    assert WRITTEN["text"] in empty.text, "nothing written is lost"
    preview = await author.press("announcement.preview", **WRITTEN)
    assert "Vi møtes" in preview.text
    people = str(preview.of("announcement.send")["values"]["people"])
    wrong = await author.press("announcement.send", count="1", day="", clock="", decided="no")
    assert "announcement.send" in [button["action"] for button in wrong.buttons]
    past = await author.press("announcement.send", count=people, day="23. november 2020", clock="10:00", decided="no")
    assert "announcement.send" in [button["action"] for button in past.buttons]
    waiting = await author.press(
        "announcement.send", count=people, day="25. november 2020", clock="10:00", decided="no"
    )
    assert "onsdag 25. november 2020" in waiting.text
    await arrived(approver, lambda shown: "Vi møtes" in shown.text)
    await approver.press("announcement.approve")
    office.clock.go(NOW + timedelta(days=1, hours=2))
    for employee in employees:
        await arrived(employee, _is_it)
    await arrived(author, _is_it)
    await asyncio.sleep(0.5)
    report = await report_of(author)
    assert f"Summen er {people} av {people}." in report.text
    for employee in employees:
        assert len([shown for shown in await employee.inbox() if _is_it(shown)]) == 1
    paper = await author.press("announcement.notice")
    found = re.search(r"(/melding/\S+)/oppslag", paper.text)
    assert found
    await page_says(office, found[1], "Kickoff flyttes", "<strong>8. desember</strong>")

    await author.press("announcement.report")
    await author.press("announcement.correct")
    await author.press("announcement.correcting", title=WRITTEN["title"], text=CORRECTED, what="Det er 9. desember.")
    await author.press("announcement.corrected")
    await arrived(approver, lambda shown: "announcement.correction_approve" in actions(shown))
    await approver.press("announcement.correction_approve")
    for employee in employees:
        now = await arrived(employee, lambda shown: "Det er 9. desember." in shown.text)
        assert "Rettet" in now.text
        assert not [shown for shown in await employee.inbox() if "8. desember" in shown.text], "in the same place"
    await page_says(office, found[1], "<strong>9. desember</strong>", "Det er 9. desember.")

    await report_of(author)
    await author.press("announcement.recall")
    unsaid = await author.press("announcement.recalled", reason="")
    assert "announcement.recalled" in actions(unsaid)
    await author.press("announcement.recalled", reason="Kickoff er avlyst.")
    for employee in employees:
        await arrived(employee, lambda shown: "Kickoff er avlyst." in shown.text)
        assert not [shown for shown in await employee.inbox() if "9. desember" in shown.text]
    await page_says(office, found[1], "Kickoff er avlyst.")
    async with asyncio.timeout(PATIENCE):
        while f"{people} er skjult" not in (await report_of(author)).text:
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("channel", CHANNELS)
async def test_who_follows_a_topic_gets_what_is_told_of_it_until_they_end_it(office: Office, channel: str) -> None:
    other, follower = await office.come("msteams", "employee", 8), await office.come(channel, "employee", 7)
    followed = await follower.say("følg arbeidsgruppe omstilling")
    assert "Du følger nå" in followed.text
    author = await office.come(channel, "leader", 1)

    async def write(title: str) -> Shown:
        await author.say("hjelp")
        await author.press("announcement.post")
        await author.press("announcement.preview", title=title, text="Vi har møttes.")
        form = await author.press("announcement.audience")
        form.buttons.remove(form.of("announcement.addressed"))  # the last one leads back to everyone
        return await author.press("announcement.addressed", topics="workgroup:osu-omstilling")

    shown = await write("Nytt fra gruppa")
    assert "Den går til 1 person" in shown.text
    await author.press("announcement.send", day="", clock="", decided="no")
    office.clock.go(office.clock.now() + timedelta(minutes=2))
    came = await arrived(follower, lambda shown: "Nytt fra gruppa" in shown.text)
    assert "Du får denne fordi du følger Arbeidsgruppe omstilling" in came.text
    assert "Summen er 1 av 1." in (await report_of(author)).text
    ended = await follower.press("topic.unfollow")
    assert "Du følger ikke lenger" in ended.text
    assert "Du følger ingenting" in (await follower.say("hva følger jeg?")).text
    nobody = await write("Mer fra gruppa")
    assert "announcement.send" not in actions(nobody)
    assert not [one for one in await other.inbox() if "fra gruppa" in one.text]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_correction_reaches_each_reader_in_their_language(office: Office, channel: str) -> None:
    norwegian, english = await office.come("msteams", "employee", 8), await office.come(channel, "employee", 7)
    await english.say("speak English to me")
    author = await office.come(channel, "leader", 1)
    await author.say("hjelp")
    await author.press("announcement.post")
    preview = await author.press("announcement.preview", **WRITTEN)
    people = str(preview.of("announcement.send")["values"]["people"])
    await author.press("announcement.send", count=people, day="", clock="", decided="no")
    for reader in (norwegian, english):
        await arrived(reader, _is_it)
    await report_of(author)
    await author.press("announcement.correct")
    shown = await author.press("announcement.correcting", title="Kickoff", text=CORRECTED, what="Dagen")
    buttons = [one for one in shown.buttons if one["action"] == "announcement.correct_version"]
    author.shown = Shown("", [one for one in buttons if one["values"]["language"] == "en"])
    await author.press("announcement.correct_version")
    both = await author.press("announcement.correct_version_save", title="Kickoff", text="We meet on 9 December.")
    assert "We meet on 9 December." in both.text
    await author.press("announcement.correct_attach")
    wrong = await author.press(
        "announcement.correct_attached", picture_address="https://kommunen.example/a.png", picture_alt="", film="none"
    )
    assert "announcement.correct_attached" in actions(wrong), "a picture without words stops it"
    await author.press(
        "announcement.correct_attached",
        picture_address="https://kommunen.example/a.png",
        picture_alt="Kart",
        film="none",
    )
    await author.press("announcement.corrected")
    now = await arrived(english, lambda shown: "We meet on 9 December." in shown.text)
    assert "Kart" in now.text
    await arrived(norwegian, lambda shown: "9. desember" in shown.text and "Kart" in shown.text)
    assert not [shown for shown in await english.inbox() if "desember" in shown.text]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_what_the_employer_must_say_reaches_who_turned_messages_off(office: Office, channel: str) -> None:
    reader = await office.come(channel, "employee", 7)
    await reader.say("skru av alle meldinger")
    author = await office.come(channel, "leader", 1)
    await author.say("hjelp")
    await author.press("announcement.post")
    preview = await author.press("announcement.preview", **WRITTEN)
    people = str(preview.of("announcement.send")["values"]["people"])
    everyone = {"count": people, "day": "", "clock": "", "decided": "no"}
    unsaid = await author.press("announcement.send", **everyone, obligation="required", obligation_reason="")
    assert "hvilken lov eller avtale" in unsaid.text
    law = "Arbeidsmiljøloven § 15-2"
    await author.press("announcement.send", **everyone, obligation="required", obligation_reason=law)
    came = await arrived(reader, _is_it)
    assert f"Du får denne fordi arbeidsgiveren har plikt til å si det: {law}" in came.text


@pytest.mark.parametrize("channel", CHANNELS)
async def test_stopped_in_the_middle_nobody_else_gets_it_and_all_are_accounted_for(
    office: Office, channel: str, stores: Stores
) -> None:
    employees = [await office.come(channel, "employee", number) for number in range(3, 9)]
    author, approver = await office.come(channel, "leader", 1), await office.come(channel, "leader", 2)
    with stores.database.writing() as session:
        for lane in session.exec(select(Lane)):
            lane.interval = 1.0
            session.add(lane)
    await author.say("hjelp")
    await author.press("announcement.post")
    preview = await author.press("announcement.preview", **WRITTEN)
    people = str(preview.of("announcement.send")["values"]["people"])
    await author.press("announcement.send", count=people, day="", clock="", decided="no")
    await arrived(approver, lambda shown: "Vi møtes" in shown.text)
    await approver.press("announcement.approve")
    async with asyncio.timeout(PATIENCE):
        while not await having(employees):
            await asyncio.sleep(0.05)
    await report_of(author)
    await author.press("announcement.stop")
    async with asyncio.timeout(PATIENCE):
        while "Venter" in (report := await report_of(author)).text:
            await asyncio.sleep(0.2)
    assert f"Summen er {people} av {people}." in report.text
    got = await having(employees)
    assert 0 < got < len(employees)
    await asyncio.sleep(2.5)
    assert await having(employees) == got


async def having(employees: list[Speaker]) -> int:
    """How many of them have it."""
    return sum([any(_is_it(shown) for shown in await one.inbox()) for one in employees])


async def report_of(author: Speaker) -> Shown:
    """The newest announcement's report, found as leaders find it."""
    await author.say("hjelp")
    await author.press("announcement.mine")
    return await author.press("announcement.report")


async def page_says(office: Office, path: str, *said: str) -> None:
    """What stands on its page and on its notice."""
    for address in (path, f"{path}/oppslag?lang=nb"):
        async with office.teams.get(office.address + address) as response:
            assert response.status == 200
            page = await response.text()
        assert [one for one in said if one not in page] == []


def actions(shown: Shown) -> list[str]:
    return [button["action"] for button in shown.buttons]


def _is_it(shown: Shown) -> bool:
    return WRITTEN["title"] in shown.text and "Ta med kaffe" in shown.text and "announcement.approve" not in [
        button["action"] for button in shown.buttons
    ]  # fmt: skip
