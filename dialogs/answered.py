"""What a leader has answered once is told to whoever asks it again, with its source."""

from dialogs.card import Button, Card, Text
from dialogs.offers import offers
from dialogs.saying_dates import sources_line
from dialogs.turn import Turn
from dialogs.understanding.alike import ENOUGH, ENOUGH_OF_ONE_TOPIC, gist, gist_of_published, likeness
from dialogs.words import say, told
from storage import programmes
from storage.database import Session
from storage.programmes import Fact


def find(session: Session, turn: Turn, is_answered: bool) -> Fact | None:
    """The answer to what was typed. Where the documents answer (``is_answered``) it must be the very same question."""
    answers = programmes.answers(session, turn.programme.key)
    if not answers:
        return None
    asked, best, found = gist(turn.text), 0.0, None
    for fact in answers:
        is_one_topic = bool(fact.details.get("topic")) and fact.details["topic"] == _open_question(turn)
        near = likeness(gist_of_published(told(fact.title, "nb")), asked, is_one_topic)
        enough = 1.0 if is_answered else ENOUGH_OF_ONE_TOPIC if is_one_topic else ENOUGH
        if near >= enough and near > best:
            best, found = near, fact
    return found


def card(session: Session, turn: Turn, fact: Fact, action: str, is_answered: bool) -> Card:
    """The question as it was answered, the answer and where it is from; what the documents say is behind a button."""
    values = turn.understood.values if turn.understood else {}
    documents = Button(title=say(turn.language, "unanswered.documents"), action=action, values=values)
    return Card(
        title=told(fact.title, turn.language),
        blocks=(Text(text=told(fact.text, turn.language)), *sources_line(session, turn, fact.sources)),
        buttons=(*((documents,) if is_answered else ()), *offers(turn.language, "milestone.list", "help")),
        language=turn.language,
    )


def _open_question(turn: Turn) -> str:
    found = turn.understood.values.get("open_question") if turn.understood else None
    return found if isinstance(found, str) else ""
