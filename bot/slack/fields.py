"""The fields of a form, as a modal asks for them."""

from collections.abc import Iterator
from hashlib import sha256

from slack_sdk.models.blocks import (
    InputBlock,
    Option,
    OptionGroup,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import InputInteractiveElement

from bot.slack import cargo, carried
from bot.slack.cargo import units
from bot.slack.drawing import Drawn, plain, shortened, told
from bot.slack.rich_text import Line, items, paragraph, parts
from dialogs.card import Language, Question, Span
from dialogs.words import say

#: Options of a menu or a group of it, and of radio buttons; these few are seen without opening a menu.
#: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
#: https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element
MOST_OPTIONS, MOST_RADIO = 100, 4
#: Longest label of a field, in characters: https://docs.slack.dev/reference/block-kit/blocks/input-block
LONGEST_LABEL = 2000


def field(question: Question, language: Language) -> Iterator[Drawn]:
    yield from error(question)
    long = [Line((Span(text=choice.title),), "• ") for choice in question.choices
            if shortened(choice.title) != " ".join(choice.title.split())]  # fmt: skip
    yield from told(items(long, numbered=False))
    label, *more = list(parts(question.label, LONGEST_LABEL)) or [question.name]
    for part in more:
        yield from told(paragraph(part))
    if question.choices:
        yield _input(question, label, _choosing(question))
        return
    room = max(1, question.longest)
    held = carried.in_parts(question.value)
    for number, (joiner, part) in enumerate(held):
        # A text that is too long is kept as it is: whoever wrote it is told so, and shortens it.
        longest = min(carried.LONGEST_INPUT, max(room, units(part)))
        element = PlainTextInputElement(
            action_id=carried.element_id(question.name, number, joiner),
            multiline=question.lines > 1 or len(held) > 1,
            max_length=longest,
            # White space alone is no value to Slack.
            initial_value=part if part.strip() else None,
        )
        named = say(language, "slack_forms.goes_on", label=label) if number else label
        yield _input(question, named, element, number)


def _input(question: Question, label: str, element: InputInteractiveElement, number: int = 0) -> Drawn:
    # Slack keeps what is in a field of a block of the same id when the view is drawn anew: another value, another id.
    state = sha256(f"{question.value}\0{question.error}".encode("utf-8", "replace")).hexdigest()[:8]
    block_id = carried.element_id(question.name, number)[: cargo.LONGEST_ID - 10] + f" {state}"
    # What has a choice already cannot be without one.
    is_chosen = any(one.value == question.value for one in question.choices)
    is_optional = number > 0 or not (question.required or is_chosen)
    label = shortened(label, LONGEST_LABEL)
    return Drawn(InputBlock(label=plain(label), element=element, optional=is_optional, block_id=block_id))


def _choosing(question: Question) -> InputInteractiveElement:
    options = [
        Option(text=plain(shortened(choice.title)), value=carried.option_value(choice.value, place))
        for place, choice in enumerate(question.choices)
    ]
    chosen = next((place for place, one in enumerate(question.choices) if one.value == question.value), None)
    initial = None if chosen is None else options[chosen]
    element = carried.element_id(question.name)
    if len(options) <= MOST_RADIO and question.required:
        return RadioButtonsElement(action_id=element, options=options, initial_option=initial)
    if len(options) <= MOST_OPTIONS:
        return StaticSelectElement(action_id=element, options=options, initial_option=initial)
    groups = [
        OptionGroup(label=plain(f"{start + 1}–{min(start + MOST_OPTIONS, len(options))}"),
                    options=options[start : start + MOST_OPTIONS])
        for start in range(0, len(options), MOST_OPTIONS)
    ]  # fmt: skip
    return StaticSelectElement(action_id=element, option_groups=groups, initial_option=initial)


def error(question: Question) -> Iterator[Drawn]:
    yield from told(paragraph(question.error, strong=True, mark="warning"))
