"""python -m bot report: who got an announcement, by name, for the technical sender. Names are printed, never logged."""

import csv
import logging
import sys
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.operator import operator
from dialogs.card import Language
from dialogs.words import say
from storage import broadcasts, programmes, recipients
from storage.announcements import Announcement
from storage.database import Database, Session
from storage.recipients import Recipient
from storage.refusals import Refused

COLUMNS = ("name", "channel", "state", "reason", "time", "known_as")
#: How wide each column of the table is; what is longer is not cut, and the line is longer then.
WIDTHS = (32, 10, 18, 40, 20, 0)
#: How a cell begins that a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

log = logging.getLogger(__name__)


def run(database: Database, announcement_id: int | None, language: Language, *, as_csv: bool) -> int:
    """Tells who got the announcement of that number, or without one which there are; returns the exit code."""
    if announcement_id is None:
        return _list(database, language)
    account = operator()
    try:
        with database.writing() as session:
            announcement = recipients.look(session, announcement_id, account, Clock().now())
            key = announcement.id
    except Refused as refused:
        return _complain(say(language, refused.key, **refused.values))
    # Committed before anything is told: a report that is broken off in the middle was looked at, too.
    log.info("report of announcement %d looked at by %s", key, account)
    with database.reading() as session:
        announcement = session.get_one(Announcement, key)
        zone = ZoneInfo(programmes.get(session, announcement.programme_key).timezone)
        rows = (_cells(one, zone, language) for one in recipients.each(session, announcement))
        head = tuple(say(language, f"command.report.{name}") for name in COLUMNS)
        (_write_csv if as_csv else _write_table)(head, rows)
        print(_total(session, announcement, language), file=sys.stderr if as_csv else sys.stdout)
    return 0


def _list(database: Database, language: Language) -> int:
    with database.reading() as session:
        rows = recipients.sent(session)
        if not rows:
            return _complain(say(language, "command.report.none"))
        print(say(language, "command.report.which"))
        for row in rows:
            assert row.sent_at is not None
            zone = ZoneInfo(programmes.get(session, row.programme_key).timezone)
            print(f"{row.id:>6}  {row.sent_at.astimezone(zone):%Y-%m-%d %H:%M}  {_printable(row.title)}")
    return 0


def _cells(one: Recipient, zone: ZoneInfo, language: Language) -> tuple[str, ...]:
    at = f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if one.at else ""
    state = say(language, f"command.report.state.{one.status.value}")
    reason = _reason(one.reason, language) if one.reason else ""
    return (_printable(one.name), one.channel, state, reason, at, _printable(one.known_as))


def _reason(reason: str, language: Language) -> str:
    """In the report's words, or as the platform said it where there are none."""
    try:
        return say(language, f"announcements.report.{reason}")
    except KeyError:
        return _printable(reason)


def _total(session: Session, announcement: Announcement, language: Language) -> str:
    """That everybody who was planned for is accounted for, as the leaders' report says it."""
    meant, counts = broadcasts.report(session, announcement.broadcast_id or 0)
    return say(language, "announcements.report.sum", count=sum(counts.values()), planned=meant)


def _write_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    for cells in _first(head, rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip())


def _write_csv(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    writer = csv.writer(sys.stdout, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    for cells in _first(head, rows):
        writer.writerow([as_text(cell) for cell in cells])


def as_text(cell: str) -> str:
    """The cell as a spreadsheet shows it, and never calculates it."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULAS) else cell


def _first(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    yield head
    yield from rows


def _printable(text: str) -> str:
    """Without the signs that a terminal acts on: a name is whatever somebody called themselves."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _complain(said: str) -> int:
    print(said, file=sys.stderr)
    return 1
