"""Whether a question is likely after what documents seldom say: learnt beside the intents, from unsaid/*.txt."""

import math
from collections.abc import Sequence

from dialogs.understanding.lexicon import EMPTY
from dialogs.understanding.reading import Reading, Run
from dialogs.understanding.stored import scores_of

#: How much being sure of the intent speaks against doubt, beside the score for it, and how much for doubt anyway: as
#: logistic regression on both found it over 600 questions that would else be answered, each tenth left out in turn, so
#: that 1 in 28 of those with an answer is told with doubt.
_BY_CERTAINTY, _ANYWAY = -0.8, 2.4
_SUREST = 0.995
#: How many features half of the texts show.
_USUAL = 60
#: What questions of a few words ask of the whole, and what documents tell of any whole: "hvem leder?", "hva skjer?".
_ASKING = frozenset({"what", "who", "when", "which", EMPTY})
_OF_ANY_WHOLE = frozenset(
    {
        "lead",
        "change",
        "happen",
        "milestone",
        "deadline",
        "dates",
        "phase",
        "phases",
        "goal",
        "workgroup",
        "groups",
        "next",
    }
    | {"current", "effect", "news", "about", "all", "list"}
)
#: From here on it is no question of what is offered or done either, where the intent is not sure.
SURELY = 2.75


def score(scores: Sequence[int], features: Sequence[str]) -> float:
    """How much these features speak for it; by the root of their number, since who says more of what is known beside it
    would else outweigh what is asked."""
    return scores[-1] / 100 * math.sqrt(_USUAL / max(1, len(features)))


def doubt(reading: Reading, confidence: float, asked: Sequence[str] = ()) -> float:
    """How much speaks for an answer to something else than what was asked: doubtful above 0. A name by itself, or what
    any whole has ("hvem leder?"), asks for what is known. ``asked``: what the clauses with a question word show by
    themselves; what is told beside them raises no doubt."""
    if all(run.is_name or run.concepts <= {EMPTY} for run in reading.runs) or _asks_of_the_whole(reading.runs):
        return -math.inf
    certainty = min(confidence, _SUREST)
    least = score(reading.scores, reading.features)
    if asked:
        least = min(least, score(scores_of(asked), asked))
    return least + _BY_CERTAINTY * math.log(certainty / (1 - certainty)) + _ANYWAY


def _asks_of_the_whole(runs: list[Run]) -> bool:
    """Whether no word of a question says what else than that is asked; unknown words, or a reason, would."""
    told = [run.concepts for run in runs if not run.is_name]
    return all(_ASKING & concepts or _OF_ANY_WHOLE & concepts for concepts in told) and any(
        _OF_ANY_WHOLE & concepts for concepts in told
    )
