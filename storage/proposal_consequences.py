"""What a proposal means for others (konsekvensvurdering), and whom the group involved: both are part of what is handed
over, and without the first nothing is."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import proposals
from storage.database import UtcDateTime
from storage.people import Person
from storage.proposals import LONGEST_AREA, LONGEST_REMARK, Proposal, WrongField, check_length


class Aspect(StrEnum):
    """For what the consequences are assessed; each is mandatory."""

    RESIDENTS = "residents"
    EMPLOYEES = "employees"  # and their working environment
    ECONOMY = "economy"
    LAW = "law"
    GOALS = "goals"


class Consequence(SQLModel, table=True):
    """The assessment for one aspect. ``version`` is that of the text it was made of. A consequence needs its sentence;
    that there is none may stand by itself."""

    __tablename__ = "proposal_consequence"
    __table_args__ = (UniqueConstraint("proposal_id", "aspect"),)
    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    aspect: Aspect = Field(sa_type=String)
    has_any: bool
    text: str = ""
    version: int
    assessed_by: int = Field(foreign_key="person.id")
    assessed_at: datetime = Field(sa_type=UtcDateTime)


class Involvement(SQLModel, table=True):
    """Users or a council that the group met about the proposal, on which day, and what they said."""

    __tablename__ = "proposal_involvement"
    __table_args__ = (UniqueConstraint("proposal_id", "who", "held_on"),)
    id: int | None = Field(default=None, primary_key=True)
    proposal_id: int = Field(foreign_key="proposal.id", index=True)
    who: str
    held_on: date
    said: str = ""
    recorded_by: int = Field(foreign_key="person.id")
    recorded_at: datetime = Field(sa_type=UtcDateTime)


#: Whether there is a consequence, and which.
Assessed = tuple[bool, str]


def assess(
    session: Session, acting: Person, programme_key: str, key: int, said: Mapping[Aspect, Assessed], now: datetime
) -> Proposal:
    """Keeps the assessment of these aspects; the others stay as they are.

    Raises NotAllowed for who is not in the group, Refused while the proposal is with others, WrongField for a
    consequence without its sentence: nothing is kept then.
    """
    proposal = proposals.get_open(session, acting, programme_key, key)
    for aspect, (has_any, text) in said.items():
        if has_any and not text:
            raise WrongField("refused.proposal.no_consequence", aspect)
        check_length(text, LONGEST_REMARK, aspect)
    known = assessment(session, proposal)
    for aspect, (has_any, text) in said.items():
        row = known.get(aspect) or Consequence(proposal_id=proposal.identity, aspect=aspect, has_any=has_any, version=0,
                                               assessed_by=acting.identity, assessed_at=now)  # fmt: skip
        if row.version and (row.has_any, row.text, row.version) == (has_any, text, proposal.version):
            continue
        row.sqlmodel_update({"has_any": has_any, "text": text, "version": proposal.version,
                             "assessed_by": acting.identity, "assessed_at": now})  # fmt: skip
        session.add(row)
        if proposal.state == proposals.ProposalState.ASSURED:
            proposals.move(session, proposal, proposals.ProposalState.DRAFT, acting, now)
    session.flush()
    return proposal


def assessment(session: Session, proposal: Proposal) -> dict[Aspect, Consequence]:
    """What is assessed, in the order of the aspects."""
    rows = session.exec(select(Consequence).where(Consequence.proposal_id == proposal.id)).all()
    found = {row.aspect: row for row in rows}
    return {aspect: found[aspect] for aspect in Aspect if aspect in found}


def missing(session: Session, proposal: Proposal) -> tuple[Aspect, ...]:
    """The aspects that are not assessed."""
    found = assessment(session, proposal)
    return tuple(aspect for aspect in Aspect if aspect not in found)


def outdated(session: Session, proposal: Proposal) -> tuple[Aspect, ...]:
    """The aspects that were assessed of a text which was changed after that."""
    return tuple(aspect for aspect, row in assessment(session, proposal).items() if row.version < proposal.version)


def involve(
    session: Session, acting: Person, programme_key: str, key: int, who: str, on: date | None, said: str,
    now: datetime, today: date,
) -> Proposal:  # fmt: skip
    """Records whom the group met; the same body on the same day again changes what it said.

    Raises NotAllowed for who is not in the group, Refused while the proposal is with others, WrongField.
    """
    proposal = proposals.get_open(session, acting, programme_key, key)
    if not who:
        raise WrongField("refused.proposal.nobody", "who")
    if on is None:
        raise WrongField("refused.proposal.no_day", "on")
    if on > today:
        raise WrongField("refused.proposal.day_to_come", "on")
    check_length(who, LONGEST_AREA, "who")
    check_length(said, LONGEST_REMARK, "said")
    row = next((one for one in involved(session, proposal) if (one.who, one.held_on) == (who, on)), None)
    row = row or Involvement(proposal_id=proposal.identity, who=who, held_on=on, recorded_by=acting.identity,
                             recorded_at=now)  # fmt: skip
    row.said, row.recorded_by, row.recorded_at = said, acting.identity, now
    session.add(row)
    session.flush()
    return proposal


def involved(session: Session, proposal: Proposal) -> list[Involvement]:
    """Whom the group met, by day."""
    rows = session.exec(
        select(Involvement)
        .where(Involvement.proposal_id == proposal.id)
        .order_by(col(Involvement.held_on), col(Involvement.id))
    ).all()
    return list(rows)
