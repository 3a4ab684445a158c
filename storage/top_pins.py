"""The top 5 as the points make it, or as a leader pinned it with a reason."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from storage import initiatives, ranking
from storage.initiatives import LONGEST_WHY, TOP, TopList
from storage.people import Person
from storage.refusals import Refused


def follows(session: Session, programme_key: str) -> bool:
    """Whether the top 5 is what the points make at its hour: unless a leader pinned another one and has not let go."""
    newest = initiatives.top(session, programme_key)
    return newest is None or newest.ranked_at is not None


def made(session: Session, programme_key: str, at: datetime, by: Person | None = None) -> TopList | None:
    """What the points make of it at that moment, not stored; None while nothing has any."""
    order = ranking.at(session, programme_key, at)[:TOP]
    if not order:
        return None
    return TopList(
        programme_key=programme_key,
        initiative_keys=[one.key for one in order],
        set_by=by.identity if by else None,
        set_at=at,
        ranked_at=at,
    )


def pin(
    session: Session,
    acting: Person,
    programme_key: str,
    keys: list[str],
    now: datetime,
    whys: Mapping[str, str] | None = None,
    reason: str = "",
) -> TopList:
    """Pins the order, as ``initiatives.set_top``; where points make another one, with a reason that everyone reads.

    Raises as that does, and Refused without that reason, or for one that is too long.
    """
    acting.must_be(session, "leader", programme_key)
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_WHY:
        raise Refused("refused.top.long_reason", limit=LONGEST_WHY)
    of_points = made(session, programme_key, now)
    if of_points is not None and keys and of_points.initiative_keys != keys and not reason:
        raise Refused("refused.top.reason")
    return initiatives.set_top(session, acting, programme_key, keys, now, whys, reason)


def release(session: Session, acting: Person, programme_key: str, now: datetime) -> TopList:
    """Lets the top 5 follow the points from now on; one that does stays. Raises NotAllowed without the leader's role,
    Refused while nothing has points."""
    acting.must_be(session, "leader", programme_key)
    newest = initiatives.top(session, programme_key)
    if newest is not None and newest.ranked_at is not None:
        return newest
    order = made(session, programme_key, now, acting)
    if order is None:
        raise Refused("refused.top.no_points")
    session.add(order)
    session.flush()
    return order
