"""Giving initiatives points, blind to what others give; and for leaders: asking for points, and closing."""

from dialogs import saying_ranks
from dialogs.card import Button, Card, Choice, Items, Language, Question, Text, in_each
from dialogs.initiative_cards import opening
from dialogs.offers import offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import ideas, initiatives, outbox, ranking, scoring
from storage.database import Session
from storage.initiatives import Initiative
from storage.people import Person
from storage.prioritising import LEAST, MOST, Criterion
from storage.refusals import Refused
from storage.scoring import Assessment

#: The choice of nothing: Teams shows no choice whose value is the empty string.
NOTHING = "-"
#: For how many of those that one may still change there is a button.
MOST_CHANGED = 3


def score(session: Session, turn: Turn) -> Card:
    """The next initiative that waits for this person's points, or the one that was named."""
    waiting = scoring.waiting_for(session, turn.person, turn.programme)
    found = _named(session, turn) or (waiting[0] if waiting else None)
    if found is None:
        return _nothing_waits(session, turn)
    return _form(session, turn, found)


def scored(session: Session, turn: Turn) -> Card:
    """Stores the points, and goes on to the next one. When they are the last ones, the proposer is told its place."""
    found = scoring.get(session, turn.programme.key, _key(turn))
    given = _read(turn, scoring.version_of(session, found).each)
    try:
        found, is_closed = scoring.give(session, turn.person, turn.programme, found.identity, given, turn.now)
    except Refused as refused:
        if refused.key != "refused.scoring.points":
            raise
        return _form(session, turn, found, say(turn.language, refused.key, **refused.values))
    if is_closed:
        _tell_proposer(session, turn, found)
    left = scoring.waiting_for(session, turn.person, turn.programme)
    row = initiatives.get(session, turn.programme.key, found.initiative_key)
    said = (
        say_many(turn.language, "prioritising.scored.left", len(left))
        if left
        else say(turn.language, "prioritising.scored.all")
    )
    key = "closed" if is_closed else "open"
    return Card(
        title=say(turn.language, "prioritising.scored.title", initiative=row.title),
        blocks=(Text(text=say(turn.language, f"prioritising.scored.{key}")), Text(text=said)),
        buttons=offers(turn.language, *(("initiative.score",) if left else ()), "initiative.ranking", "help"),
        language=turn.language,
        outcome="done",
    )


def standing(session: Session, turn: Turn) -> Card:
    """For leaders: what points are asked for, who has not given theirs, and the ways to ask and to close."""
    turn.person.must_be(session, "leader", turn.programme.key)
    return _standing(session, turn)


def ask(session: Session, turn: Turn) -> Card:
    """Asks for points for an initiative; those who are to give them are told, once."""
    found, is_new = scoring.ask(session, turn.person, turn.programme, turn.value("initiative"), turn.now)
    if is_new:
        tell_scorers(session, turn, found)
    return _standing(session, turn).model_copy(update={"outcome": "done"})


def close(session: Session, turn: Turn) -> Card:
    """Closes a round before all are in; the proposer is told its place."""
    found, is_new = scoring.close(session, turn.person, turn.programme, _key(turn), turn.now)
    if is_new:
        _tell_proposer(session, turn, found)
    return _standing(session, turn).model_copy(update={"outcome": "done"})


def tell_scorers(session: Session, turn: Turn, found: Assessment) -> None:
    """Tells those who are asked for points, but for whoever asks."""
    row = initiatives.get(session, turn.programme.key, found.initiative_key)
    cards = in_each(lambda language: asked(row, found, language))
    message = outbox.write(session, turn.programme.key, outbox.Kind.NOTICE, cards)
    for key in found.asked:
        if key != turn.person.id:
            person = session.get_one(Person, key)
            outbox.owe(session, person, message, f"scoring:{found.id}:{key}", respect_mute=True)


def asked(row: Initiative, found: Assessment, language: Language) -> Card:
    """What whoever gives points gets."""
    scoring_it = Button(
        title=say(language, "guide.button.initiative.score"),
        action="initiative.score",
        values={"assessment": found.id},
        style="primary",
    )
    return Card(
        title=say(language, "prioritising.asked.title", initiative=row.title),
        blocks=(Text(text=say(language, "prioritising.blind")),),
        buttons=(scoring_it, opening(language, row)),
        language=language,
    )


def placed(place: ranking.Place, of: int, row: Initiative, language: Language) -> Card:
    """What the proposer gets when points are in."""
    why = Button(title=say(language, "prioritising.why"), action="initiative.why", values={"initiative": row.key})
    return Card(
        title=say(language, "prioritising.placed.title", initiative=row.title, place=place.place, of=of),
        blocks=(Text(text=saying_ranks.explained(place, of, language)),),
        buttons=(why, opening(language, row)),
        language=language,
    )


def _tell_proposer(session: Session, turn: Turn, found: Assessment) -> None:
    idea = ideas.find(session, turn.programme.key, found.initiative_key)
    order = ranking.at(session, turn.programme.key, turn.now)
    place = next((one for one in order if one.key == found.initiative_key), None)
    if idea is None or place is None:
        return
    row = initiatives.get(session, turn.programme.key, found.initiative_key)
    cards = in_each(lambda language: placed(place, len(order), row, language))
    message = outbox.write(session, turn.programme.key, outbox.Kind.NOTICE, cards)
    proposer = session.get_one(Person, idea.proposed_by)
    outbox.owe(session, proposer, message, f"placed:{found.id}:{proposer.id}")


def _named(session: Session, turn: Turn) -> Assessment | None:
    """The round that a button names; one that is closed by now is none."""
    if not _key(turn):
        return None
    scoring.must_score(session, turn.person, turn.programme)
    found = scoring.get(session, turn.programme.key, _key(turn))
    if found.closed_at is not None:
        raise Refused("refused.scoring.closed")
    return found


def _nothing_waits(session: Session, turn: Turn) -> Card:
    """All that is asked for is given; what is open can be changed still."""
    rows = scoring.opened(session, turn.programme.key)[:MOST_CHANGED]
    titles = [initiatives.get(session, turn.programme.key, row.initiative_key).title for row in rows]
    changing = [
        Button(
            title=short(say(turn.language, "prioritising.change", initiative=title)),
            action="initiative.score",
            values={"assessment": row.id},
        )
        for row, title in zip(rows, titles, strict=True)
    ]
    return Card(
        title=say(turn.language, "prioritising.none_waits"),
        buttons=(*changing, *offers(turn.language, "initiative.ranking", "help")),
        language=turn.language,
    )


def _form(session: Session, turn: Turn, found: Assessment, error: str = "") -> Card:
    language, held = turn.language, scoring.own(session, turn.person, found)
    row = initiatives.get(session, turn.programme.key, found.initiative_key)
    every = scoring.version_of(session, found).each
    read = _read(turn, every) if error else held
    saving = Button(
        title=say(language, "prioritising.give"),
        action="initiative.scored",
        values={"assessment": found.id},
        style="primary",
        replaces=True,
    )
    return Card(
        title=say(language, "prioritising.form.title", initiative=row.title),
        blocks=(
            *((Text(text=told(row.about, language)),) if row.about else ()),
            Text(text=say(language, "prioritising.blind"), style="quiet"),
        ),
        questions=tuple(_question(one, read.get(one.key), language, error) for one in every),
        buttons=(saving, opening(language, row)),
        language=language,
        outcome="refused" if error else "answered",
    )


def _question(one: Criterion, given: int | None, language: Language, error: str) -> Question:
    low, high = saying_ranks.ends(one, language)
    said = {LEAST: f"{LEAST}: {low}", MOST: f"{MOST}: {high}"}
    choices = tuple(Choice(title=said.get(number, str(number)), value=str(number)) for number in range(LEAST, MOST + 1))
    nothing = Choice(title=say(language, "ideas.nothing"), value=NOTHING)
    is_given = given is not None and LEAST <= given <= MOST
    return Question(
        name=f"points_{one.key}",
        label=saying_ranks.criterion(one, language),
        value=str(given) if is_given else NOTHING,
        choices=(nothing, *choices),
        error="" if is_given else error,
    )


def _read(turn: Turn, every: list[Criterion]) -> dict[str, int]:
    """What the form holds; a criterion without points is not in it."""
    held = {one.key: turn.value(f"points_{one.key}") for one in every}
    return {key: int(said) for key, said in held.items() if said.isascii() and said.isdecimal() and len(said) == 1}


def _standing(session: Session, turn: Turn) -> Card:
    language, programme = turn.language, turn.programme.key
    rows = scoring.opened(session, programme)
    titles = {row.key: told(row.title, language) for row in initiatives.every(session, programme)}
    lines = tuple((titles.get(row.initiative_key, row.initiative_key), _missing(session, turn, row)) for row in rows)
    closing = [
        Button(
            title=short(say(language, "prioritising.close", initiative={"nb": titles.get(row.initiative_key, "")})),
            action="initiative.scoring_close",
            values={"assessment": row.id},
            replaces=True,
        )
        for row in rows[:MOST_CHANGED]
    ]
    none = Text(text=say(language, "prioritising.standing.none"))
    return Card(
        title=say(language, "prioritising.standing.title"),
        blocks=(Items(items=lines) if lines else none, Text(text=say(language, "prioritising.blind"), style="quiet")),
        buttons=(*closing, *offers(language, "initiative.ranking", "initiative.list")),
        language=language,
    )


def _missing(session: Session, turn: Turn, row: Assessment) -> str:
    left = [session.get_one(Person, key).name for key in scoring.missing(session, row)]
    given = len(row.asked) - len(left)
    return say(turn.language, "prioritising.missing", given=given, asked=len(row.asked), names=", ".join(left))


def _key(turn: Turn) -> int:
    number = turn.values.get("assessment")
    return number if type(number) is int and 0 < number < 2**31 else 0
