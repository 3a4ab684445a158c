"""The card for sending an announcement: to whom, how many that is, when; and what it says once that is decided."""

import math
from datetime import datetime
from typing import Any

from dialogs import announced, audiences, decision_gate, planned, quiet_notes, reasoned_marks, sending_forms
from dialogs.card import Button, Card, Choice, Language, Question, Text
from dialogs.offers import short
from dialogs.turn import Afterwards, Shown, Turn
from dialogs.words import say, say_many
from storage import announcement_versions as versions
from storage import announcements, approvals, broadcasts, groups, lanes
from storage import audiences as audience_storage
from storage.announcements import Announcement
from storage.approvals import Approval
from storage.audiences import Audience
from storage.database import Session
from storage.groups import Group
from storage.obligations import OBLIGATION
from storage.refusals import Refused

#: How many channels can be chosen from: with longer lists the card is larger than Teams takes; Block Kit takes as many.
MOST_CHANNELS = 100


def address(session: Session, turn: Turn) -> Card:
    """The form to choose whom a draft is for."""
    announcement = announcements.get(session, turn.person, turn.programme.key, announced.key(turn))
    if announcement.sent_at is not None:
        raise Refused("refused.announcement.sent")
    sending_forms.keep(session, turn, announcement)
    return audiences.form(session, turn, announcement)


def addressed(session: Session, turn: Turn) -> Shown:
    """Stores whom a draft is for, and shows how many that is; nothing is sent."""
    announcement = announcements.get(session, turn.person, turn.programme.key, announced.key(turn))
    chosen, errors = audiences.picked(session, turn, Audience.of(announcement.audience))
    if errors:
        return audiences.form(session, turn, announcement, errors)
    announcement = announcements.address(session, turn.person, turn.programme.key, announced.key(turn), chosen)
    return sending_afterwards(turn, announcement)


def sending_afterwards(turn: Turn, announcement: Announcement, errors: dict[str, str] | None = None) -> Afterwards:
    return Afterwards(lambda reading: sending(reading, turn, announcement, errors))


def sending(session: Session, turn: Turn, announcement: Announcement, errors: dict[str, str] | None = None) -> Card:
    """The card for sending what was looked at, at once or at a moment. ``errors`` say what is wrong at which field."""
    turn = sending_forms.filled(session, turn, announcement)
    chosen, people = Audience.of(announcement.audience), audience(session, turn, announcement)
    values = {
        "announcement": announcement.id,
        "version": announcement.version,
        "planned": planned.seen(announcement),
        "people": people,
        **decision_gate.sure(turn, announcement, errors or {}),
    }
    notes = [say_many(turn.language, "announcements.preview.to", people)]
    if people:
        notes.append(_duration(turn.language, lanes.duration(session, turn.programme.key)))
    if announcement.send_at is not None:
        notes.append(say(turn.language, "planned.moving", moment=planned.moment(turn, announcement)))
    must_ask = approvals.is_needed(session, turn.programme, turn.person, announcement)
    if announcement.asks_receipt:
        notes.append(say(turn.language, "receipts.asked"))
    if must_ask:
        notes.append(say(turn.language, "approvals.needed"))
    notes += written_in(session, turn, announcement)
    is_required = bool(OBLIGATION.why(session, announcement))
    sending_all = Button(
        title=say_many(turn.language, "approvals.ask" if must_ask else "announcements.preview.send", people),
        action="announcement.send",
        values=values,
        style="primary",
        replaces=True,
    )
    changing = Button(
        title=say(turn.language, "announcements.preview.change"),
        action="announcement.edit",
        values=values,
        replaces=True,
        keeps_form=True,
    )
    choosing = Button(
        title=say(turn.language, "audiences.choose"),
        action="announcement.audience",
        values=values,
        replaces=True,
        keeps_form=True,
    )
    adding = Button(
        title=say(turn.language, "announcement_parts.add"),
        action="announcement.parts",
        values=values,
        replaces=True,
        keeps_form=True,
    )
    return Card(
        title=say(turn.language, "announcements.preview.title"),
        blocks=(
            *(Text(text=note) for note in notes),
            *audiences.blocks(session, turn, chosen, is_required=is_required),
        ),
        questions=(
            *decision_gate.question(session, turn, announcement, errors or {}),
            *_channels(session, turn),
            *planned.questions(turn, announcement, errors or {}),
            *(
                question
                for fields in reasoned_marks.ALL
                for question in fields.questions(session, turn, announcement, errors or {})
            ),
            *([_count(turn, people, errors or {})] if people and chosen.is_everyone else []),
        ),
        buttons=(
            *([sending_all] if people else []),
            *_to_channel(session, turn, values),
            choosing,
            changing,
            adding,
            *_receipt(turn, announcement, is_small=audiences.is_small(turn, chosen, people)),
        ),
        language=turn.language,
        did="compose_announcement",
        outcome="refused" if errors else "answered",
    )


def written_in(session: Session, turn: Turn, announcement: Announcement) -> list[str]:
    """The languages there are versions in, and which of them may be outdated."""
    rows = versions.every(session, announcement)
    names = {row.language: announced.language_name(turn.language, row.language) for row in rows}
    lines = [say(turn.language, "announcement_versions.sending", languages=", ".join(names.values()))] * bool(names)
    old = [names[row.language] for row in rows if versions.is_outdated(announcement, row)]
    return lines + [say(turn.language, "announcement_versions.old", name=name) for name in old]


def _line(note: str) -> Text:
    return Text(text=note)


def _receipt(turn: Turn, announcement: Announcement, *, is_small: bool) -> tuple[Button, ...]:
    """Off unless it is wanted: asked for each time, a confirmation would cost everyone a press and soon say little. Not
    offered where it goes to so few that their number is never told."""
    is_asked = announcement.asks_receipt
    if is_small and not is_asked:
        return ()
    asking = Button(
        title=say(turn.language, "receipts.stop_asking" if is_asked else "receipts.ask"),
        action="announcement.receipt",
        values={"announcement": announcement.id, "wanted": not is_asked},
        replaces=True,
        keeps_form=True,
    )
    return (asking,)


def planned_card(session: Session, turn: Turn, announcement: Announcement) -> Card:
    to = _to(session, turn, announcement)
    if announcement.group_id is not None:
        to = audiences.named(groups.told(session, announcement.group_id), turn.language)
    return planned.card(turn, announcement, to, _quiet(session, turn, announcement, announcement.send_at))


def waiting_card(session: Session, turn: Turn, announcement: Announcement, request: Approval) -> Card:
    """What waits for somebody else's approval, and who was asked."""
    asking = approvals.person(session, request.asked_by)
    asked = [one for one in approvals.approvers(session, turn.programme.key, asking) if not one.is_muted]
    to = _to(session, turn, announcement)
    quiet = _quiet(session, turn, announcement, request.send_at)
    why = decision_gate.reason(session, announcement, turn.language)
    notes = (*((Text(text=why, style="warning"),) if why else ()), *quiet)
    return planned.waiting(turn, announcement, request, to, [one.name for one in asked], notes)


def _quiet(session: Session, turn: Turn, announcement: Announcement, at: datetime | None) -> tuple[Text, ...]:
    return quiet_notes.notes(session, turn.programme, announcement, at, turn.now, turn.language)


def is_for_anybody(session: Session, turn: Turn, announcement: Announcement) -> bool:
    """Whether it would be meant for anybody now; counting them all would keep everybody waiting who writes."""
    when = audience_storage.moment(session, turn.programme.key, turn.now)
    return audience_storage.holds_anybody(session, Audience.of(announcement.audience), when)


def audience(session: Session, turn: Turn, announcement: Announcement) -> int:
    """How many people it would be meant for now."""
    return broadcasts.audience(session, turn.programme.key, turn.now, Audience.of(announcement.audience))


def chosen_group(session: Session, turn: Turn) -> Group | None:
    """The channel that the pressed button sends to; None for everyone. Raises Refused where the bot is not in it."""
    if not turn.values.get("to_channel"):
        return None
    wanted = turn.value("channel")
    return groups.get(session, turn.programme.key, int(wanted) if wanted.isdecimal() and len(wanted) < 10 else 0)


def _to(session: Session, turn: Turn, announcement: Announcement) -> str:
    """Whom it is for, in words, with their number."""
    chosen, people = Audience.of(announcement.audience), audience(session, turn, announcement)
    if chosen.is_everyone:
        return planned.everyone(turn.language, people)
    return f"{audiences.said(session, turn, chosen)} ({people})"


def _duration(language: Language, seconds: float) -> str:
    """About how long it takes until the last one has it."""
    if seconds < 60:
        return say(language, "announcements.duration.short")
    minutes = math.ceil(seconds / 60)
    if minutes <= 90:
        return say_many(language, "announcements.duration.minutes", minutes)
    return say_many(language, "announcements.duration.hours", math.ceil(minutes / 60))


def _count(turn: Turn, people: int, errors: dict[str, str]) -> Question:
    """Whoever sends to everyone writes how many that is: nobody does so by a slip of the hand."""
    return Question(
        name="count",
        label=say_many(turn.language, "announcements.preview.count", people),
        value=turn.value("count") if errors else "",
        longest=20,
        error=errors.get("count", ""),
    )


def _channels(session: Session, turn: Turn) -> tuple[Question, ...]:
    """The channels to choose from, where the bot is in any."""
    every = groups.every(session, turn.programme.key)
    choices = tuple(
        Choice(title=short(audiences.named(group, turn.language)), value=str(group.id))
        for group in every[:MOST_CHANNELS]
    )
    key = "announcements.preview.channel" if len(every) == len(choices) else "announcements.preview.first_channels"
    label = say(turn.language, key, count=len(choices))
    return (Question(name="channel", label=label, value=_chosen(turn, choices), choices=choices),) if choices else ()


def _chosen(turn: Turn, choices: tuple[Choice, ...]) -> str:
    """The channel that was chosen before, where the card is shown again; else the first one."""
    return next((choice.value for choice in choices if choice.value == turn.value("channel")), choices[0].value)


def _to_channel(session: Session, turn: Turn, values: dict[str, Any]) -> tuple[Button, ...]:
    if not groups.every(session, turn.programme.key):
        return ()
    title = say(turn.language, "announcements.preview.send_channel")
    return (Button(title=title, action="announcement.send", values=values | {"to_channel": True}, replaces=True),)
