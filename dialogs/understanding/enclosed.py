"""The text of an input or announcement where the message itself holds it: nobody should have to write it twice."""

import re
from datetime import date
from typing import Any

from dialogs.understanding.begun import FREE_TEXT, is_to_be_made
from dialogs.understanding.intents import Ranked, rank
from dialogs.understanding.normalise import Word
from dialogs.understanding.orders import begins_to_ask
from dialogs.understanding.reading import Reading, read
from dialogs.understanding.vocabulary import ASKING, Vocabulary

_ORDER = re.compile(r"(?P<head>[^:\n?]{3,60}?)(?::| er at | is that | om at | that | at )\s*(?P<text>\S.+)", re.DOTALL)
#: "Kl. 9", "klokka 14.30", "at 9".
_CLOCK = re.compile(r"\b(?:kl(?:okk[ae]n?)?\.?|at)\s*(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?(?!\d)", re.IGNORECASE)
_IDEA = r"(?:id[eéè](?:en|a)?)"
#: "Jeg har en god idé om kantina": the whole of it is what is handed in. "Min idé er å …": what stands behind.
_ABOUT_IDEA = re.compile(
    rf"\b(?:har|fikk|fekk|kom på|have|had|got)\s+(?:(?:fått|got)\s+)?(?:en|ein|ei|an|a)\s+(?:\w+\s+)?{_IDEA}\s+"
    r"(?:om|til|for|about|to|how)\s+\S",
    re.IGNORECASE,
)
_OWN_IDEA = re.compile(
    rf"^\W*(?:(?:min|mi|my)\s+(?:\w+\s+)?{_IDEA}|{_IDEA}\s+(?:min|mi))\s+(?:er|var|is|was)\s+(?P<text>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
#: What an announcement is about stands behind these.
_ABOUT = re.compile(r"\s(?:om|about|that|at)\s", re.IGNORECASE)
_TO = frozenset({"til", "te", "åt", "to", "for"})
#: What a group is called that is not told from others; and what may stand beside that and does not say which.
_ANY_GROUP = re.compile(r"(?:arbeids|work)?(?:grupp|group)\w{0,4}")
_SAYS_NOT_WHICH = frozenset(
    {"alle", "all", "everyone", "i", "in", "av", "of", "the", "de", "dei", "dem", "som", "er", "med"}
)
_PART = re.compile(r"(?:[^.!:;\n–-]|[-–.](?=\S))+[.!:;\n–-]*\s*")
#: What speaks of the input itself, and so is not its text: "få det inn som innspill".
_OF_THE_INPUT = frozenset({"input", "anonymous"})
#: What an order speaks of; where it does not, a question behind a colon is a question.
_OF_WRITING = _OF_THE_INPUT | {"announcement", "publish", "send", "news"}
#: "Mitt innspill er at …" says nothing but whose it is: what follows is its text, unless it asks.
_OWN_INPUT = frozenset({"input", "inputs", "mine", "me"})
#: An order is short, and what is worth handing in is not; beside an order a few words may be.
_LONGEST_ORDER, _SHORTEST_TEXT, _SHORTEST_BESIDE = 6, 6, 4
_SURE = 0.5


def ordered(text: str, vocabulary: Vocabulary, today: date) -> tuple[str, dict[str, Any]] | None:
    """ "Innspill: …", "Publiser en kunngjøring: …": only what stands before says what to do; the rest is the text."""
    found = _ORDER.match(text.strip())
    if found is None or ("?" in text and ":" not in text):
        return None
    head = read(found["head"], vocabulary, today, {})
    if not _OF_WRITING & head.concepts and _asks(found["text"], vocabulary, today):
        return None
    if "input" in head.concepts <= _OWN_INPUT and not _asks(found["text"], vocabulary, today):
        return "input.submit", {"text": found["text"].strip()}
    likeliest = _likeliest(head)
    is_order = likeliest.intent in FREE_TEXT and likeliest.confidence > _SURE
    if is_order and not is_to_be_made(text, head.concepts, vocabulary.spelling.knows):
        to = addressed(found["head"], head) if likeliest.intent == "announcement.post" else {}
        return likeliest.intent, {"text": found["text"].strip(), **to}
    return None


def addressed(text: str, head: Reading) -> dict[str, Any]:
    """Whom an announcement is ordered for and when it is to go, where what stands before its text says so: the
    ``group``, and ``day`` and ``clock`` as they are typed into its form."""
    groups = list(dict.fromkeys(thing.key for _, thing in head.named if thing.kind == "group"))
    behind = _behind_to(head)
    values: dict[str, Any] = {}
    if len(groups) == 1 and not _is_any_group(behind):
        values = {"group": groups[0]}
    elif _is_any_group(behind) or (behind and groups):
        values = {"group_unclear": "yes"}
    window, clock = head.window, _CLOCK.search(text)
    if window is not None and window.no_such_day is None and window.first == window.last and not window.is_open:
        values["day"] = window.first.isoformat()
    if clock is not None:
        values["clock"] = f"{clock['hour']}:{clock['minute'] or '00'}"
    return values


def held_by(intent: str, text: str, vocabulary: Vocabulary, today: date) -> dict[str, Any]:
    """What a message that begins free text holds of it: an input's text, or whom an announcement is for."""
    if intent == "input.submit":
        return enclosed(text, vocabulary, today) or _idea(text)
    return _addressed_beside(text, vocabulary, today) if intent == "announcement.post" else {}


def _idea(text: str) -> dict[str, Any]:
    """What somebody says that their idea is, however short; empty where it says only that there is one."""
    own = _OWN_IDEA.match(text)
    if "?" in text or (own is None and not _ABOUT_IDEA.search(text)):
        return {}
    return {"text": (own["text"] if own else text).strip()}


def _addressed_beside(text: str, vocabulary: Vocabulary, today: date) -> dict[str, Any]:
    """The same of an order whose text is not told apart from it, by what stands before what it is about: for whom only,
    as the days and hours in it may be of what is told."""
    head = _ABOUT.split(text, maxsplit=1)[0]
    reading = read(head, vocabulary, today, {})
    return {name: value for name, value in addressed(head, reading).items() if name.startswith("group")}


def _behind_to(head: Reading) -> list[Word]:
    """The words behind the last "to"."""
    to = [at for at, word in enumerate(head.words) if word.text in _TO]
    return list(head.words[to[-1] + 1 :]) if to else []


def _is_any_group(words: list[Word]) -> bool:
    """Whether they name a group by nothing that tells it from others: "arbeidsgruppa", "all of the group"."""
    left = [word for word in words if word.text not in _SAYS_NOT_WHICH]
    return bool(left) and all(_ANY_GROUP.fullmatch(word.text) for word in left)


def enclosed(text: str, vocabulary: Vocabulary, today: date) -> dict[str, Any]:
    """The text of an input among the sentences of a message that hands one in; empty where it only says so."""
    parts = every = _PART.findall(text)
    if "?" in text or any(_asks(part, vocabulary, today) for part in parts):
        return {}
    while parts and _is_order(parts[0], vocabulary, today):
        parts = parts[1:]
    while parts and _is_order(parts[-1], vocabulary, today):
        parts = parts[:-1]
    left = "".join(parts).strip()
    fewest = _SHORTEST_TEXT if parts == every else _SHORTEST_BESIDE
    return {"text": left} if len(left.split()) >= fewest else {}


def _asks(part: str, vocabulary: Vocabulary, today: date) -> bool:
    """Whether it begins as a question does."""
    reading = read(part, vocabulary, today, {})
    return any(not ASKING.isdisjoint(place) for place in reading.symbols[:1]) or begins_to_ask(reading)


def _is_order(part: str, vocabulary: Vocabulary, today: date) -> bool:
    reading = read(part, vocabulary, today, {})
    if part.rstrip().endswith(":") and len(reading.words) <= _LONGEST_ORDER:
        return True
    if _OF_THE_INPUT & reading.concepts or not reading.words:
        return True
    likeliest = _likeliest(reading)
    is_about_it = likeliest.intent == "input.submit" and likeliest.confidence > _SURE
    return is_about_it and len(reading.words) <= _LONGEST_ORDER


def _likeliest(reading: Reading) -> Ranked:
    return rank(reading.scores)[0] if any(reading.symbols) else Ranked("", 0.0)
