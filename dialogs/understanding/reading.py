"""Second step: what a text consists of — concepts, named things, days — as the symbols that intents are told by."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from itertools import chain

from dialogs.understanding import dates
from dialogs.understanding.dates import Window
from dialogs.understanding.dates.calendar_words import TABLE
from dialogs.understanding.features import UNKNOWN, Symbols, features
from dialogs.understanding.lexicon import EMPTY, concepts_of, longest_from
from dialogs.understanding.normalise import Word, folded, stem_of_known, words
from dialogs.understanding.stored import known, scores_of
from dialogs.understanding.vocabulary import Thing, Vocabulary, concept_of

#: Kinds that are recognised by a single word of their names.
_BY_ONE_WORD = frozenset({"milestone", "group", "person", "initiative", "recommendation", "unit", "delivery", "role"})
#: What "she" and "it" stand for when the conversation was about one.
_PRONOUNS = {"she": ("person",), "they": ("group",), "it": ("group", "milestone", "phase", "initiative")}
#: What a few words more ("hvor lenge da?", "og lederen?") are about after an answer about one thing.
_GOES_ON = ("person", "group", "phase")
_SHORT = 4
_ASKS_ON = frozenset(
    {"what", "who", "when", "where", "how", "howlong", "why", "lead", "member", "mandate", "result", "also", "begin"}
    | {"end", "still", "you", "thanks", "day", "takeover", "named", "after", "w:cool"}
)
#: Where one thought ends and the next may begin: people say hello, tell why, and then ask.
_BREAK = re.compile(r"[.!?;:\n]+\s|,\s|\s[–-]\s|\s(?=(?:men|but|fordi|siden|because|så|so|slik at)\s)")
_MOST = 40


@dataclass(frozen=True)
class Run:
    """Words that were taken together: a name, an expression, a day, or a single word."""

    words: list[Word]
    is_name: bool

    @property
    def said(self) -> frozenset[str]:
        """What it says by itself: the words inside a longer name or expression say nothing of their own ("kicks in" is
        no kick, and nobody asks for his job with "Framtidens arbeidsplass")."""
        if len(self.words) == 1:
            return frozenset(map(concept_of, self.words))
        return frozenset() if self.is_name else self.concepts

    @property
    def concepts(self) -> frozenset[str]:
        """The concepts of the whole run; a name has none of its own unless it is an expression too."""
        return frozenset(concepts_of(self.words))


@dataclass
class Reading:
    """A text taken apart."""

    words: list[Word]
    runs: list[Run] = field(default_factory=list)
    symbols: list[Symbols] = field(default_factory=list)
    #: The character at which each place of ``symbols`` begins.
    starts: list[int] = field(default_factory=list)
    named: list[tuple[int, Thing]] = field(default_factory=list)
    window: Window | None = None
    #: The whole text, mended.
    text: str = ""
    #: The characters after which a new sentence or clause begins.
    breaks: list[int] = field(default_factory=list)

    @property
    def is_unread(self) -> bool:
        """Whether days seem to be named that make no window."""
        return self.window is None and dates.speaks_of_days(self.text)

    def number(self, concept: str) -> int | None:
        """The number that stands right behind that concept ("milepæl 9")."""
        for at, (place, word) in enumerate(zip(self.symbols, self.starts, strict=True)):
            following = next((one for one in self.words if one.start > word), None)
            if concept in place and at + 1 < len(self.symbols) and "#number" in self.symbols[at + 1] and following:
                return int(following.text[:4])
        return None

    @cached_property
    def features(self) -> list[str]:
        """What the whole text shows of its intent."""
        return features(self.symbols, self.plain_words)

    @cached_property
    def scores(self) -> list[int]:
        """What the whole text says for or against each of the model's labels."""
        return scores_of(self.features)

    @property
    def plain_words(self) -> list[str]:
        """The words, but for those of days and of what is named."""
        taken = {start for start, place in zip(self.starts, self.symbols, strict=True) if "@" in "".join(place)}
        return [word.text for word in self.words if word.start not in taken]

    @property
    def said(self) -> frozenset[str]:
        """What stands by itself in the text, outside of longer names and expressions."""
        return frozenset[str]().union(*(run.said for run in self.runs)) - {EMPTY}

    @property
    def clauses(self) -> list[list[str]]:
        """What each sentence or clause shows by itself, of those that hold more than one symbol; none where only one
        does, which shows what the whole text does."""
        found: dict[int, list[Symbols]] = {}
        said: dict[int, list[str]] = {}
        for start, place in zip(self.starts, self.symbols, strict=True):
            found.setdefault(self.clause_of(start), []).append(place)
        telling = [at for at, places in found.items() if sum(map(bool, places)) > 1]
        if len(telling) < 2:
            return []
        for word in self.words:
            said.setdefault(self.clause_of(word.start), []).append(word.text)
        return [features(found[at], said[at]) for at in telling]

    @property
    def clause_runs(self) -> list[list[Run]]:
        """The runs of each sentence or clause."""
        found: dict[int, list[Run]] = {}
        for run in self.runs:
            found.setdefault(self.clause_of(run.words[0].start), []).append(run)
        return list(found.values())

    def clause_of(self, start: int) -> int:
        """The number of the sentence or clause that a character is in."""
        return sum(end <= start for end in self.breaks)

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(chain.from_iterable(self.symbols))


def read(text: str, vocabulary: Vocabulary, today: date, subject: dict[str, str]) -> Reading:
    """Takes a text apart. ``subject`` is what the conversation was about."""
    mended = vocabulary.spelling.mend(folded(text))
    reading = Reading(words(mended)[:_MOST], text=mended, breaks=[found.end() for found in _BREAK.finditer(mended)])
    reading.window = dates.window(mended, today, _anchor(subject, vocabulary), _known_days(reading, vocabulary))
    at = 0
    while at < len(reading.words):
        reading.starts.append(reading.words[at].start)
        before = len(reading.named)
        length = _take(reading, at, vocabulary)
        reading.runs.append(Run(reading.words[at : at + length], len(reading.named) > before))
        at += length
    _resolve_pronouns(reading, subject)
    return reading


def _take(reading: Reading, at: int, vocabulary: Vocabulary) -> int:
    """Adds the symbols of the longest thing that begins at this word, and says how many words it took."""
    window = reading.window
    if window and window.start <= reading.words[at].start < window.end:
        length = sum(1 for word in reading.words[at:] if word.start < window.end)
        named = _longest_name(reading.words, at, vocabulary)
        if not named or len(named) <= length:
            reading.symbols.append(("@date",))
            _remember(reading, at, vocabulary, length)
            return length
    name = _longest_name(reading.words, at, vocabulary)
    concepts = _longest_concept(reading.words, at)
    if len(name) >= len(concepts[1]) and name:
        things = vocabulary.named(name)
        reading.named += [(len(name), thing) for thing in things]
        inside = concepts[0] if len(name) == len(concepts[1]) else _inside(name)
        reading.symbols.append((*dict.fromkeys(f"@{thing.kind}" for thing in things), *_content(inside)[:2]))
        return len(name)
    if concepts[0]:
        reading.symbols.append(_content(concepts[0]))
        return len(concepts[1])
    reading.symbols.append(_single(reading.words[at], vocabulary))
    return 1


def _inside(name: list[Word]) -> tuple[str, ...]:
    """The concepts of the words in a name: "målet med omstillingen" is a goal's name, and says "goal" too."""
    return tuple(dict.fromkeys(concept for word in name for concept in concepts_of([word])))


def _remember(reading: Reading, at: int, vocabulary: Vocabulary, length: int) -> None:
    for start in range(at, at + length):
        name = _longest_name(reading.words, start, vocabulary)
        reading.named += [(len(name), thing) for thing in vocabulary.named(name)]


def _longest_name(run: list[Word], at: int, vocabulary: Vocabulary) -> list[Word]:
    for length in range(min(vocabulary.longest_from(run[at]), len(run) - at), 0, -1):
        if vocabulary.named(run[at : at + length]):
            return run[at : at + length]
    return []


def _longest_concept(run: list[Word], at: int) -> tuple[tuple[str, ...], list[Word]]:
    for length in range(min(longest_from(run[at]), len(run) - at), 0, -1):
        found = concepts_of(run[at : at + length])
        if found:
            return found, run[at : at + length]
    return (), []


def _content(concepts: tuple[str, ...]) -> Symbols:
    return tuple(concept for concept in concepts if concept != EMPTY)


def _single(word: Word, vocabulary: Vocabulary) -> Symbols:
    kinds = vocabulary.kinds_with(word)
    likely = sorted(kinds & _BY_ONE_WORD)[:2] or sorted(kinds)[:1]
    if word.text.isdigit():
        return ("#number",)
    heard = f"w:{word.stem}" if word.text in known().phrased or word.stem in _known_stems() else UNKNOWN
    return (
        (heard, *(f"@{kind}" for kind in likely)) if heard != UNKNOWN or not likely else tuple(f"@{k}" for k in likely)
    )


@cache
def _known_stems() -> frozenset[str]:
    return frozenset(map(stem_of_known, known().phrased))


def _resolve_pronouns(reading: Reading, subject: dict[str, str]) -> None:
    if not subject or any(symbol[0] == "@" and symbol not in ("@date", "@role") for symbol in reading.concepts):
        return
    for at, symbols in enumerate(reading.symbols):
        for pronoun, kinds in _PRONOUNS.items():
            kind = next((kind for kind in kinds if kind in subject), None)
            if pronoun in symbols and kind:
                reading.symbols[at] = (f"@{kind}",)
                return
    kind = next((kind for kind in _GOES_ON if kind in subject), None)
    if kind and len(reading.words) <= _SHORT and reading.concepts - {"thanks"} and reading.concepts <= _ASKS_ON:
        reading.symbols.append((f"@{kind}",))
        reading.starts.append(reading.words[-1].start)


def _anchor(subject: dict[str, str], vocabulary: Vocabulary) -> tuple[date, date] | None:
    """The days a follow-up goes on from: those asked about before, or those of the milestone spoken of."""
    try:
        return date.fromisoformat(subject["from"]), date.fromisoformat(subject["to"])
    except (KeyError, ValueError):
        thing = vocabulary.thing("milestone", subject.get("milestone", ""))
        return thing.days if thing else None


def _known_days(reading: Reading, vocabulary: Vocabulary) -> list[tuple[int, int, tuple[date, date]]]:
    """The milestones that days are counted from ("dagen før MBM"), where theirs are known to the day; a milestone
    named otherwise ("når er MBM") says no days."""
    found: list[tuple[int, int, tuple[date, date]]] = []
    if not _COUNTED.search(reading.text):
        return found
    for at, word in enumerate(reading.words):
        if _COUNTED_FROM.search(_before(reading, at)):
            name = _longest_name(reading.words, at, vocabulary) or [word]
            days = next((thing.days for thing in _milestones(name, vocabulary) if thing.days), None)
            if days and (days[1] - days[0]).days < _EXACT:
                found.append((word.start, name[-1].end, days))
    return found


def _milestones(name: list[Word], vocabulary: Vocabulary) -> list[Thing]:
    """The milestones of that name, or the only one whose names have that word."""
    named = [thing for thing in vocabulary.named(name) if thing.kind == "milestone"]
    if named or len(name) > 1 or name[0].text.isdigit() or (name[0].text,) in TABLE:
        return named
    alike = [thing for _, thing in vocabulary.closest([name[0].stem], ("milestone",))]
    return alike if len(alike) == 1 and EMPTY not in concepts_of(name) else []


def _before(reading: Reading, at: int) -> str:
    return " ".join(word.text for word in reading.words[max(0, at - 4) : at])


#: What days are counted in, and what stands before something that they are counted from.
_COUNTED = re.compile(r"da[gy]|uk[ea]|vek[ea]|week|måned|månad|month")
_COUNTED_FROM = re.compile(
    rf"\b(?:{_COUNTED.pattern})\w*"
    r" (?:etter|ette|før|after|before|som|as|of|for)(?: (?:the|den|det|at|vi|har|hatt))*$"
)
_EXACT = 7
