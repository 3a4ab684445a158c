"""Status reports as they were sent: the card and the document in each language, kept so that they can be shown again.

Nothing of one is ever changed, except that a person who is erased is named in it no more.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import JSON, String, cast, or_
from sqlmodel import Field, Session, SQLModel, col, select

from storage import status_streams
from storage.outbox import OutboxRow, Status
from storage.status_reports import StatusItem, StatusReport
from storage.status_streams import WorkStream
from storage.unnamed import unnamed


class StatusTold(SQLModel, table=True):
    """What a report told, by language: ``card`` is what was sent, ``document`` all of it."""

    __tablename__ = "status_told"
    report_id: int = Field(foreign_key="status_report.id", primary_key=True)
    language: str = Field(primary_key=True)
    card: dict[str, Any] = Field(sa_type=JSON)
    document: dict[str, Any] = Field(sa_type=JSON)


def keep(
    session: Session, report: StatusReport, cards: Mapping[Any, dict[str, Any]], documents: Mapping[Any, dict[str, Any]]
) -> None:
    """Keeps what is sent of a report. Once: there is a row of each language at most."""
    for language, card in cards.items():
        told = StatusTold(report_id=report.identity, language=language, card=card, document=documents[language])
        session.add(told)
    session.flush()


def of(session: Session, report: StatusReport, language: str) -> StatusTold:
    """As it was sent. Raises where it was not."""
    return session.get_one(StatusTold, (report.identity, language))


def key_of(report: StatusReport) -> str:
    """What the keys of its rows in the outbox begin with."""
    return f"status-report:{report.identity}:to:"


def arrived(session: Session, report: StatusReport) -> dict[Status, int]:
    """To how many it was sent, waits or did not come; whoever was erased since is among none."""
    rows = session.exec(
        select(OutboxRow.status).where(col(OutboxRow.idempotency_key).startswith(key_of(report), autoescape=True))
    )
    found: dict[Status, int] = {}
    for status in rows:
        found[Status(status)] = found.get(Status(status), 0) + 1
    return found


def forget_name(session: Session, written: Iterable[str], name: re.Pattern[str], former: Mapping[str, str]) -> None:
    """Names somebody no more who is erased; ``written`` is their name as JSON writes it. Owners whom a document names
    are the programme's file's."""
    text = (cast(col(StatusTold.card), String), cast(col(StatusTold.document), String))
    holds = or_(*(column.contains(one, autoescape=True) for column in text for one in written))
    for told in session.exec(select(StatusTold).where(holds)).all():
        instead = former.get(told.language, "")
        told.card, told.document = unnamed(told.card, name, instead), unnamed(told.document, name, instead)
        session.add(told)
    rows: list[WorkStream | StatusItem] = [*session.exec(select(WorkStream)), *session.exec(select(StatusItem))]
    for row in rows:
        key = row.key if isinstance(row, WorkStream) else row.stream_key
        if status_streams.is_made_here(key) and row.owner_name and name.search(row.owner_name):
            row.owner_name = None
            session.add(row)
    session.flush()
