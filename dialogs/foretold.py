"""In the demo: when the clock will next do something for sprints, demos and status reports, as things stand."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from dialogs import demo_notices, saying_dates, sprint_notices, status_notices
from dialogs.card import Language
from dialogs.words import say
from storage import (
    demos,
    sprint_rules,
    sprint_work,
    sprints,
    status_answers,
    status_days,
    status_reports,
    status_rules,
    working_days,
)
from storage.database import Session
from storage.meetings import MeetingState
from storage.programmes import Programme
from storage.status_reports import ReportState, StatusReport

#: How many reports that nobody is asked for yet are told.
MOST_REPORTS = 2

#: When, and of what.
Foretold = tuple[datetime, str]


def coming(session: Session, programme: Programme, now: datetime, language: Language) -> list[Foretold]:
    """What is due after ``now``, in no order."""
    every = [*_reports(session, programme, now, language)]
    if programme.sprints:
        every += [*_sprints(session, programme, now, language), *_demos(session, programme, language)]
        every += _results(session, programme, language)
    return [one for one in every if one[0] > now]


def _sprints(session: Session, programme: Programme, now: datetime, language: Language) -> Iterator[Foretold]:
    zone, today = ZoneInfo(programme.timezone), sprints.today_of(programme, now)
    following = sprints.upcoming(session, programme.key, today)
    for sprint in (sprints.begun(session, programme.key, today), following):
        if sprint is not None and sprint.planned_at is None:
            at = datetime.combine(sprint.starts_on, sprint_notices.PLANNED_AT, zone)
            yield at, say(language, "reminders.what.sprint", number=sprint.number)
    if following is None or sprints.is_looked_at(session, following):
        return
    if sprint_rules.prioritisers(session, programme.key):
        day = working_days.before(following.starts_on, sprint_notices.DAYS_BEFORE)
        at = datetime.combine(day, sprint_notices.REMINDED_AT, zone)
        yield at, say(language, "reminders.what.queue", number=following.number)


def _demos(session: Session, programme: Programme, language: Language) -> Iterator[Foretold]:
    zone = ZoneInfo(programme.timezone)
    for _, sprint, known in demos.every(session, programme.key):
        if known.meeting.first_day is not None and known.state is MeetingState.PLANNED:
            at = demo_notices.reminded_at(known.meeting.first_day, zone)
            yield at, say(language, "reminders.what.demo", number=sprint.number)


def _results(session: Session, programme: Programme, language: Language) -> Iterator[Foretold]:
    """When teams are asked what came of what they have in hand, and asked once more."""
    known = {sprint.id: one for _, sprint, one in demos.every(session, programme.key)}
    for work in sprint_work.in_hand(session, programme.key):
        sprint = sprints.get(session, programme.key, work.sprint_id)
        what = say(language, "reminders.what.result", number=sprint.number)
        for at in demo_notices.result_asked_at(programme, sprint, known.get(sprint.id)):
            yield at, what


def _reports(session: Session, programme: Programme, now: datetime, language: Language) -> Iterator[Foretold]:
    rhythm, zone = status_days.rhythm(session, programme), ZoneInfo(programme.timezone)
    if rhythm is None:
        return
    report = status_reports.current(session, programme.key)
    if report is not None and report.state == ReportState.ASKED:
        yield from _asked(session, programme, report, zone, language)
    draft = status_reports.to_send(session, programme.key)
    if draft is not None and draft.state == ReportState.DRAFT:
        for at in status_notices.urged_at(draft, zone):
            yield at, _said("unsent", draft, language)
    last = status_rules.last_day(session, programme)
    for meant in islice(status_days.coming(rhythm, last, now, zone), MOST_REPORTS):
        if status_reports.find(session, programme.key, meant) is None:
            day = saying_dates.day(language, status_days.made_on(meant), weekday=False)
            asked = status_days.asked_at(rhythm, meant, zone)
            yield asked, say(language, "reminders.what.report.ask", day=day)
            made = status_days.made_at(rhythm, meant, zone)
            yield made, say(language, f"reminders.what.report.{_made(programme)}", day=day)


def _asked(
    session: Session, programme: Programme, report: StatusReport, zone: ZoneInfo, language: Language
) -> Iterator[Foretold]:
    """Of a report whose questions are out."""
    yield report.composes_at, _said(_made(programme), report, language)
    at = status_notices.reminded_at(report, zone)
    waited_for = [
        item
        for item in status_reports.items(session, report)
        if item.asked is not None and item.reminded_at is None and status_answers.latest(session, item) is None
    ]
    if waited_for and at < report.composes_at:
        yield at, _said("remind", report, language)


def _made(programme: Programme) -> str:
    return "goes" if status_rules.must_have(programme).goes_by_itself else "draft"


def _said(what: str, report: StatusReport, language: Language) -> str:
    day = saying_dates.day(language, report.day, weekday=False)
    return say(language, f"reminders.what.report.{what}", day=day)
