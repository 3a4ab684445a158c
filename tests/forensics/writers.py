"""Who wrote, whatever they wrote: whether what is stored tells those who sent an input, or the turns that did."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from tests.bot.workspace import TEAM
from tests.forensics import linking
from tests.forensics.linking import Attack
from tests.forensics.places import Row
from tests.forensics.playing import Served, Turn
from tests.forensics.world import World

_LOGGED = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) ", re.MULTILINE)


def who_wrote(
    imagined: World, served: Served, rows: Sequence[Row], written: set[int], first: Mapping[str, int]
) -> Iterator[Attack]:
    """Whether the main database tells the turns that sent an input from other presses, or those who wrote from their
    doubles. By values that several have: what only one has tells nothing of a group."""
    turns = _pressed(imagined, served)
    received = [row for row in rows if row.table == "received" and row.values["activity"] in turns]
    yield from _compared(
        "a turn's row", [(_shape_of_turn(row), turns[row.values["activity"]].sent is not None) for row in received]
    )
    yield from _beside(turns, written, first, "the transaction in which a turn came")
    noted = {
        row.values["activity"]: row.values["_xmin"] for row in rows if row.table == "received" and "_xmin" in row.values
    }
    yield from _beside(turns, written, noted, "the transaction in which a turn's answer was noted")
    writers = imagined.chat_writers()
    shapes = _shapes_of_people(imagined, rows)
    yield from _compared("a person's rows", [(shape, number in writers) for number, shape in shapes.items()])


def noted(rows: Sequence[Row]) -> dict[str, int]:
    """PostgreSQL's number of the transaction that noted the answer to an activity, as its row is shown."""
    shown = [row.values for row in rows if row.table == "received" and "_xmin" in row.values]
    return {values["activity"]: values["_xmin"] for values in shown}


def gaps(imagined: World, served: Served, rows: Sequence[Row]) -> Iterator[Attack]:
    """How many numbers of transactions lie between the note of a turn's answer and the one before it: on a server that
    both databases share, an input takes one of its own, even when nothing that it wrote is left."""
    turns = _pressed(imagined, served)
    numbers = noted(rows)
    order = sorted({0, *numbers.values()})
    among = [activity for activity in turns if activity in numbers]
    far = [float(numbers[one] - order[bisect_left(order, numbers[one]) - 1]) for one in among]
    known = [float(turns[one].sent is not None) for one in among]
    name = "transactions since the note before, by whether the turn sent one"
    attack = linking.correlated(name, far, known, [list(range(len(among)))])
    if attack is not None:
        yield attack


def _pressed(imagined: World, served: Served) -> dict[str, Turn]:
    """The turns that pressed a button, by activity. Not those of staff: what they do with inputs is written beside
    their own turns, and names no writer."""
    staff = {one.number for one in (imagined.handler, imagined.recipient, imagined.leader)}
    return {
        turn.activity: turn
        for turn in served.turns
        if turn.is_pressed and _is_told_apart(turn) and turn.person.number not in staff
    }


def _beside(turns: Mapping[str, Turn], written: set[int], numbers: Mapping[str, int], name: str) -> Iterator[Attack]:
    """Whether the turns that sent one stand next to a transaction of the inputs' database, before or after it, more
    often than others: PostgreSQL's numbers are the same for all databases of a server."""
    came = sorted((number, activity) for activity, number in numbers.items())
    order = [number for number, _ in came]
    places = [bisect_left(order, one) for one in written]
    before = {came[at - 1][1] for at in places if at > 0}
    after = {came[at][1] for at in places if at < len(came)}
    sent = [activity in numbers for activity, turn in turns.items() if turn.sent is not None].count(True)
    others = [activity in numbers for activity, turn in turns.items() if turn.sent is None].count(True)
    for side, found in (("before", before), ("after", after)):
        have = [turn.sent is not None for activity, turn in turns.items() if activity in found]
        if sent and others:
            what = f"{name} stands {side} one of the inputs' database"
            yield linking.more_often(what, sum(have), sent, len(have) - sum(have), others)


def _is_told_apart(turn: Turn) -> bool:
    """Not the press of a form that came back with a warning: it stored nothing."""
    is_asked = turn.sent is not None and (turn.sent.removed or turn.sent.is_notification)
    return turn.sent is None or bool(turn.sent.receipt and not is_asked)


def _shape_of_turn(row: Row) -> dict[str, object]:
    hidden = {"_ctid", "_scan", "_xmin", "_rowid", "conversation", "activity", "received_at"}
    shape: dict[str, object] = {name: str(value)[:80] for name, value in row.values.items() if name not in hidden}
    shape["length of the activity's id"] = len(str(row.values["activity"]))
    return shape


def _shapes_of_people(imagined: World, rows: Sequence[Row]) -> dict[int, dict[str, object]]:
    """Of each person everything in the main database that is under one of their ids."""
    people = {one: person.number for person in imagined.people for one in person.all_ids()}
    people |= {f"msteams:{person.conversation}": person.number for person in imagined.people}
    people |= {f"slack:{TEAM}:{person.account}": person.number for person in imagined.people}
    ids = {
        row.values["person_id"]: people[str(row.values["account"])]
        for row in rows
        if row.table == "address" and str(row.values["account"]) in people
    }
    shapes: dict[int, dict[str, object]] = {person.number: {} for person in imagined.people}
    for row in rows:
        values = row.values
        number = ids.get(values.get("person_id") or (values.get("id") if row.table == "person" else None))
        if number is None:
            number = next((people[one] for one in map(str, values.values()) if one in people), None)
        if number is not None and row.whose == "main" and row.table != "received":
            count = shapes[number].get(f"rows of {row.table}", 0)
            assert isinstance(count, int)
            shapes[number][f"rows of {row.table}"] = count + 1
            shapes[number] |= {
                f"{row.table}.{name}": str(value)[:200] for name, value in values.items() if not name.startswith("_")
            }
    return shapes


def _compared(name: str, shapes: Sequence[tuple[Mapping[str, object], bool]]) -> Iterator[Attack]:
    """Each value that some have, by how many of those who wrote have it and how many of the others."""
    writers = sum(is_writer for _, is_writer in shapes)
    for column, value in sorted({item for shape, _ in shapes for item in shape.items()}, key=str):
        have = [is_writer for shape, is_writer in shapes if shape.get(column) == value]
        if 4 < len(have) < len(shapes):
            what = f"{name}: {column} is {str(value)[:60]!r}"
            yield linking.more_often(what, sum(have), writers, len(have) - sum(have), len(shapes) - writers)


def coincidences(imagined: World, served: Served) -> Iterator[Attack]:
    """Whether lines of the log fall into the seconds in which inputs were sent more often than into other turns'."""
    logged = served.log.read_text("utf-8", "replace")
    times = [datetime.fromisoformat(at).timestamp() for at in _LOGGED.findall(logged)]

    def is_logged(began: float, ended: float) -> bool:
        # The log's times are cut to the millisecond.
        return any(began - 0.001 <= at <= ended for at in times)

    sent = [is_logged(one.began_at, one.ended_at) for one in imagined.inputs]
    others = [is_logged(turn.began_at, turn.ended_at) for turn in served.turns if turn.sent is None]
    yield linking.more_often("a line of the log at that moment", sum(sent), len(sent), sum(others), len(others))
