"""Erasing a person: all that is theirs is deleted, and of what has to stay nothing says any more that it was them.

An emptied row of the person and of each address stays: what was sent to many still adds up, what was decided is still
known to have been decided by two different people, and no number is given to somebody else. By it nobody is found
again: whoever comes back is met anew.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import String, and_, cast, delete, null, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, SQLModel, col, select

from storage import (
    broadcasts,
    conversations,
    discarded,
    downloads,
    erased_remains,
    own_data,
    people,
    sign_ups,
    status_told,
)
from storage.amendments import Amendment
from storage.announcements import Announcement
from storage.broadcasts import Broadcast
from storage.competences import CompetenceShared
from storage.database import locked
from storage.decision_ends import Ask
from storage.downloads import Download
from storage.outbox import INTERRUPTED, Kind, Message, OutboxRow, Status
from storage.people import Address, Person
from storage.progress import Progress
from storage.promises import Promise
from storage.refusals import Refused
from storage.releases import Release
from storage.sign_up_questions import SignUpQuestion
from storage.sign_ups import SignUp
from storage.snoozed_messages import SnoozedMessage
from storage.unanswered import SentQuestion
from storage.unanswered import Status as Answer
from storage.unnamed import unnamed
from storage.web_posts import WebPost
from storage.workgroups import Workgroup

#: What was told to everyone stays as it was told: who it was from is part of it.
_AS_TOLD = (Kind.ANNOUNCEMENT, Kind.CORRECTION, Kind.RECALL)
#: Names shorter than this are words as well.
_SHORTEST_NAME = 4
#: Tables whose rows are deleted and refer to nothing that stays.
_PLAIN = (
    "digest_covered",
    "group_seat",
    "joined_person",
    "personal_reminder",
    "quiet_hours",
    "receipt",
    "role_grant",
    "sending_form",
    "sprint_team_member",
    "stream_owner",
    "topic_following",
)


def must_be_free(session: Session, person: Person) -> None:
    """Raises Refused for somebody whose announcements wait for their time: nobody would be told if they could not be
    sent. They cancel them, or let them go out, first."""
    theirs = or_(col(Announcement.author_id) == person.id, col(Announcement.sender_id) == person.id)
    waiting = and_(col(Announcement.send_at).is_not(None), col(Announcement.sent_at).is_(None))
    if session.exec(select(Announcement.id).where(theirs, waiting)).first() is not None:
        raise Refused("refused.own.planned")


def erase(
    session: Session, person: Person, former: Mapping[str, str], now: datetime, *, is_own: bool = True
) -> list[SignUp]:
    """Erases the person; returns those who waited in line and have a place by that. ``former`` is what notices to
    others say instead of the name, in each language; ``is_own``: it is their own turn. Raises as ``must_be_free``.

    Nothing that was theirs is in the database's pages afterwards; what the files keep of it besides is taken off the
    disk by ``erased_remains``.
    """
    session.exec(locked(session, select(Person.id).where(Person.id == person.id))).one()
    must_be_free(session, person)
    with _overwriting(session):
        moved = _give_up_places(session, person, now)
        _erase_questions(session, person)
        _discard_drafts(session, person)
        _end_messages(session, person)
        _forget_name(session, person, former)
        conversations.forget(session, own_data.conversations_of(session, person))
        session.execute(delete(WebPost).where(col(WebPost.account).in_(own_data.accounts_of(session, person))))
        session.execute(delete(Promise).where(col(Promise.person_id) == person.id))
        session.execute(
            delete(Download).where(col(Download.person_id) == person.id, col(Download.kind).not_in(downloads.LISTS))
        )
        for name in _PLAIN:
            table = SQLModel.metadata.tables[name]
            session.execute(delete(table).where(table.c[own_data.OF_PERSON[name]] == person.id))
        for column in own_data.NAMED_BY_OTHERS:
            name, _, of = column.partition(".")
            table = SQLModel.metadata.tables[name]
            session.execute(update(table).where(table.c[of] == person.id).values({of: null()}))
        _empty(session, person)
        erased_remains.note(session)
        session.flush()
    if is_own:
        session.info["erased"] = True
    return moved


def has_erased(session: Session) -> bool:
    """Whether this session has erased the person whose turn it is."""
    return bool(session.info.get("erased"))


@contextmanager
def _overwriting(session: Session) -> Iterator[None]:
    """SQLite writes zeros over what is deleted meanwhile: https://www.sqlite.org/pragma.html#pragma_secure_delete"""
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    session.flush()
    connection = session.connection()
    before = connection.exec_driver_sql("PRAGMA secure_delete").scalar_one()
    connection.exec_driver_sql("PRAGMA secure_delete=ON")
    yield
    connection.exec_driver_sql(f"PRAGMA secure_delete={int(before)}")


def _give_up_places(session: Session, person: Person, now: datetime) -> list[SignUp]:
    """In the order of the groups' ids: two who leave the same two groups never wait for each other."""
    standing = session.execute(
        select_columns(Workgroup)
        .join(
            SignUp,
            and_(col(SignUp.programme_key) == Workgroup.programme_key, col(SignUp.workgroup_key) == Workgroup.key),
        )
        .where(col(SignUp.person_id) == person.id, col(SignUp.ended_at).is_(None))
        .order_by(col(Workgroup.id))
    ).scalars()
    moved = [row for group in list(standing) for row in sign_ups.withdraw(session, person, group, now)]
    session.flush()
    own = list(session.exec(select(SignUp.id).where(SignUp.person_id == person.id)))
    for kind in (CompetenceShared, SignUpQuestion, Release):
        session.execute(delete(kind).where(col(kind.sign_up_id).in_(own)))
    session.execute(delete(SignUp).where(col(SignUp.id).in_(own)))
    return [row for row in moved if row.person_id != person.id]


def _erase_questions(session: Session, person: Person) -> None:
    """An answer that was published stays the programme's; the words of who asked do not."""
    for question in session.exec(select(SentQuestion).where(SentQuestion.person_id == person.id)).all():
        if question.status == Answer.ANSWERED:
            question.text, question.form = "", f"erased-{question.identity}"
            question.language, question.announcement_id = "nb", None
            session.add(question)
        else:
            session.delete(question)
    session.flush()


def _discard_drafts(session: Session, person: Person) -> None:
    """What was sent, or somebody was asked to approve, is a record and stays."""
    drafts = select(Announcement).where(Announcement.author_id == person.id, col(Announcement.sent_at).is_(None))
    for draft in session.exec(drafts).all():
        if not discarded.was_asked(session, draft):
            discarded.throw_away(session, draft)
    session.flush()


def _end_messages(session: Session, person: Person) -> None:
    """What was sent to many keeps a row, so that its report adds up; what was for this person alone is deleted, with
    its words. Nothing more is sent, and what is on the wire at this moment is left uncertain."""
    broadcasts.account_for(session, person)
    own = select_columns(col(OutboxRow.id)).where(col(OutboxRow.person_id) == person.id).scalar_subquery()
    again = set(session.exec(select(SnoozedMessage.sent_as).where(col(SnoozedMessage.row_id).in_(own))))
    for kind in (SnoozedMessage, Ask, Progress):
        session.execute(delete(kind).where(col(kind.row_id).in_(own)))
    is_theirs = col(OutboxRow.person_id) == person.id
    carriers = select_columns(col(OutboxRow.part_of)).where(is_theirs, col(OutboxRow.part_of).is_not(None))
    is_of_many = or_(
        col(OutboxRow.broadcast_id).is_not(None),
        col(OutboxRow.amendment_id).is_not(None),
        col(OutboxRow.id).in_(carriers),
    )
    alone = or_(~is_of_many, col(OutboxRow.id).in_(carriers))
    messages = set(session.execute(select_columns(col(OutboxRow.message_id)).where(is_theirs, alone)).scalars())
    session.execute(delete(OutboxRow).where(is_theirs, ~is_of_many).execution_options(synchronize_session=False))
    _settle(session, is_theirs)
    _delete_messages(session, {one for one in messages | again if one is not None})


def _settle(session: Session, is_theirs: Any) -> None:
    ended = {"next_at": null(), "held_until": null()}
    for before, after in (
        (Status.WAITING, ended | {"status": Status.FAILED, "reason": people.NOT_INSTALLED}),
        (Status.SENDING, ended | {"status": Status.UNCERTAIN, "reason": INTERRUPTED}),
    ):
        session.execute(
            update(OutboxRow)
            .where(is_theirs, col(OutboxRow.status) == before)
            .values(**after)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(OutboxRow)
        .where(is_theirs)
        .values(platform_id=null(), counted_at=null())
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def _delete_messages(session: Session, ids: set[int]) -> None:
    """Those that were for this person alone. A card of several, of which parts are of many, keeps its row, emptied."""
    for message in session.exec(select(Message).where(col(Message.id).in_(ids), col(Message.key).is_(None))).all():
        if _is_others(session, message):
            continue
        if session.exec(select(OutboxRow.id).where(OutboxRow.message_id == message.id).limit(1)).first() is None:
            session.delete(message)
        else:
            message.cards = {}
            session.add(message)
    session.flush()


def _is_others(session: Session, message: Message) -> bool:
    """Whether it was decided for many, or owed to more than one."""
    if session.exec(select(Broadcast.id).where(Broadcast.message_id == message.id).limit(1)).first() is not None:
        return True
    amends = or_(
        col(Amendment.message_id) == message.id,
        col(Amendment.before_id) == message.id,
        col(Amendment.resent_id) == message.id,
    )
    if session.exec(select(Amendment.id).where(amends).limit(1)).first() is not None:
        return True
    if session.exec(select(SnoozedMessage.row_id).where(SnoozedMessage.sent_as == message.id)).first() is not None:
        return True
    owed = select(OutboxRow.person_id).where(OutboxRow.message_id == message.id).distinct().limit(2)
    return len(session.exec(owed).all()) > 1


def _forget_name(session: Session, person: Person, former: Mapping[str, str]) -> None:
    """What others were told of the person in notices names them no more."""
    if len(person.name) < _SHORTEST_NAME:
        return
    # As JSON writes it: with or without escapes, by the database.
    written = {json.dumps(person.name)[1:-1], json.dumps(person.name, ensure_ascii=False)[1:-1]}
    text = cast(col(Message.cards), String)
    holds = or_(*(text.contains(one, autoescape=True) for one in written))
    name = re.compile(rf"(?<!\w){re.escape(person.name)}(?!\w)")
    for message in session.exec(select(Message).where(holds, col(Message.kind).not_in(_AS_TOLD))).all():
        message.cards = {
            language: unnamed(card, name, former.get(language, "")) for language, card in message.cards.items()
        }
        session.add(message)
    status_told.forget_name(session, written, name, former)
    session.flush()


def _empty(session: Session, person: Person) -> None:
    """Each column as it is of somebody of whom nothing is known. What is new in a table is emptied without a word."""
    for address in session.exec(select(Address).where(Address.person_id == person.id)).all():
        emptied = Address(
            id=address.id,
            person_id=person.id,
            channel=address.channel,
            lane=address.lane,
            account=f"erased-{address.id}",
            conversation="",
            gone_reason=people.NOT_INSTALLED,
        )
        _become(address, emptied)
        session.add(address)
    _become(person, Person(id=person.id, current_programme=person.current_programme, is_erased=True))
    session.add(person)
    session.flush()


def _become(row: SQLModel, other: SQLModel) -> None:
    for column in row.__table__.columns:  # type: ignore[attr-defined]
        setattr(row, column.key, getattr(other, column.key))
