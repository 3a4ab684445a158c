"""How work streams stood from report to report: a row for each, and in it a sign for each report.

Each sign has a shape of its own, so that nobody has to tell colours apart.
"""

from datetime import date

import svg
from babel.dates import format_date

from bot.drawing.paper import MARGIN, SMALLEST, Paper, paragraph, sheet, text, width_of
from dialogs.saying_dates import LOCALES
from dialogs.status_charts import ABSENT, MISSING, Statuses, Stream, called

#: Pixels: of a sign, of a row of them, between rows.
SIGN, TRACK, GAP = 14, 24, 12
#: The widest that a report takes: few reports are not drawn apart over a whole page.
WIDEST = 90
TITLE, HEADING = 13, 15


def draw(chart: Statuses, paper: Paper) -> str:
    """The chart as SVG."""
    drawn, y = paragraph(paper, MARGIN - 4, chart.title, HEADING, strong=True)
    named, y = _days(chart, paper, y + 6)
    drawn += named
    for stream in chart.streams:
        more, y = _row(chart, stream, paper, y + GAP)
        drawn += more
    legend, y = _legend(chart, paper, y + GAP + 4)
    return sheet(paper, y + MARGIN, chart.title, [*drawn, *legend])


def _middle(chart: Statuses, paper: Paper, place: int) -> float:
    """Where a report's signs stand."""
    wide = min(WIDEST, paper.room / max(1, len(chart.days)))
    return MARGIN + wide * (place + 0.5)


def _days(chart: Statuses, paper: Paper, y: float) -> tuple[list[svg.Element], float]:
    """The day of each report, in two lines, and the year where it changes."""
    drawn: list[svg.Element] = []
    before: date | None = None
    for place, day in enumerate(chart.days):
        x = _middle(chart, paper, place)
        lines = [format_date(day, pattern, locale=LOCALES[chart.language]) for pattern in ("d", "LLL")]
        lines += [str(day.year)] if before is None or day.year != before.year else []
        for number, line in enumerate(lines, 1):
            strong = number == 1
            drawn.append(text(paper, x, y + number * SMALLEST * 1.2, line, strong=strong, anchor="middle"))
        before = day
    return drawn, y + 3 * SMALLEST * 1.2 + 2


def _row(chart: Statuses, stream: Stream, paper: Paper, y: float) -> tuple[list[svg.Element], float]:
    drawn, y = paragraph(paper, y, stream.title, TITLE, strong=True)
    said, y = paragraph(paper, y, stream.said, colour=paper.palette.quiet)
    middle = y + 4 + TRACK / 2
    there = [place for place, standing in enumerate(stream.standings) if standing != ABSENT]
    ends = [_middle(chart, paper, place) for place in (there[0], there[-1])]
    drawn += said
    drawn.append(
        svg.Line(
            x1=_r(ends[0]), x2=_r(ends[1]), y1=_r(middle), y2=_r(middle), stroke=paper.palette.line, stroke_width=1
        )
    )
    for place, standing in enumerate(stream.standings):
        drawn += sign(standing, _middle(chart, paper, place), middle, paper)
    return drawn, y + 4 + TRACK


def sign(standing: str, x: float, y: float, paper: Paper) -> list[svg.Element]:
    """A disc is on plan, a triangle at risk, a square late, a ring missing; where there was no such stream, nothing."""
    half, palette = SIGN / 2, paper.palette
    match standing:
        case "on_plan":
            return [svg.Circle(cx=_r(x), cy=_r(y), r=half, fill=palette.bar)]
        case "at_risk":
            corners = [(x - half, y + half), (x + half, y + half), (x, y - half)]
            start, *more = [(_r(across), _r(down)) for across, down in corners]
            around: list[svg.PathData] = [svg.M(*start), *(svg.L(*corner) for corner in more), svg.Z()]
            return [svg.Path(d=around, fill=palette.other)]
        case "late":
            return [svg.Rect(x=_r(x - half), y=_r(y - half), width=SIGN, height=SIGN, fill=palette.today)]
        case _ if standing == MISSING:
            ring = svg.Circle(
                cx=_r(x), cy=_r(y), r=half - 1, fill=palette.ground, stroke=palette.quiet, stroke_width=2,
                stroke_dasharray=[3, 2],
            )  # fmt: skip
            return [ring]
    return []


def _legend(chart: Statuses, paper: Paper, y: float) -> tuple[list[svg.Element], float]:
    """What each sign that is drawn means, as many in a line as there is room for."""
    drawn: list[svg.Element] = []
    known = dict.fromkeys(one for stream in chart.streams for one in stream.standings if one != ABSENT)
    x, y = float(MARGIN), y + SMALLEST
    for standing in known:
        said = called(standing, chart.language)
        width = SIGN + 8 + width_of(said, SMALLEST) + 14
        if x > MARGIN and x + width > paper.width - MARGIN + 14:
            x, y = float(MARGIN), y + SMALLEST * 1.8
        drawn += sign(standing, x + SIGN / 2, y - 4, paper)
        drawn.append(text(paper, x + SIGN + 8, y, said, colour=paper.palette.quiet))
        x += width
    return drawn, y


def _r(length: float) -> float:
    """A tenth of a pixel is exact enough."""
    return round(length, 1)
