"""Messages that come by themselves are changed only by words that say which of them, and which way."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.understanding import Vocabulary, messages, vocabulary_of
from dialogs.understanding.reading import Reading, read
from storage import programmes
from storage.people import Person
from tests.talk import Talk

Read = Callable[[str], Reading]


@pytest.fixture
def reading(turns: Turns) -> Read:
    with turns.database.reading() as session:
        vocabulary: Vocabulary = vocabulary_of(session, programmes.get(session, "osu2020"))
    return lambda text: read(text, vocabulary, date(2020, 11, 24), {})


def state(turns: Turns) -> tuple[bool, bool, str]:
    """Whether the person who wrote is muted, gets reminders, and how often a digest."""
    with turns.database.reading() as session:
        row = session.exec(select(Person).where(Person.name == "Employee-1")).one()
        return row.is_muted, row.wants_reminders, row.digest


@pytest.mark.parametrize(
    "text",
    [
        "turn of all remindrs",
        "trun off remindrs",
        "turn all of those reminders off",
        "forget my reminders",
        "slå av påminnelsene",
        "skru påminnelsene av",
        "slutt med oppsummeringa",
        "ikkje send meg samandrag",
        "no more reminders please",
    ],
)
def test_what_ends_something_is_off_with_typos_too(reading: Read, text: str) -> None:
    assert messages.direction(reading(text), is_often_said=False) is False


@pytest.mark.parametrize(
    "text",
    [
        "turn reminders on",
        "slå på påminnelser",
        "ikke glem å minne meg på milepælene",
        "don't forget to remind me of the milestones",
        "ikkje gløym å minne meg på milepælane",
        "send meg påminnelser",
        "reminders please",
    ],
)
def test_what_asks_for_something_is_on(reading: Read, text: str) -> None:
    assert messages.direction(reading(text), is_often_said=False) is True


@pytest.mark.parametrize(
    "text",
    [
        "settings",
        "reminders",
        "slå av og på varsler",
        "ikke slå av påminnelsene",
        "don't turn off the reminders",
        "får jeg påminnelser",
        "skru xz påminnelser",
    ],
)
def test_what_says_no_way_or_both_changes_nothing(reading: Read, text: str) -> None:
    assert messages.direction(reading(text), is_often_said=False) is None


@pytest.mark.parametrize(
    "text",
    ["settings", "Settings", "innstillinger", "Innstillingar", "meldinger", "mine meldinger", "varsler", "Påminnelser"],
)
def test_what_only_names_the_settings_shows_them(employee: Talk, turns: Turns, text: str) -> None:
    employee.act("subscription.set", on=False, topic="all")
    shown, settings = employee.say(text), employee.act("settings")
    assert [button.action for button in shown.buttons] == [button.action for button in settings.buttons]
    assert state(turns) == (True, True, "off")


def test_which_reminders_there_are_is_shown(employee: Talk, turns: Turns) -> None:
    assert "Påminnelser om milepæler: på" in employee.say("hvilke påminnelser har jeg").as_text()
    assert state(turns) == (False, True, "off")


@pytest.mark.parametrize(
    "text",
    ["stopp oppsummeringen", "ikke send meg oppsummering", "stop the digest", "slutt med oppsummeringa"],
)
def test_a_digest_is_ended_and_nothing_else(employee: Talk, turns: Turns, text: str) -> None:
    employee.act("subscription.set", on=True, topic="digest", frequency="daily")
    assert employee.say(text).outcome == "done"
    assert state(turns) == (False, True, "off")


def test_reminders_are_ended_and_nothing_else(employee: Talk, turns: Turns) -> None:
    employee.act("subscription.set", on=True, topic="digest", frequency="daily")
    assert employee.say("turn of all remindrs").outcome == "done"
    assert state(turns) == (False, False, "daily")


def test_both_at_once_are_asked_about(employee: Talk, turns: Turns) -> None:
    employee.act("subscription.set", on=True, topic="digest", frequency="daily")
    assert employee.say("slå av påminnelser og oppsummering").outcome == "clarify"
    assert state(turns) == (False, True, "daily")


def test_to_leave_everything_asks_about_messages_and_offers_the_groups(employee: Talk, turns: Turns) -> None:
    card = employee.say("meld meg av alt")
    assert card.outcome == "clarify"
    assert [button.action for button in card.buttons][:3] == ["subscription.set", "guide.unchanged", "workgroup.leave"]
    employee.press("subscription.set")
    assert state(turns) == (True, True, "off")


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("stilletid 16-8", ("16", "8")),
        ("quiet hours 22 to 8", ("22", "8")),
        ("ikke stør mæ før kl 10", ("17", "10")),
        ("don't disturb me after kl 18", ("18", "7")),
        ("ikkje send meg noko i helga", ("17", "7")),
        ("hald munn til måndag", ("17", "7")),
        ("eg vil ha mindre støy", ("17", "7")),
    ],
)
def test_when_not_to_be_disturbed_opens_the_form_with_the_hours_and_sets_nothing(
    employee: Talk, turns: Turns, text: str, hours: tuple[str, str]
) -> None:
    questions = {question.name: question.value for question in employee.say(text).questions}
    assert (questions["begins"], questions["ends"]) == hours
    assert state(turns) == (False, True, "off")


def test_no_digest_on_fridays_is_about_the_digest(employee: Talk) -> None:
    assert not employee.say("ikke send meg oppsummering på fredager").questions
