"""Draws every example as Slack lays it out, for looking at: python -m tests.cards.slack [PART OF A NAME].

Slack's own renderer is in its clients only. This is a plain drawing of the same blocks at the widths of a desktop's and
a telephone's message, of each form's modal and of the App Home: it shows what is said in which order, what breaks and
what is cut off, and not Slack's exact looks. Leaves contact sheets in build/slack-cards.
"""

import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from playwright.sync_api import Browser, sync_playwright

from bot.slack import carried
from bot.slack.render import Post, home, messages, modal
from dialogs.card import LANGUAGES, Card
from dialogs.examples import examples
from tests.chromium import CHROMIUM, QUIET

PICTURES = Path(__file__).parents[2] / "build" / "slack-cards"
#: What a message has on a telephone and on a desktop, in pixels.
NARROW, WIDE = 320, 600
PER_SHEET, COLUMNS = 15, {NARROW: 5, WIDE: 3}
STYLE = """
    body { margin: 12px; background: #f8f8f8; color: #1d1c1d; font: 15px/22px Lato, sans-serif; }
    main { columns: var(--columns); column-gap: 16px; }
    section { break-inside: avoid; margin-bottom: 16px; width: var(--width); }
    .caption { font: 11px/16px monospace; color: #616061; overflow-wrap: anywhere; }
    .post, .modal { background: #fff; padding: 8px 12px; margin-bottom: 8px; overflow-wrap: anywhere; }
    .modal { border: 1px solid #999; border-radius: 8px; }
    .post > *, .modal > * { margin: 4px 0; }
    h3 { font-size: 18px; line-height: 24px; } .text { white-space: pre-wrap; }
    .context { font-size: 13px; line-height: 18px; color: #616061; white-space: pre-wrap; }
    ul, ol { margin: 4px 0; padding-left: 26px; } .image { height: 90px; background: #ddd; padding: 6px; }
    .actions { display: flex; flex-wrap: wrap; gap: 8px; }
    .button { border: 1px solid #bbb; border-radius: 4px; padding: 3px 12px; font-weight: 700; max-width: 100%;
              box-sizing: border-box; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .primary { background: #007a5a; color: #fff; } .danger { background: #c01343; color: #fff; }
    .field { border: 1px solid #999; border-radius: 4px; padding: 4px 8px; min-height: 22px; white-space: pre-wrap; }
    .field.multiline { min-height: 66px; } label { font-weight: 700; display: block; } .optional { font-weight: 400; }
    .foot { display: flex; justify-content: flex-end; gap: 8px; } hr { border: 0; border-top: 1px solid #ddd; }
"""


def post_html(post: Post) -> Markup:
    return _box("post", map(_block, post.blocks))


def modal_html(view: dict[str, Any]) -> Markup:
    """A modal with its title above and its buttons below."""
    foot = _box("foot", (_button({"text": view["close"]}), _button({"text": view["submit"], "style": "primary"})))
    return _box("modal", (_tag("h3", view["title"]["text"]), *map(_block, view["blocks"]), foot))


def _block(block: dict[str, Any]) -> Markup:
    match block["type"]:
        case "header":
            return _tag("h3", block["text"]["text"])
        case "rich_text":
            return Markup().join(map(_rich, block["elements"]))
        case "context":
            return _box("context", (escape(one["text"]) for one in block["elements"]))
        case "image":
            return _box("image", [escape(block["alt_text"])])
        case "actions":
            return _box("actions", map(_button, block["elements"]))
        case "input":
            return _field(block)
        case "divider":
            return Markup("<hr>")
    raise ValueError(block["type"])


def _rich(element: dict[str, Any]) -> Markup:
    if element["type"] == "rich_text_section":
        return _box("text", map(_run, element["elements"]))
    tag = "ol" if element["style"] == "ordered" else "ul"
    rows = Markup().join(Markup("<li>{}</li>").format(_rich(one)) for one in element["elements"])
    return Markup('<{} start="{}">{}</{}>').format(Markup(tag), element.get("offset", 0) + 1, rows, Markup(tag))


def _run(run: dict[str, Any]) -> Markup:
    if run["type"] == "emoji":
        return Markup("⚠️")
    shown = escape(run.get("text") or run["url"])
    for name, tag in (("bold", "b"), ("italic", "i")):
        if run.get("style", {}).get(name):
            shown = _tag(tag, shown)
    return Markup("<a href='#'>{}</a>").format(shown) if run["type"] == "link" else shown


def _button(element: dict[str, Any]) -> Markup:
    return _box(f"button {element.get('style', '')}", [escape(element["text"]["text"])])


def _field(block: dict[str, Any]) -> Markup:
    element = block["element"]
    optional = Markup(" <span class='optional'>(valgfritt)</span>") if block["optional"] else ""
    label = Markup("<label>{}{}</label>").format(block["label"]["text"], optional)
    chosen = element.get("initial_option")
    if element["type"] == "radio_buttons":
        rows = [escape(f"{'◉' if one == chosen else '○'} {one['text']['text']}") for one in element["options"]]
        return label + Markup("<br>").join(rows)
    shown = element.get("initial_value", "") if element["type"] == "plain_text_input" else _menu(chosen)
    return label + _box(f"field {'multiline' if element.get('multiline') else ''}", [escape(shown)])


def _menu(chosen: dict[str, Any] | None) -> str:
    return f"{chosen['text']['text'] if chosen else ''} ▾"


def _tag(tag: str, text: str) -> Markup:
    return Markup("<{}>{}</{}>").format(Markup(tag), text, Markup(tag))


def _box(looks: str, inside: Iterable[Markup]) -> Markup:
    return Markup('<div class="{}">{}</div>').format(looks, Markup().join(inside))


def drawn(name: str, card: Card) -> Markup:
    """The card's messages, and below them the modal behind the first button that opens one."""
    posts = messages(card)
    shown = [_box("caption", [escape(name)]), *map(post_html, posts), *map(modal_html, _modals(posts))]
    return Markup("<section>{}</section>").format(Markup().join(shown))


def _modals(posts: tuple[Post, ...]) -> Iterator[dict[str, Any]]:
    buttons = [one for block in posts[-1].blocks if block["type"] == "actions" for one in block["elements"]]
    for one in buttons:
        found = carried.pressed(one["value"], posts[-1].blocks)
        if found is not None and found.form is not None and found.button is not None:
            yield modal(found.form, found.button)
            return


def homes() -> Iterator[tuple[str, Markup]]:
    """The App Home of somebody with every role, in each language."""
    cards = dict(examples())
    for language in LANGUAGES:
        own = [card for name, card in cards.items() if name.startswith("home:") and name.endswith(language)]
        shown = _box("post", map(_block, home(own)["blocks"]))
        caption = _box("caption", [escape(f"app-home-{language}")])
        yield f"app-home-{language}", Markup("<section>{}{}</section>").format(caption, shown)


def main(part: str) -> int:
    chosen = [(name, drawn(name, card)) for name, card in examples() if part in name]
    chosen += [(name, shown) for name, shown in homes() if part in name]
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        for width, columns in COLUMNS.items():
            for number, start in enumerate(range(0, len(chosen), PER_SHEET), 1):
                _sheet(browser, width, columns, f"sheet-{width}-{number:02}", chosen[start : start + PER_SHEET])
        browser.close()
    print(f"{len(chosen)} cards, in 2 widths: {PICTURES}")
    return 0


def _sheet(browser: Browser, width: int, columns: int, name: str, cards: list[tuple[str, Markup]]) -> None:
    page = browser.new_page(viewport={"width": columns * (width + 16) + 24, "height": 800})
    page.route("**/*", lambda route: route.abort())
    looks = f"<style>:root {{ --columns: {columns}; --width: {width}px; }} {STYLE}</style>"
    page.set_content(
        f"<!doctype html><title>Slack</title>{looks}<main>{Markup().join(shown for _, shown in cards)}</main>"
    )
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    page.close()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2] or [""]))
