"""What a programme is made of: boxes below its own, in a column for each kind, or one below the other when narrow."""

import svg

from bot.drawing.paper import MARGIN, SMALLEST, Paper, broken, paragraph, sheet, text
from dialogs.charts import Box, Organisation

#: Letters of headings and boxes, and pixels: within a box, between boxes, between columns, of a column at the least.
HEADING, TITLE = 15, 13
INSIDE, GAP, BESIDE, NARROWEST = 8, 10, 16, 180
#: Columns that one part is shared among.
MOST_BESIDE = 3
Part = tuple[str, tuple[Box, ...]]
#: How far a box stands from the line that leads to it.
STUB = 12


def draw(organisation: Organisation, paper: Paper) -> str:
    """The chart as SVG."""
    drawn, y = paragraph(paper, MARGIN - 4, organisation.title, HEADING, strong=True)
    y += GAP
    top, bottom = boxed(organisation.top, paper, MARGIN, y, paper.room, is_top=True)
    drawn += top
    parts = _beside(organisation.parts, paper)
    is_wide = _is_wide(len(parts), paper)
    width = (paper.room - BESIDE * (len(parts) - 1)) / len(parts) if is_wide else paper.room
    below, ends = bottom + GAP, [bottom]
    for place, (heading, boxes) in enumerate(parts):
        x = MARGIN + place * (width + BESIDE) if is_wide else MARGIN
        start = below if is_wide else ends[-1] + GAP
        column, end = _column(heading, boxes, paper, x, start, width, bottom)
        drawn += column
        ends.append(end)
    return sheet(paper, max(ends) + MARGIN, organisation.title, drawn)


def _is_wide(columns: int, paper: Paper) -> bool:
    return columns > 1 and (paper.room - BESIDE * (columns - 1)) / columns >= NARROWEST


def _beside(parts: tuple[Part, ...], paper: Paper) -> tuple[Part, ...]:
    """What has one part only is shared among as many columns as there is room for, each about as long."""
    count = len(parts[0][1]) if len(parts) == 1 else 0
    columns = next((number for number in range(min(MOST_BESIDE, count), 1, -1) if _is_wide(number, paper)), 1)
    if columns == 1:
        return parts
    heading, boxes = parts[0]
    shared: list[list[Box]] = [[]]
    left = sum(map(_length, boxes))
    for place, box in enumerate(boxes):
        is_full = sum(map(_length, shared[-1])) >= left / (columns - len(shared) + 1)
        if shared[-1] and len(shared) < columns and (is_full or count - place <= columns - len(shared)):
            left -= sum(map(_length, shared[-1]))
            shared.append([])
        shared[-1].append(box)
    return tuple((heading, tuple(some)) for some in shared)


def _length(box: Box) -> int:
    """About how many lines it takes."""
    return len(box.lines) + 2


def _column(
    heading: str, boxes: tuple[Box, ...], paper: Paper, x: float, y: float, width: float, above: float
) -> tuple[list[svg.Element], float]:
    """A heading, and its boxes along a line that comes from ``above``."""
    drawn: list[svg.Element] = []
    for line in broken(heading, width - STUB, SMALLEST, strong=True):
        y += SMALLEST * 1.3
        drawn.append(text(paper, x + STUB, y - 3, line, strong=True, colour=paper.palette.quiet))
    middle = above
    for box in boxes:
        shape, end = boxed(box, paper, x + STUB, y + GAP / 2, width - STUB)
        middle = y + GAP / 2 + INSIDE + TITLE * 0.6
        drawn += [_line(paper, x, middle, x + STUB, middle), *shape]
        y = end + GAP / 2
    return [_line(paper, x, above, x, middle), *drawn], y


def boxed(
    box: Box,
    paper: Paper,
    x: float,
    y: float,
    width: float,
    *,
    is_top: bool = False,
    size: float = TITLE,
    pad: float = INSIDE,
) -> tuple[list[svg.Element], float]:
    """A box with what stands in it, its name in letters of that size, and where it ends."""
    palette, inside = paper.palette, width - 2 * pad
    drawn: list[svg.Element] = []
    end = y + pad
    for line in broken(box.title, inside, size, strong=True):
        end += size * 1.25
        drawn.append(text(paper, x + pad, end - 4, line, size, strong=True, colour=palette.ground if is_top else ""))
    for said in box.lines:
        for line in broken(said, inside, SMALLEST):
            end += SMALLEST * 1.3
            drawn.append(text(paper, x + pad, end - 4, line, colour=palette.ground if is_top else palette.quiet))
    end += pad - 3
    shape = svg.Rect(
        x=round(x, 1),
        y=round(y, 1),
        width=round(width, 1),
        height=round(end - y, 1),
        rx=4,
        fill=palette.bar if is_top else palette.ground,
        stroke=palette.bar,
        stroke_width=1.5,
    )
    return [shape, *drawn], end


def _line(paper: Paper, x1: float, y1: float, x2: float, y2: float) -> svg.Element:
    ends = [round(one, 1) for one in (x1, y1, x2, y2)]
    return svg.Line(x1=ends[0], y1=ends[1], x2=ends[2], y2=ends[3], stroke=paper.palette.line, stroke_width=1.5)
