"""What learn.py stored, read once: known.json, every known word, and model.json, so that no list of words or phrases is
read then."""

import json
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from struct import unpack

FOLDER = Path(__file__).parent
MODEL = FOLDER / "model.json"
KNOWN = FOLDER / "known.json"


@dataclass(frozen=True)
class Known:
    """``forms`` are the words of the lexicon ("melde på") with their concepts, ``stemmed`` the same by their stems;
    ``common`` counts in how many phrases every word of any use is, the commonest first; ``phrased`` are the words of
    the phrases; ``longest`` has the stems that forms of several words begin with, and the words of the longest."""

    forms: dict[str, str]
    stemmed: dict[str, str]
    common: dict[str, int]
    phrased: frozenset[str]
    longest: dict[str, int]


@dataclass(frozen=True)
class Model:
    """``labels`` are intents, some with what they are about ("out_of_scope/own_position"); ``cooling`` is what scores
    are divided by, since phrases are tidier than what people write; ``weights`` are lines in order, a feature and a tab
    and "label hundredths label hundredths …": a table of them all would take longer to make than most are ever used.
    The label behind the last is no intent, but what documents seldom say (unsaid.py)."""

    labels: tuple[str, ...]
    cooling: float
    weights: list[str]


#: The bits that each label has in a number that holds the weights of all: far more than any text's would sum up to.
_BITS = 32
_ZERO = 1 << (_BITS - 1)
#: The features met so far that the model has, the weights of each as one number: so a text's are added up by some forty
#: additions instead of a thousand. What the model has not may be part of a name, and is not kept.
_met: dict[str, int] = {}


def scores_of(features: Iterable[str]) -> list[int]:
    """What features say together for or against each label, in hundredths; last, of what documents seldom say."""
    count = len(model().labels) + 1
    total = sum([_met.get(feature) or _looked_up(feature) for feature in features], _zeros(count))
    return [score - _ZERO for score in unpack(f"<{count}I", total.to_bytes(_BITS // 8 * count, "little"))]


@cache
def _zeros(count: int) -> int:
    """Nothing for or against any label: what is below is negative, and borrows from no other label."""
    return sum(_ZERO << _BITS * at for at in range(count))


def _looked_up(feature: str) -> int:
    row = sum(weight << _BITS * at for at, weight in weights_of(feature))
    if row:
        _met[feature] = row
    return row


def weights_of(feature: str) -> list[tuple[int, int]]:
    """The labels that a feature speaks for or against, each with its weight in hundredths; none of an unknown one."""
    start, lines = f"{feature}\t", model().weights
    at = bisect_left(lines, start)
    if at == len(lines) or not lines[at].startswith(start):
        return []
    numbers = iter(map(int, lines[at][len(start) :].split()))
    return list(zip(numbers, numbers, strict=True))


@cache
def model() -> Model:
    found = json.loads(MODEL.read_text("utf-8"))
    return Model(tuple(found["labels"]), found["cooling"], found["weights"].split("\n"))


@cache
def known() -> Known:
    found = json.loads(KNOWN.read_text("utf-8"))
    return Known(**{**found, "phrased": frozenset(found["phrased"])})
