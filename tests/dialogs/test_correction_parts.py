"""A correction of all there is: each reader gets theirs in their language, and what could not be written stops it."""

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.card import Card, Picture
from storage import announcement_attachments, announcement_versions
from storage.announcement_attachments import Attached, Film
from storage.announcement_versions import AnnouncementVersion, Said
from storage.corrections import Correction, State
from storage.people import Person
from tests.conftest import NOW
from tests.dialogs.test_amendments import NEW, WRITTEN, deliver, look_at_correction, shown_to
from tests.dialogs.test_planned import stored, told
from tests.talk import Talk

PICTURE = {"picture_address": "https://kommunen.example/kart.png", "picture_alt": "Kart over kantina"}
LINK = {"link_address": "https://kommunen.example/kickoff", "link_title": "Om kickoff"}
ENGLISH = {"title": "Kickoff", "text": "Welcome on Wednesday."}


@pytest.fixture
def english(turns: Turns) -> Talk:
    talk = Talk(turns, "employee-2", NOW)
    talk.say("speak English to me")
    return talk


@pytest.fixture
def sent(leader: Talk, employee: Talk, english: Talk, turns: Turns) -> int:
    """An announcement with an English version, a picture and a link, that two employees have got: its key."""
    employee.say("hei")
    leader.act("announcement.preview", **WRITTEN)
    key = stored(turns).id or 0
    with turns.database.writing() as session:
        writer = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        announcement_attachments.attach(session, writer, "osu2020", key, Attached(**PICTURE, **LINK))
        says = Said("Kickoff", "Welcome on Tuesday.", "Map of the canteen")
        announcement_versions.write(session, writer, "osu2020", key, "en", says)
    leader.act("announcement.open", announcement=key)
    leader.send()
    deliver(turns)
    return key


def open_version(leader: Talk, language: str) -> Card:
    buttons = [b for card in leader.shown for b in card.buttons if b.action == "announcement.correct_version"]
    return leader.press(next(b for b in buttons if b.values["language"] == language))


def filled(card: Card) -> dict[str, str]:
    return {question.name: question.value for question in card.questions}


def english_of(turns: Turns) -> str:
    deliver(turns)
    return shown_to(turns, "employee-2", "en").as_text()


def pictures(turns: Turns) -> list[str]:
    card = shown_to(turns, "employee-1")
    return [block.alt for block in card.blocks if isinstance(block, Picture)]


def test_each_reader_gets_theirs_in_their_language(leader: Talk, sent: int, turns: Turns) -> None:
    look_at_correction(leader, sent, **NEW)
    assert "De som leser engelsk, får den rettede første teksten" in leader.shown[-1].as_text()
    form = open_version(leader, "en")
    assert filled(form) == {
        "title": "Kickoff", "text": "Welcome on Tuesday.", "picture_alt": "Map of the canteen", "link_title": "",
    }  # fmt: skip
    shown = leader.press("announcement.correct_version_save", **ENGLISH, picture_alt="Map of the canteen")
    assert "får den rettede første teksten" not in shown.as_text()
    assert any("Welcome on Wednesday." in card.as_text() for card in leader.shown)
    assert "Tuesday" in english_of(turns), "nothing is changed yet"
    leader.press("announcement.corrected")
    now = english_of(turns)
    assert "Welcome on Wednesday." in now
    assert "Map of the canteen" in now
    assert "Velkommen onsdag." in shown_to(turns, "employee-1").as_text()
    assert "Welcome on Wednesday." in Talk(turns, "employee-2", NOW).say("any news?").as_text()


def test_who_has_a_language_that_was_not_corrected_reads_the_first_text_everywhere(
    leader: Talk, sent: int, turns: Turns
) -> None:
    look_at_correction(leader, sent, **NEW)
    leader.press("announcement.corrected")
    assert "Velkommen onsdag." in english_of(turns)
    assert "Velkommen onsdag." in Talk(turns, "employee-2", NOW).say("any news?").as_text()


def test_only_the_english_version_can_be_corrected(leader: Talk, sent: int, turns: Turns) -> None:
    leader.act("announcement.correct", announcement=sent)
    more = next(b for b in leader.shown[-1].buttons if b.values.get("more"))
    leader.press(more, **WRITTEN, what="Day in English")
    unchanged = leader.press("announcement.corrected")
    assert unchanged.outcome == "refused", "nothing would change"
    leader.act("announcement.correct", announcement=sent)
    leader.press(more, **WRITTEN, what="Day in English")
    open_version(leader, "en")
    leader.press("announcement.correct_version_save", **ENGLISH, picture_alt="")
    leader.press("announcement.corrected")
    assert "Welcome on Wednesday." in english_of(turns)
    assert "Velkommen tirsdag." in shown_to(turns, "employee-1").as_text()


def test_a_version_can_be_added_and_taken_away(leader: Talk, sent: int, turns: Turns) -> None:
    look_at_correction(leader, sent, **NEW)
    open_version(leader, "nn")
    leader.press("announcement.correct_version_save", title="Kickoff", text="Velkomen onsdag.")
    open_version(leader, "en")
    leader.press("announcement.correct_version_save", **ENGLISH)
    open_version(leader, "en")
    leader.press("announcement.correct_version_remove")
    leader.press("announcement.corrected")
    deliver(turns)
    with turns.database.reading() as session:
        assert [row.language for row in session.exec(select(AnnouncementVersion))] == ["nn"]
    assert "Velkomen onsdag." in shown_to(turns, "employee-1", "nn").as_text()


def test_the_picture_and_the_link_are_corrected_with_the_words_for_them(leader: Talk, sent: int, turns: Turns) -> None:
    look_at_correction(leader, sent, **NEW)
    form = leader.press("announcement.correct_attach")
    assert filled(form) == {**PICTURE, **LINK, "film": Film.NONE}
    other = PICTURE | {"picture_address": "https://kommunen.example/ny.png", "picture_alt": "Kart over salen"}
    leader.press("announcement.correct_attached", **other, link_address="", link_title="", film="none")
    leader.press("announcement.corrected")
    deliver(turns)
    assert pictures(turns) == ["Kart over salen"]
    assert "Om kickoff" not in shown_to(turns, "employee-1").as_text()


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({**PICTURE, "picture_alt": "", **LINK}, "picture_alt"),
        ({**PICTURE, "link_address": "https://www.youtube.com/watch?v=1", "link_title": "Film"}, "film"),
        ({**PICTURE, **LINK, "link_address": "http://kommunen.example"}, "link_address"),
        ({**PICTURE, **LINK, "film": "uncaptioned"}, "film"),
    ],
)
def test_what_could_not_be_written_stops_a_correction(
    leader: Talk, sent: int, turns: Turns, form: dict[str, str], field: str
) -> None:
    look_at_correction(leader, sent, **NEW)
    leader.press("announcement.correct_attach")
    card = leader.press("announcement.correct_attached", **{"film": "none", **form})
    assert [question.name for question in card.questions if question.error] == [field]
    assert filled(card) == {"film": "none", **form}, "nothing filled in is lost"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"title": "", "text": "Welcome."}, "title"),
        ({"title": "Kickoff", "text": ""}, "text"),
        ({"title": "x" * 121, "text": "Welcome."}, "title"),
        ({"title": "Kickoff", "text": "See https://vimeo.com/1"}, "text"),
        ({"title": "Kickoff", "text": "It has been decided."}, "text"),
        ({"title": "Kickoff", "text": "Welcome.", "picture_alt": "x" * 301}, "picture_alt"),
    ],
)
def test_a_version_gets_round_no_rule(leader: Talk, sent: int, form: dict[str, str], field: str) -> None:
    look_at_correction(leader, sent, **NEW)
    open_version(leader, "en")
    card = leader.press("announcement.correct_version_save", **form)
    assert [question.name for question in card.questions if question.error] == [field]
    assert form["text"] == filled(card)["text"]


def test_a_change_of_the_first_text_asks_for_the_version_anew_and_keeps_what_was_written(
    leader: Talk, sent: int, turns: Turns
) -> None:
    look_at_correction(leader, sent, **NEW)
    open_version(leader, "en")
    leader.press("announcement.correct_version_save", **ENGLISH)
    assert filled(leader.press("announcement.correct"))["text"] == NEW["text"]
    leader.press("announcement.correcting", **(NEW | {"text": "Velkommen torsdag."}))
    assert "får den rettede første teksten" in leader.shown[-1].as_text()
    assert filled(open_version(leader, "en"))["text"] == ENGLISH["text"]


def test_whoever_approves_it_reads_each_language(leader: Talk, sent: int, turns: Turns) -> None:
    other = Talk(turns, "leader-2", NOW)
    other.say("hei")
    look_at_correction(leader, sent, **NEW)
    open_version(leader, "en")
    leader.press("announcement.correct_version_save", **ENGLISH)
    leader.press("announcement.corrected")
    asked = told(turns, "leader-2")[-1]
    reading = next(b for b in asked.buttons if b.action == "announcement.correction")
    assert "Welcome on Wednesday." in other.press(reading).as_text()
    other.press("announcement.correction_approve")
    assert "Welcome on Wednesday." in english_of(turns)


def test_only_leaders_correct_and_only_what_still_holds(leader: Talk, employee: Talk, sent: int, turns: Turns) -> None:
    look_at_correction(leader, sent, **NEW)
    with turns.database.reading() as session:
        key = session.exec(select(Correction.id)).one()
    actions = ("version", "version_save", "version_remove", "attach", "attached")
    for action in actions:
        refused = employee.act(f"announcement.correct_{action}", correction=key, language="en", **ENGLISH)
        assert refused.outcome == "refused"
    leader.press("announcement.corrected")
    for action in actions:
        late = leader.act(f"announcement.correct_{action}", correction=key, language="en", **ENGLISH)
        assert late.outcome == "refused", "it was made"
    for wrong in ({"correction": 77}, {"correction": "1"}, {"correction": key, "language": "sv"}):
        assert leader.act("announcement.correct_version", **wrong).outcome == "refused"


def test_pressed_twice_it_is_one_correction(leader: Talk, sent: int, turns: Turns) -> None:
    look_at_correction(leader, sent, **NEW)
    open_version(leader, "en")
    saving = next(b for b in leader.shown[-1].buttons if b.action == "announcement.correct_version_save")
    for _ in range(2):
        leader.press(saving, **ENGLISH)
    making = next(b for b in leader.shown[-1].buttons if b.action == "announcement.corrected")
    for _ in range(2):
        leader.press(making)
    with turns.database.reading() as session:
        states = [row.state for row in session.exec(select(Correction).order_by(Correction.id))]
    assert states == [State.DRAFT, State.MADE]
