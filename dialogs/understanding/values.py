"""Fourth step: what the text is about — keys of the programme's file, days, and what settings and drafts need."""

from datetime import timedelta
from typing import Any

from dialogs.understanding.aspects import asks, aspect
from dialogs.understanding.followups import by_ordinal
from dialogs.understanding.generalities import in_general
from dialogs.understanding.missing import names_other_group, number_of_none
from dialogs.understanding.preferences import WEEKDAYS, language, setting
from dialogs.understanding.reading import Reading
from dialogs.understanding.things import things_of
from dialogs.understanding.vocabulary import Thing, Vocabulary

Values = dict[str, Any]
_PLURAL = {"milestone": "milestones", "group": "groups"}
_FACTS = frozenset({"fact", "goal", "delivery", "recommendation", "abbreviation", "unit"})


def values_of(
    intent: str, reading: Reading, vocabulary: Vocabulary, subject: dict[str, str], about: str = ""
) -> Values:
    """The values of a text whose intent is known, and what the intent is about."""
    values: Values = {"about": about} if about else {}
    values |= _days(intent, reading)
    for kind, keys in things_of(intent, reading, vocabulary, subject):
        _put(values, kind, keys)
    if intent == "milestone.next":
        _look_on(values, reading, vocabulary)
    if intent.startswith("workgroup.") and "group" not in values:
        _put(values, "group", by_ordinal(reading, subject, vocabulary))
    values |= aspect(intent, reading, subject)
    values |= in_general(intent, reading, vocabulary, values)
    values |= number_of_none(intent, reading, vocabulary, values)
    _put_all(values, "asks", asks(intent, reading))
    if intent in _MAY_BE_OPEN:
        fewest = _FEWEST_OF_LIST if intent in _LISTS else 1
        open_one = vocabulary.left_open(reading.words, reading.said, fewest)
        _put(values, "open_question", [open_one] if open_one else [])
    if intent == "subscription.set":
        values |= setting(reading, values.get("milestones", []))
    if intent == "language.set":
        values |= language(reading)
    if intent == "out_of_scope":
        values |= _about(reading)
    if intent in _OF_GROUPS and names_other_group(reading, vocabulary):
        values = {name: value for name, value in values.items() if name not in ("group", "groups")}
        values["no_such_group"] = True
    if (
        intent == "workgroup.join"
        and "kollega" in reading.concepts
        and _MYSELF.isdisjoint(word.text for word in reading.words)
    ):
        values["for"] = "other"
    return values


_OF_GROUPS = ("workgroup.join", "workgroup.leave", "workgroup.about")
#: Who says these signs up themselves, whoever else comes along.
_MYSELF = frozenset({"meg", "mæ", "mei", "mej", "me", "myself", "oss", "us", "jeg", "eg", "æ", "i"})


def _days(intent: str, reading: Reading) -> Values:
    """The days, and what is amiss with them: a day that no calendar has, a weekday that another day has."""
    window = reading.window
    if window is None or (window.is_open and intent in _NOW):
        return {"unread_days": True} if intent == "milestone.on_date" and reading.is_unread else {}
    if window.no_such_day:
        day, month, year = window.no_such_day.args
        return {"no_such_day": f"{year or ''}-{month}-{day}"}
    values: Values = {"from": window.first.isoformat(), "to": window.last.isoformat()}
    if window.is_onwards:
        values["is_open"] = True
    if window.weekday is not None:
        values["not_weekday"] = WEEKDAYS[window.weekday]
    return values


_MAY_BE_OPEN = (
    "milestone.when",
    "milestone.on_date",
    "person.role",
    "programme.about",
    "workgroup.about",
    "delivery.about",
    "initiative.about",
    "milestone.next",
    "workgroup.list",
)
#: What is listed whole is left open only where more than a single word says so.
_LISTS, _FEWEST_OF_LIST = ("workgroup.list",), 2
#: What is asked of one moment: a span with one end ("jeg mistet tråden etter jul") is beside it.
_NOW = ("phase.current", "person.role")


def _put_all(values: Values, name: str, found: list[str]) -> None:
    if found:
        values[name] = found


def _put(values: Values, kind: str, keys: list[str]) -> None:
    if not keys:
        return
    if kind in _FACTS:
        values.setdefault("facts", []).extend(keys)
        values.setdefault("fact", keys[0])
        return
    if kind in _PLURAL:
        values[_PLURAL[kind]] = keys
    if len(keys) == 1 or kind not in _PLURAL:
        values[kind] = keys[0]
    if kind == "role":
        values["roles"] = keys
    if kind == "person":
        values["persons"] = keys


def _look_on(values: Values, reading: Reading, vocabulary: Vocabulary) -> None:
    """ "What comes after the kickoff?" looks on from the day after it; "now that the summer is over" from today."""
    if values.get("milestones") and "after" in reading.concepts:
        _go_on_from(values, vocabulary)
    elif reading.window and not reading.window.is_open:
        for name in ("from", "to", "not_weekday", "no_such_day"):
            values.pop(name, None)


def _go_on_from(values: Values, vocabulary: Vocabulary) -> None:
    thing: Thing | None = vocabulary.thing("milestone", values["milestones"][0])
    if thing and thing.days:
        values["from"] = (thing.days[1] + timedelta(days=1)).isoformat()
        values.pop("to", None)


def _about(reading: Reading) -> Values:
    """Two subjects that a colleague would not merely decline: one's own position, and who wrote an input."""
    concepts = reading.concepts
    if {"job"} & concepts or ({"me", "mine"} & concepts and {"w:havn", "w:hamn", "role", "afraid"} & concepts):
        return {"about": "own_position"}
    if "input" in concepts and {"who", "who_sent", "sent", "list", "all"} & concepts:
        return {"about": "anonymity"}
    if frozenset().union(*reading.symbols) == {"who_sent"}:
        # "Who wrote this?", and not who wrote something that is named.
        return {"about": "anonymity"}
    return {}
