"""Correcting more than the first text: the versions in other languages, the picture with its words, and the link."""

from dialogs import announced, announcement_attachments, announcement_versions, corrections
from dialogs.announcement_versions import FIELDS
from dialogs.card import LANGUAGES, Button, Card, Language, Text
from dialogs.turn import Turn
from dialogs.words import say
from storage import corrections as stored
from storage.announcement_attachments import Attached
from storage.announcement_versions import Said
from storage.announcements import Announcement
from storage.correction_parts import Parts
from storage.corrections import Correction
from storage.database import Session
from storage.refusals import Refused


def write_version(session: Session, turn: Turn) -> Card:
    """The form for one language, with what is told in it now, or was written before. Nothing is changed yet."""
    correction, _, parts = _get(session, turn)
    language = _language(turn)
    found = parts.versions.get(language)
    return _version_form(turn, correction, parts, language, found.said if found else Said("", ""), bool(found))


def save_version(session: Session, turn: Turn) -> tuple[Card, ...] | Card:
    """Keeps the version with the correction, and shows all of it."""
    correction, announcement, parts = _get(session, turn)
    language, says = _language(turn), Said(**{name: turn.value(name) for name in FIELDS})
    if not says.title or not says.text:
        # What holds for the first text holds here: both, or no version at all.
        key = "refused.announcement.no_title" if not says.title else "refused.announcement.no_text"
        return _wrong_version(turn, correction, parts, language, says, Refused(key))
    try:
        corrections.must_tell_of_nothing_decided(session, turn, announcement, f"{says.title}\n{says.text}")
        new = parts.with_version(language, says, correction.title, correction.text)
        return _kept(session, turn, correction, announcement, new)
    except Refused as refused:
        return _wrong_version(turn, correction, parts, language, says, refused)


def remove_version(session: Session, turn: Turn) -> tuple[Card, ...]:
    """Takes the version away: who has that language reads the first text."""
    correction, announcement, parts = _get(session, turn)
    return _kept(session, turn, correction, announcement, parts.without(_language(turn)))


def attach(session: Session, turn: Turn) -> Card:
    """The form for the picture and the link, with what is told now."""
    correction, _, parts = _get(session, turn)
    return _attached_form(turn, correction, parts.attached, {})


def save_attached(session: Session, turn: Turn) -> tuple[Card, ...] | Card:
    """Keeps what goes with it with the correction, and shows all of it. What is wrong comes back as filled in."""
    correction, announcement, parts = _get(session, turn)
    wanted = announcement_attachments.filled(turn)
    try:
        return _kept(session, turn, correction, announcement, parts.with_attached(wanted))
    except Refused as refused:
        field = announcement_attachments.wrong_field(refused)
        if field is None:
            raise
        return _attached_form(turn, correction, wanted, {field: say(turn.language, refused.key, **refused.values)})


def _get(session: Session, turn: Turn) -> tuple[Correction, Announcement, Parts]:
    turn.person.must_be(session, "leader", turn.programme.key)
    correction, announcement = stored.get(session, turn.person, turn.programme.key, corrections.key(turn))
    if correction.version != announcement.version:
        raise Refused("refused.correction.changed")
    return correction, announcement, stored.parts_of(session, correction, announcement)


def _kept(
    session: Session, turn: Turn, correction: Correction, announcement: Announcement, parts: Parts
) -> tuple[Card, ...]:
    """A correction is never changed, since somebody may be looking at it: this is another one."""
    new = stored.propose(
        session,
        turn.person,
        announcement,
        correction.title,
        correction.text,
        correction.what,
        correction.is_resent,
        turn.now,
        parts,
        must_differ=False,
    )
    return corrections.shown(session, turn, announcement, new)


def _wrong_version(
    turn: Turn, correction: Correction, parts: Parts, language: Language, says: Said, refused: Refused
) -> Card:
    field = announcement_versions.WRONG.get(refused.key.rpartition(".")[2])
    if refused.key.endswith((".decided", ".film_in_text")):
        field = "text"
    if field is None:
        raise refused
    errors = {field: say(turn.language, refused.key, **refused.values)}
    return _version_form(turn, correction, parts, language, says, language in parts.versions, errors)


def _version_form(
    turn: Turn,
    correction: Correction,
    parts: Parts,
    language: Language,
    says: Said,
    is_there: bool,
    errors: dict[str, str] | None = None,
) -> Card:
    errors, name = errors or {}, announced.language_name(turn.language, language)
    has = parts.attached
    values = {"correction": correction.id, "language": language}
    removing = Button(
        title=say(turn.language, "announcement_versions.remove", name=name),
        action="announcement.correct_version_remove",
        values=values,
        replaces=True,
    )
    return Card(
        title=say(turn.language, "amendments.correction.version.title", name=name),
        blocks=(
            Text(text=say(turn.language, "announcement_versions.form.how", name=name)),
            Text(text=say(turn.language, "announcement_versions.form.of", title=correction.title), style="quiet"),
        ),
        questions=announcement_versions.questions(turn.language, name, says, has, errors),
        buttons=(
            Button(
                title=say(turn.language, "announcements.form.preview"),
                action="announcement.correct_version_save",
                values=values,
                style="primary",
            ),
            *([removing] if is_there else []),
        ),
        language=turn.language,
        did="compose_announcement",
        outcome="refused" if errors else "answered",
    )


def _attached_form(turn: Turn, correction: Correction, filled: Attached, errors: dict[str, str]) -> Card:
    language = turn.language
    return Card(
        title=say(language, "amendments.correction.attached.title"),
        blocks=(Text(text=say(language, "announcement_attachments.form.how")),),
        questions=announcement_attachments.questions(language, filled, errors),
        buttons=(
            Button(
                title=say(language, "announcements.form.preview"),
                action="announcement.correct_attached",
                values={"correction": correction.id},
                style="primary",
            ),
        ),
        language=language,
        did="compose_announcement",
        outcome="refused" if errors else "answered",
    )


def _language(turn: Turn) -> Language:
    """The language that the pressed button is about. Raises Refused for another than ours."""
    for language in LANGUAGES:
        if language == turn.value("language"):
            return language
    raise Refused("refused.announcement.language")
