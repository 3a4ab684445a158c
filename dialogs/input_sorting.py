"""For input handlers: the theme of inputs, those that say the same, and what is held back with a reason."""

from typing import Any

from dialogs import input_cases, input_check, whistleblowing_inbox
from dialogs.card import Button, Card, Choice, Question, Text
from dialogs.input_cases import store_of
from dialogs.offers import offer, short
from dialogs.reason_form import reason_form
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import input_duplicates, input_holds, input_queue, input_themes
from storage.database import Session
from storage.input_queue import NO_THEME, Case
from storage.input_statuses import LONGEST_REASON
from storage.input_themes import LONGEST_NAME
from storage.refusals import Refused

#: How many inputs one can be merged with by choice: the same topic first.
MOST_CHOICES = 25
#: How many that went with an input before go with it again when its merging is taken back: what a button holds.
MOST_FOLLOWING = 25


def sort(session: Session, turn: Turn) -> Card:
    """What an input can be sorted by."""
    case, _ = input_cases.one(session, turn)
    values = {"input": case.input.key}
    return Card(
        title=say(turn.language, "input_queue.sort.title"),
        blocks=(Text(text=say(turn.language, "input_queue.sort.how")),),
        buttons=(
            *(offer(turn.language, action, values) for action in ("input.theme", "input.merge", "input.hold")),
            *whistleblowing_inbox.offer(session, turn, case.input.key),
            input_cases.opening(turn.language, values),
        ),
        language=turn.language,
    )


def write_theme(session: Session, turn: Turn) -> Card:
    """The form for the theme of one input, or of several."""
    _, values = input_cases.targets(session, turn)
    return _theme_form(session, turn, values)


def set_theme(session: Session, turn: Turn) -> Card:
    """Sorts them under a theme. Themes may be told to everyone: a name that may give somebody away is none."""
    keys, values = input_cases.targets(session, turn)
    name, theme = turn.value("name"), turn.value("theme")
    try:
        if input_check.found_in(name):
            raise Refused("refused.input.theme_names")
        input_themes.set_theme(
            store_of(turn),
            session,
            turn.person,
            turn.programme.key,
            keys,
            theme="" if theme == NO_THEME else theme,
            name=name,
        )
    except Refused as refused:
        if not refused.key.endswith(("_themes", "_theme", "_names")):
            raise
        return _theme_form(session, turn, values, say(turn.language, refused.key, **refused.values))
    title = say_many(turn.language, "input_queue.theme.set", len(keys))
    return input_cases.done(turn, title, values if "input" in values else {})


def write_merge(session: Session, turn: Turn) -> Card:
    """Which input this one says the same as."""
    return _merge_form(session, turn)


def _merge_form(session: Session, turn: Turn, error: str = "") -> Card:
    """None of them is chosen beforehand: it would be merged with by a press too many."""
    case, _ = input_cases.one(session, turn)
    language, values = turn.language, {"input": case.input.key}
    others = _others(session, turn, case)
    choices = tuple(
        Choice(title=short(f"{input_cases.about(language, other)}: {other.input.text}"), value=other.input.key)
        for other in others
    )
    merging = Button(
        title=say(language, "input_queue.merge.send"), action="input.merged", values=values, style="primary"
    )
    return Card(
        title=say(language, "input_queue.merge.title"),
        blocks=(Text(text=say(language, "input_queue.merge.how" if others else "input_queue.merge.none")),),
        questions=(
            (
                Question(
                    name="into",
                    label=say(language, "input_queue.merge.into"),
                    choices=choices,
                    required=True,
                    error=error,
                ),
            )
            if choices
            else ()
        ),
        buttons=(*((merging,) if choices else ()), input_cases.opening(language, values)),
        language=language,
        outcome="refused" if error else "answered",
    )


def merge(session: Session, turn: Turn) -> Card:
    """Lets the input go with the chosen one."""
    key, into = turn.value("input"), turn.value("into")
    if not into:
        return _merge_form(session, turn, say(turn.language, "refused.input.merge_none"))
    followers = input_duplicates.merge(store_of(turn), session, turn.person, turn.programme.key, key, into)
    done = input_cases.done(turn, say(turn.language, "input_queue.merge.done"), {"input": into})
    undoing = Button(
        title=say(turn.language, "input_queue.merge.undo"),
        action="input.part",
        values={"input": key, "with": followers[:MOST_FOLLOWING]},
        replaces=True,
    )
    return done.model_copy(update={"buttons": (undoing, *done.buttons)})


def part(session: Session, turn: Turn) -> Card:
    """Lets the input stand by itself again."""
    key, listed = turn.value("input"), turn.values.get("with")
    followers = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    input_duplicates.part(store_of(turn), session, turn.person, turn.programme.key, key, followers)
    return input_cases.done(turn, say(turn.language, "input_queue.part.done"), {"input": key})


def write_hold(session: Session, turn: Turn) -> Card:
    """Why the input is held back."""
    case, _ = input_cases.one(session, turn)
    return _hold_form(turn, {"input": case.input.key})


def hold(session: Session, turn: Turn) -> Card:
    """Takes the input out of the queue, with the reason that its writer reads."""
    key = turn.value("input")
    try:
        input_holds.hold(store_of(turn), session, turn.person, turn.programme.key, key, turn.value("text"))
    except Refused as refused:
        if refused.key.endswith("_reason"):
            return _hold_form(turn, {"input": key}, say(turn.language, refused.key, **refused.values))
        raise
    return input_cases.done(turn, say(turn.language, "input_queue.hold.done"), {"input": key})


def let_go(session: Session, turn: Turn) -> Card:
    """Puts the input back in the queue."""
    key = turn.value("input")
    input_holds.let_go(store_of(turn), session, turn.person, turn.programme.key, key)
    return input_cases.done(turn, say(turn.language, "input_queue.let_go.done"), {"input": key})


def _others(session: Session, turn: Turn, case: Case) -> list[Case]:
    cases = input_queue.queue(store_of(turn), session, turn.person, turn.programme.key)
    others = [one for one in cases if one.standing.into is None and one.input.key != case.input.key]
    return sorted(others, key=lambda one: one.input.topic != case.input.topic)[:MOST_CHOICES]


def _theme_form(session: Session, turn: Turn, values: dict[str, Any], error: str = "") -> Card:
    language = turn.language
    themes = input_queue.themes(store_of(turn), session, turn.person, turn.programme.key)
    choices = (
        Choice(title=say(language, "input_queue.no_theme"), value=NO_THEME),
        *(Choice(title=name, value=key) for key, name in themes.items()),
    )
    chosen = turn.value("theme")
    return Card(
        title=say(language, "input_queue.theme.title"),
        blocks=(
            Text(text=say(language, "input_queue.theme.how", fewest=turn.programme.smallest_group), style="quiet"),
        ),
        questions=(
            Question(
                name="theme",
                label=say(language, "input_queue.fact.theme"),
                value=chosen if chosen in themes else NO_THEME,
                choices=choices,
            ),
            Question(
                name="name",
                label=say(language, "input_queue.theme.new"),
                value=turn.value("name"),
                longest=LONGEST_NAME,
                error=error,
            ),
        ),
        buttons=(
            Button(
                title=say(language, "input_queue.theme.send"), action="input.theme_set", values=values, style="primary"
            ),
            input_cases.opening(language, values),
        ),
        language=language,
        outcome="refused" if error else "answered",
    )


def _hold_form(turn: Turn, values: dict[str, Any], error: str = "") -> Card:
    language = turn.language
    holding = Button(
        title=say(language, "input_queue.hold.send"), action="input.hold_set", values=values, style="destructive"
    )
    return reason_form(
        turn,
        say(language, "input_queue.hold.title"),
        Text(text=say(language, "input_queue.hold.how")),
        say(language, "input_queue.reason"),
        (holding, input_cases.opening(language, values)),
        longest=LONGEST_REASON,
        name="text",
        value=turn.value("text") if error else "",
        error=error,
    )
