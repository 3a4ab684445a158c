"""How many places a workgroup has for volunteers: no document says it, so a coordinator does."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, select

from storage.people import Person
from storage.refusals import Refused
from storage.workgroups import Workgroup

#: More is a slip.
MOST_PLACES = 10_000


class GroupPlaces(SQLModel, table=True):
    """That one group has so many places, and who said so; a group without a row takes as many as come."""

    __tablename__ = "group_places"
    __table_args__ = (UniqueConstraint("programme_key", "workgroup_key"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    workgroup_key: str
    places: int
    set_by: int = Field(foreign_key="person.id")


def of(session: Session, group: Workgroup) -> int | None:
    """How many places the group has, by a coordinator or else by its document; None for as many as come."""
    found = _find(session, group)
    return found.places if found else group.capacity


def set_places(session: Session, acting: Person, group: Workgroup, places: int | None) -> None:
    """Raises NotAllowed without the coordinator's role, Refused for fewer than one and more than MOST_PLACES."""
    acting.must_be(session, "coordinator", group.programme_key)
    if places is not None and not 1 <= places <= MOST_PLACES:
        raise Refused("refused.sign_up.places", limit=MOST_PLACES)
    found = _find(session, group)
    if places is None:
        if found is not None:
            session.delete(found)
    else:
        found = found or GroupPlaces(
            programme_key=group.programme_key, workgroup_key=group.key, places=places, set_by=acting.identity
        )
        found.places, found.set_by = places, acting.identity
        session.add(found)
    session.flush()


def _find(session: Session, group: Workgroup) -> GroupPlaces | None:
    return session.exec(
        select(GroupPlaces).where(
            GroupPlaces.programme_key == group.programme_key, GroupPlaces.workgroup_key == group.key
        )
    ).first()
