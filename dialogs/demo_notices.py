"""Who is told of a demo: invited, when it is moved or cancelled, and the day before; whose result is asked for."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import delivery_words, meeting_words, saying_dates
from dialogs.card import Block, Card, Facts, Items, Language, Text, in_each
from dialogs.offers import offer, offers
from dialogs.words import say
from storage import (
    broadcasts,
    deliveries,
    demos,
    occurrences,
    outbox,
    people,
    sprint_teams,
    sprint_work,
    sprints,
    working_days,
)
from storage.database import Session
from storage.demos import SprintDemo
from storage.meetings import Known, MeetingState
from storage.programmes import Programme
from storage.sprint_work import SprintWork
from storage.sprints import Sprint
from storage.working_days import DAY

#: The last working day before a demo at this hour; and when a result is asked for where the demo has no time.
REMINDED_AT, ASKED_AT = time(9), time(15)
#: So many working days after it was asked for a missing result is asked for once more.
DAYS_AFTER = 2
USEFUL_FOR = timedelta(days=14)


def queue_demos(session: Session, programme: Programme, now: datetime) -> int:
    """Invites, tells of changes, reminds, and asks for results; returns how much that was."""
    if not programme.sprints:
        return 0
    today = sprints.today_of(programme, now)
    done = 0
    for demo, sprint, known in demos.every(session, programme.key):
        if known.meeting.first_day is not None and known.meeting.first_day >= today:
            done += tell(session, programme, demo, sprint, known, now)
            done += _remind(session, programme, demo, sprint, known, now)
    return done + _ask(session, programme, now)


def tell(session: Session, programme: Programme, demo: SprintDemo, sprint: Sprint, known: Known, now: datetime) -> int:
    """Invites to it, or tells that it is another than it was, also those whom it is not for any more; 1 where that is
    new. What was told stays told."""
    stamp = demos.stamp(demo, known)
    is_over = known.state is not MeetingState.PLANNED
    if demo.told == stamp or (is_over and (not demo.told or known.state is MeetingState.HELD)):
        return 0
    what = "cancelled" if is_over else "moved" if demo.told else "invited"
    them_all = to_all(demo)
    whom = demos.whom(demo) if demo.told and not demo.told.startswith(f"{demos.whom(demo)}:") else ""
    demo.told = stamp
    session.add(demo)
    key = f"demo:{demo.identity}:{what}:{now.isoformat()}"
    cards = in_each(lambda language: invitation(session, sprint, known, what, language, whom))
    _owe(session, programme, them_all, sprint, cards, outbox.Kind.NOTICE, key, now)
    return 1


def to_all(demo: SprintDemo) -> bool:
    """Whether everyone is to be told of a change: they are invited, or were."""
    return demo.for_everyone or demo.told.startswith(f"{demos.EVERYONE}:")


def to_followers(session: Session, programme: Programme, work: SprintWork, acting: int, now: datetime) -> int:
    """Tells those in the team, and those who follow it, what came of a delivery; returns to how many."""
    row = deliveries.get(session, programme.key, work.delivery_id)
    cards = in_each(lambda language: result(session, programme.key, work, language))
    those = [one for one in demos.interested(session, programme, [row], now) if one != acting]
    if not those:
        return 0
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards, gathers_at=now)
    return outbox.owe_each(session, those, message, f"sprint-work:{work.identity}:result", now)


def invitation(session: Session, sprint: Sprint, known: Known, what: str, language: Language, whom: str = "") -> Card:
    """The demo's time and place, what is shown, and the way into one's own calendar; ``whom`` is whom it is for, where
    that is not whom it was for."""
    who = ((say(language, "demos.fact.whom"), say(language, f"demos.whom.{whom}")),) if whom else ()
    values = {"meeting": known.meeting.key}
    cancelled = known.state is MeetingState.CANCELLED
    return Card(
        title=say(language, f"demos.{what}", number=sprint.number),
        blocks=(Facts(facts=(*facts(known, language), *who)), *shown(session, sprint, language)),
        buttons=(
            *(() if cancelled else (offer(language, "calendar.add", values),)),
            *offers(language, "sprint.demo", "sprint.show"),
        ),
        language=language,
    )


def reminded_at(day: date, zone: ZoneInfo) -> datetime:
    """When those invited to the demo of that day are reminded: from nine o'clock on the last working day before."""
    return datetime.combine(working_days.on_or_before(day - DAY), REMINDED_AT, zone)


def result_asked_at(programme: Programme, sprint: Sprint, known: Known | None) -> tuple[datetime, datetime]:
    """When the result of what is in hand is asked for, once the demo, or else the sprint, is over; and once more."""
    zone, day, clock = ZoneInfo(programme.timezone), sprint.ends_on, ASKED_AT
    if known is not None and known.state is not MeetingState.CANCELLED and known.meeting.first_day is not None:
        day = known.meeting.first_day
        clock = _clock(known.meeting.ends_at or known.meeting.starts_at, ASKED_AT)
    again = datetime.combine(working_days.after(day, DAYS_AFTER), REMINDED_AT, zone)
    return datetime.combine(day, clock, zone), again


def facts(known: Known, language: Language) -> tuple[tuple[str, str], ...]:
    when = saying_dates.capitalised(meeting_words.when(known.meeting, language))
    found = [("when", when), ("place", known.meeting.place or say(language, "meetings.no_place"))]
    if known.state is not MeetingState.PLANNED:
        found.append(("state", say(language, f"meetings.state.{known.state}")))
    return tuple((say(language, f"meetings.fact.{name}"), value) for name, value in found)


def shown(session: Session, sprint: Sprint, language: Language) -> tuple[Block, ...]:
    """What is presented; before the teams have taken anything that is not known."""
    rows = demos.shown_at(session, sprint)
    if not rows:
        return (Text(text=say(language, "demos.nothing_yet"), style="quiet"),)
    items = tuple((delivery_words.named(session, row, language), "") for row in rows)
    return Text(text=say(language, "demos.presented"), style="strong"), Items(items=items)


def result(session: Session, programme_key: str, work: SprintWork, language: Language) -> Card:
    """What came of a delivery: what was shown, and why."""
    row = deliveries.get(session, programme_key, work.delivery_id)
    name = delivery_words.named(session, row, language)
    team = sprint_work.team_of(session, work)
    lines = [("shown", work.shown), ("why", work.why)]
    said = tuple((say(language, f"demos.fact.{name}"), text) for name, text in lines if text)
    return Card(
        title=say(language, f"demos.result.{work.result}", delivery=name),
        blocks=(Facts(facts=((say(language, "demos.fact.team"), team.name), *said)),),
        buttons=(
            offer(language, "delivery.open", {"delivery": row.identity}),
            *offers(language, "sprint.show"),
        ),
        language=language,
    )


def asking(session: Session, programme_key: str, work: SprintWork, which: str, language: Language) -> Card:
    """The question what came of it; ``which`` is ``ask`` or ``remind``."""
    row = deliveries.get(session, programme_key, work.delivery_id)
    sprint = sprints.get(session, programme_key, work.sprint_id)
    name = delivery_words.named(session, row, language)
    return Card(
        title=say(language, f"demos.{which}.title", delivery=name),
        blocks=(Text(text=say(language, f"demos.{which}.text", number=sprint.number)),),
        buttons=(offer(language, "delivery.result", {"work": work.identity}), *offers(language, "sprint.show")),
        language=language,
    )


def _remind(
    session: Session, programme: Programme, demo: SprintDemo, sprint: Sprint, known: Known, now: datetime
) -> int:
    """Once, from nine o'clock on the last working day before, to those who were invited."""
    day, zone = known.meeting.first_day, ZoneInfo(programme.timezone)
    if day is None or known.state is not MeetingState.PLANNED:
        return 0
    due = reminded_at(day, zone)
    until = datetime.combine(day, _clock(known.meeting.starts_at, ASKED_AT), zone)
    key = f"demo:{programme.key}:{demo.identity}:reminder:{day.isoformat()}"
    if not due <= now < until or not occurrences.record(session, key, due):
        return 0
    cards = in_each(lambda language: invitation(session, sprint, known, "reminder", language))
    _owe(session, programme, demo.for_everyone, sprint, cards, outbox.Kind.REMINDER, key, now, until)
    return 1


def _owe(
    session: Session, programme: Programme, to_all: bool, sprint: Sprint, cards: dict[str, Any],
    kind: outbox.Kind, key: str, now: datetime, until: datetime | None = None,
) -> None:  # fmt: skip
    message = outbox.write(session, programme.key, kind, cards, until, gathers_at=now, is_unasked=to_all)
    if to_all:
        broadcasts.owe_everyone(session, programme.key, message, key, now)
        return
    those = demos.interested(session, programme, demos.shown_at(session, sprint), now)
    outbox.owe_each(session, those, message, key, now)


def _ask(session: Session, programme: Programme, now: datetime) -> int:
    """Asks the team's leader what came of what is in hand once the demo, or the sprint, is over; and once more."""
    known = {sprint.id: one for _, sprint, one in demos.every(session, programme.key)}
    by_id = {sprint.id: sprint for sprint in sprints.every(session, programme.key)}
    return sum(
        _ask_one(session, programme, work, by_id[work.sprint_id], known.get(work.sprint_id), now)
        for work in sprint_work.in_hand(session, programme.key)
    )


def _ask_one(
    session: Session, programme: Programme, work: SprintWork, sprint: Sprint, known: Known | None, now: datetime
) -> int:
    asked, again = result_asked_at(programme, sprint, known)
    key = f"result:{programme.key}:{work.identity}"
    if now >= again and occurrences.record(session, f"{key}:remind", again):
        # Who was asleep until then asks once.
        which = "ask" if occurrences.record(session, f"{key}:ask", asked) else "remind"
    elif now >= asked and occurrences.record(session, f"{key}:ask", asked):
        which = "ask"
    else:
        return 0
    team = sprint_work.team_of(session, work)
    those = sprint_teams.leaders(session, team) or people.holders(session, programme.key, "leader")
    cards = in_each(lambda language: asking(session, programme.key, work, which, language))
    message = outbox.write(session, programme.key, outbox.Kind.REMINDER, cards, now + USEFUL_FOR, gathers_at=now)
    outbox.owe_each(session, [one.identity for one in those], message, f"{key}:{which}", now)
    return 1


def _clock(said: str | None, otherwise: time) -> time:
    return time.fromisoformat(said) if said else otherwise
