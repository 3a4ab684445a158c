"""What was published of inputs ("dere sa, vi gjorde"), wherever somebody asks for it or for what it became."""

from dialogs import topic_offers
from dialogs.card import Block, Items, Language, Text
from dialogs.words import say
from storage import input_outcomes, topics
from storage.database import Session
from storage.input_outcomes import InputOutcome, Told
from storage.topics import Kind

#: How many a card beside something else shows.
MOST_SHOWN = 3


def became(session: Session, programme_key: str, kind: Kind, key: str, language: Language) -> tuple[Block, ...]:
    """On the card of an initiative, a workgroup or a phase: what of inputs became a part of it."""
    return _section(
        session, input_outcomes.latest(session, programme_key, MOST_SHOWN, topics.named(kind, key)), language
    )


def latest(session: Session, programme_key: str, language: Language) -> tuple[Block, ...]:
    """For whoever asks what happened with the inputs."""
    return _section(session, input_outcomes.latest(session, programme_key, MOST_SHOWN), language)


def line(session: Session, row: InputOutcome, language: Language) -> tuple[str, str]:
    """What was said, and what was done about it."""
    return as_read(session, row.programme_key, Told(row.said, row.done, row.topic, row.key), language)


def as_read(session: Session, programme_key: str, told: Told, language: Language) -> tuple[str, str]:
    """The same of what need not be published yet."""
    topic = topics.find(session, programme_key, told.topic) if told.topic else None
    part = say(language, "input_outcomes.part_of", topic=topic_offers.label(topic, language)) if topic else ""
    return told.said, f"{told.done} {part}".strip()


def _section(session: Session, rows: list[InputOutcome], language: Language) -> tuple[Block, ...]:
    if not rows:
        return ()
    heading = Text(text=say(language, "input_outcomes.heading"), style="strong")
    return heading, Items(items=tuple(line(session, row, language) for row in rows))
