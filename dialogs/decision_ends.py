"""Ending a decision that will not be decided: withdrawn where it was begun by mistake, else closed; with a reason."""

from datetime import datetime
from zoneinfo import ZoneInfo

from dialogs import former, saying_dates
from dialogs.card import Button, Card, Language, Text, in_each
from dialogs.decisions import field, key, said, shown
from dialogs.offers import offer
from dialogs.turn import Turn
from dialogs.words import say
from storage import decision_ends, decision_steps, decisions, outbox, people
from storage.database import Session
from storage.decisions import LONGEST_TEXT, Decision, End, WrongField
from storage.outbox import Kind, Message
from storage.programmes import Programme


def ask(session: Session, turn: Turn) -> Card:
    """The form for why. Nothing is ended yet."""
    turn.person.must_be(session, "leader", turn.programme.key)
    decision = decisions.get_open(session, turn.person, turn.programme.key, key(turn))
    return _form(session, turn, decision, {})


def end(session: Session, turn: Turn) -> Card:
    """Ends it; pressed twice, it shows the same. Those whom it concerns are told."""
    ending = decision_ends.withdraw if turn.value("how") == End.WITHDRAWN else decision_ends.close
    try:
        decision, is_new = ending(session, turn.person, turn.programme.key, key(turn), turn.value("reason"), turn.now)
    except WrongField as wrong:
        decision = decisions.get_open(session, turn.person, turn.programme.key, key(turn))
        return _form(session, turn, decision, {wrong.field: said(turn, wrong)})
    if is_new:
        decision_ends.take_back(session, decision, _message(session, turn.programme, decision))
        _tell(session, turn, decision)
    return shown(session, turn, decision).model_copy(update={"outcome": "done"})


def queue_taken_back(session: Session, programme: Programme, now: datetime) -> int:
    """Takes back what was on the wire when its decision was ended; returns how much."""
    those = decision_ends.unsettled(session, programme.key)
    return sum(decision_ends.take_back(session, one, _message(session, programme, one)) for one in those)


def told(session: Session, programme: Programme, decision: Decision, language: Language) -> Card:
    """What stands where somebody was asked, and what those get whom it concerns."""
    assert decision.ended_at is not None
    name = former.name_of(decisions.person(session, decision.ended_by), language)
    moment = saying_dates.moment(language, decision.ended_at, ZoneInfo(programme.timezone))
    return Card(
        title=say(language, f"decisions.ended.{decision.ended}.title", title=decision.title),
        blocks=(
            Text(text=say(language, f"decisions.ended.{decision.ended}.text", name=name, moment=moment)),
            Text(text=say(language, "decisions.ended.reason", reason=decision.ended_why)),
            Text(text=programme.name, style="quiet"),
        ),
        buttons=(
            Button(title=say(language, "decisions.open"), action="decision.open", values={"decision": decision.id}),
        ),
        language=language,
    )


def _message(session: Session, programme: Programme, decision: Decision) -> Message:
    cards = in_each(lambda language: told(session, programme, decision, language))
    return outbox.standing(session, programme.key, Kind.RECALL, f"decision:{decision.id}:ended", cards)


def _tell(session: Session, turn: Turn, decision: Decision) -> None:
    """Who made the record is told, and the employees' side where it was closed: they may have confirmed it."""
    concerned = dict.fromkeys(decision_steps.recorders(session, decision))
    if decision.ended == End.CLOSED:
        holders = people.holders(session, turn.programme.key, "employee_representative")
        concerned |= dict.fromkeys(one.identity for one in holders)
    cards = in_each(lambda language: told(session, turn.programme, decision, language))
    message = outbox.write(session, turn.programme.key, Kind.NOTICE, cards)
    for number in concerned:
        if number != turn.person.id:
            outbox.owe(session, decisions.person(session, number), message, f"decision:{decision.id}:ended:to:{number}")


def _form(session: Session, turn: Turn, decision: Decision, errors: dict[str, str]) -> Card:
    language = turn.language
    how = End.WITHDRAWN if decision_ends.may_withdraw(session, turn.person, decision) else End.CLOSED
    return Card(
        title=say(language, f"decisions.end.{how}.title", title=decision.title),
        blocks=(Text(text=say(language, f"decisions.end.{how}.what")),),
        questions=(field(turn, "reason", "decisions.end.reason", "", errors, LONGEST_TEXT, 2),),
        buttons=(
            Button(
                title=say(language, f"decisions.end.{how}"),
                action="decision.ended",
                values={"decision": decision.id, "how": how},
                style="destructive",
                replaces=True,
            ),
            Button(title=say(language, "decisions.back"), action="decision.open", values={"decision": decision.id}),
            offer(language, "decision.list"),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )
