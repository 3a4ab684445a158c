"""Where an initiative stands in the order and why, in sentences that anyone understands."""

from collections.abc import Iterable
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from dialogs import saying_dates
from dialogs.card import Language
from dialogs.words import say, say_many, told
from storage import initiatives, ranking
from storage.database import Session
from storage.prioritising import MOST, Criterion
from storage.programmes import Programme
from storage.ranking import Part, Place

_LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}


def criterion(one: Criterion, language: Language) -> str:
    """What a criterion is called: by the programme's file, or one of the ready-made ones."""
    return told(one.title, language) if one.title else say(language, f"prioritising.criterion.{one.key}")


def ends(one: Criterion, language: Language) -> tuple[str, str]:
    """What the fewest and the most points mean."""
    if one.low and one.high:
        return told(one.low, language), told(one.high, language)
    key = f"prioritising.criterion.{one.key}"
    return say(language, f"{key}.low"), say(language, f"{key}.high")


def points(number: Fraction, language: Language) -> str:
    """With one decimal, rounded half up."""
    tenths = (number * 10 + Fraction(1, 2)).__floor__()
    return format_decimal(tenths / 10, format="0.0", locale=_LOCALES[language])


def explained(place: Place, of: int, language: Language) -> str:
    """Which place and why: the points, what draws them up and down most, and how far those who gave them agree."""
    said = [
        say(language, "prioritising.place", place=place.place, of=of, points=points(place.total, language), most=MOST)
    ]
    drawn = sorted(place.parts, key=lambda part: ranking.pull(part, place))
    if ranking.pull(drawn[-1], place) > 0:
        said.append(say(language, "prioritising.up", what=_part(drawn[-1], place, language)))
        said.append(say(language, "prioritising.down", what=_part(drawn[0], place, language)))
    said.append(agreed(place, language))
    return " ".join(said)


def agreed(place: Place, language: Language) -> str:
    """How many gave points, and how far they agree; where they do not, on what."""
    if place.people == 1:
        return say(language, "prioritising.agreed.one")
    how = ranking.agreement(place.parts)
    widest = max(place.parts, key=lambda part: part.spread)
    what = _within(widest.criterion, language)
    values = {"what": what, "least": widest.points[0], "most": widest.points[-1]} if how == "differ" else {}
    return say_many(language, f"prioritising.agreed.{how}", place.people, **values)


def compared(place: Place, last: Place, language: Language) -> str:
    """Why one is not among the first: what the last of those has, and what makes most of the difference."""
    other = {part.criterion.key: part for part in last.parts}
    both = [part for part in place.parts if part.criterion.key in other]
    said = say(
        language,
        "prioritising.below",
        title=last.title,
        place=last.place,
        theirs=points(last.total, language),
        own=points(place.total, language),
    )
    if not both:
        return said
    widest = max(both, key=lambda part: (other[part.criterion.key].mean - part.mean) * part.criterion.weight)
    theirs = other[widest.criterion.key]
    if theirs.mean <= widest.mean:
        return said
    what = _within(widest.criterion, language)
    difference = say(
        language,
        "prioritising.difference",
        what=what,
        own=points(widest.mean, language),
        theirs=points(theirs.mean, language),
    )
    return f"{said} {difference}"


def moved(place: Place, before: Iterable[Place] | None, language: Language) -> str:
    """Where it stood when everyone was last told; nothing where nobody has been."""
    if before is None:
        return ""
    was = next((one.place for one in before if one.key == place.key), None)
    if was is None:
        return say(language, "top_list.moved.new")
    key = "same" if was == place.place else "up" if was > place.place else "down"
    return say(language, f"top_list.moved.{key}", place=was)


def last_told(session: Session, programme: Programme) -> tuple[datetime, list[Place]] | None:
    """The order as it was when the last top 5 was set, and when that was; None before the first one."""
    order = initiatives.top(session, programme.key)
    return (order.set_at, ranking.at(session, programme.key, order.set_at)) if order else None


def since(at: datetime, programme: Programme, language: Language) -> str:
    day = saying_dates.day(language, at.astimezone(ZoneInfo(programme.timezone)).date(), weekday=False)
    return say(language, "prioritising.since", day=day)


def weights(criteria: Iterable[Criterion], language: Language) -> str:
    """The criteria, what counts most first, each with how much it counts."""
    every = sorted(criteria, key=lambda one: -one.weight)
    whole = sum(one.weight for one in every)
    parts = [
        say(language, "prioritising.weight", what=criterion(one, language), weight=one.weight, whole=whole)
        for one in every
    ]
    return "; ".join(parts)


def _part(part: Part, place: Place, language: Language) -> str:
    whole = sum(one.criterion.weight for one in place.parts)
    return say(
        language,
        "prioritising.part",
        what=_within(part.criterion, language),
        points=points(part.mean, language),
        weight=part.criterion.weight,
        whole=whole,
    )


def _within(one: Criterion, language: Language) -> str:
    """What a criterion is called within a sentence."""
    called = criterion(one, language)
    return called[:1].lower() + called[1:]
