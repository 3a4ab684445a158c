"""Deliveries (leveranser): the queue that everyone sees in its order, one of them, and what leaders write of it."""

import secrets
from typing import Any

from dialogs import delivery_words
from dialogs.card import MOST_BUTTONS, Block, Button, Card, Choice, Facts, Items, Question, Text
from dialogs.offers import offer, offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import deliveries, people, sprint_rules, sprint_teams, sprint_work
from storage.database import Session
from storage.deliveries import (
    ENDED,
    LONGEST_NOTE,
    LONGEST_OWNER,
    LONGEST_TEXT,
    LONGEST_TITLE,
    UNDER_WAY,
    Changed,
    Delivery,
    Stage,
    Worded,
    WrongField,
)
from storage.programmes import Fact

#: How many one card lists of a kind, how many of them have a button, and how many steps one tells.
MOST_LISTED, MOST_OPENED, MOST_STEPS = 10, 2, 8
#: A list of choices in Slack holds 100.
MOST_CHOICES = 90
#: What a choice sends where nothing of it is chosen.
NOTHING = "none"
YES, NO = "yes", "no"
_FIELDS = ("title", "need", "for_whom", "owner", "initiative", "named", "known")


def listed(session: Session, turn: Turn) -> Card:
    """For everyone: what waits in its order, what teams work on, what the documents only name, what was delivered."""
    language, programme = turn.language, turn.programme.key
    sprint_rules.must_deliver(session, programme)
    rows = deliveries.every(session, programme)
    waiting = [row for row in rows if row.stage == Stage.QUEUED]
    under_way = [row for row in rows if row.stage in UNDER_WAY]
    blocks: list[Block] = []
    if waiting:
        items = tuple(delivery_words.line(session, row, language) for row in waiting[:MOST_LISTED])
        blocks.append(Items(items=items, numbered=True))
        if len(waiting) > MOST_LISTED:
            more = say_many(language, "deliveries.queue.more", len(waiting) - MOST_LISTED)
            blocks.append(Text(text=more, style="quiet"))
    else:
        blocks.append(Text(text=say(language, "deliveries.queue.none")))
    blocks += _section(session, turn, "under_way", under_way)
    blocks += _only_named(turn, deliveries.only_named(session, programme))
    blocks += _section(session, turn, "delivered", [row for row in rows if row.stage == Stage.DELIVERED][::-1])
    opened = [*under_way[:1], *waiting][:MOST_OPENED] or [row for row in rows if row.stage in ENDED][-MOST_OPENED:]
    return Card(
        title=say_many(language, "deliveries.queue.title", len(waiting)),
        blocks=tuple(blocks),
        buttons=(*_of_roles(session, turn, bool(waiting)), *(opening(session, turn, row) for row in opened),
                 *offers(language, "delivery.about"))[:MOST_BUTTONS],
        language=language,
    )  # fmt: skip


def look(session: Session, turn: Turn) -> Card:
    """One delivery, where it stands and what became of it; or all of them where none is named."""
    if not key(turn):
        return listed(session, turn)
    return shown(session, turn, deliveries.get(session, turn.programme.key, key(turn)))


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


def shown(session: Session, turn: Turn, row: Delivery) -> Card:
    """The card of a delivery, for this person."""
    language = turn.language
    state = say(language, f"deliveries.state.{row.stage}", place=row.position)
    steps = deliveries.steps(session, row)[-MOST_STEPS:]
    return Card(
        title=delivery_words.named(session, row, language),
        blocks=(
            Text(text=state, style="strong"),
            *_team(session, turn, row),
            Facts(facts=delivery_words.facts(session, row, language)),
            Text(text=say(language, "deliveries.history"), style="strong"),
            Items(items=tuple(delivery_words.step_line(session, turn, step) for step in steps)),
        ),
        buttons=(
            *_of_team(session, turn, row),
            *_of_leaders(session, turn, row),
            *offers(language, "sprint.show", "delivery.queue"),
        )[:MOST_BUTTONS],
        language=language,
    )


def opening(session: Session, turn: Turn, row: Delivery) -> Button:
    name = delivery_words.named(session, row, turn.language)
    title = short(say(turn.language, "deliveries.open", delivery=name))
    return Button(title=title, action="delivery.open", values={"delivery": row.identity})


def key(turn: Turn) -> int:
    """The delivery that the pressed button is about."""
    number = turn.values.get("delivery")
    return number if type(number) is int and 0 < number < 2**31 else 0


def _of_roles(session: Session, turn: Turn, has_queue: bool) -> tuple[Button, ...]:
    """What those who order the queue, and leaders, can do with it; a group is not told who they are."""
    if not turn.is_private:
        return ()
    programme, language = turn.programme.key, turn.language
    orders = has_queue and sprint_rules.may_prioritise(session, turn.person, programme)
    adds = "leader" in people.roles(session, turn.person, programme)
    return offers(language, *(["delivery.prioritise"] if orders else []), *(["delivery.new"] if adds else []))


def _of_leaders(session: Session, turn: Turn, row: Delivery) -> list[Button]:
    if not turn.is_private or "leader" not in people.roles(session, turn.person, turn.programme.key):
        return []
    values = {"delivery": row.identity}
    found = []
    if row.stage not in ENDED:
        found.append(Button(title=say(turn.language, "deliveries.edit"), action="delivery.new", values=values))
    if row.stage == Stage.QUEUED:
        found.append(offer(turn.language, "delivery.stop", values, "destructive"))
    return found


def _team(session: Session, turn: Turn, row: Delivery) -> tuple[Text, ...]:
    """Which team has it in hand."""
    work = sprint_work.held_by(session, row)
    if work is None:
        return ()
    return (Text(text=say(turn.language, "deliveries.with_team", team=sprint_work.team_of(session, work).name)),)


def _of_team(session: Session, turn: Turn, row: Delivery) -> tuple[Button, ...]:
    work = sprint_work.held_by(session, row) if turn.is_private else None
    if work is None or not sprint_teams.may_work(session, turn.person, sprint_work.team_of(session, work)):
        return ()
    return (offer(turn.language, "delivery.step", {"delivery": row.identity}, "primary"),)


def _section(session: Session, turn: Turn, name: str, rows: list[Delivery]) -> list[Block]:
    if not rows:
        return []
    items = tuple(
        (
            delivery_words.named(session, row, turn.language),
            say(turn.language, f"deliveries.stage.{row.stage}") if row.stage in UNDER_WAY else "",
        )
        for row in rows[:MOST_LISTED]
    )
    return [Text(text=say(turn.language, f"deliveries.queue.{name}"), style="strong"), Items(items=items)]


def _only_named(turn: Turn, facts: list[Fact]) -> list[Block]:
    """What the documents only name is told as no more than that."""
    if not facts:
        return []
    names = ", ".join(told(fact.title, turn.language) for fact in facts)
    return [Text(text=say(turn.language, "deliveries.queue.only_named", names=names), style="quiet")]


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
