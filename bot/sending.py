"""The outbox's dispatcher: expand, claim, render, send, mark; at the platform's pace, with retries."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from tenacity import RetryCallState, wait_random_exponential

from bot.defects import log_defect
from bot.transport import NotSent, Transport
from bot.wire import clean
from dialogs import progress as progress_card
from dialogs import snoozed_messages
from dialogs.card import Card
from storage import amendments, broadcasts, claims, lanes, outbox, progress, stops
from storage.claims import Claimed, Outcome
from storage.database import Database, Session
from storage.outbox import MOST_ATTEMPTS, MOST_REPEATS, REPEATABLE, Status

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Seconds an attempt may take, and seconds a claim is held: a sender that vanished is noticed by nobody but the clock.
TIMEOUT = 10.0
LEASE = 25.0
#: Seconds between looks at the outbox when nothing wakes the dispatcher.
IDLE = 0.5
#: How much a lane may have in hand: a second or so at the usual pace, so that little is claimed when a process dies.
IN_HAND = 50
#: Seconds ahead of its pace that a lane's rows are claimed at most: each must get its attempt before its lease is over.
AHEAD = 5.0
assert AHEAD < LEASE - TIMEOUT, "what waits for its turn must outlive an attempt"
LONGEST_ID = 500
#: Waiting between attempts: exponential with full jitter, 2 s up to 5 minutes.
BACK_OFF = wait_random_exponential(multiplier=2, max=300)


@dataclass(frozen=True)
class _Held:
    """A claimed row, and until when on this process's clock."""

    row: Claimed
    claimed_at: float

    def starts_in(self) -> float:
        return max(0.0, self.row.starts_in - (time.monotonic() - self.claimed_at))

    def outlives_an_attempt(self) -> bool:
        return time.monotonic() + TIMEOUT < self.claimed_at + LEASE

    def is_leased(self) -> bool:
        return time.monotonic() < self.claimed_at + LEASE


@dataclass(frozen=True)
class _Mark:
    """What is to be written: by a function that writes several such at once, and returns what came of each."""

    write: Callable[[Session, list[Any]], list[Any]]
    what: Any
    done: asyncio.Future[Any]


class Journal:
    """Writes marks in groups: what comes while one commit runs goes into the next, and what is alike into one
    statement."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Mark] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, mark: Callable[[Session], T]) -> T:
        """Returns what the mark returned, once it is on disk. Raises what kept it from getting there."""
        return cast(T, await self._wait(_each, mark))

    async def begin(self, row: Claimed) -> bool:
        """Records that an attempt begins; returns whether it may."""
        return cast(bool, await self._wait(claims.begin_attempts, row))

    async def settle(self, outcome: Outcome) -> None:
        """Records how an attempt ended."""
        await self._wait(claims.settle_all, outcome)

    async def _wait(self, write: Callable[[Session, list[Any]], list[Any]], what: Any) -> Any:
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Mark(write, what, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await done

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            if not await self._write_group(group):
                # One of them may be what failed: the others must not be lost with it.
                for one in group:
                    await self._write_group([one], is_last_try=True)

    async def _write_group(self, group: list[_Mark], is_last_try: bool = False) -> bool:
        alike: dict[Any, list[_Mark]] = {}
        for mark in group:
            alike.setdefault(mark.write, []).append(mark)
        try:
            written = await asyncio.to_thread(self._commit, alike)
        except Exception as defect:  # noqa: BLE001 - whoever waits for the mark must hear of it
            if is_last_try:
                group[0].done.set_exception(defect)
            return False
        for write, marks in alike.items():
            for mark, result in zip(marks, written[write], strict=True):
                mark.done.set_result(result)
        return True

    def _commit(self, alike: dict[Any, list[_Mark]]) -> dict[Any, list[Any]]:
        with self._database.writing() as session:
            return {write: write(session, [mark.what for mark in marks]) for write, marks in alike.items()}


def _each(session: Session, marks: list[Callable[[Session], Any]]) -> list[Any]:
    return [mark(session) for mark in marks]


class Dispatcher:
    """Sends what the outbox owes, in any number of processes at once. ``transports`` maps a channel to its way out.

    ``now`` is the clock that quiet hours go by; without one nobody has any.
    """

    def __init__(
        self, database: Database, transports: Mapping[str, Transport], now: Callable[[], datetime] | None = None
    ) -> None:
        self._database = database
        self._now = now
        self._transports = transports
        self._journal = Journal(database)
        self._wake = asyncio.Event()
        self._in_hand: dict[str, set[asyncio.Task[None]]] = {}
        self._cards: dict[int, dict[str, Card]] = {}
        self._paused_until: dict[str, float] = {}
        self._counting: dict[int, asyncio.Task[None]] = {}
        self._is_stopping = False

    def wake(self) -> None:
        """Something may be owed now. To be called on the event loop."""
        self._wake.set()

    async def run(self) -> None:
        """Runs until stopped. A failing database is tried again: what is owed stays owed."""
        while not self._is_stopping:
            self._wake.clear()
            try:
                busy = await self._round()
            except Exception as defect:  # noqa: BLE001 - tried again: what is owed stays owed
                log.error("the outbox could not be read, defect %s; trying again", log_defect(defect))
                busy = False
            if not busy and not self._is_stopping:
                await self._rest()

    async def stop(self) -> None:
        """Claims nothing more, and lets what is on the wire come to its end."""
        self._is_stopping = True
        self.wake()
        running = [task for tasks in self._in_hand.values() for task in tasks] + list(self._counting.values())
        if running:
            await asyncio.wait(running, timeout=TIMEOUT)

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), IDLE)
        except TimeoutError:
            return

    async def _round(self) -> bool:
        """Expands a chunk and claims for every lane; True while there is more to do at once."""
        for broadcast in await self._look(broadcasts.uncounted):
            if broadcast not in self._counting:
                self._counting[broadcast] = asyncio.create_task(self._count(broadcast))
        expanded = [await self._expand(broadcast) for broadcast in await self._look(broadcasts.unexpanded)]
        expanded += [await self._sweep(broadcast) for broadcast in await self._look(stops.unswept)]
        expanded += [await self._amend(amendment) for amendment in await self._look(amendments.due)]
        for broadcast in await self._look(progress.due):
            await self._tell_progress(broadcast)
        claimed = False
        for lane in await self._look(lambda session: claims.due(session, AHEAD)):
            if lane.channel not in self._transports:
                # A channel that is switched off here: what waits for it stays owed.
                continue
            tasks = self._in_hand.setdefault(lane.name, set())
            room = min(IN_HAND, max(1, int(AHEAD / lane.interval))) if lane.interval else IN_HAND
            free = room - len(tasks)
            if free > 0 and free >= room // 2:
                claimed |= await self._claim(lane.name, free, tasks)
        return any(expanded) or claimed

    async def _count(self, broadcast: int) -> None:
        """Counts whom a broadcast is meant for, beside all else: for very many it takes seconds."""
        try:
            people = await self._look(lambda session: broadcasts.count(session, broadcast))
            await self._in_thread(lambda session: broadcasts.set_count(session, broadcast, people))
        except Exception as defect:  # noqa: BLE001 - tried again in the next round
            log.error("broadcast %d could not be counted, defect %s", broadcast, log_defect(defect))
            await asyncio.sleep(IDLE)
        finally:
            del self._counting[broadcast]
            self.wake()

    async def _expand(self, broadcast: int) -> bool:
        """The next chunk of a broadcast's rows. One that cannot be expanded holds up no other."""
        try:
            return await self._in_thread(lambda session: broadcasts.expand(session, broadcast))
        except Exception as defect:  # noqa: BLE001 - tried again in the next round
            log.error("broadcast %d could not be expanded, defect %s", broadcast, log_defect(defect))
            return False

    async def _sweep(self, broadcast: int) -> bool:
        """The next chunk of a stopped broadcast's rows, which would keep others waiting. It holds up no other."""
        try:
            return await self._in_thread(lambda session: stops.sweep(session, broadcast))
        except Exception as defect:  # noqa: BLE001 - tried again in the next round
            log.error("broadcast %d could not be swept, defect %s", broadcast, log_defect(defect))
            return False

    async def _tell_progress(self, broadcast: int) -> None:
        """Has the sender's card tell how far a broadcast has come. Counting keeps no writer waiting."""
        try:
            standing = await self._look(lambda session: progress_card.look(session, broadcast))
            await self._in_thread(lambda session: progress_card.tell(session, broadcast, standing))
        except Exception as defect:  # noqa: BLE001 - tried again in the next round
            log.error("progress of broadcast %d could not be told, defect %s", broadcast, log_defect(defect))

    async def _amend(self, amendment: int) -> bool:
        """Has the next chunk of what was sent changed. It holds up no other."""
        try:
            return await self._in_thread(lambda session: amendments.expand(session, amendment))
        except Exception as defect:  # noqa: BLE001 - tried again in the next round
            log.error("amendment %d could not be expanded, defect %s", amendment, log_defect(defect))
            return False

    async def _claim(self, lane: str, most: int, tasks: set[asyncio.Task[None]]) -> bool:
        before = time.monotonic()
        moment = self._now() if self._now else None
        rows = await self._in_thread(lambda session: claims.claim(session, lane, most, LEASE, moment))
        for row in rows:
            task = asyncio.create_task(self._send(_Held(row, before), lane))
            tasks.add(task)
            task.add_done_callback(lambda done, tasks=tasks: self._finished(done, tasks))  # type: ignore[misc]
        return bool(rows)

    def _finished(self, task: asyncio.Task[None], tasks: set[asyncio.Task[None]]) -> None:
        tasks.discard(task)
        self._wake.set()
        if not task.cancelled() and task.exception():
            log.error("a send could not be recorded: %s", type(task.exception()).__name__)

    async def _send(self, held: _Held, lane: str) -> None:
        row = held.row
        await asyncio.sleep(held.starts_in() - lanes.LEAD)
        if self._is_stopping or self._paused_for(lane) or not held.outlives_an_attempt():
            await self._journal.write(lambda session: claims.give_back(session, row))
            return
        card = await self._card(row)
        if card is None:
            await self._settle(Outcome(row.id, Status.FAILED, "unreadable"), held)
        elif await self._journal.begin(row):
            own = snoozed_messages.with_button(card, row.kind, row.id)
            await self._settle(await self._at_its_place(held, own, lane), held)
        else:
            # Stopped or corrected since it was claimed: the next claim knows.
            await self._journal.write(lambda session: claims.give_back(session, row))

    async def _at_its_place(self, held: _Held, card: Card, lane: str) -> Outcome:
        await asyncio.sleep(held.starts_in())
        if seconds := self._paused_for(lane):
            return Outcome(held.row.id, Status.WAITING, "busy", retry_in=seconds)
        return await self._attempt(held, card, lane)

    def _paused_for(self, lane: str) -> float:
        """Seconds until a lane goes on that the platform wants a pause of; 0.0 where it wants none."""
        return max(0.0, self._paused_until.get(lane, 0.0) - time.monotonic())

    async def _settle(self, outcome: Outcome, held: _Held) -> None:
        await self._record(lambda: self._journal.settle(outcome), held)

    async def _record(self, mark: Callable[[], Awaitable[None]], held: _Held) -> None:
        """Records what came of an attempt; a database that is away for a moment must not make it unknown."""
        while True:
            try:
                return await mark()
            except Exception:
                if not held.is_leased():
                    raise
                await asyncio.sleep(IDLE)

    async def _attempt(self, held: _Held, card: Card, lane: str) -> Outcome:
        row = held.row
        try:
            transport = self._transports[row.address.channel]
            if row.edits is None:
                sending = transport.send(row.address, card, row.key)
            else:
                sending = transport.update(row.address, row.edits, card)
            platform_id = await asyncio.wait_for(sending, TIMEOUT)
        except NotSent as not_sent:
            return await self._not_sent(held, not_sent, lane)
        except Exception as defect:  # noqa: BLE001 - a time-out or a defect: nobody knows whether it arrived
            log.warning("outcome of row %d unknown: %s", row.id, type(defect).__name__)
            return await self._not_sent(held, NotSent("interrupted", unknown=True), lane)
        return Outcome(row.id, Status.SENT, platform_id=clean(platform_id)[:LONGEST_ID])

    async def _not_sent(self, held: _Held, why: NotSent, lane: str) -> Outcome:
        row = held.row
        if why.retry_after is not None:
            seconds = why.retry_after
            self._paused_until[lane] = max(self._paused_until.get(lane, 0.0), time.monotonic() + seconds)
            await self._record(lambda: self._journal.write(lambda session: lanes.pause(session, lane, seconds)), held)
        if why.is_gone:
            address = row.address.id or 0
            await self._record(
                lambda: self._journal.write(lambda session: claims.mark_gone(session, address, why.reason)), held
            )
        if why.permanent:
            return Outcome(row.id, Status.FAILED, why.reason)
        attempts = row.attempts + 1
        if why.unknown and (row.kind not in REPEATABLE or attempts >= MOST_REPEATS):
            return Outcome(row.id, Status.UNCERTAIN, why.reason)
        if attempts >= MOST_ATTEMPTS:
            return Outcome(row.id, Status.FAILED, "gave_up")
        return Outcome(row.id, Status.WAITING, why.reason, retry_in=_wait(attempts, why.retry_after))

    async def _card(self, row: Claimed) -> Card | None:
        """The message in the person's language, or None where what is stored is no card (of another version, say).
        Messages never change, so they are read once."""
        if row.message_id not in self._cards:
            stored = await self._in_thread(lambda session: outbox.cards(session, row.message_id))
            if len(self._cards) > 100:
                self._cards.clear()
            try:
                self._cards[row.message_id] = {name: Card.model_validate(card) for name, card in stored.items()}
            except ValueError:
                log.error("message %d holds no card", row.message_id)
                return None
        cards = self._cards[row.message_id]
        return cards.get(row.language) or cards.get("nb")

    async def _look(self, read: Callable[[Session], T]) -> T:
        # Most looks find nothing to do, and a look that only reads holds up no writer.
        def transaction() -> T:
            with self._database.reading() as session:
                return read(session)

        return await asyncio.to_thread(transaction)

    async def _in_thread(self, work: Callable[[Session], T]) -> T:
        def transaction() -> T:
            with self._database.writing() as session:
                return work(session)

        return await asyncio.to_thread(transaction)


def _wait(attempts: int, asked_for: float | None) -> float:
    """Seconds until the next attempt. What a platform asks for is believed, but not for ever: the last few messages of
    a broadcast would use up their attempts while it says "a second" for an hour."""
    if asked_for and attempts < MOST_REPEATS:
        return asked_for
    return max(asked_for or 0.0, _back_off(attempts))


def _back_off(attempts: int) -> float:
    return float(BACK_OFF(cast(RetryCallState, cast(Any, SimpleNamespace(attempt_number=attempts)))))
