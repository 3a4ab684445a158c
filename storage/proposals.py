"""Proposals (tiltak) of workgroups: what a group wants done, how far it has come, and who may do what with it.

A proposal goes from the group to the group that assures its quality, back for a second round where there are remarks,
and is handed over by the group's leader; see storage/proposal_reviews.py. Each change of state is kept.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import group_seats, people, programmes, workgroups
from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from storage.workgroups import Workgroup

LONGEST_TITLE = 120
LONGEST_AREA = 120
LONGEST_TEXT = 3000
#: Of a remark, a reason, or what a consequence is.
LONGEST_REMARK = 1000
#: In kroner a year: more is a slip of the keyboard.
LARGEST_AMOUNT = 10**10
#: How far ahead of the day a year of effect may be.
YEARS_AHEAD = 30
LONGEST_FORM = 64


class ProposalState(StrEnum):
    """How far a proposal has come."""

    DRAFT = "draft"  # with the group
    IN_REVIEW = "in_review"  # with the group that assures its quality
    RETURNED = "returned"  # with the group again, with remarks
    ASSURED = "assured"  # no remarks are left: the group's leader may hand it over
    HANDED_OVER = "handed_over"
    TAKEN_UP = "taken_up"
    DECIDED = "decided"
    NOT_TAKEN_UP = "not_taken_up"
    WITHDRAWN = "withdrawn"


#: The group may change it.
OPEN = (ProposalState.DRAFT, ProposalState.RETURNED, ProposalState.ASSURED)
#: It is with whoever it was handed over to, or was.
HANDED = (
    ProposalState.HANDED_OVER,
    ProposalState.TAKEN_UP,
    ProposalState.DECIDED,
    ProposalState.NOT_TAKEN_UP,
)


class ProposalKind(StrEnum):
    """What is asked of the groups' proposals (Os' mandate)."""

    REORGANISATION = "reorganisation"
    STRUCTURE = "structure"  # strukturendring
    COST_CUTTING = "cost_cutting"  # kostnadsreduserende tiltak
    OTHER = "other"


#: Who may read all proposals of a programme; the groups read their own.
READERS = ("leader", "deputy", "coordinator", "employee_representative", "safety_representative")


class Proposal(SQLModel, table=True):
    """A proposal. ``version`` rises with each change of its text; ``amount`` is in kroner a year, above 0 what it
    saves, below 0 what it costs, None where it is not known; ``effect_year`` is the first year of effect."""

    __table_args__ = (UniqueConstraint("programme_key", "form"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    workgroup_key: str
    title: str
    text: str
    area: str = ""
    amount: int | None = Field(default=None, sa_type=BigInteger)
    effect_year: int | None = None
    kind: ProposalKind = Field(sa_type=String)
    #: It goes further than the economic plan asks for, which the groups may.
    is_beyond_plan: bool = False
    state: ProposalState = Field(default=ProposalState.DRAFT, sa_type=String)
    version: int = 1
    #: Which round of quality assurance it is in, or was in last; 0 before the first.
    round: int = 0
    made_by: int = Field(foreign_key="person.id")
    made_at: datetime = Field(sa_type=UtcDateTime)
    changed_by: int = Field(foreign_key="person.id")
    changed_at: datetime = Field(sa_type=UtcDateTime)
    handed_over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: The deadline it was handed over after; None where it was in time, or there was none.
    late_for: date | None = None
    form: str | None = None

    @property
    def identity(self) -> int:
        assert self.id is not None, "a stored proposal has an id"
        return self.id


class ProposalStep(SQLModel, table=True):
    """A change of state: who, when and why. ``text`` is a remark, or a reason."""

    __tablename__ = "proposal_step"
    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    state: ProposalState = Field(sa_type=String)
    version: int
    round: int
    text: str = ""
    person_id: int = Field(foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)


class Worded(SQLModel):
    """What a group writes of a proposal; see ``Proposal`` for the units."""

    title: str = ""
    text: str = ""
    area: str = ""
    amount: int | None = None
    effect_year: int | None = None
    kind: ProposalKind = ProposalKind.OTHER
    is_beyond_plan: bool = False


class WrongField(Refused):
    """What a form holds cannot be. ``field`` is where."""

    def __init__(self, key: str, field: str, **values: object) -> None:
        super().__init__(key, **values)
        self.field = field


def make(
    session: Session, acting: Person, group: Workgroup, worded: Worded, now: datetime, today: date, form: str = ""
) -> Proposal:
    """A new proposal of the group. The same form sent twice is one; sent again with other words it is changed.

    Raises NotAllowed for who is not in the group, Refused where the programme takes no proposals, WrongField.
    """
    _must_take_proposals(session, group.programme_key)
    must_write(session, acting, group.programme_key, group.key)
    known = _of_form(session, group.programme_key, form)
    if known is not None:
        # The same once more, or mended in the form that was still open.
        return change(session, acting, group.programme_key, known.identity, worded, 1, now, today)
    _check(worded, today)
    made = Proposal(
        programme_key=group.programme_key,
        workgroup_key=group.key,
        made_by=acting.identity,
        made_at=now,
        changed_by=acting.identity,
        changed_at=now,
        form=form[:LONGEST_FORM] or None,
        **worded.model_dump(),
    )
    session.add(made)
    session.flush()
    note(session, made, acting, now)
    return made


def change(
    session: Session, acting: Person, programme_key: str, key: int, worded: Worded, version: int, now: datetime,
    today: date,
) -> Proposal:  # fmt: skip
    """Words it otherwise. What was assured is a draft again: quality is assured of what is handed over.

    Raises NotAllowed for who is not in the group, Refused while it is with others, WrongField, and Changed where
    somebody else has worded it otherwise since ``version``.
    """
    proposal = get(session, acting, programme_key, key)
    if all(getattr(proposal, name) == value for name, value in worded.model_dump().items()):
        return proposal
    proposal = get_open(session, acting, programme_key, key)
    _check(worded, today)
    if proposal.version != version:
        raise Changed(session.get_one(Person, proposal.changed_by).name)
    proposal.sqlmodel_update(worded.model_dump())
    proposal.version += 1
    proposal.changed_by, proposal.changed_at = acting.identity, now
    if proposal.state == ProposalState.ASSURED:
        move(session, proposal, ProposalState.DRAFT, acting, now)
    session.add(proposal)
    session.flush()
    return proposal


class Changed(Refused):
    """Somebody else has worded it otherwise meanwhile: nothing of theirs is written over unseen."""

    def __init__(self, name: str) -> None:
        super().__init__("refused.proposal.changed", name=name)


def get(session: Session, acting: Person, programme_key: str, key: int) -> Proposal:
    """The proposal as it is now, locked. Raises NotAllowed for others, Refused where there is none."""
    proposal = held(session, programme_key, key)
    if not may_read(session, acting, proposal):
        raise NotAllowed("group_member")
    return proposal


def get_open(session: Session, acting: Person, programme_key: str, key: int) -> Proposal:
    """As ``get``, for who may change it; raises Refused while it is not with the group."""
    proposal = get(session, acting, programme_key, key)
    must_write(session, acting, programme_key, proposal.workgroup_key)
    if proposal.state not in OPEN:
        raise Refused(f"refused.proposal.{proposal.state}")
    return proposal


def held(session: Session, programme_key: str, key: int) -> Proposal:
    """The proposal as it is now, locked. Raises Refused where there is none."""
    statement = select(Proposal).where(Proposal.id == key, Proposal.programme_key == programme_key)
    fresh = locked(session, statement).execution_options(populate_existing=True)
    found: Proposal | None = session.exec(fresh).first()
    if found is None:
        raise Refused("refused.proposal.unknown")
    return found


def readable(session: Session, acting: Person, programme_key: str) -> list[Proposal]:
    """All that the person may read: what is not handed over first, then the newest first. Raises NotAllowed for who is
    in no group and has no role that reads them."""
    reads_all = bool(people.roles(session, acting, programme_key) & set(READERS))
    groups = group_seats.sits_in(session, acting, programme_key)
    if not reads_all and not groups:
        raise NotAllowed("group_member")
    rows = session.exec(
        select(Proposal).where(Proposal.programme_key == programme_key).order_by(col(Proposal.id).desc())
    ).all()
    assures = quality_group(session, programme_key) in groups
    return sorted(
        (row for row in rows if reads_all or row.workgroup_key in groups or (assures and _has_left(row))),
        key=lambda row: row.state in (*HANDED, ProposalState.WITHDRAWN),
    )


def of_group(session: Session, programme_key: str, group_key: str) -> list[Proposal]:
    """The group's proposals in the order they were made."""
    rows = session.exec(
        select(Proposal)
        .where(Proposal.programme_key == programme_key, Proposal.workgroup_key == group_key)
        .order_by(col(Proposal.id))
    ).all()
    return list(rows)


def steps(session: Session, proposal: Proposal) -> list[ProposalStep]:
    """What has happened with it, in order."""
    rows = session.exec(
        select(ProposalStep).where(ProposalStep.proposal_id == proposal.id).order_by(col(ProposalStep.id))
    ).all()
    return list(rows)


def may_read(session: Session, person: Person, proposal: Proposal) -> bool:
    """The group, those whose role it is, and once it has left the group those who assure its quality."""
    if people.roles(session, person, proposal.programme_key) & set(READERS):
        return True
    groups = group_seats.sits_in(session, person, proposal.programme_key)
    is_assurer = quality_group(session, proposal.programme_key) in groups
    return proposal.workgroup_key in groups or (is_assurer and _has_left(proposal))


def may_write(session: Session, person: Person, programme_key: str, group_key: str) -> bool:
    """The group's own, and coordinators for those in it without an account."""
    is_coordinator = "coordinator" in people.roles(session, person, programme_key)
    return is_coordinator or group_key in group_seats.sits_in(session, person, programme_key)


def must_write(session: Session, person: Person, programme_key: str, group_key: str) -> None:
    if not may_write(session, person, programme_key, group_key):
        raise NotAllowed("group_member")


def writing_groups(session: Session, person: Person, programme_key: str) -> list[Workgroup]:
    """The workgroups for which the person may write proposals; none where the programme takes none."""
    if not rules(session, programme_key):
        return []
    return [
        group
        for group in workgroups.every(session, programme_key)
        if group.kind == "workgroup" and may_write(session, person, programme_key, group.key)
    ]


def move(
    session: Session, proposal: Proposal, state: ProposalState, acting: Person, now: datetime, text: str = ""
) -> None:
    """Changes its state, and keeps who did it, when and why."""
    proposal.state = state
    session.add(proposal)
    note(session, proposal, acting, now, text)


def note(session: Session, proposal: Proposal, acting: Person, now: datetime, text: str = "") -> None:
    session.add(
        ProposalStep(
            proposal_id=proposal.identity,
            state=proposal.state,
            version=proposal.version,
            round=proposal.round,
            text=text,
            person_id=acting.identity,
            at=now,
        )
    )
    session.flush()


def rules(session: Session, programme_key: str) -> dict[str, object]:
    """What the programme's file says of proposals; empty where it takes none."""
    return programmes.get(session, programme_key).proposals or {}


def quality_group(session: Session, programme_key: str) -> str | None:
    """The key of the group that assures the quality of proposals; None where none is named."""
    key = rules(session, programme_key).get("quality_group")
    return key if isinstance(key, str) else None


def check_length(text: str, limit: int, field: str) -> None:
    if len(text) > limit:
        raise WrongField("refused.proposal.long", field, length=len(text), limit=limit)


def _must_take_proposals(session: Session, programme_key: str) -> None:
    if not rules(session, programme_key):
        raise Refused("refused.proposal.none_taken")


def _has_left(proposal: Proposal) -> bool:
    return proposal.round > 0


def _of_form(session: Session, programme_key: str, form: str) -> Proposal | None:
    if not form:
        return None
    statement = select(Proposal).where(Proposal.programme_key == programme_key, Proposal.form == form[:LONGEST_FORM])
    return session.exec(statement).first()


def _check(worded: Worded, today: date) -> None:
    if not worded.title:
        raise WrongField("refused.proposal.no_title", "title")
    if not worded.text:
        raise WrongField("refused.proposal.no_text", "text")
    check_length(worded.title, LONGEST_TITLE, "title")
    check_length(worded.text, LONGEST_TEXT, "text")
    check_length(worded.area, LONGEST_AREA, "area")
    if worded.amount is not None and abs(worded.amount) > LARGEST_AMOUNT:
        raise WrongField("refused.proposal.amount", "amount")
    year = worded.effect_year
    if year is not None and not today.year <= year <= today.year + YEARS_AHEAD:
        raise WrongField("refused.proposal.year", "year", first=today.year, last=today.year + YEARS_AHEAD)
