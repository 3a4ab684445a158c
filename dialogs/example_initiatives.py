"""Cards of initiatives, from an idea to the top 5: a part of what dialogs/example_turns.py plays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dialogs import initiative_moves
from dialogs.card import Card
from storage import initiative_states, initiatives

if TYPE_CHECKING:
    from dialogs.example_turns import Stage

_PROGRAMME = "osu2020"
_IDEA: dict[str, Any] = {
    "title": "Felles verktøy for turnus og bemanning i alle enheter",
    "need": "Tre enheter fører turnus i hvert sitt regneark, og ingen ser hvem som mangler folk neste uke. " * 2,
    "for_whom": "Ansatte i turnus og de som setter dem opp",
    "value": "Færre feil, mindre leting og raskere svar til den som kan ta en vakt",
    "effort": "sprint",
    "known": "no",
    "goal": "goal:osu-mal-tjenester",
}
_REST = {
    "risk": "Dobbelt arbeid i overgangen, og at regnearkene lever videre ved siden av",
    "competences": "Turnusplanlegging, HR, IT og en som kjenner arbeidstidsreglene",
    "releases": "To fra HR og en fra IT, av sine egne ledere",
    "unit": "Organisasjon og interne tjenester",
}


def scene(stage: Stage) -> Iterator[tuple[str, Card]]:
    """Everything that can be done with initiatives."""
    yield from _proposing(stage)
    yield from _moving(stage)


def _proposing(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "initiative.mine:none", stage.act("initiative.mine")
    yield "initiative.propose", stage.act("initiative.propose")
    yield "initiative.proposed:no need", stage.act("initiative.proposed", {**_IDEA, "form": "f1", "need": ""})
    yield "initiative.proposed", stage.act("initiative.proposed", {**_IDEA, "form": "f1"})
    alike = {**_IDEA, "title": "Turnus og bemanning: ett verktøy", "form": "f2"}
    yield "initiative.proposed:alike", stage.act("initiative.proposed", alike)
    yield "initiative.mine", stage.act("initiative.mine")
    yield "initiative.list", stage.act("initiative.list")
    yield "initiative.open:idea", stage.act("initiative.open", {"initiative": "idea:f1"})
    yield "initiative.move:not whole", stage.act("initiative.moved", {"initiative": "idea:f1", "to": "lifted"})
    yield "initiative.edit", stage.act("initiative.edit", {"initiative": "idea:f1"})
    yield "initiative.edited", stage.act("initiative.edited", {**_IDEA, **_REST, "initiative": "idea:f1"})


def _moving(stage: Stage) -> Iterator[tuple[str, Card]]:
    key = {"initiative": "idea:f1"}
    yield "initiative.move", stage.act("initiative.move", {**key, "to": "lifted"})
    why = "Behovet er det samme i flere enheter, og de bør løse det sammen."
    yield "initiative.moved", stage.act("initiative.moved", {**key, "to": "lifted", "why": why})
    yield "initiative.open", stage.act("initiative.open", key)
    for known, named in (("yes", "osu-ini-ledelse"), ("no", "osu-ini-kompetanse"), ("yes", "osu-ini-kommunegard")):
        stage.act("initiative.moved", {"initiative": named, "to": "start", "known": known})
    yield "initiative.open:running", stage.act("initiative.open", {"initiative": "osu-ini-kompetanse"})
    yield "initiative.move:start", stage.act("initiative.move", {**key, "to": "start"})
    starting = {**key, "to": "start", "known": "no"}
    yield "initiative.moved:not released", stage.act("initiative.moved", starting)
    yield "initiative.moved:limit", stage.act("initiative.moved", {**starting, "released": "yes"})
    for to in ("done", "stopped"):
        yield f"initiative.move:{to}", stage.act("initiative.move", {"initiative": "osu-ini-ledelse", "to": to})
    yield (
        "initiative.moved:no reason",
        stage.act("initiative.moved", {"initiative": "osu-ini-ledelse", "to": "stopped"}),
    )
    yield "initiative.list:running", stage.act("initiative.list")
    row = initiatives.get(stage.session, _PROGRAMME, "idea:f1")
    change = initiative_states.history(stage.session, _PROGRAMME, row.key)[-1]
    told = initiative_moves.told_of(row, change, stage.person.name, stage.language)
    yield "initiative-told", told
