"""Teams (innsatsteam): who is in one and what it works on; for leaders, making and changing it."""

import secrets
from typing import Any

from dialogs import delivery_words, sprint_notices
from dialogs.card import MOST_BUTTONS, Block, Button, Card, Choice, Items, Question, Text
from dialogs.offers import offer, offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import deliveries, people, sprint_rules, sprint_teams, sprint_work, sprints
from storage.database import Session
from storage.deliveries import WrongField
from storage.refusals import NotAllowed, Refused
from storage.sprint_teams import LONGEST_NAME, MOST_MEMBERS, Changed, SprintTeam
from storage.sprint_work import SprintWork

_FIELDS = ("name", "leader", "members")
#: A list of choices in Slack holds 100.
MOST_CHOICES = 90
#: Of how many teams one card lists who is in them.
MOST_LISTED = 10
#: Of which team somebody asks: whether they are in one themselves.
MINE = "mine"


def look(session: Session, turn: Turn) -> Card:
    """One team. Raises Refused where there is none of that number."""
    if turn.value("aspect") == MINE:
        return _mine(session, turn)
    if not key(turn):
        return _all(session, turn)
    return shown(session, turn, sprint_teams.get(session, turn.programme.key, key(turn)))


def write(session: Session, turn: Turn) -> Card:
    """For leaders: the form of a new team, or of one that is there."""
    turn.person.must_be(session, "leader", turn.programme.key)
    sprint_rules.must_deliver(session, turn.programme.key)
    if not key(turn):
        return _form(session, turn, {}, {})
    team = sprint_teams.get(session, turn.programme.key, key(turn))
    return _form(session, turn, _typed(session, team), {}, team)


def save(session: Session, turn: Turn) -> Card:
    """Keeps the team and tells whoever is new in it; what cannot be is told at its field, with all that was typed."""
    programme = turn.programme
    turn.person.must_be(session, "leader", programme.key)
    team = sprint_teams.get(session, programme.key, key(turn)) if key(turn) else None
    before = sprint_teams.leading(session, team) if team else {}
    typed = {name: turn.value(name) for name in _FIELDS}
    version = turn.values.get("version")
    try:
        saved = sprint_teams.save(
            session, turn.person, programme, team.identity if team else None, typed["name"], typed["leader"],
            typed["members"].splitlines(), version if type(version) is int else 0, turn.value("form"), turn.now,
        )  # fmt: skip
    except WrongField as wrong:
        return _form(session, turn, typed, {wrong.field: say(turn.language, wrong.key, **wrong.values)}, team)
    except Changed as changed:
        return _form(session, turn, typed, {"name": say(turn.language, changed.key, **changed.values)}, team)
    sprint_notices.to_changed(session, turn.person, saved, before)
    return shown(session, turn, saved).model_copy(update={"outcome": "done"})


def take(session: Session, turn: Turn) -> Card:
    """Takes the first of the queue, for a team that has nothing in hand; why that cannot be is told with the team."""
    try:
        work = sprint_work.take(session, turn.person, turn.programme, key(turn), turn.now)
    except NotAllowed:
        raise
    except Refused as refused:
        team = sprint_teams.get(session, turn.programme.key, key(turn))
        card, why = shown(session, turn, team), say(turn.language, refused.key, **refused.values)
        blocks = (Text(text=why, style="warning"), *card.blocks)
        return card.model_copy(update={"blocks": blocks, "outcome": "refused"})
    sprint_notices.to_team(session, turn.programme, work)
    team = sprint_teams.get(session, turn.programme.key, key(turn))
    return shown(session, turn, team).model_copy(update={"outcome": "done"})


def end(session: Session, turn: Turn) -> Card:
    """For leaders: the team is no more."""
    turn.person.must_be(session, "leader", turn.programme.key)
    team = sprint_work.end_team(session, turn.person, turn.programme.key, key(turn), turn.now)
    return Card(
        title=say(turn.language, "teams.ended", team=team.name),
        buttons=offers(turn.language, "sprint.show"),
        language=turn.language,
        outcome="done",
    )


def shown(session: Session, turn: Turn, team: SprintTeam) -> Card:
    language = turn.language
    work = sprint_work.open_of(session, team)
    return Card(
        title=team.name,
        blocks=(
            *_in_hand(session, turn, work),
            Text(text=say(language, "teams.members"), style="strong"),
            Items(items=tuple(_seat(turn, seat.name, seat.leads) for seat in sprint_teams.seats(session, team))),
            *_size(session, turn, team),
        ),
        buttons=tuple(_buttons(session, turn, team, work))[:MOST_BUTTONS],
        language=language,
    )


def key(turn: Turn) -> int:
    """The team that the pressed button is about, or that was chosen of several."""
    number = turn.values.get("team")
    chosen = turn.value("team")
    if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10:
        number = int(chosen)
    return number if type(number) is int and 0 < number < 2**31 else 0


def _all(session: Session, turn: Turn) -> Card:
    sprint_rules.must_deliver(session, turn.programme.key)
    language, teams = turn.language, sprint_teams.standing(session, turn.programme.key)[:MOST_CHOICES]
    if not teams:
        none = Text(text=say(language, "sprints.no_teams"))
        buttons = offers(language, "sprint.show")
        return Card(title=say(language, "sprints.teams"), blocks=(none,), buttons=buttons, language=language)
    choices = tuple(Choice(title=short(team.name), value=str(team.identity)) for team in teams)
    label = say(language, "teams.which")
    return Card(
        title=say(language, "sprints.teams"),
        blocks=(Items(items=tuple(_who(session, turn, team) for team in teams[:MOST_LISTED])),),
        questions=(Question(name="team", label=label, value=choices[0].value, choices=choices),),
        buttons=(offer(language, "team.open", style="primary"), *offers(language, "sprint.show")),
        language=language,
        did="clarify",
        outcome="clarify",
    )


def _mine(session: Session, turn: Turn) -> Card:
    """The team that somebody is in; in none, or in several, that is said with all of them."""
    programme, language = turn.programme.key, turn.language
    sprint_rules.must_deliver(session, programme)
    mine = [
        team for team in sprint_teams.standing(session, programme)
        if turn.person.identity in sprint_teams.leading(session, team)
    ]  # fmt: skip
    names = ", ".join(team.name for team in mine)
    said = say(language, "teams.mine", teams=names) if mine else say(language, "teams.mine.none")
    card = shown(session, turn, mine[0]) if len(mine) == 1 else _all(session, turn)
    return card.model_copy(update={"title": said})


def _who(session: Session, turn: Turn, team: SprintTeam) -> tuple[str, str]:
    """Who is in it, in a line."""
    leads = say(turn.language, "teams.leads")
    names = [
        f"{seat.name or '–'} ({leads})" if seat.leads else seat.name or "–"
        for seat in sprint_teams.seats(session, team)
    ]
    return team.name, ", ".join(names)


def _in_hand(session: Session, turn: Turn, work: SprintWork | None) -> list[Block]:
    language = turn.language
    if work is None:
        runs = sprints.running(session, turn.programme, turn.now) is not None
        free = say(language, "teams.free" if runs else "teams.free.no_sprint")
        return [Text(text=free)]
    row = deliveries.get(session, turn.programme.key, work.delivery_id)
    sprint = sprints.get(session, turn.programme.key, work.sprint_id)
    said = say(
        language, "teams.works_on", delivery=delivery_words.named(session, row, language), number=sprint.number,
        stage=say(language, f"deliveries.stage.{row.stage}"),
    )  # fmt: skip
    last = deliveries.steps(session, row)[-1]
    return [Text(text=said), *((Text(text=last.note, style="quiet"),) if last.note else ())]


def _seat(turn: Turn, name: str, leads: bool) -> tuple[str, str]:
    return name or "–", say(turn.language, "teams.leads") if leads else ""


def _size(session: Session, turn: Turn, team: SprintTeam) -> list[Block]:
    """About so many is a guide: a team of another size is told so, and stands."""
    count, about = len(sprint_teams.seats(session, team)), sprint_rules.team_size(session, turn.programme.key)
    if abs(count - about) <= 1:
        return []
    return [Text(text=say_many(turn.language, "teams.size", count, about=about), style="warning")]


def _buttons(session: Session, turn: Turn, team: SprintTeam, work: SprintWork | None) -> list[Button]:
    language, values = turn.language, {"team": team.identity}
    found: list[Button] = []
    if turn.is_private and work is not None and sprint_teams.may_work(session, turn.person, team):
        found.append(offer(language, "delivery.step", {"delivery": work.delivery_id}, "primary"))
    if turn.is_private and work is not None and sprint_teams.may_lead(session, turn.person, team):
        found.append(offer(language, "delivery.result", {"work": work.identity}))
    if work is None and _can_take(session, turn, team):
        found.append(offer(language, "team.take", values, "primary", replaces=True))
    if work is not None:
        looking = Button(title=say(language, "teams.delivery"), action="delivery.open",
                         values={"delivery": work.delivery_id})  # fmt: skip
        found.append(looking)
    if turn.is_private and "leader" in people.roles(session, turn.person, turn.programme.key):
        found.append(Button(title=say(language, "teams.edit"), action="team.new", values=values))
        if work is None:
            found.append(offer(language, "team.end", values, "destructive", replaces=True))
    return [*found, *offers(language, "sprint.show")]


def _can_take(session: Session, turn: Turn, team: SprintTeam) -> bool:
    """Whether it is offered: nothing that would only be refused is."""
    if not turn.is_private or not sprint_teams.may_lead(session, turn.person, team):
        return False
    return sprints.running(session, turn.programme, turn.now) is not None and sprint_work.has_to_take(session, team)


def _typed(session: Session, team: SprintTeam) -> dict[str, str]:
    seats = sprint_teams.seats(session, team)
    return {
        "name": team.name,
        "leader": next((seat.name for seat in seats if seat.leads), ""),
        "members": "\n".join(seat.name for seat in seats if not seat.leads),
    }


def _form(
    session: Session, turn: Turn, typed: dict[str, str], errors: dict[str, str], team: SprintTeam | None = None
) -> Card:
    language = turn.language
    values: dict[str, Any] = {"form": turn.value("form") or secrets.token_hex(8)}
    if team is not None:
        values = {"team": team.identity, "version": team.version}
    about = sprint_rules.team_size(session, turn.programme.key)
    longest = {"members": MOST_MEMBERS * (LONGEST_NAME + 1)}
    return Card(
        title=say(language, "teams.form.title" if team is None else "teams.form.edit"),
        blocks=(Text(text=say(language, "teams.form.text", about=about)),),
        questions=tuple(
            Question(
                name=name,
                label=say(language, f"teams.field.{name}"),
                value=typed.get(name, ""),
                required=name != "members",
                lines=6 if name == "members" else 1,
                longest=longest.get(name, LONGEST_NAME),
                error=errors.get(name, ""),
            )
            for name in _FIELDS
        ),
        buttons=(offer(language, "team.save", values, "primary", replaces=True), *offers(language, "sprint.show")),
        language=language,
        outcome="refused" if errors else "answered",
    )
