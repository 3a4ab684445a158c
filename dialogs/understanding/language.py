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
    """The language whose own small words the text has most of. Where two have as many, ``otherwise`` if it is one of
    them: what somebody's client speaks tells more than a word that says nothing."""
    counts = {language: sum([own.get(word, 0) for word in words]) for language, own in _weights().items()}
    most = max(counts.values())
    likeliest = [language for language in LANGUAGES if counts[language] == most]
    return otherwise if otherwise in likeliest else likeliest[0]
