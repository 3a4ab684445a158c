"""Following a topic, in words: an order is short and says which ("følg økonomi", "slutt å følge arbeidsgruppe 3")."""

import re
from datetime import date
from functools import cache
from typing import Any

from dialogs.understanding.lexicon import EMPTY
from dialogs.understanding.normalise import folded
from dialogs.understanding.reading import read
from dialogs.understanding.stored import FOLDER
from dialogs.understanding.vocabulary import Thing, Vocabulary, concept_of

FOLLOW, UNFOLLOW, LIST = "topic.follow", "topic.unfollow", "topic.following"
#: What can be followed, by how a thing is called here: what is none of these is no topic.
_KINDS = {
    "group": "workgroup",
    "phase": "phase",
    "milestone": "milestone",
    "initiative": "initiative",
    "fact": "theme",
    "goal": "theme",
    "recommendation": "theme",
    "delivery": "theme",
    "unit": "theme",
}
#: A longer text tells a story: what it wants is weighed as any other's.
_LONGEST = 12
#: How many topics are offered where what was said names none.
_MOST = 4


def follows(text: str, vocabulary: Vocabulary, today: date) -> tuple[str, dict[str, Any]] | None:
    """The action and the topics, as ``topics`` where they are named, as ``near`` where only something alike is; None
    for a text that is no such order, and for the programme as a whole, which messages are subscribed to for."""
    said = " ".join(re.sub(r"[.!?,…]+(?=\s|$)", " ", folded(text)).split())
    if said in _lists()["list"]:
        return LIST, {}
    if not said.startswith(_heads()):
        return None
    for name, action in (("unfollow", UNFOLLOW), ("follow", FOLLOW)):
        head = next((one for one in _lists()[name] if said.startswith(f"{one} ")), None)
        if head == "unfollow" and said.removeprefix("unfollow ") in _lists()["all"]:
            return None  # all messages are meant
        if head is not None:
            return _which(action, _without_end(said[len(head) :].strip()), vocabulary, today)
    return None


def _which(action: str, what: str, vocabulary: Vocabulary, today: date) -> tuple[str, dict[str, Any]] | None:
    if what in _lists()["all"]:
        return (UNFOLLOW, {"all": True}) if action == UNFOLLOW else None
    words = what.split()
    if not words or len(words) > _LONGEST or words[0] in _lists()["else"]:
        return None
    reading = read(what, vocabulary, today, {})
    if any(thing.kind == "programme" for _, thing in reading.named):
        return None
    named = [(length, thing) for length, thing in reading.named if thing.kind in _KINDS]
    longest = max((length for length, _ in named), default=0)
    told = [word for word in reading.words if concept_of(word) != EMPTY]
    topics = list(dict.fromkeys(_topic(thing) for length, thing in named if length == longest))
    if topics and longest * 2 >= len(told):
        return action, {"topics": topics}
    alike = vocabulary.closest([word.stem for word in told], tuple(_KINDS))
    near = dict.fromkeys([*topics, *(_topic(thing) for _, thing in alike)])
    return action, {"near": list(near)[:_MOST], "said": what[:80]}


def _topic(thing: Thing) -> str:
    return f"{_KINDS[thing.kind]}:{thing.key}"


def _without_end(what: str) -> str:
    end = next((one for one in _lists()["end"] if what.endswith(f" {one}")), None)
    return _without_end(what.removesuffix(end).strip()) if end else what


@cache
def _heads() -> tuple[str, ...]:
    """How every order begins."""
    return tuple(f"{one} " for name in ("unfollow", "follow") for one in _lists()[name])


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    """The longest first, so that none hides another."""
    found: dict[str, list[str]] = {}
    for line in (FOLDER / "following.txt").read_text("utf-8").splitlines():
        name, _, words = line.partition("=")
        if words and not name.startswith("#"):
            parts = words.split("|") if "|" in words else words.split()
            found.setdefault(name.strip(), []).extend(folded(part.strip()) for part in parts)
    return {name: tuple(sorted(words, key=len, reverse=True)) for name, words in found.items()}
