"""A text that may be a whistleblowing notification (varsel, aml. kap. 2 A), told from an input by what it says.

In memory only; nothing of a text is kept or logged. Words are not enough to tell all of them: the form of an input
offers the choice to everybody, whatever was heard here.
"""

import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_suffix(".txt")
#: No more of a text is read than an input may hold.
_LONGEST = 4000
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n+")


def prepare() -> None:
    """Reads the signs, so that nobody waits for it."""
    _signs()


def may_be_one(text: str) -> bool:
    """Whether somebody should be asked if this is a notification. Asking in vain costs a press; not asking may show it
    to those it is about."""
    return any(_tells_of_wrongdoing(one) for one in _SENTENCE_END.split(text[:_LONGEST].lower()) if one.strip())


def _tells_of_wrongdoing(sentence: str) -> bool:
    signs = _signs()
    if signs["enough"].search(sentence):
        return True
    has = {kind for kind, sign in signs.items() if sign.search(sentence)}
    if "wish" in has:
        return False
    if "plain" in has:
        return True
    if not has & {"act", "lack"}:
        return False
    if "act" in has and has & {"thing", "leader", "lack"}:
        return True
    # Somebody who does it, or that it is known: with what only lacks, both of what is beside it.
    return len(has & {"thing", "leader", "power", "known"}) >= 2


@cache
def _signs() -> dict[str, re.Pattern[str]]:
    found: dict[str, list[str]] = {}
    for line in _FILE.read_text("utf-8").splitlines():
        kind, separator, expression = line.partition(": ")
        if separator and not line.startswith("#"):
            found.setdefault(kind, []).append(expression)
    return {kind: re.compile(rf"(?<!\w)(?:{'|'.join(those)})") for kind, those in found.items()}
