"""python -m bot people: takes the employer's people file into a programme. Names are printed, never logged."""

import sys
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.broken_file import tell_problems
from bot.clock import Clock
from dialogs.card import Language
from dialogs.words import say
from storage import broadcasts, email_addresses, employees, people_file, programmes
from storage.database import Database
from storage.employees import Changes, Listed
from storage.programme_file import BrokenFile
from storage.refusals import Refused

#: How many mistakes, and how many names of each kind, are told: a wrong export has one on each of 30,000 lines.
MOST_TOLD = 50
#: How many addresses one transaction opens: other writers wait no longer than that takes.
CHUNK = 200


def run(
    database: Database,
    path: Path,
    programme_key: str,
    language: Language,
    *,
    is_dry_run: bool,
    is_by_email: bool = False,
) -> int:
    """Tells what the file changes, and saves it unless ``is_dry_run``; returns the exit code. ``is_by_email``: who has
    an e-mail and no id in the directory has no chat either, and is written to there from now on."""
    try:
        listed = people_file.read(path)
    except FileNotFoundError:
        return _complain(say(language, "people_file.done.missing", file=path))
    except BrokenFile as broken:
        return _told_broken(broken, path, language)
    with database.reading() as session:
        programme = next((one for one in programmes.every(session) if one.key == programme_key), None)
        if programme is None:
            return _complain(say(language, "people_file.done.no_programme", programme=programme_key))
        changes = employees.changes(session, programme_key, listed)
    if not is_dry_run and changes.changes:
        today = Clock().now().astimezone(ZoneInfo(programme.timezone)).date()
        _write_what_is_owed(database)
        with database.writing() as session:
            changes = employees.save(session, programme_key, listed, today)
    if not is_dry_run and is_by_email:
        _write_by_email(database, programme_key, [one for one in listed if one.email and not one.directory_id])
    _tell(changes, language)
    outcome = "same" if not changes.changes else "would" if is_dry_run else "saved"
    print(say(language, f"people_file.done.{outcome}", file=path, programme=programme.name))
    return 0


def _write_what_is_owed(database: Database) -> None:
    """What was decided before the file came goes to those who were employees then."""
    with database.reading() as session:
        counts = {broadcast: broadcasts.count(session, broadcast) for broadcast in broadcasts.uncounted(session)}
    with database.writing() as session:
        for broadcast, counted in counts.items():
            broadcasts.set_count(session, broadcast, counted)
        waiting = broadcasts.unexpanded(session)
    for broadcast in waiting:
        is_more = True
        while is_more:
            with database.writing() as session:
                is_more = broadcasts.expand(session, broadcast)


def _write_by_email(database: Database, programme_key: str, listed: list[Listed]) -> None:
    """Opens an address for each of them. An address that no mail server takes is left out: the report counts whose it
    is among those without the app."""
    for start in range(0, len(listed), CHUNK):
        with database.writing() as session:
            for one in listed[start : start + CHUNK]:
                with suppress(Refused):
                    email_addresses.add(session, one.email or "", one.name, programme_key, one.language)


def _tell(changes: Changes, language: Language) -> None:
    for what in ("new", "changed", "gone"):
        names = changes.names(what)
        print(say(language, f"people_file.done.{what}", count=len(names)))
        for name in names[:MOST_TOLD]:
            print(f"  {name}")
        if len(names) > MOST_TOLD:
            print(f"  {say(language, 'people_file.done.more_names', count=len(names) - MOST_TOLD)}")
    print(say(language, "people_file.done.unchanged", count=changes.unchanged))


def _told_broken(broken: BrokenFile, path: Path, language: Language) -> int:
    tell_problems(broken.problems[:MOST_TOLD], path, language)
    if len(broken.problems) > MOST_TOLD:
        print(say(language, "people_file.done.more_problems", count=len(broken.problems) - MOST_TOLD), file=sys.stderr)
    return _complain(say(language, "people_file.done.broken", file=path, count=len(broken.problems)))


def _complain(said: str) -> int:
    print(said, file=sys.stderr)
    return 1
