"""The poster for the page where anonymous inputs are sent: where it is, for those who hang it up."""

from dialogs.anonymous_input import FORM
from dialogs.card import Block, Card, Span, Text, Written
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say
from storage.database import Session

#: Where the poster is, and the only thing in its address is the language.
POSTER = f"{FORM}/plakat"


def poster(_: Session, turn: Turn) -> Card:
    """Where the A4 poster is. It is for everybody, and leads everybody to the same address."""
    return Card(
        title=say(turn.language, "input_poster.title"),
        blocks=(Text(text=say(turn.language, "input_poster.what")), _place(turn)),
        buttons=offers(turn.language, "input.status", "help"),
        language=turn.language,
    )


def _place(turn: Turn) -> Block:
    """A link where it is known where browsers reach the bot, and else the path there, which the web chat can follow."""
    label, path = say(turn.language, "input_poster.open"), f"{POSTER}?lang={turn.language}"
    if not turn.public_url.startswith("https://"):
        return Text(text=f"{label}: {turn.public_url}{path}", path=path)
    return Written(lines=((Span(text=label, address=f"{turn.public_url}{path}"),),))
