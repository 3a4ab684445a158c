"""Marking an announcement on the card that sends it, for a reason, and what everybody is told of that."""

from dataclasses import dataclass
from typing import Any

from dialogs.card import Block, Choice, Language, Question, Text, TextStyle
from dialogs.moments import NoMoment
from dialogs.turn import Turn
from dialogs.words import say
from storage.announcements import Announcement
from storage.database import Session
from storage.obligations import OBLIGATION
from storage.reasoned_marks import LONGEST_REASON, ReasonedMark
from storage.refusals import Refused
from storage.urgency import URGENCY


@dataclass(frozen=True)
class MarkFields:
    """One kind of mark in the form: ``name`` is its field's, ``words`` the start of its msgids, ``off`` and ``on`` what
    the field can be, and ``style`` how the reason looks to everybody."""

    mark: ReasonedMark[Any]
    name: str
    words: str
    off: str
    on: str
    style: TextStyle

    @property
    def reason_name(self) -> str:
        return f"{self.name}_reason"

    def questions(
        self, session: Session, turn: Turn, announcement: Announcement, errors: dict[str, str]
    ) -> tuple[Question, ...]:
        """Whether, and why: as it was filled in, else as it is marked."""
        reason = self.mark.why(session, announcement)
        values = (self.off, self.on)
        filled = turn.value(self.name)
        return (
            Question(
                name=self.name,
                label=say(turn.language, f"{self.words}.choose"),
                value=filled if filled in values else self.on if reason else self.off,
                choices=tuple(Choice(title=say(turn.language, f"{self.words}.{one}"), value=one) for one in values),
            ),
            Question(
                name=self.reason_name,
                label=say(turn.language, f"{self.words}.reason"),
                value=turn.value(self.reason_name) if self.reason_name in turn.values else reason,
                longest=LONGEST_REASON,
                error=errors.get(self.reason_name, ""),
            ),
        )

    def take(self, session: Session, turn: Turn, announcement: Announcement, version: int) -> None:
        """Marks it as the form says. Raises NoMoment at the field where the reason lacks or is too long."""
        reason = turn.value(self.reason_name)
        if turn.value(self.name) == self.on:
            try:
                self.mark.check(reason)
            except Refused as refused:
                raise NoMoment(refused.key, self.reason_name, **refused.values) from refused
            self.mark.mark(session, turn.person, announcement, version, reason)
        elif turn.value(self.name) == self.off:
            self.mark.unmark(session, turn.person, announcement, version)

    def told(self, session: Session, announcement: Announcement, language: Language) -> tuple[Block, ...]:
        """What stands above it for everybody who gets it."""
        reason = self.mark.why(session, announcement)
        return (Text(text=say(language, f"{self.words}.told", reason=reason), style=self.style),) if reason else ()

    def facts(self, session: Session, announcement: Announcement, language: Language) -> list[tuple[str, str]]:
        """The line of a report or a plan."""
        reason = self.mark.why(session, announcement)
        return [(say(language, f"{self.words}.label"), reason)] if reason else []


#: So that nobody wonders why it came at night, and why somebody gets it who turned messages off.
URGENT = MarkFields(URGENCY, "urgency", "urgency", "normal", "urgent", "warning")
REQUIRED = MarkFields(OBLIGATION, "obligation", "obligations", "free", "required", "strong")
ALL = (URGENT, REQUIRED)
