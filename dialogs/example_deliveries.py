"""Deliveries played from an empty queue: a card of everything that one can do with them."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from dialogs.card import Card, Language
from dialogs.turn import Turn
from storage import programmes
from storage.database import Session
from storage.people import Person

_NEED = (
    "Lederne i enhetene bruker flere timer i uka på å svare på de samme spørsmålene om lønn, ferie og turnus. Svarene "
    "finnes, men på seks forskjellige steder, og de sier ikke alltid det samme."
)
_TYPED = {
    "title": "Én inngang til HR-spørsmål for ledere i enhetene, med svar samme dag",
    "need": _NEED,
    "for_whom": "Ledere i helse, omsorg, skole og barnehage",
    "owner": "Organisasjon og interne tjenester",
    "known": "no",
}


class Acting(Protocol):
    """What plays a scene; see ``Stage``."""

    session: Session
    person: Person
    language: Language
    shown: Card

    def act(self, action: str, values: Mapping[str, Any] | None = None) -> Card: ...
    def press(self, action: str, place: int = 0, *, form: Mapping[str, Any] | None = None) -> Card: ...
    def turn(self) -> Turn: ...


def scenes(stage: Acting, programme_key: str) -> Iterator[tuple[str, Card]]:
    yield "delivery.queue:none", stage.act("delivery.queue")
    yield "delivery.prioritise:none", stage.act("delivery.prioritise")
    yield "delivery.new", stage.act("delivery.new")
    yield "delivery.save:nothing", stage.press("delivery.save", form={})
    yield "delivery.save", stage.press("delivery.save", form=_TYPED)
    for title, named in (("Felles innkjøp av utstyr", "osu-lev-2"), ("Kart over systemene", "none")):
        stage.act("delivery.new")
        stage.press("delivery.save", form={**_TYPED, "title": title, "named": named, "known": "yes"})
    yield "delivery.new:change", stage.press("delivery.new")
    yield "delivery.queue", stage.act("delivery.queue")
    yield "delivery.prioritise", stage.press("delivery.prioritise")
    seen = stage.shown
    yield "delivery.moved", stage.press("delivery.moved", form={"delivery": "3", "place": "1"})
    stage.shown = seen
    yield "delivery.moved:stale", stage.press("delivery.moved", form={"delivery": "1", "place": "3"})
    yield "delivery.looked", stage.press("delivery.looked")
    yield "delivery.open", stage.act("delivery.open", {"delivery": 3})
    yield "delivery.stop", stage.press("delivery.stop")
    yield "delivery.stopped:empty", stage.press("delivery.stopped", form={"why": ""})
    yield "delivery.stopped", stage.press("delivery.stopped", form={"why": "IT har kartet fra før."})
    programme = stage.session.merge(programmes.get(stage.session, programme_key))
    rules, programme.sprints = programme.sprints, None
    programmes.mark_changed(stage.session, programme_key)
    yield "delivery.queue:without", stage.act("delivery.queue")
    programme.sprints = rules
    programmes.mark_changed(stage.session, programme_key)
