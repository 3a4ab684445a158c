"""Whoever sends something that takes its time sees how far it has come, in one card that changes by itself."""

import asyncio

import pytest
from sqlmodel import col, select, update
from tenacity import wait_none

from bot import sending
from bot.sending import Dispatcher
from bot.turns import Turns
from dialogs import progress as progress_card
from dialogs.card import Card
from storage import broadcasts, claims, lanes, outbox, progress
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.progress import Progress
from tests.channels import fake_channel
from tests.conftest import NOW
from tests.dialogs.test_planned import stored
from tests.talk import Talk

WRITTEN = {"title": "Kickoff", "text": "Velkommen."}


@pytest.fixture
def slow(turns: Turns, leader: Talk) -> Turns:
    """Two seconds to each of twelve people."""
    for number in range(11):
        Talk(turns, f"employee-{number}", NOW).say("hei")
    leader.act("announcement.preview", **WRITTEN)
    with turns.database.writing() as session:
        lanes.open_lane(session, "web", 2.0)
    return turns


def deliver(turns: Turns, most: int, *, settles: bool = True) -> None:
    with turns.database.writing() as session:
        for broadcast in broadcasts.unexpanded(session):
            broadcasts.expand(session, broadcast)
        for row in claims.claim(session, "web", most, 60):
            claims.begin_attempt(session, row)
            if settles:
                claims.settle(session, row.ended(Status.SENT, platform_id=row.edits or str(row.id)))


def tell(turns: Turns) -> None:
    """What the dispatcher does when it is time."""
    with turns.database.reading() as session:
        (broadcast,) = session.exec(select(Progress.broadcast_id)).all()
        standing = progress_card.look(session, broadcast)
    with turns.database.writing() as session:
        progress_card.tell(session, broadcast, standing)


def edits(turns: Turns) -> list[tuple[str, Card]]:
    """What the sender's card is changed to, and how far that has come."""
    with turns.database.reading() as session:
        rows = session.exec(select(OutboxRow).where(col(OutboxRow.amends_id).is_not(None))).all()
        return [(row.status, Card.model_validate(outbox.cards(session, row.message_id)["nb"])) for row in rows]


def told(turns: Turns) -> int:
    with turns.database.reading() as session:
        return len(session.exec(select(Message.id).where(Message.kind == Kind.PROGRESS)).all())


def is_over(turns: Turns) -> bool:
    with turns.database.reading() as session:
        return session.exec(select(Progress.next_at)).one() is None


def test_what_is_quickly_sent_needs_no_card(turns: Turns, leader: Talk) -> None:
    leader.act("announcement.preview", **WRITTEN)
    leader.send()
    with turns.database.reading() as session:
        assert session.exec(select(Progress)).all() == []


def test_the_senders_card_tells_how_far_it_is_until_all_is_sent(slow: Turns, leader: Talk) -> None:
    button = next(button for button in leader.shown[-1].buttons if button.action == "announcement.send")
    leader.send(button)
    leader.send(button)
    deliver(slow, 7)
    tell(slow)
    ((status, card),) = edits(slow)
    assert (status, card.title) == ("waiting", "Utsendingen av «Kickoff» pågår")
    assert "Levert: 6 / 12" in card.as_text()
    assert "██████████░░░░░░░░░░ 50 %" in card.as_text()
    assert "igjen" in card.as_text()
    assert not is_over(slow)
    deliver(slow, 100)
    tell(slow)
    ((_, card),) = edits(slow)
    assert card.title == "Utsendingen av «Kickoff» er ferdig"
    assert "100 %" in card.as_text()
    assert is_over(slow)
    tell(slow)
    assert told(slow) == 2


def test_what_says_the_same_is_not_said_again(slow: Turns, leader: Talk) -> None:
    leader.send()
    deliver(slow, 7)
    for _ in range(3):
        tell(slow)
    assert told(slow) == 1


def test_a_change_on_the_wire_is_not_overtaken(slow: Turns, leader: Talk) -> None:
    leader.send()
    deliver(slow, 1)
    tell(slow)
    with slow.database.writing() as session:
        only = col(OutboxRow.amends_id).is_not(None)
        session.execute(update(OutboxRow).where(only).values(status="sending", next_at=None))
    deliver(slow, 100)
    tell(slow)
    assert ([status for status, _ in edits(slow)], is_over(slow)) == (["sending"], False)
    with slow.database.writing() as session:
        session.execute(update(OutboxRow).where(only).values(status="sent"))
    tell(slow)
    ((status, card),) = edits(slow)
    assert (status, card.title, is_over(slow)) == ("waiting", "Utsendingen av «Kickoff» er ferdig", True)


def test_it_ends_where_the_sending_is_stopped(slow: Turns, leader: Talk) -> None:
    leader.send()
    deliver(slow, 4)
    leader.act("announcement.stop", announcement=stored(slow).id)
    tell(slow)
    ((_, card),) = edits(slow)
    assert card.title == "Utsendingen av «Kickoff» er stoppet"
    assert "%" not in card.as_text()
    assert is_over(slow)


async def test_the_dispatcher_tells_it_and_goes_on_after_a_restart(
    slow: Turns, leader: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "BACK_OFF", wait_none())
    monkeypatch.setattr(sending, "IDLE", 0.01)
    monkeypatch.setattr(sending, "AHEAD", 0.06)
    monkeypatch.setattr(progress, "RHYTHM", ((float("inf"), 0.02),))
    leader.send()
    with slow.database.writing() as session:
        lanes.open_lane(session, "web", 0.02)
        session.execute(update(Progress).values(next_at=1.0))
    channel = fake_channel()
    for wanted in (4, 13):
        dispatcher = Dispatcher(slow.database, {"web": channel})
        running = asyncio.create_task(dispatcher.run())
        async with asyncio.timeout(30):
            while len(channel.sent) < wanted or (wanted == 13 and not is_over(slow)):
                await asyncio.sleep(0.01)
            while wanted == 13 and edits(slow)[0][0] != "sent":
                await asyncio.sleep(0.01)
        await dispatcher.stop()
        await running
    assert len(channel.sent) == 13
    own = [card.title for card in channel.shown.values() if card.title != "Kickoff"]
    assert own == ["Utsendingen av «Kickoff» er ferdig"]
    assert len(channel.changes) > 1
