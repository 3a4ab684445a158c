"""For those who handle inputs: how many nobody has looked at for longer than the programme promised, and nothing else.
Whoever wrote them is nobody that could be told."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs.card import Card, Language, Text, in_each
from dialogs.offers import offers
from dialogs.words import say_many
from storage import answer_promises, input_queue, occurrences, outbox, people
from storage.anonymous_input import InputStore, week_of
from storage.database import Session
from storage.input_queue import Only
from storage.input_statuses import Status
from storage.people import Person
from storage.programmes import Programme
from storage.quiet_hours import is_free_day

#: On Mondays, or the next working day, at this hour of the programme's zone.
TOLD_AT = time(9)
USEFUL_FOR = timedelta(days=4)


def queue_input_reminders(session: Session, store: InputStore, programme: Programme, now: datetime) -> int:
    """Reminds the handlers once a week of what has waited too long; returns how many it owes that. All inputs of a week
    count alike, so that it says nothing of when one came."""
    weeks = answer_promises.input_weeks(programme)
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    due = datetime.combine(today - timedelta(days=today.weekday()), TOLD_AT, zone)
    schedule = f"input-reminders:{programme.key}"
    if weeks is None or is_free_day(today) or now < datetime.combine(today, TOLD_AT, zone):
        return 0
    if occurrences.is_recorded(session, schedule, due):
        return 0
    handlers = people.holders(session, programme.key, "input_handler")
    count = _waiting(session, store, handlers[0], programme, due.date(), weeks) if handlers else 0
    if not count or not occurrences.record(session, schedule, due):
        return 0
    cards = in_each(lambda language: reminder(programme, count, weeks, language))
    message = outbox.write(session, programme.key, outbox.Kind.DIGEST, cards, now + USEFUL_FOR, gathers_at=now)
    return outbox.owe_each(session, [one.identity for one in handlers], message, f"{schedule}:{due.isoformat()}", now)


def reminder(programme: Programme, count: int, weeks: int, language: Language) -> Card:
    return Card(
        title=say_many(language, "input_queue.late.title", count, programme=programme.name),
        blocks=(Text(text=say_many(language, "input_queue.late.text", weeks)),),
        buttons=offers(language, "input.read", "quiet.show"),
        language=language,
    )


def _waiting(
    session: Session, store: InputStore, handler: Person, programme: Programme, monday: date, weeks: int
) -> int:
    """How many came in a week that ended so many weeks ago or before, and are as they came."""
    last = week_of(monday - timedelta(weeks=weeks + 1))
    queue = input_queue.queue(store, session, handler, programme.key, Only(status=Status.RECEIVED))
    return sum(case.input.week <= last for case in queue)
