"""Several messages at one moment are one card; where very many waited it is a few lines and the way to the whole."""

from datetime import date, datetime

from sqlmodel import col, select

from bot.schedule import Schedule
from bot.turns import Turns
from dialogs.card import Button, Card, Items, Text
from dialogs.together import MOST_LINES, one_card
from storage import broadcasts, outbox
from storage.database import Database
from storage.outbox import Kind, Message, OutboxRow
from storage.people import Person
from tests.dialogs.test_digests import announce, move_kickoff
from tests.talk import Talk

KICKOFF = "osu-kickoff"


def run_at(turns: Turns, moment: str) -> None:
    """The clock's tick at that moment, and the next one, after the rows for everyone were written."""
    turns.clock.go(datetime.fromisoformat(moment))  # type: ignore[attr-defined]
    schedule = Schedule(turns.database, turns.clock, lambda: None)
    schedule.run_due()
    with turns.database.writing() as session:
        for broadcast in broadcasts.unexpanded(session):
            while broadcasts.expand(session, broadcast):
                pass
    schedule.run_due()


def going(database: Database, name: str) -> list[Card]:
    """What is on its way to the person of that name."""
    with database.reading() as session:
        rows = session.exec(
            select(Message.cards)
            .join(OutboxRow)
            .join(Person)
            .where(Person.name == name, col(OutboxRow.next_at).is_not(None), Message.kind != Kind.ANNOUNCEMENT)
            .order_by(col(OutboxRow.id))
        ).all()
        return [Card.model_validate(cards["nb"]) for cards in rows]


def daily(person: Talk) -> None:
    person.act("subscription.set", on=True, topic="digest", frequency="daily")


def test_digests_that_waited_come_as_one_with_all_that_is_new(employee: Talk, leader: Talk, turns: Turns) -> None:
    run_at(turns, "2020-11-24T09:30+01:00")
    daily(employee)
    employee.act("quiet.snooze", days=7)
    announce(leader)
    run_at(turns, "2020-11-25T09:00+01:00")
    move_kickoff(turns, date(2020, 12, 17))
    run_at(turns, "2020-11-26T08:00+01:00")
    run_at(turns, "2020-11-26T09:00+01:00")
    run_at(turns, "2020-11-30T09:00+01:00")
    assert going(turns.database, "Employee-1") == []
    run_at(turns, "2020-12-01T07:00+01:00")
    (card,) = going(turns.database, "Employee-1")
    text = card.as_text()
    assert card.title.startswith("Oppsummering")
    assert text.index("endret fra") < text.index("Nye lokaler")
    assert text.count("Dette kommer") == 1


def test_what_falls_on_one_hour_is_one_card_and_the_reminder_is_first(
    employee: Talk, leader: Talk, turns: Turns
) -> None:
    daily(employee)
    employee.act("reminder.set", milestone=KICKOFF, days=14)
    announce(leader)
    run_at(turns, "2020-11-25T09:00+01:00")
    assert [card.title for card in going(turns.database, "Employee-1")] == ["Oppsummering: OSU 2020"]
    leader.now = turns.clock.now()
    announce(leader)
    with turns.database.writing() as session:
        for row in session.exec(select(OutboxRow)):
            row.next_at = None
            session.add(row)
    run_at(turns, "2020-12-01T09:00+01:00")
    (card,) = going(turns.database, "Employee-1")
    # The day before the plan's next milestone, too.
    assert card.title.startswith("Påminnelse")
    assert "til" in card.title
    headings = [block.text for block in card.blocks if isinstance(block, Text) and block.style == "strong"]
    assert any(heading.startswith("Påminnelse") for heading in headings)
    assert headings.index("Oppsummering: OSU 2020") < headings.index("Nytt siden sist")
    assert len(card.buttons) <= 6


def many(count: int) -> list[tuple[Kind, Card]]:
    button = Button(title="Milepæler", action="milestone.list")
    return [
        (Kind.REMINDER, Card(title=f"Påminnelse: {number}", blocks=(Text(text="Snart"),), buttons=(button,)))
        for number in range(count)
    ]


def test_a_milestone_is_reminded_of_once_on_a_card_whoever_asked_for_it(employee: Talk, turns: Turns) -> None:
    employee.act("subscription.set", topic="reminders", on=True)
    employee.act("reminder.set", milestone=KICKOFF, days=2)
    employee.act("quiet.snooze", days=20)
    run_at(turns, "2020-12-11T09:00+01:00")
    employee.now = datetime.fromisoformat("2020-12-11T10:00+01:00")
    employee.act("quiet.snooze", days=0)
    employee.act("quiet.snooze", days=3)
    run_at(turns, "2020-12-14T09:00+01:00")
    run_at(turns, "2020-12-14T12:00+01:00")
    titles = [line for card in going(turns.database, "Employee-1") for line in card.as_text().splitlines()]
    assert len([line for line in titles if "kickoff" in line and "Påminnelse" in line]) == 1
    assert not [line for line in titles if "og 1 til" in line]


def test_two_days_of_a_milestone_that_was_moved_between_them_are_both_told() -> None:
    subject = {"milestone": KICKOFF}
    one, other, again = (
        Card(title="Påminnelse: kickoff", blocks=(Text(text=text),), subject=subject)
        for text in ("Tirsdag 15. desember 2020", "Torsdag 17. desember 2020", "Torsdag 17. desember 2020 (i morgen)")
    )
    those = [(Kind.PERSONAL_REMINDER, one), (Kind.PERSONAL_REMINDER, other), (Kind.REMINDER, again)]
    text = one_card(those, "key", "nb").as_text()
    assert "15. desember" in text
    assert text.count("17. desember") == 1
    assert "(i morgen)" in text


def test_where_many_waited_it_is_five_lines_and_the_way_to_all() -> None:
    card = one_card(many(8), "together:x", "nb")
    (items,) = (block for block in card.blocks if isinstance(block, Items))
    assert [label for label, _ in items.items] == [*(f"Påminnelse: {n}" for n in range(MOST_LINES)), "og 3 ting til"]
    assert card.buttons[0].values == {"of": "together:x"}
    assert len(one_card(many(5), "together:x", "nb").blocks) == 9


def test_of_very_many_the_last_ones_are_told_in_a_line_each(employee: Talk, turns: Turns) -> None:
    employee.act("quiet.snooze", days=14)
    with turns.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Employee-1")).one()
        for number, (kind, card) in enumerate(many(13)):
            cards = {"nb": card.model_dump(mode="json")}
            message = outbox.write(session, "osu2020", kind, cards, gathers_at=turns.clock.now())
            outbox.owe_each(session, [person.identity], message, f"many-{number}", turns.clock.now())
    run_at(turns, "2020-12-08T07:00+01:00")
    (card,) = going(turns.database, "Employee-1")
    employee.press(card.buttons[0])
    told = [shown.title for shown in employee.shown[:-1]]
    lines = [name for name, _ in next(block for block in employee.shown[-1].blocks if isinstance(block, Items)).items]
    assert sorted(told + lines) == sorted(f"Påminnelse: {number}" for number in range(13))
    assert (len(told), employee.shown[-1].title) == (10, "og 3 ting til")


def test_the_whole_is_shown_to_whom_it_was_sent_and_to_nobody_else(employee: Talk, leader: Talk, turns: Turns) -> None:
    leader.say("hei")
    employee.act("quiet.snooze", days=14)
    with turns.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Employee-1")).one()
        for number, (kind, card) in enumerate(many(6)):
            cards = {"nb": card.model_dump(mode="json")}
            message = outbox.write(session, "osu2020", kind, cards, gathers_at=turns.clock.now())
            outbox.owe_each(session, [person.identity], message, f"many-{number}", turns.clock.now())
    run_at(turns, "2020-12-08T07:00+01:00")
    (card,) = going(turns.database, "Employee-1")
    assert card.title == "Dette har kommet siden sist"
    whole = card.buttons[0]
    employee.press(whole)
    assert [shown.title for shown in employee.shown][:2] == ["Påminnelse: 0", "Påminnelse: 1"]
    assert leader.press(whole).outcome == "refused"
    assert employee.act("together.show", of="no such").outcome == "refused"
