"""What leaders write of deliveries: a new one, a change, and why one is taken out of the queue."""

import secrets
from typing import Any

from dialogs import delivery_words
from dialogs.card import Card, Choice, Question, Text
from dialogs.deliveries import MOST_CHOICES, key, opening, shown
from dialogs.offers import offer, short
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import deliveries, sprint_rules
from storage.database import Session
from storage.deliveries import (
    LONGEST_NOTE,
    LONGEST_OWNER,
    LONGEST_TEXT,
    LONGEST_TITLE,
    Changed,
    Delivery,
    Worded,
    WrongField,
)

#: What a choice sends where nothing of it is chosen.
NOTHING = "none"
YES, NO = "yes", "no"
_FIELDS = ("title", "need", "for_whom", "owner", "initiative", "named", "known")


def write(session: Session, turn: Turn) -> Card:
    """For leaders: the form of a new delivery, or of one that is there. Nothing is stored yet."""
    programme = turn.programme.key
    turn.person.must_be(session, "leader", programme)
    sprint_rules.must_deliver(session, programme)
    if not key(turn):
        return _form(session, turn, {}, {})
    row = deliveries.get(session, programme, key(turn))
    return _form(session, turn, _typed(row), {}, row)


def save(session: Session, turn: Turn) -> Card:
    """Stores what the form holds; where something is wrong with it the form comes again with all that was typed."""
    programme = turn.programme
    turn.person.must_be(session, "leader", programme.key)
    row = deliveries.get(session, programme.key, key(turn)) if key(turn) else None
    typed = {name: turn.value(name) for name in _FIELDS}
    try:
        if row is None:
            saved = deliveries.add(session, turn.person, programme, _read(turn), turn.now, turn.value("form"))
        else:
            version = turn.values.get("version")
            saved = deliveries.change(
                session, turn.person, programme.key, row.identity, _read(turn, row),
                version if type(version) is int else 0, turn.now,
            )  # fmt: skip
    except WrongField as wrong:
        field = {"answered_for": "owner"}.get(wrong.field, wrong.field)
        return _form(session, turn, typed, {field: say(turn.language, wrong.key, **wrong.values)}, row)
    except Changed as changed:
        return _form(session, turn, typed, {"title": say(turn.language, changed.key, **changed.values)}, row)
    return shown(session, turn, saved).model_copy(update={"outcome": "done"})


def stop(session: Session, turn: Turn) -> Card:
    """For leaders: why it is taken out of the queue."""
    turn.person.must_be(session, "leader", turn.programme.key)
    row = deliveries.get(session, turn.programme.key, key(turn))
    return _why(session, turn, row, "")


def stopped(session: Session, turn: Turn) -> Card:
    """Takes it out of the queue for good."""
    programme = turn.programme.key
    turn.person.must_be(session, "leader", programme)
    row = deliveries.get(session, programme, key(turn))
    try:
        row = deliveries.stop(session, turn.person, programme, row.identity, turn.value("why"), turn.now)
    except WrongField as wrong:
        return _why(session, turn, row, say(turn.language, wrong.key, **wrong.values))
    return shown(session, turn, row).model_copy(update={"outcome": "done"})


def _read(turn: Turn, row: Delivery | None = None) -> Worded:
    """What the form holds; what it belongs to is chosen when it is made."""
    chosen = {name: turn.value(name) for name in ("initiative", "named")}
    those = {name: None if value in ("", NOTHING) else value for name, value in chosen.items()}
    return Worded(
        title=turn.value("title"),
        need=turn.value("need"),
        for_whom=turn.value("for_whom"),
        answered_for=turn.value("owner"),
        is_known_need=turn.value("known") == YES,
        initiative_key=row.initiative_key if row else those["initiative"],
        named=row.named if row else those["named"],
    )


def _typed(row: Delivery) -> dict[str, str]:
    """What is stored, as it is typed."""
    return {
        "title": row.title,
        "need": row.need,
        "for_whom": row.for_whom,
        "owner": row.answered_for,
        "known": YES if row.is_known_need else NO,
    }


def _form(
    session: Session, turn: Turn, typed: dict[str, str], errors: dict[str, str], row: Delivery | None = None
) -> Card:
    language = turn.language
    values: dict[str, Any] = {"form": turn.value("form") or secrets.token_hex(8)}
    if row is not None:
        # With what somebody else has written meanwhile refused once, the next press is meant.
        values = {"delivery": row.identity, "version": row.version}
    return Card(
        title=say(language, "deliveries.form.title" if row is None else "deliveries.form.edit"),
        blocks=(Text(text=say(language, "deliveries.form.text"), style="quiet"),),
        questions=tuple(_questions(session, turn, typed, errors, row)),
        buttons=(
            offer(language, "delivery.save", values, "primary", replaces=True),
            opening(session, turn, row) if row else offer(language, "delivery.queue"),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _questions(
    session: Session, turn: Turn, typed: dict[str, str], errors: dict[str, str], row: Delivery | None
) -> list[Question]:
    language = turn.language
    nothing = Choice(title=say(language, "deliveries.form.nothing"), value=NOTHING)
    choices: dict[str, tuple[Choice, ...]] = {
        "known": tuple(Choice(title=say(language, f"deliveries.known.{one}"), value=one) for one in (NO, YES))
    }
    if row is None:
        running = deliveries.choosable(session, turn.programme.key)[:MOST_CHOICES]
        those = tuple(Choice(title=short(told(one.title, language)), value=one.key) for one in running)
        choices |= {"initiative": (nothing, *those)} if those else {}
        named = deliveries.only_named(session, turn.programme.key)[:MOST_CHOICES]
        those = tuple(Choice(title=short(told(one.title, language)), value=one.key) for one in named)
        choices |= {"named": (nothing, *those)} if those else {}
    before = {"known": NO, "initiative": NOTHING, "named": NOTHING, **{k: v for k, v in typed.items() if v}}
    fields = (("initiative", 0, 1), ("named", 0, 1), ("title", LONGEST_TITLE, 1), ("need", LONGEST_TEXT, 3),
              ("for_whom", LONGEST_TEXT, 1), ("owner", LONGEST_OWNER, 1), ("known", 0, 1))  # fmt: skip
    return [
        Question(
            name=name,
            label=say(language, f"deliveries.field.{name}"),
            value=before.get(name, ""),
            # Of an initiative it is taken from there.
            required=name in ("title", "need") and "initiative" not in choices,
            lines=lines,
            longest=longest or LONGEST_TITLE,
            choices=choices.get(name, ()),
            error=errors.get(name, ""),
        )
        for name, longest, lines in fields
        if longest or name in choices
    ]


def _why(session: Session, turn: Turn, row: Delivery, error: str) -> Card:
    language, values = turn.language, {"delivery": row.identity}
    question = Question(
        name="why",
        label=say(language, "deliveries.stop.why"),
        value=turn.value("why"),
        required=True,
        lines=3,
        longest=LONGEST_NOTE,
        error=error,
    )
    return Card(
        title=say(language, "deliveries.stop.title", delivery=delivery_words.named(session, row, language)),
        blocks=(Text(text=say(language, "deliveries.stop.text")),),
        questions=(question,),
        buttons=(
            offer(language, "delivery.stopped", values, "destructive", replaces=True),
            opening(session, turn, row),
        ),
        language=language,
        outcome="refused" if error else "answered",
    )
