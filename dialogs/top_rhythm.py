"""When the top 5 goes to everyone by itself: set by a leader in a sentence or in a form, told with its next days."""

import re
from datetime import datetime, time
from itertools import islice
from typing import Any

from dialogs import moments, saying_dates
from dialogs.card import Button, Card, Choice, Items, Language, Question, Text
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import initiatives, rhythms
from storage.database import Session
from storage.digests import WEEKDAYS
from storage.rhythms import LAST, PLACES, Often, Rhythm

#: How many of the next days are told.
MOST_TOLD = 3
#: The choices of how often, as the form sends them: a month's have their place behind them.
CHOICES = (
    Often.WEEKLY.value,
    Often.BIWEEKLY.value,
    *(f"{Often.MONTHLY}_{'last' if place == LAST else place}" for place in PLACES),
    Often.NEVER.value,
)
_CLOCK = re.compile(r"(?:kl(?:okk[ae]n?)?\.?\s*)?(\d{1,2})(?:[.:]?(\d{2}))?", re.IGNORECASE)
#: Why words cannot be a rhythm: the names that dialogs/understanding/rhythms.py gives.
_WRONG = ("often", "seldom", "date", "fifth", "weekdays", "no_such_day")


def edit(session: Session, turn: Turn) -> Card:
    """For leaders: how often, on which day and when; what words have named already is filled in."""
    turn.person.must_be(session, "leader", turn.programme.key)
    return _form(turn, rhythms.of(session, turn.programme.key))


def choose(session: Session, turn: Turn) -> Card:
    """Sets what the form or the sentence says; what breaks a rule comes back as a form, with the reason."""
    turn.person.must_be(session, "leader", turn.programme.key)
    before = rhythms.of(session, turn.programme.key)
    if "often" not in turn.values and "wrong" not in turn.values:
        # A yes or a no to the form, in words.
        return _form(turn, before)
    if turn.value("wrong") in _WRONG:
        return _form(turn, before, say(turn.language, f"top_rhythm.wrong.{turn.value('wrong')}"), "often")
    clock = _clock(turn.value("clock"), before.clock)
    if clock is None:
        return _form(turn, before, say(turn.language, "top_rhythm.wrong.clock"), "clock")
    wanted = _wanted(turn, before, clock)
    if wanted is None:
        return _form(turn, before, say(turn.language, "top_rhythm.wrong.unread"), "often")
    row = rhythms.choose(session, turn.person, turn.programme.key, wanted, turn.now, turn.zone)
    return _done(session, turn, row.rhythm, before)


def said(language: Language, rhythm: Rhythm) -> str:
    """ "første mandag i måneden kl. 09:00"."""
    weekday = saying_dates.weekday_name(language, WEEKDAYS[rhythm.weekday])
    clock = rhythm.clock.strftime("%H:%M")
    if rhythm.often == Often.NEVER:
        return say(language, "top_rhythm.said.never")
    return say(language, f"top_rhythm.said.{_choice(rhythm)}", weekday=weekday, time=clock)


def _done(session: Session, turn: Turn, rhythm: Rhythm, before: Rhythm) -> Card:
    language, zone = turn.language, turn.zone
    coming = list(islice(rhythms.coming(rhythm, turn.now, zone), MOST_TOLD)) if rhythm.often != Often.NEVER else []
    is_quiet = [rhythms.reaches_most_at(at, zone) != at for at in coming]
    lines = tuple(
        (
            saying_dates.capitalised(moments.said(language, at, zone)),
            _later(turn, at, "top_rhythm.free_day") if quiet and not all(is_quiet) else "",
        )
        for at, quiet in zip(coming, is_quiet, strict=True)
    )
    key, back = "top_rhythm.set" if coming else "top_rhythm.set.never", _back(turn, rhythm, before)
    return Card(
        title=say(language, key, often=said(language, rhythm)) if coming else say(language, key),
        blocks=(
            *((Text(text=say(language, "top_rhythm.next")), Items(items=lines)) if lines else ()),
            *(
                (Text(text=_later(turn, coming[0], "top_rhythm.quiet"), style="warning"),)
                if coming and all(is_quiet)
                else ()
            ),
            *(
                (Text(text=say(language, "top_rhythm.before", often=said(language, before)), style="quiet"),)
                if back
                else ()
            ),
            *(() if initiatives.top(session, turn.programme.key) else (Text(text=say(language, "top_rhythm.unset")),)),
        ),
        buttons=(
            *back,
            *offers(language, "top.rhythm", "top.edit", "help"),
        ),
        language=language,
        outcome="done",
    )


def _before(language: Language, before: Rhythm) -> Text:
    return Text(text=say(language, "top_rhythm.before", often=said(language, before)), style="quiet")


def _later(turn: Turn, at: datetime, key: str) -> str:
    """When those get it who have set no hours of their own, where most have quiet time at its hour."""
    reached = rhythms.reaches_most_at(at, turn.zone)
    return say(turn.language, key, moment=saying_dates.moment(turn.language, reached, turn.zone))


def _back(turn: Turn, rhythm: Rhythm, before: Rhythm) -> tuple[Button, ...]:
    """Back to what held before, by one press."""
    often = said(turn.language, before)
    if often == said(turn.language, rhythm) or before.often == Often.NEVER:
        return ()
    title = say(turn.language, "top_rhythm.back")
    return (Button(title=title, action="top.rhythm_set", values=_values(before), replaces=True),)


def _form(turn: Turn, holding: Rhythm, error: str = "", wrong: str = "") -> Card:
    language, now = turn.language, _values(holding)
    asked = _asked_often(turn)
    often = tuple(Choice(title=say(language, f"top_rhythm.often.{name}"), value=name) for name in CHOICES)
    days = tuple(Choice(title=saying_dates.weekday_name(language, name), value=name) for name in WEEKDAYS)
    questions = (
        Question(
            name="often",
            label=say(language, "top_rhythm.often"),
            value=asked if asked in CHOICES else now["often"],
            choices=often,
            error=error if wrong == "often" else "",
        ),
        Question(
            name="weekday",
            label=say(language, "top_rhythm.weekday"),
            value=turn.value("weekday") if turn.value("weekday") in WEEKDAYS else now["weekday"],
            choices=days,
        ),
        Question(
            name="clock",
            label=say(language, "top_rhythm.clock"),
            value=turn.value("clock") or now["clock"],
            longest=20,
            error=error if wrong == "clock" else "",
        ),
    )
    return Card(
        title=say(language, "top_rhythm.title"),
        blocks=(
            Text(text=say(language, "top_rhythm.holds", often=said(language, holding))),
            Text(text=say(language, "top_rhythm.words"), style="quiet"),
        ),
        questions=questions,
        buttons=(offer(language, "top.rhythm_set", style="primary"), *offers(language, "top.edit", "help")),
        language=language,
        outcome="refused" if error else "answered",
        awaiting="top.rhythm_set",
    )


def _wanted(turn: Turn, before: Rhythm, clock: time) -> Rhythm | None:
    """The rhythm that the form or the words name; None where they name none."""
    asked, weekday = _asked_often(turn), turn.value("weekday") or WEEKDAYS[before.weekday]
    if asked not in CHOICES or weekday not in WEEKDAYS:
        return None
    often, _, place = asked.partition("_")
    number = LAST if place == "last" else int(place or 1)
    return Rhythm(Often(often), WEEKDAYS.index(weekday), number, clock)


def _asked_often(turn: Turn) -> str:
    """Words name the place by itself."""
    often, place = turn.value("often"), turn.values.get("place")
    if often == Often.MONTHLY and type(place) is int:
        return f"{often}_{'last' if place == LAST else place}"
    return f"{often}_1" if often == Often.MONTHLY else often


def _choice(rhythm: Rhythm) -> str:
    if rhythm.often != Often.MONTHLY:
        return rhythm.often.value
    return f"{rhythm.often}_{'last' if rhythm.place == LAST else rhythm.place}"


def _values(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "often": _choice(rhythm),
        "weekday": WEEKDAYS[rhythm.weekday],
        "clock": rhythm.clock.strftime("%H:%M"),
    }


def _clock(text: str, before: time) -> time | None:
    if not text:
        return before
    found = _CLOCK.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
