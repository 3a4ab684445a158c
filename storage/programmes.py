"""Programmes of change: the programme itself, its sources, and what its documents say that has no room of its own."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.database import locked

Row = TypeVar("Row", bound=SQLModel)
#: A text in the languages it was written in: ``{"nb": …, "nn": …, "en": …}``, of which ``nb`` is always there.
Localised = dict[str, str]


class Programme(SQLModel, table=True):
    """One programme of change, as its file says it. ``version`` rises with every load that changed something."""

    key: str = Field(primary_key=True)
    name: str
    names: list[str] = Field(default_factory=list, sa_type=JSON)
    full_title: str | None = None
    organisation: str | None = None
    area: Localised | None = Field(default=None, sa_type=JSON)
    contact_email: str | None = None
    timezone: str = "Europe/Oslo"
    #: The smallest group whose counts are shown.
    smallest_group: int = 6
    #: Whether another leader, or a deputy, approves what goes to everyone, where there is one.
    needs_approval: bool = True
    #: Whether what tells of a decision waits for the discussion with the employees' side, and for what goes with it.
    discussed_before_decided: bool = True
    #: How many unasked messages a week somebody gets who has set no number; 0 for any number.
    messages_a_week: int = 5
    #: After how many weeks of silence somebody gets a few lines of what is new; 0 for never.
    catch_up_after_weeks: int = Field(default=4, sa_column_kwargs={"server_default": "4"})
    #: Every how many months leaders are asked about recommendations that nobody has said anything of; 0 for never.
    recommendations_months: int = Field(default=3, sa_column_kwargs={"server_default": "3"})
    #: For how many whole weeks after the one it came in an input is kept.
    inputs_kept_weeks: int = Field(default=104, sa_column_kwargs={"server_default": "104"})
    #: Where the organisation takes whistleblowing notifications, as the file says it; None where it says nothing.
    whistleblowing: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    #: What the programme promises of answers to questions and proposals, and when handlers of inputs are reminded.
    answers: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    #: To whom workgroups hand over proposals, by which milestones, and who assures their quality; None where the file
    #: names none.
    proposals: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    #: The reviews of risk and of the working environment that it needs, and before what; None where the file has none.
    risk_reviews: list[dict[str, Any]] | None = Field(default=None, sa_type=JSON)
    #: How deliveries are made, as the file says it, None where it works without; see storage/sprint_rules.py.
    sprints: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    #: How often status reports come, from when and to whom; None where there are none. See storage/status_rules.py.
    status_reports: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    #: Which political bodies decide (vedtak); None where the file names none.
    decisions: dict[str, Any] | None = Field(default=None, sa_type=JSON(none_as_null=True))
    #: How initiatives are weighed and how many may run, as the file says it; see storage/prioritising.py.
    prioritising: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    notes: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    version: int = 1
    digest: str = ""


class Source(SQLModel, table=True):
    """A document that facts are taken from. ``dated_on`` is None where the document does not say."""

    __table_args__ = (UniqueConstraint("programme_key", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    key: str
    label: Localised = Field(sa_type=JSON)
    dated_on: date | None = None


class Fact(SQLModel, table=True):
    """What a document says: ``kind`` is one of KINDS, ``details`` holds what only that kind has."""

    __table_args__ = (UniqueConstraint("programme_key", "kind", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    kind: str
    key: str
    position: int = 0
    title: Localised | None = Field(default=None, sa_type=JSON)
    text: Localised | None = Field(default=None, sa_type=JSON)
    names: list[str] = Field(default_factory=list, sa_type=JSON)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    sources: list[str] = Field(default_factory=list, sa_type=JSON)
    inferred: list[str] = Field(default_factory=list, sa_type=JSON)


#: Every kind of Fact. What a programme file may hold beyond milestones, phases, groups, people and initiatives.
KINDS = (
    "background",
    "goal_headline",
    "goal",
    "mandate",
    "frame",
    "rule",
    "recommendation",
    "related_programme",
    "delivery_rule",
    "delivery",
    "news",
    "unit",
    "organisation_box",
    "temporary_solution",
    "involvement",
    "scope_included",
    "scope_excluded",
    "timeline_label",
    "abbreviation",
    "open_question",
    "note",
    "answer",
)
#: The kind of fact that is in no file: what a leader answered. Neither it nor its source is touched by a load.
ANSWER = "answer"
_ANSWER_PREFIX = f"{ANSWER}:"


def get(session: Session, key: str) -> Programme:
    """The programme. Raises KeyError when there is none of that key."""
    programme = _held(session, key)
    if programme is None:
        raise KeyError(key)
    return programme


def hold(session: Session, key: str, version: int, digest: str) -> None:
    """Lets ``get`` find the programme without reading all of it, where its state was read along with something else:
    what it says is kept for as long as it has that state."""
    kept_ones: dict[str, Programme] = session.info.get("programmes", {})
    known = kept_ones.get(key)
    if known is None or (known.version, known.digest) != (version, digest):
        # A copy: it belongs to no session.
        known = kept_ones[key] = Programme(**session.get_one(Programme, key).model_dump())
    session.info["programme"] = known


def _held(session: Session, key: str) -> Programme | None:
    held: Programme | None = session.info.get("programme")
    return held if held is not None and held.key == key else session.get(Programme, key)


def kept(read: Callable[[Session, str], list[Row]]) -> Callable[[Session, str], list[Row]]:
    """Keeps the rows that a programme's file filled until a load changes them: most turns read them, few loads do.

    The rows belong to no session, so that all threads may read them; whoever wants to change one selects it anew.
    """

    @wraps(read)
    def reading(session: Session, programme_key: str) -> list[Row]:
        programme = _held(session, programme_key)
        known: dict[tuple[Any, str], tuple[tuple[int, str], list[Row]]] | None = session.info.get("kept")
        if programme is None or known is None or has_changed(session):
            # What is changed and not committed may yet be rolled back.
            return read(session, programme_key)
        state = (programme.version, programme.digest)
        before, rows = known.get((read, programme_key), (None, []))
        if before != state:
            rows = read(session, programme_key)
            for row in rows:
                session.expunge(row)
            known[read, programme_key] = (state, rows)
        return list(rows)

    return reading


def every(session: Session) -> list[Programme]:
    return list(session.exec(select(Programme).order_by(col(Programme.key))))


def facts(session: Session, programme_key: str, *kinds: str) -> list[Fact]:
    """The programme's facts of these kinds, in the file's order, kinds in the order asked for."""
    rows = session.exec(
        select(Fact)
        .where(Fact.programme_key == programme_key, col(Fact.kind).in_(kinds))
        .order_by(col(Fact.position), col(Fact.id))
    ).all()
    return sorted(rows, key=lambda fact: kinds.index(fact.kind))


def answers(session: Session, programme_key: str) -> list[Fact]:
    """What leaders have answered, the newest first."""
    return list(reversed(_answers(session, programme_key)))


@kept
def _answers(session: Session, programme_key: str) -> list[Fact]:
    return facts(session, programme_key, ANSWER)


def answer_key(question: int) -> str:
    """The key of an answer and of its source: no key of a file has a colon in it."""
    return f"{_ANSWER_PREFIX}{question}"


def is_answer_key(key: str) -> bool:
    return key.startswith(_ANSWER_PREFIX)


def mark_changed(session: Session, programme_key: str) -> None:
    """Raises the programme's version, by which everything that was kept of it is read anew."""
    statement = select(Programme).where(Programme.key == programme_key)
    programme: Programme = session.exec(locked(session, statement)).one()
    programme.version += 1
    session.add(programme)
    session.flush()
    session.info["has_changed"] = True
    session.info.pop("programme", None)


def has_changed(session: Session) -> bool:
    """Whether this session has changed what is kept of a programme."""
    return bool(session.info.get("has_changed"))


def sources(session: Session, programme_key: str) -> dict[str, Source]:
    """The programme's sources by their key."""
    return {source.key: source for source in _sources(session, programme_key)}


@kept
def _sources(session: Session, programme_key: str) -> list[Source]:
    return list(session.exec(select(Source).where(Source.programme_key == programme_key)))
