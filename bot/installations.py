"""What nobody typed: the bot was installed for somebody or removed, joined a group or left it."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from uuid import uuid4

from dialogs import guide, home
from dialogs.card import LANGUAGES, Card
from dialogs.turn import Turn
from storage import groups, outbox, people
from storage.database import Session
from storage.groups import Group
from storage.outbox import Kind


def installed(session: Session, turn: Turn) -> tuple[Card, ...]:
    """Owes the welcome, once: an organisation installs the bot for thousands in minutes, and platforms have a pace."""
    if turn.person.welcomed_at is None:
        turn.person.welcomed_at = turn.now
        session.add(turn.person)
        cards = {language: guide.welcome(session, replace(turn, language=language)) for language in LANGUAGES}
        stored = {language: card.model_dump(mode="json") for language, card in cards.items()}
        version = sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()[:16]
        key = f"welcome:{turn.programme.key}:{version}"
        message = outbox.standing(session, turn.programme.key, Kind.NOTICE, key, stored)
        # Whether they were welcomed is the person's; whoever comes back is owed another.
        outbox.owe(session, turn.person, message, f"welcome:{turn.person.identity}:{uuid4().hex}")
    return ()


def opened(session: Session, turn: Turn) -> tuple[Card, ...]:
    """The welcome as the answer, once for each person, however often the channel says that they have come."""
    if turn.person.welcomed_at is not None:
        return ()
    turn.person.welcomed_at = turn.now
    session.add(turn.person)
    return (guide.welcome(session, turn),)


#: What a person's own installation brings about, which is their first turn, and opening the place for what is theirs.
OF_PEOPLE: dict[str, Callable[[Session, Turn], tuple[Card, ...]]] = {
    "welcome": opened,
    "installed": installed,
    "home": home.concerns,
}


def joined(session: Session, group: Group, programme_key: str) -> bool:
    return groups.join(session, group, programme_key)


def known(session: Session, group: Group, programme_key: str) -> bool:
    """Keeps what a channel is called now, without a word."""
    groups.join(session, group, programme_key)
    return False


def left(session: Session, group: Group, programme_key: str) -> bool:
    groups.leave(session, group, people.NOT_INSTALLED)
    return False


#: What happens to groups: nobody becomes known by it. Returns whether the group is to be greeted.
OF_GROUPS: dict[str, Callable[[Session, Group, str], bool]] = {
    "group.joined": joined,
    "group.known": known,
    "group.left": left,
}
