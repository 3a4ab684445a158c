"""The day an acting period begins or ends: who gets a role, who leaves it and whom it leaves to nobody is told."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dialogs import saying_dates, taking_over
from dialogs.card import Card, Language, Text, in_each
from dialogs.offers import offers
from dialogs.words import say
from storage import acting, occurrences, outbox, people
from storage.database import Session
from storage.people import ROLES, Grant, Person
from storage.programmes import Programme

#: So long before nobody is asked any more, those who can do something about it are told.
WARNED_BEFORE = timedelta(days=7)
#: Who is told so, beside whoever has the role for the last days.
ABOVE = ("leader", "deputy", "coordinator")
#: Where the work of a role is.
_WORK = {
    "leader": ("question.list", "announcement.mine"),
    "coordinator": ("signup.volunteers",),
    "input_handler": ("input.read",),
    "deputy": ("decision.list",),
    "employee_representative": ("decision.list",),
    "safety_representative": ("decision.list",),
    "whistleblowing_recipient": ("whistleblowing.read",),
}


def queue_acting(session: Session, programme: Programme, now: datetime) -> int:
    """Once for each day: tells who is asked from today on and was not before, who is not any more, and, a week ahead,
    from when nobody will be; returns to how many it owes something. Days that the clock slept through are made up for.
    """
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    midnight, schedule = datetime.combine(today, time(), zone), f"acting:{programme.key}"
    if not occurrences.record(session, schedule, midnight):
        return 0
    before = occurrences.latest(session, schedule, midnight)
    occurrences.forget(session, schedule, midnight)
    told = 0
    for role in ROLES:
        grants = acting.of_role(session, programme.key, role)
        if before is not None:
            told += _changed(session, programme, role, grants, before.astimezone(zone).date(), today)
        told += _nobody_soon(session, programme, role, grants, today)
    return told


def begun(programme: Programme, grant: Grant, stands_for: str, language: Language) -> Card:
    """Who is asked from today on: until when, for whom, and where the work is."""
    lines = [say(language, "acting.begun.text", role=_role(grant.role, language))]
    if stands_for:
        lines.append(say(language, "acting.begun.for", name=stands_for))
    if grant.ends_on is not None:
        lines.append(say(language, "acting.begun.until", day=saying_dates.day(language, grant.ends_on)))
    return _card(programme, grant.role, "acting.begun.title", lines, language, *_WORK[grant.role])


def ended(programme: Programme, role: str, names: str, language: Language) -> Card:
    """Whose period is over: to whom it goes from here, or that it goes to nobody."""
    key = "acting.ended.to" if names else "acting.ended.nobody"
    return _card(programme, role, "acting.ended.title", [say(language, key, names=names)], language)


def resting(programme: Programme, role: str, names: str, language: Language) -> Card:
    """Whom somebody stands in for from today on."""
    return Card(
        title=say(language, "acting.resting.title", names=names, role=_role(role, language)),
        blocks=(Text(text=say(language, "acting.resting.text", names=names)),),
        buttons=offers(language, *_WORK[role], "quiet.show"),
        language=language,
    )


def nobody(programme: Programme, role: str, day: date, language: Language) -> Card:
    """From which day nobody is asked."""
    title = say(
        language,
        "acting.gap.title",
        day=saying_dates.day(language, day),
        role=_role(role, language),
        programme=programme.name,
    )
    return Card(
        title=title,
        blocks=(
            Text(text=say(language, "acting.gap.text")),
            Text(text=say(language, "acting.gap.then"), style="strong"),
        ),
        buttons=offers(language, "help"),
        language=language,
    )


def _changed(session: Session, programme: Programme, role: str, grants: list[Grant], before: date, today: date) -> int:
    """Between two days, as everything stands now: who gives or takes a role for the same day tells it."""
    were, are = acting.asked_on(grants, before), acting.asked_on(grants, today)
    key = f"acting:{programme.key}:{role}:{today.isoformat()}"
    told = 0
    for grant in are:
        if grant not in were:
            told += _tell_begun(session, programme, grant, key) + _ask_what_waits(session, programme, grant)
    for grant in were:
        if grant not in are:
            told += _tell_ended(session, programme, grant, are, today, key)
    return told


def _tell_begun(session: Session, programme: Programme, grant: Grant, key: str) -> int:
    for_whom = session.get_one(Person, grant.stands_for).name if grant.stands_for else ""
    cards = in_each(lambda language: begun(programme, grant, for_whom, language))
    return _owe(session, programme, [grant.person_id], cards, f"{key}:begun")


def _tell_ended(session: Session, programme: Programme, grant: Grant, are: list[Grant], today: date, key: str) -> int:
    if grant.term.holds_on(today):
        by = _names(session, (one for one in are if one.stands_for == grant.person_id))
        cards = in_each(lambda language: resting(programme, grant.role, by, language))
        return _owe(session, programme, [grant.person_id], cards, f"{key}:resting") if by else 0
    names = _names(session, are)
    cards = in_each(lambda language: ended(programme, grant.role, names, language))
    return _owe(session, programme, [grant.person_id], cards, f"{key}:ended")


def _nobody_soon(session: Session, programme: Programme, role: str, grants: list[Grant], today: date) -> int:
    """Told once for each such day, and again where it was put off."""
    day = acting.nobody_from(grants, today)
    if day is None or day - today > WARNED_BEFORE:
        return 0
    last = [grant.person_id for grant in acting.asked_on(grants, min(today, day - timedelta(days=1)))]
    above = [person.identity for one in ABOVE for person in people.holders(session, programme.key, one)]
    cards = in_each(lambda language: nobody(programme, role, day, language))
    key = f"acting:{programme.key}:{role}:nobody:{day.isoformat()}"
    return _owe(session, programme, list(dict.fromkeys([*last, *above])), cards, key)


def _ask_what_waits(session: Session, programme: Programme, grant: Grant) -> int:
    """What nobody has decided yet is asked of whoever is asked from today on."""
    return taking_over.ask(session, programme, session.get_one(Person, grant.person_id), grant.role)


def _owe(session: Session, programme: Programme, those: list[int], cards: dict[str, Any], key: str) -> int:
    """It concerns what they have to do: who turned messages off gets it as well."""
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards)
    return sum(outbox.owe(session, session.get_one(Person, one), message, f"{key}:{one}") for one in those)


def _card(programme: Programme, role: str, title: str, lines: Iterable[str], language: Language, *actions: str) -> Card:
    return Card(
        title=say(language, title, role=_role(role, language), programme=programme.name),
        blocks=tuple(Text(text=line) for line in lines),
        buttons=offers(language, *actions, "help"),
        language=language,
    )


def _role(role: str, language: Language) -> str:
    return say(language, f"acting.role.{role}")


def _names(session: Session, grants: Iterable[Grant]) -> str:
    return ", ".join(session.get_one(Person, grant.person_id).name for grant in grants)
