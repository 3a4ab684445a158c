"""Words that are about one message to employees open that one, or ask which; they never turn one's own messages off."""

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.understanding.one_message import one_message
from storage.announcements import Announcement
from storage.people import Person
from tests.dialogs import test_planned
from tests.dialogs.test_planned import WRITTEN
from tests.talk import Talk

turns = test_planned.turns


def muted(turns: Turns) -> list[bool]:
    with turns.database.reading() as session:
        return list(session.exec(select(Person.is_muted)))


def titles(turns: Turns) -> list[str]:
    with turns.database.reading() as session:
        return [row.title for row in session.exec(select(Announcement))]


def sent(leader: Talk) -> None:
    leader.act("announcement.preview", **WRITTEN)
    leader.send()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("stopp meldingen", "stop"),
        ("kan du stoppe utsendinga?", "stop"),
        ("stop the announcement", "stop"),
        ("trekk tilbake meldingen", "recall"),
        ("trekk meldinga attende", "recall"),
        ("rett meldingen", "correct"),
        ("godkjenn meldingen", "approve"),
        ("hvem har fått meldingen", "who"),
        ("kven har lese meldinga?", "who"),
        ("slett utkastet", "delete"),
        ("delete the draft", "delete"),
    ],
)
def test_it_is_known_what_is_wanted_of_one_message(text: str, wanted: str) -> None:
    assert one_message(text) == ("announcement.which", {"wanted": wanted})


@pytest.mark.parametrize(
    "text", ["stopp meldingene", "stop all messages", "ikke stopp meldingen", "slett innspillet mitt"]
)
def test_what_is_not_about_one_message_is_left_alone(text: str) -> None:
    assert one_message(text) is None


@pytest.mark.parametrize("text", ["stopp meldingen", "stopp utsendingen"])
def test_to_stop_it_opens_its_report_and_mutes_nobody(leader: Talk, turns: Turns, text: str) -> None:
    sent(leader)
    card = leader.say(text)
    assert WRITTEN["title"] in card.title
    assert "announcement.stop" in [button.action for button in card.buttons]
    assert not any(muted(turns))


@pytest.mark.parametrize(
    ("text", "action"),
    [("trekk tilbake meldingen", "announcement.recalled"), ("rett meldingen", "announcement.correcting")],
)
def test_to_recall_or_correct_it_opens_that_form(leader: Talk, text: str, action: str) -> None:
    sent(leader)
    assert action in [button.action for button in leader.say(text).buttons]


def test_of_several_it_is_asked_which(leader: Talk) -> None:
    sent(leader)
    leader.act("announcement.preview", title="Kantina", text="Den stenger.")
    leader.send()
    card = leader.say("hvem har fått meldingen")
    assert [button.title for button in card.buttons][:2] == ["Kantina", WRITTEN["title"]]
    assert "Kantina" in leader.press(card.buttons[0]).title


def test_an_employee_stops_nobodys_message_and_is_shown_the_settings(employee: Talk, turns: Turns) -> None:
    card = employee.say("stopp meldingen")
    assert "settings" in [button.action for button in card.buttons]
    assert not any(muted(turns))
    for text in ("trekk tilbake meldingen", "godkjenn meldingen", "slett utkastet", "hvem har fått meldingen"):
        assert employee.say(text).outcome == "refused"


def test_a_draft_is_deleted_once_it_was_asked_for(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    leader.say("slett utkastet")
    assert titles(turns) == [WRITTEN["title"]]
    pressed = leader.shown[-1].buttons[0]
    assert leader.press(pressed).outcome == "done"
    assert titles(turns) == []
    assert leader.press(pressed).outcome == "refused"


def test_what_is_sent_planned_or_unknown_or_not_theirs_is_not_deleted(
    leader: Talk, employee: Talk, turns: Turns
) -> None:
    sent(leader)
    for key in (1, 99, -1, "1", None):
        assert leader.act("announcement.discarded", announcement=key).outcome == "refused"
        assert employee.act("announcement.discarded", announcement=key).outcome == "refused"
    leader.act("announcement.preview", title="Kantina", text="Den stenger.")
    leader.send(day="2020-11-27", clock="09:00")
    assert leader.act("announcement.discarded", announcement=2).outcome == "refused"
    assert titles(turns) == [WRITTEN["title"], "Kantina"]
