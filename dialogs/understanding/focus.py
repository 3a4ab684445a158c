"""What a question's own question word asks for: a moment, a reason, … or a kind of thing ("hvilken ETASJE")."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from dialogs.understanding.features import features
from dialogs.understanding.lexicon import EMPTY, concepts_of
from dialogs.understanding.normalise import Word
from dialogs.understanding.reading import Reading
from dialogs.understanding.second import is_question_of_time
from dialogs.understanding.stored import FOLDER, model, scores_of
from dialogs.understanding.vocabulary import ASKING, Vocabulary

#: Behind these stands what kind of thing is wanted; behind the others, with a verb between, what it is.
_OF_A_KIND = frozenset({"which", "howmany", "howmuch"})
_WHAT_IS = frozenset({"what", "who", "how"})
#: A kind of thing is told in few words.
_MOST_WORDS, _SHORTEST = 3, 3
#: A word that nothing has is no slip if it is so long.
_LONG = 9
_ANY = "*"


class Focus(NamedTuple):
    """The concept of the question word, and the words of the kind of thing behind it."""

    asking: str
    head: list[Word]


def foci(reading: Reading) -> list[Focus]:
    """What each question word of a text asks for, by itself."""
    asking = {at: word for at in range(len(reading.runs)) if (word := _asking(reading, at))}
    places = [at for at, word in asking.items() if word != "when" or not _is_subordinate(reading, at)]
    return [_focus(reading, at, asking[at], set(places)) for at in places]


def _focus(reading: Reading, at: int, asking: str, places: set[int]) -> Focus:
    run, clause = reading.runs[at], reading.clause_of(reading.starts[at])
    behind = run.words[1:] if asking not in reading.symbols[at] else []
    for later in range(at + 1, len(reading.runs)):
        if later in places or reading.clause_of(reading.starts[later]) != clause:
            break
        behind = [*behind, *reading.runs[later].words]
    return Focus(asking, list(_head(asking, behind)))


def _asking(reading: Reading, at: int) -> str:
    """The concept of a question word: of "hva er", too, which as a whole is "about"; empty where there is none."""
    found = next((concept for concept in reading.symbols[at] if concept in ASKING), "")
    run = reading.runs[at]
    if found or run.is_name or len(run.words) == 1:
        return found
    return next((concept for concept in concepts_of(run.words[:1]) if concept in ASKING), "")


def claimed(intent: str, reading: Reading, vocabulary: Vocabulary) -> list[str]:
    """What a yes-or-no question about a thing says of it, but for words that answers of this intent hold anyway: an
    answer that has hardly any of them is about the thing only."""
    behind = 3 if picks_one(reading) else 1 if _begins_with(reading, _lists()["whether"]) else 0
    if not behind or not intent.startswith(_OF_THINGS):
        return []
    named = {word.start for run in reading.runs if run.is_name for word in run.words}
    silent = _lists()["end"] | _lists()["verb"]
    told = [word for word in reading.words[behind:] if word.start not in named and word.text not in silent]
    told = [word for word in told if not _is_own(word, vocabulary) and not _says_nothing(word)]
    return [word.text for word in told if not speaks_for(intent, word)]


def picks_one(reading: Reading) -> bool:
    """ "Hvem av dem har barn i skolen": the answer must say that of somebody."""
    words = [word.text for word in reading.words[:2]]
    return len(reading.words) > _PICKING and words[0] in _WHO and words[1] in _OF_THEM


def _begins_with(reading: Reading, words: frozenset[str]) -> bool:
    return bool(reading.words) and reading.words[0].text in words


_WHO, _OF_THEM = frozenset(["hvem", "kven", "kem", "who", "which"]), frozenset(["av", "of"])
_PICKING = 3
#: Whose answers are about one thing: what is said of it has to be in them.
_OF_THINGS = (
    "milestone.when",
    "person.role",
    "workgroup.about",
    "initiative.about",
    "delivery.about",
    "programme.about",
)


def strangers(text: str, reading: Reading, vocabulary: Vocabulary) -> list[str]:
    """The names in a question that no document, no list and no phrase has: an answer without them is not about them.
    Who is only said to ask or to want something is told of in another clause."""
    asked = [clause for clause in _CLAUSE.findall(text) if clause.endswith("?")]
    said = {word.text: word for word in reading.words}
    found = [said[name.casefold()] for clause in asked for name in _NAME.findall(clause) if name.casefold() in said]
    known = vocabulary.spelling.knows
    return [word.text for word in found if not vocabulary.places(word.stem) and not known(word.text)]


#: A clause with its mark, and a name in the middle of one: the first word of a sentence has a capital anyway.
_CLAUSE = re.compile(r"[^.!?,:;]+[.!?,:;]?")
_NAME = re.compile(r"(?<=[a-zæøå] )[A-ZÆØÅ][a-zæøåéöäü]{3,}(?![\w-])")


def elsewhere(reading: Reading, vocabulary: Vocabulary) -> list[str]:
    """The other places named in what is asked, of which an answer that does not name them says nothing: where one goes
    oneself is told in another clause."""
    places = _lists()["elsewhere"]
    named = [word for word in reading.words if word.text in places and word.stem not in vocabulary.own_name]
    return [word.text for word in in_what_is_asked(named, reading)]


def in_what_is_asked(words: list[Word], reading: Reading) -> list[Word]:
    """Those of a text's words that stand in a clause with a question word; all of them where none has one."""
    clauses = _asking_clauses(reading) if words and reading.breaks else set()
    return [word for word in words if not clauses or reading.clause_of(word.start) in clauses]


def features_asked(reading: Reading) -> list[str]:
    """What the clauses with a question word show by themselves; nothing where all have one, or none."""
    clauses = _asking_clauses(reading) if reading.breaks else set()
    places = [
        place
        for start, place in zip(reading.starts, reading.symbols, strict=True)
        if reading.clause_of(start) in clauses
    ]
    if not places or len(places) == len(reading.symbols):
        return []
    return features(places, [word.text for word in reading.words if reading.clause_of(word.start) in clauses])


def _asking_clauses(reading: Reading) -> set[int]:
    asking = [at for at in range(len(reading.runs)) if _asking(reading, at)]
    return {reading.clause_of(reading.starts[at]) for at in asking}


def lacking(intent: str, found: list[Focus], vocabulary: Vocabulary) -> list[str]:
    """The words of the kinds of things that answers of this intent do not hold by themselves, if all that is asked for
    are such: the card must have some of them."""
    unheard = unheard_of(found, vocabulary)
    every = [_lacking(intent, one, vocabulary) for one in found]
    return unheard or ([word for words in every for word in words] if all(every) else [])


def unheard_of(found: list[Focus], vocabulary: Vocabulary) -> list[str]:
    """The kinds of things that are asked for by names that nothing has."""
    return [word for one in found for word in _unheard(one, vocabulary)]


def _unheard(found: Focus, vocabulary: Vocabulary) -> list[str]:
    """A kind of thing whose name no document, list or phrase has ("hvilken diskonteringsrente"), whatever is asked
    beside it."""
    first = found.head[:1] if found.asking in _OF_A_KIND else []
    knows = vocabulary.spelling.knows
    return [word.text for word in first if len(word.text) >= _LONG and _is_other(word, vocabulary, knows)]


def _is_other(word: Word, vocabulary: Vocabulary, knows: Callable[[str], bool]) -> bool:
    return not (knows(word.text) or vocabulary.places(word.stem) or _is_own(word, vocabulary) or _says_nothing(word))


def _lacking(intent: str, found: Focus, vocabulary: Vocabulary) -> list[str]:
    told = [word for word in found.head if not _is_own(word, vocabulary) and not _says_nothing(word)]
    if found.asking in _OF_A_KIND:
        told = told[:1]
    return [word.text for word in told] if told and not any(speaks_for(intent, word) for word in told) else []


def asks_for_moment(found: list[Focus]) -> bool:
    """ "Når", and "innen hvilket år"."""
    times = _lists()["time"]
    return all(one.asking == "when" or (one.head and one.head[0].text in times) for one in found) and bool(found)


def _is_subordinate(reading: Reading, at: int) -> bool:
    """ "Blir det flytting når modellen er vedtatt" asks for no moment; a text of one clause that begins so does."""
    if at == 0 and not any(end < len(reading.text) for end in reading.breaks):
        return False
    return not is_question_of_time([word.text for run in reading.runs[at:] for word in run.words])


def _head(asking: str, behind: list[Word]) -> Iterable[Word]:
    """The words up to the verb, or up to a preposition behind "what is"."""
    lists = _lists()
    if asking in _WHAT_IS and behind and behind[0].text in lists["verb"]:
        return _up_to(behind[1:], lists["end"])
    if asking in _OF_A_KIND and behind and behind[0].text in lists["end"] | lists["verb"]:
        verb = next((at for at, word in enumerate(behind) if word.text in lists["verb"]), len(behind))
        return _up_to(behind[verb + 1 :], lists["end"])
    if asking not in _OF_A_KIND and asking != "what":
        return []
    head = _up_to(behind, lists["end"] | lists["verb"])
    is_closed = asking != "what" or (len(head) < len(behind) and behind[len(head)].text in lists["verb"])
    return head if is_closed else []


def _up_to(behind: list[Word], ends: frozenset[str]) -> list[Word]:
    stop = next((at for at, word in enumerate(behind) if word.text in ends), len(behind))
    return behind[: min(stop, _MOST_WORDS)]


def _is_own(word: Word, vocabulary: Vocabulary) -> bool:
    return word.stem in vocabulary.own_name or word.text.isdigit()


def _says_nothing(word: Word) -> bool:
    return len(word.text) < _SHORTEST or word.text in _lists()["passes"] or EMPTY in concepts_of([word])


def speaks_for(intent: str, word: Word) -> bool:
    """Whether the word is one that answers of this intent hold, by the list or by the phrases: it speaks more for the
    intent than for what is not for the bot."""
    kinds = _lists().get(intent, frozenset())
    if word.text in kinds or any(kind[-1:] == _ANY and word.text.startswith(kind[:-1]) for kind in kinds):
        return True
    weights = scores_of([*concepts_of([word]), f"w:{word.stem}", *features((), [word.text])])
    own, aside = (max(_of(label, weights)) for label in (intent, "out_of_scope"))
    return own > aside


def _of(intent: str, weights: list[int]) -> list[int]:
    return [weight for label, weight in zip(model().labels, weights, strict=False) if label.split("/")[0] == intent]


@cache
def _lists() -> dict[str, frozenset[str]]:
    """focus.txt, read."""
    found: dict[str, set[str]] = {}
    section = ""
    for line in (FOLDER / "focus.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
            found[section] = set()
        elif line and not line.startswith("#"):
            found[section].update(line.split())
    return {section: frozenset(words) for section, words in found.items()}
