"""A report reaches the archive that the programme names, by e-mail and whole, and waits while there is no e-mail."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlmodel import select

from bot.email.send import EmailTransport
from bot.sending import Dispatcher
from bot.settings import EmailSettings
from dialogs import status_notices
from storage import lanes, programmes, status_answers, status_archive, status_reports, status_streams
from storage.database import Database, Session
from storage.outbox import OutboxRow, Status
from storage.programmes import Programme
from storage.status_answers import Said, Standing
from storage.status_reports import StatusReport
from tests.bot.conftest import LINKS
from tests.bot.mail_server import MailServer
from tests.conftest import make_person

PROGRAMME = "ou2021"
NOW = datetime(2021, 5, 20, 7, tzinfo=UTC)
ARCHIVE = "postmottak@kommunen.example"


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with MailServer() as made:
        yield made


def sent(session: Session) -> StatusReport:
    """A report that nobody but the archive gets."""
    programme = session.get_one(Programme, PROGRAMME)
    programme.status_reports = {**(programme.status_reports or {}), "archive": ARCHIVE}
    programmes.mark_changed(session, PROGRAMME)
    programme = programmes.get(session, PROGRAMME)
    leader = make_person(session, "sjef", "leader", programme=PROGRAMME)
    status_streams.add(session, leader, programme, "Ledernivåer", "", NOW)
    report = status_reports.open_one(session, programme, date(2021, 5, 20), date(2021, 5, 20), NOW, NOW)
    status_reports.compose(session, report)
    item = status_reports.items(session, report)[0].identity
    said = Said(done="Ni av tolv er kartlagt.", standing=Standing.LATE, why="To er syke.", risks=["Få folk"])
    status_answers.answer(session, leader, programme, item, said, 0, NOW)
    status_reports.send(session, leader, programme, report.identity, report.version, NOW)
    status_notices.tell(session, programme, report)
    return report


def state(database: Database) -> Status | None:
    with database.reading() as session:
        return status_archive.state(session, status_reports.sent(session, PROGRAMME)[0])


async def test_the_archive_gets_all_of_it_once(sqlite: Database, server: MailServer) -> None:
    with sqlite.writing() as session:
        lanes.open_lane(session, "email", 0.0)
        sent(session)
    given: dict[str, Any] = {"host": "127.0.0.1", "sender": "Omstilling <bot@kommunen.example>", "encryption": ""}
    dispatcher = Dispatcher(sqlite, {"email": EmailTransport(EmailSettings(port=server.port, **given), LINKS)})
    task = asyncio.create_task(dispatcher.run())
    async with asyncio.timeout(20):
        while state(sqlite) != Status.SENT:
            await asyncio.sleep(0.01)
    await dispatcher.stop()
    await task
    assert server.recipients == [ARCHIVE]
    message = server.taken[-1].get_body(("plain",))
    assert message is not None
    told = message.get_content()
    for words in ("Forsinket: To er syke.", "Ni av tolv er kartlagt.", "Få folk", "sendt av Sjef"):
        assert words in told, words


def test_owed_again_it_is_one_and_waits_while_there_is_no_e_mail(sqlite: Database) -> None:
    with sqlite.writing() as session:
        report = sent(session)
        row = session.exec(select(OutboxRow).where(OutboxRow.person_id == None)).one()  # noqa: E711
        message = session.get_one(status_archive.Message, row.message_id)
        assert not status_archive.owe(session, report, ARCHIVE, message)
    assert state(sqlite) == Status.WAITING
