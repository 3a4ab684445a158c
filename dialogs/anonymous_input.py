"""Anonymous input: the form, its receipt, what happens to inputs, and the handlers' reading and answering.

``send`` gets a store and an Asked, and nothing of who is asking: no person, no conversation, no moment.
"""

import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dialogs import input_check, whistleblowing, whistleblowing_inbox
from dialogs.card import Button, Card, Choice, Facts, Items, Language, Question, Text
from dialogs.offers import offers, with_role
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import anonymous_input, programmes
from storage.anonymous_input import LONGEST, TOPICS, About, InputStore, Opened
from storage.database import Session
from storage.refusals import Refused
from storage.whistleblowing import Channel
from storage.whistleblowing import channel as whistleblowing_channel

#: How many inputs one card shows a handler, and how much of each.
MOST_READ = 4
LONGEST_LISTED = 500
#: Where the pages without a login are, to send an input and to read its answer.
FORM, ANSWERS = "/innspill", "/innspill/svar"


@dataclass(frozen=True)
class Asked:
    """What is known when an input is sent: the form, the language, the programme and the day. Not who."""

    programme_key: str
    language: Language
    today: date
    values: dict[str, Any] = field(default_factory=dict)
    #: Where browsers reach the bot; empty where nobody told.
    public_url: str = ""
    #: Where the programme's notifications go.
    channel: Channel = field(default_factory=Channel)


def submit(session: Session, turn: Turn) -> Card:
    """The form, with what was written in chat already in it. Nothing is stored yet."""
    if turn.values.get("cancel") is True:
        return _cancelled(turn)
    text = turn.value("text")
    found = input_check.found_in(text)
    if text and whistleblowing.is_heard(text, ""):
        channel = whistleblowing_channel(session, turn.programme)
        page, fields = _page(turn.language, turn.public_url), questions(turn.language, text)
        card = whistleblowing.ask(turn.language, channel, text, _new_form(), fields, page=page)
    elif found:
        fields = questions(turn.language, text)
        page = _page(turn.language, turn.public_url)
        card = input_check.warning(turn.language, text, found, _new_form(), fields, page=page)
    else:
        card = form(turn.language, text, public_url=turn.public_url)
        card = card.model_copy(update={"did": "prefill_input" if text else "start_input"})
    return card.model_copy(update={"awaiting": "input.submit"})


def send(store: InputStore, asked: Asked) -> Card:
    """Stores the input and shows its receipt, once. What may give somebody away is shown before anything is stored,
    and a form that breaks a rule comes back as it was filled in."""
    text, topic = str(asked.values.get("text", "")), str(asked.values.get("topic", ""))
    asking = _asking(asked, text, topic)
    if asking is not None:
        return asking
    way, token = whistleblowing.chosen(asked.values, text), str(asked.values.get("form", ""))
    topic = "other" if topic == whistleblowing.TOPIC else topic
    about = About(asked.programme_key, topic, asked.today, token, is_notification=way == "hand_over")
    if about.is_notification and not asked.channel.takes:
        raise Refused("refused.whistleblowing.nobody")
    # Whom a notification is about has to be named in it: nothing is taken out of one.
    found = input_check.found_in(text) if len(text) <= LONGEST and not about.is_notification else []
    if found and not input_check.is_seen(asked.values, text):
        fields, carried = questions(asked.language, text, topic), whistleblowing.carried(asked.values)
        return input_check.warning(asked.language, text, found, about.form or _new_form(), fields, carried=carried)
    text = input_check.chosen(asked.values, text, found, asked.language)
    try:
        digits = anonymous_input.submit(store, about, text)
    except Refused as refused:
        if refused.key.endswith(".twice"):
            raise
        wrong = "topic" if refused.key.endswith(".topic") else "text"
        error = say(asked.language, refused.key, **refused.values)
        return form(asked.language, text, topic, error, wrong, public_url=asked.public_url)
    page = _page(asked.language, asked.public_url, ANSWERS)
    code = " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
    return Card(
        title=say(asked.language, "inputs.sent.title"),
        blocks=(
            Facts(facts=((say(asked.language, "inputs.sent.receipt"), code),)),
            *((Text(text=say(asked.language, "whistleblowing.sent")),) if about.is_notification else ()),
            Text(text=say(asked.language, "inputs.sent.write_down", page=page), style="warning"),
        ),
        buttons=offers(asked.language, "input.status", "help"),
        language=asked.language,
        did="start_input",
        outcome="done",
    )


def look_over(asked: Asked) -> Card:
    """What the page shows before anything is sent: what may give somebody away, or the text as it would be sent. It is
    given no store, so nothing can be kept of it; asked to ``change``, it gives the form back as it was filled in."""
    text, topic = str(asked.values.get("text", "")), str(asked.values.get("topic", ""))
    if asked.values.get("choice") == "change":
        return form(asked.language, text, topic if topic in (*TOPICS, whistleblowing.TOPIC) else "")
    asking = _asking(asked, text, topic)
    if asking is not None:
        return asking
    topic = "other" if topic == whistleblowing.TOPIC else topic
    wrong = _unfit(text, topic)
    if wrong is not None:
        where = "topic" if wrong.key.endswith(".topic") else "text"
        return form(asked.language, text, topic, say(asked.language, wrong.key, **wrong.values), where)
    token = str(asked.values.get("form", "")) or _new_form()
    found, carried = input_check.found_in(text), whistleblowing.carried(asked.values)
    if found:
        fields = questions(asked.language, text, topic)
        return input_check.warning(asked.language, text, found, token, fields, carried=carried)
    facts = ((say(asked.language, "web.answer.topic"), say(asked.language, f"inputs.topic.{topic}")),)
    values = {**carried, "form": token}
    sending = Button(title=say(asked.language, "inputs.form.send"), action="input.send", values=values)
    return Card(
        title=say(asked.language, "web.inputs.look_over"),
        blocks=(Facts(facts=facts), Text(text=text.strip())),
        questions=questions(asked.language, text, topic),
        buttons=(sending,),
        language=asked.language,
        did="prefill_input",
    )


def _asking(asked: Asked, text: str, topic: str) -> Card | None:
    """The card that asks whether this is a notification, where it may be one and that was not answered yet."""
    is_text = 0 < len(text.strip()) <= LONGEST
    if not is_text or whistleblowing.chosen(asked.values, text) or not whistleblowing.is_heard(text, topic):
        return None
    token = str(asked.values.get("form", "")) or _new_form()
    return whistleblowing.ask(asked.language, asked.channel, text, token, questions(asked.language, text, topic))


def answers_at(language: Language, public_url: str) -> str:
    """Where an answer is read, as it is written on paper."""
    return _page(language, public_url, ANSWERS)


def form(
    language: Language, text: str = "", topic: str = "", error: str = "", wrong: str = "text", *, public_url: str = ""
) -> Card:
    """The form, telling before anything is written what is anonymous and what is not; ``error`` is of ``wrong``."""
    return Card(
        title=say(language, "inputs.form.title"),
        blocks=_notes(language, public_url),
        questions=questions(language, text, topic, error, wrong),
        buttons=(
            Button(
                title=say(language, "inputs.form.send"),
                action="input.send",
                values={"form": _new_form()},
                style="primary",
            ),
            *offers(language, "input.status"),
        ),
        language=language,
        did="start_input",
        outcome="refused" if error else "answered",
    )


def questions(
    language: Language, text: str = "", topic: str = "", error: str = "", wrong: str = "text"
) -> tuple[Question, ...]:
    """The form's fields, filled in."""
    choices = tuple(
        Choice(title=say(language, f"inputs.topic.{name}"), value=name) for name in (*TOPICS, whistleblowing.TOPIC)
    )
    return (
        Question(
            name="topic",
            label=say(language, "inputs.form.topic"),
            value=topic or "other",
            choices=choices,
            required=True,
            error=error if wrong == "topic" else "",
        ),
        Question(
            name="text",
            label=say(language, "inputs.form.text"),
            value=text,
            required=True,
            lines=6,
            longest=LONGEST,
            error=error if wrong == "text" else "",
        ),
    )


def status(session: Session, turn: Turn) -> Card:
    """What happens to inputs, as the documents promise it, and where one's own answer is read."""
    language = turn.language
    if turn.value("aspect") == "count":
        return _uncounted(turn)
    if turn.value("aspect") == "receipt":
        return _receipt(turn)
    rules = [
        rule
        for rule in programmes.facts(session, turn.programme.key, "rule")
        if rule.details.get("concerns") == "anonymous_input"
    ]
    promised = [Text(text=told(rule.text, language)) for rule in rules]
    asks_when = turn.value("aspect") == "answer"
    card = Card(
        title=say(language, "inputs.status.title"),
        blocks=(
            *((Text(text=say(language, "inputs.status.no_promise"), style="strong"),) if asks_when else ()),
            *(promised or [Text(text=say(language, "inputs.status.no_rule"))]),
            Text(text=say(language, "inputs.status.anonymous", page=_page(language, turn.public_url, ANSWERS))),
        ),
        buttons=offers(language, "input.submit", "help"),
        language=language,
        did="show_input_status",
        outcome="unknown" if asks_when or not promised else "answered",
    )
    return with_role(session, turn, card, "input_handler", "input.read")


def read(session: Session, turn: Turn) -> Card:
    """For input handlers: the inputs, a few at a time, those without an answer first."""
    rows = anonymous_input.read(_inputs(turn), session, turn.person, turn.programme.key)
    start = turn.values.get("start")
    start = start if type(start) is int and 0 <= start < len(rows) else 0
    shown = rows[start : start + MOST_READ]
    none = Text(text=say(turn.language, "inputs.read.none"))
    return Card(
        title=say_many(turn.language, "inputs.read.title", len(rows)),
        blocks=(Items(items=tuple(_listed(turn.language, row) for row in shown)),) if shown else (none,),
        buttons=(
            *(_answering(turn.language, place, row) for place, row in enumerate(shown, start=1)),
            *_next(turn.language, start + MOST_READ, len(rows)),
            *offers(turn.language, "help"),
        ),
        language=turn.language,
    )


def write_answer(session: Session, turn: Turn) -> Card:
    """For input handlers: the whole input, and the form for an answer."""
    card = _answer_form(turn, _opened(session, turn))
    giving = whistleblowing_inbox.offer(session, turn, turn.value("input"))
    return card.model_copy(update={"buttons": (*card.buttons, *giving)})


def answer(session: Session, turn: Turn) -> Card:
    """For input handlers: stores the answer for the holder of the receipt."""
    key, text = turn.value("input"), turn.value("text")
    try:
        anonymous_input.answer(_inputs(turn), session, turn.person, turn.programme.key, key, text)
    except Refused as refused:
        if refused.key in ("refused.input.empty_answer", "refused.input.long"):
            return _answer_form(turn, _opened(session, turn), say(turn.language, refused.key, **refused.values))
        raise
    return Card(
        title=say(turn.language, "inputs.answered.title"),
        buttons=offers(turn.language, "input.read", "help"),
        language=turn.language,
        outcome="done",
    )


def _unfit(text: str, topic: str) -> Refused | None:
    """What the store would refuse, told before it is asked."""
    if not text.strip():
        return Refused("refused.input.empty")
    if len(text.strip()) > LONGEST:
        return Refused("refused.input.long", length=len(text.strip()), limit=LONGEST)
    return Refused("refused.input.topic") if topic not in TOPICS else None


def _page(language: Language, public_url: str, path: str = FORM) -> str:
    """The page by its address, to be typed on a phone of one's own: following a link in the chat may be logged, so it
    is written in a way that clients make no link of. Where nobody told where browsers reach the bot, a path alone would
    lead nowhere."""
    return f"{public_url.removeprefix('https://')}{path}" if public_url else say(language, "inputs.page")


def _notes(language: Language, public_url: str) -> tuple[Text, ...]:
    """What is anonymous and what is not."""
    return (
        Text(text=say(language, "inputs.form.anonymous")),
        Text(text=say(language, "inputs.form.page", page=_page(language, public_url)), style="quiet"),
    )


def _receipt(turn: Turn) -> Card:
    """Where a receipt is of use. What was typed is neither looked up nor repeated."""
    return Card(
        title=say(turn.language, "inputs.receipt.title", page=_page(turn.language, turn.public_url, ANSWERS)),
        blocks=(
            Text(text=say(turn.language, "inputs.receipt.here")),
            Text(text=say(turn.language, "inputs.receipt.lost"), style="quiet"),
        ),
        buttons=offers(turn.language, "input.status", "help"),
        language=turn.language,
        did="show_input_status",
    )


def _new_form() -> str:
    return secrets.token_hex(8)


def _cancelled(turn: Turn) -> Card:
    return Card(
        title=say(turn.language, "inputs.cancelled.title"),
        buttons=offers(turn.language, "input.submit", "help"),
        language=turn.language,
        did="cancel",
        outcome="done",
    )


def _inputs(turn: Turn) -> InputStore:
    assert turn.inputs is not None, "the composition root gives every turn the inputs' store"
    return turn.inputs


def _opened(session: Session, turn: Turn) -> Opened:
    rows = anonymous_input.read(_inputs(turn), session, turn.person, turn.programme.key)
    found = next((row for row in rows if row.key == turn.value("input")), None)
    if found is None:
        raise Refused("refused.input.unknown")
    return found


def _listed(language: Language, row: Opened) -> tuple[str, str]:
    text = row.text if len(row.text) <= LONGEST_LISTED else row.text[: LONGEST_LISTED - 1].rstrip() + "…"
    year, _, week = row.week.partition("-W")
    about = f"{say(language, f'inputs.topic.{row.topic}')}, {say(language, 'inputs.week', week=int(week), year=year)}"
    return about, f"{text} ({say(language, 'inputs.read.answered')})" if row.answer else text


def _answering(language: Language, place: int, row: Opened) -> Button:
    return Button(
        title=say(language, "inputs.read.answer", place=place), action="input.answer", values={"input": row.key}
    )


def _next(language: Language, start: int, count: int) -> tuple[Button, ...]:
    if start >= count:
        return ()
    return (Button(title=say(language, "inputs.read.next"), action="input.read", values={"start": start}),)


def _answer_form(turn: Turn, opened: Opened, error: str = "") -> Card:
    question = Question(
        name="text",
        label=say(turn.language, "inputs.answer.text"),
        value=turn.value("text"),
        required=True,
        lines=5,
        longest=LONGEST,
        error=error,
    )
    saving = Button(
        title=say(turn.language, "inputs.answer.send"),
        action="input.answered",
        values={"input": turn.value("input")},
        style="primary",
    )
    return Card(
        title=say(turn.language, "inputs.answer.title"),
        blocks=(Text(text=opened.text), Text(text=say(turn.language, "inputs.answer.how"), style="quiet")),
        questions=(question,),
        buttons=(saving, *offers(turn.language, "input.read")),
        language=turn.language,
        outcome="refused" if error else "answered",
    )


def _uncounted(turn: Turn) -> Card:
    return Card(
        title=say(turn.language, "inputs.count.title"),
        blocks=(Text(text=say(turn.language, "inputs.count.text")),),
        buttons=offers(turn.language, "input.status", "input.submit"),
        language=turn.language,
        did="show_input_status",
        outcome="unknown",
    )
