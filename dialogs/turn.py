"""What comes in: one turn of a conversation, the same for every channel."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from math import inf
from typing import Any
from zoneinfo import ZoneInfo

from dialogs.card import Card, Language
from storage.anonymous_input import InputStore
from storage.database import Session
from storage.people import Person
from storage.programmes import Programme


@dataclass(frozen=True)
class Understood:
    """What typed words were taken to mean.

    ``intent`` is one of the question set's; ``values`` are what it is about: keys of the programme's file
    (``milestones``, ``groups``: lists; ``group``, ``phase``, ``initiative``, ``person``, ``role``, ``fact``), the span
    the words mean (``from``, ``to``: ISO days, both included), and what settings and drafts need (``frequency``,
    ``weekday``, ``on``, ``topic``, ``language``, ``text``). ``candidates`` are the likeliest intents, best first, where
    ``confidence`` (0 to 1) is too low to act on.
    """

    intent: str
    values: dict[str, Any] = field(default_factory=dict)
    confidence: float = 1.0
    language: Language = "nb"
    candidates: tuple[str, ...] = ()
    #: The next likeliest intents, whatever the confidence.
    others: tuple[str, ...] = ()
    #: Whether the words ask or think aloud about what the intent does, instead of ordering it.
    is_only_spoken_of: bool = False
    #: The other question of a text that asks two: its intent and its values.
    second: tuple[str, dict[str, Any]] | None = None
    #: How much speaks, above 0, for what documents do not say, and the words that the intent does not explain, each
    #: with how much it tells (dialogs/weighing.py). Neither is kept.
    doubt: float = -inf
    beside: tuple[tuple[str, float], ...] = ()


#: Where a picture can be fetched, without its ending: by its name, the programme's key, the day that it is of and the
#: version of the programme; empty where nobody can.
PictureAddress = Callable[[str, str, date, int], str]


def nowhere(_which: str, _programme_key: str, _day: date, _version: int) -> str:
    """Nobody can fetch pictures."""
    return ""


@dataclass(frozen=True)
class Turn:
    """One turn: who, where, when, and what they did. ``now`` is aware; ``language`` is what to answer in."""

    person: Person
    programme: Programme
    now: datetime
    language: Language
    channel: str = "web"
    #: False in a group or channel: others read the answer too.
    is_private: bool = True
    text: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    #: What the last answer of this conversation was about, as its card said it.
    subject: dict[str, str] = field(default_factory=dict)
    understood: Understood | None = None
    #: It was acted on before and its answer lost: what the first time left behind is there.
    is_again: bool = False
    is_demo: bool = False
    #: Where browsers reach the bot, without a slash at its end; empty where nobody told.
    public_url: str = ""
    #: Where browsers of this machine reach a demo; empty where it is none.
    local_url: str = ""
    #: Whether e-mails are sent.
    sends_email: bool = False
    picture: PictureAddress = nowhere
    #: The anonymous inputs' own store: for their handlers to read, never for the turn's transaction.
    inputs: InputStore | None = None
    #: The path of a download's page, by its id, whose it is and until when it is good; None where there are no pages.
    sign_download: Callable[[int, int, float], str] | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.programme.timezone)

    @property
    def today(self) -> date:
        """The day it is in the organisation's zone."""
        return self.now.astimezone(self.zone).date()

    def value(self, name: str) -> str:
        """A value as trimmed text: the empty string where it is missing or not text."""
        found = self.values.get(name, "")
        return found.strip() if isinstance(found, str) else ""


@dataclass(frozen=True)
class Afterwards:
    """Cards that are drawn when the turn's transaction is over, in one that only reads.

    Counting a large audience takes a second or two: on SQLite everybody else who writes would wait for it.
    """

    draw: Callable[[Session], Card | tuple[Card, ...]]

    def cards(self, session: Session) -> tuple[Card, ...]:
        drawn = self.draw(session)
        return drawn if isinstance(drawn, tuple) else (drawn,)


#: What the person gets to see for what they did; seldom more than one card.
Shown = Card | tuple[Card, ...] | Afterwards
Dialog = Callable[[Session, Turn], Shown]
