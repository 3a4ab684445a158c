"""What in a question no document has heard of: an unknown name or role must not be answered with somebody else."""

from dialogs.understanding.features import UNKNOWN, Symbols
from dialogs.understanding.reading import Reading
from dialogs.understanding.vocabulary import Thing

#: Concepts of leading, and those that name nobody in particular: whoever leads "this" leads the whole.
LEADING = frozenset({"lead", "management", "top"})
_NAMES_NOBODY = LEADING | frozenset(
    {"also", "all", "begin", "called", "change", "current", "decide", "happen", "happened", "it", "me", "name"}
    | {"next", "not", "now", "organise", "people", "phase", "role", "she", "still", "temporary", "thanks", "timeline"}
    | {"us", "what", "when", "where", "who", "you", "about", "after", "contact", "howlong", "workgroup", "groups"}
)
#: Named things that say who is led without being somebody else's business.
_LED = frozenset({"programme", "role", "person", "unit", "group", "milestone", "phase", "fact", "goal"})


def asks_who_leads(reading: Reading) -> bool:
    """Whether it is the leaders of the whole that are asked for: something of leading, and nobody's name with it."""
    at = next((at for at, place in enumerate(reading.symbols) if LEADING.intersection(place)), None)
    if at is None:
        return False
    led = next((one for one in range(at + 1, len(reading.runs)) if reading.symbols[one]), None)
    if led is None or _is_in_next_clause(reading, at, led):
        return not _is_other_before(reading, at)
    return not (_is_of_others(reading.symbols[led], _kinds(reading, led)) or _is_other_before(reading, at))


def is_half_a_name(reading: Reading, person: Thing) -> bool:
    """Whether a person is named by a single word, with a name beside it that is none of theirs: "Kristin Hansen"."""
    own = {word for name in person.names for word in name.casefold().replace("-", " ").split()}
    run = reading.words
    for at, word in enumerate(run):
        beside = [run[one] for one in (at - 1, at + 1) if 0 <= one < len(run)]
        if word.text in own and any(other.text in own for other in beside):
            return False
    places = [at for at, one in enumerate(reading.runs) if len(one.words) == 1 and one.words[0].text in own]
    return bool(places) and all(_has_stranger_beside(reading, at) for at in places)


def _has_stranger_beside(reading: Reading, at: int) -> bool:
    beside = [one for one in (at - 1, at + 1) if 0 <= one < len(reading.symbols)]
    return any(reading.symbols[one] == (UNKNOWN,) and not _is_in_next_clause(reading, *sorted((at, one)))
               for one in beside)  # fmt: skip


def _is_other_before(reading: Reading, at: int) -> bool:
    """ "Kantineleder" is read as two words, and leads no more than the canteen."""
    before = reading.symbols[at - 1] if at else ()
    return bool(before) and not before[0].startswith("w:") and _is_of_others(before, _kinds(reading, at - 1))


def _is_of_others(place: Symbols, kinds: set[str]) -> bool:
    if kinds:
        return not kinds & _LED
    return not any(symbol in _NAMES_NOBODY or symbol == "@date" for symbol in place)


def _kinds(reading: Reading, at: int) -> set[str]:
    """The kinds of what is named at a place."""
    return {symbol[1:] for symbol in reading.symbols[at] if symbol[0] == "@"} if reading.runs[at].is_name else set()


def _is_in_next_clause(reading: Reading, first: int, second: int) -> bool:
    return any(reading.starts[first] < end <= reading.starts[second] for end in reading.breaks)
