"""An announcement of a meeting's matter: its papers reach the employees' side before staff are told."""

from dialogs import meeting_words
from dialogs.card import Button, Card, Choice, Text
from dialogs.offers import offer, short
from dialogs.turn import Turn
from dialogs.words import say
from storage import meetings, workgroups
from storage.announcements import Announcement
from storage.database import Session
from storage.decided_announcements import PapersMissing
from storage.meetings import Known
from storage.working_days import DAY

#: What an answer begins with that names a meeting.
PREFIX = "meeting:"
#: How many days before and after today the meetings are that can be chosen, and how many of them.
BACK, AHEAD, MOST_CHOICES = 14, 60, 6


def choices(session: Session, turn: Turn, chosen: str) -> list[Choice]:
    """The meetings whose matter an announcement may tell of, and the one that was chosen before."""
    first, last = turn.today - BACK * DAY, turn.today + AHEAD * DAY
    near = meetings.between(session, turn.programme.key, first, last)[:MOST_CHOICES]
    if chosen and chosen not in [known.meeting.key for known in near]:
        near += [known for known in meetings.every(session, turn.programme.key) if known.meeting.key == chosen]
    return [
        Choice(
            title=short(say(turn.language, "meetings.gate.choice", meeting=_said(session, turn, known))),
            value=f"{PREFIX}{known.meeting.key}",
        )
        for known in near
    ]


def held(session: Session, turn: Turn, announcement: Announcement, missing: PapersMissing) -> Card:
    """Why it is not sent, and the way to record that the papers were sent. The draft is kept."""
    language, known = turn.language, missing.known
    return Card(
        title=say(language, "decision_gate.title"),
        blocks=(
            Text(text=say(language, "meetings.gate.text", meeting=_said(session, turn, known))),
            Text(text=say(language, "decision_gate.kept"), style="quiet"),
        ),
        buttons=(
            offer(language, "meeting.note", {"meeting": known.meeting.key}, "primary"),
            Button(
                title=say(language, "planned.open"),
                action="announcement.open",
                values={"announcement": announcement.id},
            ),
        ),
        language=language,
        outcome="refused",
    )


def _said(session: Session, turn: Turn, known: Known) -> str:
    group = workgroups.get(session, turn.programme.key, known.meeting.workgroup_key)
    title = meeting_words.title(known.meeting, group, turn.language)
    return f"{title}, {meeting_words.when(known.meeting, turn.language)}"
