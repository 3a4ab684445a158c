"""The card in the sender's chat that tells how far an announcement has come, and changes by itself until it is over."""

import math

from dialogs.card import Button, Card, Facts, Language, Text, in_each
from dialogs.offers import offers
from dialogs.words import say, say_many
from storage import lanes, outbox, progress
from storage.announcements import Announcement
from storage.database import Session
from storage.outbox import Kind
from storage.people import Person
from storage.progress import Standing

#: Of how many signs the bar is: as many as a telephone shows in one line.
WIDTH = 20


def begin(session: Session, sender: Person, announcement: Announcement) -> None:
    """Owes whoever sent it the card, where sending takes long enough for that."""
    if announcement.group_id is not None or lanes.duration(session, announcement.programme_key) < progress.LONG:
        return
    assert announcement.id is not None
    assert announcement.broadcast_id is not None
    cards = in_each(lambda language: card(announcement, None, language))
    message = outbox.write(session, announcement.programme_key, Kind.NOTICE, cards)
    progress.begin(session, sender, announcement.id, announcement.broadcast_id, message)


def look(session: Session, broadcast_id: int) -> Standing:
    """Counts; apart from writing, so that it keeps no writer waiting."""
    return progress.standing(session, broadcast_id)


def tell(session: Session, broadcast_id: int, standing: Standing) -> None:
    """Has the card say so, where it says something else."""
    if not progress.is_news(session, broadcast_id, standing):
        return
    found = session.get_one(progress.Progress, broadcast_id)
    announcement = session.get_one(Announcement, found.announcement_id)
    cards = in_each(lambda language: card(announcement, standing, language))
    message = outbox.write(session, announcement.programme_key, Kind.PROGRESS, cards)
    progress.change(session, broadcast_id, standing, message)


def card(announcement: Announcement, standing: Standing | None, language: Language) -> Card:
    """How far it has come; ``standing`` is None at the very start."""
    looking = Button(
        title=say(language, "progress.report"),
        action="announcement.report",
        values={"announcement": announcement.id},
    )
    state = "begun" if standing is None else "running"
    if standing is not None and standing.is_over:
        state = "stopped" if standing.is_stopped else "held" if standing.held else "over"
    soon = Text(text=say(language, "progress.soon"), style="quiet")
    return Card(
        title=say(language, f"progress.{state}", title=announcement.title),
        blocks=_told(standing, language) if standing else (soon,),
        buttons=(looking, *offers(language, "help")),
        language=language,
    )


def _told(standing: Standing, language: Language) -> tuple[Text | Facts, ...]:
    share = standing.done / standing.planned if standing.planned else 1.0
    full = math.floor(share * WIDTH)
    bar = "█" * full + "░" * (WIDTH - full)
    facts = [
        (say(language, "announcements.report.sent"), f"{standing.delivered} / {standing.planned}"),
        (say(language, "announcements.report.undelivered"), str(standing.undelivered)),
    ]
    if standing.held:
        facts.append((say(language, "announcements.report.quiet"), str(standing.held)))
    lines: list[Text | Facts] = [Facts(facts=tuple(facts))]
    if not (standing.is_over and standing.is_stopped):
        # What was stopped is settled too, but a full bar would say that it went out.
        lines.insert(0, Text(text=f"{bar} {math.floor(share * 100)} %", style="strong"))
    if not standing.is_over:
        lines.append(Text(text=_left(standing, language), style="quiet"))
    return tuple(lines)


def _left(standing: Standing, language: Language) -> str:
    if standing.left is None:
        return say(language, "progress.soon")
    if standing.left < 60:
        return say(language, "progress.left.short")
    minutes = math.ceil(standing.left / 60)
    if minutes <= 90:
        return say_many(language, "progress.left.minutes", minutes)
    return say_many(language, "progress.left.hours", math.ceil(minutes / 60))
