"""A programme file's content as rows of the tables."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from sqlmodel import SQLModel

from storage import limits, said_dates
from storage.compositions import Composed, CompositionRule
from storage.initiatives import Initiative
from storage.meetings import Meeting
from storage.milestones import Milestone, Phase
from storage.programme_file import ProgrammeFile
from storage.programme_schema import FACT_SECTIONS, Content, FactEntry, InitiativeEntry, RoleEntry, WorkgroupEntry
from storage.programmes import Fact, Programme, Source
from storage.roles import DatedRole
from storage.status_streams import WorkStream
from storage.workgroups import Member, Workgroup


def programme_of(file: ProgrammeFile) -> Programme:
    """The programme's own row."""
    content, said = file.content, file.content.programme
    return Programme(
        key=said.key,
        name=said.name,
        names=said.names,
        full_title=said.full_title,
        organisation=said.organisation,
        area=said.area,
        contact_email=said.contact.email,
        whistleblowing=said.whistleblowing.model_dump(exclude={"source"}) if said.whistleblowing else None,
        proposals=content.proposals.model_dump(exclude={"source", "inferred"}) if content.proposals else None,
        risk_reviews=[entry.model_dump(mode="json", exclude={"inferred"}) for entry in content.risk_reviews] or None,
        sprints=content.sprints.model_dump(mode="json", exclude={"source", "inferred"}) if content.sprints else None,
        status_reports=_status_reports(content),
        decisions=content.decisions.model_dump(exclude={"source", "inferred"}) if content.decisions else None,
        answers=content.settings.answers.model_dump(exclude_none=True) if content.settings.answers else None,
        timezone=content.settings.timezone,
        smallest_group=content.settings.smallest_group,
        needs_approval=content.settings.needs_approval,
        discussed_before_decided=content.settings.discussed_before_decided,
        messages_a_week=content.settings.messages_a_week,
        catch_up_after_weeks=content.settings.catch_up_after_weeks,
        recommendations_months=content.settings.recommendations_months,
        inputs_kept_weeks=content.settings.inputs_kept_weeks,
        prioritising=content.prioritising.model_dump(exclude_none=True) if content.prioritising else None,
        notes={note.topic: note.text for note in content.notes if note.topic},
        digest=file.digest,
    )


def _status_reports(content: Content) -> dict[str, Any] | None:
    if content.status_reports is None:
        return None
    return content.status_reports.model_dump(mode="json", exclude={"streams", "source", "inferred"}, exclude_none=True)


def rows_of(content: Content) -> Iterator[SQLModel]:
    """Every other row, in no order that matters: positions are in the rows."""
    programme = content.programme.key
    for key, source in content.sources.items():
        yield Source(programme_key=programme, key=key, label=source.label, dated_on=source.date)
    yield from _facts(content)
    yield from _milestones(content)
    yield from _phases(content)
    for position, group in enumerate(content.workgroups):
        yield _workgroup(programme, position, group)
        yield from _members(programme, group)
    yield from _meetings(content)
    yield from rules_of(content)
    yield from _streams(content)
    yield from _roles(content)
    for position, initiative in enumerate(content.initiatives):
        yield Initiative(
            programme_key=programme,
            position=position,
            title=initiative.title,
            about=initiative.about,
            **_common(initiative),
        )


def rules_of(content: Content) -> Iterator[CompositionRule]:
    """How the programme's groups are to be composed."""
    for position, entry in enumerate(content.composition):
        details = entry.model_dump(
            mode="json", include={"sides", "from_group", "at_least", "at_most"}, exclude_none=True
        )
        yield CompositionRule(
            programme_key=content.programme.key,
            position=position,
            kind=entry.kind,
            title=entry.title,
            groups=entry.groups,
            details={name: value for name, value in details.items() if value != []},
            **_common(entry),
        )


def composed_of(content: Content) -> list[Composed]:
    """The groups with their members, as the file has them."""
    programme = content.programme.key
    return [
        Composed(_workgroup(programme, position, group), list(_members(programme, group)))
        for position, group in enumerate(content.workgroups)
    ]


def _initiative(programme: str, position: int, entry: InitiativeEntry) -> Initiative:
    return Initiative(
        programme_key=programme, position=position, title=entry.title, about=entry.about, **_common(entry)
    )


def _common(entry: Any) -> dict[str, Any]:
    return {"key": entry.key, "names": entry.names, "sources": entry.source, "inferred": entry.inferred}


def _facts(content: Content) -> Iterator[Fact]:
    for section, kind in FACT_SECTIONS.items():
        for position, entry in enumerate(getattr(content, section)):
            yield Fact(
                programme_key=content.programme.key,
                kind=kind,
                position=position,
                title=entry.title,
                text=entry.text,
                details=_details(entry),
                **_common(entry),
            )


def _details(entry: FactEntry) -> dict[str, Any]:
    """What only this kind of fact has, and its note."""
    own = set(type(entry).model_fields) - set(FactEntry.model_fields) | {"note"}
    said = entry.model_dump(mode="json", include=own, exclude_none=True)
    return {name: value for name, value in said.items() if value not in ([], {})}


def _milestones(content: Content) -> Iterator[Milestone]:
    for position, entry in enumerate(content.milestones):
        first, last, said = entry.date.window
        yield Milestone(
            programme_key=content.programme.key,
            position=position,
            kind=entry.kind,
            title=entry.title,
            precision=entry.date.precision,
            first_day=first,
            last_day=last,
            said_day=said,
            word=entry.date.words,
            note=entry.note,
            not_stated=entry.not_stated,
            related=entry.related,
            conflicts_with=entry.conflicts_with,
            decides=entry.decides.model_dump(exclude_none=True) if entry.decides else None,
            **(_common(entry) | {"inferred": entry.inferred + entry.date.inferred}),
        )


def _phases(content: Content) -> Iterator[Phase]:
    for position, entry in enumerate(content.phases):
        start, end = entry.start.window, entry.end.window
        yield Phase(
            programme_key=content.programme.key,
            position=position,
            title=entry.title,
            about=entry.about,
            start_precision=entry.start.precision,
            start_first=start.first,
            start_last=start.last,
            end_precision=entry.end.precision,
            end_first=end.first,
            end_last=end.last,
            conflict=entry.conflict,
            **(_common(entry) | {"inferred": entry.inferred + entry.start.inferred + entry.end.inferred}),
        )


def _workgroup(programme: str, position: int, entry: WorkgroupEntry) -> Workgroup:
    reply = entry.reply_within
    return Workgroup(
        programme_key=programme,
        position=position,
        kind=entry.kind,
        openness=entry.openness,
        number=entry.number,
        title=entry.title,
        mandate=entry.mandate,
        leader_name=entry.leader.name,
        leader_role=entry.leader.role,
        member_roles=entry.member_roles,
        size=entry.size,
        result=entry.result,
        how_filled=entry.how_filled,
        note=entry.note,
        reply_within=reply.words if reply else None,
        reply_days=reply.days if reply else None,
        release_from_hours=entry.release.from_hours if entry.release else None,
        body=entry.body,
        opened=said_dates.of(entry.opened) if entry.opened else None,
        capacity=entry.capacity,
        deadlines=entry.deadlines,
        involves=entry.involves,
        **_common(entry),
    )


def _members(programme: str, group: WorkgroupEntry) -> Iterator[Member]:
    for position, member in enumerate(group.members):
        yield Member(
            programme_key=programme,
            workgroup_key=group.key,
            position=position,
            name=member.name,
            comes_as=member.comes_as,
            comes_from=member.comes_from,
            is_leader=member.is_leader,
            acting_for=member.acting_for,
            sources=group.source,
            **limits.of(member),
        )


def _meetings(content: Content) -> Iterator[Meeting]:
    for position, entry in enumerate(content.meetings):
        first, last, said = entry.date.window
        starts, _, ends = (entry.time or "").partition("-")
        yield Meeting(
            programme_key=content.programme.key,
            workgroup_key=entry.workgroup,
            position=position,
            kind=entry.kind,
            title=entry.title,
            precision=entry.date.precision,
            first_day=first,
            last_day=last,
            said_day=said,
            word=entry.date.words,
            starts_at=starts or None,
            ends_at=ends or None,
            place=entry.place,
            involved=entry.with_,
            minutes=entry.minutes,
            **(_common(entry) | {"inferred": entry.inferred + entry.date.inferred}),
        )


def _streams(content: Content) -> Iterator[WorkStream]:
    for position, entry in enumerate(content.status_reports.streams if content.status_reports else ()):
        yield WorkStream(
            programme_key=content.programme.key,
            position=position,
            title=entry.title,
            owner_name=entry.owner.name,
            owner_role=entry.owner.role,
            **_common(entry),
        )


def _roles(content: Content) -> Iterator[DatedRole]:
    positions = count()
    for person in content.people:
        for role in person.roles:
            yield _role(content.programme.key, next(positions), role, person.name, person.names)
    for role in content.roles_without_name:
        yield _role(content.programme.key, next(positions), role, None, [])


def _role(programme: str, position: int, entry: RoleEntry, name: str | None, names: list[str]) -> DatedRole:
    return DatedRole(
        programme_key=programme,
        position=position,
        person_name=name,
        role=entry.role,
        duty=entry.duty,
        does=entry.does,
        unit=entry.unit,
        workgroup_key=entry.workgroup,
        party=entry.party,
        is_acting=entry.acting,
        on_behalf_of=entry.on_behalf_of,
        is_planned=entry.planned,
        note=entry.note,
        **limits.of(entry),
        **(_common(entry) | {"names": names + entry.names}),
    )
