"""Announcements (meldinger til ansatte): news for everyone; leaders write, look, send and see what was delivered."""

import re
import secrets

from dialogs import (
    amended,
    announced,
    announcement_reports,
    audiences,
    decision_gate,
    markdown,
    planned,
    saying_dates,
    sending_card,
    sending_forms,
)
from dialogs.card import Block, Button, Card, Items, Question, Text
from dialogs.offers import offers
from dialogs.turn import Afterwards, Turn
from dialogs.words import say, say_many, told
from storage import announcement_versions, announcements, approvals, broadcasts, programmes
from storage import planned as waiting
from storage.announcements import LONGEST_TEXT, LONGEST_TITLE, Announcement
from storage.audiences import Audience
from storage.database import Session
from storage.refusals import Refused

#: How many items of news one card shows.
MOST_NEWS = 5


def latest(session: Session, turn: Turn) -> Card:
    """What was sent last, then what the documents tell as news."""
    language = turn.language
    sent = announcements.latest(session, turn.programme.key, MOST_NEWS, turn.now, turn.person)
    blocks: list[Block] = [Items(items=tuple(_told_shortly(session, turn, row) for row in sent))] * bool(sent)
    told_before = programmes.facts(session, turn.programme.key, "news")[: MOST_NEWS - len(sent)]
    if told_before:
        blocks.append(Text(text=say(language, "announcements.latest.documents"), style="strong"))
        blocks.append(Items(items=tuple((told(row.title, language), told(row.text, language)) for row in told_before)))
    if not blocks:
        blocks.append(Text(text=say(language, "announcements.latest.none")))
    return Card(
        title=say(language, "announcements.latest.title"),
        blocks=tuple(blocks),
        buttons=offers(language, "milestone.next", "initiative.top"),
        language=language,
    )


def post(session: Session, turn: Turn) -> Afterwards:
    """For leaders: the form, with what was already written in it. Nothing is stored yet."""
    turn.person.must_be(session, "leader", turn.programme.key)
    return Afterwards(lambda reading: _form(reading, turn, title=turn.value("title"), text=turn.value("text")))


def edit(session: Session, turn: Turn) -> Afterwards:
    """The form again, with the draft in it."""
    announcement = announcements.get(session, turn.person, turn.programme.key, announced.key(turn))
    if announcement.sent_at is not None:
        raise Refused("refused.announcement.sent")
    sending_forms.keep(session, turn, announcement)
    return Afterwards(lambda reading: _form(reading, turn, announcement.title, announcement.text, announcement))


def preview(session: Session, turn: Turn) -> Afterwards:
    """Stores the draft and shows it as it will look, with the number of people it goes to."""
    title, text, written = turn.value("title"), turn.value("text"), announced.key(turn)
    try:
        if written:
            announcement = announcements.revise(
                session, turn.person, turn.programme.key, written, title, text, _seen(turn)
            )
        else:
            announcement = announcements.draft(
                session, turn.person, turn.programme.key, title, text, turn.now, turn.value("form")
            )
            announcement = _addressed(session, turn, announcement)
    except Refused as refused:
        if refused.key.startswith("refused.role") or refused.key.endswith((".sent", ".unknown")):
            raise
        if refused.key.endswith(".overtaken"):
            found = announcements.get(session, turn.person, turn.programme.key, written)
            return Afterwards(lambda reading: _overtaken(reading, turn, title, text, found))
        wrong = "title" if refused.key.endswith("title") else "text"
        before = announcements.get(session, turn.person, turn.programme.key, written) if written else None
        errors = {wrong: say(turn.language, refused.key, **refused.values)}
        return Afterwards(lambda reading: _form(reading, turn, title, text, before, errors))
    return shown_afterwards(turn, announcement)


def shown_afterwards(turn: Turn, announcement: Announcement) -> Afterwards:
    return Afterwards(lambda reading: shown(reading, turn, announcement))


def _addressed(session: Session, turn: Turn, announcement: Announcement) -> Announcement:
    """The draft, for the workgroup that the words which ordered it have named."""
    group = _group(turn)
    if not group:
        return announcement
    assert announcement.id is not None
    return announcements.address(session, turn.person, turn.programme.key, announcement.id, Audience(workgroup=group))


def shown(session: Session, turn: Turn, announcement: Announcement) -> tuple[Card, ...]:
    """The announcement as it will look, or looks; then the card for sending it, or what it waits for or came to."""
    sender = waiting.sender(session, announcement)
    cards = announced.in_each_language(session, announcement, (sender or turn.person).name, turn)
    if announcement.sent_at is not None:
        reads = amended.as_it_reads(session, announcement, (sender or turn.person).name, turn.programme, turn.language)
        return reads, announcement_reports.report_card(session, turn, announcement)
    request = approvals.waiting(session, announcement)
    if request is not None:
        return *cards, sending_card.waiting_card(session, turn, announcement, request)
    state = sending_card.planned_card if announcement.send_at is not None else sending_card.sending
    return *cards, state(session, turn, announcement)


def mine(session: Session, turn: Turn) -> Card:
    """For leaders: what was written, drafts too."""
    rows = announcements.of_author(session, turn.person, turn.programme.key, MOST_NEWS)
    none = Text(text=say(turn.language, "announcements.mine.none"))
    buttons = tuple(
        Button(
            title=_shortened(row.title, 40),
            action=_shown_by(row),
            values={"announcement": row.id},
        )
        for row in rows
    )
    return Card(
        title=say(turn.language, "announcements.mine.title"),
        blocks=(Items(items=tuple((row.title, _state(session, turn, row)) for row in rows)),) if rows else (none,),
        buttons=(*buttons[:4], *offers(turn.language, "announcement.post", "decision.list")),
        language=turn.language,
    )


def _form(
    session: Session,
    turn: Turn,
    title: str,
    text: str,
    written: Announcement | None = None,
    errors: dict[str, str] | None = None,
) -> Card:
    """The form. ``errors`` say what is wrong at which field."""
    language, errors = turn.language, errors or {}
    notes = [_to_whom(session, turn, written), say(language, "announcements.form.marks")]
    if written is not None and written.send_at is not None:
        notes.append(say(language, "planned.change", moment=planned.moment(turn, written)))
    showing = Button(
        title=say(language, "announcements.form.preview"),
        action="announcement.preview",
        values={"announcement": written.id, "seen": announcements.fingerprint_of(written.title, written.text)}
        if written
        else _ordered(turn),
        style="primary",
    )
    return Card(
        title=say(language, "announcements.form.title"),
        blocks=tuple(Text(text=note) for note in notes),
        questions=(
            *(audiences.which_group(session, turn) if written is None and turn.value("group_unclear") else ()),
            Question(
                name="title",
                label=say(language, "announcements.form.heading"),
                value=title,
                required=True,
                longest=LONGEST_TITLE,
                error=errors.get("title", ""),
            ),
            Question(
                name="text",
                label=say(language, "announcements.form.text"),
                value=text,
                required=True,
                lines=6,
                longest=LONGEST_TEXT,
                error=errors.get("text", ""),
            ),
        ),
        buttons=(showing, *_throwing_away(turn, written), *offers(language, "help")),
        language=language,
        did="compose_announcement",
        outcome="refused" if errors else "answered",
    )


def _to_whom(session: Session, turn: Turn, written: Announcement | None) -> str:
    """Whom it goes to, as it is addressed, or as the words that ordered it have named them."""
    is_unclear = written is None and bool(turn.value("group_unclear"))
    group = None if is_unclear else _group(turn) or None
    chosen = Audience.of(written.audience) if written else Audience(workgroup=group)
    count = broadcasts.audience(session, turn.programme.key, turn.now, chosen)
    if is_unclear:
        return say(turn.language, "announcements.form.to_unclear", programme=turn.programme.name, count=count)
    if chosen.is_everyone:
        return say_many(turn.language, "announcements.form.to", count, programme=turn.programme.name)
    whom = audiences.said(session, turn, chosen)
    return say(turn.language, "announcements.form.to_some", whom=whom, count=count)


def _group(turn: Turn) -> str:
    """The key of the workgroup that was named or chosen; the empty string for everyone."""
    return "" if turn.value("group") == audiences.NOTHING else turn.value("group")


def _ordered(turn: Turn) -> dict[str, str]:
    """What a new draft's form carries along: its one-time value, and whom and when the words that ordered it named."""
    # An unclear group is a question of the form, and not carried beside it.
    names = ("group_unclear", "day", "clock") if turn.value("group_unclear") else ("group", "day", "clock")
    said = {name: turn.value(name) for name in names if turn.value(name)}
    return {"form": turn.value("form") or secrets.token_hex(8), **said}


def _throwing_away(turn: Turn, written: Announcement | None) -> tuple[Button, ...]:
    if written is None or written.send_at is not None:
        return ()
    title = say(turn.language, "announcements.discard.button")
    return (Button(title=title, action="announcement.discard", values={"announcement": written.id}),)


def _overtaken(session: Session, turn: Turn, title: str, text: str, found: Announcement) -> Card:
    """The form with what was typed, beside what somebody else has saved since it was opened: neither is lost, and the
    next press decides."""
    card = _form(session, turn, title, text, found)
    warning = Text(text=say(turn.language, "announcements.form.overtaken"), style="warning")
    now = (Text(text=found.title, style="strong"), *markdown.blocks(found.text))
    return card.model_copy(update={"blocks": (warning, *now, *card.blocks), "outcome": "refused"})


def _seen(turn: Turn) -> str:
    """The fingerprint of the draft as the form was opened with it."""
    seen = turn.value("seen")
    return seen if re.fullmatch(r"[0-9a-f]{64}", seen) else ""


def _shown_by(row: Announcement) -> str:
    """The action that shows how far an announcement has come."""
    if row.sent_at is not None:
        return "announcement.report"
    return "announcement.edit" if row.sender_id is None else "announcement.open"


def _state(session: Session, turn: Turn, row: Announcement) -> str:
    if row.recalled_at is not None:
        day = saying_dates.day(turn.language, row.recalled_at.astimezone(turn.zone).date())
        return say(turn.language, "amendments.mine", day=day)
    stopped = broadcasts.stopped_at(session, row.broadcast_id) if row.broadcast_id is not None else None
    if stopped is not None:
        day = saying_dates.day(turn.language, stopped.astimezone(turn.zone).date())
        return say(turn.language, "announcements.mine.stopped", day=day)
    if row.sent_at is None and approvals.waiting(session, row) is not None:
        why = decision_gate.reason(session, row, turn.language)
        return say(turn.language, "approvals.mine.held", why=why) if why else say(turn.language, "approvals.mine")
    if row.sent_at is None and row.send_at is not None:
        return say(turn.language, "planned.mine", moment=planned.moment(turn, row))
    return _sent_day(turn, row)


def _sent_day(turn: Turn, row: Announcement) -> str:
    if row.sent_at is None:
        return say(turn.language, "announcements.mine.draft")
    day = saying_dates.day(turn.language, row.sent_at.astimezone(turn.zone).date())
    return say(turn.language, "announcements.latest.sent", day=day)


def _told_shortly(session: Session, turn: Turn, row: Announcement) -> tuple[str, str]:
    says = announcement_versions.said(session, row, turn.language)
    return says.title, f"{_shortened(markdown.plain(says.text))} ({_sent_day(turn, row)})"


def _shortened(text: str, most: int = 200) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
