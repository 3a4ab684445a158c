"""What a programme's file says of its status reports: how often, to whom, and who leads them."""

from dataclasses import dataclass
from datetime import date, time

from sqlmodel import Session

from storage import group_seats, milestones, people
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import NotAllowed, Refused

#: Who leads the reports where the file does not say, and who gets them beside the groups that it names.
LED_BY = ("leader",)
ROLES = ("employee_representative", "safety_representative")


@dataclass(frozen=True)
class Rules:
    """``groups`` are keys of workgroups whose members get each report, ``roles`` whose holders do; ``milestone`` is the
    project's last day, after which no report comes."""

    every_weeks: int
    first_day: date | None
    clock: time
    days_before: int
    groups: tuple[str, ...]
    roles: tuple[str, ...]
    led_by: tuple[str, ...]
    milestone: str | None
    archive: str | None
    #: Everyone may read what was sent.
    is_open: bool
    #: A draft is sent at its hour without anybody's approval.
    goes_by_itself: bool


def of(programme: Programme) -> Rules | None:
    """None where the programme has no status reports."""
    said = programme.status_reports
    if not said:
        return None
    first = said.get("first_day")
    return Rules(
        every_weeks=int(said["every_weeks"]),
        first_day=date.fromisoformat(first) if first else None,
        clock=time.fromisoformat(said["time"]),
        days_before=int(said["days_before"]),
        groups=tuple(said["groups"]),
        roles=tuple(said["roles"]),
        led_by=tuple(said["led_by"]),
        milestone=said.get("milestone"),
        archive=said.get("archive"),
        is_open=bool(said["is_open"]),
        goes_by_itself=bool(said["goes_by_itself"]),
    )


def must_have(programme: Programme) -> Rules:
    """Raises Refused where the programme has no status reports."""
    rules = of(programme)
    if rules is None:
        raise Refused("refused.status.none")
    return rules


def leads(session: Session, person: Person, programme: Programme) -> bool:
    rules = of(programme)
    return bool(people.roles(session, person, programme.key) & set(rules.led_by if rules else LED_BY))


def must_lead(session: Session, person: Person, programme: Programme) -> Rules:
    """Raises NotAllowed for who does not lead the reports, Refused where the programme has none."""
    rules = must_have(programme)
    if not leads(session, person, programme):
        raise NotAllowed("report_leader")
    return rules


def leaders(session: Session, programme: Programme) -> list[Person]:
    """Who is asked and told what project leaders are, each once; coordinators where there is none."""
    rules = must_have(programme)
    found = [one for role in rules.led_by for one in people.holders(session, programme.key, role)]
    return _each_once(found or people.holders(session, programme.key, "coordinator"))


def recipients(session: Session, programme: Programme) -> list[Person]:
    """Who gets a report that is sent today: the groups, and who speaks for the employees and their safety."""
    rules = must_have(programme)
    seated = [one for key in rules.groups for one in group_seats.members(session, programme.key, key)]
    return _each_once([*seated, *(one for role in rules.roles for one in people.holders(session, programme.key, role))])


def may_read(session: Session, person: Person, programme: Programme) -> bool:
    """Who gets the reports, who leads them, and everyone where the programme has it so."""
    rules = of(programme)
    if rules is not None and rules.is_open:
        return True
    roles = {*(rules.roles if rules else ROLES), *(rules.led_by if rules else LED_BY)}
    if people.roles(session, person, programme.key) & roles:
        return True
    return rules is not None and bool(set(rules.groups) & group_seats.sits_in(session, person, programme.key))


def must_read(session: Session, person: Person, programme: Programme) -> Rules:
    """Raises NotAllowed for who may not read the reports, Refused where the programme has none."""
    if not may_read(session, person, programme):
        raise NotAllowed("report_reader")
    return must_have(programme)


def last_day(session: Session, programme: Programme) -> date | None:
    """The project's last day, as far as it is known."""
    rules = must_have(programme)
    return milestones.get(session, programme.key, rules.milestone).last_day if rules.milestone else None


def _each_once(persons: list[Person]) -> list[Person]:
    return list({one.identity: one for one in persons if not one.is_erased}.values())
