"""How many inputs there are of a topic and of a theme, told so that nobody learns of fewer than the smallest group."""

from collections import Counter
from dataclasses import dataclass

from sqlmodel import col, select

from storage import input_themes
from storage.anonymous_input import TOPICS, Input, InputStore
from storage.input_holds import InputHold
from storage.input_themes import InputThemed
from storage.programmes import Programme


@dataclass(frozen=True)
class AtLeast:
    """Topics and names of themes with a number below which there are not fewer. What has too few is not in it."""

    topics: tuple[tuple[str, int], ...]
    themes: tuple[tuple[str, int], ...]


def at_least(store: InputStore, programme: Programme) -> AtLeast:
    """In steps of the programme's smallest group, rounded down: neither from one number to the next, nor between topics
    and themes, nor from one day to another can fewer inputs than that be told apart. There is no sum, no topic by
    theme, and what is held back does not count."""
    with store.database.reading() as inputs:
        rows = inputs.exec(
            select(Input.topic, InputThemed.theme_key)
            .outerjoin(InputThemed, col(InputThemed.input_key) == Input.key)
            .outerjoin(InputHold, col(InputHold.input_key) == Input.key)
            .where(Input.programme_key == programme.key, col(InputHold.input_key).is_(None))
        ).all()
        names = input_themes.names(store, inputs, programme.key)
    topics = Counter(topic for topic, _ in rows)
    themes = Counter(theme for _, theme in rows if theme is not None)
    smallest = programme.smallest_group
    return AtLeast(
        tuple((topic, stepped(topics[topic], smallest)) for topic in TOPICS if topics[topic] >= smallest),
        tuple((name, stepped(themes[key], smallest)) for key, name in names.items() if themes[key] >= smallest),
    )


def stepped(count: int, smallest: int) -> int:
    return count - count % smallest
