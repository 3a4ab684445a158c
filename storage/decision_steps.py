"""What comes before a decision: recorded by whoever's step it is, and confirmed by the employees' side."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from storage import decisions, people, stand_ins
from storage.decisions import (
    LONGEST_DISSENT,
    LONGEST_NAME,
    LONGEST_TEXT,
    OWNERS,
    RECORDED,
    Answer,
    Decision,
    Recorded,
    Step,
    WrongField,
    check_day,
    check_length,
)
from storage.people import Person
from storage.refusals import NotAllowed, Refused


@dataclass(frozen=True)
class Said:
    """A step in the words of whoever records it; see ``Recorded`` for what each field is."""

    is_needed: bool = True
    held_on: date | None = None
    what: str = ""
    text: str = ""
    dissent: str = ""


@dataclass(frozen=True)
class Owners:
    """Who can be asked for a step, whose it is but who is away, and who made the record that they would confirm."""

    here: list[Person]
    away: list[Person]
    barred: list[Person] = field(default_factory=list)


def record(
    session: Session, acting: Person, programme_key: str, key: int, step: Step, said: Said, now: datetime, today: date
) -> tuple[Decision, bool]:
    """Records a step, or changes it, which withdraws a confirmation; returns whether anything changed.

    Raises NotAllowed for whose step it is not, Refused once it is decided, WrongField for what cannot be.
    """
    must_own(session, acting, programme_key, step)
    decision = decisions.get_open(session, acting, programme_key, key)
    _CHECKS[step](said, today)
    before = decisions.steps(session, decision).get(step)
    if before is not None and _said(before) == said:
        return decision, False
    decision.version += 1
    session.add(decision)
    session.add(
        Recorded(
            decision_id=decision.identity,
            version=decision.version,
            step=step,
            is_needed=said.is_needed,
            held_on=said.held_on,
            what=said.what,
            text=said.text,
            dissent=said.dissent,
            recorded_by=acting.identity,
            recorded_at=now,
        )
    )
    session.flush()
    return decision, True


def confirm(
    session: Session, acting: Person, programme_key: str, key: int, version: int, dissent: str | None, now: datetime
) -> tuple[Decision, bool]:
    """The employees' side says that the record is right; returns whether that is new. ``dissent`` is theirs to word;
    None leaves it as it was recorded. Raises as ``_answering``, and WrongField for a dissent that is too long."""
    decision, before = _answering(session, acting, programme_key, key, version)
    words = decisions.dissent(session, decision) if dissent is None else dissent
    check_length(words, LONGEST_DISSENT, "dissent")
    if before is not None and before.is_confirmation and before.dissent == words:
        return decision, False
    return decision, _answer(session, acting, decision, now, None, words)


def object_to(
    session: Session, acting: Person, programme_key: str, key: int, version: int, objection: str, now: datetime
) -> tuple[Decision, bool]:
    """The employees' side says what is wrong with the record; returns whether that is new. Raises as ``_answering``,
    and WrongField where it does not say what."""
    decision, before = _answering(session, acting, programme_key, key, version)
    if not objection:
        raise WrongField("refused.decision.no_objection", "objection")
    check_length(objection, LONGEST_TEXT, "objection")
    if before is not None and before.objection == objection:
        return decision, False
    return decision, _answer(session, acting, decision, now, objection, "")


def rounds(session: Session, decision: Decision) -> int:
    """How often the employees' side has answered: those who are asked are asked once for each."""
    counting = select(func.count()).select_from(Answer).where(Answer.decision_id == decision.id)
    return session.exec(counting).one()


def may_answer(session: Session, acting: Person, decision: Decision) -> bool:
    """Whether that person could confirm the record as it is now."""
    if not owns(session, acting, decision.programme_key, Step.CONFIRMED) or decision.decided_on is not None:
        return False
    if decision.ended is not None:
        return False
    recorded = decisions.steps(session, decision)
    return len(recorded) == len(RECORDED) and acting.id not in recorders(session, decision)


def unconfirmed(session: Session, acting: Person, programme_key: str) -> list[Decision]:
    """What that person could confirm, and nobody on the employees' side has answered as it is now; the oldest first."""
    is_open = (col(Decision.decided_on).is_(None), col(Decision.ended).is_(None))
    rows = session.exec(
        select(Decision).where(Decision.programme_key == programme_key, *is_open).order_by(col(Decision.id))
    ).all()
    return [row for row in rows if may_answer(session, acting, row) and decisions.answer(session, row) is None]


def recorders(session: Session, decision: Decision) -> list[int]:
    """Who made the record as it is now: whoever began it first, each once."""
    by = [row.recorded_by for row in decisions.steps(session, decision).values()]
    return list(dict.fromkeys([decision.made_by, *by]))


def owns(session: Session, acting: Person, programme_key: str, step: Step) -> bool:
    return bool(people.roles(session, acting, programme_key) & set(OWNERS[step]))


def must_own(session: Session, acting: Person, programme_key: str, step: Step) -> None:
    if not owns(session, acting, programme_key, step):
        raise NotAllowed(OWNERS[step][0])


def owners(session: Session, decision: Decision, step: Step, now: datetime) -> Owners:
    """Who can be asked: who has the step's role and is not away, and whoever stands in where all are. Whoever made the
    record is not asked to confirm it."""
    own = set(recorders(session, decision)) if step is Step.CONFIRMED else set()
    away: list[Person] = []
    barred: list[Person] = []
    for role in OWNERS[step]:
        every = people.holders(session, decision.programme_key, role)
        holders = [one for one in every if one.id not in own]
        barred += [one for one in every if one.id in own]
        gone = stand_ins.away(session, holders, now)
        away += [one for one in holders if one.id in gone]
        here = [one for one in holders if one.id not in gone]
        if here:
            return Owners(here, away, barred)
    return Owners([], away, barred)


def is_barred(session: Session, acting: Person, decision: Decision) -> bool:
    """Whether that person could confirm the record if they had not made some of it."""
    is_theirs = owns(session, acting, decision.programme_key, Step.CONFIRMED)
    return is_theirs and acting.id in recorders(session, decision)


def would_bar(session: Session, acting: Person, decision: Decision) -> bool:
    """Whether recording a step takes from that person that they can confirm the record."""
    is_theirs = owns(session, acting, decision.programme_key, Step.CONFIRMED)
    return is_theirs and acting.id not in recorders(session, decision)


def _answering(
    session: Session, acting: Person, programme_key: str, key: int, version: int
) -> tuple[Decision, Answer | None]:
    """Raises NotAllowed for who is not on the employees' side, Refused for one's own record, for one that is not whole,
    changed since it was looked at, or closed."""
    must_own(session, acting, programme_key, Step.CONFIRMED)
    decision = decisions.get_open(session, acting, programme_key, key)
    if decision.version != version:
        raise Refused("refused.decision.changed")
    if len(decisions.steps(session, decision)) < len(RECORDED):
        raise Refused("refused.decision.unrecorded")
    if acting.id in recorders(session, decision):
        raise Refused("refused.decision.own")
    return decision, decisions.answer(session, decision)


def _answer(
    session: Session, acting: Person, decision: Decision, now: datetime, objection: str | None, dissent: str
) -> bool:
    session.add(
        Answer(
            decision_id=decision.identity,
            version=decision.version,
            person_id=acting.identity,
            at=now,
            objection=objection,
            dissent=dissent,
        )
    )
    session.flush()
    return True


def _said(row: Recorded) -> Said:
    return Said(row.is_needed, row.held_on, row.what, row.text, row.dissent)


def _check_discussed(said: Said, today: date) -> None:
    _check_lengths(said)
    check_day(said.held_on, today)
    if not said.what:
        raise WrongField("refused.decision.no_body", "what")
    if not said.text:
        raise WrongField("refused.decision.no_record", "text")


def _check_risk(said: Said, today: date) -> None:
    _check_lengths(said)
    if not said.is_needed:
        if not said.text:
            raise WrongField("refused.decision.no_reason", "text")
        return
    check_day(said.held_on, today)
    if not said.what:
        raise WrongField("refused.decision.no_reference", "what")


def _check_safety(said: Said, today: date) -> None:
    _check_lengths(said)
    check_day(said.held_on, today)
    if not said.what and not said.text:
        raise WrongField("refused.decision.no_part", "what")


def _check_lengths(said: Said) -> None:
    check_length(said.what, LONGEST_NAME, "what")
    check_length(said.text, LONGEST_TEXT, "text")
    check_length(said.dissent, LONGEST_DISSENT, "dissent")


_CHECKS = {Step.DISCUSSED: _check_discussed, Step.RISK: _check_risk, Step.SAFETY: _check_safety}
