"""Stored cards without somebody's name."""

import re
from typing import Any


def unnamed(value: Any, name: re.Pattern[str], instead: str) -> Any:
    """What JSON holds, with the name taken out of each of its texts."""
    if isinstance(value, str):
        return name.sub(lambda _: instead, value)
    if isinstance(value, dict):
        return {key: unnamed(each, name, instead) for key, each in value.items()}
    return [unnamed(each, name, instead) for each in value] if isinstance(value, list) else value
