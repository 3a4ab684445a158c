"""What one programme's people speak of: its milestones, groups, persons, … by every name, in all languages."""

import gc
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from threading import Lock

from dialogs import signs_of_wrongdoing
from dialogs.understanding import signals
from dialogs.understanding.dates import calendar_words
from dialogs.understanding.lexicon import EMPTY, concepts_of, saying
from dialogs.understanding.normalise import WORD, Word, folded, stem, words
from dialogs.understanding.spelling import Spelling
from dialogs.understanding.stored import known
from storage import deliveries, initiatives, milestones, programmes, roles, sprint_teams, workgroups
from storage.database import Session
from storage.programmes import Programme
from storage.roles import DatedRole

#: How a kind of fact is spoken of in the phrases; every other kind is a {fact}.
_KINDS = {
    "goal": "goal",
    "goal_headline": "goal",
    "recommendation": "recommendation",
    "delivery": "delivery",
    "delivery_rule": "delivery",
    "unit": "unit",
    "abbreviation": "abbreviation",
    "open_question": "open_question",
}


#: Facts that are told with something else: the mandate with the groups, the labels with the figure; and what leaders
#: answered, whose questions are whole sentences and would make every word in them a name (see alike.py).
_NOT_SPOKEN_OF = ("mandate", "timeline_label", "answer")
#: A single word makes one think of a thing where it is long, and in the names of few.
_TELLING_LENGTH, _TELLING_THINGS = 4, 8
#: How much a word of the running text says, against one of the names.
_IN_TEXT = 0.4
#: Names of persons and letters are never inflected otherwise than by an s; other names by a few letters.
_BY_EXACT_NAME, _INFLECTION = ("person", "abbreviation"), 4
#: A name that begins like a question helps to find the thing, but is no name to take out of a sentence.
ASKING = frozenset({"what", "who", "when", "where", "how", "howmany", "howmuch", "howlong", "howoften", "which", "why"})


def concept_of(word: Word) -> str:
    """What a word stands for, whatever the language: its first concept, else its stem."""
    found = concepts_of([word])
    return found[0] if found else word.stem


@dataclass(frozen=True)
class Thing:
    """Something that can be meant. ``names`` say it whole, ``text`` only helps to find it."""

    kind: str
    key: str
    names: tuple[str, ...]
    text: str = ""
    days: tuple[date, date] | None = None


@dataclass(eq=False)
class Vocabulary:
    """The things of one programme, indexed by their names and by the words in them."""

    programme: str
    things: list[Thing] = field(default_factory=list)
    #: What leaders made here, by kind and the words of its name: the numbers of the teams, the deliveries.
    made: dict[str, dict[tuple[str, ...], list[int]]] = field(default_factory=dict)
    #: What there is here that documents may speak of, too: "sprints" where deliveries are made in them, "teams".
    has: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._names: dict[tuple[str, ...], list[Thing]] = defaultdict(list)
        self._own: Counter[str] = Counter()
        self._in_names: dict[str, set[int]] = defaultdict(set)
        self._longest: dict[str, int] = {}
        self._left_open: list[tuple[frozenset[str], str]] = []
        #: What a single word leaves open, by that very word: its concept has others, as "stemmerett" has "bestemme".
        self._left_open_word: dict[str, str] = {}
        for at, thing in enumerate(self.things):
            for name in thing.names:
                self._index(at, thing, name)

    def _index(self, at: int, thing: Thing, name: str) -> None:
        parts = words(folded(name))
        stems = tuple(word.stem for word in parts)
        if not stems:
            return
        self._own.update(word.text for word in parts)
        for part in stems:
            self._in_names[part].add(at)
        if thing.kind == "open_question" and len(parts) == 1:
            self._left_open_word.setdefault(stems[0], thing.key)
            return
        if thing.kind == "open_question":
            self._left_open.append((frozenset(map(concept_of, parts)) - {EMPTY}, thing.key))
            return
        if concept_of(parts[0]) in ASKING and len(parts) > 1:
            return
        if thing not in self._names[stems]:
            self._names[stems].append(thing)
        self._longest[stems[0]] = max(self._longest.get(stems[0], 1), len(stems))

    def longest_from(self, word: Word) -> int:
        """How many words the longest name has that begins with this one."""
        return self._longest.get(word.stem, 1)

    def prepare(self) -> None:
        """Builds what nearly every question needs, so that nobody waits for it."""
        _ = self.spelling, self._kinds_of_stem
        signals.prepare()
        signs_of_wrongdoing.prepare()

    @cached_property
    def spelling(self) -> Spelling:
        return _common_spelling().with_words(self._own)

    @cached_property
    def own_name(self) -> frozenset[str]:
        """The stems of the words in the programme's own names."""
        names = [name for thing in self.things if thing.kind == "programme" for name in thing.names]
        return frozenset(word.stem for name in names for word in words(folded(name)))

    @cached_property
    def _kinds_of_stem(self) -> dict[str, frozenset[str]]:
        return {
            part: frozenset(self.things[at].kind for at in places)
            for part, places in self._in_names.items()
            if len(part) >= _TELLING_LENGTH and len(places) <= _TELLING_THINGS
        }

    @cached_property
    def _in_texts(self) -> dict[str, set[int]]:
        """Where a word is in the running text only: seldom needed, so built when first it is."""
        found: dict[str, set[int]] = defaultdict(set)
        for at, thing in enumerate(self.things):
            for word in WORD.findall(folded(thing.text)):
                found[stem(word)].add(at)
        return found

    def named(self, run: list[Word]) -> list[Thing]:
        """What has exactly this name."""
        if not run:
            return []
        stems = tuple(word.stem for word in run)
        if len(run) == 1:
            return [thing for thing in self._names.get(stems, []) if self._is_really(run[0], thing)]
        numbered = (*stems[:-1], calendar_words.NUMBERS.get(run[-1].text, ""))
        return self._names.get(stems) or self._names.get(numbered, [])

    def _is_really(self, word: Word, thing: Thing) -> bool:
        """Whether a single word is the name itself or an inflection of it: "eller" is no Ellen, "prosjekt" no owner."""
        short = {folded(name) for name in thing.names if " " not in name}
        if word.text in short or word.text.removesuffix("s") in short:
            return True
        if thing.kind in _BY_EXACT_NAME or concepts_of([word])[:1] == (EMPTY,):
            return False
        return any(stem(name) == word.stem and abs(len(name) - len(word.text)) <= _INFLECTION for name in short)

    def kinds_with(self, word: Word) -> frozenset[str]:
        """The kinds of things whose names have this word in them."""
        return self._kinds_of_stem.get(word.stem, frozenset())

    def left_open(self, run: list[Word], said: frozenset[str], fewest: int = 1) -> str | None:
        """The open question whose every word is in the text, the longest of several, and of ``fewest`` words. One of
        them has to be ``said`` by itself: what is named in full is not what else its words may mean."""
        every = frozenset(map(concept_of, run))
        found = [
            (len(wanted), key)
            for wanted, key in self._left_open
            if wanted <= every and len(wanted) >= fewest and wanted & said
        ]
        word = next((one.stem for one in run if one.stem in self._left_open_word and concept_of(one) in said), None)
        if word and fewest == 1:
            found.append((1, self._left_open_word[word]))
        return max(found)[1] if found else None

    def closest(self, stems: Iterable[str], kinds: tuple[str, ...]) -> list[tuple[float, Thing]]:
        """The things of these kinds that share words with the text, best first: a rare word says more."""
        scores: dict[int, float] = defaultdict(float)
        for part in set(stems):
            named, told = self._in_names.get(part, set()), self._in_texts.get(part, set())
            rarity = math.log(1 + len(self.things) / (1 + len(named | told)))
            for at in named | told:
                if self.things[at].kind in kinds:
                    scores[at] += rarity * (1.0 if at in named else _IN_TEXT)
        best = sorted(scores, key=lambda at: (-scores[at], at))
        return [(scores[at], self.things[at]) for at in best]

    def places(self, part: str) -> int:
        """How many things have this stem in their names or their text."""
        return len(self._in_names.get(part, set()) | self._in_texts.get(part, set()))

    @cached_property
    def _by_key(self) -> dict[tuple[str, str], Thing]:
        return {(thing.kind, thing.key): thing for thing in reversed(self.things)}

    def thing(self, kind: str, key: str) -> Thing | None:
        return self._by_key.get((kind, key))


@cache
def _common_spelling() -> Spelling:
    """The words that are known whatever the programme."""
    return Spelling(known().common, saying(ASKING), saying({EMPTY}))


_kept: dict[str, tuple[str, Vocabulary]] = {}
_lock = Lock()


@contextmanager
def _without_collection() -> Iterator[None]:
    """While words are read nothing of them is garbage; looking for it among all of them took a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def vocabulary_of(session: Session, programme: Programme) -> Vocabulary:
    """The programme's vocabulary, built once per process for each version of the programme's file."""
    version = f"{programme.version} {programme.digest}"
    kept, found = _kept.get(programme.key, ("", None))
    if found is not None and kept == version:
        return found
    with _without_collection():
        things, made = list(_things(session, programme)), _made(session, programme.key)
        here = {"sprints": bool(programme.sprints), "teams": bool(made["team"])}
        built = Vocabulary(programme.key, things, made, frozenset(name for name, there in here.items() if there))
        built.prepare()
    with _lock:
        _kept[programme.key] = (version, built)
    return built


def _things(session: Session, programme: Programme) -> Iterable[Thing]:
    key = programme.key
    yield Thing("programme", key, (programme.name, *programme.names))
    for milestone in milestones.every(session, key):
        last = milestone.said_day or milestone.last_day  # what comes after "før 1. juli" comes after that day
        days = (milestone.first_day, last) if milestone.first_day and last else None
        yield Thing("milestone", milestone.key, _all(milestone.title, milestone.names), days=days)
    for phase in milestones.phases(session, key):
        yield Thing("phase", phase.key, _all(phase.title, phase.names), _text(phase.about))
    for group in workgroups.every(session, key):
        numbered = (f"arbeidsgruppe {group.number}", f"gruppe {group.number}", f"group {group.number}")
        names = _all(group.title, group.names) + (numbered if group.number else ())
        yield Thing("group", group.key, names, _text(group.mandate))
    yield from _people(session, key)
    for initiative in initiatives.every(session, key):
        yield Thing("initiative", initiative.key, _all(initiative.title, initiative.names), _text(initiative.about))
    for fact in programmes.facts(session, key, *(kind for kind in programmes.KINDS if kind not in _NOT_SPOKEN_OF)):
        kind = _KINDS.get(fact.kind, "fact")
        # What is said of a film is about the film: only what it is called is what it is about.
        text = "" if fact.details.get("form") == "film" else _text(fact.text)
        yield Thing(kind, fact.key, _all(fact.title, fact.names), text)


def _made(session: Session, programme_key: str) -> dict[str, dict[tuple[str, ...], list[int]]]:
    """The teams that there are, and all deliveries, by their names and by what documents call them ("Leveranse 1"); of
    the same name there may be several."""
    found: dict[str, dict[tuple[str, ...], list[int]]] = {"team": {}, "delivery": {}}
    named = [("team", team.name, team.identity) for team in sprint_teams.standing(session, programme_key)]
    called = {
        fact.key: set((fact.title or {}).values())
        for fact in programmes.facts(session, programme_key, deliveries.NAMED)
    }
    for row in deliveries.every(session, programme_key):
        in_documents = called.get(row.named or "", set())
        names = {row.title, *in_documents, *(f"{name} {row.title}" for name in in_documents)}
        named += [("delivery", name, row.identity) for name in sorted(names)]
    for kind, name, number in named:
        # A name of signs alone is none that a sentence can have.
        said = tuple(WORD.findall(folded(name))) or (name,)
        numbers = found[kind].setdefault(said, [])
        if number not in numbers:
            numbers.append(number)
    return found


def _people(session: Session, programme_key: str) -> Iterable[Thing]:
    """Persons by their whole and single names, roles by their titles."""
    persons: dict[str, set[str]] = defaultdict(set)
    for role in roles.every(session, programme_key):
        if role.person_name:
            persons[role.person_name].update(_spoken(role.person_name))
        if _is_spoken_of(role):
            persons_own = _words(role.person_name or "")
            titles = [name for name in role.names if not _words(name) <= persons_own]
            yield Thing("role", role.key, _all(role.role, titles), _text(role.does))
    for group in workgroups.every(session, programme_key):
        for member in workgroups.members(session, programme_key, group.key):
            persons[member.name].update(_spoken(member.name))
    for name, spoken in persons.items():
        yield Thing("person", name, tuple(spoken))


def _is_spoken_of(role: DatedRole) -> bool:
    """Whether the role names somebody in the programme: "leader" of a group does not, the group is asked about."""
    in_group_only = role.person_name and role.workgroup_key and role.duty in ("leads", "member")
    return bool(role.role or not role.person_name) and not in_group_only


def _words(name: str) -> set[str]:
    return {word.text for word in words(folded(name))} or {""}


def _spoken(name: str) -> tuple[str, ...]:
    """A name as people say it: whole, by the first name, by the family name, by first and family name."""
    first, *_, last = name.split()
    return name, first, last, f"{first} {last}"


def _all(title: Mapping[str, str] | None, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*(title or {}).values(), *names]))


def _text(text: Mapping[str, str] | None) -> str:
    return " ".join((text or {}).values())
