"""The order of the top 5 as everyone gets it, and when it goes to them by itself."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dialogs import saying_dates, saying_ranks
from dialogs.card import Card, Items, Language, Text
from dialogs.offers import offers
from dialogs.words import say, say_many, told
from storage import initiatives, occurrences, ranking, rhythms
from storage.database import Session
from storage.initiatives import Initiative, TopList
from storage.programmes import Programme
from storage.ranking import Place

#: A top 5 that could not go out within this time of its hour waits for the next one.
USEFUL_FOR = timedelta(days=3)
WAYS_ON = ("initiative.about", "initiative.list", "announcement.latest", "told.on", "help")


def listed(
    session: Session,
    programme: Programme,
    language: Language,
    since: datetime | None = None,
    order: TopList | None = None,
) -> Card:
    """The order that holds, or that one, as a card, the same for everyone, with what changed since then, or since the
    order before; this is also what the clock sends."""
    order = order or initiatives.top(session, programme.key)
    assert order is not None
    ranked = initiatives.ranked(session, programme.key, order)
    points = ranking.at(session, programme.key, order.ranked_at) if order.ranked_at else []
    places = {one.key: one for one in points}
    last = initiatives.before(session, order, since)
    titles = {row.key: told(row.title, language) for row in initiatives.every(session, programme.key)}
    gone = [titles[key] for key in (last.initiative_keys if last else ()) if key in titles]
    gone = [title for title in gone if title not in {titles[row.key] for row in ranked}]
    left = [Text(text=say(language, "top_list.left", names=", ".join(gone)))] if gone else []
    zone = ZoneInfo(programme.timezone)
    return Card(
        title=say_many(language, "top_list.title", len(ranked)),
        blocks=(
            Items(
                items=tuple(
                    _item(row, language, _why(order, row, places, language), _moved(row, place, last, language))
                    for place, row in enumerate(ranked, 1)
                ),
                numbered=True,
            ),
            *left,
            *_set(order, zone, language),
        ),
        buttons=offers(language, *WAYS_ON),
        language=language,
    )


def _set(order: TopList, zone: ZoneInfo, language: Language) -> tuple[Text, ...]:
    """When it was set and by what: by leaders, for a reason where they gave one, or by the points."""
    day = saying_dates.day(language, order.set_at.astimezone(zone).date())
    if order.ranked_at is not None:
        return (Text(text=say(language, "top_list.set.ranked", day=day), style="quiet"),)
    pinned = (Text(text=say(language, "top_list.set.reason", reason=order.reason)),) if order.reason else ()
    return (*pinned, Text(text=say(language, "top_list.set", day=day), style="quiet"))


def _why(order: TopList, row: Initiative, places: dict[str, Place], language: Language) -> str:
    """Why it has its place: in the leader's words, or what the points say."""
    if row.key in places:
        place = places[row.key]
        points = saying_ranks.points(place.total, language)
        return say(language, "top_list.why.points", points=points, agreed=saying_ranks.agreed(place, language))
    why = order.whys.get(row.key, "")
    return say(language, "top_list.why.said", why=why) if why else ""


def schedule(programme: Programme) -> str:
    """Under which its occurrences are recorded once they went out."""
    return f"top-list:{programme.key}"


def due(session: Session, programme: Programme, order: TopList, now: datetime) -> datetime | None:
    """The hour of its rhythm that has come, for an order that was set before it; as ``hour``."""
    due_at = hour(session, programme, now)
    return None if due_at is None or order.set_at > due_at else due_at


def hour(session: Session, programme: Programme, now: datetime) -> datetime | None:
    """The hour of its rhythm that has come; None where that is too long ago, but for one that nobody was awake for."""
    chosen = rhythms.find(session, programme.key)
    due_at = rhythms.last(chosen.rhythm if chosen else rhythms.USUAL, now, ZoneInfo(programme.timezone))
    if due_at is None or (chosen and chosen.set_at > due_at):
        return None
    is_late = now - due_at > USEFUL_FOR
    return None if is_late and not occurrences.was_asleep(session, programme.key, due_at) else due_at


def goes_at(session: Session, programme: Programme, order: TopList, now: datetime) -> datetime | None:
    """When the order goes to everyone by itself, once it may: ``now`` where its hour has passed without it and it is
    still of use; None for never."""
    due_at = due(session, programme, order, now)
    if due_at and now - due_at <= USEFUL_FOR and not occurrences.is_recorded(session, schedule(programme), due_at):
        return now
    zone = ZoneInfo(programme.timezone)
    return next(rhythms.coming(rhythms.of(session, programme.key), now, zone), None)


def _item(initiative: Initiative, language: Language, said: str, moved: str) -> tuple[str, str]:
    """What it is, why it has its place where that is said, and what changed."""
    text = " ".join(part.strip() for part in (_sentence(told(initiative.about, language), said), said) if part)
    return told(initiative.title, language), f"{text.rstrip('.')} ({moved})" if text and moved else text or moved


def _sentence(about: str, followed_by: str) -> str:
    """The text with a full stop where something stands behind it."""
    return f"{about}." if about and followed_by and about[-1].isalnum() else about


def _moved(initiative: Initiative, place: int, last: TopList | None, language: Language) -> str:
    """Where it stood before, in words; nothing where there was no order before."""
    if last is None:
        return ""
    if initiative.key not in last.initiative_keys:
        return say(language, "top_list.moved.new")
    was = last.initiative_keys.index(initiative.key) + 1
    key = "same" if was == place else "up" if was > place else "down"
    return say(language, f"top_list.moved.{key}", place=was)
