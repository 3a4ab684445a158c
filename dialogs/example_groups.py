"""What people see of groups' work, meetings, calendars and acting periods, played as the others of example_turns."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Protocol

from dialogs import acting, group_work, meeting_notices
from dialogs.card import Card, Language
from storage import group_work as works
from storage import meetings, programmes, workgroups
from storage.database import Session
from storage.people import Grant, Person

PROGRAMME, GROUP = "osu2020", {"group": "osu-omstilling"}
NOW = datetime(2020, 11, 24, 8, 0, tzinfo=UTC)
_PLAN = {
    "day": "15.12.2020",
    "starts": "09:00",
    "ends": "11:30",
    "title": "Mandat, arbeidsform og hvem som skal involveres i vårens leveranser",
    "place": "Kommunegården, møterom Fossegrimen, og på Teams",
    "involved": "Eldrerådet, ungdomsrådet og rådet for mennesker med funksjonsnedsettelse",
    "kind": "involvement",
    "form": "example",
}
_MEETING, _HELD = {"meeting": "here:example"}, {"meeting": "here:example-held"}
_RESULT = "Tre forslag er levert: felles mottak, ett turnusverktøy, og færre skjemaer for den som skal søke. " * 3


class Stage(Protocol):
    """Somebody with every role, and the card that they see."""

    session: Session
    person: Person
    language: Language
    shown: Card

    def act(self, action: str, values: Mapping[str, Any] | None = None) -> Card: ...


def scenes(stage: Stage, other: Person) -> Iterator[tuple[str, Card]]:
    """``other`` is somebody without a role."""
    yield from _meeting(stage, other)
    yield from _work(stage)
    yield from _acting(stage, other)


def _meeting(stage: Stage, other: Person) -> Iterator[tuple[str, Card]]:
    yield "group.meetings:none", stage.act("group.meetings", GROUP)
    yield "group.meetings:none at all", stage.act("group.meetings")
    yield "meeting.write", stage.act("meeting.write", GROUP)
    yield "meeting.saved:refused", stage.act("meeting.saved", {**GROUP, **_PLAN, "starts": "ni", "ends": ""})
    yield "meeting.saved", stage.act("meeting.saved", {**GROUP, **_PLAN})
    yield "group.meetings", stage.act("group.meetings", GROUP)
    yield "meeting.open", stage.act("meeting.open", _MEETING)
    yield "meeting.write:move", stage.act("meeting.write", _MEETING)
    yield "meeting.note", stage.act("meeting.note", _MEETING)
    yield (
        "meeting.noted:refused",
        stage.act("meeting.noted", {**_MEETING, "state": "held", "minutes": "på intranettet"}),
    )
    group = workgroups.get(stage.session, PROGRAMME, GROUP["group"])
    for what in ("called", "moved", "reminder", "cancelled"):
        known = meetings.get(stage.session, PROGRAMME, _MEETING["meeting"])
        yield f"meeting-{what}", meeting_notices.notice(group, known, what, stage.language)
    yield "meeting.noted:not yet", stage.act("meeting.noted", {**_MEETING, "state": "held"})
    stage.act("meeting.saved", {**GROUP, **_PLAN, "day": "24.11.2020", "form": "example-held"})
    minutes = {**_HELD, "state": "held", "papers": "20.11.2020", "minutes": "https://example.org/referat/24-11"}
    yield "meeting.noted", stage.act("meeting.noted", minutes)
    runner, stage.person = stage.person, other
    yield "meeting.open:held", stage.act("meeting.open", _HELD)
    yield "group.meetings:minutes", stage.act("group.meetings", {**GROUP, "of": "minutes"})
    stage.person = runner
    yield "calendar.add", stage.act("calendar.add")
    yield "calendar.add:meeting", stage.act("calendar.add", _MEETING)
    yield "calendar.add:milestone", stage.act("calendar.add", {"milestone": "osu-ikraft"})
    yield "calendar.add:no day", stage.act("calendar.add", {"milestone": "osu-involvering"})


def _work(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "group.work", stage.act("group.work", GROUP)
    too_long = {**GROUP, "state": "delivered", "result": _RESULT * 4}
    yield "group.work_saved:refused", stage.act("group.work_saved", too_long)
    yield "group.work_saved", stage.act("group.work_saved", {**GROUP, "state": "delivered", "result": _RESULT})
    group = workgroups.get(stage.session, PROGRAMME, GROUP["group"])
    work = works.of(stage.session, group)
    if work is not None:
        yield "group-work", group_work.notice(group, work, stage.language)
    yield "workgroup.about:work", stage.act("workgroup.about", GROUP)


def _acting(stage: Stage, other: Person) -> Iterator[tuple[str, Card]]:
    language, programme = stage.language, programmes.get(stage.session, PROGRAMME)
    ends = date(2020, 12, 31)
    grant = Grant(person_id=other.identity, programme_key=PROGRAMME, role="leader", ends_on=ends)
    yield "acting-begun", acting.begun(programme, grant, stage.person.name, language)
    yield "acting-ended", acting.ended(programme, "leader", stage.person.name, language)
    yield "acting-ended:nobody", acting.ended(programme, "coordinator", "", language)
    yield "acting-resting", acting.resting(programme, "input_handler", stage.person.name, language)
    yield "acting-gap", acting.nobody(programme, "leader", date(2021, 1, 1), language)
