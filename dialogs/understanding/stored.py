"""What learn.py stored, read once: known.json, every known word, and model.json, so that no list of words or phrases is
read then."""

import json
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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


Row = tuple[tuple[int, int], ...]
#: The features met so far that the model has; what it has not may be part of a name, and is not kept.
_met: dict[str, Row] = {}


def weights_of(feature: str) -> Row:
    """The labels that a feature speaks for or against, each with its weight in hundredths; none of an unknown one."""
    return _met.get(feature) or _looked_up(feature)


def _looked_up(feature: str) -> Row:
    start, lines = f"{feature}\t", model().weights
    at = bisect_left(lines, start)
    if at == len(lines) or not lines[at].startswith(start):
        return ()
    numbers = iter(map(int, lines[at][len(start) :].split()))
    _met[feature] = tuple(zip(numbers, numbers, strict=True))
    return _met[feature]


@cache
def model() -> Model:
    found = json.loads(MODEL.read_text("utf-8"))
    return Model(tuple(found["labels"]), found["cooling"], found["weights"].split("\n"))


@cache
def known() -> Known:
    found = json.loads(KNOWN.read_text("utf-8"))
    return Known(**{**found, "phrased": frozenset(found["phrased"])})
