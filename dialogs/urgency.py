"""Marking an announcement as urgent on the card that sends it, and what everybody is told of that."""

from dialogs.card import Block, Choice, Language, Question, Text
from dialogs.moments import NoMoment
from dialogs.turn import Turn
from dialogs.words import say
from storage import urgency
from storage.announcements import Announcement
from storage.database import Session
from storage.refusals import Refused
from storage.urgency import LONGEST_REASON

NORMAL, URGENT = "normal", "urgent"


def questions(session: Session, turn: Turn, announcement: Announcement, errors: dict[str, str]) -> tuple[Question, ...]:
    """Whether it is urgent, and why: as it was filled in, else as it is marked."""
    reason = urgency.why(session, announcement)
    choices = tuple(Choice(title=say(turn.language, f"urgency.{one}"), value=one) for one in (NORMAL, URGENT))
    chosen = turn.value("urgency") if turn.value("urgency") in (NORMAL, URGENT) else URGENT if reason else NORMAL
    return (
        Question(name="urgency", label=say(turn.language, "urgency.choose"), value=chosen, choices=choices),
        Question(
            name="urgency_reason",
            label=say(turn.language, "urgency.reason"),
            value=turn.value("urgency_reason") if "urgency_reason" in turn.values else reason,
            longest=LONGEST_REASON,
            error=errors.get("urgency_reason", ""),
        ),
    )


def mark(session: Session, turn: Turn, announcement: Announcement, version: int) -> bool:
    """Marks it as the form says; returns whether that changed it. Raises NoMoment at the field where the reason lacks
    or is too long."""
    before, reason = announcement.version, turn.value("urgency_reason")
    if turn.value("urgency") == URGENT:
        try:
            urgency.check(reason)
        except Refused as refused:
            raise NoMoment(refused.key, "urgency_reason", **refused.values) from refused
        urgency.mark(session, turn.person, announcement, version, reason)
    elif turn.value("urgency") == NORMAL:
        urgency.unmark(session, turn.person, announcement, version)
    return announcement.version != before


def told(session: Session, announcement: Announcement, language: Language) -> tuple[Block, ...]:
    """What stands above an urgent announcement, so that nobody wonders why it came at night."""
    reason = urgency.why(session, announcement)
    return (Text(text=say(language, "urgency.told", reason=reason), style="warning"),) if reason else ()


def facts(session: Session, announcement: Announcement, language: Language) -> list[tuple[str, str]]:
    """The line of a report or a plan."""
    reason = urgency.why(session, announcement)
    return [(say(language, "urgency.label"), reason)] if reason else []
