"""Two processes at a status report at once: it is asked for once, answered by one at a time, and sent once."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from dialogs import status_notices
from storage import people, programmes, status_answers, status_days, status_reports, status_streams
from storage.database import Database, Session
from storage.outbox import OutboxRow
from storage.people import Person
from storage.status_answers import Said
from storage.status_days import Rhythm
from storage.status_reports import StatusReport
from tests.conftest import make_person
from tests.storage.test_initiatives_at_once import at_once

PROGRAMME = "ou2021"
ASKED = datetime(2021, 5, 18, 9, tzinfo=ZoneInfo("Europe/Oslo"))
MADE = ASKED + timedelta(days=2)
PROCESSES = 4


def prepared(database: Database) -> tuple[int, int]:
    """A project leader and the owner of its one stream; the reports begin on 20 May."""
    with database.writing() as session:
        programme = programmes.get(session, PROGRAMME)
        leader = make_person(session, "sjef", "leader", "safety_representative", programme=PROGRAMME)
        owner = make_person(session, "eier", programme=PROGRAMME)
        now = ASKED - timedelta(days=8)
        status_days.choose(session, leader, programme, Rhythm(date(2021, 5, 20), 3, time(9)), now, now.date())
        stream = status_streams.add(session, leader, programme, "Ledernivåer", "", now)
        status_streams.give(session, leader, programme, stream.key, owner, now)
        return leader.identity, owner.identity


def tick(now: datetime) -> Callable[[Session], object]:
    return lambda session: status_notices.queue_status_reports(session, programmes.get(session, PROGRAMME), now)


def owed(database: Database, prefix: str) -> int:
    with database.reading() as session:
        rows = session.exec(select(OutboxRow.idempotency_key)).all()
        return len([key for key in rows if key.startswith(prefix)])


def test_whoever_ticks_at_once_it_is_asked_for_and_composed_once(database: Database) -> None:
    prepared(database)
    assert sorted(at_once(database, [tick(ASKED)] * PROCESSES), key=str) == [0, 0, 0, 1]
    at_once(database, [tick(MADE)] * PROCESSES)
    with database.reading() as session:
        assert len(session.exec(select(StatusReport)).all()) == 1
    assert (owed(database, "status-ask:"), owed(database, "status-draft:")) == (1, 1)


def test_of_two_who_answer_at_once_one_is_told_of_the_other(database: Database) -> None:
    leader, owner = prepared(database)
    at_once(database, [tick(ASKED)])

    def answering(key: int, text: str) -> Callable[[Session], object]:
        def work(session: Session) -> object:
            programme, person = programmes.get(session, PROGRAMME), session.get_one(Person, key)
            report = status_reports.newest(session, PROGRAMME)
            assert report is not None
            item = status_reports.items(session, report)[0].identity
            return status_answers.answer(session, person, programme, item, Said(done=text), 0, ASKED).number

        return work

    works = [answering(owner, "Fra eieren."), answering(leader, "Fra lederen.")] * 2
    came_to = at_once(database, works)
    # The same twice is once, so that both presses of whoever was first are the first answer.
    assert sorted(came_to, key=str) == [1, 1, "refused.status.overtaken", "refused.status.overtaken"]


def test_however_often_it_is_sent_at_once_it_is_sent_once(database: Database) -> None:
    leader, _ = prepared(database)
    at_once(database, [tick(ASKED)])
    at_once(database, [tick(MADE)])
    with database.reading() as session:
        report = status_reports.newest(session, PROGRAMME)
        assert report is not None
        key, version = report.identity, report.version

    def sending(session: Session) -> object:
        programme, person = programmes.get(session, PROGRAMME), session.get_one(Person, leader)
        assert people.roles(session, person, PROGRAMME)
        sent, is_new = status_reports.send(session, person, programme, key, version, MADE)
        if is_new:
            status_notices.tell(session, programme, sent)
        return is_new

    assert sorted(at_once(database, [sending] * PROCESSES), key=str) == [False, False, False, True]
    assert owed(database, "status-report:") == 1
