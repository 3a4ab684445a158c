"""Sending in a storm: workers are killed and connections cut while a hostile platform takes what it likes."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import func, select

from dialogs.card import Button, Card
from storage import broadcasts, lanes, migrating, outbox, people, quiet_hours, stops
from storage.broadcasts import Broadcast
from storage.database import Database, Session
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.people import Address, Person, Whereabouts
from storage.programmes import Programme
from storage.quiet_hours import Hours
from tests.torture.platform import Accepted, read_log
from tests.torture.workers import CHANNEL, Haste, Workers, platform

#: A Tuesday at ten in Oslo, and when the quiet hours of every tenth person are over on that day.
NOW = datetime(2026, 3, 24, 9, tzinfo=UTC)
QUIET = Hours(begins=9, ends=12)
QUIET_OVER = datetime(2026, 3, 24, 11, tzinfo=UTC)
PROGRAMME = "torture"
#: What may be sent again when nobody knows whether it arrived: the rule, written down once more.
REPEATED = (Kind.REMINDER, Kind.NOTICE, Kind.DIGEST, Kind.PERSONAL_REMINDER, Kind.TOGETHER)
#: Seconds between two looks at the reports.
LOOK = 0.2


@dataclass(frozen=True)
class Plan:
    """How long and how hard. ``every`` is the mean of seconds between two blows, ``pace`` messages a second."""

    seed: int
    kills: int
    people: int
    replicas: int
    pace: float
    every: float
    #: Seconds of each weather, and of the platform being away.
    weather: float
    away: float
    haste: Haste
    #: Seconds after which what is not settled counts as lost.
    patience: float


@dataclass
class Storm:
    """One run, and what it found: ``broken`` has a line for each rule that broke."""

    plan: Plan
    database: Database
    workers: Workers
    chance: random.Random
    broken: list[str] = field(default_factory=list)
    cuts: int = 0
    looks: int = 0
    sent_before: dict[int, int] = field(default_factory=dict)
    #: The broadcast that was stopped, and when by the machine's clock.
    stopped: int = 0
    stopped_at: float = 0.0

    def owe(self, number: int, kind: Kind) -> int:
        card = Card(title=f"{kind} {number}", buttons=(Button(title="Hjelp", action="help"),))
        with self.database.writing() as session:
            message = outbox.write(session, PROGRAMME, kind, {"nb": card.model_dump(mode="json")})
            return broadcasts.owe_everyone(session, PROGRAMME, message, f"storm:{number}", NOW).id or 0

    def strike(self) -> None:
        """Kills a worker, or cuts a connection of one to the database; the worker is started anew at once."""
        if not self.database.is_sqlite and self.chance.random() < 1 / 3:
            self.cuts += self._cut()
            return
        self.workers.kill(self.chance.randrange(self.plan.replicas))
        self.workers.start()

    def _cut(self) -> int:
        chosen = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name <> 'torture' AND backend_type = 'client backend' ORDER BY random() LIMIT 1"
        )
        with self.database.writing() as session:
            return len(session.connection().execute(chosen).all())

    def look(self) -> int:
        """Every report adds up, and what is sent stays sent; returns how many messages are not settled."""
        self.looks += 1
        with self.database.reading() as session:
            keys = session.exec(select(Broadcast.id).order_by(Broadcast.id)).all()  # type: ignore[arg-type]
            for key in keys:
                self._add_up(session, key or 0)
            return _unsettled(session)

    def _add_up(self, session: Session, broadcast: int) -> None:
        planned, counts = broadcasts.report(session, broadcast)
        sent = counts.get((Status.SENT, None), 0)
        if planned != sum(counts.values()) or (Status.FAILED, "unaccounted") in counts:
            self.broken.append(f"the report of broadcast {broadcast} does not add up: {planned} planned, {counts}")
        if sent < self.sent_before.get(broadcast, 0):
            self.broken.append(f"what was sent of broadcast {broadcast} is not sent any more")
        self.sent_before[broadcast] = sent

    def stop(self, broadcast: int) -> bool:
        """Stops it when a third is out, as its leader would; returns whether it did."""
        with self.database.writing() as session:
            planned, counts = broadcasts.report(session, broadcast)
            if 3 * counts.get((Status.SENT, None), 0) < planned:
                return False
            leader = people.holders(session, PROGRAMME, "leader")[0]
            stops.stop(session, leader, broadcast, NOW)
        self.stopped, self.stopped_at = broadcast, time.time()
        return True


def run(plan: Plan, address: str, folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Figures by name, and the rules that broke."""
    started = time.monotonic()
    database = Database(address if address.startswith("sqlite") else f"{address}&application_name=torture")
    workers = Workers(address, folder, plan.replicas, plan.haste)
    workers.clock.move(NOW)
    storm = Storm(plan, database, workers, random.Random(plan.seed))
    try:
        with platform(folder, plan.seed, silence=plan.haste.timeout + 2) as (url, weather):
            _fill(database, plan, url)
            _rage(storm, weather)
        figures = _judge(storm, read_log(folder / "accepted"))
    finally:
        workers.kill_all()
        database.close()
    return figures | {"seconds": round(time.monotonic() - started)}, storm.broken


def _rage(storm: Storm, weather: Any) -> None:
    plan, workers = storm.plan, storm.workers
    workers.start()
    kinds = [Kind.ANNOUNCEMENT, Kind.REMINDER]
    owed = [storm.owe(number, kind) for number, kind in enumerate(kinds)]
    weather.send((plan.weather, plan.away))
    is_stopped = False
    until, next_blow = time.monotonic() + plan.patience, 0.0
    while len(workers.killed) < plan.kills or not is_stopped:
        assert time.monotonic() < until, "neither sent nor killed in time"
        if storm.look() < plan.people:
            owed.append(storm.owe(len(owed), kinds[len(owed) % 2]))
        # The third one is an announcement that somebody thinks better of.
        is_stopped = is_stopped or (len(owed) > 2 and storm.stop(owed[2]))
        if time.monotonic() > next_blow and len(workers.killed) < plan.kills:
            storm.strike()
            next_blow = time.monotonic() + storm.chance.uniform(0, 2 * plan.every)
        time.sleep(LOOK)
    weather.send((0, 0))
    _settle(storm, until)
    workers.clock.move(QUIET_OVER)
    _settle(storm, until, is_held_too=True)


def _settle(storm: Storm, until: float, is_held_too: bool = False) -> None:
    """Waits until nothing is owed any more but what is held."""
    while left := storm.look():
        with storm.database.reading() as session:
            held = session.exec(select(func.count()).where(OutboxRow.reason == "quiet")).one()
            expanding = session.exec(select(func.count()).where(Broadcast.is_expanded == False)).one()  # noqa: E712
        if left == held and not expanding and not is_held_too:
            return
        if time.monotonic() > until:
            storm.broken.append(f"{left} messages were not settled in time, {held} of them held")
            return
        time.sleep(LOOK)


def _judge(storm: Storm, log: list[Accepted]) -> dict[str, Any]:
    """Holds the outbox against what the platform accepted."""
    accepted: dict[str, list[Accepted]] = {}
    for one in log:
        accepted.setdefault(one.key, []).append(one)
    with storm.database.reading() as session:
        rows: list[Any] = session.execute(
            select(OutboxRow, Message.kind, Address.account)  # type: ignore[call-overload]
            .join(Message, Message.id == OutboxRow.message_id)
            .join(Address, Address.id == OutboxRow.address_id)
        ).all()
        planned = session.exec(select(func.sum(Broadcast.planned))).one()
        quiet = set(
            session.exec(
                select(Address.account).join(
                    quiet_hours.QuietHours,
                    quiet_hours.QuietHours.person_id == Address.person_id,  # type: ignore[arg-type]
                )
            )
        )
    if missing := (planned or 0) - len(rows):
        storm.broken.append(f"{missing} people have no row")
    unowed = accepted.keys() - {row.idempotency_key for row, _, _ in rows}
    storm.broken += [f"{key} was sent and is not owed" for key in sorted(unowed)]
    for row, kind, account in rows:
        got = accepted.get(row.idempotency_key, [])
        storm.broken += [f"{row.idempotency_key}: {why}" for why in _wrong(storm, row, Kind(kind), got)]
        if account in quiet and any(one.now < QUIET_OVER for one in got):
            storm.broken.append(f"{row.idempotency_key}: sent in quiet hours")
    counts = Counter((str(row.status), row.reason) for row, _, _ in rows)
    return {
        "kills": len(storm.workers.killed),
        "connections cut": storm.cuts,
        "reports looked at": storm.looks,
        "planned": planned,
        **{" ".join(filter(None, state)): count for state, count in sorted(counts.items(), key=str)},
        "lost": sum(row.status == Status.SENT and row.idempotency_key not in accepted for row, _, _ in rows)
        + sum(row.status in (Status.WAITING, Status.SENDING) for row, _, _ in rows)
        + max(0, missing),
        "uncertain and accepted": sum(
            row.status == Status.UNCERTAIN and row.idempotency_key in accepted for row, _, _ in rows
        ),
        "repeated": sum(len(got) - 1 for got in accepted.values()),
    }


def _wrong(storm: Storm, row: OutboxRow, kind: Kind, got: list[Accepted]) -> list[str]:
    """Which rules a message breaks: ``got`` is what the platform accepted of it, the first one first."""
    wrong = [why for breaks, why in _untrue(row, got) if breaks]
    if kind not in REPEATED and len(got) > 1:
        wrong.append(f"sent {len(got)} times")
    if kind not in REPEATED and row.status == Status.FAILED and got:
        wrong.append("said to have failed and may have arrived")
    if row.status == Status.UNCERTAIN and not all(_is_unknown(storm, one) for one in got):
        wrong.append("said to be uncertain and was answered")
    for before, after in pairwise(got):
        if not _is_unknown(storm, before):
            wrong.append(f"sent again without need by {after.worker}")
    if row.broadcast_id == storm.stopped and got and got[-1].at > storm.stopped_at + storm.plan.haste.timeout:
        wrong.append("sent after it was stopped")
    return wrong


def _untrue(row: OutboxRow, got: list[Accepted]) -> list[tuple[bool, str]]:
    """What the row may not say of a message that was accepted so."""
    return [
        (row.status in (Status.WAITING, Status.SENDING), f"still {row.status}"),
        (row.status == Status.SENT and not got, "said to be sent and was not"),
        (row.status == Status.SKIPPED and bool(got), "said to be skipped and was sent"),
        (row.status == Status.FAILED and any(one.is_answered for one in got), "said to have failed and was taken"),
        (row.reason == "gave_up", f"given up after {row.attempts} attempts, though the platform came back"),
        (row.status == Status.UNCERTAIN and row.attempts == 0, "uncertain, and was never on the wire"),
    ]


def _is_unknown(storm: Storm, one: Accepted) -> bool:
    """Whether its sender could not tell: it was not answered, or was killed before it can have been recorded."""
    killed = storm.workers.killed.get(one.worker)
    # What was on the wire when its sender was killed is accepted a little later.
    return not one.is_answered or (killed is not None and -1 <= killed - one.at <= storm.plan.haste.timeout)


def _unsettled(session: Session) -> int:
    waiting = (Status.WAITING, Status.SENDING)
    rows = session.exec(select(func.count()).where(OutboxRow.status.in_(waiting))).one()  # type: ignore[attr-defined]
    unwritten = session.exec(select(func.count()).where(Broadcast.is_expanded == False)).one()  # noqa: E712
    return int(rows) + int(unwritten)


def _fill(database: Database, plan: Plan, url: str) -> None:
    """A programme with so many people in it, of whom every tenth has quiet hours now, and one is a leader."""
    migrating.migrate(database, "main")
    with database.writing() as session:
        session.add(Programme(key=PROGRAMME, name="Torture"))
        lanes.open_lane(session, CHANNEL, 1 / plan.pace)
        for number in range(plan.people):
            person = settle_in(session, f"employee-{number}", url)
            if number % 10 == 9:
                quiet_hours.choose(session, person, QUIET)
            if number == 0:
                people.grant(session, person, PROGRAMME, "leader")


def settle_in(session: Session, account: str, url: str) -> Person:
    """Somebody whom the bot has met, and reaches at that platform."""
    where = Whereabouts(
        channel=CHANNEL,
        account=account,
        name=account,
        lane=CHANNEL,
        service_url=url,
        conversation=f"conversation-{account}",
    )
    return people.recognise(session, where, PROGRAMME)
