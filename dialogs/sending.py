"""Sending an announcement that was looked at: at once or at a moment, to everyone or to one channel."""

from dataclasses import replace
from datetime import datetime

from dialogs import (
    announced,
    announcement_reports,
    decision_gate,
    moments,
    planned,
    progress,
    reasoned_marks,
    sending_card,
    sending_forms,
)
from dialogs.approvals import ask_approval
from dialogs.card import Card
from dialogs.moments import NoMoment
from dialogs.turn import Shown, Turn
from dialogs.words import say
from storage import announcement_attachments, approvals
from storage import announcements as stored
from storage import planned as waiting
from storage import sending_forms as kept_forms
from storage.announcements import Announcement
from storage.audiences import Audience
from storage.database import Session
from storage.groups import Group
from storage.refusals import Refused


def send(session: Session, turn: Turn) -> Shown:
    """Sends what was looked at, once, or has the clock do so at the moment that was chosen; what needs approval waits
    for it. Pressed again, it shows what was delivered, or what is waited for."""
    announcement = stored.get(session, turn.person, turn.programme.key, announced.key(turn))
    if announcement.sent_at is not None:
        return announcement_reports.report_card(session, turn, announcement).model_copy(update={"outcome": "done"})
    group = sending_card.chosen_group(session, turn)
    try:
        at = moments.read(turn.value("day"), turn.value("clock"), turn.now, turn.zone, turn.language)
        _must_be_meant(turn, announcement, at, group)
        is_as_seen, version = announcement.send_at == _seen(turn), announcement.version
        for fields in reasoned_marks.ALL:
            # What the card chose before counts as looked at, too.
            fields.take(session, turn, announcement, _version(turn) + announcement.version - version)
        held = decision_gate.stop(session, turn, announcement)
        turn = turn if announcement.version == version else _as_chosen(turn, announcement, version, is_as_seen)
        if held is not None:
            # What it says of a decision is kept with the announcement.
            sending_forms.keep(session, turn, announcement, without=(decision_gate.FIELD,))
            return held
        kept_forms.forget(session, turn.person, announcement)
        return _send(session, turn, announcement, at, group)
    except NoMoment as wrong:
        errors = {wrong.field: say(turn.language, wrong.key, **wrong.values)}
        return sending_card.sending_afterwards(turn, announcement, errors)


def _as_chosen(turn: Turn, announcement: Announcement, version: int, is_as_seen: bool) -> Turn:
    """What the card chose changed the announcement: what was looked at is then what that made of it."""
    if version != _version(turn):
        raise Refused("refused.announcement.changed")
    if not is_as_seen:
        raise Refused("refused.announcement.moved")
    seen = {"version": announcement.version, "planned": planned.seen(announcement)}
    return replace(turn, values=turn.values | seen)


def _send(session: Session, turn: Turn, announcement: Announcement, at: datetime | None, group: Group | None) -> Card:
    if group is None and not sending_card.is_for_anybody(session, turn, announcement):
        raise Refused("refused.announcement.nobody")
    announcement_attachments.must_be_captioned(session, announcement)
    if group is None and approvals.is_needed(session, turn.programme, turn.person, announcement):
        return _ask(session, turn, announcement, at)
    if at is not None:
        _plan(session, turn, announcement, at, group)
        shown = sending_card.planned_card(session, turn, announcement)
        return shown.model_copy(update={"outcome": "done"})
    waiting.must_be_planned_for(announcement, _seen(turn))
    approvals.withdraw(session, announcement)
    announced.owe(session, turn.programme, turn.person, announcement, _version(turn), turn.now, group)
    progress.begin(session, turn.person, announcement)
    card = announcement_reports.report_card(session, turn, announcement)
    return card.model_copy(update={"title": say(turn.language, "announcements.sent.title"), "outcome": "done"})


def _ask(session: Session, turn: Turn, announcement: Announcement, at: datetime | None) -> Card:
    """Asks the others. Whoever has asked before, for the same, is shown what is waited for."""
    request = approvals.waiting(session, announcement)
    if request is None or request.send_at != at:
        if at is None:
            waiting.must_be_planned_for(announcement, _seen(turn))
            waiting.leave_to_approval(session, turn.person, announcement, _version(turn))
        else:
            _plan(session, turn, announcement, at, None)
        ask_approval(session, turn, announcement)
        request = approvals.waiting(session, announcement)
    assert request is not None
    return sending_card.waiting_card(session, turn, announcement, request).model_copy(update={"outcome": "done"})


def _plan(session: Session, turn: Turn, announcement: Announcement, at: datetime, group: Group | None) -> None:
    """Has the clock send it then. Planned for that moment already, nothing changes."""
    group_id = group.id if group else None
    if (announcement.send_at, announcement.group_id) == (at, group_id):
        return
    waiting.must_be_planned_for(announcement, _seen(turn))
    try:
        waiting.plan(session, turn.person, announcement, _version(turn), at, turn.now, group_id)
    except Refused as refused:
        if not refused.key.endswith((".past", ".far")):
            raise
        raise NoMoment(refused.key, "day") from refused


def _must_be_meant(turn: Turn, announcement: Announcement, at: datetime | None, group: Group | None) -> None:
    """Raises NoMoment at the field where how many it goes to was not written as the card said it."""
    shown = turn.values.get("people")
    is_again = at is not None and announcement.send_at == at
    is_for_all = group is None and Audience.of(announcement.audience).is_everyone
    if is_for_all and not is_again and "".join(turn.value("count").split()) != str(shown):
        raise NoMoment("refused.announcement.count", "count", count=str(shown))


def _seen(turn: Turn) -> datetime | None:
    """What the announcement was planned for when the pressed button was drawn."""
    try:
        return datetime.fromisoformat(turn.value("planned")) if turn.value("planned") else None
    except ValueError:
        return None


def _version(turn: Turn) -> int:
    version = turn.values.get("version")
    return version if isinstance(version, int) else 0
