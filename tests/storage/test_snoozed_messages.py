"""What somebody put off is theirs alone, waits in the database, and is found without looking through the outbox."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from storage import outbox, snoozed_messages
from storage.database import Session
from storage.outbox import Kind, OutboxRow, Status
from storage.people import Person
from storage.refusals import Refused
from tests.conftest import NOW, make_person

CARDS = {"nb": {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}}


def sent(session: Session, person: Person, kind: Kind, key: str) -> OutboxRow:
    outbox.owe(session, person, outbox.write(session, "osu2020", kind, CARDS), key)
    row = session.exec(select(OutboxRow).where(OutboxRow.idempotency_key == key)).one()
    row.status, row.next_at = Status.SENT, None
    session.add(row)
    session.flush()
    return row


def test_put_off_twice_is_once_and_another_moment_replaces_it(session: Session) -> None:
    row = sent(session, make_person(session), Kind.REMINDER, "a")
    for hours in (1, 1, 2):
        snoozed_messages.put_off(session, row, "osu2020", NOW + timedelta(hours=hours))
    assert snoozed_messages.due(session, "osu2020", NOW + timedelta(hours=1)) == []
    ((wish, found),) = snoozed_messages.due(session, "osu2020", NOW + timedelta(hours=2))
    assert (found.id, wish.due_at) == (row.id, NOW + timedelta(hours=2))
    assert snoozed_messages.due(session, "ou2021", NOW + timedelta(hours=2)) == []


def test_what_came_is_due_no_more_and_cannot_be_taken_back(session: Session) -> None:
    row = sent(session, make_person(session), Kind.REMINDER, "a")
    wish = snoozed_messages.put_off(session, row, "osu2020", NOW)
    again = outbox.write(session, "osu2020", Kind.PERSONAL_REMINDER, CARDS)
    snoozed_messages.mark_sent(session, wish, again)
    assert snoozed_messages.due(session, "osu2020", NOW) == []
    snoozed_messages.end(session, row)
    assert session.exec(select(snoozed_messages.SnoozedMessage.sent_as)).all() == [again.id]


def test_the_last_message_counts_and_changes_of_others_do_not(session: Session) -> None:
    person, other = make_person(session), make_person(session)
    reminder = sent(session, person, Kind.REMINDER, "a")
    sent(session, other, Kind.ANNOUNCEMENT, "b")
    sent(session, person, Kind.CORRECTION, "c")
    found = snoozed_messages.latest(session, person)
    assert found is not None
    assert found.id == reminder.id
    sent(session, person, Kind.ANNOUNCEMENT, "d")
    assert snoozed_messages.latest(session, person) is None


@pytest.mark.parametrize("kind", [Kind.ANNOUNCEMENT, Kind.NOTICE, Kind.TOP_LIST])
def test_what_is_no_reminder_cannot_be_put_off(session: Session, kind: Kind) -> None:
    person = make_person(session)
    row = sent(session, person, kind, "a")
    with pytest.raises(Refused, match=r"refused\.snooze\.gone"):
        snoozed_messages.get(session, person, row.id)


def test_the_last_message_is_found_by_its_index(session: Session) -> None:
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL reads few rows without one")
    query = "EXPLAIN QUERY PLAN SELECT id FROM outbox WHERE person_id = ? AND next_at IS NULL ORDER BY id DESC"
    plan = " ".join(str(row) for row in session.connection().exec_driver_sql(query, (1,)))
    assert "ix_outbox_settled_of" in plan
    assert session.exec(select(col(OutboxRow.id)).where(text("next_at IS NULL"))).all() == []
