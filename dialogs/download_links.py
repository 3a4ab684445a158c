"""The link to a file that somebody asked for: as each channel can follow it."""

from dialogs.card import Span, Text, Written
from dialogs.turn import Turn
from storage.downloads import Download

#: The bot's own page can follow a path without an address in front of it.
OWN_PAGE = "web"


def can(turn: Turn) -> bool:
    """Whether a browser of this channel's can reach the bot."""
    return turn.sign_download is not None and (turn.channel == OWN_PAGE or turn.public_url.startswith("https://"))


def to(turn: Turn, asked: Download, title: str) -> Text | Written:
    assert turn.sign_download is not None, "asked before whether there can be a link"
    path = turn.sign_download(asked.identity, asked.person_id, asked.good_until)
    if turn.public_url.startswith("https://"):
        return Written(lines=((Span(text=title, address=f"{turn.public_url}{path}"),),))
    return Text(text=title, path=path)
