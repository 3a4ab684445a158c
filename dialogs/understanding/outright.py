"""What a short sentence orders or asks for outright, whatever else its words may be near: outright.txt.

These are things of the bot's own (a waiting list, a receipt, the queue of inputs): documents say nothing of them, so
what is learnt of how people ask about documents leads astray. Who may see them is asked where they are shown.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from dialogs.understanding.normalise import folded
from dialogs.understanding.reading import Reading
from dialogs.understanding.signals import signals_in
from dialogs.understanding.stored import FOLDER

FILE = "outright.txt"
#: A longer text tells more than one of these.
_LONGEST = 14
#: What says nothing of what is wanted, before it and behind it.
_BEFORE = re.compile(
    r"^(?:(?:hei|hallo|heisann|hi|hello|hey|du|takk|please|plis|vær så snill og|ver så snill og|ok|okei|men|og"
    r"|(?:kan|kunne|vil|ville|can|could|would|will) (?:du|dykk|dokker|de|dere|you)(?: please)?)[ ,!.]+)+"
)
_BEHIND = re.compile(r"[ ,]+(?:takk|please|pls|plis|er du snill|er du grei|nå|no|da|a|now)[.!?]*$")
_REST = "rest"
_NAMED = "named"
#: Behind a name in an order to sign somebody off.
_OFF = re.compile(r" (?:av|off|out)$")
#: What goes with a group, a milestone or a day that is named.
NAMING = frozenset(
    {"calendar.add", "decision.entry", "decision.log", "group.meetings", "told.on", "milestone.when", "workgroup.about"}
)
#: What is said of nothing else than what is named.
_ONLY_NAMED = frozenset({"milestone.when", "workgroup.about"})
_KINDS = {"group": "groups", "milestone": "milestones"}


def outright(text: str, knows: Callable[[str], bool] | None = None) -> tuple[str, dict[str, Any]] | None:
    """The action and its values; None where the text is about something else."""
    said = folded(text).strip()
    if len(said.split()) > _LONGEST:
        return None
    said = _BEHIND.sub("", _BEFORE.sub("", said))
    heard = signals_in(said, knows, FILE)
    section = next((one for one in _sections() if one in heard), "")
    if not section:
        return None
    action, *pairs = section.split()
    values: dict[str, Any] = dict(pair.split("=") for pair in pairs)
    if values.get("name") == _REST:
        values["name"] = _named(said, knows)
        return (action, values) if values["name"] else None
    return action, values


def actions() -> tuple[str, ...]:
    """What sentences lead to."""
    return tuple(dict.fromkeys(section.split()[0] for section in _sections()))


def named_in(reading: Reading) -> dict[str, Any]:
    """The groups, the milestones and the days that a sentence names."""
    values: dict[str, Any] = {}
    for kind, several in _KINDS.items():
        found = list(dict.fromkeys(thing.key for _, thing in reading.named if thing.kind == kind))
        values |= {several: found} if found else {}
        values |= {kind: found[0]} if len(found) == 1 else {}
    window = reading.window
    if window is not None and window.no_such_day is None:
        values |= {"from": window.first.isoformat(), "to": window.last.isoformat()}
    return values


def lacks_name(action: str, values: dict[str, Any]) -> bool:
    """Whether it is about something that is named, and nothing was: of such an action, or in a section that says
    ``of=named``."""
    if values.get("of") == _NAMED:
        return not values.get("milestones")
    return action in _ONLY_NAMED and not {"milestones", "groups", "of"} & values.keys()


def _named(said: str, knows: Callable[[str], bool] | None) -> str:
    """Whom an order is about: the words at its end that are no words of the language, but names."""
    words = _OFF.sub("", said.strip(" .!?")).split()
    names: list[str] = []
    while words and not (knows and knows(words[-1])) and words[-1] not in _verbs():
        names.insert(0, words.pop())
    return " ".join(names)


@cache
def _verbs() -> frozenset[str]:
    return frozenset(word for _, line in _lines() for word in re.findall(r"\w+", line))


@cache
def _sections() -> tuple[str, ...]:
    return tuple(dict.fromkeys(section for section, _ in _lines()))


@cache
def _lines() -> tuple[tuple[str, str], ...]:
    """Every line with its section."""
    found, section = [], ""
    for line in (FOLDER / FILE).read_text("utf-8").casefold().splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif line and not line.startswith("#") and section not in ("filler", "same"):
            found.append((section, line))
    return tuple(found)
