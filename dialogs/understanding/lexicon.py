"""The words of words/*.txt: one concept, many ways to say it, in all three languages at once, since people mix them."""

from collections.abc import Collection
from functools import cache

from dialogs.card import LANGUAGES
from dialogs.understanding.normalise import WORD, Word, folded_whole, stem
from dialogs.understanding.stored import FOLDER

#: The concept of words that say nothing about what somebody wants.
EMPTY = "-"

Form = tuple[str, ...]


class Lexicon:
    """Which concepts a run of words stands for. A form may stand for several."""

    def __init__(self) -> None:
        self._exact: dict[Form, tuple[str, ...]] = {}
        self._stems: dict[Form, tuple[str, ...]] = {}
        self.longest = 1
        self.words: set[str] = set()
        for language in LANGUAGES:
            for line in folded_whole((FOLDER / "words" / f"{language}.txt").read_text("utf-8")).splitlines():
                if line.strip() and not line.startswith("#"):
                    concept, _, forms = line.partition("=")
                    for form in forms.split(","):
                        self._add(concept.strip(), form)

    def _add(self, concept: str, form: str) -> None:
        parts = tuple(WORD.findall(form))
        if not parts:
            return
        self.words.update(parts)
        self.longest = max(self.longest, len(parts))
        for index, key in ((self._exact, parts), (self._stems, tuple(map(stem, parts)))):
            if concept not in index.get(key, ()):
                index[key] = (*index.get(key, ()), concept)

    def saying(self, concepts: Collection[str]) -> frozenset[str]:
        """The single words that stand for one of these concepts, and for no other first."""
        return frozenset(form[0] for form, found in self._exact.items() if len(form) == 1 and found[0] in concepts)

    def find(self, run: list[Word]) -> tuple[str, ...]:
        """The concepts of exactly this run of words, or none."""
        return self._exact.get(tuple(word.text for word in run)) or self._stems.get(
            tuple(word.stem for word in run), ()
        )


@cache
def lexicon() -> Lexicon:
    return Lexicon()
