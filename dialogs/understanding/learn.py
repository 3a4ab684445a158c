"""Learns model.json from the phrases: ``python -m dialogs.understanding.learn``, ten seconds."""

import json
import math
import random
import re
from collections import defaultdict
from typing import Any

from dialogs.understanding.intents import MODEL
from dialogs.understanding.lexicon import lexicon
from dialogs.understanding.normalise import folded, words
from dialogs.understanding.phrases import expand, intents, lines
from dialogs.understanding.reading import UNKNOWN, Symbols, _content, _longest_concept, features

ROUNDS, RATE, DECAY, MOST_OF_A_LINE = 14, 0.25, 1e-5, 16
_KINDS = ("fact", "milestone", "group", "role", "unit", "initiative", "goal", "recommendation")
_PART = re.compile(r"\{\w+\}|[^{}]+")


def symbols_of(phrase: str) -> list[Symbols]:
    """The symbols of a phrase: {slots} stand for themselves."""
    found: list[Symbols] = []
    for part in _PART.findall(phrase):
        if part.startswith("{"):
            found.append((f"@{part[1:-1]}",))
            continue
        run, at = words(folded(part)), 0
        while at < len(run):
            concepts, taken = _longest_concept(run, at)
            number: Symbols = ("#number",) if run[at].text.isdigit() else (f"w:{run[at].stem}",)
            found.append(_content(concepts) if taken else number)
            at += len(taken) or 1
    return found


def examples(chance: random.Random) -> list[tuple[list[str], int]]:
    """Every phrase, and beside it the same with a word missing or unknown: people write more than we foresee."""
    names = intents()
    found = []
    for intent, line in lines():
        variants = expand(line)
        for phrase in chance.sample(variants, min(len(variants), MOST_OF_A_LINE)):
            symbols = symbols_of(phrase)
            found.append((features(symbols), names.index(intent)))
            content = [place for place in symbols if place]
            if len(content) > 1 and chance.random() < 0.5:
                found.append((features(_with_noise(content, chance)), names.index(intent)))
            if len(content) > 2:
                at = chance.randrange(len(content))
                gap: list[Symbols] = [(UNKNOWN,)] if chance.random() < 0.5 else []
                found.append((features(content[:at] + gap + content[at + 1 :]), names.index(intent)))
    found += [(features(nonsense), names.index("out_of_scope")) for nonsense in _nonsense()]
    return found


def _with_noise(content: list[Symbols], chance: random.Random) -> list[Symbols]:
    """A word that is also in the name of something: which names there are differs from programme to programme."""
    plain = [at for at, place in enumerate(content) if not place[0].startswith("@")] or [0]
    at = chance.choice(plain)
    return [*content[:at], (*content[at], f"@{chance.choice(_KINDS)}"), *content[at + 1 :]]


def _nonsense() -> list[list[Symbols]]:
    """Words nobody here knows are about something else."""
    starts: list[list[Symbols]] = [
        [],
        [("what",)],
        [("who",)],
        [("when",)],
        [("how",)],
        [("howmany",)],
        [("w:kan",)],
        [("me",)],
    ]
    return [start + [(UNKNOWN,)] * count for start in starts for count in range(1, 7) for _ in range(4)]


def learn() -> dict[str, dict[int, float]]:
    """Multinomial logistic regression by stochastic gradient descent."""
    chance = random.Random(20201201)  # noqa: S311 - repeatable, not secret
    seen, count = examples(chance), len(intents())
    sizes = [sum(intent == at for _, intent in seen) for at in range(count)]
    pull = [math.sqrt(len(seen) / count / max(1, size)) for size in sizes]
    weights: dict[str, dict[int, float]] = defaultdict(dict)
    for turn in range(ROUNDS):
        rate = RATE / (1 + turn / 3)
        chance.shuffle(seen)
        for found, intent in seen:
            _step(weights, found, intent, rate * pull[intent], count)
    return weights


def _step(weights: dict[str, dict[int, float]], found: list[str], intent: int, rate: float, count: int) -> None:
    scores = [0.0] * count
    for feature in found:
        for at, weight in weights[feature].items():
            scores[at] += weight
    highest = max(scores)
    odds = [math.exp(score - highest) for score in scores]
    total = sum(odds)
    share = rate / math.sqrt(len(found))
    for at in range(count):
        error = (at == intent) - odds[at] / total
        if abs(error) > 0.004:
            for feature in found:
                row = weights[feature]
                row[at] = row.get(at, 0.0) * (1 - DECAY) + share * error


def learned() -> dict[str, Any]:
    """What model.json must hold: the intents, and each feature's weights in hundredths."""
    lexicon()
    weights = {
        feature: {at: round(100 * weight) for at, weight in sorted(row.items()) if abs(weight) >= 0.04}
        for feature, row in sorted(learn().items())
    }
    return {"intents": intents(), "weights": {feature: row for feature, row in weights.items() if row}}


if __name__ == "__main__":
    MODEL.write_text(json.dumps(learned(), ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
