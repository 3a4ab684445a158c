"""How groups are to be composed, and what looks otherwise: told as possible, to coordinators, and never a refusal.

A rule needs no database: it is tried on groups as a file names them, or as the tables hold them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import workgroups
from storage.people import Person
from storage.programmes import Localised
from storage.workgroups import Member, Openness, Workgroup

#: A word of a rule this long is also found inside a longer one: «hovedtillitsvalgt» names a «tillitsvalgt». Shorter
#: ones, such as a party's, are words of their own.
LONG_ENOUGH_WITHIN = 4


class RuleKind(StrEnum):
    """What a rule looks at."""

    SIDES = "sides"  # each side takes part
    APART = "apart"  # nobody is also in the group that assures this one's quality
    SIZE = "size"  # not too few and not too many


class CompositionRule(SQLModel, table=True):
    """One rule of a programme. ``groups`` are the keys of those it is about; none of them means every workgroup whose
    members are named. ``details`` has what its kind needs, as ``storage/programme_schema.py`` describes it."""

    __tablename__ = "composition_rule"
    __table_args__ = (UniqueConstraint("programme_key", "key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    key: str
    position: int = 0
    kind: RuleKind = Field(sa_type=String)
    title: Localised | None = Field(default=None, sa_type=JSON)
    groups: list[str] = Field(default_factory=list, sa_type=JSON)
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    names: list[str] = Field(default_factory=list, sa_type=JSON)
    sources: list[str] = Field(default_factory=list, sa_type=JSON)
    inferred: list[str] = Field(default_factory=list, sa_type=JSON)


@dataclass(frozen=True)
class Composed:
    """A group with its members; ``kind`` is that of ``Workgroup``."""

    group: Workgroup
    members: Sequence[Member] = ()


@dataclass(frozen=True)
class Finding:
    """What a rule found of a group. ``key`` says what, and ``values`` go into its text: names, texts in all languages,
    numbers."""

    group: Workgroup
    rule: CompositionRule
    key: str
    values: dict[str, Any] = field(default_factory=dict)


def findings(rules: Iterable[CompositionRule], composed: Sequence[Composed]) -> list[Finding]:
    """All that looks otherwise than the rules ask for, by rule, then in the groups' order."""
    every = {one.group.key: one for one in composed}
    return [
        finding
        for rule in rules
        for one in composed
        if _is_about(rule, one)
        for finding in _TRY[rule.kind](rule, one, every)
    ]


def of_programme(session: Session, acting: Person, programme_key: str) -> list[Finding]:
    """The programme's findings, for its coordinators. Raises NotAllowed for anyone else."""
    acting.must_be(session, "coordinator", programme_key)
    rules = session.exec(
        select(CompositionRule)
        .where(CompositionRule.programme_key == programme_key)
        .order_by(col(CompositionRule.position))
    ).all()
    composed = [
        Composed(group, workgroups.members(session, programme_key, group.key))
        for group in workgroups.every(session, programme_key)
    ]
    return findings(rules, composed)


def _is_about(rule: CompositionRule, one: Composed) -> bool:
    """A rule without groups is about those that can be judged: where nobody named the members, nothing is known."""
    if rule.groups:
        return one.group.key in rule.groups
    is_judged = one.group.kind == "workgroup" and one.group.openness != Openness.FINISHED
    return is_judged and bool(one.members) and one.group.key != rule.details.get("from_group")


def _sides(rule: CompositionRule, one: Composed, every: Mapping[str, Composed]) -> Iterator[Finding]:
    sides = rule.details["sides"]
    unknown = [member.name for member in one.members if not any(_is_of(member, side) for side in sides)]
    by_role = [title["nb"] for title in one.group.member_roles]
    for side in sides:
        is_there = any(_is_of(member, side) for member in one.members) or any(_holds(side, role) for role in by_role)
        if not is_there:
            key = "lacks_side_unless" if unknown else "lacks_side"
            values = {"side": side["title"], "count": len(one.members) + len(by_role), "unknown": unknown}
            yield Finding(one.group, rule, key, values)


def _apart(rule: CompositionRule, one: Composed, every: Mapping[str, Composed]) -> Iterator[Finding]:
    """By name, or by the role that the other group's member has: a document may name one there and the other here."""
    other = every.get(rule.details["from_group"])
    if other is None or other.group.key == one.group.key:
        return
    names = {member.name for member in other.members}
    for member in one.members:
        by_role = next((role for role in other.group.member_roles if _is_same_role(member, role)), None)
        if member.name in names:
            yield Finding(one.group, rule, "in_both", {"name": member.name, "other": other.group.title})
        elif by_role is not None:
            values = {"name": member.name, "role": by_role, "other": other.group.title}
            yield Finding(one.group, rule, "in_both_by_role", values)


def _size(rule: CompositionRule, one: Composed, every: Mapping[str, Composed]) -> Iterator[Finding]:
    count = len(one.members) + len(one.group.member_roles)
    at_least, at_most = rule.details.get("at_least"), rule.details.get("at_most")
    if at_least is not None and count < at_least:
        yield Finding(one.group, rule, "too_few", {"count": count, "limit": at_least})
    if at_most is not None and count > at_most:
        yield Finding(one.group, rule, "too_many", {"count": count, "limit": at_most})


_TRY = {RuleKind.SIDES: _sides, RuleKind.APART: _apart, RuleKind.SIZE: _size}


def _is_of(member: Member, side: Mapping[str, Any]) -> bool:
    return _holds(side, member.comes_as or "") or _holds(side, member.comes_from or "")


def _holds(side: Mapping[str, Any], said: str) -> bool:
    words = _words(said)
    return any(_is_in(word.casefold(), words) for word in side["words"])


def _is_in(word: str, words: Sequence[str]) -> bool:
    return any(word == one or (len(word) >= LONG_ENOUGH_WITHIN and word in one) for one in words)


def _is_same_role(member: Member, role: Localised) -> bool:
    said = _words(member.comes_as or "")
    return bool(said) and any(_words(text) == said for text in role.values())


def _words(said: str) -> list[str]:
    return re.findall(r"\w+", said.casefold())
