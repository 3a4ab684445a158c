"""Where two documents give the same milestone another date: both are told, wherever one is."""

from dialogs.card import Language, Text
from dialogs.saying_dates import source_labels, when
from dialogs.words import say
from storage import milestones
from storage.database import Session
from storage.milestones import Milestone


def warnings(session: Session, language: Language, rows: list[Milestone]) -> tuple[Text, ...]:
    """A sentence for each of the milestones that another document dates otherwise, with who says what."""
    pairs = [(row, milestones.otherwise(session, row)) for row in rows]
    return tuple(
        Text(text=_told(session, language, row, other), style="warning") for row, other in pairs if other is not None
    )


def both(language: Language, row: Milestone, other: Milestone | None) -> str:
    """When the milestone is, and when another document says that it is, inside a sentence."""
    one = when(language, row)
    return say(language, "dates.otherwise", one=one, other=when(language, other)) if other else one


def _told(session: Session, language: Language, row: Milestone, other: Milestone) -> str:
    return say(
        language,
        "milestones.conflict",
        one=when(language, row),
        one_source=source_labels(session, row.programme_key, language, row.sources),
        other=when(language, other),
        other_source=source_labels(session, row.programme_key, language, other.sources),
    )
