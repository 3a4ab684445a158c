"""Inputs wait, sealed, until they are released among others; what they were while they waited is gone then."""

import hashlib
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import MetaData
from sqlmodel import select

from storage import anonymous_input, input_release, migrating
from storage.anonymous_input import LONGEST, About, Input, InputStore, WaitingInput
from storage.database import Database
from storage.programmes import Programme
from tests.conftest import NOW, empty_database, inputs_database, make_person
from tests.releasing import OSU, SET, release

OTHER = Programme(key="os2019", name="OS 2019", smallest_group=6)
#: NOW is a Tuesday at nine.
WEDNESDAY = NOW + timedelta(days=1)
OSLO = ZoneInfo("Europe/Oslo")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[InputStore]:
    made = InputStore(Database(inputs_database(request, request.param, tmp_path)), Fernet.generate_key().decode())
    input_release.look(made, OSU, NOW)
    input_release.look(made, OTHER, NOW)
    yield made
    made.database.close()


def send(store: InputStore, count: int, programme: str = "osu2020", first: int = 0) -> list[str]:
    about = [About(programme, "risk", date(2020, 11, 24), form=f"{programme}-{n}") for n in range(first, first + count)]
    return [anonymous_input.submit(store, one, f"Innspill nummer {n + first}") for n, one in enumerate(about)]


def released(store: InputStore) -> list[Input]:
    with store.database.reading() as session:
        return list(session.exec(select(Input)).all())


def texts(store: InputStore) -> set[str]:
    return {store.opened(row.sealed_text) for row in released(store)}


def test_fewer_than_the_smallest_group_wait_for_the_set_moment(store: InputStore) -> None:
    send(store, 5)
    assert input_release.look(store, OSU, WEDNESDAY) == 0
    assert input_release.look(store, OSU, SET - timedelta(seconds=1)) == 0
    assert released(store) == []
    assert input_release.look(store, OSU, SET) == 5
    assert texts(store) == {f"Innspill nummer {n}" for n in range(5)}
    with store.database.reading() as session:
        assert session.exec(select(WaitingInput)).all() == []


def test_as_many_as_the_smallest_group_are_released_by_the_next_days_look(store: InputStore) -> None:
    send(store, 6)
    assert input_release.look(store, OSU, NOW + timedelta(hours=5)) == 0
    assert input_release.look(store, OSU, WEDNESDAY) == 6
    assert input_release.look(store, OSU, WEDNESDAY) == 0


def test_what_comes_after_a_look_waits_for_the_next(store: InputStore) -> None:
    send(store, 6)
    input_release.look(store, OSU, WEDNESDAY)
    send(store, 6, first=6)
    assert input_release.look(store, OSU, WEDNESDAY + timedelta(hours=6)) == 0
    assert len(released(store)) == 6


def test_each_programme_has_its_own_batches(store: InputStore) -> None:
    send(store, 6)
    send(store, 5, "os2019")
    assert input_release.look(store, OTHER, WEDNESDAY) == 0
    assert input_release.look(store, OSU, WEDNESDAY) == 6
    assert {row.programme_key for row in released(store)} == {"osu2020"}
    assert input_release.look(store, OTHER, SET) == 5


def test_a_set_moment_that_was_slept_through_is_made_up_for(store: InputStore) -> None:
    send(store, 1)
    assert input_release.look(store, OSU, SET + timedelta(days=2, hours=3)) == 1


def test_several_processes_release_each_input_once(request: pytest.FixtureRequest, store: InputStore) -> None:
    send(store, 40)
    key = Fernet.generate_key().decode()
    others = [InputStore(Database(store.database.url.render_as_string(hide_password=False)), key) for _ in range(3)]
    for other in others:
        other._seal, other._salt, other._marks = store._seal, store._salt, store._marks
    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(lambda one: input_release.look(one, OSU, WEDNESDAY), [store, *others]))
    assert sorted(counts) == [0, 0, 0, 40]
    assert len(texts(store)) == len(released(store)) == 40
    for other in others:
        other.database.close()


def test_the_receipt_finds_the_input_before_and_after(store: InputStore) -> None:
    (digits,) = send(store, 1)
    before = anonymous_input.find(store, digits)
    assert before is not None
    assert (before.text, before.is_waiting, before.key, before.week) == ("Innspill nummer 0", True, "", "2020-W48")
    input_release.look(store, OSU, SET)
    after = anonymous_input.find(store, digits)
    assert after is not None
    assert (after.text, after.is_waiting, after.topic) == ("Innspill nummer 0", False, "risk")
    assert after.key


def test_a_handler_reads_only_what_is_released(inputs: InputStore, sqlite: Database) -> None:
    send(inputs, 5)
    with sqlite.writing() as session:
        handler = make_person(session, "handler", "input_handler")
        assert anonymous_input.read(inputs, session, handler, "osu2020") == []
        assert release(inputs) == 5
        assert len(anonymous_input.read(inputs, session, handler, "osu2020")) == 5


def test_nothing_of_the_waiting_row_is_in_the_released_one(store: InputStore) -> None:
    send(store, 6)
    with store.database.reading() as session:
        waiting = session.exec(select(WaitingInput)).all()
    # Nothing can be read of a row that waits: neither topic, week, unit nor programme.
    assert set(WaitingInput.model_fields) == {"receipt", "sealed_about", "sealed_text"}
    input_release.look(store, OSU, WEDNESDAY)
    before = {bytes(value) for row in waiting for value in (row.receipt, row.sealed_about, row.sealed_text)}
    after = {
        value for row in released(store) for value in (row.key.encode(), row.receipt, row.sealed_text, row.sealed_unit)
    }
    assert len(before) == 18
    assert len(after) == 24
    assert not before & after
    assert not {hashlib.sha256(value).digest() for value in before} & after


def test_a_texts_size_says_nothing(store: InputStore) -> None:
    about = About("osu2020", "risk", date(2020, 11, 24))
    for text in ("n", "Ø" * LONGEST, "å\n" * 700, "{" * LONGEST, "\x00", "slutt\xff"):
        anonymous_input.submit(store, about, text)
    with store.database.reading() as session:
        rows = session.exec(select(WaitingInput)).all()
    assert len({(len(row.sealed_about), len(row.sealed_text)) for row in rows}) == 1
    input_release.look(store, OSU, WEDNESDAY)
    assert len({(len(row.sealed_text), len(row.sealed_unit or b"")) for row in released(store)}) == 1
    assert texts(store) == {"n", "Ø" * LONGEST, ("å\n" * 700).strip(), "{" * LONGEST, "\x00", "slutt\xff"}


def test_on_postgresql_a_batch_has_one_transaction_and_an_order_of_its_own(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """200 inputs: their place says as much of when they came as chance does, and their transaction nothing."""
    store = InputStore(Database(inputs_database(request, "postgresql", tmp_path)), Fernet.generate_key().decode())
    input_release.look(store, OSU, NOW)
    send(store, 200)
    input_release.look(store, OSU, WEDNESDAY)
    with store.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT xmin::text, sealed_text FROM input ORDER BY ctid").all()
        forms = connection.exec_driver_sql("SELECT xmin::text, form FROM sent_form ORDER BY ctid").all()
    came = [int(store.opened(bytes(sealed)).rsplit(" ", 1)[1]) for _, sealed in rows]
    assert {xmin for xmin, _ in rows} == {xmin for xmin, _ in forms}
    assert len({xmin for xmin, _ in rows}) == 1
    assert abs(correlation(came)) < 0.3
    order = {store.form_hash(f"osu2020-{n}"): n for n in range(200)}
    assert abs(correlation([order[bytes(form)] for _, form in forms])) < 0.3
    store.database.close()


def correlation(places: list[int]) -> float:
    """Spearman's, of the order in which they lie with that in which they came. Beyond 0.3 it is once in 40,000 for 200
    in an order made by chance."""
    n = len(places)
    return 1 - 6 * sum((place - came) ** 2 for place, came in enumerate(places)) / (n * (n * n - 1))


def test_what_waited_is_off_the_disk_after_the_look(inputs: InputStore) -> None:
    input_release.look(inputs, OSU, NOW)
    send(inputs, 6)
    with inputs.database.reading() as session:
        waiting = [bytes(row.receipt) for row in session.exec(select(WaitingInput))]
        sealed = [bytes(row.sealed_text)[:60] for row in session.exec(select(WaitingInput))]
    path = Path(inputs.database.url.database or "")
    assert all(one in on_disk(path) for one in (*waiting, *sealed))
    input_release.look(inputs, OSU, WEDNESDAY)
    assert input_release.erase(inputs)
    assert not any(one in on_disk(path) for one in (*waiting, *sealed))
    assert len(texts(inputs)) == 6


def test_erasing_waits_for_who_reads_and_is_done_then(inputs: InputStore) -> None:
    input_release.look(inputs, OSU, NOW)
    path = Path(inputs.database.url.database or "")
    send(inputs, 6)
    log = path.with_name(f"{path.name}-wal")
    input_release.look(inputs, OSU, WEDNESDAY)
    assert input_release.erase(inputs)
    with inputs.database.reading() as session:
        assert [row.is_erased for row in session.exec(select(input_release.InputLook))] == [True]
    # Only that it is done was written since.
    assert log.stat().st_size < 3 * 4096 + 200


def on_disk(path: Path) -> bytes:
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def test_on_postgresql_what_waited_is_in_no_file_of_its_tables_after_the_look(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    store = InputStore(Database(inputs_database(request, "postgresql", tmp_path)), Fernet.generate_key().decode())
    input_release.look(store, OSU, NOW)
    send(store, 6)
    with store.database.reading() as session:
        waiting = [bytes(row.receipt) for row in session.exec(select(WaitingInput))]
    assert all(one in heap(store, "waiting_input") for one in waiting)
    input_release.look(store, OSU, WEDNESDAY)
    assert input_release.erase(store)
    assert heap(store, "waiting_input") == b""
    assert len(texts(store)) == 6
    store.database.close()


def heap(store: InputStore, table: str) -> bytes:
    """The table's file as it lies on the server."""
    with store.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("CHECKPOINT")
        read = f"SELECT pg_read_binary_file(pg_relation_filepath('{table}'))"
        return bytes(connection.exec_driver_sql(read).scalar_one() or b"")


def test_an_input_is_gone_after_the_programmes_weeks_and_off_the_disk(inputs: InputStore) -> None:
    kept = Programme(key="osu2020", name="OSU 2020", smallest_group=6, inputs_kept_weeks=8)
    input_release.look(inputs, kept, NOW)
    (digits,) = send(inputs, 1)
    send(inputs, 1, "os2019")
    input_release.look(inputs, kept, SET)
    input_release.look(inputs, OTHER, NOW)
    input_release.look(inputs, OTHER, SET)
    weekly(inputs, kept, SET, datetime(2021, 1, 24, tzinfo=OSLO))
    path = Path(inputs.database.url.database or "")
    sealed = [bytes(row.sealed_text)[:60] for row in released(inputs) if row.programme_key == "osu2020"]
    # It came in week 48: kept through week 3, the eighth after it.
    input_release.look(inputs, kept, datetime(2021, 1, 24, 23, tzinfo=OSLO))
    assert anonymous_input.find(inputs, digits) is not None
    input_release.look(inputs, kept, datetime(2021, 1, 25, 7, tzinfo=OSLO))
    assert anonymous_input.find(inputs, digits) is None
    assert input_release.erase(inputs)
    assert not any(one in on_disk(path) for one in sealed)
    assert [row.programme_key for row in released(inputs)] == ["os2019"]


def test_what_is_older_than_the_retention_period_is_read_first_when_the_bot_was_down(inputs: InputStore) -> None:
    kept = Programme(key="osu2020", name="OSU 2020", smallest_group=6, inputs_kept_weeks=8)
    input_release.look(inputs, kept, NOW)
    (digits,) = send(inputs, 1)
    back = SET + timedelta(weeks=60)
    for weeks in range(4):
        weekly(inputs, kept, back, back + timedelta(weeks=weeks))
        found = anonymous_input.find(inputs, digits)
        assert found is not None
        assert not found.is_waiting, "it is in the queue for four weeks"
    weekly(inputs, kept, back + timedelta(weeks=4), back + timedelta(weeks=5))
    assert anonymous_input.find(inputs, digits) is None


def test_a_notification_is_released_twice_a_week_and_takes_no_input_with_it(inputs: InputStore) -> None:
    input_release.look(inputs, OSU, SET)
    (digits,) = send(inputs, 1)
    about = About("osu2020", "other", SET.date(), is_notification=True)
    notification = anonymous_input.submit(inputs, about, "Dette er et varsel")

    def waiting() -> list[bool]:
        both = (anonymous_input.find(inputs, one) for one in (digits, notification))
        return [one is not None and one.is_waiting for one in both]

    for days in (1, 2):
        input_release.look(inputs, OSU, SET + timedelta(days=days))
        assert waiting() == [True, True]
    input_release.look(inputs, OSU, SET + timedelta(days=3))
    assert waiting() == [True, False]
    input_release.look(inputs, OSU, SET + timedelta(days=7))
    assert waiting() == [False, False]


def weekly(store: InputStore, programme: Programme, since: datetime, until: datetime) -> None:
    """The bot is up, and looks."""
    while since <= until:
        input_release.look(store, programme, since)
        since += timedelta(weeks=1)


def test_on_postgresql_what_was_kept_long_enough_is_in_no_file_of_its_table(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    store = InputStore(Database(inputs_database(request, "postgresql", tmp_path)), Fernet.generate_key().decode())
    input_release.look(store, OSU, NOW)
    send(store, 6)
    input_release.look(store, OSU, WEDNESDAY)
    keys = [row.key.encode() for row in released(store)]
    assert all(key in heap(store, "input") for key in keys)
    weekly(store, OSU, WEDNESDAY + timedelta(weeks=100), WEDNESDAY + timedelta(weeks=105))
    assert input_release.erase(store)
    assert heap(store, "input") == b""
    store.database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_inputs_of_an_earlier_version_are_kept_and_say_no_more_of_when_they_came_or_how_long_they_are(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    key = Fernet.generate_key()
    store = InputStore(Database(empty_database(request, kind, tmp_path)), key.decode())
    migrating.upgrade(store.database, "inputs", BEFORE_WAITING)
    before = MetaData()
    before.reflect(store.database.engine)
    for number in range(60):
        with store.database.engine.begin() as connection:
            connection.execute(before.tables["input"].insert().values(earlier(store, Fernet(key), number)))
    migrating.migrate(store.database, "inputs")
    input_release.look(store, OSU, NOW)
    assert input_release.erase(store)
    found = [anonymous_input.find(store, f"{number:016}") for number in range(60)]
    assert [opened.text for opened in found if opened] == ["x" * (number + 1) for number in range(60)]
    assert [opened.answer for opened in found if opened] == ["Takk." if n % 2 else None for n in range(60)]
    assert len({len(row.sealed_text) for row in released(store)}) == 1
    assert len({len(row.sealed_answer) for row in released(store) if row.sealed_answer}) == 1
    if kind == "postgresql":
        with store.database.engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT xmin::text, sealed_text FROM input ORDER BY ctid").all()
        assert len({xmin for xmin, _ in rows}) <= 2
        assert abs(correlation([len(store.opened(bytes(sealed))) - 1 for _, sealed in rows])) < 0.55
    store.database.close()


#: The last version that stored inputs where handlers read them at once.
BEFORE_WAITING = "2c94a7e6f018"


def earlier(store: InputStore, seal: Fernet, number: int) -> dict[str, object]:
    """An input as that version stored it: sealed as long as it is."""
    return {
        "key": secrets.token_hex(16),
        "programme_key": "osu2020",
        "topic": "risk",
        "week": "2020-W47",
        "sealed_text": seal.encrypt_at_time(b"x" * (number + 1), 0),
        "receipt": store.receipt_hash(f"{number:016}"),
        "sealed_answer": seal.encrypt_at_time(b"Takk.", 0) if number % 2 else None,
    }
