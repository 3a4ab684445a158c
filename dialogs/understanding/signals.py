"""What a few words say by themselves, whatever stands beside them: signals.txt, read before intents are weighed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogs.understanding.normalise import WORD, folded_whole
from dialogs.understanding.spelling import plain
from dialogs.understanding.stored import FOLDER

#: Where lines are kept: what comes before every question, what kind of thing is asked for (sought.py), and requests.
FILES = ("signals.txt", "sought.txt", "requests.txt", "outright.txt")
#: Whose lines are a sentence from its first to its last word.
_OF_SENTENCES = ("outright.txt",)
#: Longer than anything that is read as a question: the end of a long message may be what matters in it.
LONGEST = 4000
#: Typing errors are mended in words of this length, of which so much is right.
_SHORTEST_MENDED, _NEAR = 6, 0.83
_SHORTEST_PLAIN = 4
_ANY, _START, _END = "*", "^", "$"
_SENTENCE_END = re.compile(r"[.!?;\n]+")
_CHOICE = re.compile(r"\([^()]*\)|[^\s()]+")


@dataclass
class _Node:
    """A place in a line: what may come next, and what has been said when the line ends here (or that it is no sign)."""

    following: dict[str, list["_Node"]] = field(default_factory=dict)
    beginnings: dict[str, list["_Node"]] = field(default_factory=dict)
    #: The beginnings once more, to see at once that a word has none of them.
    any_beginning: tuple[str, ...] = ()
    says: str = ""
    is_none: bool = False

    def lead(self, word: str, to: "_Node") -> None:
        """Makes that word of a line lead there."""
        if len(word) > 1 and word.endswith(_ANY):
            self.beginnings.setdefault(word.removesuffix(_ANY), []).append(to)
            self.any_beginning = tuple(self.beginnings)
        else:
            self.following.setdefault(word, []).append(to)

    def next(self, word: str) -> list["_Node"]:
        """Where that word leads."""
        found = self.following.get(word, [])
        if word not in (_START, _END):
            if _ANY in self.following:
                found = found + self.following[_ANY]
            if self.any_beginning and word.startswith(self.any_beginning):
                found = found + [
                    to for start, nodes in self.beginnings.items() if word.startswith(start) for to in nodes
                ]
        return found


class _State:
    """Several places at once: where all lines stand that go on after the same words."""

    def __init__(self, nodes: tuple[_Node, ...]) -> None:
        self.nodes = nodes
        self.says = frozenset(node.says for node in nodes if node.says)
        self.is_none = any(node.is_none for node in nodes)
        self.ends_here = bool(self.says) or self.is_none
        self.to: dict[str, _State | None] = {}
        self._takes_any = any(_ANY in node.following for node in nodes)
        self._beginnings = tuple({start for node in nodes for start in node.any_beginning})

    def takes_unknown(self, word: str) -> bool:
        """Whether a word that no line has may lead on from here."""
        return self._takes_any or (bool(self._beginnings) and word.startswith(self._beginnings))


@dataclass
class _Lines:
    """signals.txt, read."""

    first: _Node = field(default_factory=_Node)
    same: dict[str, str] = field(default_factory=dict)
    filling: set[str] = field(default_factory=set)
    #: Every word of the lines by its first letter: what typing errors are mended towards.
    words: dict[str, list[str]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    #: How they are typed where there is no æ, ø or å.
    plain: dict[str, str] = field(default_factory=dict)
    #: Those of which the lines have only the beginning.
    beginnings: set[str] = field(default_factory=set)
    states: dict[frozenset[int], _State] = field(default_factory=dict)

    @cached_property
    def start(self) -> _State:
        return self.state([self.first])

    def state(self, nodes: Iterable[_Node]) -> _State:
        own = {id(node): node for node in nodes}
        key = frozenset(own)
        return self.states.get(key) or self.states.setdefault(key, _State(tuple(own.values())))

    def after(self, state: _State, word: str) -> _State | None:
        """Where that word leads. Kept for words of the lines only, never for one that somebody made up."""
        is_known = word in self.known or word in (_START, _END)
        if not is_known and not state.takes_unknown(word):
            return None
        nodes = [to for node in state.nodes for to in node.next(word)]
        found = self.state(nodes) if nodes else None
        if is_known:
            state.to[word] = found
        return found


def signals_in(text: str, knows: Callable[[str], bool] | None = None, file: str = "signals.txt") -> frozenset[str]:
    """The sections of which the text has a line. ``knows`` says whether a word is one that needs no mending; without
    it nothing is mended."""
    lines = _lines(file)
    whole = folded_whole(text[:LONGEST])
    # Each word once: a long text says most of its words many times over.
    meant = {word: _meant(word, lines, knows) for word in set(WORD.findall(whole)) - lines.filling}
    sentences = {
        tuple(meant[word] for word in WORD.findall(one) if word in meant) for one in _SENTENCE_END.split(whole)
    }
    return frozenset().union(*(_in_sentence(sentence, lines) for sentence in sentences if sentence))


def _in_sentence(sentence: tuple[str, ...], lines: _Lines) -> set[str]:
    run = [_START, *sentence, _END]
    found: set[str] = set()
    none = 0
    for at in range(len(run)):
        ends = _ends(run, at, lines) if at >= none else ()
        if ends:
            none = max((end for end, state in ends if state.is_none), default=none)
            found.update(*(state.says for end, state in ends if end > none))
    return found


def _ends(run: list[str], at: int, lines: _Lines) -> list[tuple[int, _State]]:
    """Where the lines that begin here come to their ends."""
    found: list[tuple[int, _State]] = []
    state = lines.start
    for place in range(at, len(run)):
        word = run[place]
        following = state.to[word] if word in state.to else lines.after(state, word)
        if following is None:
            break
        state = following
        if state.ends_here:
            found.append((place + 1, state))
    return found


def _meant(word: str, lines: _Lines, knows: Callable[[str], bool] | None) -> str:
    """The word as the lines write it."""
    if word in lines.known:
        return lines.same.get(word, word)
    if knows is None or len(word) < _SHORTEST_PLAIN or knows(word):
        return word
    if word in lines.plain:
        return lines.plain[word]
    if len(word) < _SHORTEST_MENDED:
        return word
    near = process.extractOne(word, lines.words.get(word[0], ()), scorer=OSA.normalized_similarity, score_cutoff=_NEAR)
    if near:
        return lines.same.get(near[0], str(near[0]))
    return next((start for start in lines.beginnings if _begins(word, start)), word)


def _begins(word: str, start: str) -> bool:
    """Whether it begins so, with a typing error: one letter may lack."""
    starts = (word[: len(start)], word[: len(start) - 1])
    return word[0] == start[0] and any(OSA.normalized_similarity(one, start) >= _NEAR for one in starts)


@cache
def _lines(file: str) -> _Lines:
    """The lines of a file. Every file's have the [same] and the [filler] of signals.txt; but those that stand for whole
    sentences a [filler] of their own, since "slett" is an order there."""
    lines, read = _Lines(), []
    if file != "signals.txt":
        lines.same = dict(_lines("signals.txt").same)
        lines.filling = set() if file in _OF_SENTENCES else set(_lines("signals.txt").filling)
    section = ""
    for line in folded_whole((FOLDER / file).read_text("utf-8")).splitlines():
        if line.startswith("["):
            section = line.strip("[] ")
        elif not line.strip() or line.startswith("#"):
            continue
        elif section == "same":
            _add_same(lines, line)
        elif section == "filler":
            lines.filling.update(line.split())
        else:
            read.append((section, f"{_START} {line} {_END}" if file in _OF_SENTENCES else line))
    for section, line in read:
        _add(lines, line, section)
    _know(lines)
    return lines


def prepare() -> None:
    """Reads the lines, so that nobody waits for it."""
    for file in FILES:
        _lines(file)


def _add_same(lines: _Lines, line: str) -> None:
    written, _, others = line.partition("=")
    for other in others.split(","):
        lines.same.setdefault(other.strip(), written.strip())


def _add(lines: _Lines, line: str, section: str) -> None:
    places = [lines.first]
    for alternatives in _CHOICE.findall(line.removeprefix("!")):
        ways = [_way(lines, alternative) for alternative in alternatives.strip("()").split("|")]
        after = _Node()
        for way in filter(None, ways):
            _lead(places, way, after)
        places = [after, *(places if [] in ways else [])]
    for place in places:
        assert place is not lines.first, line
        place.says, place.is_none = ("", True) if line.startswith("!") else (section, False)


def _way(lines: _Lines, alternative: str) -> list[str]:
    """Its words as they are looked for. Filling words are passed over in every text, so a line need not have them."""
    run = [part for word in alternative.split() for part in _parts(word)]
    meant = [lines.same.get(word, word) for word in run if word not in lines.filling]
    assert meant or not run, alternative
    lines.known.update(word for word in meant if word.isalnum())
    starts = (word.removesuffix(_ANY) for word in meant if word.endswith(_ANY))
    lines.beginnings.update(start for start in starts if len(start) >= _SHORTEST_MENDED)
    return meant


def _lead(places: list[_Node], way: list[str], after: _Node) -> None:
    to = after
    for word in reversed(way[1:]):
        before = _Node()
        before.lead(word, to)
        to = before
    for place in places:
        place.lead(way[0], to)


def _parts(word: str) -> list[str]:
    if word in (_ANY, _START, _END):
        return [word]
    parts = WORD.findall(word)
    return [*parts[:-1], parts[-1] + _ANY] if word.endswith(_ANY) else parts


def _know(lines: _Lines) -> None:
    """Notes every way to write the lines' words, and what is mended towards them."""
    lines.known |= lines.same.keys() | lines.filling
    for word in sorted(lines.known):
        if len(word) >= _SHORTEST_PLAIN and not word.isascii() and plain(word) not in lines.known:
            lines.plain[plain(word)] = lines.same.get(word, word)
        if len(word) >= _SHORTEST_MENDED - 1:
            lines.words.setdefault(word[0], []).append(word)
