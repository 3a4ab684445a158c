"""What can be added to an announcement, and what of it there is: languages, a picture, a link; for leaders."""

from dialogs import announced, sending_forms
from dialogs.card import Button, Card, Items, Language
from dialogs.turn import Turn
from dialogs.words import say
from storage import announcement_attachments as attachments
from storage import announcement_versions as versions
from storage.announcements import Announcement, get_draft
from storage.database import Session


def listed(session: Session, turn: Turn) -> Card:
    """Each part with what there is of it, and the way to each part's form."""
    announcement = get_draft(session, turn.person, turn.programme.key, announced.key(turn))
    sending_forms.keep(session, turn, announcement)
    written = {row.language for row in versions.every(session, announcement)}
    values = {"announcement": announcement.id}
    forms: list[tuple[str, str, dict[str, object]]] = []
    for language in announced.other_languages(session, announcement):
        key = "announcement_versions.change" if language in written else "announcement_versions.write"
        title = say(turn.language, key, name=announced.language_name(turn.language, language))
        forms.append((title, "announcement.version", values | {"language": language}))
    forms.append((say(turn.language, "announcement_attachments.button"), "announcement.attach", dict(values)))
    forms.append((say(turn.language, "announcement_buttons.button"), "announcement.buttons", dict(values)))
    forms.append((say(turn.language, "announcement_parts.look"), "announcement.open", dict(values)))
    return Card(
        title=say(turn.language, "announcement_parts.title"),
        blocks=(Items(items=(*_languages(session, turn, announcement), *_attached(session, turn, announcement))),),
        buttons=tuple(Button(title=title, action=action, values=values) for title, action, values in forms),
        language=turn.language,
        did="compose_announcement",
    )


def _languages(session: Session, turn: Turn, announcement: Announcement) -> list[tuple[str, str]]:
    written = {row.language: row for row in versions.every(session, announcement)}
    lines = []
    for language in announced.other_languages(session, announcement):
        row, state = written.get(language), say(turn.language, "announcement_versions.list.none")
        if row is not None:
            state = say(turn.language, "announcement_versions.list.written", title=row.title)
            if versions.is_outdated(announcement, row):
                state = f"{state}, {say(turn.language, 'announcement_versions.list.old')}"
        lines.append((_capital(turn.language, language), state))
    return lines


def _attached(session: Session, turn: Turn, announcement: Announcement) -> list[tuple[str, str]]:
    has, none = attachments.attached(session, announcement), say(turn.language, "announcement_attachments.none")
    picture = say(turn.language, "announcement_attachments.picture")
    link = say(turn.language, "announcement_attachments.link")
    return [(picture, has.picture_alt or none), (link, has.link_title or none)]


def _capital(language: Language, named: str) -> str:
    name = announced.language_name(language, named)
    return name[:1].upper() + name[1:]
