"""Snoozed messages: a reminder or a digest once more, at a time that is still of use and not in quiet hours."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs import moments, reminders, saying_dates
from dialogs.card import LANGUAGES, Button, Card, Language, Text
from dialogs.offers import offers
from dialogs.together import Shown, one_card
from dialogs.turn import Turn
from dialogs.words import say
from storage import milestones, outbox, quiet_hours, snoozed_messages
from storage.database import Session
from storage.milestones import REMINDED, Milestone
from storage.outbox import Kind, Message, OutboxRow
from storage.programmes import Programme
from storage.snoozed_messages import SNOOZABLE, SnoozedMessage

#: How many buttons of its own a card keeps beside the one that puts it off: what Teams shows, less one.
MOST_BUTTONS = 5
#: "Tomorrow" and "on Monday" are this hour, in the organisation's zone.
MORNING = time(9)
AN_HOUR = timedelta(hours=1)
#: What was typed is no farther ahead than this.
LONGEST = timedelta(days=31)


def with_button(card: Card, kind: Kind, row_id: int) -> Card:
    """The card with a way to have it once more, where it is one of those; ``row_id`` is what was owed."""
    if kind not in SNOOZABLE:
        return card
    button = Button(
        title=say(card.language, "snoozed_messages.button"),
        action="snooze.choose",
        values={"row": row_id},
        replaces=True,
    )
    return card.model_copy(update={"buttons": (*card.buttons[:MOST_BUTTONS], button)})


def choose(session: Session, turn: Turn) -> Card:
    """When the card should come once more: the times that are of use, each as a button."""
    row, message = snoozed_messages.get(session, turn.person, turn.values.get("row"))
    return _choice(session, turn, row, message)


def put_off(session: Session, turn: Turn) -> Card:
    """Has the card come once more at the time of the pressed button."""
    row, message = snoozed_messages.get(session, turn.person, turn.values.get("row"))
    at = _moment(turn.value("at"))
    if at is None or not turn.now < at <= turn.now + LONGEST:
        return _choice(session, turn, row, message, say(turn.language, "snoozed_messages.passed"))
    return _put_off(session, turn, row, message, at)


def end(session: Session, turn: Turn) -> Card:
    """The card does not come once more."""
    row, message = snoozed_messages.get(session, turn.person, turn.values.get("row"))
    snoozed_messages.end(session, row)
    return _about(turn, message, say(turn.language, "snoozed_messages.ended"), (), _choosing(turn, row), done=True)


def latest(session: Session, turn: Turn) -> Card:
    """What was typed: the last reminder or digest once more, at the time that the words name, if they do."""
    row = snoozed_messages.latest(session, turn.person)
    if row is None:
        return Card(
            title=say(turn.language, "snoozed_messages.none.title"),
            blocks=(Text(text=say(turn.language, "snoozed_messages.none.text")),),
            buttons=offers(turn.language, "milestone.next", "quiet.show", "help"),
            language=turn.language,
            outcome="unknown",
        )
    row, message = snoozed_messages.get(session, turn.person, row.id)
    at = _typed(turn)
    if at is None:
        return _choice(session, turn, row, message)
    if not turn.now < at <= turn.now + LONGEST:
        return _choice(session, turn, row, message, say(turn.language, "snoozed_messages.passed"))
    return _put_off(session, turn, row, message, at)


def queue_snoozed(session: Session, programme: Programme, now: datetime) -> int:
    """Owes the next people what they put off until now, as it reads now; returns how many. What is too late by then is
    owed as that."""
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    found = snoozed_messages.due(session, programme.key, now)
    for wish, row in found:
        shown = {language: _once_more(session, row, language, today) for language in LANGUAGES}
        stored = session.get_one(Message, row.message_id)
        if shown["nb"]:
            cards = {language: one_card(those, stored.key or "", language) for language, those in shown.items()}
            useful_until = _limit(session, row, today, zone)
        else:
            # What it was about is over, or in the plan no more: owed all the same, so that it is accounted for.
            cards = {language: Card.model_validate(stored.cards[language]) for language in LANGUAGES}
            useful_until = wish.due_at - timedelta(seconds=1)
        _owe(session, programme, wish, row, cards, useful_until, now)
    return len(found)


def _owe(
    session: Session,
    programme: Programme,
    wish: SnoozedMessage,
    row: OutboxRow,
    cards: dict[Language, Card],
    useful_until: datetime | None,
    now: datetime,
) -> None:
    assert row.person_id is not None
    in_each = {language: card.model_dump(mode="json") for language, card in cards.items()}
    kind = Kind.PERSONAL_REMINDER
    message = outbox.write(session, programme.key, kind, in_each, useful_until, gathers_at=now)
    key = f"snoozed:{wish.row_id}:{wish.due_at.isoformat()}"
    outbox.owe_each(session, [row.person_id], message, key, now)
    snoozed_messages.mark_sent(session, wish, message)


def _once_more(session: Session, row: OutboxRow, language: Language, today: date) -> list[Shown]:
    """What the row's card comes to now: of milestones as they stand now, and nothing of those that are over."""
    found: list[Shown] = []
    for message in snoozed_messages.messages(session, row):
        kind, card = Kind(message.kind), Card.model_validate(message.cards.get(language) or message.cards["nb"])
        if _milestone_key(message) is None:
            found.append((kind, card))
        elif (milestone := _milestone(session, message, today)) is not None:
            found.append((kind, reminders.own(session, milestone, language)))
    return found


def _limit(session: Session, row: OutboxRow, today: date, zone: ZoneInfo) -> datetime | None:
    """Until when the card is of use: the end of the last day that it is about; None where some of it is about none."""
    days = _days(session, row, today)
    return None if None in days else _end_of(max(day for day in days if day is not None), zone)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _days(session: Session, row: OutboxRow, today: date) -> list[date | None]:
    """The days that the card's messages are about, None for one that is about none; without those that are over."""
    found: list[date | None] = []
    for message in snoozed_messages.messages(session, row):
        milestone = _milestone(session, message, today)
        if _milestone_key(message) is None:
            found.append(None)
        elif milestone is not None:
            # Of several days the first: once it has begun, a reminder is no news.
            found.append(milestone.first_day)
    return found


def _milestone(session: Session, message: Message, today: date) -> Milestone | None:
    """The milestone that a reminder is of, as it stands now; None where there is none, or it is over."""
    key = _milestone_key(message)
    rows = milestones.every(session, message.programme_key) if key else []
    return next(
        (
            row
            for row in rows
            if row.key == key and row.precision in REMINDED and row.first_day is not None and row.first_day >= today
        ),
        None,
    )


def _milestone_key(message: Message) -> str | None:
    if message.kind not in (Kind.REMINDER, Kind.PERSONAL_REMINDER):
        return None
    return (message.cards["nb"].get("subject") or {}).get("milestone")


def _put_off(session: Session, turn: Turn, row: OutboxRow, message: Message, at: datetime) -> Card:
    language = turn.language
    comes = _out_of_quiet(session, turn, at)
    if why := _why_not(session, turn, row, comes):
        return _choice(session, turn, row, message, why)
    snoozed_messages.put_off(session, row, turn.programme.key, comes)
    said = say(language, "snoozed_messages.set", moment=saying_dates.moment(language, comes, turn.zone))
    quiet = say(language, "snoozed_messages.quiet") if comes != at else ""
    is_over = any(day and comes >= _end_of(day, turn.zone) for day in _days(session, row, turn.today))
    without = say(language, "snoozed_messages.without") if is_over else ""
    ending = Button(
        title=say(language, "snoozed_messages.end"), action="snooze.end", values={"row": row.id}, replaces=True
    )
    return _about(turn, message, said, (quiet, without), (*_choosing(turn, row), ending), done=True)


def _why_not(session: Session, turn: Turn, row: OutboxRow, comes: datetime) -> str:
    """Why the card cannot come then; the empty string where it can."""
    days = _days(session, row, turn.today)
    if not days:
        return say(turn.language, "snoozed_messages.over")
    last = max((day for day in days if day is not None), default=None)
    if None in days or last is None or comes < _end_of(last, turn.zone):
        return ""
    return say(turn.language, "snoozed_messages.too_late", day=saying_dates.day(turn.language, last))


def _choice(session: Session, turn: Turn, row: OutboxRow, message: Message, why: str = "") -> Card:
    """The card with the times that are left to choose; ``why`` is what was wrong with the one that was chosen."""
    language = turn.language
    times = [(title, at) for title, at in _times(session, turn) if not _why_not(session, turn, row, at)]
    buttons = tuple(
        Button(
            title=title,
            action="snooze.set",
            values={"row": row.id, "at": at.isoformat()},
            replaces=True,
        )
        for title, at in times
    )
    if not times:
        why = why or _why_not(session, turn, row, turn.now + LONGEST)
        return _about(turn, message, say(language, "snoozed_messages.no_time"), (why,), (), refused=True)
    asks = say(language, "snoozed_messages.choose")
    return _about(turn, message, asks, (why,), buttons, refused=bool(why))


def _times(session: Session, turn: Turn) -> list[tuple[str, datetime]]:
    """The times to choose from, the soonest first, each once and none in the person's quiet hours."""
    language, zone = turn.language, turn.zone
    soon = turn.now.replace(second=0, microsecond=0) + AN_HOUR
    found = []
    if _out_of_quiet(session, turn, soon) == soon:
        clock = soon.astimezone(zone).strftime("%H:%M")
        found.append((say(language, "snoozed_messages.hour", time=clock), soon))
    monday = turn.today + timedelta(days=7 - turn.today.weekday())
    for day in (turn.today + timedelta(days=1), monday):
        at = _out_of_quiet(session, turn, datetime.combine(day, MORNING, zone))
        if not any(at.astimezone(zone).date() == other.astimezone(zone).date() for _, other in found[-1:]):
            found.append((_named(turn, at), at))
    return found


def _named(turn: Turn, at: datetime) -> str:
    local = at.astimezone(turn.zone)
    clock = local.strftime("%H:%M")
    if local.date() == turn.today + timedelta(days=1):
        return say(turn.language, "snoozed_messages.tomorrow", time=clock)
    if local.date() <= turn.today + timedelta(days=7):
        # Short enough for a button on a telephone: which day that is, is said once it is chosen.
        weekday = saying_dates.capitalised(saying_dates.weekday_of(turn.language, local.date()))
        return say(turn.language, "snoozed_messages.weekday", weekday=weekday, time=clock)
    return saying_dates.capitalised(saying_dates.moment(turn.language, at, turn.zone))


def _out_of_quiet(session: Session, turn: Turn, at: datetime) -> datetime:
    """The first moment from then on that is not in the person's quiet hours."""
    own = quiet_hours.of(session, turn.person)
    return quiet_hours.quiet_until(own.hours, at, turn.zone, own.snoozed_until) or at


def _choosing(turn: Turn, row: OutboxRow) -> tuple[Button, ...]:
    title = say(turn.language, "snoozed_messages.other")
    return (Button(title=title, action="snooze.choose", values={"row": row.id}, replaces=True),)


def _about(
    turn: Turn,
    message: Message,
    title: str,
    why: Sequence[str],
    buttons: tuple[Button, ...],
    *,
    done: bool = False,
    refused: bool = False,
) -> Card:
    """What was decided, above the card that it is about: that card's place is taken, and what it says must stay."""
    language = turn.language
    card = Card.model_validate(message.cards.get(language) or message.cards["nb"])
    return Card(
        title=title,
        blocks=(
            *(Text(text=text, style="warning" if refused else "body") for text in why if text),
            Text(text=card.title, style="strong"),
            *card.blocks,
        ),
        buttons=(*buttons, *offers(language, "milestone.list", "quiet.show")),
        language=language,
        did="set_subscription",
        outcome="refused" if refused else "done" if done else "clarify",
        subject=card.subject,
    )


def _typed(turn: Turn) -> datetime | None:
    """The time that typed words name; None where they name none. Raises Refused for one that does not exist."""
    minutes = turn.values.get("minutes")
    if type(minutes) is int:
        return turn.now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    if not turn.value("day"):
        return None
    clock = turn.value("clock") or MORNING.strftime("%H:%M")
    return moments.read(turn.value("day"), clock, turn.now, turn.zone, turn.language)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
