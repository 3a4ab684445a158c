"""A status report as it reads: the card that is sent, and all of it. Made of stored answers; what is missing stands as
missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dialogs import former, saying_dates
from dialogs.card import Block, Card, Items, Language, Text
from dialogs.offers import offer
from dialogs.words import say, say_many, told
from storage import status_answers, status_changes, status_reports
from storage.database import Session
from storage.people import Person
from storage.programmes import Localised, Programme
from storage.status_answers import By, StatusAnswer
from storage.status_changes import Change
from storage.status_reports import StatusItem, StatusReport

#: How many changes the card tells; the document tells all.
MOST_CHANGES = 10
#: Into how many paragraphs a text is divided.
MOST_LINES = 10
#: How much of a text the card shows, in characters.
MOST_SHOWN = 160


@dataclass(frozen=True)
class Composed:
    """A report with what was answered, and what it is compared with."""

    report: StatusReport
    programme: Programme
    rows: tuple[tuple[StatusItem, tuple[StatusAnswer, ...]], ...]
    before: StatusReport | None
    changes: tuple[Change, ...]
    #: What each stream is called, also one that has ended since.
    titles: dict[str, Localised]
    people: dict[int, Person]

    @property
    def missing(self) -> tuple[StatusItem, ...]:
        return tuple(item for item, answers in self.rows if not answers)


def read(session: Session, programme: Programme, report: StatusReport) -> Composed:
    """All that a report is made of, as it stands."""
    rows = tuple((item, tuple(status_answers.history(session, item))) for item in status_reports.items(session, report))
    before = status_reports.before(session, report)
    earlier = status_answers.of_report(session, before) if before else {}
    changes = status_changes.between(earlier, status_answers.of_report(session, report)) if before else []
    titles = {item.stream_key: item.title for item in (status_reports.items(session, before) if before else ())}
    titles |= {item.stream_key: item.title for item, _ in rows}
    known = {row.person_id for _, answers in rows for row in answers} | {report.sent_by} - {None}
    found = {key: session.get_one(Person, key) for key in known if key is not None}
    return Composed(report, programme, rows, before, tuple(changes), titles, found)


def title(report: StatusReport, language: Language) -> str:
    return say(language, "status_reports.title", day=saying_dates.day(language, report.day, weekday=False))


def card(composed: Composed, language: Language) -> Card:
    """What is sent: how each stream stands, what changed, and what somebody has to decide."""
    values = {"report": composed.report.id}
    return Card(
        title=title(composed.report, language),
        blocks=_overall(composed, language, MOST_CHANGES),
        buttons=(
            offer(language, "report.part", values, "primary"),
            offer(language, "report.document", values),
            offer(language, "report.list"),
        ),
        language=language,
    )


def _overall(composed: Composed, language: Language, most_changes: int | None) -> tuple[Block, ...]:
    """The report in short; ``most_changes`` is None where there is room for all."""
    report = composed.report
    blocks: list[Block] = [Text(text=text) for text in _paragraphs(report.introduction)]
    lines = tuple((told(item.title, language), _line(composed, answers, language)) for item, answers in composed.rows)
    blocks.append(Items(items=lines) if lines else Text(text=say(language, "status_reports.no_streams")))
    blocks += _missing(composed, language)
    blocks += _changed(composed, language, most_changes)
    deciding = [
        (told(item.title, language), _short(answers[-1].decisions) if most_changes else answers[-1].decisions)
        for item, answers in composed.rows
        if answers and answers[-1].decisions
    ]
    if deciding:
        blocks += [_strong(language, "decisions"), Items(items=tuple(deciding))]
    blocks += [Text(text=text) for text in _paragraphs(report.remarks)]
    return tuple(blocks)


def document(composed: Composed, language: Language) -> dict[str, Any]:
    """All of it as JSON: the title, the line under it, and the cards, the first of which is of the whole."""
    cards = [Card(title=title(composed.report, language), blocks=_overall(composed, language, None), language=language)]
    cards += [_stream(composed, item, answers, language) for item, answers in composed.rows]
    return {
        "title": title(composed.report, language),
        "under": _under(composed, language),
        "cards": [one.model_dump(mode="json") for one in cards],
    }


def whole(composed: Composed, language: Language) -> Card:
    """All of it as one card, for an archive that takes no files."""
    blocks: list[Block] = [Text(text=_under(composed, language), style="quiet")]
    blocks += _overall(composed, language, None)
    for item, answers in composed.rows:
        part = _stream(composed, item, answers, language)
        blocks += [Text(text=part.title, style="strong"), *part.blocks]
    return Card(
        title=title(composed.report, language),
        blocks=tuple(blocks),
        buttons=(offer(language, "report.list"),),
        language=language,
    )


def standing(answers: Sequence[StatusAnswer], language: Language) -> str:
    """How a stream stands, in a line, with why and as what somebody answered."""
    if not answers:
        return say(language, "status_reports.missing")
    last = answers[-1]
    said = say(language, f"status_reports.standing.{last.standing}")
    return f"{said}: {last.why}" if last.why else said


def _line(composed: Composed, answers: Sequence[StatusAnswer], language: Language) -> str:
    whose = mark(composed, answers, language)
    return f"{standing(answers, language)} ({whose})" if whose else standing(answers, language)


def change(composed: Composed, one: Change, language: Language) -> tuple[str, str]:
    """A change as a stream and what became of it."""
    names = {
        name: say(language, f"status_reports.standing.{value}").lower()
        for name, value in (("before", one.before), ("after", one.after))
        if value is not None
    }
    said = say(language, f"status_reports.change.{one.what}", **names, risk=one.risk)
    return told(composed.titles[one.stream], language), said


def mark(composed: Composed, answers: Sequence[StatusAnswer], language: Language) -> str:
    """Whose words they are, where they are not the stream's own; the empty string where they are."""
    if not answers or answers[-1].by == By.OWNER:
        return ""
    last = answers[-1]
    which = "edited" if status_answers.is_edited(answers) else str(last.by)
    return say(language, f"status_reports.by.{which}", name=former.name_of(composed.people[last.person_id], language))


def _stream(composed: Composed, item: StatusItem, answers: Sequence[StatusAnswer], language: Language) -> Card:
    """Everything of one stream."""
    blocks: list[Block] = []
    if item.owner_name:
        blocks.append(Text(text=say(language, "status_reports.owner", name=item.owner_name), style="quiet"))
    blocks.append(Text(text=standing(answers, language), style="strong" if answers else "warning"))
    if answers:
        last = answers[-1]
        blocks += [_strong(language, "done"), *(Text(text=text) for text in _paragraphs(last.done))]
        for name in ("deviations", "risks", "decisions"):
            text = getattr(last, name)
            lines = text if isinstance(text, list) else _paragraphs(text)
            said = lines or [say(language, "status_reports.nothing")]
            blocks += [_strong(language, name), *(Text(text=line) for line in said)]
        whose = mark(composed, answers, language)
        blocks += [Text(text=whose, style="quiet")] if whose else []
    those = tuple(change(composed, one, language) for one in composed.changes if one.stream == item.stream_key)
    if those:
        blocks += [_strong(language, "changed"), *(Text(text=said) for _, said in those)]
    return Card(title=told(item.title, language), blocks=tuple(blocks), language=language)


def _under(composed: Composed, language: Language) -> str:
    report = composed.report
    if report.sent_at is None:
        return say(language, "status_reports.under.draft", programme=composed.programme.name)
    by = composed.people.get(report.sent_by or 0)
    key = "status_reports.under.sent" if by else "status_reports.under.by_itself"
    name = former.name_of(by, language) if by else ""
    day = saying_dates.day(language, report.day, weekday=False)
    return say(language, key, programme=composed.programme.name, day=day, name=name)


def _missing(composed: Composed, language: Language) -> list[Block]:
    if not composed.missing:
        return []
    said = say_many(language, "status_reports.missing_many", len(composed.missing))
    return [Text(text=said, style="warning")]


def _changed(composed: Composed, language: Language, most: int | None) -> list[Block]:
    """What changed since the last report, at most so many lines of it."""
    if composed.before is None:
        return [Text(text=say(language, "status_reports.first"), style="quiet")]
    since = saying_dates.day(language, composed.before.day, weekday=False)
    heading = Text(text=say(language, "status_reports.since", day=since), style="strong")
    if not composed.changes:
        return [heading, Text(text=say(language, "status_reports.unchanged"))]
    lines = tuple(change(composed, one, language) for one in composed.changes)
    left = len(lines) - most if most is not None else 0
    more = (Text(text=say_many(language, "status_reports.more_changes", left), style="quiet"),) if left > 0 else ()
    return [heading, Items(items=lines[:most]), *more]


def _strong(language: Language, name: str) -> Text:
    return Text(text=say(language, f"status_reports.heading.{name}"), style="strong")


def _paragraphs(text: str) -> list[str]:
    """The text's lines, or one of all where it is cut up into very many."""
    lines = [line for line in text.splitlines() if line.strip()]
    return lines if len(lines) <= MOST_LINES else [" ".join(lines)]


def _short(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN].rsplit(' ', 1)[0]} …"
