"""Back after a long silence: five lines of what is new, instead of all that waited. Why one was away is never asked."""

from datetime import date, datetime, time

from dialogs import digests
from dialogs.card import LANGUAGES, Card, Language
from dialogs.digests import News
from dialogs.together import Shown, caught_up, united
from dialogs.turn import Turn
from storage import absences, outbox, together
from storage.database import Session
from storage.digests import cover
from storage.outbox import Kind, Message
from storage.together import Part


def see_to(session: Session, turn: Turn) -> None:
    """Whoever writes or presses something after weeks of silence is owed the lines, once, beside the answer."""
    person, programme = turn.person, turn.programme
    since = absences.note(session, person, turn.today)
    if since is None or not absences.was_silent(since, turn.today, programme.catch_up_after_weeks):
        return
    if person.is_muted or person.only_musts:
        return
    found = digests.news(session, programme, datetime.combine(since, time(), turn.zone), turn.now)
    backlog = together.backlog(session, programme, person, turn.now)
    if not found.is_empty or backlog:
        _owe(session, turn, since, found, backlog)


def _owe(session: Session, turn: Turn, since: date, found: News, backlog: list[Part]) -> None:
    programme, person = turn.programme, turn.person
    key = f"back:{programme.key}:{absences.week_of(turn.today)}"
    if together.had_before(session, key, [person.identity]):
        return
    stored = [session.get_one(Message, part.message) for part in backlog]
    cards = {language: lines(found, stored, key, language).model_dump(mode="json") for language in LANGUAGES}
    # It follows an act of their own: they are there now, whatever the hour.
    kind = outbox.of_several(part.kind for part in backlog)
    message = outbox.write(session, programme.key, kind, cards, is_urgent=True)
    together.merge(session, message, key, {person.identity: backlog}, turn.now)
    if person.digest != "off":
        cover(session, programme.key, [person.identity], turn.now)


def lines(found: News, stored: list[Message], key: str, language: Language) -> Card:
    """What is new, and what waited, in a few lines."""
    shown: list[Shown] = [
        (Kind(message.kind), Card.model_validate(message.cards.get(language) or message.cards["nb"]))
        for message in stored
    ]
    if not found.is_empty:
        shown.append((Kind.DIGEST, digests.digest(found, language)))
    card = caught_up(united(shown), key, language)
    if stored:
        return card
    # Nothing waited: there is no more of it to show than the news themselves, which the other buttons lead to.
    return card.model_copy(update={"buttons": card.buttons[1:]})
