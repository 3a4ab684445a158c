"""What a programme chose for its deliveries: how long a sprint is, how large a team, and who orders the queue."""

from datetime import date
from typing import Any

from sqlmodel import Session

from storage import people, programmes
from storage.people import Person
from storage.refusals import NotAllowed, Refused

#: What holds where the file does not say.
WEEKS, TEAM_SIZE, PRIORITISED_BY = 3, 5, ("leader",)


def rules(session: Session, programme_key: str) -> dict[str, Any]:
    """What the programme's file says of sprints; empty where it works without."""
    return programmes.get(session, programme_key).sprints or {}


def must_deliver(session: Session, programme_key: str) -> dict[str, Any]:
    """The rules. Raises Refused where the programme works without deliveries."""
    found = rules(session, programme_key)
    if not found:
        raise Refused("refused.delivery.none_taken")
    return found


def weeks(session: Session, programme_key: str) -> int:
    return int(rules(session, programme_key).get("weeks", WEEKS))


def team_size(session: Session, programme_key: str) -> int:
    """About how many a team is: a guide, and no limit."""
    return int(rules(session, programme_key).get("team_size", TEAM_SIZE))


def workgroup(session: Session, programme_key: str) -> str:
    """The key of the group that the teams are in the documents: who follows it is told of deliveries."""
    return str(must_deliver(session, programme_key)["workgroup"])


def first_day(session: Session, programme_key: str) -> date | None:
    """The first day of the first sprint; None where no document says it, and a leader chooses it."""
    said = rules(session, programme_key).get("first_day")
    return date.fromisoformat(said) if said else None


def prioritised_by(session: Session, programme_key: str) -> tuple[str, ...]:
    """The roles whose holders order the queue."""
    return tuple(rules(session, programme_key).get("prioritised_by", PRIORITISED_BY))


def may_prioritise(session: Session, person: Person, programme_key: str) -> bool:
    return bool(people.roles(session, person, programme_key) & set(prioritised_by(session, programme_key)))


def must_prioritise(session: Session, person: Person, programme_key: str) -> None:
    """Raises NotAllowed for who does not order the queue."""
    if not may_prioritise(session, person, programme_key):
        raise NotAllowed(prioritised_by(session, programme_key)[0])


def prioritisers(session: Session, programme_key: str) -> list[Person]:
    """Who orders the queue, each once."""
    found = {
        one.identity: one
        for role in prioritised_by(session, programme_key)
        for one in people.holders(session, programme_key, role)
    }
    return list(found.values())
