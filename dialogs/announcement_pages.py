"""The page and the A4 notice of an announcement: for those who read it on a wall, or after a QR code."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from dialogs import saying_dates
from dialogs.amended import as_it_reads
from dialogs.card import Block, Button, Card, Language, Span, Text, Written
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import announcement_pages, announcement_versions, announcements, broadcasts
from storage.announcement_pages import Told
from storage.database import Session

#: Characters of text from which a notice is set in smaller letters, so that it stays on one sheet while it can.
LONG = 900


@dataclass(frozen=True)
class Page:
    """What the page and the notice show: the announcement as it reads now, without what can be pressed."""

    title: str
    blocks: tuple[Block, ...]
    language: Language
    programme: str
    sent: str
    published: str
    is_long: bool
    #: It was stopped or recalled: there is nothing to print any more.
    is_over: bool


def notice(session: Session, turn: Turn) -> Card:
    """For leaders: where the announcement's page and its A4 notice are. Both have an address from now on."""
    key = turn.values.get("announcement")
    number = key if type(key) is int and 0 < key < 2**31 else 0
    announcement = announcements.get(session, turn.person, turn.programme.key, number)
    path = f"/melding/{announcement_pages.open_page(session, turn.person, announcement)}"
    back = Button(
        title=say(turn.language, "announcement_pages.report"),
        action="announcement.report",
        values={"announcement": announcement.id},
    )
    has_code = bool(turn.public_url)
    no_address = Text(text=say(turn.language, "announcement_pages.no_address"), style="quiet")
    return Card(
        title=say(turn.language, "announcement_pages.title", title=announcement.title),
        blocks=(
            Text(text=say(turn.language, "announcement_pages.who" if has_code else "announcement_pages.who_no_code")),
            _place(turn, "announcement_pages.page", path),
            _place(turn, "announcement_pages.notice", f"{path}/oppslag?lang={turn.language}"),
            *(() if has_code else (no_address,)),
        ),
        buttons=(back, *offers(turn.language, "help")),
        language=turn.language,
    )


def shown(session: Session, key: str, language: Language) -> Page | None:
    """The page of that key, or None where there is none."""
    told = announcement_pages.find(session, key)
    if told is None:
        return None
    card = _as_it_reads(session, told, language)
    at = announcement_pages.sent_at(told).astimezone(ZoneInfo(told.programme.timezone))
    day = saying_dates.day(language, at.date())
    return Page(
        title=card.title,
        blocks=card.blocks,
        language=language,
        programme=told.programme.name,
        sent=say(language, "announcement_pages.sent", day=day),
        published=at.date().isoformat(),
        is_long=len(announcement_versions.said(session, told.announcement, language).text) > LONG
        and not announcement_pages.is_over(session, told.announcement),
        is_over=announcement_pages.is_over(session, told.announcement),
    )


def _as_it_reads(session: Session, told: Told, language: Language) -> Card:
    """What everyone was told, and in the place of what not everyone was told: that it was stopped."""
    announcement = told.announcement
    assert announcement.broadcast_id is not None
    stopped = broadcasts.stopped_at(session, announcement.broadcast_id)
    if stopped is None or announcement.recalled_at is not None:
        return as_it_reads(session, announcement, told.author, told.programme, language)
    moment = saying_dates.moment(language, stopped, ZoneInfo(told.programme.timezone))
    return Card(
        title=say(language, "announcement_pages.stopped.title"),
        blocks=(Text(text=say(language, "announcement_pages.stopped.text", moment=moment)),),
        language=language,
    )


def _place(turn: Turn, key: str, path: str) -> Block:
    """A link where it is known where browsers reach the bot, and else the path there, which the web chat can follow."""
    label = say(turn.language, key)
    if not turn.public_url.startswith("https://"):
        return Text(text=f"{label}: {turn.public_url}{path}", path=path)
    return Written(lines=((Span(text=label, address=f"{turn.public_url}{path}"),),))
