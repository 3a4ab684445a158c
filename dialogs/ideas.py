"""Ideas: proposing an initiative, with those that are likely the same shown first, and what became of one's own."""

import secrets
from hashlib import blake2b

from dialogs import initiative_cards, input_check, saying_dates
from dialogs.card import Block, Button, Card, Choice, Items, Question, Text
from dialogs.offers import offer, offers, short
from dialogs.personal_data import Span
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import answer_promises, ideas, initiative_likeness, initiative_states, initiatives, prioritising, promises
from storage.database import Session
from storage.ideas import (
    EFFORTS,
    LONGEST_TEXT,
    LONGEST_TITLE,
    NEEDED_TO_PROPOSE,
    OUTCOME,
    PROMISED,
    Asked,
    Changed,
    Idea,
    Unfilled,
)
from storage.initiatives import Initiative
from storage.promises import Promise

#: The choice of nothing: Teams shows no choice whose value is the empty string.
NOTHING = "-"
#: The texts of the form, how many lines each has, and what it belongs to as choices.
_TEXTS = {"title": 1, "need": 3, "for_whom": 1, "value": 2, "risk": 2, "competences": 1, "releases": 1, "unit": 1}
_LINKS = {"goal": "goal", "related": "related_programme", "outcome": OUTCOME}
#: How many of one's own ideas are listed, and have a button.
MOST_OWN, MOST_OPENED = 8, 3
#: Of a button's title, so that several stand side by side.
LONGEST_BUTTON = 40


def propose(session: Session, turn: Turn) -> Card:
    """The form of an idea, which anybody may have. Nothing is stored yet."""
    asked = Asked(title=turn.value("title"), need=turn.value("need"))
    return _form(session, turn, asked, secrets.token_hex(8))


def proposed(session: Session, turn: Turn) -> Card:
    """Shows what is likely the same, and what may give somebody away, each once; then stores the idea and promises an
    answer where the programme does."""
    form = turn.value("form") or secrets.token_hex(8)
    asked = _read(turn)
    known = ideas.of_form(session, turn.programme.key, form)
    try:
        if known is None:
            asked = ideas.checked(session, turn.programme.key, asked)
            like = initiative_likeness.alike(session, turn.programme.key, asked.title, asked.need)
            if like and turn.value("alike") != _seen(asked, like):
                return _ask_whether(session, turn, asked, form, like)
            if _is_to_be_seen(turn, asked):
                return _look_over(turn, asked, _form(session, turn, asked, form))
        if known is not None and (changed := _sent_otherwise(session, turn, known, asked)):
            return changed
        row, is_new = ideas.propose(session, turn.person, turn.programme, asked, form, turn.now)
    except Unfilled as wrong:
        return _form(session, turn, asked, form, _errors(turn, wrong))
    promise = _promise(session, turn, row) if is_new else _promised(session, turn, row)
    return _stored(turn, row, promise)


def _sent_otherwise(session: Session, turn: Turn, known: Idea, asked: Asked) -> Card | None:
    """What a form that was sent before is answered with when it holds something else now; None where it is the same,
    which is a button pressed twice."""
    key = known.initiative_key
    row = initiatives.get(session, turn.programme.key, key)
    if ideas.checked(session, turn.programme.key, asked, known.links) == ideas.asked_of(row, known):
        return None
    return _ask_over(session, turn, key, asked, say(turn.language, "ideas.sent_before"))


def edit(session: Session, turn: Turn) -> Card:
    """The form again, with what is said of the idea: for its proposer, and for leaders."""
    row = initiatives.get(session, turn.programme.key, turn.value("initiative"))
    idea = ideas.find(session, turn.programme.key, row.key)
    if idea is None:
        return initiative_cards.opened(session, turn, row)
    ideas.must_edit(session, turn.person, row, idea)
    asked = ideas.asked_of(row, idea)
    return _form(session, turn, asked, key=row.key, version=ideas.version_of(asked))


def edited(session: Session, turn: Turn) -> Card:
    """Changes what is said of it. What was added and may give somebody away is shown before it is stored."""
    key, asked, version = turn.value("initiative"), _read(turn), turn.value("version")
    try:
        before = _may_become(session, turn, key, asked)
        if _is_to_be_seen(turn, asked, before):
            return _look_over(turn, asked, _form(session, turn, asked, key=key, version=version), before)
        row = ideas.revise(session, turn.person, turn.programme, key, asked, version)
    except Changed as changed:
        return _ask_over(session, turn, key, asked, say(turn.language, changed.key))
    except Unfilled as wrong:
        return _form(session, turn, asked, key=key, version=version, errors=_errors(turn, wrong))
    return initiative_cards.opened(session, turn, row).model_copy(update={"outcome": "done"})


def _ask_over(session: Session, turn: Turn, key: str, asked: Asked, said: str) -> Card:
    """The form with what was written, and above it what stands instead wherever the two differ: the writer decides."""
    row, idea = initiatives.get(session, turn.programme.key, key), ideas.find(session, turn.programme.key, key)
    if idea is None:
        return initiative_cards.opened(session, turn, row)
    ideas.must_edit(session, turn.person, row, idea)
    stands = ideas.asked_of(row, idea)
    differing = [name for name in _TEXTS if " ".join(getattr(asked, name).split()) != getattr(stands, name)]
    nothing = say(turn.language, "ideas.nothing")
    items = tuple((say(turn.language, f"ideas.ask.{name}"), getattr(stands, name) or nothing) for name in differing)
    card = _form(session, turn, asked, key=key, version=ideas.version_of(stands))
    opening = initiative_cards.opening(turn.language, row)
    return card.model_copy(
        update={
            "blocks": (Text(text=said, style="warning"), *((Items(items=items),) if items else ())),
            "buttons": (card.buttons[0], opening),
            "did": "clarify",
            "outcome": "clarify",
        }
    )


def _may_become(session: Session, turn: Turn, key: str, asked: Asked) -> str:
    """What is said of it now, which was looked over when it was written. Raises as ``ideas.revise``."""
    row = initiatives.get(session, turn.programme.key, key)
    idea = ideas.find(session, turn.programme.key, key)
    if idea is None:
        return ""
    ideas.must_edit(session, turn.person, row, idea)
    ideas.checked(session, turn.programme.key, asked, idea.links)
    return _read_by_all(ideas.asked_of(row, idea))


def _is_to_be_seen(turn: Turn, asked: Asked, before: str = "") -> bool:
    """Whether its writer has to be told of something in it first: all can read an idea as soon as it is stored."""
    text = _read_by_all(asked)
    return bool(_found(text, before)) and not input_check.is_seen(turn.values, text)


def _found(text: str, before: str) -> list[Span]:
    return [span for span in input_check.found_in(text) if text[span.start : span.end] not in before]


def _read_by_all(asked: Asked) -> str:
    """All texts of an idea as one: a line each, in the order of the form."""
    return "\n".join(said for name in _TEXTS if (said := " ".join(getattr(asked, name).split())))


def _look_over(turn: Turn, asked: Asked, card: Card, before: str = "") -> Card:
    """The form as it was filled in, with what in it may give somebody away, and the way to send it as it is."""
    language, text = turn.language, _read_by_all(asked)
    told_of, seen = input_check.for_everyone(language, text, _found(text, before))
    sending, *others = card.buttons
    carried = {name: turn.value(name) for name in ("alike",) if turn.value(name)}
    changed = {"title": say(language, "ideas.names.changed"), "values": {**sending.values, **carried}}
    as_is = {"title": say(language, "ideas.names.as_is"), "style": "default"}
    choice = {"values": {**sending.values, **carried, "seen": seen, "choice": "as_is"}}
    return card.model_copy(
        update={
            "title": say(language, "ideas.names.title"),
            "blocks": (*told_of, Text(text=say(language, "personal_data.nothing_stored"), style="quiet")),
            "buttons": (
                sending.model_copy(update=changed),
                sending.model_copy(update={**as_is, **choice}),
                *others,
            ),
            "did": "warn_personal_data",
            "outcome": "clarify",
        }
    )


def mine(session: Session, turn: Turn) -> Card:
    """What became of what this person proposed."""
    language = turn.language
    rows = ideas.of_person(session, turn.person, turn.programme.key)
    if not rows:
        return Card(
            title=say(language, "ideas.mine.none"),
            blocks=(Text(text=say(language, "ideas.mine.inputs")),),
            buttons=offers(language, "initiative.propose", "initiative.list", "input.status", "help"),
            language=language,
        )
    found = [initiatives.get(session, turn.programme.key, idea.initiative_key) for idea in rows[:MOST_OWN]]
    titles = [short(told(row.title, language), LONGEST_BUTTON) for row in found[:MOST_OPENED]]
    return Card(
        title=say_many(language, "ideas.mine.title", len(rows)),
        blocks=(
            Items(items=tuple((told(row.title, language), _became(session, turn, row)) for row in found)),
            Text(text=say(language, "ideas.mine.inputs"), style="quiet"),
        ),
        buttons=(
            *(initiative_cards.opening(language, row, title) for row, title in zip(found, titles, strict=False)),
            *offers(language, "initiative.propose", "initiative.list"),
        ),
        language=language,
    )


def _became(session: Session, turn: Turn, row: Initiative) -> str:
    """Where it stands, since when and why; and until when an answer is promised."""
    change = initiative_states.history(session, turn.programme.key, row.key)[-1]
    what, more = initiative_cards.change_line(session, turn, change)
    promise = _promised(session, turn, row)
    until = (
        say(turn.language, "ideas.mine.promised", day=saying_dates.day(turn.language, promise.due_on))
        if promise
        else ""
    )
    return " ".join(part for part in (f"{what}, {more}", until) if part)


def _promise(session: Session, turn: Turn, row: Initiative) -> Promise | None:
    within = prioritising.answer_within(turn.programme)
    if within is None:
        return None
    due = answer_promises.due_by(within[1], turn.today)
    return promises.make(session, turn.person, turn.programme.key, PROMISED, row.key, due, turn.now)


def _promised(session: Session, turn: Turn, row: Initiative) -> Promise | None:
    found = promises.find(session, turn.person, turn.programme.key, PROMISED, row.key)
    return found if found and found.kept_at is None and found.dropped_at is None else None


def _stored(turn: Turn, row: Initiative, promise: Promise | None) -> Card:
    language, within = turn.language, prioritising.answer_within(turn.programme)
    if promise is None or within is None:
        said = say(language, "ideas.stored.no_promise")
    else:
        day = saying_dates.day(language, promise.due_on)
        said = say(language, "ideas.stored.promise", words=within[0], day=day)
    return Card(
        title=say(language, "ideas.stored.title", initiative=row.title),
        blocks=(Text(text=said, style="strong"), Text(text=say(language, "ideas.stored.then"))),
        buttons=(initiative_cards.opening(language, row), *offers(language, "initiative.mine", "initiative.list")),
        language=language,
        outcome="done",
        subject={"initiative": row.key},
    )


def _ask_whether(session: Session, turn: Turn, asked: Asked, form: str, like: list[Initiative]) -> Card:
    """The form as it was filled in, with what is likely the same above it: nothing is stored yet."""
    language, states = turn.language, initiative_cards.spoken(session, turn.programme.key)
    lines = tuple((told(row.title, language), initiative_cards.state_said(language, states[row.key])) for row in like)
    card = _form(session, turn, asked, form)
    sending = card.buttons[0]
    anyway = sending.model_copy(
        update={
            "title": say(language, "ideas.alike.other"),
            "values": {**sending.values, "alike": _seen(asked, like)},
        }
    )
    titles = [short(say(language, "ideas.alike.is", initiative=row.title)) for row in like]
    is_it = (initiative_cards.opening(language, row, title) for row, title in zip(like, titles, strict=True))
    return card.model_copy(
        update={
            "title": say_many(language, "ideas.alike.title", len(like), initiative=like[0].title),
            "blocks": (Items(items=lines), Text(text=say(language, "ideas.alike.text"), style="quiet")),
            "buttons": (anyway, *is_it),
            "did": "clarify",
            "outcome": "clarify",
        }
    )


def _seen(asked: Asked, like: list[Initiative]) -> str:
    """Tells one text with those that are like it from another: whoever changes it is shown what that is like."""
    said = "\n".join([asked.title, asked.need, *(row.key for row in like)])
    return blake2b(said.encode(), digest_size=8).hexdigest()


def _errors(turn: Turn, wrong: Unfilled) -> dict[str, str]:
    """The reason at its field; one of the links is at whichever is no choice, so at each that was chosen."""
    chosen = [name for name in _LINKS if turn.value(name) not in ("", NOTHING)]
    said = say(turn.language, wrong.key, **wrong.values)
    return dict.fromkeys(chosen if wrong.field == "link" else [wrong.field], said)


def _read(turn: Turn) -> Asked:
    links = tuple(turn.value(name) for name in _LINKS if turn.value(name) not in ("", NOTHING))
    effort = turn.value("effort")
    return Asked(
        **{name: turn.value(name) for name in _TEXTS},
        effort="" if effort == NOTHING else effort,
        is_known_need=turn.value("known") == "yes",
        links=links,
    )


def _form(
    session: Session,
    turn: Turn,
    asked: Asked,
    form: str = "",
    errors: dict[str, str] | None = None,
    key: str = "",
    version: str = "",
) -> Card:
    language, errors = turn.language, errors or {}
    texts = {
        name: Question(
            name=name,
            label=say(language, f"ideas.ask.{name}"),
            value=getattr(asked, name),
            required=name in NEEDED_TO_PROPOSE,
            lines=lines,
            longest=LONGEST_TITLE if name == "title" else LONGEST_TEXT,
            error=errors.get(name, ""),
        )
        for name, lines in _TEXTS.items()
    }
    efforts = [(name, say(language, f"ideas.effort.{name}")) for name in EFFORTS]
    effort = _choice(turn, "effort", asked.effort, efforts, errors)
    known = Question(
        name="known",
        label=say(language, "ideas.ask.known"),
        value="yes" if asked.is_known_need else "no",
        choices=tuple(Choice(title=say(language, f"ideas.known.{name}"), value=name) for name in ("no", "yes")),
    )
    order = ("title", "need", "for_whom", "value")
    questions = [
        *(texts.pop(name) for name in order),
        effort,
        known,
        *texts.values(),
        *_link_choices(session, turn, asked, errors),
    ]
    sending = Button(
        title=say(language, "ideas.save" if key else "ideas.send"),
        action="initiative.edited" if key else "initiative.proposed",
        values={"initiative": key, "version": version} if key else {"form": form},
        style="primary",
        replaces=True,
    )
    intro: tuple[Block, ...] = (Text(text=say(language, "ideas.form.edit" if key else "ideas.form.text")),)
    if not key:
        intro = (*intro, Text(text=say(language, "ideas.form.name"), style="quiet"))
    back = Button(title=say(language, "ideas.back"), action="initiative.open", values={"initiative": key})
    away = (back,) if key else (offer(language, "initiative.list"), offer(language, "input.submit"))
    return Card(
        title=say(language, "ideas.form.edit_title" if key else "ideas.form.title"),
        blocks=intro,
        questions=tuple(questions),
        buttons=(sending, *away),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _link_choices(session: Session, turn: Turn, asked: Asked, errors: dict[str, str]) -> list[Question]:
    """One choice for each kind of thing that it can belong to, where the programme has any."""
    known, found = ideas.linkable(session, turn.programme.key), []
    for name, kind in _LINKS.items():
        titles = [(link, told(title, turn.language)) for link, title in known.items() if link.startswith(f"{kind}:")]
        chosen = next((link for link in asked.links if link.startswith(f"{kind}:")), "")
        if titles:
            found.append(_choice(turn, name, chosen, titles, errors))
    return found


def _choice(turn: Turn, name: str, chosen: str, titles: list[tuple[str, str]], errors: dict[str, str]) -> Question:
    nothing = Choice(title=say(turn.language, "ideas.nothing"), value=NOTHING)
    choices = (nothing, *(Choice(title=short(title), value=value) for value, title in titles))
    known = {choice.value for choice in choices}
    return Question(
        name=name,
        label=say(turn.language, f"ideas.ask.{name}"),
        value=chosen if chosen in known else NOTHING,
        choices=choices,
        error=errors.get(name, ""),
    )
