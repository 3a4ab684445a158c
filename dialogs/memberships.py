"""How the days of a membership are said, and for whom somebody is in a group meanwhile."""

from dialogs.card import Language
from dialogs.saying_dates import day, days_within
from dialogs.words import say, told
from storage.workgroups import Member


def membership_days(member: Member, language: Language) -> str:
    """ "fungerer for Kari, fra 1. desember 2020, til og med 31. januar 2021"; empty where no document limits it."""
    acting = say(language, "workgroups.member.acting", person=member.acting_for) if member.acting_for else ""
    return ", ".join(filter(None, (acting, _start(member, language), _end(member, language))))


def _start(member: Member, language: Language) -> str:
    if member.from_words or member.starts_on is None:
        return told(member.from_words, language)
    if member.starts_by is not None:
        span = days_within(language, member.starts_on, member.starts_by)
        return say(language, "workgroups.member.from_within", span=span)
    return say(language, "workgroups.member.from", day=day(language, member.starts_on, weekday=False))


def _end(member: Member, language: Language) -> str:
    if member.until_words or member.ends_on is None:
        return told(member.until_words, language)
    if member.ends_from is not None:
        span = days_within(language, member.ends_from, member.ends_on)
        return say(language, "workgroups.member.until_within", span=span)
    return say(language, "workgroups.member.until", day=day(language, member.ends_on, weekday=False))
