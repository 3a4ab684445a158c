"""What a question that names nothing may be answered with: nothing general where something particular was asked."""

from typing import Any

from dialogs.understanding.aspects import ASPECTS
from dialogs.understanding.coverage import covering, telling, weight
from dialogs.understanding.happened import asks_whether_done
from dialogs.understanding.reading import Reading
from dialogs.understanding.things import COVERED, SHARE
from dialogs.understanding.unheard import asks_who_leads
from dialogs.understanding.vocabulary import Vocabulary


def in_general(intent: str, reading: Reading, vocabulary: Vocabulary, values: dict[str, Any]) -> dict[str, Any]:
    """What a question that names nothing may be answered with: nothing general where something particular was asked."""
    if (
        intent == "programme.about"
        and "fact" not in values
        and _is_unheard(reading, vocabulary, values.get("aspect", ""))
    ):
        return {"unheard": True}
    if intent == "person.role" and asks_who_leads(reading):
        return {"leads": True}
    if intent == "milestone.when" and asks_whether_done(reading):
        return {"done": True}
    return {}


#: How much words that no document has must at least tell, before a general question is taken for a particular one: who
#: asks why may say at length what of, and the reasons are those of the whole all the same.
_UNHEARD = {"": 1.5, "organisation": 4.0, "why": 5.0}


def _is_unheard(reading: Reading, vocabulary: Vocabulary, wanted: str) -> bool:
    """Whether a question about the programme is not about the whole of it, or tells of what no document has."""
    general = frozenset(concept for concept, name in ASPECTS["programme.about"] if name == wanted)
    asking = _IN_GENERAL | (_WHICH if wanted == "organisation" else frozenset())
    if wanted in ("", "organisation") and not asking & reading.concepts and len(reading.words) > _BARE:
        return True
    runs = next((runs for runs in reading.clause_runs if any(general & run.concepts for run in runs)), reading.runs)
    told = telling(runs, vocabulary, COVERED["programme.about"] | general)
    weights = sum(weight(word, vocabulary) for word in told)
    best = max((one.share for one in covering(told, vocabulary, _OF_PROGRAMME)), default=0.0)
    return best < SHARE and weights * (1 - best) >= _UNHEARD.get(wanted, _UNHEARD[""])


#: What asks for the whole, and how few words do by themselves ("OSU 2020").
_IN_GENERAL, _BARE = frozenset({"about", "why", "what", "how", "goal"}), 3
_WHICH = frozenset({"which", "who", "list", "all", "howmany"})
_OF_PROGRAMME = ("fact", "unit", "recommendation", "goal", "abbreviation")
