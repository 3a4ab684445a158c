"""A card as Block Kit: as messages, as the modal of its form, and as part of the App Home.

What is too long for one block, field or message is divided, never cut: a card may become several messages, which say in
their order what the card says. A form is not in the message: each button that sends it opens a modal with its fields.
See docs/decisions/0014 and, for how a form travels, bot/slack/carried.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
    HeaderBlock,
)
from slack_sdk.models.views import View

from bot.slack import cargo, carried
from bot.slack.cargo import Hold, units
from bot.slack.drawing import LONGEST_HEADER, Drawn, content, plain, quiet, shortened, told
from bot.slack.fields import error, field
from bot.slack.rich_text import Line, escaped, items, lines, paragraph
from dialogs.button_titles import untold
from dialogs.card import Button, Card, Question, Span
from dialogs.words import say

#: Blocks of a message, and of a modal or the App Home: https://docs.slack.dev/reference/block-kit/blocks
MOST_BLOCKS, MOST_IN_VIEW = 50, 100
#: Longest text of a message, in bytes of UTF-8: chat.update refuses more than 4000, and a message may be corrected.
#: https://docs.slack.dev/reference/methods/chat.update
LONGEST_TEXT = 3800
#: Longest JSON of a message's blocks, in characters. Slack refuses about 13,000 with msg_blocks_too_long, and does not
#: say how it counts: https://github.com/slackapi/bolt-js/issues/2509
LARGEST_BLOCKS = 11_000
#: Titles longer than this, in characters, may be cut off by a button; the whole one stands above. Slack says "about 30"
#: (the same page); a telephone of 320 pixels has room for some more.
LONGEST_SHOWN_TITLE = 35
#: Elements of an actions block: https://docs.slack.dev/reference/block-kit/blocks/actions-block
MOST_BUTTONS = 25
#: Longest title, submit and close of a modal, in characters: https://docs.slack.dev/reference/views/modal-views
LONGEST_OF_MODAL = 24
#: What the modals of forms are known by.
FORM = "form"


@dataclass(frozen=True)
class Post:
    """One message. ``text`` is what notifications show and screen readers read instead of the blocks; it is escaped."""

    text: str
    blocks: list[dict[str, Any]]


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

    ``at`` comes back with the submission: where the form came from. What is to be read first stands above the fields.
    """
    drawn = [*_title(card, is_in_view=True), *content(card.blocks)]
    said = {"sent": carried.payload(button, card), "at": dict(at or {})}
    long = {one.name: [choice.value for choice in one.choices] for one in card.questions if carried.is_by_place(one)}
    if long:
        said["choices"] = long
    for question in card.questions:
        drawn += field(question, card.language)
    submit = shortened(button.title)
    if units(submit) > LONGEST_OF_MODAL:
        submit = say(card.language, "slack_forms.submit")
        drawn += told(paragraph(say(card.language, "slack_forms.submits", title=button.title), strong=True))
    metadata, blocks = _in_metadata(said, [one.block for one in drawn])
    if len(blocks) > MOST_IN_VIEW:
        raise ValueError(f"a form of {len(blocks)} blocks")
    view = View(
        type="modal",
        callback_id=FORM,
        title=plain(_modal_title(card)),
        submit=plain(submit),
        close=plain(say(card.language, "slack_forms.close")),
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
            more = told(paragraph(say(card.language, "slack_forms.more")))
            blocks = [*blocks[: MOST_IN_VIEW - len(more)], *(one.block for one in more)]
            break
        blocks += drawn
    return _json(View(type="home", blocks=blocks))


def _above_buttons(card: Card) -> Iterator[Drawn]:
    yield from _title(card)
    yield from content(card.blocks)
    for question in card.questions:
        yield from error(question)
    if card.questions and card.sending:
        fields = " · ".join(map(_asked, card.questions))
        yield from quiet(say(card.language, "slack_forms.asks", fields=fields))
    long = [Line((Span(text=title),), "• ") for title in untold(card, LONGEST_SHOWN_TITLE)]
    yield from told(items(long, numbered=False))


def _asked(question: Question) -> str:
    """What the form asks for, and what is chosen now: in the message nobody sees its fields."""
    chosen = next((one.title for one in question.choices if one.value == question.value), "")
    if not chosen:
        return question.label
    return f"{question.label} {chosen}" if question.label.endswith(("?", ":")) else f"{question.label}: {chosen}"


def _title(card: Card, is_in_view: bool = False) -> Iterator[Drawn]:
    title = card.title.strip()
    if not title or (is_in_view and title == _modal_title(card)):
        return
    if units(title) > LONGEST_HEADER:
        yield from told(paragraph(title, strong=True))
    else:
        yield Drawn(HeaderBlock(text=plain(" ".join(title.split()))), title)


def _modal_title(card: Card) -> str:
    title = " ".join(card.title.split())
    return title if title and units(title) <= LONGEST_OF_MODAL else say(card.language, "slack_forms.title")


def _buttons(card: Card, above: int, prefix: str = "") -> list[Drawn]:
    """The buttons, and whatever it takes to carry what they open. ``above``: how many blocks stand over them."""
    for questions in (card.questions, tuple(map(_within_limits, card.questions))):
        drawn = _loaded(card.model_copy(update={"questions": questions}), prefix)
        if above + len(drawn) <= MOST_BLOCKS or len(drawn) <= MOST_BLOCKS // 2:
            return drawn
    raise ValueError("the card's form is too large to be carried")


def _within_limits(question: Question) -> Question:
    """Holding no more than it takes: that it is too long is already said at it, and it stands in what they wrote."""
    return question.model_copy(update={"value": question.value[: question.longest]})


def _loaded(card: Card, prefix: str) -> list[Drawn]:
    hold, said = Hold(), []
    for button in card.buttons:
        if button in card.sending:
            hold.form = hold.form or carried.form_of(card)
            said.append({"open": card.sending.index(button)})
        else:
            direct = carried.payload(button, card)
            if units(cargo.safe_json(direct)) > cargo.LONGEST_VALUE:
                hold.long.append(direct)
                direct = {"long": len(hold.long) - 1}
            said.append(direct)
    if hold.is_empty:
        return list(_actions(card, list(map(cargo.safe_json, said)), prefix))
    packed = hold.packed()
    values = [cargo.safe_json(one if "action" in one else one | {"in": cargo.name_of(packed)}) for one in said]
    rows = -(-len(values) // MOST_BUTTONS)
    room = [cargo.LONGEST_VALUE - units(value) for value in values] + [cargo.LONGEST_ID] * rows
    missing = len(packed) - sum(max(0, most - cargo.LONGEST_MARK) for most in room)
    spare = cargo.room_needed(missing, cargo.LONGEST_ID) if missing > 0 else 0
    cut = cargo.pieces(packed, room + [cargo.LONGEST_ID] * spare)
    loaded = [value + piece for value, piece in zip(values, cut, strict=False)]
    ids = cut[len(values) :]
    # A divider says nothing, and carries as much as any block.
    dividers = [Drawn(DividerBlock(block_id=piece)) for piece in ids[rows:]]
    return [*dividers, *_actions(card, loaded, prefix, ids[:rows])]


def _actions(card: Card, values: list[str], prefix: str, ids: Sequence[str] = ()) -> Iterator[Drawn]:
    styles = {"primary": "primary", "destructive": "danger"}
    drawn = [
        ButtonElement(
            text=plain(shortened(button.title)),
            action_id=f"{prefix}{place}",
            value=value,
            style=styles.get(button.style),
        )
        for place, (button, value) in enumerate(zip(card.buttons, values, strict=True))
    ]
    for row, start in enumerate(range(0, len(drawn), MOST_BUTTONS)):
        block_id = (ids[row] if row < len(ids) else "") or None
        yield Drawn(ActionsBlock(elements=list(drawn[start : start + MOST_BUTTONS]), block_id=block_id))


def _in_metadata(said: dict[str, Any], blocks: list[Block]) -> tuple[str, list[Block]]:
    """What a modal carries in its private_metadata, and where that is too long, in the ids of dividers below it."""
    metadata = cargo.safe_json(said)
    if units(metadata) <= cargo.LONGEST_METADATA:
        return metadata, blocks
    packed = Hold(long=[said]).packed()
    metadata = cargo.safe_json({"in": cargo.name_of(packed)})
    room = cargo.LONGEST_METADATA - units(metadata)
    rest = len(packed) - (room - cargo.LONGEST_MARK)
    spare = cargo.room_needed(rest, cargo.LONGEST_ID) if rest > 0 else 0
    piece, *ids = cargo.pieces(packed, [room] + [cargo.LONGEST_ID] * spare)
    return metadata + piece, [*blocks, *(DividerBlock(block_id=one) for one in ids)]


def _divided(drawn: list[Drawn]) -> list[list[Drawn]]:
    """The blocks in as many messages as they need, in their order. What belongs to the buttons stays with them: the
    platform returns one message, and the form is in it."""
    first = next((at for at, one in enumerate(drawn) if not one.said), len(drawn))
    posts: list[list[Drawn]] = [[]]
    for some in (*([one] for one in drawn[:first]), drawn[first:]):
        if posts[-1] and not _fits([*posts[-1], *some]):
            posts.append([])
        posts[-1] += some
    return [some for some in posts if some]


def _fits(some: list[Drawn]) -> bool:
    blocks, size, text = (sum(one.load[kind] for one in some) for kind in range(3))
    return blocks <= MOST_BLOCKS and size <= LARGEST_BLOCKS and text <= LONGEST_TEXT


def _text(some: list[Drawn], card: Card) -> str:
    """What these blocks say; of buttons alone their titles."""
    said = "\n".join(one.said for one in some if one.said.strip())
    return escaped(said or " · ".join(shortened(button.title) for button in card.buttons) or "…")


def _json(view: View) -> dict[str, Any]:
    found: dict[str, Any] = view.to_dict()
    return found
