"""What the employer must say reaches those who turned messages off, and everyone sees by which law or agreement."""

import pytest
from sqlmodel import select

from dialogs.card import Card, Facts
from storage import broadcasts, claims, lanes, people
from storage.obligations import AnnouncementObligation
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.people import Person
from tests.conftest import NOW
from tests.talk import CheckedTurns, Talk

WRITTEN = {"title": "Drøfting om oppsigelser", "text": "Møtet er 8. desember."}
LAW = {"obligation": "required", "obligation_reason": "Arbeidsmiljøloven § 15-2 om masseoppsigelser"}


@pytest.fixture
def muted(employee: Talk, turns: CheckedTurns) -> Talk:
    """Somebody who turned messages off, and another one who wants only what the employer must say."""
    employee.act("subscription.set", on=False, topic="all")
    Talk(turns, "employee-2", NOW).act("quiet.musts", on=True)
    return employee


def send(leader: Talk, **form: str) -> Card:
    leader.act("announcement.preview", **WRITTEN)
    return leader.send(**form)


def expanded(turns: CheckedTurns) -> dict[str, tuple[str, str | None]]:
    """What is owed to each, once all rows are written."""
    with turns.database.writing() as session:
        for broadcast in broadcasts.unexpanded(session):
            broadcasts.expand(session, broadcast)
        rows = session.exec(select(Person.name, OutboxRow.status, OutboxRow.reason).join(OutboxRow)).all()
        return {name: (status, reason) for name, status, reason in rows}


def facts(card: Card) -> dict[str, str]:
    return dict(pair for block in card.blocks if isinstance(block, Facts) for pair in block.facts)


@pytest.mark.usefixtures("muted")
def test_it_reaches_those_who_turned_messages_off(leader: Talk, turns: CheckedTurns) -> None:
    assert send(leader, **LAW).outcome == "done"
    assert {state for state, _ in expanded(turns).values()} == {Status.WAITING}
    with turns.database.writing() as session:
        lanes.open_lane(session, "web", 0.0)
        claimed = claims.claim(session, "web", 10, 60)
        assert len(claimed) == 3, "also when it is claimed"
        message = session.exec(select(Message).where(Message.kind == Kind.ANNOUNCEMENT)).one()
    for language, why in (
        ("nb", "har plikt til å si det"),
        ("nn", "har plikt til å seie det"),
        ("en", "is obliged to"),
    ):
        text = Card.model_validate(message.cards[language]).as_text()
        assert why in text
        assert "Arbeidsmiljøloven § 15-2" in text


@pytest.mark.usefixtures("muted")
def test_without_the_mark_whoever_turned_messages_off_is_left_in_peace(leader: Talk, turns: CheckedTurns) -> None:
    send(leader)
    assert expanded(turns)["Employee-1"] == (Status.SKIPPED, "switched_off")
    assert expanded(turns)["Employee-2"] == (Status.WAITING, None)


@pytest.mark.usefixtures("muted")
def test_the_card_counts_them_and_the_report_says_why(leader: Talk, turns: CheckedTurns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    assert facts(leader.shown[-1])["Har slått av meldinger"] == "1"
    leader.send(**LAW, day="fredag", clock="09.00")
    leader.act("announcement.move", announcement=1)
    assert "Har slått av meldinger" not in facts(leader.shown[-1])
    assert {q.name: q.value for q in leader.shown[-1].questions if q.name in LAW} == LAW
    leader.send(**LAW)
    leader.act("announcement.report", announcement=1)
    assert facts(leader.shown[-1])["Pålagt, fordi"] == LAW["obligation_reason"]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_it_needs_a_reason_that_is_not_too_long(leader: Talk, turns: CheckedTurns, reason: str) -> None:
    card = send(leader, obligation="required", obligation_reason=reason)
    assert [question.name for question in card.questions if question.error] == ["obligation_reason"]
    assert expanded(turns) == {}


def test_urgent_and_required_at_once_is_one_press(leader: Talk, turns: CheckedTurns) -> None:
    assert send(leader, **LAW, urgency="urgent", urgency_reason="Fristen er i dag").outcome == "done"
    with turns.database.reading() as session:
        message = session.exec(select(Message).where(Message.kind == Kind.ANNOUNCEMENT)).one()
        assert (message.is_required, message.is_urgent) == (True, True)


def test_the_mark_is_looked_at_anew_and_can_be_taken_away(leader: Talk, turns: CheckedTurns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    old = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    leader.send(old, **LAW, day="fredag", clock="09.00")
    assert leader.send(old).outcome == "refused", "what was looked at was without it"
    leader.act("announcement.move", announcement=1)
    leader.send(obligation="free", obligation_reason="")
    with turns.database.reading() as session:
        assert session.exec(select(AnnouncementObligation)).all() == []
        assert not session.exec(select(Message).where(Message.kind == Kind.ANNOUNCEMENT)).one().is_required


def test_whoever_approves_it_sees_why(leader: Talk, turns: CheckedTurns) -> None:
    other = Talk(turns, "leader-2", NOW)
    other.say("hei")
    send(leader, **LAW)
    with turns.database.reading() as session:
        notices = session.exec(select(Message.cards).where(Message.kind == Kind.NOTICE)).all()
    assert any("Arbeidsmiljøloven § 15-2" in Card.model_validate(cards["nb"]).as_text() for cards in notices)


def test_to_those_who_follow_a_topic_it_does_not_count_in_the_week(
    leader: Talk, employee: Talk, turns: CheckedTurns
) -> None:
    employee.act("topic.follow", topic="workgroup:osu-omstilling")
    leader.act("announcement.preview", **WRITTEN)
    leader.press("announcement.audience")
    leader.press("announcement.addressed", topics="workgroup:osu-omstilling")
    leader.send(**LAW)
    with turns.database.reading() as session:
        message = session.exec(select(Message).where(Message.kind == Kind.ANNOUNCEMENT)).one()
        assert (message.is_required, message.is_unasked, message.gathers_at) == (True, False, None)


def test_only_leaders_mark(leader: Talk, employee: Talk, turns: CheckedTurns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    sending = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    assert employee.send(sending, **LAW).outcome == "refused"
    with turns.database.reading() as session:
        assert session.exec(select(AnnouncementObligation)).all() == []
        assert people.holders(session, "osu2020", "leader") != []
