"""The words of words/*.txt: one concept, many ways to say it, in all three languages at once, since people mix them."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache

from dialogs.card import LANGUAGES
from dialogs.understanding.normalise import WORD, Word, folded_whole
from dialogs.understanding.stored import FOLDER, known

#: The concept of words that say nothing about what somebody wants.
EMPTY = "-"


def written() -> dict[str, str]:
    """Every form of the lists, its words parted by a space, with its concepts: what known.json is made of."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for concept, form in _lines():
        found[form][concept] = None
    return {form: " ".join(concepts) for form, concepts in found.items()}


def _lines() -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        for line in folded_whole((FOLDER / "words" / f"{language}.txt").read_text("utf-8")).splitlines():
            if line.strip() and not line.startswith("#"):
                concept, _, forms = line.partition("=")
                yield from ((concept.strip(), form) for form in map(_parted, forms.split(",")) if form)


def _parted(form: str) -> str:
    return " ".join(WORD.findall(form))


def longest_from(word: Word) -> int:
    """How many words the longest form has that may begin with this one."""
    return known().longest.get(word.stem, 1)


def saying(concepts: Collection[str]) -> frozenset[str]:
    """The single words that stand for one of these concepts, and for no other first."""
    every = known().forms.items()
    return frozenset(form for form, found in every if " " not in form and found.split()[0] in concepts)


def concepts_of(run: list[Word]) -> tuple[str, ...]:
    """The concepts of exactly this run of words, or none."""
    if len(run) == 1:
        return _parts(known().forms.get(run[0].text) or known().stemmed.get(run[0].stem, ""))
    found = known().forms.get(" ".join([word.text for word in run]))
    return _parts(found or known().stemmed.get(" ".join([word.stem for word in run]), ""))


@cache
def _parts(concepts: str) -> tuple[str, ...]:
    # As many as the lists have: what people write is not kept.
    return tuple(concepts.split())
