"""Pictures: nothing of them leaves the sheet, everything on them can be read, and dates are where they belong."""

import re
from datetime import date, timedelta
from itertools import pairwise, product
from xml.etree import ElementTree as Tree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.drawing import plans
from bot.drawing.every import draw
from bot.drawing.paper import SMALLEST, THEMES, WIDTHS, Palette, Paper, png, width_of
from dialogs.charts import Bar, Board, Box, Chart, Known, Organisation, Plan, Row
from dialogs.status_charts import ABSENT, MISSING, MOST_DRAWN, Statuses, Stream
from storage.status_answers import Standing

TODAY = date(2020, 11, 24)
PAPERS = [Paper(palette, width) for palette, width in product(THEMES.values(), WIDTHS.values())]
SVG = "{http://www.w3.org/2000/svg}"
DAYS = some.dates(date(2015, 1, 1), date(2035, 1, 1))
WORDS = some.text(alphabet="abcæøå ABC<&>\"'–«» \n🙂\u0007", max_size=90)
LONG = WORDS | some.builds(lambda sign: sign * 70, some.sampled_from("mWæ"))


@some.composite
def bars(draw: some.DrawFn) -> Bar:
    first, sure_from, sure_to, last = sorted(draw(DAYS) for _ in range(4))
    known = draw(some.sampled_from(Known))
    match known:
        case Known.DAY:
            return Bar(known, first, first, first, first, draw(some.booleans()))
        case Known.BY:
            return Bar(known, None, last)
        case Known.ONGOING:
            return Bar(known)
        case Known.WITHIN:
            return Bar(known, first, last)
    is_open = draw(some.booleans())
    return Bar(known, first, None if is_open else last, sure_from, None if is_open else sure_to)


ROWS = some.builds(Row, LONG, LONG, some.lists(bars(), min_size=1, max_size=3).map(tuple), WORDS, some.booleans())
PLANS = some.builds(Plan, LONG, some.sampled_from(["nb", "nn", "en"]), DAYS, some.lists(ROWS, max_size=6).map(tuple))
BOXES = some.builds(Box, LONG, some.lists(LONG, max_size=3).map(tuple))
PARTS = some.lists(some.tuples(LONG, some.lists(BOXES, min_size=1, max_size=4).map(tuple)), min_size=1, max_size=3)
ORGANISATIONS = some.builds(Organisation, LONG, some.just("nb"), BOXES, PARTS.map(tuple))
COLUMNS = some.tuples(*[some.tuples(LONG, some.lists(BOXES, max_size=4).map(tuple))] * 5)
BOARDS = some.builds(Board, LONG, some.just("nb"), WORDS, COLUMNS)
MANY = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


STREAMS = some.integers(1, MOST_DRAWN).flatmap(
    lambda count: some.builds(
        Statuses,
        LONG,
        some.sampled_from(["nb", "nn", "en"]),
        some.lists(DAYS, min_size=count, max_size=count).map(lambda days: tuple(sorted(days))),
        some.lists(
            some.builds(
                Stream,
                LONG,
                some.lists(some.sampled_from([*Standing, MISSING, ABSENT]), min_size=count - 1, max_size=count - 1).map(
                    lambda standings: (*map(str, standings), MISSING)
                ),
                LONG,
            ),
            max_size=6,
        ).map(tuple),
    )
)


def drawn(chart: Chart, paper: Paper) -> Tree.Element:
    """The document, read as XML reads it."""
    return Tree.fromstring(draw(chart, paper))


def wrong_in(document: Tree.Element, paper: Paper) -> list[str]:
    """What leaves the sheet, and what is too small to be read."""
    height = float(document.attrib["height"])
    wrong = [] if document.attrib["width"] == str(paper.width) else ["the sheet has another width"]
    for one in document.iter(f"{SVG}text"):
        size, said, x = float(one.attrib["font-size"]), one.text or "", float(one.attrib["x"])
        wide = width_of(said, size, strong=one.attrib.get("font-weight") == "bold")
        left = x - {"middle": wide / 2, "end": wide}.get(one.attrib.get("text-anchor", ""), 0)
        wrong += [f"{said!r} is too small"] * (size < SMALLEST)
        wrong += [f"{said!r} leaves the sheet"] * (left < -1 or (left + wide > paper.width + 1 and len(said) > 1))
        wrong += [f"{said!r} is below the sheet"] * (float(one.attrib["y"]) > height)
    for one in document.iter(f"{SVG}rect"):
        left, wide = float(one.attrib.get("x", 0)), float(one.attrib["width"])
        wrong += ["a bar leaves the sheet"] * (left < 0 or left + wide > paper.width + 0.2)
    return wrong


@MANY
@given(PLANS | ORGANISATIONS | BOARDS | STREAMS, some.sampled_from(PAPERS))
def test_nothing_leaves_the_sheet_and_all_is_large_enough(chart: Chart, paper: Paper) -> None:
    assert wrong_in(drawn(chart, paper), paper) == []


@MANY
@given(PLANS)
def test_all_words_of_a_plan_are_on_it(plan: Plan) -> None:
    document = drawn(plan, PAPERS[0])
    shown = re.sub(r"\s", "", "".join(one.text or "" for one in document.iter(f"{SVG}text")))
    for row in plan.rows:
        for said in (row.title, row.said, row.remark):
            assert "".join(sign for sign in said if sign.isprintable() and not sign.isspace()) in shown


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", THEMES.values())
def test_colours_can_be_told_from_the_ground(palette: Palette) -> None:
    for colour in (palette.ink, palette.quiet, palette.bar, palette.other, palette.today):
        assert contrast(colour, palette.ground) >= 4.5
    assert contrast(palette.line, palette.ground) >= 3


def axis_of(*rows: Row, today: date = TODAY) -> plans.Axis:
    return plans.axis_of(Plan("Plan", "nb", today, rows), PAPERS[0])


def test_days_are_where_they_are_between_the_first_and_the_last() -> None:
    first, last = date(2020, 12, 1), date(2021, 1, 31)
    axis = axis_of(Row("a", "", (Bar(Known.SPAN, first, last, first, last),)))
    assert axis.start < TODAY < first < last < axis.end
    days = [axis.middle(TODAY + timedelta(days=number)) for number in range(60)]
    steps = {round(later - one, 6) for one, later in pairwise(days)}
    assert len(steps) == 1
    assert plans.MARGIN <= axis.x(axis.start) < axis.until(axis.end) <= PAPERS[0].width - plans.MARGIN + 0.01


def test_a_day_far_from_the_plan_is_told_and_not_drawn() -> None:
    row = Row("a", "", (Bar(Known.DAY, TODAY, TODAY, TODAY, TODAY),))
    assert axis_of(row, today=date(2026, 11, 28)).end < date(2021, 6, 1)
    shown = plans.draw(Plan("Plan", "nb", date(2026, 11, 28), (row,)), PAPERS[0])
    assert "er utenfor planen" in re.sub(r"<[^>]+>", " ", shown)
    assert PAPERS[0].palette.today in shown
    near = plans.draw(Plan("Plan", "nb", TODAY, (row,)), PAPERS[0])
    assert "I dag: 24. november 2020" in near


def colours(bar: Bar) -> list[dict[str, str]]:
    """The shapes of the one bar of a plan, by their attributes."""
    plan = Plan("Plan", "nb", date(2020, 12, 1), (Row("a", "b", (bar,)),))
    shapes = [one.attrib for one in drawn(plan, PAPERS[0]).iter() if one.tag in (f"{SVG}rect", f"{SVG}path")]
    return [one for one in shapes if one.get("fill") != PAPERS[0].palette.ground]


def test_what_is_sure_is_filled_and_what_is_possible_is_an_outline() -> None:
    first, last = date(2020, 12, 1), date(2020, 12, 31)
    whole = colours(Bar(Known.SPAN, first, last, first, last))
    within = colours(Bar(Known.WITHIN, first, last))
    assert not any("stroke-dasharray" in one for one in whole)
    assert [float(one["fill-opacity"]) for one in within if "width" in one] == [0.25, 0.25]
    both = colours(Bar(Known.SPAN, first, last, date(2020, 12, 10), date(2020, 12, 20)))
    assert sum("stroke-dasharray" in one for one in both) == 3, "before, after, and in the legend"


def test_another_documents_day_is_hollow_and_of_another_colour() -> None:
    day = date(2020, 12, 1)
    # The first shape is the tip at today.
    own = colours(Bar(Known.DAY, day, day, day, day))[1]
    other = colours(Bar(Known.DAY, day, day, day, day, is_other=True))[1]
    assert (own["fill"], other["fill"]) == (PAPERS[0].palette.bar, "none")
    assert other["stroke"] == PAPERS[0].palette.other


def test_what_stands_in_the_topmost_box_can_be_told_from_it() -> None:
    for paper in PAPERS:
        top = Box("Området", ("Kommunaldirektør",))
        document = drawn(Organisation("Kart", "nb", top, (("", (Box("Enhet"),)),)), paper)
        box = next(one for one in document.iter(f"{SVG}rect") if one.attrib.get("rx") == "4")
        inside = [one for one in document.iter(f"{SVG}text") if one.text in (top.title, *top.lines)]
        assert len(inside) == 2
        assert all(contrast(one.attrib["fill"], box.attrib["fill"]) >= 4.5 for one in inside)


@MANY
@given(some.lists(BOXES, min_size=1, max_size=9).map(tuple), some.sampled_from(PAPERS))
def test_each_box_is_drawn_once_in_whatever_column(boxes: tuple[Box, ...], paper: Paper) -> None:
    document = drawn(Organisation("Kart", "nb", Box("Topp"), (("", boxes),)), paper)
    assert sum(one.attrib.get("rx") == "4" for one in document.iter(f"{SVG}rect")) == len(boxes) + 1


def test_a_png_is_drawn_with_letters_whatever_the_machine_has() -> None:
    row = Row("Milepæl på Ås", "1. desember", (Bar(Known.DAY, TODAY, TODAY, TODAY, TODAY),))
    with_words = png(plans.draw(Plan("Plan", "nb", TODAY, (row,)), PAPERS[0]))
    without = png(plans.draw(Plan("", "nb", TODAY, (Row("", "", row.bars),)), PAPERS[0]))
    assert with_words.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(with_words[16:20], "big") == WIDTHS["narrow"] * 2.5
    assert len(with_words) > len(without) + 2000


@MANY
@given(BOARDS, some.sampled_from(PAPERS))
def test_each_delivery_of_a_board_is_drawn_once_below_its_heading(board: Board, paper: Paper) -> None:
    document = drawn(board, paper)
    shapes = [one for one in document.iter(f"{SVG}rect") if one.attrib.get("rx") == "4"]
    assert len(shapes) == sum(len(boxes) for _, boxes in board.parts)
    lefts = {float(one.attrib["x"]) for one in shapes}
    assert len(lefts) <= (5 if paper.width == WIDTHS["wide"] else 1), "beside each other where there is room"


def test_columns_of_a_board_stand_in_the_order_of_the_steps_at_each_width() -> None:
    headings = ("Kø", "Behov", "Løsning", "Test", "Ferdig")
    board = Board("Tavle", "nb", "", tuple((heading, (Box(f"i {heading}"),)) for heading in headings))
    for paper in PAPERS:
        found = {one.text: one.attrib for one in drawn(board, paper).iter(f"{SVG}text")}
        places = [(float(found[f"i {heading}"]["x"]), float(found[f"i {heading}"]["y"])) for heading in headings]
        along = places if paper.width == WIDTHS["wide"] else [(y, x) for x, y in places]
        assert along == sorted(along)
        assert len({first for first, _ in along}) == 5
