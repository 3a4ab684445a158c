"""Marking an announcement as one that the employer must give, on the card that sends it, and what everybody is told."""

from dialogs.card import Block, Choice, Language, Question, Text
from dialogs.moments import NoMoment
from dialogs.turn import Turn
from dialogs.words import say
from storage import obligations
from storage.announcements import Announcement
from storage.database import Session
from storage.obligations import LONGEST_REASON
from storage.refusals import Refused

FREE, REQUIRED = "free", "required"


def questions(session: Session, turn: Turn, announcement: Announcement, errors: dict[str, str]) -> tuple[Question, ...]:
    """Whether it must be given, and by what: as it was filled in, else as it is marked."""
    reason = obligations.why(session, announcement)
    choices = tuple(Choice(title=say(turn.language, f"obligations.{one}"), value=one) for one in (FREE, REQUIRED))
    filled = turn.value("obligation")
    chosen = filled if filled in (FREE, REQUIRED) else REQUIRED if reason else FREE
    return (
        Question(name="obligation", label=say(turn.language, "obligations.choose"), value=chosen, choices=choices),
        Question(
            name="obligation_reason",
            label=say(turn.language, "obligations.reason"),
            value=turn.value("obligation_reason") if "obligation_reason" in turn.values else reason,
            longest=LONGEST_REASON,
            error=errors.get("obligation_reason", ""),
        ),
    )


def mark(session: Session, turn: Turn, announcement: Announcement, version: int) -> None:
    """Marks it as the form says. Raises NoMoment at the field where the reason lacks or is too long."""
    reason = turn.value("obligation_reason")
    if turn.value("obligation") == REQUIRED:
        try:
            obligations.check(reason)
        except Refused as refused:
            raise NoMoment(refused.key, "obligation_reason", **refused.values) from refused
        obligations.mark(session, turn.person, announcement, version, reason)
    elif turn.value("obligation") == FREE:
        obligations.unmark(session, turn.person, announcement, version)


def told(session: Session, announcement: Announcement, language: Language) -> tuple[Block, ...]:
    """Why somebody gets it who turned messages off."""
    reason = obligations.why(session, announcement)
    return (Text(text=say(language, "obligations.told", reason=reason), style="strong"),) if reason else ()


def facts(session: Session, announcement: Announcement, language: Language) -> list[tuple[str, str]]:
    """The line of a report."""
    reason = obligations.why(session, announcement)
    return [(say(language, "obligations.label"), reason)] if reason else []
