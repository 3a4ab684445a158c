"""How much of annotated texts the check finds: overlap of the right type, and false alarms on clean texts.

A span is found if what the check found of its type covers it, or overlaps at least half of it. Lines are JSON objects
with ``text``, ``spans`` (``start``, ``end``, ``type``) and, where the set tells it, ``expect``.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialogs import personal_data
from dialogs.personal_data import TYPES, Span

HERE = Path(__file__).parent
Row = dict[str, Any]


@dataclass
class Figures:
    """What was found of a set. ``wanted`` and ``found`` count spans by type."""

    wanted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    alarms: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)

    def recall(self, *, direct: bool) -> tuple[int, int]:
        """How many were found, of how many."""
        kinds = [kind for kind in self.wanted if (TYPES[kind] == "direct") is direct]
        return sum(self.found[kind] for kind in kinds), sum(self.wanted[kind] for kind in kinds)


def rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def is_found(wanted: Row, spans: Sequence[Span]) -> bool:
    """At least half of it by one span of its type."""
    half = (wanted["end"] - wanted["start"]) / 2
    return any(
        min(span.end, wanted["end"]) - max(span.start, wanted["start"]) >= half
        for span in spans
        if span.type == wanted["type"]
    )


def measure(those: Iterable[Row]) -> Figures:
    figures = Figures()
    for row in those:
        text, spans = row["text"], personal_data.find(row["text"])
        for wanted in row["spans"]:
            kind = wanted["type"]
            figures.wanted[kind] += 1
            figures.found[kind] += is_found(wanted, spans)
            if not is_found(wanted, spans):
                figures.missed.append((kind, text[wanted["start"] : wanted["end"]], text))
        if not row["spans"]:
            figures.clean += 1
            if spans:
                figures.alarms.append((text, [(span.type, text[span.start : span.end]) for span in spans]))
    return figures
