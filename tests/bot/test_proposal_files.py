"""The document of proposals: all of it in both forms, and nothing that asks anybody for anything."""

import logging
import re
from datetime import UTC, datetime

import pytest

from bot.__main__ import begin_logging
from bot.web import proposal_files
from dialogs import proposal_document
from dialogs.card import LANGUAGES, Language
from storage import group_seats, proposal_consequences, proposal_reviews, proposals, workgroups
from storage.database import Database, Session
from storage.people import Person
from storage.proposal_consequences import Aspect
from storage.proposals import Worded
from storage.refusals import NotAllowed, Refused
from tests.conftest import make_person

PROGRAMME = "os2019"
NOW = datetime(2019, 5, 6, 9, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> & \"sitat\" 'enkelt'"
Whole = tuple[str, str, tuple[proposal_document.Card, ...]]


def handed_over(session: Session, title: str = "Felles innkjøp") -> Person:
    """A proposal after its deadline, with a remark on the way, and the leader of its group."""
    group, quality = (workgroups.get(session, PROGRAMME, key) for key in ("os-oppvekst", "os-stottegruppe"))
    chair, assurer = (make_person(session, programme=PROGRAMME) for _ in range(2))
    group_seats.give(session, chair, group, NOW, leads=True)
    group_seats.give(session, assurer, quality, NOW)
    worded = Worded(title=title, text=f"Første avsnitt.\n\n{HOSTILE}", amount=250_000, effect_year=2019)
    made = proposals.make(session, chair, group, worded, NOW, NOW.date())
    said = dict.fromkeys(Aspect, (False, "")) | {Aspect.EMPLOYEES: (True, "To får nye oppgaver.")}
    key = made.identity
    proposal_consequences.assess(session, chair, PROGRAMME, key, said, NOW)
    proposal_consequences.involve(
        session, chair, PROGRAMME, key, "Eldrerådet", NOW.date(), "De er med.", NOW, NOW.date()
    )
    proposal_reviews.send_to_review(session, chair, PROGRAMME, key, NOW)
    proposal_reviews.remark(session, assurer, PROGRAMME, key, 1, "Hva med skyssen?", NOW)
    proposal_reviews.send_to_review(session, chair, PROGRAMME, key, NOW)
    proposal_reviews.assure(session, assurer, PROGRAMME, key, 2, NOW)
    proposal_reviews.hand_over(session, chair, PROGRAMME, key, NOW)
    return chair


def whole(session: Session, person: Person, about: str = "", language: Language = "nb") -> Whole:
    return proposal_document.pages(session, person, PROGRAMME, about, language, NOW)


def test_the_page_has_everything_and_lets_no_text_be_markup(sqlite: Database) -> None:
    with sqlite.writing() as session:
        title, under, cards = whole(session, handed_over(session))
    page = proposal_files.page(title, under, cards, "nb").decode()
    told = re.sub(r"<style>.*?</style>", "", page, flags=re.S).replace("\u00a0", " ")
    for said in ("Felles innkjøp", "Første avsnitt.", "sparer 250 000 kroner", "To får nye oppgaver.", "Eldrerådet",
                 "De er med.", "Hva med skyssen?", "levert etter fristen, som var onsdag 1. mai 2019",
                 "Til rådmannen"):  # fmt: skip
        assert said in told, said
    assert told.count("Ingen.") == 4
    assert "<script" not in told
    assert not re.search(r"(?:src|href)=|@import|url\(", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_has_a_page_for_each_and_says_its_language(sqlite: Database, language: Language) -> None:
    with sqlite.writing() as session:
        chair = handed_over(session)
        handed_over(session, "Felles 🙂 skyss, fellesskåp og עברית")
        one = proposal_files.pdf(*whole(session, chair, "1", language), language)
        both = proposal_files.pdf(*whole(session, chair, "", language), language)
    assert one.startswith(b"%PDF-")
    assert f"/Lang ({language})".encode() in one
    assert [len(re.findall(rb"/Type /Page\b", made)) for made in (one, both)] == [1, 2]


def test_drawing_it_logs_no_letter_of_it(
    sqlite: Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite.writing() as session:
        made = whole(session, handed_over(session, "Felles 🙂 skyss og עברית"))
    for name in ("fontTools", "fpdf"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.NOTSET)
    caplog.set_level(logging.INFO)
    proposal_files.pdf(*made, "nb")
    assert caplog.records, "both would"
    begin_logging()
    caplog.clear()
    proposal_files.pdf(*made, "nb")
    assert [record.name for record in caplog.records] == []


def test_it_is_for_those_who_may_read_the_proposals_and_only_while_they_may(sqlite: Database) -> None:
    with sqlite.writing() as session:
        chair = handed_over(session)
        stranger = make_person(session, programme=PROGRAMME)
        for about in ("", "1"):
            with pytest.raises(NotAllowed):
                whole(session, stranger, about)
        group_seats.take(session, chair, workgroups.get(session, PROGRAMME, "os-oppvekst"))
        with pytest.raises(NotAllowed):
            whole(session, chair, "1")
        with pytest.raises(Refused, match="unknown"):
            whole(session, chair, "99")
