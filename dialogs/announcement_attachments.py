"""The form for what goes with an announcement: a picture with what it shows, and a link; for leaders."""

from collections.abc import Mapping

from dialogs import announced, announcements
from dialogs.card import Button, Card, Choice, Language, Question, Text
from dialogs.turn import Shown, Turn
from dialogs.words import say
from storage import announcement_attachments as attachments
from storage.announcement_attachments import LONGEST_ADDRESS, Attached, Film
from storage.announcement_versions import LONGEST_ALT, LONGEST_LINK_TITLE
from storage.announcements import get_draft
from storage.database import Session
from storage.refusals import Refused

#: The form's fields of text, and how long each may be.
FIELDS = {
    "picture_address": LONGEST_ADDRESS,
    "picture_alt": LONGEST_ALT,
    "link_address": LONGEST_ADDRESS,
    "link_title": LONGEST_LINK_TITLE,
}
#: Which field a refusal is about, by how its key ends, the longest ending first.
WRONG = {
    "_link_title": "link_title",
    "_picture": "picture_address",
    "_link": "link_address",
    "_alt": "picture_alt",
    "_film": "film",
}


def attach(session: Session, turn: Turn) -> Card:
    """The form, with what goes with it already."""
    announcement = get_draft(session, turn.person, turn.programme.key, announced.key(turn))
    return _form(turn, attachments.attached(session, announcement))


def save(session: Session, turn: Turn) -> Shown:
    """Stores what goes with it, and shows the announcement so. What is wrong comes back as it was filled in."""
    wanted = filled(turn)
    try:
        announcement = attachments.attach(session, turn.person, turn.programme.key, announced.key(turn), wanted)
    except Refused as refused:
        wrong = wrong_field(refused)
        if wrong is None:
            raise
        return _form(turn, wanted, {wrong: say(turn.language, refused.key, **refused.values)})
    return announcements.shown_afterwards(turn, announcement)


def filled(turn: Turn) -> Attached:
    """What the form holds."""
    film = next((one for one in Film if one == turn.value("film")), Film.NONE)
    return Attached(**{name: turn.value(name) for name in FIELDS}, film=film)


def wrong_field(refused: Refused) -> str | None:
    """Which field a refusal is about; None for none of them."""
    return next((field for ending, field in WRONG.items() if refused.key.endswith(ending)), None)


def questions(language: Language, filled: Attached, errors: Mapping[str, str]) -> tuple[Question, ...]:
    """The fields of the picture, the link, and what the film that it leads to has for those who hear nothing."""
    films = tuple(Choice(title=say(language, f"announcement_attachments.film.{one}"), value=one) for one in Film)
    texts = (
        Question(
            name=name,
            label=say(language, f"announcement_attachments.field.{name}"),
            value=getattr(filled, name),
            longest=longest,
            error=errors.get(name, ""),
        )
        for name, longest in FIELDS.items()
    )
    film = Question(
        name="film",
        label=say(language, "announcement_attachments.field.film"),
        value=filled.film,
        choices=films,
        error=errors.get("film", ""),
    )
    return (*texts, film)


def _form(turn: Turn, filled: Attached, errors: dict[str, str] | None = None) -> Card:
    """The form. ``errors`` say what is wrong at which field."""
    language, errors, values = turn.language, errors or {}, {"announcement": announced.key(turn)}
    saving = Button(
        title=say(language, "announcements.form.preview"),
        action="announcement.attached",
        values=values,
        style="primary",
    )
    back = Button(title=say(language, "announcement_parts.look"), action="announcement.open", values=values)
    return Card(
        title=say(language, "announcement_attachments.form.title"),
        blocks=(Text(text=say(language, "announcement_attachments.form.how")),),
        questions=questions(language, filled, errors),
        buttons=(saving, back),
        language=language,
        did="compose_announcement",
        outcome="refused" if errors else "answered",
    )
