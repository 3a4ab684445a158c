"""The order of initiatives: computed from the points that were given and the weights that held, at any moment.

Nothing of it is stored, so that it cannot differ from what it is made of; and nothing that it is made of is changed,
ever, so that it is the same whenever it is asked for one moment.
"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlmodel import Session

from storage import criteria, initiative_states, initiatives, scoring
from storage.initiative_states import RANKED
from storage.prioritising import Criterion
from storage.programmes import Localised

#: How far apart the lowest and the highest points for one criterion are where those who gave them agree, or nearly do.
AGREE, NEARLY = 1, 2


@dataclass(frozen=True)
class Part:
    """What one criterion does for an initiative: how much it counts, and the points, the lowest first."""

    criterion: Criterion
    points: tuple[int, ...]

    @property
    def mean(self) -> Fraction:
        return Fraction(sum(self.points), len(self.points))

    @property
    def spread(self) -> int:
        return self.points[-1] - self.points[0]


@dataclass(frozen=True)
class Place:
    """Where an initiative stands. ``place`` is 1 for the first; of two with the same total both have the higher one."""

    key: str
    title: Localised
    place: int
    total: Fraction
    parts: tuple[Part, ...]
    #: How many gave points.
    people: int


def at(session: Session, programme_key: str, moment: datetime) -> list[Place]:
    """The order as it was then, the first one first: of what could be ranked then and had points. Of those with the
    same total, the one that was named or proposed first stands first."""
    version = criteria.find(session, programme_key, moment)
    if version is None:
        return []
    states = initiative_states.states(session, programme_key, moment)
    rounds = scoring.closed(session, programme_key, moment)
    rows = [row for row in initiatives.with_ideas(session, programme_key) if states.get(row.key) in RANKED]
    found = []
    for row in rows:
        if row.key not in rounds:
            continue
        given = scoring.scores(session, rounds[row.key])
        parts = tuple(Part(one, tuple(given[one.key])) for one in version.each if given.get(one.key))
        if parts:
            people = max(len(part.points) for part in parts)
            found.append(Place(row.key, row.title, 0, total(parts), parts, people))
    return _placed(sorted(found, key=lambda one: -one.total))


def total(parts: tuple[Part, ...]) -> Fraction:
    """The mean of the criteria's means, each as often as it counts: 1 to 5, exactly. What nobody gave points for by the
    criteria of that time counts for nothing, neither up nor down."""
    weights = sum(part.criterion.weight for part in parts)
    return sum((part.mean * part.criterion.weight for part in parts), Fraction()) / weights


def pull(part: Part, place: Place) -> Fraction:
    """How much a criterion draws the total up, or down below 0: all of them of one place are 0 together."""
    weights = sum(one.criterion.weight for one in place.parts)
    return (part.mean - place.total) * part.criterion.weight / weights


def agreement(parts: tuple[Part, ...]) -> str:
    """How far those who gave points agree: ``agree``, ``nearly`` or ``differ``, by what they differ on most."""
    spread = max(part.spread for part in parts)
    return "agree" if spread <= AGREE else "nearly" if spread <= NEARLY else "differ"


def _placed(ordered: list[Place]) -> list[Place]:
    found: list[Place] = []
    for number, one in enumerate(ordered, start=1):
        is_same = bool(found) and found[-1].total == one.total
        place = found[-1].place if is_same else number
        found.append(Place(one.key, one.title, place, one.total, one.parts, one.people))
    return found
