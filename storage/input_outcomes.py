"""What became of inputs ("dere sa, vi gjorde"): what a handler publishes, in the main database, and which inputs it
came of, in theirs. Nothing of an input's own text is in it unless the handler writes it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage import input_statuses, topics
from storage.anonymous_input import LONGEST_FORM, InputModel, InputStore, of_programme
from storage.database import UtcDateTime
from storage.input_duplicates import with_merged
from storage.input_statuses import InputStatus, Status
from storage.people import Person
from storage.refusals import Refused

#: Longest of what was said and of what was done about it, in characters: two and three lines on a telephone.
LONGEST_SAID, LONGEST_DONE = 200, 400
#: How many inputs one publication may come of.
MOST_INPUTS = 500
#: What of a programme's file inputs can become a part of.
KINDS = (topics.Kind.INITIATIVE, topics.Kind.WORKGROUP, topics.Kind.PHASE)


class InputOutcome(SQLModel, table=True):
    """What everyone may read of what became of inputs. How many and which is in the inputs' database."""

    __tablename__ = "input_outcome"
    #: The chance value of the form it was written in: sent twice it is one.
    key: str = Field(primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    said: str
    done: str
    #: ``topics.Topic.name`` of what it became a part of, or empty.
    topic: str = ""
    published_by: int = Field(foreign_key="person.id")
    published_at: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class OutcomeInput(InputModel, table=True):
    """That something was published of an input: only its handlers and the holder of its receipt are shown it."""

    __tablename__ = "input_outcome_input"
    __table_args__ = ({"sqlite_with_rowid": False},)
    input_key: str = Field(primary_key=True, foreign_key="input.key", ondelete="CASCADE")
    #: ``InputOutcome.key``, in the other database.
    outcome_key: str = Field(primary_key=True)
    #: The status that publishing changed, empty for none that was set; None where it changed none.
    before: str | None = None


@dataclass(frozen=True)
class Told:
    """What a handler publishes. ``form`` is the form's one-time value."""

    said: str
    done: str
    topic: str
    form: str


def publish(
    store: InputStore,
    session: Session,
    acting: Person,
    programme_key: str,
    told: Told,
    keys: list[str],
    now: datetime,
) -> InputOutcome:
    """Publishes what became of these inputs and of what was merged into them, once for each form; they count as taken
    up, but for those that were told why not. Raises NotAllowed without the role, Refused for what is empty, too long
    or about nothing of the programme's, and for inputs that are not there."""
    acting.must_be(session, "input_handler", programme_key)
    told = _checked(session, programme_key, told)
    found = session.get(InputOutcome, told.form)
    if found is not None:
        if found.programme_key != programme_key:
            raise Refused("refused.outcome.gone")
        return found
    if not 0 < len(keys) <= MOST_INPUTS:
        raise Refused("refused.outcome.inputs", limit=MOST_INPUTS)
    row = InputOutcome(
        key=told.form,
        programme_key=programme_key,
        said=told.said,
        done=told.done,
        topic=told.topic,
        published_by=acting.identity,
        published_at=now,
    )
    session.add(row)
    # Another process that publishes the same form is met here, before anything is stored of the inputs.
    session.flush()
    with store.database.writing() as inputs:
        for key in keys:
            _link(inputs, of_programme(inputs, programme_key, key).key, row.key)
    return row


def check(session: Session, programme_key: str, told: Told) -> None:
    """Raises Refused for what could not be published."""
    _checked(session, programme_key, told)


def find(session: Session, acting: Person, programme_key: str, form: str) -> InputOutcome | None:
    """What was published by this form before, if it was. Raises NotAllowed without the role."""
    acting.must_be(session, "input_handler", programme_key)
    row = session.get(InputOutcome, form)
    return row if row is not None and row.programme_key == programme_key else None


def withdraw(
    store: InputStore, session: Session, acting: Person, programme_key: str, key: str, now: datetime
) -> InputOutcome:
    """Takes back what was published; what is taken back stays so. Its inputs have the status again that they had
    before, where they still count as taken up and nothing else that was published of them stands. Raises NotAllowed
    without the role, Refused for what is not there."""
    acting.must_be(session, "input_handler", programme_key)
    row = session.get(InputOutcome, key)
    if row is None or row.programme_key != programme_key:
        raise Refused("refused.outcome.gone")
    row.withdrawn_at = row.withdrawn_at or now
    session.add(row)
    session.flush()
    _take_status_back(store, session, row.key)
    return row


def _take_status_back(store: InputStore, session: Session, outcome: str) -> None:
    with store.database.writing() as inputs:
        keys = list(inputs.exec(select(OutcomeInput.input_key).where(OutcomeInput.outcome_key == outcome)).all())
        for key, outcomes in linked(inputs, keys).items():
            status = inputs.get(InputStatus, key)
            if status is None or status.status != Status.TAKEN_UP or of_keys(session, outcomes):
                continue
            links = inputs.exec(select(OutcomeInput.before).where(OutcomeInput.input_key == key)).all()
            # A later one found it taken up by an earlier one.
            was = next((before for before in links if before is not None and before != Status.TAKEN_UP), None)
            if was is not None:
                input_statuses.write(inputs, key, was or Status.RECEIVED)


def latest(session: Session, programme_key: str, most: int, topic: str = "") -> list[InputOutcome]:
    """What stands, the last first; of one topic where that is given."""
    statement = select(InputOutcome).where(
        InputOutcome.programme_key == programme_key, col(InputOutcome.withdrawn_at).is_(None)
    )
    if topic:
        statement = statement.where(InputOutcome.topic == topic)
    ordered = statement.order_by(col(InputOutcome.published_at).desc(), col(InputOutcome.key))
    return list(session.exec(ordered.limit(most)))


def between(session: Session, programme_key: str, since: datetime, until: datetime) -> list[InputOutcome]:
    """What stands of what was published after ``since`` and not after ``until``, the last first."""
    statement = select(InputOutcome).where(
        InputOutcome.programme_key == programme_key,
        col(InputOutcome.withdrawn_at).is_(None),
        InputOutcome.published_at > since,
        InputOutcome.published_at <= until,
    )
    return list(session.exec(statement.order_by(col(InputOutcome.published_at).desc(), col(InputOutcome.key))))


def of_keys(session: Session, keys: tuple[str, ...]) -> list[InputOutcome]:
    """What stands of these, the last first."""
    if not keys:
        return []
    statement = select(InputOutcome).where(col(InputOutcome.key).in_(keys), col(InputOutcome.withdrawn_at).is_(None))
    return list(session.exec(statement.order_by(col(InputOutcome.published_at).desc(), col(InputOutcome.key))))


def linked(inputs: Session, keys: list[str]) -> dict[str, tuple[str, ...]]:
    """The keys of what was published of each of these inputs."""
    rows = inputs.exec(select(OutcomeInput).where(col(OutcomeInput.input_key).in_(keys))).all()
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row.input_key] = (*found.get(row.input_key, ()), row.outcome_key)
    return found


def _checked(session: Session, programme_key: str, told: Told) -> Told:
    said, done = told.said.strip(), told.done.strip()
    for name, text, limit in (("said", said, LONGEST_SAID), ("done", done, LONGEST_DONE)):
        if not text:
            raise Refused(f"refused.outcome.no_{name}")
        if len(text) > limit:
            raise Refused(f"refused.outcome.long_{name}", length=len(text), limit=limit)
    if told.topic and topics.get(session, programme_key, told.topic).kind not in KINDS:
        raise Refused("refused.outcome.topic")
    if not 0 < len(told.form) <= LONGEST_FORM:
        raise Refused("refused.outcome.gone")
    return Told(said, done, told.topic, told.form)


def _link(inputs: Session, key: str, outcome: str) -> None:
    row = inputs.get(InputStatus, key)
    is_taken_up = row is None or row.status != Status.NOT_TAKEN_UP
    before = (row.status if row else "") if is_taken_up else None
    for one in with_merged(inputs, key):
        if inputs.get(OutcomeInput, (one, outcome)) is None:
            inputs.add(OutcomeInput(input_key=one, outcome_key=outcome, before=before if one == key else None))
    if is_taken_up:
        input_statuses.write(inputs, key, Status.TAKEN_UP)
