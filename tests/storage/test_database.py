"""What both kinds of database are held to."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, select, text
from sqlmodel import col

from storage import occurrences
from storage.conversations import Conversation, Received, forget_received, receive
from storage.database import Database, Prepared, UtcDateTime, WouldWaitError, locked, machine_clock
from storage.people import Person
from tests.conftest import make_person


def test_no_update_is_lost_among_many_writers(database: Database) -> None:
    with database.writing() as session:
        key = make_person(session).id

    def increment(_: int) -> None:
        with database.writing() as session:
            person = session.execute(locked(session, select(Person).where(col(Person.id) == key))).scalar_one()
            person.name = str(int(person.name if person.name.isdecimal() else 0) + 1)
            session.add(person)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(increment, range(200)))
    with database.reading() as session:
        assert session.get_one(Person, key).name == "200"


def test_what_fails_leaves_nothing_behind(database: Database) -> None:
    def fail() -> None:
        with database.writing() as session:
            make_person(session, "ghost")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.reading() as session:
        assert session.execute(select(Person)).all() == []


def test_a_moment_comes_back_as_utc_whatever_zone_it_was_stored_in(database: Database) -> None:
    moment = datetime(2020, 11, 24, 9, tzinfo=timezone(timedelta(hours=1)))
    with database.writing() as session:
        receive(session, "c", "a", moment)
    with database.reading() as session:
        stored = session.get_one(Received, ("c", "a")).received_at
    assert stored == moment
    assert stored.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        UtcDateTime().process_bind_param(datetime(2020, 11, 24), None)  # type: ignore[arg-type]  # noqa: DTZ001


def test_the_databases_clock_is_the_machines(database: Database) -> None:
    with database.reading() as session:
        said = session.execute(select(machine_clock())).scalar_one()
    assert abs(said - datetime.now(UTC).timestamp()) < 60


def test_an_activity_is_received_once_also_at_the_same_moment(database: Database) -> None:
    def once(_: int) -> bool:
        with database.writing() as session:
            return receive(session, "c", "a", datetime.now(UTC))

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(once, range(8))) == [False] * 7 + [True]


def test_a_prepared_statement_reads_and_writes_as_the_columns_types_do(database: Database) -> None:
    moment = datetime(2020, 11, 24, 9, tzinfo=timezone(timedelta(hours=1)))
    find = Prepared(
        select(col(Received.received_at), col(Conversation.subject))
        .join(Conversation, col(Conversation.key) == Received.conversation)
        .where(col(Received.received_at) == bindparam("moment"))
    )
    with database.writing() as session:
        receive(session, "c", "a", moment)
        # What the session has not written yet is found too.
        session.add(Conversation(key="c", subject={"milestone": "æ"}))
        assert find.first(session, moment=moment) == (moment, {"milestone": "æ"})
        assert find.first(session, moment=moment + timedelta(seconds=1)) is None
        with pytest.raises(ValueError, match="time zone"):
            find.first(session, moment=datetime(2020, 11, 24))  # noqa: DTZ001


def test_activities_are_forgotten_after_a_day(database: Database) -> None:
    now = datetime(2020, 11, 24, tzinfo=UTC)
    with database.writing() as session:
        receive(session, "c", "old", now - timedelta(days=2))
        receive(session, "c", "new", now)
        forget_received(session, now)
        assert [row.activity for row in session.execute(select(Received)).scalars()] == ["new"]


def test_an_occurrence_is_recorded_once_also_at_the_same_moment(database: Database) -> None:
    due = datetime(2020, 11, 24, tzinfo=UTC)

    def once(_: int) -> bool:
        with database.writing() as session:
            return occurrences.record(session, "schedule", due)

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(once, range(8))) == [False] * 7 + [True]


def test_sqlite_survives_a_power_cut_and_checks_its_references(sqlite: Database) -> None:
    with sqlite.reading() as session:
        names = ("journal_mode", "synchronous", "foreign_keys")
        pragmas = [session.execute(text(f"PRAGMA {name}")).scalar() for name in names]
    assert pragmas == ["wal", 2, 1]


def at_once(database: Database, name: str) -> None:
    with database.writing_at_once() as new_session, new_session() as session:
        make_person(session, name)


def test_writing_at_once_waits_for_no_writer_of_this_process_or_another(sqlite: Database) -> None:
    other = Database(sqlite.url.render_as_string())
    for name, busy in (("here", sqlite), ("elsewhere", other)):
        with busy.writing() as session, ThreadPoolExecutor(1) as threads:
            make_person(session, name)
            with pytest.raises(WouldWaitError):
                threads.submit(at_once, sqlite, "hasty").result(10)
    at_once(sqlite, "later")
    other.close()
    with sqlite.reading() as session:
        assert [person.name for person in session.execute(select(Person)).scalars()] == ["Here", "Elsewhere", "Later"]


def test_writing_at_once_may_be_ended_in_another_thread_and_keeps_nothing_of_what_fails(sqlite: Database) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(1) as threads:
        new_session = stack.enter_context(sqlite.writing_at_once())
        with new_session() as session:
            make_person(session, "kept")
        threads.submit(stack.pop_all().close).result(10)

    def fail() -> None:
        with sqlite.writing_at_once() as new_session:
            with new_session() as session:
                make_person(session, "lost")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with sqlite.reading() as session:
        assert [person.name for person in session.execute(select(Person)).scalars()] == ["Kept"]


def test_where_there_is_no_file_nothing_is_written_at_once() -> None:
    database = Database("sqlite://")
    with pytest.raises(WouldWaitError), database.writing_at_once():
        pass
    database.close()
