"""Third step: which intent the symbols speak for. A linear model (model.json), learnt from the phrases by learn.py."""

import json
import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from dialogs.understanding.lexicon import FOLDER

MODEL = FOLDER / "model.json"
#: Below this nothing is done on a guess: the likeliest are offered instead.
SURE = 0.27


@dataclass(frozen=True)
class Model:
    """``labels`` are intents, some with what they are about ("out_of_scope/own_position"); ``cooling`` is what scores
    are divided by, since phrases are tidier than what people write."""

    labels: tuple[str, ...]
    cooling: float
    weights: dict[str, list[tuple[int, float]]]


@dataclass(frozen=True)
class Ranked:
    """An intent with its probability, and what it is likeliest about ("" where its phrases make no difference)."""

    intent: str
    confidence: float
    about: str = ""


@cache
def model() -> Model:
    stored = json.loads(MODEL.read_text("utf-8"))
    weights = {
        feature: [(int(at), weight / 100) for at, weight in row.items()] for feature, row in stored["weights"].items()
    }
    return Model(tuple(stored["labels"]), stored["cooling"], weights)


def rank(found: list[str]) -> list[Ranked]:
    """Every intent with its probability, likeliest first."""
    names = model().labels
    scores = [0.0] * len(names)
    for feature in found:
        for at, weight in model().weights.get(feature, ()):
            scores[at] += weight
    highest = max(scores)
    odds = [math.exp((score - highest) / model().cooling) for score in scores]
    total = sum(odds)
    shares: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for name, odd in zip(names, odds, strict=True):
        intent, _, about = name.partition("/")
        shares[intent].append((odd / total, about))
    ranked = [Ranked(intent, sum(share for share, _ in of), max(of)[1]) for intent, of in shares.items()]
    return sorted(ranked, key=lambda one: one.confidence, reverse=True)
