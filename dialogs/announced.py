"""An announcement as everyone gets it, and how it comes to be owed to them."""

import re
from datetime import datetime
from typing import Literal

from dialogs import decision_gate, markdown, reasoned_marks, topic_offers
from dialogs.card import LANGUAGES, MOST_BUTTONS, Block, Button, Card, Language, Picture, Span, Text, Written
from dialogs.offers import offers, short
from dialogs.turn import Turn
from dialogs.understanding.language import language_of
from dialogs.words import say
from storage import announcement_attachments as attachments
from storage import announcement_buttons as choices
from storage import announcement_versions as versions
from storage import announcements, broadcasts, outbox, workgroups
from storage.announcement_attachments import Attached
from storage.announcement_versions import AnnouncementVersion, Said
from storage.announcements import Announcement
from storage.audiences import Audience
from storage.correction_parts import Parts
from storage.database import Session
from storage.groups import Group
from storage.obligations import OBLIGATION
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.urgency import URGENCY


def as_sent(
    session: Session, announcement: Announcement, author: str, programme: Programme, language: Language
) -> Card:
    """The announcement as those with that language get it: their version, or the text that was written first."""
    return _drawn(session, announcement, versions.said(session, announcement, language), author, programme, language)


def as_corrected(
    session: Session,
    announcement: Announcement,
    parts: Parts,
    author: str,
    programme: Programme,
    language: Language,
) -> Card:
    """As it will read for those with that language once it is corrected to these parts."""
    first = Said(announcement.title, announcement.text)
    says = parts.holding(first.title, first.text).get(language, first)
    return _drawn(session, announcement, says, author, programme, language, parts.attached)


def as_first(
    session: Session, announcement: Announcement, author: str, programme: Programme, language: Language
) -> Card:
    """The text that was written first, as those get it who have no version of their own."""
    return _drawn(session, announcement, Said(announcement.title, announcement.text), author, programme, language)


def in_each_language(session: Session, announcement: Announcement, author: str, turn: Turn) -> tuple[Card, ...]:
    """For leaders: the first text as it looks, then each version, with what reminds of one that may be outdated."""
    first = as_first(session, announcement, author, turn.programme, turn.language)
    cards = [first if announcement.sent_at else _noted(first, say(turn.language, "announcements.preview.draft"))]
    for row in versions.every(session, announcement):
        name, written_in = language_name(turn.language, row.language), _language(row)
        card = as_sent(session, announcement, author, turn.programme, written_in)
        if versions.is_outdated(announcement, row):
            card = _noted(card, say(turn.language, "announcement_versions.old", name=name), "warning")
        cards.append(_noted(card, say(turn.language, "announcement_versions.preview", name=name)))
    return tuple(cards)


def _noted(card: Card, note: str, style: Literal["quiet", "warning"] = "quiet") -> Card:
    return card.model_copy(update={"blocks": (Text(text=note, style=style), *card.blocks)})


def _language(row: AnnouncementVersion) -> Language:
    return next(language for language in LANGUAGES if language == row.language)


def _drawn(
    session: Session,
    announcement: Announcement,
    says: Said,
    author: str,
    programme: Programme,
    language: Language,
    attached: Attached | None = None,
) -> Card:
    has = attached or attachments.attached(session, announcement)
    sender = say(language, "announcements.from", author=author or programme.name, programme=programme.name)
    blocks: list[Block] = [*markdown.blocks(says.text)]
    if has.picture_address:
        blocks.insert(0, Picture(address=has.picture_address, alt=says.picture_alt or has.picture_alt))
    if has.link_address:
        link = Span(text=says.link_title or has.link_title, address=has.link_address)
        blocks.append(Written(lines=((link,),)))
    return Card(
        title=says.title,
        blocks=(
            *(block for fields in reasoned_marks.ALL for block in fields.told(session, announcement, language)),
            *blocks,
            *decision_gate.dissent(session, announcement, language),
            Text(text=sender, style="quiet"),
            *_asked_for(session, announcement, language),
        ),
        buttons=(
            *_confirming(announcement, language),
            *decision_gate.opening(session, announcement, language),
            *_buttons(session, announcement, language),
        )[:MOST_BUTTONS],
        language=language,
    )


def _buttons(session: Session, announcement: Announcement, language: Language) -> tuple[Button, ...]:
    """The buttons that were chosen for it, else the usual ones."""
    has = choices.chosen(session, announcement)
    ending = topic_offers.endings(session, announcement.programme_key, _topics(announcement), language)
    if has is None:
        return (*ending, *offers(language, "milestone.next", "input.submit", "help"))
    found = []
    if has.asks:
        values = {"announcement": announcement.id, "language": language, "topic": "announcement"}
        found.append(Button(title=say(language, "announcement_buttons.ask"), action="question.send", values=values))
    if has.workgroup:
        group = workgroups.get(session, announcement.programme_key, has.workgroup)
        title = short(say(language, "announcement_buttons.join", group=group.title))
        found.append(Button(title=title, action="workgroup.join", values={"group": group.key}))
    return (*ending, *found, *offers(language, *(["input.submit"] if has.takes_input else []), "help"))


def _topics(announcement: Announcement) -> tuple[str, ...]:
    """The topics whose followers it is for."""
    return Audience.of(announcement.audience).topics


def _asked_for(session: Session, announcement: Announcement, language: Language) -> tuple[Text, ...]:
    """Why whoever follows something gets it."""
    names = _topics(announcement)
    if not names:
        return ()
    called = topic_offers.called(session, announcement.programme_key, names, language)
    return (Text(text=say(language, "topics.why", topics=called), style="quiet"),)


def other_languages(session: Session, announcement: Announcement) -> list[Language]:
    """What else it can be written in: every language but the first text's own, as far as that can be told, and each
    that there is a version in."""
    written = {row.language for row in versions.every(session, announcement)}
    own = language_of(re.findall(r"\w+", f"{announcement.title} {announcement.text}".lower()))
    return [language for language in LANGUAGES if language != own or language in written]


def language_name(language: Language, named: str) -> str:
    """What a language is called, in the middle of a sentence."""
    return say(language, f"announcement_versions.name.{named}")


def _confirming(announcement: Announcement, language: Language) -> tuple[Button, ...]:
    """The button by which one confirms, where the author asks for that; in a channel nobody knows who reads."""
    title, values = say(language, "receipts.read"), {"announcement": announcement.id}
    reading = Button(title=title, action="announcement.read", values=values, style="primary", replaces=True)
    return (reading,) if announcement.asks_receipt and announcement.group_id is None else ()


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
    announcement.group_id = group.id if group else None
    cards = {
        language: as_sent(session, announcement, sender.name, programme, language).model_dump(mode="json")
        for language in LANGUAGES
    }
    is_urgent = bool(URGENCY.why(session, announcement))
    # What goes to those who follow something counts in the week of each, as all else that nobody is obliged to say.
    is_required = bool(OBLIGATION.why(session, announcement))
    counts = bool(_topics(announcement)) and group is None and not is_urgent and not is_required
    message = outbox.write(
        session,
        programme.key,
        outbox.Kind.ANNOUNCEMENT,
        cards,
        is_urgent=is_urgent,
        gathers_at=now if counts else None,
        is_unasked=counts,
        is_required=is_required,
    )
    name = f"announcement:{announcement.id}"
    broadcast = (
        broadcasts.owe_group(session, programme.key, message, group, name)
        if group
        else broadcasts.owe_everyone(session, programme.key, message, name, now)
        if announcement.audience is None
        else broadcasts.owe_audience(session, programme.key, message, Audience.of(announcement.audience), name, now)
    )
    if broadcasts.is_for_nobody(session, broadcast):
        raise Refused("refused.announcement.nobody")
    group_id = group.id if group else None
    announcements.mark_sent(session, sender, announcement, version, broadcast.id or 0, now, group_id)


def key(turn: Turn) -> int:
    """The announcement that the pressed button is about."""
    number = turn.values.get("announcement")
    return number if type(number) is int and 0 < number < 2**31 else 0
