"""The outbox's dispatcher: expand, claim, render, send, mark; at the platform's pace, with retries."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from tenacity import RetryCallState, wait_random_exponential

from bot.defects import log_defect
from bot.journal import Journal
from bot.pace import Arrivals, DatabaseClock
from bot.transport import NotSent, Tracing, Transport
from bot.wire import clean
from dialogs import progress as progress_card
from dialogs import snoozed_messages
from dialogs.card import Card
from storage import amendments, broadcasts, claims, lanes, outbox, progress, stops
from storage.claims import Claimed, Outcome
from storage.database import Database, Session
from storage.lanes import Arrival
from storage.outbox import MOST_ATTEMPTS, MOST_REPEATS, REPEATABLE, Status

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Seconds an attempt may take, and seconds a claim is held: a sender that vanished is noticed by nobody but the clock.
TIMEOUT = 10.0
LEASE = 25.0
#: Seconds between looks at the outbox when nothing wakes the dispatcher.
IDLE = 0.5
#: Attempts at once in a lane: so many are begun, and uncertain when the process dies. Twice what is on the wire: while
#: one half is sent, the other waits for its commit. A lane with a pace never begins so many.
AT_ONCE = 200
#: How much a lane without a pace may have in hand, most of it waiting for its turn: what is claimed together shares a
#: transaction. What was not begun when a process dies another one claims when the lease is over.
IN_HAND = 500
#: Seconds ahead of its pace that a lane's rows are claimed.
AHEAD = 0.5
assert AHEAD < LEASE - TIMEOUT, "what waits for its turn must outlive an attempt"
LONGEST_ID = 500
#: Waiting between attempts: exponential with full jitter, 2 s up to 5 minutes.
BACK_OFF = wait_random_exponential(multiplier=2, max=300)


@dataclass(frozen=True)
class _Held:
    """A claimed row, and until when on this process's clock."""

    row: Claimed
    claimed_at: float

    def outlives_an_attempt(self) -> bool:
        return time.monotonic() + TIMEOUT < self.claimed_at + LEASE

    def is_leased(self) -> bool:
        return time.monotonic() < self.claimed_at + LEASE


@dataclass
class _Hand:
    """What this process has of a lane: claimed and waiting for its turn, or being sent."""

    lane: str
    interval: float
    waiting: deque[_Held] = field(default_factory=deque)
    at_work: set[asyncio.Task[None]] = field(default_factory=set)
    arrivals: Arrivals = field(default_factory=Arrivals)

    def room(self) -> int:
        """How many more to claim now; none as long as what there is goes far enough."""
        most = AT_ONCE if self.interval else IN_HAND
        free = most - len(self.waiting) - len(self.at_work)
        if self.interval:
            return min(free, max(1, int(AHEAD / self.interval / 2)))
        return free if free >= most // 2 else 0


@dataclass(frozen=True)
class _Found:
    """What there is to do."""

    uncounted: list[int]
    unexpanded: list[int]
    unswept: list[int]
    amendments: list[int]
    progress: list[int]
    due: list[claims.Due]


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
        self._journal = Journal(database, TIMEOUT)
        self._clock = DatabaseClock()
        self._wake = asyncio.Event()
        self._hands: dict[str, _Hand] = {}
        self._recording: set[asyncio.Task[None]] = set()
        self._cards: dict[int, dict[str, Card]] = {}
        self._paused_until: dict[str, float] = {}
        self._counting: dict[int, asyncio.Task[None]] = {}
        #: Seconds until a lane may go on that has something due.
        self._opens_in = IDLE
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
        running = [task for hand in self._hands.values() for task in hand.at_work] + list(self._counting.values())
        if running:
            await asyncio.wait(running, timeout=TIMEOUT)
        await self._journal.finish()
        if self._recording:
            await asyncio.wait(self._recording, timeout=TIMEOUT)

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), min(IDLE, self._opens_in))
        except TimeoutError:
            return

    async def _round(self) -> bool:
        """Expands a chunk and claims for every lane; True while there is more to do at once."""
        found = await self._look(self._find)
        for broadcast in found.uncounted:
            if broadcast not in self._counting:
                self._counting[broadcast] = asyncio.create_task(self._count(broadcast))
        expanded = [await self._expand(broadcast) for broadcast in found.unexpanded]
        expanded += [await self._sweep(broadcast) for broadcast in found.unswept]
        expanded += [await self._amend(amendment) for amendment in found.amendments]
        for broadcast in found.progress:
            await self._tell_progress(broadcast)
        # What was expanded just now is due, too.
        due = await self._look(claims.due) if expanded else found.due
        return any([*expanded, await self._claim_each(due)])

    async def _claim_each(self, due: list[claims.Due]) -> bool:
        claimed, self._opens_in = False, IDLE
        for lane in due:
            if lane.channel not in self._transports:
                # A channel that is switched off here: what waits for it stays owed.
                continue
            hand = self._hands.setdefault(lane.name, _Hand(lane.name, lane.interval))
            hand.interval = lane.interval
            if lane.opens_in > AHEAD:
                self._opens_in = min(self._opens_in, lane.opens_in - AHEAD)
            elif room := hand.room():
                claimed |= await self._claim(hand, room)
        return claimed

    async def _count(self, broadcast: int) -> None:
        """Counts whom a broadcast is meant for, beside all else: for very many it takes seconds."""
        try:
            counted = await self._look(lambda session: broadcasts.count(session, broadcast))
            await self._in_thread(lambda session: broadcasts.set_count(session, broadcast, counted))
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

    async def _claim(self, hand: _Hand, most: int) -> bool:
        before = time.monotonic()
        moment = self._now() if self._now else None
        ahead = AHEAD if hand.interval else None
        transport = self._transports[lanes.channel_of(hand.lane)]
        tell = transport.can_tell if isinstance(transport, Tracing) else None
        rows = await self._in_thread(
            lambda session: claims.claim(session, hand.lane, most, LEASE, moment, ahead, can_tell=tell)
        )
        hand.waiting.extend(_Held(row, before) for row in rows)
        for _ in range(min(len(hand.waiting), AT_ONCE - len(hand.at_work))):
            task = asyncio.create_task(self._work(hand))
            hand.at_work.add(task)
            task.add_done_callback(hand.at_work.discard)
        return bool(rows)

    async def _work(self, hand: _Hand) -> None:
        """Sends one after the other of what waits, until nothing does."""
        while hand.waiting:
            try:
                await self._send(hand.waiting.popleft(), hand)
            except Exception as defect:  # noqa: BLE001 - the others are to be sent all the same
                log.error("a send could not be recorded: %s", type(defect).__name__)
            if not hand.interval and hand.room():
                self._wake.set()

    async def _send(self, held: _Held, hand: _Hand) -> None:
        row, lane = held.row, hand.lane
        if hand.interval:
            await asyncio.sleep(self._clock.until(row.place.at) - lanes.LEAD)
        if self._is_stopping or self._paused_for(lane) or not held.outlives_an_attempt():
            await self._journal.give_back(row)
            return
        card = await self._card(row)
        if card is None:
            self._settle(row.ended(Status.FAILED, "unreadable"), held)
        elif await self._begin(held):
            own = snoozed_messages.with_button(card, row.kind, row.id)
            self._settle(await self._at_its_place(held, own, hand), held)
        else:
            # Stopped or corrected since it was claimed, or its lease is nearly over: the next claim knows.
            await self._journal.give_back(row)
            self._wake.set()

    async def _begin(self, held: _Held) -> bool:
        """Records that an attempt begins; returns whether it may. Where it cannot be told whether that was recorded, as
        when the answer to a commit is lost, it does not begin, and that nothing was sent must not be unknown later."""
        try:
            return await self._journal.begin(held.row)
        except Exception:
            self._settle(held.row.waits(None, retry_in=0.0), held)
            raise

    async def _at_its_place(self, held: _Held, card: Card, hand: _Hand) -> Outcome:
        if not hand.interval:
            return await self._attempt(held, card, hand.lane)
        place = held.row.place
        await asyncio.sleep(self._clock.until(place.at))
        if seconds := self._paused_for(hand.lane):
            return held.row.waits("busy", retry_in=seconds)
        late, began = -self._clock.until(place.at), time.monotonic()
        outcome = await self._attempt(held, card, hand.lane)
        late = hand.arrivals.late(late, time.monotonic() - began)
        if late > lanes.slack(hand.interval):
            self._journal.keep_apart(Arrival(hand.lane, place.number, place.at + late), hand.interval)
        return outcome

    def _paused_for(self, lane: str) -> float:
        """Seconds until a lane goes on that the platform wants a pause of; 0.0 where it wants none."""
        return max(0.0, self._paused_until.get(lane, 0.0) - time.monotonic())

    def _settle(self, outcome: Outcome, held: _Held) -> None:
        """Has it recorded how an attempt ended, without waiting for it: the next one is begun in the same commit."""
        self._journal.settle(outcome).add_done_callback(partial(self._settled, outcome, held))

    def _settled(self, outcome: Outcome, held: _Held, done: asyncio.Future[None]) -> None:
        if not done.cancelled() and done.exception() is not None:
            task = asyncio.create_task(self._settle_again(outcome, held))
            self._recording.add(task)
            task.add_done_callback(self._recording.discard)

    async def _settle_again(self, outcome: Outcome, held: _Held) -> None:
        await asyncio.sleep(IDLE)
        try:
            await self._record(lambda: self._journal.settle(outcome), held)
        except Exception as defect:  # noqa: BLE001 - the next claim finds it begun, and nobody knows how it ended
            log.error("a send could not be recorded: %s", type(defect).__name__)

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
            if row.edits is not None:
                sending = transport.update(row.address, row.edits, card)
            elif row.is_again and isinstance(transport, Tracing):
                sending = transport.send_again(row.address, card, row.key)
            else:
                sending = transport.send(row.address, card, row.key)
            async with asyncio.timeout(TIMEOUT):
                platform_id = await sending
        except NotSent as not_sent:
            return await self._not_sent(held, not_sent, lane)
        except Exception as defect:  # noqa: BLE001 - a time-out or a defect: nobody knows whether it arrived
            log.warning("outcome of row %d unknown: %s", row.id, type(defect).__name__)
            return await self._not_sent(held, NotSent("interrupted", unknown=True), lane)
        return row.ended(Status.SENT, platform_id=clean(platform_id)[:LONGEST_ID])

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
            return row.ended(Status.FAILED, why.reason)
        attempts = row.attempts + 1
        if why.unknown and (row.kind not in REPEATABLE or attempts >= MOST_REPEATS):
            return row.ended(Status.UNCERTAIN, why.reason)
        if attempts >= MOST_ATTEMPTS:
            return row.ended(Status.FAILED, "gave_up")
        return row.waits(why.reason, retry_in=_wait(attempts, why.retry_after))

    async def _card(self, row: Claimed) -> Card | None:
        """The message in the person's language, or None where what is stored is no card (of another version, say), or
        nothing is stored any more. Messages never change, so they are read once."""
        if row.message_id not in self._cards:
            stored = await self._in_thread(lambda session: outbox.cards_if_kept(session, row.message_id))
            if stored is None:
                return None
            if len(self._cards) > 100:
                self._cards.clear()
            try:
                self._cards[row.message_id] = {name: Card.model_validate(card) for name, card in stored.items()}
            except ValueError:
                log.error("message %d holds no card", row.message_id)
                return None
        cards = self._cards[row.message_id]
        return cards.get(row.language) or cards.get("nb")

    def _find(self, session: Session) -> _Found:
        found = _Found(
            broadcasts.uncounted(session),
            broadcasts.unexpanded(session),
            stops.unswept(session),
            amendments.due(session),
            progress.due(session),
            claims.due(session),
        )
        self._clock.read(session)
        return found

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
