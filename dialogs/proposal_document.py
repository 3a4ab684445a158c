"""Proposals as one document to read, hand over and keep: all that was written of each, with who assured it and when."""

from collections.abc import Sequence
from datetime import datetime

from dialogs import download_links, saying_dates
from dialogs.card import Block, Card, Facts, Items, Language, Text
from dialogs.offers import offers
from dialogs.proposals import aspects, back, facts, key, met, state
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import downloads, programmes, proposal_consequences, proposals
from storage.database import Session
from storage.downloads import Kind
from storage.people import Person
from storage.proposals import Proposal, ProposalState
from storage.refusals import Refused

#: In which forms the document can be fetched.
KINDS = (Kind.PROPOSALS_PDF, Kind.PROPOSALS_HTML)


def take(session: Session, turn: Turn) -> Card:
    """The links to the document: of one proposal, or of all that the person may read."""
    about = str(key(turn) or "")
    rows = chosen(session, turn.person, turn.programme.key, about)
    if not download_links.can(turn):
        raise Refused("refused.proposal.no_document")
    links = [
        download_links.to(
            turn,
            downloads.ask(session, turn.person, turn.programme.key, kind, turn.now, about),
            say(turn.language, f"proposals.document.{kind}"),
        )
        for kind in KINDS
    ]
    minutes = int(downloads.GOOD_FOR // 60)
    return Card(
        title=title(turn, rows),
        blocks=(
            Text(text=say(turn.language, "proposals.document.what")),
            *links,
            Text(text=say(turn.language, "proposals.document.minutes", minutes=minutes), style="quiet"),
        ),
        buttons=(back(turn, rows[0]) if about else offers(turn.language, "proposal.list")[0],),
        language=turn.language,
    )


def chosen(session: Session, person: Person, programme_key: str, about: str) -> list[Proposal]:
    """The proposals that the document is of, none of them withdrawn, by group. Raises NotAllowed for whom they do not
    concern, Refused where there are none."""
    if about:
        return [proposals.get(session, person, programme_key, int(about))]
    rows = [row for row in proposals.readable(session, person, programme_key) if row.state != ProposalState.WITHDRAWN]
    if not rows:
        raise Refused("refused.proposal.none_to_read")
    return sorted(rows, key=lambda row: (row.workgroup_key, row.identity))


def title(turn: Turn, rows: Sequence[Proposal]) -> str:
    if len(rows) == 1:
        return rows[0].title
    return say(turn.language, "proposals.document.title")


def pages(
    session: Session, person: Person, programme_key: str, about: str, language: Language, now: datetime
) -> tuple[str, str, tuple[Card, ...]]:
    """The document's title, the line under it, and one card of everything for each proposal. Raises as ``chosen``."""
    turn = Turn(person, programmes.get(session, programme_key), now, language)
    rows = chosen(session, person, programme_key, about)
    receiver = proposals.rules(session, programme_key).get("received_by")
    under = say(
        language,
        "proposals.document.under",
        programme=turn.programme.name,
        receiver=told(receiver, language) if isinstance(receiver, dict) else "",
        day=saying_dates.day(language, turn.today, weekday=False),
    )
    return title(turn, rows), under, tuple(_whole(session, turn, row) for row in rows)


def _whole(session: Session, turn: Turn, row: Proposal) -> Card:
    blocks: list[Block] = [
        Text(text=saying_dates.capitalised(state(session, turn, row)), style="strong"),
        Facts(facts=facts(session, turn, row)),
        _heading(turn, "text"),
        *(Text(text=paragraph) for paragraph in row.text.splitlines() if paragraph.strip()),
        _heading(turn, "consequences"),
        *_consequences(session, turn, row),
        _heading(turn, "involved"),
        *_involved(session, turn, row),
        _heading(turn, "way"),
        Items(items=tuple(_steps(session, turn, row))),
    ]
    return Card(title=row.title, blocks=tuple(blocks), language=turn.language)


def _heading(turn: Turn, name: str) -> Text:
    return Text(text=say(turn.language, f"proposals.document.{name}"), style="strong")


def _consequences(session: Session, turn: Turn, row: Proposal) -> list[Block]:
    """Each aspect by itself: that nothing follows for somebody is a statement, too."""
    none = say(turn.language, "proposals.document.none")
    items = tuple(
        (saying_dates.capitalised(aspects(turn, (aspect,))), one.text if one.has_any else f"{none} {one.text}".strip())
        for aspect, one in proposal_consequences.assessment(session, row).items()
    )
    left = proposal_consequences.missing(session, row)
    missing = Text(text=say(turn.language, "proposals.missing", aspects=aspects(turn, left)), style="warning")
    return [*((Items(items=items),) if items else ()), *((missing,) if left else ())]


def _involved(session: Session, turn: Turn, row: Proposal) -> list[Block]:
    lines = met(session, turn, row)
    return [Items(items=lines) if lines else Text(text=say(turn.language, "proposals.nobody_involved"))]


def _steps(session: Session, turn: Turn, row: Proposal) -> list[tuple[str, str]]:
    """What has happened with it, day by day, with remarks and reasons; whoever did it is named by what they are."""
    found = []
    for step in proposals.steps(session, row):
        day = saying_dates.day(turn.language, step.at.astimezone(turn.zone).date(), weekday=False)
        said = say(turn.language, f"proposals.short.{step.state}")
        found.append((day, f"{said}. {step.text}".strip() if step.text else said))
    return found
