"""What the clock does for status reports: asks, reminds, composes and urges; and what is told to whom by that."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dialogs import saying_dates, status_composed
from dialogs.card import LANGUAGES, Card, Items, Language, Text, in_each
from dialogs.offers import offer, offers
from dialogs.words import say, say_many, told
from storage import (
    occurrences,
    outbox,
    programmes,
    stand_ins,
    status_answers,
    status_archive,
    status_days,
    status_reports,
    status_rules,
    status_streams,
    status_told,
    working_days,
)
from storage.database import Session
from storage.people import Person
from storage.programmes import Programme
from storage.status_days import Rhythm
from storage.status_reports import ReportState, StatusItem, StatusReport
from storage.status_rules import Rules

#: So many working days after its hour project leaders are told that a report is not sent.
URGED_AFTER = (1, 3)
USEFUL_FOR = timedelta(days=2)


def queue_status_reports(session: Session, programme: Programme, now: datetime) -> int:
    """Does what is due of the programme's reports; returns how much that was."""
    rules, rhythm = status_rules.of(programme), status_days.rhythm(session, programme)
    if rules is None:
        return 0
    zone = ZoneInfo(programme.timezone)
    done = _ask(session, programme, rhythm, now, zone) if rhythm is not None else 0
    report = status_reports.current(session, programme.key)
    if report is not None and report.state == ReportState.ASKED:
        done += _remind(session, programme, report, now, zone)
        done += _compose(session, programme, rules, report, now)
    return done + _urge(session, programme, now, zone)


def tell(session: Session, programme: Programme, report: StatusReport) -> None:
    """Owes a report that was just marked as sent to all who get it, and keeps it as it is."""
    composed = status_composed.read(session, programme, report)
    cards = in_each(lambda language: status_composed.card(composed, language))
    documents = {language: status_composed.document(composed, language) for language in LANGUAGES}
    status_told.keep(session, report, cards, documents)
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards)
    for person in status_rules.recipients(session, programme):
        outbox.owe(session, person, message, f"{status_told.key_of(report)}{person.identity}")
    archive = status_rules.must_have(programme).archive
    if archive:
        whole = in_each(lambda language: status_composed.whole(composed, language))
        of_all = outbox.write(session, programme.key, outbox.Kind.NOTICE, whole)
        status_archive.owe(session, report, archive, of_all)


def _ask(session: Session, programme: Programme, rhythm: Rhythm, now: datetime, zone: ZoneInfo) -> int:
    """Begins the newest report whose questions are due, also where nobody was awake then: as long as half the time to
    the next one is not over. What was slept over altogether is not made up for."""
    meant = status_days.newest_asked(rhythm, now, zone)
    if meant is None or not _is_to_come(session, programme, rhythm, meant, now, zone):
        return 0
    made_at, day = status_days.made_at(rhythm, meant, zone), status_days.made_on(meant)
    if not occurrences.record(session, f"status-report:{programme.key}", made_at):
        return 0
    if made_at <= now:
        # Asked late: whoever answers has a working day.
        today = now.astimezone(zone).date()
        made_at = status_days.moment(working_days.after(today, 1), rhythm.clock, zone)
    report = status_reports.open_one(session, programme, meant, day, now, made_at)
    _ask_each(session, programme, report, now)
    return 1


def _is_to_come(
    session: Session, programme: Programme, rhythm: Rhythm, meant: date, now: datetime, zone: ZoneInfo
) -> bool:
    last_day = status_rules.last_day(session, programme)
    if last_day is not None and meant > last_day:
        return False
    newest = status_reports.newest(session, programme.key)
    if newest is not None and newest.meant_for >= meant:
        return False
    made_at, chosen = status_days.made_at(rhythm, meant, zone), status_days.find(session, programme.key)
    if chosen is not None and made_at <= chosen.set_at:
        return False
    return now - made_at <= timedelta(weeks=rhythm.every_weeks) / 2


def ask_now(session: Session, programme: Programme, stream_key: str, now: datetime) -> None:
    """Asks whoever has just been given a stream that an open report still waits for; who was asked already is not."""
    found = _awaited(session, programme, stream_key)
    if found is None:
        return
    report, item = found
    person, why = _whom(session, programme, item, now)
    if person is not None and person.id != item.asked:
        _ask_one(session, programme, report, item, person, why)


def left(session: Session, person: Person, streams: list[tuple[str, str]], now: datetime) -> None:
    """The person was erased, who answered or stood in for those streams: of each that an open report still waits for
    whoever is left is asked, and where nobody is project leaders are told."""
    for programme_key, stream_key in dict.fromkeys(streams):
        programme = programmes.get(session, programme_key)
        found = _awaited(session, programme, stream_key)
        if found is None:
            continue
        report, item = found
        other, why = _whom(session, programme, item, now)
        if other is None:
            key = f"status-left:{item.identity}:{person.identity}"
            unasked = [(item, "left" if why == "no_account" else why)]
            _owe(session, programme, status_rules.leaders(session, programme), key, _unasked(report, unasked))
        elif other.id != item.asked:
            _ask_one(session, programme, report, item, other, why)


def _awaited(session: Session, programme: Programme, stream_key: str) -> tuple[StatusReport, StatusItem] | None:
    """The open report and the stream's place in it, where that is not answered."""
    report = status_reports.current(session, programme.key)
    if report is None:
        return None
    places = (item for item in status_reports.items(session, report) if item.stream_key == stream_key)
    item = next(places, None)
    return (report, item) if item is not None and status_answers.latest(session, item) is None else None


def _ask_one(
    session: Session, programme: Programme, report: StatusReport, item: StatusItem, person: Person, why: str
) -> None:
    item.asked, item.stands_in = person.identity, why == "stands_in"
    session.add(item)
    session.flush()
    _owe(session, programme, [person], f"status-ask:{item.identity}", _asking(report, item, "ask", programme))


def _ask_each(session: Session, programme: Programme, report: StatusReport, now: datetime) -> None:
    """Asks each stream's owner, or who stands in; whom nobody can ask, project leaders are told at once."""
    unasked: list[tuple[StatusItem, str]] = []
    for item in status_reports.items(session, report):
        person, why = _whom(session, programme, item, now)
        if person is None:
            unasked.append((item, why))
            continue
        _ask_one(session, programme, report, item, person, why)
    session.flush()
    if unasked or not status_reports.items(session, report):
        key = f"status-unasked:{report.identity}"
        _owe(session, programme, status_rules.leaders(session, programme), key, _unasked(report, unasked))


def _whom(session: Session, programme: Programme, item: StatusItem, now: datetime) -> tuple[Person | None, str]:
    """Who is asked for a stream, and whether they stand in; or nobody, and why."""
    owner = status_streams.owner(session, programme.key, item.stream_key)
    other = status_streams.owner(session, programme.key, item.stream_key, stands_in=True)
    known = [one for one in (owner, other) if one is not None]
    away = stand_ins.away(session, known, now)
    if owner is not None and owner.id not in away:
        return owner, ""
    if other is not None and other.id not in away:
        return other, "stands_in"
    return None, "away" if known else "no_account"


def _remind(session: Session, programme: Programme, report: StatusReport, now: datetime, zone: ZoneInfo) -> int:
    """Reminds whoever was asked and has not answered, once, the working day after, where that is before the report."""
    if not reminded_at(report, zone) <= now < report.composes_at:
        return 0
    count = 0
    for item in status_reports.items(session, report):
        if item.asked is None or item.reminded_at is not None or status_answers.latest(session, item) is not None:
            continue
        item.reminded_at = now
        session.add(item)
        person = session.get_one(Person, item.asked)
        cards = in_each(_asking(report, item, "remind", programme))
        until = report.composes_at + USEFUL_FOR
        message = outbox.write(session, programme.key, outbox.Kind.REMINDER, cards, until, gathers_at=now)
        outbox.owe(session, person, message, f"status-remind:{item.identity}")
        count += 1
    return count


def _compose(session: Session, programme: Programme, rules: Rules, report: StatusReport, now: datetime) -> int:
    """At its hour: project leaders are told that it can be sent, and what is missing."""
    if now < report.composes_at:
        return 0
    report = status_reports.held(session, programme.key, report.identity)
    if report.state != ReportState.ASKED:
        return 0
    leaders = status_rules.leaders(session, programme)
    for lapsed in status_reports.compose(session, report):
        _owe(session, programme, leaders, f"status-lapsed:{lapsed.identity}", _about(lapsed, "lapsed"))
    if rules.goes_by_itself and status_rules.recipients(session, programme):
        sent, _ = status_reports.send(session, None, programme, report.identity, report.version, now)
        tell(session, programme, sent)
        return 1
    composed = status_composed.read(session, programme, report)
    _owe(
        session, programme, leaders, f"status-draft:{report.identity}", lambda language: draft_card(composed, language)
    )
    return 1


def _urge(session: Session, programme: Programme, now: datetime, zone: ZoneInfo) -> int:
    """Reminds project leaders of a draft that nobody has sent; of what was slept over the last one alone."""
    report = status_reports.to_send(session, programme.key)
    if report is None or report.state != ReportState.DRAFT:
        return 0
    due = [moment for moment in urged_at(report, zone) if moment <= now]
    if not due or not occurrences.record(session, f"status-unsent:{report.identity}", due[-1]):
        return 0
    key = f"status-unsent:{report.identity}:{len(due)}"
    _owe(session, programme, status_rules.leaders(session, programme), key, _about(report, "unsent"))
    return 1


def reminded_at(report: StatusReport, zone: ZoneInfo) -> datetime:
    """When whoever has not answered is reminded: the working day after, at the report's hour."""
    asked = report.asked_at.astimezone(zone)
    return status_days.moment(working_days.after(asked.date(), 1), report.composes_at.astimezone(zone).time(), zone)


def urged_at(report: StatusReport, zone: ZoneInfo) -> list[datetime]:
    """When project leaders are told that a report is not sent."""
    made = report.composes_at.astimezone(zone)
    return [status_days.moment(working_days.after(made.date(), days), made.time(), zone) for days in URGED_AFTER]


def asking_card(report: StatusReport, item: StatusItem, about: str, moment: str, language: Language) -> Card:
    """What an owner gets: ``about`` is ``ask`` or ``remind``."""
    kind = "stand_in" if item.stands_in else "text"
    # Whoever comes to a stream late is asked while nobody has sent the report.
    kind = "late" if about == "ask" and report.state == ReportState.DRAFT else kind
    key = f"status_reports.{about}.{kind}"
    day = saying_dates.day(language, report.day, weekday=False)
    return Card(
        title=say(language, f"status_reports.{about}.title", stream=told(item.title, language)),
        blocks=(Text(text=say(language, key, stream=told(item.title, language), day=day, moment=moment)),),
        buttons=(offer(language, "report.answer", {"item": item.identity}, "primary"),),
        language=language,
    )


def unasked_card(report: StatusReport, unasked: list[tuple[StatusItem, str]], language: Language) -> Card:
    """What project leaders are told at once of those who cannot be asked."""
    day = saying_dates.day(language, report.day, weekday=False)
    lines = tuple(
        (told(item.title, language), say(language, f"status_reports.unasked.{why}", name=_owner(item, language)))
        for item, why in unasked
    )
    return Card(
        title=say(language, "status_reports.unasked.title", day=day),
        blocks=(
            Items(items=lines) if lines else Text(text=say(language, "status_reports.no_streams")),
            Text(text=say(language, "status_reports.unasked.text")),
        ),
        buttons=(offer(language, "report.streams", style="primary"), *offers(language, "report.draft")),
        language=language,
    )


def draft_card(composed: status_composed.Composed, language: Language) -> Card:
    """What project leaders are told when a report can be sent."""
    report, count = composed.report, len(composed.rows)
    missing = tuple((told(item.title, language), _owner(item, language)) for item in composed.missing)
    day = saying_dates.day(language, report.day, weekday=False)
    said = say_many(language, "status_reports.ready.text", count, answered=count - len(missing))
    return Card(
        title=say(language, "status_reports.ready.title", day=day),
        blocks=(
            Text(text=said),
            *((Text(text=say(language, "status_reports.ready.missing"), style="warning"),) if missing else ()),
            *((Items(items=missing),) if missing else ()),
        ),
        buttons=(
            offer(language, "report.preview", {"report": report.identity}, "primary"),
            offer(language, "report.draft", {"report": report.identity}),
        ),
        language=language,
    )


def about_card(report: StatusReport, about: str, language: Language) -> Card:
    """What project leaders are told of a report that is ``unsent``, or has ``lapsed``."""
    day = saying_dates.day(language, report.day, weekday=False)
    values = {"report": report.identity}
    buttons = offers(language, "report.draft") if about == "lapsed" else (offer(language, "report.preview", values),)
    return Card(
        title=say(language, f"status_reports.{about}.title", day=day),
        blocks=(Text(text=say(language, f"status_reports.{about}.text", day=day)),),
        buttons=buttons,
        language=language,
    )


def _unasked(report: StatusReport, unasked: list[tuple[StatusItem, str]]) -> Callable[[Language], Card]:
    return lambda language: unasked_card(report, unasked, language)


def _about(report: StatusReport, about: str) -> Callable[[Language], Card]:
    return lambda language: about_card(report, about, language)


def _asking(report: StatusReport, item: StatusItem, about: str, programme: Programme) -> Callable[[Language], Card]:
    zone = ZoneInfo(programme.timezone)
    return lambda language: asking_card(
        report, item, about, saying_dates.moment(language, report.composes_at, zone), language
    )


def _owner(item: StatusItem, language: Language) -> str:
    return item.owner_name or say(language, "status_reports.no_owner")


def _owe(
    session: Session, programme: Programme, those: list[Person], key: str, card: Callable[[Language], Card]
) -> None:
    if not those:
        return
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, in_each(card))
    for person in those:
        outbox.owe(session, person, message, f"{key}:{person.identity}")
