"""What a text sets of somebody's own: messages on or off and how often, and the language of answers."""

from itertools import pairwise
from typing import Any

from dialogs.understanding.dates.calendar_words import TABLE
from dialogs.understanding.lexicon import concepts_of
from dialogs.understanding.messages import direction, topic
from dialogs.understanding.normalise import Word
from dialogs.understanding.orders import is_only_spoken_of
from dialogs.understanding.reading import Reading

_QUIET = ("stilletid", "stilletim", "quiet", "snooze")
_FREQUENCIES = ("biweekly", "weekly", "daily", "monthly")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def setting(reading: Reading, milestones: list[str]) -> dict[str, Any]:
    """Messages: ``on``, ``frequency``, ``weekday`` and, where it is reminders of milestones, ``topic``."""
    concepts = reading.concepts
    values: dict[str, Any] = {}
    if any(word.text.startswith(_QUIET) for word in reading.words):
        # Quiet hours are set in their form: words turn nothing on or off.
        return values
    frequency = next((name for name in _FREQUENCIES if name in concepts), None)
    if {"less", "why"} & concepts and not frequency:
        return values
    weekday = next((at for at in map(_weekday, (word.text for word in reading.words)) if at is not None), None)
    on = direction(reading, is_often_said=frequency is not None or weekday is not None)
    which = topic(reading)
    if on is None and which and is_only_spoken_of(reading.text, reading, "subscription.set", "nb"):
        on = True  # whoever only speaks of it is asked whether they want it: nothing is done
    if on is None or (on is False and which == "both"):
        return values
    values["on"] = on
    if on and {"deadline", "milestone"} & concepts and not frequency:
        values["topic"] = "reminders"
    if frequency:
        values["frequency"] = frequency
    if weekday is not None:
        values["weekday"] = WEEKDAYS[weekday]
        values.setdefault("frequency", "weekly")
    if which == "digest":
        values["topic"] = "digest"
    elif which or (milestones and "frequency" not in values):
        values["topic"] = "reminders"
    return values


def _weekday(word: str) -> int | None:
    token = TABLE.get((word,), "")
    return int(token[1]) if token.startswith("W") else None


_NAMES_OF_LANGUAGES = (
    ("nynorsk", "nn"),
    ("bokmål", "nb"),
    ("bokmal", "nb"),
    ("norsk", "nb"),
    ("norwegian", "nb"),
    ("engelsk", "en"),
    ("english", "en"),
)
_INTO = frozenset({"på", "til", "te", "in", "to", "into", "i"})
#: How many words a "not" reaches: "ikke svar meg på engelsk".
_NEAR_BEFORE = 4
_OTHERWISE = {"nb": "en", "nn": "en", "en": "nb"}


def language(reading: Reading) -> dict[str, Any]:
    """The language that is wanted: the one behind "in" or "to", else the last one named; of one that is refused or not
    understood, another."""
    named = [
        (at, language)
        for at, word in enumerate(reading.words)
        for name, language in _NAMES_OF_LANGUAGES
        if word.text.startswith(name)
    ]
    if not named:
        return {}
    refused = {language for at, language in named if _is_refused(reading.words[:at])}
    left = [(at, language) for at, language in named if language not in refused and "why" not in reading.concepts]
    wanted = [language for at, language in left if at and reading.words[at - 1].text in _INTO]
    if wanted or left:
        return {"language": wanted[-1] if wanted else left[-1][1]}
    return {"language": _OTHERWISE[named[-1][1]]}


def _is_refused(before: list[Word]) -> bool:
    """Whether a "not" or an "instead of" stands in the same breath before it: "snakk nynorsk, ikke bokmål"."""
    near = before[-_NEAR_BEFORE:]
    runs = [[word] for word in near] + [list(pair) for pair in pairwise(near)]
    return any({"not", "instead"} & set(concepts_of(run)) for run in runs)
