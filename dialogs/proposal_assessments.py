"""The consequence assessment of a proposal, and whom the group involved."""

from datetime import date

from dialogs.card import Card, Choice, Items, Question, Text
from dialogs.offers import offer
from dialogs.proposals import NO, YES, back, key, met, said, shown
from dialogs.turn import Turn
from dialogs.understanding.dates import window
from dialogs.words import say, told
from storage import proposal_consequences, proposals
from storage.database import Session
from storage.programmes import facts
from storage.proposal_consequences import Aspect, Assessed
from storage.proposals import LONGEST_AREA, LONGEST_REMARK, Proposal, WrongField

#: The choice of an aspect that is not assessed yet.
LATER = "later"
LONGEST_DAY = 60


def assess(session: Session, turn: Turn) -> Card:
    """The form: for each aspect whether there is a consequence, and which."""
    proposal = proposals.get_open(session, turn.person, turn.programme.key, key(turn))
    known = proposal_consequences.assessment(session, proposal)
    typed = {str(one): row.text for one, row in known.items()}
    typed |= {f"has_{one}": YES if row.has_any else NO for one, row in known.items()}
    return _form(turn, proposal, typed, {})


def assessed(session: Session, turn: Turn) -> Card:
    """Keeps what is assessed; what is left for later stays as it is."""
    programme = turn.programme.key
    try:
        proposal = proposal_consequences.assess(session, turn.person, programme, key(turn), _read(turn), turn.now)
    except WrongField as wrong:
        proposal = proposals.get_open(session, turn.person, programme, key(turn))
        typed = {name: turn.value(name) for one in Aspect for name in (str(one), f"has_{one}")}
        return _form(turn, proposal, typed, {wrong.field: said(turn, wrong)})
    return shown(session, turn, proposal).model_copy(update={"outcome": "done"})


def involve(session: Session, turn: Turn) -> Card:
    """Whom the group has met, and the form for one more."""
    proposal = proposals.get_open(session, turn.person, turn.programme.key, key(turn))
    return _meeting(session, turn, proposal, {})


def involved(session: Session, turn: Turn) -> Card:
    programme = turn.programme.key
    try:
        on = _day(turn)
        proposal = proposal_consequences.involve(
            session, turn.person, programme, key(turn), turn.value("who"), on, turn.value("said"), turn.now, turn.today
        )
    except WrongField as wrong:
        proposal = proposals.get_open(session, turn.person, programme, key(turn))
        return _meeting(session, turn, proposal, {wrong.field: said(turn, wrong)})
    return shown(session, turn, proposal).model_copy(update={"outcome": "done"})


def _read(turn: Turn) -> dict[Aspect, Assessed]:
    """What is chosen of each aspect; a text without a choice is a consequence."""
    found: dict[Aspect, Assessed] = {}
    for aspect in Aspect:
        text, chosen = turn.value(aspect), turn.value(f"has_{aspect}")
        if chosen in (YES, NO) or text:
            found[aspect] = (chosen != NO, text)
    return found


def _form(turn: Turn, proposal: Proposal, typed: dict[str, str], errors: dict[str, str]) -> Card:
    language = turn.language
    questions = []
    for aspect in Aspect:
        name = say(language, f"proposals.aspect.{aspect}")
        choices = tuple(Choice(title=say(language, f"proposals.has.{one}"), value=one) for one in (LATER, NO, YES))
        questions.append(
            Question(
                name=f"has_{aspect}",
                label=say(language, f"proposals.ask.{aspect}"),
                value=typed.get(f"has_{aspect}") or LATER,
                choices=choices,
            )
        )
        questions.append(
            Question(
                name=aspect,
                label=say(language, "proposals.which", aspect=name),
                value=typed.get(aspect, ""),
                lines=2,
                longest=LONGEST_REMARK,
                error=errors.get(aspect, ""),
            )
        )
    return Card(
        title=say(language, "proposals.assess.title", title=proposal.title),
        blocks=(Text(text=say(language, "proposals.assess.text")),),
        questions=tuple(questions),
        buttons=(
            offer(language, "proposal.assessed", {"proposal": proposal.identity}, "primary", replaces=True),
            back(turn, proposal),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _meeting(session: Session, turn: Turn, proposal: Proposal, errors: dict[str, str]) -> Card:
    language = turn.language
    lines = met(session, turn, proposal)
    asked = _to_involve(session, turn)
    known = (Items(items=lines),) if lines else (Text(text=say(language, "proposals.nobody_involved")),)
    named = (Text(text=say(language, "proposals.to_involve", those=asked), style="quiet"),) if asked else ()
    fields = (("who", LONGEST_AREA, 1, ""), ("on", LONGEST_DAY, 1, turn.today.isoformat()),
              ("said", LONGEST_REMARK, 3, ""))  # fmt: skip
    return Card(
        title=say(language, "proposals.involve.title", title=proposal.title),
        blocks=(*known, *named),
        questions=tuple(
            Question(
                name=name,
                label=say(language, f"proposals.field.{name}"),
                value=turn.value(name) if errors else value,
                required=name != "said",
                lines=rows,
                longest=longest,
                error=errors.get(name, ""),
            )
            for name, longest, rows, value in fields
        ),
        buttons=(
            offer(language, "proposal.involved", {"proposal": proposal.identity}, "primary", replaces=True),
            back(turn, proposal),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _to_involve(session: Session, turn: Turn) -> str:
    """Those whom the programme's documents name, in a row."""
    points = [
        told(point, turn.language)
        for fact in facts(session, turn.programme.key, "involvement")
        for point in fact.details.get("points", [])
    ]
    return ", ".join(points)


def _day(turn: Turn) -> date | None:
    text = turn.value("on")
    found = window(text, turn.today) if text else None
    if text and (found is None or found.no_such_day is not None or found.first != found.last or found.is_open):
        raise WrongField("refused.proposal.unread_day", "on")
    return found.first if found else None
