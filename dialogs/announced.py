"""An announcement as everyone gets it, and how it comes to be owed to them."""

from datetime import datetime

from dialogs import markdown
from dialogs.card import LANGUAGES, Button, Card, Language, Text
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import announcements, broadcasts, outbox
from storage.announcements import Announcement
from storage.audiences import Audience
from storage.database import Session
from storage.groups import Group
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused


def as_sent(announcement: Announcement, author: str, programme: Programme, language: Language) -> Card:
    """The announcement as everyone gets it."""
    sender = say(language, "announcements.from", author=author or programme.name, programme=programme.name)
    return Card(
        title=announcement.title,
        blocks=(*markdown.blocks(announcement.text), Text(text=sender, style="quiet")),
        buttons=(*_confirming(announcement, language), *offers(language, "milestone.next", "input.submit", "help")),
        language=language,
    )


def _confirming(announcement: Announcement, language: Language) -> tuple[Button, ...]:
    """The button by which one confirms, where the author asks for that."""
    title, values = say(language, "receipts.read"), {"announcement": announcement.id}
    reading = Button(title=title, action="announcement.read", values=values, style="primary", replaces=True)
    return (reading,) if announcement.asks_receipt else ()


def owe(
    session: Session,
    programme: Programme,
    sender: Person,
    announcement: Announcement,
    version: int,
    now: datetime,
    group: Group | None,
) -> None:
    """Owes what was looked at to everyone or to the group. Raises Refused where that is nobody."""
    cards = {
        language: as_sent(announcement, sender.name, programme, language).model_dump(mode="json")
        for language in LANGUAGES
    }
    message = outbox.write(session, programme.key, outbox.Kind.ANNOUNCEMENT, cards)
    name = f"announcement:{announcement.id}"
    broadcast = (
        broadcasts.owe_group(session, programme.key, message, group, name)
        if group
        else broadcasts.owe_everyone(session, programme.key, message, name, now)
        if announcement.audience is None
        else broadcasts.owe_audience(session, programme.key, message, Audience.of(announcement.audience), name, now)
    )
    if broadcast.planned == 0:
        raise Refused("refused.announcement.nobody")
    group_id = group.id if group else None
    announcements.mark_sent(session, sender, announcement, version, broadcast.id or 0, now, group_id)


def key(turn: Turn) -> int:
    """The announcement that the pressed button is about."""
    number = turn.values.get("announcement")
    return number if type(number) is int and 0 < number < 2**31 else 0
