"""Leaders are reminded of what was to be decided and nobody has recorded: once, then weekly at most."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs import saying_dates
from dialogs.card import Button, Card, Language, Text, in_each
from dialogs.offers import offers, short
from dialogs.words import say, told
from storage import coming_decisions, occurrences, outbox, people
from storage.coming_decisions import Coming
from storage.database import Session
from storage.people import Person
from storage.programmes import Programme
from storage.quiet_hours import is_free_day

#: On working days at this hour in the organisation's zone.
ASKED_AT = time(9)
#: Days between two reminders of one decision, and for how many days after its day there are any.
BETWEEN, LONGEST = 7, 84
USEFUL_FOR = timedelta(days=2)


def queue_unrecorded_decisions(session: Session, programme: Programme, now: datetime) -> int:
    """Reminds whoever prepares the decision, or else the leaders; returns to how many it owes something."""
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    due = datetime.combine(today, ASKED_AT, zone)
    if is_free_day(today) or now < due:
        return 0
    those = [one for one in coming_decisions.every(session, programme.key) if one.is_unrecorded(today)]
    return sum(_remind(session, programme, one, due, now) for one in those if _is_recent(one, today))


def reminder(one: Coming, language: Language) -> Card:
    """What was to be decided and when, and the way to recording it."""
    row = one.milestone
    when = saying_dates.when(language, row)
    return Card(
        title=say(language, f"decision_log.reminder.{one.kind}"),
        blocks=(
            Text(text=told(row.title, language), style="strong"),
            Text(text=say(language, "decision_log.reminder.text", when=when)),
        ),
        buttons=(
            Button(
                title=short(say(language, "decision_log.reminder.open", title=told(row.title, language))),
                action="decision.entry",
                values={"coming": row.key},
                style="primary",
            ),
            *offers(language, "decision.log"),
        ),
        language=language,
    )


def _is_recent(one: Coming, today: date) -> bool:
    """What was to be decided long ago, before anybody had the bot, is nobody's to record now."""
    last = one.milestone.last_day
    return last is not None and (today - last).days <= LONGEST


def _remind(session: Session, programme: Programme, one: Coming, due: datetime, now: datetime) -> int:
    schedule = f"decision:unrecorded:{programme.key}:{one.milestone.key}"
    before = occurrences.latest(session, schedule, due)
    is_soon = before is not None and (due.date() - before.astimezone(due.tzinfo).date()).days < BETWEEN
    those = [person.identity for person in _responsible(session, one)]
    if is_soon or not those or not occurrences.record(session, schedule, due):
        return 0
    cards = in_each(lambda language: reminder(one, language))
    message = outbox.write(session, programme.key, outbox.Kind.REMINDER, cards, now + USEFUL_FOR, gathers_at=now)
    return outbox.owe_each(session, those, message, f"{schedule}:{due.date().isoformat()}", now)


def _responsible(session: Session, one: Coming) -> list[Person]:
    """Whoever has begun to prepare it, while they are a leader; else all leaders."""
    leaders = people.holders(session, one.milestone.programme_key, "leader")
    preparing = [person for person in leaders if one.decision is not None and person.id == one.decision.made_by]
    return preparing or leaders
