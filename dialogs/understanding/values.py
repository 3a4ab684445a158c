"""Fourth step: what the text is about — keys of the programme's file, days, and what settings and drafts need."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise, permutations
from typing import Any

from dialogs.understanding.aspects import ASPECTS, asks, aspect
from dialogs.understanding.coverage import NOT_TELLING, covering, telling, tells_number, weight
from dialogs.understanding.dates.calendar_words import NUMBERS
from dialogs.understanding.followups import by_ordinal
from dialogs.understanding.happened import asks_whether_done
from dialogs.understanding.leaning import leans
from dialogs.understanding.lexicon import concepts_of
from dialogs.understanding.normalise import Word
from dialogs.understanding.preferences import WEEKDAYS, language, setting
from dialogs.understanding.reading import Reading
from dialogs.understanding.unheard import asks_who_leads, is_half_a_name
from dialogs.understanding.vocabulary import Thing, Vocabulary

Values = dict[str, Any]

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
_PLURAL = {"milestone": "milestones", "group": "groups"}
_FACTS = frozenset({"fact", "goal", "delivery", "recommendation", "abbreviation", "unit"})
_PRONOUN_KINDS = {"person": "person", "group": "group", "milestone": "milestone", "phase": "phase"}


def values_of(
    intent: str, reading: Reading, vocabulary: Vocabulary, subject: dict[str, str], about: str = ""
) -> Values:
    """The values of a text whose intent is known, and what the intent is about."""
    values: Values = {"about": about} if about else {}
    values |= _days(intent, reading)
    for kind, keys in _things(intent, reading, vocabulary, subject):
        _put(values, kind, keys)
    if intent == "milestone.next":
        _look_on(values, reading, vocabulary)
    if intent.startswith("workgroup.") and "group" not in values:
        _put(values, "group", by_ordinal(reading, subject, vocabulary))
    values |= aspect(intent, reading, subject)
    values |= _in_general(intent, reading, vocabulary, values)
    values |= _number_of_none(intent, reading, vocabulary, values)
    _put_all(values, "asks", asks(intent, reading))
    if intent in _MAY_BE_OPEN:
        fewest = _FEWEST_OF_LIST if intent in _LISTS else 1
        open_one = vocabulary.left_open(reading.words, reading.said, fewest)
        _put(values, "open_question", [open_one] if open_one else [])
    if intent == "subscription.set":
        values |= setting(reading, values.get("milestones", []))
    if intent == "language.set":
        values |= language(reading)
    if intent == "out_of_scope":
        values |= _about(reading)
    if intent in _OF_GROUPS and _names_other_group(reading, vocabulary):
        values = {name: value for name, value in values.items() if name not in ("group", "groups")}
        values["no_such_group"] = True
    if (
        intent == "workgroup.join"
        and "kollega" in reading.concepts
        and _MYSELF.isdisjoint(word.text for word in reading.words)
    ):
        values["for"] = "other"
    return values


_OF_GROUPS = ("workgroup.join", "workgroup.leave", "workgroup.about")
#: Who says these signs up themselves, whoever else comes along.
_MYSELF = frozenset({"meg", "mæ", "mei", "mej", "me", "myself", "oss", "us", "jeg", "eg", "æ", "i"})
#: What stands between a group and what it is for; and what says nothing of which group it is.
_FOR = frozenset({"for", "om", "på", "til", "of", "on"})
_ANY_GROUP = frozenset({"workgroup", "groups", "change", "join", "leave", "open", "all", "anonymous"})


def _names_other_group(reading: Reading, vocabulary: Vocabulary) -> bool:
    """ "Gruppa for HR" where no group is for that: the word behind "for" is in the names of none."""
    if any(thing.kind == "group" for _, thing in reading.named):
        return False
    for group, between, what in zip(reading.words, reading.words[1:], reading.words[2:], strict=False):
        if "workgroup" in concepts_of([group]) and between.text in _FOR:
            return _is_of_no_group(what, vocabulary)
    return False


def _is_of_no_group(word: Word, vocabulary: Vocabulary) -> bool:
    if (
        set(concepts_of([word])) & {*NOT_TELLING, *_ANY_GROUP}
        or word.text.isdigit()
        or word.stem in vocabulary.own_name
    ):
        return False
    return not any(one.thing.kind == "group" for one in covering([word], vocabulary, ("group",)))


def _days(intent: str, reading: Reading) -> Values:
    """The days, and what is amiss with them: a day that no calendar has, a weekday that another day has."""
    window = reading.window
    if window is None or (window.is_open and intent in _NOW):
        return {"unread_days": True} if intent == "milestone.on_date" and reading.is_unread else {}
    if window.no_such_day:
        day, month, year = window.no_such_day.args
        return {"no_such_day": f"{year or ''}-{month}-{day}"}
    values: Values = {"from": window.first.isoformat(), "to": window.last.isoformat()}
    if window.is_onwards:
        values["is_open"] = True
    if window.weekday is not None:
        values["not_weekday"] = WEEKDAYS[window.weekday]
    return values


def _in_general(intent: str, reading: Reading, vocabulary: Vocabulary, values: Values) -> Values:
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


_MAY_BE_OPEN = (
    "milestone.when",
    "milestone.on_date",
    "person.role",
    "programme.about",
    "workgroup.about",
    "delivery.about",
    "initiative.about",
    "milestone.next",
    "workgroup.list",
)
#: What is listed whole is left open only where more than a single word says so.
_LISTS, _FEWEST_OF_LIST = ("workgroup.list",), 2


#: What is asked of one moment: a span with one end ("jeg mistet tråden etter jul") is beside it.
_NOW = ("phase.current", "person.role")


#: What is numbered in the documents: of which concept, and under which value it is asked for.
_NUMBERED = {
    "workgroup.about": ("workgroup", "group"),
    "initiative.about": ("recommendation", "fact"),
    "delivery.about": ("delivery", "fact"),
    "goal.about": ("goal", "fact"),
}


def _number_of_none(intent: str, reading: Reading, vocabulary: Vocabulary, values: Values) -> Values:
    """The number that no group, recommendation, … has: whatever its other words resemble is not what was meant."""
    concept, name = _NUMBERED.get(intent, ("", ""))
    number = _number_behind(concept, reading) if concept else None
    if number is None:
        return {}
    keys = {*values.get("facts", []), *values.get("groups", [])}
    meant = [thing for thing in vocabulary.things if thing.key in keys]
    if any(str(number) in spoken.split() for thing in meant for spoken in thing.names):
        return {}
    for one in (name, f"{name}s"):
        values.pop(one, None)
    return {"number": number}


def _number_behind(concept: str, reading: Reading) -> int | None:
    """The number right behind a word of that concept: in figures, or a numeral."""
    for before, after in pairwise(reading.words):
        said = after.text if after.text.isdigit() else NUMBERS.get(after.text, "")
        if said.isdigit() and len(said) < _LONG_NUMBER and concept in concepts_of([before]):
            return int(said)
    return None


#: A number of so many figures is a year.
_LONG_NUMBER = 4


def _put_all(values: Values, name: str, found: list[str]) -> None:
    if found:
        values[name] = found


def _put(values: Values, kind: str, keys: list[str]) -> None:
    if not keys:
        return
    if kind in _FACTS:
        values.setdefault("facts", []).extend(keys)
        values.setdefault("fact", keys[0])
        return
    if kind in _PLURAL:
        values[_PLURAL[kind]] = keys
    if len(keys) == 1 or kind not in _PLURAL:
        values[kind] = keys[0]
    if kind == "role":
        values["roles"] = keys
    if kind == "person":
        values["persons"] = keys


def _things(
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
    if intent in _COVERED:
        return _covering(kind, intent, reading, vocabulary)
    found = vocabulary.closest([word.stem for word in telling(reading.runs, vocabulary)], (kind,))
    if not found or found[0][0] < _ENOUGH:
        return []
    best = found[0][0]
    return [thing.key for score, thing in found[:4] if score >= 0.9 * best]


#: Where the answer would be made up if it were not about what was asked, and which words then tell nothing: every
#: leader's title has "leader" in it, and everything in the documents is about the change.
_COVERED = {
    "person.role": frozenset({"lead", "role", "change", "name", "called", "management"}),
    "programme.about": frozenset({"change", "happen", "timeline"}),
}
#: How much of a question has to be in what answers it. Of 60 questions, half of them about what no document says,
#: those below this are unanswerable but for one in thirty.
_SHARE = 0.52
#: How much words that no document has must at least tell, before a general question is taken for a particular one: who
#: asks why may say at length what of, and the reasons are those of the whole all the same.
_UNHEARD = {"": 1.5, "organisation": 4.0, "why": 5.0}
_COUNTS = frozenset({"howmany", "howmuch"})


def _covering(kind: str, intent: str, reading: Reading, vocabulary: Vocabulary) -> list[str]:
    told = telling(reading.runs, vocabulary, _COVERED[intent])
    found = [one for one in covering(told, vocabulary, (kind,)) if one.share >= _SHARE]
    if kind == "person":
        found = [one for one in found if not is_half_a_name(reading, one.thing)]
    if _COUNTS & reading.concepts:
        found = [one for one in found if tells_number(one.thing)]
    best = found[0].score if found else 0.0
    return [one.thing.key for one in found[:4] if one.score >= 0.9 * best]


def _is_unheard(reading: Reading, vocabulary: Vocabulary, wanted: str) -> bool:
    """Whether a question about the programme is not about the whole of it, or tells of what no document has."""
    general = frozenset(concept for concept, name in ASPECTS["programme.about"] if name == wanted)
    asking = _IN_GENERAL | (_WHICH if wanted == "organisation" else frozenset())
    if wanted in ("", "organisation") and not asking & reading.concepts and len(reading.words) > _BARE:
        return True
    runs = next((runs for runs in reading.clause_runs if any(general & run.concepts for run in runs)), reading.runs)
    told = telling(runs, vocabulary, _COVERED["programme.about"] | general)
    weights = sum(weight(word, vocabulary) for word in told)
    best = max((one.share for one in covering(told, vocabulary, _OF_PROGRAMME)), default=0.0)
    return best < _SHARE and weights * (1 - best) >= _UNHEARD.get(wanted, _UNHEARD[""])


#: What asks for the whole, and how few words do by themselves ("OSU 2020").
_IN_GENERAL, _BARE = frozenset({"about", "why", "what", "how", "goal"}), 3
_WHICH = frozenset({"which", "who", "list", "all", "howmany"})
_OF_PROGRAMME = ("fact", "unit", "recommendation", "goal", "abbreviation")


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


def _look_on(values: Values, reading: Reading, vocabulary: Vocabulary) -> None:
    """ "What comes after the kickoff?" looks on from the day after it; "now that the summer is over" from today."""
    if values.get("milestones") and "after" in reading.concepts:
        _go_on_from(values, vocabulary)
    elif reading.window and not reading.window.is_open:
        for name in ("from", "to", "not_weekday", "no_such_day"):
            values.pop(name, None)


def _go_on_from(values: Values, vocabulary: Vocabulary) -> None:
    thing: Thing | None = vocabulary.thing("milestone", values["milestones"][0])
    if thing and thing.days:
        values["from"] = (thing.days[1] + timedelta(days=1)).isoformat()
        values.pop("to", None)


def _about(reading: Reading) -> Values:
    """Two subjects that a colleague would not merely decline: one's own position, and who wrote an input."""
    concepts = reading.concepts
    if {"job"} & concepts or ({"me", "mine"} & concepts and {"w:havn", "w:hamn", "role", "afraid"} & concepts):
        return {"about": "own_position"}
    if "input" in concepts and {"who", "who_sent", "sent", "list", "all"} & concepts:
        return {"about": "anonymity"}
    return {}
