"""Draws the app package's icons from their SVG files, with Debian's chromium: python -m tests.draw_icons."""

from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bot.teams.app_package import ICONS
from bot.teams.package_checks import SIDES
from tests.journeys.conftest import CHROMIUM, QUIET

_PAGE = "<!doctype html><style>html, body {{ margin: 0 }} svg {{ display: block }}</style>{svg}"


def drawn(browser: Browser, source: Path, side: int) -> bytes:
    """The icon as a PNG file, transparent where nothing is drawn."""
    page = browser.new_page(viewport={"width": side, "height": side}, device_scale_factor=1)
    try:
        page.set_content(_PAGE.format(svg=source.read_text("utf-8")))
        return page.screenshot(omit_background=True)
    finally:
        page.close()


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for name, side in SIDES.items():
            path = ICONS / f"{name}.svg"
            path.with_suffix(".png").write_bytes(drawn(chromium, path, side))
            print(f"{path.with_suffix('.png').relative_to(ICONS)} drawn, {side} pixels")
        chromium.close()
