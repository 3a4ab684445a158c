"""The document of a status report: as it was sent, in both forms, for those who may read it, and for nobody else."""

import re
from datetime import UTC, date, datetime

import pytest

from bot.web import proposal_files
from bot.web.downloads import FILES
from dialogs import status_document, status_notices
from dialogs.card import LANGUAGES, Language
from storage import downloads, erasing, programmes, status_answers, status_reports, status_streams
from storage.database import Database, Session
from storage.downloads import Kind
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from storage.status_answers import Said, Standing
from tests.conftest import make_person

PROGRAMME = "ou2021"
NOW = datetime(2021, 5, 20, 7, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> & \"sitat\" 'enkelt' 🙂 עברית"


def sent(session: Session) -> Person:
    """A report with one answer that a project leader changed and one that is missing; its project leader."""
    programme = programmes.get(session, PROGRAMME)
    leader = make_person(session, "sjef", "leader", "employee_representative", programme=PROGRAMME)
    owner = make_person(session, "eier", programme=PROGRAMME)
    for title in ("Ledernivåer", "Grensesnitt"):
        stream = status_streams.add(session, leader, programme, title, "", NOW)
        if title == "Ledernivåer":
            status_streams.give(session, leader, programme, stream.key, owner, NOW)
    report = status_reports.open_one(session, programme, date(2021, 5, 20), date(2021, 5, 20), NOW, NOW)
    status_reports.compose(session, report)
    item = status_reports.items(session, report)[0].identity
    said = Said(done=HOSTILE, standing=Standing.LATE, why="To er syke.", risks=["Få folk"], decisions="Ny frist?")
    status_answers.answer(session, owner, programme, item, said, 0, NOW)
    changed = said.model_copy(update={"deviations": "To uker."})
    status_answers.answer(session, leader, programme, item, changed, 1, NOW)
    status_reports.send(session, leader, programme, report.identity, report.version, NOW)
    status_notices.tell(session, programme, report)
    return leader


def test_the_page_has_everything_and_lets_no_text_be_markup(sqlite: Database) -> None:
    with sqlite.writing() as session:
        whole = status_document.pages(session, sent(session), PROGRAMME, "1", "nb")
    page = proposal_files.page(*whole, "nb").decode()
    told = re.sub(r"<style>.*?</style>", "", page, flags=re.S).replace("\u00a0", " ")
    for words in ("Statusrapport 20. mai 2021", "sendt av Sjef", "Forsinket: To er syke.", "To uker.", "Få folk",
                  "Ny frist?", "Svaret er endret av Sjef i prosjektledelsen", "Ikke besvart",
                  "1 arbeidsstrøm har ikke svart"):  # fmt: skip
        assert words in told, words
    assert "<script" not in told
    assert not re.search(r"(?:src|href)=|@import|url\(", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_of_one_report_and_says_its_language(sqlite: Database, language: Language) -> None:
    with sqlite.writing() as session:
        whole = status_document.pages(session, sent(session), PROGRAMME, "1", language)
    made = proposal_files.pdf(*whole, language, is_of_one=True)
    assert f"/Lang ({language})".encode() in made
    assert len(re.findall(rb"/Type /Page\b", made)) == 1


def test_it_is_the_same_whenever_it_is_fetched(sqlite: Database) -> None:
    with sqlite.writing() as session:
        leader = sent(session)
        before = status_document.pages(session, leader, PROGRAMME, "1", "nb")
        programme = programmes.get(session, PROGRAMME)
        for row in status_streams.every(session, PROGRAMME):
            status_streams.remove(session, leader, programme, row.key)
        status_streams.add(session, leader, programme, "Noe nytt", "", NOW)
        assert status_document.pages(session, leader, PROGRAMME, "1", "nb") == before


def test_a_name_goes_with_whoever_is_erased_and_the_text_stays(sqlite: Database) -> None:
    with sqlite.writing() as session:
        leader, reader = sent(session), make_person(session, "leser", "safety_representative", programme=PROGRAMME)
        erasing.erase(session, leader, {"nb": "en tidligere bruker"}, NOW)
        page = proposal_files.page(*status_document.pages(session, reader, PROGRAMME, "1", "nb"), "nb").decode()
    assert "Sjef" not in page
    assert "Svaret er endret av en tidligere bruker i prosjektledelsen" in page
    assert "To uker." in page


@pytest.mark.parametrize("kind", [Kind.STATUS_PDF, Kind.STATUS_HTML])
def test_it_is_for_those_who_may_read_it_and_only_while_they_may(sqlite: Database, kind: Kind) -> None:
    with sqlite.writing() as session:
        leader = sent(session)
        stranger = make_person(session, programme=PROGRAMME)
        found = downloads.ask(session, leader, PROGRAMME, kind, NOW, "1")
        assert FILES[kind](session, found, leader, "nb").body
        with pytest.raises(NotAllowed):
            FILES[kind](session, found, stranger, "nb")
        with pytest.raises(Refused, match="unknown"):
            status_document.pages(session, leader, PROGRAMME, "99", "nb")
