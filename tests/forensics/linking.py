"""The linking attack's statistics: whether what is stored tells who wrote what better than chance does.

Inputs are compared within their strata: those that were released together and are of the same ISO week. The week is
stored, and that a batch was written at once shows on some databases, so neither is a secret; within a stratum every
assignment of inputs to people must be as likely as any other. Two statistics, each against that null:

- **Right matches.** The attacker puts the inputs of a stratum in the order of what is stored, the people in the order
  of what is known of them (when they wrote, how much), and matches them. The number of right ones has, under the null,
  an exact distribution: that of the fixed points of random permutations, one for each stratum. One-sided.
- **Rank correlation.** The stratified sum of Spearman's covariances, by its exact mean and variance under the null and
  the normal tail, two-sided. What that finds must also lie beyond each of 20,000 permutations drawn from a seed.

A run makes many such attacks, so each is held to ``LIMIT`` divided by their number (Bonferroni).
"""

import math
import random
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

#: A run in which nothing leaks finds a leak with at most this probability.
LIMIT = 1e-5
PERMUTATIONS = 20_000
SEED = 20201124


@dataclass(frozen=True)
class Attack:
    """What one attack came to: ``p`` is the probability of as much under the null, for this attack alone."""

    name: str
    found: str
    p: float


def strata_of(labels: Sequence[Hashable]) -> list[list[int]]:
    """The places of each stratum of two or more: who is alone in one cannot be confused with anybody."""
    found: dict[Hashable, list[int]] = {}
    for place, label in enumerate(labels):
        found.setdefault(label, []).append(place)
    return [places for places in found.values() if len(places) > 1]


def correlated(
    name: str, stored: Sequence[float | None], known: Sequence[float], strata: list[list[int]]
) -> Attack | None:
    """Whether what is stored rises or falls with what is known of people; None where nothing varies."""
    score, variance, pairs = 0.0, 0.0, []
    for places in strata:
        present = [place for place in places if stored[place] is not None]
        if len(present) < 2:
            continue
        first, second = (_centred([values[place] for place in present]) for values in (stored, known))
        spread = float((first**2).sum() * (second**2).sum()) / (len(present) - 1)
        if spread:
            score, variance = score + float(first @ second), variance + spread
            pairs.append((first, second))
    if not pairs:
        return None
    z = score / math.sqrt(variance)
    p = math.erfc(abs(z) / math.sqrt(2))
    if p < LIMIT:
        # The normal tail is no proof where strata are few and small.
        p = max(p, _beyond(abs(score), pairs))
    return Attack(name, f"z = {z:+.2f}", p)


def _beyond(score: float, pairs: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """0 where no permutation comes as far, else the share of those that do."""
    chance = np.random.default_rng(SEED)
    drawn = np.zeros(PERMUTATIONS)
    for first, second in pairs:
        drawn += chance.permuted(np.tile(first, (PERMUTATIONS, 1)), axis=1) @ second
    return float((np.abs(drawn) >= score * (1 - 1e-9)).mean())


def _centred(values: Sequence[float | None]) -> np.ndarray:
    """Ranks around zero; equal values share theirs."""
    array = np.asarray(values, dtype=float)
    _, places, counts = np.unique(array, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    ranks = (ends - (counts - 1) / 2)[places]
    centred: np.ndarray = ranks - ranks.mean()
    return centred


def matched(
    name: str, stored: Sequence[float | None], known: Sequence[float], strata: list[list[int]]
) -> Attack | None:
    """How many inputs are matched to the right person by putting both in order. Of which inputs anything is stored, the
    attacker is told, so that those are the stratum."""
    guesses: dict[int, int] = {}
    chance = random.Random(SEED)
    strata = [[place for place in places if stored[place] is not None] for places in strata]
    for present in strata:
        if len({stored[place] for place in present}) > 1:
            # Equals are put in an order made by chance, which knows nothing of the truth.
            by_stored = sorted(present, key=lambda place: (float(stored[place] or 0.0), chance.random()))
            by_known = sorted(present, key=lambda place: (known[place], chance.random()))
            guesses.update(zip(by_stored, by_known, strict=True))
    return named(name, guesses, strata)


def named(name: str, guesses: dict[int, int], strata: list[list[int]]) -> Attack | None:
    """How many of these inputs, by their places, are said to be of the right person (the same place)."""
    sizes = [(sum(place in guesses for place in places), len(places)) for places in strata]
    sizes = [(guessed, size) for guessed, size in sizes if guessed]
    if not sizes:
        return None
    within = {place for places in strata for place in places}
    right = sum(place == guess for place, guess in guesses.items() if place in within)
    expected = sum(guessed / size for guessed, size in sizes)
    total = sum(guessed for guessed, _ in sizes)
    return Attack(name, f"{right} of {total} right, {expected:.1f} by chance", at_least(right, sizes))


def at_least(right: int, sizes: Sequence[tuple[int, int]]) -> float:
    """The probability that so many or more of the guesses are right when each stratum's truth is a random permutation.

    ``sizes`` are, of each stratum, how many of its inputs were guessed, each for another person, and how many it has.
    """
    total = [1.0]
    for guessed, size in sizes:
        total = list(np.convolve(total, _fixed_points(guessed, size)))
    return float(min(1.0, sum(total[right:])))


def _fixed_points(guessed: int, size: int) -> list[float]:
    """The probability of 0, 1, 2 … right ones, by inclusion and exclusion over the places that are right."""
    chances = []
    for right in range(guessed + 1):
        chance = Fraction(0)
        for more in range(guessed - right + 1):
            ways = math.comb(guessed, right) * math.comb(guessed - right, more)
            chance += Fraction((-1) ** more * ways * math.factorial(size - right - more), math.factorial(size))
        chances.append(float(chance))
    return chances


def more_often(name: str, hits: int, among: int, other_hits: int, other_among: int) -> Attack:
    """Whether something is true of one group more, or less, often than of the other: Fisher's exact test, two-sided
    by doubling the smaller tail."""
    both, everyone = hits + other_hits, among + other_among
    lowest, highest = max(0, both - other_among), min(both, among)
    ways = [Fraction(math.comb(among, k) * math.comb(other_among, both - k)) for k in range(lowest, highest + 1)]
    place, all_ways = hits - lowest, Fraction(math.comb(everyone, both))
    tail = min(sum(ways[: place + 1]), sum(ways[place:]))
    found = f"{hits} of {among} against {other_hits} of {other_among}"
    return Attack(name, found, float(min(Fraction(1), 2 * tail / all_ways)))


def found(attacks: Sequence[Attack]) -> list[Attack]:
    """Those that do better than chance, as many as were tried."""
    return [attack for attack in attacks if attack.p < LIMIT / max(1, len(attacks))]
