"""Announcements (meldinger til ansatte): news for everyone; leaders write, look, send and see what was delivered."""

import math
import secrets
from datetime import datetime
from typing import Any

from dialogs import audiences, markdown, moments, planned, saying_dates
from dialogs.card import LANGUAGES, Block, Button, Card, Choice, Facts, Items, Language, Question, Text
from dialogs.offers import offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import announcements, approvals, groups, lanes, outbox, programmes, stops
from storage import planned as waiting
from storage.announcements import LONGEST_TEXT, LONGEST_TITLE, Announcement
from storage.approvals import Approval
from storage.audiences import Audience
from storage.database import Session
from storage.groups import Group
from storage.held import QUIET
from storage.outbox import Status
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused

#: How many items of news one card shows.
MOST_NEWS = 5
#: How many channels can be chosen from: with longer lists the card is larger than Teams takes; Block Kit takes as many.
MOST_CHANNELS = 100


def latest(session: Session, turn: Turn) -> Card:
    """What was sent last, then what the documents tell as news."""
    language = turn.language
    sent = announcements.latest(session, turn.programme.key, MOST_NEWS, turn.now)
    blocks: list[Block] = [Items(items=tuple((row.title, _told_shortly(turn, row)) for row in sent))] * bool(sent)
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


def post(session: Session, turn: Turn) -> Card:
    """For leaders: the form, with what was already written in it. Nothing is stored yet."""
    turn.person.must_be(session, "leader", turn.programme.key)
    return _form(session, turn, title=turn.value("title"), text=turn.value("text"))


def edit(session: Session, turn: Turn) -> Card:
    """The form again, with the draft in it."""
    announcement = announcements.get(session, turn.person, turn.programme.key, key(turn))
    if announcement.sent_at is not None:
        raise Refused("refused.announcement.sent")
    return _form(session, turn, announcement.title, announcement.text, announcement)


def preview(session: Session, turn: Turn) -> tuple[Card, ...]:
    """Stores the draft and shows it as it will look, with the number of people it goes to."""
    title, text, written = turn.value("title"), turn.value("text"), key(turn)
    try:
        if written:
            announcement = announcements.revise(session, turn.person, turn.programme.key, written, title, text)
        else:
            announcement = announcements.draft(
                session, turn.person, turn.programme.key, title, text, turn.now, turn.value("form")
            )
    except Refused as refused:
        if refused.key.startswith("refused.role") or refused.key.endswith((".sent", ".unknown")):
            raise
        wrong = "title" if refused.key.endswith("title") else "text"
        before = announcements.get(session, turn.person, turn.programme.key, written) if written else None
        return (_form(session, turn, title, text, before, {wrong: say(turn.language, refused.key, **refused.values)}),)
    return shown(session, turn, announcement)


def shown(session: Session, turn: Turn, announcement: Announcement) -> tuple[Card, ...]:
    """The announcement as it will look, or looks; then the card for sending it, or what it waits for or came to."""
    sender = waiting.sender(session, announcement)
    card = as_sent(announcement, (sender or turn.person).name, turn.programme, turn.language)
    if announcement.sent_at is not None:
        return card, report_card(session, turn, announcement)
    draft = Text(text=say(turn.language, "announcements.preview.draft"), style="quiet")
    card = card.model_copy(update={"blocks": (draft, *card.blocks)})
    request = approvals.waiting(session, announcement)
    if request is not None:
        return card, waiting_card(session, turn, announcement, request)
    state = planned_card if announcement.send_at is not None else sending
    return card, state(session, turn, announcement)


def address(session: Session, turn: Turn) -> Card:
    """The form to choose whom a draft is for."""
    announcement = announcements.get(session, turn.person, turn.programme.key, key(turn))
    if announcement.sent_at is not None:
        raise Refused("refused.announcement.sent")
    return audiences.form(session, turn, announcement)


def addressed(session: Session, turn: Turn) -> Card:
    """Stores whom a draft is for, and shows how many that is; nothing is sent."""
    announcement = announcements.get(session, turn.person, turn.programme.key, key(turn))
    chosen, errors = audiences.picked(session, turn, Audience.of(announcement.audience))
    if errors:
        return audiences.form(session, turn, announcement, errors)
    announcement = announcements.address(session, turn.person, turn.programme.key, key(turn), chosen)
    return sending(session, turn, announcement)


def report(session: Session, turn: Turn) -> Card:
    """For leaders: how many got it, and why the others did not."""
    return report_card(session, turn, announcements.get(session, turn.person, turn.programme.key, key(turn)))


def stop(session: Session, turn: Turn) -> Card:
    """Has nothing more of it sent, and shows how far it came. Pressed twice, it shows the same."""
    announcement = announcements.get(session, turn.person, turn.programme.key, key(turn))
    if announcement.broadcast_id is not None:
        stops.stop(session, turn.person, announcement.broadcast_id, turn.now)
    return report_card(session, turn, announcement).model_copy(update={"outcome": "done"})


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
        buttons=(*buttons[:4], *offers(turn.language, "announcement.post")),
        language=turn.language,
    )


def as_sent(announcement: Announcement, author: str, programme: Programme, language: Language) -> Card:
    """The announcement as everyone gets it."""
    sender = say(language, "announcements.from", author=author or programme.name, programme=programme.name)
    return Card(
        title=announcement.title,
        blocks=(*markdown.blocks(announcement.text), Text(text=sender, style="quiet")),
        buttons=offers(language, "milestone.next", "input.submit", "help"),
        language=language,
    )


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
        outbox.owe_group(session, programme.key, message, group, name)
        if group
        else outbox.owe_everyone(session, programme.key, message, name, now)
        if announcement.audience is None
        else outbox.owe_audience(session, programme.key, message, Audience.of(announcement.audience), name, now)
    )
    if broadcast.planned == 0:
        raise Refused("refused.announcement.nobody")
    group_id = group.id if group else None
    announcements.mark_sent(session, sender, announcement, version, broadcast.id or 0, now, group_id)


def audience(session: Session, turn: Turn, announcement: Announcement) -> int:
    """How many people it would be meant for now."""
    return outbox.audience(session, turn.programme.key, turn.now, Audience.of(announcement.audience))


def _to(session: Session, turn: Turn, announcement: Announcement) -> str:
    """Whom it is for, in words, with their number."""
    chosen, people = Audience.of(announcement.audience), audience(session, turn, announcement)
    if chosen.is_everyone:
        return planned.everyone(turn.language, people)
    return f"{audiences.said(session, turn, chosen)} ({people})"


def planned_card(session: Session, turn: Turn, announcement: Announcement) -> Card:
    to = _to(session, turn, announcement)
    if announcement.group_id is not None:
        to = named(groups.told(session, announcement.group_id), turn.language)
    return planned.card(turn, announcement, to)


def waiting_card(session: Session, turn: Turn, announcement: Announcement, request: Approval) -> Card:
    """What waits for somebody else's approval, and who was asked."""
    asking = approvals.person(session, request.asked_by)
    asked = [one for one in approvals.approvers(session, turn.programme.key, asking) if not one.is_muted]
    to = _to(session, turn, announcement)
    return planned.waiting(turn, announcement, request, to, [one.name for one in asked])


def chosen_group(session: Session, turn: Turn) -> Group | None:
    """The channel that the pressed button sends to; None for everyone. Raises Refused where the bot is not in it."""
    if not turn.values.get("to_channel"):
        return None
    wanted = turn.value("channel")
    return groups.get(session, turn.programme.key, int(wanted) if wanted.isdecimal() and len(wanted) < 10 else 0)


def named(group: Group, language: Language) -> str:
    """What people call a channel or group chat."""
    if group.team and group.name:
        return f"{group.team} – {group.name}"
    return group.team or group.name or say(language, "announcements.group_chat")


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
    people = outbox.audience(session, turn.programme.key, turn.now)
    notes = [say_many(language, "announcements.form.to", people, programme=turn.programme.name)]
    notes.append(say(language, "announcements.form.marks"))
    if turn.value("group"):
        notes.append(say(language, "announcements.group_note"))
    if written is not None and written.send_at is not None:
        notes.append(say(language, "planned.change", moment=planned.moment(turn, written)))
    showing = Button(
        title=say(language, "announcements.form.preview"),
        action="announcement.preview",
        values={"announcement": written.id} if written else {"form": turn.value("form") or secrets.token_hex(8)},
        style="primary",
    )
    return Card(
        title=say(language, "announcements.form.title"),
        blocks=tuple(Text(text=note) for note in notes),
        questions=(
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
        buttons=(showing, *offers(language, "help")),
        language=language,
        did="compose_announcement",
        outcome="refused" if errors else "answered",
    )


def sending(session: Session, turn: Turn, announcement: Announcement, errors: dict[str, str] | None = None) -> Card:
    """The card for sending what was looked at, at once or at a moment. ``errors`` say what is wrong at which field."""
    chosen, people = Audience.of(announcement.audience), audience(session, turn, announcement)
    values = {
        "announcement": announcement.id,
        "version": announcement.version,
        "planned": planned.seen(announcement),
        "people": people,
    }
    notes = [say_many(turn.language, "announcements.preview.to", people)]
    if people:
        notes.append(_duration(turn.language, lanes.duration(session, turn.programme.key)))
    if announcement.send_at is not None:
        notes.append(say(turn.language, "planned.moving", moment=planned.moment(turn, announcement)))
    must_ask = approvals.is_needed(session, turn.programme, turn.person, announcement)
    if must_ask:
        notes.append(say(turn.language, "approvals.needed"))
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
    )
    choosing = Button(
        title=say(turn.language, "audiences.choose"), action="announcement.audience", values=values, replaces=True
    )
    return Card(
        title=say(turn.language, "announcements.preview.title"),
        blocks=(*(Text(text=note) for note in notes), *audiences.blocks(session, turn, chosen)),
        questions=(
            *_channels(session, turn),
            *planned.questions(turn, announcement, errors or {}),
            *([_count(turn, people, errors or {})] if people and chosen.is_everyone else []),
        ),
        buttons=(*([sending_all] if people else []), *_to_channel(session, turn, values), choosing, changing),
        language=turn.language,
        did="compose_announcement",
        outcome="refused" if errors else "answered",
    )


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
        Choice(title=short(named(group, turn.language)), value=str(group.id)) for group in every[:MOST_CHANNELS]
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


def report_card(session: Session, turn: Turn, announcement: Announcement) -> Card:
    language = turn.language
    if announcement.broadcast_id is None:
        return Card(title=say(language, "announcements.report.unsent"), buttons=offers(language, "announcement.mine"))
    meant, counts = outbox.report(session, announcement.broadcast_id)
    assert announcement.sent_at is not None
    at = say(language, "announcements.report.at", moment=moments.said(language, announcement.sent_at, turn.zone))
    facts = [(say(language, "announcements.report.planned"), str(meant))]
    if announcement.group_id is not None:
        channel = named(groups.told(session, announcement.group_id), language)
        facts.insert(0, (say(language, "announcements.report.channel"), channel))
    elif announcement.audience is not None:
        whom = audiences.said(session, turn, Audience.of(announcement.audience))
        facts.insert(0, (say(language, "audiences.report"), whom))
    is_small = audiences.is_small(turn, Audience.of(announcement.audience), meant)
    lines = _lines(counts, is_small=is_small)
    facts += [(say(language, f"announcements.report.{name}"), str(count)) for name, count in lines]
    total = say(language, "announcements.report.sum", count=sum(counts.values()), planned=meant)
    if is_small and any(name == "undelivered" for name, _ in lines):
        total = f"{total} {audiences.why_is_hidden(turn)}"
    refreshing = Button(
        title=say(language, "announcements.report.refresh"),
        action="announcement.report",
        values={"announcement": announcement.id},
        replaces=True,
    )
    stopping = Button(
        title=say(language, "announcements.report.stop"),
        action="announcement.stop",
        values={"announcement": announcement.id},
        style="destructive",
        replaces=True,
    )
    is_waiting = any(status == Status.WAITING for status, _ in counts)
    stopped = outbox.stopped_at(session, announcement.broadcast_id)
    if stopped is not None:
        moment = moments.said(language, stopped, turn.zone)
        at = f"{at} {say(language, 'announcements.report.stopped_at', moment=moment)}"
    return Card(
        title=say(language, "announcements.report.title", title=announcement.title),
        blocks=(Facts(facts=tuple(facts)), Text(text=total, style="quiet"), Text(text=at, style="quiet")),
        buttons=(
            refreshing,
            *((stopping,) if is_waiting else ()),
            *_on_paper(turn, announcement),
            *offers(language, "help"),
        ),
        language=language,
    )


def _on_paper(turn: Turn, announcement: Announcement) -> tuple[Button, ...]:
    """The page and the notice to print, of what went to everyone."""
    if announcement.group_id is not None or announcement.audience is not None:
        return ()
    title = say(turn.language, "announcements.report.notice")
    return (Button(title=title, action="announcement.notice", values={"announcement": announcement.id}),)


def _lines(counts: dict[tuple[Status, str | None], int], *, is_small: bool) -> list[tuple[str, int]]:
    """Delivered first, then each state or reason, the most frequent first. Of a small audience no reason is told: it
    would tell what one person has turned off."""
    lines: dict[str, int] = {"sent": 0}
    for (status, reason), count in counts.items():
        is_why = status in (Status.FAILED, Status.SKIPPED) or reason == QUIET
        name = "undelivered" if is_why and is_small else reason if is_why and reason else status.value
        lines[name] = lines.get(name, 0) + count
    return sorted(lines.items(), key=lambda line: (line[0] != "sent", -line[1]))


def key(turn: Turn) -> int:
    """The announcement that the pressed button is about."""
    number = turn.values.get("announcement")
    return number if type(number) is int and 0 < number < 2**31 else 0


def _shown_by(row: Announcement) -> str:
    """The action that shows how far an announcement has come."""
    if row.sent_at is not None:
        return "announcement.report"
    return "announcement.edit" if row.sender_id is None else "announcement.open"


def _state(session: Session, turn: Turn, row: Announcement) -> str:
    if row.sent_at is None and approvals.waiting(session, row) is not None:
        return say(turn.language, "approvals.mine")
    if row.sent_at is None and row.send_at is not None:
        return say(turn.language, "planned.mine", moment=planned.moment(turn, row))
    return _sent_day(turn, row)


def _sent_day(turn: Turn, row: Announcement) -> str:
    if row.sent_at is None:
        return say(turn.language, "announcements.mine.draft")
    day = saying_dates.day(turn.language, row.sent_at.astimezone(turn.zone).date())
    return say(turn.language, "announcements.latest.sent", day=day)


def _told_shortly(turn: Turn, row: Announcement) -> str:
    return f"{_shortened(markdown.plain(row.text))} ({_sent_day(turn, row)})"


def _shortened(text: str, most: int = 200) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
