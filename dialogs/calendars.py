"""Calendars: where they are found, as a card, and what an entry says in words."""

from dataclasses import dataclass

from dialogs import meeting_words, saying_dates
from dialogs.asked import keys
from dialogs.card import Card, Language, Span, Text, Written
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import calendars, meetings, milestones, said_dates, workgroups
from storage.calendars import WHOLE, Calendar, CalendarEntry
from storage.database import Session
from storage.meetings import Meeting, MeetingKind
from storage.milestones import DATED, Precision
from storage.workgroups import Openness, Workgroup

#: An entry of these stands over days of which nobody knows the one that is meant.
DAY_UNKNOWN = (Precision.MONTH, Precision.SEASON)


@dataclass(frozen=True)
class Said:
    """An entry in words. ``link`` is empty where it has none."""

    summary: str
    description: str
    link: str = ""


def add(session: Session, turn: Turn) -> Card:
    """The calendar of a group or of the programme, and the one entry asked about: to download, and to subscribe to."""
    language, programme = turn.language, turn.programme
    group, entry, what = _asked(session, turn)
    key = calendars.link(session, programme.key, group.key if group else WHOLE)
    whose = meeting_words.named(group, language) if group else programme.name
    ask = f"?lang={language}" if language != "nb" else ""
    one: tuple[Text | Written, ...] = ()
    if entry is not None:
        label = say(language, "calendars.one", what=what)
        one = (_link(turn, label, f"/kalender/{key}/{entry.id}.ics{ask}"),)
    elif what:
        one = (Text(text=say(language, "calendars.no_day", what=what)),)
    return Card(
        title=say(language, "calendars.title", whose=whose),
        blocks=(
            *one,
            _link(turn, say(language, "calendars.subscribe", whose=whose), f"/kalender/{key}.ics{ask}"),
            Text(text=say(language, "calendars.how")),
            Text(text=say(language, "calendars.what"), style="quiet"),
        ),
        buttons=(
            *((offer(language, "group.meetings", {"group": group.key}),) if group else ()),
            *offers(language, "milestone.list"),
        ),
        language=language,
        subject={"group": group.key} if group else None,
    )


def name(calendar: Calendar, language: Language) -> str:
    """What the calendar is called where somebody has several."""
    if calendar.group is None:
        return calendar.programme.name
    return f"{calendar.programme.name}: {saying_dates.capitalised(told(calendar.group, language))}"


def said(entry: CalendarEntry, language: Language) -> Said:
    """What an entry says: of a month or a season also that the day is not known, whatever a calendar draws."""
    state = entry.state
    when = _when(entry, language)
    if state["kind"] == "meeting":
        title = _meeting_title(entry, language)
        involved = ", ".join(told(one, language) for one in state["involved"])
        lines = [say(language, "calendars.with", involved=involved)] if involved else []
        lines += [f"{say(language, 'meetings.minutes')}: {state['minutes']}"] if state["minutes"] else []
    else:
        title, lines = told(state["title"], language), []
    precision = Precision(state["precision"])
    if precision in DAY_UNKNOWN:
        title = say(language, "calendars.some_day", what=title, span=when)
        lines.insert(0, say(language, "calendars.day_unknown", span=when))
    elif precision in milestones.DEADLINES:
        title = say(language, "calendars.deadline", what=title, when=when)
    return Said(title, "\n".join(lines), state.get("minutes") or "")


def _asked(session: Session, turn: Turn) -> tuple[Workgroup | None, CalendarEntry | None, str]:
    """Whose calendar, which entry of it, and what that is called."""
    programme, language = turn.programme.key, turn.language
    if turn.value("meeting"):
        known = meetings.get(session, programme, turn.value("meeting"))
        group = workgroups.get(session, programme, known.meeting.workgroup_key)
        _see_to(session, turn, known.meeting.precision)
        entry = calendars.entry_of(session, programme, calendars.meeting_key(known.meeting.key))
        return group, entry, meeting_words.title(known.meeting, group, language)
    wanted = keys(turn, "milestones", "milestone")
    row = next((one for one in milestones.every(session, programme) if wanted == [one.key]), None)
    if row is not None:
        _see_to(session, turn, row.precision)
        return None, calendars.entry_of(session, programme, calendars.milestone_key(row.key)), told(row.title, language)
    groups = {group.key: group for group in workgroups.every(session, programme)}
    found = [groups[key] for key in keys(turn, "groups", "group") if key in groups]
    return (found[0] if len(found) == 1 else None), None, ""


def _see_to(session: Session, turn: Turn, precision: Precision) -> None:
    """What was planned a moment ago is to be there when its link is pressed."""
    if precision in DATED:
        calendars.note(session, turn.programme, turn.now)


def _link(turn: Turn, label: str, path: str) -> Text | Written:
    """A link where it is known where browsers reach the bot; else the address to be copied into a calendar, which the
    web chat can follow."""
    if not turn.public_url.startswith("https://"):
        return Text(text=f"{label}: {turn.public_url or turn.local_url}{path}", path=path)
    return Written(lines=((Span(text=label, address=f"{turn.public_url}{path}"),),))


def _when(entry: CalendarEntry, language: Language) -> str:
    row = said_dates.as_milestone(entry.state)
    if row.precision is Precision.MONTH and row.first_day is not None:
        return saying_dates.month(language, row.first_day)
    return saying_dates.when(language, row)


def _meeting_title(entry: CalendarEntry, language: Language) -> str:
    state = entry.state
    of = state["of"]
    group = Workgroup(programme_key="", key="", openness=Openness.APPOINTED, title=of["title"], number=of["number"])
    meeting = Meeting(
        programme_key="",
        workgroup_key="",
        key="",
        kind=MeetingKind(state["meeting"]),
        title=state["title"],
        precision=Precision(state["precision"]),
    )
    return meeting_words.title(meeting, group, language)
