"""Teams (innsatsteam): who is in each, by their account here or by name alone, and who leads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import UniqueConstraint, delete
from sqlmodel import Field, Session, SQLModel, col, select

from storage import people, programmes, same_person, sprint_rules
from storage.database import UtcDateTime
from storage.deliveries import LONGEST_FORM, WrongField, alone
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import NotAllowed, Refused

LONGEST_NAME = 60
#: More members than this are a slip of the keyboard.
MOST_MEMBERS = 30


class SprintTeam(SQLModel, table=True):
    """A team. ``version`` rises with each change of its name or members; ``ended_at`` is None while it stands."""

    __tablename__ = "sprint_team"
    __table_args__ = (UniqueConstraint("programme_key", "form"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    name: str
    version: int = 1
    changed_by: int = Field(foreign_key="person.id")
    changed_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    form: str | None = None

    @property
    def identity(self) -> int:
        assert self.id is not None, "a stored team has an id"
        return self.id


class SprintTeamMember(SQLModel, table=True):
    """Somebody in a team: by their account, or by the name that a leader wrote for who has none."""

    __tablename__ = "sprint_team_member"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key")
    team_id: int = Field(foreign_key="sprint_team.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    #: Empty where there is an account: its name is told.
    name: str = ""
    leads: bool = False


@dataclass(frozen=True)
class Seat:
    """One of a team, as it is told. ``person`` is None for who has no account here."""

    name: str
    person: Person | None
    leads: bool


class Changed(Refused):
    """Somebody else has changed the team meanwhile: nothing of theirs is written over unseen."""

    def __init__(self, name: str) -> None:
        super().__init__("refused.team.changed", name=name)


def save(
    session: Session, acting: Person, programme: Programme, key: int | None, name: str, leader: str,
    members: Sequence[str], version: int, form: str, now: datetime,
) -> SprintTeam:  # fmt: skip
    """Makes a team, or changes the one of that key. Whoever has an account here is found by their name or e-mail, the
    others stand by name. The same form sent twice is one.

    Raises NotAllowed for who is no leader, Refused for a team that has ended, WrongField, and Changed where somebody
    else has changed it since ``version``.
    """
    acting.must_be(session, "leader", programme.key)
    sprint_rules.must_deliver(session, programme.key)
    alone(session, programme.key)
    team = _of_form(session, programme.key, form) if key is None else get(session, programme.key, key)
    if team is not None and key is None:
        return team
    name = " ".join(name.split())
    _check(session, programme.key, name, team)
    seats = _read(session, programme.key, leader, members)
    if team is not None and (team.name, _known(session, team)) == (name, seats):
        return team
    if team is None:
        team = SprintTeam(
            programme_key=programme.key, name=name, changed_by=acting.identity, changed_at=now,
            form=form[:LONGEST_FORM] or None,
        )  # fmt: skip
    elif team.version != version:
        raise Changed(session.get_one(Person, team.changed_by).name)
    else:
        team.version += 1
    team.name, team.changed_by, team.changed_at = name, acting.identity, now
    session.add(team)
    session.flush()
    session.execute(delete(SprintTeamMember).where(col(SprintTeamMember.team_id) == team.identity))
    for person_id, said, leads in seats:
        seat = SprintTeamMember(
            programme_key=programme.key, team_id=team.identity, person_id=person_id, name=said, leads=leads
        )
        session.add(seat)
    programmes.mark_changed(session, programme.key)
    session.flush()
    return team


def end(session: Session, acting: Person, team: SprintTeam, now: datetime) -> SprintTeam:
    """The team is no more; twice is once. Raises NotAllowed for who is no leader."""
    acting.must_be(session, "leader", team.programme_key)
    if team.ended_at is None:
        team.ended_at, team.changed_by, team.changed_at = now, acting.identity, now
        session.add(team)
        programmes.mark_changed(session, team.programme_key)
        session.flush()
    return team


def get(session: Session, programme_key: str, key: int) -> SprintTeam:
    """The team, as it is now. Raises Refused where there is none of that number, or where it is no more."""
    which = (SprintTeam.id == key, SprintTeam.programme_key == programme_key)
    found = session.exec(select(SprintTeam).where(*which).execution_options(populate_existing=True)).first()
    if found is None or found.ended_at is not None:
        raise Refused("refused.team.unknown")
    return found


def standing(session: Session, programme_key: str) -> list[SprintTeam]:
    """The teams that there are, the oldest first: in that order they take from the queue."""
    which = (SprintTeam.programme_key == programme_key, col(SprintTeam.ended_at).is_(None))
    return list(session.exec(select(SprintTeam).where(*which).order_by(col(SprintTeam.id))))


def seats(session: Session, team: SprintTeam) -> list[Seat]:
    """Who is in it, its leader first."""
    rows = session.exec(
        select(SprintTeamMember)
        .where(SprintTeamMember.team_id == team.identity)
        .order_by(col(SprintTeamMember.leads).desc(), col(SprintTeamMember.id))
    ).all()
    found = []
    for row in rows:
        person = session.get_one(Person, row.person_id) if row.person_id is not None else None
        found.append(Seat(person.name if person else row.name, person, row.leads))
    return found


def leaders(session: Session, team: SprintTeam) -> list[Person]:
    """Who leads it and has an account here."""
    return [seat.person for seat in seats(session, team) if seat.leads and seat.person is not None]


def accounts(session: Session, team: SprintTeam) -> list[Person]:
    """Who of it has an account here."""
    return [seat.person for seat in seats(session, team) if seat.person is not None]


def leading(session: Session, team: SprintTeam) -> dict[int, bool]:
    """Whoever of it has an account here, and whether they lead it."""
    return {seat.person.identity: seat.leads for seat in seats(session, team) if seat.person is not None}


def may_work(session: Session, person: Person, team: SprintTeam) -> bool:
    """Whoever is in it moves its delivery on; leaders do for those without an account."""
    is_leader = "leader" in people.roles(session, person, team.programme_key)
    return is_leader or person.id in {one.id for one in accounts(session, team)}


def must_work(session: Session, person: Person, team: SprintTeam) -> None:
    if not may_work(session, person, team):
        raise NotAllowed("sprint_team")


def may_lead(session: Session, person: Person, team: SprintTeam) -> bool:
    """Who leads it; leaders of the programme answer for all of them."""
    is_leader = "leader" in people.roles(session, person, team.programme_key)
    return is_leader or person.id in {one.id for one in leaders(session, team)}


def must_lead(session: Session, person: Person, team: SprintTeam) -> None:
    if not may_lead(session, person, team):
        raise NotAllowed("sprint_team_leader")


def _of_form(session: Session, programme_key: str, form: str) -> SprintTeam | None:
    if not form:
        return None
    which = (SprintTeam.programme_key == programme_key, SprintTeam.form == form[:LONGEST_FORM])
    return session.exec(select(SprintTeam).where(*which)).first()


def _check(session: Session, programme_key: str, name: str, team: SprintTeam | None) -> None:
    if not name:
        raise WrongField("refused.team.no_name", "name")
    if len(name) > LONGEST_NAME:
        raise WrongField("refused.delivery.long", "name", length=len(name), limit=LONGEST_NAME)
    others = [one for one in standing(session, programme_key) if team is None or one.id != team.id]
    if name.casefold() in {one.name.casefold() for one in others}:
        raise WrongField("refused.team.name_taken", "name")


def _read(
    session: Session, programme_key: str, leader: str, members: Sequence[str]
) -> list[tuple[int | None, str, bool]]:
    """Account, name and whether they lead, its leader first; who is named twice is there once."""
    found = [(*_who(session, programme_key, leader, "leader"), True)] if leader.strip() else []
    if not found:
        raise WrongField("refused.team.no_leader", "leader")
    for said in members:
        who = _who(session, programme_key, said, "members") if said.strip() else None
        if who is not None and who not in [seat[:2] for seat in found]:
            found.append((*who, False))
    if len(found) > MOST_MEMBERS:
        raise WrongField("refused.team.many", "members", limit=MOST_MEMBERS)
    return found


def _who(session: Session, programme_key: str, said: str, field: str) -> tuple[int | None, str]:
    """Who is meant: the account with that name or e-mail, else the name.

    Raises WrongField for a name that several have, and for an e-mail that nobody here has.
    """
    said = " ".join(said.split())
    if len(said) > LONGEST_NAME:
        raise WrongField("refused.delivery.long", field, length=len(said), limit=LONGEST_NAME)
    try:
        if "@" in said:
            person = same_person.by_email(session, programme_key, said)
            if person is None:
                raise WrongField("refused.team.email", field, email=said)
        else:
            person = same_person.by_name_or_email(session, programme_key, said)
    except WrongField:
        raise
    except Refused as refused:
        if refused.key == "refused.person.several":
            raise WrongField("refused.team.several", field, name=said) from refused
        if "@" in said:
            raise WrongField("refused.team.email", field, email=said) from refused
        return None, said
    return person.identity, ""


def _known(session: Session, team: SprintTeam) -> list[tuple[int | None, str, bool]]:
    return [(seat.person.identity if seat.person else None, "" if seat.person else seat.name, seat.leads)
            for seat in seats(session, team)]  # fmt: skip
