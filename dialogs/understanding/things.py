"""What a text is about: what it names in full, what was spoken of, else what shares enough words with it."""

from collections.abc import Iterator
from itertools import permutations

from dialogs.understanding.coverage import covering, telling, tells_number
from dialogs.understanding.leaning import leans
from dialogs.understanding.reading import Reading
from dialogs.understanding.unheard import is_half_a_name
from dialogs.understanding.vocabulary import Thing, Vocabulary

#: For which intents which kinds of things matter, the most wanted first.
_WANTED: dict[str, tuple[str, ...]] = {
    "milestone.next": ("milestone",),
    "milestone.when": ("milestone",),
    "milestone.on_date": ("milestone",),
    "milestone.list": (),
    "phase.current": ("phase",),
    "phase.about": ("phase",),
    "workgroup.about": ("group", "person"),
    "workgroup.join": ("group",),
    "workgroup.leave": ("group",),
    "signup.status": ("group",),
    "initiative.about": ("initiative", "recommendation"),
    "initiative.top": ("initiative",),
    "person.role": ("person", "role", "unit", "group", "milestone", "fact"),
    "goal.about": ("goal",),
    "delivery.about": ("delivery",),
    "programme.about": ("abbreviation", "fact", "unit", "recommendation"),
    "subscription.set": ("milestone",),
}
#: How much of a thing's name must be there before it is meant without being named in full.
_ENOUGH = 1.6
_PRONOUN_KINDS = {"person": "person", "group": "group", "milestone": "milestone", "phase": "phase"}


def things_of(
    intent: str, reading: Reading, vocabulary: Vocabulary, subject: dict[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """What is named in full; where nothing is, what the conversation was about; else what shares enough words."""
    kinds = [kind for kind in _WANTED.get(intent, ()) if kind != "abbreviation" or _asks_what_it_means(reading)]
    named = [(kind, _named(kind, reading, vocabulary)) for kind in kinds]
    if not any(keys for _, keys in named):
        named = [(kind, _of_subject(kind, reading, subject)) for kind in kinds]
    if not any(keys for _, keys in named):
        named = [(kind, _resembling(kind, intent, reading, vocabulary)) for kind in kinds if kind not in _BY_NAME_ONLY]
    if not any(keys for _, keys in named) and intent == subject.get("of") and leans(reading) >= _LEANS:
        named = [(kind, [subject[kind]]) for kind in kinds if kind in _PRONOUN_KINDS and kind in subject]
    yield from named


#: What short words lead astray: "vi i" is in the text of some phase, and every letter in some abbreviation.
_BY_NAME_ONLY = ("abbreviation", "phase")


def _asks_what_it_means(reading: Reading) -> bool:
    return "abbreviation" in reading.concepts or len(reading.words) <= 4


def _named(kind: str, reading: Reading, vocabulary: Vocabulary) -> list[str]:
    named = [(length, thing) for length, thing in reading.named if thing.kind == kind]
    if kind == "person":
        named = [(length, thing) for length, thing in named if not is_half_a_name(reading, thing)]
    longest = max((length for length, _ in named), default=0)
    keys = dict.fromkeys(thing.key for length, thing in named if length == longest)
    if kind == "person" and _are_each_named([thing for _, thing in named], reading):
        return list(dict.fromkeys(thing.key for _, thing in named))
    return _likeliest(list(keys), kind, reading, vocabulary)


def _are_each_named(persons: list[Thing], reading: Reading) -> bool:
    """ "Lund eller Kokvoll": each by a name that the others have not, even where they share another."""
    said = {word.text for word in reading.words}
    own = [said & {word for name in thing.names for word in name.casefold().split()} for thing in persons]
    return all(one - other for one, other in permutations(own, 2))


def _resembling(kind: str, intent: str, reading: Reading, vocabulary: Vocabulary) -> list[str]:
    if intent in COVERED:
        return _covering(kind, intent, reading, vocabulary)
    told = telling(reading.runs, vocabulary)
    found = vocabulary.closest([word.stem for word in told], (kind,))
    if not found or found[0][0] < _ENOUGH:
        return []
    best = found[0][0]
    likeliest = [thing for score, thing in found[:4] if score >= 0.9 * best]
    least = _LEAST_SHARE.get(intent, 0.0)
    known = _told_of(kind, least, reading, vocabulary) if least else {thing.key for thing in likeliest}
    return [thing.key for thing in likeliest if thing.key in known]


def _told_of(kind: str, least: float, reading: Reading, vocabulary: Vocabulary) -> set[str]:
    """The things that have so much of what some clause tells: people tell much beside what they ask."""
    clauses = [telling(runs, vocabulary) for runs in reading.clause_runs]
    found = [one for told in clauses if told for one in covering(told, vocabulary, (kind,))]
    return {one.thing.key for one in found if one.share >= least}


#: Where one word too few would tell the day of something else. Of 21 questions that milestones without a name in them
#: were found for, those with an answer had 0.31 and more of what they tell, those without one 0.29 and less.
_LEAST_SHARE = {"milestone.when": 0.3}


#: Where the answer would be made up if it were not about what was asked, and which words then tell nothing: every
#: leader's title has "leader" in it, and everything in the documents is about the change.
COVERED = {
    "person.role": frozenset({"lead", "role", "change", "name", "called", "management"}),
    "programme.about": frozenset({"change", "happen", "timeline"}),
}
#: How much of a question has to be in what answers it. Of 60 questions, half of them about what no document says,
#: those below this are unanswerable but for one in thirty.
SHARE = 0.52
_COUNTS = frozenset({"howmany", "howmuch"})


def _covering(kind: str, intent: str, reading: Reading, vocabulary: Vocabulary) -> list[str]:
    told = telling(reading.runs, vocabulary, COVERED[intent])
    found = [one for one in covering(told, vocabulary, (kind,)) if one.share >= SHARE]
    if kind == "person":
        found = [one for one in found if not is_half_a_name(reading, one.thing)]
    if _COUNTS & reading.concepts:
        found = [one for one in found if tells_number(one.thing)]
    best = found[0].score if found else 0.0
    return [one.thing.key for one in found[:4] if one.score >= 0.9 * best]


def _likeliest(keys: list[str], kind: str, reading: Reading, vocabulary: Vocabulary) -> list[str]:
    """Of several things of the same name, those that share most other words with the text."""
    if len(keys) < 2:
        return keys
    stems = [word.stem for word in telling(reading.runs, vocabulary)]
    found = [(score, thing) for score, thing in vocabulary.closest(stems, (kind,)) if thing.key in keys]
    best = found[0][0] if found else 0.0
    return [thing.key for score, thing in found if score >= 0.9 * best] or keys


def _of_subject(kind: str, reading: Reading, subject: dict[str, str]) -> list[str]:
    """What "she" or "it" means, or a question that names nothing after an answer about one thing."""
    wanted = _PRONOUN_KINDS.get(kind)
    if wanted not in subject:
        return []
    spoken_of = bool({f"@{kind}", "it", "she", "workgroup", "again"} & reading.concepts)
    return [subject[wanted]] if spoken_of or len(reading.words) < 4 else []


#: From here on a text is taken to go on about what was spoken of.
_LEANS = 0.7
