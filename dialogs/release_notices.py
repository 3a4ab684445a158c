"""What is told of a release from daily work without being asked for: to the leader, the volunteer and coordinators."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs import saying_dates
from dialogs.card import Button, Card, Facts, Items, Language, Text, in_each
from dialogs.offers import offers
from dialogs.promises import AHEAD, ASKED_AT, OWNERS
from dialogs.words import say, say_many, told
from storage import occurrences, outbox, release_steps, stand_ins, workgroups, working_days
from storage.database import Session
from storage.people import Person
from storage.programmes import Programme
from storage.quiet_hours import is_free_day
from storage.releases import Release, ReleaseState, needs
from storage.sign_ups import SignUp
from storage.workgroups import Workgroup

#: A reminder is of use until the next one.
USEFUL_FOR = timedelta(days=1)
#: How many names a reminder tells.
MOST_NAMED = 10


def queue_asked(session: Session, programme: Programme, now: datetime) -> int:
    """Asks the leaders whom the people file names; returns how many."""
    asked = release_steps.ask_by_file(session, programme, now)
    for row in asked:
        ask(session, row)
    return len(asked)


def queue_releases(session: Session, programme: Programme, now: datetime) -> int:
    """On a working day's morning: reminds leaders of what they are to answer soon or late, and tells coordinators, once
    of each, what nobody answers; returns to how many it owes something."""
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    due = datetime.combine(today, time(ASKED_AT.hour), zone)
    if is_free_day(today) or now < due or not occurrences.record(session, f"releases:{programme.key}", due):
        return 0
    return _remind(session, programme, today, due, now) + _escalate(session, programme, today, due, now)


def ask(session: Session, row: Release) -> None:
    """Tells the leader, once for each time somebody is asked about."""
    assert row.leader_id is not None, "whoever is asked is known"
    assert row.asked_at is not None, "and so is when"
    sign_up = session.get_one(SignUp, row.sign_up_id)
    group, person = _about(session, sign_up)
    cards = in_each(lambda language: question(row, sign_up, person, group, language))
    message = outbox.write(session, row.programme_key, outbox.Kind.NOTICE, cards)
    leader = session.get_one(Person, row.leader_id)
    key = f"release:{row.identity}:{leader.identity}:{row.asked_at.isoformat()}"
    outbox.owe(session, leader, message, key, respect_mute=True)


def passed_on(session: Session, row: Release, before: Person) -> None:
    """Tells who was asked before that another leader is asked instead: their buttons answer nothing any more."""
    assert row.asked_at is not None, "somebody was asked just now"
    group, person = _about(session, session.get_one(SignUp, row.sign_up_id))
    cards = in_each(lambda language: no_more(person, group, language))
    message = outbox.write(session, row.programme_key, outbox.Kind.NOTICE, cards)
    key = f"release:{row.identity}:passed_on:{before.identity}:{row.asked_at.isoformat()}"
    outbox.owe(session, before, message, key, respect_mute=True)


def let_go(session: Session, rows: Iterable[Release], now: datetime) -> None:
    """Tells coordinators that nobody is asked any more: the leader had everything about them erased. Where no
    coordinator is there, the clock tells of it as of what nobody known is asked."""
    for row in rows:
        sign_up = session.get_one(SignUp, row.sign_up_id)
        group, person = _about(session, sign_up)
        owners = stand_ins.first_here(session, row.programme_key, OWNERS, now)
        if not owners:
            continue
        cards = in_each(
            lambda language, sign_up=sign_up, person=person, group=group: nobody_asked(  # type: ignore[misc]
                sign_up, person, group, language
            )
        )
        message = outbox.write(session, row.programme_key, outbox.Kind.NOTICE, cards)
        key = f"release:{row.identity}:let_go:{now.isoformat()}"
        outbox.owe_each(session, [one.identity for one in owners], message, key, now)
        row.escalated_at = now
        session.add(row)


def answered(session: Session, row: Release, now: datetime) -> None:
    """Tells the volunteer, and those who can answer the sign-up now or have to see what is possible."""
    assert row.answered_at is not None
    sign_up = session.get_one(SignUp, row.sign_up_id)
    group, person = _about(session, sign_up)
    key = f"release:{row.identity}:{row.state}:{row.answered_at.isoformat()}"
    cards = in_each(lambda language: answer(row, group, language))
    outbox.owe(session, person, outbox.write(session, row.programme_key, outbox.Kind.NOTICE, cards), key)
    for_owners = refusal if row.state == ReleaseState.REFUSED else grant
    cards = in_each(lambda language: for_owners(row, sign_up, person, group, language))
    owners = stand_ins.first_here(session, row.programme_key, OWNERS, now)
    those = [one.identity for one in owners if one.id != row.answered_by]
    if those:
        message = outbox.write(session, row.programme_key, outbox.Kind.NOTICE, cards)
        outbox.owe_each(session, those, message, f"{key}:owner", now)


def question(row: Release, sign_up: SignUp, person: Person, group: Workgroup, language: Language) -> Card:
    """What the leader is asked: who, for what, for how many hours, and whether the group's rule wants it or a
    coordinator; nothing of what the volunteer told the group."""
    why = "text" if needs(group, sign_up.hours_a_week) else "wanted"
    return Card(
        title=say(language, "releases.question.title", name=person.name or "–", group=group.title),
        blocks=(
            Facts(facts=facts(row, sign_up, language)),
            Text(text=say(language, f"releases.question.{why}", name=person.name or "–")),
        ),
        buttons=answering(row, language),
        language=language,
    )


def answering(row: Release, language: Language) -> tuple[Button, ...]:
    values = {"release": row.identity}
    return (
        Button(
            title=say(language, "releases.yes"), action="release.yes", values=values, style="primary", replaces=True
        ),
        Button(title=say(language, "releases.no"), action="release.no", values=values),
    )


def facts(row: Release, sign_up: SignUp, language: Language) -> tuple[tuple[str, str], ...]:
    hours = str(sign_up.hours_a_week) if sign_up.hours_a_week else say(language, "releases.hours_unknown")
    by = [(say(language, "releases.due"), saying_dates.day(language, row.due_on))] if row.due_on else []
    return ((say(language, "releases.hours"), hours), *by)


def answer(row: Release, group: Workgroup, language: Language) -> Card:
    """For the volunteer."""
    return Card(
        title=say(language, f"releases.told.{row.state}.title", group=group.title),
        blocks=(Text(text=say(language, f"releases.told.{row.state}.text", reason=row.reason)),),
        buttons=offers(language, "signup.status"),
        language=language,
        subject={"group": group.key},
    )


def refusal(row: Release, sign_up: SignUp, person: Person, group: Workgroup, language: Language) -> Card:
    """For coordinators: the place is kept until they decide."""
    return Card(
        title=say(language, "releases.refusal.title", name=person.name or "–", group=group.title),
        blocks=(Text(text=say(language, "releases.refusal.text", reason=row.reason)),),
        buttons=(_opening(sign_up, language), *offers(language, "signup.volunteers")),
        language=language,
    )


def grant(row: Release, sign_up: SignUp, person: Person, group: Workgroup, language: Language) -> Card:
    """For coordinators: the release holds their answer back no more."""
    return Card(
        title=say(language, f"releases.done.{row.state}", name=person.name or "–", group=group.title),
        blocks=(Text(text=say(language, "releases.grant.text")),),
        buttons=(_opening(sign_up, language), *offers(language, "signup.volunteers")),
        language=language,
    )


def no_more(person: Person, group: Workgroup, language: Language) -> Card:
    """For the leader who was asked before."""
    return Card(
        title=say(language, "releases.passed_on.title", name=person.name or "–"),
        blocks=(Text(text=say(language, "releases.passed_on.text", group=group.title)),),
        buttons=offers(language, "release.list"),
        language=language,
    )


def nobody_asked(sign_up: SignUp, person: Person, group: Workgroup, language: Language) -> Card:
    """For coordinators: who was asked is gone."""
    return Card(
        title=say(language, "releases.let_go.title", name=person.name or "–"),
        blocks=(Text(text=say(language, "releases.let_go.text", group=group.title)),),
        buttons=(_opening(sign_up, language), *offers(language, "signup.volunteers")),
        language=language,
    )


def reminder(
    programme: Programme, those: list[tuple[str, str]], days: list[date], today: date, language: Language
) -> Card:
    """For one leader: whose release waits for their answer."""
    late = sum(day < today for day in days)
    lines = (Text(text=say_many(language, "releases.reminder.late", late), style="strong"),) if late else ()
    return Card(
        title=say_many(language, "releases.reminder.title", len(those), programme=programme.name),
        blocks=(*lines, Items(items=tuple(those[:MOST_NAMED]))),
        buttons=offers(language, "release.list", "quiet.show"),
        language=language,
    )


def escalation(programme: Programme, count: int, language: Language) -> Card:
    """For coordinators: how many got no answer about a release; who they are is in the queue."""
    return Card(
        title=say_many(language, "releases.late.title", count, programme=programme.name),
        blocks=(Text(text=say(language, "releases.late.text")),),
        buttons=offers(language, "signup.volunteers", "quiet.show"),
        language=language,
    )


def _remind(session: Session, programme: Programme, today: date, due: datetime, now: datetime) -> int:
    by_leader = release_steps.to_remind(session, programme.key, working_days.after(today, AHEAD))
    groups = {group.key: group for group in workgroups.every(session, programme.key)}
    owed = 0
    for leader, those in by_leader.items():
        days = [row.due_on for row, _, _ in those if row.due_on is not None]
        cards = in_each(
            lambda language, those=those, days=days: reminder(  # type: ignore[misc]
                programme, _named(those, groups, language), days, today, language
            )
        )
        message = outbox.write(session, programme.key, outbox.Kind.DIGEST, cards, now + USEFUL_FOR, gathers_at=now)
        owed += outbox.owe_each(session, [leader], message, f"releases:{due.isoformat()}:{programme.key}", now)
    return owed


def _named(
    those: Iterable[tuple[Release, SignUp, Person]], groups: dict[str, Workgroup], language: Language
) -> list[tuple[str, str]]:
    return [
        (
            person.name or "–",
            say(
                language,
                "releases.line",
                group=told(groups[sign_up.workgroup_key].title, language) if sign_up.workgroup_key in groups else "",
                day=saying_dates.day(language, row.due_on) if row.due_on else "",
            ),
        )
        for row, sign_up, person in those
    ]


def _escalate(session: Session, programme: Programme, today: date, due: datetime, now: datetime) -> int:
    """What is late, what nobody known is asked, and what is asked of somebody who is away. Where no coordinator is
    there to be told, it stays open until somebody is."""
    away = stand_ins.away(session, release_steps.leaders_asked(session, programme.key), now)
    late = {row.id: row for row in release_steps.unanswered(session, programme, today)}
    late |= {row.id: row for row in release_steps.asked_of(session, programme.key, [key for key in away if key])}
    owners = stand_ins.first_here(session, programme.key, OWNERS, now) if late else []
    if not owners:
        return 0
    for row in late.values():
        row.escalated_at = now
        session.add(row)
    cards = in_each(lambda language: escalation(programme, len(late), language))
    message = outbox.write(session, programme.key, outbox.Kind.DIGEST, cards, now + USEFUL_FOR, gathers_at=now)
    those = [one.identity for one in owners]
    return outbox.owe_each(session, those, message, f"releases-late:{due.isoformat()}:{programme.key}", now)


def _opening(sign_up: SignUp, language: Language) -> Button:
    return Button(title=say(language, "releases.open"), action="signup.one", values={"sign_up": sign_up.identity})


def _about(session: Session, sign_up: SignUp) -> tuple[Workgroup, Person]:
    group = workgroups.get(session, sign_up.programme_key, sign_up.workgroup_key)
    return group, session.get_one(Person, sign_up.person_id)
