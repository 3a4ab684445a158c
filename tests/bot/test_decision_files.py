"""The decisions log as files: all of it, every version, and nothing in it that a spreadsheet or a page would run."""

import csv
import io
import re
from datetime import UTC, datetime

import pytest

from bot.web import proposal_files
from dialogs import decision_document
from storage import decision_log, downloads
from storage.database import Session
from storage.downloads import Kind
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from tests.conftest import make_person
from tests.storage.test_decision_log import LATER, OSU, TODAY, VEDTAK, vedtak

NOW = datetime(2020, 12, 4, 9, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script> =1+1;+2 «sitat»"


def corrected(session: Session) -> Person:
    leader = make_person(session, "leder", "leader")
    entry = vedtak(session, leader, text=HOSTILE, basis=[{"kind": "link", "title": "https://example.org/sak"}])
    worded = VEDTAK.model_copy(update={"discussed": ["MBM, 1. desember"], "text": f"{HOSTILE} to"})
    decision_log.correct(session, leader, OSU, entry.decision_id, worded, "Tallet var feil.", 1, LATER, TODAY)
    return leader


def test_the_table_has_every_version_and_no_formula(session: Session) -> None:
    corrected(session)
    coordinator = make_person(session, "koordinator", "coordinator")
    asked = downloads.ask(session, coordinator, OSU, Kind.DECISIONS, NOW)
    body = decision_document.table(session, asked, coordinator, "nb").decode("utf-8-sig")
    head, first, second = csv.reader(io.StringIO(body), delimiter=";")
    assert [row[head.index("Versjon")] for row in (first, second)] == ["1", "2"]
    assert second[head.index("Drøftet før")] == "MBM, 1. desember"
    assert second[head.index("Hvorfor rettet")] == "Tallet var feil."
    assert first[head.index("Første mulige dag")] == "2020-12-02"
    assert not re.search(r"[;\t|,]\s*[=+@]", first[head.index("Hva som ble bestemt")])


@pytest.mark.parametrize("role", ["", "leader"])
def test_the_table_is_for_coordinators(session: Session, role: str) -> None:
    corrected(session)
    other = make_person(session, "annen", *((role,) if role else ()))
    with pytest.raises(NotAllowed):
        downloads.ask(session, other, OSU, Kind.DECISIONS, NOW)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_document_is_everybodys_and_asks_nobody_for_anything(session: Session, language: str) -> None:
    corrected(session)
    reader = make_person(session, "kari")
    whole = decision_document.pages(session, reader, OSU, language, NOW)  # type: ignore[arg-type]
    page = proposal_files.page(*whole, language).decode()  # type: ignore[arg-type]
    told = re.sub(r"<style>.*?</style>", "", page, flags=re.S).replace("\u00a0", " ")
    for said in ("Kommunestyret", "MBM, 1. desember", "Tallet var feil.", "2020"):
        assert said in told, said
    assert "<script" not in told
    assert not re.search(r"(?:src|href)=|@import|url\(", page)
    made = proposal_files.pdf(*whole, language)  # type: ignore[arg-type]
    assert made.startswith(b"%PDF-")


def test_there_is_no_document_of_nothing(session: Session) -> None:
    with pytest.raises(Refused, match="empty"):
        decision_document.pages(session, make_person(session, "kari"), OSU, "nb", NOW)
