"""Anonymous input: the form, its receipt, and what happens to inputs.

``send`` gets a store and an Asked, and nothing of who is asking: no person, no conversation, no moment.
"""

import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dialogs import input_check, input_explanations, input_units, outcome_lines, whistleblowing
from dialogs.card import Button, Card, Choice, Facts, Language, Question, Text
from dialogs.fitting import first_that_fits
from dialogs.input_units import Units
from dialogs.offers import offers, with_role
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import anonymous_input, input_counts, people, programmes
from storage.anonymous_input import LONGEST, TOPICS, About, InputStore
from storage.database import Session
from storage.input_units import offered
from storage.refusals import Refused
from storage.whistleblowing import Channel
from storage.whistleblowing import channel as whistleblowing_channel

#: Where the pages without a login are, to send an input and to read its answer.
FORM, ANSWERS = "/innspill", "/innspill/svar"
NO_UNITS = Units()


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
    #: The units that may be named on that day.
    units: tuple[str, ...] = ()

    @property
    def chosen_units(self) -> Units:
        return Units(self.units, input_units.chosen(self.values))


def submit(session: Session, turn: Turn) -> Card:
    """The form, with what was written in chat already in it. Nothing is stored yet."""
    if turn.values.get("cancel") is True:
        return _cancelled(turn)
    text = turn.value("text")
    units = Units(offered(session, turn.programme, turn.today))
    found = input_check.found_in(text)
    if text and whistleblowing.is_heard(text, ""):
        channel = whistleblowing_channel(session, turn.programme)
        page, fields = _page(turn.language, turn.public_url), questions(turn.language, text, units=units)
        card = whistleblowing.ask(turn.language, channel, text, _new_form(), fields, page=page)
    elif found:
        # A button there says that it is a notification: the topic need not.
        fields = questions(turn.language, text, units=units, topics=TOPICS)
        page = _page(turn.language, turn.public_url)
        card = input_check.warning_in_chat(turn.language, text, found, _new_form(), fields, page)
    else:
        # Where something asks for input, its button says what about.
        topic = turn.value("topic") if turn.value("topic") in TOPICS else ""
        card = form(turn.language, text, topic, public_url=turn.public_url, units=units)
        card = card.model_copy(update={"did": "prefill_input" if text else "start_input"})
    return card.model_copy(update={"awaiting": "input.submit"})


def send(store: InputStore, asked: Asked) -> Card:
    """Stores the input and shows its receipt, once. What may give somebody away is shown before anything is stored,
    and a form that breaks a rule comes back as it was filled in."""
    text, said_topic = str(asked.values.get("text", "")), whistleblowing.topic_of(asked.values)
    asking = _asking(asked, text, said_topic)
    if asking is not None:
        return asking
    way, token = whistleblowing.chosen(asked.values, text), str(asked.values.get("form", ""))
    topic = "other" if said_topic == whistleblowing.TOPIC else said_topic
    units = asked.chosen_units
    about = About(
        asked.programme_key,
        topic,
        asked.today,
        token,
        is_notification=way == "hand_over",
        unit=units.chosen,
        units=units.offered,
    )
    if about.is_notification and not asked.channel.takes:
        return _nobody_takes(asked, text, said_topic)
    # Whom a notification is about has to be named in it: nothing is taken out of one.
    found = input_check.found_in(text) if len(text) <= LONGEST and not about.is_notification else []
    if found and not input_check.is_seen(asked.values, text):
        fields, carried = questions(asked.language, text, topic, units=units), whistleblowing.carried(asked.values)
        return input_check.warning(asked.language, text, found, about.form or _new_form(), fields, carried=carried)
    text = input_check.chosen(asked.values, text, found, asked.language)
    try:
        digits = anonymous_input.submit(store, about, text)
    except Refused as refused:
        if refused.key.endswith(".twice"):
            raise
        error = say(asked.language, refused.key, **refused.values)
        # With the topic as it was said: a notification that is too long is one still when it is shorter.
        return form(asked.language, text, said_topic, error, _wrong(refused), public_url=asked.public_url, units=units)
    page = _page(asked.language, asked.public_url, ANSWERS)
    code = " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
    return Card(
        title=say(asked.language, "inputs.sent.title"),
        blocks=(
            Facts(facts=((say(asked.language, "inputs.sent.receipt"), code),)),
            *((Text(text=say(asked.language, "whistleblowing.sent")),) if about.is_notification else ()),
            Text(text=say(asked.language, "inputs.sent.write_down", page=page), style="warning"),
            Text(text=say(asked.language, "inputs.sent.read")),
        ),
        buttons=offers(asked.language, "input.status", "help"),
        language=asked.language,
        did="start_input",
        outcome="done",
    )


def look_over(asked: Asked) -> Card:
    """What the page shows before anything is sent: what may give somebody away, or the text as it would be sent. It is
    given no store, so nothing can be kept of it; asked to ``change``, it gives the form back as it was filled in."""
    text, said_topic = str(asked.values.get("text", "")), whistleblowing.topic_of(asked.values)
    topic, units = said_topic, asked.chosen_units
    if asked.values.get("choice") == "change":
        return form(asked.language, text, topic if topic in (*TOPICS, whistleblowing.TOPIC) else "", units=units)
    asking = _asking(asked, text, topic)
    if asking is not None:
        return asking
    topic = "other" if topic == whistleblowing.TOPIC else topic
    wrong = _unfit(text, topic, units)
    if wrong is not None:
        error = say(asked.language, wrong.key, **wrong.values)
        return form(asked.language, text, said_topic, error, _wrong(wrong), units=units)
    token = str(asked.values.get("form", "")) or _new_form()
    found, carried = input_check.found_in(text), whistleblowing.carried(asked.values)
    if found:
        fields = questions(asked.language, text, topic, units=units)
        return input_check.warning(asked.language, text, found, token, fields, carried=carried)
    facts = (
        (say(asked.language, "web.answer.topic"), say(asked.language, f"inputs.topic.{topic}")),
        *_unit_fact(asked.language, units.chosen),
    )
    values = {**carried, "form": token}
    sending = Button(title=say(asked.language, "inputs.form.send"), action="input.send", values=values)
    return Card(
        title=say(asked.language, "web.inputs.look_over"),
        blocks=(Facts(facts=facts), Text(text=text.strip())),
        questions=questions(asked.language, text, topic, units=units),
        buttons=(sending,),
        language=asked.language,
        did="prefill_input",
    )


def _nobody_takes(asked: Asked, text: str, topic: str) -> Card:
    """Those who took notifications are gone since the card that asked: told, with what was written and other ways."""
    card = _asked_about(asked, text, topic)
    why = Text(text=say(asked.language, "refused.whistleblowing.nobody"), style="warning")
    return card.model_copy(update={"blocks": (why, *card.blocks), "outcome": "refused"})


def _asking(asked: Asked, text: str, topic: str) -> Card | None:
    """The card that asks whether this is a notification, where it may be one and that was not answered yet."""
    is_text = 0 < len(text.strip()) <= LONGEST
    if not is_text or whistleblowing.chosen(asked.values, text) or not whistleblowing.is_heard(text, topic):
        return None
    return _asked_about(asked, text, topic)


def _asked_about(asked: Asked, text: str, topic: str) -> Card:
    token = str(asked.values.get("form", "")) or _new_form()
    fields = questions(asked.language, text, topic, units=asked.chosen_units)
    return whistleblowing.ask(asked.language, asked.channel, text, token, fields)


def _wrong(refused: Refused) -> str:
    """The field that was refused."""
    last = refused.key.rpartition(".")[2]
    return last if last in ("topic", "unit") else "text"


def _unit_fact(language: Language, unit: str) -> tuple[tuple[str, str], ...]:
    return ((say(language, "inputs.unit"), unit),) if unit else ()


def answers_at(language: Language, public_url: str) -> str:
    """Where an answer is read, as it is written on paper."""
    return _page(language, public_url, ANSWERS)


def form(
    language: Language,
    text: str = "",
    topic: str = "",
    error: str = "",
    wrong: str = "text",
    *,
    public_url: str = "",
    units: Units = NO_UNITS,
) -> Card:
    """The form, telling before anything is written what is anonymous and what is not; ``error`` is of ``wrong``."""
    values = {"form": _new_form()}
    sending = Button(title=say(language, "inputs.form.send"), action="input.send", values=values, style="primary")
    # Words alone do not tell all of them: whoever writes one can say so, whatever was heard.
    saying = whistleblowing.is_one(language, values)
    card = Card(
        title=say(language, "inputs.form.title"),
        blocks=_notes(language, public_url),
        questions=questions(language, text, topic, error, wrong, units),
        buttons=(sending, saying, *offers(language, "input.status")),
        language=language,
        did="start_input",
        outcome="refused" if error else "answered",
    )
    # Where much is written already, the topic alone says it.
    without_saying = card.model_copy(update={"buttons": (sending, *offers(language, "input.status"))})
    sending_alone = card.model_copy(update={"buttons": (sending,)})
    brief = sending_alone.model_copy(update={"blocks": _brief_notes(language, public_url)})
    return first_that_fits((card, without_saying, sending_alone, brief))


def questions(
    language: Language,
    text: str = "",
    topic: str = "",
    error: str = "",
    wrong: str = "text",
    units: Units = NO_UNITS,
    topics: tuple[str, ...] = (*TOPICS, whistleblowing.TOPIC),
) -> tuple[Question, ...]:
    """The form's fields, filled in."""
    choices = tuple(Choice(title=say(language, f"inputs.topic.{name}"), value=name) for name in topics)
    return (
        Question(
            name="topic",
            label=say(language, "inputs.form.topic"),
            value=topic or "other",
            choices=choices,
            required=True,
            error=error if wrong == "topic" else "",
        ),
        *units.question(language, error if wrong == "unit" else ""),
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
    explained = input_explanations.ASPECTS.get(turn.value("aspect"))
    if explained is not None:
        return explained(language, _page(language, turn.public_url), _page(language, turn.public_url, ANSWERS))
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
            *outcome_lines.latest(session, turn.programme.key, language),
            *_counted(turn),
            *(promised or [Text(text=say(language, "inputs.status.no_rule"))]),
            Text(text=say(language, "inputs.status.anonymous", page=_page(language, turn.public_url, ANSWERS))),
        ),
        buttons=offers(language, "input.submit", "help"),
        language=language,
        did="show_input_status",
        outcome="unknown" if asks_when or not promised else "answered",
    )
    held = people.roles(session, turn.person, turn.programme.key)
    for role in [role for role in ("leader", "input_handler") if role in held][:1]:
        card = with_role(session, turn, card, role, "input.poster")
    return with_role(session, turn, card, "input_handler", "input.read")


def _unfit(text: str, topic: str, units: Units) -> Refused | None:
    """What the store would refuse, told before it is asked."""
    if not text.strip():
        return Refused("refused.input.empty")
    if len(text.strip()) > LONGEST:
        return Refused("refused.input.long", length=len(text.strip()), limit=LONGEST)
    if topic not in TOPICS:
        return Refused("refused.input.topic")
    return Refused("refused.input.unit") if units.chosen and units.chosen not in units.offered else None


def _page(language: Language, public_url: str, path: str = FORM) -> str:
    """The page by its address, to be typed on a phone of one's own: following a link in the chat may be logged, so it
    is written in a way that clients make no link of. Where nobody told where browsers reach the bot, a path alone would
    lead nowhere."""
    return f"{public_url.partition('://')[2]}{path}" if public_url else say(language, "inputs.page")


def _notes(language: Language, public_url: str) -> tuple[Text, ...]:
    """What is anonymous and what is not, and what becomes of it as a document."""
    return (
        Text(text=say(language, "inputs.form.anonymous")),
        Text(text=say(language, "whistleblowing.form_short")),
        Text(text=say(language, "inputs.form.page", page=_page(language, public_url)), style="quiet"),
        Text(text=say(language, "inputs.form.archive_short"), style="quiet"),
    )


def _brief_notes(language: Language, public_url: str) -> tuple[Text, ...]:
    """The same in as few words as it can be said, above a text that is long itself."""
    confidential = say(language, "personal_data.confidential", page=_page(language, public_url))
    return (
        Text(text=confidential),
        Text(text=say(language, "whistleblowing.form_short")),
        Text(text=say(language, "inputs.form.archive_brief"), style="quiet"),
    )


def _counted(turn: Turn) -> tuple[Text, ...]:
    """Which topics and themes many have written about, as far as that tells of no few."""
    assert turn.inputs is not None, "the composition root gives every turn the inputs' store"
    found, language = input_counts.at_least(turn.inputs, turn.programme), turn.language
    named = tuple((say(language, f"inputs.topic.{topic}"), count) for topic, count in found.topics)
    lines = (("inputs.many.topics", named), ("inputs.many.themes", found.themes))
    return tuple(
        Text(text=say(language, key, many=", ".join(_at_least(language, *one) for one in many)))
        for key, many in lines
        if many
    )


def _at_least(language: Language, name: str, count: int) -> str:
    return say(language, "inputs.many.one", name=name, count=count)


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
