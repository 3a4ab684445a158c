"""For those who take whistleblowing notifications: that one waits, and nothing of what it says, whose it is or when it
came."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs.card import Card, Language, Text, in_each
from dialogs.offers import offers
from dialogs.words import say
from storage import occurrences, outbox, people, whistleblowing
from storage.anonymous_input import InputStore
from storage.database import Session
from storage.input_release import NOTIFICATION_WEEKDAYS
from storage.programmes import Programme
from storage.quiet_hours import is_free_day

#: On the days on which notifications are released, at this hour of the programme's zone; where that day is free, on the
#: next working day.
TOLD_AT = time(9)


def queue_notifications(session: Session, store: InputStore, programme: Programme, now: datetime) -> int:
    """Tells each recipient, once for each of those days, that something waits for an answer, whether it came since or
    has waited longer; returns how many it owes that. So neither its being sent nor its absence says when one came."""
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    due = datetime.combine(_last_day(today), TOLD_AT, zone)
    if is_free_day(today) or now < max(due, datetime.combine(today, TOLD_AT, zone)):
        return 0
    schedule = f"notifications:{programme.key}"
    if occurrences.is_recorded(session, schedule, due) or not whistleblowing.waits(store, programme.key):
        return 0
    readers = people.holders(session, programme.key, whistleblowing.ROLE)
    if not readers or not occurrences.record(session, schedule, due):
        return 0
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, in_each(told))
    key = f"{schedule}:{due.isoformat()}"
    return sum(outbox.owe(session, one, message, f"{key}:{one.identity}", now=now) for one in readers)


def told(language: Language) -> Card:
    return Card(
        title=say(language, "whistleblowing.waits.title"),
        blocks=(Text(text=say(language, "whistleblowing.waits.text")),),
        buttons=offers(language, "whistleblowing.read", "help"),
        language=language,
    )


def _last_day(today: date) -> date:
    while today.weekday() not in NOTIFICATION_WEEKDAYS:
        today -= timedelta(days=1)
    return today
