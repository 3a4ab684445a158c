"""Draws every example for looking at: python -m tests.cards [PART OF A NAME], or make cards.

Leaves build/cards/<width>-<theme>/<name>.png, and contact sheets beside the folders.
"""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from dialogs.card import LANGUAGES, Card
from dialogs.examples import examples
from tests.cards.official import NARROW, THEMES, WIDE, Theme, is_installed, open_renderer
from tests.chromium import CHROMIUM, QUIET

PICTURES = Path(__file__).parents[2] / "build" / "cards"
#: What stands on one contact sheet, and in how many columns.
PER_SHEET, COLUMNS = 20, {NARROW: 5, WIDE: 4}


def main(part: str) -> int:
    if not is_installed():
        print("Microsoft's renderer is not installed: make node", file=sys.stderr)
        return 1
    chosen = [(name, card) for name, card in examples() if part in name]
    shutil.rmtree(PICTURES, ignore_errors=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for width in (NARROW, WIDE):
            for theme in THEMES:
                _draw_each(browser, theme, width, chosen)
                _draw_sheets(browser, theme, width, chosen)
        browser.close()
    print(f"{len(chosen)} cards, each in 4 looks: {PICTURES}")
    return 0


def _draw_each(browser: Browser, theme: Theme, width: int, chosen: list[tuple[str, Card]]) -> None:
    folder = PICTURES / f"{width}-{theme}"
    folder.mkdir(parents=True)
    renderer = open_renderer(browser, theme, width)
    for name, card in chosen:
        renderer.clear()
        renderer.draw(name, card)
        renderer.page.locator("section").screenshot(path=folder / f"{name.replace(':', '_')}.png")
    renderer.page.context.close()


def _draw_sheets(browser: Browser, theme: Theme, width: int, chosen: list[tuple[str, Card]]) -> None:
    renderer = open_renderer(browser, theme, width, COLUMNS[width])
    renderer.page.add_style_tag(content=f"main {{ display: block; columns: {COLUMNS[width]}; column-gap: 12px; }}"
                                        "section { break-inside: avoid; margin-bottom: 12px; }")  # fmt: skip
    for sheet, cards in _sheets(chosen):
        renderer.clear()
        for name, card in cards:
            renderer.draw(name, card, caption=name)
        renderer.page.screenshot(path=PICTURES / f"sheet-{width}-{theme}-{sheet}.png", full_page=True)
    renderer.page.context.close()


def _sheets(chosen: list[tuple[str, Card]]) -> Iterator[tuple[str, list[tuple[str, Card]]]]:
    """The cards by language, a few on each sheet."""
    for language in LANGUAGES:
        own = [(name, card) for name, card in chosen if card.language == language]
        for start in range(0, len(own), PER_SHEET):
            yield f"{language}-{start // PER_SHEET + 1:02}", own[start : start + PER_SHEET]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
