"""An announcement as it reads after it was sent: corrected, with what and when, or withdrawn, with when and why."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dialogs import announced, saying_dates
from dialogs.card import Card, Language, Text
from dialogs.offers import offers
from dialogs.words import say
from storage import amendments, planned
from storage.amendments import Amendment
from storage.announcements import Announcement
from storage.database import Session
from storage.outbox import Kind
from storage.people import Person
from storage.programmes import Programme

#: What was corrected and when, of each correction.
Corrected = tuple[datetime, str]


def as_it_reads(
    session: Session, announcement: Announcement, author: str, programme: Programme, language: Language
) -> Card:
    """The announcement as everyone who has it sees it now."""
    recall = amendments.recall_of(session, announcement)
    if recall is not None:
        by = session.get_one(Person, recall.decided_by).name
        return withdrawn(announcement, programme, by, recall.said, recall.decided_at, language)
    return corrected(session, announcement, author, programme, corrections_of(session, announcement), language)


def corrected(
    session: Session,
    announcement: Announcement,
    author: str,
    programme: Programme,
    changes: list[Corrected],
    language: Language,
    reads: Card | None = None,
) -> Card:
    """The announcement with what was corrected above it, the newest first. ``reads`` is how it will read, of a
    correction that is not made yet."""
    card = reads or announced.as_sent(session, announcement, author, programme, language)
    notes = tuple(
        Text(text=say(language, "amendments.corrected", moment=_moment(language, at, programme), what=what))
        for at, what in reversed(changes)
    )
    return card.model_copy(update={"blocks": (*notes, *card.blocks)})


def withdrawn(
    announcement: Announcement, programme: Programme, by: str, reason: str, at: datetime, language: Language
) -> Card:
    """What stands where the announcement stood. Neither its title nor its text: either may be why."""
    assert announcement.sent_at is not None
    said = say(
        language,
        "amendments.withdrawn.text",
        sent=_moment(language, announcement.sent_at, programme),
        moment=_moment(language, at, programme),
        name=by or programme.name,
        programme=programme.name,
    )
    return Card(
        title=say(language, "amendments.withdrawn.title"),
        blocks=(Text(text=said), Text(text=say(language, "amendments.withdrawn.reason", reason=reason))),
        buttons=offers(language, "announcement.latest", "help"),
        language=language,
    )


def anew(card: Card) -> Card:
    """The corrected announcement as those get it whose message cannot be changed."""
    return card.model_copy(update={"title": say(card.language, "amendments.anew", title=card.title)})


def corrections_of(session: Session, announcement: Announcement) -> list[Corrected]:
    """What was corrected and when, the oldest first."""
    made: list[Amendment] = amendments.of(session, announcement)
    return [(one.decided_at, one.said) for one in made if one.kind == Kind.CORRECTION]


def sender(session: Session, announcement: Announcement) -> str:
    """Who it is from, as it was sent."""
    found = planned.sender(session, announcement) or session.get(Person, announcement.author_id)
    return found.name if found else ""


def _moment(language: Language, at: datetime, programme: Programme) -> str:
    return saying_dates.moment(language, at, ZoneInfo(programme.timezone))
