"""What people see of competence, played as the others of example_turns."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from dialogs.card import Card, Language
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


def scenes(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "competence.show:off", stage.act("competence.show")
    yield "competence.switch", stage.act("competence.switch")
    yield "competence.switched:refused", stage.act("competence.switched", {**_GROUNDS, "on": True, "until": "snart"})
    yield "competence.switched", stage.act("competence.switched", {**_GROUNDS, "on": True})
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
    yield "competence.switched:ended", stage.act("competence.switched", {"on": False})
    stage.act("workgroup.leave", GROUP)
