"""What was filled in on the card that sends an announcement, carried past the cards that change the rest of it."""

from dataclasses import replace

from dialogs.turn import Turn
from storage import sending_forms
from storage.announcements import Announcement
from storage.database import Session

#: The card's fields that are kept. Not the number of people, which is written for whom it goes to when it is sent.
FIELDS = ("decided", "channel", "day", "clock", "urgency", "urgency_reason", "obligation", "obligation_reason")


def keep(session: Session, turn: Turn, announcement: Announcement, *, without: tuple[str, ...] = ()) -> None:
    """Keeps what the pressed button's card held, where it held the form, ``without`` what is stored elsewhere."""
    fields = {name: turn.value(name) for name in FIELDS if name in turn.values and name not in without}
    if fields:
        sending_forms.keep(session, turn.person, announcement, fields)


def filled(session: Session, turn: Turn, announcement: Announcement) -> Turn:
    """The turn as if what was kept had been filled in once more; what is filled in now goes before it."""
    return replace(turn, values=sending_forms.kept(session, turn.person, announcement) | turn.values)
