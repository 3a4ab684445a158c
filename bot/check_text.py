"""python -m bot check-text: what in texts may give somebody away. No text is stored, logged or repeated."""

import json
from collections.abc import Iterable, Iterator

from dialogs import personal_data


class MalformedLine(Exception):  # noqa: N818 - it is the line that is malformed
    """A line that is no JSON object with a text; ``number`` counts from 1. What the line holds is not told."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number}")
        self.number = number


def checked(lines: Iterable[bytes]) -> Iterator[str]:
    """One JSON object for each line; empty lines are left out. Raises MalformedLine."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield json.dumps({"spans": [_told(span) for span in personal_data.find(_text(line, number))]})


def _text(line: bytes, number: int) -> str:
    try:
        read = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise MalformedLine(number) from None
    if not isinstance(read, dict) or not isinstance(read.get("text"), str):
        raise MalformedLine(number)
    text: str = read["text"]
    return text


def _told(span: personal_data.Span) -> dict[str, int | str]:
    return {"start": span.start, "end": span.end, "type": span.type, "class": span.sensitivity}
