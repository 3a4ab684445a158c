"""Recall (tilbakekall): a leader takes back what was sent, with a reason; it is hidden wherever it can be."""

from dialogs import amended, announced, announcement_reports, verdicts
from dialogs.card import Button, Card, Language, Text, in_each
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import amendments, announcements, approvals, outbox
from storage.amendments import LONGEST_REASON
from storage.announcements import Announcement
from storage.database import Session
from storage.outbox import Kind
from storage.refusals import Refused


def ask(session: Session, turn: Turn) -> Card:
    """What will happen, and the field for why. Nothing is done yet; what is recalled already is shown as that."""
    announcement = _get(session, turn)
    if announcement.recalled_at is not None:
        return announcement_reports.report_card(session, turn, announcement)
    amendments.must_stand(session, turn.person, announcement)
    return _form(session, turn, announcement)


def recall(session: Session, turn: Turn) -> Card:
    """Takes it back, and tells those who sent and approved it. Pressed twice, and by two at once, the first counts."""
    announcement, reason = _get(session, turn), turn.value("reason")
    if announcement.recalled_at is not None:
        card = announcement_reports.report_card(session, turn, announcement)
        return card.model_copy(update={"outcome": "done"})
    amendments.must_stand(session, turn.person, announcement)
    try:
        amendments.check_reason(reason)
    except Refused as refused:
        return _form(session, turn, announcement, reason, say(turn.language, refused.key, **refused.values))
    cards = in_each(
        lambda language: amended.withdrawn(announcement, turn.programme, turn.person.name, reason, turn.now, language)
    )
    message = outbox.write(session, turn.programme.key, Kind.RECALL, cards)
    amendments.recall(session, turn.person, announcement, reason, message, turn.now)
    _tell(session, turn, announcement, reason)
    card = announcement_reports.report_card(session, turn, announcement)
    return card.model_copy(update={"title": say(turn.language, "amendments.recall.done"), "outcome": "done"})


def notice(announcement: Announcement, name: str, reason: str, language: Language) -> Card:
    """What those get who sent or approved it."""
    looking = Button(
        title=say(language, "amendments.report"),
        action="announcement.report",
        values={"announcement": announcement.id},
    )
    return Card(
        title=say(language, "amendments.recall.told", name=name, title=announcement.title),
        blocks=(Text(text=say(language, "amendments.withdrawn.reason", reason=reason)),),
        buttons=(looking, *offers(language, "help")),
        language=language,
    )


def _form(session: Session, turn: Turn, announcement: Announcement, reason: str = "", error: str = "") -> Card:
    language = turn.language
    had, final = amendments.reached(session, announcement)
    notes = [say(language, "amendments.recall.what"), say_many(language, "amendments.recall.had", had)]
    if final:
        notes.append(say_many(language, "amendments.recall.email", final))
    values = {"announcement": announcement.id}
    return Card(
        title=say(language, "amendments.recall.title", title=announcement.title),
        blocks=tuple(Text(text=note) for note in notes),
        questions=(
            verdicts.reason_question(
                say(language, "amendments.recall.reason"), LONGEST_REASON, reason, error, is_required=True
            ),
        ),
        buttons=(
            Button(
                title=say(language, "amendments.recall.confirm"),
                action="announcement.recalled",
                values=values,
                style="destructive",
                replaces=True,
            ),
            Button(
                title=say(language, "amendments.recall.keep"),
                action="announcement.report",
                values=values,
                replaces=True,
            ),
        ),
        language=language,
        outcome="refused" if error else "answered",
    )


def _tell(session: Session, turn: Turn, announcement: Announcement, reason: str) -> None:
    """Tells who wrote, sent and approved it, but whoever takes it back."""
    name = turn.person.name
    cards = in_each(lambda language: notice(announcement, name, reason, language))
    message = outbox.write(session, turn.programme.key, Kind.NOTICE, cards)
    concerned = (announcement.author_id, announcement.sender_id, *approvals.deciders(session, announcement))
    for key in dict.fromkeys(concerned):
        if key is not None and key != turn.person.id:
            outbox.owe(session, approvals.person(session, key), message, f"recall:{announcement.id}:told:{key}")


def _get(session: Session, turn: Turn) -> Announcement:
    return announcements.get(session, turn.person, turn.programme.key, announced.key(turn))
