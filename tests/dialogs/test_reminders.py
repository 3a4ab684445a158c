"""One is reminded of a milestone as one asked for; a moved milestone takes its reminders along."""

from datetime import date, datetime

import pytest
from sqlmodel import col, select

from bot.turns import Turns
from dialogs.card import Card
from storage import personal_reminders, programmes
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.milestones import Milestone
from storage.outbox import Kind, Message, OutboxRow
from storage.people import Person
from tests.clockwork import run_at
from tests.conftest import NOW
from tests.talk import Talk

#: On 15 December 2020, a Tuesday.
KICKOFF = "osu-kickoff"


def got(database: Database, name: str) -> list[str]:
    """The titles of what that person is reminded of by their own wish."""
    with database.reading() as session:
        rows = session.exec(
            select(Message.cards)
            .join(OutboxRow)
            .join(Person)
            .where(Message.kind == Kind.PERSONAL_REMINDER, Person.name == name)
            .order_by(col(OutboxRow.id))
        ).all()
        return [Card.model_validate(cards["nb"]).title for cards in rows]


def broadcast(database: Database) -> list[str]:
    with database.reading() as session:
        rows = session.exec(select(Message.cards).join(Broadcast).order_by(col(Broadcast.id))).all()
        return [Card.model_validate(cards["nb"]).title for cards in rows]


def move_kickoff(turns: Turns, day: date) -> None:
    with turns.database.writing() as session:
        row = session.exec(select(Milestone).where(Milestone.key == KICKOFF)).one()
        row.first_day = row.last_day = day
        session.add(row)
        programmes.mark_changed(session, "osu2020")


def test_a_milestones_card_leads_to_it_and_a_press_sets_it(employee: Talk, turns: Turns) -> None:
    employee.act("milestone.when", milestone=KICKOFF)
    card = employee.press("reminder.choose")
    assert [button.values["days"] for button in card.buttons if button.action == "reminder.set"] == [1, 2, 3, 7, 14]
    assert "mandag 14. desember 2020 kl. 09:00" in employee.press("reminder.set").as_text()


def test_it_comes_so_many_days_before_once_and_to_nobody_else(employee: Talk, leader: Talk, turns: Turns) -> None:
    leader.say("hei")
    employee.act("reminder.set", milestone=KICKOFF, days=3)
    run_at(turns, "2020-12-11T08:59+01:00")
    assert got(turns.database, "Employee-1") == []
    run_at(turns, "2020-12-11T09:00+01:00")
    run_at(turns, "2020-12-12T09:30+01:00")
    assert len(got(turns.database, "Employee-1")) == 1
    assert got(turns.database, "Leader-1") == []


def test_other_days_replace_those_before_and_it_can_be_taken_back(employee: Talk, turns: Turns) -> None:
    employee.act("reminder.set", milestone=KICKOFF, days=14)
    employee.act("reminder.set", milestone=KICKOFF, days=2)
    run_at(turns, "2020-12-02T09:00+01:00")
    assert got(turns.database, "Employee-1") == []
    employee.act("reminder.set", milestone=KICKOFF, days=0)
    employee.act("reminder.set", milestone=KICKOFF, days=0)
    run_at(turns, "2020-12-13T09:00+01:00")
    assert got(turns.database, "Employee-1") == []


def test_a_moved_milestone_moves_its_reminder(employee: Talk, turns: Turns) -> None:
    run_at(turns, "2020-11-24T10:00+01:00")
    employee.act("reminder.set", milestone=KICKOFF, days=2)
    move_kickoff(turns, date(2020, 12, 17))
    run_at(turns, "2020-12-13T09:00+01:00")
    assert got(turns.database, "Employee-1") == []
    run_at(turns, "2020-12-15T09:00+01:00")
    assert len(got(turns.database, "Employee-1")) == 1


def test_whoever_was_reminded_already_is_told_of_the_move_and_reminded_anew(
    employee: Talk, leader: Talk, turns: Turns
) -> None:
    run_at(turns, "2020-11-24T10:00+01:00")
    employee.act("reminder.set", milestone=KICKOFF, days=7)
    leader.act("reminder.set", milestone=KICKOFF, days=2)
    run_at(turns, "2020-12-08T09:00+01:00")
    move_kickoff(turns, date(2020, 12, 18))
    run_at(turns, "2020-12-09T09:00+01:00")
    run_at(turns, "2020-12-09T09:05+01:00")
    titles = got(turns.database, "Employee-1")
    assert [title.partition(":")[0] for title in titles] == ["Påminnelse", "Flyttet"]
    run_at(turns, "2020-12-11T09:00+01:00")
    assert len(got(turns.database, "Employee-1")) == 3
    assert got(turns.database, "Leader-1") == []
    assert not [title for title in broadcast(turns.database) if title.startswith("Flyttet")]


def test_when_everybody_was_reminded_everybody_is_told_of_the_move(employee: Talk, turns: Turns) -> None:
    run_at(turns, "2020-11-24T10:00+01:00")
    run_at(turns, "2020-12-14T09:00+01:00")
    move_kickoff(turns, date(2020, 12, 17))
    run_at(turns, "2020-12-14T10:00+01:00")
    run_at(turns, "2020-12-14T10:05+01:00")
    assert [title.partition(":")[0] for title in broadcast(turns.database)].count("Flyttet") == 1


def test_a_reminder_of_a_monday_comes_to_everybody_on_the_friday(employee: Talk, turns: Turns) -> None:
    employee.say("hei")
    move_kickoff(turns, date(2020, 12, 21))
    run_at(turns, "2020-12-18T08:59+01:00")
    before = broadcast(turns.database)
    run_at(turns, "2020-12-18T09:00+01:00")
    new = broadcast(turns.database)[len(before) :]
    assert [title.partition(":")[0] for title in new] == ["Påminnelse"]


@pytest.mark.parametrize("days", [4, 5, 365, -1, "2", None, True])
def test_days_that_cannot_be_chosen_are_refused(employee: Talk, days: object) -> None:
    assert employee.act("reminder.set", milestone=KICKOFF, days=days).outcome == "refused"


def test_what_is_over_unknown_or_too_near_is_refused(employee: Talk) -> None:
    assert employee.act("reminder.choose", milestone="osu-no-such").outcome == "refused"
    employee.now = datetime.fromisoformat("2020-12-10T09:00+01:00")
    assert employee.act("reminder.set", milestone=KICKOFF, days=7).outcome == "refused"
    employee.now = datetime.fromisoformat("2020-12-20T09:00+01:00")
    assert employee.act("reminder.set", milestone=KICKOFF, days=2).outcome == "refused"


def test_very_many_are_reminded_in_parts_and_each_once(turns: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personal_reminders, "CHUNK", 3)
    for number in range(8):
        Talk(turns, f"many-{number}", NOW).act("reminder.set", milestone=KICKOFF, days=2)
    run_at(turns, "2020-12-13T09:00+01:00")
    assert [len(got(turns.database, f"Many-{number}")) for number in range(8)] == [1] * 8


def test_where_documents_disagree_a_reminder_tells_both_dates(employee: Talk, turns: Turns) -> None:
    chosen = employee.act("reminder.choose", milestone=KICKOFF)
    employee.act("reminder.set", milestone=KICKOFF, days=7)
    run_at(turns, "2020-12-08T09:00+01:00")
    run_at(turns, "2020-12-14T09:00+01:00")
    with turns.database.reading() as session:
        of_kickoff = [
            Card.model_validate(message.cards["nb"]).as_text()
            for message in session.exec(select(Message).order_by(col(Message.id)))
            if (message.cards["nb"].get("subject") or {}).get("milestone") == KICKOFF
        ]
    assert len(of_kickoff) == 2
    for text in (chosen.as_text(), *of_kickoff):
        assert "15. desember 2020 (nyhetsbrev" in text
        assert "16. desember 2020 (lysbilder" in text


def test_a_milestone_that_was_moved_to_the_other_date_is_in_doubt_no_more(employee: Talk, turns: Turns) -> None:
    move_kickoff(turns, date(2020, 12, 16))
    assert "ikke enige" not in employee.act("reminder.choose", milestone=KICKOFF).as_text()


def test_on_a_day_off_it_comes_on_the_last_working_day_and_the_card_says_so(employee: Talk, turns: Turns) -> None:
    text = employee.act("reminder.set", milestone=KICKOFF, days=2).as_text()
    assert "fredag 11. desember 2020 kl. 09:00" in text
    assert "Søndag 13. desember 2020 er en fridag." in text
    run_at(turns, "2020-12-11T09:00+01:00")
    assert len(got(turns.database, "Employee-1")) == 1


def test_the_card_says_when_it_is_sent_by_the_persons_own_quiet_hours(employee: Talk) -> None:
    employee.act("quiet.save", begins="16", ends="11")
    text = employee.act("reminder.set", milestone=KICKOFF, days=7).as_text()
    assert "tirsdag 8. desember 2020 kl. 11:00" in text
    assert "fridag" not in text


def test_chosen_when_its_working_day_has_been_it_comes_when_quiet_hours_are_over(employee: Talk) -> None:
    employee.now = datetime.fromisoformat("2020-12-12T12:00+01:00")
    assert "mandag 14. desember 2020 kl. 07:00" in employee.act("reminder.set", milestone=KICKOFF, days=2).as_text()


def test_quiet_hours_that_end_on_the_day_itself_refuse_it_and_keep_nothing(employee: Talk, turns: Turns) -> None:
    employee.now = datetime.fromisoformat("2020-12-14T18:00+01:00")
    card = employee.act("reminder.set", milestone=KICKOFF, days=1)
    assert card.outcome == "refused"
    assert "Stilletiden" in card.as_text()
    run_at(turns, "2020-12-14T18:01+01:00")
    assert got(turns.database, "Employee-1") == []
