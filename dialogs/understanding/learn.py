"""Learns known.json and model.json from words and phrases: ``python -m dialogs.understanding.learn``, a minute."""

import hashlib
import json
import math
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dialogs.understanding import learn_unsaid
from dialogs.understanding.dates import calendar_words
from dialogs.understanding.features import UNKNOWN, Symbols, features
from dialogs.understanding.lexicon import written
from dialogs.understanding.normalise import folded, stem, words
from dialogs.understanding.numbered import Numbered, rows_of
from dialogs.understanding.phrases import expand, labels, lines, unsaid_words, word_counts
from dialogs.understanding.reading import _content, _longest_concept
from dialogs.understanding.stored import KNOWN, MODEL, known

ROUNDS, RATE, KEPT, MOST_OF_A_LINE = 6, 0.25, 0.97, 4
#: How many of a varied phrase's own words stay in it: others say it in others.
KEPT_WORDS = 0.7
#: What people say beside what they want.
ASIDES = ("out_of_scope", "smalltalk")
#: What fewer examples of all rounds than this show is left to what more of them show.
FEWEST = 18
#: Weights below this are left out of the model.
SMALLEST = 0.02
#: One line in so many is left out to see how sure the model may be.
FOLDS = 6

Example = tuple[list[str], int]
Weights = npt.NDArray[np.float64]
_KINDS = ("fact", "milestone", "group", "role", "unit", "initiative", "goal", "recommendation")
_PART = re.compile(r"\{\w+\}|[^{}]+")
_SLOT = re.compile(r"\{\w+\}")


@lru_cache(maxsize=100_000)
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


@lru_cache(maxsize=100_000)
def words_of(phrase: str) -> list[str]:
    """A phrase's own words."""
    return [word.text for word in words(folded(_SLOT.sub(" ", phrase)))]


def examples(of: list[tuple[str, str]], chance: random.Random) -> Iterator[Example]:
    """Every phrase, and beside it the same with less, with more and with other words in it: people write more than we
    foresee."""
    names = labels()
    asides = [symbols_of(chance.choice(expand(line)))[:4] for label, line in of if label.startswith(ASIDES)]
    for label, line in of:
        variants = expand(line)
        for phrase in chance.sample(variants, min(len(variants), MOST_OF_A_LINE)):
            content, said = [place for place in symbols_of(phrase) if place], words_of(phrase)
            yield features(content, said), names.index(label)
            for other in _otherwise(label, content, asides, chance):
                kept = [word for word in said if chance.random() < KEPT_WORDS]
                yield features(other, kept), names.index(label)
    for nonsense in _nonsense():
        yield features(nonsense), names.index("out_of_scope")


def _otherwise(
    label: str, content: list[Symbols], asides: list[list[Symbols]], chance: random.Random
) -> Iterator[list[Symbols]]:
    """The phrase as others might say it: with words of their own, one more, one less, or something beside it."""
    own = [tuple(UNKNOWN if one.startswith("w:") and chance.random() < 0.5 else one for one in at) for at in content]
    if own != content:
        yield own
    if len(content) > 1 and chance.random() < 0.5:
        yield _with_noise(content, chance)
    if len(content) > 2:
        at = chance.randrange(len(content))
        yield [*content[:at], *[(UNKNOWN,)] * chance.randrange(2), *content[at + 1 :]]
    if not label.startswith(ASIDES) and chance.random() < 0.3:
        unknown: list[Symbols] = [(UNKNOWN,)] * chance.randrange(1, 4)
        aside = chance.choice(asides) if chance.random() < 0.3 else unknown
        yield aside + content if chance.random() < 0.6 else content + aside


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


def learn(of: list[tuple[str, str]], turns: int = ROUNDS) -> tuple[dict[str, int], Weights]:
    """Multinomial logistic regression by stochastic gradient descent: the place of each feature, and its weights.

    Each round sees the phrases varied anew, and the weights are the mean of the later rounds': what holds of one
    variation only is evened out.
    """
    chance = random.Random(20201201)  # noqa: S311 - repeatable, not secret
    numbered = Numbered()
    rounds = [[(numbered.of(found), label) for found, label in examples(of, chance)] for _ in range(turns)]
    places, place_of = numbered.places((shown for seen in rounds for shown, _ in seen), FEWEST)
    sizes = Counter(label for _, label in rounds[0])
    pull = [math.sqrt(len(rounds[0]) / len(labels()) / max(1, sizes[at])) for at in range(len(labels()))]
    weights = np.zeros((len(places), len(labels())))
    later = np.zeros_like(weights)
    for turn, seen in enumerate(rounds):
        rate = RATE / (1 + turn / 3)
        chance.shuffle(seen)
        for shown, label in seen:
            rows = rows_of(shown, place_of)
            theirs = weights[rows]
            error = -_probabilities(theirs.sum(0))
            error[label] += 1
            weights[rows] = theirs + rate * pull[label] / math.sqrt(max(1, len(rows))) * error
        weights *= KEPT
        later += weights * (turn >= turns // 2)
    return places, later / (turns - turns // 2)


def _probabilities(scores: Weights) -> Weights:
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum())


def cooling() -> float:
    """How much surer a model is of phrases it has not seen than it should be: what its scores are divided by.

    Learnt from five lines of six and tried on the sixth, as temperature scaling does (Guo et al. 2017).
    """
    chance = random.Random(20201215)  # noqa: S311 - repeatable, not secret
    every = list(lines())
    places, weights = learn([line for at, line in enumerate(every) if at % FOLDS], ROUNDS // 2)
    tried = []
    for at, (label, line) in enumerate(every):
        if at % FOLDS == 0:
            found = [places[one] for one in _shown(chance.choice(expand(line))) if one in places]
            tried.append((weights[found].sum(0), labels().index(label)))
    right = sum(int(scores.argmax()) == label for scores, label in tried)
    sys.stderr.write(f"lines left out: {right} of {len(tried)} understood\n")
    surprise = {
        by / 20: -sum(math.log(_probabilities(scores / (by / 20))[label] + 1e-9) for scores, label in tried)
        for by in range(10, 80)
    }
    return min(surprise, key=lambda by: surprise[by])


def _shown(phrase: str) -> list[str]:
    return features(symbols_of(phrase), words_of(phrase))


def known_words() -> dict[str, Any]:
    """What known.json must hold: see Known."""
    forms, counts = written(), word_counts()
    single = {word for form in forms for word in form.split()} | calendar_words.WORDS
    # A word of one phrase only may be a slip that somebody wrote.
    common = dict.fromkeys([*single, *sorted(unsaid_words())], 1) | {
        word: count for word, count in counts.items() if count > 1
    }
    stemmed: dict[str, str] = {}
    for form, concepts in forms.items():
        stems = " ".join(map(stem, form.split()))
        stemmed[stems] = " ".join(dict.fromkeys([*stemmed.get(stems, "").split(), *concepts.split()]))
    return {
        "forms": forms,
        "stemmed": stemmed,
        "common": dict(sorted(common.items(), key=lambda item: (-item[1], item[0]))),
        "phrased": sorted(counts),
        "longest": _longest(forms),
    }


def _longest(forms: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for first, *more in map(str.split, forms):
        if more:
            found[stem(first)] = max(found.get(stem(first), 1), 1 + len(more))
    return found


def taught_by() -> str:
    """What the model is learnt from, as a SHA-256: each phrase as it is read, with its label, what documents seldom
    say, and how it is learnt. Where it is another, `make learn` has to be run; learning itself takes a minute."""
    seen = hashlib.sha256()
    every = list(lines())
    for label, phrase in every:
        seen.update(repr((label, symbols_of(phrase), words_of(phrase))).encode())
    for shown in learn_unsaid.shown(every):
        seen.update(repr(shown).encode())
    for module in ("learn.py", "learn_unsaid.py", "features.py"):
        path = Path(__file__).with_name(module)
        seen.update(path.read_bytes())
    return seen.hexdigest()


def learned() -> dict[str, Any]:
    """What model.json must hold, by the words that known.json holds: see Model."""
    places, weights = learn(list(lines()))
    seldom = _seldom_said()
    none = np.zeros(len(labels()))
    every = dict.fromkeys([*places, *seldom])
    rows = {
        one: _row(np.append(weights[places[one]] if one in places else none, seldom.get(one, 0.0))) for one in every
    }
    made = {
        "labels": labels(),
        "taught_by": taught_by(),
        "cooling": cooling(),
        "weights": "\n".join(sorted(f"{feature}\t{row}" for feature, row in rows.items() if row)),
    }
    return {**made, "seal": seal(made)}


def seal(made: dict[str, Any]) -> str:
    """A SHA-256 of what was learnt, with what it was taught by: a model mended by hand, or merged, has another."""
    told = [made[name] for name in ("labels", "taught_by", "cooling", "weights")]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _seldom_said() -> dict[str, float]:
    """How much each feature speaks for what documents seldom say (unsaid.py)."""
    chance = random.Random(20201216)  # noqa: S311 - repeatable, not secret
    lines_shown = learn_unsaid.shown(list(lines()))
    return learn_unsaid.learn((_examples_of_unsaid(lines_shown, chance) for _ in range(learn_unsaid.ROUNDS)), chance)


def _examples_of_unsaid(of: list[learn_unsaid.Shown], chance: random.Random) -> Iterator[learn_unsaid.Example]:
    for phrase, is_unsaid, pull in learn_unsaid.chosen(of, chance):
        content, said = [place for place in symbols_of(phrase) if place], words_of(phrase)
        yield features(content, said), is_unsaid, pull
        for other in _otherwise("", content, [[(UNKNOWN,)]], chance):
            yield features(other, [word for word in said if chance.random() < KEPT_WORDS]), is_unsaid, pull


def _row(weights: Weights) -> str:
    """Label, hundredths, label, hundredths, …: of those that matter."""
    return " ".join(f"{at} {round(100 * one)}" for at, one in enumerate(weights) if abs(one) >= SMALLEST)


def _store(path: Path, found: dict[str, Any]) -> None:
    path.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    _store(KNOWN, known_words())
    known.cache_clear()
    _store(MODEL, learned())
