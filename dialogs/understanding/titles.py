"""A text that is a button's title, word for word, is that button: people type what they read on one.

Only of buttons that need nothing beside them. Those whose title is ordinary speech, which the other rules read well
and with what it names ("Neste milepæl"), are left to them; who may do a thing is asked where it is done, as when it is
pressed (or what it means of others: dialogs/guide.py).
"""

from functools import cache

from dialogs.card import LANGUAGES, Language
from dialogs.understanding.normalise import folded
from dialogs.words import say

#: What needs no values, and is not always understood by its title.
ACTIONS = (
    "announcement.mine",
    "composition.show",
    "calendar.add",
    "decision.list",
    "delivery.new",
    "delivery.prioritise",
    "delivery.queue",
    "decision.log",
    "group.meetings",
    "initiative.list",
    "initiative.mine",
    "initiative.ranking",
    "initiative.scoring",
    "initiative.score",
    "input.held",
    "input.outcomes",
    "input.poster",
    "meeting.write",
    "own.choose",
    "own.correct",
    "own.erase",
    "own.show",
    "own.take",
    "proposal.list",
    "proposal.new",
    "question.answers",
    "recommendation.list",
    "question.list",
    "release.list",
    "report.answer",
    "report.draft",
    "report.list",
    "report.next",
    "report.latest",
    "report.rhythm",
    "report.stream",
    "report.streams",
    "signup.by_hand",
    "signup.export",
    "signup.groups",
    "signup.register",
    "sprint.demo",
    "sprint.show",
    "told.on",
    "top.edit",
    "top.rhythm",
    "topic.choose",
    "whistleblowing.read",
)
_MARKS = " .!?"


def titled(text: str) -> tuple[str, tuple[Language, ...]] | None:
    """The action whose button has that title, and the languages in which it has."""
    return _titles().get(_plain(text))


def _plain(text: str) -> str:
    return " ".join(folded(text).strip(_MARKS).split())


@cache
def _titles() -> dict[str, tuple[str, tuple[Language, ...]]]:
    found: dict[str, tuple[str, tuple[Language, ...]]] = {}
    for language in LANGUAGES:
        for action in ACTIONS:
            title = _plain(say(language, f"guide.button.{action}"))
            found[title] = (action, (*found.get(title, ("", ()))[1], language))
    return found
