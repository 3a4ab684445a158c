"""Eight weeks of volunteers, by the clock and reproducible: people come and go, coordinators answer and forget.

What happens is done through the front door; what must be true is worked out beside it, from lists of our own and from
the tables read with plain SQL.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import ceil
from statistics import median
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from bot.app import Stores
from bot.clock import DemoClock
from bot.schedule import Schedule
from bot.turns import Turns
from storage import people, programmes, promises
from storage.people import Person
from storage.sign_ups import SignUp
from storage.workgroups import Openness, Workgroup
from tests.talk import Talk
from tests.volunteers import meanwhile

PROGRAMME = "osu2020"
BEGINS = datetime(2020, 11, 23, 8, tzinfo=UTC)
#: People come, go and are answered for so many weeks; then the clock alone goes on until every promised day is over.
WEEKS, COMING_WEEKS, QUIET_WEEKS = 8, 5, 4
GROUPS = 12
COORDINATORS = ("coordinator-1", "coordinator-2")
#: Of those who wait, so many are answered by a coordinator on a working day at the most.
ANSWERS_A_DAY = 0.015
#: How likely somebody withdraws on a day.
LEAVING_A_DAY = 0.004


@dataclass
class Group:
    """What we know of one group ourselves: who has a place and who is in line, in order."""

    key: str
    places: int | None
    seated: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)

    def come(self, name: str) -> None:
        has_place = self.places is None or len(self.seated) + len(self.line) < self.places
        (self.seated if has_place else self.line).append(name)

    def go(self, name: str) -> list[str]:
        """Who has a place now that did not."""
        (self.seated if name in self.seated else self.line).remove(name)
        return self.move_up()

    def move_up(self) -> list[str]:
        free = len(self.line) if self.places is None else max(self.places - len(self.seated), 0)
        moved, self.line = self.line[:free], self.line[free:]
        self.seated += moved
        return moved


@dataclass
class Simulation:
    """One run. ``told`` is what each person was told, by title, in order."""

    stores: Stores
    volunteers: int
    chance: random.Random
    groups: list[Group] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    moved: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def run(stores: Stores, volunteers: int, seed: int) -> Simulation:
    """Plays the weeks; ``broken`` has what must not be."""
    made = Simulation(stores, volunteers, random.Random(seed))
    _fill(made)
    clock = DemoClock(BEGINS)
    turns = Turns(stores.database, stores.inputs, clock, PROGRAMME)
    schedule = Schedule(stores.database, clock, lambda: None)
    coming = _arrivals(made)
    names = [name for those in coming.values() for name in those]
    meanwhile.fill(stores.database, turns, names, made.chance, BEGINS)
    for number in range(WEEKS * 7):
        now = BEGINS + timedelta(days=number)
        clock.go(now)
        for name in coming.get(number, ()):
            _come(made, turns, name, now)
        _go(made, turns, now)
        _meanwhile(made, turns, now)
        _answer(made, turns, now)
        clock.go(now + timedelta(minutes=30))
        schedule.run_due()
        _check_lines(made)
    last = BEGINS + timedelta(days=(WEEKS + QUIET_WEEKS) * 7 - 1)
    for number in range(WEEKS * 7, (WEEKS + QUIET_WEEKS) * 7):
        clock.go(BEGINS + timedelta(days=number, minutes=30))
        schedule.run_due()
    _check_end(made, last.date())
    _check_shown(made, turns, last)
    made.broken += meanwhile.broken(stores.database, last.date())
    return made


def _meanwhile(made: Simulation, turns: Turns, now: datetime) -> None:
    """Before the answers: releases and questions, on working days."""
    if now.weekday() >= 5:
        return
    database = made.stores.database
    given, refused = meanwhile.answer_releases(turns, database, made.chance, now)
    made.counts["released"] += given
    made.counts["not released"] += refused
    coordinator = Talk(turns, COORDINATORS[1], now)
    meanwhile.name_leaders(coordinator, database, made.chance)
    with database.reading() as session:
        waiting = session.exec(select(SignUp.id).where(SignUp.state == "asked").order_by(SignUp.id)).all()  # type: ignore[arg-type]
    meanwhile.ask(coordinator, [key for key in waiting if key is not None], made.chance)
    made.counts["replied to a question"] += meanwhile.reply(turns, database, made.chance, now)


def _fill(made: Simulation) -> None:
    with made.stores.database.writing() as session:
        for number in range(GROUPS):
            places = None if number % 4 == 3 else made.volunteers // (GROUPS * made.chance.choice((1, 2, 4)))
            made.groups.append(Group(f"g-{number}", places))
            session.add(
                Workgroup(
                    programme_key=PROGRAMME,
                    key=f"g-{number}",
                    openness=Openness.OPEN,
                    title={"nb": f"Gruppe {number}"},
                    reply_within={"nb": "i løpet av et par uker"},
                    reply_days=14,
                    release_from_hours=4 if number % 3 == 2 else None,
                )
            )
        programmes.mark_changed(session, PROGRAMME)
    turns = Turns(made.stores.database, made.stores.inputs, DemoClock(BEGINS), PROGRAMME)
    for name in (*COORDINATORS, "boss"):
        Talk(turns, name, BEGINS).act("help")
        with made.stores.database.writing() as session:
            person = session.exec(select(Person).where(Person.name == name.title())).one()
            people.grant(session, person, PROGRAMME, "leader" if name == "boss" else "coordinator")
    for group in made.groups:
        places = str(group.places or "")
        Talk(turns, COORDINATORS[0], BEGINS).act("signup.places_set", group=group.key, places=places)


def _arrivals(made: Simulation) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for number in range(made.volunteers):
        found.setdefault(made.chance.randrange(COMING_WEEKS * 7), []).append(f"v-{number:04}")
    return found


def _come(made: Simulation, turns: Turns, name: str, now: datetime) -> None:
    group = made.chance.choice(made.groups)
    talk = meanwhile.as_employee(Talk(turns, name, now))
    if made.chance.random() < meanwhile.BY_EMAIL:
        meanwhile.register(Talk(turns, COORDINATORS[0], now), group.key, name)
        made.counts["registered by e-mail"] += 1
        if made.chance.random() < 0.5:
            # The same person is in the chat the next moment: one sign-up.
            talk.act("workgroup.join", group=group.key)
    else:
        for _ in range(made.chance.choice((1, 1, 1, 2))):
            talk.act("workgroup.join", group=group.key)
        if made.chance.random() < 0.7:
            talk.act("signup.told", group=group.key, hours=made.chance.choice(("2", "4", "8")))
    group.come(name)
    made.counts["signed up"] += 1


def _go(made: Simulation, turns: Turns, now: datetime) -> None:
    for group in made.groups:
        for name in [one for one in (*group.seated, *group.line) if made.chance.random() < LEAVING_A_DAY]:
            meanwhile.as_employee(Talk(turns, name, now)).act("workgroup.leave", group=group.key)
            made.moved += group.go(name)
            made.counts["withdrew"] += 1


def _answer(made: Simulation, turns: Turns, now: datetime) -> None:
    """Each coordinator some; the first one is away in the third week, and nobody answers at Christmas."""
    if now.weekday() >= 5 or date(2020, 12, 24) <= now.date() <= date(2021, 1, 3):
        return
    for name in COORDINATORS:
        if name == COORDINATORS[0] and 14 <= (now - BEGINS).days < 21:
            continue
        with made.stores.database.reading() as session:
            rows: list[Any] = session.execute(
                select(SignUp.id, SignUp.state, SignUp.workgroup_key, Person.name)
                .join(Person, Person.id == SignUp.person_id)  # type: ignore[arg-type]
                .where(SignUp.state.in_(("asked", "in_line")))  # type: ignore[attr-defined]
                .order_by(SignUp.id)  # type: ignore[arg-type]
            ).all()
        coordinator = Talk(turns, name, now)
        number = min(len(rows), round(made.volunteers * ANSWERS_A_DAY * made.chance.random() * 2))
        for key, state, group_key, who in made.chance.sample(rows, number):
            group = next(one for one in made.groups if one.key == group_key)
            is_declined = state == "in_line" or made.chance.random() < 0.2
            if is_declined:
                coordinator.act("signup.declined", sign_up=key, reason="Gruppa trenger noe annet nå")
                made.moved += group.go(who.lower())
            elif coordinator.act("signup.accept", sign_up=key).outcome == "refused":
                made.counts["waits for a release"] += 1
                continue
            made.counts["declined" if is_declined else "accepted"] += 1


def _check_lines(made: Simulation) -> None:
    with made.stores.database.reading() as session:
        rows = session.execute(
            text(
                "SELECT s.workgroup_key, s.state, p.name FROM sign_up s JOIN person p ON p.id = s.person_id "
                "WHERE s.withdrawn_at IS NULL ORDER BY s.line"
            )
        ).all()
    for group in made.groups:
        mine = [(state, name.lower()) for key, state, name in rows if key == group.key]
        if [name for state, name in mine if state == "in_line"] != group.line:
            made.broken.append(f"{group.key}: the line is not as people came")
        if {name for state, name in mine if state != "in_line"} != set(group.seated):
            made.broken.append(f"{group.key}: others have a place than should")


def _check_end(made: Simulation, today: date) -> None:
    with made.stores.database.reading() as session:
        rows = session.execute(text("SELECT made_at, due_on, kept_at, dropped_at, escalated_at FROM promise")).all()
        titles = Counter(
            session.execute(
                text(
                    "SELECT p.name FROM outbox o JOIN person p ON p.id = o.person_id "
                    "WHERE o.idempotency_key LIKE 'sign_up:%:place:%'"
                )
            ).scalars()
        )
        found = promises.kept(session, programmes.get(session, PROGRAMME), today)
    made.counts["promises"] = len(rows)
    made.counts["kept"] = sum(row.kept_at is not None for row in rows)
    made.counts["dropped"] = sum(row.dropped_at is not None for row in rows)
    escalated = [row for row in rows if row.escalated_at and not row.kept_at and not row.dropped_at]
    made.counts["escalated"] = sum(row.escalated_at is not None for row in rows)
    made.counts["escalated and open"] = len(escalated)
    forgotten = len(rows) - made.counts["kept"] - made.counts["dropped"] - len(escalated)
    if forgotten:
        made.broken.append(f"{forgotten} promises are neither kept, dropped nor escalated")
    if titles != Counter(name.title() for name in made.moved):
        made.broken.append("not just those who got a place from the line were told so")
    _check_figures(made, rows, found, today)


def _check_shown(made: Simulation, turns: Turns, now: datetime) -> None:
    """What coordinators see of each group, beside what is counted here."""
    with made.stores.database.reading() as session:
        counted = Counter(
            (key, state)
            for key, state in session.execute(
                text("SELECT workgroup_key, state FROM sign_up WHERE withdrawn_at IS NULL")
            ).all()
        )
    shown = Talk(turns, COORDINATORS[0], now).act("signup.groups").as_text()
    for number, group in enumerate(made.groups):
        accepted, asked, line = (counted[group.key, state] for state in ("accepted", "asked", "in_line"))
        limited = f"Plasser: {group.places}. Med: {accepted}. Venter på svar: {asked}. På ventelista: {line}"
        said = f"Gruppe {number}: {limited}" if group.places else f"Med: {accepted}. Venter på svar: {asked}"
        if said not in shown:
            made.broken.append(f"{group.key}: {said} is not what is shown")


def _check_figures(made: Simulation, rows: Any, found: promises.Kept | None, today: date) -> None:
    """The figures shown beside those counted here. All moments are mornings: the day in UTC is the organisation's."""
    ended = [row for row in rows if not row.dropped_at and (row.kept_at or _day(row.due_on) < today)]
    answered = [row for row in ended if row.kept_at]
    in_time = sum(_day(row.kept_at) <= _day(row.due_on) for row in answered)
    half = median((_day(row.kept_at) - _day(row.made_at)).days for row in answered)
    made.counts["kept in time"] = in_time
    shown = (found.ended, found.in_time, found.half_within) if found else None
    if shown != (len(ended), in_time, ceil(half)):
        made.broken.append(f"shown {found}, counted {len(ended)}, {in_time}, {half}")


def _day(said: Any) -> date:
    """The day of what plain SQL reads: a text on SQLite, a date or a moment on PostgreSQL."""
    return date.fromisoformat(str(said)[:10])
