"""The ways people ask, of phrases/*.txt: data that grows by adding lines; then the model is learnt anew."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import product

from dialogs.card import LANGUAGES
from dialogs.understanding.lexicon import FOLDER
from dialogs.understanding.normalise import folded, words

_CHOICE = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")


def lines() -> Iterator[tuple[str, str]]:
    """Every line with its intent, alternatives unexpanded."""
    for language in LANGUAGES:
        intent = ""
        for line in (FOLDER / "phrases" / f"{language}.txt").read_text("utf-8").splitlines():
            if line.startswith("["):
                intent = line.strip("[] ")
            elif line.strip() and not line.startswith("#"):
                yield intent, line.strip()


def expand(line: str) -> list[str]:
    """All that a line with (alternatives|…) stands for."""
    parts = [part.split("|") if at % 2 else [part] for at, part in enumerate(_CHOICE.split(line))]
    return [" ".join("".join(chosen).split()) for chosen in product(*parts)]


@cache
def known_words() -> frozenset[str]:
    """Every word that occurs in a phrase."""
    text = " ".join(
        _SLOT.sub(" ", _CHOICE.sub(lambda found: found.group().replace("|", " "), line)) for _, line in lines()
    )
    return frozenset(word.text for word in words(" ".join(folded(part) for part in text.split())))


@cache
def intents() -> tuple[str, ...]:
    return tuple(dict.fromkeys(intent for intent, _ in lines()))
