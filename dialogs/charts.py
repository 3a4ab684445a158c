"""Pictures of a plan: what they are to show, in words and days. How that looks is bot/drawing's.

What is drawn stands as text beside it, too, and nothing of it is about a person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dialogs import delivery_words, saying_dates, status_charts
from dialogs.card import Block, Language, Picture, Span, Text, Written
from dialogs.status_charts import Statuses
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import deliveries, milestones, programmes, sprint_work, sprints, workgroups
from storage.database import Session
from storage.deliveries import UNDER_WAY, Delivery, Stage
from storage.milestones import NOT_PLANNED, Milestone, Phase, Precision
from storage.programmes import Fact
from storage.workgroups import Openness, Workgroup

#: The pictures by the name that their address has.
TIMELINE, PHASES, GROUPS, UNITS = "tidslinje", "faseplan", "grupper", "organisasjonskart"
BOARD = "sprinttavle"
STATUSES = "statuser"
#: How many that are finished a board shows, the last ones.
MOST_FINISHED = 12
#: Bodies first, then those who work.
KINDS = ("body", "workgroup", "sprint_team")


class Known(StrEnum):
    """How exactly days are known, as far as it is drawn."""

    DAY = "day"
    #: All of these days.
    SPAN = "span"
    #: Somewhere in these days.
    WITHIN = "within"
    #: At the latest on the last one.
    BY = "by"
    ONGOING = "ongoing"


@dataclass(frozen=True)
class Bar:
    """Days. Between ``sure_from`` and ``sure_to``, both included, it is for certain; ``first`` and ``last`` are the
    limits of what is possible. None is open, and no sure days are none for certain."""

    known: Known
    first: date | None = None
    last: date | None = None
    sure_from: date | None = None
    sure_to: date | None = None
    #: By another document than the row's own.
    is_other: bool = False


@dataclass(frozen=True)
class Row:
    """Something that takes time: ``said`` is when, in words, ``remark`` what documents disagree about."""

    title: str
    said: str
    bars: tuple[Bar, ...]
    remark: str = ""
    is_over: bool = False


@dataclass(frozen=True)
class Plan:
    """Rows along an axis of days, and the day it is."""

    title: str
    language: Language
    today: date
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Box:
    """A group or unit: its name, and who is in it by role, never by name."""

    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Organisation:
    """What a programme, or what it changes, is made of: boxes below one, under headings where these say something."""

    title: str
    language: Language
    top: Box
    parts: tuple[tuple[str, tuple[Box, ...]], ...]


@dataclass(frozen=True)
class Board:
    """What stands where: boxes below headings, in the order that they have. ``remark`` is what it is the board of."""

    title: str
    language: Language
    remark: str
    parts: tuple[tuple[str, tuple[Box, ...]], ...]


Chart = Plan | Organisation | Board | Statuses


def timeline(session: Session, programme_key: str, name: str, language: Language, today: date) -> Plan:
    """What the plan has, the dated first; what no document dates is not drawn."""
    every = milestones.every(session, programme_key)
    rows = [_milestone(session, row, language, today) for row in every if row.kind not in NOT_PLANNED]
    return Plan(
        say(language, "charts.timeline", programme=name), language, today, tuple(row for row in rows if row.bars)
    )


def phase_plan(session: Session, programme_key: str, name: str, language: Language, today: date) -> Plan:
    rows = tuple(_phase(row, language, today) for row in milestones.phases(session, programme_key))
    return Plan(say(language, "charts.phases", programme=name), language, today, tuple(row for row in rows if row.bars))


def groups(session: Session, programme_key: str, name: str, language: Language, _: date) -> Organisation:
    """Its bodies and groups. Documents name no lines of command between them, and none are drawn."""
    rows = workgroups.every(session, programme_key)
    boxes = {kind: tuple(_group(row, language) for row in rows if row.kind == kind) for kind in KINDS}
    parts = tuple((say(language, f"charts.kind.{kind}"), found) for kind, found in boxes.items() if found)
    return Organisation(say(language, "charts.groups", programme=name), language, Box(name), parts)


def units(session: Session, programme_key: str, name: str, language: Language, _: date) -> Organisation:
    """The organisation chart of the documents: units below the topmost, each with the boxes that belong to it."""
    every = programmes.facts(session, programme_key, "unit", "organisation_box")
    rows = [fact for fact in every if fact.kind == "unit"]
    top = next((fact for fact in rows if fact.details.get("is_top")), None)
    boxes = tuple(_unit(fact, every, language) for fact in rows if fact is not top)
    title = say(language, "charts.units", programme=name)
    return Organisation(
        title, language, _unit(top, every, language) if top else Box(name), (("", boxes),) * bool(boxes)
    )


def board(session: Session, programme_key: str, name: str, language: Language, today: date) -> Board:
    """Deliveries by how far they are, with the team of each: the queue in its order, then what documents only name."""
    rows = deliveries.every(session, programme_key)
    unsaid = (say(language, "charts.board.unsaid"),)
    waiting = [Box(f"{row.position}. {_delivery(session, row, language)}") for row in rows if row.stage == Stage.QUEUED]
    waiting += [Box(told(fact.title, language), unsaid) for fact in deliveries.only_named(session, programme_key)]
    parts = [("queued", tuple(waiting))]
    for stage in UNDER_WAY:
        parts.append((stage, tuple(_in_hand(session, row, language) for row in rows if row.stage == stage)))
    finished = [Box(_delivery(session, row, language)) for row in rows if row.stage == Stage.DELIVERED]
    parts.append(("delivered", tuple(finished[-MOST_FINISHED:])))
    begun = sprints.begun(session, programme_key, today)
    remark = ""
    if begun is not None and today <= begun.ends_on:
        days = saying_dates.days(language, begun.starts_on, begun.ends_on)
        remark = say(language, "sprints.running", number=begun.number, days=days)
    title = say(language, "charts.board", programme=name)
    return Board(title, language, remark, tuple((say(language, f"charts.board.{key}"), boxes) for key, boxes in parts))


#: What makes each picture: of which programme, by its key and name, in which language, on which day.
CHARTS: dict[str, Callable[[Session, str, str, Language, date], Chart]] = {
    TIMELINE: timeline,
    PHASES: phase_plan,
    GROUPS: groups,
    UNITS: units,
    BOARD: board,
    STATUSES: status_charts.statuses,
}


def shown(session: Session, turn: Turn, which: str, version: int | None = None) -> tuple[Block, ...]:
    """The picture for a card, and where it is large; nothing where there is nothing to draw, or nowhere to fetch it.
    ``version`` is of what is drawn, where that is not the programme's."""
    programme = turn.programme
    # What this turn has changed is another picture.
    version = programmes.get(session, programme.key).version if version is None else version
    address = turn.picture(which, programme.key, turn.today, version)
    is_own = address.startswith("/") and turn.channel == "web"
    if not address.startswith("https://") and not is_own:
        return ()
    chart = CHARTS[which](session, programme.key, programme.name, turn.language, turn.today)
    if is_empty(chart):
        return ()
    label, page = say(turn.language, "charts.large"), f"{address}?lang={turn.language}"
    large: Block = Text(text=label, path=page) if is_own else Written(lines=((Span(text=label, address=page),),))
    return Picture(address=f"{address}.png?lang={turn.language}", alt=alt(chart)), large


def is_empty(chart: Chart) -> bool:
    if isinstance(chart, Statuses):
        return not chart.streams
    return not (chart.rows if isinstance(chart, Plan) else any(boxes for _, boxes in chart.parts))


def alt(chart: Chart) -> str:
    """What is read aloud for the picture: what it is. The facts stand beside it."""
    if isinstance(chart, Statuses):
        return status_charts.alt(chart)
    if isinstance(chart, Organisation):
        count = sum(len(boxes) for _, boxes in chart.parts)
        return say_many(chart.language, "charts.alt.organisation", count, title=chart.title)
    if isinstance(chart, Board):
        count = sum(len(boxes) for _, boxes in chart.parts)
        return say_many(chart.language, "charts.alt.board", count, title=chart.title)
    today = saying_dates.day(chart.language, chart.today, weekday=False)
    return say_many(chart.language, "charts.alt.plan", len(chart.rows), title=chart.title, today=today)


def facts(chart: Chart) -> list[tuple[str, list[tuple[str, str]]]]:
    """All that is drawn, as text: headings, each with names and what is told of them."""
    if isinstance(chart, Statuses):
        return status_charts.facts(chart)
    if isinstance(chart, Organisation):
        top = [("", [(chart.top.title, "; ".join(chart.top.lines))])] if chart.top.lines else []
        return top + [(heading, [(box.title, "; ".join(box.lines)) for box in boxes]) for heading, boxes in chart.parts]
    if isinstance(chart, Board):
        remark = [("", [(chart.remark, "")])] if chart.remark else []
        none = [(say(chart.language, "charts.board.none"), "")]
        return remark + [
            (heading, [(box.title, "; ".join(box.lines)) for box in boxes] or none) for heading, boxes in chart.parts
        ]
    return [("", [(row.title, ". ".join(filter(None, (row.said, row.remark)))) for row in chart.rows])]


def _delivery(session: Session, row: Delivery, language: Language) -> str:
    return delivery_words.named(session, row, language)


def _in_hand(session: Session, row: Delivery, language: Language) -> Box:
    """A delivery and its team; one that carries on has none between two sprints."""
    work = sprint_work.held_by(session, row)
    return Box(_delivery(session, row, language), (sprint_work.team_of(session, work).name,) if work else ())


def _milestone(session: Session, row: Milestone, language: Language, today: date) -> Row:
    other = milestones.otherwise(session, row)
    bars = _bars(row) + tuple(
        Bar(bar.known, bar.first, bar.last, bar.sure_from, bar.sure_to, is_other=True)
        for bar in (_bars(other) if other else ())
    )
    remark = say(language, "charts.other", when=saying_dates.when(language, other)) if other and bars else ""
    said = saying_dates.capitalised(saying_dates.when(language, row))
    return Row(told(row.title, language), said, bars, remark, saying_dates.is_over(row, today))


def _bars(row: Milestone) -> tuple[Bar, ...]:
    first, last = row.first_day, row.last_day
    match row.precision:
        case Precision.DAY | Precision.DAY_RANGE:
            return (Bar(Known.DAY if first == last else Known.SPAN, first, last, first, last),)
        case Precision.MONTH | Precision.SEASON:
            return (Bar(Known.WITHIN, first, last),)
        case Precision.BY_DAY | Precision.BEFORE_DAY:
            return (Bar(Known.BY, None, last),)
        case Precision.ONGOING:
            return (Bar(Known.ONGOING),)
    return ()


def _phase(row: Phase, language: Language, today: date) -> Row:
    starts, ends = saying_dates.phase_limits(language, row)
    key = "charts.span" if row.end_last else "charts.from"
    said = saying_dates.capitalised(say(language, key, starts=starts, ends=ends))
    dated = row.start_first is not None or row.end_last is not None
    bar = Bar(Known.SPAN, row.start_first, row.end_last, row.start_last, row.end_first)
    remark = told(row.conflict, language) if row.conflict else ""
    is_over = row.end_last is not None and row.end_last < today
    return Row(told(row.title, language), said, (bar,) if dated else (), remark, is_over)


def _unit(fact: Fact, every: list[Fact], language: Language) -> Box:
    head = fact.details.get("head_title")
    within = [one for one in every if one.details.get("belongs_to") == fact.key and not one.details.get("is_label")]
    lines = (told(head, language) if isinstance(head, dict) else "", *(told(one.title, language) for one in within))
    return Box(told(fact.title, language), tuple(line for line in lines if line))


def _group(row: Workgroup, language: Language) -> Box:
    leads = told(row.leader_role, language) if row.leader_role else ""
    lines = [say(language, "charts.finished")] if row.openness == Openness.FINISHED else []
    lines += [say(language, "charts.led_by", role=leads)] if leads else []
    members = ", ".join(told(role, language) for role in row.member_roles)
    lines += [members] if members else []
    number = f"{row.number}. " if row.number else ""
    return Box(f"{number}{saying_dates.capitalised(told(row.title, language))}", tuple(lines))
