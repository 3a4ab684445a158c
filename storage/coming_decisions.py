"""Decisions that the programme's plan names: to come until they are recorded, and never taken for made before."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from storage import milestones, programmes
from storage.decisions import Decision
from storage.milestones import Milestone


@dataclass(frozen=True)
class Coming:
    """A milestone at which something is to be decided, and the decision that was begun or recorded for it."""

    milestone: Milestone
    decision: Decision | None = None

    @property
    def kind(self) -> str:
        """``administrative`` or ``political``."""
        return str((self.milestone.decides or {})["kind"])

    @property
    def body(self) -> str:
        """The key of the political body; empty where no document says who decides."""
        return str((self.milestone.decides or {}).get("political_body") or "")

    @property
    def discussed_in(self) -> list[str]:
        """Keys of the milestones at which it is discussed before."""
        return list((self.milestone.decides or {}).get("discussed_in") or ())

    @property
    def is_recorded(self) -> bool:
        return self.decision is not None and self.decision.decided_on is not None

    @property
    def is_given_up(self) -> bool:
        """Leaders have ended it without a decision."""
        return self.decision is not None and self.decision.ended is not None

    def is_unrecorded(self, today: date) -> bool:
        """Its day has passed, and nobody has recorded what was decided: that says nothing of whether it was."""
        last = self.milestone.last_day
        return last is not None and last < today and not self.is_recorded and not self.is_given_up


def every(session: Session, programme_key: str) -> list[Coming]:
    """All that the plan names, by date; the recorded ones too."""
    known = {row.milestone_key: row for row in _begun(session, programme_key)}
    return [
        Coming(row, known.get(row.key)) for row in milestones.every(session, programme_key) if row.decides is not None
    ]


def find(session: Session, programme_key: str, key: str) -> Coming | None:
    """The one of that milestone; None where nothing is to be decided there."""
    return next((one for one in every(session, programme_key) if one.milestone.key == key), None)


def recorded(session: Session, programme_key: str) -> set[str]:
    """Keys of the milestones of which it is recorded what was decided."""
    return {one.milestone.key for one in every(session, programme_key) if one.is_recorded}


def political_bodies(session: Session, programme_key: str) -> dict[str, str]:
    """The programme's political bodies, by key, as its documents call them."""
    said = programmes.get(session, programme_key).decisions or {}
    return {body["key"]: body["title"]["nb"] for body in said.get("political_bodies", ())}


def names_of_bodies(session: Session, programme_key: str) -> dict[str, list[str]]:
    """What people call each political body, in small letters, by what documents call it."""
    said = programmes.get(session, programme_key).decisions or {}
    return {
        body["title"]["nb"]: [name.casefold() for name in (*body["title"].values(), *body.get("names", ()))]
        for body in said.get("political_bodies", ())
    }


def _begun(session: Session, programme_key: str) -> list[Decision]:
    """What was begun for one, the latest last: one that was ended may be begun anew."""
    rows = session.exec(
        select(Decision)
        .where(Decision.programme_key == programme_key, col(Decision.milestone_key).is_not(None))
        .order_by(col(Decision.id))
    ).all()
    return list(rows)
