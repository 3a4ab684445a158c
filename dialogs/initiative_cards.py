"""An initiative or an idea on a card: what is asked of it, where it stands, what became of it, and what can be done."""

from dialogs import former, saying_dates, saying_ranks, topic_offers
from dialogs.card import Block, Button, Card, Facts, Items, Language, Text
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import ideas, initiative_states, people, ranking, scoring
from storage.database import Session
from storage.ideas import Idea
from storage.initiative_states import RANKED, InitiativeChange, State
from storage.initiatives import Initiative
from storage.people import Person
from storage.topics import Kind

#: What a button moves an initiative to; starting leads to one of two states, by whether its need is known.
START = "start"
#: What a leader can do with one in each state.
STEPS: dict[State, tuple[str, ...]] = {
    State.IDEA: (State.LIFTED, State.STOPPED),
    State.LIFTED: (START, State.STOPPED),
    State.EXPLORING: (State.TESTING, State.STOPPED),
    State.TESTING: (State.DONE, State.STOPPED),
    State.DONE: (),
    State.STOPPED: (State.LIFTED,),
}
#: What is said of an initiative that the documents name, until somebody says here where it stands.
NAMED = "named"
#: How much of what became of it a card tells: the last changes.
MOST_CHANGES = 6


def state_said(language: Language, state: str) -> str:
    return say(language, f"ideas.state.{state}")


def spoken(session: Session, programme_key: str) -> dict[str, str]:
    """The states of all, by their keys, as they are spoken of: what the documents only name is not told as waiting."""
    states = initiative_states.states(session, programme_key)
    named = initiative_states.only_named(session, programme_key)
    return {key: NAMED if key in named else str(state) for key, state in states.items()}


def opened(session: Session, turn: Turn, row: Initiative) -> Card:
    """All that is known of it, for this person."""
    language = turn.language
    idea, state = ideas.find(session, turn.programme.key, row.key), initiative_states.state(session, row)
    changes = initiative_states.history(session, turn.programme.key, row.key)
    said = str(state) if changes else NAMED
    return Card(
        title=told(row.title, language),
        blocks=(
            Text(text=saying_dates.capitalised(state_said(language, said)), style="strong"),
            *_standing(session, turn, row),
            *_asked(session, turn, row, idea),
            *_history(session, turn, changes[-MOST_CHANGES:]),
        ),
        buttons=_buttons(session, turn, row, idea, state),
        language=language,
        subject={"initiative": row.key},
    )


def _standing(session: Session, turn: Turn, row: Initiative) -> tuple[Block, ...]:
    """Which place it has and why, once it has points."""
    order = ranking.at(session, turn.programme.key, turn.now)
    place = next((one for one in order if one.key == row.key), None)
    return (Text(text=saying_ranks.explained(place, len(order), turn.language)),) if place else ()


def opening(language: Language, row: Initiative, title: str = "") -> Button:
    title = title or say(language, "ideas.open")
    return Button(title=title, action="initiative.open", values={"initiative": row.key})


def linked(session: Session, programme_key: str, idea: Idea, language: Language) -> list[str]:
    """The titles of what it belongs to; what the programme has no more is left out."""
    known = ideas.linkable(session, programme_key)
    return [told(known[name], language) for name in idea.links if name in known]


def _asked(session: Session, turn: Turn, row: Initiative, idea: Idea | None) -> tuple[Block, ...]:
    language = turn.language
    if idea is None:
        return (Text(text=told(row.about, language)),) if row.about else ()
    if ideas.is_taken_away(idea):
        return (Text(text=say(language, "ideas.taken_away.text")),)
    said = {name: getattr(idea, name) for name in ideas.TEXTS if name != "need"}
    said["effort"] = say(language, f"ideas.effort.{idea.effort}") if idea.effort else ""
    order = ("for_whom", "value", "effort", "risk", "competences", "releases", "unit")
    facts = [(say(language, f"ideas.fact.{name}"), said[name]) for name in order if said[name]]
    facts.insert(0, (say(language, "ideas.fact.need"), told(row.about, language)))
    facts.append(
        (say(language, "ideas.fact.known"), say(language, f"ideas.known.{'yes' if idea.is_known_need else 'no'}"))
    )
    belongs = linked(session, turn.programme.key, idea, language)
    if belongs:
        facts.append((say(language, "ideas.fact.links"), "; ".join(belongs)))
    if turn.is_private and ideas.may_see_proposer(session, turn.person, idea):
        name = former.name_of(ideas.proposer(session, turn.person, idea), language)
        facts.append((say(language, "ideas.fact.proposer"), name))
    missing = ideas.missing_of(row, idea)
    names = ", ".join(say(language, f"ideas.fact.{name}").lower() for name in missing)
    lacking = (Text(text=say(language, "ideas.missing", names=names), style="quiet"),) if missing else ()
    return (Facts(facts=tuple(facts)), *lacking)


def _history(session: Session, turn: Turn, changes: list[InitiativeChange]) -> tuple[Block, ...]:
    if not changes:
        return ()
    heading = Text(text=say(turn.language, "ideas.history"), style="strong")
    return heading, Items(items=tuple(change_line(session, turn, change) for change in changes))


def change_line(session: Session, turn: Turn, change: InitiativeChange) -> tuple[str, str]:
    """When it became what, by whom and why. Who proposed it is told to nobody but leaders and themselves."""
    day = saying_dates.day(turn.language, change.changed_at.astimezone(turn.zone).date(), weekday=False)
    what = saying_dates.capitalised(state_said(turn.language, change.state))
    if change.state == State.IDEA:
        return what, say(turn.language, "ideas.change.proposed", day=day)
    name = former.name_of(session.get_one(Person, change.changed_by), turn.language)
    own = initiative_states.history(session, change.programme_key, change.initiative_key)[0]
    by = "by_proposer" if own.state == State.IDEA and own.changed_by == change.changed_by else "by"
    said = say(turn.language, f"ideas.change.{by}", day=day, **({"name": name} if by == "by" else {}))
    return what, f"{said} {change.why}".strip()


def _buttons(session: Session, turn: Turn, row: Initiative, idea: Idea | None, state: State) -> tuple[Button, ...]:
    language, values = turn.language, {"initiative": row.key}
    held = people.roles(session, turn.person, turn.programme.key) if turn.is_private else frozenset()
    buttons: list[Button] = []
    is_own = idea is not None and idea.proposed_by == turn.person.id and turn.is_private
    if idea is not None and ideas.is_taken_away(idea):
        return (*offers(language, *(["initiative.mine"] if is_own else []), "initiative.list"),)
    if "leader" in held:
        buttons += [
            Button(
                title=say(language, f"ideas.move.{step}{'_again' if state is State.STOPPED else ''}"),
                action="initiative.move",
                values={**values, "to": str(step)},
                style="default" if step == State.STOPPED else "primary",
            )
            for step in STEPS[state]
        ]
    elif is_own and state is State.IDEA:
        to = {**values, "to": str(State.STOPPED)}
        buttons.append(Button(title=say(language, "ideas.withdraw"), action="initiative.move", values=to))
    if "leader" in held and state in RANKED:
        asked = scoring.latest(session, turn.programme.key, row.key)
        is_open = asked is not None and asked.closed_at is None
        action = "initiative.scoring" if is_open else "initiative.scoring_open"
        buttons.insert(1, offer(language, action, {} if is_open else values, replaces=not is_open))
    may_edit = "leader" in held or (is_own and state is State.IDEA)
    if idea is not None and may_edit and state not in (State.DONE, State.STOPPED):
        buttons.append(Button(title=say(language, "ideas.edit"), action="initiative.edit", values=values))
    if state in RANKED:
        buttons.append(Button(title=say(language, "prioritising.why"), action="initiative.why", values=values))
        buttons.append(topic_offers.follow(language, Kind.INITIATIVE, row.key))
    if is_own:
        buttons.append(offer(language, "initiative.mine"))
    # It stands last, and yet has its place: what harms somebody is read by all until it is gone.
    taking = Button(title=say(language, "ideas.take_away"), action="initiative.take_away", values=values)
    last = [taking] if idea is not None and "leader" in held else []
    return (*buttons[: 5 - len(last)], *last, *offers(language, "initiative.list"))
