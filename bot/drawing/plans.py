"""Rows along an axis of days: a timeline, and a plan of phases. Days are drawn as exactly as they are known.

What is written stands above its bar, never on it or beside it, so that it is read at any width.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import svg
from babel.dates import format_date

from bot.drawing.paper import MARGIN, SMALLEST, Paper, paragraph, sheet, text, width_of
from dialogs.charts import Bar, Known, Plan, Row
from dialogs.saying_dates import LOCALES
from dialogs.saying_dates import day as in_words
from dialogs.words import say

#: Today is drawn when it is no further from the plan than this many days; else it is told.
NEAR = 92
#: Days of the shortest axis.
SHORTEST = 28
#: Months between two that are named, and pixels that a name takes.
STEPS, STEP_ROOM = (1, 2, 3, 6, 12, 24, 60), 46
#: Pixels: of a track, of what is drawn on it, between rows, and of the narrowest bar.
TRACK, BAR, GAP, NARROWEST = 20, 10, 12, 5
TITLE, HEADING = 13, 15


@dataclass(frozen=True)
class Axis:
    """From ``start`` to ``end``, both included, as pixels of a paper."""

    paper: Paper
    start: date
    end: date

    def x(self, day: date) -> float:
        """Where the day begins."""
        return MARGIN + (day - self.start).days / ((self.end - self.start).days + 1) * self.paper.room

    def middle(self, day: date) -> float:
        return (self.x(day) + self.x(day + timedelta(days=1))) / 2

    def until(self, day: date) -> float:
        """Where the day ends."""
        return self.x(day + timedelta(days=1))

    @property
    def left(self) -> float:
        return MARGIN

    @property
    def right(self) -> float:
        return MARGIN + self.paper.room


def draw(plan: Plan, paper: Paper) -> str:
    """The plan as SVG."""
    axis = axis_of(plan, paper)
    drawn, y = paragraph(paper, MARGIN - 4, plan.title, HEADING, strong=True)
    named, y = _named(plan, axis, y + 6)
    drawn += named
    for row in plan.rows:
        more, y = _row(plan, row, axis, y + GAP)
        drawn += more
    legend, y = _legend(plan, paper, y + GAP + 4)
    return sheet(paper, y + MARGIN, plan.title, [*drawn, *legend])


def axis_of(plan: Plan, paper: Paper) -> Axis:
    """Wide enough for all that is drawn, and for today where that is near."""
    days = [day for row in plan.rows for bar in row.bars for day in (bar.first, bar.last) if day] or [plan.today]
    start, end = min(days), max(days)
    if start - timedelta(days=NEAR) <= plan.today <= end + timedelta(days=NEAR):
        start, end = min(start, plan.today), max(end, plan.today)
    span = max((end - start).days, SHORTEST)
    room = timedelta(days=max(2, span // 25))
    # What nobody says the end of goes on for a while.
    is_open = any(bar.known is Known.SPAN and bar.last is None for row in plan.rows for bar in row.bars)
    return Axis(paper, start - room, max(end, start + timedelta(days=SHORTEST)) + room * (4 if is_open else 1))


def _is_on(plan: Plan, axis: Axis) -> bool:
    return axis.start <= plan.today <= axis.end


def _named(plan: Plan, axis: Axis, y: float) -> tuple[list[svg.Element], float]:
    """The day it is, and the months with their years."""
    paper, colour = axis.paper, axis.paper.palette.today
    on = _is_on(plan, axis)
    said = say(
        plan.language,
        "charts.today" if on else "charts.out_of_plan",
        today=in_words(plan.language, plan.today, weekday=False),
    )
    if not on:
        drawn, y = paragraph(paper, y, said, colour=colour)
    else:
        y += SMALLEST * 1.25
        half = width_of(said, SMALLEST) / 2
        at = min(max(axis.middle(plan.today), axis.left + half), axis.right - half)
        drawn = [text(paper, at, y - 4, said, colour=colour, anchor="middle"), _tip(axis.middle(plan.today), y, colour)]
        y += 6
    years, before = y + 2 * SMALLEST * 1.2, None
    for month in _months(axis):
        x, shown = axis.x(month), format_date(month, "LLL", locale=LOCALES[plan.language])
        drawn.append(svg.Line(x1=_r(x), x2=_r(x), y1=_r(y + 2), y2=_r(years + 2), stroke=paper.palette.line))
        drawn.append(text(paper, x + 3, y + SMALLEST, shown, colour=paper.palette.quiet))
        if month.year != before:
            drawn.append(text(paper, x + 3, years - 2, str(month.year), colour=paper.palette.quiet, strong=True))
        before = month.year
    return drawn, years + 2


def _months(axis: Axis) -> Iterator[date]:
    """The firsts of the months that there is room to name."""
    every = (axis.end.year - axis.start.year) * 12 + axis.end.month - axis.start.month + 1
    firsts = [_first(axis.start, at) for at in range(every + 1)]
    for step in STEPS:
        shown = [one for one in firsts if axis.start <= one <= axis.end and (one.year * 12 + one.month - 1) % step == 0]
        spaced = all(axis.x(later) - axis.x(one) >= STEP_ROOM for one, later in pairwise(shown))
        if spaced or step == STEPS[-1]:
            yield from (one for one in shown if axis.x(one) + STEP_ROOM * 0.75 <= axis.right)
            return


def _first(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _row(plan: Plan, row: Row, axis: Axis, y: float) -> tuple[list[svg.Element], float]:
    paper, palette = axis.paper, axis.paper.palette
    colour = palette.quiet if row.is_over else palette.ink
    drawn, y = paragraph(paper, y, row.title, TITLE, strong=True, colour=colour)
    said, y = paragraph(paper, y, row.said, colour=palette.quiet)
    drawn += said
    if row.remark:
        doubt, y = paragraph(paper, y, row.remark, colour=palette.other)
        drawn += doubt
    middle = y + 4 + TRACK / 2
    drawn.append(
        svg.Line(x1=axis.left, x2=axis.right, y1=_r(middle), y2=_r(middle), stroke=palette.line, stroke_width=1)
    )
    for bar in row.bars:
        drawn += _bar(bar, axis, middle)
    if _is_on(plan, axis):
        x, top, bottom = _r(axis.middle(plan.today)), _r(middle - TRACK / 2), _r(middle + TRACK / 2)
        # A rim keeps it apart from a bar that it stands in.
        for colour, width in ((palette.ground, 5), (palette.today, 2)):
            drawn.append(svg.Line(x1=x, x2=x, y1=top, y2=bottom, stroke=colour, stroke_width=width))
    return drawn, y + 4 + TRACK


def _bar(bar: Bar, axis: Axis, y: float) -> Iterator[svg.Element]:
    colour = axis.paper.palette.other if bar.is_other else axis.paper.palette.bar
    match bar.known:
        case Known.DAY if bar.last is not None:
            yield _diamond(axis.middle(bar.last), y, colour, "none" if bar.is_other else colour)
        case Known.BY if bar.last is not None:
            yield from _by(axis.until(bar.last), y, colour)
        case Known.ONGOING:
            yield from _ongoing(axis.left, axis.right, y, colour)
        case _:
            yield from _spanned(bar, axis, y, colour)


def _spanned(bar: Bar, axis: Axis, y: float, colour: str) -> Iterator[svg.Element]:
    """What is sure is filled, what is possible before and after it an outline; an open end is an arrow."""
    left = axis.left if bar.first is None else axis.x(bar.first)
    right = axis.right if bar.last is None else axis.until(bar.last)
    if bar.sure_from is not None and bar.sure_to is not None and bar.sure_from <= bar.sure_to:
        sure = axis.x(bar.sure_from), axis.until(bar.sure_to)
        possible = [(left, sure[0]), (sure[1], right)]
        yield _sure(*sure, y, colour)
    else:
        possible = [(left, right)]
    yield from (_unsure(start, end, y, colour) for start, end in possible if end - start > 1)
    if bar.last is None:
        yield _head(right, y, colour, 1)
    if bar.first is None:
        yield _head(left, y, colour, -1)


def _sure(left: float, right: float, y: float, colour: str) -> svg.Element:
    width = max(NARROWEST, right - left)
    return svg.Rect(x=_r(left), y=_r(y - BAR / 2), width=_r(width), height=BAR, rx=2, fill=colour)


def _unsure(left: float, right: float, y: float, colour: str) -> svg.Element:
    return svg.Rect(
        x=_r(left),
        y=_r(y - BAR / 2),
        width=_r(max(NARROWEST, right - left)),
        height=BAR,
        rx=2,
        fill=colour,
        fill_opacity=0.25,
        stroke=colour,
        stroke_width=1.5,
        stroke_dasharray=[4, 2],
    )


def _diamond(x: float, y: float, colour: str, filled: str) -> svg.Element:
    size = BAR * 0.65
    return _shape([(x, y - size), (x + size, y), (x, y + size), (x - size, y)], colour, filled)


def _by(x: float, y: float, colour: str) -> Iterator[svg.Element]:
    """An arrow up to a stop: until then, and not when."""
    yield svg.Line(x1=_r(x - 22), x2=_r(x - 4), y1=_r(y), y2=_r(y), stroke=colour, stroke_width=3)
    yield _head(x - 1, y, colour, 1)
    yield svg.Line(x1=_r(x), x2=_r(x), y1=_r(y - BAR * 0.7), y2=_r(y + BAR * 0.7), stroke=colour, stroke_width=3)


def _ongoing(left: float, right: float, y: float, colour: str) -> Iterator[svg.Element]:
    yield svg.Line(
        x1=_r(left + 8), x2=_r(right - 8), y1=_r(y), y2=_r(y), stroke=colour, stroke_width=3, stroke_dasharray=[8, 5]
    )
    yield _head(left, y, colour, -1)
    yield _head(right, y, colour, 1)


def _head(x: float, y: float, colour: str, way: int) -> svg.Element:
    """The head of an arrow that ends at ``x``."""
    return _shape([(x, y), (x - way * 9, y - 6), (x - way * 9, y + 6)], colour, colour)


def _tip(x: float, y: float, colour: str) -> svg.Element:
    return _shape([(x - 5, y), (x + 5, y), (x, y + 6)], colour, colour)


def _shape(corners: list[tuple[float, float]], colour: str, filled: str) -> svg.Element:
    """Its outline in two pixels, where it is filled otherwise."""
    start, *more = [(_r(x), _r(y)) for x, y in corners]
    around: list[svg.PathData] = [svg.M(*start), *(svg.L(*corner) for corner in more), svg.Z()]
    return svg.Path(d=around, fill=filled, stroke=None if filled == colour else colour, stroke_width=2)


def _legend(plan: Plan, paper: Paper, y: float) -> tuple[list[svg.Element], float]:
    """What each sign that is drawn means, as many in a line as there is room for."""
    drawn: list[svg.Element] = []
    x, y = float(MARGIN), y + SMALLEST
    for name, sign in _signs(plan, paper):
        said = say(plan.language, f"charts.known.{name}")
        width = 30 + width_of(said, SMALLEST) + 14
        if x > MARGIN and x + width > paper.width - MARGIN + 14:
            x, y = float(MARGIN), y + SMALLEST * 1.6
        drawn.append(svg.G(transform=[svg.Translate(_r(x), _r(y - 4))], elements=sign))
        drawn.append(text(paper, x + 30, y, said, colour=paper.palette.quiet))
        x += width
    return drawn, y


def _signs(plan: Plan, paper: Paper) -> Iterator[tuple[str, list[svg.Element]]]:
    bars = [bar for row in plan.rows for bar in row.bars]
    colour, other = paper.palette.bar, paper.palette.other
    known = {bar.known for bar in bars}
    is_unsure = any((bar.first, bar.last) != (bar.sure_from, bar.sure_to) for bar in bars if bar.known is Known.SPAN)
    if Known.DAY in known:
        yield "day", [_diamond(12, 0, colour, colour)]
    if Known.SPAN in known:
        yield "span", [_sure(0, 24, 0, colour)]
    if Known.WITHIN in known or is_unsure:
        yield "unsure", [_unsure(0, 24, 0, colour)]
    if Known.BY in known:
        yield "by", list(_by(24, 0, colour))
    if Known.ONGOING in known:
        yield "ongoing", list(_ongoing(0, 24, 0, colour))
    if any(bar.is_other for bar in bars):
        yield "other", [_diamond(12, 0, other, "none")]


def _r(length: float) -> float:
    """A tenth of a pixel is exact enough."""
    return round(length, 1)
