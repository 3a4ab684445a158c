"""What a card says as blocks of Block Kit, each with what it says in plain text.

What is too long for one block is divided, never cut.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from slack_sdk.models.blocks import Block, ContextBlock, ImageBlock, PlainTextObject

from bot.slack.cargo import units
from bot.slack.rich_text import HEAVIEST, Line, Said, is_safe, items, lines, paragraph, parts, weight
from dialogs import card as vocabulary
from dialogs.card import Facts, Items, Picture, Span, Text, Written

#: Longest text of a header, and of a button and an option, in characters. An image's text may have 2000 and its address
#: 3000; together they are held to what a link in its place may have.
#: https://docs.slack.dev/reference/block-kit/blocks/header-block
#: https://docs.slack.dev/reference/block-kit/block-elements/button-element
#: https://docs.slack.dev/reference/block-kit/composition-objects/option-object
#: https://docs.slack.dev/reference/block-kit/blocks/image-block
LONGEST_HEADER, LONGEST_TITLE, LONGEST_ALT = 150, 75, 2000


@dataclass(frozen=True)
class Drawn:
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


def content(blocks: Iterable[vocabulary.Block]) -> Iterator[Drawn]:
    for block in blocks:
        yield from _block(block)


def _block(block: vocabulary.Block) -> Iterator[Drawn]:
    match block:
        case Text():
            yield from _styled(block)
        case Written():
            yield from _written(block)
        case Facts():
            facts = [Line((Span(text=f"{label}: ", strong=True), Span(text=value))) for label, value in block.facts]
            yield from told(lines(facts))
        case Items():
            yield from _items(block)
        case Picture():
            yield from _picture(block)


def _styled(block: Text) -> Iterator[Drawn]:
    match block.style:
        case "quiet":
            yield from quiet(block.text)
        case "warning":
            yield from told(paragraph(block.text, strong=True, mark="warning"))
        case style:
            yield from told(paragraph(block.text, strong=style == "strong"))


def _written(block: Written) -> Iterator[Drawn]:
    written = [Line(line, sign) for sign, line in zip(block.signs(), block.lines, strict=True)]
    if block.shape == "paragraph":
        yield from told(lines(written))
    else:
        yield from told(items(written, numbered=block.shape == "numbers"))


def _items(block: Items) -> Iterator[Drawn]:
    """Some lists say themselves which number their buttons mean: they are not counted once more."""
    marked = [(label, (Span(text=f"{label}: ", strong=True), Span(text=more)) if more else (Span(text=label),))
              for label, more in block.items]  # fmt: skip
    if block.numbered:
        yield from told(items((Line(spans, f"{at}. ") for at, (_, spans) in enumerate(marked, 1)), numbered=True))
        return
    for counts, some in groupby(marked, key=lambda one: _counts(one[0])):
        if counts:
            yield from told(lines(Line(spans) for _, spans in some))
        else:
            yield from told(items((Line(spans, "• ") for _, spans in some), numbered=False))


def _counts(label: str) -> bool:
    number, dot, _ = label.partition(". ")
    return bool(dot) and number.isascii() and number.isdecimal()


def _picture(block: Picture) -> Iterator[Drawn]:
    if is_safe(block.address) and units(block.alt) <= LONGEST_ALT and _links(block):
        yield Drawn(ImageBlock(image_url=block.address, alt_text=block.alt), block.alt)
    elif is_safe(block.address):
        yield from told(lines([Line((Span(text=block.alt, address=block.address),))]))
    else:
        yield from quiet(block.alt)


def _links(block: Picture) -> bool:
    return weight(f"{block.alt} ({block.address})") <= HEAVIEST


def quiet(text: str) -> Iterator[Drawn]:
    for part in parts(text, _LONGEST_QUIET):
        yield Drawn(ContextBlock(elements=[plain(part)]), part)


#: Bytes of small print in a block: less than a text object holds.
_LONGEST_QUIET = 1900


def told(said: Iterable[Said]) -> list[Drawn]:
    return [Drawn(one.block, one.text) for one in said]


def shortened(title: str, longest: int = LONGEST_TITLE) -> str:
    """A title as a button or option can hold it; where it is cut off the whole one is told beside it."""
    line = " ".join(title.split()) or "…"
    if units(line) <= longest:
        return line
    return next(parts(line, longest - 1, units)).rstrip() + "…"


def plain(text: str) -> PlainTextObject:
    return PlainTextObject(text=text, emoji=False)
