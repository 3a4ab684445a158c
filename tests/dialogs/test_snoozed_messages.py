"""A reminder or a digest once more, when its person wants it: never in quiet hours, never after what it is about."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select

from bot.turns import Turns
from dialogs.card import Button, Card, Text
from dialogs.snoozed_messages import MOST_BUTTONS, with_button
from storage import outbox, snoozed_messages
from storage.outbox import Kind, Message, OutboxRow, Status
from tests.dialogs.test_digests import announce, move_kickoff
from tests.dialogs.test_together import daily, going, run_at
from tests.talk import Talk

KICKOFF = "osu-kickoff"
ALWAYS = {"begins": "0", "ends": "0", "free_days": "off"}


def arrived(turns: Turns) -> list[int]:
    """Marks what is on its way as sent, as the dispatcher would; returns the rows of everybody."""
    with turns.database.writing() as session:
        rows = session.exec(select(OutboxRow).where(col(OutboxRow.next_at).is_not(None)).order_by(col(OutboxRow.id)))
        found = list(rows)
        for row in found:
            row.status, row.next_at = Status.SENT, None
            session.add(row)
        return [row.id or 0 for row in found]


def kinds(turns: Turns, row: int) -> Kind:
    with turns.database.reading() as session:
        return Kind(session.get_one(Message, session.get_one(OutboxRow, row).message_id).kind)


@pytest.fixture
def reminded(employee: Talk, turns: Turns) -> int:
    """The row of a reminder of the kickoff on 15 December that has come on Tuesday 1 December at nine."""
    employee.act("reminder.set", milestone=KICKOFF, days=14)
    employee.act("subscription.set", on=False, topic="reminders")
    run_at(turns, "2020-12-01T09:00+01:00")
    (row,) = arrived(turns)
    assert kinds(turns, row) == Kind.PERSONAL_REMINDER
    employee.now = turns.clock.now()
    return row


def titles(card: Card) -> list[str]:
    return [button.title for button in card.buttons if button.action == "snooze.set"]


def chosen(person: Talk, place: int) -> Button:
    return [button for button in person.shown[-1].buttons if button.action == "snooze.set"][place]


def test_it_offers_an_hour_tomorrow_and_monday_and_says_when_it_comes(employee: Talk, reminded: int) -> None:
    card = employee.act("snooze.choose", row=reminded)
    assert titles(card) == ["Om en time (kl. 10:00)", "I morgen kl. 09:00", "Mandag kl. 09:00"]
    assert "15. desember 2020" in card.as_text(), "what it is about can still be read in its place"
    done = employee.press(chosen(employee, 1))
    assert done.title == "Kommer igjen onsdag 2. desember 2020 kl. 09:00"
    assert done.outcome == "done"
    assert "kickoff" in done.as_text()


def test_it_comes_then_once_and_pressed_twice_it_is_one(employee: Talk, turns: Turns, reminded: int) -> None:
    employee.act("snooze.choose", row=reminded)
    button = chosen(employee, 1)
    assert {employee.press(button).title for _ in range(2)} == {"Kommer igjen onsdag 2. desember 2020 kl. 09:00"}
    run_at(turns, "2020-12-02T08:59+01:00")
    assert going(turns.database, "Employee-1") == []
    for moment in ("2020-12-02T09:00+01:00", "2020-12-02T09:01+01:00"):
        run_at(turns, moment)
    (card,) = going(turns.database, "Employee-1")
    assert card.title == "Påminnelse: Oppstart av fase 2, hovedfasen – kickoff"


def test_another_time_takes_the_place_of_the_one_before(employee: Talk, turns: Turns, reminded: int) -> None:
    employee.act("snooze.choose", row=reminded)
    hour, monday = chosen(employee, 0), chosen(employee, 2)
    employee.press(hour)
    employee.press(monday)
    run_at(turns, "2020-12-01T10:30+01:00")
    assert going(turns.database, "Employee-1") == []
    run_at(turns, "2020-12-07T09:00+01:00")
    assert len(going(turns.database, "Employee-1")) == 1


def test_it_is_taken_back(employee: Talk, turns: Turns, reminded: int) -> None:
    employee.act("snooze.choose", row=reminded)
    employee.press(chosen(employee, 0))
    ending = next(button for button in employee.shown[-1].buttons if button.action == "snooze.end")
    assert {employee.press(ending).title for _ in range(2)} == {"Du blir ikke minnet igjen"}
    run_at(turns, "2020-12-01T10:30+01:00")
    assert going(turns.database, "Employee-1") == []


def test_what_came_once_more_can_come_yet_once_more(employee: Talk, turns: Turns, reminded: int) -> None:
    employee.act("snooze.choose", row=reminded)
    employee.press(chosen(employee, 0))
    run_at(turns, "2020-12-01T10:00+01:00")
    (row,) = arrived(turns)
    employee.now = turns.clock.now()
    assert titles(employee.act("snooze.choose", row=row))[0] == "Om en time (kl. 11:00)"
    employee.press(chosen(employee, 0))
    run_at(turns, "2020-12-01T11:00+01:00")
    assert [card.title for card in going(turns.database, "Employee-1")] == [
        "Påminnelse: Oppstart av fase 2, hovedfasen – kickoff"
    ]


def test_no_time_is_offered_in_quiet_hours(employee: Talk, turns: Turns, reminded: int) -> None:
    employee.now = datetime(2020, 12, 4, 15, 30, tzinfo=UTC)
    card = employee.act("snooze.choose", row=reminded)
    assert titles(card) == ["Mandag kl. 07:00"], "it is half past four on a Friday"
    employee.act("quiet.save", **ALWAYS)
    assert titles(employee.act("snooze.choose", row=reminded)) == [
        "Om en time (kl. 17:30)",
        "I morgen kl. 09:00",
        "Mandag kl. 09:00",
    ]


def test_never_after_the_day_that_it_is_about(employee: Talk, turns: Turns, reminded: int) -> None:
    employee.now = datetime(2020, 12, 14, 9, 0, tzinfo=UTC)
    card = employee.act("snooze.choose", row=reminded)
    assert titles(card) == ["Om en time (kl. 11:00)", "I morgen kl. 09:00"], "on the day itself it is of use"
    late = employee.act("snooze.set", row=reminded, at="2020-12-16T09:00+01:00")
    assert late.outcome == "refused"
    assert "Det gjelder tirsdag 15. desember 2020. Etter det er det for sent å bli minnet." in late.as_text()
    assert titles(late) == titles(card), "what is possible is offered beside the refusal"


def test_when_it_is_over_nothing_is_offered_and_the_card_says_why(employee: Talk, turns: Turns, reminded: int) -> None:
    employee.now = datetime(2020, 12, 16, 9, 0, tzinfo=UTC)
    card = employee.act("snooze.choose", row=reminded)
    assert card.title == "Det er for sent å bli minnet igjen"
    assert "har vært" in card.as_text()
    assert titles(card) == []


def test_a_time_that_has_passed_or_is_none_is_refused(employee: Talk, turns: Turns, reminded: int) -> None:
    for wrong in ("2020-12-01T08:00+01:00", "2021-03-01T09:00+01:00", "2020-12-02T09:00", "soon", "", "9" * 400):
        card = employee.act("snooze.set", row=reminded, at=wrong)
        assert card.outcome == "refused"
        assert "fra nå og en måned fram" in card.as_text()
    run_at(turns, "2020-12-07T09:00+01:00")
    assert going(turns.database, "Employee-1") == []


def test_somebody_elses_or_none_is_refused(employee: Talk, leader: Talk, reminded: int) -> None:
    leader.say("hei")
    for who, row in (
        (leader, reminded),
        (employee, reminded + 999),
        (employee, "1"),
        (employee, True),
        (employee, 2**70),
    ):
        for action in ("snooze.choose", "snooze.set", "snooze.end"):
            assert who.act(action, row=row, at="2020-12-02T09:00+01:00").outcome == "refused"


def test_what_is_too_late_when_the_clock_wakes_is_not_sent_and_accounted_for(
    employee: Talk, turns: Turns, reminded: int
) -> None:
    employee.act("snooze.choose", row=reminded)
    employee.press(chosen(employee, 2))
    for moment in ("2020-12-16T09:00+01:00", "2020-12-16T09:01+01:00"):
        run_at(turns, moment)
    with turns.database.reading() as session:
        key = col(OutboxRow.idempotency_key).startswith(f"snoozed:{reminded}:")
        (row,) = session.exec(select(OutboxRow).where(key))
        assert (row.status, row.reason) == (Status.SKIPPED, "too_late")


def test_a_milestone_that_was_moved_is_told_with_its_new_day(employee: Talk, turns: Turns, reminded: int) -> None:
    employee.act("snooze.choose", row=reminded)
    employee.press(chosen(employee, 1))
    move_kickoff(turns, date(2020, 12, 17))
    run_at(turns, "2020-12-02T09:00+01:00")
    assert any("17. desember 2020" in card.as_text() for card in going(turns.database, "Employee-1"))


def test_a_digest_comes_as_it_was(employee: Talk, leader: Talk, turns: Turns) -> None:
    run_at(turns, "2020-11-24T09:30+01:00")
    daily(employee)
    announce(leader)
    run_at(turns, "2020-11-25T09:00+01:00")
    rows = [row for row in arrived(turns) if kinds(turns, row) == Kind.DIGEST]
    employee.now = turns.clock.now()
    employee.act("snooze.choose", row=rows[0])
    employee.press(chosen(employee, 0))
    run_at(turns, "2020-11-25T10:00+01:00")
    (card,) = going(turns.database, "Employee-1")
    assert card.title == "Oppsummering: OSU 2020"
    assert "Nye lokaler" in card.as_text()


def test_a_card_of_several_comes_without_what_is_over(employee: Talk, turns: Turns) -> None:
    employee.act("quiet.save", **ALWAYS)
    employee.act("reminder.set", milestone=KICKOFF, days=14)
    run_at(turns, "2020-11-30T09:00+01:00")
    arrived(turns)
    run_at(turns, "2020-12-01T09:00+01:00")
    row = next(row for row in arrived(turns) if kinds(turns, row) == Kind.TOGETHER)
    employee.now = datetime.fromisoformat("2020-12-01T09:00+01:00")
    assert len(titles(employee.act("snooze.choose", row=row))) == 3
    assert "ikke med" not in employee.press(chosen(employee, 1)).as_text(), "the others are on that Wednesday"
    employee.act("snooze.choose", row=row)
    assert "Det som har vært innen da, er ikke med." in employee.press(chosen(employee, 2)).as_text()
    run_at(turns, "2020-12-07T09:00+01:00")
    (card,) = going(turns.database, "Employee-1")
    assert "kickoff" in card.as_text()
    assert "Kommunestyret" not in card.as_text()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("minn meg igjen i morgen", "Kommer igjen onsdag 2. desember 2020 kl. 09:00"),
        ("Minn meg på det igjen i morgen kl 10", "Kommer igjen onsdag 2. desember 2020 kl. 10:00"),
        ("kan du minne meg på det igjen på mandag?", "Kommer igjen mandag 7. desember 2020 kl. 09:00"),
        ("minn meg igjen om en time", "Kommer igjen tirsdag 1. desember 2020 kl. 10:00"),
        ("minn meg igjen om 2 timer", "Kommer igjen tirsdag 1. desember 2020 kl. 11:00"),
        ("påminn meg på nytt om en halvtime", "Kommer igjen tirsdag 1. desember 2020 kl. 09:30"),
        ("utsett påminninga til fredag", "Kjem att fredag 4. desember 2020 kl. 09:00"),
        ("minn meg på det senere i ettermiddag", "Kommer igjen tirsdag 1. desember 2020 kl. 14:00"),
        ("minn meg på det att i morgon kl. 8.30", "Kjem att onsdag 2. desember 2020 kl. 08:30"),
        ("remind me again tomorrow", "Comes again on Wednesday 2 December 2020 at 09:00"),
        ("snooze until monday", "Comes again on Monday 7 December 2020 at 09:00"),
        ("remind me again in an hour", "Comes again on Tuesday 1 December 2020 at 10:00"),
        ("minn meg igjen på lørdag", "Kommer igjen mandag 7. desember 2020 kl. 07:00"),
        ("minn meg igjen i kveld", "Kommer igjen onsdag 2. desember 2020 kl. 07:00"),
    ],
)
def test_it_is_typed_too(employee: Talk, reminded: int, text: str, title: str) -> None:
    card = employee.say(text)
    assert (card.title, card.outcome) == (title, "done")


def test_without_a_time_the_times_are_offered(employee: Talk, reminded: int) -> None:
    for text in ("minn meg igjen", "minn meg på det senere", "remind me again", "minn meg igjen i dag"):
        assert len(titles(employee.say(text))) == 3, text


@pytest.mark.parametrize(
    "text", ["minn meg igjen 31. februar", "minn meg igjen i går", "minn meg igjen om 90000 timer"]
)
def test_typed_nonsense_is_refused(employee: Talk, turns: Turns, reminded: int, text: str) -> None:
    assert employee.say(text).outcome in ("refused", "clarify"), text
    with turns.database.reading() as session:
        assert session.exec(select(snoozed_messages.SnoozedMessage)).all() == []


def test_where_the_last_message_was_another_nothing_is_put_off(employee: Talk, leader: Talk, turns: Turns) -> None:
    assert "ingen påminnelse" in employee.say("minn meg igjen i morgen").title
    announce(leader)
    run_at(turns, "2020-11-24T10:00+01:00")
    arrived(turns)
    assert "ingen påminnelse" in employee.say("minn meg igjen i morgen").title


@pytest.mark.parametrize(
    "text",
    [
        "minn meg på kickoff to dager før",
        "ikke minn meg igjen",
        "minn meg på hva milepæl 9 var igjen, og datoen",
        "slå av påminnelser",
        "hvorfor minner du meg på det igjen",
        "kan du minne alle på det igjen i morgen",
    ],
)
def test_other_words_of_reminding_mean_what_they_meant(employee: Talk, reminded: int, text: str) -> None:
    employee.say(text)
    assert employee.answered.understanding is not None
    assert employee.answered.understanding["intent"] != "snooze.latest"


def test_the_button_is_on_reminders_and_summaries_and_there_is_room_for_it() -> None:
    full = Card(title="x", blocks=(Text(text="y"),), buttons=(Button(title="z", action="help"),) * 6)
    for kind in Kind:
        actions = [button.action for button in with_button(full, kind, 7).buttons]
        assert len(actions) == MOST_BUTTONS + 1
        assert ("snooze.choose" in actions) is (kind in snoozed_messages.SNOOZABLE)
    assert Kind.ANNOUNCEMENT not in snoozed_messages.SNOOZABLE
    assert outbox.EDITS.isdisjoint(snoozed_messages.SNOOZABLE)
