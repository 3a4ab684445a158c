"""Whether a text begins the draft that it seems to: a question of what others say hands nothing in, and neither does a
request for a text, a sum or a translation, which the bot makes none of."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from dialogs.understanding.intents import Ranked
from dialogs.understanding.orders import begins_to_ask, is_only_spoken_of, lists
from dialogs.understanding.reading import Reading
from dialogs.understanding.signals import signals_in
from dialogs.understanding.vocabulary import ASKING

#: Drafts that wait for free text: almost anything is the text then.
FREE_TEXT = ("input.submit", "announcement.post")
#: What the bot does take to be written, and for whom: "lag en melding til alle" is an order that it knows.
_OWN = frozenset({"input", "inputs", "anonymous", "news", "publish", "all", "everybody", "employee", "organise"})
#: What a question that "we" ask speaks of where it is about an input: "får vi inn vikarer" is not.
_OF_INPUT = frozenset({"input", "inputs", "anonymous", "send", "sent", "say", "think", "write"})
#: What is set for oneself, and from where on a question may be about that: "kan du skrive nynorsk?".
_SETTINGS, _LIKELY = ("language.set", "subscription.set"), 0.45
#: Where, how and when one hands something in is asked of the bot itself.
_OF_THE_WAY = frozenset({"where", "how", "howlong", "when"})
#: How far into a question its subject stands, in words.
_SUBJECT = 4
#: From here on what is begun is what phrases say in these words.
_KNOWN = 0.9
#: How a noun ends that is spoken of as known, in Norwegian: "skal eldrerådet …".
_DEFINITE, _LONG = ("en", "et", "a", "ene", "ane"), 5


def nothing_begun(
    text: str, reading: Reading, likeliest: Ranked, knows: Callable[[str], bool]
) -> tuple[str, dict[str, Any]] | None:
    """What a text is instead of the order it seems to be: not for the bot, or what no document has."""
    intent = likeliest.intent
    holds_text = intent in FREE_TEXT or (intent == "language.set" and ":" in text)
    if holds_text and is_to_be_made(text, reading.concepts, knows):
        return "out_of_scope", {}
    if intent in FREE_TEXT and asks_of_others(text, reading, likeliest.confidence):
        return "programme.about", {"unheard": True}
    if intent in _SETTINGS and likeliest.confidence < _LIKELY and is_only_spoken_of(text, reading, intent, "nb"):
        return "programme.about", {"unheard": True}
    return None


def is_to_be_made(text: str, concepts: frozenset[str], knows: Callable[[str], bool]) -> bool:
    """Whether a text asks for one to be written, mended, translated or reckoned: "skriv en ingress om …"."""
    made = signals_in(text, knows, "requests.txt")
    return "made elsewhere" in made or ("made" in made and _OWN.isdisjoint(concepts))


def asks_of_others(text: str, reading: Reading, confidence: float) -> bool:
    """Whether it is a question that speaks of nobody who would write: "skal eldrerådet få si noe?", not "kan jeg …".
    What is surely an order ("who may publish here?") is one of those that phrases know."""
    words = [word.text for word in reading.words]
    first = frozenset(reading.symbols[0]) if reading.symbols else frozenset[str]()
    if confidence >= _KNOWN or "anonymous" in reading.concepts or not _OF_THE_WAY.isdisjoint(first):
        return False
    return ("?" in text or _begins_as_one(words, reading)) and not _speaks_of_a_writer(words, reading.concepts)


def _begins_as_one(words: Sequence[str], reading: Reading) -> bool:
    """An asking word, or a verb with whom it is about: "vil gi et innspill" leaves the writer out, and asks nothing."""
    if begins_to_ask(reading) or any(not ASKING.isdisjoint(place) for place in reading.symbols[:1]):
        return True
    first, second = [*words[:2], "", ""][:2]
    return first in lists()["modal"] and len(second) >= _LONG and second.endswith(_DEFINITE)


def is_reproach(words: Sequence[str]) -> bool:
    """ "Kunne dere (ha) meldt fra før?" asks for nothing to be done any more."""
    said = lists()
    return any(
        first in said["past"] and second in said["you"] and (third in said["done"] or third in said["have"])
        for first, second, third in zip(words, words[1:], words[2:], strict=False)
    )


def _speaks_of_a_writer(words: Sequence[str], concepts: frozenset[str]) -> bool:
    said = lists()
    if not said["writer"].isdisjoint(words):
        return True
    if any(first in said["request"] and second in said["you"] for first, second in pairwise(words)):
        return not is_reproach(words)
    if any(first in said["begins"] and second in said["anybody"] for first, second in pairwise(words)):
        return True
    return not said["writers"].isdisjoint(words[:_SUBJECT]) and not _OF_INPUT.isdisjoint(concepts)
