"""Third step: which intent the symbols speak for. A linear model (model.json), learnt from the phrases by learn.py."""

import json
import math
from functools import cache

from dialogs.understanding.lexicon import FOLDER

MODEL = FOLDER / "model.json"
#: Below this nothing is done on a guess: the likeliest are offered instead.
SURE = 0.27
#: The phrases are tidier than what people write, so the model is surer than it should be.
_COOLING = 1.5


@cache
def _model() -> tuple[tuple[str, ...], dict[str, list[tuple[int, float]]]]:
    stored = json.loads(MODEL.read_text("utf-8"))
    weights = {
        feature: [(int(at), weight / 100) for at, weight in row.items()] for feature, row in stored["weights"].items()
    }
    return tuple(stored["intents"]), weights


def rank(found: list[str]) -> list[tuple[float, str]]:
    """Every intent with its probability, likeliest first."""
    names, weights = _model()
    scores = [0.0] * len(names)
    for feature in found:
        for at, weight in weights.get(feature, ()):
            scores[at] += weight
    highest = max(scores)
    odds = [math.exp((score - highest) / _COOLING) for score in scores]
    total = sum(odds)
    return sorted(((odd / total, name) for odd, name in zip(odds, names, strict=True)), reverse=True)
