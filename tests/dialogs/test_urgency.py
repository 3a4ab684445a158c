"""An urgent announcement reaches people in their quiet hours, and says why."""

import pytest
from sqlmodel import select

from bot.turns import Turns
from storage import announcements
from storage.outbox import Kind, Message
from storage.refusals import NotAllowed, Refused
from storage.urgency import URGENCY
from tests.conftest import NOW, make_person
from tests.dialogs import test_approvals, test_planned
from tests.dialogs.test_approvals import asked
from tests.dialogs.test_planned import AT, FRIDAY, WRITTEN, sent, stored, tick
from tests.talk import Talk

turns = test_planned.turns
other = test_approvals.other

URGENT = {"urgency": "urgent", "urgency_reason": "Vannet stenges i kveld"}
TOLD = "Haster, fordi: Vannet stenges i kveld"


def message(turns: Turns) -> Message:
    with turns.database.reading() as session:
        return session.exec(select(Message).where(Message.kind == Kind.ANNOUNCEMENT)).one()


def test_an_urgent_announcement_says_why_and_does_not_wait_for_the_morning(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    report = leader.send(**URGENT)
    assert "Vannet stenges i kveld" in report.as_text()
    owed = message(turns)
    assert owed.is_urgent
    assert "Haster, fordi: Vannet stenges i kveld" in str(owed.cards["nb"])
    assert "Urgent, because: Vannet stenges i kveld" in str(owed.cards["en"])


def test_without_a_mark_it_waits_as_before_and_a_reason_alone_is_no_mark(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    leader.send(urgency="normal", urgency_reason="Vannet stenges")
    assert not message(turns).is_urgent
    assert "Vannet stenges" not in str(message(turns).cards)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_an_urgent_one_without_a_reason_is_not_sent_and_keeps_what_was_chosen(
    leader: Talk, turns: Turns, reason: str
) -> None:
    leader.act("announcement.preview", **WRITTEN)
    card = leader.send(urgency="urgent", urgency_reason=reason, **FRIDAY)
    assert card.outcome == "refused"
    asked_of = {question.name: question for question in card.questions}
    assert [name for name, question in asked_of.items() if question.error] == ["urgency_reason"]
    assert (asked_of["urgency"].value, asked_of["urgency_reason"].value) == ("urgent", reason.strip())
    assert asked_of["day"].value == FRIDAY["day"]
    assert (sent(turns), stored(turns).send_at) == (0, None)
    assert leader.send(**URGENT).outcome == "done"


def test_pressing_twice_is_planning_once_and_it_is_urgent_when_the_clock_sends_it(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    button = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    for _ in range(2):
        assert leader.send(button, **URGENT, **FRIDAY).outcome == "done"
    assert stored(turns).send_at == AT
    assert tick(turns, AT) == 1
    assert message(turns).is_urgent


def test_a_mark_is_taken_away_again(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    leader.send(**URGENT, **FRIDAY)
    card = leader.press("announcement.move")
    values = {question.name: question.value for question in card.questions}
    assert (values["urgency"], values["urgency_reason"]) == ("urgent", "Vannet stenges i kveld")
    leader.send(**FRIDAY, urgency="normal", urgency_reason="Vannet stenges i kveld")
    assert stored(turns).send_at == AT
    tick(turns, AT)
    assert not message(turns).is_urgent


def test_an_old_card_marks_nothing(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    old = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    leader.press("announcement.edit")
    leader.press("announcement.preview", title="Kickoff", text="Noe annet")
    assert leader.send(old, **URGENT).outcome == "refused"
    assert sent(turns) == 0
    assert TOLD not in leader.act("announcement.open", announcement=1).as_text()


def test_who_approves_sees_why_and_a_mark_that_came_later_is_approved_anew(
    leader: Talk, other: Talk, turns: Turns
) -> None:
    leader.act("announcement.preview", **WRITTEN)
    leader.send(**FRIDAY)
    assert TOLD not in asked(turns, other).as_text()
    other.press("announcement.approve")
    leader.act("announcement.move", announcement=1)
    card = leader.send(**URGENT, **FRIDAY)
    assert "venter på godkjenning" in card.title
    tick(turns, AT)
    assert sent(turns) == 0


def test_what_is_urgent_and_asked_about_is_sent_urgent_when_approved(leader: Talk, other: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    button = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    for _ in range(2):
        assert "venter på godkjenning" in leader.send(button, **URGENT).title
    assert TOLD in asked(turns, other).as_text()
    other.press("announcement.approve")
    assert message(turns).is_urgent


def test_only_leaders_mark_and_only_drafts(turns: Turns) -> None:
    with turns.database.writing() as session:
        leader, employee = make_person(session, "leader", "leader"), make_person(session, "employee")
        draft = announcements.draft(session, leader, "osu2020", "x", "y", NOW)
        with pytest.raises(NotAllowed):
            URGENCY.mark(session, employee, draft, 1, "Vannet stenges")
        with pytest.raises(NotAllowed):
            URGENCY.unmark(session, employee, draft, 1)
        URGENCY.mark(session, leader, draft, 1, "Vannet stenges")
        draft.sent_at = NOW
        with pytest.raises(Refused, match="sent"):
            URGENCY.unmark(session, leader, draft, 2)
        assert URGENCY.why(session, draft) == "Vannet stenges"
