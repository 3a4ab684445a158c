"""What a programme chose for its initiatives: what they are weighed by, who weighs them, and how many may run."""

from dataclasses import dataclass
from typing import Any

from storage.programmes import Localised, Programme

#: How many may run at once where the file does not say: few, in parallel.
MOST_RUNNING = 3
#: Whose points count where the file does not say.
SCORED_BY = ("leader", "employee_representative", "safety_representative")
#: The criteria where the file has none, and how much each counts; their texts are in the catalogues.
READY_MADE = {"residents": 3, "goals": 3, "staff": 2, "effort": 2, "risk": 1}
LEAST, MOST = 1, 5


@dataclass(frozen=True)
class Criterion:
    """What initiatives are weighed by. LEAST points are ``low`` and MOST are ``high``, so that more is always better;
    the texts are None of the ready-made ones."""

    key: str
    weight: int
    title: Localised | None = None
    low: Localised | None = None
    high: Localised | None = None


def most_running(programme: Programme) -> int:
    return int(_said(programme).get("most_running", MOST_RUNNING))


def scored_by(programme: Programme) -> tuple[str, ...]:
    """The roles whose holders are asked for points."""
    return tuple(_said(programme).get("scored_by", SCORED_BY))


def answer_within(programme: Programme) -> tuple[Localised, int] | None:
    """What who has an idea is promised: in words, and in days. None where the programme promises nothing."""
    said = _said(programme).get("answer_within")
    return (said["words"], int(said["days"])) if said else None


def criteria(programme: Programme) -> list[Criterion]:
    """The criteria that hold now, in their order."""
    own = [Criterion(**said) for said in _said(programme).get("criteria", ())]
    return own or [Criterion(key, weight) for key, weight in READY_MADE.items()]


def _said(programme: Programme) -> dict[str, Any]:
    return programme.prioritising or {}
