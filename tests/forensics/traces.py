"""What lies in the databases and files beside each input once it is released: everything that an attacker can put in
an order, whatever it means, and what it is compared with."""

import json
import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.forensics.finding import Carved, Needles, commits, tuples
from tests.forensics.places import Place, Row
from tests.forensics.playing import Turn
from tests.forensics.world import Sent

#: How long a value must be, in bytes or characters, to tell one row from all others.
TELLING = 12
#: A value that so many rows have in common ties them to one input; more, and it is a programme's, say.
FEW = 8
#: The ids of activities as this platform makes them.
_ACTIVITY = re.compile(rb"f:[0-9a-f]{32}")
#: How much of a sealed value is looked for in files: where it begins tells where it lies.
BEGINNING = 48


@dataclass
class Traces:
    """Of each input, by its place in ``inputs``: the numbers that are stored beside it, by what they are, and the
    values that are its own."""

    inputs: Sequence[Sent]
    numbers: dict[str, list[float | None]] = field(default_factory=dict)
    marks: list[set[bytes]] = field(default_factory=list)
    #: The transactions (PostgreSQL's numbers) that wrote what is its own, by table.
    transactions: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def put(self, name: str, place: int, number: float) -> None:
        self.numbers.setdefault(name, [None] * len(self.inputs))[place] = number


def of(inputs: Sequence[Sent], hashes: Sequence[bytes], rows: Sequence[Row]) -> Traces:
    """From the rows alone: those that have a value in common with an input's own row, in both databases."""
    made = Traces(inputs, marks=[set() for _ in inputs])
    by_value: dict[bytes, list[Row]] = defaultdict(list)
    for row in rows:
        for value in row.values.values():
            for one in _forms(value):
                by_value[one].append(row)
    ranks = _ranks(rows)
    for place, of_receipt in enumerate(hashes):
        own = by_value.get(of_receipt, []) + by_value.get(of_receipt.hex().encode(), [])
        # What shares another value with such a row, a key for one, is of the same input.
        tied = [by_value[one] for row in own for one in _forms_of(row)]
        for row in _once([*own, *(row for rows in tied if len(rows) <= FEW for row in rows)]):
            _note(made, place, row, ranks)
    return made


def _note(made: Traces, place: int, row: Row, ranks: Mapping[tuple[str, str], Mapping[Any, int]]) -> None:
    for column, value in row.values.items():
        name = f"{row.whose}.{row.table}.{column}"
        if isinstance(value, bytes | str):
            made.put(f"size of {name}", place, len(value))
            if len(value) >= TELLING and not _is_shared(name, ranks, value):
                made.marks[place].add(value[:BEGINNING] if isinstance(value, bytes) else value[:BEGINNING].encode())
        if value is not None:
            made.put(f"order of {name}", place, ranks[f"{row.whose}.{row.table}", column][_plain(value)])
        if column == "_xmin":
            made.transactions[f"{row.whose}.{row.table}"][place] = value


def _is_shared(name: str, ranks: Mapping[tuple[str, str], Mapping[Any, int]], value: Any) -> bool:
    table, _, column = name.rpartition(".")
    return len(ranks[table, column]) < 5


def _ranks(rows: Sequence[Row]) -> dict[tuple[str, str], dict[Any, int]]:
    """The place of each value among those of its column."""
    seen: dict[tuple[str, str], set[Any]] = defaultdict(set)
    for row in rows:
        for column, value in row.values.items():
            if value is not None:
                seen[f"{row.whose}.{row.table}", column].add(_plain(value))
    return {
        column: {value: place for place, value in enumerate(sorted(values, key=_sortable))}
        for column, values in seen.items()
    }


def _plain(value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def _sortable(value: Any) -> tuple[str, Any]:
    if isinstance(value, bool | int | float):
        return "", value
    if isinstance(value, datetime):
        return "", value.timestamp()
    if isinstance(value, date):
        return "", value.toordinal()
    return type(value).__name__, value if isinstance(value, bytes | str) else str(value)


def _forms(value: Any) -> tuple[bytes, ...]:
    """A value as other tables may write it."""
    if isinstance(value, bytes) and len(value) >= TELLING:
        return value, value.hex().encode()
    if isinstance(value, str) and len(value) >= TELLING:
        return (value.encode(),)
    return ()


def _forms_of(row: Row) -> list[bytes]:
    return [one for value in row.values.values() for one in _forms(value)]


def _once(rows: Iterable[Row]) -> Iterator[Row]:
    seen: set[int] = set()
    for row in rows:
        if id(row) not in seen:
            seen.add(id(row))
            yield row


def add_offsets(made: Traces, places: Sequence[Place], page: int) -> None:
    """Where in each file what is an input's own begins: the first time, the last time, and within its page."""
    needles = _marks_of(made)
    for one in places:
        for hit in needles.hits(one.name, one.data):
            assert isinstance(hit.what, int)
            _put_offset(made, f"in {one.name}", hit.what, hit.offset, page)


def _begins_so(sent: Sent, piece: Carved) -> bool:
    both = min(len(sent.stored.encode()), len(piece.begins))
    return sent.stored.encode()[:both] == piece.begins[:both]


def _marks_of(made: Traces) -> Needles:
    needles = Needles()
    for place, marks in enumerate(made.marks):
        for mark in marks:
            needles.add(mark, place)
    return needles


def _put_offset(made: Traces, name: str, place: int, offset: int, page: int) -> None:
    first = made.numbers.get(f"first {name}", [None] * len(made.inputs))[place]
    if first is None:
        made.put(f"first {name}", place, offset)
        made.put(f"first {name}, in its page", place, offset % page)
    made.put(f"last {name}", place, offset)


def add_carved(made: Traces, pieces: Iterable[Carved], hashes: Sequence[bytes], page: int) -> int:
    """What the key opens, wherever it lies, and whose it is by the text or the receipt in it. Returns how many are of
    an input."""
    by_text: dict[bytes, list[int]] = defaultdict(list)
    for place, sent in enumerate(made.inputs):
        by_text[sent.stored.encode()[:BEGINNING]].append(place)
    count = 0
    for piece in pieces:
        owners = [place for place in by_text[piece.begins[:BEGINNING]] if _begins_so(made.inputs[place], piece)]
        owners = owners or [
            place for place, one in enumerate(hashes) if one in piece.begins or one.hex().encode() in piece.begins
        ]
        if len(owners) == 1:
            count += 1
            kind = "text" if piece.begins[:1] != b"{" else "about"
            _put_offset(made, f"of the opened {kind} in {piece.place}", owners[0], piece.offset, page)
    return count


def by_commit(made: Traces, logs: Sequence[Place], turns: Sequence[Turn]) -> dict[str, dict[int, int]]:
    """SQLite's logs: the turn that was first seen in the transaction in which an input's own values were."""
    guesses: dict[str, dict[int, int]] = {}
    places = {id(sent): place for place, sent in enumerate(made.inputs)}
    for log in logs:
        needles = _marks_of(made)
        for turn in turns:
            needles.add(turn.activity.encode(), turn.activity)
        first = _first_commits(needles, log)
        of_commit: dict[int, list[int]] = defaultdict(list)
        for turn in turns:
            if turn.sent is not None and id(turn.sent) in places and turn.activity in first:
                of_commit[first[turn.activity]].append(places[id(turn.sent)])
        inputs = {place: first[place] for place in range(len(made.inputs)) if place in first}
        for place, number in inputs.items():
            made.put(f"transaction in {log.name}", place, number)
        guesses[f"same transaction in {log.name}"] = _only(inputs, of_commit)
    return guesses


def _first_commits(needles: Needles, log: Place) -> dict[object, int]:
    """The number of the transaction in which each of them is seen first."""
    first: dict[object, int] = {}
    for commit in commits(log.data):
        for page in commit.pages:
            for hit in needles.hits(log.name, page):
                first.setdefault(hit.what, commit.number)
    return first


def received_in(places: Sequence[Place], turns: Sequence[Turn]) -> dict[str, int]:
    """PostgreSQL's files: the number of the first transaction that wrote a turn's activity. The row as it is shown has
    that of the one that noted the answer."""
    known = {turn.activity for turn in turns}
    first: dict[str, int] = {}
    for place in places:
        if place.whose == "main" and place.name.startswith("base/"):
            for number, row in tuples(place.data):
                for activity in {one.decode() for one in _ACTIVITY.findall(row)} & known:
                    first[activity] = min(number, first.get(activity, number))
    return first


def by_transaction(made: Traces, first: Mapping[str, int], turns: Sequence[Turn]) -> dict[str, dict[int, int]]:
    """PostgreSQL's numbers of transactions: the turn that was received in the same one, or in one of those before."""
    places = {id(sent): place for place, sent in enumerate(made.inputs)}
    received: dict[int, list[int]] = defaultdict(list)
    for turn in turns:
        if turn.sent is not None and id(turn.sent) in places and turn.activity in first:
            received[first[turn.activity]].append(places[id(turn.sent)])
    guesses = {}
    for table, numbers in made.transactions.items():
        for back in range(4):
            before = {place: number - back for place, number in numbers.items()}
            guesses[f"{table} {back} transactions after a turn"] = _only(before, received)
    return guesses


def by_note(made: Traces, noted: Mapping[str, int], turns: Sequence[Turn]) -> dict[str, dict[int, int]]:
    """The turn whose answer was noted next after the transaction that wrote what is an input's own."""
    places = {id(sent): place for place, sent in enumerate(made.inputs)}
    sent_by = {turn.activity: places[id(turn.sent)] for turn in turns if id(turn.sent) in places}
    came = sorted((number, activity) for activity, number in noted.items())
    order = [number for number, _ in came]
    guesses = {}
    for table, numbers in made.transactions.items():
        next_to = {place: came[at][1] for place, number in numbers.items() if (at := bisect(order, number)) < len(came)}
        met = {place: sent_by[activity] for place, activity in next_to.items() if activity in sent_by}
        alone = {guess for guess in met.values() if list(met.values()).count(guess) == 1}
        guesses[f"{table} before a turn's note"] = {place: guess for place, guess in met.items() if guess in alone}
    return guesses


def _only(inputs: Mapping[int, int], turns: Mapping[int, list[int]]) -> dict[int, int]:
    """Those that meet one turn, and no other input with them."""
    count: dict[int, int] = defaultdict(int)
    for number in inputs.values():
        count[number] += 1
    met = {place: turns[number] for place, number in inputs.items() if number in turns and count[number] == 1}
    return {place: guess[0] for place, guess in met.items() if len(guess) == 1}
