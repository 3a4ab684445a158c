"""A status report as one document: as it was sent, to read, hand on and keep."""

from dialogs import download_links, status_composed
from dialogs.card import Card, Language, Text
from dialogs.offers import offer, offers
from dialogs.status_reports import a_sent_one
from dialogs.turn import Turn
from dialogs.words import say
from storage import downloads, programmes, status_reports, status_rules, status_told
from storage.database import Session
from storage.downloads import Kind
from storage.people import Person
from storage.refusals import Refused
from storage.status_reports import ReportState

#: In which forms the document can be fetched.
KINDS = (Kind.STATUS_PDF, Kind.STATUS_HTML)


def take(session: Session, turn: Turn) -> Card:
    """The links to a report's document."""
    status_rules.must_read(session, turn.person, turn.programme)
    report = a_sent_one(session, turn)
    if not download_links.can(turn):
        raise Refused("refused.status.no_document")
    links = [
        download_links.to(
            turn,
            downloads.ask(session, turn.person, turn.programme.key, kind, turn.now, str(report.identity)),
            say(turn.language, f"status_reports.document.{kind}"),
        )
        for kind in KINDS
    ]
    minutes = int(downloads.GOOD_FOR // 60)
    return Card(
        title=status_composed.title(report, turn.language),
        blocks=(
            Text(text=say(turn.language, "status_reports.document.what")),
            *links,
            Text(text=say(turn.language, "status_reports.document.minutes", minutes=minutes), style="quiet"),
        ),
        buttons=(
            offer(turn.language, "report.open", {"report": report.identity}),
            *offers(turn.language, "report.list"),
        ),
        language=turn.language,
    )


def pages(
    session: Session, person: Person, programme_key: str, about: str, language: Language
) -> tuple[str, str, tuple[Card, ...]]:
    """The document's title, the line under it, and its cards, as they were kept when it was sent. Raises NotAllowed for
    who may not read it any more, Refused where none was sent."""
    programme = programmes.get(session, programme_key)
    status_rules.must_read(session, person, programme)
    report = status_reports.held(session, programme_key, int(about))
    if report.state != ReportState.SENT:
        raise Refused("refused.status.unknown")
    whole = status_told.of(session, report, language).document
    return whole["title"], whole["under"], tuple(Card.model_validate(card) for card in whole["cards"])
