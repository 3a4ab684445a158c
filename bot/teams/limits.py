"""What Teams would refuse or not show of a message, beside what Microsoft's schema says."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.teams.render import MOST_ACTIONS

#: Teams takes activities below 28 KB: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
LARGEST = 28 * 1024
#: Bytes that the addresses of an activity may take, which ``message`` leaves open.
ADDRESSES = 2 * 1024


def broken_limits(activity: dict[str, Any]) -> list[str]:
    """Everything about a message activity with cards that breaks a limit; empty where nothing does."""
    wrong = []
    size = len(json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode()) + ADDRESSES
    if size >= LARGEST:
        wrong.append(f"{size} bytes")
    if not activity.get("summary"):
        wrong.append("nothing for a notification to say")
    for attachment in activity.get("attachments", ()):
        wrong += _of_card(attachment["content"])
    return wrong


def _of_card(card: dict[str, Any]) -> list[str]:
    parts = list(_parts(card))
    ids = Counter(part["id"] for part in parts if "id" in part)
    wrong = [f"id {name} {count} times" for name, count in ids.items() if count > 1]
    sets = [part["actions"] for part in parts if "actions" in part]
    wrong += [f"{len(actions)} actions in a set" for actions in sets if len(actions) > MOST_ACTIONS]
    if not card.get("fallbackText"):
        wrong.append("no text for a client that cannot draw it")
    wrong += [f"{part['id']} has no label" for part in parts if part["type"].startswith("Input.") and not part["label"]]
    wrong += [f"{part['url']} has no text" for part in parts if part["type"] == "Image" and not part.get("altText")]
    return wrong


def _parts(part: Any) -> Iterator[dict[str, Any]]:
    """The card and every element and action in it; what a button sends is none."""
    if isinstance(part, list):
        for one in part:
            yield from _parts(one)
    elif isinstance(part, dict) and "type" in part:
        yield part
        for name, inner in part.items():
            if name not in ("data", "fallback"):
                yield from _parts(inner)
