"""What is done with an announcement that waits for its time: looked at, moved, cancelled, and sent by the clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dialogs import announced, announcements, decision_gate, moments, planned, progress, sending_card
from dialogs.card import LANGUAGES, Card, Language
from dialogs.turn import Afterwards, Turn
from dialogs.words import say
from storage import announcements as stored
from storage import approvals, decided_announcements, groups, occurrences, outbox
from storage import planned as waiting
from storage.announcements import Announcement
from storage.database import Session
from storage.decisions import NotReady
from storage.programmes import Programme
from storage.refusals import NotAllowed, Refused


def look(session: Session, turn: Turn) -> Afterwards:
    """An announcement as it will look, or looks, and how far it has come."""
    return announcements.shown_afterwards(turn, _get(session, turn))


def move(session: Session, turn: Turn) -> Afterwards:
    """The card for sending it, with the moment it is planned for filled in."""
    announcement = _get(session, turn)
    if announcement.sent_at is not None:
        raise Refused("refused.announcement.sent")
    return sending_card.sending_afterwards(turn, announcement)


def cancel(session: Session, turn: Turn) -> Card:
    """Makes it a draft again; pressed twice, it says the same."""
    announcement = _get(session, turn)
    waiting.cancel(session, turn.person, announcement)
    return planned.cancelled(turn, announcement)


def queue_planned_announcements(session: Session, programme: Programme, now: datetime) -> int:
    """Owes the announcements that are due. What is too late to be of use, or cannot be sent, is held back, and who
    wrote and planned it is told why; returns how much is new."""
    new = 0
    for announcement in waiting.due(session, programme.key, now):
        assert announcement.send_at is not None
        if occurrences.record(session, f"announcement:{announcement.id}", announcement.send_at):
            why = _send(session, programme, announcement, now)
            if why is not None:
                _hold_back(session, programme, announcement, why)
            new += 1
    return new


def _send(session: Session, programme: Programme, announcement: Announcement, now: datetime) -> Refused | None:
    """Why it could not be sent; None where it was."""
    assert announcement.send_at is not None
    if now - announcement.send_at > waiting.USEFUL_FOR:
        return Refused("planned.held.late")
    sender = waiting.sender(session, announcement)
    assert sender is not None
    if announcement.group_id is None and approvals.is_needed(session, programme, sender, announcement):
        # However it came to be planned: what goes to everyone is looked at by two.
        return Refused("planned.held.unapproved")
    try:
        decided_announcements.must_be_said(session, programme.key, announcement.id)
        with session.begin_nested():
            group = (
                groups.get(session, programme.key, announcement.group_id) if announcement.group_id is not None else None
            )
            announced.owe(session, programme, sender, announcement, announcement.version, now, group)
            progress.begin(session, sender, announcement)
    except NotAllowed:
        return Refused("planned.held.role")
    except Refused as refused:
        return refused
    return None


def _hold_back(session: Session, programme: Programme, announcement: Announcement, why: Refused) -> None:
    at = announcement.send_at
    assert at is not None
    cards = {
        language: _notice(programme, announcement, language, at, why).model_dump(mode="json") for language in LANGUAGES
    }
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards)
    for person in waiting.concerned(session, announcement):
        outbox.owe(session, person, message, f"announcement:{announcement.id}:{at.isoformat()}:held:{person.id}")
    waiting.hold_back(session, announcement)


def _notice(programme: Programme, announcement: Announcement, language: Language, at: datetime, why: Refused) -> Card:
    said = decision_gate.why(language, why) if isinstance(why, NotReady) else say(language, why.key, **why.values)
    if not isinstance(why, NotReady) and not why.key.startswith("planned."):
        said = say(language, "planned.held.refused", why=said)
    moment = moments.said(language, at, ZoneInfo(programme.timezone))
    return planned.held_back(programme, announcement, language, moment, said)


def _get(session: Session, turn: Turn) -> Announcement:
    return stored.get(session, turn.person, turn.programme.key, announced.key(turn))
