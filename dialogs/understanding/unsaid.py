"""Whether a question is likely after what documents seldom say: learnt beside the intents, from unsaid/*.txt."""

from dialogs.understanding.lexicon import EMPTY
from dialogs.understanding.reading import Reading

#: From which score on, by how sure the intent is, an answer is told with the doubt that it is one. Of two thirds of
#: 1,310 questions this doubted 21 of 32 unanswerable ones that would have been answered, and one in 22 of the others.
_LEAST = ((0.45, -8.0), (0.6, -0.9), (0.8, -0.4), (0.95, 0.3), (1.0, 0.9))


def score(reading: Reading) -> float:
    """How much a text speaks for it, in log odds."""
    return reading.scores[-1] / 100


def is_doubtful(reading: Reading, confidence: float) -> bool:
    """Whether an answer may well be to something else than what was asked. A name by itself asks for what is known."""
    if all(run.is_name or run.concepts <= {EMPTY} for run in reading.runs):
        return False
    least = next((least for below, least in _LEAST if confidence < below), _LEAST[-1][1])
    return score(reading) > least
