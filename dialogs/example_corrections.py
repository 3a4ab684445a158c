"""An announcement that was sent, corrected and recalled."""

from collections.abc import Iterator
from datetime import timedelta

from dialogs import (
    announcements,
    correction_parts,
    corrections,
    progress,
    recalls,
)
from dialogs.card import Card
from dialogs.example_stage import ALT, HEADING, LONG_NAME, MARKED, NEWS, PARAGRAPH, PROGRAMME, Stage, deliver, where
from storage import announcements as stored
from storage import (
    approvals,
    people,
    receipts,
)
from storage import corrections as made
from storage.progress import Standing


def correcting(stage: Stage) -> Iterator[tuple[str, Card]]:
    """What was sent is corrected; another leader says no, and then yes."""
    author = stage.person
    other = people.recognise(stage.session, where("colleague-1"), PROGRAMME)
    sent = stored.of_author(stage.session, author, PROGRAMME, 1)[0]
    which = {"announcement": sent.id}
    yield "announcement.correct", stage.act("announcement.correct", which)
    form = {"title": HEADING, "text": NEWS.replace("15. desember", "16. desember"), "what": ""}
    yield "announcement.correcting:no what", stage.press("announcement.correcting", form=form)
    form["what"] = "Kickoff er onsdag 16. desember, ikke tirsdag 15. desember. Klokkeslettet og stedet er som før."
    looked_at = corrections.preview(stage.session, stage.turn(values={**form, **which}))
    yield "announcement.correcting:draft", looked_at[0]
    stage.shown = looked_at[1]
    yield "announcement.correcting", stage.shown
    yield from _correcting_more(stage)
    asked = {"correction": stage.shown.buttons[0].values["correction"]}
    yield "announcement.corrected:asked", stage.press("announcement.corrected")
    stage.person = other
    yield "announcement.correction", stage.act("announcement.correction", asked)
    request = stage.shown
    yield "announcement.correction_reject:no reason", stage.press("announcement.correction_reject")
    stage.shown = request
    yield "announcement.correction_approve", stage.press("announcement.correction_approve")
    correction = made.get(stage.session, author, PROGRAMME, asked["correction"])[0]
    yield "correction.told", corrections.told(sent, correction, other.name, stage.language)
    stage.person = author
    deliver(stage, 60)
    yield "announcement.report:corrected", stage.act("announcement.report", which)
    yield "announcement.open:corrected", announcements.shown(stage.session, stage.turn(), sent)[0]
    stage.act("announcement.report", which)
    yield "announcement.before", stage.press("announcement.before")


_STANDINGS = {
    "running": Standing(100_000, 41_236, 1_204, 0, 57_560, 3_480.0, is_stopped=False),
    "stopped": Standing(100_000, 41_240, 58_760, 0, 0, None, is_stopped=True),
    "held": Standing(100_000, 92_411, 3_589, 4_000, 0, None, is_stopped=False),
    "over": Standing(100_000, 96_411, 3_589, 0, 0, None, is_stopped=False),
}


def confirming(stage: Stage) -> Iterator[tuple[str, Card]]:
    """Those who get it are asked to confirm; the colleague does, and twenty have done so yesterday."""
    yesterday = stage.turn().today - timedelta(days=1)
    stage.act("announcement.preview", {"title": HEADING, "text": MARKED, "form": "fedcba9876543210"})
    yield "announcement.receipt", stage.press("announcement.receipt")
    values = stage.shown.buttons[0].values
    stage.press("announcement.send", form={"count": str(values["people"]), "decided": "no"})
    sent = stored.locked_row(stage.session, PROGRAMME, values["announcement"])
    request = approvals.waiting(stage.session, sent)
    author, colleague = stage.person, people.recognise(stage.session, where("colleague-1"), PROGRAMME)
    stage.person = colleague
    assert request is not None
    stage.act("announcement.approve", {"approval": request.id})
    deliver(stage, 60)
    yield "announcement.open:receipt", announcements.shown(stage.session, stage.turn(), sent)[0]
    for number in range(20):
        reader = people.recognise(stage.session, where(f"colleague-{number}"), PROGRAMME)
        receipts.confirm(stage.session, reader, sent, yesterday)
    yield "announcement.read", stage.act("announcement.read", {"announcement": sent.id})
    stage.person = author
    yield "progress:begun", progress.card(sent, None, stage.language)
    for name, standing in _STANDINGS.items():
        yield f"progress:{name}", progress.card(sent, standing, stage.language)
    yield "announcement.report:receipts", stage.act("announcement.report", {"announcement": sent.id})


def recalling(stage: Stage) -> Iterator[tuple[str, Card]]:
    """What was sent is taken back."""
    sent = stored.of_author(stage.session, stage.person, PROGRAMME, 1)[0]
    which = {"announcement": sent.id}
    yield "announcement.recall", stage.act("announcement.recall", which)
    form = stage.shown
    yield "announcement.recalled:no reason", stage.press("announcement.recalled", form={"reason": ""})
    stage.shown = form
    reason = "Datoen var feil to ganger, og seksjonen som nevnes, er ikke drøftet ferdig. En ny kommer i morgen."
    yield "announcement.recalled", stage.press("announcement.recalled", form={"reason": reason})
    deliver(stage, 60)
    yield "announcement.report:recalled", stage.act("announcement.report", which)
    yield "announcement.open:recalled", announcements.shown(stage.session, stage.turn(), sent)[0]
    yield "announcement.mine:recalled", stage.act("announcement.mine")
    yield "recall.told", recalls.notice(sent, LONG_NAME, reason, stage.language)


def _correcting_more(stage: Stage) -> Iterator[tuple[str, Card]]:
    """The other languages, the picture and the link, and back to what makes the correction."""
    begun = stage.turn(values={"correction": stage.shown.buttons[0].values["correction"]})
    version = {**begun.values, "language": "en"}
    yield "announcement.correct_version", stage.act("announcement.correct_version", version)
    empty = {"title": HEADING, "text": ""}
    yield "announcement.correct_version_save:empty", stage.press("announcement.correct_version_save", form=empty)
    said = stage.turn(values={**version, "title": HEADING, "text": PARAGRAPH})
    cards = correction_parts.save_version(stage.session, said)
    assert isinstance(cards, tuple)
    yield "announcement.correct_version_save", cards[-1]
    stage.shown = cards[-1]
    kept = {"correction": stage.shown.buttons[0].values["correction"]}
    yield "announcement.correct_attach", stage.act("announcement.correct_attach", kept)
    unsaid = {"picture_address": "https://example.org/kart.png", "picture_alt": ""}
    yield "announcement.correct_attached:no words", stage.press("announcement.correct_attached", form=unsaid)
    stage.act("announcement.correct_attached", kept | unsaid | {"picture_alt": ALT})
    yield "announcement.correct_attached", stage.shown
    last = {"correction": stage.shown.buttons[0].values["correction"], "language": "en"}
    stage.act("announcement.correct_version_remove", last)
    yield "announcement.correct_version_remove", stage.shown
    stage.act("announcement.correct_version_save", last | {"title": HEADING, "text": PARAGRAPH})
