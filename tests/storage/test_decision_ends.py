"""What was begun by mistake is withdrawn by whoever began it; what others relied on can only be closed; both stay."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, select

from storage import announcements, decided_announcements, decision_ends, decision_steps, decisions, lanes, outbox
from storage.database import Database
from storage.decision_ends import Ask
from storage.decisions import Decision, End, Step, WrongField
from storage.outbox import Kind, OutboxRow, Status
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from tests.conftest import NOW, make_person
from tests.storage.test_decisions import OSU, SAID, TODAY, Side

CARDS = {"nb": {"title": "Hei", "buttons": [{"title": "Hjelp", "action": "help"}]}}
WHY = "Den samme saken to ganger."


def withdraw(side: Side, by: Person | None = None, reason: str = WHY) -> bool:
    key = side.decision.identity
    return decision_ends.withdraw(side.session, by or side.leader, OSU, key, reason, NOW)[1]


def close(side: Side, by: Person | None = None, reason: str = WHY) -> bool:
    return decision_ends.close(side.session, by or side.leader, OSU, side.decision.identity, reason, NOW)[1]


@pytest.fixture
def side(session: Session) -> Side:
    return Side(session)


def test_it_is_withdrawn_once_and_kept(side: Side) -> None:
    side.record_all()
    assert withdraw(side)
    assert not withdraw(side, reason="Noe annet.")
    assert (side.decision.ended, side.decision.ended_why, side.decision.ended_by) == (
        End.WITHDRAWN, WHY, side.leader.id,
    )  # fmt: skip
    assert side.decision in decisions.latest(side.session, side.union, OSU, 10)
    assert len(decisions.steps(side.session, side.decision)) == len(SAID)


def test_nothing_more_is_done_about_it(side: Side) -> None:
    side.record_all()
    withdraw(side)
    key, version = side.decision.identity, side.decision.version
    for act in (
        lambda: decisions.rename(side.session, side.leader, OSU, key, "Annet"),
        lambda: decision_steps.record(side.session, side.leader, OSU, key, Step.RISK, SAID[Step.RISK], NOW, TODAY),
        lambda: decision_steps.confirm(side.session, side.union, OSU, key, version, None, NOW),
        lambda: side.settle(),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.key == "refused.decision.ended"
    assert not decision_steps.may_answer(side.session, side.union, side.decision)


def test_only_whoever_began_it_withdraws_it_and_only_leaders_end_anything(side: Side) -> None:
    other = make_person(side.session, "leader-2", "leader")
    with pytest.raises(Refused) as refused:
        withdraw(side, other)
    assert refused.value.key == "refused.decision.not_begun"
    for end in (withdraw, close):
        for who in (side.union, side.safety, make_person(side.session), make_person(side.session, "d", "deputy")):
            with pytest.raises(NotAllowed):
                end(side, who)
    assert close(side, other)


@pytest.mark.parametrize("changed", [False, True])
def test_what_was_ever_confirmed_is_closed_and_not_withdrawn(side: Side, changed: bool) -> None:
    side.record_all()
    side.confirm()
    if changed:
        side.record(Step.RISK, what="Sak 20/115")
    with pytest.raises(Refused) as refused:
        withdraw(side)
    assert refused.value.key == "refused.decision.relied_on"
    assert not decision_ends.may_withdraw(side.session, side.leader, side.decision)
    assert close(side)
    assert not close(side)
    assert side.decision.ended == End.CLOSED


def test_an_objection_stops_nobody_from_withdrawing(side: Side) -> None:
    side.record_all()
    decision_steps.object_to(
        side.session, side.union, OSU, side.decision.identity, side.decision.version, "Feil sak.", NOW
    )
    assert withdraw(side)


def test_what_was_announced_is_closed_and_what_is_decided_is_neither(side: Side) -> None:
    draft = announcements.draft(side.session, side.leader, OSU, "Ny modell", "Fra nyttår.", NOW)
    decided_announcements.say(side.session, side.leader, OSU, draft.id or 0, side.decision.identity, NOW)
    assert decision_ends.may_withdraw(side.session, side.leader, side.decision), "a draft is nothing told"
    draft.sent_at = NOW
    side.session.add(draft)
    side.session.flush()
    assert not decision_ends.may_withdraw(side.session, side.leader, side.decision)
    side.record_all()
    side.confirm()
    side.settle()
    for end in (withdraw, close):
        with pytest.raises(Refused) as refused:
            end(side)
        assert refused.value.key == "refused.decision.closed"


@pytest.mark.parametrize("reason", ["", "x" * 1001])
def test_it_needs_a_reason_that_is_not_too_long(side: Side, reason: str) -> None:
    for end in (withdraw, close):
        with pytest.raises(WrongField) as wrong:
            end(side, reason=reason)
        assert wrong.value.field == "reason"


def test_no_announcement_tells_of_what_was_ended(side: Side) -> None:
    draft = announcements.draft(side.session, side.leader, OSU, "Ny modell", "Fra nyttår.", NOW)
    key = side.decision.identity
    decided_announcements.say(side.session, side.leader, OSU, draft.id or 0, key, NOW)
    withdraw(side)
    with pytest.raises(Refused) as refused:
        decided_announcements.must_be_ready(side.session, OSU, draft.id)
    assert refused.value.key == "refused.decision.ended_told"
    other = announcements.draft(side.session, side.leader, OSU, "To", "Tekst.", NOW)
    with pytest.raises(Refused) as refused:
        decided_announcements.say(side.session, side.leader, OSU, other.id or 0, key, NOW)
    assert refused.value.key == "refused.decision.ended"


def test_the_same_form_begins_another_one_after_that(side: Side) -> None:
    withdraw(side)
    again = decisions.make(side.session, side.leader, OSU, "Ny modell", NOW, "form-1")
    assert again.id != side.decision.id


def test_what_was_asked_is_changed_where_it_arrived_and_not_sent_where_it_has_not(side: Side) -> None:
    session = side.session
    lanes.open_lane(session, "emulator", 0.0)
    message = outbox.write(session, OSU, Kind.NOTICE, CARDS)
    states = {
        "arrived": (Status.SENT, "platform-1"),
        "waits": (Status.WAITING, None),
        "on the wire": (Status.SENDING, None),
        "failed": (Status.FAILED, None),
    }
    rows = {}
    for name, (status, known_as) in states.items():
        outbox.owe(session, make_person(session), message, name)
        decision_ends.asked(session, side.decision, name)
        rows[name] = session.exec(select(OutboxRow).where(OutboxRow.idempotency_key == name)).one()
        rows[name].status, rows[name].platform_id = status, known_as
        session.add(rows[name])
    session.flush()
    withdraw(side)
    instead = outbox.write(session, OSU, Kind.RECALL, CARDS)
    assert decision_ends.take_back(session, side.decision, instead) == 3
    session.expire_all()
    edit = session.exec(select(OutboxRow).where(OutboxRow.message_id == instead.id)).one()
    assert (edit.amends_id, edit.status) == (rows["arrived"].id, Status.WAITING)
    assert (rows["waits"].status, rows["waits"].next_at) == (Status.SKIPPED, None)
    assert decision_ends.unsettled(session, OSU) == [side.decision]
    rows["on the wire"].status, rows["on the wire"].platform_id = Status.SENT, "platform-2"
    session.add(rows["on the wire"])
    session.flush()
    assert decision_ends.take_back(session, side.decision, instead) == 1
    assert decision_ends.take_back(session, side.decision, instead) == 0
    assert decision_ends.unsettled(session, OSU) == []
    assert len(session.exec(select(Ask)).all()) == len(states)


def test_two_who_end_it_at_once_end_it_once(database: Database) -> None:
    with database.writing() as session:
        side = Side(session)
        key, leaders = side.decision.identity, [side.leader.identity, make_person(session, "two", "leader").identity]

    def end(number: int) -> bool:
        with database.writing() as session:
            person = session.get_one(Person, leaders[number])
            return decision_ends.close(session, person, OSU, key, f"Grunn {number}", NOW)[1]

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(end, range(2))) == [False, True]
    with database.reading() as session:
        assert session.get_one(Decision, key).ended == End.CLOSED
