"""What a volunteer is told without asking: the answer to their sign-up, and that a place became theirs."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dialogs import saying_dates
from dialogs.card import Card, Language, Text, in_each
from dialogs.offers import offer, offers
from dialogs.words import say
from storage import outbox, promises, sign_up_promises, sign_ups, told_by_hand, workgroups
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
    _tell(session, row, told_by_hand.key_of(row))


def moved_up(session: Session, rows: Iterable[SignUp], now: datetime) -> None:
    """Tells each that they have a place now, once for each time they signed up: from here on an answer is promised."""
    for row in rows:
        group = workgroups.get(session, row.programme_key, row.workgroup_key)
        promise = sign_up_promises.owe(session, row, group, now)
        by = {"by": promise.due_on} if promise is not None else {}
        _tell(session, row, f"sign_up:{row.identity}:place:{row.signed_up_at.isoformat()}", **by)


def queue_line_news(session: Session, programme: Programme, now: datetime) -> int:
    """Tells those in line, as they were promised, how it stands, and by when they are told again; returns how many."""
    today = now.astimezone(ZoneInfo(programme.timezone)).date()
    rows = sign_up_promises.in_line_until(session, programme, today)
    groups = {group.key: group for group in workgroups.every(session, programme.key)}
    for row in rows:
        key = f"sign_up:{row.identity}:line:{row.told_by}"
        group = groups.get(row.workgroup_key)
        row.told_by = None
        session.add(row)
        if group is None:
            continue
        sign_up_promises.owe(session, row, group, now)
        cards = in_each(lambda language, row=row, group=group: line_card(session, row, group, language))  # type: ignore[misc]
        message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards)
        outbox.owe(session, session.get_one(Person, row.person_id), message, key, respect_mute=True, now=now)
    return len(rows)


def line_card(session: Session, row: SignUp, group: Workgroup, language: Language) -> Card:
    """How the line stands for one who is in it."""
    place = sign_ups.place_in_line(session, row)
    again = (
        [Text(text=say(language, "sign_ups.line.again", day=saying_dates.day(language, row.told_by)))]
        if row.told_by
        else []
    )
    return Card(
        title=say(language, "sign_ups.line.title", place=place, group=group.title),
        blocks=(Text(text=say(language, "sign_ups.line.text")), *again),
        buttons=(*offers(language, "signup.status"), offer(language, "workgroup.leave", {"group": group.key})),
        language=language,
        subject={"group": group.key},
    )


def queue_agreed(session: Session, programme: Programme, now: datetime) -> int:
    """Sees to what a process of the version before stored, and tells who has a place by that."""
    moved = sign_ups.agree(session, programme.key)
    moved_up(session, moved, now)
    return len(moved)


def card(row: SignUp, group: Workgroup, other: Workgroup | None, language: Language, by: date | None = None) -> Card:
    """``by``: the day by which somebody who has a place now is promised an answer."""
    key = _KEYS[row.state]
    values = {"group": group.title, "other": other.title if other else "", "reason": row.reason}
    promised = [Text(text=say(language, "sign_ups.line.promised", day=saying_dates.day(language, by)))] if by else []
    return Card(
        title=say(language, f"sign_up_answers.told.{key}.title", **values),
        blocks=(Text(text=say(language, f"sign_up_answers.told.{key}.text", **values)), *promised),
        buttons=offers(language, "signup.status", "workgroup.list"),
        language=language,
        subject={"group": (other or group).key},
    )


def _tell(session: Session, row: SignUp, key: str, by: date | None = None) -> None:
    group = workgroups.get(session, row.programme_key, row.workgroup_key)
    other = workgroups.get(session, row.programme_key, row.moved_to) if row.moved_to else None
    cards = in_each(lambda language: card(row, group, other, language, by))
    message = outbox.write(session, row.programme_key, outbox.Kind.NOTICE, cards)
    outbox.owe(session, session.get_one(Person, row.person_id), message, key)
