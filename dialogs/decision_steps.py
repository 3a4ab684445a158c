"""Recording what comes before a decision, confirming it, and asking those whose step is missing."""

from collections.abc import Callable

from dialogs.card import LANGUAGES, Button, Card, Choice, Items, Language, Question, Text
from dialogs.decisions import LONGEST_DAY, field, key, past_day, said, shown
from dialogs.moments import as_typed
from dialogs.offers import offer
from dialogs.saying_steps import step_title
from dialogs.turn import Turn
from dialogs.words import say
from storage import decision_ends, decision_steps, decisions, outbox
from storage.database import Session
from storage.decision_steps import Owners, Said
from storage.decisions import (
    LONGEST_DISSENT,
    LONGEST_NAME,
    LONGEST_TEXT,
    OWNERS,
    RECORDED,
    Decision,
    Recorded,
    Step,
    WrongField,
)
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import Refused

#: The fields of each step's form, besides the day.
_FIELDS = {
    Step.DISCUSSED: (("what", LONGEST_NAME, 1), ("text", LONGEST_TEXT, 4), ("dissent", LONGEST_DISSENT, 2)),
    Step.RISK: (("what", LONGEST_NAME, 1), ("text", LONGEST_TEXT, 2)),
    Step.SAFETY: (("what", LONGEST_NAME, 1), ("text", LONGEST_TEXT, 2)),
}
#: The body that discusses, unless another one is written.
USUAL_BODY = "MBM"
YES, NO = "yes", "no"


def write(session: Session, turn: Turn) -> Card:
    """The form of a step, with what is recorded of it."""
    step = _step(turn)
    decision_steps.must_own(session, turn.person, turn.programme.key, step)
    decision = decisions.get_open(session, turn.person, turn.programme.key, key(turn))
    return _form(session, turn, decision, step, {})


def record(session: Session, turn: Turn) -> Card:
    """Records a step. When it was the last one, or changed what was confirmed, the employees' side is asked."""
    step, programme = _step(turn), turn.programme.key
    try:
        words = _read(turn, step)
        decision, _ = decision_steps.record(
            session, turn.person, programme, key(turn), step, words, turn.now, turn.today
        )
    except WrongField as wrong:
        decision_steps.must_own(session, turn.person, programme, step)
        decision = decisions.get(session, turn.person, programme, key(turn))
        return _form(session, turn, decision, step, {wrong.field: said(turn, wrong)})
    if decisions.missing(session, decision) == (Step.CONFIRMED,):
        _ask_for(session, turn, decision, Step.CONFIRMED)
    return shown(session, turn, decision).model_copy(update={"outcome": "done"})


def confirm(session: Session, turn: Turn) -> Card:
    """The employees' side says that the record is right; whoever made it is told."""
    words = turn.value("dissent") if "dissent" in turn.values else None

    def answering() -> tuple[Decision, bool]:
        return decision_steps.confirm(
            session, turn.person, turn.programme.key, key(turn), _version(turn), words, turn.now
        )

    return _answer(session, turn, answering)


def object_to(session: Session, turn: Turn) -> Card:
    """The employees' side says what is wrong with the record; whoever made it is told."""

    def answering() -> tuple[Decision, bool]:
        words = turn.value("objection")
        return decision_steps.object_to(
            session, turn.person, turn.programme.key, key(turn), _version(turn), words, turn.now
        )

    return _answer(session, turn, answering)


def ask(session: Session, turn: Turn) -> Card:
    """Asks whoever the missing steps belong to, once each, and says whom, and who is away."""
    decision = decisions.get(session, turn.person, turn.programme.key, key(turn))
    left = decisions.missing(session, decision)
    if not left or decision.ended is not None:
        return shown(session, turn, decision)
    recording = [step for step in left if step in RECORDED]
    wanted: list[Step] = recording or [Step.CONFIRMED]
    lines = [
        (step_title(turn.language, step), _asked_whom(turn, step, _ask_for(session, turn, decision, step)))
        for step in wanted
    ]
    blocks = [Items(items=tuple(lines)), Text(text=say(turn.language, "decisions.asked.text"), style="quiet")]
    return Card(
        title=say(turn.language, "decisions.asked.title", title=decision.title),
        blocks=tuple(blocks),
        buttons=(_opening(turn.language, decision), offer(turn.language, "decision.list")),
        language=turn.language,
        outcome="done",
    )


def asked(name: str, decision: Decision, step: Step, programme: str, language: Language) -> Card:
    """What whoever a step belongs to gets: who asks, for what, and the way to it."""
    return Card(
        title=say(language, f"decisions.ask.{step.value}"),
        blocks=(
            Text(text=say(language, "decisions.ask.text", name=name, title=decision.title)),
            Text(text=programme, style="quiet"),
        ),
        buttons=(_opening(language, decision),),
        language=language,
    )


def answered(name: str, decision: Decision, objection: str | None, words: str, language: Language) -> Card:
    """What those who made the record get when the employees' side has answered."""
    what = "confirmed" if objection is None else "objected"
    blocks = [Text(text=say(language, f"decisions.told.{what}", name=name, title=decision.title))]
    if objection is not None:
        blocks.append(Text(text=objection))
    elif words:
        blocks.append(Text(text=say(language, "decisions.dissent", words=words), style="warning"))
    return Card(
        title=say(language, f"decisions.told.{what}.title"),
        blocks=tuple(blocks),
        buttons=(_opening(language, decision),),
        language=language,
    )


def _answer(session: Session, turn: Turn, answering: Callable[[], tuple[Decision, bool]]) -> Card:
    try:
        decision, is_new = answering()
    except WrongField as wrong:
        decision = decisions.get(session, turn.person, turn.programme.key, key(turn))
        return _with_error(shown(session, turn, decision), turn, wrong)
    if is_new:
        _tell(session, turn, decision)
    return shown(session, turn, decision).model_copy(update={"outcome": "done"})


def _with_error(card: Card, turn: Turn, wrong: WrongField) -> Card:
    """The card with what was typed, and what is wrong at which field."""
    fields = tuple(
        one.model_copy(
            update={
                "value": turn.value(one.name),
                "error": said(turn, wrong) if one.name == wrong.field else "",
            }
        )
        for one in card.questions
    )
    return card.model_copy(update={"questions": fields, "outcome": "refused"})


def _tell(session: Session, turn: Turn, decision: Decision) -> None:
    answer = decisions.answer(session, decision)
    assert answer is not None
    cards = {
        language: answered(turn.person.name, decision, answer.objection, answer.dissent, language).model_dump(
            mode="json"
        )
        for language in LANGUAGES
    }
    message = outbox.write(session, turn.programme.key, outbox.Kind.NOTICE, cards)
    for number in decision_steps.recorders(session, decision):
        if number != turn.person.id:
            outbox.owe(session, decisions.person(session, number), message, f"decision:answer:{answer.id}:to:{number}")


def _ask_for(session: Session, turn: Turn, decision: Decision, step: Step) -> Owners:
    """Asks everybody whose step it is, and who is not away; each once, and once more after each answer."""
    owners = decision_steps.owners(session, decision, step, turn.now)
    ask_each(
        session, turn.programme, decision, step, dict.fromkeys(LANGUAGES, turn.person.name),
        [person for person in owners.here if person.id != turn.person.id],
    )  # fmt: skip
    return owners


def ask_each(
    session: Session,
    programme: Programme,
    decision: Decision,
    step: Step,
    names: dict[Language, str],
    those: list[Person],
) -> int:
    """Owes them the question, in the name of who asks, in each language; returns to how many of them it is new."""
    if not those:
        return 0
    key = f"decision:{decision.id}:{step.value}:{decision_steps.rounds(session, decision)}"
    cards = {
        language: asked(names[language], decision, step, programme.name, language).model_dump(mode="json")
        for language in LANGUAGES
    }
    message = outbox.standing(session, programme.key, outbox.Kind.NOTICE, key, cards)
    new = [one for one in those if outbox.owe(session, one, message, f"{key}:to:{one.id}", respect_mute=True)]
    for person in new:
        decision_ends.asked(session, decision, f"{key}:to:{person.id}")
    return len(new)


def _asked_whom(turn: Turn, step: Step, owners: Owners) -> str:
    language = turn.language
    others = [person for person in owners.here if person.id != turn.person.id]
    parts = [say(language, "decisions.asked.names", names=_names(others))] if others else []
    if len(others) < len(owners.here):
        parts.append(say(language, "decisions.asked.yours"))
    if owners.away:
        parts.append(say(language, "decisions.asked.away", names=_names(owners.away)))
    if owners.barred and not owners.here:
        parts.append(say(language, "decisions.asked.barred", names=_names(owners.barred)))
    elif not owners.here:
        parts.append(say(language, f"decisions.asked.nobody.{OWNERS[step][0]}"))
    return " ".join(parts)


def _names(persons: list[Person]) -> str:
    return ", ".join(person.name for person in persons)


def _form(session: Session, turn: Turn, decision: Decision, step: Step, errors: dict[str, str]) -> Card:
    language, row = turn.language, decisions.steps(session, decision).get(step)
    notes = [say(language, f"decisions.write.{step.value}")]
    bars = decision_steps.would_bar(session, turn.person, decision)
    warnings = [Text(text=say(language, "decisions.write.bars"), style="warning")] if bars else []
    if row is not None:
        notes.append(say(language, "decisions.form.withdraws"))
    day = as_typed(row.held_on) if row is not None else ""
    return Card(
        title=say(language, "decisions.write.title", step=step_title(language, step), title=decision.title),
        blocks=(*(Text(text=note) for note in notes), *warnings),
        questions=(
            *([_needed(turn, row)] if step is Step.RISK else []),
            field(turn, "on", f"decisions.field.{step.value}.on", day, errors, LONGEST_DAY),
            *(
                field(turn, name, f"decisions.field.{step.value}.{name}", _before(turn, row, step, name), errors, *size)
                for name, *size in _FIELDS[step]
            ),
        ),
        buttons=(
            offer(
                language,
                "decision.record",
                {"decision": decision.id, "step": step.value},
                "primary",
                replaces=True,
            ),
            Button(title=say(language, "decisions.back"), action="decision.open", values={"decision": decision.id}),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _before(turn: Turn, row: Recorded | None, step: Step, name: str) -> str:
    """What a field holds to begin with: what is recorded, the usual body, the verneombud who writes."""
    if row is not None:
        return str(getattr(row, name))
    usual = {Step.DISCUSSED: USUAL_BODY, Step.SAFETY: turn.person.name}
    return usual.get(step, "") if name == "what" else ""


def _needed(turn: Turn, row: Recorded | None) -> Question:
    chosen = NO if row is not None and not row.is_needed else YES
    return Question(
        name="needed",
        label=say(turn.language, "decisions.field.risk.needed"),
        value=turn.value("needed") if turn.value("needed") in (YES, NO) else chosen,
        choices=tuple(
            Choice(title=say(turn.language, f"decisions.field.risk.{value}"), value=value) for value in (YES, NO)
        ),
    )


def _read(turn: Turn, step: Step) -> Said:
    if step is Step.RISK and turn.value("needed") == NO:
        return Said(is_needed=False, text=turn.value("text"))
    return Said(
        held_on=past_day(turn, turn.value("on")),
        what=turn.value("what"),
        text=turn.value("text"),
        dissent=turn.value("dissent") if step is Step.DISCUSSED else "",
    )


def _opening(language: Language, decision: Decision) -> Button:
    return Button(title=say(language, "decisions.open"), action="decision.open", values={"decision": decision.id})


def _step(turn: Turn) -> Step:
    """The step that the pressed button is about. Raises Refused for none that is recorded."""
    if turn.value("step") not in tuple(RECORDED):
        raise Refused("refused.decision.unknown")
    return Step(turn.value("step"))


def _version(turn: Turn) -> int:
    version = turn.values.get("version")
    return version if type(version) is int else 0
