"""What those who made a recommendation are told of it, and the reminder of those that nobody has said anything of."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs import recommendation_cards
from dialogs.card import Card, Items, Language, Text, in_each
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say, say_many
from storage import group_members, occurrences, outbox, people, recommendations, workgroups, working_days
from storage.database import Session
from storage.programmes import Fact, Programme
from storage.recommendations import RecommendationStep
from storage.refusals import Refused

#: On the first working day of the months that the programme asks in, at this hour in the organisation's zone.
ASKED_AT = time(9)
USEFUL_FOR = timedelta(days=7)


def tell(session: Session, turn: Turn, fact: Fact, step: RecommendationStep) -> None:
    """Tells those who sit in the group whose it is what became of it; not whoever said so."""
    those = whom(session, turn, fact)
    cards = in_each(lambda language: card(session, turn, fact, step, language))
    message = outbox.write(session, turn.programme.key, outbox.Kind.NOTICE, cards)
    outbox.owe_each(session, those, message, f"recommendation:{step.id}", turn.now)


def whom(session: Session, turn: Turn, fact: Fact) -> list[int]:
    """Who is told when this person says something of it."""
    try:
        group = workgroups.get(session, turn.programme.key, str(fact.details.get("workgroup")))
    except Refused:
        return []
    return [one for one in group_members.told(session, group, turn.now) if one != turn.person.id]


def card(session: Session, turn: Turn, fact: Fact, step: RecommendationStep, language: Language) -> Card:
    """What became of it, in the words of whoever said so."""
    title = recommendation_cards.numbered(language, fact)
    of = Turn(turn.person, turn.programme, turn.now, language)
    return Card(
        title=say(language, "recommendations.told.title"),
        blocks=(
            Text(text=title, style="strong"),
            Text(text=recommendation_cards.said(session, of, step)),
            Text(text=say(language, "recommendations.told.by", name=turn.person.name), style="quiet"),
        ),
        buttons=(recommendation_cards.opening(of, fact), *offers(language, "recommendation.list")),
        language=language,
    )


def queue_recommendations(session: Session, programme: Programme, now: datetime) -> int:
    """Reminds leaders of the recommendations that nobody has said anything of; returns to how many it owes that."""
    zone = ZoneInfo(programme.timezone)
    today = now.astimezone(zone).date()
    months = programme.recommendations_months
    if not months or (today.month - 1) % months:
        return 0
    due = datetime.combine(first_working_day(today), ASKED_AT, zone)
    if not due <= now < due + USEFUL_FOR:
        return 0
    those = recommendations.without_state(session, programme.key)
    leaders = [one.identity for one in people.holders(session, programme.key, "leader")]
    if not those or not leaders or not occurrences.record(session, f"recommendations:{programme.key}", due):
        return 0
    cards = in_each(lambda language: reminder(those, language))
    message = outbox.write(session, programme.key, outbox.Kind.REMINDER, cards, due + USEFUL_FOR, gathers_at=now)
    return outbox.owe_each(session, leaders, message, f"recommendations:{programme.key}:{due.date().isoformat()}", now)


def reminder(those: list[Fact], language: Language) -> Card:
    """Which ones."""
    return Card(
        title=say_many(language, "recommendations.reminder.title", len(those)),
        blocks=(
            Text(text=say(language, "recommendations.reminder.text")),
            Items(items=tuple((recommendation_cards.numbered(language, fact), "") for fact in those)),
        ),
        buttons=(offer(language, "recommendation.list", style="primary"),),
        language=language,
    )


def first_working_day(today: date) -> date:
    """Of the month that the day is in."""
    return working_days.after(today.replace(day=1) - working_days.DAY, 1)
