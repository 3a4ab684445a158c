"""Reminders and quiet hours (påminnelser og stilletid): everything that comes by itself, shown and set on one card."""

from datetime import datetime, time, timedelta

from dialogs import saying_dates
from dialogs.card import Block, Button, Card, Choice, Facts, Items, Question, Text
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import digests, held, milestones, personal_reminders, quiet_hours
from storage.database import Session
from storage.people import Person
from storage.quiet_hours import HOURS_A_DAY, NO_LIMIT, Hours, QuietHours

OFF, ON = "off", "on"
FREQUENCIES = (OFF, *digests.USEFUL_FOR)
#: For how many days everything can be put off by one press.
SNOOZES = (1, 7)
#: When what was put off comes, unless that is in the person's quiet hours.
MORNING = time(7)
#: Numbers a week to choose from, beside the one that holds now.
NUMBERS = (1, 2, 3, 5, 10)


def show(session: Session, turn: Turn) -> Card:
    """What comes by itself and when, in a form that sets it."""
    return _form(session, turn, quiet_hours.of(session, turn.person))


def save(session: Session, turn: Turn) -> Card:
    """Sets what the form holds. What it does not hold stays as it is."""
    person, before = turn.person, quiet_hours.of(session, turn.person)
    hours = Hours(
        _hour(turn, "begins", before.begins),
        _hour(turn, "ends", before.ends),
        (turn.value("free_days") or _on_off(before.free_days)) == ON,
    )
    row = quiet_hours.choose(session, person, hours)
    most = turn.value("most")
    if most and most != str(_most(turn, row)):
        quiet_hours.limit(session, person, int(most) if most.isdecimal() and len(most) <= 3 else -1)
    person.wants_reminders = (turn.value("reminders") or _on_off(person.wants_reminders)) == ON
    _set_digest(session, turn)
    session.add(person)
    held.look_again(session, person, turn.now)
    card = _done(turn, row, say(turn.language, "quiet_hours.saved"))
    return card.model_copy(update={"blocks": (Facts(facts=_saved(turn, row)), *card.blocks)})


def _saved(turn: Turn, row: QuietHours) -> tuple[tuple[str, str], ...]:
    """What holds now, in words: each question of the form with its answer."""
    language, person = turn.language, turn.person
    begins, ends = (f"{hour:02}:00" for hour in (row.begins, row.ends))
    # From an hour to itself is no hour, and not the whole day: see storage.quiet_hours.Hours.
    hours = "quiet_hours.hours.none" if row.begins == row.ends else "quiet_hours.hours.said"
    days = () if person.digest in (OFF, "daily") else (_weekday(turn, person),)
    chosen = (
        _question(turn, "reminders", _on_off(person.wants_reminders), (ON, OFF)),
        _question(turn, "digest", person.digest, FREQUENCIES),
        *days,
        _numbers(turn, _most(turn, row)),
        _question(turn, "free_days", _on_off(row.free_days), (ON, OFF)),
    )
    said = tuple((one.label, next(c.title for c in one.choices if c.value == one.value)) for one in chosen)
    return ((say(language, "quiet_hours.hours"), say(language, hours, begins=begins, ends=ends)), *said)


def only_musts(session: Session, turn: Turn) -> Card:
    """Leaves out everything but what the employer must say, or ends that; says what comes all the same."""
    on = turn.values.get("on")
    if isinstance(on, bool):
        turn.person.only_musts = on
        session.add(turn.person)
        session.flush()
    language, row = turn.language, quiet_hours.of(session, turn.person)
    if not turn.person.only_musts:
        return _done(turn, row, say(language, "quiet_hours.only_musts.ended"), _musts(turn))
    card = _done(turn, row, say(language, "quiet_hours.only_musts"), _musts(turn))
    still = Text(text=say(language, "quiet_hours.only_musts.still"))
    return card.model_copy(update={"blocks": (still, *card.blocks)})


def snooze(session: Session, turn: Turn) -> Card:
    """Puts everything that can wait off for some days, or ends that."""
    days = turn.values.get("days")
    until = None
    if type(days) is int and days > 0:
        day = turn.today + timedelta(days=min(days, quiet_hours.LONGEST_SNOOZE.days))
        until = datetime.combine(day, MORNING, turn.zone)
    row = quiet_hours.snooze(session, turn.person, until, turn.now)
    held.look_again(session, turn.person, turn.now)
    title = _snoozed(turn, row) or say(turn.language, "quiet_hours.snooze.ended")
    return _done(turn, row, title)


def _set_digest(session: Session, turn: Turn) -> None:
    person, frequency, weekday = turn.person, turn.value("digest"), turn.value("weekday")
    if frequency in digests.USEFUL_FOR:
        digests.begin(session, person, turn.programme.key, turn.now)
    if frequency in FREQUENCIES:
        person.digest = frequency
    if weekday in digests.WEEKDAYS:
        person.digest_weekday = weekday


def _form(session: Session, turn: Turn, row: QuietHours) -> Card:
    language, person = turn.language, turn.person
    snoozed = _snoozed(turn, row)
    muted = say(language, "quiet_hours.muted") if person.is_muted else ""
    return Card(
        title=say(language, "quiet_hours.title"),
        blocks=(
            *(Text(text=text, style="strong") for text in (snoozed, muted) if text),
            *_still(turn),
            Text(text=say(language, "quiet_hours.text")),
            Text(text=say(language, "quiet_hours.most.why")),
            *_own(session, turn),
        ),
        questions=(
            _question(turn, "reminders", _on_off(person.wants_reminders), (ON, OFF)),
            _question(turn, "digest", person.digest, FREQUENCIES),
            _weekday(turn, person),
            _numbers(turn, _most(turn, row)),
            _hours(turn, "begins", _named(turn, "begins", row.begins)),
            _hours(turn, "ends", _named(turn, "ends", row.ends)),
            _question(turn, "free_days", _on_off(row.free_days), (ON, OFF)),
        ),
        buttons=(
            offer(language, "quiet.save", style="primary"),
            *_snoozing(turn, row),
            _musts(turn),
            _mute(turn),
        ),
        language=language,
    )


def _named(turn: Turn, name: str, hour: int) -> int:
    """The hour that words have named for the form; else the one that holds."""
    named = _hour(turn, name, hour)
    return named if named < HOURS_A_DAY else hour


def _own(session: Session, turn: Turn) -> tuple[Block, ...]:
    """What they asked to be reminded of, in the order of its days: it is changed on the milestone's own card."""
    language, key = turn.language, turn.programme.key
    days = {row.milestone_key: row.days_before for row in personal_reminders.of_person(session, turn.person, key)}
    rows = [row for row in milestones.coming_up(session, key, turn.today) if row.key in days]
    if not rows:
        return ()
    lines = tuple(
        (told(row.title, language), say_many(language, "quiet_hours.own.days", days[row.key])) for row in rows
    )
    return Text(text=say(language, "quiet_hours.own"), style="strong"), Items(items=lines)


def _done(turn: Turn, row: QuietHours, title: str, *buttons: Button) -> Card:
    """That it is set, and when the next thing can come."""
    language = turn.language
    until = quiet_hours.quiet_until(row.hours, turn.now, turn.zone, row.snoozed_until)
    key = "quiet_hours.is_quiet" if until else "quiet_hours.is_open"
    moment = saying_dates.moment(language, until or turn.now, turn.zone)
    return Card(
        title=title,
        blocks=(Text(text=say(language, key, moment=moment)),),
        buttons=(*buttons, offer(language, "quiet.show"), *_snoozing(turn, row)[-1:], *offers(language, "help")),
        language=language,
        did="set_subscription",
        outcome="done",
    )


def _snoozing(turn: Turn, row: QuietHours) -> tuple[Button, ...]:
    if _snoozed(turn, row):
        title = say(turn.language, "quiet_hours.snooze.end")
        return (Button(title=title, action="quiet.snooze", values={"days": 0}, replaces=True),)
    return tuple(
        Button(
            title=say_many(turn.language, "quiet_hours.snooze.days", days),
            action="quiet.snooze",
            values={"days": days},
            replaces=True,
        )
        for days in SNOOZES
    )


def _snoozed(turn: Turn, row: QuietHours) -> str:
    if row.snoozed_until is None or row.snoozed_until <= turn.now:
        return ""
    moment = saying_dates.moment(turn.language, row.snoozed_until, turn.zone)
    return say(turn.language, "quiet_hours.snooze.until", moment=moment)


def _mute(turn: Turn) -> Button:
    key = "people.button.unmute" if turn.person.is_muted else "people.button.mute"
    values = {"on": turn.person.is_muted, "topic": "all"}
    return Button(title=say(turn.language, key), action="subscription.set", values=values, replaces=True)


def _musts(turn: Turn) -> Button:
    """The button that leaves out everything but what the employer must say, or ends that."""
    on = not turn.person.only_musts
    title = say(turn.language, "quiet_hours.only_musts.button" if on else "quiet_hours.only_musts.undo")
    return Button(title=title, action="quiet.musts", values={"on": on}, replaces=True)


def _still(turn: Turn) -> tuple[Text, ...]:
    if not turn.person.only_musts:
        return ()
    title, still = (say(turn.language, f"quiet_hours.only_musts{part}") for part in ("", ".still"))
    return Text(text=title, style="strong"), Text(text=still)


def _most(turn: Turn, row: QuietHours) -> int:
    """How many messages a week the person gets at the most: their own number, or the programme's."""
    return turn.programme.messages_a_week if row.weekly_most is None else row.weekly_most


def _numbers(turn: Turn, most: int) -> Question:
    numbers = sorted({*NUMBERS, most} - {NO_LIMIT})
    some = [(number, say_many(turn.language, "quiet_hours.most.some", number)) for number in numbers]
    known = [*some, (NO_LIMIT, say(turn.language, "quiet_hours.most.any"))]
    choices = tuple(Choice(title=title, value=str(number)) for number, title in known)
    return Question(name="most", label=say(turn.language, "quiet_hours.most"), value=str(most), choices=choices)


def _question(turn: Turn, name: str, value: str, values: tuple[str, ...]) -> Question:
    choices = tuple(Choice(title=say(turn.language, f"quiet_hours.{name}.{choice}"), value=choice) for choice in values)
    return Question(name=name, label=say(turn.language, f"quiet_hours.{name}"), value=value, choices=choices)


def _weekday(turn: Turn, person: Person) -> Question:
    choices = tuple(
        Choice(title=saying_dates.weekday_name(turn.language, weekday), value=weekday) for weekday in digests.WEEKDAYS
    )
    value = person.digest_weekday if person.digest_weekday in digests.WEEKDAYS else digests.WEEKDAYS[0]
    return Question(name="weekday", label=say(turn.language, "quiet_hours.weekday"), value=value, choices=choices)


def _hours(turn: Turn, name: str, hour: int) -> Question:
    choices = tuple(Choice(title=f"{number:02}:00", value=str(number)) for number in range(HOURS_A_DAY))
    return Question(name=name, label=say(turn.language, f"quiet_hours.{name}"), value=str(hour), choices=choices)


def _hour(turn: Turn, name: str, before: int) -> int:
    """What was chosen; what is no number is an hour that no day has."""
    chosen = turn.value(name)
    if not chosen:
        return before
    return int(chosen) if chosen.isdecimal() and len(chosen) <= 2 else HOURS_A_DAY


def _on_off(is_on: bool) -> str:
    return ON if is_on else OFF
