"""One input, or those that a handler chose, as the cards about them name and pass them on."""

from dataclasses import asdict
from hashlib import blake2b
from typing import Any

from dialogs.card import Button, Card, Language
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import input_queue
from storage.anonymous_input import InputStore
from storage.database import Session
from storage.input_conversation import Said
from storage.input_queue import Case, Only
from storage.refusals import Refused

#: How much of a text a list shows.
LONGEST_LISTED = 500


def store_of(turn: Turn) -> InputStore:
    assert turn.inputs is not None, "the composition root gives every turn the inputs' store"
    return turn.inputs


def one(session: Session, turn: Turn) -> tuple[Case, list[Said]]:
    """The input that the button names, with its conversation: for its handlers only."""
    return input_queue.get(store_of(turn), session, turn.person, turn.programme.key, turn.value("input"))


def only(turn: Turn) -> Only:
    """The choice that is passed from card to card."""
    return Only(*(turn.value(f"only_{name}") for name in ("topic", "theme", "status")))


def passed_on(chosen: Only) -> dict[str, Any]:
    """The choice as a button's values."""
    return {f"only_{name}": value for name, value in asdict(chosen).items() if value}


def targets(session: Session, turn: Turn) -> tuple[list[str], dict[str, Any]]:
    """What an action is about, and the values that name it again: one input, or all that were looked at together.

    Raises Refused where others are chosen by the same words now: nobody acts on what they have not seen.
    """
    if turn.value("input"):
        case, _ = one(session, turn)
        return [case.input.key], {"input": case.input.key}
    cases = input_queue.queue(store_of(turn), session, turn.person, turn.programme.key, only(turn))
    keys = [case.input.key for case in cases]
    if not keys or turn.value("seen") != seen(keys):
        raise Refused("refused.input.queue_changed")
    return keys, passed_on(only(turn)) | {"seen": seen(keys)}


def seen(keys: list[str]) -> str:
    """Tells one choice of inputs from another one."""
    return blake2b("\n".join(sorted(keys)).encode(), digest_size=8).hexdigest()


def about(language: Language, case: Case) -> str:
    """What it is about and from which week."""
    year, _, week = case.input.week.partition("-W")
    said = say(language, "inputs.week", week=int(week), year=year)
    return f"{say(language, f'inputs.topic.{case.input.topic}')}, {said}"


def excerpt(text: str, longest: int = LONGEST_LISTED) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def opening(language: Language, values: dict[str, Any]) -> Button:
    """The way back: to the input, or to what was chosen of the queue."""
    if "input" in values:
        return Button(title=say(language, "input_queue.back"), action="input.open", values={"input": values["input"]})
    return Button(title=say(language, "input_queue.back_to_queue"), action="input.read", values=values)


def done(turn: Turn, title: str, values: dict[str, Any]) -> Card:
    """What was done, without a word of the input: what says that something is done is kept for an hour with the turn,
    in the main database."""
    return Card(
        title=title,
        buttons=(opening(turn.language, values), *offers(turn.language, "input.read")),
        language=turn.language,
        outcome="done",
    )
