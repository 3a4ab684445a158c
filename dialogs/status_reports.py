"""Status reports for those who get them: when the next one comes, and each one as it was sent."""

from itertools import islice

from dialogs import charts, saying_dates, status_charts, status_composed
from dialogs.card import MOST_BUTTONS, Block, Button, Card, Items, Text
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import status_archive, status_days, status_reports, status_rules, status_told, workgroups
from storage.database import Session
from storage.outbox import Status
from storage.refusals import Refused
from storage.status_reports import ReportState, StatusReport

#: How many of the next days are told, how many reports are listed, and how many of them have a button.
MOST_TOLD, MOST_LISTED, MOST_OPENED = 3, 12, 3
NOT_HERE = "refused.status.none"


def upcoming(session: Session, turn: Turn) -> Card:
    """When the next reports come, and to whom; for everyone."""
    language = turn.language
    if status_rules.of(turn.programme) is None:
        none = Text(text=say(language, NOT_HERE))
        return Card(blocks=(none,), buttons=offers(language, "help"), language=language, outcome="unknown")
    days = _days(session, turn)
    blocks: list[Block] = [_receivers(session, turn)]
    if days:
        blocks.insert(0, Items(items=tuple((saying_dates.capitalised(day), "") for day in days)))
    elif status_days.rhythm(session, turn.programme) is None:
        blocks.insert(0, Text(text=say(language, "status_reports.next.unset", weeks=_weeks(turn))))
    else:
        blocks.insert(0, Text(text=say(language, "status_reports.next.over")))
    leads = turn.is_private and status_rules.leads(session, turn.person, turn.programme)
    return Card(
        title=say(language, "status_reports.next.title"),
        blocks=tuple(blocks),
        buttons=(
            *(offers(language, "report.draft", "report.rhythm", "report.streams") if leads else ()),
            *offers(language, "report.latest", "help"),
        ),
        language=language,
        outcome="answered" if days else "unknown",
    )


def latest(session: Session, turn: Turn) -> Card:
    """The last report as it was sent, for those who may read it; others are told when the next one comes, and to
    whom."""
    is_reader = status_rules.may_read(session, turn.person, turn.programme)
    if status_rules.of(turn.programme) is None or not is_reader or not turn.is_private:
        return upcoming(session, turn)
    sent = status_reports.sent(session, turn.programme.key)
    if not sent:
        card = upcoming(session, turn)
        none = Text(text=say(turn.language, "status_reports.none_sent"))
        return card.model_copy(update={"blocks": (none, *card.blocks), "outcome": "unknown"})
    return shown(session, turn, sent[0])


def listed(session: Session, turn: Turn) -> Card:
    """Every report, the newest first, with how many got it; and how the streams stood from each to the next."""
    status_rules.must_read(session, turn.person, turn.programme)
    language, rows = turn.language, status_reports.sent(session, turn.programme.key)
    items = tuple((status_composed.title(row, language), delivered(session, turn, row)) for row in rows[:MOST_LISTED])
    opening = [
        Button(
            title=say(language, "status_reports.open", day=saying_dates.day(language, row.day, weekday=False)),
            action="report.open",
            values={"report": row.identity},
        )
        for row in rows[:MOST_OPENED]
    ]
    return Card(
        title=say_many(language, "status_reports.list.title", len(rows)),
        blocks=(
            Items(items=items) if items else Text(text=say(language, "status_reports.none_sent")),
            *(_over_time(session, turn, len(rows)) if rows else ()),
        ),
        buttons=(*opening, *offers(language, "report.next"))[:MOST_BUTTONS],
        language=language,
    )


def _over_time(session: Session, turn: Turn, version: int) -> tuple[Block, ...]:
    """How the streams stood in the last reports, as text, and as a picture where one can be fetched."""
    programme = turn.programme
    chart = status_charts.statuses(session, programme.key, programme.name, turn.language, turn.today)
    [(_, lines)] = status_charts.facts(chart)
    heading = Text(text=say(turn.language, "status_reports.chart.heading"), style="strong")
    return (heading, Items(items=tuple(lines)), *charts.shown(session, turn, charts.STATUSES, version))


def look(session: Session, turn: Turn) -> Card:
    """A report as it was sent."""
    status_rules.must_read(session, turn.person, turn.programme)
    return shown(session, turn, a_sent_one(session, turn))


def part(session: Session, turn: Turn) -> Card:
    """One part of a report as it was sent: the whole first, then stream by stream."""
    status_rules.must_read(session, turn.person, turn.programme)
    report = a_sent_one(session, turn)
    parts = status_told.of(session, report, turn.language).document["cards"][1:]
    if not parts:
        return shown(session, turn, report)
    asked = turn.values.get("part")
    place = asked if type(asked) is int and 0 <= asked < len(parts) else 0
    card, values = Card.model_validate(parts[place]), {"report": report.identity}
    following = Button(
        title=say(turn.language, "status_reports.part.next"),
        action="report.part",
        values={**values, "part": place + 1},
        style="primary",
    )
    which = say(turn.language, "status_reports.part", number=place + 1, count=len(parts))
    where = Text(text=f"{status_composed.title(report, turn.language)}. {which}", style="quiet")
    return card.model_copy(
        update={
            "blocks": (where, *card.blocks),
            "buttons": (
                *((following,) if place + 1 < len(parts) else ()),
                offer(turn.language, "report.open", values),
                offer(turn.language, "report.document", values),
            ),
        }
    )


def shown(session: Session, turn: Turn, report: StatusReport) -> Card:
    """The card of a report, word for word as it was sent."""
    return Card.model_validate(status_told.of(session, report, turn.language).card)


def delivered(session: Session, turn: Turn, report: StatusReport) -> str:
    """When it was sent, by whom, and to how many it came."""
    language, found = turn.language, status_told.arrived(session, report)
    came = found.get(Status.SENT, 0) + found.get(Status.MERGED, 0)
    waiting = found.get(Status.WAITING, 0) + found.get(Status.SENDING, 0)
    said = [say_many(language, "status_reports.owed", report.owed), say(language, "status_reports.came", count=came)]
    if waiting:
        said.append(say(language, "status_reports.waiting", count=waiting))
    left = report.owed - came - waiting
    if left > 0:
        said.append(say(language, "status_reports.not_come", count=left))
    archived = status_archive.state(session, report)
    if archived is not None:
        said.append(say(language, f"status_reports.archive.{'yes' if archived == Status.SENT else 'no'}"))
    return ", ".join(said)


def a_sent_one(session: Session, turn: Turn) -> StatusReport:
    """The report that the button is about. Raises Refused where none was sent by that key."""
    report = status_reports.held(session, turn.programme.key, key(turn))
    if report.state != ReportState.SENT:
        raise Refused("refused.status.unknown")
    return report


def key(turn: Turn, name: str = "report") -> int:
    """The report, or what else of one, that the pressed button is about."""
    number = turn.values.get(name)
    return number if type(number) is int and 0 < number < 2**31 else 0


def _days(session: Session, turn: Turn) -> list[str]:
    rhythm = status_days.rhythm(session, turn.programme)
    if rhythm is None:
        return []
    last = status_rules.last_day(session, turn.programme)
    coming = islice(status_days.coming(rhythm, last, turn.now, turn.zone), MOST_TOLD)
    return [
        saying_dates.moment(turn.language, status_days.made_at(rhythm, day, turn.zone), turn.zone) for day in coming
    ]


def _weeks(turn: Turn) -> int:
    return status_rules.must_have(turn.programme).every_weeks


def _receivers(session: Session, turn: Turn) -> Text:
    """To whom the reports go, by group and role, never by name."""
    rules, language = status_rules.must_have(turn.programme), turn.language
    groups = [told(workgroups.get(session, turn.programme.key, one).title, language) for one in rules.groups]
    names = [*groups, *(say(language, f"status_reports.role.{role}") for role in rules.roles)]
    key_ = "status_reports.next.open" if rules.is_open else "status_reports.next.to"
    return Text(text=say(language, key_, names=", ".join(names)))
