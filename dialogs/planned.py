"""Announcements that wait for their time, as leaders see them; see dialogs/scheduled.py for what is done with them."""

from dialogs import moments
from dialogs.card import Button, Card, Facts, Language, Question, Text
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage.announcements import Announcement
from storage.approvals import Approval
from storage.programmes import Programme

#: Room for a day in words, and for a time of day that says which of two it is.
LONGEST_DAY = 60
LONGEST_CLOCK = 40


def card(turn: Turn, announcement: Announcement, to: str, notes: tuple[Text, ...] = ()) -> Card:
    """What is planned, and what can be done with it until it starts. ``to`` says whom it goes to."""
    language = turn.language
    facts = [
        (say(language, "planned.announcement"), announcement.title),
        (say(language, "planned.at"), moment(turn, announcement)),
        (say(language, "planned.to"), to),
    ]
    return Card(
        title=say(language, "planned.title"),
        blocks=(Facts(facts=tuple(facts)), *notes, Text(text=say(language, "planned.until"), style="quiet")),
        buttons=(
            _button(turn, "planned.move", "announcement.move", announcement),
            _button(turn, "announcements.preview.change", "announcement.edit", announcement),
            _button(turn, "planned.cancel", "announcement.cancel", announcement),
        ),
        language=language,
        did="compose_announcement",
    )


def waiting(
    turn: Turn,
    announcement: Announcement,
    request: Approval,
    to: str,
    names: list[str],
    notes: tuple[Text, ...] = (),
) -> Card:
    """What waits for approval by one of those named, and what can be done meanwhile."""
    language = turn.language
    at = moments.said(language, request.send_at, turn.zone) if request.send_at else say(language, "approvals.at_once")
    facts = [
        (say(language, "planned.announcement"), announcement.title),
        (say(language, "planned.at"), at),
        (say(language, "planned.to"), to),
        (say(language, "approvals.waiting.who"), ", ".join(names) or say(language, "approvals.waiting.nobody")),
    ]
    deciding = Button(
        title=say(language, "approvals.waiting.decide"), action="announcement.approval", values={"approval": request.id}
    )
    return Card(
        title=say(language, "approvals.waiting.title"),
        blocks=(Facts(facts=tuple(facts)), *notes, Text(text=say(language, "approvals.waiting.text"), style="quiet")),
        buttons=(
            *((deciding,) if request.asked_by != turn.person.id else ()),
            _button(turn, "planned.move", "announcement.move", announcement),
            _button(turn, "announcements.preview.change", "announcement.edit", announcement),
            _button(turn, "approvals.waiting.cancel", "announcement.cancel", announcement),
        ),
        language=language,
        did="compose_announcement",
    )


def moment(turn: Turn, announcement: Announcement) -> str:
    """When it is planned for, with the week day and the zone's name."""
    assert announcement.send_at is not None
    return moments.said(turn.language, announcement.send_at, turn.zone)


def everyone(language: Language, people: int) -> str:
    return say_many(language, "planned.everyone", people)


def questions(turn: Turn, announcement: Announcement, errors: dict[str, str]) -> tuple[Question, ...]:
    """The day and the time of day to send at: as they were typed, else as they are planned."""
    day, clock = moments.typed(announcement.send_at, turn.zone) if announcement.send_at else ("", "")
    zone = moments.zone_name(turn.language, turn.now, turn.zone)
    return (
        Question(
            name="day",
            label=say(turn.language, "planned.day"),
            value=turn.value("day") if "day" in turn.values else day,
            longest=LONGEST_DAY,
            error=errors.get("day", ""),
        ),
        Question(
            name="clock",
            label=say(turn.language, "planned.clock", zone=zone),
            value=turn.value("clock") if "clock" in turn.values else clock,
            longest=LONGEST_CLOCK,
            error=errors.get("clock", ""),
        ),
    )


def seen(announcement: Announcement) -> str:
    """What it was planned for when its card was drawn, as its buttons carry it."""
    return announcement.send_at.isoformat() if announcement.send_at else ""


def cancelled(turn: Turn, announcement: Announcement) -> Card:
    return Card(
        title=say(turn.language, "planned.cancelled.title"),
        blocks=(Text(text=say(turn.language, "planned.cancelled.text", title=announcement.title)),),
        buttons=(_button(turn, "planned.open", "announcement.open", announcement),),
        language=turn.language,
        outcome="done",
    )


def held_back(programme: Programme, announcement: Announcement, language: Language, said_at: str, why: str) -> Card:
    """What its author and its sender get when the clock could not send it. ``said_at`` is when it should have been."""
    what = say(language, "planned.held.what", title=announcement.title, moment=said_at)
    looking = Button(
        title=say(language, "planned.open"), action="announcement.open", values={"announcement": announcement.id}
    )
    return Card(
        title=say(language, "planned.held.title"),
        blocks=(Text(text=what), Text(text=why), Text(text=programme.name, style="quiet")),
        buttons=(looking,),
        language=language,
    )


def _button(turn: Turn, key: str, action: str, announcement: Announcement) -> Button:
    values = {"announcement": announcement.id, "version": announcement.version, "planned": seen(announcement)}
    return Button(title=say(turn.language, key), action=action, values=values, replaces=True)
