"""How waiting inputs reach their handlers: many at once and shuffled, at moments that the calendar sets.

When an input came says who was writing then. So the clock looks once a day, never at an input's arrival: what waits is
released where it is as many as the programme's smallest group, and once a week whatever it is. Between two looks a
released row cannot be told from the others of its batch: its key is new, what is sealed is sealed anew, and the rows
are written in an order that chance made.
"""

import secrets
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, insert, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Field, Session, col, select

from storage import input_conversation
from storage.anonymous_input import (
    WORD_SIZES,
    Input,
    InputModel,
    InputStore,
    SentForm,
    Waiting,
    WaitingInput,
    metadata,
    notifications_of,
    week_of,
)
from storage.database import UtcDateTime
from storage.input_waiting_replies import WaitingReply
from storage.programmes import Programme

#: When the clock looks, each day, in the programme's zone: before work, so that nobody is waiting in front of it.
LOOKS_AT = time(7)
#: On which week day it releases what waits, however little that is. On Mondays, what waits is of the week before, which
#: stands with each input anyhow.
SET_WEEKDAY = 0
#: On which it releases what was handed over to those who take notifications, too: they are to look into it within
#: reasonable time, and two days a week still say little of when it came (docs/decisions/0019).
NOTIFICATION_WEEKDAYS = (SET_WEEKDAY, 3)
#: After how long without a look the clock has slept, and for how long handlers then have a chance to read what is older
#: than the retention period before it is erased.
SLEPT, FAIR_CHANCE = timedelta(weeks=1), timedelta(weeks=4)
#: How long what erases waits for others who use the tables, on PostgreSQL.
_LOCK_TIMEOUT = "5s"


class InputLook(InputModel, table=True):
    """The last look for a programme: a moment that the calendar sets, whatever came or did not."""

    __tablename__ = "input_look"
    programme_key: str = Field(primary_key=True)
    looked_at: datetime = Field(sa_type=UtcDateTime)
    #: Whether what was deleted by then is off the disk too.
    is_erased: bool = False
    #: The first look since the clock last slept; None where that was before this was kept.
    awake_since: datetime | None = Field(default=None, sa_type=UtcDateTime)


@dataclass(frozen=True)
class _Look:
    """Which look is due; ``is_set``: a set moment lies between it and the one before; ``is_for_notifications``: one of
    theirs."""

    at: datetime
    is_set: bool
    is_for_notifications: bool
    awake_since: datetime


def next_set(now: datetime, zone: ZoneInfo) -> datetime:
    """The next moment at which an input is released however few wait; aware, in the zone."""
    return _next_on(now, zone, (SET_WEEKDAY,))


def next_for_notifications(now: datetime, zone: ZoneInfo) -> datetime:
    """The next moment at which a notification is released however few wait."""
    return _next_on(now, zone, NOTIFICATION_WEEKDAYS)


def next_look(now: datetime, zone: ZoneInfo) -> datetime:
    """The next moment at which what writers wrote once more is released."""
    return _next_on(now, zone, tuple(range(7)))


def _next_on(now: datetime, zone: ZoneInfo, weekdays: tuple[int, ...]) -> datetime:
    at = _last_look(now, zone)
    while at <= now or at.weekday() not in weekdays:
        at = _on(at + timedelta(days=1), zone)
    return at


def look(store: InputStore, programme: Programme, now: datetime) -> int:
    """What the clock does at every tick: returns how many inputs it released, which is nothing before a look is due.

    Safe with several processes: a look is one transaction, and only the first of them finds it due.
    """
    with store.database.reading() as session:
        if _due(session, programme, now) is None:
            return 0
    with store.database.writing() as session:
        _alone(session)
        due = _due(session, programme, now)
        if due is None:
            return 0
        released = _release(session, store, programme, due)
        input_conversation.release(store, session, (programme.key, notifications_of(programme.key)))
        _pad_old(session, store, programme)
        if due.at - due.awake_since >= FAIR_CHANCE:
            _forget(session, programme, due.at)
        session.merge(InputLook(programme_key=programme.key, looked_at=due.at, awake_since=due.awake_since))
    return released


def erase(store: InputStore) -> bool:
    """Takes what the looks deleted off the disk, where that is still to be done; see ``docs/privacy.md``. False where
    somebody who reads stood in the way: the next tick does it again."""
    with store.database.reading() as session:
        looked = session.exec(select(InputLook.looked_at).where(col(InputLook.is_erased).is_(False))).all()
    if not looked:
        return True
    if not (_erased_from_file(store) if store.database.is_sqlite else _erased_from_tables(store)):
        return False
    with store.database.writing() as session:
        # A look that came between is to be erased after itself.
        session.execute(update(InputLook).where(col(InputLook.looked_at).in_(looked)).values(is_erased=True))
    return True


def _erased_from_file(store: InputStore) -> bool:
    """Writes the file anew from what is there, since a page keeps remains of what was moved off it, and empties the
    log. https://www.sqlite.org/lang_vacuum.html, https://www.sqlite.org/pragma.html#pragma_wal_checkpoint"""
    with closing(store.database.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        driver.execute("VACUUM")
        is_busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


def _erased_from_tables(store: InputStore) -> bool:
    """Writes the tables anew, as files of their own: https://www.postgresql.org/docs/current/sql-vacuum.html"""
    with store.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{_LOCK_TIMEOUT}'")
        try:
            for table in metadata.sorted_tables:
                connection.exec_driver_sql(f'VACUUM FULL "{table.name}"')
        except OperationalError:
            return False
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
    return True


def _due(session: Session, programme: Programme, now: datetime) -> _Look | None:
    zone = ZoneInfo(programme.timezone)
    at = _last_look(now, zone)
    before = session.get(InputLook, programme.key)
    if before is None:
        # The first look: nothing lies before it.
        return _Look(at, is_set=False, is_for_notifications=False, awake_since=at)
    if before.looked_at >= at:
        return None
    return _Look(
        at,
        is_set=next_set(before.looked_at, zone) <= at,
        is_for_notifications=next_for_notifications(before.looked_at, zone) <= at,
        awake_since=at if at - before.looked_at > SLEPT else before.awake_since or before.looked_at - FAIR_CHANCE,
    )


def _last_look(now: datetime, zone: ZoneInfo) -> datetime:
    today = _on(now.astimezone(zone), zone)
    return today if today <= now else _on(today - timedelta(days=1), zone)


def _on(day: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(day.date(), LOOKS_AT, zone)


def _alone(session: Session) -> None:
    """Lets no other process look, nor anybody store an input, until this transaction is over. In the order in which an
    input is stored, so that the two never wait for each other. On SQLite whoever may write is alone anyhow."""
    if session.get_bind().dialect.name != "sqlite":
        for table in (SentForm, WaitingInput, WaitingReply):
            session.connection().exec_driver_sql(f"LOCK TABLE {table.__tablename__} IN SHARE ROW EXCLUSIVE MODE")


def _release(session: Session, store: InputStore, programme: Programme, due: _Look) -> int:
    rows = session.exec(select(WaitingInput)).all()
    opened = [(row, store.opened_waiting(row)) for row in rows]
    batch = [(row, waiting) for row, waiting in opened if waiting.programme_key == programme.key]
    if len(batch) < programme.smallest_group and not due.is_set:
        batch = [(row, waiting) for row, waiting in batch if due.is_for_notifications and waiting.is_notification]
    if not batch:
        return 0
    gone = col(WaitingInput.receipt).in_([row.receipt for row, _ in batch])
    session.execute(delete(WaitingInput).where(gone))
    released = [_released(store, waiting) for _, waiting in batch]
    secrets.SystemRandom().shuffle(released)
    # One after the other as they lie here: on PostgreSQL the order and the number of the transaction can be read.
    for values in released:
        session.execute(insert(Input).values(**values))
    _reorder_forms(session)
    return len(batch)


def _released(store: InputStore, waiting: Waiting) -> dict[str, Any]:
    return {
        "key": secrets.token_hex(16),
        "programme_key": waiting.kept_under,
        "topic": waiting.topic,
        "week": waiting.week,
        "sealed_text": store.sealed(waiting.text),
        "receipt": waiting.receipt,
        "sealed_unit": store.sealed(waiting.unit, WORD_SIZES),
    }


def _forget(session: Session, programme: Programme, now: datetime) -> None:
    """Whatever else is kept of an input in this database goes with it, by its foreign key to ``input`` (ON DELETE
    CASCADE)."""
    oldest = week_of(now.date() - timedelta(weeks=programme.inputs_kept_weeks))
    session.execute(delete(Input).where(_is_of(programme), col(Input.week) < oldest))


def _pad_old(session: Session, store: InputStore, programme: Programme) -> None:
    """What was stored before texts were filled up told how long they were. No migration has the key to them."""
    full = len(store.sealed(""))
    for name in ("sealed_text", "sealed_answer"):
        column: Any = getattr(Input, name)
        short = select(Input).where(_is_of(programme), func.length(column) < full).order_by(col(Input.key))
        for row in session.exec(short).all():
            setattr(row, name, store.sealed(store.opened(getattr(row, name))))
            session.add(row)


def _is_of(programme: Programme) -> Any:
    return col(Input.programme_key).in_((programme.key, notifications_of(programme.key)))


def _reorder_forms(session: Session) -> None:
    """The forms that were sent keep the order in which they came, on PostgreSQL: they are written anew in the order of
    their hashes, which is chance."""
    forms = session.execute(select(SentForm.form, SentForm.week).order_by(col(SentForm.form))).all()
    session.execute(delete(SentForm))
    for form, week in forms:
        session.execute(insert(SentForm).values(form=form, week=week))
