"""What asks for the form of all that comes by itself: "påminnelser og stilletid", "stilletid 16-8", "ikke stør meg før
kl 10", "ikkje send meg noko i helga"."""

import re
from typing import Any

from dialogs.understanding.messages import topic
from dialogs.understanding.normalise import folded
from dialogs.understanding.reading import Reading

ACTION = "quiet.show"
_QUIET = re.compile(r"\b(?:stille?\s?ti(?:d|m)\w*|quiet (?:hours?|times?))")
_FROM_TO = re.compile(
    r"\b(?:(?:fra|frå|from|mellom|between)\s+)?(?:kl(?:okk[ae]n?)?\.?\s*)?(?P<begins>\d{1,2})(?:[.:]00)?"
    r"\s*(?:til|to|og|and|[-–])\s*(?:kl(?:okk[ae]n?)?\.?\s*)?(?P<ends>\d{1,2})(?:[.:]00)?(?![.:]?\d)"
)
#: Not to be disturbed, and when: at an hour, on a day, until one. Without a time it asks for no messages at all.
_LEAVE = re.compile(
    r"\b(?:ikke|ikkje|itj|ittj|itte|don'?t|do not)\s+(?:å\s+)?(?:send|stø?r+|forstyrr|uroa?|plag|mas|pling|skriv|vekk"
    r"|ping|disturb|bother|message|write|wake)\w*(?:\s+(?:til\s+|to\s+)?(?:meg|mæ|mei|mej|me|oss|us))?"
    r"|\b(?:ha?old|hald)\s+(?:munn|kjeft|fred)|\bti\s+stille?\b|\b(?:ver|vær)\s+stille\b|\bbe quiet\b|\bshut up\b"
)
_UNTIL = re.compile(
    r"\b(?:før|føre|innan|til|before|until|till)\s+(?:kl(?:okk[ae]n?)?\.?\s*)(?P<ends>\d{1,2})(?![.:]?\d)"
)
_SINCE = re.compile(r"\b(?:etter|ette|after)\s+(?:kl(?:okk[ae]n?)?\.?\s*)(?P<begins>\d{1,2})(?![.:]?\d)")
_LESS = re.compile(r"\b(?:mindre|mindr|less)\s+(?:støy|bråk|mas|noise|nois)\b")
#: When messages come at all, where that is all that a few words say: "meldinger i natt", "varsler om kvelden".
_AT_NIGHT = re.compile(
    r"(?:ingen |ikke |ikkje |no )?(?:meldinger|meldingar|beskjeder|varsler|varslar|pling|messages|notifications|alerts)"
    r" (?:i natt|i natta|om natta|om natten|på natta|om nettene|om kvelden|at night|tonight|in the evening|overnight)"
)
#: A longer text is about something else.
_LONGEST = 14


def noise_settings(text: str, reading: Reading) -> tuple[str, dict[str, Any]] | None:
    """The action, with the hours that the text names for the form; None where it is about something else. Nothing is
    set by words: hours that were misread would be missed messages."""
    said = folded(text)
    if len(reading.words) > _LONGEST:
        return None
    whole = " ".join(re.sub(r"[.!?]+", " ", said).split())
    if _AT_NIGHT.fullmatch(whole):
        return ACTION, {}
    if _QUIET.search(reading.text) or _QUIET.search(said):
        return ACTION, _named(_FROM_TO.search(said))
    hours = _named(_UNTIL.search(said)) | _named(_SINCE.search(said))
    is_left_alone = _LEAVE.search(said) and (hours or reading.window) and topic(reading) != "digest"
    if _LESS.search(said) or is_left_alone:
        return ACTION, hours
    return None


def _named(found: "re.Match[str] | None") -> dict[str, Any]:
    """The hours that were found, as the form has them."""
    return {name: str(int(hour)) for name, hour in found.groupdict().items()} if found else {}
