"""Telling everyone of what is in the decisions log: a draft that points to it."""

from dialogs import announcements
from dialogs.decisions import key
from dialogs.turn import Afterwards, Turn
from storage import decision_announcements, decision_log
from storage.database import Session


def announce(session: Session, turn: Turn) -> Afterwards:
    """The announcement as it will look, to be changed, addressed and sent as any other."""
    turn.person.must_be(session, "leader", turn.programme.key)
    _, entry = decision_log.get(session, turn.programme.key, key(turn))
    draft = decision_announcements.draft(session, turn.person, turn.programme.key, entry, turn.now)
    return announcements.shown_afterwards(turn, draft)
