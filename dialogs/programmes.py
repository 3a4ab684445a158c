"""The programme itself: why, what for, how it is organised, its goals and its deliveries."""

from collections.abc import Callable

from dialogs import asked, charts
from dialogs.card import Card, Items, Text
from dialogs.not_known import left_open, no_such_number, not_known, note, open_question
from dialogs.offers import offers
from dialogs.saying_dates import capitalised, sources_line
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import programmes
from storage.database import Session
from storage.programmes import Fact

_MOST = 3
#: What a question about the programme is answered with where it names nothing in particular.
_OVERVIEWS = {
    "why": ("background",),
    "organisation": ("unit", "temporary_solution"),
    "scope": ("scope_included", "scope_excluded"),
    "temporary": ("temporary_solution",),
}
#: What only a fact of its own answers: the background would be beside the point.
_NEVER_IN_GENERAL = ("savings", "howlong", "count")
#: What has reasons of its own, which those of the whole are not; but the unit that is changed has the whole's.
_WITHOUT_REASONS = ("unit", "organisation_box", "scope_included", "scope_excluded", "temporary_solution", "delivery")
#: Kinds that stand as a list of titles rather than of texts.
_BY_TITLE = ("unit", "scope_included", "scope_excluded")

_SCOPE = ("scope_included", "scope_excluded")
#: What is asked for as a whole, and which facts that is.
_LISTED: dict[str, Callable[[Fact], bool]] = {
    "abbreviations": lambda fact: fact.kind == "abbreviation",
    "films": lambda fact: fact.kind == "news" and fact.details.get("form") == "film",
    "timeline_figure": lambda fact: fact.kind == "timeline_label",
}
#: The note that goes with such a list.
_NOTED = {"films": "films", "timeline_figure": "timeline-figure"}


def about(session: Session, turn: Turn) -> Card:
    """The facts that the question names, an overview of what it is about, or the background where it was asked for in
    general; what no document has anything on is said to be unknown."""
    language, aspect = turn.language, turn.value("aspect")
    if aspect == "contact":
        return _contact(turn)
    every = programmes.facts(session, turn.programme.key, *programmes.KINDS)
    if aspect in _LISTED:
        return _listed(session, turn, [fact for fact in every if _LISTED[aspect](fact)])
    found = _named(turn, every)
    abbreviation = next((fact for fact in found if fact.kind == "abbreviation"), None)
    if abbreviation is not None and aspect in ("", "why"):
        return _abbreviation(session, turn, abbreviation)
    open_one = open_question(session, turn)
    if open_one is not None:
        return not_known(turn, left_open(turn, open_one), *(Text(text=_text(turn, fact)) for fact in found[:1]))
    if aspect == "scope":
        found = [fact for fact in found if fact.kind in _SCOPE] or found
    if found and aspect not in ("why", "organisation", "temporary") and found[0].kind != "abbreviation":
        return _told(session, turn, found[:_MOST])
    if aspect == "why" and found and found[0].kind in _WITHOUT_REASONS and not found[0].details.get("head_title"):
        return not_known(
            turn, say(language, "programmes.unknown"), *(Text(text=_text(turn, fact)) for fact in found[:1])
        )
    kinds = () if aspect in _NEVER_IN_GENERAL or turn.values.get("unheard") else _OVERVIEWS.get(aspect, ("background",))
    overview = [fact for kind in kinds for fact in every if fact.kind == kind]
    if not overview:
        return not_known(turn, say(language, "programmes.unknown"))
    return _overview(session, turn, overview, aspect)


def _named(turn: Turn, every: list[Fact]) -> list[Fact]:
    by_key = {fact.key: fact for fact in every if fact.kind != "open_question"}
    return [by_key[key] for key in dict.fromkeys(asked.keys(turn, "facts", "fact")) if key in by_key]


def _told(session: Session, turn: Turn, found: list[Fact]) -> Card:
    first, *more = found
    title, text = told(first.title, turn.language), _text(turn, first)
    return Card(
        title=_scope(turn, first) or title or text,
        blocks=(
            *((Text(text=text),) if title and text != title else ()),
            *_points(turn, first),
            *(Text(text=_text(turn, fact)) for fact in more),
            *_scope_note(turn, first),
            *sources_line(session, turn, [source for fact in found for source in fact.sources]),
        ),
        buttons=offers(turn.language, "goal.about", "milestone.list"),
        language=turn.language,
    )


def _scope(turn: Turn, fact: Fact) -> str:
    """Whether an area is in the programme: the title alone would not say it. Empty for what is no area."""
    if fact.kind not in _SCOPE:
        return ""
    return capitalised(say(turn.language, f"programmes.{fact.kind}", area=fact.title or ""))


def _scope_note(turn: Turn, fact: Fact) -> tuple[Text, ...]:
    detail = fact.details.get("note")
    return (Text(text=told(detail, turn.language)),) if fact.kind in _SCOPE and isinstance(detail, dict) else ()


def _overview(session: Session, turn: Turn, found: list[Fact], aspect: str) -> Card:
    language = turn.language
    items = tuple(_item(turn, fact) for fact in found if _item(turn, fact)[0])
    return Card(
        title=say(language, f"programmes.overview.{aspect or 'why'}", programme=turn.programme.name),
        blocks=(
            *(charts.shown(session, turn, charts.UNITS) if aspect == "organisation" else ()),
            Items(items=items),
            *sources_line(session, turn, [source for fact in found for source in fact.sources]),
        ),
        buttons=offers(language, "goal.about", "milestone.list"),
        language=language,
    )


def _item(turn: Turn, fact: Fact) -> tuple[str, str]:
    title, text = told(fact.title, turn.language), told(fact.text, turn.language)
    if fact.kind == "unit":
        return title, str(fact.details.get("person") or "")
    if fact.kind == "scope_included":
        return say(turn.language, "programmes.is_in", area=title), ""
    if fact.kind == "scope_excluded":
        return say(turn.language, "programmes.is_out", area=title), ""
    return text or title, ""


def _abbreviation(session: Session, turn: Turn, fact: Fact) -> Card:
    language = turn.language
    if not fact.text:
        return not_known(turn, say(language, "programmes.abbreviation_unknown", short=fact.title or ""))
    return Card(
        title=say(language, "programmes.abbreviation", short=fact.title or "", long=fact.text),
        blocks=sources_line(session, turn, fact.sources),
        buttons=offers(language, "programme.about"),
        language=language,
    )


def _listed(session: Session, turn: Turn, found: list[Fact]) -> Card:
    """All facts of a sort, with what is to be known of them together: an abbreviation with what it stands for, or that
    no document says it."""
    language, aspect = turn.language, turn.value("aspect")
    if not found:
        return not_known(turn, say(language, "programmes.unknown"))
    said = note(turn, _NOTED[aspect]) if aspect in _NOTED else ""
    return Card(
        title=say(language, f"programmes.{aspect}", programme=turn.programme.name),
        blocks=(
            Items(items=tuple((told(fact.title, language), _stands_for(turn, fact)) for fact in found)),
            *((Text(text=said),) if said else ()),
            *sources_line(session, turn, [source for fact in found for source in fact.sources]),
        ),
        buttons=offers(language, "programme.about", "milestone.list"),
        language=language,
    )


def _stands_for(turn: Turn, fact: Fact) -> str:
    if fact.kind != "abbreviation":
        return ""
    return told(fact.text, turn.language) or say(turn.language, "programmes.abbreviations.unknown")


def _contact(turn: Turn) -> Card:
    email = turn.programme.contact_email
    if not email:
        return not_known(turn, say(turn.language, "programmes.contact_unknown", programme=turn.programme.name))
    return Card(
        title=say(turn.language, "programmes.contact", programme=turn.programme.name, email=email),
        buttons=offers(turn.language, "input.submit", "workgroup.list"),
        language=turn.language,
    )


def goals(session: Session, turn: Turn) -> Card:
    """The goals: the one asked about, or all of them under their headline."""
    missing = no_such_number(turn)
    if missing is not None:
        return missing
    language = turn.language
    every = programmes.facts(session, turn.programme.key, "goal_headline", "goal")
    headline = next((fact for fact in every if fact.kind == "goal_headline"), None)
    found = [fact for fact in _named(turn, every) if fact.kind == "goal"]
    if len(found) == 1:
        return _told(session, turn, found)
    if not every:
        return not_known(turn, say(language, "programmes.no_goals"))
    items = tuple(_goal(turn, fact) for fact in every if fact.kind == "goal")
    return Card(
        title=told(headline.title, language) if headline else say(language, "programmes.goals"),
        blocks=(
            *((Text(text=told(headline.text, language)),) if headline and headline.text else ()),
            Items(items=items, numbered=True),
            *sources_line(session, turn, [source for fact in every for source in fact.sources]),
        ),
        buttons=offers(language, "programme.about", "milestone.list"),
        language=language,
    )


def _goal(turn: Turn, fact: Fact) -> tuple[str, str]:
    points = "; ".join(told(point, turn.language).rstrip(".") for point in fact.details.get("points", []))
    return told(fact.title or fact.text, turn.language), points


def deliveries(session: Session, turn: Turn) -> Card:
    """Sprints, teams and deliveries: what was asked about, or how they work."""
    missing = no_such_number(turn)
    if missing is not None:
        return missing
    language = turn.language
    every = programmes.facts(session, turn.programme.key, "delivery_rule", "delivery")
    if not every:
        known = [Text(text=note(turn, "deliveries"))] if note(turn, "deliveries") else []
        return not_known(turn, say(language, "programmes.no_deliveries", programme=turn.programme.name), *known)
    found = _named(turn, every)
    one = next((fact for fact in found if fact.kind == "delivery"), None)
    if one is not None and len(found) == 1:
        return not_known(
            turn,
            say(language, "programmes.delivery_unknown", delivery=one.title or ""),
            *((Text(text=note(turn, "deliveries")),) if note(turn, "deliveries") else ()),
            *sources_line(session, turn, one.sources),
        )
    rules = [fact for fact in found if fact.kind == "delivery_rule"]
    if rules and turn.value("aspect") != "count":
        return _told(session, turn, rules[:_MOST])
    items = tuple(
        (told(fact.title, language), told(fact.text, language)) for fact in every if fact.kind == "delivery_rule"
    )
    return Card(
        title=say(language, "programmes.deliveries", count=sum(fact.kind == "delivery" for fact in every)),
        blocks=(
            Items(items=items),
            *((Text(text=note(turn, "deliveries")),) if note(turn, "deliveries") else ()),
            *sources_line(session, turn, [source for fact in every for source in fact.sources]),
        ),
        buttons=offers(
            language, *(["delivery.queue"] if turn.programme.sprints else []), "milestone.list", "workgroup.list"
        ),
        language=language,
    )


def _text(turn: Turn, fact: Fact) -> str:
    return told(fact.text, turn.language) or told(fact.title, turn.language)


def _points(turn: Turn, fact: Fact) -> tuple[Items, ...]:
    points = fact.details.get("points") or []
    return (Items(items=tuple((told(point, turn.language), "") for point in points)),) if points else ()
