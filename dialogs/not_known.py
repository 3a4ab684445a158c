"""What no document says: told as such, with whom to ask, and never filled in."""

from dialogs.card import Block, Button, Card, Text
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import programmes
from storage.database import Session
from storage.programmes import Fact


def ask_whom(turn: Turn) -> Text:
    """Whom to ask: the programme's contact, else the nearest leader or the project's leadership."""
    if turn.programme.contact_email:
        return Text(text=say(turn.language, "programmes.ask.contact", email=turn.programme.contact_email))
    return Text(text=say(turn.language, "programmes.ask.nearest"))


def not_known(
    turn: Turn, said: str, *blocks: Block, buttons: tuple[Button, ...] = (), subject: dict[str, str] | None = None
) -> Card:
    """The card that says so; ``blocks`` are what is known nevertheless."""
    return Card(
        title=said,
        blocks=(*blocks, ask_whom(turn)),
        buttons=buttons or offers(turn.language, "milestone.list", "input.submit"),
        language=turn.language,
        outcome="unknown",
        subject=subject,
    )


def open_question(session: Session, turn: Turn) -> Fact | None:
    """The question that the documents leave open and that the person asked, if it is one of those."""
    key = turn.value("open_question")
    found = programmes.facts(session, turn.programme.key, "open_question") if key else []
    return next((fact for fact in found if fact.key == key), None)


def no_such_number(turn: Turn) -> Card | None:
    """That nothing has the number asked for ("arbeidsgruppe 5" of four); None where none was."""
    number = turn.values.get("number")
    if type(number) is not int:
        return None
    return not_known(turn, say(turn.language, "programmes.no_such_number", number=number),
                     buttons=offers(turn.language, "workgroup.list", "milestone.list"))  # fmt: skip


def left_open(turn: Turn, fact: Fact) -> str:
    """That no document says it, in a sentence."""
    return say(turn.language, "programmes.open", what=_lower(told(fact.text or fact.title, turn.language)))


def note(turn: Turn, topic: str) -> str:
    """What the programme's file notes on a topic ("phases"), or nothing."""
    found = turn.programme.notes.get(topic)
    return told(found, turn.language) if isinstance(found, dict) else ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".") if text[1:2].islower() else text.rstrip(".")
