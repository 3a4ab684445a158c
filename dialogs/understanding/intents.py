"""Third step: which intent the symbols speak for. A linear model (model.json), learnt from the phrases by learn.py."""

import math
from collections import defaultdict
from dataclasses import dataclass

from dialogs.understanding.stored import model, weights_of

#: Below this nothing is done on a guess: the likeliest are offered instead.
SURE = 0.27


@dataclass(frozen=True)
class Ranked:
    """An intent with its probability, and what it is likeliest about ("" where its phrases make no difference)."""

    intent: str
    confidence: float
    about: str = ""


def rank(found: list[str]) -> list[Ranked]:
    """Every intent with its probability, likeliest first."""
    names, weights = model().labels, model().weights
    scores = [0] * len(names)
    for feature in found:
        for at, hundredths in weights_of(feature) if feature in weights else ():
            scores[at] += hundredths
    highest = max(scores)
    odds = [math.exp((score - highest) / 100 / model().cooling) for score in scores]
    total = sum(odds)
    shares: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for name, odd in zip(names, odds, strict=True):
        intent, _, about = name.partition("/")
        shares[intent].append((odd / total, about))
    ranked = [Ranked(intent, sum(share for share, _ in of), max(of)[1]) for intent, of in shares.items()]
    return sorted(ranked, key=lambda one: one.confidence, reverse=True)
