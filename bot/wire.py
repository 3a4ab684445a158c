"""Text off the wire, made fit to store."""

import unicodedata
from typing import Any

#: What a text can do without, and others can be misled by: controls, and marks that turn the direction of what follows.
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_READABLE = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *map(ord, _TURNING)), "")
_READABLE |= {0x09: "\t"} | dict.fromkeys((0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), "\n")
#: Kinds of characters that nobody sees: blanks, and what only says how others are written.
_UNSEEN = {"Cc", "Cf", "Cn", "Mn", "Zl", "Zp", "Zs"}


def clean(text: str) -> str:
    """The text as every database can store it: without NUL and lone surrogates, line breaks as one character."""
    if text.isascii() and text.isprintable():
        # As ids, names and addresses are, and nearly every text of an activity: nothing to look for in them.
        return text
    return text.replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "replace").decode()


def readable(text: str) -> str:
    """A clean text without what a reader could be misled by; empty where there is nothing to see in it."""
    found = text.translate(_READABLE)
    return found if any(unicodedata.category(character) not in _UNSEEN for character in found) else ""


def cleaned(values: dict[str, Any], depth: int = 4) -> dict[str, Any]:
    """Values of a button or form, with their texts clean; what is nested deeper than any form of ours is dropped."""
    return {clean(str(name)): _cleaned(value, depth) for name, value in values.items()}


def _cleaned(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (list, dict)) and depth == 0:
        return None
    if isinstance(value, list):
        return [_cleaned(one, depth - 1) for one in value]
    return cleaned(value, depth - 1) if isinstance(value, dict) else value


def is_clean(text: str) -> bool:
    """Whether an id can be stored as it is. One that cannot is no id of any platform."""
    return clean(text) == text
