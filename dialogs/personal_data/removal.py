"""A version of the text with what names somebody taken out."""

from collections.abc import Iterable

from dialogs.card import Language
from dialogs.personal_data.spans import Span
from dialogs.words import say


def removed(text: str, spans: Iterable[Span], language: Language) -> str:
    """The text with each direct span replaced by what it was, in the person's language. What only points at somebody
    stays: without it the sentence would say nothing."""
    parts, last = [], 0
    for span in spans:
        if span.sensitivity == "direct":
            parts += [text[last : span.start], say(language, f"personal_data.removed.{span.type}")]
            last = span.end
    return "".join([*parts, text[last:]])
