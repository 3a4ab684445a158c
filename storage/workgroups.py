"""Workgroups and bodies: who is in them, what they are for, and how they are filled."""

from enum import StrEnum

from sqlalchemy import JSON, String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.programmes import Localised
from storage.refusals import Refused


class Openness(StrEnum):
    """How a group is filled."""

    OPEN = "open"  # anyone may volunteer
    APPOINTED = "appointed"  # filled by appointment or by role
    FINISHED = "finished"


class Workgroup(SQLModel, table=True):
    """A workgroup, or another body that people ask about. What no document says is None."""

    __table_args__ = (UniqueConstraint("programme_key", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    key: str
    position: int = 0
    #: workgroup, body or sprint_team
    kind: str = "workgroup"
    openness: Openness = Field(sa_type=String)
    number: int | None = None
    title: Localised = Field(sa_type=JSON)
    names: list[str] = Field(default_factory=list, sa_type=JSON)
    mandate: Localised | None = Field(default=None, sa_type=JSON)
    leader_name: str | None = None
    leader_role: Localised | None = Field(default=None, sa_type=JSON)
    #: Members known by their role only.
    member_roles: list[Localised] = Field(default_factory=list, sa_type=JSON)
    size: Localised | None = Field(default=None, sa_type=JSON)
    result: Localised | None = Field(default=None, sa_type=JSON)
    how_filled: Localised | None = Field(default=None, sa_type=JSON)
    note: Localised | None = Field(default=None, sa_type=JSON)
    #: What those who sign up were promised, in words and in days.
    reply_within: Localised | None = Field(default=None, sa_type=JSON)
    reply_days: int | None = None
    #: From how many hours a week the nearest leader must release a volunteer: 0 for always, None for never.
    release_from_hours: int | None = None
    sources: list[str] = Field(default_factory=list, sa_type=JSON)
    inferred: list[str] = Field(default_factory=list, sa_type=JSON)


class Member(SQLModel, table=True):
    """A member by name, as the documents list them; most have no account here."""

    __table_args__ = (UniqueConstraint("programme_key", "workgroup_key", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    workgroup_key: str
    position: int = 0
    name: str
    #: What the person is in the group or comes as, in the document's words.
    comes_as: str | None = None
    comes_from: str | None = None
    is_leader: bool = False
    sources: list[str] = Field(default_factory=list, sa_type=JSON)


def every(session: Session, programme_key: str) -> list[Workgroup]:
    rows = session.exec(
        select(Workgroup).where(Workgroup.programme_key == programme_key).order_by(col(Workgroup.position))
    ).all()
    return list(rows)


def get(session: Session, programme_key: str, key: str) -> Workgroup:
    """The group. Raises Refused when the programme has none of that key (an old button)."""
    group = session.exec(
        select(Workgroup).where(Workgroup.programme_key == programme_key, Workgroup.key == key)
    ).first()
    if group is None:
        raise Refused("refused.workgroup.unknown")
    return group


def members(session: Session, programme_key: str, workgroup_key: str) -> list[Member]:
    rows = session.exec(
        select(Member)
        .where(Member.programme_key == programme_key, Member.workgroup_key == workgroup_key)
        .order_by(col(Member.position))
    ).all()
    return list(rows)


def memberships(session: Session, programme_key: str, name: str) -> list[Member]:
    """The groups a named person is listed in."""
    rows = session.exec(
        select(Member)
        .where(Member.programme_key == programme_key, Member.name == name)
        .order_by(col(Member.workgroup_key))
    ).all()
    return list(rows)
