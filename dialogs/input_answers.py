"""For input handlers: the answer that the writers of an input and of its duplicates read, and the conversation with one
of them."""

import secrets

from dialogs import input_cases
from dialogs.card import Block, Button, Card, Items, Language, Question, Text
from dialogs.input_cases import excerpt, store_of
from dialogs.turn import Turn
from dialogs.words import say
from storage import input_answers, input_conversation
from storage.anonymous_input import LONGEST
from storage.database import Session
from storage.input_conversation import LONGEST_MESSAGE, Said
from storage.input_queue import Case
from storage.refusals import Refused

#: How many messages one card shows.
MOST_SHOWN = 4
_MENDED = ("refused.input.empty_answer", "refused.input.empty", "refused.input.long", "refused.reply.long")


def write(session: Session, turn: Turn) -> Card:
    """The input and its conversation, and the form for an answer."""
    case, said = input_cases.one(session, turn)
    return _form(turn, case, said)


def answer(session: Session, turn: Turn) -> Card:
    """Stores the answer for whoever holds a receipt of it, or a message for the holder of this one."""
    case, said = input_cases.one(session, turn)
    is_message = turn.values.get("to") == "conversation"
    try:
        (_say if is_message else _answer)(session, turn, case)
    except Refused as refused:
        if refused.key in _MENDED:
            return _form(turn, case, said, say(turn.language, refused.key, **refused.values))
        raise
    key = "input_queue.said" if is_message else "inputs.answered.title"
    return input_cases.done(turn, say(turn.language, key), {"input": case.input.key})


def _answer(session: Session, turn: Turn, case: Case) -> None:
    text, key = turn.value("text"), case.input.key
    input_answers.answer(store_of(turn), session, turn.person, turn.programme, key, text, turn.today)


def _say(session: Session, turn: Turn, case: Case) -> None:
    text, form = turn.value("text"), turn.value("form")
    input_conversation.say(
        store_of(turn), session, turn.person, turn.programme.key, case.input.key, text, form
    )  # fmt: skip


def _form(turn: Turn, case: Case, said: list[Said], error: str = "") -> Card:
    language = turn.language
    values = {"input": case.input.key, "form": turn.value("form") if error else secrets.token_hex(8)}
    question = Question(
        name="text",
        label=say(language, "inputs.answer.text"),
        value=turn.value("text") if error else "",
        required=True,
        lines=5,
        longest=LONGEST if case.standing.answer is None else LONGEST_MESSAGE,
        error=error,
    )
    # A merged input's answer is that of the one it goes with.
    can_answer = case.standing.into is None
    return Card(
        title=say(language, "inputs.answer.title"),
        blocks=(*_read(turn, case, said), Text(text=say(language, "inputs.answer.how"), style="quiet")),
        questions=(question,),
        buttons=(
            *((_sending(language, "inputs.answer.send", values),) if can_answer else ()),
            _sending(language, "input_queue.say", values | {"to": "conversation"}),
            *_older(turn, case, said),
            input_cases.opening(language, values),
        ),
        language=language,
        outcome="refused" if error else "answered",
    )


def _read(turn: Turn, case: Case, said: list[Said]) -> tuple[Block, ...]:
    """The whole input; where a conversation follows it, its beginning, and the last of that."""
    language, end = turn.language, _end(turn, said)
    if not said:
        return (Text(text=case.input.text), *_answered(language, case))
    shown = said[max(0, end - MOST_SHOWN) : end]
    names = {True: say(language, "input_queue.writer"), False: say(language, "input_queue.handler")}
    return (
        Text(text=excerpt(case.input.text)),
        *_answered(language, case),
        Items(items=tuple((names[one.is_writers], one.text) for one in shown)),
    )


def _answered(language: Language, case: Case) -> tuple[Block, ...]:
    if case.standing.answer is None:
        return ()
    label = say(language, "input_queue.fact.answer")
    return (Items(items=((label, excerpt(case.standing.answer)),)),)


def _older(turn: Turn, case: Case, said: list[Said]) -> tuple[Button, ...]:
    end = _end(turn, said) - MOST_SHOWN
    if end <= 0:
        return ()
    values = {"input": case.input.key, "end": end}
    return (Button(title=say(turn.language, "input_queue.older"), action="input.answer", values=values),)


def _end(turn: Turn, said: list[Said]) -> int:
    end = turn.values.get("end")
    return end if type(end) is int and 0 < end <= len(said) else len(said)


def _sending(language: Language, key: str, values: dict[str, str]) -> Button:
    style = "default" if "to" in values else "primary"
    return Button(title=say(language, key), action="input.answered", values=values, style=style)
