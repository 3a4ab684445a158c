"""How work streams stood from report to report, as a picture and as text: of streams alone, never of a person."""

from dataclasses import dataclass
from datetime import date

from dialogs import saying_dates
from dialogs.card import Language
from dialogs.words import say, say_many, told
from storage import status_answers, status_reports
from storage.database import Session
from storage.programmes import Localised

#: How many reports are drawn, the latest: more do not fit on a telephone.
MOST_DRAWN = 6
#: Beside how a stream stands: nobody answered, and there was no such stream.
MISSING, ABSENT = "missing", "absent"


@dataclass(frozen=True)
class Stream:
    """A work stream that was in one of the reports at least: how it stood in each, by the names that the texts have,
    and how it stands now."""

    title: str
    standings: tuple[str, ...]
    said: str


@dataclass(frozen=True)
class Statuses:
    """Streams by reports, the earliest first; ``days`` are the reports'."""

    title: str
    language: Language
    days: tuple[date, ...]
    streams: tuple[Stream, ...]


def statuses(session: Session, programme_key: str, name: str, language: Language, today: date) -> Statuses:
    """The reports that were sent up to that day."""
    reports = [row for row in status_reports.sent(session, programme_key) if row.day <= today][:MOST_DRAWN][::-1]
    found: list[dict[str, str]] = []
    titles: dict[str, Localised] = {}
    for report in reports:
        answers = status_answers.of_report(session, report)
        found.append({key: str(said.standing) if said else MISSING for key, said in answers.items()})
        titles |= {item.stream_key: item.title for item in status_reports.items(session, report)}
    streams = tuple(
        _stream(told(title, language), tuple(each.get(key, ABSENT) for each in found), language)
        for key, title in titles.items()
    )
    title = say(language, "status_reports.chart.title", programme=name)
    return Statuses(title, language, tuple(report.day for report in reports), streams)


def alt(chart: Statuses) -> str:
    """What is read aloud for the picture: what it is. The facts stand beside it."""
    return say_many(
        chart.language, "status_reports.chart.alt", len(chart.streams), title=chart.title, reports=len(chart.days)
    )


def facts(chart: Statuses) -> list[tuple[str, list[tuple[str, str]]]]:
    """All that is drawn, as text."""
    return [("", [(stream.title, _told(chart, stream)) for stream in chart.streams])]


def called(standing: str, language: Language) -> str:
    """How a stream stands, in words."""
    key = {MISSING: "status_reports.missing", ABSENT: "status_reports.chart.absent"}
    return say(language, key.get(standing) or f"status_reports.standing.{standing}")


def _stream(title: str, standings: tuple[str, ...], language: Language) -> Stream:
    return Stream(title, standings, called(standings[-1], language))


def _told(chart: Statuses, stream: Stream) -> str:
    days = (saying_dates.day(chart.language, day, weekday=False) for day in chart.days)
    return "; ".join(
        f"{day}: {called(standing, chart.language)}"
        for day, standing in zip(days, stream.standings, strict=True)
        if standing != ABSENT
    )
