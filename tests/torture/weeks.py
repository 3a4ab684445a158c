"""Weeks of the timetable in minutes: three replicas, killed at random, over both changes of daylight saving time.

What is expected is worked out once more, from the calendar alone; the clock's *now* stands in a file, and goes on when
a replica has run the timetable at it and nothing is on its way.
"""

import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from storage import announcements, decided_announcements, initiatives, lanes, migrating, people, planned, quiet_hours
from storage.broadcasts import Broadcast
from storage.database import Database, Session
from storage.initiatives import Initiative
from storage.milestones import Milestone, Precision
from storage.outbox import OF_SEVERAL, Kind, Message, OutboxRow, Status
from storage.people import Address, Person
from storage.personal_reminders import PersonalReminder
from storage.programmes import Programme
from storage.quiet_hours import NO_LIMIT
from tests.torture.expected import OSLO, PEOPLE, Expected, Somebody, Span, announced, expected, heard, reminded_at
from tests.torture.platform import Accepted, read_log
from tests.torture.storm import PROGRAMME, REPEATED, settle_in
from tests.torture.workers import CHANNEL, Haste, Workers, platform

#: By day the clock is moved by so much at the most, by night three hours at once: nothing is due then, as a rule.
STEP = timedelta(minutes=50)
NIGHT = timedelta(hours=3)
#: What a killed replica had in hand is done one or two moves later.
SLACK = 3 * STEP
#: Waiting is cut short: what a killed worker had on the wire keeps the clock from going on until its lease is over.
HASTE = Haste(timeout=1.5, lease=2.4, ahead=0.8, first_wait=0.1, longest_wait=0.5, tick=0.04)
#: What announcements are called; a notice names the one it is about.
TITLE = re.compile(r"(?:morgen|lørdag) [0-9-]{10}|natt [0-9-]{10} [01]")


@dataclass
class Weeks:
    """One run, and what it found."""

    span: Span
    database: Database
    workers: Workers
    chance: random.Random
    announced: dict[str, datetime]
    broken: list[str] = field(default_factory=list)
    cuts: int = 0
    #: Where the clock was moved to, and where it stood at each blow.
    way: list[datetime] = field(default_factory=list)
    struck: list[datetime] = field(default_factory=list)


def run(
    span: Span, seed: int, kills: int, address: str, folder: Path, replicas: int = 3
) -> tuple[dict[str, Any], list[str]]:
    """Figures by name, and the rules that broke."""
    started, chance = time.monotonic(), random.Random(seed)
    database = Database(address if address.startswith("sqlite") else f"{address}&application_name=torture")
    workers = Workers(address, folder, replicas, HASTE)
    weeks = Weeks(span, database, workers, chance, announced(span, chance))
    workers.clock.move(span.begins)
    try:
        with platform(folder, seed, silence=0) as (url, _):
            _fill(weeks, url)
            _walk(weeks, kills)
        figures = _judge(weeks, read_log(folder / "accepted"))
    finally:
        workers.kill_all()
        database.close()
    return figures | {"seconds": round(time.monotonic() - started)}, weeks.broken


def moments(span: Span, chance: random.Random) -> list[datetime]:
    """Where the clock is moved to, one after the other."""
    made, now = [], span.begins
    while now < span.ends:
        at = now.astimezone(OSLO)
        is_slow = 4 <= at.hour < 17 or at.date() in span.nights or (at + timedelta(hours=4)).date() in span.nights
        now += STEP * chance.uniform(0.5, 1) if is_slow else NIGHT
        # Not beyond what has to be seen at its own hour.
        now = span.awake(now)
        made.append(min(now, span.ends))
    return made


def _walk(weeks: Weeks, kills: int) -> None:
    way = moments(weeks.span, weeks.chance)
    blows = set(weeks.chance.sample(range(len(way)), min(kills, len(way))))
    slept = {until for _, until in weeks.span.sleeps}
    weeks.workers.start()
    _wait(weeks)
    for place, now in enumerate(way):
        if now in slept:
            weeks.workers.kill_all()
        weeks.workers.clock.move(now)
        weeks.way.append(now)
        weeks.workers.start()
        if place in blows:
            # Somewhere in the middle of running the timetable, and of sending.
            time.sleep(weeks.chance.uniform(0, 4 * HASTE.tick))
            _strike(weeks)
        _wait(weeks)


def _strike(weeks: Weeks) -> None:
    weeks.struck.append(weeks.workers.clock.now())
    weeks.workers.kill(weeks.chance.randrange(weeks.workers.replicas))
    weeks.workers.start()
    if not weeks.database.is_sqlite and weeks.chance.random() < 0.25:
        cut = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name <> 'torture' AND backend_type = 'client backend'"
        )
        with weeks.database.writing() as session:
            weeks.cuts += len(session.connection().execute(cut).all())


def _wait(weeks: Weeks, patience: float = 180) -> None:
    """Until a replica has run the timetable at the clock's *now*, and nothing is on its way."""
    until, now = time.monotonic() + patience, weeks.workers.clock.now()
    while True:
        seen = weeks.workers.seen()
        if seen is not None and seen >= now and not _on_its_way(weeks.database, now):
            return
        assert time.monotonic() < until, f"nobody gets on at {now}"
        time.sleep(0.01)


def _on_its_way(database: Database, now: datetime) -> bool:
    """Whether something is owed and due, held until now, or lacks its rows: the timetable or a dispatcher is at it."""
    with database.reading() as session:
        due = session.exec(select(OutboxRow.id).where(OutboxRow.held_until <= now).limit(1)).first()  # type: ignore[operator]
        owed = session.exec(select(OutboxRow.id).where(OutboxRow.next_at != None).limit(1)).first()  # noqa: E711
        left = session.exec(select(Broadcast.id).where(Broadcast.is_expanded == False).limit(1)).first()  # noqa: E712
    return owed is not None or due is not None or left is not None


@dataclass(frozen=True)
class Found:
    """A message to one person, as the outbox has it. ``row`` is that of the card it came on, and ``kind`` that card's,
    where it came together with others."""

    row: OutboxRow
    kind: Kind
    account: str
    what: str


def _judge(weeks: Weeks, log: list[Accepted]) -> dict[str, Any]:
    accepted: dict[str, list[Accepted]] = {}
    for one in log:
        accepted.setdefault(one.key, []).append(one)
    rows = _found(weeks.database)
    wanted = {(one.account, one.what): one for one in expected(weeks.span, weeks.announced)}
    times = Counter((one.account, one.what) for one in rows)
    missing = [f"{who} lacks {what}" for who, what in wanted.keys() - times.keys()]
    twice = [f"{who} is owed {what} {count} times" for (who, what), count in times.items() if count > 1]
    more = [f"{who} is owed {what}, which nobody expects" for who, what in times.keys() - wanted.keys()]
    weeks.broken += [*missing, *twice, *more]
    for one in rows:
        if want := wanted.get((one.account, one.what)):
            got = accepted.get(one.row.idempotency_key, [])
            weeks.broken += [f"{one.account}, {one.what}: {why}" for why in _wrong(weeks, one, want, got)]
    weeks.broken += _twice_a_day(rows, accepted)
    statuses = Counter(str(one.row.status) for one in rows)
    return {
        "kills": len(weeks.workers.killed),
        "connections cut": weeks.cuts,
        "moves of the clock": len(weeks.way),
        "occurrences": len({one.what for one in wanted.values()}),
        "planned": len(wanted),
        **dict(sorted(statuses.items())),
        "missing": len(missing),
        "twice": len(twice) + len(more),
        "repeated": sum(len(got) - 1 for got in accepted.values()),
    }


def _wrong(weeks: Weeks, found: Found, want: Expected, got: list[Accepted]) -> list[str]:
    status = found.row.status
    if not want.is_sent:
        is_late = status == Status.SKIPPED and found.row.reason == "too_late" and not got
        return [] if is_late else [f"{status}, not too late"]
    wrong = []
    if status != Status.SENT and not (status == Status.UNCERTAIN and found.kind not in REPEATED):
        wrong.append(f"{status} {found.row.reason}")
    if status == Status.SENT and not got:
        wrong.append("said to be sent and was not")
    if len(got) > 1 and found.kind not in REPEATED:
        wrong.append(f"sent {len(got)} times")
    wrong += [
        f"came at {one.now}, wanted at {want.at}"
        for one in got
        if not want.at <= one.now <= _latest(weeks, found, want)
    ]
    if not all(_is_unknown(weeks, one) for one in got[:-1]):
        wrong.append("sent again without need")
    if status == Status.UNCERTAIN and not all(_is_unknown(weeks, one) for one in got):
        wrong.append("said to be uncertain and was answered")
    return wrong


def _is_unknown(weeks: Weeks, one: Accepted) -> bool:
    """Whether its sender was killed before it can have been recorded."""
    killed = weeks.workers.killed.get(one.worker)
    return killed is not None and -1 <= killed - one.at <= HASTE.timeout


def _latest(weeks: Weeks, found: Found, want: Expected) -> datetime:
    """Until when it may come: at the next move of the clock, or at the one after it where a slow replica held the
    others up; after a blow what was in hand comes a few moves later. What is late by that may fall into quiet time."""
    is_struck = any(want.at - SLACK <= blow <= want.at + SLACK for blow in weeks.struck)
    late = want.at + SLACK if is_struck else _two_moves_on(weeks, want.at)
    begins = heard(next(one for one in PEOPLE if one.account == found.account), late)
    return late if begins == late else begins + SLACK if is_struck else _two_moves_on(weeks, begins)


def _two_moves_on(weeks: Weeks, moment: datetime) -> datetime:
    return [*(now for now in weeks.way if now >= moment), weeks.span.ends, weeks.span.ends][1]


def _twice_a_day(rows: list[Found], accepted: dict[str, list[Accepted]]) -> list[str]:
    """Who is never quiet gets the daily digest once a day, alone or on a card with others, and each title once,
    whatever keys say."""
    cards = {one.row.idempotency_key for one in rows if one.account == "always" and one.what.startswith("daily ")}
    days = Counter(accepted[key][0].now.astimezone(OSLO).date() for key in cards if key in accepted)
    assert days, "somebody gets digests"
    titles = Counter(
        (key.partition(":")[0], got[0].title)
        for key, got in accepted.items()
        if got[0].account == "always" and not key.startswith(("digest:", "top-list:", "together:"))
    )
    wrong = [f"{count} digests on {day}" for day, count in days.items() if count > 1]
    return wrong + [f"{title}: {count} times" for (_, title), count in titles.items() if count > 1]


def _found(database: Database) -> list[Found]:
    with database.reading() as session:
        rows: list[Any] = session.execute(
            select(OutboxRow, Message.kind, Message.cards, Address.account)  # type: ignore[call-overload]
            .join(Message, Message.id == OutboxRow.message_id)
            .join(Address, Address.id == OutboxRow.address_id)
        ).all()
    cards_of_several = {row.id: (row, Kind(kind)) for row, kind, _, _ in rows if kind in OF_SEVERAL}
    found = []
    for row, kind, cards, account in rows:
        if kind not in OF_SEVERAL:
            what = _what(row, Kind(kind), cards["nb"], account)
            carried_by, its_kind = cards_of_several.get(row.part_of, (row, Kind(kind)))
            found.append(Found(carried_by, its_kind, account, what))
    return found


def _what(row: OutboxRow, kind: Kind, card: Any, account: str) -> str:
    """What it is, by what is read in it where that says so, and else by the day in its key."""
    if kind == Kind.ANNOUNCEMENT:
        return f"announcement {card['title']}"
    if kind == Kind.NOTICE:
        return f"late {TITLE.findall(str(card))[0]}"
    if kind in (Kind.REMINDER, Kind.PERSONAL_REMINDER):
        return f"{'reminder' if kind == Kind.REMINDER else 'personal'} {card['title'].rpartition(' ')[2]}"
    key = row.idempotency_key
    day = datetime.fromisoformat(key.split(":", 2)[2].rpartition(":")[0]).astimezone(OSLO).date()
    if kind == Kind.TOP_LIST:
        return f"top_list {day}"
    frequency = next(who.digest for who in PEOPLE if who.account == account)
    return f"{'leaders' if key.startswith('leaders-week:') else frequency} {day}"


def _fill(weeks: Weeks, url: str) -> None:
    migrating.migrate(weeks.database, "main")
    with weeks.database.writing() as session:
        session.add(Programme(key=PROGRAMME, name="Torture", needs_approval=False, messages_a_week=NO_LIMIT))
        lanes.open_lane(session, CHANNEL, 0.002)
        for day in weeks.span.milestones:
            session.add(
                Milestone(
                    programme_key=PROGRAMME,
                    key=f"m-{day}",
                    title={"nb": f"Dag {day}"},
                    precision=Precision.DAY,
                    first_day=day,
                    last_day=day,
                )
            )
        session.flush()
        persons = {who.account: _settle_in(session, weeks, who, url) for who in PEOPLE}
        _plan(session, weeks, persons["leader"])


def _settle_in(session: Session, weeks: Weeks, who: Somebody, url: str) -> Person:
    person = settle_in(session, who.account, url)
    person.digest, person.digest_weekday = who.digest, who.weekday
    session.add(person)
    if who.hours != quiet_hours.USUAL:
        quiet_hours.choose(session, person, who.hours)
    if who.days_before:
        for day in weeks.span.milestones:
            if reminded_at(day, who.days_before) > weeks.span.begins:
                wish = {"milestone_key": f"m-{day}", "person_id": person.identity, "days_before": who.days_before}
                session.add(PersonalReminder(programme_key=PROGRAMME, **wish))
    return person


def _plan(session: Session, weeks: Weeks, leader: Person) -> None:
    people.grant(session, leader, PROGRAMME, "leader")
    session.add(Initiative(programme_key=PROGRAMME, key="one", title={"nb": "Tiltak"}))
    session.flush()
    initiatives.set_top(session, leader, PROGRAMME, ["one"], weeks.span.begins)
    for title, at in weeks.announced.items():
        made = announcements.draft(session, leader, PROGRAMME, title, "Vi er i gang.", weeks.span.begins)
        decided_announcements.say(session, leader, PROGRAMME, made.id or 0, None, weeks.span.begins)
        planned.plan(session, leader, made, made.version, at, weeks.span.begins)
