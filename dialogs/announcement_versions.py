"""An announcement in more languages: written, changed and taken away by leaders, and what reminds of an old one."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from dialogs import announced, announcements
from dialogs.card import LANGUAGES, Button, Card, Language, Question, Text
from dialogs.turn import Afterwards, Shown, Turn
from dialogs.words import say
from storage import announcement_attachments as attachments
from storage import announcement_versions as versions
from storage.announcement_attachments import Attached
from storage.announcement_versions import LONGEST_ALT, LONGEST_LINK_TITLE, Said
from storage.announcements import LONGEST_TEXT, LONGEST_TITLE, Announcement, get_draft
from storage.database import Session
from storage.refusals import Refused


class _Field(NamedTuple):
    label: str
    longest: int


#: The form's fields; the last two only where there is a picture, or a link.
FIELDS = {
    "title": _Field("announcements.form.heading", LONGEST_TITLE),
    "text": _Field("announcements.form.text", LONGEST_TEXT),
    "picture_alt": _Field("announcement_versions.form.picture_alt", LONGEST_ALT),
    "link_title": _Field("announcement_versions.form.link_title", LONGEST_LINK_TITLE),
}
#: Which field a refusal is about.
WRONG = {
    "no_title": "title",
    "long_title": "title",
    "no_text": "text",
    "long_text": "text",
    "long_alt": "picture_alt",
    "long_link_title": "link_title",
}


def write(session: Session, turn: Turn) -> Card:
    """The form for one language, with what there is already. Nothing is stored yet."""
    announcement = get_draft(session, turn.person, turn.programme.key, announced.key(turn))
    language = _language(turn)
    found = next((row for row in versions.every(session, announcement) if row.language == language), None)
    says = versions.said(session, announcement, language) if found else Said("", "")
    return _form(session, turn, announcement, language, says, bool(found))


def save(session: Session, turn: Turn) -> Shown:
    """Stores the version, and shows the announcement as each language has it. What lacks something comes back."""
    language, key = _language(turn), announced.key(turn)
    says, seen = Said(**{name: turn.value(name) for name in FIELDS}), turn.value("of")
    seen = seen if re.fullmatch(r"[0-9a-f]{64}", seen) else ""
    try:
        announcement = versions.write(session, turn.person, turn.programme.key, key, language, says, seen)
    except Refused as refused:
        wrong = WRONG.get(refused.key.rpartition(".")[2])
        if wrong is None:
            raise
        announcement = get_draft(session, turn.person, turn.programme.key, key)
        is_there = any(row.language == language for row in versions.every(session, announcement))
        errors = {wrong: say(turn.language, refused.key, **refused.values)}
        return _form(session, turn, announcement, language, says, is_there, errors)
    return announcements.shown_afterwards(turn, announcement)


def remove(session: Session, turn: Turn) -> Afterwards:
    """Takes a version away; pressed twice, it shows the same."""
    key, language = announced.key(turn), _language(turn)
    announcement = versions.remove(session, turn.person, turn.programme.key, key, language)
    return announcements.shown_afterwards(turn, announcement)


def questions(
    language: Language, name: str, says: Said, has: Attached, errors: Mapping[str, str]
) -> tuple[Question, ...]:
    """The fields of what is said in the language of that name; ``has`` is what the announcement comes with, whose words
    are needed in it too."""
    fields = ["title", "text", *["picture_alt"] * bool(has.picture_alt), *["link_title"] * bool(has.link_title)]
    return tuple(
        Question(
            name=field,
            label=say(language, FIELDS[field].label, name=name),
            value=getattr(says, field),
            required=field in ("title", "text"),
            lines=6 if field == "text" else 1,
            longest=FIELDS[field].longest,
            error=errors.get(field, ""),
        )
        for field in fields
    )


def _form(
    session: Session,
    turn: Turn,
    announcement: Announcement,
    language: Language,
    says: Said,
    is_there: bool,
    errors: dict[str, str] | None = None,
) -> Card:
    """The form. ``errors`` say what is wrong at which field."""
    errors, name = errors or {}, announced.language_name(turn.language, language)
    has = attachments.attached(session, announcement)
    saving = Button(
        title=say(turn.language, "announcement_versions.form.save"),
        action="announcement.version_save",
        values=_values(announcement, language) | {"of": turn.value("of") or versions.fingerprint(announcement)},
        style="primary",
    )
    removing = _button(turn, "announcement_versions.remove", "announcement.version_remove", announcement, language)
    back = _button(turn, "announcement_parts.look", "announcement.open", announcement, language)
    return Card(
        title=say(turn.language, "announcement_versions.form.title", name=name),
        blocks=(
            Text(text=say(turn.language, "announcement_versions.form.how", name=name)),
            Text(text=say(turn.language, "announcement_versions.form.of", title=announcement.title), style="quiet"),
        ),
        questions=questions(turn.language, name, says, has, errors),
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
