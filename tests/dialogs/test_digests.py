"""A digest tells what is new since the last one, once, on the person's day; leaders get a card on Mondays."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from bot.turns import Turns
from dialogs.card import Card
from dialogs.digests import queue_digests
from storage import (
    announcements,
    broadcasts,
    digests,
    employees,
    loading,
    outbox,
    plan_changes,
    programme_file,
    programmes,
)
from storage.database import Database, Session
from storage.employees import Listed
from storage.milestones import Milestone
from storage.outbox import Kind, Message, OutboxRow
from storage.people import Address, Person
from tests.clockwork import run_at
from tests.conftest import NOW, PROGRAMMES, make_person
from tests.talk import Talk

OSLO = ZoneInfo("Europe/Oslo")
HELLO = {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}
MONDAY = datetime(2020, 11, 30, 9, tzinfo=OSLO)
NEWS = {"title": "Nye lokaler", "text": "Vi flytter i januar."}


def got(database: Database, name: str) -> list[Card]:
    """The digests that are owed to the person of that name, in their order."""
    with database.reading() as session:
        rows = session.exec(
            select(Message.cards)
            .join(OutboxRow)
            .join(Person)
            .where(Message.kind == Kind.DIGEST, Person.name == name)
            .order_by(OutboxRow.id)  # type: ignore[arg-type]
        ).all()
        return [Card.model_validate(cards["nb"]) for cards in rows]


def announce(leader: Talk) -> None:
    leader.now += timedelta(minutes=1)
    leader.act("announcement.preview", **NEWS)
    leader.send()


def move_kickoff(turns: Turns, day: date) -> None:
    with turns.database.writing() as session:
        row = session.exec(select(Milestone).where(Milestone.key == "osu-kickoff")).one()
        row.first_day = row.last_day = day
        session.add(row)
        programmes.mark_changed(session, "osu2020")


def weekly(person: Talk, weekday: str = "friday") -> Card:
    return person.act("subscription.set", on=True, topic="digest", frequency="weekly", weekday=weekday)


def test_whoever_subscribes_is_told_when_the_first_one_comes(employee: Talk) -> None:
    assert "fredag 27. november 2020 kl. 09:00" in weekly(employee).as_text()


def test_it_comes_on_the_persons_day_once_and_tells_what_is_new_and_next(
    employee: Talk, leader: Talk, turns: Turns
) -> None:
    weekly(employee)
    announce(leader)
    run_at(turns, "2020-11-27T08:59+01:00")
    assert got(turns.database, "Employee-1") == []
    run_at(turns, "2020-11-27T09:00+01:00")
    run_at(turns, "2020-11-27T09:05+01:00")
    (card,) = got(turns.database, "Employee-1")
    assert "Nye lokaler" in card.as_text()
    assert "Dette kommer" in card.as_text()
    assert got(turns.database, "Leader-1") == []


def test_nothing_new_sends_nothing_and_what_comes_later_is_told_next_time(
    employee: Talk, leader: Talk, turns: Turns
) -> None:
    weekly(employee)
    run_at(turns, "2020-11-27T09:00+01:00")
    assert got(turns.database, "Employee-1") == []
    leader.now = turns.clock.now()
    announce(leader)
    run_at(turns, "2020-12-04T09:00+01:00")
    run_at(turns, "2020-12-11T09:00+01:00")
    (card,) = got(turns.database, "Employee-1")
    assert "Nye lokaler" in card.as_text()


def test_what_was_before_the_subscription_is_not_told(employee: Talk, leader: Talk, turns: Turns) -> None:
    announce(leader)
    employee.now += timedelta(hours=2)
    weekly(employee)
    run_at(turns, "2020-11-27T09:00+01:00")
    assert got(turns.database, "Employee-1") == []


def test_a_digest_that_is_too_late_is_left_to_the_next_one(employee: Talk, leader: Talk, turns: Turns) -> None:
    employee.act("subscription.set", on=True, topic="digest", frequency="daily")
    announce(leader)
    run_at(turns, "2020-11-25T22:00+01:00")
    assert got(turns.database, "Employee-1") == []
    run_at(turns, "2020-11-27T09:00+01:00")
    assert len(got(turns.database, "Employee-1")) == 1


def test_what_one_waits_for_is_on_ones_own_card_only(employee: Talk, leader: Talk, turns: Turns) -> None:
    other = Talk(turns, "employee-2", NOW)
    for person in (employee, other):
        weekly(person)
    employee.act("workgroup.join", group="osu-omstilling")
    announce(leader)
    run_at(turns, "2020-11-27T09:00+01:00")
    assert "Du venter på svar" in got(turns.database, "Employee-1")[0].as_text()
    assert "Du venter på svar" not in got(turns.database, "Employee-2")[0].as_text()


def test_a_moved_milestone_is_new_with_both_of_its_days(employee: Talk, turns: Turns) -> None:
    run_at(turns, "2020-11-24T09:30+01:00")
    weekly(employee)
    move_kickoff(turns, date(2020, 12, 17))
    run_at(turns, "2020-11-25T09:00+01:00")
    run_at(turns, "2020-11-27T09:00+01:00")
    text = got(turns.database, "Employee-1")[0].as_text()
    assert "17. desember 2020" in text
    assert "endret fra" in text


def test_the_muted_and_those_without_a_digest_get_none(employee: Talk, leader: Talk, turns: Turns) -> None:
    weekly(employee)
    employee.act("subscription.set", on=False, topic="all")
    announce(leader)
    run_at(turns, "2020-11-27T09:00+01:00")
    assert got(turns.database, "Employee-1") == []


def test_leaders_get_a_card_on_monday_once(employee: Talk, leader: Talk, turns: Turns) -> None:
    employee.act("workgroup.join", group="osu-omstilling")
    announce(leader)
    run_at(turns, "2020-11-30T09:00+01:00")
    run_at(turns, "2020-11-30T10:00+01:00")
    (card,) = got(turns.database, "Leader-1")
    text = card.as_text()
    for part in ("Nye lokaler", "Tre linjer", "Dette kan ikke sies ennå"):
        assert part in text
    assert got(turns.database, "Employee-1") == []


def test_where_documents_disagree_the_monday_line_and_the_digest_tell_both_dates(
    employee: Talk, leader: Talk, turns: Turns
) -> None:
    weekly(employee)
    run_at(turns, "2020-12-08T09:00+01:00")
    leader.now = turns.clock.now()
    announce(leader)
    run_at(turns, "2020-12-11T09:00+01:00")
    run_at(turns, "2020-12-14T09:00+01:00")
    both = "tirsdag 15. desember 2020, men et annet dokument sier onsdag 16. desember 2020"
    assert both in got(turns.database, "Employee-1")[-1].as_text()
    assert f"kickoff, {both}." in got(turns.database, "Leader-1")[-1].as_text()


def test_what_was_new_in_a_week_whose_card_was_missed_is_in_the_next_one(leader: Talk, turns: Turns) -> None:
    run_at(turns, "2020-11-23T09:00+01:00")
    announce(leader)
    for moment in ("2020-11-29T09:00+01:00", "2020-12-03T09:00+01:00", "2020-12-07T09:00+01:00"):
        run_at(turns, moment)
    (card,) = got(turns.database, "Leader-1")
    assert NEWS["title"] in card.as_text()


def test_leaders_are_told_how_many_answers_are_promised_and_not_to_whom(
    employee: Talk, leader: Talk, turns: Turns
) -> None:
    leader.say("hei")
    employee.act("workgroup.join", group="osu-omstilling")
    run_at(turns, "2020-12-07T09:00+01:00")
    cards = [card.as_text() for card in got(turns.database, "Leader-1")]
    assert len([card for card in cards if "Tirsdag 8. desember 2020: 1 svar på en påmelding" in card]) == 1
    assert not any("Employee" in card for card in cards)


def test_leaders_get_no_card_of_a_week_without_news(leader: Talk, turns: Turns) -> None:
    leader.say("hei")
    run_at(turns, "2020-11-30T09:00+01:00")
    assert got(turns.database, "Leader-1") == []


def test_very_many_get_theirs_in_parts_and_each_once(
    leader: Talk, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "CHUNK", 7)
    with turns.database.writing() as session:
        for number in range(20):
            person = make_person(session, f"many-{number}")
            person.digest = "weekly"
            person.digest_weekday = "friday"
        make_person(session, "elsewhere", programme="os2019").digest = "weekly"
    announce(leader)
    run_at(turns, "2020-11-27T09:00+01:00")
    with turns.database.reading() as session:
        rows = session.exec(select(OutboxRow.person_id).join(Message).where(Message.kind == Kind.DIGEST)).all()
        messages = session.exec(select(Message).where(Message.kind == Kind.DIGEST)).all()
    assert len(rows) == len(set(rows)) == 20
    assert len(messages) == 1


@pytest.fixture
def many(database: Database) -> Database:
    """Twenty people with a weekly digest, and one announcement to tell them of."""
    with database.writing() as session:
        leader = make_person(session, "leader-1", "leader")
        for number in range(20):
            make_person(session, f"many-{number}").digest = "weekly"
        written = announcements.draft(session, leader, "osu2020", **NEWS, now=NOW)
        announcements.mark_sent(session, leader, written, written.version, owed_to_all(session), NOW)
    return database


def owed_to_all(session: Session) -> int:
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, {"nb": HELLO})
    return broadcasts.owe_everyone(session, "osu2020", message, "announcement").id or 0


def queue(database: Database, moment: datetime) -> int:
    """Runs the job until it finds nothing more to do; returns how many it settled."""
    settled = 0
    while True:
        with database.writing() as session:
            part = queue_digests(session, programmes.get(session, "osu2020"), moment)
        if not part:
            return settled
        settled += part


def owed_digests(database: Database) -> list[int | None]:
    with database.reading() as session:
        statement = select(OutboxRow.person_id).join(Message).where(Message.kind == Kind.DIGEST)
        return list(session.exec(statement))


def test_replicas_that_run_at_once_owe_each_person_one_digest(many: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "CHUNK", 3)
    with ThreadPoolExecutor(4) as replicas:
        settled = list(replicas.map(lambda _: queue(many, MONDAY), range(4)))
    assert sum(settled) >= 20
    assert len(owed_digests(many)) == len(set(owed_digests(many))) == 20


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_a_killed_replica_had_in_hand_another_one_does(many: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "CHUNK", 5)
    with ThreadPoolExecutor(1) as replica, Session(many.engine, info={"kept": {}}) as killed:
        assert queue_digests(killed, programmes.get(killed, "osu2020"), MONDAY) == 5
        meanwhile = replica.submit(queue, many, MONDAY)
        killed.rollback()
        assert meanwhile.result(20) + queue(many, MONDAY) == 20
    assert len(owed_digests(many)) == len(set(owed_digests(many))) == 20


def test_a_person_is_covered_until_their_hour_on_each_database(session: Session, person: Callable[..., Person]) -> None:
    one = person("one")
    one.digest = "weekly"
    session.flush()
    due = datetime(2020, 11, 30, 9, tzinfo=OSLO)
    waiting = digests.waiting(session, "osu2020", "weekly", None, due)
    assert [found.id for found, _ in waiting] == [one.id]
    for _ in range(2):
        digests.cover(session, "osu2020", [one.identity], due)
    assert digests.waiting(session, "osu2020", "weekly", None, due) == []
    message = outbox.write(session, "osu2020", Kind.DIGEST, {"nb": HELLO})
    assert [outbox.owe_each(session, [one.identity], message, "once", NOW) for _ in range(2)] == [1, 0]


def test_the_plan_is_known_the_first_time_and_compared_from_then_on(session: Session) -> None:
    def note() -> int:
        return plan_changes.note(session, programmes.get(session, "osu2020"), NOW)

    assert [note(), note()] == [0, 0]
    loading.load(session, programme_file.read(PROGRAMMES / "osu2020.yaml"))
    assert note() == 0
    row = session.exec(select(Milestone).where(Milestone.key == "osu-kickoff")).one()
    session.delete(row)
    session.flush()
    programmes.mark_changed(session, "osu2020")
    assert [note(), note()] == [1, 0]
    (change,) = plan_changes.between(session, "osu2020", NOW - timedelta(days=1), NOW)
    assert (change.key, change.what) == (row.key, plan_changes.What.REMOVED)


@given(
    frequency=st.sampled_from(sorted(digests.USEFUL_FOR)),
    weekday=st.sampled_from([None, *digests.WEEKDAYS]),
    seconds=st.integers(0, 10 * 366 * 86400),
)
def test_a_digest_is_always_due_at_nine_by_the_clock_on_its_day(
    frequency: str, weekday: str | None, seconds: int
) -> None:
    now = datetime.fromtimestamp(NOW.timestamp() + seconds, OSLO)
    before = digests.last_due(frequency, weekday, now, OSLO)
    after = digests.next_due(frequency, weekday, now, OSLO)
    assert before.timestamp() <= now.timestamp() < after.timestamp()
    assert digests.last_due(frequency, weekday, after - timedelta(seconds=1), OSLO) == before
    for due in (before, after):
        assert (due.hour, due.minute) == (9, 0)
        if frequency != "daily":
            assert digests.WEEKDAYS[due.weekday()] == (weekday or "monday")
    days = (after.date() - before.date()).days
    assert days in {"daily": (1, 3), "weekly": (7,), "biweekly": (14,), "monthly": (28, 35)}[frequency]


def test_outside_their_dates_in_the_people_file_nobody_gets_one(employee: Talk, leader: Talk, turns: Turns) -> None:
    weekly(employee)
    announce(leader)
    with turns.database.writing() as session:
        left = Listed("kari", None, "Kari", ends_on=date(2020, 11, 26))
        employees.save(session, "osu2020", [left], date(2020, 11, 24))
        address = session.exec(select(Address).where(Address.account == "employee-1")).one()
        address.directory_id = "kari"
        session.add(address)
    run_at(turns, "2020-11-27T09:00+01:00")
    with turns.database.reading() as session:
        statement = select(OutboxRow.status, OutboxRow.reason).join(Message).where(Message.kind == Kind.DIGEST)
        assert session.exec(statement).all() == [("skipped", "outside_dates")]
