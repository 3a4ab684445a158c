"""How days are said: in the person's language, and never more exactly than they are known."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_day_names, get_month_names

from dialogs.card import Language, Text
from dialogs.turn import Turn
from dialogs.words import say, say_many, told
from storage import programmes
from storage.database import Session
from storage.milestones import Milestone, Phase, Precision

#: Parsed once: Babel parses a locale's name each time it is given one.
LOCALES = {"nb": Locale.parse("nb_NO"), "nn": Locale.parse("nn_NO"), "en": Locale.parse("en_GB")}
_DOT = {"nb": ".", "nn": ".", "en": ""}


def day(language: Language, when: date, *, weekday: bool = True) -> str:
    """ "tirsdag 1. desember 2020"."""
    return _formatted(language, when, f"{'EEEE ' if weekday else ''}d{_DOT[language]} MMMM y")


def month(language: Language, when: date) -> str:
    """ "januar 2021"."""
    return _formatted(language, when, "LLLL y")


def days(language: Language, first: date, last: date) -> str:
    """A span of days, both included: "14.–15. februar 2019", a whole month as a month."""
    if first == last:
        return day(language, first)
    if _is_month(first, last):
        return month(language, first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{_DOT[language]}–{day(language, last, weekday=False)}"
    return f"{day(language, first, weekday=False)} – {day(language, last, weekday=False)}"


def days_within(language: Language, first: date, last: date) -> str:
    """The same where something is in that span: "planlagt i desember 2020", and "planlagt 14.–15. februar 2019"."""
    if _is_month(first, last):
        return say(language, "dates.within_month", month=month(language, first))
    return days(language, first, last)


def _is_month(first: date, last: date) -> bool:
    return first.day == 1 and (last.year, last.month) == (first.year, first.month) and last.day >= 28


def onwards(language: Language, first: date) -> str:
    """ "fra 16. desember 2020", of days without a last one."""
    return say(language, "dates.onwards", day=day(language, first, weekday=False))


def month_day(language: Language, month_: int, number: int, year: str = "") -> str:
    """A day that no calendar need have: "29. februar 2021"."""
    named = get_month_names("wide", locale=LOCALES[language])[month_]
    return f"{number}{_DOT[language]} {named} {year}".rstrip()


def weekday_of(language: Language, when: date) -> str:
    return weekday_name(language, _WEEKDAYS[when.weekday()])


def when(language: Language, milestone: Milestone) -> str:
    """When a milestone is, with the precision its document has."""
    if milestone.first_day is None or milestone.last_day is None:
        return _without_days(language, milestone)
    named = milestone.said_day or milestone.last_day
    match milestone.precision:
        case Precision.BY_DAY:
            return say(language, "dates.by", day=day(language, named, weekday=False))
        case Precision.BEFORE_DAY:
            return say(language, "dates.before", day=day(language, named, weekday=False))
        case Precision.MONTH:
            return month(language, milestone.first_day)
        case Precision.SEASON:
            return told(milestone.word, language) or days(language, milestone.first_day, milestone.last_day)
        case _:
            return days(language, milestone.first_day, milestone.last_day)


def _without_days(language: Language, milestone: Milestone) -> str:
    if milestone.precision == Precision.ONGOING:
        return say(language, "dates.ongoing")
    if milestone.word:
        return say(language, "dates.word_only", word=milestone.word)
    return say(language, "dates.unknown")


def phase_limits(language: Language, phase: Phase) -> tuple[str, str]:
    """When a phase starts and ends, each as exactly as it is known."""
    return (
        _limit(language, phase.start_precision, phase.start_first, phase.start_last),
        _limit(language, phase.end_precision, phase.end_first, phase.end_last),
    )


def _limit(language: Language, precision: Precision, first: date | None, last: date | None) -> str:
    if first is None or last is None:
        return say(language, "dates.unknown")
    if precision == Precision.SEASON:
        return say(language, f"dates.season.{first.month}", year=first.year)
    return days(language, first, last)


def how_far(language: Language, milestone: Milestone, today: date) -> str:
    """How far off a milestone is; the empty string where its days are not known well enough to say."""
    first, last = milestone.first_day, milestone.last_day
    if first is None or last is None:
        return ""
    if milestone.precision in (Precision.MONTH, Precision.SEASON):
        return _how_many_months(language, first, last, today)
    if first <= today <= last:
        return say(language, "dates.today")
    gap = (first - today).days if first > today else (today - last).days
    if first > today:
        return say(language, "dates.tomorrow") if gap == 1 else say_many(language, "dates.in_days", gap)
    return say(language, "dates.yesterday") if gap == 1 else say_many(language, "dates.days_ago", gap)


def _how_many_months(language: Language, first: date, last: date, today: date) -> str:
    if first <= today <= last:
        return say(language, "dates.this_month") if first.month == last.month else say(language, "dates.now")
    months = (first.year - today.year) * 12 + first.month - today.month
    return say_many(language, "dates.in_months", months) if months > 0 else ""


def capitalised(said: str) -> str:
    """As the first word of a line."""
    return said[:1].upper() + said[1:]


def is_over(milestone: Milestone, today: date) -> bool:
    return milestone.last_day is not None and milestone.last_day < today


def sources_line(session: Session, turn: Turn, keys: Iterable[str]) -> tuple[Text, ...]:
    """ "Kilde: nyhetsbrev, udatert", as small print; nothing where there is no source."""
    found = list(dict.fromkeys(keys))
    labels = source_labels(session, turn.programme.key, turn.language, found)
    if not labels:
        return ()
    return (Text(text=say_many(turn.language, "dates.source", len(found), sources=labels), style="quiet"),)


def source_labels(session: Session, programme_key: str, language: Language, keys: Iterable[str]) -> str:
    """The documents in readable words: "nyhetsbrev, udatert; lysbilder, udatert"."""
    known = programmes.sources(session, programme_key)
    return "; ".join(told(known[key].label, language) for key in dict.fromkeys(keys) if key in known)


def _formatted(language: Language, when: date, pattern: str) -> str:
    return str(format_date(when, pattern, locale=LOCALES[language]))


def moment(language: Language, when: datetime, zone: ZoneInfo) -> str:
    """A moment with its week day, in the organisation's zone: "mandag 7. desember 2020 kl. 09:00"."""
    local = when.astimezone(zone)
    return say(language, "moments.at", day=day(language, local.date()), time=local.strftime("%H:%M"))


def weekday_name(language: Language, weekday: str) -> str:
    """The name of "monday" … "sunday" in that language."""
    names = get_day_names("wide", locale=LOCALES[language])
    return str(names[_WEEKDAYS.index(weekday)]) if weekday in _WEEKDAYS else weekday


_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
