"""Slack's written text as people read it: without its signs for mentions, channels and links.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Mapping

#: Slack escapes these three and no others, so what stands in angle brackets is its own.
_OWN = re.compile(r"<([^<>]{1,3000})>")
_PERSON = re.compile(r"<@([A-Z0-9]{2,40})(?:\|[^<>]*)?>", re.ASCII)
_ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def people_in(written: str) -> set[str]:
    """Who is mentioned, by their ids."""
    return set(_PERSON.findall(written))


def plain(written: str, bot: str, names: Mapping[str, str]) -> str:
    """The text as it was typed. The bot's own mention is left out: it only says who is spoken to. Anybody else who is
    mentioned is part of the question: "hvem er @Kari?"."""

    def read(found: re.Match[str]) -> str:
        inside, _, label = found[1].partition("|")
        match inside[:1]:
            case "@":
                return "" if inside[1:] == bot else names.get(inside[1:]) or label
            case "#":
                return f"#{label}" if label else ""
            case "!":
                return label
        return label or inside.removeprefix("mailto:")

    text = _OWN.sub(read, written)
    for escaped, sign in _ESCAPED:
        text = text.replace(escaped, sign)
    return text.replace("\xa0", " ").strip()
