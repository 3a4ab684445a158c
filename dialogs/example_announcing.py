"""An announcement played from the first word to its approval, in more languages and to whom it concerns."""

from collections.abc import Iterator
from datetime import timedelta

from dialogs import (
    announcements,
)
from dialogs import approvals as approving
from dialogs.card import Card
from dialogs.example_corrections import confirming, correcting, recalling
from dialogs.example_stage import ALT, HEADING, LONG_NAME, MARKED, NEWS, PROGRAMME, Stage, deliver, where
from storage import announcements as stored
from storage import (
    approvals,
    employees,
    people,
    programmes,
    topics,
)
from storage.employees import Listed

_URGENT = "Vannet i bygget er stengt fra i kveld, og den som skal på jobb i natt, må møte i nabobygget i stedet"
_UNIT = "Seksjon for økonomi, innkjøp, lønn og reiseregninger i fellestjenestene"


def _in_more_languages(stage: Stage) -> Iterator[tuple[str, Card]]:
    """Versions in two more languages, one of which is written before the first text changes."""
    draft = {"announcement": stage.shown.buttons[0].values["announcement"]}
    yield "announcement.parts", stage.press("announcement.parts")
    yield "announcement.version", stage.press("announcement.version")
    yield (
        "announcement.version_save:refused",
        stage.press("announcement.version_save", form={"title": "", "text": NEWS}),
    )
    for language in ("nn", "en"):
        stage.act("announcement.version", draft | {"language": language})
        stage.press("announcement.version_save", form={"title": f"{language}: {HEADING}"[:120], "text": NEWS})
    yield "announcement.version_save", stage.shown
    changed = stage.turn(values=draft | {"title": HEADING, "text": f"{NEWS}\n\n{MARKED}"})
    shown = stage.previewed(changed)
    yield "announcement.preview:all", shown[-1]
    yield "announcement.parts:written", stage.act("announcement.parts", draft)
    yield "announcement.version:written", stage.press("announcement.version")
    yield "announcement.attach", stage.act("announcement.attach", draft)
    attached = {
        "picture_address": f"https://example.org/{'modell' * 70}.png",
        "link_address": f"https://example.org/{'modell' * 70}",
        "link_title": "Les hele forslaget til ny organisasjonsmodell med høringsnotatet",
    }
    yield "announcement.attached:no words", stage.press("announcement.attached", form=attached)
    filled = attached | {"picture_alt": ALT, "film": "captioned"}
    yield "announcement.attached", stage.press("announcement.attached", form=filled)
    yield "announcement.buttons", stage.act("announcement.buttons", draft)
    chosen = {"asks": "yes", "workgroup": "osu-omstilling", "takes_input": "yes"}
    yield "announcement.buttons_save", stage.press("announcement.buttons_save", form=chosen)
    removed = draft | {"language": "nb"}
    yield "announcement.version_remove", stage.act("announcement.version_remove", removed)
    again = stage.turn(values=draft | {"title": HEADING, "text": NEWS})
    shown = stage.previewed(again)
    yield "announcement.preview:picture", shown[0]
    yield "announcement.parts:all", stage.act("announcement.parts", draft)
    stage.shown = shown[-1]


def _choosing_whom(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "announcement.audience:no file", stage.press("announcement.audience")
    _take_in_people(stage)
    draft = {"announcement": stage.shown.buttons[0].values["announcement"]}
    yield "announcement.audience", stage.act("announcement.audience", draft)
    both = {"workgroup": "osu-omstilling", "units": _UNIT}
    yield "announcement.addressed:two ways", stage.press("announcement.addressed", form=both)
    chosen = {"units": _UNIT, "sites": "Bergen"}
    yield "announcement.addressed", stage.press("announcement.addressed", form=chosen)
    stage.press("announcement.audience")
    yield "announcement.audience:more", stage.shown
    followed = "workgroup:osu-omstilling"
    topics.follow(stage.session, stage.person, PROGRAMME, followed, stage.turn().now)
    yield "announcement.addressed:mixed topics", stage.press("announcement.addressed", form={"topics": followed})
    stage.act("announcement.addressed", draft | {"everyone": True})
    stage.act("announcement.audience", draft)
    yield "announcement.addressed:topic", stage.press("announcement.addressed", form={"topics": followed})
    yield "announcement.open:topic", stage.act("announcement.open", draft)
    stage.act("announcement.addressed", draft | {"everyone": True})
    stage.act("announcement.audience", draft)
    yield "announcement.addressed:nobody", stage.press("announcement.addressed", form={"employments": "lærling"})
    yield "announcement.addressed:everyone", stage.act("announcement.addressed", draft | {"everyone": True})


def _take_in_people(stage: Stage) -> None:
    """An employer's list of people: some of whom the bot has not met, and one who has not begun yet."""
    today = stage.turn().today
    listed = [
        Listed(
            directory_id=f"00000000-0000-4000-8000-{number:012}",
            email=None,
            name=f"{LONG_NAME} {number}",
            unit=_UNIT if number % 2 else f"Enhet {number}",
            site="Bergen" if number % 3 else "Oslo",
            employment="lærling" if number == 4 else "fast",
            starts_on=today + timedelta(days=30) if number == 1 else None,
        )
        for number in range(24)
    ]
    employees.save(stage.session, PROGRAMME, listed, today)


def scenes(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "announcement.post:which group", stage.act("announcement.post", {"group_unclear": "yes"})
    yield "announcement.post", stage.act("announcement.post")
    yield "announcement.preview:refused", stage.press("announcement.preview", form={"title": "", "text": NEWS})
    draft = stage.previewed(stage.turn(values={"title": HEADING, "text": NEWS, "form": "0123456789abcdef"}))
    yield "announcement.preview:draft", draft[0]
    stage.shown = draft[1]
    yield "announcement.preview", stage.shown
    yield from _in_more_languages(stage)
    yield from _choosing_whom(stage)
    preview = stage.shown
    yield "announcement.edit", stage.press("announcement.edit")
    with stage.session.begin_nested() as before:
        yield "announcement.discard", stage.press("announcement.discard")
        yield "announcement.discarded", stage.press("announcement.discarded")
        before.rollback()
    stage.shown = preview
    everyone = {"count": str(preview.buttons[0].values["people"]), "decided": "no"}
    yield "announcement.send:number", stage.press("announcement.send", form={"count": "13"})
    stage.shown = preview
    yield "announcement.send:past", stage.press("announcement.send", form=everyone | {"day": "i dag", "clock": "07.30"})
    stage.shown = preview
    urgent = everyone | {"day": "2020-12-04", "clock": "09.00", "urgency": "urgent"}
    yield "announcement.send:no reason", stage.press("announcement.send", form=urgent | {"urgency_reason": ""})
    stage.shown = preview
    unnamed = {"obligation": "required", "obligation_reason": ""}
    yield (
        "announcement.send:no law",
        stage.press("announcement.send", form=urgent | {"urgency_reason": _URGENT} | unnamed),
    )
    urgent |= {"obligation": "required", "obligation_reason": "Arbeidsmiljøloven § 15-2, om masseoppsigelser"}
    yield "announcement.send:planned", stage.press("announcement.send", form=urgent | {"urgency_reason": _URGENT})
    key = stage.shown.buttons[0].values["announcement"]
    looked = announcements.shown(stage.session, stage.turn(), stored.get(stage.session, stage.person, PROGRAMME, key))
    yield "announcement.preview:urgent", looked[0]
    yield "announcement.which:stop", stage.act("announcement.which", {"wanted": "stop"})
    yield "announcement.mine:planned", stage.act("announcement.mine")
    yield "announcement.open:planned", stage.press("announcement.open")
    opened = stage.shown
    yield "announcement.edit:planned", stage.press("announcement.edit")
    stage.shown = opened
    yield "announcement.move", stage.press("announcement.move")
    stage.shown = opened
    yield "announcement.cancel", stage.press("announcement.cancel")
    stage.press("announcement.open")
    yield from _approving(stage, everyone)
    yield "announcement.send", stage.press("announcement.send", form=everyone | {"day": "", "clock": ""})
    deliver(stage, 20)
    yield "announcement.report", stage.press("announcement.report")
    yield "question.send:announcement", _asking(stage, key)
    stage.act("announcement.report", {"announcement": key})
    reported = stage.shown
    yield "announcement.notice", stage.press("announcement.notice")
    stage.shown = reported
    yield "announcement.stop", stage.press("announcement.stop")
    yield "announcement.mine", stage.act("announcement.mine")
    yield "announcement.latest", stage.act("announcement.latest")
    yield from correcting(stage)
    with stage.session.begin_nested() as before:
        yield from confirming(stage)
        before.rollback()
    with stage.session.begin_nested() as before:
        yield from recalling(stage)
        before.rollback()


def _asking(stage: Stage, key: int) -> Card:
    return stage.act("question.send", {"announcement": key})


def _approving(stage: Stage, everyone: dict[str, str]) -> Iterator[tuple[str, Card]]:
    """With another leader, who is asked, says no, and says yes to what was changed."""
    other = people.recognise(stage.session, where("colleague-1"), PROGRAMME)
    other.name = "Bente Rudrud Herdlevær"
    people.grant(stage.session, other, PROGRAMME, "leader")
    draft, author = stored.of_author(stage.session, stage.person, PROGRAMME, 1)[0], stage.person
    programme = programmes.get(stage.session, PROGRAMME)
    yield "announcement.open:must be approved", stage.act("announcement.open", {"announcement": draft.id})
    yield "announcement.send:asked", stage.press("announcement.send", form=everyone)
    yield "announcement.mine:asked", stage.act("announcement.mine")
    stage.person = other
    yield "announcement.open:asked", stage.act("announcement.open", {"announcement": draft.id})
    yield "announcement.approval", stage.press("announcement.approval")
    asked = stage.shown
    yield "announcement.reject:no reason", stage.press("announcement.reject", form={"reason": ""})
    reason = "Torsdag er avspasering for brannvesenet. Send den heller på fredag, og ta med hvem de kan ringe."
    yield "announcement.reject", stage.press("announcement.reject", form={"reason": reason})
    rejected = approvals.seen(stage.session, other, PROGRAMME, asked.buttons[0].values["approval"])[0]
    yield "approval.told:rejected", approving.decision(programme, draft, rejected, other.name, stage.language)
    stage.person = author
    stage.act("announcement.open", {"announcement": draft.id})
    stage.press("announcement.send", form=everyone | {"day": "2020-12-04", "clock": "09.00"})
    stage.person = other
    stage.act("announcement.open", {"announcement": draft.id})
    stage.press("announcement.approval")
    yield "announcement.approval:planned", stage.shown
    asked = stage.shown
    yield "announcement.approve", stage.press("announcement.approve")
    approved = approvals.seen(stage.session, other, PROGRAMME, asked.buttons[0].values["approval"])[0]
    yield "approval.told:approved", approving.decision(programme, draft, approved, other.name, stage.language)
    stage.person = author
    stage.act("announcement.move", {"announcement": draft.id})
