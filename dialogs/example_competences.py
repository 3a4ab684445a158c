"""What people see of competence, played as the others of example_turns."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from dialogs import competence_notices
from dialogs.card import Card, Language
from storage import competences
from storage.database import Session
from storage.people import Person

GROUP = {"group": "osu-omstilling"}
_GROUNDS = {
    "discussed_on": "10.11.2020",
    "discussion": "Referat fra MBM 10. november 2020, sak 14/20, i saksarkivet under 20/1874-12",
    "assessed_on": "16.11.2020",
    "assessment": "DPIA for kompetanse i omstillingsprogrammet, saksarkivet 20/1874-15",
    "until": "30.6.2021",
}
_NEEDS = "Tjenestedesign\nGevinstrealisering og nytteverdi i tjenesteutvikling\nArbeidsrett og avtaleverk\nKlarspråk"
_CAN = "Jeg har jobbet med tjenestedesign i barnevernet, mest brukerreiser og intervjuer, men er ikke utdannet i det. "


class Stage(Protocol):
    """Somebody with every role, and the card that they see."""

    session: Session
    person: Person
    language: Language
    shown: Card

    def act(self, action: str, values: Mapping[str, Any] | None = None) -> Card: ...


def scenes(stage: Stage, representative: Person) -> Iterator[tuple[str, Card]]:
    """``representative`` speaks for the employees, and has no other part in it."""
    yield "competence.confirm:nothing", stage.act("competence.confirm")
    yield "competence.show:off", stage.act("competence.show")
    yield "competence.switch", stage.act("competence.switch")
    yield "competence.switched:refused", stage.act("competence.switched", {**_GROUNDS, "on": True, "until": "snart"})
    yield "competence.switched", stage.act("competence.switched", {**_GROUNDS, "on": True})
    yield from _confirmed(stage, representative)
    yield "competence.show:none", stage.act("competence.show")
    stage.act("workgroup.join", GROUP)
    yield "signup.tell:compared", stage.act("signup.tell", GROUP)
    stage.act("signup.told", {**GROUP, "competences": _CAN * 2, "compared": True})
    yield "competence.needs", stage.act("competence.needs")
    own = {**GROUP, "initiative": ""}
    yield "competence.needs:group", stage.act("competence.needs", own)
    yield "competence.needs_set:refused", stage.act("competence.needs_set", {**own, "needs": "og"})
    yield "competence.needs_set", stage.act("competence.needs_set", {**own, "needs": _NEEDS})
    yield "competence.show:group", stage.act("competence.show", GROUP)
    missing = next(one.name for one in stage.shown.questions)
    yield "competence.filled", stage.act("competence.filled", {**GROUP, missing: "market"})
    yield "competence.show", stage.act("competence.show")
    yield "competence.switch:on", stage.act("competence.switch")
    yield "competence.confirm:on", stage.act("competence.confirm")
    standing = _standing(stage)
    yield "competence.switched:ended", stage.act("competence.switched", {"on": False, "switch": standing})
    stage.act("workgroup.leave", GROUP)


def _confirmed(stage: Stage, representative: Person) -> Iterator[tuple[str, Card]]:
    """Whoever recorded it cannot confirm it; somebody else of the employees' side does."""
    waiting = {"switch": _standing(stage), "was_on": False}
    yield "competence.switch:change", stage.act("competence.switch", {"change": True})
    yield "competence.switched:meanwhile", stage.act("competence.switched", {**_GROUNDS, "discussion": "MBM 15/20"})
    yield "competence.confirm:own", stage.act("competence.confirm")
    yield "competence.confirmed:refused", stage.act("competence.confirmed", waiting)
    leader, stage.person = stage.person, representative
    yield "competence.confirm", stage.act("competence.confirm")
    yield "competence.refuse", stage.act("competence.refuse", waiting)
    yield "competence.refused:refused", stage.act("competence.refused", {**waiting, "reason": " "})
    yield "competence.confirmed", stage.act("competence.confirmed", waiting)
    yield "competence.refuse:withdraw", stage.act("competence.refuse", {**waiting, "was_on": True})
    stage.person = leader
    row = competences.find(stage.session, leader.current_programme)
    assert row is not None, "it was confirmed just now"
    yield "competence-asked", competence_notices.asked(row, leader.name, stage.language)
    reason = "Drøftingen gjaldt noe annet. Sak 14/20 var om lokaler."
    for what in ("refused", "withdrawn", "confirmed", "off", "taken_back"):
        row.ended_because = reason if what in ("refused", "withdrawn") else ""
        card = competence_notices.told(row, representative.name, what, "competence.switch", stage.language)
        yield f"competence-told-{what}", card
    row.ended_because = ""


def _standing(stage: Stage) -> int:
    row = competences.standing(stage.session, stage.person.current_programme)
    return row.identity if row is not None else 0
