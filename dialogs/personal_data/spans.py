"""What was found in a text: where, and of which kind."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Sensitivity = Literal["direct", "indirect", "sensitive"]
#: Each type and how it gives somebody away: by itself, by what is known around it, or what must not be known at all.
TYPES: dict[str, Sensitivity] = {
    "national_id": "direct",
    "bank_account": "direct",
    "email": "direct",
    "username": "direct",
    "phone": "direct",
    "birthdate": "direct",
    "employee_id": "direct",
    "vehicle": "direct",
    "address": "direct",
    "name": "direct",
    "self_identifying": "indirect",
    "third_party_identifying": "indirect",
    "health": "sensitive",
    "sensitive": "sensitive",
}


@dataclass(frozen=True)
class Span:
    """A place in a text: code points, ``end`` excluded."""

    start: int
    end: int
    type: str

    @property
    def sensitivity(self) -> Sensitivity:
        return TYPES[self.type]


def settled(found: Iterable[Span]) -> list[Span]:
    """In the text's order. Of direct ones that overlap, the type that stands first in TYPES stays, and the longer of
    one type; an indirect one may hold a direct one, and no other of its type."""
    order = {name: place for place, name in enumerate(TYPES)}
    spans = sorted(found, key=lambda span: (order[span.type], span.start - span.end, span.start))
    length = max((span.end for span in spans), default=0)
    taken: dict[str, bytearray] = defaultdict(lambda: bytearray(length))
    kept = []
    for span in spans:
        places = taken["direct" if span.sensitivity == "direct" else span.type]
        if not any(places[span.start : span.end]):
            places[span.start : span.end] = b"\1" * (span.end - span.start)
            kept.append(span)
    return sorted(kept, key=lambda span: (span.start, span.end))
