"""Where a release from daily work stands, in a line: for the volunteer, and for coordinators."""

from dialogs import saying_dates
from dialogs.card import Language
from dialogs.turn import Turn
from dialogs.words import say
from storage.database import Session
from storage.people import Person
from storage.releases import Release, ReleaseState
from storage.workgroups import Workgroup


def rule(group: Workgroup, language: Language) -> str:
    """Whether the group asks for a release, before anybody signs up; nothing where it does not."""
    from_hours = group.release_from_hours
    if from_hours is None:
        return ""
    return say(language, f"releases.rule.{'hours' if from_hours else 'always'}", hours=from_hours)


def for_volunteer(turn: Turn, row: Release | None) -> str:
    """What the volunteer sees meanwhile; nothing where no release is needed."""
    return "" if row is None else say(turn.language, f"releases.mine.{_key(turn, row)}", **_values(turn, row))


def for_coordinator(turn: Turn, row: Release | None) -> str:
    """In the queue: what holds an answer back, or that nothing does any more; nothing where no release is needed."""
    if row is None:
        return ""
    return say(turn.language, f"releases.queue.{_key(turn, row)}", **_values(turn, row))


def leader_of(session: Session, row: Release | None) -> str:
    """Whom it is asked of, by the name that the bot knows."""
    if row is None or row.leader_id is None:
        return ""
    return session.get_one(Person, row.leader_id).name or "–"


def _key(turn: Turn, row: Release) -> str:
    is_late = row.state == ReleaseState.ASKED and row.due_on is not None and row.due_on < turn.today
    return "late" if is_late else str(row.state)


def _values(turn: Turn, row: Release) -> dict[str, str]:
    return {"day": saying_dates.day(turn.language, row.due_on) if row.due_on else "", "reason": row.reason}
