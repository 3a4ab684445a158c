"""What comes before every question: danger, distress, harassment, a receipt's code, what others did."""

import re
from itertools import pairwise

from dialogs.signs_of_wrongdoing import may_be_one
from dialogs.understanding.reading import Reading
from dialogs.understanding.signals import signals_in
from dialogs.understanding.values import Values

#: What a text that also tells of distress may ask about nevertheless, as concepts or kinds of named things.
_SUBJECTS = frozenset(
    {"milestone", "deadline", "phase", "timeline", "workgroup", "initiative", "recommendation", "mandate", "goal"}
    | {"delivery", "sprint", "input", "subscribe", "news", "politicians", "abbreviation", "signedup", "language"}
    | {"group", "person", "unit", "anonymous"}
)
_ASKS = frozenset({"when", "what", "which", "who", "where", "why", "how", "howmany", "howlong", "howmuch", "list"})
#: What people order rather than ask for; a tired word alone must not change anything.
_ORDERS = frozenset(
    {"workgroup.join", "workgroup.leave", "subscription.set", "language.set", "input.submit", "announcement.post"}
)
#: What somebody did, and that one wants to notify of something, whatever it is.
_TOLD = frozenset({"harassment", "whistleblowing"})
_ASIDES = frozenset({"out_of_scope", "smalltalk", "help"})
_SURE, _SURE_OF_ORDER, _VERY_SURE = 0.35, 0.5, 0.55
#: A receipt's 16 digits, in groups as it is shown or as people type them, and not those of two dates or four years.
_DIGITS = re.compile(r"(?<!\d)\d(?:[^\w\n]{0,3}\d){15}(?!\d)")
_CODE = 16
#: A text with a code in it that is not mostly the code is something else.
_FEW_WORDS = 6

Aside = tuple[str, Values]


def care(said: frozenset[str]) -> Aside | None:
    """What goes before whatever else is wanted: a life may be in danger."""
    return ("out_of_scope", {"about": "danger"}) if "danger" in said else None


def aside(said: frozenset[str], text: str, reading: Reading, intent: str, confidence: float) -> Aside | None:
    """What the words say by themselves, or None where they ask for something of the programme."""
    if intent == "input.submit" and confidence >= _SURE_OF_ORDER and "input" in reading.concepts:
        # Handed in as an input: whoever writes it is asked there what it is to be.
        said = said - _TOLD
    elif not said & _TOLD and (intent in _ASIDES or "?" not in text) and may_be_one(text):
        return "out_of_scope", {"about": "whistleblowing"}
    if "harassment" in said:
        return "out_of_scope", {"about": "harassment"}
    if "whistleblowing" in said:
        return "out_of_scope", {"about": "whistleblowing", "aspect": "how"}
    if "distress" in said and not _asks_something_else(text, reading, intent, confidence):
        return "out_of_scope", {"about": "own_position", "distress": True}
    if "receipt" in said or has_code(text):
        return "input.status", {"aspect": "receipt"}
    if "volunteers" in said and not _is_of_a_group(reading):
        return "out_of_scope", {"about": "volunteers"}
    if "asking" in said:
        return "out_of_scope", {"about": "asking"}
    return None


def _is_of_a_group(reading: Reading) -> bool:
    """ "Har styringsgruppa meldt seg": a group that says something is no volunteer."""
    return any("@group" in group and "signedup" in place for group, place in pairwise(reading.symbols))


def is_code(text: str) -> bool:
    """Whether it is a receipt's code with hardly a word beside it."""
    return has_code(text) and len(re.findall(r"[^\W\d_]+", text)) <= _FEW_WORDS


def has_code(text: str) -> bool:
    """Whether a receipt's code is in it."""
    return any(_is_grouped(found.group()) for found in _DIGITS.finditer(text))


def _is_grouped(found: str) -> bool:
    groups = re.findall(r"\d+", found)
    is_even = len({len(group) for group in groups}) == 1 or all(len(group) % 4 == 0 for group in groups)
    return is_even and not all(re.fullmatch(r"(19|20)\d\d", group) for group in groups)


def _asks_something_else(text: str, reading: Reading, intent: str, confidence: float) -> bool:
    """Whether it is clearly about the programme too: somebody who is afraid to have missed a deadline asks for it."""
    subjects = reading.concepts | {thing.kind for _, thing in reading.named}
    if intent in _ASIDES or not (subjects & _SUBJECTS or reading.window):
        return False
    if intent in _ORDERS:
        return confidence >= _SURE_OF_ORDER
    asks = "?" in text or "request" in signals_in(text, file="requests.txt") or bool(_ASKS & reading.concepts)
    return confidence >= (_SURE if asks else _VERY_SURE)
