"""Approval of what goes to everyone: asked for, given, or refused with a reason."""

from zoneinfo import ZoneInfo

from dialogs import announced, decision_gate, former, moments, planned, progress, quiet_notes, risk_gate, verdicts
from dialogs.card import LANGUAGES, Button, Card, Facts, Language, Text, in_each
from dialogs.offers import offers
from dialogs.turn import Afterwards, Shown, Turn
from dialogs.words import say
from storage import announcement_versions as versions
from storage import approvals, audiences, broadcasts, outbox, people
from storage import planned as waiting
from storage.announcements import Announcement
from storage.approvals import LONGEST_REASON, Approval, State
from storage.database import Session
from storage.decisions import NotReady
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.risk_reviews import NotReviewed


def ask_approval(session: Session, turn: Turn, announcement: Announcement) -> None:
    """Asks everybody who may approve, once for each version and moment."""
    request, is_new = approvals.ask(session, turn.person, announcement, announcement.send_at, turn.now)
    if not is_new:
        return
    ask_each(
        session, turn.programme, announcement, request, approvals.approvers(session, turn.programme.key, turn.person)
    )


def ask_each(
    session: Session, programme: Programme, announcement: Announcement, request: Approval, those: list[Person]
) -> int:
    """Owes them the request; returns to how many of them it is new."""
    people_now = None
    if not audiences.is_large(session, programme.key):
        people_now = _people(session, programme, request)
    cards = in_each(lambda language: asked(session, programme, announcement, request, language, people_now))
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards)
    return sum(
        outbox.owe(session, approver, message, f"approval:{request.id}:to:{approver.id}", respect_mute=True)
        for approver in those
    )


def asked(
    session: Session,
    programme: Programme,
    announcement: Announcement,
    request: Approval,
    language: Language,
    people_now: int | None,
    error: str = "",
    reason: str = "",
    read_in: Language | None = None,
) -> Card:
    """What an approver gets: the announcement as it will look, when it goes out, and the two ways to decide.
    ``people_now`` None: so many that somebody who writes would have to wait for their number. ``read_in`` is the
    language to see it in, where that is another than the approver's."""
    sender = approvals.person(session, request.asked_by)
    to = say(language, "audiences.everyone", programme=programme.name)
    if people_now is not None:
        to = planned.everyone(language, people_now)
    facts = (
        (say(language, "approvals.asked.by"), former.name_of(sender, language)),
        (say(language, "planned.at"), _when(language, programme, request)),
        (say(language, "planned.to"), to),
    )
    as_sent = announced.as_sent(session, announcement, sender.name, programme, read_in or language)
    values, approving = {"approval": request.id}, "approvals.approve" if request.send_at else "approvals.approve_now"
    return Card(
        title=say(language, "approvals.asked.title"),
        blocks=(
            Facts(facts=facts),
            *quiet_notes.notes(session, programme, announcement, request.send_at, request.asked_at, language),
            Text(text=as_sent.title, style="strong"),
            *as_sent.blocks,
        ),
        questions=(verdicts.reason_question(say(language, "approvals.asked.reason"), LONGEST_REASON, reason, error),),
        buttons=(
            *verdicts.buttons(language, "announcement.", approving, values),
            *_other_versions(session, announcement, request, language, read_in or language),
        ),
        language=language,
        outcome="refused" if error else "answered",
    )


def look(session: Session, turn: Turn) -> Shown:
    """The request again, for those who may decide it."""
    request, announcement = approvals.seen(session, turn.person, turn.programme.key, _key(turn))
    if request.state in (State.APPROVED, State.REJECTED):
        return _decided_before(session, turn, announcement, request)
    read_in = next((language for language in LANGUAGES if language == turn.value("language")), None)
    return _asked_afterwards(turn, announcement, request, read_in=read_in)


def approve(session: Session, turn: Turn) -> Card:
    """Approves what was looked at. It goes out now, or at its time; whoever asked is told."""
    try:
        request, announcement, is_new = approvals.decide(
            session, turn.person, turn.programme.key, _key(turn), None, turn.now
        )
    except NotReady as not_ready:
        request, announcement = approvals.seen(session, turn.person, turn.programme.key, _key(turn))
        return _held(session, turn, request, announcement, decision_gate.held(session, turn, announcement, not_ready))
    except NotReviewed as left:
        request, announcement = approvals.seen(session, turn.person, turn.programme.key, _key(turn))
        return _held(session, turn, request, announcement, risk_gate.held(session, turn, announcement, left))
    if not is_new:
        return _decided_before(session, turn, announcement, request)
    if request.send_at is None:
        sender = approvals.person(session, request.asked_by)
        if "leader" not in people.roles(session, sender, turn.programme.key):
            raise Refused("planned.held.role")
        announced.owe(session, turn.programme, sender, announcement, request.version, turn.now, None)
        progress.begin(session, sender, announcement)
    _tell(session, turn, announcement, request)
    return _outcome(turn, announcement, request)


def _held(session: Session, turn: Turn, request: Approval, announcement: Announcement, card: Card) -> Card:
    """Why it cannot be approved yet: whoever asked is told once, as it is theirs to send."""
    cards = in_each(lambda language: stopped(session, announcement, turn.person.name, language))
    key = f"approval:{request.id}:held"
    message = outbox.standing(session, turn.programme.key, outbox.Kind.NOTICE, key, cards)
    for one in dict.fromkeys((request.asked_by, announcement.author_id)):
        if one != turn.person.id:
            outbox.owe(session, approvals.person(session, one), message, f"{key}:to:{one}")
    senders = Text(text=say(turn.language, "decision_gate.kept"), style="quiet")
    approvers = Text(text=say(turn.language, "approvals.held.kept"), style="quiet")
    return card.model_copy(update={"blocks": tuple(approvers if one == senders else one for one in card.blocks)})


def stopped(session: Session, announcement: Announcement, name: str, language: Language) -> Card:
    """What whoever asked gets when it could not be approved, because of what it tells of."""
    looking = Button(
        title=say(language, "planned.open"), action="announcement.open", values={"announcement": announcement.id}
    )
    return Card(
        title=say(language, "approvals.held.title"),
        blocks=(
            Text(text=say(language, "approvals.held.what", name=name, title=announcement.title)),
            Text(text=decision_gate.reason(session, announcement, language)),
        ),
        buttons=(looking, *offers(language, "announcement.mine")),
        language=language,
    )


def reject(session: Session, turn: Turn) -> Shown:
    """Rejects it with a reason: it is a draft again, and whoever asked is told why."""
    reason = turn.value("reason")
    try:
        request, announcement, is_new = approvals.decide(
            session, turn.person, turn.programme.key, _key(turn), reason, turn.now
        )
    except Refused as refused:
        if not refused.key.endswith("_reason"):
            raise
        request, announcement = approvals.seen(session, turn.person, turn.programme.key, _key(turn))
        error = say(turn.language, refused.key, **refused.values)
        return _asked_afterwards(turn, announcement, request, error, reason)
    if not is_new:
        return _decided_before(session, turn, announcement, request)
    _tell(session, turn, announcement, request)
    waiting.hold_back(session, announcement)
    return _outcome(turn, announcement, request)


def decision(
    programme: Programme, announcement: Announcement, request: Approval, name: str, language: Language
) -> Card:
    """What whoever asked gets when it was decided."""
    is_approved = request.state == State.APPROVED
    key = "approvals.told.rejected" if not is_approved else "approvals.told.approved"
    blocks = [Text(text=say(language, key, name=name, title=announcement.title))]
    if is_approved and request.send_at is not None:
        when = _when(language, programme, request)
        blocks.append(Text(text=f"{say(language, 'planned.at')}: {when}", style="quiet"))
    if request.reason:
        blocks.append(Text(text=request.reason))
    looking = Button(
        title=say(language, "approvals.look" if is_approved else "planned.open"),
        action="announcement.open",
        values={"announcement": announcement.id},
    )
    return Card(
        title=say(language, f"{key}.title"),
        blocks=tuple(blocks),
        buttons=(looking,),
        language=language,
    )


def _asked_afterwards(
    turn: Turn,
    announcement: Announcement,
    request: Approval,
    error: str = "",
    reason: str = "",
    read_in: Language | None = None,
) -> Afterwards:
    def draw(reading: Session) -> Card:
        people_now = _people(reading, turn.programme, request)
        return asked(reading, turn.programme, announcement, request, turn.language, people_now, error, reason, read_in)

    return Afterwards(draw)


def _people(session: Session, programme: Programme, request: Approval) -> int:
    """How many it was for when it was asked for."""
    return broadcasts.audience(session, programme.key, request.asked_at)


def _other_versions(
    session: Session, announcement: Announcement, request: Approval, language: Language, read_in: Language
) -> tuple[Button, ...]:
    """What it says to those who have another language, where that differs from what is shown."""
    shown, buttons = versions.said(session, announcement, read_in), []
    for other in LANGUAGES:
        if other != read_in and versions.said(session, announcement, other) != shown:
            title = say(language, "announcement_versions.read", name=announced.language_name(language, other))
            values = {"approval": request.id, "language": other}
            buttons.append(Button(title=title, action="announcement.approval", values=values))
    return tuple(buttons)


def _tell(session: Session, turn: Turn, announcement: Announcement, request: Approval) -> None:
    cards = in_each(lambda language: decision(turn.programme, announcement, request, turn.person.name, language))
    message = outbox.write(session, turn.programme.key, outbox.Kind.NOTICE, cards)
    for key in dict.fromkeys((request.asked_by, announcement.author_id)):
        if key != turn.person.id:
            outbox.owe(session, approvals.person(session, key), message, f"approval:{request.id}:decided:{key}")


def _outcome(turn: Turn, announcement: Announcement, request: Approval) -> Card:
    is_approved = request.state == State.APPROVED
    when = _when(turn.language, turn.programme, request)
    said = say(turn.language, "approvals.done.approved", title=announcement.title, moment=when)
    if request.send_at is None:
        said = say(turn.language, "approvals.done.approved_now", title=announcement.title)
    if not is_approved:
        said = say(turn.language, "approvals.done.rejected", title=announcement.title)
    return verdicts.decided(turn, said)


def _decided_before(session: Session, turn: Turn, announcement: Announcement, request: Approval) -> Card:
    """Pressed twice, or another one was first."""
    if request.decided_by == turn.person.id:
        return _outcome(turn, announcement, request)
    name = former.name_of(approvals.person(session, request.decided_by), turn.language)
    return verdicts.decided_before(turn, name, announcement.title, is_approved=request.state == State.APPROVED)


def _when(language: Language, programme: Programme, request: Approval) -> str:
    if request.send_at is None:
        return say(language, "approvals.at_once")
    return moments.said(language, request.send_at, ZoneInfo(programme.timezone))


def _key(turn: Turn) -> int:
    number = turn.values.get("approval")
    return number if type(number) is int and 0 < number < 2**31 else 0
