"""What a message or a modal carries until it comes back: which button was pressed, and the form behind it.

Nothing of it is kept by a process: any replica reads it off the payload, also after a restart. Slack returns a button's
``value``, a view's ``private_metadata`` and every ``block_id`` as they were sent, but with ``&``, ``<`` and ``>`` in
texts escaped; so none of these signs is ever sent in them.

A button holds what pressing it sends. What is too long for that, and the form that a button opens, is *cargo*: packed,
cut into pieces, and spread over the values and ids of the same message. See bot/slack/cargo.py and docs/decisions/0014.
"""

import json
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from bot.slack.cargo import carriers, units, unpacked, without_cargo
from dialogs.card import BUTTON_VERSION, Block, Button, Card, Language, Picture, Question, Text

#: Longest value of an option, in characters:
#: https://docs.slack.dev/reference/block-kit/composition-objects/option-object
LONGEST_OPTION = 150
#: What one text field takes: https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element
LONGEST_INPUT = 3000
#: Most that a form takes along to be read in its modal, in characters.
LONGEST_READ_FIRST = 1200
#: An option's value that is sent as it is.
_PLAIN = re.compile(r"(?!\s)[^&<>~]{1,150}(?<!\s)")
#: What a part of a long text is joined to the next with, by the letter that tells so.
_JOINERS = {"n": "\n", "s": " ", "": ""}


@dataclass(frozen=True)
class Pressed:
    """A pressed button. ``form`` is the card whose fields are to be filled in first, by ``button``; None where pressing
    acts at once. ``fields`` are those of a form that is not shown, as they stood."""

    action: str
    values: dict[str, Any]
    version: Any
    language: str
    replaces: bool = False
    fields: dict[str, str] = field(default_factory=dict)
    form: Card | None = None
    button: Button | None = None


@dataclass(frozen=True)
class FilledIn:
    """A modal that was sent. ``at`` is what ``render.modal`` was given: where the form came from. ``blocks`` maps each
    field to the id of its block, for telling what is wrong there."""

    action: str
    values: dict[str, Any]
    version: Any
    language: str
    fields: dict[str, str]
    at: dict[str, str]
    blocks: dict[str, str]


def form_of(card: Card) -> dict[str, Any]:
    """As much of a card as its modal is drawn from, and its other buttons that take along what is filled in."""
    kept = card.model_copy(update={"blocks": (), "buttons": card.sending, "awaiting": "", "subject": None})
    form = kept.model_dump(mode="json", exclude_defaults=True)
    first = [{"kind": one.kind, **one.model_dump(mode="json", exclude_defaults=True)} for one in _read_first(card)]
    return {**form, "blocks": first} if first else form


def _read_first(card: Card) -> tuple[Block, ...]:
    """What is to be read before something is written: what the card says, or where that is long, and stands in the
    message anyhow, its warnings and its small print, such as who keeps what is written."""
    told = tuple(block for block in card.blocks if not isinstance(block, Picture))
    if _length(told) <= LONGEST_READ_FIRST:
        return told
    notes = [block for block in told if isinstance(block, Text) and block.style in ("warning", "quiet")]
    while _length(notes) > LONGEST_READ_FIRST:
        notes.pop(next((place for place, one in enumerate(notes) if one.style == "quiet"), 0))
    return tuple(notes)


def _length(blocks: Iterable[Block]) -> int:
    return units(Card(blocks=tuple(blocks)).as_text())


def payload(button: Button, card: Card) -> dict[str, Any]:
    """What pressing the button sends, and whether its answer takes the card's place."""
    sent = button.payload(card.language)
    return {**sent, "replaces": True} if card.is_replaced_by(button) else sent


def pressed(value: str, blocks: Any) -> Pressed | None:
    """The button whose ``value`` this is, with the ``blocks`` of the message or view that it stood in; None where it is
    none of ours."""
    try:
        said = json.loads(without_cargo(value))
        if not isinstance(said, dict):
            return None
        if "in" not in said:
            return _pressed(said)
        cargo = unpacked(carriers(blocks), str(said["in"]))
        if "long" in said:
            return _pressed(cargo["long"][said["long"]])
        return _opened(Card.model_validate(cargo["form"]), said["open"])
    except (ValueError, TypeError, KeyError, IndexError, zlib.error, RecursionError):
        return None


def stands_alone(blocks: Iterable[Mapping[str, Any]]) -> bool:
    """Whether each button tells by its own value what pressing it sends. The others need their message, which Slack
    does not return of one that a single person sees: its payload has no ``message``.
    https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    values = [one["value"] for block in blocks for one in block.get("elements", ()) if "value" in one]
    return all("in" not in json.loads(without_cargo(value)) for value in values)


def _pressed(said: Any) -> Pressed | None:
    if not isinstance(said, dict) or not isinstance(said.get("action"), str) or not said["action"]:
        return None
    values = said.get("values")
    return Pressed(
        action=said["action"],
        values=values if isinstance(values, dict) else {},
        version=said.get("v", BUTTON_VERSION),
        language=str(said.get("lang", "")),
        replaces=said.get("replaces") is True,
    )


def _opened(form: Card, place: int) -> Pressed:
    button = form.buttons[place]
    direct = Pressed(button.action, dict(button.values), BUTTON_VERSION, form.language, form.is_replaced_by(button))
    if button.keeps_form:
        # It leads away from the form: nobody has to fill in first what it only takes along.
        fields = {question.name: question.value for question in form.questions}
        return Pressed(direct.action, direct.values, direct.version, form.language, direct.replaces, fields)
    return Pressed(direct.action, direct.values, direct.version, form.language, direct.replaces, {}, form, button)


def filled_in(view: Any) -> FilledIn | None:
    """The modal that was sent, off the ``view`` of its payload; None where it is none of ours."""
    try:
        said = json.loads(without_cargo(view["private_metadata"]))
        if "in" in said:
            everything = [view["private_metadata"], *carriers(view["blocks"])]
            said = unpacked(everything, str(said["in"]))["long"][0]
        sent = _pressed(said["sent"])
        if sent is None:
            return None
        fields, blocks = _fields(view["state"]["values"], said.get("choices", {}))
        at = {str(name): str(where) for name, where in said.get("at", {}).items()}
        return FilledIn(sent.action, sent.values, sent.version, sent.language, fields, at, blocks)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, zlib.error, RecursionError):
        return None


def _fields(
    state: Mapping[str, Mapping[str, Any]], choices: Mapping[str, Sequence[str]]
) -> tuple[dict[str, str], dict[str, str]]:
    parts: dict[str, dict[int, tuple[str, str]]] = {}
    blocks: dict[str, str] = {}
    for block, elements in state.items():
        for element, held in elements.items():
            name, number, joiner = named(element)
            parts.setdefault(name, {})[number] = joiner, _held(held, choices.get(name, ()))
            if number == 0:
                blocks[name] = block
    return {name: _joined(found) for name, found in parts.items()}, blocks


def _held(held: Mapping[str, Any], choices: Sequence[str]) -> str:
    option = held.get("selected_option")
    if isinstance(option, dict):
        return chosen(str(option["value"]), choices)
    value = held.get("value")
    return value if isinstance(value, str) else ""


def _joined(parts: Mapping[int, tuple[str, str]]) -> str:
    text = parts.get(0, ("", ""))[1]
    for number in sorted(set(parts) - {0}):
        joiner, more = parts[number]
        text += (_JOINERS[joiner] if text and more else "") + more
    return text


def element_id(name: str, number: int = 0, joiner: str = "") -> str:
    """The action_id of a field, or of what goes on where one field is too short for the whole text."""
    return quote(name, safe="").replace("~", "%7E") + (f"~{number}{joiner}" if number else "")


def named(element: str) -> tuple[str, int, str]:
    """The field's name, the how manieth part of it, and the sign's letter that joins it to the one before."""
    found = re.fullmatch(r"([^~]*)~([0-9]{1,2})([ns]?)", element)
    return (unquote(found[1]), int(found[2]), found[3]) if found else (unquote(element), 0, "")


def in_parts(text: str, longest: int = LONGEST_INPUT) -> list[tuple[str, str]]:
    """The text in parts that a field takes, each with the letter of the sign that stood before it: a line break or a
    space where there is one, none where a word is longer than a field."""
    parts: list[tuple[str, str]] = []
    joiner = ""
    while units(text) > longest:
        end = _fitting(text, longest)
        breaks = [(text.rfind(sign, 1, end + 1), letter) for letter, sign in _JOINERS.items() if sign]
        at, letter = max(breaks)
        if at <= end // 2:
            parts.append((joiner, text[:end]))
            joiner, text = "", text[end:]
        else:
            parts.append((joiner, text[:at]))
            joiner, text = letter, text[at + 1 :]
    return [*parts, (joiner, text)]


def _fitting(text: str, longest: int) -> int:
    end = min(len(text), longest)
    while units(text[:end]) > longest:
        end -= max(1, (units(text[:end]) - longest) // 2)
    return end


def option_value(value: str, place: int) -> str:
    """What an option sends: its value, or, where that may not be sent, what stands for it."""
    if _PLAIN.fullmatch(value) and units(value) <= LONGEST_OPTION:
        return value
    coded = "~" + urlsafe_b64encode(value.encode("utf-8", "surrogatepass")).decode()
    return coded if len(coded) <= LONGEST_OPTION else f"~~{place}"


def is_by_place(question: Question) -> bool:
    """Whether an option of the question sends its place only, so that the view has to carry the values."""
    return any(option_value(one.value, at).startswith("~~") for at, one in enumerate(question.choices))


def chosen(sent: str, choices: Sequence[str]) -> str:
    """The value that an option stands for. Raises ValueError or IndexError where it is none."""
    if sent.startswith("~~"):
        return choices[int(sent[2:])]
    return urlsafe_b64decode(sent[1:]).decode("utf-8", "surrogatepass") if sent.startswith("~") else sent


def language_of(found: Pressed | FilledIn) -> Language | None:
    """The language of the card that it was on."""
    known: dict[str, Language] = {"nb": "nb", "nn": "nn", "en": "en"}
    return known.get(found.language)
