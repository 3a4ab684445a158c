"""Who of a group can be told something: members whom the bot knows, and those who follow the group.

Members whom documents name have no account by that: they are told by whoever runs the group.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from storage import group_seats, topics
from storage.sign_ups import SignUp, SignUpState
from storage.topics import Kind
from storage.workgroups import Workgroup


def told(session: Session, group: Workgroup, now: datetime) -> list[int]:
    """The ids of the people who have a seat in the group, were taken into it as volunteers or follow it, each once."""
    seats = [person.identity for person in group_seats.members(session, group.programme_key, group.key)]
    members = session.exec(
        select(SignUp.person_id).where(
            SignUp.programme_key == group.programme_key,
            SignUp.workgroup_key == group.key,
            SignUp.state == SignUpState.ACCEPTED,
            col(SignUp.ended_at).is_(None),
        )
    ).all()
    followers = session.execute(topics.followers(group.programme_key, [topics.named(Kind.WORKGROUP, group.key)], now))
    return sorted({*seats, *members, *(key for (key,) in followers)})
