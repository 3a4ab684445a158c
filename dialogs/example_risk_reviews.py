"""A risk assessment played from its first day to its being done and opened again: a card of everything about it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from dialogs import risk_gate, risk_notices, risk_words
from dialogs.card import Card, Language
from dialogs.turn import Turn
from storage import announcements, milestones, people, programmes, risk_reviews
from storage.database import Session
from storage.people import Person, Whereabouts
from storage.risk_reviews import NotReviewed, Statement

_SUMMARY = (
    "Størst risiko er det i overgangen: at arbeid gjøres dobbelt, at noen er alene med oppgaver de ikke kjenner, og "
    "det blir uklart hvem som svarer på hva. Vi foreslår en fast vakt i de første åtte ukene. " * 2
).strip()
_REMARK = "Vis hva som skjer i sommerferien, og hvem som følger opp dem som får nytt arbeidssted."


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
    """In a programme that needs them from now on."""
    _need(stage, programme_key, none=True)
    yield "risk.list:none", stage.act("risk.list")
    yield "risk.open:none", stage.act("risk.open", {"kind": "risk"})
    _need(stage, programme_key)
    yield "risk.list", stage.act("risk.list")
    one = {"review": "ros"}
    yield "risk.open:planned", stage.act("risk.open", one)
    colleague = _colleague(stage, programme_key)
    yield "risk.assign", stage.press("risk.assign")
    yield "risk.assigned:no day", stage.press("risk.assigned", form={"owner": str(colleague.id), "due": "snart"})
    yield "risk.assigned", stage.press("risk.assigned", form={"owner": str(colleague.id), "due": "3"})
    stage.press("risk.move")
    yield "risk.document", stage.press("risk.document")
    yield "risk.documented:no link", stage.press("risk.documented", form={"link": "ros", "summary": _SUMMARY})
    said = {"link": "https://example.org/ros", "summary": _SUMMARY}
    yield "risk.documented", stage.press("risk.documented", form=said)
    yield "risk.move:open", _go(stage, "open")
    yield "risk.move:with safety", _go(stage, "with_safety")
    yield "risk.move:not whole", _go(stage, "done")
    stage.act("risk.open", one)
    yield "risk.part", stage.press("risk.part")
    met = {"statement": "agree", "on": "i dag", "who": "Arbeidsmiljøutvalget", "text": ""}
    yield "risk.met", stage.act("risk.met", one)
    yield "risk.met_saved", stage.press("risk.met_saved", form=met)
    stage.act("risk.part", one)
    yield "risk.part_saved:no text", stage.press("risk.part_saved", form={"statement": "remarks", "on": "i dag"})
    own = {"statement": "remarks", "on": "i dag", "text": _REMARK}
    yield "risk.part_saved", stage.press("risk.part_saved", form=own)
    yield "risk.move:done", _go(stage, "done")
    yield "risk.document:done", stage.press("risk.document")
    stage.act("risk.open", one)
    yield "risk.redo", stage.press("risk.redo")
    yield "risk.redone:empty", stage.press("risk.redone", form={"why": ""})
    yield "risk.redone", stage.press("risk.redone", form={"why": "Det er kommet til en enhet."})
    yield from _told(stage, programme_key)
    yield from _held(stage, programme_key)


def _held(stage: Acting, programme_key: str) -> Iterator[tuple[str, Card]]:
    """A decision that waits for them, and an announcement of it."""
    yield "decision.new:of a milestone", stage.act("decision.new")
    title = {"title": "Samle økonomi, innkjøp og lønn i én seksjon"}
    yield "decision.save:no milestone", stage.press("decision.save", form=title | {"milestone": "-"})
    by = risk_reviews.gating(stage.session, programme_key)[0]
    yield "decision.save:of a milestone", stage.press("decision.save", form=title | {"milestone": by})
    turn, every = stage.turn(), risk_reviews.every(stage.session, programme_key)
    draft = announcements.draft(stage.session, stage.person, programme_key, "Ny seksjon", "Det er bestemt.", turn.now)
    for name, left in (("not reviewed", every), ("no milestone", [])):
        refused = NotReviewed("Samle økonomi, innkjøp og lønn i én seksjon", left)
        yield f"announcement.send:{name}", risk_gate.held(stage.session, turn, draft, refused)


def _told(stage: Acting, programme_key: str) -> Iterator[tuple[str, Card]]:
    known, language = risk_reviews.get(stage.session, programme_key, "ros"), stage.language
    for statement in Statement:
        said = risk_reviews.RiskReviewPart(
            review_id=0, round=1, statement=statement, said_by=0, said_at=stage.turn().now
        )
        said.held_on = None if statement is Statement.ABSENT else date(2020, 11, 20)
        values = {"name": "Kari Nordmann", "who": "Arbeidsmiljøutvalget", "day": "i dag", "reason": _REMARK}
        part = risk_words.part_said(said, language)
        yield f"risk:told said {statement}", risk_notices.card(known, "said", language, **values, part=part)
    for about in ("given", "asked", "recorded", "done", "reopened"):
        yield f"risk:told {about}", risk_notices.card(known, about, language, **values, part=part)
    for about in ("soon", "late"):
        yield f"risk:told {about}", risk_notices.reminder(known, about, language, date(2020, 12, 1))


def _go(stage: Acting, state: str) -> Card:
    known = risk_reviews.get(stage.session, stage.turn().programme.key, "ros")
    return stage.act("risk.move", {"review": "ros", "version": known.version, "state": state})


def _need(stage: Acting, programme_key: str, *, none: bool = False) -> None:
    by = next(one for one in milestones.coming_up(stage.session, programme_key, stage.turn().today))
    said = {"before": [by.key], "source": []}
    programme = stage.session.merge(programmes.get(stage.session, programme_key))
    needed: list[dict[str, Any]] = [
        {
            "key": "ros",
            "kind": "risk",
            "title": {"nb": "risikovurderingen", "nn": "risikovurderinga", "en": "the risk assessment"},
            "owner": {"nb": "økonomisjefen", "en": "the head of finance"},
            "takes_input": True,
            **said,
        },
        {
            "key": "miljo",
            "kind": "working_environment",
            "title": {
                "nb": "gjennomgangen av hva endringen betyr for arbeidsmiljøet",
                "nn": "gjennomgangen av kva endringa betyr for arbeidsmiljøet",
                "en": "the review of what the change means for the working environment",
            },
            "owner": None,
            "takes_input": False,
            **said,
        },
    ]
    programme.risk_reviews = [] if none else needed
    programmes.mark_changed(stage.session, programme_key)


def _colleague(stage: Acting, programme_key: str) -> Person:
    where = Whereabouts(channel="web", account="colleague-31", name="Kari Nordmann", lane="web", conversation="c-31")
    person = people.recognise(stage.session, where, programme_key)
    people.grant(stage.session, person, programme_key, "coordinator")
    return person
