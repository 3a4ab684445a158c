"""A year of a programme, by the clock and reproducible: people come, ask, sign up and propose, leaders act or fail to.

What happens is done through the front door and by the whole timetable; what must come of it is worked out beside it
(ledger.py), from the calendar, the programme's file and our own notes. What was planned is what happened, but for what
has a reason with a name.
"""

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot import schedule
from bot.app import Stores
from bot.clock import DemoClock
from bot.schedule import Schedule
from bot.turns import Turns
from storage.outbox import Kind, Status
from tests.year import almanac
from tests.year.acts import Acts
from tests.year.cast import IN_HASTE, PLOTS, THROUGH_THE_YEAR, cast
from tests.year.ledger import MUTED, Due, Ledger
from tests.year.post import Arrived, Post

#: When the clock is looked at, by the hour on the wall: on free days once is enough, since all that waits.
TICKS, ON_FREE_DAYS = ((9, 5), (10, 35), (14, 0)), ((12, 0),)
A_YEAR = 365
#: Why the outbox did not send something, in the words of the diary.
WHY = {"switched_off": MUTED}
#: A tick is run again until nothing comes of it, and never as often as that.
MOST_RUNS = 10
#: What a message is, by what it is known by in the outbox; what matches none of these is an answer to an act.
KINDS = (
    (re.compile(r"reminder:\w+:([\w-]+):.*"), "milepæl: {0}"),
    (re.compile(r"personal:([\w-]+):.*"), "egen påminnelse: {0}"),
    (re.compile(r"top-list:\w+:([\d-]+)T.*"), "topp 5: {0}"),
    (re.compile(r"proposals:\w+:([\w-]+):([\w-]+):(\d+):.*"), "frist: {1} {0} {2}"),
    (re.compile(r"decision:unrecorded:\w+:([\w-]+):([\d-]{10}):.*"), "ikke ført: {0} {1}"),
    (re.compile(r"recommendations:\w+:([\d-]{10}):.*"), "anbefalinger: {0}"),
    (re.compile(r"promises:([\d-]+)T.*"), "løfter: {0}"),
    (re.compile(r"promises-late:([\d-]+)T.*"), "løfte brutt: {0}"),
    (re.compile(r"digest:\w+:([\d-]+)T.*"), "oppsummering: {0}"),
    (re.compile(r"leaders-week:\w+:([\d-]+)T.*"), "lederkort: {0}"),
    (re.compile(r"status-ask:.*"), "status spurt: {on}"),
    (re.compile(r"status-remind:.*"), "status påminnet: {on}"),
    (re.compile(r"status-draft:.*"), "status utkast: {on}"),
    (re.compile(r"status-lapsed:.*"), "status bortfalt: {on}"),
    (re.compile(r"status-unsent:.*"), "status purret: {on}"),
    (re.compile(r"status-report:\d+:to:.*"), "statusrapport: {on}"),
    (re.compile(r"queue-look:\w+:\d+:([\d-]+):.*"), "leveransekø: {0}"),
    (re.compile(r"sprint:\d+:begun:.*"), "sprint begynt: {on}"),
    (re.compile(r"sprint:\d+:work:.*"), "sprint team: {on}"),
    (re.compile(r"demo:\d+:invited:.*"), "demo invitert: {on}"),
    (re.compile(r"demo:\w+:\d+:reminder:.*"), "demo påminnet: {on}"),
    (re.compile(r"result:\w+:\d+:\w+:.*"), "resultat spurt: {on}"),
    (re.compile(r"risk:\w+:[\w-]+:.*:(?:soon|late):.*"), "vurdering: {on}"),
    (re.compile(r"acting:\w+:(\w+):[\d-]+:ended:.*"), "rolle over: {0}"),
)
MEETING = re.compile(r"meeting:\w+:here:([\w-]+)-([\d-]{10}):reminder:.*")


@dataclass
class Year:
    """One programme's year, and what was found: ``broken`` has what must not be."""

    programme: str
    begins: date
    ends: date
    diary: list[str] = field(default_factory=list)
    planned: Counter[str] = field(default_factory=Counter)
    happened: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    answers: int = 0
    questions: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def run(
    stores: Stores,
    programme: str,
    seed: int,
    days: int = A_YEAR,
    timetable: Sequence[schedule.Job] = schedule.TIMETABLE,
    is_short: bool = False,
) -> Year:
    """Plays so many days of the programme's year; of a short stretch those when most is due."""
    plot = PLOTS[programme]
    begins, tempo = (plot.dense, IN_HASTE) if is_short else (plot.begins, THROUGH_THE_YEAR)
    chance = random.Random(seed)
    ledger = Ledger(plot, cast(plot, begins, tempo, chance))
    made = Year(ledger.file["programme"]["name"], begins, begins + almanac.DAY * (days - 1))
    clock = DemoClock(almanac.at(begins, 6))
    turns = Turns(stores.database, stores.inputs, clock, programme)
    told: list[str] = []
    acts = Acts(plot, begins, tempo, ledger, turns, chance, told.append)
    ticking = Schedule(stores.database, clock, lambda: None, timetable=timetable)
    post, due, arrived = Post(stores.database), [], []
    for number in range(days):
        day = begins + almanac.DAY * number
        told.clear()
        clock.go(almanac.at(day, 8))
        acts.morning(day)
        due += ledger.due(day)
        hours = ON_FREE_DAYS if almanac.is_free(day) else TICKS
        for place, (hour, minute) in enumerate(hours):
            if place == len(hours) - 1:
                clock.go(almanac.at(day, 13))
                acts.afternoon(day)
            _tick(ticking, post, clock, almanac.at(day, hour, minute))
        news = post.news()
        arrived += news
        _tell(made, day, told, news)
    turns.close()
    made.questions = acts.questions
    _settle(made, [*due, *acts.due], arrived, post.waiting())
    return made


def _tick(ticking: Schedule, post: Post, clock: DemoClock, moment: datetime) -> None:
    clock.go(moment)
    for _ in range(MOST_RUNS):
        if not ticking.run_due() + post.carry(moment):
            break


def _tell(made: Year, day: date, told: list[str], news: list[Arrived]) -> None:
    """A day's page of the diary: what people did, and what came to how many. Days without either have none."""
    lines = list(told)
    came = Counter(one.title for one in news if one.status == Status.SENT and what(one))
    not_sent = Counter((one.title, one.reason) for one in news if one.status != Status.SENT and what(one))
    lines += [f"Til {count}: {title}" for title, count in came.items()]
    lines += [f"Ikke til {count}, som {WHY.get(why, why)}: {title}" for (title, why), count in not_sent.items()]
    if lines:
        head = almanac.said(day)
        made.diary += [f"\n{head[0].upper()}{head[1:]}", *(f"  {line}" for line in lines)]


def what(one: Arrived) -> str:
    """What a message is, in the words of our own notes; empty for what is told about somebody's act."""
    for pattern, said in KINDS:
        if found := pattern.fullmatch(one.key):
            return said.format(*found.groups(), on=one.on or one.key)
    if found := MEETING.fullmatch(one.key):
        return f"møte: {found[1]} {found[2]}"
    return f"melding: {one.title}" if one.kind == Kind.ANNOUNCEMENT else ""


def _settle(made: Year, due: list[Due], arrived: list[Arrived], waiting: list[str]) -> None:
    """Compares what was planned with what happened, person by person and day by day."""
    wanted = Counter((one.name, one.what, one.on) for one in due if not one.reason and one.on <= made.ends)
    got = Counter((one.name, what(one), one.on) for one in arrived if what(one) and one.on is not None)
    made.broken += [f"{name} mangler {said} {on}" for name, said, on in sorted((wanted - got).keys())]
    made.broken += [f"{name} fikk {said} {on}, som ingen ventet" for name, said, on in sorted((got - wanted).keys())]
    made.broken += [f"{key} er ikke sendt" for key in waiting]
    times = Counter((one.name, what(one)) for one in arrived if what(one))
    made.broken += [f"{name} fikk {said} {count} ganger" for (name, said), count in sorted(times.items()) if count > 1]
    for one in due:
        if one.on <= made.ends:
            made.planned[one.kind] += 1
            made.reasons[one.kind, one.reason] += bool(one.reason)
    made.happened += Counter(what(one).partition(":")[0] for one in arrived if what(one) and one.on is not None)
    made.answers = sum(not what(one) for one in arrived)
    for kind, count in made.planned.items():
        named = sum(number for (of, _), number in made.reasons.items() if of == kind)
        if count != made.happened[kind] + named:
            made.broken.append(f"{kind}: {count} planlagt, {made.happened[kind]} kom fram, {named} med grunn")
