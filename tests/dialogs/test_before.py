"""A reminder of one milestone, in words: so many days before it, on a day, and taken back."""

import pytest
from sqlmodel import select

from bot.turns import Turns
from storage.people import Person
from storage.personal_reminders import PersonalReminder
from tests.talk import Talk

KICKOFF = "osu-kickoff"


def own(turns: Turns) -> list[tuple[str, int]]:
    with turns.database.reading() as session:
        return [(row.milestone_key, row.days_before) for row in session.exec(select(PersonalReminder))]


def is_reminded_of_all(turns: Turns) -> bool:
    with turns.database.reading() as session:
        return session.exec(select(Person).where(Person.name == "Employee-1")).one().wants_reminders


@pytest.mark.parametrize(
    ("text", "days", "day"),
    [
        ("minn meg på kickoff to dagar før", 2, "13. desember 2020"),
        ("remind me 3 days before the kickoff", 3, "12 December 2020"),
        ("kan du minne meg på kickoff en uke før?", 7, "8. desember 2020"),
        ("minn meg på kickoff 1. desember", 14, "1. desember 2020"),
    ],
)
def test_the_days_before_are_taken_from_the_words(employee: Talk, turns: Turns, text: str, days: int, day: str) -> None:
    card = employee.say(text)
    assert (card.outcome, own(turns)) == ("done", [(KICKOFF, days)])
    assert day in card.as_text()


@pytest.mark.parametrize("text", ["minn meg på MBM-møtet i morgen tidlig", "minn meg på kickoff 5 dager før"])
def test_a_day_that_cannot_be_is_said_and_the_others_offered(employee: Talk, turns: Turns, text: str) -> None:
    card = employee.say(text)
    assert (card.outcome, own(turns)) == ("clarify", [])
    assert "Akkurat den dagen kan jeg ikke" in card.as_text()
    assert {button.action for button in card.buttons} == {"reminder.set"}


def test_a_question_of_it_sets_nothing(employee: Talk, turns: Turns) -> None:
    employee.say("hvor mange dager før kickoff minner du meg")
    assert own(turns) == []


def test_one_milestones_reminder_is_ended_and_the_others_stay(employee: Talk, turns: Turns) -> None:
    employee.act("reminder.set", milestone=KICKOFF, days=2)
    card = employee.say("ikke minn meg på kickoff likevel")
    assert (card.outcome, own(turns), is_reminded_of_all(turns)) == ("done", [], True)
    assert "Alle får likevel en påminnelse" in card.as_text()


def test_who_has_none_of_it_is_asked_before_all_are_ended(employee: Talk, turns: Turns) -> None:
    card = employee.say("ikke minn meg på kickoff")
    assert (card.outcome, is_reminded_of_all(turns)) == ("clarify", True)
    employee.press("subscription.set")
    assert not is_reminded_of_all(turns)


def test_the_settings_list_what_one_asked_to_be_reminded_of(employee: Talk) -> None:
    assert "Egne påminnelser" not in employee.act("settings").as_text()
    employee.act("reminder.set", milestone=KICKOFF, days=3)
    assert "kickoff, 3 dager før" in employee.say("hvilke påminnelser har jeg").as_text()
