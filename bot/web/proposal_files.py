"""The document of proposals as a PDF for the case file, and as one HTML page without anything from outside."""

from importlib.resources import as_file, files
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from bot.web.pages import drawn
from dialogs.card import Block, Card, Facts, Items, Language, Text
from dialogs.words import say

_TYPEFACE = files("fontpkg_arimo") / "files" / "Arimo[wght].ttf"
_STYLE = Path(__file__).parent / "static" / "page.css"
#: Points, and millimetres of a line of each.
_SIZES = {"title": (22.0, 10.0), "heading": (15.0, 7.5), "body": (11.0, 5.6), "small": (9.0, 4.5)}
_STRONG = {"wght": 700.0}
_MARGIN = 22.0
#: A heading with fewer lines of room below it begins the next page.
_KEPT_WITH = 4


def page(title: str, under: str, cards: tuple[Card, ...], language: Language) -> bytes:
    """One file that can be sent on: its style is in it, and it asks nobody for anything."""
    style = _STYLE.read_text("utf-8")
    return drawn("proposals.html", title=title, under=under, cards=cards, language=language, style=style).encode()


def pdf(title: str, under: str, cards: tuple[Card, ...], language: Language, *, is_of_one: bool = False) -> bytes:
    """A4 pages with an outline, page numbers, and the language said for those who have it read aloud. ``is_of_one``:
    the cards are parts of one thing, the first of the whole of it, and need no page of their own."""
    sheet = _Sheet(title, language)
    sheet.add_page()
    sheet.write_line(title, "title", strong=True)
    sheet.write_line(under, "small")
    for number, card in enumerate(cards):
        if number and not is_of_one:
            sheet.add_page()
        sheet.start_section(card.title)
        if number or (len(cards) > 1 and not is_of_one):
            sheet.write_line(card.title, "heading", strong=True)
        for block in card.blocks:
            sheet.write_block(block)
    return bytes(sheet.output())


class _Sheet(FPDF):
    def __init__(self, title: str, language: Language) -> None:
        super().__init__(format="A4")
        self._language: Language = language
        with as_file(_TYPEFACE) as path:
            self.add_font("Arimo", "", path)
            self.add_font("Arimo", "B", path, variations=_STRONG)
        self.set_title(title)
        self.set_lang(language)
        self.set_margin(_MARGIN)
        self.set_auto_page_break(True, _MARGIN)
        self.alias_nb_pages("{pages}")

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Arimo", "", _SIZES["small"][0])
        said = say(self._language, "proposals.document.page", number=self.page_no(), pages="{pages}")
        self.cell(0, _SIZES["small"][1], said, align="R")

    def write_line(self, text: str, size: str = "body", *, strong: bool = False) -> None:
        points, height = _SIZES[size]
        if strong and self.will_page_break(_KEPT_WITH * height):
            self.add_page()
        self.set_font("Arimo", "B" if strong else "", points)
        self.multi_cell(0, height, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(height / 2)

    def write_block(self, block: Block) -> None:
        match block:
            case Text():
                self.write_line(block.text, strong=block.style in ("strong", "warning"))
            case Facts():
                self._pairs(block.facts)
            case Items():
                self._pairs(block.items)
            case _:
                raise NotImplementedError(block.kind)

    def _pairs(self, pairs: tuple[tuple[str, str], ...]) -> None:
        points, height = _SIZES["body"]
        for label, text in pairs:
            self.set_font("Arimo", "B", points)
            self.write(height, f"{label}: ")
            self.set_font("Arimo", "", points)
            self.write(height, text)
            self.ln(height * 1.25)
        self.ln(height / 2)
