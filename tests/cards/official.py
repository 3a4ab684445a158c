"""Microsoft's renderer on a page of its own, and what it makes of a card."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, Route

from bot.teams.render import adaptive_card
from dialogs.card import Card

ROOT = Path(__file__).parents[2]
NODE = Path(__file__).parents[1] / "node" / "node_modules"
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
#: The narrowest a card gets, in a telephone's chat, and what it has on a desktop, in pixels.
NARROW, WIDE = 320, 500
#: The page behind the cards, as Teams has it.
GROUND = {"light": "#f5f5f5", "dark": "#1f1f1f"}
WORDS = {"light": "#242424", "dark": "#ffffff"}


def is_installed() -> bool:
    return (NODE / "adaptivecards" / "dist" / "adaptivecards.min.js").exists()


@dataclass
class Renderer:
    """A page in one theme, on which cards are drawn one below the other."""

    page: Page
    theme: Theme
    width: int

    def draw(self, name: str, card: Card, caption: str = "") -> list[str]:
        """Draws the card; returns what the renderer complains of."""
        drawn = [name, adaptive_card(card), host_config(self.theme, self.width), self.width, caption]
        complaints: list[str] = self.page.evaluate("(given) => draw(...given)", drawn)
        return complaints

    def draw_all(self, cards: Mapping[str, Card]) -> dict[str, list[str]]:
        """Draws the cards one below the other; returns what the renderer complains of, by name."""
        given = [
            [name, adaptive_card(card), host_config(self.theme, self.width), self.width, ""]
            for name, card in cards.items()
        ]
        complaints = self.page.evaluate("(all) => all.map((given) => draw(...given))", given)
        return dict(zip(cards, complaints, strict=True))

    def clear(self) -> None:
        self.page.evaluate("document.querySelector('main').replaceChildren(); pressed.length = 0")

    def ask(self, function: str, name: str) -> Any:
        return self.page.evaluate(f"(name) => {function}(name)", name)

    def ask_all(self, function: str, names: Iterable[str]) -> dict[str, Any]:
        """What a function of page.js says of each card, by name."""
        asked = list(names)
        answers = self.page.evaluate(f"(names) => names.map({function})", asked)
        return dict(zip(asked, answers, strict=True))


def open_renderer(browser: Browser, theme: Theme, width: int, columns: int = 1) -> Renderer:
    """A page with Microsoft's renderer and the looks of Teams. It may load nothing from anywhere; where a card has a
    picture there is one."""
    context = browser.new_context(viewport={"width": columns * (width + 24) + 24, "height": 800}, color_scheme=theme)
    context.route("**/*", _instead)
    page = context.new_page()
    page.set_content(f"<!doctype html><html lang='nb'><title>Kort</title><style>{_style(theme)}</style><main></main>")
    designer = NODE / "adaptivecards-designer" / "dist" / "containers" / f"teams-container-{theme}.css"
    page.add_style_tag(content=designer.read_text("utf-8-sig"))
    page.add_style_tag(content=_style(theme))
    page.add_script_tag(path=NODE / "markdown-it" / "dist" / "markdown-it.min.js")
    page.add_script_tag(path=NODE / "adaptivecards" / "dist" / "adaptivecards.min.js")
    page.add_script_tag(path=Path(__file__).with_name("page.js"))
    return Renderer(page, theme, width)


def _instead(route: Route) -> None:
    """What is loaded: without any picture the renderer leaves out its words, too."""
    if route.request.resource_type == "image":
        route.fulfill(path=ROOT / "manifest" / "teams" / "color.png")
    else:
        route.abort()


def host_config(theme: Theme, width: int) -> dict[str, Any]:
    """Microsoft's settings for Teams. On a telephone its actions stand one below the other."""
    path = NODE / "adaptivecards-designer" / "lib" / "hostConfigs" / f"microsoft-teams-{theme}.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8-sig"))
    if width <= NARROW:
        found["actions"] |= {"actionsOrientation": "vertical", "actionAlignment": "stretch"}
    return found


def _style(theme: Theme) -> str:
    return f"""
        body {{ margin: 12px; background: {GROUND[theme]}; color: {WORDS[theme]}; font-family: sans-serif; }}
        main {{ display: flex; flex-flow: column wrap; gap: 12px; }}
        .caption {{ margin: 0 0 4px; font-size: 12px; }}
        .teams-card {{ background: {"#ffffff" if theme == "light" else "#2d2c2c"}; }}
        .ac-pushButton {{ box-sizing: border-box; max-width: 100%; }}
        .ac-horizontal-separator {{ flex: none; }}
        /* Each client has its own colour for links, which are underlined too; the designer's cannot be read on dark. */
        .ac-anchor {{ color: inherit !important; }}
    """
