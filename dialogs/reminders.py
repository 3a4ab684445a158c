"""What the clock sends: reminders of milestones, and the top 5 at its hour."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import foretold, meeting_notices, promises, risk_notices, saying_dates
from dialogs.card import LANGUAGES, Button, Card, Language, Text, in_each
from dialogs.disagreements import warnings
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import (
    broadcasts,
    coming_decisions,
    digests,
    initiatives,
    milestones,
    occurrences,
    outbox,
    personal_reminders,
    plan_changes,
    planned,
    quiet_hours,
    rhythms,
    working_days,
)
from storage.database import Session
from storage.milestones import DEADLINES, NOT_PLANNED, REMINDED, Milestone
from storage.plan_changes import PlanChange, What
from storage.programmes import Programme
from storage.refusals import Refused

#: A reminder goes out so many days before, or on the last working day before that, at this hour in the
#: organisation's zone.
REMINDED_BEFORE = 1
REMINDED_AT = time(9)
#: How long it is news that a milestone was moved.
MOVED_USEFUL_FOR = timedelta(days=7)


def queue_milestone_reminders(session: Session, programme: Programme, now: datetime) -> int:
    """Owes everyone the reminders that are due; returns how many are new. What nobody was awake for is owed too, and
    counted as too late by then: its report says so."""
    zone = ZoneInfo(programme.timezone)
    new = 0
    for milestone in (*_reminded(session, programme, now), *_missed(session, programme, now)):
        assert milestone.first_day is not None
        today = min(now.astimezone(zone).date(), milestone.first_day)
        due_at = _due(milestone, zone)
        schedule = f"reminder:{programme.key}:{milestone.key}"
        if due_at <= now and occurrences.record(session, schedule, due_at):
            cards = _cards(session, milestone, today)
            # How far off it is holds for this day only.
            tonight = datetime.combine(today + timedelta(days=1), time(), zone)
            message = outbox.write(
                session,
                programme.key,
                outbox.Kind.REMINDER,
                cards,
                tonight,
                gathers_at=now,
                is_unasked=milestone.precision not in DEADLINES,
            )
            broadcasts.owe_everyone(session, programme.key, message, f"{schedule}:{due_at.isoformat()}", now)
            new += 1
    return new


def queue_personal_reminders(session: Session, programme: Programme, now: datetime) -> int:
    """Owes the next people the reminders that they asked for; returns how many. Of use until the milestone's day."""
    zone = ZoneInfo(programme.timezone)
    for milestone in _reminded(session, programme, now):
        assert milestone.first_day is not None
        for days in personal_reminders.DAYS:
            due_at = _due(milestone, zone, days)
            those = personal_reminders.waiting(session, milestone, days) if due_at <= now else []
            if those:
                useful_until = datetime.combine(milestone.first_day, time(), zone)
                cards = {language: own(session, milestone, language).model_dump(mode="json") for language in LANGUAGES}
                message = outbox.write(
                    session, programme.key, outbox.Kind.PERSONAL_REMINDER, cards, useful_until, gathers_at=now
                )
                outbox.owe_each(session, those, message, f"personal:{milestone.key}:{milestone.first_day}:{days}", now)
                personal_reminders.mark_told(session, milestone, those)
                return len(those)
    return 0


def queue_moved(session: Session, programme: Programme, now: datetime) -> int:
    """Tells those who were reminded of a milestone that it was moved; returns how many moves were told."""
    today = now.astimezone(ZoneInfo(programme.timezone)).date()
    new = 0
    for change in plan_changes.between(session, programme.key, now - MOVED_USEFUL_FOR, now):
        if change.what == What.MOVED and occurrences.record(session, f"moved:{change.id}", change.noticed_at):
            new += _tell_moved(session, programme, change, today, now)
    return new


def _tell_moved(session: Session, programme: Programme, change: PlanChange, today: date, now: datetime) -> int:
    before, after = (plan_changes.as_milestone(state or {}) for state in (change.before, change.after))
    days = [row.last_day for row in (before, after) if row.last_day]
    if not days or max(days) < today:
        return 0
    cards = in_each(lambda language: moved(change.key, before, after, language))
    useful_until, key = now + MOVED_USEFUL_FOR, f"moved:{programme.key}:{change.id}"
    schedule = f"reminder:{programme.key}:{change.key}"
    if before.first_day and occurrences.is_recorded(session, schedule, _due(before, ZoneInfo(programme.timezone))):
        message = outbox.write(session, programme.key, outbox.Kind.REMINDER, cards, useful_until, gathers_at=now)
        broadcasts.owe_everyone(session, programme.key, message, key, now)
        return 1
    those = personal_reminders.told(session, programme.key, change.key)
    if those:
        message = outbox.write(
            session, programme.key, outbox.Kind.PERSONAL_REMINDER, cards, useful_until, gathers_at=now
        )
        outbox.owe_each(session, those, message, key, now)
    return int(bool(those))


def choose(session: Session, turn: Turn) -> Card:
    """How many days before a milestone one wants to be reminded of it."""
    milestone = _milestone(session, turn)
    row = personal_reminders.find(session, turn.person, milestone)
    lines = [saying_dates.capitalised(_said(turn.language, milestone, turn.today))]
    if turn.values.get("typed"):
        lines.append(say(turn.language, "reminders.choose.other_day"))
    return Card(
        title=say(turn.language, "reminders.choose.title", milestone=milestone.title),
        blocks=(*(Text(text=line) for line in lines), *warnings(session, turn.language, [milestone])),
        buttons=(*_choices(turn, milestone), *((_forget(turn.language, milestone),) if row else ())),
        language=turn.language,
        subject={"milestone": milestone.key},
    )


def set_own(session: Session, turn: Turn) -> Card:
    """Reminds of the milestone as many days before as the button says; with none of it no more."""
    milestone, days = _milestone(session, turn), turn.values.get("days")
    language = turn.language
    if turn.values.get("typed") and days not in personal_reminders.DAYS:
        return choose(session, turn).model_copy(update={"did": "set_subscription", "outcome": "clarify"})
    if days == 0:
        personal_reminders.forget(session, turn.person, turn.programme.key, milestone.key)
        title, said = say(language, "reminders.own.off", milestone=milestone.title), []
        buttons = offers(language, "milestone.list", "help")
    else:
        row = personal_reminders.remind(session, turn.person, milestone, days if type(days) is int else -1, turn.today)
        title = say(language, "reminders.own.on", milestone=milestone.title)
        said = _when_it_comes(session, turn, milestone, row.days_before)
        buttons = (_forget(language, milestone), *offers(language, "quiet.show", "help"))
    return Card(
        title=title,
        blocks=tuple(Text(text=text) for text in said),
        buttons=buttons,
        language=language,
        did="set_subscription",
        outcome="done",
        subject={"milestone": milestone.key},
    )


def _when_it_comes(session: Session, turn: Turn, milestone: Milestone, days_before: int) -> list[str]:
    """The moment at which it will be sent, out of the person's quiet time, and why it is not the day that was chosen.
    Raises Refused where their quiet time is over too late."""
    assert milestone.first_day is not None
    language, wished = turn.language, milestone.first_day - timedelta(days=days_before)
    due = _due(milestone, turn.zone, days_before)
    ready, hours = max(due, turn.now), quiet_hours.of(session, turn.person)
    comes = quiet_hours.quiet_until(hours.hours, ready, turn.zone, hours.snoozed_until) or ready
    if comes >= datetime.combine(milestone.first_day, time(), turn.zone):
        raise Refused("refused.reminder.quiet")
    moment = saying_dates.moment(language, comes, turn.zone)
    said = [say(language, "reminders.own.text", moment=moment)]
    if due > turn.now and due.astimezone(turn.zone).date() != wished:
        day = saying_dates.capitalised(saying_dates.day(language, wished, weekday=True))
        said.append(say(language, "reminders.own.free_day", day=day))
    return said


def own(session: Session, milestone: Milestone, language: Language) -> Card:
    """What whoever asked for it gets. It may wait until their quiet time is over, so it says no "in two days"."""
    return Card(
        title=say(language, "reminders.title", milestone=milestone.title),
        blocks=(
            Text(text=saying_dates.capitalised(saying_dates.when(language, milestone))),
            *warnings(session, language, [milestone]),
        ),
        buttons=offers(language, "milestone.list", "quiet.show"),
        language=language,
        subject={"milestone": milestone.key},
    )


def moved(key: str, before: Milestone, after: Milestone, language: Language) -> Card:
    """What those get who were reminded of a milestone that was moved then."""
    was, will_be = (saying_dates.when(language, row) for row in (before, after))
    return Card(
        title=say(language, "reminders.moved.title", milestone=after.title),
        blocks=(Text(text=say(language, "reminders.moved.text", before=was, after=will_be), style="strong"),),
        buttons=offers(language, "milestone.list", "settings"),
        language=language,
        subject={"milestone": key},
    )


def _milestone(session: Session, turn: Turn) -> Milestone:
    """The milestone that the button means. Raises Refused where there is none, or none that has a day."""
    rows = {row.key: row for row in _reminded(session, turn.programme, turn.now)}
    milestone = rows.get(turn.value("milestone"))
    if milestone is None:
        raise Refused("refused.reminder.milestone")
    return milestone


def _choices(turn: Turn, milestone: Milestone) -> tuple[Button, ...]:
    assert milestone.first_day is not None
    left = (milestone.first_day - turn.today).days
    return tuple(
        Button(
            title=say_many(turn.language, "reminders.choose.days", days),
            action="reminder.set",
            values={"milestone": milestone.key, "days": days},
            replaces=True,
        )
        for days in personal_reminders.DAYS
        if days <= left
    )


def _forget(language: Language, milestone: Milestone) -> Button:
    values = {"milestone": milestone.key, "days": 0}
    return Button(title=say(language, "reminders.own.forget"), action="reminder.set", values=values, replaces=True)


def coming(session: Session, programme: Programme, now: datetime, language: Language) -> list[tuple[datetime, str]]:
    """What the clock will send after ``now``, and when, the soonest first."""
    zone = ZoneInfo(programme.timezone)
    found = [
        (_due(milestone, zone), say(language, "reminders.what.reminder", milestone=milestone.title))
        for milestone in _reminded(session, programme, now)
    ]
    if initiatives.top(session, programme.key):
        following = next(rhythms.coming(rhythms.of(session, programme.key), now, zone), None)
        found += [(following, say(language, "reminders.what.top_list"))] if following else []
    found += [
        (digests.next_due(frequency, weekday, now, zone), say(language, "reminders.what.digest"))
        for frequency, weekday in digests.wanted(session, programme.key)
    ]
    found += [
        (row.send_at, say(language, "reminders.what.announcement", title=row.title))
        for row in planned.coming(session, programme.key)
        if row.send_at is not None
    ]
    found += [
        (at, say(language, "reminders.what.meeting", meeting=title))
        for at, title in meeting_notices.coming(session, programme, now, language)
    ]
    found += [(at, say(language, "reminders.what.promises")) for at in promises.coming(session, programme, now)]
    found += [
        (at, say(language, "reminders.what.risk", review=title))
        for at, title in risk_notices.coming(session, programme, now, language)
    ]
    found += foretold.coming(session, programme, now, language)
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
    decided = coming_decisions.recorded(session, programme.key)
    for milestone in milestones.coming_up(session, programme.key, today):
        # Reminded of once it has begun, a range or a long deadline would be no news; so is what is decided already.
        if milestone.key in decided:
            continue
        if milestone.precision in REMINDED and milestone.first_day and milestone.first_day >= today:
            yield milestone


def _missed(session: Session, programme: Programme, now: datetime) -> Iterator[Milestone]:
    """What was to be reminded of while nobody was awake, and has been since."""
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    decided = coming_decisions.recorded(session, programme.key)
    for milestone in milestones.every(session, programme.key):
        if milestone.key in decided:
            continue
        is_over = milestone.first_day is not None and milestone.first_day < today
        is_reminded = milestone.precision in REMINDED and milestone.kind not in NOT_PLANNED
        if is_over and is_reminded and occurrences.was_asleep(session, programme.key, _due(milestone, zone)):
            yield milestone


def _due(milestone: Milestone, zone: ZoneInfo, days_before: int = REMINDED_BEFORE) -> datetime:
    assert milestone.first_day is not None
    day = working_days.on_or_before(milestone.first_day - timedelta(days=days_before))
    return datetime.combine(day, REMINDED_AT, zone)


def _cards(session: Session, milestone: Milestone, today: date) -> dict[str, Any]:
    return in_each(lambda language: reminder(session, milestone, language, today))


def reminder(session: Session, milestone: Milestone, language: Language, today: date) -> Card:
    """What everyone gets before a milestone."""
    values = {"on": False, "topic": "reminders"}
    return Card(
        title=say(language, "reminders.title", milestone=milestone.title),
        blocks=(
            Text(text=saying_dates.capitalised(_said(language, milestone, today))),
            *warnings(session, language, [milestone]),
        ),
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
