"""Answers to sign-ups that did not reach the volunteer: somebody tells them by hand, and says so."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from storage.outbox import OutboxRow, Status
from storage.people import Address, Person
from storage.refusals import Refused
from storage.sign_ups import SignUp, SignUpState

#: An answer that still waits to be sent after this does not arrive by itself: its channel is switched off or away.
ARRIVES_WITHIN = timedelta(days=1)
_ANSWERED = (SignUpState.ACCEPTED, SignUpState.DECLINED, SignUpState.MOVED)
#: One statement asks for so many keys.
_CHUNK = 500


@dataclass(frozen=True)
class Untold:
    """Somebody who has an answer and did not get it; ``account`` is their e-mail address where that is all there is."""

    row: SignUp
    person: Person
    account: str


def waiting(session: Session, acting: Person, programme_key: str, now: datetime) -> list[Untold]:
    """Whom somebody has to tell, the longest answered first. Raises NotAllowed without the coordinator's role."""
    acting.must_be(session, "coordinator", programme_key)
    answered = session.exec(
        select(SignUp)
        .where(
            SignUp.programme_key == programme_key,
            col(SignUp.state).in_(_ANSWERED),
            col(SignUp.answered_at).is_not(None),
            col(SignUp.told_by_hand_at).is_(None),
        )
        .order_by(col(SignUp.answered_at), col(SignUp.id))
    ).all()
    keys = {key_of(row): row for row in answered}
    found: set[int] = set()
    names = list(keys)
    for start in range(0, len(names), _CHUNK):
        rows = session.exec(
            select(OutboxRow.idempotency_key, OutboxRow.status).where(
                col(OutboxRow.idempotency_key).in_(names[start : start + _CHUNK]),
                col(OutboxRow.status).not_in((Status.SENT, Status.MERGED)),
            )
        ).all()
        found |= {keys[key].identity for key, status in rows if _is_lost(keys[key], Status(status), now)}
    return [_untold(session, row) for row in answered if row.identity in found]


def mark(session: Session, acting: Person, programme_key: str, key: int, now: datetime) -> tuple[SignUp, bool]:
    """Somebody told them; returns whether that is new. Raises NotAllowed without the coordinator's role, Refused for an
    unknown one and for one without an answer."""
    acting.must_be(session, "coordinator", programme_key)
    row = session.get(SignUp, key)
    if row is None or row.programme_key != programme_key or row.state not in _ANSWERED:
        raise Refused("refused.sign_up.unknown")
    if row.told_by_hand_at is not None:
        return row, False
    row.told_by_hand_at = now
    session.add(row)
    return row, True


def key_of(row: SignUp) -> str:
    """What the message with the answer is known by in the outbox."""
    assert row.answered_at is not None, "it was answered"
    # As it is read back, whatever zone the moment was given in.
    return f"sign_up:{row.identity}:{row.state}:{row.answered_at.astimezone(UTC).isoformat()}"


def _is_lost(row: SignUp, status: Status, now: datetime) -> bool:
    if status not in (Status.WAITING, Status.SENDING):
        return True
    return row.answered_at is not None and now - row.answered_at > ARRIVES_WITHIN


def _untold(session: Session, row: SignUp) -> Untold:
    person = session.get_one(Person, row.person_id)
    address = session.get(Address, person.address_id) if person.address_id is not None else None
    account = address.account if address is not None and address.channel == "email" else ""
    return Untold(row, person, account)
