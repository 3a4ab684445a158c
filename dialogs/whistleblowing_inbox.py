"""For those who take whistleblowing notifications: reading and answering what was handed over to them, and asking its
writer more; and the button by which an input handler hands one over."""

import secrets

from dialogs.card import Button, Card, Items, Language, Question, Text
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import whistleblowing
from storage.anonymous_input import LONGEST, InputStore, Opened
from storage.database import Session
from storage.input_conversation import LONGEST_MESSAGE, Said
from storage.refusals import Refused

#: How many notifications one card shows, and how much of each.
MOST_READ = 4
LONGEST_LISTED = 500
#: How many of the messages after it.
MOST_SAID = 6
_MENDED = ("refused.input.empty_answer", "refused.input.empty", "refused.input.long", "refused.reply.long")


def offer(session: Session, turn: Turn, key: str) -> tuple[Button, ...]:
    """For input handlers: the button that hands an input over; none where nobody takes notifications."""
    if not whistleblowing.channel(session, turn.programme).takes:
        return ()
    title = say(turn.language, "whistleblowing.button.give")
    return (Button(title=title, action="input.hand_over", values={"input": key}, replaces=True),)


def hand_over(session: Session, turn: Turn) -> Card:
    """For input handlers: gives an input to those who take notifications, and reads it no more."""
    whistleblowing.hand_over(_inputs(turn), session, turn.person, turn.programme, turn.value("input"))
    return Card(
        title=say(turn.language, "whistleblowing.given.title"),
        blocks=(Text(text=say(turn.language, "whistleblowing.given.text")),),
        buttons=offers(turn.language, "input.read", "help"),
        language=turn.language,
        outcome="done",
    )


def read(session: Session, turn: Turn) -> Card:
    """For recipients: the notifications, a few at a time, those without an answer first."""
    rows = whistleblowing.read(_inputs(turn), session, turn.person, turn.programme.key)
    start = turn.values.get("start")
    start = start if type(start) is int and 0 <= start < len(rows) else 0
    shown = rows[start : start + MOST_READ]
    listed = Items(items=tuple(_listed(turn.language, row) for row in shown))
    following = start + MOST_READ
    return Card(
        title=say_many(turn.language, "whistleblowing.read.title", len(rows)),
        blocks=(
            listed if shown else Text(text=say(turn.language, "whistleblowing.read.none")),
            Text(text=say(turn.language, "whistleblowing.read.duty"), style="quiet"),
        ),
        buttons=(
            *(_answering(turn.language, place, row) for place, row in enumerate(shown, start=1)),
            *((_next(turn.language, following),) if following < len(rows) else ()),
            *offers(turn.language, "help"),
        ),
        language=turn.language,
    )


def write_answer(session: Session, turn: Turn) -> Card:
    """For recipients: the whole notification with what was written after it, and the form for an answer."""
    return _answer_form(turn, *_opened(session, turn))


def answer(session: Session, turn: Turn) -> Card:
    """For recipients: stores the answer, or a message, for the holder of the receipt."""
    key, text, form = turn.value("input"), turn.value("text"), turn.value("form")
    is_message = turn.values.get("to") == "conversation"
    opened, said = _opened(session, turn)
    try:
        if is_message:
            whistleblowing.say(_inputs(turn), session, turn.person, turn.programme.key, key, text, form)
        else:
            whistleblowing.answer(_inputs(turn), session, turn.person, turn.programme.key, key, text)
    except Refused as refused:
        if refused.key in _MENDED:
            return _answer_form(turn, opened, said, say(turn.language, refused.key, **refused.values))
        raise
    return Card(
        title=say(turn.language, "input_queue.said" if is_message else "whistleblowing.answered.title"),
        buttons=offers(turn.language, "whistleblowing.read", "help"),
        language=turn.language,
        outcome="done",
    )


def _inputs(turn: Turn) -> InputStore:
    assert turn.inputs is not None, "the composition root gives every turn the inputs' store"
    return turn.inputs


def _opened(session: Session, turn: Turn) -> tuple[Opened, list[Said]]:
    rows = whistleblowing.read(_inputs(turn), session, turn.person, turn.programme.key)
    found = next((row for row in rows if row.key == turn.value("input")), None)
    if found is None:
        raise Refused("refused.notification.unknown")
    said = whistleblowing.conversation(_inputs(turn), session, turn.person, turn.programme.key, found.key)
    return found, said


def _listed(language: Language, row: Opened) -> tuple[str, str]:
    text = row.text if len(row.text) <= LONGEST_LISTED else row.text[: LONGEST_LISTED - 1].rstrip() + "…"
    year, _, week = row.week.partition("-W")
    about = say(language, "inputs.week", week=int(week), year=year)
    return about, f"{text} ({say(language, 'inputs.read.answered')})" if row.answer else text


def _answering(language: Language, place: int, row: Opened) -> Button:
    title = say(language, "whistleblowing.read.answer", place=place)
    return Button(title=title, action="whistleblowing.answer", values={"input": row.key})


def _next(language: Language, start: int) -> Button:
    return Button(title=say(language, "inputs.read.next"), action="whistleblowing.read", values={"start": start})


def _answer_form(turn: Turn, opened: Opened, said: list[Said], error: str = "") -> Card:
    language = turn.language
    question = Question(
        name="text",
        label=say(language, "inputs.answer.text"),
        value=turn.value("text") if error else "",
        required=True,
        lines=5,
        longest=LONGEST if opened.answer is None else LONGEST_MESSAGE,
        error=error,
    )
    values = {"input": opened.key, "form": (turn.value("form") if error else "") or secrets.token_hex(8)}
    names = {True: say(language, "whistleblowing.writer"), False: say(language, "whistleblowing.recipient")}
    written = [(say(language, "input_queue.fact.answer"), opened.answer)] if opened.answer else []
    written += [(names[one.is_writers], one.text) for one in said[-MOST_SAID:]]
    return Card(
        title=say(language, "whistleblowing.answer.title"),
        blocks=(
            Text(text=opened.text),
            *((Items(items=tuple(written)),) if written else ()),
            Text(text=say(language, "whistleblowing.answer.how"), style="quiet"),
        ),
        questions=(question,),
        buttons=(
            Button(
                title=say(language, "inputs.answer.send"),
                action="whistleblowing.answered",
                values=values,
                style="primary",
            ),
            Button(
                title=say(language, "input_queue.say"),
                action="whistleblowing.answered",
                values=values | {"to": "conversation"},
            ),
            *offers(language, "whistleblowing.read"),
        ),
        language=language,
        outcome="refused" if error else "answered",
    )
