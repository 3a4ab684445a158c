"""Correction (rettelse): what was sent is changed where it arrived, as it was looked at, approved where sending is."""

from dialogs import amended, announced, announcement_reports, decision_gate, former, verdicts
from dialogs.card import LANGUAGES, MOST_BUTTONS, Button, Card, Choice, Facts, Language, Question, Text, in_each
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import amendments, announcements, approvals, corrections, outbox
from storage.announcements import LONGEST_TEXT, LONGEST_TITLE, Announcement
from storage.approvals import LONGEST_REASON
from storage.correction_parts import Parts
from storage.corrections import LONGEST_WHAT, Correction, State
from storage.database import Session
from storage.obligations import OBLIGATION
from storage.outbox import Kind
from storage.programmes import Programme
from storage.refusals import Refused

#: Fields of the form, by the end of the refusal that is about them.
_FIELDS = {"title": "title", "text": "text", "what": "what", "same": "text", "decided": "text"}


def correct(session: Session, turn: Turn) -> Card:
    """The form, with what people read now in it."""
    announcement = announcements.get(session, turn.person, turn.programme.key, announced.key(turn))
    amendments.must_stand(session, turn.person, announcement)
    written = _written(session, turn, announcement)
    if written is not None:
        return _form(session, turn, announcement, written.title, written.text, written.what)
    return _form(session, turn, announcement, announcement.title, announcement.text)


def preview(session: Session, turn: Turn) -> tuple[Card, ...]:
    """Keeps the correction and shows it as it will look, with how many have the old text. Nothing is changed yet."""
    announcement = announcements.get(session, turn.person, turn.programme.key, announced.key(turn))
    title, text, what = turn.value("title"), turn.value("text"), turn.value("what")
    is_resent, written = turn.value("resend") == "yes", _written(session, turn, announcement)
    parts = corrections.parts_of(session, written, announcement) if written is not None else None
    is_begun = turn.values.get("more") is True
    try:
        must_tell_of_nothing_decided(session, turn, announcement, f"{title}\n{text}\n{what}")
        correction = corrections.propose(
            session, turn.person, announcement, title, text, what, is_resent, turn.now, parts, must_differ=not is_begun
        )
    except Refused as refused:
        field = next((field for end, field in _FIELDS.items() if refused.key.endswith(end)), "")
        if not field:
            raise
        errors = {field: say(turn.language, refused.key, **refused.values)}
        return (_form(session, turn, announcement, title, text, what, errors),)
    return shown(session, turn, announcement, correction)


def shown(session: Session, turn: Turn, announcement: Announcement, correction: Correction) -> tuple[Card, ...]:
    """The correction as it will look in each language that it is written in, then what makes it."""
    draft = Text(text=say(turn.language, "amendments.correction.draft"), style="quiet")
    parts = corrections.parts_of(session, correction, announcement)
    card = _as_corrected(session, turn.programme, announcement, correction, turn, parts=parts.without(turn.language))
    cards = [card.model_copy(update={"blocks": (draft, *card.blocks)})]
    for language in _written_in(parts, correction):
        name = announced.language_name(turn.language, language)
        note = Text(text=say(turn.language, "announcement_versions.preview", name=name), style="quiet")
        card = _as_corrected(session, turn.programme, announcement, correction, turn, language)
        cards.append(card.model_copy(update={"blocks": (note, *card.blocks)}))
    return *cards, _deciding(session, turn, announcement, correction)


def must_tell_of_nothing_decided(session: Session, turn: Turn, announcement: Announcement, text: str) -> None:
    """Raises Refused for a correction that would tell of a decision which nobody was asked about."""
    words = decision_gate.newly_spoken(session, turn, announcement, text)
    if words:
        raise Refused("refused.correction.decided", words=", ".join(f"«{word}»" for word in words[:3]))


def make(session: Session, turn: Turn) -> Card:
    """Makes the correction that was looked at, or asks for approval of it. Pressed twice, it is made once."""
    correction, announcement = corrections.get(session, turn.person, turn.programme.key, key(turn))
    turn.person.must_be(session, "leader", turn.programme.key)
    if correction.state == State.MADE:
        return _report(session, turn, announcement)
    if correction.state == State.WAITING:
        return _waits(session, turn, announcement, correction)
    corrections.must_hold(session, turn.person, correction, announcement)
    if corrections.needs_approval(session, turn.programme, turn.person, announcement):
        if corrections.ask(session, turn.person, correction, announcement):
            _ask(session, turn, announcement, correction)
        return _waits(session, turn, announcement, correction)
    _make(session, turn, announcement, correction)
    return _report(session, turn, announcement)


def look(session: Session, turn: Turn) -> Card:
    """The request again, for those who may decide it."""
    correction, announcement = corrections.get(session, turn.person, turn.programme.key, key(turn))
    if correction.state in (State.MADE, State.REJECTED):
        return _decided_before(session, turn, announcement, correction)
    read_in = next((language for language in LANGUAGES if language == turn.value("language")), None)
    return asked(session, turn, announcement, correction, turn.language, read_in=read_in)


def approve(session: Session, turn: Turn) -> Card:
    """Approves what was looked at: it is made at once, and whoever asked is told."""
    return _decide(session, turn, None)


def reject(session: Session, turn: Turn) -> Card:
    """Rejects it with a reason; what was sent stays as it is, and whoever asked is told why."""
    reason = turn.value("reason")
    try:
        return _decide(session, turn, reason)
    except Refused as refused:
        if not refused.key.endswith("_reason"):
            raise
        correction, announcement = corrections.get(session, turn.person, turn.programme.key, key(turn))
        error = say(turn.language, refused.key, **refused.values)
        return asked(session, turn, announcement, correction, turn.language, error, reason)


def asked(
    session: Session,
    turn: Turn,
    announcement: Announcement,
    correction: Correction,
    language: Language,
    error: str = "",
    reason: str = "",
    read_in: Language | None = None,
) -> Card:
    """What an approver gets: what is corrected, the announcement as it will read, and the two ways to decide."""
    writer = approvals.person(session, correction.written_by)
    card = _as_corrected(session, turn.programme, announcement, correction, turn, read_in or language)
    parts = corrections.parts_of(session, correction, announcement)
    others = [one for one in _written_in(parts, correction) if one != (read_in or language)]
    reading = [
        Button(
            title=say(language, "amendments.correction.read_in", name=announced.language_name(language, one)),
            action="announcement.correction",
            values={"correction": correction.id, "language": one},
        )
        for one in others
    ]
    had, _ = amendments.reached(session, announcement)
    facts = (
        (say(language, "approvals.asked.by"), former.name_of(writer, language)),
        (say(language, "amendments.correction.what"), correction.what),
        (say(language, "amendments.correction.old"), str(had)),
    )
    values = {"correction": correction.id}
    return Card(
        title=say(language, "amendments.correction.asked"),
        blocks=(Facts(facts=facts), Text(text=card.title, style="strong"), *card.blocks),
        questions=(verdicts.reason_question(say(language, "approvals.asked.reason"), LONGEST_REASON, reason, error),),
        buttons=(
            *verdicts.buttons(language, "announcement.correction_", "amendments.correction.approve", values),
            *reading,
        ),
        language=language,
        outcome="refused" if error else "answered",
    )


def told(announcement: Announcement, correction: Correction, name: str, language: Language) -> Card:
    """What whoever asked gets when it was decided."""
    is_made = correction.state == State.MADE
    key = "amendments.correction.told.approved" if is_made else "amendments.correction.told.rejected"
    looking = Button(
        title=say(language, "amendments.report"),
        action="announcement.report",
        values={"announcement": announcement.id},
    )
    return Card(
        title=say(language, key, name=name, title=announcement.title),
        blocks=(Text(text=correction.reason),) if correction.reason else (),
        buttons=(looking, *offers(language, "help")),
        language=language,
    )


def _form(
    session: Session,
    turn: Turn,
    announcement: Announcement,
    title: str,
    text: str,
    what: str = "",
    errors: dict[str, str] | None = None,
) -> Card:
    language, errors = turn.language, errors or {}
    _, final = amendments.reached(session, announcement)
    questions = [
        Question(
            name="what",
            label=say(language, "amendments.correction.form.what"),
            value=what,
            required=True,
            longest=LONGEST_WHAT,
            error=errors.get("what", ""),
        ),
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
    ]
    if final:
        choices = tuple(
            Choice(title=say(language, f"amendments.correction.form.resend.{one}"), value=one) for one in ("no", "yes")
        )
        label = say_many(language, "amendments.correction.form.resend", final)
        chosen = "yes" if turn.value("resend") == "yes" else "no"
        questions.append(Question(name="resend", label=label, value=chosen, choices=choices))
    values = {"announcement": announcement.id, **({"correction": key(turn)} if key(turn) else {})}
    return Card(
        title=say(language, "amendments.correction.form.title"),
        blocks=(Text(text=say(language, "amendments.correction.form.how")),),
        questions=tuple(questions),
        buttons=(
            Button(
                title=say(language, "announcements.form.preview"),
                action="announcement.correcting",
                values=values,
                style="primary",
            ),
            Button(
                title=say(language, "amendments.correction.more"),
                action="announcement.correcting",
                values=values | {"more": True},
            ),
            Button(
                title=say(language, "amendments.correction.form.leave"), action="announcement.report", values=values
            ),
        ),
        language=language,
        did="compose_announcement",
        outcome="refused" if errors else "answered",
    )


def _deciding(session: Session, turn: Turn, announcement: Announcement, correction: Correction) -> Card:
    """How many it concerns, and the button that makes it, or asks for it."""
    language = turn.language
    had, final = amendments.reached(session, announcement)
    notes = [say_many(language, "amendments.correction.had", had - final)]
    if final:
        key = "amendments.correction.email_anew" if correction.is_resent else "amendments.correction.email"
        notes.append(say_many(language, key, final))
    must_ask = corrections.needs_approval(session, turn.programme, turn.person, announcement)
    if must_ask:
        notes.append(say(language, "amendments.correction.needed"))
    parts = corrections.parts_of(session, correction, announcement)
    notes += [
        say(language, "amendments.correction.first_text", name=announced.language_name(language, one))
        for one in parts.versions
        if one not in _written_in(parts, correction)
    ]
    return Card(
        title=say(language, "amendments.correction.title"),
        blocks=tuple(Text(text=note) for note in notes),
        buttons=(
            Button(
                title=say(language, "amendments.correction.ask" if must_ask else "amendments.correction.make"),
                action="announcement.corrected",
                values={"correction": correction.id},
                style="primary",
                replaces=True,
            ),
            Button(
                title=say(language, "announcements.preview.change"),
                action="announcement.correct",
                values={"announcement": announcement.id, "correction": correction.id},
            ),
            *(
                Button(
                    title=say(language, "amendments.correction.version", name=announced.language_name(language, one)),
                    action="announcement.correct_version",
                    values={"correction": correction.id, "language": one},
                )
                for one in _may_be_written_in(session, announcement, parts)
            ),
            Button(
                title=say(language, "amendments.correction.attached"),
                action="announcement.correct_attach",
                values={"correction": correction.id},
            ),
            Button(
                title=say(language, "amendments.correction.form.leave"),
                action="announcement.report",
                values={"announcement": announcement.id},
                replaces=True,
            ),
        )[:MOST_BUTTONS],
        language=language,
        did="compose_announcement",
    )


def _written_in(parts: Parts, correction: Correction) -> list[Language]:
    """The languages that it has a version in which holds with its first text."""
    holding = parts.holding(correction.title, correction.text)
    return [language for language in LANGUAGES if language in holding]


def _may_be_written_in(session: Session, announcement: Announcement, parts: Parts) -> list[Language]:
    """What it can have a version in: as when it was written, and what was begun in the correction."""
    other = announced.other_languages(session, announcement)
    return [language for language in LANGUAGES if language in other or language in parts.versions]


def _written(session: Session, turn: Turn, announcement: Announcement) -> Correction | None:
    """The correction that was begun, where the pressed button names one of this announcement."""
    if not key(turn):
        return None
    found, of = corrections.get(session, turn.person, turn.programme.key, key(turn))
    return found if of.id == announcement.id else None


def _waits(session: Session, turn: Turn, announcement: Announcement, correction: Correction) -> Card:
    """What waits for approval, and who was asked."""
    language, writer = turn.language, approvals.person(session, correction.written_by)
    asked_of = [one for one in approvals.approvers(session, turn.programme.key, writer) if not one.is_muted]
    names = ", ".join(one.name for one in asked_of) or say(language, "approvals.waiting.nobody")
    deciding = Button(
        title=say(language, "approvals.waiting.decide"),
        action="announcement.correction",
        values={"correction": correction.id},
    )
    report = Button(
        title=say(language, "amendments.report"),
        action="announcement.report",
        values={"announcement": announcement.id},
    )
    return Card(
        title=say(language, "amendments.correction.waits"),
        blocks=(
            Facts(
                facts=(
                    (say(language, "planned.announcement"), announcement.title),
                    (say(language, "amendments.correction.what"), correction.what),
                    (say(language, "approvals.waiting.who"), names),
                )
            ),
        ),
        buttons=(*((deciding,) if writer.id != turn.person.id else ()), report),
        language=language,
        outcome="done",
    )


def _ask(session: Session, turn: Turn, announcement: Announcement, correction: Correction) -> None:
    cards = in_each(lambda language: asked(session, turn, announcement, correction, language))
    message = outbox.write(session, turn.programme.key, Kind.NOTICE, cards)
    for approver in approvals.approvers(session, turn.programme.key, turn.person):
        outbox.owe(session, approver, message, f"correction:{correction.id}:to:{approver.id}", respect_mute=True)


def _decide(session: Session, turn: Turn, reason: str | None) -> Card:
    correction, announcement = corrections.get(session, turn.person, turn.programme.key, key(turn))
    if not corrections.decide(session, turn.person, correction, announcement, reason, turn.now):
        return _decided_before(session, turn, announcement, correction)
    if reason is None:
        _make(session, turn, announcement, correction)
    cards = in_each(lambda language: told(announcement, correction, turn.person.name, language))
    message = outbox.write(session, turn.programme.key, Kind.NOTICE, cards)
    writer = approvals.person(session, correction.written_by)
    outbox.owe(session, writer, message, f"correction:{correction.id}:decided")
    return _outcome(turn, announcement, correction)


def _make(session: Session, turn: Turn, announcement: Announcement, correction: Correction) -> None:
    """Changes what was sent. It is the writer's, who must be a leader still, whoever approved it."""

    def reads(language: Language) -> Card:
        return _as_corrected(session, turn.programme, announcement, correction, turn, language)

    writer = approvals.person(session, correction.written_by)
    corrections.must_hold(session, writer, correction, announcement)
    message = outbox.write(session, turn.programme.key, Kind.CORRECTION, in_each(reads))
    resent = None
    if correction.is_resent:
        anew = in_each(lambda language: amended.anew(reads(language)))
        is_required = bool(OBLIGATION.why(session, announcement))
        resent = outbox.write(session, turn.programme.key, Kind.ANNOUNCEMENT, anew, is_required=is_required)
    corrections.make(session, writer, correction, announcement, message, resent, turn.now)


def _as_corrected(
    session: Session,
    programme: Programme,
    announcement: Announcement,
    correction: Correction,
    turn: Turn,
    language: Language | None = None,
    parts: Parts | None = None,
) -> Card:
    """The announcement as it will read."""
    changes = [*amended.corrections_of(session, announcement), (turn.now, correction.what)]
    fields = announcement.model_dump() | {"title": correction.title, "text": correction.text}
    author, language = amended.sender(session, announcement), language or turn.language
    parts, as_new = parts or corrections.parts_of(session, correction, announcement), Announcement(**fields)
    reads = announced.as_corrected(session, as_new, parts, author, programme, language)
    return amended.corrected(session, as_new, author, programme, changes, language, reads)


def _report(session: Session, turn: Turn, announcement: Announcement) -> Card:
    card = announcement_reports.report_card(session, turn, announcement)
    return card.model_copy(update={"title": say(turn.language, "amendments.correction.done"), "outcome": "done"})


def _outcome(turn: Turn, announcement: Announcement, correction: Correction) -> Card:
    is_made = correction.state == State.MADE
    key = "amendments.correction.outcome.approved" if is_made else "amendments.correction.outcome.rejected"
    return verdicts.decided(turn, say(turn.language, key, title=announcement.title))


def _decided_before(session: Session, turn: Turn, announcement: Announcement, correction: Correction) -> Card:
    """Pressed twice, or another one was first."""
    if correction.decided_by in (None, turn.person.id):
        return _outcome(turn, announcement, correction)
    name = former.name_of(approvals.person(session, correction.decided_by), turn.language)
    return verdicts.decided_before(turn, name, announcement.title, is_approved=correction.state == State.MADE)


def key(turn: Turn) -> int:
    """The correction that the pressed button is about."""
    number = turn.values.get("correction")
    return number if type(number) is int and 0 < number < 2**31 else 0
