"""The whole run: everything is done, released and left behind; then it is searched, and the linking attack is made."""

import asyncio
import json
import random
import re
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.fernet import Fernet
from sqlalchemy import Date, DateTime, Time
from sqlalchemy import text as sql

from storage import tables
from storage.anonymous_input import InputStore, Opened, find
from storage.database import Database
from tests.forensics import leaks, linking, needles, places, playing, traces, working, world, writers
from tests.forensics.finding import Hit, carved, tuples
from tests.forensics.linking import Attack
from tests.forensics.needles import OfInput, OfPerson, OfUnit
from tests.forensics.places import Engine, Place, Row
from tests.forensics.playing import Served, monday
from tests.forensics.world import Scale, Sent, World

#: Moments that the calendar sets, whatever came: the time of day (of the programme's zone) at which they are looked at.
SET_MOMENTS = {("input_look", name): (ZoneInfo("Europe/Oslo"), time_of_day(7)) for name in ("looked_at", "awake_since")}
#: Seconds between looks at what has been released: closer than two ticks of the served bot.
LOOK = 0.05
#: Bytes of a page: of SQLite, and of PostgreSQL.
PAGES = {"sqlite": 4096, "postgresql": 8192}
#: What the server's log of changes keeps cannot be taken back by its clients, and the key opens it: told, not held.
LOG_OF_CHANGES = "pg_wal/"
_DAY = re.compile(rb"20(?:2\d)-[01]\d-[0-3]\d(?![\d-])")
_LOGGED = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) ", re.MULTILINE)


@dataclass
class Outcome:
    """``hits``: what should be nowhere and was found, with where. ``attacks``: every linking attack, ``told`` those
    that docs/privacy.md says will do better than chance. ``figures``: what was done and searched."""

    figures: dict[str, int | float | str] = field(default_factory=dict)
    hits: list[str] = field(default_factory=list)
    attacks: list[Attack] = field(default_factory=list)
    told: list[Attack] = field(default_factory=list)

    def linked(self) -> list[Attack]:
        return linking.found(self.attacks)

    def is_clean(self) -> bool:
        return not self.hits and not self.linked()


def run(
    kind: str, folder: Path, scale: Scale, seed: int, planted: Collection[str] = (), *, is_released: bool = True
) -> Outcome:
    """Does it all in a folder of its own. Not ``is_released``: within one day, and looked at before the clock does."""
    imagined, key, outcome = world.imagined(scale, seed), Fernet.generate_key().decode(), Outcome()
    with places.ENGINES[kind](folder) as engine:
        in_process = [leak for leak in planted if leak in leaks.IN_THE_PROCESS]
        served, batches = asyncio.run(_play(engine, folder, imagined, seed, key, in_process, is_released=is_released))
        if set(planted) & set(leaks.IN_THE_STORE):
            arrived = sorted(imagined.inputs, key=lambda sent: sent.order)
            leaks.plant_in_store(engine, key, [sent.receipt for sent in arrived])
        engine.settle()
        _look_everywhere(outcome, engine, imagined, served, batches if is_released else None)
        outcome.figures = {"kind": kind, "planted": ", ".join(planted) or "nothing", **outcome.figures}
    return outcome


async def _play(
    engine: Engine, folder: Path, imagined: World, seed: int, key: str, planted: Collection[str], *, is_released: bool
) -> tuple[Served, dict[bytes, int]]:
    async with playing.serving(folder, engine.main, engine.inputs, key, planted, imagined) as served:
        work = working.Work(served, imagined, random.Random(seed + 1))
        await work.begin()

        async def after(week: int) -> None:
            """What was sent is released, worked on, and whatever that leaves is tidied up by the next look."""
            await asyncio.to_thread(_until_released, engine)
            await work.week(week)
            served.clock.move(monday(week + 1) + timedelta(days=1, hours=-1))
            await asyncio.to_thread(_until_released, engine)
            await work.week(week)

        with _watched(engine) as released:
            await playing.play(served, imagined, seed, after if is_released else None)
        if is_released:
            await working.mailed(served, len(imagined.by_email), playing.PATIENCE)
            served.clock.move(monday(len(imagined.weeks)) + timedelta(days=2, hours=-1))
            await asyncio.to_thread(_until_released, engine)
        served.done = work.done | {"replies": work.replies}
        await playing.read_pages(served)
        # Long enough for what is noted a moment later (bot/replied.py).
        await asyncio.sleep(1.5)
    return served, released


@contextmanager
def _watched(engine: Engine) -> Iterator[dict[bytes, int]]:
    """Notes which inputs became visible at the same moment, as handlers see it too: by the hash of their receipts."""
    seen: dict[bytes, int] = {}
    done, database = threading.Event(), Database(engine.inputs)

    def watch() -> None:
        number = 0
        while not done.wait(LOOK):
            new = [one for one in _receipts(database) if one not in seen]
            number += bool(new)
            seen.update(dict.fromkeys(new, number))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()
        database.close()


def _receipts(database: Database) -> list[bytes]:
    with database.reading() as session:
        return [bytes(one) for one in session.execute(sql("SELECT receipt FROM input")).scalars()]


def _until_released(engine: Engine) -> None:
    """Waits until nothing waits for its release any more, and what was deleted is off the disk."""
    database = Database(engine.inputs)
    # Tables that somebody reads are written anew at a later tick: on a busy machine that may take a while.
    with playing.within(3 * playing.PATIENCE) as has_time:
        while has_time() and _is_waiting(database):
            time.sleep(0.1)
    is_waiting = _is_waiting(database)
    database.close()
    assert not is_waiting, "inputs were not released"
    # The look after the last one: what was noted by it is on the disk.
    time.sleep(1.0)


def _is_waiting(database: Database) -> bool:
    if "waiting_input" not in tables.INPUTS.tables:
        return False
    with database.reading() as session:
        waiting = session.execute(sql("SELECT count(*) FROM waiting_input")).scalar_one()
        left = session.execute(sql("SELECT count(*) FROM input_look WHERE NOT is_erased")).scalar_one()
    return bool(waiting or left)


def _look_everywhere(
    outcome: Outcome, engine: Engine, imagined: World, served: Served, batches: Mapping[bytes, int] | None
) -> None:
    found = [*engine.places(), *_told(served, imagined), *places.left_in(served.folder / "work", "told")]
    rows = engine.rows()
    _search(outcome, imagined, served.key, found)
    _search_times(outcome, rows, found)
    store = InputStore(Database(engine.inputs), served.key)
    hashes = [store.receipt_hash(sent.receipt) for sent in imagined.inputs]
    if batches is None:
        hashes = [store.waiting_hash(one) for one in hashes]
    _check_nothing_lost(outcome, store, imagined)
    store.database.close()
    strata = linking.strata_of([(batches and batches.get(one), _week_of(rows, one)) for one in hashes])
    made = traces.of(imagined.inputs, hashes, rows)
    page = PAGES[engine.name]
    traces.add_offsets(made, found, page)
    pieces = [piece for one in found for piece in carved(one.name, one.data, served.key)]
    outcome.hits += sorted(
        {
            f"a time is sealed with it, {datetime.fromtimestamp(p.sealed_at, UTC)}: {p.place}"
            for p in pieces
            if p.sealed_at
        }
    )
    opened = traces.add_carved(made, pieces, hashes, page)
    first = traces.received_in(found, served.turns)
    guesses = traces.by_transaction(made, first, served.turns)
    guesses |= traces.by_commit(made, [one for one in found if one.name.endswith("-wal")], served.turns)
    _attack(outcome, made, guesses, strata)
    outcome.attacks += writers.who_wrote(imagined, served, rows, _transactions(rows, found), first)
    outcome.told += writers.gaps(imagined, served, rows)
    outcome.attacks += writers.coincidences(imagined, served)
    outcome.attacks += _by_replies(made, strata)
    sizes = sorted(map(len, strata))
    outcome.figures |= {
        "inputs by chat": sum(sent.way == "chat" for sent in imagined.inputs),
        "inputs begun in a channel": sum(sent.way == "group" for sent in imagined.inputs),
        "inputs by Slack": sum(sent.way == "slack" for sent in imagined.inputs),
        "inputs by the page": sum(sent.way == "page" for sent in imagined.inputs),
        "inputs that name a unit": sum(bool(sent.unit) for sent in imagined.inputs),
        "handed over by their writer": sum(sent.is_notification for sent in imagined.inputs),
        **{f"done: {name}": count for name, count in sorted(served.done.items())},
        "e-mails": len(served.mail.taken),
        "other turns": sum(turn.sent is None for turn in served.turns),
        "people": len(imagined.people),
        "lines of the log": served.log.read_bytes().count(b"\n"),
        "batches of a week": len(strata),
        "inputs in the smallest": sizes[0] if sizes else 0,
        "inputs in the median one": sizes[len(sizes) // 2] if sizes else 0,
        "inputs alone in theirs": len(imagined.inputs) - sum(sizes),
        "files, dumps and answers": len(found),
        "bytes searched": sum(len(one.data) for one in found),
        "rows read": len(rows),
        "sealed pieces opened": len(pieces),
        "of them of an input": opened,
        "attacks": len(outcome.attacks),
    }


def _told(served: Served, imagined: World) -> Iterator[Place]:
    yield Place("log of the process", "told", served.log.read_bytes())
    for path, answer in served.pages.items():
        yield Place(f"answer to {path}", "told", answer.encode())
    # What others than a writer and the staff are sent knows people, and nothing of any input.
    for number, mail in enumerate(served.mail.taken):
        yield Place(f"e-mail {number}", "main", mail.as_bytes())
    shown_to = {sent.person.conversation for sent in [*imagined.inputs, *imagined.unstorable] if sent.is_by_chat}
    shown_to |= {one.conversation for one in (imagined.handler, imagined.recipient)}
    for conversation, posts in served.platform.inbox.items():
        if conversation not in shown_to:
            yield Place(f"posted in Teams to {conversation}", "main", json.dumps(posts, ensure_ascii=False).encode())
    for channel, messages in served.workspace.slack.messages.items():
        if channel not in shown_to:
            yield Place(f"posted in Slack to {channel}", "main", json.dumps(messages, ensure_ascii=False).encode())
    for user, home in served.workspace.slack.homes.items():
        yield Place(f"the home of {user}", "main", json.dumps(home, ensure_ascii=False).encode())


def _check_nothing_lost(outcome: Outcome, store: InputStore, imagined: World) -> None:
    for sent in imagined.inputs:
        opened = find(store, sent.receipt)
        if (
            opened is None
            or opened.topic != sent.stored_topic
            or opened.unit != sent.unit
            or not opened.text.endswith(sent.text[-100:].strip())
        ):
            outcome.hits.append(f"LOST: the input {sent.order} ({sent.way})")
        else:
            sent.stored = opened.text
    outcome.hits += [f"stored although it failed: {sent.way}" for sent in imagined.unstorable if sent.receipt]


def _is_whole(opened: Opened, sent: Sent) -> bool:
    is_text = opened.text.endswith(sent.text[-100:].strip())
    return is_text and (opened.topic, opened.unit) == (sent.stored_topic, sent.unit)


def _week_of(rows: Sequence[Row], receipt: bytes) -> str:
    return next(
        (str(row.values["week"]) for row in rows if row.table == "input" and row.values.get("receipt") == receipt), ""
    )


def _search(outcome: Outcome, imagined: World, key: str, found: Sequence[Place]) -> None:
    """Nothing of an input anywhere; nothing of a person in the inputs' database, or where anybody is told anything."""
    wanted = needles.of(imagined, key)
    outcome.figures["things searched for"] = len(wanted)
    hits = [hit for one in found for hit in wanted.hits(one.name, one.data) if _is_wrong(one, hit)]
    told = sorted({f"{_said(hit)}: {hit.place}" for hit in hits})
    outcome.hits += [f"{line} ({sum(line == f'{_said(hit)}: {hit.place}' for hit in hits)} times)" for line in told]


def _is_wrong(place: Place, hit: Hit) -> bool:
    if isinstance(hit.what, OfUnit):
        return place.whose == "inputs"
    return isinstance(hit.what, OfInput) or (isinstance(hit.what, OfPerson) and place.whose in ("inputs", "told"))


def _said(hit: Hit) -> str:
    kind = (
        "of an input"
        if isinstance(hit.what, OfInput)
        else "of a person"
        if isinstance(hit.what, OfPerson)
        else "a unit"
    )
    return f"{kind}: {getattr(hit.what, 'what', '')}"


def _transactions(rows: Sequence[Row], found: Sequence[Place]) -> set[int]:
    """PostgreSQL's numbers of those that wrote anything that still lies in the inputs' database."""
    shown = {row.values["_xmin"] for row in rows if row.whose == "inputs" and "_xmin" in row.values}
    files = [one for one in found if one.whose == "inputs" and one.name.startswith("base/")]
    return shown | {number for one in files for number, _ in tuples(one.data)}


def _search_times(outcome: Outcome, rows: Sequence[Row], found: Sequence[Place]) -> None:
    """No moment in the inputs' database but those that the calendar sets, neither stored nor possible to store."""
    for table in tables.INPUTS.sorted_tables:
        for column in table.columns:
            kind = getattr(column.type, "impl", column.type)
            if isinstance(kind, DateTime | Date | Time) and (table.name, column.name) not in SET_MOMENTS:
                outcome.hits.append(f"a moment can be stored: {table.name}.{column.name}")
    for row in rows:
        if row.whose == "inputs":
            for column, value in row.values.items():
                if not column.startswith("_") and _is_moment(value) and not _is_set(row.table, column, value):
                    outcome.hits.append(f"a precise time: {row.table}.{column}")
    allowed = {
        str(value)[:10].encode()
        for row in rows
        if row.whose == "inputs"
        for column, value in row.values.items()
        if (row.table, column) in SET_MOMENTS
    }
    for one in found:
        if one.whose == "inputs" and (days := set(_DAY.findall(one.data)) - allowed):
            outcome.hits.append(f"a day, {min(days).decode()}: {one.name}")
    outcome.hits = sorted(set(outcome.hits))


def _is_moment(value: Any) -> bool:
    """A time in any of the ways that databases, libraries and random-looking keys write it."""
    if isinstance(value, datetime | date | time_of_day):
        return True
    if isinstance(value, str):
        if re.search(r"\d{4}-\d\d-\d\d|\d\d:\d\d", value):
            return True
        # Keys that begin with the milliseconds since 1970 (UUID 7), in hexadecimal.
        digits = value.replace("-", "")[:12]
        return len(value) >= 32 and re.fullmatch(r"[0-9a-f]{12}", digits) is not None and _is_near(int(digits, 16))
    return isinstance(value, int | float) and not isinstance(value, bool) and _is_near(value)


def _is_near(number: float) -> bool:
    """Seconds, or thousandths, millionths or billionths of them, since 1970, of the run's years."""
    spans = ((1_590_000_000, 1_625_000_000), (time.time() - 86_400, time.time() + 86_400))
    return any(first <= number / unit <= last for unit in (1, 1e3, 1e6, 1e9) for first, last in spans)


def _is_set(table: str, column: str, value: Any) -> bool:
    if (table, column) not in SET_MOMENTS:
        return False
    zone, at = SET_MOMENTS[table, column]
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return bool(moment.astimezone(zone).time() == at)


def _attack(
    outcome: Outcome,
    made: traces.Traces,
    guesses: Mapping[str, Mapping[int, int]],
    strata: list[list[int]],
) -> None:
    """Everything that is stored, in its order, against everything that is known of who wrote."""
    known: dict[str, list[float]] = {
        "when": [sent.order for sent in made.inputs],
        "characters": [len(sent.text) for sent in made.inputs],
        "bytes": [len(sent.text.encode()) for sent in made.inputs],
        "way": [sent.is_by_chat for sent in made.inputs],
        "platform": [sent.person.is_in_slack for sent in made.inputs],
        "unit": _places([sent.unit for sent in made.inputs]),
        "who": [sent.person.number for sent in made.inputs],
        "account": _places([sent.person.account for sent in made.inputs]),
        "name": _places([sent.person.name for sent in made.inputs]),
        "language": _places([sent.person.language for sent in made.inputs]),
    }
    for name, numbers in sorted(made.numbers.items()):
        into = outcome.told if LOG_OF_CHANGES in name and "opened" in name else outcome.attacks
        tried = [linking.correlated(f"{name} by {of}", numbers, values, strata) for of, values in known.items()]
        for of in ("when", "characters"):
            tried.append(linking.matched(f"{name} by {of}, matched", numbers, known[of], strata))
            back = [None if number is None else -number for number in numbers]
            tried.append(linking.matched(f"{name} by {of}, matched backwards", back, known[of], strata))
        into += [attack for attack in tried if attack is not None]
    tried = [linking.named(name, dict(guess), strata) for name, guess in guesses.items()]
    outcome.attacks += [attack for attack in tried if attack is not None]


def _by_replies(made: traces.Traces, strata: list[list[int]]) -> Iterator[Attack]:
    """Of those who wrote once more, whether anything that is stored tells the order in which they did: among those of
    one batch who did so between the same two looks, since handlers see with which look more came."""
    wrote = [
        [place for place in places if made.inputs[place].replied and made.inputs[place].replied_in == between]
        for places in strata
        for between in sorted({made.inputs[place].replied_in for place in places})
    ]
    when = [float(sent.replied) for sent in made.inputs]
    for name, numbers in sorted(made.numbers.items()):
        if LOG_OF_CHANGES not in name:
            attack = linking.correlated(f"{name} by when they wrote again", numbers, when, wrote)
            if attack is not None:
                yield attack


def _places(values: Sequence[str]) -> list[float]:
    order = sorted(set(values))
    return [order.index(value) for value in values]
