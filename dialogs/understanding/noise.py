"""What asks for the form of all that comes by itself: "påminnelser og stilletid", "sett stilletid fra 16 til 8"."""

import re
from typing import Any

from dialogs.understanding.reading import Reading

ACTION = "quiet.show"
_QUIET = re.compile(r"\b(?:stille?\s?ti(?:d|m)\w*|quiet (?:hours?|times?))")
_FROM_TO = re.compile(
    r"\b(?:fra|frå|from|mellom|between)\s+(?:kl(?:okk[ae]n?)?\.?\s*)?(?P<begins>\d{1,2})(?:[.:]00)?"
    r"\s*(?:til|to|og|and|[-–])\s*(?:kl(?:okk[ae]n?)?\.?\s*)?(?P<ends>\d{1,2})(?:[.:]00)?(?![.:]?\d)"
)
#: A longer text is about something else.
_LONGEST = 14


def noise_settings(reading: Reading) -> tuple[str, dict[str, Any]] | None:
    """The action, with the hours that the text names for the form; None where it is about something else. Nothing is
    set by words: hours that were misread would be missed messages."""
    if len(reading.words) > _LONGEST or not _QUIET.search(reading.text):
        return None
    hours = _FROM_TO.search(reading.text)
    return ACTION, {name: str(int(hours[name])) for name in ("begins", "ends")} if hours else {}
