"""Cards of initiatives, from an idea to the top 5: a part of what dialogs/example_turns.py plays."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from dialogs import idea_taking_away, initiative_moves, initiative_scoring, top_order
from dialogs.card import Card, in_each
from dialogs.example_stage import Stage
from storage import (
    broadcasts,
    claims,
    initiative_states,
    initiatives,
    lanes,
    outbox,
    people,
    programmes,
    ranking,
    scoring,
)
from storage.outbox import Status
from storage.people import Person, Whereabouts
from storage.prioritising import READY_MADE

_PROGRAMME = "osu2020"
#: When it is played: a week before the programme's first milestone.
NOW = datetime(2020, 11, 24, 8, 0, tzinfo=UTC)
#: What has points beside the idea.
_OTHERS = (
    "osu-ini-framtidens-arbeidsplass",
    "osu-ini-digital-arbeidsglede",
    "osu-ini-kommunegard",
    "osu-ini-ledelse",
    "osu-ini-arbeidsgiver",
    "osu-ini-kompetanse",
)
_IDEA: dict[str, Any] = {
    "title": "Felles verktøy for turnus og bemanning i alle enheter",
    "need": "Tre enheter fører turnus i hvert sitt regneark, og ingen ser hvem som mangler folk neste uke. " * 2,
    "for_whom": "Ansatte i turnus og de som setter dem opp",
    "value": "Færre feil, mindre leting og raskere svar til den som kan ta en vakt",
    "effort": "sprint",
    "known": "no",
    "goal": "goal:osu-mal-tjenester",
}
_REST = {
    "risk": "Dobbelt arbeid i overgangen, og at regnearkene lever videre ved siden av",
    "competences": "Turnusplanlegging, HR, IT og en som kjenner arbeidstidsreglene",
    "releases": "To fra HR og en fra IT, av sine egne ledere",
    "unit": "Organisasjon og interne tjenester",
}

_OTHER = {"title": "Sykkelparkering ved rådhuset", "need": "Det er for få stativer, og syklene står i gangen."}


def scene(stage: Stage) -> Iterator[tuple[str, Card]]:
    """Everything that can be done with initiatives."""
    yield from _proposing(stage)
    yield from _moving(stage)
    yield from _weighing(stage)
    yield from _the_top(stage)
    yield from _told(stage)


def _proposing(stage: Stage) -> Iterator[tuple[str, Card]]:
    yield "initiative.mine:none", stage.act("initiative.mine")
    yield "initiative.propose", stage.act("initiative.propose")
    yield "initiative.proposed:no need", stage.act("initiative.proposed", {**_IDEA, "form": "f1", "need": ""})
    naming = {
        **_IDEA,
        "form": "f1",
        "need": "Kari Nordmann fører turnus i sitt eget regneark, og ingen andre finner fram.",
    }
    yield "initiative.proposed:names", stage.act("initiative.proposed", naming)
    yield "initiative.proposed", stage.act("initiative.proposed", {**_IDEA, "form": "f1"})
    alike = {**_IDEA, "title": "Turnus og bemanning: ett verktøy", "form": "f2"}
    yield "initiative.proposed:alike", stage.act("initiative.proposed", alike)
    yield "initiative.mine", stage.act("initiative.mine")
    yield "initiative.list", stage.act("initiative.list")
    yield "initiative.open:which", stage.act("initiative.open")
    yield "initiative.open:idea", stage.act("initiative.open", {"initiative": "idea:f1"})
    yield "initiative.move:not whole", stage.act("initiative.moved", {"initiative": "idea:f1", "to": "lifted"})
    yield "initiative.edit", stage.act("initiative.edit", {"initiative": "idea:f1"})
    yield "initiative.proposed:changed", stage.act("initiative.proposed", {**_IDEA, **_REST, "form": "f1"})
    shown = stage.act("initiative.edit", {"initiative": "idea:f1"})
    edited = {**_IDEA, **_REST, **shown.buttons[0].values}
    yield "initiative.edited:changed meanwhile", stage.act("initiative.edited", {**edited, "version": ""})
    yield "initiative.edited", stage.act("initiative.edited", edited)


def _moving(stage: Stage) -> Iterator[tuple[str, Card]]:
    key = {"initiative": "idea:f1"}
    yield "initiative.move", stage.act("initiative.move", {**key, "to": "lifted"})
    why = "Behovet er det samme i flere enheter, og de bør løse det sammen."
    yield "initiative.moved", stage.act("initiative.moved", {**key, "to": "lifted", "why": why})
    yield "initiative.open", stage.act("initiative.open", key)
    for known, named in (("yes", "osu-ini-ledelse"), ("no", "osu-ini-kompetanse"), ("yes", "osu-ini-kommunegard")):
        stage.act("initiative.moved", {"initiative": named, "to": "start", "known": known})
    yield "initiative.open:running", stage.act("initiative.open", {"initiative": "osu-ini-kompetanse"})
    yield "initiative.move:start", stage.act("initiative.move", {**key, "to": "start"})
    starting = {**key, "to": "start", "known": "no"}
    yield "initiative.moved:not released", stage.act("initiative.moved", starting)
    yield "initiative.moved:limit", stage.act("initiative.moved", {**starting, "released": "yes"})
    for to in ("done", "stopped"):
        yield f"initiative.move:{to}", stage.act("initiative.move", {"initiative": "osu-ini-ledelse", "to": to})
    yield (
        "initiative.moved:no reason",
        stage.act("initiative.moved", {"initiative": "osu-ini-ledelse", "to": "stopped"}),
    )
    yield "initiative.list:running", stage.act("initiative.list")
    row = initiatives.get(stage.session, _PROGRAMME, "idea:f1")
    change = initiative_states.history(stage.session, _PROGRAMME, row.key)[-1]
    told = initiative_moves.told_of(row, change, stage.person.name, stage.language)
    yield "initiative-told", told
    _, other = stage.act("initiative.proposed", {**_IDEA, **_OTHER, "form": "f3"}), {"initiative": "idea:f3"}
    yield "initiative.take_away", stage.act("initiative.take_away", other)
    yield "initiative.taken_away:no reason", stage.act("initiative.taken_away", other)
    yield (
        "initiative.taken_away",
        stage.act("initiative.taken_away", {**other, "why": "Teksten sier hvem det gjelder."}),
    )
    row = initiatives.get(stage.session, _PROGRAMME, "idea:f3")
    change = initiative_states.history(stage.session, _PROGRAMME, row.key)[-1]
    yield "idea-taken-away-told", idea_taking_away.told_of(row, change, stage.person.name, stage.language)


def _weighing(stage: Stage) -> Iterator[tuple[str, Card]]:
    """Two others give points as well; nobody sees them before all are in."""
    session, colleagues = stage.session, [_somebody(stage, f"colleague-{number}") for number in range(2)]
    for colleague in colleagues:
        people.grant(session, colleague, _PROGRAMME, "employee_representative")
    found = scoring.latest(session, _PROGRAMME, "idea:f1")
    assert found is not None, "lifted in the scene before"
    found.asked = [*found.asked, *(colleague.identity for colleague in colleagues)]
    yield "initiative.ranking:none", stage.act("initiative.ranking")
    row = initiatives.get(session, _PROGRAMME, "idea:f1")
    yield "initiative-asked", initiative_scoring.asked(row, found, stage.language)
    yield "initiative.scoring", stage.act("initiative.scoring")
    yield "initiative.scoring_close:few", stage.act("initiative.scoring_close", {"assessment": found.id})
    yield "initiative.score", stage.act("initiative.score")
    yield "initiative.scored:missing", stage.act("initiative.scored", {"assessment": found.id, "points_residents": "4"})
    given = {f"points_{key}": str(points) for key, points in zip(READY_MADE, (5, 4, 3, 2, 4), strict=True)}
    yield "initiative.scored", stage.act("initiative.scored", {"assessment": found.id, **given})
    yield "initiative.score:none", stage.act("initiative.score")
    yield "initiative.why:waits", stage.act("initiative.why", {"initiative": "idea:f1"})
    programme = programmes.get(session, _PROGRAMME)
    for colleague, all_points in zip(colleagues, ((4, 4, 4, 3, 4), (5, 1, 3, 2, 3)), strict=True):
        scoring.give(session, colleague, programme, found.identity, dict(zip(READY_MADE, all_points, strict=True)), NOW)
    scoring.close(session, stage.person, programme, found.identity, NOW)
    for number, key in enumerate(_OTHERS):
        _score_all(stage, key, [*colleagues, stage.person], number)
    yield "initiative.scoring_open", stage.act("initiative.scoring_open", {"initiative": "osu-ini-digitalt-kontor"})
    yield "initiative.ranking", stage.act("initiative.ranking")
    yield "initiative.why", stage.act("initiative.why", {"initiative": _OTHERS[-1]})
    yield "initiative.why:own", stage.act("initiative.why")
    yield "initiative.open:ranked", stage.act("initiative.open", {"initiative": "idea:f1"})
    order = ranking.at(session, _PROGRAMME, NOW)
    place = next(one for one in order if one.key == "idea:f1")
    yield "initiative-placed", initiative_scoring.placed(place, len(order), row, stage.language)
    open_one = scoring.latest(session, _PROGRAMME, "osu-ini-digitalt-kontor")
    assert open_one is not None
    for colleague in colleagues:
        scoring.give(session, colleague, programme, open_one.identity, dict.fromkeys(READY_MADE, 2), NOW)
    yield "initiative.scoring_close", stage.act("initiative.scoring_close", {"assessment": open_one.id})


def _score_all(stage: Stage, key: str, those: list[Person], number: int) -> None:
    programme = programmes.get(stage.session, _PROGRAMME)
    found, _ = scoring.ask(stage.session, stage.person, programme, key, NOW)
    for place, somebody in enumerate(those):
        points = {name: 1 + (number + place + at) % 5 for at, name in enumerate(READY_MADE)}
        scoring.give(stage.session, somebody, programme, found.identity, points, NOW)
    if found.closed_at is None:
        scoring.close(stage.session, stage.person, programme, found.identity, NOW)


def _the_top(stage: Stage) -> Iterator[tuple[str, Card]]:
    """The top 5 as the points make it, and as a leader pins another one."""
    yield "top.edit:points", stage.act("top.edit")
    pinned = {"place_1": "osu-ini-digitalt-kontor", "place_2": "idea:f1"}
    yield "top.save:no reason", stage.act("top.save", pinned)
    reason = "Kommunestyret har bedt om at digitalt kontor kommer først i år."
    stage.act("top.save", {**pinned, "reason": reason})
    yield "initiative.top:pinned", stage.act("initiative.top")
    yield "top.follow", stage.act("top.follow")
    yield "initiative.top:points", stage.act("initiative.top")


def _told(stage: Stage) -> Iterator[tuple[str, Card]]:
    """What everyone was told on a day, and nothing."""
    session, programme = stage.session, programmes.get(stage.session, _PROGRAMME)
    lanes.open_lane(session, "web", 0.0)
    cards = in_each(lambda language: top_order.listed(session, programme, language))
    message = outbox.write(session, _PROGRAMME, outbox.Kind.TOP_LIST, cards)
    broadcasts.owe_everyone(session, _PROGRAMME, message, "example-top-list", NOW)
    for key in broadcasts.unexpanded(session):
        while broadcasts.expand(session, key):
            pass
    for row in claims.claim(session, "web", 100, 60):
        claims.begin_attempt(session, row)
        claims.settle(session, row.ended(Status.SENT, platform_id=row.edits or str(row.id)))
    yield "told.on:which", stage.act("told.on")
    yield "told.on:unread", stage.act("told.on", {"day": "en gang i fjor"})
    yield "told.on", stage.act("told.on", {"day": "2020-11-24"})
    yield "told.one", stage.press("told.one", form={"message": stage.shown.questions[0].value})
    yield "told.on:nothing", stage.act("told.on", {"day": "2020-01-01"})


def _somebody(stage: Stage, account: str) -> Person:
    """Somebody who has met the bot, by their account."""
    where = Whereabouts(channel="web", account=account, name=account, lane="web", conversation=account)
    return people.recognise(stage.session, where, _PROGRAMME)
