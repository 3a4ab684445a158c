"""Sprints: which one it is and until when, what each team works on, and for leaders when the next one begins."""

from dialogs import charts, delivery_words, moments, saying_dates
from dialogs.card import MOST_BUTTONS, Block, Button, Card, Items, Question, Text
from dialogs.offers import offer, offers, short
from dialogs.turn import Turn
from dialogs.words import say
from storage import deliveries, people, sprint_results, sprint_rules, sprint_teams, sprint_work, sprints
from storage.database import Session
from storage.deliveries import WrongField
from storage.sprint_teams import SprintTeam
from storage.sprints import Changed, Sprint

#: How many teams have a button of their own on the card.
MOST_OPENED = 2


def shown(session: Session, turn: Turn) -> Card:
    """For everyone: the sprint that runs or comes next, and what each team works on."""
    language, programme = turn.language, turn.programme.key
    sprint_rules.must_deliver(session, programme)
    begun = sprints.begun(session, programme, turn.today)
    coming = sprints.upcoming(session, programme, turn.today)
    teams = sprint_teams.standing(session, programme)
    items = tuple(_line(session, turn, team) for team in teams)
    return Card(
        title=_title(turn, begun, coming),
        blocks=(
            *charts.shown(session, turn, charts.BOARD),
            *_days(session, turn, begun, coming),
            *((Text(text=say(language, "sprints.teams"), style="strong"), Items(items=items)) if items else ()),
            *(() if items else (Text(text=say(language, "sprints.no_teams")),)),
        ),
        buttons=(
            *_of_leaders(session, turn),
            *(_opening(turn, team) for team in teams[:MOST_OPENED] if len(teams) <= MOST_OPENED),
            *((Button(title=say(language, "teams.choose"), action="team.open"),) if len(teams) > MOST_OPENED else ()),
            *offers(language, "sprint.demo", "delivery.queue"),
        )[:MOST_BUTTONS],
        language=language,
    )


def start(session: Session, turn: Turn) -> Card:
    """For leaders: the form for when the first sprint, or the next one, begins."""
    turn.person.must_be(session, "leader", turn.programme.key)
    sprint_rules.must_deliver(session, turn.programme.key)
    return _form(session, turn, "")


def started(session: Session, turn: Turn) -> Card:
    """Keeps the day; what cannot be is told at its field."""
    turn.person.must_be(session, "leader", turn.programme.key)
    day = moments.typed_day(turn.value("day"), turn.today)
    try:
        if day is None:
            raise WrongField("refused.sprint.no_day", "day")
        sprints.start(session, turn.person, turn.programme, day, turn.value("seen"), turn.today)
    except WrongField as wrong:
        last = wrong.values.get("day")
        begun = sprints.begun(session, turn.programme.key, turn.today)
        values = {"day": saying_dates.day(turn.language, begun.ends_on)} if last and begun else {}
        return _form(session, turn, say(turn.language, wrong.key, **values))
    except Changed as changed:
        return _form(session, turn, say(turn.language, changed.key))
    return shown(session, turn).model_copy(update={"outcome": "done"})


def _title(turn: Turn, begun: Sprint | None, coming: Sprint | None) -> str:
    language = turn.language
    if begun is not None and turn.today <= begun.ends_on:
        days = saying_dates.days(language, begun.starts_on, begun.ends_on)
        return say(language, "sprints.running", number=begun.number, days=days)
    if coming is not None:
        return say(language, "sprints.coming", number=coming.number, day=saying_dates.day(language, coming.starts_on))
    return say(language, "sprints.none")


def _days(session: Session, turn: Turn, begun: Sprint | None, coming: Sprint | None) -> list[Block]:
    """When it ends and the next begins; that nobody looked at the queue is said, not hidden."""
    language = turn.language
    blocks: list[Block] = []
    if begun is not None and turn.today <= begun.ends_on:
        blocks.append(Text(text=say(language, "sprints.ends", day=saying_dates.day(language, begun.ends_on))))
        if begun.planned_at is not None and not begun.was_looked_at:
            blocks.append(Text(text=say(language, "sprints.not_looked_at"), style="warning"))
    elif begun is None and coming is None:
        blocks.append(Text(text=say(language, "sprints.none.text")))
    late = [deliveries.get(session, turn.programme.key, one.delivery_id) for one in
            sprint_results.missing(session, turn.programme, turn.now)]  # fmt: skip
    if late:
        names = ", ".join(delivery_words.named(session, row, language) for row in late)
        blocks.append(Text(text=say(language, "sprints.missing", names=names), style="warning"))
    if coming is not None:
        day = saying_dates.day(language, coming.starts_on)
        key = "looked" if sprints.is_looked_at(session, coming) else "to_look"
        blocks.append(Text(text=say(language, f"sprints.next.{key}", number=coming.number, day=day), style="quiet"))
    return blocks


def _line(session: Session, turn: Turn, team: SprintTeam) -> tuple[str, str]:
    """What the team works on, and which of "behov, løsning, test" it is at."""
    language, work = turn.language, sprint_work.open_of(session, team)
    if work is None:
        return team.name, say(language, "sprints.free")
    row = deliveries.get(session, turn.programme.key, work.delivery_id)
    stage = say(language, f"deliveries.stage.{row.stage}")
    return team.name, f"{delivery_words.named(session, row, language)} ({stage})"


def _opening(turn: Turn, team: SprintTeam) -> Button:
    title = short(say(turn.language, "deliveries.open", delivery=team.name))
    return Button(title=title, action="team.open", values={"team": team.identity})


def _of_leaders(session: Session, turn: Turn) -> tuple[Button, ...]:
    if not turn.is_private or "leader" not in people.roles(session, turn.person, turn.programme.key):
        return ()
    return offers(turn.language, "sprint.start", "team.new")


def _form(session: Session, turn: Turn, error: str) -> Card:
    language, programme = turn.language, turn.programme.key
    coming = sprints.upcoming(session, programme, turn.today)
    seen = coming.starts_on.isoformat() if coming else ""
    weeks = sprint_rules.weeks(session, programme)
    question = Question(
        name="day",
        label=say(language, "sprints.form.day"),
        value=turn.value("day") if error else seen,
        required=True,
        longest=40,
        error=error,
    )
    return Card(
        title=say(
            language, "sprints.form.move" if coming else "sprints.form.start", number=coming.number if coming else 1
        ),
        blocks=(Text(text=say(language, "sprints.form.text", weeks=weeks)),),
        questions=(question,),
        buttons=(
            offer(language, "sprint.started", {"seen": seen}, "primary", replaces=True),
            *offers(language, "sprint.show"),
        ),
        language=language,
        outcome="refused" if error else "answered",
    )
