"""Learns how likely a text asks for what documents seldom say (unsaid.py), against what the phrases say they answer."""

import math
import random
from collections.abc import Iterable, Iterator

import numpy as np

from dialogs.understanding.numbered import Numbered, rows_of
from dialogs.understanding.phrases import expand, near, unsaid
from dialogs.understanding.signals import signals_in
from dialogs.understanding.sought import ANSWERED

ROUNDS, RATE, KEPT = 3, 0.12, 0.97
#: A line of so many alternatives is shown with more of them than one of a phrase.
MOST_OF_A_LINE, MOST_OF_A_PHRASE = 12, 4
FEWEST = 12
#: There are few of them.
PULL = 4.0
#: What people say beside what they want tells nothing either way.
BESIDE = ("smalltalk", "help")
#: Kinds of things (sought.txt) that no phrase is an example of being answered with, whatever its intent.
SELDOM = frozenset(
    {"consequence", "opinion", "contents", "outcome", "record", "practical", "guests", "cost", "tenure", "private"}
    | {"comparison", "measure", "risk", "supplier", "post", "effort", "signed", "fate", "predecessor"}
)

Shown = tuple[str, bool]


def shown(of: list[tuple[str, str]]) -> list[Shown]:
    """Every line, and whether it asks for what documents seldom say or for what is not for the bot."""
    answered = [(line, label.startswith("out_of_scope")) for label, line in of if _tells(label, line)]
    return [*answered, *((line, False) for line in near()), *((line, True) for line in unsaid())]


def _tells(label: str, line: str) -> bool:
    if label.startswith(BESIDE) or "{open_question}" in line:
        return False
    is_asked = label in ANSWERED and SELDOM & signals_in(expand(line)[0], bool, "sought.txt")
    return not is_asked


def chosen(lines: list[Shown], chance: random.Random) -> Iterator[tuple[str, bool, float]]:
    """Some of what each line stands for, with what it is and how much it counts."""
    own = frozenset([*near(), *unsaid()])
    for line, is_unsaid in lines:
        variants = expand(line)
        most, pull = (MOST_OF_A_LINE, PULL) if line in own else (MOST_OF_A_PHRASE, 1.0)
        for phrase in chance.sample(variants, min(len(variants), most)):
            yield phrase, is_unsaid, pull


Example = tuple[list[str], bool, float]


def learn(rounds: Iterable[Iterable[Example]], chance: random.Random) -> dict[str, float]:
    """The weight of each feature, by logistic regression and the mean of the later rounds, as in learn.py."""
    numbered = Numbered()
    every = [[(numbered.of(found), is_unsaid, pull) for found, is_unsaid, pull in seen] for seen in rounds]
    places, place_of = numbered.places((shown for seen in every for shown, _, _ in seen), FEWEST)
    weights, later = np.zeros(len(places)), np.zeros(len(places))
    for turn, seen in enumerate(every):
        chance.shuffle(seen)
        for shown, is_unsaid, pull in seen:
            rows = rows_of(shown, place_of)
            theirs = weights[rows]
            likely = 1 / (1 + math.exp(-max(-30.0, min(30.0, float(theirs.sum())))))
            weights[rows] = theirs + RATE / (1 + turn / 3) * pull / math.sqrt(max(1, len(rows))) * (is_unsaid - likely)
        weights *= KEPT
        later += weights * (turn >= len(every) // 2)
    mean = later / (len(every) - len(every) // 2)
    return {feature: float(mean[at]) for feature, at in places.items()}
