"""Learns how the signs against an answer are weighed (dialogs/weighing.py): ``python -m tests.questions.weigh``.

Prints the weights, by logistic regression on every question an answer was found for but for every third, and what they
find in sets that they were not learnt from: each file left out in turn.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dialogs import sought
from dialogs.turn import Turn
from dialogs.weighing import DOUBTFUL, WEIGHTS, Signs
from tests.questions.__main__ import HERE, SHARED, is_for_validation, questions, run

Numbers = npt.NDArray[np.float64]
#: How much a weight is held near 0, and rounds of Newton's method: it is there after six or seven.
RIDGE, ROUNDS = 1.0, 20
#: Of the questions with an answer, how many of a hundred may be told with doubt.
SHARES = (3, 5, 6, 8, 10)


class Weighed:
    """The signs of each question that an answer was found for, as they are weighed in its turn."""

    def __init__(self) -> None:
        self.found: dict[str, Signs] = {}
        self._weigh = sought.signs_of

    def __call__(self, turn: Turn, text: str) -> Signs:
        """Takes the place of ``signs_of``."""
        signs = self._weigh(turn, text)
        self.found[turn.text] = signs
        return signs


def learn(signs: Numbers, is_unsaid: Numbers) -> Numbers:
    """Logistic regression: what speaks for it anyway, and a weight for each sign."""
    weights = np.zeros(signs.shape[1])
    held = np.diag([0.001] + [RIDGE] * (signs.shape[1] - 1))
    for _ in range(ROUNDS):
        likely = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (likely - is_unsaid) + held @ weights
        weights = weights - np.linalg.solve((signs.T * (likely * (1 - likely))) @ signs + held, slope)
    return np.asarray(weights)


def gathered(paths: list[Path]) -> Iterator[dict[str, Any]]:
    """Of each question that an answer was found for: its set, whether documents have one, and its signs."""
    for path in paths:
        for score in run(questions(path)):
            signs = WEIGHED.found.pop(score.question["text"], None)
            expected = score.question["expect"]
            is_unsaid = score.held_back is not None
            is_answer = not is_unsaid and bool(expected.get("answer_any")) and not score.missing
            if signs is not None and (is_unsaid or is_answer):
                yield {
                    "set": path.stem,
                    "third": is_for_validation(score.question),
                    "unsaid": is_unsaid,
                    "signs": [1.0, *astuple(signs)],
                }


WEIGHED = Weighed()


def shown(name: str, scores: Numbers, unsaid: npt.NDArray[np.bool_]) -> str:
    """How many of what no document says are found when so many of a hundred others are doubted; and as it is set."""
    others = np.sort(scores[~unsaid])[::-1]
    limits = [others[int(share / 100 * len(others))] for share in SHARES]
    found = "  ".join(
        f"{share} %: {(scores[unsaid] > limit).mean():5.1%} ({limit:+.2f})"
        for share, limit in zip(SHARES, limits, strict=True)
    )
    is_held = scores >= DOUBTFUL
    as_set = f"{is_held[unsaid].sum()}/{unsaid.sum()} found, {is_held[~unsaid].sum()}/{(~unsaid).sum()} doubted"
    return f"{name:24s} as set: {as_set}   {found}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="where the signs are kept, to be weighed again without asking")
    wanted = parser.parse_args()
    if wanted.keep and wanted.keep.exists():
        rows = json.loads(wanted.keep.read_text("utf-8"))
    else:
        sought.signs_of = WEIGHED  # type: ignore[assignment]  # a tool that listens in, not a test
        rows = list(gathered([*sorted(HERE.glob("*.jsonl")), *([SHARED] if SHARED.exists() else [])]))
        if wanted.keep:
            wanted.keep.write_text(json.dumps(rows), "utf-8")
    signs, unsaid = np.array([row["signs"] for row in rows]), np.array([row["unsaid"] for row in rows])
    sets, thirds = np.array([row["set"] for row in rows]), np.array([row["third"] for row in rows])
    print("learnt: ", tuple(round(float(one), 2) for one in learn(signs[~thirds], unsaid[~thirds].astype(float))))
    print("in use: ", WEIGHTS)
    left_out = np.zeros(len(rows))
    for one in sorted(set(sets)):
        learnt = learn(signs[(sets != one) & ~thirds], unsaid[(sets != one) & ~thirds].astype(float))
        left_out[sets == one] = signs[sets == one] @ learnt
    in_use = signs @ np.array(WEIGHTS)
    for name, scores in (("each set left out", left_out), ("in use", in_use)):
        print(shown(name, scores, unsaid))
        print(shown(f"{name}, thirds", scores[thirds], unsaid[thirds]))
    for one in sorted(set(sets)):
        print(shown(f"  without {one}", left_out[sets == one], unsaid[sets == one]))


if __name__ == "__main__":
    main()
