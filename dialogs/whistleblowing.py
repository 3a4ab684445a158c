"""Before what may be a whistleblowing notification is sent: what its writer has a right to, who would read it, the ways
outside, and the choice. Nothing is stored before one was made, and nothing of it is the wrong channel's.

What was chosen is told by a value of the card itself, good for that text only, as in ``dialogs/input_check.py``.
"""

from collections.abc import Mapping
from typing import Any, Literal

from dialogs import input_check
from dialogs.card import Button, Card, Language, Question, Text
from dialogs.signs_of_wrongdoing import may_be_one
from dialogs.understanding.signals import signals_in
from dialogs.words import say, told
from storage.whistleblowing import Channel, Recipient

#: What a form's topic is called by which its writer says that this is one. No input is stored under it.
TOPIC = "notification"
Way = Literal["", "hand_over", "as_input"]


def is_heard(text: str, topic: str) -> bool:
    """Whether its writer is to be asked: the text may be one, or they say that it is."""
    return topic == TOPIC or may_be_one(text) or bool(signals_in(text) & {"harassment", "whistleblowing"})


def topic_of(values: Mapping[str, Any]) -> str:
    """The form's topic; TOPIC where its writer said by a button that this is one, whatever became of the text since."""
    is_said = values.get("choice") == TOPIC or values.get("way") == "hand_over"
    return TOPIC if is_said else str(values.get("topic", ""))


def chosen(values: Mapping[str, Any], text: str) -> Way:
    """The way that was chosen on the card about exactly this text; empty where none was."""
    way = values.get("way")
    if way not in ("hand_over", "as_input") or not input_check.is_of(values.get("heard", ""), text):
        return ""
    return "hand_over" if way == "hand_over" else "as_input"


def carried(values: Mapping[str, Any]) -> dict[str, str]:
    """What a later card has to take along, so that the choice is not asked for twice."""
    return {name: str(values[name]) for name in ("way", "heard") if name in values}


def ask(
    language: Language, channel: Channel, text: str, form: str, questions: tuple[Question, ...], *, page: str = ""
) -> Card:
    """The card that asks. ``questions`` are the form's, filled in; ``page``: where one is anonymous, told in chat."""
    values = {"form": form, "heard": input_check.seen_value(text)}
    handing_over = Button(
        title=say(language, "whistleblowing.button.hand_over"),
        action="input.send",
        values={**values, "way": "hand_over"},
        style="primary",
    )
    return Card(
        title=say(language, "whistleblowing.title"),
        blocks=(
            Text(text=say(language, "whistleblowing.rights")),
            *readers(language, channel),
            *ways(language, channel),
            *((Text(text=say(language, "personal_data.confidential", page=page)),) if page else ()),
            Text(text=say(language, "personal_data.nothing_stored"), style="quiet"),
        ),
        questions=questions,
        buttons=(
            *((handing_over,) if channel.takes else ()),
            Button(
                title=say(language, "whistleblowing.button.as_input"),
                action="input.send",
                values={**values, "way": "as_input"},
            ),
            input_check.giving_up(language),
        ),
        language=language,
        did="ask_whistleblowing",
        outcome="clarify",
    )


def is_one(language: Language, values: Mapping[str, Any]) -> Button:
    """The button that says of a form's text that it is one; nothing is sent by it."""
    title = say(language, "whistleblowing.button.is_one")
    return Button(title=title, action="input.send", values={**values, "choice": TOPIC})


def readers(language: Language, channel: Channel) -> tuple[Text, ...]:
    """Who would read it: told before it is handed over, because one of them may be whom it is about."""
    as_input = "whistleblowing.as_input.can_be_handed_over" if channel.takes else "whistleblowing.as_input"
    if not channel.takes:
        key = "whistleblowing.nobody_reads" if channel.recipients else "whistleblowing.nobody"
        return (Text(text=say(language, key, programme=channel.programme)), Text(text=say(language, as_input)))
    said = say(
        language,
        "whistleblowing.readers",
        recipients=_list(_named(language, channel.recipients)),
        readers=_list(channel.readers),
    )
    return (
        Text(text=said, style="strong"),
        Text(text=say(language, "whistleblowing.accused")),
        Text(text=say(language, "whistleblowing.when")),
        Text(text=say(language, as_input)),
    )


def ways(language: Language, channel: Channel) -> tuple[Text, ...]:
    """The ways outside the bot: the organisation's own, the verneombud, a public authority."""
    return (*contacts(language, channel), Text(text=say(language, "whistleblowing.ways")))


def contacts(language: Language, channel: Channel) -> tuple[Text, ...]:
    """How the programme's own recipients and verneombud are reached, as far as its file says it."""
    reached = [one for one in (channel.email, channel.phone, channel.page) if one]
    said = (
        *((say(language, "whistleblowing.contacts", contacts=", ".join(reached)),) if reached else ()),
        *(
            (say(language, "whistleblowing.safety_representative", who=channel.safety_representative),)
            if channel.safety_representative
            else ()
        ),
    )
    return tuple(Text(text=one) for one in said)


def _named(language: Language, recipients: tuple[Recipient, ...]) -> tuple[str, ...]:
    roles = [(one.name, told(one.role, language)) for one in recipients]
    return tuple(f"{name} ({role})" if name else role for name, role in roles)


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(names)
