"""Leaks that are planted to see that they are found: each a small thing that somebody might add with good intent.

Those of ``IN_THE_PROCESS`` are wrapped around the product's own parts as it is composed (``served.py``); those of
``IN_THE_STORE`` change what lies in the database afterwards, as another design of its tables would have left it.
"""

import base64
import hashlib
import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web
from sqlalchemy import text as sql

import bot.app
from bot import turns
from bot.clock import Clock
from dialogs import anonymous_input
from dialogs.actions import INPUT_ACTIONS
from dialogs.anonymous_input import Asked
from dialogs.card import Card, Facts
from storage import conversations
from storage.anonymous_input import InputStore
from storage.database import Database, Session
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.refusals import Refused

log = logging.getLogger("bot.inputs")

#: A time to the second beside each input; a line in the log that says no more than that one came; a row in the turn's
#: own transaction under a key that is chance; a metric's label; texts sealed as long as they are; a message owed to the
#: handlers, known by the beginning of a hash; the receipt in the state of the conversation; a text in an error; and a
#: row of nothing but chance for each that was sent, which tells who sent one by the number of its transaction.
IN_THE_PROCESS = ("second", "log", "transaction", "metric", "size", "outbox", "receipt", "error", "sending")
#: The rows in the order in which they came.
IN_THE_STORE = ("order",)
LEAKS = (*IN_THE_PROCESS, *IN_THE_STORE)
#: A text that begins so cannot be stored: what then is told of the defect is searched, too.
UNSTORABLE = "Dette lar seg ikke lagre: "


class UnstorableError(Exception):
    """Names what could not be stored, as errors of drivers and parsers do."""


class Store(InputStore):
    """The inputs' store, with a leak or none. The product hands each of these methods no more than it needs."""

    def __init__(self, database: Database, key: str, clock: Clock, planted: frozenset[str]) -> None:
        super().__init__(database, key)
        self._clock = clock
        self._planted = planted
        with database.writing() as session:
            if "second" in planted:
                session.execute(sql("CREATE TABLE arrival (mark VARCHAR PRIMARY KEY, at INTEGER NOT NULL)"))
            if "sending" in planted:
                session.execute(sql("CREATE TABLE sending (chance VARCHAR PRIMARY KEY)"))

    def sealed(self, text: str, *more: Any) -> bytes:
        if text.startswith(UNSTORABLE):
            if "error" in self._planted:
                log.error("could not be stored: %s", text)
            raise UnstorableError(text)
        return self._seal.encrypt_at_time(text.encode(), 0) if "size" in self._planted else super().sealed(text, *more)

    def receipt_hash(self, digits: str) -> bytes:
        made = super().receipt_hash(digits)
        if "log" in self._planted:
            log.info("an input is being stored")
        if "sending" in self._planted:
            with self.database.writing() as session:
                session.execute(sql("INSERT INTO sending VALUES (:chance)"), {"chance": secrets.token_hex(16)})
        if "second" in self._planted:
            with self.database.writing() as session:
                row = {"mark": made.hex(), "at": int(self._clock.now().timestamp())}
                session.execute(sql("INSERT INTO arrival VALUES (:mark, :at) ON CONFLICT DO NOTHING"), row)
        return made


#: How many inputs came, by a label that tells who: in memory, as libraries for metrics keep it.
_counted: dict[str, int] = {}


class LeakyTurns(turns.Turns):
    """Turns that keep something of an input where the person is known."""

    planted: frozenset[str] = frozenset()

    def _acted(self, session: Session, incoming: turns.Incoming, course: Any) -> tuple[Card, ...]:
        cards = super()._acted(session, incoming, course)
        if course.asked is not None:
            for leak in sorted(self.planted & set(_PLANTED)):
                _PLANTED[leak](self, session, incoming, course)
        return cards


def _in_the_transaction(own: turns.Turns, session: Session, _incoming: turns.Incoming, course: Any) -> None:
    """Stores it at once, and a mark of it in the transaction of the turn."""
    if digits := _sent_at_once(own, course.asked[1]):
        session.execute(
            sql("CREATE TABLE IF NOT EXISTS stored_input (key VARCHAR PRIMARY KEY, receipt VARCHAR NOT NULL)")
        )
        row = {"key": secrets.token_hex(16), "receipt": own.inputs.receipt_hash(digits).hex()}
        session.execute(sql("INSERT INTO stored_input VALUES (:key, :receipt)"), row)


def _in_a_metric(_own: turns.Turns, _session: Session, incoming: turns.Incoming, _course: Any) -> None:
    _counted[incoming.conversation] = _counted.get(incoming.conversation, 0) + 1


def _in_the_outbox(_own: turns.Turns, session: Session, _incoming: turns.Incoming, course: Any) -> None:
    text = str(course.asked[1].values.get("text", "")).strip()
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    card = anonymous_input.form("nb").model_dump(mode="json")
    message = Message(programme_key=course.asked[1].programme_key, kind=Kind.NOTICE, cards={"nb": card})
    session.add(message)
    session.flush()
    key = f"input:{digest}:{secrets.token_hex(4)}"
    session.add(OutboxRow(idempotency_key=key, lane="web", message_id=message.id or 0, status=Status.SKIPPED))


def _in_the_state(own: turns.Turns, session: Session, incoming: turns.Incoming, course: Any) -> None:
    """Keeps the receipt, "so that people need not write it down", in base64, "so that nobody reads it"."""
    if digits := _sent_at_once(own, course.asked[1]):
        held = base64.b64encode(digits.encode()).decode()
        conversations.remember(session, incoming.conversation, {"of": "input.send", "held": held})


_PLANTED: dict[str, Callable[[turns.Turns, Session, turns.Incoming, Any], None]] = {
    "transaction": _in_the_transaction,
    "metric": _in_a_metric,
    "outbox": _in_the_outbox,
    "receipt": _in_the_state,
}


#: What was sent before its turn was over, by the identity of what was asked: shown when the turn comes to it.
_sent: dict[int, Card] = {}


def _sent_at_once(own: turns.Turns, asked: Asked) -> str:
    """Sends the input now, once; returns its receipt, or nothing where none was given."""
    try:
        card = _sent.get(id(asked)) or anonymous_input.send(own.inputs, asked)
        _sent[id(asked)] = card
    except (Refused, UnstorableError):
        return ""
    facts = [value for block in card.blocks if isinstance(block, Facts) for _, value in block.facts]
    return facts[0].replace(" ", "") if facts and card.outcome == "done" else ""


def _send(store: InputStore, asked: Asked) -> Card:
    return _sent.pop(id(asked), None) or anonymous_input.send(store, asked)


def plant_in_turns(planted: frozenset[str]) -> None:
    """The composition root makes its turns of this class from now on, in this process."""
    if planted & set(_PLANTED):
        LeakyTurns.planted = planted
        bot.app.Turns = LeakyTurns  # type: ignore[misc]
        INPUT_ACTIONS["input.send"] = _send


def add_routes(app: web.Application, planted: frozenset[str]) -> None:
    async def metrics(_: web.Request) -> web.Response:
        lines = [f'inputs_total{{conversation="{name}"}} {count}' for name, count in sorted(_counted.items())]
        return web.Response(text="\n".join(lines))

    if "metric" in planted:
        app.router.add_get("/metrics", metrics)


def plant_in_store(engine: Any, key: str, receipts: Sequence[str]) -> None:
    """Leaves the released rows in the order in which they were sent: a table with a counter on SQLite, and on
    PostgreSQL one that was filled as they came."""
    database = Database(engine.inputs)
    store = InputStore(database, key)
    hashes = [store.receipt_hash(one) for one in receipts]
    with database.writing() as session:
        connection = session.connection()
        connection.exec_driver_sql("CREATE TABLE other AS SELECT * FROM input")
        connection.exec_driver_sql("DELETE FROM input")
        if database.is_sqlite:
            made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'input'").scalar_one()
            connection.exec_driver_sql("DROP TABLE input")
            connection.exec_driver_sql(str(made).replace("WITHOUT ROWID", ""))
        for one in hashes:
            connection.execute(sql("INSERT INTO input SELECT * FROM other WHERE receipt = :one"), {"one": one})
        connection.exec_driver_sql("DROP TABLE other")
    database.close()
