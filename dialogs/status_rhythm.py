"""On which days status reports come: set by a project leader in a form, told with the next days."""

from datetime import date, time
from itertools import islice

from dialogs import moments, saying_dates
from dialogs.card import Card, Items, Question, Text
from dialogs.moments import NoMoment
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import status_days, status_rules
from storage.database import Session
from storage.refusals import Refused
from storage.status_days import Rhythm
from storage.status_rules import Rules

#: How many of the next days are told.
MOST_TOLD = 4
_FIELDS = ("day", "weeks", "clock")
#: Which field a reason of the rule's belongs to.
_WHERE = {"refused.status.weeks": "weeks", "refused.status.first_day": "day"}


def edit(session: Session, turn: Turn) -> Card:
    """The form, with what holds now in it."""
    rules = status_rules.must_lead(session, turn.person, turn.programme)
    held = status_days.rhythm(session, turn.programme)
    typed = {
        "day": held.first_day.isoformat() if held else "",
        "weeks": str(held.every_weeks if held else rules.every_weeks),
        "clock": (held.clock if held else rules.clock).strftime("%H:%M"),
    }
    return _form(turn, typed, {})


def choose(session: Session, turn: Turn) -> Card:
    """Sets what the form says; what breaks a rule comes back as a form, with the reason."""
    rules = status_rules.must_lead(session, turn.person, turn.programme)
    typed = {name: turn.value(name) for name in _FIELDS}
    try:
        wanted = _read(turn, rules)
        status_days.choose(session, turn.person, turn.programme, wanted, turn.now, turn.today)
    except NoMoment as wrong:
        return _form(turn, typed, {wrong.field: say(turn.language, wrong.key, **wrong.values)})
    except Refused as refused:
        if refused.key not in _WHERE:
            raise
        return _form(turn, typed, {_WHERE[refused.key]: say(turn.language, refused.key, **refused.values)})
    return _set(session, turn, wanted)


def _set(session: Session, turn: Turn, held: Rhythm) -> Card:
    language, last = turn.language, status_rules.last_day(session, turn.programme)
    coming = list(islice(status_days.coming(held, last, turn.now, turn.zone), MOST_TOLD))
    lines = tuple((saying_dates.capitalised(_moment(turn, held, day)), _moved(turn, day)) for day in coming)
    return Card(
        title=say_many(language, "status_reports.rhythm.set", held.every_weeks),
        blocks=(
            Items(items=lines) if lines else Text(text=say(language, "status_reports.next.over")),
            Text(text=say_many(language, "status_reports.rhythm.asked", held.days_before), style="quiet"),
        ),
        buttons=offers(language, "report.streams", "report.rhythm", "report.next"),
        language=language,
        outcome="done",
    )


def _moment(turn: Turn, held: Rhythm, day: date) -> str:
    return saying_dates.moment(turn.language, status_days.made_at(held, day, turn.zone), turn.zone)


def _moved(turn: Turn, meant: date) -> str:
    """Of one that is meant for a day off, that it is made before it."""
    if status_days.made_on(meant) == meant:
        return ""
    return say(turn.language, "status_reports.rhythm.moved", day=saying_dates.day(turn.language, meant))


def _read(turn: Turn, rules: Rules) -> Rhythm:
    if not turn.value("day"):
        raise NoMoment("status_reports.rhythm.no_day", "day")
    moment = moments.read(turn.value("day"), turn.value("clock"), turn.now, turn.zone, turn.language)
    assert moment is not None, "there is a day"
    weeks = turn.value("weeks")
    number = int(weeks) if weeks.isascii() and weeks.isdecimal() and len(weeks) < 4 else 0
    return Rhythm(moment.date(), number, time(moment.hour, moment.minute), rules.days_before)


def _form(turn: Turn, typed: dict[str, str], errors: dict[str, str]) -> Card:
    language = turn.language
    return Card(
        title=say(language, "status_reports.rhythm.title"),
        blocks=(Text(text=say(language, "status_reports.rhythm.text")),),
        questions=tuple(
            Question(
                name=name,
                label=say(language, f"status_reports.rhythm.{name}"),
                value=typed[name],
                required=True,
                longest=40,
                error=errors.get(name, ""),
            )
            for name in _FIELDS
        ),
        buttons=(
            offer(language, "report.rhythm_set", style="primary", replaces=True),
            *offers(language, "report.next"),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )
