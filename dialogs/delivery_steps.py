"""Moving a delivery through "behov, løsning, test": the form for whoever is in its team."""

from dialogs import delivery_words
from dialogs.card import Button, Card, Choice, Facts, Items, Question, Text
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import deliveries, sprint_teams, sprint_work
from storage.database import Session
from storage.deliveries import LONGEST_NOTE, UNDER_WAY, Delivery, Stage, WrongField
from storage.refusals import Refused


def step(session: Session, turn: Turn) -> Card:
    """Where it is, which step comes now, and a short note."""
    row = _mine(session, turn)
    return _form(session, turn, row, {})


def stepped(session: Session, turn: Turn) -> Card:
    """Keeps the step; what somebody else did meanwhile is shown, and the note kept in the form."""
    programme = turn.programme.key
    row = _mine(session, turn)
    seen, said = turn.values.get("seen"), turn.value("stage")
    stage = Stage(said) if said in set(Stage) else Stage.QUEUED
    try:
        sprint_work.step(
            session, turn.person, programme, row.identity, stage, turn.value("note"),
            seen if type(seen) is int else 0, turn.now,
        )  # fmt: skip
    except WrongField as wrong:
        return _form(session, turn, row, {wrong.field: say(turn.language, wrong.key, **wrong.values)})
    language = turn.language
    return Card(
        title=delivery_words.named(session, row, language),
        blocks=(
            Text(text=say(language, f"deliveries.state.{row.stage}", place=row.position), style="strong"),
            Facts(facts=delivery_words.facts(session, row, language)),
            Items(items=(delivery_words.step_line(session, turn, deliveries.steps(session, row)[-1]),)),
        ),
        buttons=(_back(turn, row), *offers(language, "sprint.show")),
        language=language,
        outcome="done",
    )


def _mine(session: Session, turn: Turn) -> Delivery:
    """The delivery, for whoever is in its team. Raises NotAllowed for others, Refused where no team works on it."""
    number = turn.values.get("delivery")
    key = number if type(number) is int and 0 < number < 2**31 else 0
    row = deliveries.get(session, turn.programme.key, key)
    work = sprint_work.held_by(session, row)
    if work is None:
        raise Refused("refused.delivery.not_under_way")
    sprint_teams.must_work(session, turn.person, sprint_work.team_of(session, work))
    return row


def _form(session: Session, turn: Turn, row: Delivery, errors: dict[str, str]) -> Card:
    language = turn.language
    steps = deliveries.steps(session, row)
    choices = tuple(Choice(title=say(language, f"deliveries.step.{stage}"), value=stage) for stage in UNDER_WAY)
    following = UNDER_WAY[min(UNDER_WAY.index(Stage(row.stage)) + 1, len(UNDER_WAY) - 1)]
    chosen = turn.value("stage") if turn.value("stage") in set(UNDER_WAY) else following
    return Card(
        title=delivery_words.named(session, row, language),
        blocks=(
            Text(text=say(language, f"deliveries.state.{row.stage}", place=row.position)),
            Items(items=(delivery_words.step_line(session, turn, steps[-1]),)),
        ),
        questions=(
            Question(name="stage", label=say(language, "deliveries.step.stage"), value=chosen, choices=choices,
                     error=errors.get("stage", "")),
            Question(name="note", label=say(language, "deliveries.step.note"), value=turn.value("note"), required=True,
                     lines=3, longest=LONGEST_NOTE, error=errors.get("note", "")),
        ),
        buttons=(
            offer(language, "delivery.stepped", {"delivery": row.identity, "seen": steps[-1].identity}, "primary",
                  replaces=True),
            _back(turn, row),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )  # fmt: skip


def _back(turn: Turn, row: Delivery) -> Button:
    title = say(turn.language, "teams.delivery")
    return Button(title=title, action="delivery.open", values={"delivery": row.identity})
