"""What orders an announcement may say for whom it is and when it goes: both are there in the next card."""

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
