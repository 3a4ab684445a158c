"""For input handlers: publishing what became of inputs, in words that everyone reads and that are shown as they will
be read before they are, and taking it back."""

import secrets
from typing import Any

from dialogs import input_cases, input_check, outcome_lines, topic_offers
from dialogs.card import Button, Card, Choice, Items, Question, Text
from dialogs.input_cases import store_of
from dialogs.offers import offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import input_outcomes, topics
from storage.database import Session
from storage.input_outcomes import KINDS, LONGEST_DONE, LONGEST_SAID, InputOutcome, Told
from storage.refusals import Refused

#: How many of what was published one card lists.
MOST_LISTED = 3
NO_TOPIC = "none"
#: More than any programme publishes: the list is gone through in memory.
MOST_EVER = 500
_WRONG = {"no_said": "said", "long_said": "said", "no_done": "done", "long_done": "done", "topic": "topic"}


def write(session: Session, turn: Turn) -> Card:
    """The form. Nothing of an input's own text is filled in."""
    keys, values = input_cases.targets(session, turn)
    return _form(session, turn, values | {"form": turn.value("form") or secrets.token_hex(16)}, len(keys))


def publish(session: Session, turn: Turn) -> Card:
    """Publishes it, once; what in it may tell who somebody is, is shown first."""
    before = input_outcomes.find(session, turn.person, turn.programme.key, turn.value("form"))
    if before is not None:
        return _published(session, turn, before)
    keys, values = input_cases.targets(session, turn)
    values |= {"form": turn.value("form")}
    told = _told(turn)
    try:
        input_outcomes.check(session, turn.programme.key, told)
        if not input_check.is_of(turn.value("looked_at"), _public(told)):
            return _preview(session, turn, values, told)
        row = input_outcomes.publish(store_of(turn), session, turn.person, turn.programme.key, told, keys, turn.now)
    except Refused as refused:
        wrong = _WRONG.get(refused.key.removeprefix("refused.outcome."))
        if wrong is None:
            raise
        error = say(turn.language, refused.key, **refused.values)
        return _form(session, turn, values, len(keys), {wrong: error})
    return _published(session, turn, row)


def _published(session: Session, turn: Turn, row: InputOutcome) -> Card:
    return Card(
        title=say(turn.language, "input_outcomes.published.title"),
        blocks=(
            Items(items=(outcome_lines.line(session, row, turn.language),)),
            Text(text=say(turn.language, "input_outcomes.published.where"), style="quiet"),
        ),
        buttons=(*offers(turn.language, "input.outcomes", "input.read"),),
        language=turn.language,
        outcome="done",
    )


def listed(session: Session, turn: Turn) -> Card:
    """What was published, a few at a time, each to be taken back."""
    turn.person.must_be(session, "input_handler", turn.programme.key)
    language = turn.language
    rows = input_outcomes.latest(session, turn.programme.key, MOST_EVER)
    start = turn.values.get("start")
    start = start if type(start) is int and 0 <= start < len(rows) else 0
    shown = rows[start : start + MOST_LISTED]
    lines = [outcome_lines.line(session, row, language) for row in shown]
    more = Button(
        title=say(language, "inputs.read.next"), action="input.outcomes", values={"start": start + MOST_LISTED}
    )
    return Card(
        title=say_many(language, "input_outcomes.listed.title", len(rows)),
        blocks=(
            (Items(items=tuple((f"{at}. {said}", done) for at, (said, done) in enumerate(lines, start=1))),)
            if shown
            else (Text(text=say(language, "input_outcomes.listed.none")),)
        ),
        buttons=(
            *(
                Button(
                    title=say(language, "input_outcomes.withdraw", place=place),
                    action="input.outcome_withdraw",
                    values={"outcome": row.key},
                    replaces=True,
                )
                for place, row in enumerate(shown, start=1)
            ),
            *((more,) if start + MOST_LISTED < len(rows) else ()),
            *offers(language, "input.read", "help"),
        ),
        language=language,
    )


def withdraw(session: Session, turn: Turn) -> Card:
    """Takes it back: nobody is told it any more."""
    outcome = turn.value("outcome")
    input_outcomes.withdraw(store_of(turn), session, turn.person, turn.programme.key, outcome, turn.now)
    return Card(
        title=say(turn.language, "input_outcomes.withdrawn"),
        buttons=offers(turn.language, "input.outcomes", "input.read"),
        language=turn.language,
        outcome="done",
    )


def _told(turn: Turn) -> Told:
    topic = turn.value("topic")
    return Told(turn.value("said"), turn.value("done"), "" if topic == NO_TOPIC else topic, turn.value("form"))


def _form(
    session: Session, turn: Turn, values: dict[str, Any], count: int, errors: dict[str, str] | None = None
) -> Card:
    language, errors = turn.language, errors or {}
    fields = (("said", LONGEST_SAID, 2), ("done", LONGEST_DONE, 3))
    chosen = turn.value("topic")
    every = [topic for topic in topics.every(session, turn.programme.key) if topic.kind in KINDS]
    choices = (
        Choice(title=say(language, "input_outcomes.no_topic"), value=NO_TOPIC),
        *(Choice(title=short(topic_offers.label(topic, language)), value=topic.name) for topic in every),
    )
    return Card(
        title=say(language, "input_outcomes.title"),
        blocks=(
            Text(text=say_many(language, "input_outcomes.how", count)),
            Text(text=say(language, "input_outcomes.own_words"), style="warning"),
        ),
        questions=(
            *(
                Question(
                    name=name,
                    label=say(language, f"input_outcomes.{name}"),
                    value=turn.value(name),
                    required=True,
                    lines=lines,
                    longest=longest,
                    error=errors.get(name, ""),
                )
                for name, longest, lines in fields
            ),
            Question(
                name="topic",
                label=say(language, "input_outcomes.topic"),
                value=chosen if chosen in {choice.value for choice in choices} else NO_TOPIC,
                choices=choices,
                error=errors.get("topic", ""),
            ),
        ),
        buttons=(
            Button(
                title=say(language, "input_outcomes.preview"), action="input.publish", values=values, style="primary"
            ),
            input_cases.opening(language, {name: value for name, value in values.items() if name != "form"}),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _preview(session: Session, turn: Turn, values: dict[str, Any], told: Told) -> Card:
    """How everyone will read it, with what in it may give somebody away; nothing is published yet."""
    language, public = turn.language, _public(told)
    found = input_check.found_in(public)
    told_of = input_check.for_everyone(language, public, found)[0] if found else ()
    written = {"said": told.said, "done": told.done, "topic": told.topic or NO_TOPIC}
    # What names the choice of several inputs is called "seen".
    seen = {"looked_at": input_check.seen_value(public)}
    return Card(
        title=say(language, "input_outcomes.preview.title"),
        blocks=(
            *told_of,
            Text(text=say(language, "input_outcomes.heading"), style="strong"),
            Items(items=(outcome_lines.as_read(session, turn.programme.key, told, language),)),
            Text(text=say(language, "input_outcomes.preview.where"), style="quiet"),
        ),
        buttons=(
            Button(
                title=say(language, "input_outcomes.send"),
                action="input.publish",
                values=values | written | seen,
                style="default" if found else "primary",
            ),
            Button(title=say(language, "input_outcomes.change"), action="input.outcome", values=values | written),
        ),
        language=language,
        did="warn_personal_data" if found else "",
        outcome="clarify",
    )


def _public(told: Told) -> str:
    return f"{told.said}\n{told.done}\n{told.topic}"
