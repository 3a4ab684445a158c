"""A card as an Adaptive Card 1.5, the version Teams shows on desktop and mobile."""

import json
import re
from typing import Any

from dialogs.button_titles import untold
from dialogs.card import Block, Button, Card, Facts, Items, Picture, Question, Span, Text, Written
from dialogs.words import say

#: Teams shows at most six actions of a set: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference
MOST_ACTIONS = 6
#: Largest card, in bytes of UTF-8. Teams takes activities below 28 KB, and the addresses and the summary around the
#: card need less than 3 KB: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
LARGEST_CARD = 25 * 1024
#: How much of the card a client that cannot draw it shows as text, in characters.
LONGEST_FALLBACK = 1000
#: Titles longer than this, in characters, may be cut off by a button on a telephone; the whole one stands above.
LONGEST_SHOWN_TITLE = 33
#: What stands side by side on a desktop, in characters, where each button has so many of its own for its borders.
WIDEST_ROW, BORDERS = 54, 4
#: A label and the longest word beside it, and a value beside its label: what 320 pixels have room for, in characters.
LONGEST_FACT, LONGEST_VALUE = 28, 60
#: The longest word, in characters, that fits a telephone beside what a card puts around it.
LONGEST_UNBROKEN = 28
#: Made once: making one takes longer than most cards take to be written.
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"
#: Where the answer to a button goes: into the place of the card, or below it as a new message.
REPLACE, REPLY = "replace", "reply"


def adaptive_card(card: Card) -> dict[str, Any]:
    """The card's JSON, always below LARGEST_CARD. What people wrote is shown as they wrote it: nothing of it is read as
    Markdown.

    A card that is too large loses first what is there twice, which nobody misses. One that is still too large tells
    that it shows only a part: one message cannot be two, because the platform's id of it is what the outbox marks and
    what an answer replaces.
    """
    drawn = _drawn(card)
    if _size(drawn) < LARGEST_CARD:
        return drawn
    drawn = _drawn(card, is_lean=True)
    for most in _PARTS:
        if _size(drawn) < LARGEST_CARD:
            break
        drawn = _drawn(_part(card, most), is_lean=True)
    return drawn


def as_line(text: str, longest: int) -> str:
    """The text as one line of at most so many characters, with a sign where there is more."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _drawn(card: Card, *, is_lean: bool = False) -> dict[str, Any]:
    """``is_lean``: without the second form of each button and of the text, each run of paragraphs in one element."""
    body: list[dict[str, Any]] = []
    if card.title:
        body.append(_plain_text(card.title, size="Medium", weight="Bolder", style="heading"))
    for block in _joined(card.blocks) if is_lean else card.blocks:
        body += _joined_text(block) if is_lean and isinstance(block, Text) else _block(block)
    for question in card.questions:
        body += _question(card, question)
    body += _long_titles(card)
    *above, last = [[_action(card, button, is_lean) for button in row] for row in _rows(card.buttons)]
    body += [{"type": "ActionSet", "actions": row, "spacing": "Small"} for row in above]
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "lang": card.language,
        # What notifications show of the answer is the summary; this is what stands in a client too old for the card.
        "fallbackText": say(card.language, "teams.update"),
        "body": body,
        "actions": last,
    }


def _joined(blocks: tuple[Block, ...]) -> list[Block]:
    """Each run of paragraphs of one style as one paragraph: an element for each may be longer than what it says."""
    joined: list[Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if isinstance(block, Text) and isinstance(last, Text) and last.style == block.style:
            joined[-1] = Text(text=f"{last.text}\n\n{block.text}", style=block.style)
        else:
            joined.append(block)
    return joined


def _joined_text(block: Text) -> list[dict[str, Any]]:
    text = [_plain_text(block.text, **_STYLES[block.style])]
    return [_ground("warning", text)] if block.style == "warning" else text


def _size(drawn: dict[str, Any]) -> int:
    return len(_ENCODER.encode(drawn).encode())


def _block(block: Block) -> list[dict[str, Any]]:
    match block:
        case Text():
            return _text(block)
        case Written():
            return [_written(sign, line) for sign, line in zip(block.signs(), block.lines, strict=True)]
        case Facts():
            return _facts(block)
        case Items():
            return [_item(place, *item, numbered=block.numbered) for place, item in enumerate(block.items, start=1)]
        case Picture():
            return [{"type": "Image", "url": block.address, "altText": block.alt}]


def _written(sign: str, line: tuple[Span, ...]) -> dict[str, Any]:
    runs: list[dict[str, Any]] = [{"type": "TextRun", "text": sign}] if sign else []
    return {"type": "RichTextBlock", "inlines": runs + [_run(span) for span in line], "spacing": "Small"}


def _run(span: Span) -> dict[str, Any]:
    run: dict[str, Any] = {"type": "TextRun", "text": span.text}
    if span.strong:
        run["weight"] = "Bolder"
    if span.emphasis:
        run["italic"] = True
    if span.address:
        # Teams marks a run that can be pressed with a colour only.
        run |= {"underline": True, "selectAction": {"type": "Action.OpenUrl", "url": span.address}}
    return run


def _facts(block: Facts) -> list[dict[str, Any]]:
    """Side by side where a telephone has room for that: its columns grow with their longest word, over the edge."""
    label = max((len(label) for label, _ in block.facts), default=0)
    word = max((len(word) for _, value in block.facts for word in value.split()), default=0)
    if label + word > LONGEST_FACT or any(len(value) > LONGEST_VALUE for _, value in block.facts):
        return [_marked("", *fact) for fact in block.facts]
    facts = [{"title": _plain(label), "value": _plain(value)} for label, value in block.facts]
    return [{"type": "FactSet", "facts": facts}]


_STYLES: dict[str, dict[str, Any]] = {
    "body": {},
    "strong": {"weight": "Bolder"},
    "quiet": {"isSubtle": True, "size": "Small"},
    "warning": {"weight": "Bolder"},
}


def _text(block: Text) -> list[dict[str, Any]]:
    lines = _lines(block.text, **_STYLES[block.style])
    # Teams' yellow for letters cannot be read on white; on a ground of that colour the letters are black.
    return [_ground("warning", lines)] if block.style == "warning" else lines


def _lines(text: str, **looks: Any) -> list[dict[str, Any]]:
    """Each line of its own: clients draw a line break inside an element as a space."""
    drawn: list[dict[str, Any]] = []
    for line in filter(str.strip, text.splitlines()):
        # A RichTextBlock takes no Markdown: a text typed by a person can neither hide a link nor lose its signs. It
        # breaks no word either, and of an address that is cut off nobody can type the end. Where Markdown would need an
        # escape, which telephones may show, it stays.
        element: dict[str, Any] = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": line, **looks}]}
        if max(map(len, line.split())) > LONGEST_UNBROKEN and _plain(line) == line:
            element = _plain_text(line, **looks)
        drawn.append(element | {"spacing": "Small"} if drawn else element)
    return drawn


def _ground(style: str, drawn: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "Container", "style": style, "items": drawn}


def _item(place: int, label: str, more: str, numbered: bool) -> dict[str, Any]:
    if numbered:
        return _marked(f"{place}. ", label, more)
    # Some lists say themselves which number their buttons mean.
    return _marked("" if _NUMBERED.match(label) else "• ", label, more)


_NUMBERED = re.compile(r"\d+\. ")


def _marked(mark: str, label: str, more: str) -> dict[str, Any]:
    runs: list[dict[str, Any]] = [
        {"type": "TextRun", "text": f"{mark}{label}", "weight": "Bolder" if more else "Default"}
    ]
    if more:
        runs.append({"type": "TextRun", "text": f": {more}"})
    return {"type": "RichTextBlock", "inlines": runs, "spacing": "Small"}


def _question(card: Card, question: Question) -> list[dict[str, Any]]:
    field: dict[str, Any] = {"id": question.name, "label": question.label}
    if question.value:
        field["value"] = question.value
    if question.required:
        field |= {"isRequired": True, "errorMessage": say(card.language, "teams.required")}
    if question.choices:
        choices = [{"title": choice.title, "value": choice.value} for choice in question.choices]
        field |= {"type": "Input.ChoiceSet", "choices": choices, "style": "compact", "wrap": True}
    else:
        field |= {"type": "Input.Text", "isMultiline": question.lines > 1, "maxLength": question.longest}
    error = [_ground("attention", _lines(question.error, weight="Bolder"))] if question.error else []
    return [*error, field]


def _action(card: Card, button: Button, is_lean: bool) -> dict[str, Any]:
    """The button as an Execute, whose answer the platform can put in the card's place; clients that know none draw the
    Submit. Both send the same data, and what the form holds."""
    common: dict[str, Any] = {"title": button.title, "data": button.payload(card.language)}
    style = {"primary": "positive", "destructive": "destructive"}.get(button.style)
    if style:
        common["style"] = style
    if len(button.title) > LONGEST_SHOWN_TITLE:
        common["tooltip"] = button.title
    if card.questions and button not in card.sending:
        # An empty field that has to be filled in must not keep anybody from cancelling.
        # https://learn.microsoft.com/adaptive-cards/authoring-cards/input-validation
        common["associatedInputs"] = "none"
    verb = REPLACE if card.is_replaced_by(button) else REPLY
    execute = {"type": "Action.Execute", "verb": verb, **common}
    return execute if is_lean else {**execute, "fallback": {"type": "Action.Submit", **common}}


def _rows(buttons: tuple[Button, ...]) -> list[list[Button]]:
    """The buttons in sets that fit side by side: a desktop squeezes the titles of a set until nothing of them is left,
    and none of a set that is too large may be lost. A telephone shows them one below the other."""
    rows: list[list[Button]] = [[]]
    for button in buttons:
        length = sum(len(other.title) + BORDERS for other in (*rows[-1], button))
        if rows[-1] and (length > WIDEST_ROW or len(rows[-1]) == MOST_ACTIONS):
            rows.append([])
        rows[-1].append(button)
    return rows


def _long_titles(card: Card) -> list[dict[str, Any]]:
    return [_item(0, title, "", numbered=False) for title in untold(card, LONGEST_SHOWN_TITLE)]


def _plain_text(text: str, **looks: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": _plain(text), "wrap": True, **looks}


def _plain(text: str) -> str:
    """Text that a Markdown renderer shows as it is. Signs of markup are escaped; what would begin a list or a heading
    ("1. desember") is followed by a space that begins none."""
    return _BEGINNING.sub("\\1\u00a0", text.translate(_MARKUP))


#: Of Markdown's signs those that are read anywhere in a line. As few as can be: telephones may show the escape.
_MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "*_[]`\\<>"})
_BEGINNING = re.compile(r"^(\s*(?:\d+[.)]|[-+]|#+))\s", re.MULTILINE)


#: How many characters of a card's blocks are shown where the whole is too large, the most first.
_PARTS = (6000, 4000, 2000, 1000, 500)
#: What an element costs beside its text, in characters.
_OVERHEAD = 30


def _part(card: Card, most: int) -> Card:
    """The first of the card's blocks, as many as fit into so many characters, and a sentence that there is more. Fields
    hold no more than they take: that they are too long is already said at them."""
    kept: list[Block] = []
    for block in card.blocks:
        room = most - sum(map(_length, kept))
        if _length(block) > room:
            kept += _beginning(block, room)
            break
        kept.append(block)
    questions = tuple(
        question.model_copy(update={"value": question.value[: question.longest]}) for question in card.questions
    )
    note = Text(text=say(card.language, "teams.part"), style="warning")
    title = as_line(card.title, LONGEST_FALLBACK)
    return card.model_copy(update={"title": title, "blocks": (*kept, note), "questions": questions})


def _length(block: Block) -> int:
    match block:
        case Text():
            return len(block.text) + _OVERHEAD
        case Written():
            return sum(map(_length_of_line, block.lines))
        case Facts():
            return sum(len(label) + len(value) + _OVERHEAD for label, value in block.facts)
        case Items():
            return sum(len(label) + len(more) + _OVERHEAD for label, more in block.items)
        case Picture():
            return len(block.address) + len(block.alt) + _OVERHEAD


def _length_of_line(line: tuple[Span, ...]) -> int:
    return sum(len(span.text) + len(span.address) + _OVERHEAD for span in line)


def _beginning(block: Block, room: int) -> list[Block]:
    """What of a block fits into the room: whole facts or items, or the first words."""
    match block:
        case Text():
            words = block.text[: max(0, room - _OVERHEAD)].rpartition(" ")[0]
            return [block.model_copy(update={"text": words + " …"})] if words else []
        case Written():
            lengths = [_length_of_line(line) for line in block.lines]
            count = next((end for end in range(len(lengths), 0, -1) if sum(lengths[:end]) <= room), 0)
            return [block.model_copy(update={"lines": block.lines[:count]})] if count else []
        case Facts():
            facts = _fitting(block.facts, room)
            return [Facts(facts=facts)] if facts else []
        case Items():
            items = _fitting(block.items, room)
            return [Items(items=items, numbered=block.numbered)] if items else []
        case Picture():
            return []


def _fitting(pairs: tuple[tuple[str, str], ...], room: int) -> tuple[tuple[str, str], ...]:
    count = next((end for end in range(len(pairs), 0, -1) if _length(Items(items=pairs[:end])) <= room), 0)
    return pairs[:count]
