"""Names of trade unions, which no programme's file may say of a person."""

import re
from functools import cache
from pathlib import Path

_NAMES = Path(__file__).with_suffix(".txt")


def named_in(text: str) -> str:
    """The first union that the text names as a word or words of its own; the empty string where it names none."""
    found = _pattern().search(text)
    return found[0] if found else ""


@cache
def _pattern() -> re.Pattern[str]:
    lines = (line.strip() for line in _NAMES.read_text("utf-8").splitlines())
    names = sorted((line for line in lines if line and not line.startswith("#")), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
