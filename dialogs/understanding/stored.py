"""What learn.py stored in model.json, read once: the model, and every known word, so that no phrase is read then."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
MODEL = FOLDER / "model.json"


@dataclass(frozen=True)
class Stored:
    """``labels`` are intents, some with what they are about ("out_of_scope/own_position"); ``cooling`` is what scores
    are divided by, since phrases are tidier than what people write; ``weights`` has for each feature "label hundredths
    label hundredths …", taken apart when it is first met; ``words`` counts how many phrases each word is in, and
    ``stems`` has the stems of them all."""

    labels: tuple[str, ...]
    cooling: float
    weights: dict[str, str]
    words: dict[str, int]
    stems: dict[str, str]


@cache
def weights_of(feature: str) -> tuple[tuple[int, int], ...]:
    """The labels that a known feature speaks for or against, each with its weight in hundredths."""
    row = iter(map(int, stored().weights[feature].split()))
    return tuple(zip(row, row, strict=True))


@cache
def stored() -> Stored:
    found = json.loads(MODEL.read_text("utf-8"))
    return Stored(tuple(found["labels"]), found["cooling"], found["weights"], found["words"], found["stems"])
