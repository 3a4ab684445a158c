"""What Slack's payloads have in common: ids, moments and texts, read without trusting that they are there."""

import re
from datetime import UTC, datetime
from typing import Any

from bot.wire import clean

#: Ids of people, workspaces and conversations; Slack says no more of them than that they may grow longer.
_ID = re.compile(r"[A-Z][A-Z0-9]{1,39}", re.ASCII)
#: The moment of a message, which is its id in its conversation.
_STAMP = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}", re.ASCII)
#: Ids of events and interactions.
_UNIQUE = re.compile(r"[A-Za-z0-9._:-]{1,120}", re.ASCII)


class Malformed(Exception):  # noqa: N818 - says what is wrong with it
    """A signed payload that lacks what it must have; the text says what, and nothing of what was sent."""


def needed(found: Any, what: str) -> str:
    """An id. Raises Malformed."""
    if not isinstance(found, str) or not _ID.fullmatch(found):
        raise Malformed(f"The payload lacks {what}.")
    return found


def unique(found: Any, what: str) -> str:
    """What an event or interaction is known again by. Raises Malformed."""
    if not isinstance(found, str) or not _UNIQUE.fullmatch(found):
        raise Malformed(f"The payload lacks {what}.")
    return found


def stamp(found: Any) -> str:
    """The id of a message, or nothing."""
    return found if isinstance(found, str) and _STAMP.fullmatch(found) else ""


def moment(found: Any) -> datetime | None:
    """When it was, of a message's id or of seconds since 1970."""
    seconds = float(found) if stamp(found) else found
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not 0 < seconds < 4e9:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def text(found: Any) -> str:
    return clean(found) if isinstance(found, str) else ""


def part(found: Any, *names: str) -> dict[str, Any]:
    """The object at the end of these names; empty where there is none."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}
