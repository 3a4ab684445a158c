"""Features as numbers: all rounds of learning hold twenty million of them, which would take a gigabyte as texts."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.intp]


class Numbered(dict[str, int]):
    """A number for each feature, in the order in which they come."""

    def __missing__(self, feature: str) -> int:
        self[feature] = number = len(self)
        return number

    def of(self, features: Iterable[str]) -> Numbers:
        return np.array([self[one] for one in features], np.intp)

    def places(self, shown: Iterable[Numbers], fewest: int) -> tuple[dict[str, int], Numbers]:
        """The place of each feature that so many examples show, and that of each number; -1 of one that fewer show."""
        often = np.bincount(np.concatenate(list(shown)), minlength=len(self))
        is_kept = often >= fewest
        places = np.where(is_kept, np.cumsum(is_kept) - 1, -1)
        return {feature: int(places[number]) for feature, number in self.items() if is_kept[number]}, places


def rows_of(shown: Numbers, places: Numbers) -> Numbers:
    """The places of the features that are kept."""
    rows = places[shown]
    return rows[rows >= 0]
