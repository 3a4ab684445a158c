"""A card as an Adaptive Card 1.5, the version Teams shows on desktop and mobile."""

from typing import Any

from dialogs.card import Block, Button, Card, Facts, Items, Picture, Question, Text

#: Teams shows at most six actions of a card: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference
MOST_ACTIONS = 6
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"


def adaptive_card(card: Card) -> dict[str, Any]:
    """The card's JSON. What people wrote is shown as they wrote it: nothing of it is read as Markdown."""
    body: list[dict[str, Any]] = []
    if card.title:
        body.append(_text(card.title, size="Medium", weight="Bolder", style="heading"))
    for block in card.blocks:
        body += _block(block)
    for question in card.questions:
        body += _question(question)
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "lang": card.language,
        "body": body,
        "actions": [_action(button) for button in card.buttons[:MOST_ACTIONS]],
    }


def _block(block: Block) -> list[dict[str, Any]]:
    match block:
        case Text():
            return [_text(block.text, **_STYLES[block.style])]
        case Facts():
            facts = [{"title": _plain(label), "value": _plain(value)} for label, value in block.facts]
            return [{"type": "FactSet", "facts": facts}]
        case Items():
            return [_item(place, *item, numbered=block.numbered) for place, item in enumerate(block.items, start=1)]
        case Picture():
            return [{"type": "Image", "url": block.address, "altText": block.alt}]


_STYLES: dict[str, dict[str, Any]] = {
    "body": {},
    "strong": {"weight": "Bolder"},
    "quiet": {"isSubtle": True, "size": "Small"},
    "warning": {"color": "Warning", "weight": "Bolder"},
}


def _item(place: int, label: str, more: str, numbered: bool) -> dict[str, Any]:
    mark = f"{place}." if numbered else "•"
    runs: list[dict[str, Any]] = [
        {"type": "TextRun", "text": f"{mark} {label}", "weight": "Bolder" if more else "Default"}
    ]
    if more:
        runs.append({"type": "TextRun", "text": f": {more}"})
    return {"type": "RichTextBlock", "inlines": runs, "spacing": "Small"}


def _question(question: Question) -> list[dict[str, Any]]:
    field: dict[str, Any] = {"id": question.name, "label": question.label}
    if question.value:
        field["value"] = question.value
    if question.required:
        field |= {"isRequired": True, "errorMessage": question.label}
    if question.choices:
        choices = [{"title": choice.title, "value": choice.value} for choice in question.choices]
        field |= {"type": "Input.ChoiceSet", "choices": choices, "style": "compact"}
    else:
        field |= {"type": "Input.Text", "isMultiline": question.lines > 1, "maxLength": question.longest}
    error = [_text(question.error, color="Attention", weight="Bolder")] if question.error else []
    return [*error, field]


def _action(button: Button) -> dict[str, Any]:
    style = {"primary": "positive", "destructive": "destructive"}.get(button.style)
    action: dict[str, Any] = {"type": "Action.Submit", "title": button.title, "data": button.payload()}
    return {**action, "style": style} if style else action


def _text(text: str, **looks: Any) -> dict[str, Any]:
    # A RichTextBlock takes no Markdown, so that a text typed by a person can neither hide a link nor lose its signs;
    # only a TextBlock can be a heading.
    if looks.pop("style", None) == "heading":
        return {"type": "TextBlock", "text": _plain(text), "wrap": True, "style": "heading", **looks}
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **looks}]}


def _plain(text: str) -> str:
    """Text that a Markdown renderer shows as it is: what would be read as markup is escaped."""
    return "".join(f"\\{character}" if character in _MARKUP else character for character in text)


#: Of Markdown's signs those that Adaptive Cards read: emphasis, links, code. A date's "1." at a line's start is no list
#: there, because lists need a following space and a line of their own; see tests/bot/test_teams_render.py.
_MARKUP = frozenset("*_[]`\\<>")
