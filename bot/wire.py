"""Text off the wire, made fit to store."""

from typing import Any


def clean(text: str) -> str:
    """The text as every database can store it: without NUL and lone surrogates, line breaks as one character."""
    if text.isascii() and text.isprintable():
        # As ids, names and addresses are, and nearly every text of an activity: nothing to look for in them.
        return text
    return text.replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "replace").decode()


def cleaned(values: dict[str, Any], depth: int = 4) -> dict[str, Any]:
    """Values of a button or form, with their texts clean; what is nested deeper than any form of ours is dropped."""
    return {clean(str(name)): _cleaned(value, depth) for name, value in values.items()}


def _cleaned(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (list, dict)) and depth == 0:
        return None
    if isinstance(value, list):
        return [_cleaned(one, depth - 1) for one in value]
    return cleaned(value, depth - 1) if isinstance(value, dict) else value


def is_clean(text: str) -> bool:
    """Whether an id can be stored as it is. One that cannot is no id of any platform."""
    return clean(text) == text
