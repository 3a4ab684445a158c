"""What the clock does for sprints: who orders the queue is reminded, and the teams take from it when one begins."""

from datetime import datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from dialogs import delivery_words, saying_dates
from dialogs.card import Block, Card, Items, Language, Text, in_each
from dialogs.offers import offer, offers
from dialogs.words import say
from storage import deliveries, occurrences, outbox, sprint_rules, sprint_teams, sprint_work, sprints, working_days
from storage.database import Session
from storage.people import Person
from storage.programmes import Programme
from storage.sprint_teams import SprintTeam
from storage.sprint_work import SprintWork
from storage.sprints import Sprint

#: So many working days before a sprint those who order the queue are reminded, at this hour of the organisation's zone.
DAYS_BEFORE, REMINDED_AT = 2, time(9)
#: When the teams take from the queue on the first day of a sprint.
PLANNED_AT = time(8)


def queue_sprints(session: Session, programme: Programme, now: datetime) -> int:
    """Has the next sprint be there, reminds of the queue before it, and begins it; returns how much that was."""
    if not programme.sprints:
        return 0
    sprints.see_to(session, programme, sprints.today_of(programme, now))
    return _remind(session, programme, now) + _begin(session, programme, now)


#: What somebody's place in a team became.
IN, LEADS, LEADS_NO_MORE, OUT = "in", "leads", "leads_no_more", "out"


def to_changed(session: Session, acting: Person, team: SprintTeam, before: dict[int, bool]) -> None:
    """Tells everyone whose place in a team is another than ``before`` (who led it then), but for who changed it."""
    after = sprint_teams.leading(session, team)
    for became in (IN, LEADS, LEADS_NO_MORE, OUT):
        those = [key for key in {**before, **after} if key != acting.identity and _became(key, before, after) == became]
        if not those:
            continue
        cards = in_each(partial(told_of_team, session, team, became))
        message = outbox.write(session, team.programme_key, outbox.Kind.NOTICE, cards)
        for key in those:
            owed_key = f"team:{team.identity}:{team.version}:{key}"
            outbox.owe(session, session.get_one(Person, key), message, owed_key)


def _became(key: int, before: dict[int, bool], after: dict[int, bool]) -> str:
    """What their place became; empty where it is what it was."""
    if key not in after:
        return OUT
    if after[key]:
        return "" if before.get(key) else LEADS
    return {None: IN, True: LEADS_NO_MORE, False: ""}[before.get(key)]


def to_team(session: Session, programme: Programme, work: SprintWork) -> int:
    """Tells those in the team what it works on; returns to how many."""
    team = sprint_work.team_of(session, work)
    cards = in_each(lambda language: taken(session, programme.key, work, language))
    those = [one.identity for one in sprint_teams.accounts(session, team)]
    if not those:
        return 0
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards)
    return outbox.owe_each(session, those, message, f"sprint:{work.sprint_id}:work:{work.identity}", work.taken_at)


def told_of_team(session: Session, team: SprintTeam, became: str, language: Language) -> Card:
    """What somebody's place in a team became, and what the team works on."""
    work = sprint_work.open_of(session, team)
    blocks = [Text(text=say(language, f"teams.told.{became}.text"))]
    if work is not None and became != OUT:
        row = deliveries.get(session, team.programme_key, work.delivery_id)
        number = sprints.get(session, team.programme_key, work.sprint_id).number
        name, stage = delivery_words.named(session, row, language), say(language, f"deliveries.stage.{row.stage}")
        blocks.append(Text(text=say(language, "teams.works_on", delivery=name, number=number, stage=stage)))
    return Card(
        title=say(language, f"teams.told.{became}", team=team.name),
        blocks=tuple(blocks),
        buttons=(offer(language, "team.open", {"team": team.identity}), *offers(language, "sprint.show")),
        language=language,
    )


def taken(session: Session, programme_key: str, work: SprintWork, language: Language) -> Card:
    """What a team has in hand from now on."""
    team = sprint_work.team_of(session, work)
    sprint = sprints.get(session, programme_key, work.sprint_id)
    row = deliveries.get(session, programme_key, work.delivery_id)
    name = delivery_words.named(session, row, language)
    days = saying_dates.days(language, sprint.starts_on, sprint.ends_on)
    return Card(
        title=say(language, "sprints.told.taken", team=team.name, delivery=name),
        blocks=(
            Text(text=say(language, "sprints.told.days", number=sprint.number, days=days)),
            Text(text=say(language, f"deliveries.state.{row.stage}", place=row.position)),
        ),
        buttons=(offer(language, "team.open", {"team": team.identity}), *offers(language, "sprint.show")),
        language=language,
    )


def reminder(session: Session, sprint: Sprint, language: Language) -> Card:
    """That the queue is to be looked at before a sprint, with the queue as it is."""
    rows = deliveries.queue(session, sprint.programme_key)
    day = saying_dates.day(language, sprint.starts_on)
    items = tuple(delivery_words.line(session, row, language) for row in rows[:10])
    none = Text(text=say(language, "sprints.reminder.empty"), style="warning")
    return Card(
        title=say(language, "sprints.reminder.title", number=sprint.number),
        blocks=(
            Text(text=say(language, "sprints.reminder.text", number=sprint.number, day=day)),
            Items(items=items, numbered=True) if items else none,
        ),
        buttons=offers(language, "delivery.prioritise", "delivery.queue", "delivery.new"),
        language=language,
    )


def begun(session: Session, sprint: Sprint, language: Language) -> Card:
    """How a sprint began, for those who order the queue: who has what, who has nothing, and whether anybody looked."""
    items, free = [], []
    for team in sprint_teams.standing(session, sprint.programme_key):
        work = sprint_work.open_of(session, team)
        if work is None:
            free.append(team.name)
            continue
        row = deliveries.get(session, sprint.programme_key, work.delivery_id)
        items.append((team.name, delivery_words.named(session, row, language)))
    blocks: list[Block] = []
    if not sprint.was_looked_at:
        blocks.append(Text(text=say(language, "sprints.not_looked_at"), style="warning"))
    blocks += [Items(items=tuple(items))] if items else []
    blocks += [Text(text=say(language, "sprints.told.free", teams=", ".join(free)))] if free else []
    blocks += [] if items or free else [Text(text=say(language, "sprints.no_teams"))]
    days = saying_dates.days(language, sprint.starts_on, sprint.ends_on)
    return Card(
        title=say(language, "sprints.told.begun", number=sprint.number, days=days),
        blocks=tuple(blocks),
        buttons=offers(language, "sprint.show", "delivery.queue"),
        language=language,
    )


def _remind(session: Session, programme: Programme, now: datetime) -> int:
    zone, today = ZoneInfo(programme.timezone), sprints.today_of(programme, now)
    sprint = sprints.upcoming(session, programme.key, today)
    if sprint is None or sprints.is_looked_at(session, sprint):
        return 0
    due = datetime.combine(working_days.before(sprint.starts_on, DAYS_BEFORE), REMINDED_AT, zone)
    key = f"queue-look:{programme.key}:{sprint.number}:{sprint.starts_on.isoformat()}"
    if now < due or not occurrences.record(session, key, due):
        return 0
    cards = in_each(lambda language: reminder(session, sprint, language))
    until = datetime.combine(sprint.starts_on, PLANNED_AT, zone)
    message = outbox.write(session, programme.key, outbox.Kind.REMINDER, cards, until, gathers_at=now)
    those = [one.identity for one in sprint_rules.prioritisers(session, programme.key)]
    return outbox.owe_each(session, those, message, key, now)


def _begin(session: Session, programme: Programme, now: datetime) -> int:
    """A sprint that is over already when the clock wakes is not begun any more."""
    zone, today = ZoneInfo(programme.timezone), sprints.today_of(programme, now)
    sprint = sprints.begun(session, programme.key, today)
    if sprint is None or sprint.planned_at is not None or today > sprint.ends_on:
        return 0
    if now < datetime.combine(sprint.starts_on, PLANNED_AT, zone) or not sprint_work.plan(
        session, programme, sprint, now
    ):
        return 0
    told = sum(to_team(session, programme, work) for work in sprint_work.of_sprint(session, sprint))
    cards = in_each(lambda language: begun(session, sprint, language))
    message = outbox.write(session, programme.key, outbox.Kind.NOTICE, cards, gathers_at=now)
    those = [one.identity for one in sprint_rules.prioritisers(session, programme.key)]
    return told + outbox.owe_each(session, those, message, f"sprint:{sprint.identity}:begun", now)
