"""Card to e-mail: a subject, a plain text and an HTML part that loads nothing from anywhere."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dialogs.card import Block, Card, Facts, Items, Picture, Text, Written
from dialogs.words import say

FOLDER = Path(__file__).parent
#: Longest subject, in characters: longer ones are cut off by every list of messages anyway.
LONGEST_SUBJECT = 150
#: Signs that turn the direction of what follows: in a subject they could make one sender's name look like another's.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])

templates = Environment(
    loader=FileSystemLoader([FOLDER / "templates", FOLDER.parent / "templates"]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.globals["say"] = say


@dataclass(frozen=True)
class Letter:
    """What an e-mail says; how it is addressed is for send.py."""

    subject: str
    plain: str
    html: str


def letter(card: Card, unsubscribing: str, following: str) -> Letter:
    """The card as an e-mail. Its buttons and fields are left out: nothing can be pressed there. ``unsubscribing`` is
    the link that ends the messages, ``following`` the one to choose topics by."""
    subject = as_subject(card.title or card.as_text())
    links = {"unsubscribing": unsubscribing, "following": following}
    html = templates.get_template("letter.html").render(card=card, subject=subject, **links)
    return Letter(subject, _plain(card, unsubscribing, following), html)


def as_subject(text: str) -> str:
    """One line without signs that mail programs act on, whatever was written."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text.translate(_TURNING)).split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1].rstrip() + "…"


def _plain(card: Card, unsubscribing: str, following: str) -> str:
    parts = [card.title, *map(_as_plain, card.blocks)]
    links = {"email.topics.choose": following, "email.unsubscribe": unsubscribing}
    foot = [say(card.language, "email.why"), *(f"{say(card.language, key)}: {link}" for key, link in links.items())]
    # "-- " begins what mail programs know as a signature, and leave out of answers.
    return "\n\n".join(part for part in parts if part) + "\n\n-- \n" + "\n".join(foot) + "\n"


def _as_plain(block: Block) -> str:
    match block:
        case Text():
            return block.text
        case Written():
            return block.as_text(tell_addresses=True)
        case Facts():
            return "\n".join(f"{label}: {value}" for label, value in block.facts)
        case Items():
            items = [f"{label}: {more}" if more else label for label, more in block.items]
            signs = [f"{number}." if block.numbered else "-" for number in range(1, len(items) + 1)]
            return "\n".join(f"{sign} {item}" for sign, item in zip(signs, items, strict=True))
        case Picture():
            return f"{block.alt}: {block.address}" if is_linked(block) else block.alt


def is_linked(picture: Picture) -> bool:
    """Whether the picture can be linked to. It is never loaded: that would tell its owner who reads, and when."""
    return urlsplit(picture.address).scheme == "https"


templates.globals["is_linked"] = is_linked
