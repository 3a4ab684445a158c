"""Reviews of risk and of the working environment where decisions are told: which ones a decision waits for, and why an
announcement of it cannot go yet."""

from dialogs import risk_words, saying_dates
from dialogs.card import Block, Button, Card, Choice, Items, Language, Question, Text
from dialogs.offers import offer, short
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import decided_announcements, decisions, milestones, risk_reviews
from storage.announcements import Announcement
from storage.database import Session
from storage.decisions import Decision, Step
from storage.decisions import steps as recorded_steps
from storage.risk_reviews import Known, NotReviewed

#: What an answer begins with that names the milestone of a new decision.
PREFIX = "new:"
#: The question's name, and its answers besides the key of a milestone.
FIELD, UNSAID, NONE = "milestone", "-", "none"


def choices(session: Session, turn: Turn) -> list[Choice]:
    """A new decision, on each milestone that reviews have to be done before and that has none yet."""
    return [
        Choice(title=short(say(turn.language, "risk.gate.new", milestone=name)), value=f"{PREFIX}{key}")
        for key, name in _milestones(session, turn)
        if not decisions.is_begun(session, turn.programme.key, key)
    ]


def opening(session: Session, turn: Turn) -> tuple[Button, ...]:
    """The way to the reviews, where decisions wait for any."""
    return (offer(turn.language, "risk.list"),) if risk_reviews.gating(session, turn.programme.key) else ()


def field(session: Session, turn: Turn, decision: Decision | None, error: str) -> tuple[Question, ...]:
    """Which milestone a decision is of; not asked where no review has to be done before any."""
    found = _milestones(session, turn)
    is_of_another = decision is not None and decision.milestone_key not in ("", None, *(key for key, _ in found))
    if not found or is_of_another:
        return ()
    language = turn.language
    before = UNSAID if decision is None or decision.milestone_key is None else decision.milestone_key or NONE
    every = [
        Choice(title=say(language, "risk.gate.choose"), value=UNSAID),
        *(Choice(title=short(name), value=key) for key, name in found),
        Choice(title=say(language, "risk.gate.other"), value=NONE),
    ]
    return (
        Question(
            name=FIELD,
            label=say(language, "risk.gate.label"),
            value=turn.value(FIELD) if turn.value(FIELD) in {one.value for one in every} else before,
            required=True,
            choices=tuple(every),
            error=error,
        ),
    )


def chosen(turn: Turn) -> str | None:
    """The milestone that was chosen in the form, empty for none of them; None where the form did not ask."""
    value = turn.value(FIELD)
    return None if not value else "" if value == NONE else value


def blocks(session: Session, turn: Turn, decision: Decision) -> tuple[Block, ...]:
    """What the decision is of, and how far the reviews have come that it waits for."""
    gating = risk_reviews.gating(session, turn.programme.key)
    if not gating or (decision.milestone_key is not None and decision.milestone_key not in gating):
        return ()
    found = [
        one for one in risk_reviews.every(session, turn.programme.key) if decision.milestone_key in one.wanted.before
    ]
    if not found:
        return (Text(text=say(turn.language, "risk.gate.unsaid"), style="warning"),)
    milestone = milestones.get(session, turn.programme.key, str(decision.milestone_key))
    name, when = told(milestone.title, turn.language), saying_dates.when(turn.language, milestone)
    key = "risk.gate.waived" if _is_waived(session, decision) else "risk.gate.before"
    return (Text(text=say(turn.language, key, milestone=name, when=when)), Items(items=_lines(session, turn, found)))


def held(session: Session, turn: Turn, announcement: Announcement, left: NotReviewed) -> Card:
    """Why it is not sent: what is not done and whose that is, and the ways on. The draft is kept."""
    language, decision = turn.language, decided_announcements.told_of(session, announcement.id)
    values = {"decision": decision.id if decision else 0}
    is_said = bool(left.left)
    lines = _lines(session, turn, left.left)
    return Card(
        title=say(language, "decision_gate.title"),
        blocks=(
            Text(text=say(language, left.key, **left.values)),
            *((Items(items=lines),) if lines else ()),
            *((Text(text=say(language, "risk.gate.waive"), style="quiet"),) if is_said else ()),
            Text(text=say(language, "decision_gate.kept"), style="quiet"),
        ),
        buttons=(
            way(language, decision, left),
            Button(title=say(language, "decisions.open"), action="decision.open", values=values),
            Button(
                title=say(language, "planned.open"),
                action="announcement.open",
                values={"announcement": announcement.id},
            ),
        ),
        language=language,
        outcome="refused",
    )


def waiting(language: Language, left: NotReviewed) -> str:
    """For what a decision waits that has all its steps, in a few words."""
    if not left.left:
        return say(language, "decisions.state.unsaid")
    names = ", ".join(risk_words.title(known, language) for known in left.left)
    return say(language, "decisions.state.unreviewed", reviews=names)


def way(language: Language, decision: Decision | None, left: NotReviewed) -> Button:
    """The way on: to the reviews, or to saying what the decision is about."""
    if left.left:
        return offer(language, "risk.list")
    values = {"decision": decision.id if decision else 0}
    return Button(title=say(language, "risk.gate.say"), action="decision.new", values=values, style="primary")


def _lines(session: Session, turn: Turn, found: list[Known]) -> tuple[tuple[str, str], ...]:
    """Each of them with how far it has come and whose it is: who can do something about it."""
    lines = []
    for known in found:
        owner = risk_reviews.owner(session, known.row)
        whose = (
            say(turn.language, "risk.gate.whose", name=owner.name) if owner else say(turn.language, "risk.gate.nobody")
        )
        said = saying_dates.capitalised(risk_words.state(session, turn, known))
        parts = [f"{said}.", *([] if risk_reviews.is_done(session, known) else [whose])]
        lines.append((saying_dates.capitalised(risk_words.title(known, turn.language)), " ".join(parts)))
    return tuple(lines)


def _is_waived(session: Session, decision: Decision) -> bool:
    """Whether it is recorded that no review is needed."""
    risk = recorded_steps(session, decision).get(Step.RISK)
    return risk is not None and not risk.is_needed


def _milestones(session: Session, turn: Turn) -> list[tuple[str, str]]:
    keys = risk_reviews.gating(session, turn.programme.key)
    return [(key, told(milestones.get(session, turn.programme.key, key).title, turn.language)) for key in keys]
