"""What orders an announcement may say for whom it is and when it goes: both are there in the next card."""

import pytest
from sqlmodel import select

from bot.turns import Turns
from storage.announcements import Announcement
from tests.dialogs import test_planned
from tests.talk import Talk

turns = test_planned.turns


def values(talk: Talk) -> dict[str, str]:
    return {question.name: question.value for card in talk.shown for question in card.questions}


def preview(leader: Talk) -> None:
    leader.press("announcement.preview", title="Til dere", text=values(leader)["text"])


def test_a_group_that_is_named_gets_it(leader: Talk, turns: Turns) -> None:
    card = leader.say("skriv en melding til arbeidsgruppe omstilling: Møte torsdag kl 10")
    assert "Den går til alle" not in card.as_text()
    assert "Arbeidsgruppe omstilling" in card.as_text()
    preview(leader)
    with turns.database.reading() as session:
        draft = session.exec(select(Announcement)).one()
    assert (draft.text, (draft.audience or {})["workgroup"]) == ("Møte torsdag kl 10", "osu-omstilling")
    assert (values(leader)["day"], values(leader)["clock"]) == ("", "")
    assert "Arbeidsgruppe omstilling" in leader.act("announcement.edit", announcement=draft.id).as_text()


def test_the_day_and_time_that_were_said_are_in_the_card_for_sending(leader: Talk) -> None:
    leader.say("Skriv en melding til alle på fredag kl 9 om at kantina stenger")
    preview(leader)
    assert (values(leader)["day"], values(leader)["clock"]) == ("2020-11-27", "9:00")


def test_what_names_neither_is_for_everyone_and_at_no_time(leader: Talk, turns: Turns) -> None:
    card = leader.say("Publiser en kunngjøring: Kantina stenger fredag kl 9")
    assert "Den går til alle" in card.as_text()
    preview(leader)
    assert (values(leader)["day"], values(leader)["clock"]) == ("", "")


def test_a_group_that_is_none_is_refused(leader: Talk, turns: Turns) -> None:
    card = leader.act("announcement.preview", title="Hei", text="Hei", group="no-such-group", form="0123456789abcdef")
    assert card.outcome == "refused"
    with turns.database.reading() as session:
        assert session.exec(select(Announcement)).all() == []


@pytest.mark.parametrize(
    "order",
    [
        "send melding til arbeidsgruppa om møte i morgen",
        "skriv en melding til arbeidsgruppa: Møte torsdag kl 10",
        "skriv ei melding til gruppa: Møte torsdag kl 10",
    ],
)
def test_a_group_without_a_name_is_chosen_in_the_form(leader: Talk, turns: Turns, order: str) -> None:
    card = leader.say(order)
    assert any(words in card.as_text() for words in ("Jeg forsto ikke hvilken gruppe", "Eg forstod ikkje kva gruppe"))
    question = next(question for question in card.questions if question.name == "group")
    assert (question.value, len(question.choices) > 2) == ("-", True)
    again = leader.press("announcement.preview", title="", text="Møte", group="osu-omstilling")
    assert next(question.value for question in again.questions if question.name == "group") == "osu-omstilling"
    leader.press("announcement.preview", title="Til dere", text="Møte", group="osu-omstilling")
    with turns.database.reading() as session:
        assert (session.exec(select(Announcement)).one().audience or {})["workgroup"] == "osu-omstilling"


def test_a_group_left_unchosen_is_everyone(leader: Talk, turns: Turns) -> None:
    leader.say("skriv en melding til arbeidsgruppa: Møte torsdag kl 10")
    leader.press("announcement.preview", title="Til dere", text="Møte", group="-")
    with turns.database.reading() as session:
        assert session.exec(select(Announcement)).one().audience is None


@pytest.mark.parametrize(
    ("order", "is_to_group"),
    [
        ("send melding til arbeidsgruppe omstilling om møte i morgen", True),
        ("skriv en melding til alle om arbeidsgruppa", False),
        ("publiser en melding: møte i arbeidsgruppa", False),
    ],
)
def test_a_group_is_asked_for_only_where_none_was_named(leader: Talk, order: str, is_to_group: bool) -> None:
    card = leader.say(order)
    assert [question.name for question in card.questions] == ["title", "text"]
    assert ("Arbeidsgruppe omstilling" in card.as_text()) is is_to_group
