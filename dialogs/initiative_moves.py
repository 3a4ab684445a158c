"""Where all initiatives stand, one of them, and for leaders: lifting, starting, finishing and stopping one."""

from collections.abc import Iterable

from dialogs.card import Block, Button, Card, Choice, Items, Language, Question, Text, in_each
from dialogs.initiative_cards import NAMED, START, opened, opening, spoken
from dialogs.initiative_scoring import tell_scorers
from dialogs.offers import offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import ideas, initiative_states, initiatives, outbox, prioritising, promises, scoring
from storage.database import Session
from storage.ideas import PROMISED, Unfilled
from storage.initiative_states import LONGEST_WHY, MOVES, RUNNING, InitiativeChange, State
from storage.initiatives import Initiative
from storage.people import Person
from storage.refusals import Refused

#: How many of each state are listed, and how many there are to choose from: a list in Slack holds 100.
MOST_LISTED, MOST_CHOICES = 6, 90
#: What is refused because of something other than what the form holds.
_ELSEWHERE = ("refused.initiative.limit", "refused.initiative.lift_first", "refused.initiative.move")
_ORDER = (State.EXPLORING, State.TESTING, State.LIFTED, State.IDEA, State.DONE, State.STOPPED)
#: What the documents only name stands behind what somebody has said anything of.
_SECTIONS = (*map(str, _ORDER[:3]), NAMED, *map(str, _ORDER[3:]))


def listed(session: Session, turn: Turn) -> Card:
    """For everyone: which initiatives run, wait, are ideas, are done and were stopped."""
    language = turn.language
    states = initiative_states.states(session, turn.programme.key)
    every = initiatives.with_ideas(session, turn.programme.key)
    most = prioritising.most_running(turn.programme)
    count = sum(state in RUNNING for state in states.values())
    blocks: list[Block] = [Text(text=say_many(language, "ideas.list.running", count, limit=most))]
    said = spoken(session, turn.programme.key)
    for state in _SECTIONS:
        those = [row for row in every if said[row.key] == state]
        if those:
            blocks += _section(language, state, those)
    return Card(
        title=say(language, "ideas.list.title", programme=turn.programme.name),
        blocks=tuple(blocks),
        buttons=offers(language, "initiative.open", "initiative.propose", "initiative.ranking", "initiative.top"),
        language=language,
    )


def look(session: Session, turn: Turn) -> Card:
    """One of them: what is asked of it, where it stands and what became of it; or the question which one."""
    if not turn.value("initiative"):
        return _which(session, turn)
    return opened(session, turn, initiatives.get(session, turn.programme.key, turn.value("initiative")))


def _which(session: Session, turn: Turn) -> Card:
    language = turn.language
    states = initiative_states.states(session, turn.programme.key)
    every = initiatives.with_ideas(session, turn.programme.key)
    ordered = sorted(every, key=lambda row: _ORDER.index(states[row.key]))[:MOST_CHOICES]
    choices = tuple(Choice(title=short(told(row.title, language)), value=row.key) for row in ordered)
    if not choices:
        return listed(session, turn)
    label = say(language, "ideas.list.which")
    question = Question(name="initiative", label=label, value=choices[0].value, choices=choices)
    looking = Button(title=say(language, "ideas.open"), action="initiative.open", style="primary")
    return Card(
        title=label,
        questions=(question,),
        buttons=(looking, *offers(language, "initiative.list")),
        language=language,
        did="clarify",
        outcome="clarify",
    )


def move(session: Session, turn: Turn) -> Card:
    """The form of a step: why, and what must be settled before it starts."""
    row = initiatives.get(session, turn.programme.key, turn.value("initiative"))
    to = _target(turn)
    _must(session, turn, row, to)
    return _form(session, turn, row, to, {})


def moved(session: Session, turn: Turn) -> Card:
    """Takes the step, and tells whoever proposed it."""
    row = initiatives.get(session, turn.programme.key, turn.value("initiative"))
    to = _target(turn)
    _must(session, turn, row, to)
    try:
        change, is_new = _take(session, turn, row, to)
    except Unfilled as wrong:
        error = say(turn.language, wrong.key, **wrong.values)
        return _form(session, turn, row, to, {wrong.field if wrong.field in ("released",) else "why": error})
    except Refused as refused:
        if refused.key in _ELSEWHERE:
            return _refused(turn, row, refused)
        if refused.key not in ("refused.initiative.why", "refused.initiative.long_why"):
            raise
        return _form(session, turn, row, to, {"why": say(turn.language, refused.key, **refused.values)})
    if is_new:
        tell(session, turn, row, change)
        if change.state == State.LIFTED and scoring.scorers(session, turn.programme):
            found, is_asked = scoring.ask(session, turn.person, turn.programme, row.key, turn.now)
            if is_asked:
                tell_scorers(session, turn, found)
    return opened(session, turn, row).model_copy(update={"outcome": "done"})


def _refused(turn: Turn, row: Initiative, refused: Refused) -> Card:
    """That the step cannot be taken now: what runs instead is on the list, where it can be done about."""
    return Card(
        title=say(turn.language, refused.key, **refused.values),
        buttons=(*offers(turn.language, "initiative.list"), opening(turn.language, row)),
        language=turn.language,
        did="decline",
        outcome="refused",
    )


def tell(session: Session, turn: Turn, row: Initiative, change: InitiativeChange) -> None:
    """Tells the proposer what became of it, and keeps the promise of an answer."""
    idea = ideas.find(session, turn.programme.key, row.key)
    if idea is None:
        return
    proposer = session.get_one(Person, idea.proposed_by)
    if proposer.id == turn.person.id and change.state == State.STOPPED:
        promises.drop(session, proposer, turn.programme.key, PROMISED, row.key, turn.now)
        return
    promises.keep(session, proposer.identity, turn.programme.key, PROMISED, row.key, turn.now)
    if proposer.id == turn.person.id:
        return
    cards = in_each(lambda language: told_of(row, change, turn.person.name, language))
    message = outbox.write(session, turn.programme.key, outbox.Kind.NOTICE, cards)
    outbox.owe(session, proposer, message, f"initiative:{change.id}:{proposer.id}")


def told_of(row: Initiative, change: InitiativeChange, name: str, language: Language) -> Card:
    """What whoever proposed it gets when it becomes something: what, by whom, why, and what comes next."""
    blocks: list[Block] = [Text(text=say(language, "ideas.told.by", name=name))]
    if change.why:
        blocks.append(Text(text=change.why))
    blocks.append(Text(text=say(language, f"ideas.told.then.{change.state}"), style="quiet"))
    return Card(
        title=say(language, f"ideas.told.{change.state}", initiative=row.title),
        blocks=tuple(blocks),
        buttons=(opening(language, row), *offers(language, "initiative.mine")),
        language=language,
        subject={"initiative": row.key},
    )


def _take(session: Session, turn: Turn, row: Initiative, to: str) -> tuple[InitiativeChange, bool]:
    state = _state_of(turn, to)
    before = initiative_states.state(session, row)
    if state is State.LIFTED and before is State.IDEA:
        ideas.must_be_whole(session, row)
    idea = ideas.find(session, turn.programme.key, row.key)
    names = ideas.needed_released(idea)
    if to == START and before is State.LIFTED and names and turn.value("released") != "yes":
        raise Unfilled("unreleased", "released", names=names)
    most = prioritising.most_running(turn.programme)
    return initiative_states.move(session, turn.person, row, state, turn.value("why"), turn.now, most)


def _must(session: Session, turn: Turn, row: Initiative, to: str) -> None:
    """Raises NotAllowed for who may not take that step, before anything of it is told."""
    idea = ideas.find(session, turn.programme.key, row.key)
    is_own = idea is not None and idea.proposed_by == turn.person.id
    if not (is_own and to == State.STOPPED):
        turn.person.must_be(session, "leader", turn.programme.key)
    ideas.must_have_text(idea)


def _target(turn: Turn) -> str:
    to = turn.value("to")
    if to != START and to not in {str(state) for each in MOVES.values() for state in each}:
        raise Refused("refused.initiative.unknown")
    return to


def _state_of(turn: Turn, to: str) -> State:
    """A known need goes straight to testing; any other is looked into first."""
    if to == START:
        return State.TESTING if turn.value("known") == "yes" else State.EXPLORING
    return State(to)


def _form(session: Session, turn: Turn, row: Initiative, to: str, errors: dict[str, str]) -> Card:
    language, idea = turn.language, ideas.find(session, turn.programme.key, row.key)
    questions: list[Question] = []
    if to == START:
        known = turn.value("known") or ("yes" if idea and idea.is_known_need else "no")
        questions.append(_yes_no(language, "known", say(language, "ideas.start.known"), known))
        names = ideas.needed_released(idea)
        if names:
            label = say(language, "ideas.start.released", names=names)
            released = turn.value("released") or "no"
            questions.append(_yes_no(language, "released", label, released, errors.get("released", "")))
    is_needed = to == State.STOPPED or initiative_states.state(session, row) is State.STOPPED
    questions.append(
        Question(
            name="why",
            label=say(language, "ideas.why.needed" if is_needed else "ideas.why"),
            value=turn.value("why"),
            required=is_needed,
            lines=3,
            longest=LONGEST_WHY,
            error=errors.get("why", ""),
        )
    )
    sending = Button(
        title=say(language, f"ideas.do.{to}"),
        action="initiative.moved",
        values={"initiative": row.key, "to": to},
        style="primary",
        replaces=True,
    )
    is_lacking = to == State.LIFTED and idea is not None and bool(ideas.missing_of(row, idea))
    editing = Button(title=say(language, "ideas.edit"), action="initiative.edit", values={"initiative": row.key})
    filling = (editing,) if is_lacking else ()
    return Card(
        title=say(language, f"ideas.moving.{to}", initiative=row.title),
        blocks=_before(session, turn, row, to),
        questions=tuple(questions),
        buttons=(sending, *filling, opening(language, row, say(language, "ideas.back"))),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _before(session: Session, turn: Turn, row: Initiative, to: str) -> tuple[Block, ...]:
    """What it is good to know before the step."""
    language = turn.language
    blocks: list[Block] = [Text(text=say(language, f"ideas.moving.{to}.text"))]
    if to == START:
        now = initiative_states.running(session, turn.programme.key)
        most = prioritising.most_running(turn.programme)
        blocks.append(Text(text=say_many(language, "ideas.list.running", len(now), limit=most)))
        if now:
            blocks.append(Items(items=_titles(language, now)))
    if ideas.find(session, turn.programme.key, row.key) is not None:
        blocks.append(Text(text=say(language, "ideas.moving.told"), style="quiet"))
    return tuple(blocks)


def _yes_no(language: Language, name: str, label: str, value: str, error: str = "") -> Question:
    choices = tuple(Choice(title=say(language, f"ideas.{answer}"), value=answer) for answer in ("no", "yes"))
    return Question(name=name, label=label, value=value, choices=choices, error=error)


def _section(language: Language, state: str, rows: list[Initiative]) -> list[Block]:
    heading = say(language, f"ideas.list.{state}", count=len(rows))
    shown = rows[-MOST_LISTED:] if state in (State.IDEA, State.DONE, State.STOPPED) else rows
    return [Text(text=heading, style="strong"), Items(items=_titles(language, shown))]


def _titles(language: Language, rows: Iterable[Initiative]) -> tuple[tuple[str, str], ...]:
    return tuple((told(row.title, language), "") for row in rows)
