"""Very many are counted after the decision, as of it; nothing is sent before, and the report adds up all along."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlmodel import select

from storage import audiences, broadcasts, employees, lanes, outbox, stops
from storage.audiences import EVERYONE, Audience
from storage.database import Database, Session
from storage.employees import Listed
from storage.outbox import Kind, OutboxRow, Status
from storage.people import Address, Person
from storage.refusals import Refused
from tests.conftest import NOW, make_person

CARDS = {"nb": {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}}
PAY = Audience(units=("Lønn",))
WAITING, NOT_INSTALLED = (Status.WAITING, None), (Status.FAILED, "not_installed")


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiences, "LARGE", 2)


@pytest.fixture
def people(session: Session) -> list[Person]:
    """Four whom the bot has met, of whom the people file lists one, and somebody else; noise in another programme."""
    return _people(session)


def _people(session: Session) -> list[Person]:
    lanes.open_lane(session, "emulator", 0.0)
    make_person(session, "noise", programme="os2019")
    made = [make_person(session, f"employee-{number}") for number in range(4)]
    address = session.get_one(Address, made[0].address_id)
    address.directory_id = "0"
    session.add(address)
    session.flush()
    listed = [Listed("0", None, "Kari", "Lønn"), Listed("9", None, "Per", "Lønn")]
    employees.save(session, "osu2020", listed, date(2020, 11, 24))
    return made


def owe(session: Session, audience: Audience = EVERYONE, key: str = "once") -> int:
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, CARDS)
    return broadcasts.owe_audience(session, "osu2020", message, audience, key, NOW).id or 0


def count(session: Session, broadcast: int) -> None:
    broadcasts.set_count(session, broadcast, broadcasts.count(session, broadcast))


def expand(session: Session, broadcast: int) -> None:
    while broadcasts.expand(session, broadcast):
        pass


def test_nothing_is_written_before_they_are_counted(session: Session, people: list[Person]) -> None:
    broadcast = owe(session)
    assert (broadcasts.uncounted(session), broadcasts.unexpanded(session)) == ([broadcast], [])
    assert not broadcasts.expand(session, broadcast)
    assert broadcasts.report(session, broadcast) == (0, {})
    assert not broadcasts.is_counted(session, broadcast)
    count(session, broadcast)
    assert (broadcasts.uncounted(session), broadcasts.unexpanded(session)) == ([], [broadcast])
    assert broadcasts.report(session, broadcast) == (5, {WAITING: 5})
    expand(session, broadcast)
    assert broadcasts.report(session, broadcast) == (5, {WAITING: 4, NOT_INSTALLED: 1})


def test_they_are_counted_once(session: Session, people: list[Person]) -> None:
    broadcast = owe(session)
    count(session, broadcast)
    broadcasts.set_count(session, broadcast, broadcasts.Counted(99, tells_of_few=True))
    assert broadcasts.report(session, broadcast) == (5, {WAITING: 5})
    assert not broadcasts.tells_of_few(session, broadcast)


def test_they_are_those_of_the_decision(session: Session, people: list[Person]) -> None:
    broadcast = owe(session)
    make_person(session, "later")
    listed_later = make_person(session, "per")
    address = session.get_one(Address, listed_later.address_id)
    address.directory_id = "9"
    session.add(address)
    session.flush()
    count(session, broadcast)
    expand(session, broadcast)
    assert broadcasts.report(session, broadcast) == (5, {WAITING: 5})


def test_a_few_of_very_many_are_counted_later_too(session: Session, people: list[Person]) -> None:
    broadcast = owe(session, PAY)
    assert broadcasts.uncounted(session) == [broadcast]
    count(session, broadcast)
    expand(session, broadcast)
    assert broadcasts.report(session, broadcast) == (2, {WAITING: 1, NOT_INSTALLED: 1})


def test_few_are_counted_at_once(session: Session, people: list[Person], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audiences, "LARGE", 4)
    assert broadcasts.report(session, owe(session))[0] == 5
    assert broadcasts.uncounted(session) == []


def test_an_audience_of_nobody_is_refused_among_very_many(session: Session, people: list[Person]) -> None:
    for nobody in (Audience(units=("Ukjent",)), Audience(workgroup="osu-omstilling")):
        with pytest.raises(Refused, match="empty"):
            owe(session, nobody, key=str(nobody))


def test_what_is_stopped_before_they_are_counted_adds_up(session: Session, people: list[Person]) -> None:
    broadcast = owe(session)
    stops.stop(session, make_person(session, "leader", "leader"), broadcast, NOW)
    session.flush()
    assert broadcasts.report(session, broadcast) == (0, {})
    count(session, broadcast)
    session.expire_all()
    expand(session, broadcast)
    assert broadcasts.report(session, broadcast) == (5, {(Status.SKIPPED, "stopped"): 5})


def test_whoever_came_to_belong_to_them_meanwhile_is_one_of_the_planned(session: Session, people: list[Person]) -> None:
    broadcast = owe(session)
    count(session, broadcast)
    noise = session.exec(select(Person).where(Person.name == "Noise")).one()
    noise.current_programme = "osu2020"
    session.add(noise)
    session.flush()
    expand(session, broadcast)
    assert broadcasts.report(session, broadcast) == (6, {WAITING: 5, NOT_INSTALLED: 1})


@pytest.mark.parametrize("chunk", [1, 2, 3, 1000])
@pytest.mark.parametrize("looked_through", [1, 20])
def test_two_processes_expand_at_once_and_each_is_written_once(
    database: Database, chunk: int, looked_through: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcasts, "CHUNK", chunk)
    monkeypatch.setattr(broadcasts, "LOOKED_THROUGH", looked_through)
    with database.writing() as session:
        _people(session)
        for number in range(8):
            make_person(session, f"noise-{number}", programme="os2019")
            make_person(session, f"more-{number}")
        broadcast = owe(session)
        count(session, broadcast)

    def work(_: int) -> None:
        is_expanded = False
        while not is_expanded:
            with database.writing() as session:
                broadcasts.expand(session, broadcast)
            with database.reading() as session:
                is_expanded = broadcasts.unexpanded(session) == []

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, range(2)))
    with database.reading() as session:
        assert broadcasts.report(session, broadcast) == (13, {WAITING: 12, NOT_INSTALLED: 1})
        rows = session.exec(select(OutboxRow.person_id).where(OutboxRow.broadcast_id == broadcast)).all()
        assert len(rows) == len(set(rows)) == 13
