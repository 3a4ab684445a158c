"""Cargo: what is too long for a button's value, in pieces that the values and ids of one message or view carry."""

import json
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

#: Longest value of a button, private_metadata of a view, and block_id, in characters:
#: https://docs.slack.dev/reference/block-kit/block-elements/button-element
#: https://docs.slack.dev/reference/views/modal-views
#: https://docs.slack.dev/reference/block-kit/blocks/section-block
LONGEST_VALUE, LONGEST_METADATA, LONGEST_ID = 2000, 3000, 255
#: A piece of cargo: whose it is and the how manieth. It stands behind what a value or private_metadata says itself.
_PIECE = re.compile(r"~([0-9a-f]{8})\.([0-9]{1,3})~([A-Za-z0-9_=-]*)$")
#: What it takes to tell that, in characters.
LONGEST_MARK = len("~01234567.999~")
#: Largest cargo once unpacked, in bytes: what came back was sent by us, unless it was not.
_LARGEST = 1_000_000


def safe_json(value: Any) -> str:
    """JSON without the signs that Slack escapes, and without the one that begins a piece of cargo."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_ESCAPED)


_ESCAPED = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "&<>~"})


def units(text: str) -> int:
    """The text's length as JavaScript and Java count it, never less than in characters: Slack does not say how it
    counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class Hold:
    """Cargo while it is loaded. What is put into it is found again by name and place."""

    form: dict[str, Any] | None = None
    long: list[Any] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return self.form is None and not self.long

    def packed(self) -> str:
        content = {"form": self.form} if self.form is not None else {}
        raw = safe_json({**content, "long": self.long} if self.long else content).encode()
        return urlsafe_b64encode(zlib.compress(raw, 9)).decode()


def name_of(packed: str) -> str:
    """What the pieces of this cargo are known by, so that two forms of one view never mix."""
    return sha256(packed.encode()).hexdigest()[:8]


def pieces(packed: str, room: Iterable[int]) -> list[str]:
    """The cargo cut into what goes into carriers with so much room each; an empty piece where it was not needed. Raises
    ValueError where it does not fit."""
    name, cut, start = name_of(packed), [], 0
    for number, most in enumerate(room):
        size = max(0, most - LONGEST_MARK)
        part = packed[start : start + size]
        start += len(part)
        cut.append(f"~{name}.{number}~{part}" if part else "")
    if start < len(packed):
        raise ValueError(f"{len(packed) - start} characters of cargo do not fit")
    return cut


def room_needed(count: int, size: int) -> int:
    """How many carriers of that size so many characters take."""
    return -(-count // (size - LONGEST_MARK))


def unpacked(carriers: Iterable[str], name: str) -> dict[str, Any]:
    """The cargo of that name off everything that may carry a piece. Raises ValueError where it is not whole."""
    found: dict[int, str] = {}
    for carrier in carriers:
        piece = _PIECE.search(carrier)
        if piece and piece[1] == name:
            found[int(piece[2])] = piece[3]
    packed = "".join(found[number] for number in sorted(found))
    if name_of(packed) != name:
        raise ValueError("the cargo is not whole")
    unzip = zlib.decompressobj()
    raw = unzip.decompress(urlsafe_b64decode(packed), _LARGEST)
    content = json.loads(raw)
    if not isinstance(content, dict):
        raise ValueError("the cargo is none of ours")
    return content


def without_cargo(carrier: str) -> str:
    """What a value or private_metadata says itself."""
    return _PIECE.sub("", carrier)


def carriers(blocks: Any) -> Iterator[str]:
    """Everything of these blocks that may carry a piece."""
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, dict):
            yield str(block.get("block_id", ""))
            elements = block.get("elements")
            for element in elements if isinstance(elements, list) else ():
                if isinstance(element, dict) and isinstance(element.get("value"), str):
                    yield element["value"]
