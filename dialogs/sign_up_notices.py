"""What a volunteer is told without asking: the answer to their sign-up, and that a place became theirs."""

from collections.abc import Iterable
from datetime import datetime

from dialogs.card import Card, Language, Text, in_each
from dialogs.offers import offers
from dialogs.words import say
from storage import outbox, promises, sign_ups, workgroups
from storage.database import Session
from storage.people import Person
from storage.programmes import Programme
from storage.sign_ups import SignUp, SignUpState
from storage.workgroups import Workgroup

_KEYS = {
    SignUpState.ACCEPTED: "accepted",
    SignUpState.DECLINED: "declined",
    SignUpState.MOVED: "moved",
    SignUpState.ASKED: "place",
}


def answered(session: Session, row: SignUp) -> None:
    """Keeps the promise of an answer, and brings it. In the transaction that gives it: neither is without the other."""
    assert row.answered_at is not None
    # Taken into another group, they have the answer of that one, too, where they had signed up there themselves.
    for group in (row.workgroup_key, row.moved_to):
        if group is not None:
            promises.keep(session, row.person_id, row.programme_key, "sign_up", group, row.answered_at)
    _tell(session, row, f"sign_up:{row.identity}:{row.state}:{row.answered_at.isoformat()}")


def moved_up(session: Session, rows: Iterable[SignUp]) -> None:
    """Tells each that they have a place now, once for each time they signed up."""
    for row in rows:
        _tell(session, row, f"sign_up:{row.identity}:place:{row.signed_up_at.isoformat()}")


def queue_agreed(session: Session, programme: Programme, now: datetime) -> int:
    """Sees to what a process of the version before stored, and tells who has a place by that."""
    moved = sign_ups.agree(session, programme.key)
    moved_up(session, moved)
    return len(moved)


def card(row: SignUp, group: Workgroup, other: Workgroup | None, language: Language) -> Card:
    key = _KEYS[row.state]
    values = {"group": group.title, "other": other.title if other else "", "reason": row.reason}
    return Card(
        title=say(language, f"sign_up_answers.told.{key}.title", **values),
        blocks=(Text(text=say(language, f"sign_up_answers.told.{key}.text", **values)),),
        buttons=offers(language, "signup.status", "workgroup.list"),
        language=language,
        subject={"group": (other or group).key},
    )


def _tell(session: Session, row: SignUp, key: str) -> None:
    group = workgroups.get(session, row.programme_key, row.workgroup_key)
    other = workgroups.get(session, row.programme_key, row.moved_to) if row.moved_to else None
    cards = in_each(lambda language: card(row, group, other, language))
    message = outbox.write(session, row.programme_key, outbox.Kind.NOTICE, cards)
    outbox.owe(session, session.get_one(Person, row.person_id), message, key)
