"""Deliveries (leveranser): what teams are to make in a sprint, from the queue to delivered or stopped.

What the documents only name ("Leveranse 3") is a fact of theirs, and no delivery here until a leader says what it is.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import ideas, initiative_states, initiatives, programmes, sprint_rules
from storage.database import UtcDateTime, locked
from storage.initiatives import Initiative
from storage.people import Person
from storage.programmes import Fact, Programme
from storage.refusals import Refused

LONGEST_TITLE = 80
LONGEST_TEXT = 500
LONGEST_OWNER = 120
#: Of a note on a step, of what was shown, and of a reason.
LONGEST_NOTE = 500
LONGEST_FORM = 64
#: The kind of fact that a delivery is which the documents name.
NAMED = "delivery"


class Stage(StrEnum):
    """How far a delivery has come: "Behov, løsning, test" is the framework of the sprints."""

    QUEUED = "queued"
    NEED = "need"
    SOLUTION = "solution"
    TEST = "test"
    DELIVERED = "delivered"
    STOPPED = "stopped"


#: A team works on it.
UNDER_WAY = (Stage.NEED, Stage.SOLUTION, Stage.TEST)
ENDED = (Stage.DELIVERED, Stage.STOPPED)


class Delivery(SQLModel, table=True):
    """A delivery. ``position`` is its place in the queue from 1 on, 0 out of it; ``version`` rises with its words."""

    __table_args__ = (UniqueConstraint("programme_key", "form"), UniqueConstraint("programme_key", "named"))
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    #: The key of the documents' delivery that it is; None where no document names it.
    named: str | None = None
    #: The initiative that it is a part of; None where it stands by itself.
    initiative_key: str | None = None
    title: str
    need: str = ""
    for_whom: str = ""
    #: Who answers for it: a unit or a role, in a leader's words.
    answered_for: str = ""
    #: A need that is understood already: it begins with the test.
    is_known_need: bool = False
    stage: Stage = Field(default=Stage.QUEUED, sa_type=String)
    position: int = 0
    version: int = 1
    made_by: int = Field(foreign_key="person.id")
    made_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: int = Field(foreign_key="person.id")
    changed_at: datetime = Field(sa_type=UtcDateTime)
    form: str | None = None

    @property
    def identity(self) -> int:
        assert self.id is not None, "a stored delivery has an id"
        return self.id


class DeliveryStep(SQLModel, table=True):
    """A change of stage: the record, never changed. ``person_id`` is None where the clock took it from the queue."""

    __tablename__ = "delivery_step"
    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    stage: Stage = Field(sa_type=String)
    note: str = ""
    person_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)

    @property
    def identity(self) -> int:
        assert self.id is not None, "a stored step has an id"
        return self.id


class Worded(SQLModel):
    """What a leader writes of a delivery; see ``Delivery``."""

    title: str = ""
    need: str = ""
    for_whom: str = ""
    answered_for: str = ""
    is_known_need: bool = False
    initiative_key: str | None = None
    named: str | None = None


class WrongField(Refused):
    """What a form holds cannot be. ``field`` is where."""

    def __init__(self, key: str, field: str, **values: object) -> None:
        super().__init__(key, **values)
        self.field = field


class Changed(Refused):
    """Somebody else has worded it otherwise meanwhile: nothing of theirs is written over unseen."""

    def __init__(self, name: str) -> None:
        super().__init__("refused.delivery.changed", name=name)


def alone(session: Session, programme_key: str) -> None:
    """Lets nobody else change a delivery, a team or a sprint of the programme until this transaction is over."""
    session.exec(locked(session, select(Programme).where(Programme.key == programme_key))).one()


def add(session: Session, acting: Person, programme: Programme, worded: Worded, now: datetime, form: str) -> Delivery:
    """Puts a delivery last in the queue. The same form sent twice is one.

    What the form leaves empty of one that is part of an initiative is what is asked of that. Raises NotAllowed for who
    is no leader, Refused where the programme works without deliveries, WrongField, also for the title of another one
    that has not ended.
    """
    acting.must_be(session, "leader", programme.key)
    sprint_rules.must_deliver(session, programme.key)
    alone(session, programme.key)
    before = _of_form(session, programme.key, form)
    if before is not None:
        return before
    worded = _checked(session, programme.key, worded)
    made = Delivery(
        programme_key=programme.key,
        position=len(queue(session, programme.key)) + 1,
        made_by=acting.identity,
        made_at=now,
        changed_by=acting.identity,
        changed_at=now,
        form=form[:LONGEST_FORM] or None,
        **worded.model_dump(),
    )
    session.add(made)
    session.flush()
    note(session, made, Stage.QUEUED, acting, now)
    return made


def change(
    session: Session, acting: Person, programme_key: str, key: int, worded: Worded, version: int, now: datetime
) -> Delivery:
    """Words it otherwise. Raises NotAllowed for who is no leader, Refused for what has ended, WrongField, and Changed
    where somebody else has worded it otherwise since ``version``."""
    acting.must_be(session, "leader", programme_key)
    row = held(session, programme_key, key)
    if row.stage in ENDED:
        raise Refused(f"refused.delivery.{row.stage}")
    worded = _checked(session, programme_key, worded, row)
    if all(getattr(row, name) == value for name, value in worded.model_dump().items()):
        return row
    if row.version != version:
        raise Changed(session.get_one(Person, row.changed_by).name)
    row.sqlmodel_update(worded.model_dump())
    row.version += 1
    row.changed_by, row.changed_at = acting.identity, now
    session.add(row)
    programmes.mark_changed(session, programme_key)
    session.flush()
    return row


def stop(session: Session, acting: Person, programme_key: str, key: int, why: str, now: datetime) -> Delivery:
    """Takes it out of the queue for good; twice is once.

    Raises NotAllowed for who is no leader, Refused for what a team works on or has delivered, WrongField without a
    reason.
    """
    acting.must_be(session, "leader", programme_key)
    row = held(session, programme_key, key)
    if row.stage == Stage.STOPPED:
        return row
    if row.stage != Stage.QUEUED:
        raise Refused("refused.delivery.under_way" if row.stage in UNDER_WAY else f"refused.delivery.{row.stage}")
    why = " ".join(why.split())
    if not why:
        raise WrongField("refused.delivery.no_reason", "why")
    check_length(why, LONGEST_NOTE, "why")
    leave_queue(session, row)
    note(session, row, Stage.STOPPED, acting, now, why)
    return row


def leave_queue(session: Session, row: Delivery) -> None:
    """Those behind it move up."""
    row.position = 0
    session.add(row)
    session.flush()
    place(session, [one for one in queue(session, row.programme_key) if one.id != row.id])


def place(session: Session, rows: Iterable[Delivery]) -> None:
    """Gives them their places in that order."""
    for position, row in enumerate(rows, 1):
        if row.position != position:
            row.position = position
            session.add(row)
    session.flush()


def note(
    session: Session, row: Delivery, stage: Stage, acting: Person | None, now: datetime, text: str = ""
) -> DeliveryStep:
    """Changes its stage and keeps who did it, when and why. The pictures of the programme are others from then on."""
    row.stage = stage
    step = DeliveryStep(
        delivery_id=row.identity, stage=stage, note=text, person_id=acting.identity if acting else None, at=now
    )
    session.add_all([row, step])
    programmes.mark_changed(session, row.programme_key)
    session.flush()
    return step


def get(session: Session, programme_key: str, key: int) -> Delivery:
    """The delivery. Raises Refused where there is none of that number."""
    found = session.exec(select(Delivery).where(Delivery.id == key, Delivery.programme_key == programme_key)).first()
    if found is None:
        raise Refused("refused.delivery.unknown")
    return found


def held(session: Session, programme_key: str, key: int) -> Delivery:
    """As ``get``, as it is now, and nobody else changes it meanwhile."""
    alone(session, programme_key)
    found = get(session, programme_key, key)
    session.refresh(found)
    return found


def every(session: Session, programme_key: str) -> list[Delivery]:
    """All of the programme: the queue in its order, then the others, the oldest first."""
    statement = select(Delivery).where(Delivery.programme_key == programme_key).order_by(col(Delivery.id))
    # Who has the programme alone may have read them before.
    rows = session.exec(statement.execution_options(populate_existing=True)).all()
    return sorted(rows, key=lambda row: (row.stage != Stage.QUEUED, row.position, row.identity))


def queue(session: Session, programme_key: str) -> list[Delivery]:
    """What waits, first one first."""
    return [row for row in every(session, programme_key) if row.stage == Stage.QUEUED]


def steps(session: Session, row: Delivery) -> list[DeliveryStep]:
    """What has happened with it, in order."""
    rows = session.exec(
        select(DeliveryStep).where(DeliveryStep.delivery_id == row.identity).order_by(col(DeliveryStep.id))
    ).all()
    return list(rows)


def only_named(session: Session, programme_key: str) -> list[Fact]:
    """The deliveries that documents name and nobody here has said anything of: what they are is not known."""
    taken = {row.named for row in every(session, programme_key)}
    return [fact for fact in programmes.facts(session, programme_key, NAMED) if fact.key not in taken]


def choosable(session: Session, programme_key: str) -> list[Initiative]:
    """The initiatives that a delivery can be a part of: those that were chosen, and run."""
    return initiative_states.running(session, programme_key)


def check_length(text: str, limit: int, field: str) -> None:
    if len(text) > limit:
        raise WrongField("refused.delivery.long", field, length=len(text), limit=limit)


def _of_form(session: Session, programme_key: str, form: str) -> Delivery | None:
    if not form:
        return None
    which = (Delivery.programme_key == programme_key, Delivery.form == form[:LONGEST_FORM])
    return session.exec(select(Delivery).where(*which)).first()


def _checked(session: Session, programme_key: str, worded: Worded, row: Delivery | None = None) -> Worded:
    """What the form holds, tidied, with what its initiative says where that is empty. Raises WrongField."""
    texts = {name: " ".join(getattr(worded, name).split()) for name in ("title", "need", "for_whom", "answered_for")}
    if worded.initiative_key and worded.initiative_key != (row.initiative_key if row else None):
        _must_run(session, programme_key, worded.initiative_key)
    if worded.named and worded.named != (row.named if row else None):
        known = {fact.key for fact in only_named(session, programme_key)}
        if worded.named not in known:
            raise WrongField("refused.delivery.named", "named")
    if worded.initiative_key and row is None:
        said = _of_initiative(session, programme_key, worded.initiative_key)
        texts = {name: text or said.get(name, "") for name, text in texts.items()}
    for name in ("title", "need"):
        if not texts[name]:
            raise WrongField(f"refused.delivery.no_{name}", name)
    others = [one for one in every(session, programme_key) if one is not row and one.stage not in ENDED]
    is_new_title = row is None or row.title.casefold() != texts["title"].casefold()
    if is_new_title and texts["title"].casefold() in {one.title.casefold() for one in others}:
        raise WrongField("refused.delivery.title_taken", "title")
    limits = {"title": LONGEST_TITLE, "answered_for": LONGEST_OWNER}
    for name, text in texts.items():
        check_length(text, limits.get(name, LONGEST_TEXT), name)
    idea = ideas.find(session, programme_key, worded.initiative_key) if worded.initiative_key and row is None else None
    is_known = worded.is_known_need or bool(idea and idea.is_known_need)
    return worded.model_copy(
        update={**texts, "is_known_need": is_known, "initiative_key": worded.initiative_key or None,
                "named": worded.named or None}
    )  # fmt: skip


def _must_run(session: Session, programme_key: str, key: str) -> None:
    if key not in {one.key for one in choosable(session, programme_key)}:
        raise WrongField("refused.delivery.initiative", "initiative")


def _of_initiative(session: Session, programme_key: str, key: str) -> dict[str, str]:
    initiative = initiatives.get(session, programme_key, key)
    idea = ideas.find(session, programme_key, key)
    about = (initiative.about or {}).get("nb", "")
    return {
        "title": initiative.title["nb"][:LONGEST_TITLE],
        "need": about[:LONGEST_TEXT],
        "for_whom": idea.for_whom if idea else "",
    }
