"""A decision played from what has to come before it to its end."""

from collections.abc import Iterator

from dialogs import decision_ends, example_decision_log
from dialogs.card import Card
from dialogs.example_stage import HEADING, NOW, PARAGRAPH, PROGRAMME, Stage, where
from storage import (
    decisions,
    people,
    programmes,
)

_DECIDED = "Økonomi, innkjøp, lønn og HR samles i én seksjon fra nyttår. Lederen lyses ut internt."


def scenes(stage: Stage) -> Iterator[tuple[str, Card]]:
    """From an announcement that cannot be sent yet to a record that the employees' side has confirmed."""
    draft = stage.previewed(stage.turn(values={"title": HEADING, "text": PARAGRAPH}))[1]
    stage.shown, count = draft, {"count": str(draft.buttons[0].values["people"])}
    yield "announcement.send:unsaid", stage.press("announcement.send", form=count | {"decided": "-"})
    stage.shown = draft
    yield "announcement.send:not discussed", stage.press("announcement.send", form=count | {"decided": "new"})
    yield "decision.ask", stage.press("decision.ask")
    yield "decision.new", stage.act("decision.new")
    yield "decision.save:refused", stage.press("decision.save", form={"title": ""})
    yield "decision.save", stage.press("decision.save", form={"title": "Ny modell for økonomi, innkjøp, lønn og HR"})
    made = {"decision": stage.shown.buttons[0].values["decision"]}
    steps: dict[str, dict[str, str]] = {
        "discussed": {"on": "3. november", "what": "MBM", "text": PARAGRAPH, "dissent": "Vi ville ventet."},
        "risk": {"needed": "no", "text": "Ingen får nye oppgaver eller nytt arbeidssted før nyttår."},
        "safety": {"on": "5. november", "what": "Bente Rudrud Herdlevær", "text": ""},
    }
    for step, said in steps.items():
        yield f"decision.step:{step}", stage.act("decision.step", made | {"step": step})
        yield f"decision.record:{step}", stage.press("decision.record", form=said)
    author, stage.person = stage.person, people.recognise(stage.session, where("colleague-2"), PROGRAMME)
    people.grant(stage.session, stage.person, PROGRAMME, "employee_representative")
    yield "decision.open", stage.act("decision.open", made)
    asked = stage.shown
    yield "decision.object:empty", stage.press("decision.object", form={"objection": ""})
    stage.shown = asked
    yield "decision.object", stage.press("decision.object", form={"objection": "Vi ba om å få vente til over jul."})
    yield "decision.confirm", stage.press("decision.confirm", form={"dissent": "Vi ville ventet til over jul."})
    stage.person = author
    yield "decision.decide", stage.act("decision.decide", made)
    form = stage.shown
    decided = {"on": "1. november", "by": "Brannsjefen", "text": _DECIDED}
    yield "decision.decided:refused", stage.press("decision.decided", form=decided)
    stage.shown = form
    yield "decision.decided", stage.press("decision.decided", form=decided | {"on": "i dag"})
    yield from example_decision_log.scenes(stage, NOW)
    yield "decision.list", stage.act("decision.list")
    stage.act("decision.new")
    stage.press("decision.save", form={"title": "Ny modell for økonomi, innkjøp, lønn og HR, begynt to ganger"})
    twice = {"decision": stage.shown.buttons[0].values["decision"]}
    yield "decision.end", stage.act("decision.end", twice)
    yield "decision.ended:no reason", stage.press("decision.ended", form={"reason": ""})
    yield "decision.ended", stage.press("decision.ended", form={"reason": "Den samme saken ble begynt to ganger."})
    ended = decisions.get(stage.session, stage.person, PROGRAMME, twice["decision"])
    programme = programmes.get(stage.session, PROGRAMME)
    yield "decision.told:withdrawn", decision_ends.told(stage.session, programme, ended, stage.language)
    yield "decision.list:ended", stage.act("decision.list")
