"""Card to HTML: every text escaped, every field labelled."""

import json
import secrets
from urllib.parse import urlsplit

from markupsafe import Markup

from bot.web.pages import templates
from dialogs.card import Button, Card, Language, Picture


def render(card: Card, marker: str = "", post: int | None = None) -> Markup:
    """The card as one article. ``marker`` says that it came by itself; ``post`` is then its id."""
    template = templates.get_template("card.html")
    # Ids must differ between all cards of a page, whenever they came.
    html = template.render(card=card, marker=marker, post=post, unique=secrets.token_hex(4))
    return Markup(html)  # noqa: S704 - the template escapes


def payload(button: Button, language: Language) -> str:
    """What the pressed button of a card in that language sends back."""
    return json.dumps(button.payload(language), ensure_ascii=False)


def leading_on(card: Card) -> list[Button]:
    """The buttons that do not send the card's form: what it holds is nothing to them."""
    return [button for button in card.buttons if button not in card.sending]


def is_own(picture: Picture) -> bool:
    """Whether the picture is this site's. Others are linked to, not loaded: loading would tell them who reads."""
    address = urlsplit(picture.address)
    return not address.scheme and not address.netloc and picture.address.startswith("/")


def is_linked(picture: Picture) -> bool:
    return urlsplit(picture.address).scheme == "https"


templates.globals.update(payload=payload, leading_on=leading_on, is_own=is_own, is_linked=is_linked)
