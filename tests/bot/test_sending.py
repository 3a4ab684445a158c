"""What is owed is sent once, said truly, and tried again only where that is right."""

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import Lock
from typing import Any

import pytest
from sqlmodel import col, select
from tenacity import wait_none

from bot import sending
from bot.fake import FakeChannel
from bot.sending import Dispatcher
from bot.transport import NotSent
from dialogs.card import Button, Card
from storage import audiences, broadcasts, erasing, lanes, outbox, stops
from storage.database import Database, Session, machine_clock
from storage.lanes import Lane
from storage.outbox import MOST_REPEATS, Kind, OutboxRow, Status
from storage.people import Address, Person
from tests.channels import fake_channel
from tests.conftest import NOW, make_person

PEOPLE = 5
EVERYONE = {(Status.SENT, None): PEOPLE}


def card(title: str) -> Card:
    return Card(title=title, buttons=(Button(title="Hjelp", action="help"),))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BACK_OFF", wait_none())
    monkeypatch.setattr(sending, "IDLE", 0.01)


@pytest.fixture
def channel() -> FakeChannel:
    return fake_channel()


@pytest.fixture
def people(sqlite: Database) -> Database:
    """Five people in the programme, and noise in another one."""
    with sqlite.writing() as session:
        lanes.open_lane(session, "emulator", 0.0)
        make_person(session, "noise", programme="os2019")
        for number in range(PEOPLE):
            make_person(session, f"employee-{number}")
    return sqlite


def owe(database: Database, kind: Kind = Kind.ANNOUNCEMENT, key: str = "once") -> int:
    cards = {name: card(name).model_dump(mode="json") for name in ("nb", "nn")}
    with database.writing() as session:
        message = outbox.write(session, "osu2020", kind, cards)
        return broadcasts.owe_everyone(session, "osu2020", message, key).id or 0


def counts(database: Database, broadcast: int) -> dict[tuple[Status, str | None], int]:
    with database.reading() as session:
        return broadcasts.report(session, broadcast)[1]


def states(database: Database) -> list[Status]:
    with database.reading() as session:
        return list(session.exec(select(OutboxRow.status)))


@asynccontextmanager
async def running(database: Any, channel: Any) -> Any:
    dispatcher = Dispatcher(database, {"emulator": channel})
    task = asyncio.create_task(dispatcher.run())
    yield dispatcher
    await dispatcher.stop()
    await task


async def send(database: Database, channel: Any, broadcast: int) -> dict[tuple[Status, str | None], int]:
    """Lets the dispatcher run until nothing of the broadcast waits any more; returns what became of it."""
    async with running(database, channel), asyncio.timeout(20):
        while any(status in (Status.WAITING, Status.SENDING) for status, _ in counts(database, broadcast)):
            await asyncio.sleep(0.01)
    return counts(database, broadcast)


async def test_everybody_gets_it_once(people: Database, channel: FakeChannel) -> None:
    assert await send(people, channel, owe(people)) == EVERYONE
    assert sorted(address.account for address, _ in channel.sent) == [f"employee-{number}" for number in range(PEOPLE)]


async def test_very_many_are_counted_first_and_then_each_gets_it_once(
    people: Database, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "LARGE", 2)
    broadcast = owe(people)
    assert counts(people, broadcast) == {}
    async with running(people, channel), asyncio.timeout(20):
        while counts(people, broadcast) != EVERYONE:
            await asyncio.sleep(0.01)
    assert len(channel.sent) == PEOPLE


async def test_what_is_stopped_in_the_middle_adds_up_and_the_rest_is_not_sent(
    people: Database, channel: FakeChannel
) -> None:
    with people.writing() as session:
        lanes.open_lane(session, "emulator", 0.2)
        leader = make_person(session, "employee-0", "leader")
        session.expunge(leader)
    broadcast = owe(people)
    async with running(people, channel), asyncio.timeout(20):
        while not channel.sent:
            await asyncio.sleep(0.01)
        with people.writing() as session:
            stops.stop(session, leader, broadcast, NOW)
        while any(status in (Status.WAITING, Status.SENDING) for status in states(people)):
            await asyncio.sleep(0.01)
    found = counts(people, broadcast)
    assert found == {(Status.SENT, None): len(channel.sent), (Status.SKIPPED, "stopped"): PEOPLE - len(channel.sent)}
    assert 0 < len(channel.sent) < PEOPLE


async def test_each_gets_it_in_their_language_and_in_bokmal_where_there_is_none(
    people: Database, channel: FakeChannel
) -> None:
    with people.writing() as session:
        make_person(session, "employee-0").language = "nn"
        make_person(session, "employee-1").language = "en"
    await send(people, channel, owe(people))
    titles = {address.account: shown.title for address, shown in channel.sent}
    assert titles == {f"employee-{number}": "nn" if number == 0 else "nb" for number in range(PEOPLE)}


async def test_a_refusal_for_good_is_not_tried_again(people: Database, channel: FakeChannel) -> None:
    channel.failures = [NotSent("refused", permanent=True)]
    broadcast = owe(people)
    assert await send(people, channel, broadcast) == {(Status.SENT, None): PEOPLE - 1, (Status.FAILED, "refused"): 1}
    assert attempts(people, Status.FAILED) == [1]


async def test_an_address_that_is_gone_is_remembered(people: Database, channel: FakeChannel) -> None:
    channel.failures = [NotSent("gone", permanent=True, is_gone=True)]
    await send(people, channel, owe(people))
    channel.sent.clear()
    later = await send(people, channel, owe(people, key="later"))
    assert later == {(Status.SENT, None): PEOPLE - 1, (Status.FAILED, "gone"): 1}
    assert len(channel.sent) == PEOPLE - 1
    with people.reading() as session:
        assert session.exec(select(Address.gone_reason).where(Address.gone_reason != None)).all() == ["gone"]  # noqa: E711


async def test_a_busy_platform_is_tried_until_it_takes_the_message(people: Database, channel: FakeChannel) -> None:
    tries = 4 * PEOPLE * MOST_REPEATS
    channel.failures = [NotSent("busy") for _ in range(tries)]
    assert await send(people, channel, owe(people)) == EVERYONE
    assert sum(attempts(people, Status.SENT)) == PEOPLE + tries


async def test_a_platform_that_never_takes_it_is_given_up(
    people: Database, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MOST_ATTEMPTS", 9)
    channel.failures = [NotSent("busy") for _ in range(PEOPLE * 9)]
    assert await send(people, channel, owe(people)) == {(Status.FAILED, "gave_up"): PEOPLE}
    assert attempts(people, Status.FAILED) == [9] * PEOPLE
    assert channel.sent == []


async def test_what_may_have_arrived_so_often_is_uncertain_and_not_sent_once_more(
    people: Database, channel: FakeChannel
) -> None:
    channel.failures = [NotSent("unreachable", unknown=True) for _ in range(PEOPLE * MOST_REPEATS)]
    assert await send(people, channel, owe(people, Kind.REMINDER)) == {(Status.UNCERTAIN, "unreachable"): PEOPLE}
    assert channel.sent == []


async def test_a_refusal_is_known_though_the_database_was_away_when_it_came(
    people: Database, channel: FakeChannel
) -> None:
    """The pause that a platform asks for cannot be written for a moment: the announcement is not uncertain by that."""
    busy = Busy(people, channel)
    broadcast = owe(people)
    async with running(people, busy), asyncio.timeout(20):
        while not busy.is_over:
            await asyncio.sleep(0.01)
        while counts(people, broadcast) != EVERYONE:
            await asyncio.sleep(0.01)
    assert len(channel.sent) == PEOPLE


async def test_a_platform_that_asks_to_wait_pauses_the_lane_for_everybody(
    people: Database, channel: FakeChannel
) -> None:
    with people.writing() as session:
        # The others are in hand, but none is on the wire yet, when the platform asks.
        lanes.open_lane(session, "emulator", 0.5)
    channel.failures = [NotSent("busy", retry_after=3600.0)]
    broadcast = owe(people)
    async with running(people, channel), asyncio.timeout(20):
        while lane_opens_in(people) < 3000:
            await asyncio.sleep(0.01)
        opens_in = lane_opens_in(people)
        # Long enough for the next two of those in hand.
        await asyncio.sleep(1.2)
        assert lane_opens_in(people) < opens_in - 1, "no further place in the pace was taken"
    assert channel.sent == []
    assert sum(counts(people, broadcast).values()) == PEOPLE
    assert {status for status, _ in counts(people, broadcast)} == {Status.WAITING}


async def test_another_lane_goes_on_while_one_is_paused(people: Database, channel: FakeChannel) -> None:
    with people.writing() as session:
        lanes.open_lane(session, "web", 0.0)
        make_person(session, "elsewhere", channel="web")
        lanes.pause(session, "emulator", 3600)
    owe(people)
    other = fake_channel()
    dispatcher = Dispatcher(people, {"emulator": channel, "web": other})
    task = asyncio.create_task(dispatcher.run())
    async with asyncio.timeout(20):
        while not other.sent:
            await asyncio.sleep(0.01)
    await dispatcher.stop()
    await task
    assert channel.sent == []


@pytest.mark.parametrize("failure", [NotSent("unreachable", unknown=True), RuntimeError("a defect")])
@pytest.mark.parametrize(
    ("kind", "outcome"),
    [(Kind.ANNOUNCEMENT, Status.UNCERTAIN), (Kind.TOP_LIST, Status.UNCERTAIN), (Kind.REMINDER, Status.SENT)],
)
async def test_what_may_have_arrived_is_repeated_or_uncertain_by_its_kind(
    people: Database, channel: FakeChannel, kind: Kind, outcome: Status, failure: Exception
) -> None:
    channel.failures = [failure]
    found = await send(people, channel, owe(people, kind))
    assert sum(count for (status, _), count in found.items() if status == outcome) == (
        1 if outcome is Status.UNCERTAIN else PEOPLE
    )
    assert sum(found.values()) == PEOPLE


async def test_a_platform_that_does_not_answer_leaves_it_uncertain(
    people: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TIMEOUT", 0.05)
    found = await send(people, Slow(asyncio.Event()), owe(people))
    assert found == {(Status.UNCERTAIN, "interrupted"): PEOPLE}


async def test_stopping_lets_what_is_on_the_wire_arrive_and_leaves_the_rest(
    people: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "IN_HAND", 2)
    gate = asyncio.Event()
    slow, broadcast = Slow(gate), owe(people)
    dispatcher = Dispatcher(people, {"emulator": slow})
    task = asyncio.create_task(dispatcher.run())
    async with asyncio.timeout(20):
        while slow.begun < 2:
            await asyncio.sleep(0.01)
    stopping = asyncio.create_task(dispatcher.stop())
    await asyncio.sleep(0.05)
    gate.set()
    await stopping
    await task
    assert counts(people, broadcast) == {(Status.SENT, None): 2, (Status.WAITING, None): PEOPLE - 2}


async def test_what_one_dispatcher_left_another_sends(people: Database, channel: FakeChannel) -> None:
    broadcast = owe(people)
    async with running(people, Slow(asyncio.Event())) as dispatcher:
        await dispatcher.stop()
    assert await send(people, channel, broadcast) == EVERYONE


async def test_two_dispatchers_send_each_message_once(people: Database, channel: FakeChannel) -> None:
    broadcast = owe(people)
    async with running(people, channel):
        assert await send(people, channel, broadcast) == EVERYONE
    assert len(channel.sent) == PEOPLE


async def test_a_database_that_fails_for_a_while_loses_nothing(
    people: Database, channel: FakeChannel, caplog: pytest.LogCaptureFixture
) -> None:
    broadcast = owe(people)
    execute(people, "ALTER TABLE lane RENAME TO elsewhere")
    async with running(people, channel), asyncio.timeout(20):
        while "trying again" not in caplog.text:
            await asyncio.sleep(0.01)
        execute(people, "ALTER TABLE elsewhere RENAME TO lane")
        while counts(people, broadcast) != EVERYONE:
            await asyncio.sleep(0.01)
    assert len(channel.sent) == PEOPLE


class ErasedMeanwhile:
    """A database in which the person is erased as soon as their row is claimed, before its message is read."""

    def __init__(self, database: Database, account: str) -> None:
        self._database = database
        self._account = account
        with database.reading() as session:
            self._owed_at = session.exec(select(OutboxRow.next_at)).one()
        self.is_erased = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self._database.writing() as session:
            yield session
        with self._database.writing() as session:
            if not self.is_erased and session.exec(select(OutboxRow.next_at)).one() != self._owed_at:
                address = session.exec(select(Address).where(Address.account == self._account)).one()
                erasing.erase(session, session.get_one(Person, address.person_id), {}, NOW)
                self.is_erased = True


async def test_whoever_is_erased_after_the_claim_gets_nothing_and_that_is_no_error(
    people: Database, channel: FakeChannel, caplog: pytest.LogCaptureFixture
) -> None:
    owe_notice(people, "employee-1")
    database = ErasedMeanwhile(people, "employee-1")
    async with running(database, channel), asyncio.timeout(20):
        while not database.is_erased:
            await asyncio.sleep(0.01)
        owe_notice(people, "employee-2")
        while not channel.sent:
            await asyncio.sleep(0.01)
    assert [address.account for address, _ in channel.sent] == ["employee-2"]
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert states(people) == [Status.SENT]


def owe_notice(database: Database, account: str) -> None:
    """One message to one person."""
    with database.writing() as session:
        address = session.exec(select(Address).where(Address.account == account)).one()
        message = outbox.write(session, "osu2020", Kind.NOTICE, {"nb": card("nb").model_dump(mode="json")})
        outbox.owe(session, session.get_one(Person, address.person_id), message, f"alone:{account}")


class Busy:
    """A platform that asks for a pause once, while the database cannot write one down, and takes what comes later."""

    def __init__(self, database: Database, channel: FakeChannel) -> None:
        self._database = database
        self._channel = channel
        self._begun = False
        self.is_over = False
        self._mending: asyncio.Task[None] | None = None

    async def send(self, address: Address, card: Card, key: str) -> str:
        if self._begun:
            return await self._channel.send(address, card, key)
        self._begun = True
        await asyncio.to_thread(execute, self._database, "ALTER TABLE lane RENAME TO elsewhere")
        self._mending = asyncio.create_task(self._mend())
        raise NotSent("busy", retry_after=0.1)

    async def _mend(self) -> None:
        await asyncio.sleep(0.3)
        await asyncio.to_thread(execute, self._database, "ALTER TABLE elsewhere RENAME TO lane")
        self.is_over = True


class Slow:
    """A platform that takes a message when the gate opens."""

    def __init__(self, gate: asyncio.Event) -> None:
        self.gate = gate
        self.begun = 0

    async def send(self, address: Address, card: Card, _key: str) -> str:
        self.begun += 1
        await self.gate.wait()
        return "taken"


def attempts(database: Database, status: Status) -> list[int]:
    with database.reading() as session:
        return list(session.exec(select(OutboxRow.attempts).where(OutboxRow.status == status)))


def lane_opens_in(database: Database) -> float:
    with database.reading() as session:
        return float(
            session.exec(select(Lane.tat - machine_clock()).where(Lane.name == "emulator")).one()  # type: ignore[call-overload]
        )


def execute(database: Database, statement: str) -> None:
    with database.writing() as session:
        session.connection().exec_driver_sql(statement)


class _Forgetful:
    """A database that loses the answer to the first commit after which there is such a row, and is away for a while."""

    def __init__(self, real: Database, such: Any) -> None:
        self._real = real
        self._such = such
        #: Another thread that looked before would take the database away once more, after it had come back.
        self._one_at_a_time = Lock()
        self.has_lost = False
        self.is_away = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        if self.is_away:
            raise ConnectionError("away")
        with self._real.writing() as session:
            yield session
        with self._one_at_a_time:
            if self.has_lost or not self._is_there():
                return
            self.has_lost = self.is_away = True
        raise ConnectionError("the answer to the commit was lost")

    def _is_there(self) -> bool:
        with self._real.reading() as session:
            return session.exec(select(OutboxRow.id).where(self._such)).first() is not None


async def test_what_is_recorded_twice_as_not_taken_is_not_sent_again_after_another_process_sent_it(
    people: Database, channel: FakeChannel
) -> None:
    broadcast, busy = owe(people), fake_channel()
    forgetful = _Forgetful(people, col(OutboxRow.reason) == "busy")
    busy.failures = [NotSent("busy")] * PEOPLE
    async with running(forgetful, busy) as first, asyncio.timeout(60):
        while not forgetful.has_lost:
            await asyncio.sleep(0.01)
        stopping = asyncio.create_task(first.stop())
        async with running(people, channel):
            while Status.SENT not in states(people):
                await asyncio.sleep(0.01)
            forgetful.is_away = False
            await stopping
            while counts(people, broadcast) != EVERYONE:
                await asyncio.sleep(0.01)
    assert counts(people, broadcast) == EVERYONE
    assert len(channel.sent) + len(busy.sent) == PEOPLE


async def test_what_was_begun_and_not_sent_is_known_though_the_answer_to_its_beginning_was_lost(
    people: Database, channel: FakeChannel, caplog: pytest.LogCaptureFixture
) -> None:
    broadcast, forgetful = owe(people), _Forgetful(people, col(OutboxRow.status) == Status.SENDING)
    # What was claimed and not begun yet when the database went away comes when its lease is over.
    async with running(forgetful, channel), asyncio.timeout(60):
        while "could not be recorded" not in caplog.text:
            await asyncio.sleep(0.01)
        forgetful.is_away = False
        while counts(people, broadcast) != EVERYONE:
            await asyncio.sleep(0.01)
    assert len(channel.sent) == PEOPLE


class _Traced(FakeChannel):
    """A platform that can be asked what arrived."""

    asked = 0

    def can_tell(self, _address: Address) -> bool:
        return True

    async def send_again(self, address: Address, card: Card, key: str) -> str:
        self.asked += 1
        return await self.send(address, card, key)


async def test_what_may_have_arrived_is_asked_for_again_after_a_pause_that_the_platform_wanted(
    people: Database, channel: FakeChannel
) -> None:
    with people.writing() as session:
        # Near enough for the next ones to be begun when the first is told to wait.
        lanes.open_lane(session, "emulator", 0.02)
    interrupted, busy = NotSent("interrupted"), NotSent("busy", retry_after=0.2)
    traced = _Traced(channel.renderers, channel.validators, [interrupted] * PEOPLE + [busy])
    assert await send(people, traced, owe(people)) == EVERYONE
    assert traced.asked == PEOPLE + 1
