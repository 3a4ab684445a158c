""" "Jeg har lest" is counted once, told in steps and a day late, and never by name."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.card import Card
from storage import announcements, outbox, people, receipts
from storage.announcements import Announcement
from storage.broadcasts import Broadcast
from storage.database import Session
from storage.groups import Group
from storage.outbox import Kind, OutboxRow, Status
from storage.people import Person
from storage.receipts import Receipt
from storage.refusals import NotAllowed, Refused
from tests.conftest import NOW, make_person
from tests.dialogs.test_amendments import NEW, WRITTEN, deliver, look_at_correction, recall, shown_to
from tests.dialogs.test_planned import FRIDAY, stored
from tests.talk import Talk

TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)
K = 6


def send(leader: Talk, turns: Turns, *, asks: bool = True) -> int:
    leader.act("announcement.preview", **WRITTEN)
    if asks:
        leader.press("announcement.receipt")
    leader.send()
    deliver(turns)
    return stored(turns).id or 0


def confirmed(turns: Turns) -> list[tuple[int, int]]:
    with turns.database.reading() as session:
        return [(row.person_id, row.version) for row in session.exec(select(Receipt))]


def asks(card: Card) -> bool:
    return "announcement.read" in [button.action for button in card.buttons]


def test_it_is_asked_for_only_where_the_author_wants_it(leader: Talk, employee: Talk, turns: Turns) -> None:
    employee.say("hei")
    sent = send(leader, turns, asks=False)
    assert not asks(shown_to(turns, "employee-1"))
    assert employee.act("announcement.read", announcement=sent).outcome == "refused"
    assert confirmed(turns) == []


def test_the_author_can_take_it_back_and_sees_it_before_sending(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    old = leader.shown[-1].buttons[0]
    card = leader.press("announcement.receipt")
    assert "aldri hvem" in card.as_text()
    assert leader.send(old).outcome == "refused"
    leader.shown = (card,)
    again = leader.press("announcement.receipt")
    assert "aldri hvem" not in again.as_text()
    leader.send(**FRIDAY)
    leader.act("announcement.receipt", announcement=1, wanted=True)
    assert stored(turns).send_at is None


def test_pressing_counts_once_and_changes_ones_own_card(leader: Talk, employee: Talk, turns: Turns) -> None:
    employee.say("hei")
    send(leader, turns)
    employee.shown = (shown_to(turns, "employee-1"),)
    button = next(button for button in employee.shown[0].buttons if button.action == "announcement.read")
    assert button.replaces
    for _ in range(2):
        card = employee.press(button)
        assert "Du har bekreftet" in card.as_text()
        assert WRITTEN["text"] in card.as_text()
        assert not asks(card)
    assert len(confirmed(turns)) == 1


def test_a_correction_asks_anew_and_a_recall_no_more(leader: Talk, employee: Talk, turns: Turns) -> None:
    employee.say("hei")
    sent = send(leader, turns)
    employee.act("announcement.read", announcement=sent)
    look_at_correction(leader, sent)
    leader.press("announcement.corrected")
    deliver(turns)
    assert asks(shown_to(turns, "employee-1"))
    assert NEW["text"] in employee.act("announcement.read", announcement=sent).as_text()
    assert sorted(version for _, version in confirmed(turns)) == [2, 3]
    recall(leader, sent)
    card = employee.act("announcement.read", announcement=sent)
    assert card.title == "Denne meldingen er trukket tilbake"
    assert len(confirmed(turns)) == 2


def test_who_was_not_sent_it_confirms_nothing_and_learns_nothing(leader: Talk, employee: Talk, turns: Turns) -> None:
    sent = send(leader, turns)
    employee.say("hei")
    for key in (sent, 99, "x"):
        card = employee.act("announcement.read", announcement=key)
        assert (card.outcome, WRITTEN["text"] in card.as_text()) == ("refused", False)
    assert confirmed(turns) == []


def test_of_a_channel_nobody_confirms_and_nobody_reads_it_by_asking_to(
    leader: Talk, employee: Talk, turns: Turns
) -> None:
    sent = send(leader, turns)
    with turns.database.writing() as session:
        channel = {"channel": "web", "conversation": "19:c", "service_url": "https://x.example", "team_id": "19:c"}
        session.add(Group(**channel, id=1, programme_key="osu2020"))
        session.flush()
        row = session.get_one(Announcement, sent)
        row.group_id = 1
        for owed in session.exec(select(OutboxRow).where(OutboxRow.broadcast_id == row.broadcast_id)):
            owed.person_id = None
            session.add(owed)
        session.add(row)
    card = employee.act("announcement.read", announcement=sent)
    assert (card.outcome, WRITTEN["text"] in card.as_text()) == ("refused", False)
    assert confirmed(turns) == []
    assert "Har bekreftet" not in leader.act("announcement.report", announcement=sent).as_text()


def test_an_employee_neither_asks_nor_sees_the_number(employee: Talk, leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    assert employee.act("announcement.receipt", announcement=1, wanted=True).did == "refuse_not_leader"
    assert not stored(turns).asks_receipt


def test_the_report_says_from_how_many_on_it_is_shown(leader: Talk, turns: Turns) -> None:
    sent = send(leader, turns)
    leader.act("announcement.read", announcement=sent)
    report = leader.act("announcement.report", announcement=sent)
    assert "Har bekreftet at de har lest: vises fra 6 (til og med i går)" in report.as_text()


@pytest.fixture
def announcement(session: Session) -> Announcement:
    leader = make_person(session, "leader", "leader")
    made = announcements.draft(session, leader, "osu2020", "Kickoff", "Velkommen.", NOW)
    receipts.ask_for(session, leader, made, True)
    made.sent_at = NOW
    return made


def press(session: Session, announcement: Announcement, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        receipts.confirm(session, make_person(session, f"reader-{number}"), announcement, TODAY)


def reach(session: Session, announcement: Announcement, having: int, more: int = 0) -> None:
    """So many have got it, and to so many more it could not be sent."""
    if announcement.broadcast_id is not None:
        return
    message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, {})
    key = f"announcement:{announcement.id}"
    broadcast = Broadcast(
        key=key, programme_key="osu2020", message_id=message.id or 0, planned=having + more, last_person=0
    )
    session.add(broadcast)
    session.flush()
    announcement.broadcast_id = broadcast.id
    for number in range(having + more):
        person = make_person(session, f"reader-{number}")
        row = {"idempotency_key": f"{key}:{number}", "lane": "", "message_id": message.id, "broadcast_id": broadcast.id}
        status = Status.SENT if number < having else Status.FAILED
        session.add(OutboxRow(**row, person_id=person.id, status=status))
    session.flush()


def told(session: Session, announcement: Announcement, having: int = 100, more: int = 0) -> int:
    reach(session, announcement, having, more)
    leader = session.get_one(Person, announcement.author_id)
    return receipts.confirmed_at_least(session, leader, announcement, K, TOMORROW)


@pytest.mark.parametrize(("pressed", "shown"), [(0, 0), (5, 0), (6, 6), (11, 6), (12, 12), (17, 12)])
def test_between_two_numbers_that_are_shown_lie_at_least_so_many_people(
    session: Session, announcement: Announcement, pressed: int, shown: int
) -> None:
    press(session, announcement, pressed)
    assert told(session, announcement) == shown


@pytest.mark.parametrize(("planned", "shown"), [(11, 0), (12, 6), (17, 6), (18, 12), (24, 12)])
def test_no_number_tells_of_a_few_who_have_not_pressed(
    session: Session, announcement: Announcement, planned: int, shown: int
) -> None:
    press(session, announcement, min(planned, 16))
    assert told(session, announcement, planned) == shown


def test_who_could_not_be_reached_hides_nobody(session: Session, announcement: Announcement) -> None:
    """Of twelve that were planned seven have it: "at least six" would be the six beside the one who asks."""
    press(session, announcement, 6)
    assert told(session, announcement, 7, more=6) == 0


def test_leaders_are_on_neither_side(session: Session, announcement: Announcement) -> None:
    reach(session, announcement, 12)
    for number in range(3):
        leader = session.exec(select(Person).where(Person.name == f"Reader-{number}")).one()
        people.grant(session, leader, "osu2020", "leader")
    press(session, announcement, 12)
    assert told(session, announcement) == 0, "nine have it who do not lead"


def test_looking_again_on_the_same_day_shows_nothing_new(session: Session, announcement: Announcement) -> None:
    leader = session.get_one(Person, announcement.author_id)
    seen = []
    for number in range(13):
        press(session, announcement, 1, number)
        seen.append(receipts.confirmed_at_least(session, leader, announcement, K, TODAY))
    assert seen == [0] * 13
    assert told(session, announcement) == 12


def test_of_two_overlapping_audiences_no_difference_is_a_person(session: Session, announcement: Announcement) -> None:
    """Whoever is in both confirms each by itself, and each is told in steps of its own."""
    leader = session.get_one(Person, announcement.author_id)
    other = announcements.draft(session, leader, "osu2020", "Til enheten", "Velkommen.", NOW)
    receipts.ask_for(session, leader, other, True)
    press(session, announcement, 13)
    press(session, other, 12)
    assert (told(session, announcement), told(session, other)) == (12, 12)


def test_only_leaders_are_told_and_a_sent_one_stays_as_it_was_asked(
    session: Session, announcement: Announcement
) -> None:
    with pytest.raises(NotAllowed):
        receipts.confirmed_at_least(session, make_person(session, "reader"), announcement, K, TODAY)
    with pytest.raises(Refused, match="sent"):
        receipts.ask_for(session, session.get_one(Person, announcement.author_id), announcement, False)
