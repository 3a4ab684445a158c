"""Inputs and notifications of wrongdoing played from the form to what became of them."""

from collections.abc import Iterator
from datetime import timedelta

from dialogs.card import Card
from dialogs.example_stage import ANSWER, HEADING, LONG_NAME, NOW, PARAGRAPH, PERSONAL, PROGRAMME, Stage
from storage import (
    input_release,
    programmes,
)

_INPUT = (
    "Jeg er bekymret for at kompetansen vi har bygget opp lokalt, forsvinner når støttefunksjonene samles. " * 6
).strip()
_THEME = "Kompetanse i støttefunksjonene"


def scenes(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "input.submit", stage.act("input.submit")
    yield "input.submit:cancelled", stage.act("input.submit", {"cancel": True})
    yield "input.submit:personal", stage.act("input.submit", {"text": PERSONAL})
    stage.act("input.submit", {"text": _INPUT})
    yield "input.submit:written", stage.shown
    yield "input.send", stage.press("input.send", form={"text": _INPUT, "topic": "other"})
    for number in range(5):
        stage.act("input.submit")
        stage.press("input.send", form={"text": f"{number + 1}. {_INPUT}", "topic": "risk"})
    stage.act("input.submit")
    yield "input.send:warning", stage.press("input.send", form={"text": PERSONAL, "topic": "other"})
    for aspect in ("", "answer", "count", "receipt"):
        yield f"input.status:{aspect}".rstrip(":"), stage.act("input.status", {"aspect": aspect})
    yield "input.poster", stage.act("input.poster")
    yield from _handling(stage)
    yield from _notifications(stage)


def _handling(stage: Stage) -> Iterator[tuple[str, Card]]:
    """What input handlers see."""
    yield "input.read:waiting", stage.act("input.read")
    input_release.look(stage.store, programmes.get(stage.session, PROGRAMME), NOW)
    queue = stage.act("input.read")
    yield "input.read", queue
    yield "input.open", stage.press("input.open")
    first = dict(stage.shown.buttons[0].values)
    for action in ("input.who", "input.statuses", "input.sort", "input.theme", "input.merge", "input.hold"):
        yield action, stage.act(action, first)
    yield "input.answer", stage.act("input.answer", first)
    yield "input.answered:empty", stage.press("input.answered", form={"text": ""})
    yield "input.answered", stage.press("input.answered", form={"text": ANSWER})
    for _ in range(5):
        stage.act("input.answer", first)
        stage.press("input.answered", 1, form={"text": ANSWER})
    yield "input.answered:conversation", stage.shown
    yield "input.answer:conversation", stage.act("input.answer", first)
    yield "input.set_status:why", stage.act("input.set_status", first | {"status": "not_taken_up"})
    yield "input.set_status:no reason", stage.press("input.set_status", form={"text": " "})
    yield "input.set_status", stage.press("input.set_status", form={"text": ANSWER})
    stage.act("input.theme", first)
    yield "input.theme_set:name", stage.press("input.theme_set", form={"theme": "none", "name": PERSONAL[:14]})
    yield (
        "input.theme_set",
        stage.press("input.theme_set", form={"theme": "none", "name": _THEME}),
    )
    others = [button.values["input"] for button in queue.buttons if button.action == "input.open"]
    stage.act("input.merge", {"input": others[1]})
    yield "input.merged", stage.press("input.merged", form={"into": others[0]})
    yield "input.open:merged", stage.act("input.open", {"input": others[1]})
    yield "input.open:worked on", stage.act("input.open", first)
    yield "input.part", stage.act("input.part", {"input": others[1]})
    stage.act("input.hold", {"input": others[2]})
    yield "input.hold_set:no reason", stage.press("input.hold_set", form={"text": ""})
    yield "input.hold_set", stage.press("input.hold_set", form={"text": ANSWER})
    yield "input.held", stage.act("input.held")
    yield "input.open:held", stage.press("input.open")
    yield "input.let_go", stage.press("input.let_go")
    yield "input.filter", stage.act("input.filter")
    yield "input.read:chosen", stage.press("input.read", form={"choose_topic": "risk"})
    yield "input.many", stage.press("input.many")
    yield "input.outcome", stage.press("input.outcome")
    told = {"said": f"{HEADING}."[:200], "done": PARAGRAPH, "topic": "phase:osu-fase2"}
    yield "input.publish:empty", stage.press("input.publish", form=told | {"said": ""})
    yield "input.publish:personal", stage.press("input.publish", form=told | {"done": PERSONAL})
    stage.press("input.outcome")
    yield "input.publish:preview", stage.press("input.publish", form=told)
    yield "input.publish", stage.press("input.publish")
    yield "input.outcomes", stage.act("input.outcomes")
    for action, values in (("input.status", {}), ("phase.about", {"phase": "osu-fase2"})):
        yield f"{action}:outcome", stage.act(action, values)
    stage.act("input.outcomes")
    yield "input.outcome_withdraw", stage.press("input.outcome_withdraw")
    yield "input.outcomes:none", stage.act("input.outcomes")


def _notifications(stage: Stage) -> Iterator[tuple[str, Card]]:
    """Where the programme names nobody who takes them, and where it does."""
    form = {"text": _NOTIFICATION, "topic": "other"}
    stage.act("input.submit")
    yield "input.send:notification, nobody named", stage.press("input.send", form=form)
    yield "whistleblowing.read:nothing", stage.act("whistleblowing.read")
    programme = programmes.get(stage.session, PROGRAMME)
    programme.whistleblowing = _RECIPIENTS
    stage.act("input.submit")
    stage.press("input.send", form={"text": f"{_INPUT} {_NOTIFICATION}", "topic": "risk"})
    stage.press("input.send", 1, form={"text": f"{_INPUT} {_NOTIFICATION}", "topic": "risk"})
    stage.act("input.submit")
    yield "input.send:notification", stage.press("input.send", form=form)
    yield "input.send:handed over", stage.press("input.send", form=form)
    yield "input.submit:notification", stage.act("input.submit", {"text": _NOTIFICATION})
    input_release.look(stage.store, programme, NOW + timedelta(days=7))
    stage.act("input.read")
    stage.press("input.open")
    yield "input.sort:may be handed over", stage.press("input.sort")
    yield "input.hand_over", stage.press("input.hand_over")
    yield "whistleblowing.read", stage.act("whistleblowing.read")
    yield "whistleblowing.answer", stage.press("whistleblowing.answer")
    yield "whistleblowing.answered:empty", stage.press("whistleblowing.answered", form={"text": ""})
    yield "whistleblowing.answered", stage.press("whistleblowing.answered", form={"text": ANSWER})
    yield "out_of_scope:whistleblowing, named", stage.act("out_of_scope", {"about": "whistleblowing"})


_NOTIFICATION = "Lederen tar imot reiser fra leverandøren som vant anbudet, og de som sier fra, mister de gode vaktene."
_RECIPIENTS = {
    "recipients": [
        {"name": LONG_NAME, "role": {"nb": "leder for varslingsmottaket", "nn": "leiar for varslingsmottaket"}},
        {"name": "", "role": {"nb": "ekstern advokat", "nn": "ekstern advokat", "en": "external lawyer"}},
    ],
    "email": "varsling@example.org",
    "phone": "+47 55 00 00 00",
    "safety_representative": "hovedverneombudet, 55 00 00 01",
}
