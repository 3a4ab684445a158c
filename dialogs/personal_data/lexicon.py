"""The word lists, read once: words in lower case, of one kind or of several ("kind: word word")."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "words"


@cache
def words(name: str) -> frozenset[str]:
    """Every word of the list."""
    return frozenset(word for line in _lines(name) for word in line.split())


@cache
def kinds(name: str) -> dict[str, frozenset[str]]:
    """Kind → its words, of a list whose lines begin with the kind."""
    found: dict[str, set[str]] = {}
    for line in _lines(name):
        kind, _, rest = line.partition(":")
        found.setdefault(kind, set()).update(rest.split())
    return {kind: frozenset(those) for kind, those in found.items()}


@cache
def patterns(name: str) -> dict[str, str]:
    """Kind → its lines as one alternative of a regular expression; a line is an expression itself."""
    found: dict[str, list[str]] = {}
    for line in _lines(name):
        kind, _, rest = line.partition(":")
        found.setdefault(kind, []).append(rest.strip())
    return {kind: f"(?:{'|'.join(those)})" for kind, those in found.items()}


def lowered(text: str) -> str:
    """The text in lower case, each character at its place: what would become two characters stays."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(one.lower() if len(one.lower()) == 1 else one for one in text)


def _lines(name: str) -> Iterator[str]:
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line
