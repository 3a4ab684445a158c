"""Whether an answer that was found tells what was asked for: what speaks against it, weighed together.

No sign decides by itself: a word of the question that the answer lacks may be said in passing, and a question in the
words of what documents seldom say may be one that they answer.
"""

from dataclasses import dataclass

from dialogs.turn import Turn
from dialogs.understanding.coverage import held_in

#: How much each of ``Signs`` speaks for it, in its order; the first is what speaks for it anyway. Logistic regression
#: on those questions of tests/questions that an answer was found for, but for every third: tests/questions/weigh.py.
WEIGHTS = (-1.07, 0.76, 1.2, 1.61, 0.28)
#: From here on the answer is told as one that may be none. Lower finds more that no document says, and doubts more of
#: what one does.
DOUBTFUL = -1.1
#: Learnt doubt counts up to here, either way; words that nothing explains up to this sum of what they tell.
MOST_DOUBT, MOST_TOLD = 6.0, 8.0


@dataclass(frozen=True)
class Signs:
    """What speaks for an answer to something else: ``doubt`` as learnt of the question alone; the sort of thing asked
    for, or what was claimed of it, where the answer lacks it (1 or 0); and how much those words of the question tell
    that neither the answer has nor its intent explains."""

    doubt: float
    head: float
    claims: float
    unexplained: float


def signs(turn: Turn, text: str, *, head: bool, claims: bool) -> Signs:
    """Those of an answer with that text to what was understood."""
    understood = turn.understood
    doubt, words = (understood.doubt, understood.beside) if understood is not None else (-MOST_DOUBT, ())
    told = sum(tells for word, tells in words if not held_in(text, [word]))
    return Signs(
        max(-MOST_DOUBT, min(MOST_DOUBT, doubt)),
        float(head),
        float(claims),
        min(MOST_TOLD, told),
    )


def weighed(found: Signs) -> float:
    """How much speaks for it; for telling it so from DOUBTFUL on."""
    anyway, doubt, head, claims, unexplained = WEIGHTS
    return anyway + doubt * found.doubt + head * found.head + claims * found.claims + unexplained * found.unexplained
