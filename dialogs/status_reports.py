"""Status reports for those who get them: when the next one comes, and each one as it was sent."""

from itertools import islice
from typing import Any

from dialogs import charts, download_links, saying_dates, status_charts, status_composed
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
    blocks: list[Block] = [*_waiting(session, turn), _receivers(session, turn)]
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
            # To others it would lead here again.
            *(offers(language, "report.latest") if _has_one_to_read(session, turn) else ()),
            *offers(language, "help"),
        ),
        language=language,
        outcome="answered" if days else "unknown",
    )


def latest(session: Session, turn: Turn) -> Card:
    """The last report as it was sent, for those who may read it; others are told when the next one comes, and to
    whom."""
    if not _reads(session, turn):
        return _not_to_read(session, turn)
    sent = status_reports.sent(session, turn.programme.key)
    if not sent:
        card = upcoming(session, turn)
        none = Text(text=say(turn.language, "status_reports.none_sent"))
        return card.model_copy(update={"blocks": (none, *card.blocks), "outcome": "unknown"})
    return shown(session, turn, sent[0])


def _not_to_read(session: Session, turn: Turn) -> Card:
    """When the next one comes, with why the last one is not shown here."""
    card = upcoming(session, turn)
    if status_rules.of(turn.programme) is None:
        return card
    why = say(turn.language, "status_reports.for_receivers" if turn.is_private else "status_reports.not_in_groups")
    return card.model_copy(update={"blocks": (Text(text=why), *card.blocks)})


def _reads(session: Session, turn: Turn) -> bool:
    """Whether the reports can be told here to this person: never before a whole group."""
    has_reports = status_rules.of(turn.programme) is not None
    return has_reports and turn.is_private and status_rules.may_read(session, turn.person, turn.programme)


def _has_one_to_read(session: Session, turn: Turn) -> bool:
    return _reads(session, turn) and bool(status_reports.sent(session, turn.programme.key))


def listed(session: Session, turn: Turn) -> Card:
    """Every report, the newest first, with how many got it, or that nobody sent it; and how the streams stood from each
    to the next."""
    status_rules.must_read(session, turn.person, turn.programme)
    language, rows = turn.language, status_reports.sent(session, turn.programme.key)
    past = status_reports.past(session, turn.programme.key)
    items = tuple(
        (
            status_composed.title(row, language),
            delivered(session, turn, row)
            if row.state == ReportState.SENT
            else say(language, "status_reports.list.not_sent"),
        )
        for row in past[:MOST_LISTED]
    )
    opening = [
        Button(
            title=say(language, "status_reports.open", day=saying_dates.day(language, row.day, weekday=False)),
            action="report.open",
            values={"report": row.identity},
        )
        for row in rows[:MOST_OPENED]
    ]
    return Card(
        title=say_many(language, "status_reports.list.title", len(past)),
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
    """One work stream's part of a report: as it was sent, or for project leaders as it would be sent now."""
    status_rules.must_read(session, turn.person, turn.programme)
    report = _one_to_read(session, turn)
    parts = _parts(session, turn, report)
    if not parts:
        if report.state != ReportState.SENT:
            raise Refused("refused.status.no_streams")
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
    leading_on = (
        (offer(turn.language, "report.open", values), offer(turn.language, "report.document", values))
        if report.state == ReportState.SENT
        else (offer(turn.language, "report.preview", values),)
    )
    return _as_here(
        turn,
        card.model_copy(
            update={
                "blocks": (where, *card.blocks),
                "buttons": (*((following,) if place + 1 < len(parts) else ()), *leading_on),
            }
        ),
    )


def _one_to_read(session: Session, turn: Turn) -> StatusReport:
    """The report that the button is about: one that was sent, and to project leaders also one that is being made."""
    if not status_rules.leads(session, turn.person, turn.programme):
        return a_sent_one(session, turn)
    report = status_reports.held(session, turn.programme.key, key(turn))
    if report.state != ReportState.SENT:
        status_reports.must_be_open(report)
    return report


def _parts(session: Session, turn: Turn, report: StatusReport) -> list[dict[str, Any]]:
    """What there is of each stream: as it was kept when it was sent, or made of the answers as they are."""
    if report.state == ReportState.SENT:
        document = status_told.of(session, report, turn.language).document
    else:
        document = status_composed.document(status_composed.read(session, turn.programme, report), turn.language)
    parts: list[dict[str, Any]] = document["cards"][1:]
    return parts


def shown(session: Session, turn: Turn, report: StatusReport) -> Card:
    """The card of a report, word for word as it was sent."""
    return _as_here(turn, Card.model_validate(status_told.of(session, report, turn.language).card))


def _as_here(turn: Turn, card: Card) -> Card:
    """Without the way to a document where no link to one can be given."""
    if download_links.can(turn):
        return card
    buttons = tuple(button for button in card.buttons if button.action != "report.document")
    return card.model_copy(update={"buttons": buttons})


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
    moments = islice(status_days.moments(session, turn.programme, turn.now, turn.zone), MOST_TOLD)
    return [saying_dates.moment(turn.language, moment, turn.zone) for moment in moments]


def _waiting(session: Session, turn: Turn) -> tuple[Text, ...]:
    """Of a report whose hour has come that somebody has to send it: it is no coming one, and none that was sent."""
    report = status_reports.to_send(session, turn.programme.key)
    if report is None or report.state != ReportState.DRAFT:
        return ()
    day = saying_dates.day(turn.language, report.day, weekday=False)
    return (Text(text=say(turn.language, "status_reports.next.waiting", day=day)),)


def _weeks(turn: Turn) -> int:
    return status_rules.must_have(turn.programme).every_weeks


def _receivers(session: Session, turn: Turn) -> Text:
    """To whom the reports go, by group and role, never by name."""
    rules, language = status_rules.must_have(turn.programme), turn.language
    groups = [told(workgroups.get(session, turn.programme.key, one).title, language) for one in rules.groups]
    names = [*groups, *(say(language, f"status_reports.role.{role}") for role in rules.roles)]
    key_ = "status_reports.next.open" if rules.is_open else "status_reports.next.to"
    return Text(text=say(language, key_, names=", ".join(names)))
