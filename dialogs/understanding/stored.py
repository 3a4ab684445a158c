"""What learn.py stored, read once: known.json, every known word, and model.json, so that no list of words or phrases is
read then."""

import json
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
    the phrases."""

    forms: dict[str, str]
    stemmed: dict[str, str]
    common: dict[str, int]
    phrased: frozenset[str]


@dataclass(frozen=True)
class Model:
    """``labels`` are intents, some with what they are about ("out_of_scope/own_position"); ``cooling`` is what scores
    are divided by, since phrases are tidier than what people write; ``weights`` has for each feature "label hundredths
    label hundredths …", taken apart when it is first met."""

    labels: tuple[str, ...]
    cooling: float
    weights: dict[str, str]


@cache
def weights_of(feature: str) -> tuple[tuple[int, int], ...]:
    """The labels that a known feature speaks for or against, each with its weight in hundredths."""
    row = iter(map(int, model().weights[feature].split()))
    return tuple(zip(row, row, strict=True))


@cache
def model() -> Model:
    found = json.loads(MODEL.read_text("utf-8"))
    return Model(tuple(found["labels"]), found["cooling"], found["weights"])


@cache
def known() -> Known:
    found = json.loads(KNOWN.read_text("utf-8"))
    return Known(**{**found, "phrased": frozenset(found["phrased"])})
