"""Which of the three languages a text is written in: by the small words that only one of them has."""

from functools import cache

from dialogs.card import LANGUAGES, Language
from dialogs.understanding.stored import FOLDER

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
    """The language whose own small words the text has most of; ``otherwise`` where it has none or as many of two."""
    counts = {language: sum(own.get(word, 0) for word in words) for language, own in _weights().items()}
    best = max(counts, key=lambda language: counts[language])
    tied = sum(count == counts[best] for count in counts.values()) > 1
    return otherwise if tied else best
