"""Whoever comes back after weeks of silence gets five lines of what is new, once, and the backlog with them."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.turns import Turns
from dialogs.card import Card, Items
from dialogs.together import MOST_LINES
from storage import absences, outbox, programmes
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.people import Person
from storage.programmes import Programme
from tests.conftest import NOW
from tests.dialogs.test_digests import announce, move_kickoff
from tests.dialogs.test_together import run_at
from tests.talk import Talk


def caught_up(turns: Turns) -> list[tuple[OutboxRow, Card]]:
    with turns.database.reading() as session:
        rows = session.exec(
            select(OutboxRow, Message.cards)
            .join(Message, col(Message.id) == OutboxRow.message_id)
            .where(col(OutboxRow.idempotency_key).startswith("back:"))
        ).all()
        return [(row, Card.model_validate(cards["nb"])) for row, cards in rows]


def after(person: Talk, turns: Turns, weeks: int) -> None:
    """The person is there on a Tuesday, and nothing is heard of them until so many weeks later."""
    person.say("hei")
    person.now = NOW + timedelta(weeks=weeks)
    turns.clock.go(person.now)  # type: ignore[attr-defined]


def tell(leader: Talk) -> None:
    """An announcement goes out in the week after."""
    leader.now = NOW + timedelta(days=8)
    announce(leader)


def lines(card: Card) -> list[str]:
    return [label for block in card.blocks if isinstance(block, Items) for label, _ in block.items]


def test_after_five_weeks_what_is_new_is_told_once(employee: Talk, leader: Talk, turns: Turns) -> None:
    employee.say("hei")
    tell(leader)
    after(employee, turns, 5)
    for _ in range(2):
        assert employee.say("hei").did == "greet", "the answer is what was asked for"
    ((row, card),) = caught_up(turns)
    assert (row.status, row.next_at is not None) == (Status.WAITING, True)
    assert lines(card) == ["Nye lokaler"]
    assert "together.show" not in [button.action for button in card.buttons], "there is no more of it"


@pytest.mark.parametrize(("weeks", "is_told"), [(1, False), (4, False), (5, True)])
def test_four_whole_weeks_of_silence_are_meant(
    employee: Talk, leader: Talk, turns: Turns, weeks: int, is_told: bool
) -> None:
    employee.say("hei")
    tell(leader)
    after(employee, turns, weeks)
    employee.act("help")
    assert bool(caught_up(turns)) is is_told


def test_a_programme_chooses_how_many_and_none_at_all(employee: Talk, leader: Talk, turns: Turns) -> None:
    tell(leader)
    employee.say("hei")
    for weeks, is_told in ((0, False), (1, True)):
        with turns.database.writing() as session:
            programme = session.get_one(Programme, "osu2020")
            programme.catch_up_after_weeks = weeks
            session.add(programme)
            programmes.mark_changed(session, "osu2020")
            for person in session.exec(select(Person)):
                person.active_week = date(2020, 11, 2)
                session.add(person)
        employee.now = NOW + timedelta(days=9)
        employee.say("hei")
        employee.say("hei igjen")
        assert bool(caught_up(turns)) is is_told, weeks


def test_nothing_new_tells_nothing(employee: Talk, turns: Turns) -> None:
    after(employee, turns, 6)
    employee.say("hei")
    assert caught_up(turns) == []


def test_who_was_never_heard_of_is_not_back(employee: Talk, leader: Talk, turns: Turns) -> None:
    tell(leader)
    employee.now = NOW + timedelta(weeks=10)
    employee.say("hei")
    assert caught_up(turns) == []


@pytest.mark.parametrize("off", [{"action": "quiet.musts", "on": True}, {"action": "subscription.set", "on": False}])
def test_who_wants_less_gets_none(employee: Talk, leader: Talk, turns: Turns, off: dict[str, object]) -> None:
    values = {name: value for name, value in off.items() if name != "action"}
    employee.act(str(off["action"]), **values)
    tell(leader)
    after(employee, turns, 6)
    employee.act("help")
    assert caught_up(turns) == []


def test_what_waited_comes_on_the_same_card_and_not_by_itself(employee: Talk, leader: Talk, turns: Turns) -> None:
    run_at(turns, "2020-11-24T09:30+01:00")
    employee.act("subscription.set", on=True, topic="digest", frequency="daily")
    employee.act("quiet.snooze", days=31)
    announce(leader)
    move_kickoff(turns, date(2020, 12, 17))
    for moment in ("2020-11-25T09:00+01:00", "2020-11-26T09:00+01:00", "2020-12-16T09:00+01:00"):
        run_at(turns, moment)
    employee.now = datetime.fromisoformat("2020-12-22T20:00+01:00")
    with turns.database.writing() as session:
        waiting = session.exec(select(OutboxRow.id).where(col(OutboxRow.held_until).is_not(None))).all()
        person = session.exec(select(Person).where(Person.name == "Employee-1")).one()
        person.active_week = date(2020, 11, 9)
        session.add(person)
    assert len(waiting) > 1
    turns.clock.go(employee.now)  # type: ignore[attr-defined]
    employee.act("help")
    ((row, card),) = caught_up(turns)
    assert row.next_at is not None, "they are there now, in what would be their quiet time"
    assert len(lines(card)) <= MOST_LINES + 1
    with turns.database.reading() as session:
        found = session.exec(
            select(OutboxRow.status).where(col(OutboxRow.id).in_(waiting), OutboxRow.person_id == row.person_id)
        )
        assert set(found) <= {Status.MERGED, Status.SKIPPED}
    whole = next(button for button in card.buttons if button.action == "together.show")
    employee.press(whole)
    assert any("Oppsummering" in shown.title for shown in employee.shown)
    run_at(turns, "2020-12-28T09:00+01:00")
    assert [one.idempotency_key for one, _ in caught_up(turns)] == [row.idempotency_key]


def test_only_the_week_is_kept(employee: Talk, turns: Turns) -> None:
    for now in (NOW, NOW + timedelta(days=3)):
        employee.now = now
        employee.act("help")
        with turns.database.reading() as session:
            (week,) = session.exec(select(Person.active_week).where(Person.name == "Employee-1"))
        assert week == date(2020, 11, 23), "a Monday, whenever in its week it was"
    assert absences.week_of(date(2020, 11, 29)) == date(2020, 11, 23)


def test_a_top_list_among_them_is_not_repeated() -> None:
    assert outbox.of_several([Kind.REMINDER, Kind.TOP_LIST]) not in outbox.REPEATABLE
    assert outbox.of_several([]) in outbox.REPEATABLE
