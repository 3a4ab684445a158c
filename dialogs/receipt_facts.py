"""What leaders see of receipts: a round number, from so many on, a day late."""

from dialogs.turn import Turn
from dialogs.words import say
from storage import receipts
from storage.announcements import Announcement
from storage.database import Session


def receipt_facts(session: Session, turn: Turn, announcement: Announcement) -> list[tuple[str, str]]:
    """What leaders see of it, on the report."""
    if not announcement.asks_receipt or announcement.group_id is not None:
        return []
    smallest = turn.programme.smallest_group
    count = receipts.confirmed_at_least(session, turn.person, announcement, smallest, turn.today)
    key = "receipts.count" if count else "receipts.few"
    return [(say(turn.language, "receipts.confirmed"), say(turn.language, key, count=count, smallest=smallest))]
