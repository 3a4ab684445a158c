"""Approval of the top 5: asked for when an order is set, given or refused in the chat, missed at its hour."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dialogs import former, saying_dates, top_order, verdicts
from dialogs.card import Button, Card, Items, Language, Text, in_each
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import approvals, initiatives, occurrences, outbox, people
from storage import top_approvals as approving
from storage.approvals import LONGEST_REASON, State
from storage.database import Session
from storage.initiatives import TopList
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused
from storage.top_approvals import TopApproval

#: How many of those who were asked are named.
MOST_NAMED = 5


def ask(session: Session, programme: Programme, order: TopList, now: datetime) -> TopApproval:
    """Asks everybody who may approve the order, once."""
    request, is_new = approving.ask(session, order, now)
    if is_new:
        ask_each(session, programme, order, request, approving.approvers(session, order))
    return request


def ask_each(session: Session, programme: Programme, order: TopList, request: TopApproval, those: list[Person]) -> int:
    """Owes them the request; returns to how many of them it is new."""
    cards = in_each(lambda language: asked(session, programme, order, request, language))
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards)
    return sum(
        outbox.owe(session, approver, message, f"top-approval:{request.id}:to:{approver.id}", respect_mute=True)
        for approver in those
    )


def waiting(session: Session, turn: Turn, order: TopList, request: TopApproval) -> Card:
    """What is shown to who set the order: that it waits, for whom, and when it goes out. Another one who saves the same
    order is asked to approve it."""
    language = turn.language
    if order.set_by != turn.person.id:
        return asked(session, turn.programme, order, request, language)
    others = [person.name for person in approving.approvers(session, order)]
    names = ", ".join(others[:MOST_NAMED]) + (" …" if len(others) > MOST_NAMED else "")
    return Card(
        title=say(language, "top_list.approval.waiting.title"),
        blocks=(
            _items(session, order, language),
            Text(text=say(language, "top_list.approval.waiting.text", names=names)),
            Text(text=_then(session, turn.programme, order, turn.now, language), style="quiet"),
        ),
        buttons=offers(language, "top.edit", "top.rhythm", "help"),
        language=language,
        outcome="done",
    )


def asked(
    session: Session,
    programme: Programme,
    order: TopList,
    request: TopApproval,
    language: Language,
    error: str = "",
    reason: str = "",
) -> Card:
    """What an approver gets: who set which order, when it goes out, and the two ways to decide."""
    values = {"approval": request.id}
    name = former.name_of(approvals.person(session, request.asked_by), language)
    return Card(
        title=say(language, "top_list.approval.asked.title"),
        blocks=(
            Text(text=say(language, "top_list.approval.asked.text", name=name)),
            _items(session, order, language),
            Text(text=_then(session, programme, order, request.asked_at, language), style="quiet"),
        ),
        questions=(verdicts.reason_question(say(language, "approvals.asked.reason"), LONGEST_REASON, reason, error),),
        buttons=verdicts.buttons(language, "top.", "approvals.approve", values),
        language=language,
        outcome="refused" if error else "answered",
    )


def look(session: Session, turn: Turn) -> Card:
    """The request again: to decide it, or for who set the order to see that it waits."""
    request, order = approving.seen(session, turn.person, turn.programme.key, _key(turn))
    if request.state == State.WITHDRAWN:
        raise Refused("refused.top.changed")
    if request.state != State.WAITING:
        return _decided_before(session, turn, request)
    return waiting(session, turn, order, request)


def approve(session: Session, turn: Turn) -> Card:
    """Lets the order go to everyone; whoever set it is told."""
    return _decide(session, turn, None)


def reject(session: Session, turn: Turn) -> Card:
    """Rejects the order with a reason: whoever set it is told why, and it does not go out."""
    reason = turn.value("reason")
    try:
        return _decide(session, turn, reason)
    except Refused as refused:
        if not refused.key.endswith("_reason"):
            raise
        request, order = approving.seen(session, turn.person, turn.programme.key, _key(turn))
        error = say(turn.language, refused.key, **refused.values)
        return asked(session, turn.programme, order, request, turn.language, error, reason)


def hold(session: Session, programme: Programme, order: TopList, due_at: datetime, now: datetime) -> int:
    """At its hour, unapproved: records that it was held back and tells leaders and deputies, once. An order from before
    anybody had to be asked is asked for now."""
    if not occurrences.record(session, f"top-list-held:{programme.key}", due_at):
        return 0
    request = approving.latest(session, order) or ask(session, programme, order, now)
    is_late = now - due_at > top_order.USEFUL_FOR
    cards = in_each(lambda language: held(programme, request, due_at, language, is_late=is_late))
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards)
    for role in approvals.APPROVING:
        for person in people.holders(session, programme.key, role):
            key = f"top-list-held:{programme.key}:{due_at.isoformat()}:{person.id}"
            outbox.owe(session, person, message, key, respect_mute=True)
    return 1


def held(
    programme: Programme, request: TopApproval, due_at: datetime, language: Language, *, is_late: bool = False
) -> Card:
    """What leaders and deputies are told when it did not go out. ``is_late``: nobody was awake while it was of use."""
    zone, state = ZoneInfo(programme.timezone), "rejected" if request.state == State.REJECTED else "waiting"
    said = "late" if is_late and state == "waiting" else state
    moment, until = (saying_dates.moment(language, at, zone) for at in (due_at, due_at + top_order.USEFUL_FOR))
    looking = Button(
        title=say(language, "top_list.approval.look"), action="top.approval", values={"approval": request.id}
    )
    return Card(
        title=say(language, "top_list.approval.held.title"),
        blocks=(Text(text=say(language, f"top_list.approval.held.{said}", moment=moment, until=until)),),
        buttons=(*((looking,) if state == "waiting" else ()), *offers(language, "top.edit")),
        language=language,
    )


def decision(request: TopApproval, name: str, then: str, language: Language) -> Card:
    """What whoever set the order gets when it was decided."""
    key = "approved" if request.state == State.APPROVED else "rejected"
    said = (then,) if key == "approved" else (request.reason or "",)
    return Card(
        title=say(language, f"top_list.approval.told.{key}", name=name),
        blocks=tuple(Text(text=text) for text in said if text),
        buttons=offers(language, "top.edit"),
        language=language,
    )


def _decide(session: Session, turn: Turn, reason: str | None) -> Card:
    request, order, is_new = approving.decide(session, turn.person, turn.programme.key, _key(turn), reason, turn.now)
    if not is_new:
        return _decided_before(session, turn, request)
    programme, name = turn.programme, turn.person.name
    cards = in_each(
        lambda language: decision(request, name, _then(session, programme, order, turn.now, language), language)
    )
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards)
    asking = approvals.person(session, request.asked_by)
    outbox.owe(session, asking, message, f"top-approval:{request.id}:decided:{asking.id}")
    return _outcome(session, turn, order, request)


def _outcome(session: Session, turn: Turn, order: TopList, request: TopApproval) -> Card:
    if request.state == State.REJECTED:
        return verdicts.decided(turn, say(turn.language, "top_list.approval.done.rejected"))
    then = _then(session, turn.programme, order, turn.now, turn.language)
    return verdicts.decided(turn, f"{say(turn.language, 'top_list.approval.done.approved')} {then}")


def _decided_before(session: Session, turn: Turn, request: TopApproval) -> Card:
    """Pressed twice, or another one was first."""
    is_approved = request.state == State.APPROVED
    if request.decided_by == turn.person.id:
        return verdicts.decided(
            turn, say(turn.language, f"top_list.approval.done.{'approved' if is_approved else 'rejected'}")
        )
    name = former.name_of(approvals.person(session, request.decided_by), turn.language)
    title = say(turn.language, "top_list.approval.name")
    return verdicts.decided_before(turn, name, title, is_approved=is_approved)


def _then(session: Session, programme: Programme, order: TopList, now: datetime, language: Language) -> str:
    """When it goes to everyone: of one that waits, once it is approved."""
    at, key = top_order.goes_at(session, programme, order, now), "top_list.approval.then"
    if not approving.is_needed(session, programme, order):
        key = "top_list.approval.goes"
    if at is None:
        return say(language, f"{key}.never")
    if at == now:
        return say(language, f"{key}.now")
    return say(language, key, moment=saying_dates.moment(language, at, ZoneInfo(programme.timezone)))


def _items(session: Session, order: TopList, language: Language) -> Items:
    titles = {row.key: told(row.title, language) for row in initiatives.every(session, order.programme_key)}
    return Items(
        items=tuple((titles[key], order.whys.get(key, "")) for key in order.initiative_keys if key in titles),
        numbered=True,
    )


def _key(turn: Turn) -> int:
    number = turn.values.get("approval")
    return number if type(number) is int and 0 < number < 2**31 else 0
