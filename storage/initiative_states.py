"""Where initiatives stand: from an idea to done or stopped, each change with who, when and why."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import initiatives, programmes
from storage.database import UtcDateTime, locked
from storage.initiatives import Initiative
from storage.people import Person
from storage.programmes import Localised, Programme
from storage.refusals import Refused

#: The longest reason of a change, in characters: what the proposer reads.
LONGEST_WHY = 500
LANGUAGES = ("nb", "nn", "en")


class State(StrEnum):
    """How far an initiative has come."""

    IDEA = "idea"  # somebody proposed it: it is its unit's until it is lifted
    LIFTED = "lifted"  # at the common level, where it is weighed against the others
    EXPLORING = "exploring"  # runs: the need is looked into
    TESTING = "testing"  # runs: a solution is tried
    DONE = "done"
    STOPPED = "stopped"


#: What counts against the limit on work in progress.
RUNNING = (State.EXPLORING, State.TESTING)
#: What can be ranked.
RANKED = (State.LIFTED, *RUNNING)
#: What each state can become. There is no way from an idea to running but by the common level.
MOVES: dict[State, tuple[State, ...]] = {
    State.IDEA: (State.LIFTED, State.STOPPED),
    State.LIFTED: (State.EXPLORING, State.TESTING, State.STOPPED),
    State.EXPLORING: (State.TESTING, State.STOPPED),
    State.TESTING: (State.DONE, State.STOPPED),
    State.DONE: (),
    State.STOPPED: (State.LIFTED,),
}
#: Who may have an initiative become what. Whoever proposed an idea may stop that, too.
MAY_MOVE: dict[State, tuple[str, ...]] = {
    State.LIFTED: ("leader",),
    State.EXPLORING: ("leader",),
    State.TESTING: ("leader",),
    State.DONE: ("leader",),
    State.STOPPED: ("leader",),
}


class InitiativeChange(SQLModel, table=True):
    """One change of state: the record, never changed. What the programme's file names has none until it starts."""

    __tablename__ = "initiative_change"
    __table_args__ = (UniqueConstraint("programme_key", "initiative_key", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key")
    initiative_key: str
    #: 1 for the first one of that initiative.
    number: int
    state: State = Field(sa_type=String)
    changed_by: int = Field(foreign_key="person.id")
    changed_at: datetime = Field(sa_type=UtcDateTime)
    why: str = ""


def history(session: Session, programme_key: str, key: str) -> list[InitiativeChange]:
    """What became of it, the first change first."""
    which = (InitiativeChange.programme_key == programme_key, InitiativeChange.initiative_key == key)
    return list(session.exec(select(InitiativeChange).where(*which).order_by(col(InitiativeChange.number))))


def states(session: Session, programme_key: str, at: datetime | None = None) -> dict[str, State]:
    """The state of each initiative and idea by its key, now or as it was then. What was proposed since is not in it."""
    statement = select(InitiativeChange).where(InitiativeChange.programme_key == programme_key)
    if at is not None:
        statement = statement.where(col(InitiativeChange.changed_at) <= at)
    rows = session.exec(statement.order_by(col(InitiativeChange.number)))
    last = {row.initiative_key: State(row.state) for row in rows}
    named = (row.key for row in initiatives.with_ideas(session, programme_key) if not initiatives.is_idea_key(row.key))
    return {**dict.fromkeys(named, State.LIFTED), **last}


def only_named(session: Session, programme_key: str) -> set[str]:
    """The keys of what the documents name and nobody has said anything of here: whether it runs is not known."""
    changed = set(
        session.exec(
            select(InitiativeChange.initiative_key).where(InitiativeChange.programme_key == programme_key).distinct()
        )
    )
    return {row.key for row in initiatives.every(session, programme_key) if row.key not in changed}


def state(session: Session, row: Initiative) -> State:
    rows = history(session, row.programme_key, row.key)
    return State(rows[-1].state) if rows else State.LIFTED


def is_running(session: Session, programme_key: str, key: str) -> bool:
    rows = history(session, programme_key, key)
    return bool(rows) and rows[-1].state in RUNNING


def running(session: Session, programme_key: str) -> list[Initiative]:
    """What runs, in the order in which it was named."""
    now = states(session, programme_key)
    return [row for row in initiatives.with_ideas(session, programme_key) if now.get(row.key) in RUNNING]


def alone(session: Session, programme_key: str) -> None:
    """Lets nobody else change an initiative of the programme until this transaction is over: of two who start one at
    once, only the first may be within the limit."""
    session.exec(locked(session, select(Programme).where(Programme.key == programme_key))).one()


def begin(session: Session, acting: Person, row: Initiative, now: datetime) -> InitiativeChange:
    """The first row of what somebody proposed: an idea."""
    return _record(session, acting, row, State.IDEA, "", now, 1)


def move(
    session: Session, acting: Person, row: Initiative, to: State, why: str, now: datetime, most_running: int
) -> tuple[InitiativeChange, bool]:
    """Has the initiative become that; returns the change, and whether it is new: what it has become already stays.

    Raises NotAllowed for who may not, Refused where its state does not become that, where so many run already that none
    may start, without a reason for stopping or taking up again, and for one that is too long.
    """
    alone(session, row.programme_key)
    rows = history(session, row.programme_key, row.key)
    before = State(rows[-1].state) if rows else State.LIFTED
    if not _is_own_idea(rows, acting, to):
        acting.must_be(session, MAY_MOVE[to][0], row.programme_key)
    if before is to and rows:
        return rows[-1], False
    if to not in MOVES[before]:
        raise Refused(f"refused.initiative.{'lift_first' if before is State.IDEA else 'move'}", initiative=row.title)
    why = _reason(why, is_needed=to is State.STOPPED or before is State.STOPPED)
    if to in RUNNING and before not in RUNNING:
        _check_limit(session, row.programme_key, most_running)
    if to is State.LIFTED and not row.is_common:
        row.is_common = True
        session.add(row)
        # From now on it is one of those that words can mean.
        programmes.mark_changed(session, row.programme_key)
    return _record(session, acting, row, to, why, now, len(rows) + 1), True


def close(session: Session, acting: Person, row: Initiative, why: str, now: datetime) -> InitiativeChange:
    """The last row of an idea whose text is taken away: what is not done is stopped, wherever it stood. Raises Refused
    without a reason, and for one that is too long."""
    last = state(session, row)
    number = len(history(session, row.programme_key, row.key)) + 1
    to = State.DONE if last is State.DONE else State.STOPPED
    return _record(session, acting, row, to, _reason(why, is_needed=True), now, number)


def joined(texts: Iterable[Localised]) -> Localised:
    """Several texts as one, in each language."""
    every = list(texts)
    return {language: ", ".join(text.get(language) or text["nb"] for text in every) for language in LANGUAGES}


def _is_own_idea(rows: list[InitiativeChange], acting: Person, to: State) -> bool:
    """Whoever proposed something may withdraw it as long as nobody has lifted it."""
    own = bool(rows) and rows[0].state == State.IDEA and rows[0].changed_by == acting.id
    return own and to is State.STOPPED and rows[-1].state in (State.IDEA, State.STOPPED)


def _reason(why: str, *, is_needed: bool) -> str:
    why = " ".join(why.split())
    if not why and is_needed:
        raise Refused("refused.initiative.why")
    if len(why) > LONGEST_WHY:
        raise Refused("refused.initiative.long_why", length=len(why), limit=LONGEST_WHY)
    return why


def _check_limit(session: Session, programme_key: str, most_running: int) -> None:
    now_running = running(session, programme_key)
    if len(now_running) >= most_running:
        names = joined(row.title for row in now_running)
        raise Refused("refused.initiative.limit", limit=most_running, names=names)


def _record(
    session: Session, acting: Person, row: Initiative, to: State, why: str, now: datetime, number: int
) -> InitiativeChange:
    change = InitiativeChange(
        programme_key=row.programme_key,
        initiative_key=row.key,
        number=number,
        state=to,
        changed_by=acting.identity,
        changed_at=now,
        why=why,
    )
    session.add(change)
    session.flush()
    return change
