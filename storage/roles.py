"""Who has which role in a programme and from when until when, as its documents say; not who may do what here."""

from sqlalchemy import JSON
from sqlmodel import Field, Session, col, select

from storage.limits import Limits
from storage.programmes import Localised


class DatedRole(Limits, table=True):
    """A role somebody has. ``person_name`` is None where the document names the role only, ``role`` is None where a
    chart gives a name and a unit without a title."""

    __tablename__ = "dated_role"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    key: str
    position: int = 0
    person_name: str | None = None
    #: Other ways the person or the role is spoken of.
    names: list[str] = Field(default_factory=list, sa_type=JSON)
    role: Localised | None = Field(default=None, sa_type=JSON)
    #: leads | owns | presents | follows_up | member | … : what the role means for "who leads …?", where it does
    duty: str | None = None
    does: Localised | None = Field(default=None, sa_type=JSON)
    unit: str | None = None
    workgroup_key: str | None = None
    party: str | None = None
    is_acting: bool = False
    on_behalf_of: str | None = None
    is_planned: bool = False
    note: Localised | None = Field(default=None, sa_type=JSON)
    sources: list[str] = Field(default_factory=list, sa_type=JSON)
    inferred: list[str] = Field(default_factory=list, sa_type=JSON)


def every(session: Session, programme_key: str) -> list[DatedRole]:
    rows = session.exec(
        select(DatedRole).where(DatedRole.programme_key == programme_key).order_by(col(DatedRole.position))
    ).all()
    return list(rows)


def of_person(session: Session, programme_key: str, name: str) -> list[DatedRole]:
    """All roles of a named person, whatever their dates."""
    return [role for role in every(session, programme_key) if role.person_name == name]
