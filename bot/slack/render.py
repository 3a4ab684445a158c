"""A card as Block Kit: as messages, as the modal of its form, and as part of the App Home.

What is too long for one block, field or message is divided, never cut: a card may become several messages, which say in
their order what the card says. A form is not in the message: each button that sends it opens a modal with its fields.
See docs/decisions/0014 and, for how a form travels, bot/slack/carried.py.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import groupby
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    ImageBlock,
    InputBlock,
    Option,
    OptionGroup,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.blocks.block_elements import InputInteractiveElement
from slack_sdk.models.views import View

from bot.slack import carried
from bot.slack.carried import Hold, units
from bot.slack.rich_text import HEAVIEST, Line, Said, escaped, is_safe, items, lines, paragraph, parts, weight
from dialogs import card as vocabulary
from dialogs.button_titles import untold
from dialogs.card import Button, Card, Facts, Items, Language, Picture, Question, Span, Text, Written
from dialogs.words import say

#: Blocks of a message, and of a modal or the App Home: https://docs.slack.dev/reference/block-kit/blocks
MOST_BLOCKS, MOST_IN_VIEW = 50, 100
#: Longest text of a message, in bytes of UTF-8: chat.update refuses more than 4000, and a message may be corrected.
#: https://docs.slack.dev/reference/methods/chat.update
LONGEST_TEXT = 3800
#: Longest JSON of a message's blocks, in characters. Slack refuses about 13,000 with msg_blocks_too_long, and does not
#: say how it counts: https://github.com/slackapi/bolt-js/issues/2509
LARGEST_BLOCKS = 11_000
#: Longest text of a header, and of a button and an option, in characters. An image's text may have 2000 and its address
#: 3000; together they are held to what a link in its place may have.
#: https://docs.slack.dev/reference/block-kit/blocks/header-block
#: https://docs.slack.dev/reference/block-kit/block-elements/button-element
#: https://docs.slack.dev/reference/block-kit/composition-objects/option-object
#: https://docs.slack.dev/reference/block-kit/blocks/image-block
LONGEST_HEADER, LONGEST_TITLE, LONGEST_ALT = 150, 75, 2000
#: Titles longer than this, in characters, may be cut off by a button; the whole one stands above. Slack says "about 30"
#: (the same page); a telephone of 320 pixels has room for some more.
LONGEST_SHOWN_TITLE = 35
#: Elements of an actions block: https://docs.slack.dev/reference/block-kit/blocks/actions-block
MOST_BUTTONS = 25
#: Options of a menu or a group of it, and of radio buttons; these few are seen without opening a menu.
#: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element
#: https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element
MOST_OPTIONS, MOST_RADIO = 100, 4
#: Longest title, submit and close of a modal, in characters: https://docs.slack.dev/reference/views/modal-views
LONGEST_OF_MODAL = 24
#: Longest label of a field, in characters: https://docs.slack.dev/reference/block-kit/blocks/input-block
LONGEST_LABEL = 2000
#: What the modals of forms are known by.
FORM = "form"


@dataclass(frozen=True)
class Post:
    """One message. ``text`` is what notifications show and screen readers read instead of the blocks; it is escaped."""

    text: str
    blocks: list[dict[str, Any]]


@dataclass(frozen=True)
class _Drawn:
    """A block and what it says."""

    block: Block
    said: str = ""

    @cached_property
    def json(self) -> dict[str, Any]:
        """Checked by slack_sdk's own rules: what breaks a limit is a defect of this module, and said so here."""
        found: dict[str, Any] = self.block.to_dict()
        return found

    @cached_property
    def load(self) -> tuple[int, int, int]:
        """What it takes of a message: blocks, characters of their JSON, and bytes of text."""
        return 1, len(json.dumps(self.json, ensure_ascii=False)) + 2, weight(self.said) + 1


def messages(card: Card) -> tuple[Post, ...]:
    """The card as one message or more; its buttons are in the last."""
    above = list(_above_buttons(card))
    below = _buttons(card, len(above))
    posts = _divided([*above, *below])
    return tuple(Post(_text(some, card), [one.json for one in some]) for some in posts)


def without_pictures(post: Post) -> Post:
    """The message with links where there are pictures: Slack fetches each, and refuses a message where it cannot."""
    return Post(post.text, [_linked(block) if block["type"] == "image" else block for block in post.blocks])


def _linked(image: dict[str, Any]) -> dict[str, Any]:
    (link,) = lines([Line((Span(text=image["alt_text"], address=image["image_url"]),))])
    found: dict[str, Any] = link.block.to_dict()
    return found


def modal(card: Card, button: Button, at: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The view that asks for what the card's form asks for, and whose submission is ``button``'s press.

    ``at`` comes back with the submission: where the form came from. The card's own text is in it where there is any.
    """
    drawn = [*_title(card, is_in_view=True), *_blocks(card.blocks)]
    said = {"sent": carried.payload(button, card), "at": dict(at or {})}
    long = {one.name: [choice.value for choice in one.choices] for one in card.questions if carried.is_by_place(one)}
    if long:
        said["choices"] = long
    for question in card.questions:
        drawn += _field(question, card.language)
    submit = shortened(button.title)
    if units(submit) > LONGEST_OF_MODAL:
        submit = say(card.language, "slack_forms.submit")
        drawn += _said(paragraph(say(card.language, "slack_forms.submits", title=button.title), strong=True))
    metadata, blocks = _in_metadata(said, [one.block for one in drawn])
    if len(blocks) > MOST_IN_VIEW:
        raise ValueError(f"a form of {len(blocks)} blocks")
    view = View(
        type="modal",
        callback_id=FORM,
        title=_plain(_modal_title(card)),
        submit=_plain(submit),
        close=_plain(say(card.language, "slack_forms.close")),
        private_metadata=metadata,
        blocks=blocks,
    )
    return _json(view)


def home(cards: Sequence[Card]) -> dict[str, Any]:
    """The App Home with these cards, one below the other. What there is no room for is told to be elsewhere."""
    blocks: list[Block] = []
    for place, card in enumerate(cards):
        above = list(_above_buttons(card))
        drawn = [one.block for one in [*above, *_buttons(card, len(above), prefix=f"{place}.")]]
        drawn = [DividerBlock(), *drawn] if blocks else drawn
        if len(blocks) + len(drawn) >= MOST_IN_VIEW:
            more = _said(paragraph(say(card.language, "slack_forms.more")))
            blocks = [*blocks[: MOST_IN_VIEW - len(more)], *(one.block for one in more)]
            break
        blocks += drawn
    return _json(View(type="home", blocks=blocks))


def _above_buttons(card: Card) -> Iterator[_Drawn]:
    yield from _title(card)
    yield from _blocks(card.blocks)
    for question in card.questions:
        yield from _error(question)
    if card.questions and card.sending:
        fields = " · ".join(map(_asked, card.questions))
        yield from _quiet(say(card.language, "slack_forms.asks", fields=fields))
    long = [Line((Span(text=title),), "• ") for title in untold(card, LONGEST_SHOWN_TITLE)]
    yield from _said(items(long, numbered=False))


def _asked(question: Question) -> str:
    """What the form asks for, and what is chosen now: in the message nobody sees its fields."""
    chosen = next((one.title for one in question.choices if one.value == question.value), "")
    if not chosen:
        return question.label
    return f"{question.label} {chosen}" if question.label.endswith(("?", ":")) else f"{question.label}: {chosen}"


def _title(card: Card, is_in_view: bool = False) -> Iterator[_Drawn]:
    title = card.title.strip()
    if not title or (is_in_view and title == _modal_title(card)):
        return
    if units(title) > LONGEST_HEADER:
        yield from _said(paragraph(title, strong=True))
    else:
        yield _Drawn(HeaderBlock(text=_plain(" ".join(title.split()))), title)


def _modal_title(card: Card) -> str:
    title = " ".join(card.title.split())
    return title if title and units(title) <= LONGEST_OF_MODAL else say(card.language, "slack_forms.title")


def _blocks(blocks: Iterable[vocabulary.Block]) -> Iterator[_Drawn]:
    for block in blocks:
        yield from _block(block)


def _block(block: vocabulary.Block) -> Iterator[_Drawn]:
    match block:
        case Text():
            yield from _styled(block)
        case Written():
            yield from _written(block)
        case Facts():
            facts = [Line((Span(text=f"{label}: ", strong=True), Span(text=value))) for label, value in block.facts]
            yield from _said(lines(facts))
        case Items():
            yield from _items(block)
        case Picture():
            yield from _picture(block)


def _styled(block: Text) -> Iterator[_Drawn]:
    match block.style:
        case "quiet":
            yield from _quiet(block.text)
        case "warning":
            yield from _said(paragraph(block.text, strong=True, mark="warning"))
        case style:
            yield from _said(paragraph(block.text, strong=style == "strong"))


def _written(block: Written) -> Iterator[_Drawn]:
    written = [Line(line, sign) for sign, line in zip(block.signs(), block.lines, strict=True)]
    if block.shape == "paragraph":
        yield from _said(lines(written))
    else:
        yield from _said(items(written, numbered=block.shape == "numbers"))


def _items(block: Items) -> Iterator[_Drawn]:
    """Some lists say themselves which number their buttons mean: they are not counted once more."""
    marked = [(label, (Span(text=f"{label}: ", strong=True), Span(text=more)) if more else (Span(text=label),))
              for label, more in block.items]  # fmt: skip
    if block.numbered:
        yield from _said(items((Line(spans, f"{at}. ") for at, (_, spans) in enumerate(marked, 1)), numbered=True))
        return
    for counts, some in groupby(marked, key=lambda one: _counts(one[0])):
        if counts:
            yield from _said(lines(Line(spans) for _, spans in some))
        else:
            yield from _said(items((Line(spans, "• ") for _, spans in some), numbered=False))


def _counts(label: str) -> bool:
    number, dot, _ = label.partition(". ")
    return bool(dot) and number.isascii() and number.isdecimal()


def _picture(block: Picture) -> Iterator[_Drawn]:
    if is_safe(block.address) and units(block.alt) <= LONGEST_ALT and _links(block):
        yield _Drawn(ImageBlock(image_url=block.address, alt_text=block.alt), block.alt)
    elif is_safe(block.address):
        yield from _said(lines([Line((Span(text=block.alt, address=block.address),))]))
    else:
        yield from _quiet(block.alt)


def _links(block: Picture) -> bool:
    return weight(f"{block.alt} ({block.address})") <= HEAVIEST


def _quiet(text: str) -> Iterator[_Drawn]:
    for part in parts(text, _LONGEST_QUIET):
        yield _Drawn(ContextBlock(elements=[_plain(part)]), part)


#: Bytes of small print in a block: less than a text object holds.
_LONGEST_QUIET = 1900


def _error(question: Question) -> Iterator[_Drawn]:
    yield from _said(paragraph(question.error, strong=True, mark="warning"))


def _said(said: Iterable[Said]) -> list[_Drawn]:
    return [_Drawn(one.block, one.text) for one in said]


def _buttons(card: Card, above: int, prefix: str = "") -> list[_Drawn]:
    """The buttons, and whatever it takes to carry what they open. ``above``: how many blocks stand over them."""
    for questions in (card.questions, tuple(map(_within_limits, card.questions))):
        drawn = _loaded(card.model_copy(update={"questions": questions}), prefix)
        if above + len(drawn) <= MOST_BLOCKS or len(drawn) <= MOST_BLOCKS // 2:
            return drawn
    raise ValueError("the card's form is too large to be carried")


def _within_limits(question: Question) -> Question:
    """Holding no more than it takes: that it is too long is already said at it, and it stands in what they wrote."""
    return question.model_copy(update={"value": question.value[: question.longest]})


def _loaded(card: Card, prefix: str) -> list[_Drawn]:
    hold, said = Hold(), []
    for button in card.buttons:
        if button in card.sending:
            hold.form = hold.form or carried.form_of(card)
            said.append({"open": card.sending.index(button)})
        else:
            direct = carried.payload(button, card)
            if units(carried.safe_json(direct)) > carried.LONGEST_VALUE:
                hold.long.append(direct)
                direct = {"long": len(hold.long) - 1}
            said.append(direct)
    if hold.is_empty:
        return list(_actions(card, list(map(carried.safe_json, said)), prefix))
    packed = hold.packed()
    values = [carried.safe_json(one if "action" in one else one | {"in": carried.name_of(packed)}) for one in said]
    rows = -(-len(values) // MOST_BUTTONS)
    room = [carried.LONGEST_VALUE - units(value) for value in values] + [carried.LONGEST_ID] * rows
    missing = len(packed) - sum(max(0, most - carried.LONGEST_MARK) for most in room)
    spare = carried.room_needed(missing, carried.LONGEST_ID) if missing > 0 else 0
    cut = carried.pieces(packed, room + [carried.LONGEST_ID] * spare)
    loaded = [value + piece for value, piece in zip(values, cut, strict=False)]
    ids = cut[len(values) :]
    # A divider says nothing, and carries as much as any block.
    dividers = [_Drawn(DividerBlock(block_id=piece)) for piece in ids[rows:]]
    return [*dividers, *_actions(card, loaded, prefix, ids[:rows])]


def _actions(card: Card, values: list[str], prefix: str, ids: Sequence[str] = ()) -> Iterator[_Drawn]:
    styles = {"primary": "primary", "destructive": "danger"}
    drawn = [
        ButtonElement(
            text=_plain(shortened(button.title)),
            action_id=f"{prefix}{place}",
            value=value,
            style=styles.get(button.style),
        )
        for place, (button, value) in enumerate(zip(card.buttons, values, strict=True))
    ]
    for row, start in enumerate(range(0, len(drawn), MOST_BUTTONS)):
        block_id = (ids[row] if row < len(ids) else "") or None
        yield _Drawn(ActionsBlock(elements=list(drawn[start : start + MOST_BUTTONS]), block_id=block_id))


def shortened(title: str, longest: int = LONGEST_TITLE) -> str:
    """A title as a button or option can hold it; where it is cut off the whole one is told beside it."""
    line = " ".join(title.split()) or "…"
    if units(line) <= longest:
        return line
    return next(parts(line, longest - 1, units)).rstrip() + "…"


def _field(question: Question, language: Language) -> Iterator[_Drawn]:
    yield from _error(question)
    long = [Line((Span(text=choice.title),), "• ") for choice in question.choices
            if shortened(choice.title) != " ".join(choice.title.split())]  # fmt: skip
    yield from _said(items(long, numbered=False))
    label, *more = list(parts(question.label, LONGEST_LABEL)) or [question.name]
    for part in more:
        yield from _said(paragraph(part))
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
            initial_value=part or None,
        )
        named = say(language, "slack_forms.goes_on", label=label) if number else label
        yield _input(question, named, element, number)


def _input(question: Question, label: str, element: InputInteractiveElement, number: int = 0) -> _Drawn:
    # Slack keeps what is in a field of a block of the same id when the view is drawn anew: another value, another id.
    state = sha256(f"{question.value}\0{question.error}".encode("utf-8", "replace")).hexdigest()[:8]
    block_id = carried.element_id(question.name, number)[: carried.LONGEST_ID - 10] + f" {state}"
    # What has a choice already cannot be without one.
    is_chosen = any(one.value == question.value for one in question.choices)
    is_optional = number > 0 or not (question.required or is_chosen)
    label = shortened(label, LONGEST_LABEL)
    return _Drawn(InputBlock(label=_plain(label), element=element, optional=is_optional, block_id=block_id))


def _choosing(question: Question) -> InputInteractiveElement:
    options = [
        Option(text=_plain(shortened(choice.title)), value=carried.option_value(choice.value, place))
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
        OptionGroup(label=_plain(f"{start + 1}–{min(start + MOST_OPTIONS, len(options))}"),
                    options=options[start : start + MOST_OPTIONS])
        for start in range(0, len(options), MOST_OPTIONS)
    ]  # fmt: skip
    return StaticSelectElement(action_id=element, option_groups=groups, initial_option=initial)


def _in_metadata(said: dict[str, Any], blocks: list[Block]) -> tuple[str, list[Block]]:
    """What a modal carries in its private_metadata, and where that is too long, in the ids of dividers below it."""
    metadata = carried.safe_json(said)
    if units(metadata) <= carried.LONGEST_METADATA:
        return metadata, blocks
    packed = Hold(long=[said]).packed()
    metadata = carried.safe_json({"in": carried.name_of(packed)})
    room = carried.LONGEST_METADATA - units(metadata)
    rest = len(packed) - (room - carried.LONGEST_MARK)
    spare = carried.room_needed(rest, carried.LONGEST_ID) if rest > 0 else 0
    piece, *ids = carried.pieces(packed, [room] + [carried.LONGEST_ID] * spare)
    return metadata + piece, [*blocks, *(DividerBlock(block_id=one) for one in ids)]


def _divided(drawn: list[_Drawn]) -> list[list[_Drawn]]:
    """The blocks in as many messages as they need, in their order. What belongs to the buttons stays with them: the
    platform returns one message, and the form is in it."""
    first = next((at for at, one in enumerate(drawn) if not one.said), len(drawn))
    posts: list[list[_Drawn]] = [[]]
    for some in (*([one] for one in drawn[:first]), drawn[first:]):
        if posts[-1] and not _fits([*posts[-1], *some]):
            posts.append([])
        posts[-1] += some
    return [some for some in posts if some]


def _fits(some: list[_Drawn]) -> bool:
    blocks, size, text = (sum(one.load[kind] for one in some) for kind in range(3))
    return blocks <= MOST_BLOCKS and size <= LARGEST_BLOCKS and text <= LONGEST_TEXT


def _text(some: list[_Drawn], card: Card) -> str:
    """What these blocks say; of buttons alone their titles."""
    said = "\n".join(one.said for one in some if one.said.strip())
    return escaped(said or " · ".join(shortened(button.title) for button in card.buttons) or "…")


def _plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text, emoji=False)


def _json(view: View) -> dict[str, Any]:
    found: dict[str, Any] = view.to_dict()
    return found
