"""Taking the text of an idea away, for leaders: it harms somebody, and all can read it until it is gone."""

from dialogs.card import LANGUAGES, Button, Card, Language, Question, Text, in_each
from dialogs.initiative_cards import opened, opening
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import ideas, initiatives, outbox, promises
from storage.database import Session
from storage.ideas import PROMISED
from storage.initiative_states import LONGEST_WHY, InitiativeChange
from storage.initiatives import Initiative
from storage.people import Person
from storage.programmes import Localised
from storage.refusals import Refused

#: What is said at the reason's field.
_OF_REASON = ("refused.initiative.why", "refused.initiative.long_why")


def take_away(session: Session, turn: Turn) -> Card:
    """The form: why. Nothing is taken away yet."""
    turn.person.must_be(session, "leader", turn.programme.key)
    row = initiatives.get(session, turn.programme.key, turn.value("initiative"))
    idea = ideas.find(session, turn.programme.key, row.key)
    if idea is None or ideas.is_taken_away(idea):
        return opened(session, turn, row)
    return _form(turn, row)


def taken_away(session: Session, turn: Turn) -> Card:
    """Takes it away, and tells whoever proposed it."""
    turn.person.must_be(session, "leader", turn.programme.key)
    row = initiatives.get(session, turn.programme.key, turn.value("initiative"))
    gone: Localised = {language: say(language, "ideas.taken_away") for language in LANGUAGES}
    try:
        change, is_new = ideas.take_away(
            session, turn.person, turn.programme, row.key, gone, turn.value("why"), turn.now
        )
    except Refused as refused:
        if refused.key not in _OF_REASON:
            raise
        return _form(turn, row, say(turn.language, refused.key, **refused.values))
    if is_new:
        _tell(session, turn, row, change)
    return opened(session, turn, row).model_copy(update={"outcome": "done"})


def told_of(row: Initiative, change: InitiativeChange, name: str, language: Language) -> Card:
    """What whoever proposed it gets: by whom and why, and nothing of the text."""
    return Card(
        title=say(language, "ideas.told.taken_away"),
        blocks=(
            Text(text=say(language, "ideas.told.by", name=name)),
            Text(text=change.why),
            Text(text=say(language, "ideas.told.then.taken_away"), style="quiet"),
        ),
        buttons=offers(language, "initiative.propose", "initiative.mine"),
        language=language,
        subject={"initiative": row.key},
    )


def _tell(session: Session, turn: Turn, row: Initiative, change: InitiativeChange) -> None:
    idea = ideas.find(session, turn.programme.key, row.key)
    if idea is None:
        return
    proposer = session.get_one(Person, idea.proposed_by)
    promises.keep(session, proposer.identity, turn.programme.key, PROMISED, row.key, turn.now)
    if proposer.id == turn.person.id or proposer.is_erased:
        return
    cards = in_each(lambda language: told_of(row, change, turn.person.name, language))
    message = outbox.write(session, turn.programme.key, outbox.Kind.NOTICE, cards)
    outbox.owe(session, proposer, message, f"initiative:{change.id}:{proposer.id}")


def _form(turn: Turn, row: Initiative, error: str = "") -> Card:
    language = turn.language
    why = Question(
        name="why",
        label=say(language, "ideas.why.needed"),
        value=turn.value("why"),
        required=True,
        lines=3,
        longest=LONGEST_WHY,
        error=error,
    )
    taking = Button(
        title=say(language, "ideas.take_away"),
        action="initiative.taken_away",
        values={"initiative": row.key},
        style="primary",
        replaces=True,
    )
    return Card(
        title=say(language, "ideas.taking_away", initiative=row.title),
        blocks=(Text(text=say(language, "ideas.taking_away.text")),),
        questions=(why,),
        buttons=(taking, opening(language, row, say(language, "ideas.back"))),
        language=language,
        outcome="refused" if error else "answered",
    )
