"""The decisions log as one document to read and keep, and as a file for spreadsheets: every version of every entry."""

from datetime import datetime

from dialogs import decision_cards, download_links, saying_dates
from dialogs.card import Block, Card, Facts, Items, Language, Text
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import csv_cells, decision_log, downloads, programmes
from storage.database import Session
from storage.decision_log import DecisionEntry
from storage.decisions import Decision
from storage.downloads import Download, Kind
from storage.people import Person
from storage.refusals import Refused

#: In which forms the document can be fetched.
KINDS = (Kind.DECISIONS_PDF, Kind.DECISIONS_HTML)
_COLUMNS = ("entry", "version", "kind", "title", "text", "by", "first_day", "last_day", "discussed", "dissent",
            "dissent_of", "basis", "means", "standing", "replaced_by", "reason", "written_on")  # fmt: skip


def take(session: Session, turn: Turn) -> Card:
    """The links to the document: everybody may read the log."""
    _must_have_any(session, turn.programme.key)
    if not download_links.can(turn):
        raise Refused("refused.decision_log.no_document")
    links = [
        download_links.to(
            turn,
            downloads.ask(session, turn.person, turn.programme.key, kind, turn.now),
            say(turn.language, f"decision_log.document.{kind}"),
        )
        for kind in KINDS
    ]
    minutes = int(downloads.GOOD_FOR // 60)
    return Card(
        title=say(turn.language, "decision_log.title"),
        blocks=(
            Text(text=say(turn.language, "decision_log.document.what")),
            *links,
            Text(text=say(turn.language, "decision_log.document.minutes", minutes=minutes), style="quiet"),
        ),
        buttons=offers(turn.language, "decision.log"),
        language=turn.language,
    )


def pages(
    session: Session, person: Person, programme_key: str, language: Language, now: datetime
) -> tuple[str, str, tuple[Card, ...]]:
    """The document's title, the line under it, and one card for each entry, the latest first. Raises Refused where
    nothing is recorded."""
    _must_have_any(session, programme_key)
    turn = Turn(person, programmes.get(session, programme_key), now, language)
    day = saying_dates.day(language, turn.today, weekday=False)
    under = say(language, "decision_log.document.under", programme=turn.programme.name, day=day)
    rows = decision_log.every(session, programme_key)
    return say(language, "decision_log.title"), under, tuple(_whole(session, turn, row) for row in rows)


def table(session: Session, asked: Download, acting: Person, language: Language) -> bytes:
    """Every version of every entry, for spreadsheets. Raises NotAllowed without the coordinator's role."""
    acting.must_be(session, "coordinator", asked.programme_key)
    zone = programmes.get(session, asked.programme_key)
    turn = Turn(acting, zone, asked.asked_at, language)
    head = [say(language, f"decision_log.column.{name}") for name in _COLUMNS]
    return csv_cells.file([head, *(_row(session, turn, *pair) for pair in _versions(session, asked.programme_key))])


def _versions(session: Session, programme_key: str) -> list[tuple[Decision, DecisionEntry]]:
    found = []
    for row in reversed(decision_log.every(session, programme_key)):
        decision, _ = decision_log.get(session, programme_key, row.decision_id)
        found += [(decision, version) for version in decision_log.versions(session, decision)]
    return found


def _row(session: Session, turn: Turn, decision: Decision, row: DecisionEntry) -> tuple[object, ...]:
    language = turn.language
    dissent = [block.text for block in decision_cards.dissent(session, turn, decision, row)]
    return (
        decision.identity,
        row.number,
        say(language, f"decision_log.kind.{row.kind}"),
        row.title,
        row.text,
        row.decided_by,
        row.first_day.isoformat(),
        row.last_day.isoformat(),
        "\n".join(decision_cards.discussed_lines(session, turn, decision, row)),
        "\n".join(dissent),
        say(language, f"decision_log.dissent_of.{row.dissent_of}") if row.dissent_of else "",
        "\n".join(one["title"] for one in row.basis),
        row.means,
        say(language, f"decision_log.standing.choice.{row.standing}"),
        row.replaced_by or "",
        row.reason,
        row.written_at.astimezone(turn.zone).date().isoformat(),
    )


def _whole(session: Session, turn: Turn, row: DecisionEntry) -> Card:
    """All that is recorded of one of them, with what was corrected."""
    language = turn.language
    decision, entry = decision_log.get(session, turn.programme.key, row.decision_id)
    every = decision_log.versions(session, decision)
    lines = decision_cards.discussed_lines(session, turn, decision, entry)
    blocks: list[Block] = [
        *decision_cards.standing(session, turn, entry),
        *(Text(text=part) for part in entry.text.splitlines() if part.strip()),
        Facts(facts=decision_cards.facts(language, entry)),
        *(_list(language, "decision_log.discussed", lines) or decision_cards.nobody(language)),
        *decision_cards.dissent(session, turn, decision, entry),
        *_list(language, "decision_log.basis", [one["title"] for one in entry.basis]),
        *_list(language, "decision_log.means", [part for part in entry.means.splitlines() if part.strip()]),
    ]
    if len(every) > 1:
        said = tuple(
            (say(language, "decision_log.version", number=one.number), _why(session, turn, one)) for one in every
        )
        blocks += [Text(text=say(language, "decision_log.document.versions"), style="strong"), Items(items=said)]
    return Card(title=entry.title, blocks=tuple(blocks), language=language)


def _why(session: Session, turn: Turn, entry: DecisionEntry) -> str:
    return decision_cards.corrected(session, turn, entry, "written")


def _list(language: Language, heading: str, lines: list[str]) -> tuple[Block, ...]:
    """A heading with its lines; nothing where there are none."""
    if not lines:
        return ()
    return Text(text=say(language, heading), style="strong"), *(Text(text=line) for line in lines)


def _must_have_any(session: Session, programme_key: str) -> None:
    if not decision_log.every(session, programme_key):
        raise Refused("refused.decision_log.empty")
