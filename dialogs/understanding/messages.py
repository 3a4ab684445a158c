"""What a text changes of the messages that come by themselves: which of them, and which way. Lists: messages.txt.

Nothing is turned on or off but by words that say which way; what only names them, or says both, is shown as it is.
"""

from functools import cache
from itertools import pairwise
from typing import Any

from dialogs.understanding.normalise import folded
from dialogs.understanding.reading import Reading
from dialogs.understanding.stored import FOLDER

#: How many words behind "turn" its "off" may stand: "turn all of those reminders off".
_REACH = 5
#: A longer text tells more than the name of what is to be shown.
_LONGEST = 7
_ENDS = frozenset({"stop", "cancel"})
_AND = (["og"], ["and"], ["eller"], ["or"])


def shown(reading: Reading) -> tuple[str, dict[str, Any]] | None:
    """The settings, where the text only names them or what they set ("innstillinger", "hvilke påminnelser har jeg")."""
    said = [word.text for word in reading.words]
    if not said or len(said) > _LONGEST:
        return None
    named = [word for word in said if _is(word, "settings")]
    others = [word for word in said if word not in named]
    if named and all(_is(word, "beside") for word in others):
        return "settings", {}
    named = [word for word in said if _is(word, "messages")]
    others = [word for word in said if word not in named]
    return ("settings", {}) if named and all(_is(word, "mine") for word in others) else None


def all_off(text: str) -> bool:
    """ "Meld meg av alt": messages are meant, or a group; that is to be asked."""
    return " ".join(folded(text).strip(" .!").split()) in _wholes()


def topic(reading: Reading) -> str:
    """Which messages are spoken of: "digest", "reminders", "both" of them, or the empty string for none by name."""
    said = [word.text for word in reading.words]
    is_digest, is_reminder = (any(_is(word, name) for word in said) for name in ("digest", "reminders"))
    return "both" if is_digest and is_reminder else "digest" if is_digest else "reminders" if is_reminder else ""


def direction(reading: Reading, *, is_often_said: bool) -> bool | None:
    """True for on, False for off, None where the words say neither, or both. ``is_often_said``: how often, or on which
    day, which is asked for only of what is to come."""
    said = [word.text for word in reading.words]
    if _is_kept(said):
        return None
    is_not_forgotten, said = _without_not_forgotten(said)
    turned = _turned(said)
    if is_not_forgotten:
        return True
    if turned is not None:
        return None if len(turned) > 1 else "on" in turned
    is_ended = bool(_ENDS & reading.concepts) or any(_is(word, "ends") for word in said)
    if is_ended or ("not" in reading.concepts and not is_often_said):
        return False
    return True if is_often_said or any(_is(word, "wants") for word in said) else None


def _is_kept(said: list[str]) -> bool:
    """ "Ikke slå av påminnelsene", "don't stop the digest": twice no is not off."""
    return any(
        _is(first, "not") and (_is(second, "switch") or second.startswith(("stop", "stans")))
        for first, second in pairwise(_without_joints(said))
    )


def _without_not_forgotten(said: list[str]) -> tuple[bool, list[str]]:
    """ "Ikke glem å minne meg på kickoff" asks for it."""
    said = _without_joints(said)
    for at, (first, second) in enumerate(pairwise(said)):
        if _is(first, "not") and second.startswith(("glem", "gløym", "forget")):
            return True, said[:at] + said[at + 2 :]
    return False, said


def _without_joints(said: list[str]) -> list[str]:
    """ "Don't" is two words here, and "to" says nothing."""
    return [word for word in said if word not in ("t", "å", "to")]


def _turned(said: list[str]) -> frozenset[str] | None:
    """Which ways what is turned is turned, "off and on" both; None where nothing is."""
    ways: set[str] = set()
    for at, word in enumerate(said):
        if _is(word, "switch"):
            near = [_way(one) for one in said[at + 1 : at + 1 + _REACH]]
            first = next((place for place, way in enumerate(near) if way), None)
            if first is not None:
                second = near[first + 2 : first + 3] if said[at + first + 2 : at + first + 3] in _AND else []
                ways.update(way for way in (near[first], *second) if way)
    return frozenset(ways) if ways else None


def _way(word: str) -> str:
    return "off" if _is(word, "away") else "on" if _is(word, "towards") else ""


def _is(word: str, name: str) -> bool:
    whole, beginnings = _lists()[name]
    return word in whole or word.startswith(beginnings)


@cache
def _lists() -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
    """Whole words, and beginnings."""
    found: dict[str, list[str]] = {}
    for name, words in _lines():
        if "|" not in words:
            found.setdefault(name, []).extend(words.split())
    return {
        name: (
            frozenset(word for word in words if not word.endswith("*")),
            tuple(word.rstrip("*") for word in words if word.endswith("*")),
        )
        for name, words in found.items()
    }


@cache
def _wholes() -> frozenset[str]:
    return frozenset(part.strip() for _, words in _lines() if "|" in words for part in words.split("|"))


def _lines() -> list[tuple[str, str]]:
    lines = (FOLDER / "messages.txt").read_text("utf-8").casefold().splitlines()
    parted = (line.partition("=") for line in lines if not line.startswith("#"))
    return [(name.strip(), words) for name, _, words in parted if words]
