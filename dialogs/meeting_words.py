"""How a meeting is said: what it is called, when it is, with whom, and what became of it."""

from dialogs import saying_dates
from dialogs.card import Facts, Language, Span, Text, Written
from dialogs.words import say, told
from storage.meetings import Known, Meeting, MeetingState
from storage.milestones import Milestone
from storage.workgroups import Workgroup


def named(group: Workgroup, language: Language) -> str:
    """The group with its number, where it has one."""
    title = saying_dates.capitalised(told(group.title, language))
    return say(language, "workgroups.numbered", number=group.number, title=title) if group.number else title


def title(meeting: Meeting, group: Workgroup, language: Language) -> str:
    """ "Møte i Arbeidsgruppe omstilling: Mandatet"."""
    said = say(language, f"meetings.kind.{meeting.kind}", group=named(group, language))
    own = told(meeting.title, language)
    return f"{said}: {own}" if own else said


def when(meeting: Meeting, language: Language) -> str:
    """The day with its time, as exactly as both are known."""
    row = Milestone(
        programme_key="",
        key="",
        title={},
        precision=meeting.precision,
        first_day=meeting.first_day,
        last_day=meeting.last_day,
        said_day=meeting.said_day,
        word=meeting.word,
    )
    said = saying_dates.when(language, row)
    if meeting.starts_at is None:
        return said
    if meeting.ends_at is None:
        return say(language, "meetings.at", day=said, start=meeting.starts_at)
    return say(language, "meetings.from_to", day=said, start=meeting.starts_at, end=meeting.ends_at)


def line(known: Known, group: Workgroup, language: Language) -> tuple[str, str]:
    """One meeting in a list: what became of it is told where it is not planned any more."""
    said = saying_dates.capitalised(when(known.meeting, language))
    if known.state is not MeetingState.PLANNED:
        said = f"{said} ({say(language, f'meetings.state.{known.state}')})"
    return title(known.meeting, group, language), said


def blocks(known: Known, language: Language) -> tuple[Facts | Text | Written, ...]:
    meeting = known.meeting
    involved = ", ".join(told(one, language) for one in meeting.involved)
    papers = known.record.papers_on if known.record else None
    rows = {
        "when": saying_dates.capitalised(when(meeting, language)),
        "place": meeting.place or say(language, "meetings.no_place"),
        "with": involved,
        "state": say(language, f"meetings.state.{known.state}"),
        "papers": saying_dates.day(language, papers) if papers else "",
    }
    facts = tuple((say(language, f"meetings.fact.{name}"), value) for name, value in rows.items() if value)
    return Facts(facts=facts), *_minutes(known, language)


def _minutes(known: Known, language: Language) -> tuple[Text | Written, ...]:
    if known.minutes:
        return (Written(lines=((Span(text=say(language, "meetings.minutes"), address=known.minutes),),)),)
    if known.state is MeetingState.HELD:
        return (Text(text=say(language, "meetings.no_minutes")),)
    return ()
