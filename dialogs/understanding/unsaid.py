"""Whether a question is likely after what documents seldom say: learnt beside the intents, from unsaid/*.txt."""

import math

from dialogs.understanding.lexicon import EMPTY
from dialogs.understanding.reading import Reading

#: How much being sure of the intent speaks against doubt, beside the score for it, and how much for doubt anyway: as
#: logistic regression on both found it over 600 questions that would else be answered, each tenth left out in turn, so
#: that 1 in 28 of those with an answer is told with doubt.
_BY_CERTAINTY, _ANYWAY = -0.8, 2.4
_SUREST = 0.995
#: How many features half of the texts show.
_USUAL = 60
#: From here on it is no question of what is offered or done either, where the intent is not sure.
SURELY = 2.75


def score(reading: Reading) -> float:
    """How much a text speaks for it; by the root of its features, since who says more of what is known beside it would
    else outweigh what is asked."""
    return reading.scores[-1] / 100 * math.sqrt(_USUAL / max(1, len(reading.features)))


def doubt(reading: Reading, confidence: float) -> float:
    """How much speaks for an answer to something else than what was asked: doubtful above 0. A name by itself asks for
    what is known."""
    if all(run.is_name or run.concepts <= {EMPTY} for run in reading.runs):
        return -math.inf
    certainty = min(confidence, _SUREST)
    return score(reading) + _BY_CERTAINTY * math.log(certainty / (1 - certainty)) + _ANYWAY
