"""Whoever sends or approves something at an hour that people have quiet is told who gets it when."""

import pytest

from bot.turns import Turns
from storage import quiet_hours
from tests.conftest import NOW, make_person
from tests.dialogs import test_planned
from tests.dialogs.test_planned import WRITTEN, told
from tests.talk import Talk

turns = test_planned.turns
EVENING = {"day": "fredag", "clock": "18"}
LATER = "3 av 4 har stilletid da, og får den først mandag 30. november 2020 kl. 07:00."


@pytest.fixture
def people(turns: Turns, leader: Talk) -> Talk:
    """The leader and three others, one of whom works at night, and one of whom turned messages off."""
    leader.say("hei")
    with turns.database.writing() as session:
        make_person(session, "employee-1")
        make_person(session, "employee-2")
        quiet_hours.choose(session, make_person(session, "night"), quiet_hours.Hours(8, 14, free_days=False))
        make_person(session, "off").is_muted = True
    return leader


def plan(leader: Talk, **form: str) -> str:
    leader.act("announcement.preview", **WRITTEN)
    return leader.send(**form).as_text()


def test_a_time_in_quiet_hours_is_told_with_how_many_get_it_when(people: Talk) -> None:
    assert LATER in plan(people, **EVENING)
    assert LATER in people.act("announcement.open", announcement=1).as_text()


def test_a_time_that_only_few_have_quiet_tells_of_them(people: Talk) -> None:
    said = plan(people, day="fredag", clock="10")
    assert "1 av 4 har stilletid da, og får den først fredag 27. november 2020 kl. 14:00." in said


def test_a_time_that_nobody_has_quiet_says_nothing(people: Talk) -> None:
    assert "stilletid" not in plan(people, day="fredag", clock="15")


def test_where_it_is_over_at_different_times_that_of_most_is_told(people: Talk, turns: Turns) -> None:
    with turns.database.writing() as session:
        quiet_hours.choose(session, make_person(session, "early"), quiet_hours.Hours(17, 6))
    assert "4 av 5 har stilletid da, og får den når stilletiden er over, de fleste mandag" in plan(people, **EVENING)


def test_whoever_approves_and_whoever_waits_sees_it_too(people: Talk, turns: Turns) -> None:
    Talk(turns, "leader-2", NOW).say("hei")
    later = LATER.replace("3 av 4", "4 av 5")
    assert later in plan(people, **EVENING)
    assert later in told(turns, "leader-2")[-1].as_text()


def test_what_is_urgent_waits_for_nobody(people: Talk) -> None:
    assert "stilletid" not in plan(people, **EVENING, urgency="urgent", urgency_reason="Vannet er stengt.").lower()


def test_of_few_no_number_is_told(people: Talk, turns: Turns) -> None:
    Talk(turns, "employee-1", NOW).act("workgroup.join", group="osu-omstilling")
    people.act("announcement.preview", **WRITTEN)
    people.press("announcement.audience")
    people.press("announcement.addressed", workgroup="osu-omstilling")
    said = people.send(**EVENING).as_text()
    assert "De som har stilletid da, får den først når stilletiden er over." in said
    assert "av 1" not in said


def test_where_a_second_topic_adds_few_no_number_is_told(people: Talk, turns: Turns) -> None:
    goal, group = "theme:osu-mal-tjenester", "workgroup:osu-omstilling"
    for number in range(6):
        Talk(turns, f"follower-{number}", NOW).act("topic.follow", topic=goal)
    Talk(turns, "one", NOW).act("topic.follow", topic=group)
    people.act("announcement.preview", **WRITTEN)
    people.press("announcement.audience")
    people.press("announcement.addressed", topics=goal)
    assert "6 av 6" in people.send(**EVENING).as_text()
    people.act("announcement.preview", **WRITTEN)
    for name in (goal, group):
        people.press("announcement.audience")
        people.press("announcement.addressed", topics=name)
    said = people.send(**EVENING).as_text()
    assert "De som har stilletid da, får den først når stilletiden er over." in said
    assert "av 7" not in said
