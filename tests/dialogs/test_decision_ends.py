"""A decision begun by mistake is withdrawn in everybody's chat; one that was confirmed is closed, and that is told."""

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.decision_ends import queue_taken_back
from storage import programmes
from storage.decisions import Decision
from storage.outbox import Kind, Message, OutboxRow, Status
from tests.conftest import NOW
from tests.dialogs import test_decisions
from tests.dialogs.test_decisions import holder, record, record_all, rows, tell
from tests.dialogs.test_planned import sent, told
from tests.talk import Talk

turns, only_leader, union, safety = (
    test_decisions.turns, test_decisions.only_leader, test_decisions.union, test_decisions.safety,
)  # fmt: skip


def arrived(turns: Turns) -> None:
    """What is owed has arrived, each under a name of its own."""
    with turns.database.writing() as session:
        for row in session.exec(select(OutboxRow).where(OutboxRow.status == Status.WAITING)):
            row.status, row.platform_id, row.next_at = Status.SENT, f"id-{row.id}", None
            session.add(row)


def edits(turns: Turns) -> list[tuple[str, bool]]:
    """What takes the place of something that arrived: its title, and whether it waits to be sent."""
    with turns.database.reading() as session:
        found = session.exec(
            select(Message, OutboxRow)
            .join(OutboxRow, OutboxRow.message_id == Message.id)
            .where(OutboxRow.amends_id != None)  # noqa: E711
        )
        return [(message.cards["nb"]["title"], row.status == Status.WAITING) for message, row in found]


def test_whoever_began_it_withdraws_it_and_what_was_asked_is_changed_in_place(
    only_leader: Talk, safety: Talk, union: Talk, turns: Turns
) -> None:
    tell(only_leader)
    only_leader.press("decision.ask")
    arrived(turns)
    only_leader.act("decision.open", decision=1)
    form = only_leader.press("decision.end")
    assert "Trekk tilbake «Ny modell»" in form.title
    lacking = only_leader.press("decision.ended", reason="")
    assert [question.name for question in lacking.questions if question.error] == ["reason"]
    card = only_leader.press("decision.ended", reason="Begynt ved en feil.")
    assert card.outcome == "done"
    assert "Trukket tilbake: Begynt ved en feil." in card.as_text()
    assert not {button.action for button in card.buttons} & {"decision.step", "decision.ask", "decision.end"}
    assert edits(turns) == [("Trukket tilbake: Ny modell", True)]
    assert "trukket tilbake: Begynt ved en feil." in union.act("decision.list").as_text()
    only_leader.act("decision.ended", decision=1, how="withdrawn", reason="Igjen.")
    assert len(edits(turns)) == 1


def test_what_was_on_the_wire_is_taken_back_by_the_clock(only_leader: Talk, safety: Talk, turns: Turns) -> None:
    tell(only_leader)
    only_leader.press("decision.ask")
    with turns.database.writing() as session:
        asked = session.exec(
            select(OutboxRow).join(Message, OutboxRow.message_id == Message.id).where(Message.kind == Kind.NOTICE)
        ).one()
        asked.status = Status.SENDING
        session.add(asked)
    only_leader.act("decision.ended", decision=1, how="withdrawn", reason="Feil.")
    assert edits(turns) == []
    clock(turns)
    assert edits(turns) == []
    with turns.database.writing() as session:
        row = session.get_one(OutboxRow, asked.id)
        row.status, row.platform_id, row.next_at = Status.SENT, "late", None
        session.add(row)
    clock(turns)
    clock(turns)
    assert edits(turns) == [("Trukket tilbake: Ny modell", True)]


def clock(turns: Turns) -> None:
    with turns.database.writing() as session:
        while queue_taken_back(session, programmes.get(session, "osu2020"), NOW):
            pass


def test_after_the_confirmation_it_is_closed_and_the_employees_side_is_told(
    only_leader: Talk, union: Talk, safety: Talk, turns: Turns
) -> None:
    tell(only_leader)
    record_all(only_leader, safety)
    union.press(told(turns, "union-1")[0].buttons[0])
    union.press("decision.confirm")
    only_leader.act("decision.open", decision=1)
    form = only_leader.press("decision.end")
    assert "Lukk «Ny modell»" in form.title
    refused = only_leader.act("decision.ended", decision=1, how="withdrawn", reason="Angrer.")
    assert "bekreftet av de tillitsvalgte" in refused.title
    only_leader.act("decision.end", decision=1)
    assert only_leader.press("decision.ended", reason="Rammene er endret.").outcome == "done"
    for account in ("union-1", "safety-1"):
        last = told(turns, account)[-1].as_text()
        assert "Lukket: Ny modell" in last
        assert "Rammene er endret." in last
    assert union.act("decision.confirm", decision=1, version=4).outcome == "refused"


def test_another_leader_cannot_withdraw_it_but_close_it(only_leader: Talk, union: Talk, turns: Turns) -> None:
    tell(only_leader)
    other = holder(turns, "chief-2", "leader")
    other.act("decision.open", decision=1)
    assert "Lukk" in other.press("decision.end").title
    refused = other.act("decision.ended", decision=1, how="withdrawn", reason="Feil.")
    assert "Bare den som begynte saken" in refused.title
    for outsider in (union, Talk(turns, "nobody", NOW)):
        for action in ("decision.end", "decision.ended"):
            assert outsider.act(action, decision=1, reason="x").outcome == "refused"
    with turns.database.reading() as session:
        assert session.exec(select(Decision)).one().ended is None


def test_a_draft_that_told_of_it_is_asked_anew(only_leader: Talk, turns: Turns) -> None:
    tell(only_leader)
    only_leader.act("decision.ended", decision=1, how="withdrawn", reason="Feil.")
    only_leader.act("announcement.open", announcement=1)
    question = next(q for q in only_leader.shown[-1].questions if q.name == "decided")
    assert question.value == "-"
    assert "1" not in [choice.value for choice in question.choices]
    assert only_leader.send(decided="1").outcome == "refused"
    assert sent(turns) == 0
    only_leader.act("announcement.open", announcement=1)
    assert only_leader.send(decided="new").outcome == "refused"
    assert rows(turns, Decision) == 2, "another one, not the one that was withdrawn"


@pytest.mark.parametrize("wrong", [{}, {"decision": 77}, {"decision": "1"}, {"how": "deleted"}, {"reason": 7}])
def test_what_no_form_sends_ends_nothing(only_leader: Talk, turns: Turns, wrong: dict[str, object]) -> None:
    tell(only_leader)
    record(only_leader, "risk", test_decisions.RISK)
    card = only_leader.act("decision.ended", **{"decision": 1, "how": "withdrawn", **wrong})
    assert card.outcome == "refused"
    with turns.database.reading() as session:
        assert session.exec(select(Decision)).one().ended is None
