"""An announcement in more languages: written, changed and taken away by leaders, and what reminds of an old one."""

import re

from dialogs import announced, announcements
from dialogs.card import LANGUAGES, Button, Card, Items, Language, Question, Text
from dialogs.turn import Turn
from dialogs.words import say
from storage import announcement_versions as versions
from storage.announcement_versions import Said
from storage.announcements import LONGEST_TEXT, LONGEST_TITLE, Announcement, get_draft
from storage.database import Session
from storage.refusals import Refused


def listed(session: Session, turn: Turn) -> Card:
    """The languages it can be had in, and what there is of each."""
    announcement = get_draft(session, turn.person, turn.programme.key, announced.key(turn))
    written = {row.language: row for row in versions.every(session, announcement)}
    items, buttons = [], []
    for language in announced.other_languages(session, announcement):
        name, row = announced.language_name(turn.language, language), written.get(language)
        state = say(turn.language, "announcement_versions.list.none")
        if row is not None:
            state = say(turn.language, "announcement_versions.list.written", title=row.title)
            if versions.is_outdated(announcement, row):
                state = f"{state}, {say(turn.language, 'announcement_versions.list.old')}"
        items.append((name[:1].upper() + name[1:], state))
        key = "announcement_versions.change" if row else "announcement_versions.write"
        buttons.append(_button(turn, key, "announcement.version", announcement, language))
    look = say(turn.language, "announcement_versions.list.look")
    looking = Button(title=look, action="announcement.open", values={"announcement": announcement.id})
    return Card(
        title=say(turn.language, "announcement_versions.list.title"),
        blocks=(Text(text=say(turn.language, "announcement_versions.list.how")), Items(items=tuple(items))),
        buttons=(*buttons, looking),
        language=turn.language,
        did="compose_announcement",
    )


def write(session: Session, turn: Turn) -> Card:
    """The form for one language, with what there is already. Nothing is stored yet."""
    announcement = get_draft(session, turn.person, turn.programme.key, announced.key(turn))
    language = _language(turn)
    found = next((row for row in versions.every(session, announcement) if row.language == language), None)
    return _form(turn, announcement, language, Said(found.title, found.text) if found else Said("", ""), bool(found))


def save(session: Session, turn: Turn) -> Card | tuple[Card, ...]:
    """Stores the version, and shows the announcement as each language has it. What lacks something comes back."""
    language, key = _language(turn), announced.key(turn)
    says, seen = Said(turn.value("title"), turn.value("text")), turn.value("of")
    seen = seen if re.fullmatch(r"[0-9a-f]{64}", seen) else ""
    try:
        announcement = versions.write(session, turn.person, turn.programme.key, key, language, says, seen)
    except Refused as refused:
        if not refused.key.endswith(("_title", "_text")):
            raise
        announcement = get_draft(session, turn.person, turn.programme.key, key)
        is_there = any(row.language == language for row in versions.every(session, announcement))
        wrong = {refused.key.rpartition("_")[2]: say(turn.language, refused.key, **refused.values)}
        return _form(turn, announcement, language, says, is_there, wrong)
    return announcements.shown(session, turn, announcement)


def remove(session: Session, turn: Turn) -> tuple[Card, ...]:
    """Takes a version away; pressed twice, it shows the same."""
    key, language = announced.key(turn), _language(turn)
    announcement = versions.remove(session, turn.person, turn.programme.key, key, language)
    return announcements.shown(session, turn, announcement)


def _form(
    turn: Turn,
    announcement: Announcement,
    language: Language,
    says: Said,
    is_there: bool,
    errors: dict[str, str] | None = None,
) -> Card:
    """The form. ``errors`` say what is wrong at which field."""
    errors, name = errors or {}, announced.language_name(turn.language, language)
    fields = (("title", "heading", says.title, LONGEST_TITLE, 1), ("text", "text", says.text, LONGEST_TEXT, 6))
    saving = Button(
        title=say(turn.language, "announcement_versions.form.save"),
        action="announcement.version_save",
        values=_values(announcement, language) | {"of": turn.value("of") or versions.fingerprint(announcement)},
        style="primary",
    )
    removing = _button(turn, "announcement_versions.remove", "announcement.version_remove", announcement, language)
    back = _button(turn, "announcement_versions.list.look", "announcement.open", announcement, language)
    return Card(
        title=say(turn.language, "announcement_versions.form.title", name=name),
        blocks=(
            Text(text=say(turn.language, "announcement_versions.form.how", name=name)),
            Text(text=say(turn.language, "announcement_versions.form.of", title=announcement.title), style="quiet"),
        ),
        questions=tuple(
            Question(
                name=field,
                label=say(turn.language, f"announcements.form.{label}"),
                value=value,
                required=True,
                lines=lines,
                longest=longest,
                error=errors.get(field, ""),
            )
            for field, label, value, longest, lines in fields
        ),
        buttons=(saving, *([removing.model_copy(update={"replaces": True})] if is_there else []), back),
        language=turn.language,
        did="compose_announcement",
        outcome="refused" if errors else "answered",
    )


def _language(turn: Turn) -> Language:
    """The language that the pressed button is about. Raises Refused for another than ours."""
    for language in LANGUAGES:
        if language == turn.value("language"):
            return language
    raise Refused("refused.announcement.language")


def _values(announcement: Announcement, language: Language) -> dict[str, object]:
    return {"announcement": announcement.id, "language": language}


def _button(turn: Turn, key: str, action: str, announcement: Announcement, language: Language) -> Button:
    title = say(turn.language, key, name=announced.language_name(turn.language, language))
    return Button(title=title, action=action, values=_values(announcement, language))
