"""Third step: which intent the symbols speak for. A linear model (model.json), learnt from the phrases by learn.py."""

import math
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from dialogs.understanding.stored import model

#: Below this nothing is done on a guess: the likeliest are offered instead.
SURE = 0.27


class Ranked(NamedTuple):
    """An intent with its probability, and what it is likeliest about ("" where its phrases make no difference)."""

    intent: str
    confidence: float
    about: str = ""


def rank(scores: Sequence[int]) -> list[Ranked]:
    """Every intent with its probability, likeliest first, by what a text's features say of each label."""
    scores = scores[:-1]  # what documents seldom say is no intent
    highest, abouts, cooling = max(scores), _abouts(), model().cooling
    odds = [math.exp((score - highest) / 100 / cooling) for score in scores]
    total = sum(odds)
    ranked = [
        Ranked(intent, odds[places[0]] / total, abouts[places[0]])
        if len(places) == 1
        else Ranked(intent, sum(odds[at] for at in places) / total, abouts[max(places, key=odds.__getitem__)])
        for intent, places in _places().items()
    ]
    return sorted(ranked, key=attrgetter("confidence"), reverse=True)


@cache
def _abouts() -> tuple[str, ...]:
    return tuple(label.partition("/")[2] for label in model().labels)


@cache
def _places() -> dict[str, list[int]]:
    """Where among the labels those of each intent stand."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, label in enumerate(model().labels):
        found[label.partition("/")[0]].append(at)
    return dict(found)
