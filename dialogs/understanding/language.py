"""Which of the three languages a text is written in: by the small words that only one of them has."""

import re
from functools import cache

from dialogs.card import LANGUAGES, Language
from dialogs.understanding.stored import FOLDER

#: By so many small words a text has to be of one language to tell what somebody writes in: a single one is borrowed.
_CLEARLY = 2
#: People mix in nouns of another language, but ask in their own: a question word counts as three others.
_QUESTION = 3


@cache
def _weights() -> dict[Language, dict[str, int]]:
    weights: dict[Language, dict[str, int]] = {language: {} for language in LANGUAGES}
    for line in (FOLDER / "words" / "languages.txt").read_text("utf-8").splitlines():
        name, _, words = line.partition("=")
        for language in LANGUAGES:
            if language in name.split():
                weights[language] |= dict.fromkeys(words.split(), _QUESTION if "asks" in name else 1)
    return weights


def language_of(words: list[str], otherwise: Language = "nb") -> Language:
    """The language whose own small words the text has most of. Where two have as many, ``otherwise`` if it is one of
    them: what somebody's client speaks tells more than a word that says nothing."""
    counts = _counts(words)
    most = max(counts.values())
    likeliest = [language for language in LANGUAGES if counts[language] == most]
    return otherwise if otherwise in likeliest else likeliest[0]


def clearly_written_in(text: str) -> Language | None:
    """The language that the text is in for certain; None where it may be of two."""
    counts = _counts(re.findall(r"\w+", text.casefold()))
    first, second, *_ = sorted(counts, key=lambda language: counts[language], reverse=True)
    return first if counts[first] - counts[second] >= _CLEARLY else None


def _counts(words: list[str]) -> dict[Language, int]:
    return {language: sum([own.get(word, 0) for word in words]) for language, own in _weights().items()}
