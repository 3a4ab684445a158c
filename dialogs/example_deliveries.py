"""Deliveries played from an empty queue: a card of everything that one can do with them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from dialogs import demo_notices, sprint_notices
from dialogs.card import Card, Language
from dialogs.turn import Turn
from storage import demos, programmes, sprint_teams, sprint_work, sprints
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


def scenes(stage: Acting, programme_key: str, now: datetime) -> Iterator[tuple[str, Card]]:
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
    yield "delivery.open:which", stage.act("delivery.open")
    yield "delivery.open", stage.act("delivery.open", {"delivery": 3})
    yield "delivery.stop", stage.press("delivery.stop")
    yield "delivery.stopped:empty", stage.press("delivery.stopped", form={"why": ""})
    yield "delivery.stopped", stage.press("delivery.stopped", form={"why": "IT har kartet fra før."})
    yield from _sprint(stage, now)
    programme = stage.session.merge(programmes.get(stage.session, programme_key))
    rules, programme.sprints = programme.sprints, None
    programmes.mark_changed(stage.session, programme_key)
    yield "delivery.queue:without", stage.act("delivery.queue")
    programme.sprints = rules
    programmes.mark_changed(stage.session, programme_key)


def _sprint(stage: Acting, now: datetime) -> Iterator[tuple[str, Card]]:
    yield "sprint.show:none", stage.act("sprint.show")
    yield "team.open:none", stage.act("team.open")
    yield "sprint.start", stage.act("sprint.start")
    yield "sprint.started:no day", stage.press("sprint.started", form={"day": "snart"})
    yield "sprint.started:free day", stage.press("sprint.started", form={"day": "29. november"})
    first = sprints.today_of(stage.turn().programme, now).isoformat()
    stage.press("sprint.started", form={"day": "30. november"})
    yield "sprint.show:coming", stage.act("sprint.show")
    coming = sprints.every(stage.session, stage.turn().programme.key)[0]
    yield "sprint:reminder", sprint_notices.reminder(stage.session, coming, stage.language)
    stage.act("sprint.start")
    yield "sprint.started", stage.press("sprint.started", form={"day": first})
    yield "team.new", stage.act("team.new")
    yield "team.save:no leader", stage.press("team.save", form=_TEAM | {"leader": ""})
    yield "team.save", stage.press("team.save", form=_TEAM)
    yield "team.new:change", stage.press("team.new")
    yield "team.take", stage.act("team.take", {"team": 1})
    stage.act("team.new")
    stage.press("team.save", form={"name": "Innsatsteam innkjøp", "leader": "En kommunalsjef til"})
    sprint_notices.queue_sprints(stage.session, stage.turn().programme, now)
    yield "sprint.show", stage.act("sprint.show")
    yield "team.open", stage.press("team.open")
    yield "team.take:busy", stage.act("team.take", {"team": 1})
    yield "team.open:which", stage.act("team.open")
    stage.act("team.open", {"team": 1})
    yield "delivery.step", stage.press("delivery.step")
    yield "delivery.stepped:no note", stage.press("delivery.stepped", form={"stage": "solution"})
    noted = {"stage": "solution", "note": "Ti ledere er spurt. De vil ha én inngang, og svar samme dag."}
    yield "delivery.stepped", stage.press("delivery.stepped", form=noted)
    yield "delivery.open:under way", stage.press("delivery.open")
    work = sprint_work.in_hand(stage.session, stage.turn().programme.key)[0]
    yield "sprint:taken", sprint_notices.taken(stage.session, stage.turn().programme.key, work, stage.language)
    sprint = sprints.every(stage.session, stage.turn().programme.key)[0]
    yield "sprint:begun", sprint_notices.begun(stage.session, sprint, stage.language)
    yield from _demo(stage)
    team = sprint_teams.standing(stage.session, stage.turn().programme.key)[0]
    for became in (sprint_notices.IN, sprint_notices.LEADS, sprint_notices.LEADS_NO_MORE, sprint_notices.OUT):
        yield f"team:told {became}", sprint_notices.told_of_team(stage.session, team, became, stage.language)
    stage.act("team.new")
    stage.press("team.save", form={"name": "Innsatsteam uten leveranse", "leader": "Ingen ennå"})
    yield "team.end", stage.press("team.end")


_TEAM = {
    "name": "Innsatsteam HR-inngang",
    "leader": "Kommunalsjefen for organisasjon og interne tjenester",
    "members": "\n".join(f"Medarbeider nummer {number}" for number in range(1, 8)),
}


def _demo(stage: Acting) -> Iterator[tuple[str, Card]]:
    programme = stage.turn().programme
    yield "sprint.demo:not planned", stage.act("sprint.demo")
    yield "demo.plan", stage.press("demo.plan")
    when = {"day": "11. desember 2020", "starts": "13", "ends": "14.30", "everyone": "yes"}
    where = "Kommunegården, møterom Fornebu i 2. etasje, og på Teams for dem som er andre steder"
    yield "demo.planned:no time", stage.press("demo.planned", form=when | {"starts": "etter lunsj"})
    yield "demo.planned", stage.press("demo.planned", form=when | {"place": where})
    yield "demo.plan:change", stage.press("demo.plan")
    _, sprint, known = demos.every(stage.session, programme.key)[0]
    for what in ("invited", "moved", "reminder", "cancelled"):
        yield f"demo:{what}", demo_notices.invitation(stage.session, sprint, known, what, stage.language)
    work = sprint_work.in_hand(stage.session, programme.key)[0]
    for which in ("ask", "remind"):
        yield f"demo:{which}", demo_notices.asking(stage.session, programme.key, work, which, stage.language)
    yield "delivery.result", stage.act("delivery.result", {"work": work.identity})
    yield "delivery.resulted:no reason", stage.press("delivery.resulted", form={"result": "carries_on"})
    said = {"result": "carries_on", "shown": "En prøve med ti ledere.", "why": "Svarene om turnus mangler ennå."}
    yield "delivery.resulted", stage.press("delivery.resulted", form=said)
    yield "sprint.demo", stage.act("sprint.demo")
