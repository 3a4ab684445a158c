"""The clock of promises: who owns an answer is reminded before its day, and leaders are told of what was not kept."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import saying_dates
from dialogs.card import Card, Facts, Language, Text, in_each
from dialogs.offers import offers
from dialogs.words import say, say_many
from storage import occurrences, outbox, promises, stand_ins, working_days
from storage.answer_promises import Promised
from storage.database import Session
from storage.ideas import PROMISED
from storage.people import Person
from storage.programmes import Programme
from storage.promises import Promise
from storage.quiet_hours import is_free_day

#: Whose the answers to sign-ups are: the first of these roles that somebody holds who is there.
OWNERS = ("coordinator", "deputy", "leader")
#: Whose the answers to ideas are: who could lift them or stop them.
OWNERS_OF_IDEAS = ("leader", "deputy")
SIGN_UP = "sign_up"


@dataclass(frozen=True)
class Theirs:
    """Answers that leaders owe: what ``Promise.about`` holds, its name in keys and texts, and where they are given."""

    about: str
    name: str
    action: str


IDEAS = Theirs(PROMISED, "ideas", "initiative.list")
LEADERS = (
    IDEAS,
    Theirs(Promised.QUESTION, "questions", "question.list"),
    Theirs(Promised.PROPOSAL, "proposals", "proposal.list"),
)
#: Who is told of what was not kept in time.
ABOVE = ("leader", "deputy")
#: Each working day at this hour, in the organisation's zone.
ASKED_AT = time(9)
#: So many working days ahead are in the reminder: time to answer before the day itself.
AHEAD = 2
#: Days ahead in which it is told when somebody will be reminded.
LOOKED_AHEAD = 31
#: A reminder is of use until the next one.
USEFUL_FOR = timedelta(days=1)


def queue_promises(session: Session, programme: Programme, now: datetime) -> int:
    """On a working day's morning: reminds the owners of what is due soon or late, and tells leaders, once, of what has
    become late; returns to how many it owes something."""
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    due = datetime.combine(today, ASKED_AT, zone)
    if is_free_day(today) or now < due or not occurrences.record(session, f"promises:{programme.key}", due):
        return 0
    above, late = _escalate(session, programme, today, due, now)
    of_leaders = sum(_remind_leaders(session, programme, today, due, now, of) for of in LEADERS)
    return len(above) + _remind(session, programme, today, due, now, above, late) + of_leaders


def coming(session: Session, programme: Programme, now: datetime) -> list[datetime]:
    """The mornings after ``now``, in the next weeks, on which somebody is reminded of answers that are promised by now
    and not given until then."""
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(LOOKED_AHEAD)]
    mornings = [datetime.combine(day, ASKED_AT, zone) for day in days if not is_free_day(day)]
    known = [
        due
        for about, roles in ((SIGN_UP, OWNERS), *((of.about, OWNERS_OF_IDEAS) for of in LEADERS))
        for due in promises.due(session, programme.key, working_days.after(days[-1], AHEAD), about)[:1]
        if stand_ins.first_here(session, programme.key, roles, now)
    ]
    return [at for at in mornings if at > now and any(due <= working_days.after(at.date(), AHEAD) for due in known)]


def owners(session: Session, programme_key: str, now: datetime) -> list[Person]:
    """Who is reminded on working days of what is late, and of what soon will be."""
    return stand_ins.first_here(session, programme_key, OWNERS, now)


def _remind(
    session: Session, programme: Programme, today: date, due: datetime, now: datetime, told: list[int], late: list[date]
) -> int:
    """``told``: who hears this morning that the answers of these days are late, and is not told it twice."""
    days = promises.due(session, programme.key, working_days.after(today, AHEAD), SIGN_UP)
    if not days:
        return 0
    others = list((Counter(days) - Counter(late)).elements())
    those = [one.identity for one in owners(session, programme.key, now)]
    owed = 0
    for group, of_days in (([one for one in those if one not in told], days), (sorted({*those} & {*told}), others)):
        if group and of_days:
            cards = in_each(lambda language, of_days=of_days: reminder(programme, of_days, today, language))  # type: ignore[misc]
            owed += _owe(session, programme, group, cards, f"promises:{due.isoformat()}", now)
    return owed


def _remind_leaders(
    session: Session, programme: Programme, today: date, due: datetime, now: datetime, of: Theirs
) -> int:
    """Reminds those who could answer of what is due soon, or late."""
    days = promises.due(session, programme.key, working_days.after(today, AHEAD), of.about)
    if not days:
        return 0
    those = stand_ins.first_here(session, programme.key, OWNERS_OF_IDEAS, now)
    cards = in_each(lambda language: reminder(programme, days, today, language, of))
    key = f"promises-{of.name}:{due.isoformat()}"
    return _owe(session, programme, [one.identity for one in those], cards, key, now)


def _escalate(
    session: Session, programme: Programme, today: date, due: datetime, now: datetime
) -> tuple[list[int], list[date]]:
    """Tells leaders what has become late: who is told, and by which days it was promised. Where nobody is there to be
    told, it stays open until somebody is. What is late of ideas is leaders' own, who are reminded of it each working
    day."""
    late = promises.overdue(session, programme.key, today, SIGN_UP)
    above = stand_ins.first_here(session, programme.key, ABOVE, now) if late else []
    if not above:
        return [], []
    for promise in late:
        promise.escalated_at = now
        session.add(promise)
    those = [one.identity for one in above]
    answering = {one.identity for one in owners(session, programme.key, now)}
    for is_theirs in (False, True):
        group = [key for key in those if (key in answering) == is_theirs]
        cards = in_each(lambda language, theirs=is_theirs: escalation(programme, late, language, is_theirs=theirs))  # type: ignore[misc]
        _owe(session, programme, group, cards, f"promises-late:{due.isoformat()}", now)
    return those, [promise.due_on for promise in late]


def _owe(
    session: Session, programme: Programme, those: list[int], cards: dict[str, Any], key: str, now: datetime
) -> int:
    if not those:
        return 0
    message = outbox.write(session, programme.key, outbox.Kind.DIGEST, cards, now + USEFUL_FOR, gathers_at=now)
    return outbox.owe_each(session, those, message, f"{key}:{programme.key}", now)


def reminder(
    programme: Programme, days: Iterable[date], today: date, language: Language, of: Theirs | None = None
) -> Card:
    """How many answers were promised by which day: never to whom, for that is in the queue. ``of``: what leaders owe;
    None for sign-ups, which are the coordinators'."""
    counts = Counter(days)
    late = sum(count for day, count in counts.items() if day < today)
    facts = [(say(language, "promises.late"), _many(language, late))] if late else []
    facts += [
        (saying_dates.capitalised(saying_dates.day(language, day)), _many(language, count))
        for day, count in sorted(counts.items())
        if day >= today
    ]
    return Card(
        title=say(language, "promises.reminder.title", programme=programme.name),
        blocks=(
            *((Text(text=say(language, f"promises.reminder.{of.name}"), style="strong"),) if of else ()),
            Facts(facts=tuple(facts)),
            Text(text=say(language, f"promises.reminder.text{f'.{of.name}' if of else ''}"), style="quiet"),
        ),
        buttons=offers(language, of.action if of else "signup.volunteers", "quiet.show"),
        language=language,
    )


def escalation(programme: Programme, late: list[Promise], language: Language, *, is_theirs: bool = False) -> Card:
    """For leaders: how many did not get the answer they were promised, and since when; neither who nor by whom.
    ``is_theirs``: they answer sign-ups themselves, and get this in the place of that day's reminder."""
    kind, opening = (".own", ("signup.volunteers",)) if is_theirs else ("", ())
    oldest = saying_dates.day(language, min(promise.due_on for promise in late))
    return Card(
        title=say_many(language, "promises.late.title", len(late), programme=programme.name),
        blocks=(
            Text(text=say(language, f"promises.late.text{kind}", day=oldest)),
            Text(text=say(language, f"promises.late.then{kind}"), style="quiet"),
        ),
        buttons=offers(language, *opening, "quiet.show", "help"),
        language=language,
    )


def figures(session: Session, programme: Programme, today: date, language: Language) -> tuple[Text, ...]:
    """How the programme keeps its promises, in totals; nothing while there are too few of them."""
    found = promises.kept(session, programme, today)
    if found is None:
        return ()
    percent = round(100 * found.in_time / found.ended)
    said = say_many(language, "promises.figures", found.ended, percent=percent)
    if found.half_within is not None:
        within = say_many(language, "promises.half", found.half_within)
        said = f"{said} {within if found.half_within else say(language, 'promises.half_same_day')}"
    return (Text(text=said),)


def _many(language: Language, count: int) -> str:
    return say_many(language, "promises.answers", count)
