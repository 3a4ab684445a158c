"""Announcements (meldinger til ansatte): news for everyone; leaders write, look, send and see what was delivered."""

import secrets
from typing import Any

from dialogs import markdown, saying_dates
from dialogs.card import LANGUAGES, Block, Button, Card, Choice, Facts, Items, Language, Question, Text
from dialogs.offers import offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import announcements, groups, outbox, programmes
from storage.announcements import LONGEST_TEXT, LONGEST_TITLE, Announcement
from storage.database import Session
from storage.groups import Group
from storage.outbox import Status
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
    announcement = announcements.get(session, turn.person, turn.programme.key, _key(turn))
    if announcement.sent_at is not None:
        raise Refused("refused.announcement.sent")
    return _form(session, turn, announcement.title, announcement.text, announcement.id)


def preview(session: Session, turn: Turn) -> tuple[Card, ...]:
    """Stores the draft and shows it as it will look, with the number of people it goes to."""
    title, text, key = turn.value("title"), turn.value("text"), _key(turn)
    try:
        if key:
            announcement = announcements.revise(session, turn.person, turn.programme.key, key, title, text)
        else:
            announcement = announcements.draft(
                session, turn.person, turn.programme.key, title, text, turn.now, turn.value("form")
            )
    except Refused as refused:
        if refused.key.startswith("refused.role") or refused.key.endswith((".sent", ".unknown")):
            raise
        wrong = "title" if refused.key.endswith("title") else "text"
        return (_form(session, turn, title, text, key, {wrong: say(turn.language, refused.key, **refused.values)}),)
    card = as_sent(announcement, turn.person.name, turn.programme, turn.language)
    draft = Text(text=say(turn.language, "announcements.preview.draft"), style="quiet")
    return card.model_copy(update={"blocks": (draft, *card.blocks)}), _sending(session, turn, announcement)


def send(session: Session, turn: Turn) -> Card:
    """Sends what was looked at to everyone or to one channel, once; pressed again, it shows what was delivered."""
    announcement = announcements.get(session, turn.person, turn.programme.key, _key(turn))
    if announcement.sent_at is None:
        _owe(session, turn, announcement)
        card = _report(session, turn, announcement)
        return card.model_copy(update={"title": say(turn.language, "announcements.sent.title"), "outcome": "done"})
    return _report(session, turn, announcement).model_copy(update={"outcome": "done"})


def report(session: Session, turn: Turn) -> Card:
    """For leaders: how many got it, and why the others did not."""
    return _report(session, turn, announcements.get(session, turn.person, turn.programme.key, _key(turn)))


def mine(session: Session, turn: Turn) -> Card:
    """For leaders: what was written, drafts too."""
    rows = announcements.of_author(session, turn.person, turn.programme.key, MOST_NEWS)
    none = Text(text=say(turn.language, "announcements.mine.none"))
    buttons = tuple(
        Button(
            title=_shortened(row.title, 40),
            action="announcement.report" if row.sent_at else "announcement.edit",
            values={"announcement": row.id},
        )
        for row in rows
    )
    return Card(
        title=say(turn.language, "announcements.mine.title"),
        blocks=(Items(items=tuple((row.title, _sent_day(turn, row)) for row in rows)),) if rows else (none,),
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


def _owe(session: Session, turn: Turn, announcement: Announcement) -> None:
    cards = {
        language: as_sent(announcement, turn.person.name, turn.programme, language).model_dump(mode="json")
        for language in LANGUAGES
    }
    group = _group(session, turn)
    message = outbox.write(session, turn.programme.key, outbox.Kind.ANNOUNCEMENT, cards)
    key = f"announcement:{announcement.id}"
    broadcast = (
        outbox.owe_group(session, turn.programme.key, message, group, key)
        if group
        else outbox.owe_everyone(session, turn.programme.key, message, key)
    )
    version = turn.values.get("version")
    announcements.mark_sent(
        session,
        turn.person,
        announcement,
        version if isinstance(version, int) else 0,
        broadcast.id or 0,
        turn.now,
        group.id if group else None,
    )


def _group(session: Session, turn: Turn) -> Group | None:
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
    session: Session, turn: Turn, title: str, text: str, key: int | None = None, errors: dict[str, str] | None = None
) -> Card:
    """The form. ``errors`` say what is wrong at which field."""
    language, errors = turn.language, errors or {}
    people = outbox.audience(session, turn.programme.key)
    notes = [say_many(language, "announcements.form.to", people, programme=turn.programme.name)]
    notes.append(say(language, "announcements.form.marks"))
    if turn.value("group"):
        notes.append(say(language, "announcements.group_note"))
    showing = Button(
        title=say(language, "announcements.form.preview"),
        action="announcement.preview",
        values={"announcement": key} if key else {"form": turn.value("form") or secrets.token_hex(8)},
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


def _sending(session: Session, turn: Turn, announcement: Announcement) -> Card:
    people = outbox.audience(session, turn.programme.key)
    values = {"announcement": announcement.id, "version": announcement.version}
    sending = Button(
        title=say_many(turn.language, "announcements.preview.send", people),
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
    return Card(
        title=say(turn.language, "announcements.preview.title"),
        blocks=(Text(text=say_many(turn.language, "announcements.preview.to", people)),),
        questions=_channels(session, turn),
        buttons=(sending, *_to_channel(session, turn, values), changing),
        language=turn.language,
        did="compose_announcement",
    )


def _channels(session: Session, turn: Turn) -> tuple[Question, ...]:
    """The channels to choose from, where the bot is in any."""
    every = groups.every(session, turn.programme.key)
    choices = tuple(
        Choice(title=short(named(group, turn.language)), value=str(group.id)) for group in every[:MOST_CHANNELS]
    )
    key = "announcements.preview.channel" if len(every) == len(choices) else "announcements.preview.first_channels"
    label = say(turn.language, key, count=len(choices))
    return (Question(name="channel", label=label, value=choices[0].value, choices=choices),) if choices else ()


def _to_channel(session: Session, turn: Turn, values: dict[str, Any]) -> tuple[Button, ...]:
    if not groups.every(session, turn.programme.key):
        return ()
    title = say(turn.language, "announcements.preview.send_channel")
    return (Button(title=title, action="announcement.send", values=values | {"to_channel": True}, replaces=True),)


def _report(session: Session, turn: Turn, announcement: Announcement) -> Card:
    language = turn.language
    if announcement.broadcast_id is None:
        return Card(title=say(language, "announcements.report.unsent"), buttons=offers(language, "announcement.mine"))
    planned, counts = outbox.report(session, announcement.broadcast_id)
    facts = [(say(language, "announcements.report.planned"), str(planned))]
    if announcement.group_id is not None:
        channel = named(groups.told(session, announcement.group_id), language)
        facts.insert(0, (say(language, "announcements.report.channel"), channel))
    facts += [(say(language, f"announcements.report.{name}"), str(count)) for name, count in _lines(counts)]
    total = say(language, "announcements.report.sum", count=sum(counts.values()), planned=planned)
    refreshing = Button(
        title=say(language, "announcements.report.refresh"),
        action="announcement.report",
        values={"announcement": announcement.id},
        replaces=True,
    )
    return Card(
        title=say(language, "announcements.report.title", title=announcement.title),
        blocks=(Facts(facts=tuple(facts)), Text(text=total, style="quiet")),
        buttons=(refreshing, *_on_paper(turn, announcement), *offers(language, "help")),
        language=language,
    )


def _on_paper(turn: Turn, announcement: Announcement) -> tuple[Button, ...]:
    """The page and the notice to print, of what went to everyone."""
    if announcement.group_id is not None:
        return ()
    title = say(turn.language, "announcements.report.notice")
    return (Button(title=title, action="announcement.notice", values={"announcement": announcement.id}),)


def _lines(counts: dict[tuple[Status, str | None], int]) -> list[tuple[str, int]]:
    """Delivered first, then each state or reason, the most frequent first."""
    lines: dict[str, int] = {"sent": 0}
    for (status, reason), count in counts.items():
        name = reason if status in (Status.FAILED, Status.SKIPPED) and reason else status.value
        lines[name] = lines.get(name, 0) + count
    return sorted(lines.items(), key=lambda line: (line[0] != "sent", -line[1]))


def _key(turn: Turn) -> int:
    key = turn.values.get("announcement")
    return key if type(key) is int and 0 < key < 2**31 else 0


def _sent_day(turn: Turn, row: Announcement) -> str:
    if row.sent_at is None:
        return say(turn.language, "announcements.mine.draft")
    day = saying_dates.day(turn.language, row.sent_at.astimezone(turn.zone).date())
    return say(turn.language, "announcements.latest.sent", day=day)


def _told_shortly(turn: Turn, row: Announcement) -> str:
    return f"{_shortened(markdown.plain(row.text))} ({_sent_day(turn, row)})"


def _shortened(text: str, most: int = 200) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
