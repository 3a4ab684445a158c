"""Texts as Slack's rich text: what somebody wrote can be no markup, mention or link there, because nothing is parsed.

https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from slack_sdk.models.blocks import (
    RichTextBlock,
    RichTextElementParts,
    RichTextListElement,
    RichTextSectionElement,
)
from slack_sdk.models.blocks.block_elements import RichTextElement

from dialogs.card import Span

#: Longest address of a link, in characters: what Block Kit allows of a button's.
#: https://docs.slack.dev/reference/block-kit/block-elements/button-element
LONGEST_ADDRESS = 3000
#: How much one block says at the most, in bytes as ``weight`` counts them: less than one text object may hold (3000
#: characters), and than a message's text.
HEAVIEST = 2800
#: What must be written otherwise where Slack parses a text: https://docs.slack.dev/messaging/formatting-message-text
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True)
class Line:
    """A line, with the sign or number that stands before it where it is no list's."""

    spans: tuple[Span, ...]
    sign: str = ""

    def said(self) -> str:
        return self.sign + "".join(map(_said, self.spans))


@dataclass(frozen=True)
class Said:
    """Blocks of rich text and what each of them says."""

    block: RichTextBlock
    text: str


def escaped(text: str) -> str:
    """The text for where Slack looks for mentions and links in it: the message's own, which also decides who is
    notified."""
    return text.translate(_ESCAPES)


def weight(text: str) -> int:
    """Bytes of the text as it is sent. chat.update refuses a text above 4000 bytes of UTF-8 with msg_too_long, where
    chat.postMessage counts characters: https://docs.slack.dev/reference/methods/chat.update"""
    return len(escaped(text).encode("utf-8", "replace"))


def paragraph(text: str, *, strong: bool = False, mark: str = "") -> list[Said]:
    """The text with its line breaks, in as many blocks as it needs. ``mark`` names an emoji to stand before it."""
    blocks = []
    for place, part in enumerate(parts(text, HEAVIEST)):
        first: list[RichTextElement] = []
        if mark and place == 0:
            first = [RichTextElementParts.Emoji(name=mark), RichTextElementParts.Text(text=" ")]
        blocks.append(Said(_section([*first, _run(Span(text=part, strong=strong))]), part))
    return blocks


def lines(written: Iterable[Line]) -> list[Said]:
    """The lines below each other, with their signs."""
    drawn: list[Said] = []
    for some in _batches(written):
        if _is_too_heavy(some):
            drawn += paragraph(_told(some))
        else:
            drawn.append(Said(_section(list(_below_each_other(some))), _told(some)))
    return drawn


def items(written: Iterable[Line], *, numbered: bool) -> list[Said]:
    """The lines as a list of Slack's own; ``sign`` of each is what it says where there are no lists."""
    drawn: list[Said] = []
    before = 0
    for some in _batches(written):
        if _is_too_heavy(some):
            # It goes on in the next block, where a list would count it twice.
            drawn += paragraph(_told(some))
        else:
            elements = [RichTextSectionElement(elements=[_run(span) for span in line.spans if _said(span)])
                        for line in some]  # fmt: skip
            style = "ordered" if numbered else "bullet"
            listed = RichTextListElement(elements=elements, style=style, offset=before if numbered and before else None)
            drawn.append(Said(RichTextBlock(elements=[listed]), _told(some)))
        before += len(some)
    return drawn


def parts(text: str, heaviest: int, weigh: Callable[[str], int] = weight) -> Iterator[str]:
    """The text in parts that weigh no more each, cut between words where that can be."""
    text = text.strip("\n")
    while weigh(text) > heaviest:
        end = _longest(text, heaviest, weigh)
        cut = max(text.rfind("\n", 0, end + 1), text.rfind(" ", 0, end + 1))
        cut = cut if cut > end // 2 else end
        if text[:cut].strip():
            yield text[:cut].rstrip()
        text = text[cut:].lstrip() if text[cut : cut + 1].isspace() else text[cut:]
    if text.strip():
        yield text


def _longest(text: str, heaviest: int, weigh: Callable[[str], int]) -> int:
    """How many characters of the text are not too heavy; one at least."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if weigh(text[:middle]) <= heaviest else (low, middle - 1)
    return low


def is_safe(address: str) -> bool:
    """Whether an address may be linked to: one that browsers read as people do."""
    try:
        found = urlsplit(address)
    except ValueError:
        return False
    is_web = found.scheme == "https" and bool(found.hostname) and found.username is None
    return is_web and address.isprintable() and len(address) <= LONGEST_ADDRESS


def _batches(written: Iterable[Line]) -> Iterator[list[Line]]:
    """Neighbouring lines that one block can hold; one that is too long for any stands alone. Slack takes none that say
    nothing."""
    batch: list[Line] = []
    heavy = 0
    for line in written:
        if not "".join(map(_said, line.spans)).strip():
            continue
        of_line = weight(line.said()) + 1
        if batch and heavy + of_line > HEAVIEST:
            yield batch
            batch, heavy = [], 0
        batch.append(line)
        heavy += of_line
    if batch:
        yield batch


def _is_too_heavy(some: list[Line]) -> bool:
    """Whether one block cannot hold them: then it is one line."""
    return weight(_told(some)) > HEAVIEST


def _below_each_other(some: list[Line]) -> Iterator[RichTextElement]:
    for place, line in enumerate(some):
        before = ("\n" if place else "") + line.sign
        if before:
            yield RichTextElementParts.Text(text=before)
        yield from (_run(span) for span in line.spans if _said(span))


def _told(some: list[Line]) -> str:
    return "\n".join(line.said() for line in some)


def _said(span: Span) -> str:
    return f"{span.text} ({span.address})" if _is_told(span) else span.text or span.address


def _is_told(span: Span) -> bool:
    """Whether the address stands behind the words."""
    return bool(span.address) and span.text not in ("", span.address)


def _run(span: Span) -> RichTextElement:
    style = None
    if span.strong or span.emphasis:
        style = RichTextElementParts.TextStyle(bold=span.strong or None, italic=span.emphasis or None)
    if not span.address:
        return RichTextElementParts.Text(text=span.text, style=style)
    if not is_safe(span.address) or _looks_like_another(span):
        # What it leads to has to be seen, not what it says it leads to.
        return RichTextElementParts.Text(text=_said(span), style=style)
    return RichTextElementParts.Link(url=span.address, text=span.text if span.text.strip() else None, style=style)


def _looks_like_another(span: Span) -> bool:
    return span.text != span.address and ("://" in span.text or span.text.casefold().startswith("www."))


def _section(elements: list[RichTextElement]) -> RichTextBlock:
    return RichTextBlock(elements=[RichTextSectionElement(elements=elements)])
