"""The order that goes to everyone is looked at by two: asked for in the chat, held back at its hour, sent once."""

from datetime import datetime

import pytest
from sqlmodel import func, select

from bot.schedule import Schedule
from bot.turns import Turns
from dialogs.card import Card
from storage import initiatives, occurrences, people, top_approvals
from storage.approvals import State
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.initiatives import TopList
from storage.outbox import Kind, Message
from storage.people import Person
from storage.top_approvals import TopApproval
from tests.conftest import NOW
from tests.dialogs import test_planned
from tests.dialogs.test_planned import told
from tests.talk import Talk

turns = test_planned.turns
ORDER = {"place_1": "osu-ini-kompetanse", "place_2": "osu-ini-kommunegard"}
OTHER_ORDER = {"place_1": "osu-ini-ledelse"}
#: The first Monday of December, when the clock sends it.
HOUR = "2020-12-07T09:00+01:00"


@pytest.fixture
def other(leader: Talk, turns: Turns) -> Talk:
    """A second leader, who has met the bot."""
    made = Talk(turns, "leader-2", NOW)
    made.say("hei")
    leader.say("hei")
    return made


def asked(turns: Turns, talk: Talk) -> Card:
    """The newest request that somebody was told of, as they see it in their chat."""
    card = told(turns, talk.where.account)[-1]
    talk.shown = (card,)
    return card


def run_at(turns: Turns, moment: str) -> int:
    """Runs the clock then; how many top lists everyone is owed since the beginning."""
    turns.clock.go(datetime.fromisoformat(moment))  # type: ignore[attr-defined]
    Schedule(turns.database, turns.clock, lambda: None).run_due()
    return top_lists(turns.database)


def top_lists(database: Database) -> int:
    with database.reading() as session:
        statement = select(func.count()).select_from(Broadcast).join(Message).where(Message.kind == Kind.TOP_LIST)
        return session.exec(statement).one()


def held(turns: Turns, account: str) -> list[Card]:
    return [card for card in told(turns, account) if card.title == "Topp 5 gikk ikke ut"]


def test_whoever_sets_it_sees_that_it_waits_and_the_others_are_asked_once(
    leader: Talk, other: Talk, turns: Turns
) -> None:
    for _ in range(2):
        card = leader.act("top.save", **ORDER)
    assert "venter på godkjenning" in card.title
    assert "Du satte rekkefølgen" in card.as_text()
    assert "Leader-2" in card.as_text()
    assert not [button for button in card.buttons if button.action == "top.send"]
    assert [len(told(turns, account)) for account in ("leader-1", "leader-2")] == [0, 1]
    text = asked(turns, other).as_text()
    assert "Leader-1 har satt denne rekkefølgen" in text
    assert "Kompetansestrategi" in text
    assert "7. desember 2020" in text


def test_approved_it_goes_out_at_its_hour_once(leader: Talk, other: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    asked(turns, other)
    approving = next(button for button in other.shown[-1].buttons if button.action == "top.approve")
    assert "7. desember 2020" in other.press(approving).as_text()
    assert other.press(approving).outcome == "done"
    assert [card.title for card in told(turns, "leader-1")] == ["Leader-2 har godkjent topp 5"]
    assert [run_at(turns, moment) for moment in (HOUR, "2020-12-07T09:05+01:00")] == [1, 1]
    assert held(turns, "leader-1") == []


def test_unapproved_at_its_hour_it_is_held_leaders_are_told_and_approved_in_time_it_goes(
    leader: Talk, other: Talk, turns: Turns
) -> None:
    leader.act("top.save", **ORDER)
    asked(turns, other)
    assert [run_at(turns, moment) for moment in (HOUR, "2020-12-07T09:05+01:00")] == [0, 0]
    for account in ("leader-1", "leader-2"):
        (card,) = held(turns, account)
        assert "mandag 7. desember 2020" in card.as_text()
        assert "torsdag 10. desember 2020" in card.as_text()
    with turns.database.reading() as session:
        assert occurrences.is_recorded(session, "top-list-held:osu2020", datetime.fromisoformat(HOUR))
    other.shown, other.now = (held(turns, "leader-2")[0],), turns.clock.now()
    other.press("top.approval")
    assert "Den går til alle nå" in other.press("top.approve").as_text()
    moments = ("2020-12-08T09:00+01:00", "2020-12-08T09:05+01:00", "2021-01-04T09:00+01:00")
    assert [run_at(turns, moment) for moment in moments] == [1, 1, 2]


def test_approved_too_late_it_goes_the_next_time(leader: Talk, other: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    run_at(turns, HOUR)
    assert run_at(turns, "2020-12-11T09:00+01:00") == 0
    other.now = turns.clock.now()
    asked(turns, other)
    other.shown = (held(turns, "leader-2")[0],)
    other.press("top.approval")
    assert "4. januar 2021" in other.press("top.approve").as_text()
    assert [run_at(turns, moment) for moment in ("2020-12-11T09:05+01:00", "2021-01-04T09:00+01:00")] == [0, 1]


def test_an_hour_that_the_clock_slept_through_promises_no_day_that_has_been(
    leader: Talk, other: Talk, turns: Turns
) -> None:
    leader.act("top.save", **ORDER)
    run_at(turns, "2020-12-04T09:00+01:00")
    assert [run_at(turns, moment) for moment in ("2020-12-11T09:00+01:00", "2020-12-11T09:05+01:00")] == [0, 0]
    (card,) = held(turns, "leader-1")
    assert "7. desember 2020" in card.as_text()
    assert "går den neste gang" in card.as_text()
    assert "10. desember" not in card.as_text()


def test_rejected_it_does_not_go_and_whoever_set_it_is_told_why(leader: Talk, other: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    asked(turns, other)
    assert other.press("top.reject", reason="").questions[0].error
    assert other.press("top.reject", reason="Ledelse mangler.").outcome == "done"
    card = told(turns, "leader-1")[-1]
    assert (card.title, "Ledelse mangler." in card.as_text()) == ("Leader-2 har avvist topp 5", True)
    assert run_at(turns, HOUR) == 0
    assert "er avvist" in held(turns, "leader-1")[0].as_text()
    leader.act("top.save", **ORDER)
    assert "Godkjenner du" in asked(turns, other).title, "saved again it is asked for again"


def test_an_order_that_another_came_after_is_not_approved(leader: Talk, other: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    approving = next(button for button in asked(turns, other).buttons if button.action == "top.approve")
    leader.act("top.save", **OTHER_ORDER)
    assert "endret siden du ble spurt" in other.press(approving).title
    assert other.press(next(b for b in asked(turns, other).buttons if b.action == "top.approve")).outcome == "done"
    with turns.database.reading() as session:
        states = session.exec(select(TopApproval.state).order_by("id")).all()
    assert states == [State.WITHDRAWN, State.APPROVED]


def test_what_was_approved_last_need_not_be_again_and_a_reason_that_changed_must(
    leader: Talk, other: Talk, turns: Turns
) -> None:
    leader.act("top.save", **ORDER)
    asked(turns, other)
    other.press("top.approve")
    leader.act("top.save", **OTHER_ORDER)
    assert "venter" not in leader.act("top.save", **ORDER).title
    assert "venter" in leader.act("top.save", **ORDER, why_1="Flest har bedt om det").title


@pytest.mark.parametrize("action", ["top.approve", "top.reject", "top.approval"])
def test_neither_who_set_it_nor_an_employee_decides(
    leader: Talk, other: Talk, employee: Talk, turns: Turns, action: str
) -> None:
    leader.act("top.save", **ORDER)
    values = asked(turns, other).buttons[0].values
    assert employee.act(action, **values, reason="nei").outcome == "refused"
    assert leader.act(action, **values, reason="nei").outcome == ("done" if action == "top.approval" else "refused")
    with turns.database.reading() as session:
        assert session.exec(select(TopApproval.state)).all() == [State.WAITING]


def test_a_deputy_approves_and_the_second_is_told_who_was_first(
    leader: Talk, other: Talk, employee: Talk, turns: Turns
) -> None:
    employee.say("hei")
    with turns.database.writing() as session:
        deputy = session.exec(select(Person).where(Person.name == "Employee-1")).one()
        people.grant(session, deputy, "osu2020", "deputy")
    leader.act("top.save", **ORDER)
    asked(turns, employee)
    assert employee.press("top.approve").outcome == "done"
    asked(turns, other)
    assert "Employee-1 har allerede godkjent" in other.press("top.approve").title


def test_an_order_from_before_anybody_was_asked_is_asked_for_at_its_hour(
    leader: Talk, other: Talk, turns: Turns
) -> None:
    with turns.database.writing() as session:
        author = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        order = TopList(programme_key="osu2020", initiative_keys=[*ORDER.values()], set_by=author.identity, set_at=NOW)
        session.add(order)
    assert run_at(turns, HOUR) == 0
    assert [card.title[:12] for card in told(turns, "leader-2")] == ["Godkjenner d", "Topp 5 gikk "]
    with turns.database.reading() as session:
        newest = initiatives.top(session, "osu2020")
        assert newest is not None
        assert top_approvals.latest(session, newest) is not None
