"""What kind of thing a question is after: a reason, an opinion, a price, … (sought.txt), and what it wants counted."""

from math import inf
from typing import Any

from dialogs.understanding.belonging import belonging
from dialogs.understanding.coverage import NOT_TELLING, weight
from dialogs.understanding.focus import (
    asks_for_moment,
    claimed,
    elsewhere,
    features_asked,
    foci,
    in_what_is_asked,
    lacking,
    picks_one,
    speaks_for,
    strangers,
    unheard_of,
)
from dialogs.understanding.intents import SURE
from dialogs.understanding.lexicon import EMPTY, concepts_of
from dialogs.understanding.reading import Reading
from dialogs.understanding.signals import signals_in
from dialogs.understanding.unsaid import SURELY, doubt
from dialogs.understanding.vocabulary import ASKING, Vocabulary

#: Questions whose answers come from the documents.
ANSWERED = (
    "milestone.next", "milestone.when", "milestone.on_date", "milestone.list", "phase.current", "phase.about",
    "workgroup.about", "workgroup.list", "programme.about", "goal.about", "delivery.about", "person.role",
    "initiative.about", "initiative.top", "announcement.latest",
)  # fmt: skip
#: What answers count or tell by themselves: people, groups, days. Whatever else is counted must be in the answer.
_COUNTED_ANYWAY = ASKING | {
    EMPTY, "member", "people", "us", "you", "it", "also", "workgroup", "groups", "milestone", "deadline", "phase",
    "initiative", "recommendation", "goal", "delivery", "sprint", "lead", "mandate", "#number", "day", "all",
}  # fmt: skip
_PEOPLE = {"people", "member", EMPTY}
_UNITS = ("dag", "uk", "vek", "måned", "månad", "år", "day", "week", "month", "year")
_SHORTEST = 4


#: What a question word by itself asks for.
_BY_WORD = {"who": "whom", "why": "reason", "howoften": "frequency", "howmany": "number"}


#: Kinds that phrases ask for too, with the kind that they are looked for as: a line of that kind itself would take
#: those phrases out of what is learnt (learn_unsaid.py).
_IN_PHRASES = {"meeting place": "practical", "held before": "predecessor"}


def sought(intent: str, text: str, reading: Reading, vocabulary: Vocabulary) -> dict[str, Any]:
    """The kinds of things that the text asks for, the word behind "how many", and those of the kind of thing that
    answers must tell of."""
    heard = signals_in(reading.text, vocabulary.spelling.knows, "sought.txt")
    kinds = {_IN_PHRASES.get(kind, kind) for kind in heard}
    counted, found = _counted(intent, reading), foci(reading)
    asking = {one.asking for one in found}
    kinds |= {_BY_WORD[word] for word in asking if word in _BY_WORD and len(asking) == 1}
    kinds |= {"moment"} if asks_for_moment(found) else set()
    kinds |= {"own"} if belonging(reading, vocabulary) else set()
    head = [] if counted else lacking(intent, found, vocabulary)
    values = {
        "sought": sorted(kinds),
        "counted": counted,
        "head": head,
        "strangers": elsewhere(reading, vocabulary)
        or strangers(text, reading, vocabulary)
        or unheard_of(found, vocabulary),
        "claims": [] if found and not picks_one(reading) else claimed(intent, reading, vocabulary),
    }
    return {name: value for name, value in values.items() if value}


#: What a question word by itself, or half of the documents, may ask for or hold.
_HELD = frozenset({"reason", "whom", "moment", "frequency", "number", "exact_day", "named", "chosen"})


#: Orders and matters of one's own whose words are those of questions about others, too.
_OWN = ("input.status", "input.submit", "signup.status", "subscription.set", "workgroup.join")


def is_of_nothing(intent: str, kind: dict[str, Any], confidence: float) -> bool:
    """Whether what is asked is unclear, but that no document has it is not: then nothing is offered instead."""
    sorts = set(kind.get("sought", ()))
    is_unclear = confidence < SURE and intent in ANSWERED
    return (is_unclear and not _HELD.issuperset(sorts)) or ("unheard" in sorts)


def doubts(intent: str, reading: Reading, confidence: float) -> float:
    """How much speaks for what documents seldom say."""
    return doubt(reading, confidence, features_asked(reading)) if intent in (*ANSWERED, *_OWN) else -inf


def or_unheard(intent: str, doubt: float, confidence: float, kind: dict[str, Any]) -> dict[str, Any]:
    """The kinds of things sought, and that surely none is heard of ("unheard") where neither what is asked nor what is
    to be done is clear."""
    is_surely = doubt > SURELY and (intent in _OWN or confidence < SURE)
    return kind | {"sought": [*kind.get("sought", ()), "unheard"]} if is_surely else kind


def beside(intent: str, reading: Reading, vocabulary: Vocabulary) -> tuple[tuple[str, float], ...]:
    """The words that answers of this intent do not explain, each with how much it tells: neither names, nor what is in
    every question, nor what speaks for the intent. An answer that has none of them is hardly about them."""
    if intent not in ANSWERED:
        return ()
    named = {word.start for run in reading.runs if run.is_name for word in run.words}
    told = [
        word for word in reading.words if word.start not in named and len(word.stem) > 2 and not word.text.isdigit()
    ]
    told = [word for word in told if NOT_TELLING.isdisjoint(concepts_of([word])) and not speaks_for(intent, word)]
    return tuple((word.text, weight(word, vocabulary)) for word in in_what_is_asked(told, reading))


def by_what_is_sought(intent: str, kind: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The intent, or another one with its values where what is asked for is nothing of its own: who wants to know
    what joining takes does not join, and "which consultancy helps you" asks for no help."""
    kinds = _ABOUT_OTHERS.get(intent, frozenset()).intersection(kind.get("sought", ()))
    if intent == "workgroup.join":
        return ("workgroup.about" if kinds else intent), {}
    is_of_a_kind = (intent == "help" and "head" in kind) or (intent == "signup.status" and "counted" in kind)
    return ("programme.about", {"unheard": True}) if kinds or is_of_a_kind else (intent, {})


_NOBODYS = frozenset({"effort", "cost", "supplier", "risk", "comparison", "own"})
#: Kinds of things that are sought of others: not of what one orders, nor of the bot or one's own matters.
_ABOUT_OTHERS = {
    "workgroup.join": frozenset({"effort", "cost", "signed", "reason", "outcome", "opinion", "moment"}),
    **dict.fromkeys(("signup.status", "input.status"), _NOBODYS),
    "help": _NOBODYS | {"contents"},
}


def _counted(intent: str, reading: Reading) -> str:
    """ "Stilling" of "hvor mange stillinger": the stem of what is to be counted, where the answer need not have it."""
    at = next((at for at, place in enumerate(reading.symbols) if "howmany" in place), None)
    if at is None or at + 1 >= len(reading.runs):
        return ""
    run = reading.runs[at + 1]
    word = run.words[0]
    anyway = _COUNTED_ANYWAY - (_PEOPLE if intent == "phase.about" else set())
    is_other = not run.is_name and len(run.words) == 1 and anyway.isdisjoint(concepts_of([word]))
    return word.stem if is_other and len(word.stem) >= _SHORTEST and not word.text.startswith(_UNITS) else ""
