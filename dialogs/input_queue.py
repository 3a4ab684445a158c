"""For input handlers: the queue, what of it they choose to see, one input of it, and what is held back."""

from dialogs import input_cases, saying_dates
from dialogs.card import Button, Card, Choice, Facts, Items, Language, Question, Text
from dialogs.input_cases import about, excerpt, only, passed_on, store_of
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import input_queue, input_release
from storage.anonymous_input import TOPICS
from storage.database import Session
from storage.input_queue import NO_THEME, Case, Only
from storage.input_statuses import Status

#: How many inputs one card shows.
MOST_READ = 3
#: How much of an answer is shown beside a whole input.
LONGEST_ANSWER = 300
#: The choice that leaves everything in: no client sends an empty one.
ALL = "all"


def listed(session: Session, turn: Turn) -> Card:
    """The queue, or what was chosen of it, a few inputs at a time."""
    language, chosen = turn.language, _chosen(turn)
    cases = input_queue.queue(store_of(turn), session, turn.person, turn.programme.key, chosen)
    start = _start(turn, len(cases))
    shown = cases[start : start + MOST_READ]
    none = "input_queue.none_chosen" if chosen != Only() else "inputs.read.none"
    return Card(
        title=say_many(language, "inputs.read.title", len(cases)),
        blocks=(
            (Items(items=tuple(_listed(language, place, case) for place, case in enumerate(shown, start=1))),)
            if shown
            else (Text(text=say(language, none)), Text(text=_together(turn), style="quiet"))
        ),
        buttons=(
            *(_opening(language, place, case) for place, case in enumerate(shown, start=1)),
            *_next(language, chosen, start + MOST_READ, len(cases)),
            *_many(language, chosen, cases),
            offer(language, "input.filter", passed_on(chosen)),
            *(() if shown else offers(language, *(("clock.ahead",) if turn.is_demo else ()), "help")),
        ),
        language=language,
    )


def _together(turn: Turn) -> str:
    """Why what was sent just now is not here."""
    moment = saying_dates.moment(turn.language, input_release.next_set(turn.now, turn.zone), turn.zone)
    return say(turn.language, "inputs.read.together", smallest=turn.programme.smallest_group, moment=moment)


def look(session: Session, turn: Turn) -> Card:
    """One input, whole, with how it stands and what can be done with it."""
    case, said = input_cases.one(session, turn)
    language, standing = turn.language, case.standing
    themes = input_queue.themes(store_of(turn), session, turn.person, turn.programme.key)
    facts = (
        ("status", say(language, f"input_statuses.{standing.status}")),
        ("reason", standing.reason),
        ("held", standing.held or ""),
        ("theme", themes.get(standing.theme or "", "")),
        ("copies", say_many(language, "input_queue.copies", standing.copies) if standing.copies else ""),
        ("answer", excerpt(standing.answer or "", LONGEST_ANSWER)),
        ("conversation", say_many(language, "input_queue.messages", len(said)) if said else ""),
    )
    told = tuple((say(language, f"input_queue.fact.{name}"), value) for name, value in facts if value)
    return Card(
        title=about(language, case),
        blocks=(
            Text(text=case.input.text),
            Facts(facts=told),
            *((Text(text=say(language, "input_queue.has_reply"), style="strong"),) if standing.has_reply else ()),
        ),
        buttons=_work(language, case),
        language=language,
    )


def choose(session: Session, turn: Turn) -> Card:
    """What of the queue to see, and the way to what is not in it."""
    language, chosen = turn.language, only(turn)
    themes = input_queue.themes(store_of(turn), session, turn.person, turn.programme.key)
    held = input_queue.held_back(store_of(turn), session, turn.person, turn.programme.key)
    choices = (
        ("topic", chosen.topic, [(name, say(language, f"inputs.topic.{name}")) for name in TOPICS]),
        ("theme", chosen.theme, [(NO_THEME, say(language, "input_queue.no_theme")), *themes.items()]),
        ("status", chosen.status, [(one, say(language, f"input_statuses.{one}")) for one in Status]),
    )
    return Card(
        title=say(language, "input_queue.filter.title"),
        questions=tuple(
            Question(
                name=f"choose_{name}",
                label=say(language, f"input_queue.fact.{name}"),
                value=value or ALL,
                choices=(
                    Choice(title=say(language, "input_queue.all"), value=ALL),
                    *(Choice(title=title, value=key) for key, title in found),
                ),
            )
            for name, value, found in choices
        ),
        buttons=(
            Button(title=say(language, "input_queue.filter.show"), action="input.read", style="primary"),
            Button(title=say(language, "input_queue.held", count=len(held)), action="input.held"),
            *offers(language, "input.outcomes", "help"),
        ),
        language=language,
    )


def held_back(session: Session, turn: Turn) -> Card:
    """What is held back, a few inputs at a time, each with its reason."""
    language = turn.language
    cases = input_queue.held_back(store_of(turn), session, turn.person, turn.programme.key)
    start = _start(turn, len(cases))
    shown = cases[start : start + MOST_READ]
    more = Button(title=say(language, "inputs.read.next"), action="input.held", values={"start": start + MOST_READ})
    return Card(
        title=say(language, "input_queue.held", count=len(cases)),
        blocks=(
            Text(text=say(language, "input_queue.held_how"), style="quiet"),
            *(
                (Items(items=tuple((f"{at}. {about(language, case)}", case.standing.held or "")
                                   for at, case in enumerate(shown, start=1))),)
                if shown
                else ()
            ),
        ),
        buttons=(
            *(_opening(language, place, case) for place, case in enumerate(shown, start=1)),
            *((more,) if start + MOST_READ < len(cases) else ()),
            *offers(language, "input.read"),
        ),
        language=language,
    )  # fmt: skip


def many(session: Session, turn: Turn) -> Card:
    """What can be done with all that was chosen of the queue."""
    keys, values = input_cases.targets(session, turn)
    language = turn.language
    return Card(
        title=say_many(language, "input_queue.many.title", len(keys)),
        blocks=(Text(text=say(language, "input_queue.many.how")),),
        buttons=(
            *(offer(language, action, values) for action in ("input.statuses", "input.theme", "input.outcome")),
            input_cases.opening(language, values),
        ),
        language=language,
    )


def who(session: Session, turn: Turn) -> Card:
    """Who wrote it: nobody can tell, whoever asks."""
    return Card(
        title=say(turn.language, "guide.anonymity"),
        blocks=(Text(text=say(turn.language, "input_queue.who")),),
        buttons=offers(turn.language, "input.read", "help"),
        language=turn.language,
        did="decline",
        outcome="declined",
    )


def _chosen(turn: Turn) -> Only:
    """The choice of the form that was sent, or the one that is passed on."""
    if not any(turn.value(f"choose_{name}") for name in ("topic", "theme", "status")):
        return only(turn)
    found = (turn.value(f"choose_{name}") for name in ("topic", "theme", "status"))
    return Only(*("" if value == ALL else value for value in found))


def _work(language: Language, case: Case) -> tuple[Button, ...]:
    values = {"input": case.input.key}
    actions: tuple[str, ...]
    if case.standing.held is not None:
        actions = ("input.let_go", "input.who", "input.held")
    elif case.standing.into is not None:
        actions = ("input.answer", "input.part", "input.who", "input.read")
    else:
        actions = ("input.answer", "input.statuses", "input.sort", "input.outcome", "input.who", "input.read")
    led = Button(title=say(language, "input_queue.root"), action="input.open", values={"input": case.standing.into})
    return (
        *((led,) if case.standing.into is not None else ()),
        *(
            offer(
                language,
                action,
                {} if action in ("input.read", "input.held") else values,
                replaces=action in ("input.let_go", "input.part"),
            )
            for action in actions
        ),
    )


def _start(turn: Turn, count: int) -> int:
    start = turn.values.get("start")
    return start if type(start) is int and 0 <= start < count else 0


def _listed(language: Language, place: int, case: Case) -> tuple[str, str]:
    notes = [say(language, f"input_statuses.{case.standing.status}")]
    notes += [say_many(language, "input_queue.copies", case.standing.copies)] if case.standing.copies else []
    notes += [say(language, "input_queue.replied")] if case.standing.has_reply else []
    return f"{place}. {about(language, case)}", f"{excerpt(case.input.text)} ({', '.join(notes)})"


def _opening(language: Language, place: int, case: Case) -> Button:
    return Button(
        title=say(language, "input_queue.open", place=place), action="input.open", values={"input": case.input.key}
    )


def _next(language: Language, chosen: Only, start: int, count: int) -> tuple[Button, ...]:
    if start >= count:
        return ()
    values = passed_on(chosen) | {"start": start}
    return (Button(title=say(language, "inputs.read.next"), action="input.read", values=values),)


def _many(language: Language, chosen: Only, cases: list[Case]) -> tuple[Button, ...]:
    if chosen == Only() or len(cases) < 2:
        return ()
    values = passed_on(chosen) | {"seen": input_cases.seen([case.input.key for case in cases])}
    return (Button(title=say(language, "input_queue.many", count=len(cases)), action="input.many", values=values),)
