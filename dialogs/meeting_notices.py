"""What members of a group are told of its meetings: called, moved, cancelled, minutes, and the day before."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs import meeting_words
from dialogs.card import Card, Language, in_each
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import demos, group_members, meetings, outbox, workgroups, working_days
from storage.database import Session
from storage.meetings import Known, MeetingState
from storage.programmes import Programme
from storage.workgroups import Workgroup
from storage.working_days import DAY

#: The last working day before a meeting its members are reminded at this hour, in the organisation's zone.
REMINDED_AT = time(9)
#: Days ahead that are looked at: no run of days off is longer.
LONGEST_BREAK = timedelta(days=14)
#: Days ahead in which it is told when members will be reminded.
AS_FAR_AS = timedelta(days=366)


def tell(session: Session, turn: Turn, group: Workgroup, known: Known, what: str) -> int:
    """Owes the members the news of a meeting, but for who brings it; returns to how many."""
    programme, now = turn.programme, turn.now
    cards = in_each(lambda language: notice(group, known, what, language))
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards)
    key = f"meeting:{programme.key}:{known.meeting.key}:{what}:{now.isoformat()}"
    those = [one for one in group_members.told(session, group, now) if one != turn.person.id]
    return outbox.owe_each(session, those, message, key, now)


def news(before: tuple[MeetingState, str], known: Known) -> str:
    """What members are told of a change; nothing where it is none of theirs."""
    state, minutes = before
    if known.minutes and known.minutes != minutes:
        return "minutes"
    if known.state is MeetingState.CANCELLED and state is not known.state:
        return "cancelled"
    return "again" if known.state is MeetingState.PLANNED and state is MeetingState.CANCELLED else ""


def notice(group: Workgroup, known: Known, what: str, language: Language) -> Card:
    title, values = meeting_words.title(known.meeting, group, language), {"meeting": known.meeting.key}
    return Card(
        title=say(language, f"meetings.notice.{what}", meeting=title),
        blocks=meeting_words.blocks(known, language),
        buttons=(
            *((offer(language, "calendar.add", values),) if known.state is not MeetingState.CANCELLED else ()),
            offer(language, "group.meetings", {"group": group.key}),
            *offers(language, "quiet.show"),
        ),
        language=language,
        subject={"group": group.key},
    )


def queue_meeting_reminders(session: Session, programme: Programme, now: datetime) -> int:
    """The last working day before, from nine o'clock on, and until the meeting's own day begins; returns to how many it
    owes a reminder."""
    zone = ZoneInfo(programme.timezone)
    local = now.astimezone(zone)
    if local.time() < REMINDED_AT:
        return 0
    told = 0
    for known in meetings.between(session, programme.key, local.date() + DAY, local.date() + LONGEST_BREAK):
        # Whoever is invited to a demo is reminded of it by dialogs/demo_notices.py.
        is_planned = known.state is MeetingState.PLANNED and not demos.is_demo(known.meeting.key)
        day = known.meeting.first_day
        if day is not None and is_planned and working_days.on_or_before(day - DAY) <= local.date():
            told += _remind(session, programme, known, datetime.combine(day, time(), zone), now)
    return told


def coming(session: Session, programme: Programme, now: datetime, language: Language) -> Iterator[tuple[datetime, str]]:
    """When members will be reminded after ``now``, and of which meeting, as far as meetings are called."""
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    for known in meetings.between(session, programme.key, today, today + AS_FAR_AS):
        day = known.meeting.first_day
        if day is None or known.state is not MeetingState.PLANNED or demos.is_demo(known.meeting.key):
            continue
        at = datetime.combine(working_days.on_or_before(day - DAY), REMINDED_AT, zone)
        group = workgroups.get(session, programme.key, known.meeting.workgroup_key)
        if at > now and group_members.told(session, group, now):
            yield at, meeting_words.title(known.meeting, group, language)


def _remind(session: Session, programme: Programme, known: Known, day: datetime, now: datetime) -> int:
    """Once for each person, meeting and day: one that is moved is reminded of again."""
    group = workgroups.get(session, programme.key, known.meeting.workgroup_key)
    key = f"meeting:{programme.key}:{known.meeting.key}:reminder:{day.date().isoformat()}"
    those = [one for one in group_members.told(session, group, now) if not outbox.is_owed(session, f"{key}:{one}")]
    if not those:
        return 0
    cards = in_each(lambda language: notice(group, known, "reminder", language))
    starts = time.fromisoformat(known.meeting.starts_at) if known.meeting.starts_at else time(12)
    useful_until = datetime.combine(day.date(), starts, day.tzinfo)
    message = outbox.write(session, programme.key, outbox.Kind.REMINDER, cards, useful_until, gathers_at=now)
    return outbox.owe_each(session, those, message, key, now)
