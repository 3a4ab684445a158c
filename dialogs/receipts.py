"""Receipts ("jeg har lest"): asked for by the author, given by pressing, told to leaders as a round number only."""

from dialogs import amended, announced, sending_card, sending_forms
from dialogs.card import Card, Text
from dialogs.turn import Afterwards, Turn
from dialogs.words import say
from storage import announcements, receipts
from storage.database import Session


def choose(session: Session, turn: Turn) -> Afterwards:
    """Has those who get it asked, or not asked any more; shows the card for sending it."""
    announcement = announcements.get(session, turn.person, turn.programme.key, announced.key(turn))
    receipts.ask_for(session, turn.person, announcement, turn.values.get("wanted") is True)
    sending_forms.keep(session, turn, announcement)
    return sending_card.sending_afterwards(turn, announcement)


def read(session: Session, turn: Turn) -> Card:
    """Counts who pressed; the announcement stays to be read, as it reads now. Pressed twice, it shows the same."""
    announcement = receipts.find(session, turn.person, turn.programme.key, announced.key(turn))
    receipts.confirm(session, turn.person, announcement, turn.today)
    author = amended.sender(session, announcement)
    card = amended.as_it_reads(session, announcement, author, turn.programme, turn.language)
    if announcement.recalled_at is not None:
        return card
    done = Text(text=say(turn.language, "receipts.done"), style="strong")
    who = Text(text=say(turn.language, "receipts.who", smallest=turn.programme.smallest_group), style="quiet")
    buttons = tuple(button for button in card.buttons if button.action != "announcement.read")
    return card.model_copy(update={"blocks": (done, *card.blocks, who), "buttons": buttons, "outcome": "done"})
