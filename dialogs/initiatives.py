"""Initiatives and recommendations: what the documents say of one of them."""

from dialogs import asked, initiative_cards, outcome_lines, recommendation_cards, topic_offers
from dialogs.card import Block, Button, Card, Items, Text
from dialogs.not_known import left_open, no_such_number, not_known, note, open_question
from dialogs.offers import offers, short
from dialogs.saying_dates import sources_line
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import initiatives, programmes
from storage.database import Session
from storage.initiatives import Initiative
from storage.programmes import Fact
from storage.topics import Kind


def about(session: Session, turn: Turn) -> Card:
    """One initiative, one or some of the recommendations, or which there are."""
    missing = no_such_number(turn)
    if missing is not None:
        return missing
    open_one = open_question(session, turn)
    if open_one is not None:
        return not_known(turn, left_open(turn, open_one), buttons=offers(turn.language, "initiative.top"))
    every = {row.key: row for row in initiatives.every(session, turn.programme.key)}
    initiative = every.get(turn.value("initiative"))
    if initiative is not None:
        return _initiative(session, turn, initiative)
    advice = programmes.facts(session, turn.programme.key, "recommendation", "related_programme")
    found = [fact for fact in advice if fact.key in asked.keys(turn, "facts", "fact")]
    if found:
        return _recommended(session, turn, found)
    if advice:
        return _all_recommended(session, turn, [fact for fact in advice if fact.kind == "recommendation"])
    known = [Text(text=note(turn, topic)) for topic in ("initiatives",) if note(turn, topic)]
    return not_known(turn, say(turn.language, "initiatives.none", programme=turn.programme.name), *known)


def _initiative(session: Session, turn: Turn, row: Initiative) -> Card:
    language = turn.language
    if not row.about:
        return not_known(
            turn,
            say(language, "initiatives.name_only", initiative=row.title),
            *outcome_lines.became(session, turn.programme.key, Kind.INITIATIVE, row.key, language),
            *sources_line(session, turn, row.sources),
            buttons=_ways_on(turn, row),
            subject={"initiative": row.key},
        )
    return Card(
        title=told(row.title, language),
        blocks=(
            Text(text=told(row.about, language)),
            *outcome_lines.became(session, turn.programme.key, Kind.INITIATIVE, row.key, language),
            *sources_line(session, turn, row.sources),
        ),
        buttons=_ways_on(turn, row),
        language=language,
        subject={"initiative": row.key},
    )


def _ways_on(turn: Turn, row: Initiative) -> tuple[Button, ...]:
    return (
        topic_offers.follow(turn.language, Kind.INITIATIVE, row.key),
        initiative_cards.opening(turn.language, row),
        *offers(turn.language, "initiative.top"),
    )


def _recommended(session: Session, turn: Turn, found: list[Fact]) -> Card:
    language = turn.language
    return Card(
        title=_numbered(turn, found[0]),
        blocks=(
            Text(text=recommendation_cards.state(session, turn, found[0]), style="strong"),
            *(Text(text=told(fact.text, language)) for fact in found[:1]),
            *_said_besides(turn, found[0]),
            *(Text(text=f"{_numbered(turn, fact)}: {told(fact.text, language)}") for fact in found[1:3]),
            Text(text=say(language, "initiatives.advice_only"), style="quiet"),
            *sources_line(session, turn, found[0].sources),
        ),
        buttons=(
            recommendation_cards.opening(turn, found[0]),
            *offers(language, "recommendation.list", "workgroup.list"),
        ),
        language=language,
    )


def _said_besides(turn: Turn, fact: Fact) -> tuple[Block, ...]:
    """The points of a recommendation, and what is to be known about how it is put."""
    points, remark = fact.details.get("points") or [], fact.details.get("note")
    listed = (Items(items=tuple((told(point, turn.language), "") for point in points)),) if points else ()
    return (*listed, *((Text(text=told(remark, turn.language), style="quiet"),) if isinstance(remark, dict) else ()))


def _all_recommended(session: Session, turn: Turn, advice: list[Fact]) -> Card:
    language = turn.language
    return Card(
        title=say(language, "initiatives.all", count=len(advice)),
        blocks=(
            Items(items=tuple((told(fact.title, language), "") for fact in advice), numbered=True),
            Text(text=say(language, "initiatives.advice_only"), style="quiet"),
            *sources_line(session, turn, advice[0].sources if advice else ()),
        ),
        buttons=tuple(
            Button(title=short(_numbered(turn, fact)), action="initiative.about", values={"fact": fact.key})
            for fact in advice[:3]
        )
        + offers(language, "recommendation.list"),
        language=language,
    )


def _numbered(turn: Turn, fact: Fact) -> str:
    number = fact.details.get("number")
    return f"{number}. {told(fact.title, turn.language)}" if number else told(fact.title, turn.language)
