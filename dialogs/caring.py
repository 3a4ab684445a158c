"""What a colleague would say to somebody who is not well, and of what others did: the people and numbers, and what is
kept. Nothing here is counted, stored or offered to be sent."""

from collections.abc import Mapping
from typing import Any

from dialogs import whistleblowing
from dialogs.card import Card, Language, Outcome, Text
from dialogs.not_known import ask_whom
from dialogs.offers import offers, with_role
from dialogs.turn import Dialog, Turn
from dialogs.words import say
from storage.database import Session
from storage.whistleblowing import channel

#: What is said, line by line, and how the turn ends: a question of one's own position is one that nobody can answer.
IN_NEED: dict[str, tuple[tuple[str, ...], Outcome]] = {
    "danger": (("guide.danger", "guide.danger.people", "guide.danger.robot"), "declined"),
    "harassment": (
        ("guide.harassment", "guide.harassment.people", "guide.harassment.others", "guide.harassment.robot"),
        "declined",
    ),
    "whistleblowing": (("whistleblowing.chat.title", "whistleblowing.chat.rights"), "declined"),
    "distress": (("guide.distress", "guide.own_position.people", "guide.distress.unknown"), "unknown"),
}


def in_need(language: Language, about: str) -> Card:
    """The people and the numbers for somebody who is not well, by the names of ``IN_NEED``."""
    (title, *lines), outcome = IN_NEED[about]
    return Card(
        title=say(language, title),
        blocks=(
            *(Text(text=say(language, line)) for line in lines),
            Text(text=say(language, "guide.kept_nowhere"), style="quiet"),
        ),
        buttons=offers(language, "help"),
        language=language,
        did="decline",
        outcome=outcome,
    )


def danger(session: Session, turn: Turn) -> Card:
    """A life may be in danger: the numbers first."""
    return in_need(turn.language, "danger")


def harassment(session: Session, turn: Turn) -> Card:
    """Harassment, threats, whistleblowing: those one can turn to, who are not one's leader."""
    card = in_need(turn.language, "harassment")
    own = whistleblowing.contacts(turn.language, channel(session, turn.programme))
    return card.model_copy(update={"blocks": (*card.blocks[:-1], *own, card.blocks[-1])}) if own else card


def notification(session: Session, turn: Turn) -> Card:
    """What may be a whistleblowing notification, in the chat, or how to make one: one's rights, and the ways."""
    language, of = turn.language, channel(session, turn.programme)
    page = f"{turn.public_url.removeprefix('https://')}/innspill" if turn.public_url else say(language, "inputs.page")
    key = "whistleblowing.chat.page" if of.takes else "whistleblowing.chat.nobody"
    card = in_need(language, "whistleblowing")
    there = Text(text=say(language, key, page=page, programme=of.programme))
    blocks = (*card.blocks[:-1], there, *whistleblowing.ways(language, of), card.blocks[-1])
    title = say(language, "whistleblowing.chat.how") if turn.value("aspect") == "how" else card.title
    return card.model_copy(update={"title": title, "blocks": blocks})


def notification_readers(session: Session, turn: Turn) -> Card:
    """Who reads a notification, or that nobody does here, and how they are reached."""
    of = channel(session, turn.programme)
    said = whistleblowing.readers(turn.language, of)
    return Card(
        title=say(turn.language, "whistleblowing.who.title"),
        blocks=(*said, *whistleblowing.contacts(turn.language, of)),
        buttons=offers(turn.language, "input.submit", "help"),
        language=turn.language,
        did="answer",
    )


def own_position(session: Session, turn: Turn) -> Card:
    """What happens to the asker, or how they are: no document says, but there are people for it."""
    if turn.values.get("distress") is True:
        return in_need(turn.language, "distress")
    language = turn.language
    return Card(
        title=say(language, "guide.own_position"),
        blocks=(Text(text=say(language, "guide.own_position.people")),),
        buttons=offers(language, "milestone.next", "programme.about", "input.submit"),
        language=language,
        did="decline",
        outcome="unknown",
    )


def volunteers(session: Session, turn: Turn) -> Card:
    """Who signed up: only coordinators see it."""
    language = turn.language
    card = Card(
        title=say(language, "guide.volunteers"),
        blocks=(Text(text=say(language, "guide.volunteers.own")), ask_whom(turn)),
        buttons=offers(language, "signup.status", "workgroup.list", "help"),
        language=language,
        did="decline",
        outcome="declined",
    )
    return with_role(session, turn, card, "coordinator", "signup.volunteers")


def asking(session: Session, turn: Turn) -> Card:
    """Who asked what, and whether leaders see it: what docs/privacy.md says, in three sentences."""
    language = turn.language
    counts = say(language, "guide.asking.counts", fewest=turn.programme.smallest_group)
    return Card(
        title=say(language, "guide.asking"),
        blocks=(Text(text=say(language, "guide.asking.stored")), Text(text=counts, style="quiet")),
        buttons=offers(language, "milestone.next", "workgroup.list", "help"),
        language=language,
        did="decline",
        outcome="declined",
    )


#: What words that are not for the programme may be about, and what is said to them.
def is_in_need(values: Mapping[str, Any]) -> bool:
    """Whether what was understood tells of danger, harassment or distress: nothing is to come before that."""
    return values.get("about") in IN_NEED or bool(values.get("distress"))


ABOUT: dict[str, Dialog] = {
    "danger": danger,
    "harassment": harassment,
    "notification_readers": notification_readers,
    "whistleblowing": notification,
    "own_position": own_position,
    "volunteers": volunteers,
    "asking": asking,
}
