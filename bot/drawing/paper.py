"""What pictures are drawn with: colours of a light and a dark sheet, a typeface, text that is broken where it fits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from math import ceil
from threading import Lock
from typing import Any, Literal

import resvg_py
import svg
from fontTools.ttLib import TTFont

#: The typeface of pictures. It is as wide as Arial and Helvetica sign for sign, which most browsers have in its place;
#: where there is none of them, a text is set as wide as it was measured all the same.
TYPEFACE, LIKE_IT = "Arimo", "Arimo, Arial, Helvetica, 'Liberation Sans', sans-serif"
_FILE = files("fontpkg_arimo") / "files" / "Arimo[wght].ttf"
#: Where the typeface's letters are strong.
STRONG = {"wght": 700}
#: Smallest letters of a picture, in pixels at the width it is drawn for.
SMALLEST = 12
#: How much larger a PNG is than it is drawn: telephones have two or three points to a pixel.
ZOOM = 2.5


@dataclass(frozen=True)
class Palette:
    """Each colour against ``ground`` has a contrast of at least 4.5 for texts and 3 for what is drawn:
    https://www.w3.org/TR/WCAG22/#contrast-minimum and #non-text-contrast"""

    ground: str
    ink: str
    quiet: str
    line: str
    bar: str
    other: str
    today: str


LIGHT = Palette("#ffffff", "#1d1c1d", "#57545a", "#8a8690", "#2f5fa8", "#b3420f", "#8f1d4f")
DARK = Palette("#1f1f23", "#f2f1f4", "#bdb9c2", "#86828c", "#7fb0ff", "#ff9d6b", "#ff8fc0")
THEMES = {"light": LIGHT, "dark": DARK}
#: Pixels that a picture is drawn for: what a telephone of 320 has between its margins, and a page.
WIDTHS = {"narrow": 288, "wide": 680}
MARGIN = 12
Anchor = Literal["start", "middle", "end"]
#: The typeface is read as far as it is needed, which two threads must not do at once.
_reading = Lock()


@dataclass(frozen=True)
class Paper:
    """A sheet: its colours and its width in pixels."""

    palette: Palette
    width: int

    @property
    def room(self) -> int:
        """Pixels between the margins."""
        return self.width - 2 * MARGIN


def sheet(paper: Paper, height: float, title: str, drawn: list[svg.Element]) -> str:
    """The picture as a document. Its title is what a screen reader says where it is opened by itself."""
    whole = ceil(height)
    ground = svg.Rect(width=paper.width, height=whole, fill=paper.palette.ground)
    return svg.SVG(
        width=paper.width,
        height=whole,
        viewBox=svg.ViewBoxSpec(0, 0, paper.width, whole),
        extra={"font-family": LIKE_IT, "role": "img"},
        elements=[svg.Title(text=_escaped(title)), ground, *drawn],
    ).as_str()


def text(
    paper: Paper,
    x: float,
    y: float,
    said: str,
    size: float = SMALLEST,
    *,
    strong: bool = False,
    colour: str = "",
    anchor: Anchor = "start",
) -> svg.Text:
    """A line; ``y`` is where its letters stand."""
    return svg.Text(
        x=round(x, 1),
        y=round(y, 1),
        text=_escaped(said),
        font_size=size,
        font_weight="bold" if strong else None,
        fill=colour or paper.palette.ink,
        text_anchor=anchor,
        textLength=round(width_of(said, size, strong=strong), 1) or None,
        lengthAdjust="spacingAndGlyphs",
    )


def paragraph(
    paper: Paper, y: float, said: str, size: float = SMALLEST, *, strong: bool = False, colour: str = ""
) -> tuple[list[svg.Element], float]:
    """The text in as many lines as it needs, and where it ends."""
    drawn: list[svg.Element] = []
    for line in broken(said, paper.room, size, strong=strong):
        y += size * 1.25
        drawn.append(text(paper, MARGIN, y - size * 0.3, line, size, strong=strong, colour=colour))
    return drawn, y


def width_of(said: str, size: float, *, strong: bool = False) -> float:
    """Pixels."""
    return sum(_width(sign, strong=strong) for sign in said) * size


def broken(said: str, room: float, size: float, *, strong: bool = False) -> Iterator[str]:
    """The text in lines of that many pixels, broken between words, and within one that is longer than a line."""
    line = ""
    for word in said.split():
        longer = f"{line} {word}".strip()
        if width_of(longer, size, strong=strong) <= room:
            line = longer
            continue
        if line:
            yield line
        while width_of(word, size, strong=strong) > room:
            fits = _fitting(word, room, size, strong=strong)
            yield word[:fits]
            word = word[fits:]
        line = word
    if line:
        yield line


def _fitting(word: str, room: float, size: float, *, strong: bool) -> int:
    """How many of its signs fit, and at least one."""
    fits = [at for at in range(1, len(word) + 1) if width_of(word[:at], size, strong=strong) <= room]
    return max(fits, default=1)


def png(drawn: str) -> bytes:
    """The document as PNG, with the same letters on every machine."""
    with as_file(_FILE) as path:
        return resvg_py.svg_to_bytes(
            svg_string=drawn,
            zoom=ZOOM,
            skip_system_fonts=True,
            font_files=[str(path)],
            font_family=TYPEFACE,
            sans_serif_family=TYPEFACE,
        )


@cache
def _width(sign: str, *, strong: bool) -> float:
    """In parts of the letters' size; one that the typeface lacks is as wide as they are high."""
    with _reading:
        named, units, glyphs = _glyphs(strong)
        return glyphs[named[ord(sign)]].width / units if ord(sign) in named else 1.0


@cache
def _glyphs(strong: bool) -> tuple[Mapping[int, str], float, Mapping[str, Any]]:
    """The names of the signs, how many units high the letters are, and the letters by name."""
    with as_file(_FILE) as path:
        font = TTFont(path, lazy=False)
    return font.getBestCmap(), font["head"].unitsPerEm, font.getGlyphSet(location=STRONG if strong else None)


def _escaped(said: str) -> str:
    """Text of XML, without the signs that XML does not know."""
    plain = "".join(sign for sign in said if sign.isprintable())
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
