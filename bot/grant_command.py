"""python -m bot grant: gives and takes roles, for a term or for good, and says from when nobody holds one."""

import argparse
import logging
import sys
from datetime import date
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.operator import operator
from dialogs import taking_over
from dialogs.card import Language
from dialogs.words import say
from storage import (
    acting,
    group_seats,
    people,
    programme_dates,
    programmes,
    role_changes,
    status_streams,
    terms,
    workgroups,
)
from storage.database import Database, Session
from storage.people import Person
from storage.programme_dates import DateError
from storage.programmes import Programme
from storage.refusals import Refused
from storage.role_changes import Held
from storage.terms import Term

#: What is given in one group of a programme, beside the roles of the whole of it.
SEATS = ("group_member", "group_leader")
#: What is given in one work stream of a programme's status reports.
OF_STREAMS = tuple(status_streams.PARTS)

log = logging.getLogger(__name__)


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
    named: dict[str, Person | None] = {}
    for key in filter(None, (given.person, given.stands_for)):
        try:
            named[key] = people.find_by_directory(session, key)
        except people.Ambiguous as ambiguous:
            return _complain(say(language, "command.grant.ambiguous", person=key, ids=", ".join(ambiguous.ids)))
    for key, found in named.items():
        if found is None:
            return _complain(say(language, "command.grant.unknown", person=key))
    person, stands_for = named[given.person], named.get(given.stands_for)
    assert person is not None
    if given.role in SEATS:
        return _seated(session, given, person, programme, language)
    if given.role in OF_STREAMS:
        return _streamed(session, given, person, programme, language)
    before = role_changes.held(session, person, programme.key, given.role)
    if given.take:
        people.revoke(session, person, programme.key, given.role)
    else:
        acting.give(session, person, programme.key, given.role, term, stands_for)
        terms.tell_now(session, Clock().now())
        taking_over.ask(session, programme, person, given.role)
    _note(session, person, programme, given.role, before)
    key = "command.grant.taken" if given.take else "command.grant.done"
    print(say(language, key, name=person.name, role=given.role, programme=programme.name))
    if not given.take and (term != Term() or stands_for):
        _tell_term(term, stands_for, language)
    _tell_gap(session, programme, given.role, language)
    return 0


def _seated(
    session: Session, given: argparse.Namespace, person: Person, programme: Programme, language: Language
) -> int:
    """Gives somebody a seat in a group, or takes it; twice is once."""
    known = {group.key: group for group in workgroups.every(session, programme.key)}
    group = known.get(given.group or "")
    if group is None:
        return _complain(say(language, "command.grant.no_group", keys=", ".join(known)))
    before = role_changes.held(session, person, programme.key, given.role, group.key)
    if given.take:
        group_seats.take(session, person, group)
    else:
        group_seats.give(session, person, group, Clock().now(), leads=given.role == "group_leader")
    _note(session, person, programme, given.role, before, group.key)
    key = "command.grant.seat_taken" if given.take else f"command.grant.{given.role}"
    print(say(language, key, name=person.name, group=group.title))
    return 0


def _note(session: Session, person: Person, programme: Programme, role: str, before: Held, group_key: str = "") -> None:
    """Keeps, and logs without a name, which account of the machine changed it; a change that was none is not kept."""
    account = operator()
    row = role_changes.note(session, person, programme.key, role, account, Clock().now(), before, group_key)
    if row is not None:
        done = "taken from" if row.is_taken else "given to"
        log.info("role %s %s person %d in %s by %s", role, done, person.identity, programme.key, account)


def _streamed(
    session: Session, given: argparse.Namespace, person: Person, programme: Programme, language: Language
) -> int:
    """Gives a work stream to somebody's account, or takes it; twice is once."""
    known = {stream.key: stream for stream in status_streams.every(session, programme.key)}
    stream = known.get(given.stream or "")
    if stream is None:
        return _complain(say(language, "command.grant.no_stream", keys=", ".join(known)))
    stands_in = status_streams.PARTS[given.role]
    had_it = status_streams.owner(session, programme.key, stream.key, stands_in=stands_in)
    if not given.take or (had_it is not None and had_it.id == person.id):
        concerned = {one.identity: one for one in (had_it, person) if one is not None}.values()
        before = {one.id: role_changes.held(session, one, programme.key, given.role, stream.key) for one in concerned}
        new = None if given.take else person
        status_streams.set_owner(session, programme, stream.key, new, Clock().now(), stands_in=stands_in)
        for one in concerned:
            _note(session, one, programme, given.role, before[one.id], stream.key)
    key = "command.grant.stream_taken" if given.take else f"command.grant.{given.role}"
    print(say(language, key, name=person.name, stream=stream.title))
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
