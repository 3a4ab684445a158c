"""A board: boxes below the heading of the step that they are at, steps beside each other, or below when narrow."""

import svg

from bot.drawing.organisations import GAP, HEADING, TITLE, boxed
from bot.drawing.paper import MARGIN, SMALLEST, Paper, broken, paragraph, sheet, text
from dialogs.charts import Board, Box

#: Pixels between columns, of a column at the least, above a heading's line, and within a box.
BESIDE, NARROWEST, BELOW, PAD = 8, 110, 4, 6
#: What stands where nothing does.
NOTHING = "–"


def draw(board: Board, paper: Paper) -> str:
    """The board as SVG."""
    drawn, y = paragraph(paper, MARGIN - 4, board.title, HEADING, strong=True)
    if board.remark:
        said, y = paragraph(paper, y + 2, board.remark, colour=paper.palette.quiet)
        drawn += said
    count = len(board.parts)
    beside = (paper.room - BESIDE * (count - 1)) / max(count, 1)
    is_wide = beside >= NARROWEST
    width = beside if is_wide else paper.room
    start, ends = y + GAP, [y]
    for place, (heading, boxes) in enumerate(board.parts):
        x = MARGIN + place * (width + BESIDE) if is_wide else MARGIN
        column, end = _column(heading, boxes, paper, x, start if is_wide else ends[-1] + GAP, width)
        drawn += column
        ends.append(end)
    return sheet(paper, max(ends) + MARGIN, board.title, drawn)


def _column(
    heading: str, boxes: tuple[Box, ...], paper: Paper, x: float, y: float, width: float
) -> tuple[list[svg.Element], float]:
    """The heading with a line below it, and its boxes."""
    drawn: list[svg.Element] = []
    for line in broken(heading, width, TITLE, strong=True):
        y += TITLE * 1.3
        drawn.append(text(paper, x, y - 3, line, TITLE, strong=True))
    y += BELOW
    ends = [round(one, 1) for one in (x, x + width, y)]
    drawn.append(svg.Line(x1=ends[0], x2=ends[1], y1=ends[2], y2=ends[2], stroke=paper.palette.bar, stroke_width=2))
    if not boxes:
        y += SMALLEST * 1.6
        drawn.append(text(paper, x, y - 3, NOTHING, colour=paper.palette.quiet))
    for box in boxes:
        shape, y = boxed(box, paper, x, y + GAP * 0.7, width, size=SMALLEST, pad=PAD)
        drawn += shape
    return drawn, y
