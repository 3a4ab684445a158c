"""Calendars as other programmes read them: dates as exactly as known, changes with a sequence, and nobody's name."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from bot.app import Stores, make_app
from bot.clock import DemoClock
from bot.schedule import Schedule
from bot.turns import Turns
from bot.web import calendars as pages
from storage import calendars, loading, people, programme_file, programmes
from storage.people import Person
from tests.conftest import NOW, PROGRAMMES
from tests.talk import Talk

GROUP = {"group": "osu-omstilling"}
PLAN = {"day": "15.12.2020", "starts": "09:00", "ends": "11:30", "title": "Mandatet; mål, og mer", "form": "1"}
#: The group's document names these; none may be in a calendar.
NAMES = ("Wigestrand", "Thavanathan", "Fagerhaug", "Herdlevær", "Ida", "Kari")


@pytest.fixture
async def client(stores: Stores) -> AsyncIterator[TestClient[Any, Any]]:
    app = web.Application()
    pages.setup(app, stores.database)
    async with TestClient(TestServer(app)) as opened:
        yield opened


@pytest.fixture
def coordinator(turns: Turns, stores: Stores) -> Talk:
    talk = Talk(turns, "ida", NOW)
    talk.act("help")
    with stores.database.writing() as session:
        people.grant(session, session.exec(select(Person).where(Person.name == "Ida")).one(), "osu2020", "coordinator")
    return talk


def noted(stores: Stores, moment: datetime = NOW) -> None:
    Schedule(stores.database, DemoClock(moment), lambda: None).run_due()


def path_of(stores: Stores, group: str = "", programme: str = "osu2020") -> str:
    with stores.database.writing() as session:
        return f"/kalender/{calendars.link(session, programme, group)}.ics"


async def events(client: TestClient[Any, Any], path: str) -> dict[str, Any]:
    """The events by the key of what they are, read by two other readers that have to agree."""
    answer = await client.get(path)
    assert answer.status == 200
    body = await answer.text()
    assert body.count("\r\n") == body.count("\n")
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    read = icalendar.Calendar.from_ical(body)
    assert not read.errors
    assert read.get("METHOD") == "PUBLISH"
    for event in read.events:
        assert not event.errors
    other = vobject.readOne(body)
    assert {(str(e.uid.value), e.dtstart.value) for e in getattr(other, "vevent_list", [])} == {
        (str(event["UID"]), event.start) for event in read.events
    }
    return {str(event["UID"]).partition("@")[0].partition(":")[2]: event for event in read.events}


async def test_milestones_stand_there_as_exactly_as_they_are_known(
    client: TestClient[Any, Any], stores: Stores
) -> None:
    noted(stores)
    found = await events(client, path_of(stores))
    day, month = found["osu-kickoff"], found["osu-ikraft"]
    assert (day.start, day.end, day["STATUS"]) == (date(2020, 12, 15), date(2020, 12, 16), "CONFIRMED")
    # A month is not a day: all of it, free, tentative, and said so.
    assert (month.start, month.end) == (date(2021, 1, 1), date(2021, 2, 1))
    assert (month["STATUS"], month["TRANSP"]) == ("TENTATIVE", "TRANSPARENT")
    assert "en gang i januar 2021" in month["SUMMARY"]
    assert "Dagen er ikke oppgitt" in month["DESCRIPTION"]
    # What goes on without days, and dates in figures of which nobody knows what they stand for, have no place in it.
    assert set(found) == {"osu-mbm", "osu-beslutning", "osu-kommunestyret", "osu-kickoff", "osu-ikraft"}


async def test_spans_and_deadlines(client: TestClient[Any, Any], stores: Stores) -> None:
    noted(stores)
    found = await events(client, path_of(stores, programme="os2019"))
    assert (found["os-oppstart"].start, found["os-oppstart"].end) == (date(2019, 2, 14), date(2019, 2, 16))
    deadline = found["os-frist-tiltak"]
    assert (deadline.start, deadline["SUMMARY"].partition(":")[0]) == (date(2019, 8, 1), "Frist innen 1. august 2019")
    group = await events(client, path_of(stores, "os-oppvekst", "os2019"))
    assert set(group) == {"os-frist-2019", "os-frist-tiltak"}
    before = (await events(client, path_of(stores, programme="ou2021")))["ou-fremdriftsplan"]
    # "Før 1. juli": the last day is the day before, and the words name the first.
    assert before.start == date(2021, 6, 30)
    assert "før 1. juli 2021" in before["SUMMARY"]


async def test_a_meeting_has_its_time_and_only_its_group_s_calendar_has_it(
    client: TestClient[Any, Any], stores: Stores, coordinator: Talk
) -> None:
    coordinator.act("meeting.saved", **(GROUP | PLAN))
    noted(stores)
    found = await events(client, path_of(stores, "osu-omstilling"))
    (meeting,) = found.values()
    assert meeting.start == datetime(2020, 12, 15, 8, tzinfo=UTC)
    assert meeting.end == datetime(2020, 12, 15, 10, 30, tzinfo=UTC)
    assert meeting["DTSTART"].to_ical() == b"20201215T080000Z"
    assert meeting["SUMMARY"] == "Møte i Arbeidsgruppe omstilling: Mandatet; mål, og mer"
    assert meeting["TRANSP"] == "OPAQUE"
    assert set(await events(client, path_of(stores))).isdisjoint(found)


@pytest.mark.parametrize(("day", "hours"), [("27.3.2021", 1), ("29.3.2021", 2), ("24.10.2021", 2), ("1.11.2021", 1)])
async def test_nine_o_clock_is_nine_o_clock_in_summer_and_winter(
    client: TestClient[Any, Any], stores: Stores, coordinator: Talk, day: str, hours: int
) -> None:
    coordinator.act("meeting.saved", **(GROUP | PLAN | {"day": day}))
    noted(stores)
    (meeting,) = (await events(client, path_of(stores, "osu-omstilling"))).values()
    there = meeting.start.astimezone(ZoneInfo("Europe/Oslo"))
    assert (there.utcoffset(), there.hour, there.minute) == (timedelta(hours=hours), 9, 0)


async def test_a_change_raises_the_sequence_and_a_cancelled_one_stays_as_cancelled(
    client: TestClient[Any, Any], stores: Stores, coordinator: Talk
) -> None:
    coordinator.act("meeting.saved", **(GROUP | PLAN))
    seen = []

    async def look(moment: datetime) -> None:
        noted(stores, moment)
        ((key, meeting),) = (await events(client, path_of(stores, "osu-omstilling"))).items()
        seen.append((key, int(meeting["SEQUENCE"]), str(meeting["STATUS"]), meeting.start.day, meeting.DTSTAMP))

    await look(NOW)
    await look(NOW + timedelta(hours=1))
    coordinator.act("meeting.saved", meeting="here:1", **(PLAN | {"day": "17.12.2020"}))
    await look(NOW + timedelta(hours=2))
    coordinator.act("meeting.noted", meeting="here:1", state="cancelled")
    await look(NOW + timedelta(hours=3))
    assert [one[:4] for one in seen] == [
        ("here:1", 0, "CONFIRMED", 15),
        ("here:1", 0, "CONFIRMED", 15),
        ("here:1", 1, "CONFIRMED", 17),
        ("here:1", 2, "CANCELLED", 17),
    ]
    assert seen[0][4] == seen[1][4] < seen[2][4] < seen[3][4]


async def test_a_milestone_that_a_file_takes_out_is_cancelled_and_may_come_back(
    client: TestClient[Any, Any], stores: Stores, tmp_path: Any
) -> None:
    noted(stores)
    full = (PROGRAMMES / "osu2020.yaml").read_text("utf-8")
    start = full.index("  - key: osu-kickoff\n")
    without = full[:start] + full[full.index("  - key: ", start + 10) :]
    # What refers to it goes with it.
    without = re.sub(r",? ?osu-kickoff(?=[],])|    conflicts_with: osu-kickoff\n", "", without)
    for text, status, sequence in ((without, "CANCELLED", 1), (full, "CONFIRMED", 2)):
        file = tmp_path / "osu2020.yaml"
        file.write_text(text, "utf-8")
        with stores.database.writing() as session:
            loading.load(session, programme_file.read(file))
        noted(stores, NOW + timedelta(days=sequence))
        event = (await events(client, path_of(stores)))["osu-kickoff"]
        assert (event["STATUS"], event["SEQUENCE"]) == (status, sequence)


async def test_asked_again_it_is_the_same_and_costs_nothing(client: TestClient[Any, Any], stores: Stores) -> None:
    noted(stores)
    path = path_of(stores)
    first = await client.get(path)
    tag = first.headers["ETag"]
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = await client.get(path, headers={"If-None-Match": tag})
    assert (again.status, await again.read()) == (304, b"")
    assert (await client.get(path, headers={"If-None-Match": '"other"'})).status == 200
    assert (await client.head(path)).headers["ETag"] == tag
    assert (await client.get(f"{path}?lang=en")).headers["ETag"] != tag


async def test_no_calendar_has_anybody_s_name(client: TestClient[Any, Any], stores: Stores, coordinator: Talk) -> None:
    Talk(coordinator.turns, "kari", NOW).act("workgroup.join", **GROUP)
    coordinator.act("meeting.saved", **(GROUP | PLAN))
    noted(stores)
    with stores.database.reading() as session:
        groups = ["", *(group.key for group in calendars.workgroups.every(session, "osu2020"))]
    for group in groups:
        body = icalendar.Calendar.from_ical(await (await client.get(path_of(stores, group))).text()).to_ical()
        assert not [name for name in NAMES if name in body.decode().replace("\r\n ", "")]
        assert b"ATTENDEE" not in body
        assert b"ORGANIZER" not in body


async def test_an_address_that_is_none_tells_nothing(client: TestClient[Any, Any], stores: Stores) -> None:
    noted(stores)
    path = path_of(stores)
    one = path.removesuffix(".ics")
    for wrong in ("/kalender/AAAAAAAAAAAAAAAA.ics", f"{one}/999999.ics", f"{one}/0.ics", "/kalender/x.ics"):
        assert (await client.get(wrong)).status == 404
    with stores.database.reading() as session:
        keys = {programmes.get(session, "osu2020").key}
    assert not [key for key in keys if key in path]


async def test_one_entry_is_a_file_to_download(client: TestClient[Any, Any], stores: Stores, employee: Talk) -> None:
    card = employee.act("calendar.add", milestone="osu-kickoff")
    links = [block.path for block in card.blocks if getattr(block, "path", "")]
    answer = await client.get(links[0])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kalender.ics"'
    assert set(await events(client, links[0])) == {"osu-kickoff"}
    assert len(await events(client, links[1])) == 5
    assert "osu-kickoff" not in links[0]
    # The same for everybody, whoever asks.
    assert employee.act("calendar.add").blocks[0] == card.blocks[1]


def test_what_has_no_days_is_said_to_have_no_place_in_a_calendar(employee: Talk) -> None:
    assert "kan ikke stå i en kalender" in employee.act("calendar.add", milestone="osu-involvering").as_text()


def test_every_milestone_card_and_every_meeting_leads_to_the_calendar(employee: Talk, coordinator: Talk) -> None:
    coordinator.act("meeting.saved", **(GROUP | PLAN))
    shown = [
        employee.act("milestone.next"),
        employee.act("milestone.list"),
        employee.act("milestone.when", milestones=["osu-kickoff"]),
        employee.act("group.meetings", **GROUP),
        employee.act("meeting.open", meeting="here:1"),
    ]
    assert all("calendar.add" in [button.action for button in card.buttons] for card in shown)


async def test_a_demos_calendar_has_an_address_that_can_be_copied(stores: Stores) -> None:
    """A calendar on this machine is given an address, and no path on a page."""
    app = make_app(stores, DemoClock(NOW - timedelta(hours=4)), "osu2020", local_url="http://127.0.0.1:3978")
    async with TestClient(TestServer(app)) as browser:
        await browser.get("/chat")
        payload = {"action": "calendar.add", "values": {"group": "osu-omstilling"}, "v": 1}
        sending = {"person": "1", "activity": "a" * 32, "language": "nb", "payload": payload, "inputs": {}}
        said = await (await browser.post("/chat", json=sending)).text()
        (address,) = set(re.findall(r"http://127\.0\.0\.1:3978(/kalender/[\w-]+\.ics)", said))
        assert (await browser.get(address)).content_type == "text/calendar"
