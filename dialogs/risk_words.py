"""How reviews of risk and of the working environment are said, wherever they are told of."""

from dialogs import saying_dates
from dialogs.card import Language
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import milestones, risk_reviews
from storage.database import Session
from storage.risk_reviews import Known, ReviewState, RiskReviewPart


def title(known: Known, language: Language) -> str:
    return told(known.wanted.title, language)


def state(session: Session, turn: Turn, known: Known) -> str:
    """How far it has come, in a few words: "ferdig 27. november 2020"."""
    if known.state is ReviewState.DONE and known.row is not None and known.row.done_at is not None:
        day = saying_dates.day(turn.language, known.row.done_at.astimezone(turn.zone).date(), weekday=False)
        return say(turn.language, "risk.state.done", day=day)
    return say(turn.language, f"risk.state.{known.state}")


def by_when(session: Session, turn: Turn, known: Known) -> str:
    """By when it is to be done, and what it is needed for, each as exactly as that is known."""
    parts = []
    if known.row is not None and known.row.due_on is not None:
        parts.append(say(turn.language, "risk.due", day=saying_dates.day(turn.language, known.row.due_on)))
    for key in known.wanted.before:
        milestone = milestones.get(session, turn.programme.key, key)
        when = saying_dates.when(turn.language, milestone)
        parts.append(say(turn.language, "risk.before", milestone=told(milestone.title, turn.language), when=when))
    return " ".join(parts)


def part(session: Session, turn: Turn, known: Known) -> str:
    """What the verneombud's part was, without their words."""
    found = risk_reviews.part(session, known.row)
    return part_said(found, turn.language) if found is not None else say(turn.language, "risk.part.none")


def part_said(found: RiskReviewPart, language: Language) -> str:
    day = saying_dates.day(language, found.held_on, weekday=False) if found.held_on else ""
    return say(language, f"risk.part.{found.statement}", day=day)


def part_told(found: RiskReviewPart, language: Language) -> str:
    """As ``part_said``, as a whole sentence: for who reads it where nothing says whose part it is."""
    day = saying_dates.day(language, found.held_on, weekday=False) if found.held_on else ""
    return say(language, f"risk.said.{found.statement}", day=day)


def disagreed(known: Known, found: RiskReviewPart, language: Language, *, with_words: bool = False) -> str:
    """That the verneombud disagreed with it, and for those who may read that, why."""
    key = "risk.gate.disagreed_words" if with_words and found.text else "risk.gate.disagreed"
    day = saying_dates.day(language, found.held_on, weekday=False) if found.held_on else ""
    return say(language, key, review=title(known, language), day=day, words=found.text)
