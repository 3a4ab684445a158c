"""Points for initiatives: by several people, none of whom sees another's until all are in or a leader closes."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import criteria, initiative_states, initiatives, people, prioritising
from storage.criteria import CriteriaVersion
from storage.database import UtcDateTime, locked
from storage.initiative_states import RANKED
from storage.people import Person
from storage.prioritising import LEAST, MOST
from storage.programmes import Programme
from storage.refusals import NotAllowed, Refused

#: Points of one person alone are no agreement: a leader closes early only where so many have given theirs.
FEWEST = 2


class Assessment(SQLModel, table=True):
    """One round of points for an initiative; the newest one that is closed counts. Never changed once it is."""

    __tablename__ = "initiative_assessment"
    __table_args__ = (UniqueConstraint("programme_key", "initiative_key", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key")
    initiative_key: str
    #: 1 for the first one of that initiative.
    number: int
    opened_by: int = Field(foreign_key="person.id")
    opened_at: datetime = Field(sa_type=UtcDateTime)
    #: The criteria that points are asked for.
    criteria_id: int = Field(foreign_key="criteria_version.id")
    #: The ids of those who were asked.
    asked: list[int] = Field(sa_type=JSON)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: The leader who closed it; None where all were in.
    closed_by: int | None = Field(default=None, foreign_key="person.id")

    @property
    def identity(self) -> int:
        assert self.id is not None, "not stored yet"
        return self.id


class Score(SQLModel, table=True):
    """What one person gave for one criterion, LEAST to MOST."""

    __tablename__ = "initiative_score"
    __table_args__ = (UniqueConstraint("assessment_id", "person_id", "criterion"),)
    id: int | None = Field(default=None, primary_key=True)
    assessment_id: int = Field(foreign_key="initiative_assessment.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    criterion: str
    points: int
    given_at: datetime = Field(sa_type=UtcDateTime)


def may_score(session: Session, acting: Person, programme: Programme) -> bool:
    return bool(people.roles(session, acting, programme.key) & set(prioritising.scored_by(programme)))


def must_score(session: Session, acting: Person, programme: Programme) -> None:
    """Raises NotAllowed for who is not among those whose points count."""
    if not may_score(session, acting, programme):
        raise NotAllowed("scorer")


def scorers(session: Session, programme: Programme) -> list[Person]:
    """Those whose points count, each once."""
    found = {one.identity: one for role in prioritising.scored_by(programme)
             for one in people.holders(session, programme.key, role)}  # fmt: skip
    return [found[key] for key in sorted(found)]


def ask(session: Session, acting: Person, programme: Programme, key: str, now: datetime) -> tuple[Assessment, bool]:
    """Asks for points; one that is open stays. Returns whether it is new.

    Raises NotAllowed without the leader's role, Refused for what cannot be ranked and where nobody can be asked.
    """
    acting.must_be(session, "leader", programme.key)
    initiative_states.alone(session, programme.key)
    row = initiatives.get(session, programme.key, key)
    if initiative_states.state(session, row) not in RANKED:
        raise Refused("refused.scoring.state", initiative=row.title)
    last = latest(session, programme.key, key)
    if last is not None and last.closed_at is None:
        return last, False
    asked = [one.identity for one in scorers(session, programme)]
    if not asked:
        raise Refused("refused.scoring.nobody")
    made = Assessment(
        programme_key=programme.key,
        initiative_key=key,
        number=last.number + 1 if last else 1,
        opened_by=acting.identity,
        opened_at=now,
        criteria_id=criteria.current(session, programme, now).identity,
        asked=asked,
    )
    session.add(made)
    session.flush()
    return made, True


def give(
    session: Session, acting: Person, programme: Programme, key: int, points: Mapping[str, int], now: datetime
) -> tuple[Assessment, bool]:
    """Stores what this person gives; given again before it is closed, that counts. Closes it when all are in, and
    returns whether it was this that did.

    Raises NotAllowed for whose points do not count, Refused for what is closed, a criterion without points or too many.
    """
    must_score(session, acting, programme)
    found = get(session, programme.key, key)
    if found.closed_at is not None:
        raise Refused("refused.scoring.closed")
    wanted = [one.key for one in version_of(session, found).each]
    if set(points) != set(wanted) or not all(LEAST <= given <= MOST for given in points.values()):
        raise Refused("refused.scoring.points", least=LEAST, most=MOST)
    own = {row.criterion: row for row in _rows(session, found) if row.person_id == acting.id}
    for name in wanted:
        row = own.get(name) or Score(
            assessment_id=found.identity, person_id=acting.identity, criterion=name, points=0, given_at=now
        )
        row.points, row.given_at = points[name], now
        session.add(row)
    if acting.identity not in found.asked:
        found.asked = [*found.asked, acting.identity]
    session.flush()
    return found, not missing(session, found) and _close(session, found, None, now)


def close(session: Session, acting: Person, programme: Programme, key: int, now: datetime) -> tuple[Assessment, bool]:
    """Closes one before all are in; returns whether that is new. Raises NotAllowed without the leader's role, Refused
    where fewer than FEWEST of several have given points."""
    acting.must_be(session, "leader", programme.key)
    found = get(session, programme.key, key)
    if found.closed_at is not None:
        return found, False
    given = {row.person_id for row in _rows(session, found)}
    if len(given) < min(FEWEST, len(found.asked)):
        raise Refused("refused.scoring.few", fewest=min(FEWEST, len(found.asked)))
    return found, _close(session, found, acting, now)


def get(session: Session, programme_key: str, key: int) -> Assessment:
    """One round as it is now, locked. Raises Refused where there is none."""
    statement = select(Assessment).where(Assessment.id == key, Assessment.programme_key == programme_key)
    fresh = locked(session, statement).execution_options(populate_existing=True)
    found: Assessment | None = session.exec(fresh).first()
    if found is None:
        raise Refused("refused.scoring.unknown")
    return found


def latest(session: Session, programme_key: str, key: str) -> Assessment | None:
    """The newest round of that initiative, open or closed."""
    which = (Assessment.programme_key == programme_key, Assessment.initiative_key == key)
    return session.exec(select(Assessment).where(*which).order_by(col(Assessment.number).desc())).first()


def opened(session: Session, programme_key: str) -> list[Assessment]:
    """Those that points are asked for now, the oldest first; of what can be ranked still."""
    which = (Assessment.programme_key == programme_key, col(Assessment.closed_at).is_(None))
    rows = session.exec(select(Assessment).where(*which).order_by(col(Assessment.id)))
    states = initiative_states.states(session, programme_key)
    return [row for row in rows if states.get(row.initiative_key) in RANKED]


def waiting_for(session: Session, acting: Person, programme: Programme) -> list[Assessment]:
    """Those that this person has not given points for. Raises NotAllowed for whose points do not count."""
    must_score(session, acting, programme)
    return [row for row in opened(session, programme.key) if not own(session, acting, row)]


def own(session: Session, acting: Person, found: Assessment) -> dict[str, int]:
    """What this person gave, by criterion: nobody else is told while it is open."""
    return {row.criterion: row.points for row in _rows(session, found) if row.person_id == acting.id}


def missing(session: Session, found: Assessment) -> list[int]:
    """The ids of those who were asked, have not given points and still could: who lost the role is not waited for."""
    given = {row.person_id for row in _rows(session, found)}
    can = {one.identity for one in scorers(session, session.get_one(Programme, found.programme_key))}
    return [key for key in found.asked if key not in given and key in can]


def scores(session: Session, found: Assessment) -> dict[str, list[int]]:
    """What everybody gave, by criterion, the lowest first and without names. Raises Refused while it is open: for
    everybody, whatever their role."""
    if found.closed_at is None:
        raise Refused("refused.scoring.blind")
    given: dict[str, list[int]] = {}
    for row in _rows(session, found):
        given.setdefault(row.criterion, []).append(row.points)
    return {name: sorted(points) for name, points in given.items()}


def version_of(session: Session, found: Assessment) -> CriteriaVersion:
    return session.get_one(CriteriaVersion, found.criteria_id)


def closed(session: Session, programme_key: str, at: datetime) -> dict[str, Assessment]:
    """The last round of each initiative that was closed by then."""
    which = (Assessment.programme_key == programme_key, col(Assessment.closed_at) <= at)
    rows = session.exec(select(Assessment).where(*which).order_by(col(Assessment.number)))
    return {row.initiative_key: row for row in rows}


def _close(session: Session, found: Assessment, by: Person | None, now: datetime) -> bool:
    found.closed_at, found.closed_by = now, by.identity if by else None
    session.add(found)
    session.flush()
    return True


def _rows(session: Session, found: Assessment) -> list[Score]:
    statement = select(Score).where(Score.assessment_id == found.id)
    return list(session.exec(statement.order_by(col(Score.id))))
