"""What the clock sends: reminders of milestones, and the top 5 at its hour."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import saying_dates
from dialogs.card import LANGUAGES, Button, Card, Language, Text
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import digests, initiatives, milestones, occurrences, outbox
from storage.database import Session
from storage.initiatives import next_hour
from storage.milestones import Milestone, Precision
from storage.programmes import Programme
from storage.quiet_hours import is_free_day
from storage.refusals import Refused

#: A reminder goes out the day before, or on the last working day before that, at this hour in the organisation's zone.
REMINDED_BEFORE = timedelta(days=1)
REMINDED_AT = time(9)
#: A month or a season has no day to be reminded before.
REMINDED = (Precision.DAY, Precision.DAY_RANGE, Precision.BY_DAY, Precision.BEFORE_DAY)


def queue_milestone_reminders(session: Session, programme: Programme, now: datetime) -> int:
    """Owes everyone the reminders that are due and still of use; returns how many are new."""
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    new = 0
    for milestone in _reminded(session, programme, now):
        due_at = _due(milestone, zone)
        schedule = f"reminder:{programme.key}:{milestone.key}"
        if due_at <= now and occurrences.record(session, schedule, due_at):
            cards = _cards(milestone, programme, today)
            # How far off it is holds for this day only.
            tonight = datetime.combine(today + timedelta(days=1), time(), zone)
            message = outbox.write(session, programme.key, outbox.Kind.REMINDER, cards, tonight)
            outbox.owe_everyone(session, programme.key, message, f"{schedule}:{due_at.isoformat()}")
            new += 1
    return new


def coming(session: Session, programme: Programme, now: datetime, language: Language) -> list[tuple[datetime, str]]:
    """What the clock will send after ``now``, and when, the soonest first."""
    zone = ZoneInfo(programme.timezone)
    found = [
        (_due(milestone, zone), say(language, "reminders.what.reminder", milestone=milestone.title))
        for milestone in _reminded(session, programme, now)
    ]
    if initiatives.top(session, programme.key):
        found.append((next_hour(now, zone), say(language, "reminders.what.top_list")))
    found += [
        (digests.next_due(frequency, weekday, now, zone), say(language, "reminders.what.digest"))
        for frequency, weekday in digests.wanted(session, programme.key)
    ]
    return sorted(entry for entry in found if entry[0] > now)


def ahead(session: Session, turn: Turn) -> Card:
    """In the demo, for leaders: what comes next, and buttons to let the clock run there."""
    turn.person.must_be(session, "leader", turn.programme.key)
    if not turn.is_demo:
        raise Refused("guide.decline", programme=turn.programme.name)
    entries = coming(session, turn.programme, turn.now, turn.language)
    lines = [
        Text(
            text=say(
                turn.language,
                "reminders.ahead.next",
                what=what,
                moment=saying_dates.moment(turn.language, at, turn.zone),
            )
        )
        for at, what in entries[:1]
    ]
    steps = [("day", turn.now + timedelta(days=1)), ("week", turn.now + timedelta(days=7))]
    if entries:
        steps.insert(0, ("next", entries[0][0]))
    return Card(
        title=say(
            turn.language, "reminders.ahead.title", moment=saying_dates.moment(turn.language, turn.now, turn.zone)
        ),
        blocks=tuple(lines) or (Text(text=say(turn.language, "reminders.none")),),
        buttons=(*(_step(turn.language, name, to) for name, to in steps), *offers(turn.language, "help")),
        language=turn.language,
    )


def _reminded(session: Session, programme: Programme, now: datetime) -> Iterator[Milestone]:
    today = now.astimezone(ZoneInfo(programme.timezone)).date()
    for milestone in milestones.coming_up(session, programme.key, today):
        # Reminded of once it has begun, a range or a long deadline would be no news.
        if milestone.precision in REMINDED and milestone.first_day and milestone.first_day >= today:
            yield milestone


def _due(milestone: Milestone, zone: ZoneInfo) -> datetime:
    assert milestone.first_day is not None
    day = milestone.first_day - REMINDED_BEFORE
    while is_free_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, REMINDED_AT, zone)


def _cards(milestone: Milestone, programme: Programme, today: date) -> dict[str, Any]:
    return {language: reminder(milestone, language, today).model_dump(mode="json") for language in LANGUAGES}


def reminder(milestone: Milestone, language: Language, today: date) -> Card:
    """What everyone gets before a milestone."""
    values = {"on": False, "topic": "reminders"}
    return Card(
        title=say(language, "reminders.title", milestone=milestone.title),
        blocks=(Text(text=saying_dates.capitalised(_said(language, milestone, today))),),
        # The reminder itself stays: it says when the milestone is.
        buttons=(
            *offers(language, "milestone.list"),
            Button(title=say(language, "reminders.off"), action="subscription.set", values=values),
        ),
        language=language,
        subject={"milestone": milestone.key},
    )


def _said(language: Language, milestone: Milestone, today: date) -> str:
    said, far = saying_dates.when(language, milestone), saying_dates.how_far(language, milestone, today)
    return f"{said} ({far})" if far else said


def _step(language: Language, name: str, to: datetime) -> Button:
    title = say(language, f"reminders.ahead.button.{name}")
    return Button(title=title, action="clock.go", values={"to": to.isoformat()}, replaces=True)
