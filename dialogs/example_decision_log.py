"""The decisions log played: what is recorded, corrected and reversed, what is to come, and what nobody has recorded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from dialogs import decision_log, decision_reminders
from dialogs.card import Card
from dialogs.example_proposals import Acting
from storage import coming_decisions
from storage.decision_log import DecisionKind

_VEDTAK = {
    "title": "Handlingsplan 2021–2024 sendes på høring",
    "text": "Formannskapet sender forslaget til Handlingsplan 2021–2024 med budsjett på høring, med innsparinger i de "
    "administrative tjenestene og en utredning av hva som kan settes ut.",
    "body": "Formannskapet",
    "on": "18. november 2020",
    "discussed": "Hovedutvalget for organisasjon, 4. november 2020\nDe tillitsvalgte, 11. november 2020",
    "dissent": "Mindretallet ville vente med utredningen til modellen er valgt.",
    "dissent_of": "minority",
    "basis": "https://example.org/sak/20-114\nFremtidens arbeidsplass\nRisikovurdering av 12. november",
    "means": "Kommunestyret får saken 2. desember. Alle enheter kan si sin mening før det.",
}


def scenes(stage: Acting, now: datetime) -> Iterator[tuple[str, Card]]:
    """After an administrative decision was recorded."""
    first = stage.turn().subject
    yield "decision.log", stage.act("decision.log")
    yield "decision.filter", stage.act("decision.filter")
    yield "decision.log:unread period", stage.act("decision.log", {"period": "snart"})
    yield "decision.decide:political", stage.act("decision.decide", {"kind": DecisionKind.POLITICAL})
    lacking = {**_VEDTAK, "basis": "http://example.org"}
    yield "decision.decided:no https", stage.press("decision.decided", form=lacking)
    yield "decision.decided:political", stage.press("decision.decided", form=_VEDTAK)
    made = {"decision": _number(stage.shown)}
    yield "decision.correct", stage.press("decision.correct")
    typed = {question.name: question.value for question in stage.shown.questions}
    changed = {**typed, "on": "november 2020"}
    yield "decision.corrected:no reason", stage.press("decision.corrected", form=changed)
    yield "decision.corrected", stage.press("decision.corrected", form=changed | {"reason": "Dagen var ikke sikker."})
    yield "decision.versions", stage.act("decision.versions", made)
    yield "decision.entry:old", stage.act("decision.entry", made | {"number": 1})
    yield "decision.entry", stage.act("decision.entry", made)
    yield "decision.entry:dissent", stage.act("decision.entry", made | {"aspect": "dissent"})
    yield "decision.entry:who", stage.act("decision.entry", made | {"aspect": "who"})
    yield "decision.document", stage.act("decision.document")
    yield "decision.announce", stage.act("decision.announce", made)
    stage.act("decision.decide", {"kind": DecisionKind.POLITICAL})
    stage.press("decision.decided", form=_VEDTAK | {"title": "Formannskapets nye behandling", "on": "i dag"})
    yield "decision.reverse", stage.act("decision.reverse", made)
    other = next(one.value for one in stage.shown.questions[1].choices if one.value.isdecimal())
    gone = {"standing": "replaced", "instead": other, "reason": "Formannskapet behandlet saken på nytt."}
    yield "decision.reversed:nothing instead", stage.press("decision.reversed", form=gone | {"instead": "-"})
    yield "decision.reversed", stage.press("decision.reversed", form=gone)
    for key in ("osu-kommunestyret", "osu-beslutning"):
        yield f"decision.entry:to come {key}", stage.act("decision.entry", {"coming": key})
    later = replace(stage.turn(), now=now + timedelta(days=14), subject=first)
    yield "decision.log:unrecorded", decision_log.listed(stage.session, later)
    for one in coming_decisions.every(stage.session, later.programme.key):
        yield f"decision:reminder {one.kind}", decision_reminders.reminder(one, stage.language)
    passed = replace(later, values={"coming": "osu-kommunestyret"})
    yield "decision.entry:unrecorded", decision_log.look(stage.session, passed)


def _number(card: Card) -> int:
    return int((card.subject or {})["decision"])
