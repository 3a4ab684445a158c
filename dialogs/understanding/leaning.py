"""What leans on the answer before it: a few words mostly go on about the same, so intents near it become likelier."""

from collections.abc import Mapping
from functools import cache
from operator import attrgetter

from dialogs.understanding.intents import Ranked
from dialogs.understanding.reading import Reading

#: How people go on from an answer, by the first word; whatever it was about.
_GOES_ON = frozenset(
    {"og", "å", "åsså", "enn", "men", "jammen", "da", "då", "så", "ok", "okei", "okay", "greit", "fint"}
    | {"and", "so", "but", "then", "also"}
)
#: Words that point back at what was said.
_POINTS_BACK = frozenset({"it", "she", "they", "also", "again", "after", "whatabout"})
_BACK_WORDS = frozenset(
    {"da", "då", "then", "de", "dei", "dem", "them", "these", "disse", "desse", "denne", "dette", "those", "der"}
    | {"there", "deres", "theirs"}
)
#: A longer text says itself what it wants, unless it begins or points back like a follow-up.
_FEW, _SEVERAL, _MANY = 4, 9, 14

#: How many times likelier what was just asked about, what is near it, and what is said beside it become. Whoever was
#: told a date seldom asks for the same again without naming another.
_SAME, _NEAR, _ASIDE = 10.0, 3.0, 0.4
_SAME_OF = {"milestone": 4.0, "announcement": 5.0}
#: And how much less the words say by themselves.
_WORDS = 0.5
_ASIDES = frozenset({"out_of_scope", "smalltalk", "help"})
#: What people ask next, beside more of the same; the beginning of an intent's name stands for all of its kind.
_NEXT: Mapping[str, tuple[str, ...]] = {
    "milestone": ("milestone", "phase", "subscription.set"),
    "phase": ("phase", "milestone.when", "milestone.next"),
    "workgroup": ("workgroup", "person.role", "signup.status"),
    "signup": ("workgroup", "signup"),
    "person": ("person", "workgroup.about", "programme.about"),
    "initiative": ("initiative", "goal.about"),
    "goal": ("goal", "programme.about", "initiative"),
    "delivery": ("delivery", "milestone.when", "workgroup.about"),
    "programme": ("programme", "goal", "milestone.when", "person"),
    "announcement": ("announcement", "milestone"),
    "subscription": ("subscription",),
}


def leans(reading: Reading) -> float:
    """How much a text needs what was said before it to be understood, from 0 to 1."""
    count = len(reading.words)
    if count > _MANY:
        return 0.0
    points_back = _goes_on(reading) or bool(_POINTS_BACK & reading.concepts) or _ends_so(reading)
    if count <= _FEW:
        return 1.0 if points_back else 0.7
    if count <= _SEVERAL:
        return 0.8 if points_back else 0.2
    return 0.4 if points_back else 0.0


def in_talk(ranked: list[Ranked], reading: Reading, subject: Mapping[str, str]) -> list[Ranked]:
    """The intents anew, weighed by what the answer before was about."""
    before = subject.get("of", "")
    much = leans(reading) if before else 0.0
    if not much:
        return ranked
    weighed = [_weighed(one, before, much) for one in ranked]
    total = sum(weighed)
    shares = [Ranked(one.intent, weight / total, one.about) for one, weight in zip(ranked, weighed, strict=True)]
    return sorted(shares, key=attrgetter("confidence"), reverse=True)


def _weighed(one: Ranked, before: str, much: float) -> float:
    likelihood: float = one.confidence ** (1 - _WORDS * much)
    times: float = _times(one.intent, before) ** much
    return likelihood * times


@cache
def _times(intent: str, before: str) -> float:
    if intent == before:
        return _SAME_OF.get(before.partition(".")[0], _SAME)
    if intent in _ASIDES:
        return _ASIDE
    near = _NEXT.get(before.partition(".")[0], ())
    return _NEAR if intent.startswith(near) else 1.0


def _goes_on(reading: Reading) -> bool:
    return reading.words[0].text in _GOES_ON


def _ends_so(reading: Reading) -> bool:
    """ "Hvor lenge da?", "when do they meet": what points back and names nothing."""
    return any(word.text in _BACK_WORDS for word in reading.words)
