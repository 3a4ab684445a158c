"""What leaders may mark in a text: **strong**, _emphasis_, lists, and [links](https://…). Everything else is as it was
written.

Markdown itself would make a list of "15. desember", and number it anew: a list here is two lines or more, and one with
numbers counts from 1.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from dialogs.card import Block, Span, Text, Written

_BULLET = re.compile(r"\s*[-*•]\s+(?=\S)")
_NUMBER = re.compile(r"\s*(\d{1,3})[.)]\s+(?=\S)")
#: A picture in Markdown: its words become a link, and its mark none of them.
_PICTURE = re.compile(r"(?<!\\)!(?=\[[^\]]+\]\(https://)")
#: What an address may look like; what a browser would read otherwise than people do is none.
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]+(?::\d+)?(?:[/?#]\S*)?")


def blocks(text: str) -> tuple[Block, ...]:
    """The text's paragraphs and lists. A paragraph without marks is a plain one."""
    found: list[Block] = []
    for paragraph in filter(None, (part.strip() for part in text.split("\n\n"))):
        for shape, lines in _runs([line for line in paragraph.splitlines() if line.strip()]):
            found.append(_block(shape, lines))
    return tuple(found)


def plain(text: str) -> str:
    """The text without its marks, for where it is shortened."""
    return "\n\n".join(block.as_text() if isinstance(block, Written) else block.text
                       for block in blocks(text) if isinstance(block, Written | Text))  # fmt: skip


def _block(shape: str, lines: list[str]) -> Block:
    if shape == "bullets":
        return Written(lines=tuple(_spans(_BULLET.sub("", line, count=1)) for line in lines), shape="bullets")
    if shape == "numbers":
        return Written(lines=tuple(_spans(_NUMBER.sub("", line, count=1)) for line in lines), shape="numbers")
    written = tuple(map(_spans, lines))
    is_plain = all(span == Span(text=span.text) for line in written for span in line)
    if is_plain:
        return Text(text="\n".join("".join(span.text for span in line) for line in written))
    return Written(lines=written)


def _runs(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Neighbouring lines of one shape. What only looks like a list is a paragraph."""
    shaped = [(_shape(line), line) for line in lines]
    checked: list[tuple[str, str]] = []
    for shape, group in groupby(shaped, key=lambda one: one[0]):
        run = [line for _, line in group]
        checked += [(shape if _is_list(shape, run) else "paragraph", line) for line in run]
    for shape, group in groupby(checked, key=lambda one: one[0]):
        yield shape, [line for _, line in group]


def _shape(line: str) -> str:
    return "bullets" if _BULLET.match(line) else "numbers" if _NUMBER.match(line) else "paragraph"


def _is_list(shape: str, lines: list[str]) -> bool:
    if shape == "numbers":
        numbers = [int(found[1]) for line in lines if (found := _NUMBER.match(line))]
        return len(lines) > 1 and numbers == list(range(1, len(lines) + 1))
    return shape == "bullets" and len(lines) > 1


@cache
def _parser() -> MarkdownIt:
    """CommonMark's rules of emphasis, links and escapes, and no others: no HTML, picture, heading or code."""
    parser = MarkdownIt("zero").enable(["emphasis", "balance_pairs", "fragments_join", "link", "escape"])
    parser.validateLink = lambda address: bool(_ADDRESS.fullmatch(address))  # type: ignore[assignment]
    return parser


def _spans(line: str) -> tuple[Span, ...]:
    spans: list[Span] = []
    strong = emphasis = 0
    address = ""
    for token in _tokens(line):
        strong += {"strong_open": 1, "strong_close": -1}.get(token.type, 0)
        emphasis += {"em_open": 1, "em_close": -1}.get(token.type, 0)
        if token.type.startswith("link_"):
            address = str(token.attrs.get("href", "")) if token.nesting == 1 else ""
        if token.content:
            spans.append(Span(text=token.content, strong=strong > 0, emphasis=emphasis > 0, address=address))
    return tuple(spans) or (Span(text=line),)


def _tokens(line: str) -> list[Token]:
    return _parser().parseInline(_PICTURE.sub("", line))[0].children or []
