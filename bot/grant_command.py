"""python -m bot grant: gives and takes roles, for a term or for good, and says from when nobody holds one."""

import argparse
import sys
from datetime import date
from zoneinfo import ZoneInfo

from bot.clock import Clock
from dialogs.card import Language
from dialogs.words import say
from storage import acting, people, programme_dates, programmes
from storage.database import Database, Session
from storage.people import Person
from storage.programme_dates import DateError
from storage.programmes import Programme
from storage.refusals import Refused
from storage.terms import Term


def run(database: Database, given: argparse.Namespace, language: Language) -> int:
    """Returns the exit code: 1 where it is refused, with the reason."""
    try:
        term = Term(_day(given.start), _day(given.end))
    except DateError as bad:
        return _complain(say(language, "command.grant.day", day=bad.values["value"]))
    try:
        with database.writing() as session:
            return _granted(session, given, term, language)
    except KeyError:
        return _complain(say(language, "command.grant.no_programme", programme=given.programme))
    except Refused as refused:
        return _complain(say(language, refused.key, **refused.values))


def _granted(session: Session, given: argparse.Namespace, term: Term, language: Language) -> int:
    programme = programmes.get(session, given.programme)
    named = {key: people.find_by_directory(session, key) for key in (given.person, given.stands_for) if key}
    for key, found in named.items():
        if found is None:
            return _complain(say(language, "command.grant.unknown", person=key))
    person, stands_for = named[given.person], named.get(given.stands_for)
    assert person is not None
    if given.take:
        people.revoke(session, person, programme.key, given.role)
    else:
        acting.give(session, person, programme.key, given.role, term, stands_for)
    key = "command.grant.taken" if given.take else "command.grant.done"
    print(say(language, key, name=person.name, role=given.role, programme=programme.name))
    if not given.take and (term != Term() or stands_for):
        _tell_term(term, stands_for, language)
    _tell_gap(session, programme, given.role, language)
    return 0


def _tell_term(term: Term, stands_for: Person | None, language: Language) -> None:
    start, end = (str(day) if day else say(language, "command.grant.open") for day in (term.starts_on, term.ends_on))
    name = stands_for.name if stands_for else say(language, "command.grant.oneself")
    print(say(language, "command.grant.term", start=start, end=end, name=name))


def _tell_gap(session: Session, programme: Programme, role: str, language: Language) -> None:
    """From when nobody is asked, where that can be foreseen."""
    today = Clock().now().astimezone(ZoneInfo(programme.timezone)).date()
    day = acting.nobody_from(acting.of_role(session, programme.key, role), today)
    if day is not None:
        print(say(language, "command.grant.gap", day=day, role=role, programme=programme.name))


def _day(written: str | None) -> date | None:
    return programme_dates.day(written) if written else None


def _complain(said: str) -> int:
    print(said, file=sys.stderr)
    return 1
