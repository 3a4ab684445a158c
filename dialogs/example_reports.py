"""Status reports played from the day that is set to the second report: a card of everything one can do with them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from dialogs import saying_dates, status_composed, status_notices
from dialogs.card import Card
from dialogs.example_proposals import Acting
from storage import group_seats, programmes, status_days, status_reports, status_streams, workgroups
from storage.status_reports import StatusReport

_DONE = (
    "Kartleggingen av ledernivåene er ferdig i ni av tolv seksjoner. Vi har møtt kommunalsjefene, og tallene fra "
    "lønnssystemet er gått gjennom sammen med de tillitsvalgte. Det som gjenstår, er skole og barnehage."
)
_DECISIONS = "Skal grensesnittet mot oppvekst være med? Grunnlag: notatet fra mars og tallene over."
_GOOD = {"done": _DONE, "standing": "on_plan", "risks": "Få folk i juni\nUklart mandat for oppvekst"}
_LATE = {
    "done": _DONE,
    "standing": "late",
    "why": "To i arbeidsgruppa er borte til 10. juni.",
    "deviations": "Rapporten fra skole kommer to uker senere enn planlagt.",
    "risks": "Få folk i juni\nTallene fra skole er ikke kontrollert",
    "decisions": _DECISIONS,
}
_WEEKS = {"day": "2020-12-01", "weeks": "3", "clock": "09:00"}


def scenes(stage: Acting, programme_key: str, now: datetime) -> Iterator[tuple[str, Card]]:
    """In a programme that has status reports from now on."""
    yield "report.next:none", stage.act("report.next")
    group = next(one for one in workgroups.every(stage.session, programme_key) if one.kind == "body")
    programme = stage.session.merge(programmes.get(stage.session, programme_key))
    programme.status_reports = {
        "every_weeks": 3, "time": "09:00", "days_before": 2, "groups": [group.key], "led_by": ["leader"],
        "roles": ["employee_representative", "safety_representative"], "is_open": False, "goes_by_itself": False,
    }  # fmt: skip
    programmes.mark_changed(stage.session, programme_key)
    group_seats.give(stage.session, stage.person, group, now)
    yield "report.next", stage.act("report.next")
    yield "report.latest:none", stage.act("report.latest")
    yield "report.list:none", stage.act("report.list")
    yield from _arranged(stage)
    report = _asked(stage, programme_key, now)
    yield from _told(stage, report)
    yield from _answered(stage, programme_key)
    yield from _sent(stage, report)
    later = _asked(stage, programme_key, now + timedelta(weeks=3))
    _say(stage, 0, _LATE)
    status_reports.compose(stage.session, later)
    yield "report.preview:changes", stage.act("report.preview", {"report": later.identity})
    yield "report.send:changed meanwhile", stage.act("report.send", {"report": later.identity, "version": 1})
    stage.act("report.preview", {"report": later.identity})
    stage.press("report.send")
    yield "report.open:changes", stage.act("report.open", {"report": later.identity})
    yield "report.part:late", stage.press("report.part")
    yield "report.list", stage.act("report.list")


def _arranged(stage: Acting) -> Iterator[tuple[str, Card]]:
    yield "report.rhythm", stage.act("report.rhythm")
    yield "report.rhythm_set:no day", stage.press("report.rhythm_set", form={**_WEEKS, "day": "snart"})
    yield "report.rhythm_set", stage.press("report.rhythm_set", form=_WEEKS)
    yield "report.streams:none", stage.act("report.streams")
    yield "report.stream", stage.press("report.stream")
    yield "report.stream_added:no title", stage.press("report.stream_added", form={"title": "", "owner": ""})
    title = "Organisering av ledernivåene, særlig kommunalsjefer og seksjonsledere"
    yield "report.stream_added", stage.press("report.stream_added", form={"title": title, "owner": "Stab OSU"})
    for another in ("Velferdsområdene og bærekraftig ledelse", "Grensesnitt mellom kommunalsjefene"):
        stage.act("report.stream")
        stage.press("report.stream_added", form={"title": another, "owner": ""})
    yield "report.owners", stage.press("report.owners")
    key = status_streams.every(stage.session, stage.turn().programme.key)[0].key
    unknown = {"stream": key, "owner": "Ingen Slik", "stand_in": ""}
    yield "report.owners_set:nobody", stage.press("report.owners_set", form=unknown)
    known = {"stream": key, "owner": stage.person.name, "stand_in": ""}
    yield "report.owners_set", stage.press("report.owners_set", form=known)


def _asked(stage: Acting, programme_key: str, now: datetime) -> StatusReport:
    programme = programmes.get(stage.session, programme_key)
    rhythm = status_days.rhythm(stage.session, programme)
    assert rhythm is not None, "set in the first scenes"
    zone = stage.turn().zone
    day = next(rhythm.meant(now.astimezone(zone).date()))
    made_at = status_days.made_at(rhythm, day, zone)
    return status_reports.open_one(stage.session, programme, day, status_days.made_on(day), now, made_at)


def _told(stage: Acting, report: StatusReport) -> Iterator[tuple[str, Card]]:
    items, language = status_reports.items(stage.session, report), stage.language
    for about in ("ask", "remind"):
        for stands_in in (False, True):
            items[0].stands_in = stands_in
            name = f"report:{about}{' a stand-in' * stands_in}"
            moment = saying_dates.moment(language, report.composes_at, stage.turn().zone)
            yield name, status_notices.asking_card(report, items[0], about, moment, language)
    unasked = [(items[1], "no_account"), (items[2], "away")]
    yield "report:unasked", status_notices.unasked_card(report, unasked, language)
    yield "report:no streams", status_notices.unasked_card(report, [], language)
    programme = programmes.get(stage.session, report.programme_key)
    composed = status_composed.read(stage.session, programme, report)
    yield "report:ready", status_notices.draft_card(composed, language)
    for about in ("unsent", "lapsed"):
        yield f"report:{about}", status_notices.about_card(report, about, language)


def _answered(stage: Acting, programme_key: str) -> Iterator[tuple[str, Card]]:
    yield "report.answer", stage.act("report.answer")
    wrong = {**_LATE, "why": ""}
    yield "report.answered:no reason", stage.press("report.answered", form=wrong)
    yield "report.answered", stage.press("report.answered", form=_GOOD)
    yield "report.draft", stage.act("report.draft")
    yield "report.pick", stage.press("report.pick")
    report = status_reports.newest(stage.session, programme_key)
    assert report is not None
    second = status_reports.items(stage.session, report)[1].identity
    yield "report.chosen", stage.press("report.chosen", form={"stream": str(second)})
    stage.press("report.answered", form=_LATE)
    yield "report.preview:too early", stage.act("report.preview")


def _say(stage: Acting, place: int, said: dict[str, str]) -> None:
    report = status_reports.newest(stage.session, stage.turn().programme.key)
    assert report is not None
    item = status_reports.items(stage.session, report)[place].identity
    stage.act("report.answer", {"item": item})
    stage.press("report.answered", form=said)


def _sent(stage: Acting, report: StatusReport) -> Iterator[tuple[str, Card]]:
    status_reports.compose(stage.session, report)
    values = {"report": report.identity}
    yield "report.draft:ready", stage.act("report.draft", values)
    yield "report.introduce", stage.press("report.introduce")
    said = {"introduction": "Arbeidet er godt i gang i alle de tre strømmene.", "remarks": "Neste møte er 3. desember."}
    yield "report.introduced", stage.press("report.introduced", form=said)
    seen = stage.shown
    stage.act("report.introduce", values)
    old = {**values, "seen": ""}
    changed = {**said, "introduction": "Skrevet mens en annen skrev."}
    yield "report.introduced:changed meanwhile", stage.act("report.introduced", {**old, **changed})
    stage.shown = seen
    yield "report.send", stage.press("report.send")
    yield "report.latest", stage.act("report.latest")
    yield "report.open", stage.act("report.open", values)
    yield "report.part", stage.press("report.part")
    yield "report.part:next", stage.press("report.part")
    yield "report.document", stage.press("report.document")
    added = next(one for one in status_streams.every(stage.session, report.programme_key) if one.position == 2)
    yield "report.stream_removed", stage.act("report.stream_removed", {"stream": added.key})
