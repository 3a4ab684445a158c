"""Deliveries (leveranser): the queue that everyone sees in its order, and one of them."""

from dialogs import delivery_words, saying_dates, topic_offers
from dialogs.card import MOST_BUTTONS, Block, Button, Card, Choice, Facts, Items, Question, Text
from dialogs.offers import offer, offers, short
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import deliveries, people, sprint_rules, sprint_teams, sprint_work, sprints
from storage.database import Session
from storage.deliveries import (
    ENDED,
    UNDER_WAY,
    Delivery,
    Stage,
)
from storage.programmes import Fact
from storage.topics import Kind

#: How many one card lists of a kind, how many of them have a button, and how many steps one tells.
MOST_LISTED, MOST_OPENED, MOST_STEPS = 10, 2, 8
#: A list of choices in Slack holds 100.
MOST_CHOICES = 90


def listed(session: Session, turn: Turn) -> Card:
    """For everyone: what waits in its order, what teams work on, what the documents only name, what was delivered."""
    language, programme = turn.language, turn.programme.key
    sprint_rules.must_deliver(session, programme)
    rows = deliveries.every(session, programme)
    waiting = [row for row in rows if row.stage == Stage.QUEUED]
    under_way = [row for row in rows if row.stage in UNDER_WAY]
    blocks: list[Block] = []
    if waiting:
        items = tuple(delivery_words.line(session, row, language) for row in waiting[:MOST_LISTED])
        blocks.append(Items(items=items, numbered=True))
        if len(waiting) > MOST_LISTED:
            more = say_many(language, "deliveries.queue.more", len(waiting) - MOST_LISTED)
            blocks.append(Text(text=more, style="quiet"))
    else:
        blocks.append(Text(text=say(language, "deliveries.queue.none")))
    blocks += _section(session, turn, "under_way", under_way)
    blocks += _only_named(turn, deliveries.only_named(session, programme))
    blocks += _section(session, turn, "delivered", [row for row in rows if row.stage == Stage.DELIVERED][::-1])
    opened = [*under_way[:1], *waiting, *under_way[1:], *(row for row in rows if row.stage in ENDED)]
    is_more = len(opened) > MOST_OPENED
    choosing = Button(title=say(language, "deliveries.choose"), action="delivery.open")
    return Card(
        title=say_many(language, "deliveries.queue.title", len(waiting)),
        blocks=tuple(blocks),
        buttons=(
            *_of_roles(session, turn, bool(waiting)),
            *(opening(session, turn, row) for row in opened[: MOST_OPENED - is_more]),
            *((choosing,) if is_more else ()),
            *offers(language, "sprint.show", "delivery.about"),
        )[:MOST_BUTTONS],
        language=language,
    )


def look(session: Session, turn: Turn) -> Card:
    """One delivery, where it stands and what became of it; or the question which one."""
    if not key(turn):
        return _which(session, turn)
    return shown(session, turn, deliveries.get(session, turn.programme.key, key(turn)))


def shown(session: Session, turn: Turn, row: Delivery) -> Card:
    """The card of a delivery, for this person."""
    language = turn.language
    state = say(language, f"deliveries.state.{row.stage}", place=row.position)
    steps = deliveries.steps(session, row)[-MOST_STEPS:]
    return Card(
        title=delivery_words.named(session, row, language),
        blocks=(
            Text(text=state, style="strong"),
            *_team(session, turn, row),
            Facts(facts=delivery_words.facts(session, row, language)),
            Text(text=say(language, "deliveries.history"), style="strong"),
            Items(items=tuple(delivery_words.step_line(session, turn, step) for step in steps)),
        ),
        buttons=(
            *_of_team(session, turn, row),
            *_of_leaders(session, turn, row),
            _following(session, turn, row),
            *offers(language, "sprint.show", "delivery.queue"),
        )[:MOST_BUTTONS],
        language=language,
    )


def opening(session: Session, turn: Turn, row: Delivery) -> Button:
    name = delivery_words.named(session, row, turn.language)
    title = short(say(turn.language, "deliveries.open", delivery=name))
    return Button(title=title, action="delivery.open", values={"delivery": row.identity})


def key(turn: Turn) -> int:
    """The delivery that the pressed button is about, or that was chosen of several."""
    number = turn.values.get("delivery")
    chosen = turn.value("delivery")
    if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10:
        number = int(chosen)
    return number if type(number) is int and 0 < number < 2**31 else 0


def _which(session: Session, turn: Turn) -> Card:
    """Which one is to be shown: all are there to choose from, of which a list has buttons for a few."""
    language = turn.language
    asked, every = turn.values.get("deliveries"), deliveries.every(session, turn.programme.key)
    rows = ([row for row in every if isinstance(asked, list) and row.identity in asked] or every)[:MOST_CHOICES]
    if not rows:
        return listed(session, turn)
    choices = tuple(
        Choice(title=short(delivery_words.told_apart(session, row, rows, language)), value=str(row.identity))
        for row in rows
    )
    label = say(language, "deliveries.which")
    return Card(
        title=label,
        questions=(Question(name="delivery", label=label, value=choices[0].value, choices=choices),),
        buttons=(offer(language, "delivery.open", style="primary"), *offers(language, "delivery.queue")),
        language=language,
        did="clarify",
        outcome="clarify",
    )


def _of_roles(session: Session, turn: Turn, has_queue: bool) -> tuple[Button, ...]:
    """What those who order the queue, and leaders, can do with it; a group is not told who they are."""
    if not turn.is_private:
        return ()
    programme, language = turn.programme.key, turn.language
    orders = has_queue and sprint_rules.may_prioritise(session, turn.person, programme)
    adds = "leader" in people.roles(session, turn.person, programme)
    return offers(language, *(["delivery.prioritise"] if orders else []), *(["delivery.new"] if adds else []))


def _of_leaders(session: Session, turn: Turn, row: Delivery) -> list[Button]:
    if not turn.is_private or "leader" not in people.roles(session, turn.person, turn.programme.key):
        return []
    values = {"delivery": row.identity}
    found = []
    if row.stage not in ENDED:
        found.append(Button(title=say(turn.language, "deliveries.edit"), action="delivery.new", values=values))
    if row.stage == Stage.QUEUED:
        found.append(offer(turn.language, "delivery.stop", values, "destructive"))
    return found


def _team(session: Session, turn: Turn, row: Delivery) -> tuple[Text, ...]:
    """Which team has it in hand, in which sprint; or when the teams take from the queue next."""
    work = sprint_work.held_by(session, row)
    if work is None:
        return _until_taken(session, turn, row)
    language, sprint = turn.language, sprints.get(session, turn.programme.key, work.sprint_id)
    days = saying_dates.days(language, sprint.starts_on, sprint.ends_on)
    return (
        Text(text=say(language, "deliveries.with_team", team=sprint_work.team_of(session, work).name)),
        Text(text=say(language, "sprints.told.days", number=sprint.number, days=days)),
    )


def _until_taken(session: Session, turn: Turn, row: Delivery) -> tuple[Text, ...]:
    """When teams take from the queue next; that is all that is known of when what waits there is begun."""
    sprint = sprints.upcoming(session, turn.programme.key, turn.today) if row.stage == Stage.QUEUED else None
    if sprint is None:
        return ()
    day = saying_dates.day(turn.language, sprint.starts_on)
    return (Text(text=say(turn.language, "deliveries.when_taken", number=sprint.number, day=day)),)


def _following(session: Session, turn: Turn, row: Delivery) -> Button:
    """Who follows its initiative, or the teams, is told what comes of it."""
    if row.initiative_key:
        return topic_offers.follow(turn.language, Kind.INITIATIVE, row.initiative_key)
    return topic_offers.follow(turn.language, Kind.WORKGROUP, sprint_rules.workgroup(session, turn.programme.key))


def _of_team(session: Session, turn: Turn, row: Delivery) -> tuple[Button, ...]:
    work = sprint_work.held_by(session, row) if turn.is_private else None
    if work is None or not sprint_teams.may_work(session, turn.person, sprint_work.team_of(session, work)):
        return ()
    return (offer(turn.language, "delivery.step", {"delivery": row.identity}, "primary"),)


def _section(session: Session, turn: Turn, name: str, rows: list[Delivery]) -> list[Block]:
    if not rows:
        return []
    items = tuple(
        (
            delivery_words.named(session, row, turn.language),
            say(turn.language, f"deliveries.stage.{row.stage}") if row.stage in UNDER_WAY else "",
        )
        for row in rows[:MOST_LISTED]
    )
    return [Text(text=say(turn.language, f"deliveries.queue.{name}"), style="strong"), Items(items=items)]


def _only_named(turn: Turn, facts: list[Fact]) -> list[Block]:
    """What the documents only name is told as no more than that."""
    if not facts:
        return []
    names = ", ".join(told(fact.title, turn.language) for fact in facts)
    return [Text(text=say(turn.language, "deliveries.queue.only_named", names=names), style="quiet")]
