"""Which announcement is meant, where words say what is to be done with one; and throwing a draft away."""

from dataclasses import replace

from dialogs import announced, announcement_reports, approvals, corrections, recalls, scheduled
from dialogs.card import Button, Card, Text
from dialogs.offers import offers, short
from dialogs.turn import Afterwards, Dialog, Turn
from dialogs.words import say
from storage import announcements, discarded, people
from storage import approvals as requests
from storage.announcements import Announcement
from storage.database import Session

#: How many announcements are looked through, and how many are offered.
_LOOKED_AT, _MOST = 20, 5
_SHOWN_BY: dict[str, tuple[str, Dialog]] = {
    "who": ("announcement.report", announcement_reports.report),
    "recall": ("announcement.recall", recalls.ask),
    "correct": ("announcement.correct", corrections.correct),
    "approve": ("announcement.approval", approvals.look),
}


def which(session: Session, turn: Turn) -> Card | tuple[Card, ...] | Afterwards:
    """Opens the one that can be meant, or asks which; nothing is done yet."""
    wanted = turn.value("wanted")
    if wanted == "stop" and "leader" not in people.roles(session, turn.person, turn.programme.key):
        # An employee who writes so rather means what comes to them.
        return Card(
            title=say(turn.language, "announcements.which.not_yours"),
            buttons=offers(turn.language, "settings", "help"),
            language=turn.language,
            did="clarify",
            outcome="clarify",
        )
    if wanted == "approve":
        requests.must_be_approver(session, turn.person, turn.programme.key)
    else:
        turn.person.must_be(session, "leader", turn.programme.key)
    found = [button for row in _looked_through(session, turn) if (button := _button(session, turn, row, wanted))]
    if len(found) == 1:
        return _opened(session, turn, found[0])
    key = "announcements.which.title" if found else "announcements.which.none"
    return Card(
        title=say(turn.language, key),
        buttons=(*found[:_MOST], *offers(turn.language, "help" if found else "announcement.mine")),
        language=turn.language,
        did="clarify",
        outcome="clarify",
    )


def _looked_through(session: Session, turn: Turn) -> list[Announcement]:
    return announcements.every(session, turn.programme.key, _LOOKED_AT)


def _button(session: Session, turn: Turn, row: Announcement, wanted: str) -> Button | None:
    """What leads to what is wanted of this one; None where that cannot be."""
    title, values = short(row.title), {"announcement": row.id}
    if wanted == "approve":
        request = requests.waiting(session, row)
        if request is None or request.asked_by == turn.person.id:
            return None
        return Button(title=title, action="announcement.approval", values={"approval": request.id})
    if wanted == "delete":
        is_draft = row.sent_at is None and row.send_at is None
        return Button(title=title, action="announcement.discard", values=values) if is_draft else None
    if row.sent_at is not None and row.recalled_at is None:
        action = _SHOWN_BY[wanted][0] if wanted in _SHOWN_BY else "announcement.report"
        return Button(title=title, action=action, values=values)
    is_waiting = row.send_at is not None or requests.waiting(session, row) is not None
    is_to_be_stopped = wanted in ("stop", "recall") and row.sent_at is None and is_waiting
    return Button(title=title, action="announcement.open", values=values) if is_to_be_stopped else None


def _opened(session: Session, turn: Turn, button: Button) -> Card | tuple[Card, ...] | Afterwards:
    shown_by = {**dict(_SHOWN_BY.values()), "announcement.open": scheduled.look, "announcement.discard": ask_to_discard}
    return shown_by[button.action](session, replace(turn, values=dict(button.values)))


def ask_to_discard(session: Session, turn: Turn) -> Card:
    """Whether the draft is to be thrown away: there is no way back."""
    row = discarded.must_be_a_draft(session, turn.person, turn.programme.key, announced.key(turn))
    yes = Button(
        title=say(turn.language, "announcements.discard.yes"),
        action="announcement.discarded",
        values={"announcement": row.id},
        style="destructive",
        replaces=True,
    )
    return Card(
        title=say(turn.language, "announcements.discard.title", title=row.title),
        blocks=(Text(text=say(turn.language, "announcements.discard.text")),),
        buttons=(yes, *offers(turn.language, "announcement.mine")),
        language=turn.language,
        outcome="clarify",
    )


def discard(session: Session, turn: Turn) -> Card:
    """Throws the draft away."""
    title = discarded.discard(session, turn.person, turn.programme.key, announced.key(turn))
    return Card(
        title=say(turn.language, "announcements.discard.done", title=title),
        buttons=offers(turn.language, "announcement.mine", "announcement.post"),
        language=turn.language,
        outcome="done",
    )
