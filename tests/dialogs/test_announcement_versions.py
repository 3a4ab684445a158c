"""A leader writes an announcement in more languages, and each person gets theirs."""

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.announcement_pages import shown
from dialogs.card import Card, Language
from storage import announcement_pages, announcements, people
from storage.announcements import Announcement
from storage.outbox import Kind, Message
from tests.dialogs import test_approvals, test_planned
from tests.dialogs.test_approvals import asked
from tests.dialogs.test_planned import sent, stored
from tests.talk import Talk

turns = test_planned.turns
other = test_approvals.other

FIRST = {"title": "Vi flytter", "text": "Vi flytter til nye lokaler på mandag. Ikke ta med noe."}
NYNORSK = {"title": "Vi flyttar", "text": "Vi flyttar til nye lokale på måndag. Ikkje ta med noko."}
ENGLISH = {"title": "We are moving", "text": "We are moving to new offices on Monday. Bring nothing."}


def write(leader: Talk, language: str, **form: str) -> Card:
    """From the card for sending, by the buttons that a leader presses."""
    leader.press("announcement.parts")
    button = next(b for b in leader.shown[-1].buttons if b.values.get("language") == language)
    leader.press(button)
    return leader.press("announcement.version_save", **form)


def cards(turns: Turns) -> dict[str, Card]:
    """What was sent, by language."""
    with turns.database.reading() as session:
        row = session.exec(select(Message.cards).where(Message.kind == Kind.ANNOUNCEMENT)).one()
    return {language: Card.model_validate(card) for language, card in row.items()}


def test_each_person_gets_their_language(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **FIRST)
    write(leader, "nn", **NYNORSK)
    write(leader, "en", **ENGLISH)
    assert [card.title for card in leader.shown[:3]] == ["Vi flytter", "Vi flyttar", "We are moving"]
    assert "Egne utgaver: nynorsk, engelsk." in leader.shown[-1].as_text()
    leader.send()
    assert {language: card.title for language, card in cards(turns).items()} == {
        "nb": "Vi flytter",
        "nn": "Vi flyttar",
        "en": "We are moving",
    }


def test_whoever_has_no_version_gets_the_first(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **FIRST)
    write(leader, "en", **ENGLISH)
    leader.send()
    assert [cards(turns)[language].title for language in ("nb", "nn", "en")] == [
        "Vi flytter",
        "Vi flytter",
        "We are moving",
    ]


def test_who_writes_nynorsk_is_offered_bokmal_and_english(leader: Talk) -> None:
    leader.act("announcement.preview", **NYNORSK)
    offered = [b.title for b in leader.press("announcement.parts").buttons if b.action == "announcement.version"]
    assert offered == ["Skriv på bokmål", "Skriv på engelsk"]
    leader.act("announcement.preview", **FIRST)
    offered = [b.title for b in leader.press("announcement.parts").buttons if b.action == "announcement.version"]
    assert offered == ["Skriv på nynorsk", "Skriv på engelsk"]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"title": "", "text": "y"}, "title"),
        ({"title": "x", "text": " "}, "text"),
        ({"title": "x" * 121, "text": "y"}, "title"),
        ({"title": "x", "text": "y" * 4001}, "text"),
    ],
)
def test_half_a_version_comes_back_as_filled_in(leader: Talk, form: dict[str, str], field: str) -> None:
    leader.act("announcement.preview", **FIRST)
    card = write(leader, "nn", **form)
    assert card.outcome == "refused"
    assert [question.name for question in card.questions if question.error] == [field]
    assert [question.value for question in card.questions] == [form["title"], form["text"].strip()]


def test_the_preview_says_that_a_version_may_be_outdated(leader: Talk) -> None:
    leader.act("announcement.preview", **FIRST)
    write(leader, "nn", **NYNORSK)
    assert "utdatert" not in "".join(card.as_text() for card in leader.shown)
    leader.press("announcement.edit")
    leader.press("announcement.preview", title="Vi flytter", text="Vi flytter på tirsdag.")
    nynorsk, sending = leader.shown[1:]
    assert "Utgaven kan være utdatert" in nynorsk.as_text()
    assert "Utgaven kan være utdatert" in sending.as_text()
    write(leader, "nn", **NYNORSK | {"text": "Vi flyttar på tysdag."})
    assert "utdatert" not in "".join(card.as_text() for card in leader.shown)


def test_what_was_looked_at_before_a_version_came_is_not_sent(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **FIRST)
    old = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    write(leader, "nn", **NYNORSK)
    assert leader.send(old).outcome == "refused"
    assert sent(turns) == 0


def test_a_version_that_was_removed_is_gone_and_removed_twice_is_once(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **FIRST)
    write(leader, "nn", **NYNORSK)
    leader.press("announcement.parts")
    leader.press("announcement.version")
    removing = next(b for b in leader.shown[-1].buttons if b.action == "announcement.version_remove")
    leader.press(removing)
    leader.press(removing)
    assert len(leader.shown) == 2
    assert stored(turns).version == 3


def test_a_version_needs_the_role_and_a_draft_and_a_language_of_ours(leader: Talk, employee: Talk) -> None:
    leader.act("announcement.preview", **FIRST)
    for action in ("announcement.parts", "announcement.version", "announcement.version_save"):
        values = {"announcement": 1, "language": "nn"} | NYNORSK
        assert employee.act(action, **values).did == "refuse_not_leader"
    assert leader.act("announcement.version", announcement=1, language="sv").outcome == "refused"
    assert leader.act("announcement.version", announcement=7, language="nn").outcome == "refused"
    leader.act("announcement.preview", **FIRST)
    leader.send()
    assert leader.act("announcement.version_save", announcement=2, language="nn", **NYNORSK).outcome == "refused"


def test_an_approver_reads_each_version_and_a_new_one_needs_approval_anew(
    leader: Talk, other: Talk, turns: Turns
) -> None:
    leader.act("announcement.preview", **FIRST)
    write(leader, "en", **ENGLISH)
    leader.send()
    assert "Vi flytter" in asked(turns, other).as_text()
    reading = next(b for b in other.shown[-1].buttons if b.values.get("language") == "en")
    assert reading.title == "Les den på engelsk"
    english = other.press(reading)
    assert "We are moving" in english.as_text()
    approving = next(b for b in english.buttons if b.action == "announcement.approve")
    leader.act("announcement.version_save", announcement=1, language="nn", **NYNORSK)
    assert other.press(approving).outcome == "refused"
    assert sent(turns) == 0


def test_latest_news_and_the_page_are_in_the_readers_language(leader: Talk, employee: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **FIRST)
    write(leader, "en", **ENGLISH)
    leader.send()
    employee.act("language.set", language="en")
    news = employee.act("announcement.latest").as_text()
    assert "We are moving: We are moving to new offices" in news
    assert "Vi flytter" not in news
    with turns.database.writing() as session:
        person = session.exec(select(people.Person).where(people.Person.name == "Leader-1")).one()
        row = announcements.get(session, person, "osu2020", session.exec(select(Announcement.id)).one() or 0)
        key = announcement_pages.open_page(session, person, row)
    assert page_title(turns, key, "en") == "We are moving"
    assert page_title(turns, key, "nn") == "Vi flytter"


def page_title(turns: Turns, key: str, language: Language) -> str:
    with turns.database.reading() as session:
        found = shown(session, key, language)
    assert found is not None
    return found.title


def test_the_longest_versions_fit_every_channel(leader: Talk) -> None:
    leader.act("announcement.preview", title="ø" * 120, text="🙂" * 4000)
    for language in ("nn", "en"):
        assert write(leader, language, title="ø" * 120, text="🙂" * 4000).outcome != "refused"
    assert len(leader.shown) == 4
