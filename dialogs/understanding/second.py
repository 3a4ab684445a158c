"""Two questions in one text: each read by itself, the later one as a follow-up to the earlier."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from dialogs.understanding.leaning import in_talk
from dialogs.understanding.lexicon import concepts_of
from dialogs.understanding.neighbours import by_what_is_named
from dialogs.understanding.normalise import words
from dialogs.understanding.ranking import ranking
from dialogs.understanding.reading import Reading, read
from dialogs.understanding.values import values_of
from dialogs.understanding.vocabulary import ASKING, Vocabulary

#: Questions that are answered from the documents; an order beside a question is the whole text's.
_ANSWERED = ("milestone.", "phase.", "workgroup.list", "workgroup.about", "initiative.", "person.role", "goal.about",
             "delivery.about", "programme.about")  # fmt: skip
#: How sure both have to be, and where in a clause its asking word has to stand.
_SURE, _VERY_SURE, _EARLY = 0.55, 0.9, 3
_FEWEST_WORDS = 3
#: What joins two questions without a comma.
_JOINED = re.compile(r"\b(?:og|å|and|samt)\s+(?=\S)")
_WHEN = frozenset({"når", "nar", "naar", "when", "then", "da", "då"})
_VERBS = frozenset(
    {"er", "e", "æ", "var", "va", "vart", "blir", "blei", "ble", "skal", "ska", "må", "kan", "har", "ha", "kommer"}
    | {"kjem", "begynner", "byrjar", "starter", "startar", "slutter", "sluttar", "trer", "går", "skjer", "møtes", "får"}
    | {"is", "are", "was", "does", "do", "did", "will", "must", "can", "should", "s", "vedtas", "leveres", "vil", "bør"}
)
_KINDS = ("group", "milestone", "phase", "person", "initiative")


class Question(NamedTuple):
    """What one of several questions means, and how sure that is."""

    intent: str
    values: dict[str, Any]
    confidence: float


def two_questions(
    reading: Reading, intent: str, vocabulary: Vocabulary, today: date, subject: Mapping[str, str]
) -> tuple[Question, Question] | None:
    """The first two questions of a text whose likeliest intent is one of theirs; None where it asks one thing only."""
    parts = list(_parts(reading))
    parts = list(filter(_asks, parts)) if len(parts) > 1 else []
    if len(parts) < 2:
        return None
    first = _read(parts[0], vocabulary, today, dict(subject))
    if first is None:
        return None
    after = {kind: first.values[kind] for kind in _KINDS if isinstance(first.values.get(kind), str)}
    second = _read(parts[1], vocabulary, today, {"of": first.intent, **after})
    if second is None or _is_same(first, second):
        return None
    is_one_of_them = intent in (first.intent, second.intent) or first.confidence >= _VERY_SURE
    return (first, second._replace(values=_of_the_same(second, reading))) if is_one_of_them else None


def _of_the_same(second: Question, reading: Reading) -> dict[str, Any]:
    """The values of a second question; "what is his name" after a role was named asks for who has it."""
    if second.intent != "person.role" or second.values.keys() & {"person", "role", "fact", "leads"}:
        return second.values
    roles = list(dict.fromkeys(thing.key for _, thing in reading.named if thing.kind == "role"))
    return second.values | ({"role": roles[0], "roles": roles} if roles else {})


def _read(text: str, vocabulary: Vocabulary, today: date, subject: dict[str, str]) -> Question | None:
    """What a part of a text means by itself, or None where that is not sure."""
    reading = read(text, vocabulary, today, subject)
    if not any(reading.symbols):
        return None
    best = in_talk(ranking(reading), reading, subject)[0]
    intent = by_what_is_named(best.intent, reading)
    if best.confidence < _SURE or not intent.startswith(_ANSWERED):
        return None
    return Question(intent, values_of(intent, reading, vocabulary, subject, best.about), best.confidence)


def _is_same(first: Question, second: Question) -> bool:
    """Whether the second only says the first again: the same is wanted of the same thing."""
    return first.intent == second.intent and all(
        first.values.get(name) == value for name, value in second.values.items() if name != "asks"
    )


def _asks(part: str) -> bool:
    """Whether a part of a text asks something."""
    said = words(part)
    early = [concepts_of([word]) for word in said[:_EARLY]]
    asks = "?" in part or any(ASKING.intersection(found) for found in early)
    return len(said) >= _FEWEST_WORDS and asks and not _is_subordinate(part)


def _is_subordinate(part: str) -> bool:
    """ "Når Kristin går tilbake, hvem …": "when" is a question only where the verb comes next, or a question mark."""
    return not is_question_of_time([word.text for word in words(part)]) and "?" not in part


def is_question_of_time(run: Sequence[str]) -> bool:
    """Whether words that begin with "when" ask for a moment: the verb comes next. Other beginnings may."""
    first, second = [*run[:2], "", ""][:2]
    return first not in _WHEN or second in _VERBS


def _parts(reading: Reading) -> Iterator[str]:
    """Sentences and clauses, and what "and" joins where an asking word follows it."""
    text = reading.text
    joined = [found.span() for found in _JOINED.finditer(text) if _asks_at(text[found.end() :])]
    start = 0
    for end, following in sorted({*((at, at) for at in reading.breaks), *joined, (len(text), len(text))}):
        yield text[start:end]
        start = following


def _asks_at(text: str) -> bool:
    said = words(text)[:2]
    return bool(said) and bool(ASKING.intersection(concepts_of(said[:1]) + concepts_of(said)))
