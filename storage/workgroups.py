"""Workgroups and bodies: who is in them, what they are for, and how they are filled."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage.limits import Limits
from storage.programmes import Localised
from storage.refusals import Refused


class Openness(StrEnum):
    """How a group is filled."""

    OPEN = "open"  # anyone may volunteer
    APPOINTED = "appointed"  # filled by appointment or by role
    FINISHED = "finished"


class BodyKind(StrEnum):
    """What a body beside the workgroups is for."""

    STEERING = "steering"
    QUALITY_ASSURANCE = "quality_assurance"
    PROJECT = "project"  # leads the project's work
    COOPERATION = "cooperation"  # where employer and employees meet, such as an MBM
    SAFETY = "safety"  # verneombud


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
    body: BodyKind | None = Field(default=None, sa_type=String)
    #: When it was opened or appointed, as exactly as a document says; see ``storage.said_dates``.
    opened: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    #: How many places it has for volunteers by its document; a coordinator may say otherwise.
    capacity: int | None = None
    #: Keys of the milestones by which it hands something in.
    deadlines: list[str] = Field(default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"})
    #: Whom it is to involve: user representatives, councils.
    involves: list[Localised] = Field(default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": "[]"})
    sources: list[str] = Field(default_factory=list, sa_type=JSON)
    inferred: list[str] = Field(default_factory=list, sa_type=JSON)


class Member(Limits, table=True):
    """A member by name, as the documents list them, and from when until when; most have no account here."""

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
    #: Whom they are there for meanwhile.
    acting_for: str | None = None
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


def leaders(session: Session, programme_key: str) -> dict[str, list[Member]]:
    """Those members of each group who lead it, whatever their days."""
    rows = session.exec(
        select(Member)
        .where(Member.programme_key == programme_key, col(Member.is_leader))
        .order_by(col(Member.position))
    ).all()
    found: dict[str, list[Member]] = {}
    for row in rows:
        found.setdefault(row.workgroup_key, []).append(row)
    return found


def on_day(members: Iterable[Member], day: date) -> list[Member]:
    """Who of them is in the group that day, as far as the documents tell; whoever somebody acts for then is not."""
    there = [member for member in members if member.may_hold_on(day)]
    acted_for = {member.acting_for for member in there if member.surely_holds_on(day)}
    return [member for member in there if member.name not in acted_for]


def leader_on(group: Workgroup, members: Iterable[Member], day: date) -> str | None:
    """Who leads the group that day, by name; None where no document says."""
    every = list(members)
    leading = [member.name for member in on_day(every, day) if member.is_leader]
    if leading:
        return leading[0]
    is_over = any(member.name == group.leader_name for member in every)
    return None if is_over else group.leader_name
