"""What a text speaks for: as a whole, or one of its clauses where that is surer."""

from collections.abc import Mapping
from operator import attrgetter

from dialogs.understanding.intents import Ranked, rank
from dialogs.understanding.reading import Reading
from dialogs.understanding.stored import scores_of

#: How much a clause by itself says of what the whole text wants; greetings and asides say less.
_CLAUSE, _ASIDE = 0.9, 0.35
#: What people say beside what they want.
ASIDES = frozenset({"smalltalk", "out_of_scope"})


def ranking(reading: Reading) -> list[Ranked]:
    """The intents by what the whole text speaks for, or one of its clauses where that is surer."""
    if not any(reading.symbols):
        return [Ranked("out_of_scope", 0.5)]
    best = {one.intent: one for one in rank(reading.scores)}
    for clause in reading.clauses:
        for one in rank(scores_of(clause)):
            weight = _ASIDE if one.intent in ASIDES else _CLAUSE
            if weight * one.confidence > best[one.intent].confidence:
                best[one.intent] = one._replace(confidence=weight * one.confidence)
    total = sum(one.confidence for one in best.values())
    shares = [Ranked(intent, one.confidence / total, one.about) for intent, one in best.items()]
    return sorted(shares, key=attrgetter("confidence"), reverse=True)


#: What one's own matters are never asked about without, and how much less likely they are where it is missing.
_OWN_WORDS = {
    "signup.status": frozenset(
        {"signedup", "answer", "join", "leave", "status", "workgroup", "groups", "sent", "send", "received", "me"}
    ),
    "input.status": frozenset({"input", "inputs", "sent", "send", "answer", "read", "anonymous", "me"}),
}
_WITHOUT = 0.1


def by_own_words(ranked: list[Ranked], reading: Reading, subject: Mapping[str, str]) -> list[Ranked]:
    """The intents anew: a question that begins a talk is about one's own matters only if it speaks of them."""
    if subject.get("of") or ranked[0].intent not in _OWN_WORDS:
        return ranked
    lacking = {intent for intent, own in _OWN_WORDS.items() if not own & reading.concepts}
    weighed = [one._replace(confidence=one.confidence * (_WITHOUT if one.intent in lacking else 1)) for one in ranked]
    return sorted(weighed, key=lambda one: one.confidence, reverse=True)
