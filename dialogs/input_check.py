"""The check before an input is sent or an answer published: what was found in it, a version without that, the choice.

Nothing is kept: that the writer has seen the warning is told by a value of the card itself, good for that text only.
"""

import secrets
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

from dialogs import personal_data
from dialogs.card import Block, Button, Card, Items, Language, Question, Text
from dialogs.fitting import first_that_fits
from dialogs.personal_data import Span
from dialogs.words import say

#: How many findings a card shows, how much of each, and how much of the version without them: a card has a limit.
MOST_SHOWN, MOST_SHOWN_IN_CHAT = 10, 2
LONGEST_SHOWN = 80
LONGEST_PREVIEW = 1000


def found_in(text: str) -> list[Span]:
    """What the writer has to be told of before this text is stored."""
    return personal_data.find(text.strip())


def is_seen(values: Mapping[str, Any], text: str) -> bool:
    """Whether this is the choice made on the warning about exactly this text."""
    return values.get("choice") in ("without", "as_is") and is_of(values.get("seen", ""), text)


def is_of(value: Any, text: str) -> bool:
    """Whether a card made that value for exactly this text."""
    salt, _, digest = str(value).partition(".")
    return len(salt) == 2 * _SALT and secrets.compare_digest(digest.encode(), _digest(salt, text).encode())


def chosen(values: Mapping[str, Any], text: str, found: Sequence[Span], language: Language) -> str:
    """The text as its writer chose to send it: without what names somebody, or as it is."""
    is_without = values.get("choice") == "without"
    return personal_data.removed(text.strip(), found, language) if is_without else text


def warning(
    language: Language,
    text: str,
    found: Sequence[Span],
    form: str,
    questions: tuple[Question, ...],
    *,
    carried: Mapping[str, str] | None = None,
) -> Card:
    """The card that shows what was found. ``questions`` are the form's, filled in; ``form`` its one-time value.
    ``carried``: what an earlier card of the same text was answered with."""
    is_direct = any(span.sensitivity == "direct" for span in found)
    seen = {"form": form, "seen": seen_value(text), **(carried or {})}
    ways: tuple[str, ...] = ("without", "edited", "as_is") if is_direct else ("as_is", "edited")
    # Most notifications name somebody, so this is where their writers come by.
    ways += () if carried else ("notification",)
    return Card(
        title=say(language, f"personal_data.title.{'direct' if is_direct else 'indirect'}"),
        blocks=(
            *(() if is_direct else (Text(text=say(language, "personal_data.why.indirect")),)),
            *_listed(language, text, found, MOST_SHOWN),
            *(_preview(language, text, found) if is_direct else ()),
            Text(text=say(language, "personal_data.nothing_stored"), style="quiet"),
        ),
        questions=questions,
        buttons=(
            *(_sending(language, way, seen, is_first=way == ways[0]) for way in ways),
            giving_up(language),
        ),
        language=language,
        did="warn_personal_data",
        outcome="clarify",
    )


def giving_up(language: Language) -> Button:
    """The button that sends nothing."""
    title = say(language, "personal_data.button.cancel")
    return Button(title=title, action="input.submit", values={"cancel": True}, replaces=True)


def warning_in_chat(
    language: Language, text: str, found: Sequence[Span], form: str, questions: tuple[Question, ...], page: str
) -> Card:
    """The same where the text was written in chat and the form never shown, so that what the form tells beforehand is
    told here: ``page``, where one is anonymous, and that it is kept. In chat a reply is short."""
    card = warning(language, text, found, form, questions)
    by_sensitivity = sorted(found, key=lambda span: span.sensitivity != "direct")
    told = (
        Text(text=say(language, "personal_data.confidential", page=page)),
        Text(text=say(language, "inputs.form.archive_brief"), style="quiet"),
    )
    why, nothing_stored = tuple(one for one in card.blocks[:1] if isinstance(one, Text)), card.blocks[-1:]
    # The title and the buttons say those two as well. Who writes much reads less of what was found in it.
    return first_that_fits(
        card.model_copy(update={"blocks": (*before, *_listed(language, text, by_sensitivity, most), *told, *after)})
        for before, most, after in (
            (why, MOST_SHOWN_IN_CHAT, nothing_stored),
            (why, MOST_SHOWN_IN_CHAT, ()),
            ((), MOST_SHOWN_IN_CHAT, ()),
            ((), 1, ()),
        )
    )


def for_everyone(language: Language, text: str, found: Sequence[Span]) -> tuple[tuple[Block, ...], str]:
    """What was found in a text that everyone will read, and the value that says its writer has seen it."""
    why = Text(text=say(language, "personal_data.everyone"), style="warning")
    return (why, *_listed(language, text, found, MOST_SHOWN)), seen_value(text)


def _listed(language: Language, text: str, found: Sequence[Span], most: int) -> tuple[Block, ...]:
    """The first of what was found, and how many more there are."""
    items = Items(items=tuple(_shown(language, text.strip(), span) for span in found[:most]))
    return items, *_more(language, len(found) - most)


def _sending(language: Language, way: str, seen: dict[str, str], *, is_first: bool) -> Button:
    # What was changed is checked anew, so that button does not say that the warning was seen.
    values = {"form": seen["form"]} if way == "edited" else {**seen, "choice": way}
    key = "whistleblowing.button.is_one" if way == "notification" else f"personal_data.button.{way}"
    return Button(
        title=say(language, key),
        action="input.send",
        values=values,
        style="primary" if is_first else "default",
    )


def _shown(language: Language, text: str, span: Span) -> tuple[str, str]:
    quoted = " ".join(text[span.start : span.end].split())
    if len(quoted) > LONGEST_SHOWN:
        quoted = quoted[: LONGEST_SHOWN - 1].rstrip() + "…"
    return say(language, f"personal_data.type.{span.type}"), say(language, "personal_data.quoted", text=quoted)


def _more(language: Language, count: int) -> tuple[Block, ...]:
    return (Text(text=say(language, "personal_data.more", count=count)),) if count > 0 else ()


def _preview(language: Language, text: str, found: Sequence[Span]) -> tuple[Block, ...]:
    without = personal_data.removed(text.strip(), found, language)
    if len(without) > LONGEST_PREVIEW:
        without = without[: LONGEST_PREVIEW - 1].rstrip() + "…"
    return Text(text=say(language, "personal_data.without"), style="strong"), Text(text=without)


_SALT = 8


def seen_value(text: str) -> str:
    """What a card about this text holds, so that its buttons are of that text only."""
    salt = secrets.token_hex(_SALT)
    return f"{salt}.{_digest(salt, text)}"


def _digest(salt: str, text: str) -> str:
    """Salted, so that the value on a card cannot be matched with a text elsewhere."""
    return blake2b(text.strip().encode(), key=salt.encode(), digest_size=16).hexdigest()
