"""What became of the recommendations: for everyone to read, and for leaders to say."""

import re

from dialogs import recommendation_cards, recommendation_notices
from dialogs.card import MOST_BUTTONS, Block, Button, Card, Choice, Items, Question, Text
from dialogs.not_known import not_known
from dialogs.offers import offer, offers, short
from dialogs.recommendation_cards import numbered
from dialogs.saying_dates import sources_line
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import people, recommendations, workgroups
from storage.database import Session
from storage.programmes import Fact
from storage.recommendations import LONGEST_TEXT, FollowedBy, RecommendationState, WrongField

NONE = "-"
#: What is asked for of one: who made it.
_WHO = "who"
#: How many there are to choose from: a list in Slack holds 100.
MOST_CHOICES = 90
#: What a name of a recommendation begins with, which says nothing of which one it is.
_OF_ANY = frozenset({"anbefaling", "anbefalingen", "tilråding", "tilrådinga", "recommendation", "om", "on", "the"})


def listed(session: Session, turn: Turn) -> Card:
    """All of them, each with what became of it."""
    language, every = turn.language, recommendations.every(session, turn.programme.key)
    if not every:
        return not_known(turn, say(language, "recommendations.not_any", programme=turn.programme.name))
    said = recommendations.newest(session, turn.programme.key)
    items = tuple(
        (numbered(language, fact), recommendation_cards.shortly(session, turn, said.get(fact.key))) for fact in every
    )
    choices = tuple(Choice(title=short(numbered(language, fact)), value=fact.key) for fact in every)[:MOST_CHOICES]
    return Card(
        title=say(language, "recommendations.title"),
        blocks=(
            *_by_whom(session, turn, every[0]),
            Text(text=say(language, "recommendations.text"), style="quiet"),
            Items(items=items),
            *sources_line(session, turn, every[0].sources),
        ),
        questions=(
            Question(
                name="fact", label=say(language, "recommendations.which"), value=choices[0].value, choices=choices
            ),
        ),
        buttons=(
            offer(language, "recommendation.open", style="primary"),
            _group(turn, every[0]),
            *offers(language, "initiative.list"),
        ),
        language=language,
    )


def look(session: Session, turn: Turn) -> Card:
    """One of them: what it says, what became of it, and who said so when."""
    every = recommendations.every(session, turn.programme.key)
    key = turn.value("fact") or _named(turn, every) or _spoken_of(turn, every)
    if not key:
        return listed(session, turn)
    return _shown(session, turn, recommendations.get(session, turn.programme.key, key))


def write(session: Session, turn: Turn) -> Card:
    """The form for what became of it."""
    turn.person.must_be(session, "leader", turn.programme.key)
    return _form(session, turn, recommendations.get(session, turn.programme.key, turn.value("fact")), {})


def save(session: Session, turn: Turn) -> Card:
    """Keeps it, and tells those who made the recommendation."""
    programme = turn.programme.key
    turn.person.must_be(session, "leader", programme)
    fact = recommendations.get(session, programme, turn.value("fact"))
    chosen, seen = turn.value("state"), turn.values.get("seen")
    try:
        if chosen not in set(RecommendationState):
            raise WrongField("refused.recommendation.no_state", "state")
        step, is_new = recommendations.say(
            session,
            turn.person,
            programme,
            fact.key,
            RecommendationState(chosen),
            turn.value("text"),
            _followed_by(turn),
            seen if type(seen) is int else 0,
            turn.now,
        )
    except WrongField as wrong:
        return _form(session, turn, fact, {wrong.field: say(turn.language, wrong.key, **wrong.values)})
    if is_new:
        recommendation_notices.tell(session, turn, fact, step)
    return _shown(session, turn, fact).model_copy(update={"outcome": "done"})


def _shown(session: Session, turn: Turn, fact: Fact) -> Card:
    language, programme = turn.language, turn.programme.key
    steps = recommendations.steps(session, programme, fact.key)
    newest = steps[-1] if steps else None
    by_whom = _by_whom(session, turn, fact)
    blocks: list[Block] = [
        Text(text=recommendation_cards.said(session, turn, newest), style="strong"),
        Text(text=told(fact.text, language)),
    ]
    points = fact.details.get("points") or []
    if points:
        blocks.append(Items(items=tuple((told(point, language), "") for point in points)))
    lines = [recommendation_cards.line(session, turn, step) for step in reversed(steps)]
    if lines:
        blocks.insert(1, Text(text=lines[0][0], style="quiet"))
    if lines[1:]:
        blocks.append(Text(text=say(language, "recommendations.history"), style="strong"))
        blocks.append(Items(items=tuple(lines[1:])))
    leads = turn.is_private and "leader" in people.roles(session, turn.person, programme)
    values = {"fact": fact.key}
    return Card(
        title=numbered(language, fact),
        blocks=(*by_whom, *blocks, *sources_line(session, turn, fact.sources)),
        buttons=(
            *((offer(language, "recommendation.set", values, "primary"),) if leads else ()),
            *recommendation_cards.to_what_follows(session, turn, newest),
            *offers(language, "recommendation.list"),
            _group(turn, fact),
        )[:MOST_BUTTONS],
        language=language,
        subject={"fact": fact.key},
        outcome="answered" if steps or by_whom else "unknown",
    )


def _form(session: Session, turn: Turn, fact: Fact, errors: dict[str, str]) -> Card:
    language, programme = turn.language, turn.programme.key
    steps = recommendations.steps(session, programme, fact.key)
    last = steps[-1] if steps else None
    states = tuple(
        Choice(title=say(language, f"recommendations.choice.{one}"), value=one) for one in RecommendationState
    )
    by = f"{last.followed_by}:{last.followed_by_key}" if last and last.followed_by else NONE
    before = {
        "state": last.state if last else RecommendationState.RECEIVED,
        "by": by,
        "text": last.text if last else "",
    }
    typed = {name: turn.value(name) or before[name] if errors else before[name] for name in before}
    choices, told_to = _choices(session, turn), recommendation_notices.whom(session, turn, fact)
    saving = offer(language, "recommendation.said", {"fact": fact.key, "seen": len(steps)}, "primary", replaces=True)
    return Card(
        title=say(language, "recommendations.form.title", title=numbered(language, fact)),
        blocks=(
            Text(text=say(language, "recommendations.form.text")),
            *(() if told_to else (Text(text=say(language, "recommendations.form.nobody"), style="quiet"),)),
        ),
        questions=(
            Question(
                name="state",
                label=say(language, "recommendations.form.state"),
                value=typed["state"] if typed["state"] in set(RecommendationState) else RecommendationState.RECEIVED,
                choices=states,
                error=errors.get("state", ""),
            ),
            Question(
                name="by",
                label=say(language, "recommendations.form.by"),
                value=typed["by"] if typed["by"] in {one.value for one in choices} else NONE,
                choices=choices,
                error=errors.get("by", ""),
            ),
            Question(
                name="text",
                label=say(language, "recommendations.form.why"),
                value=turn.value("text") if errors else before["text"],
                lines=3,
                longest=LONGEST_TEXT,
                error=errors.get("text", ""),
            ),
        ),
        buttons=(
            saving if told_to else saving.model_copy(update={"title": say(language, "recommendations.form.save")}),
            recommendation_cards.opening(turn, fact),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _choices(session: Session, turn: Turn) -> tuple[Choice, ...]:
    """What may follow it up: initiatives, deliveries and what is in the decisions log."""
    language = turn.language
    found = recommendations.may_follow(session, turn.programme.key)
    none = Choice(title=say(language, "recommendations.by.none"), value=NONE)
    named = (
        Choice(title=short(say(language, f"recommendations.of.{kind}", title=title)), value=f"{kind}:{key}")
        for kind, key, title in found
    )
    return (none, *named)[:MOST_CHOICES]


def _followed_by(turn: Turn) -> tuple[FollowedBy, str] | None:
    kind, _, key = turn.value("by").partition(":")
    return (FollowedBy(kind), key) if kind in set(FollowedBy) and key else None


def _named(turn: Turn, every: list[Fact]) -> str:
    """The one that the words name, by its number or by a name of it; empty where they name none."""
    words = re.findall(r"\w+", turn.text.casefold())
    numbers = {word for word in words if word.isdecimal()}
    if not words:
        return ""
    for fact in every:
        for name in (*fact.names, *(fact.title or {}).values()):
            own = set(re.findall(r"\w+", name.casefold())) - _OF_ANY
            if own and own <= set(words) and (len(own) > 1 or not own <= numbers):
                return fact.key
    return next((fact.key for fact in every if str(fact.details.get("number")) in numbers), "")


def _spoken_of(turn: Turn, every: list[Fact]) -> str:
    """The one that the last answer was about, where that is what "it" means."""
    about = turn.subject.get("fact", "")
    return about if turn.value("aspect") == _WHO and about in {fact.key for fact in every} else ""


def _by_whom(session: Session, turn: Turn, fact: Fact) -> tuple[Text, ...]:
    """Who made it, where that was the question."""
    if turn.value("aspect") != _WHO:
        return ()
    group = workgroups.get(session, turn.programme.key, str(fact.details.get("workgroup")))
    return (
        Text(
            text=say(turn.language, "recommendations.made_by", group=told(group.title, turn.language)), style="strong"
        ),
    )


def _group(turn: Turn, fact: Fact) -> Button:
    """Who has made them."""
    title, group = say(turn.language, "recommendations.who"), fact.details.get("workgroup")
    return Button(title=title, action="workgroup.about", values={"group": group, "groups": [group]})
