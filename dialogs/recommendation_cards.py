"""How a recommendation is told: what became of it, who said so and when; never that it was followed before it was."""

from dialogs import former, saying_dates
from dialogs.card import Button, Language
from dialogs.offers import offer, short
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import decisions, recommendations
from storage.database import Session
from storage.programmes import Fact
from storage.recommendations import FollowedBy, RecommendationStep

_OPENING = {
    FollowedBy.INITIATIVE: ("initiative.open", "initiative"),
    FollowedBy.DELIVERY: ("delivery.open", "delivery"),
    FollowedBy.DECISION: ("decision.entry", "decision"),
}


def numbered(language: Language, fact: Fact) -> str:
    number = fact.details.get("number")
    return f"{number}. {told(fact.title, language)}" if number else told(fact.title, language)


def state(session: Session, turn: Turn, fact: Fact) -> str:
    """What became of it, in a sentence."""
    step = recommendations.newest(session, fact.programme_key).get(fact.key)
    return said(session, turn, step)


def said(session: Session, turn: Turn, step: RecommendationStep | None) -> str:
    """What a step says, with what follows it up."""
    language = turn.language
    if step is None:
        return say(language, "recommendations.none")
    sentence = say(language, f"recommendations.state.{step.state}")
    by = _called(session, language, step)
    parts = [sentence, say(language, "recommendations.by", what=by) if by else "", step.text]
    return " ".join(part for part in parts if part)


def shortly(session: Session, turn: Turn, step: RecommendationStep | None) -> str:
    """The same for a list, without the reason."""
    if step is None:
        return say(turn.language, "recommendations.none.short")
    by = _called(session, turn.language, step)
    state_ = say(turn.language, f"recommendations.choice.{step.state}")
    return f"{state_}: {by}" if by else state_


def line(session: Session, turn: Turn, step: RecommendationStep) -> tuple[str, str]:
    """The day and who, and what was said then."""
    day = saying_dates.day(turn.language, step.said_at.astimezone(turn.zone).date(), weekday=False)
    name = former.name_of(decisions.person(session, step.said_by), turn.language)
    return f"{day}, {name}", said(session, turn, step)


def opening(turn: Turn, fact: Fact) -> Button:
    """The button to what became of it."""
    return offer(turn.language, "recommendation.open", {"fact": fact.key})


def to_what_follows(session: Session, turn: Turn, step: RecommendationStep | None) -> tuple[Button, ...]:
    """The way to what follows it up, where the bot has more of it to show."""
    if step is None or step.followed_by not in _OPENING:
        return ()
    by = _called(session, turn.language, step)
    action, name = _OPENING[FollowedBy(step.followed_by)]
    key = step.followed_by_key
    if name == "delivery" and not key.isdecimal():
        # Documents only name it: there is nothing to open.
        return ()
    values = {name: key if name == "initiative" else int(key)}
    return (Button(title=short(by, 40), action=action, values=values),) if by else ()


def _called(session: Session, language: Language, step: RecommendationStep) -> str:
    if step.followed_by is None:
        return ""
    found = recommendations.called(session, step.programme_key, FollowedBy(step.followed_by), step.followed_by_key)
    return told(found, language)
