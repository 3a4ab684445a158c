"""For input handlers: what became of an input, or of several, and why it was not taken up."""

from typing import Any

from dialogs import input_cases
from dialogs.card import Button, Card, Language, Text
from dialogs.input_cases import store_of
from dialogs.reason_form import reason_form
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import input_statuses
from storage.database import Session
from storage.input_statuses import LONGEST_REASON, SETTABLE, Status
from storage.refusals import Refused


def choose(session: Session, turn: Turn) -> Card:
    """The statuses that can be set, as buttons."""
    keys, values = input_cases.targets(session, turn)
    language = turn.language
    return Card(
        title=say(language, "input_queue.statuses.title"),
        blocks=(Text(text=say_many(language, "input_queue.statuses.how", len(keys))),),
        buttons=(
            *(_setting(language, status, values) for status in SETTABLE if status != Status.RECEIVED),
            _setting(language, Status.RECEIVED, values),
            input_cases.opening(language, values),
        ),
        language=language,
    )


def choose_one(session: Session, turn: Turn) -> Card:
    """Sets the status; for what is not taken up, asks why first."""
    keys, values = input_cases.targets(session, turn)
    status, reason = turn.value("status"), turn.value("text")
    if status == Status.NOT_TAKEN_UP and turn.values.get("with_reason") is not True:
        return _reason_form(turn, values)
    try:
        input_statuses.set_status(
            store_of(turn), session, turn.person, turn.programme.key, keys, status, reason
        )  # fmt: skip
    except Refused as refused:
        if refused.key.endswith("_reason"):
            return _reason_form(turn, values, say(turn.language, refused.key, **refused.values))
        raise
    said = say(turn.language, f"input_statuses.{status}")
    title = say_many(turn.language, "input_queue.statuses.set", len(keys), status=said)
    # The choice by status may hold others now; all of the queue is one press away.
    return input_cases.done(turn, title, values if "input" in values else {})


def _setting(language: Language, status: Status, values: dict[str, Any]) -> Button:
    return Button(
        title=say(language, f"input_statuses.{status}"),
        action="input.set_status",
        values=values | {"status": status.value},
        replaces=True,
    )


def _reason_form(turn: Turn, values: dict[str, Any], error: str = "") -> Card:
    language = turn.language
    setting = Button(
        title=say(language, "input_queue.reason.send"),
        action="input.set_status",
        values=values | {"status": Status.NOT_TAKEN_UP.value, "with_reason": True},
        style="primary",
    )
    return reason_form(
        turn,
        say(language, "input_queue.reason.title"),
        Text(text=say(language, "inputs.answer.how"), style="quiet"),
        say(language, "input_queue.reason"),
        (setting, input_cases.opening(language, values)),
        longest=LONGEST_REASON,
        name="text",
        value=turn.value("text") if error else "",
        error=error,
    )
