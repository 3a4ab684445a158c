"""What the examples show of one's own data: seeing it, correcting it, taking it along and having it erased."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from dialogs.card import Card
from dialogs.own_data import AREAS, DONE, PEOPLE_FILE


class Stage(Protocol):
    """Where they are played; see dialogs/example_turns.py."""

    def act(self, action: str, values: Mapping[str, Any] | None = None) -> Card: ...

    def press(self, action: str, place: int = 0, *, form: Mapping[str, Any] | None = None) -> Card: ...


def scenes(stage: Stage) -> Iterator[tuple[str, Card]]:
    """To be played at the end: nobody is there afterwards."""
    yield "signup.export", stage.act("signup.export")
    yield "signup.exported", stage.press("signup.exported", form={"group": "all"})
    yield "signup.exported:promises", stage.act("signup.exported", {"kind": "promises"})
    yield "signup.export:before", stage.act("signup.export")
    yield "own.show", stage.act("own.show")
    yield "own.choose", stage.press("own.choose")
    for area in (*AREAS, DONE, PEOPLE_FILE):
        yield f"own.part:{area}", stage.act("own.part", {"area": area})
    yield "own.more", stage.act("own.more", {"area": "messages", "first": 10})
    yield "own.correct", stage.act("own.correct")
    stage.act("question.sent", {"text": "Når får vi vite mer om turnusen i mai?", "form": "own", "language": "nb"})
    stage.act("own.part", {"area": "questions"})
    yield "own.question_back", stage.press("own.question_back")
    yield "own.take", stage.act("own.take")
    yield "own.erase", stage.act("own.erase")
    yield "own.erased:alone in a role", stage.press("own.erased", form={"alone": "-"})
    yield "own.erased:old button", stage.act("own.erased", {"person": 0})
    yield "own.erased", stage.press("own.erased", form={"alone": "yes"})
