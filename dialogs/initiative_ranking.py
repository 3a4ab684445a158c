"""The order of initiatives, why each stands where it does, and why one's own is not among the first."""

from dialogs import initiative_cards, saying_ranks
from dialogs.card import Button, Card, Items, Text
from dialogs.offers import offers, short, with_role
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import criteria, ideas, initiative_states, initiatives, prioritising, ranking, scoring
from storage.database import Session
from storage.ideas import Idea
from storage.initiative_states import RANKED, RUNNING, State
from storage.initiatives import TOP, Initiative
from storage.ranking import Place

#: How many of the order are listed.
MOST_LISTED = 10


def listed(session: Session, turn: Turn) -> Card:
    """The order as it is now, with movement since everyone was last told."""
    language, order = turn.language, ranking.at(session, turn.programme.key, turn.now)
    last = saying_ranks.last_told(session, turn.programme)
    if not order:
        card = Card(
            title=say(language, "prioritising.none.title"),
            blocks=(Text(text=say(language, "prioritising.none.text")),),
            buttons=offers(language, "initiative.list", "initiative.top"),
            language=language,
            outcome="unknown",
        )
        return _for_those_who_weigh(session, turn, card)
    lines = tuple((told(one.title, language), _line(turn, one, last[1] if last else None)) for one in order)
    version = criteria.find(session, turn.programme.key, turn.now)
    weighed = saying_ranks.weights(version.each if version else (), language)
    since = (Text(text=saying_ranks.since(last[0], turn.programme, language), style="quiet"),) if last else ()
    card = Card(
        title=say(language, "prioritising.ranking.title"),
        blocks=(
            Items(items=lines[:MOST_LISTED], numbered=True),
            *since,
            Text(text=say(language, "prioritising.how", weights=weighed), style="quiet"),
        ),
        buttons=offers(language, "initiative.open", "initiative.list", "initiative.top"),
        language=language,
    )
    return _for_those_who_weigh(session, turn, card)


def why(session: Session, turn: Turn) -> Card:
    """Why an initiative stands where it does; without one, why one's own is not among the first."""
    key = turn.value("initiative")
    own = [idea.initiative_key for idea in ideas.of_person(session, turn.person, turn.programme.key)]
    if not key and (not own or not turn.is_private):
        return listed(session, turn)
    row = initiatives.get(session, turn.programme.key, key or own[0])
    others = [initiatives.get(session, turn.programme.key, other) for other in own if other != row.key]
    language = turn.language
    buttons = [
        Button(title=short(told(other.title, language), 40), action="initiative.why", values={"initiative": other.key})
        for other in (others[:2] if turn.is_private else ())
    ]
    return Card(
        title=told(row.title, language),
        blocks=tuple(Text(text=said) for said in because(session, turn, row)),
        buttons=(initiative_cards.opening(language, row), *buttons, *offers(language, "initiative.ranking")),
        language=language,
        subject={"initiative": row.key},
    )


def because(session: Session, turn: Turn, row: Initiative) -> list[str]:
    """Where it stands and why, in sentences."""
    language, programme = turn.language, turn.programme.key
    state = initiative_states.state(session, row)
    if state not in RANKED:
        return _not_ranked(session, turn, row, state, ideas.find(session, programme, row.key))
    order = ranking.at(session, programme, turn.now)
    place = next((one for one in order if one.key == row.key), None)
    found = scoring.latest(session, programme, row.key)
    if place is None:
        if found is None:
            return [say(language, "prioritising.because.not_asked")]
        left = len(scoring.missing(session, found))
        return [say(language, "prioritising.because.waits", given=len(found.asked) - left, asked=len(found.asked))]
    said = [saying_ranks.explained(place, len(order), language)]
    last = saying_ranks.last_told(session, turn.programme)
    moved = saying_ranks.moved(place, last[1] if last else None, language)
    if moved and last:
        said.append(f"{moved[:1].upper()}{moved[1:]}. {saying_ranks.since(last[0], turn.programme, language)}")
    if place.place > TOP:
        said.append(saying_ranks.compared(place, order[TOP - 1], language))
    return [*said, *_pinned(session, turn, row, place), *_full(session, turn, state)]


def _not_ranked(session: Session, turn: Turn, row: Initiative, state: State, idea: Idea | None) -> list[str]:
    language = turn.language
    said = [say(language, f"prioritising.because.{state}")]
    if state is State.IDEA and idea is not None:
        missing = ", ".join(say(language, f"ideas.fact.{name}").lower() for name in ideas.missing_of(row, idea))
        return [*said, *([say(language, "ideas.missing", names=missing)] if missing else [])]
    change = initiative_states.history(session, turn.programme.key, row.key)[-1]
    return [*said, " ".join(initiative_cards.change_line(session, turn, change)[1:])]


def _pinned(session: Session, turn: Turn, row: Initiative, place: Place) -> list[str]:
    """That a leader has pinned the top 5, where that is another one than the order makes."""
    order = initiatives.top(session, turn.programme.key)
    if order is None or order.ranked_at is not None or (row.key in order.initiative_keys) is (place.place <= TOP):
        return []
    reason = order.reason or say(turn.language, "prioritising.because.no_reason")
    return [say(turn.language, "prioritising.because.pinned", reason=reason)]


def _full(session: Session, turn: Turn, state: State) -> list[str]:
    """That it waits because as many run as may."""
    now = initiative_states.running(session, turn.programme.key)
    most = prioritising.most_running(turn.programme)
    if state in RUNNING or len(now) < most:
        return []
    names = told(initiative_states.joined(row.title for row in now), turn.language)
    return [say(turn.language, "prioritising.because.full", limit=most, names=names)]


def _line(turn: Turn, place: Place, before: list[Place] | None) -> str:
    points = saying_ranks.points(place.total, turn.language)
    moved = saying_ranks.moved(place, before, turn.language)
    said = say(turn.language, "prioritising.line", points=points, agreed=saying_ranks.agreed(place, turn.language))
    return f"{said} ({moved})" if moved else said


def _for_those_who_weigh(session: Session, turn: Turn, card: Card) -> Card:
    """With the way to give points for those whose points count, and to ask for them for leaders."""
    card = with_role(session, turn, card, "leader", "initiative.scoring")
    if turn.is_private and scoring.may_score(session, turn.person, turn.programme):
        return card.model_copy(update={"buttons": (*offers(turn.language, "initiative.score"), *card.buttons)})
    return card
