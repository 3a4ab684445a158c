"""The ways people ask, of phrases/*.txt: data that grows by adding lines; then the model is learnt anew."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

from dialogs.understanding.normalise import WORD, folded
from dialogs.understanding.stored import FOLDER

_CHOICE = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"\{(\w+)\}")
#: What stands before a line of unsaid/ that documents do answer.
NEAR = "!"


def lines() -> Iterator[tuple[str, str]]:
    """Every line with its label, alternatives unexpanded."""
    for path in sorted((FOLDER / "phrases").glob("*.txt")):
        intent = ""
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("["):
                intent = line.strip("[] ")
            elif line.strip() and not line.startswith("#"):
                yield intent, line.strip()


def unsaid() -> list[str]:
    """Every line that asks for what documents seldom say, alternatives unexpanded."""
    return [line for line in _of_unsaid() if line[0] != NEAR]


def near() -> list[str]:
    """Every line that asks for what documents do say, in the words of what they seldom do."""
    return [line.removeprefix(NEAR).strip() for line in _of_unsaid() if line[0] == NEAR]


def _of_unsaid() -> list[str]:
    paths = sorted((FOLDER / "unsaid").glob("*.txt"))
    return [line for path in paths for line in path.read_text("utf-8").splitlines() if line and line[0] != "#"]


def expand(line: str) -> list[str]:
    """All that a line with (alternatives|…) stands for."""
    parts = [part.split("|") if at % 2 else [part] for at, part in enumerate(_CHOICE.split(line))]
    return [" ".join("".join(chosen).split()) for chosen in product(*parts)]


def word_counts() -> Counter[str]:
    """How many phrases each word occurs in."""
    return _counted(line for _, line in lines())


def unsaid_words() -> Counter[str]:
    """How many lines that ask for what documents seldom say each word occurs in."""
    return _counted(unsaid())


def _counted(of: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for line in of:
        text = _SLOT.sub(" ", _CHOICE.sub(lambda found: found.group().replace("|", " "), line))
        counts.update({word for part in text.split() for word in WORD.findall(folded(part))})
    return counts


@cache
def labels() -> tuple[str, ...]:
    """Every label: an intent, or an intent and what it is about ("out_of_scope/own_position")."""
    return tuple(dict.fromkeys(label for label, _ in lines()))


def intents() -> tuple[str, ...]:
    return tuple(dict.fromkeys(label.split("/")[0] for label in labels()))
