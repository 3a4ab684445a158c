"""Which initiatives are likely what somebody is about to propose: shown while it is written, and never a refusal."""

import re
from collections.abc import Sequence
from pathlib import Path

import Stemmer  # type: ignore[import-not-found]
from rapidfuzz import fuzz
from sqlmodel import Session

from storage import initiatives
from storage.initiatives import Initiative

#: How many are shown at the most: three lines on a telephone.
MOST_ALIKE = 3
#: From how much likeness of the titles, and of all that is said, of 100, one is shown.
ALIKE_TITLES, ALIKE_TEXTS = 72.0, 62.0
#: What says nothing of what an initiative is about, in each language.
_EMPTY = frozenset(Path(__file__).with_suffix(".txt").read_text("utf-8").split())
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


def alike(session: Session, programme_key: str, title: str, text: str) -> list[Initiative]:
    """The initiatives and ideas that are likely the same, the likeliest first."""
    every = initiatives.with_ideas(session, programme_key)
    scored = [(likeness(title, text, row), row) for row in every]
    found = sorted((one for one in scored if one[0] > 0), key=lambda one: (-one[0], one[1].position, one[1].id or 0))
    return [row for _, row in found[:MOST_ALIKE]]


def likeness(title: str, text: str, row: Initiative) -> float:
    """How alike they are, of 100; 0 where that is too little to be shown."""
    own, own_all = _stems(title), _stems(f"{title} {text}")
    named = [*row.title.values(), *row.names]
    titles = max((_compared(own, _stems(name)) for name in named), default=0.0)
    about = " ".join([*row.title.values(), *(row.about or {}).values()])
    texts = _compared(own_all, _stems(about)) if len(own_all) >= _FEW else 0.0
    best = max(titles - ALIKE_TITLES, texts - ALIKE_TEXTS)
    return 100.0 * best / (100.0 - ALIKE_TEXTS) if best >= 0 else 0.0


#: Of fewer words than this only the title is compared.
_FEW = 4


def _compared(one: Sequence[str], other: Sequence[str]) -> float:
    """By their words in any order; a word of one alone is not enough where the other one has several."""
    if not one or not other:
        return 0.0
    by_words = fuzz.token_sort_ratio(" ".join(one), " ".join(other))
    shared = len(set(one) & set(other))
    inside = 100.0 * shared / min(len(set(one)), len(set(other))) if shared >= 2 or one == other else 0.0
    return max(by_words, inside)


def _stems(text: str) -> list[str]:
    words = [word for word in _WORD.findall(text.casefold()) if word not in _EMPTY]
    return sorted(set(Stemmer.Stemmer("norwegian", 0).stemWords(words)))
