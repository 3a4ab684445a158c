"""Lists for coordinators, as files for spreadsheets: who volunteered, and how promises are kept in totals."""

from collections import Counter
from zoneinfo import ZoneInfo

from dialogs.card import Language
from dialogs.words import say, told
from storage import csv_cells, promises, sign_ups, workgroups
from storage.database import Session
from storage.downloads import Download
from storage.people import Person
from storage.programmes import Programme
from storage.sign_ups import SignUp, SignUpState

_COLUMNS = ("name", "group", "state", "signed_up", "place", "hours", "competences", "motivation")


def volunteers(session: Session, asked: Download, acting: Person, language: Language, zone: ZoneInfo) -> bytes:
    """Those whose sign-ups stand, of one group or of all. Raises NotAllowed without the coordinator's role."""
    titles = {one.key: told(one.title, language) for one in workgroups.every(session, asked.programme_key)}
    every = sign_ups.volunteers(session, acting, asked.programme_key)
    chosen = [(row, person) for row, person in every if asked.about in ("", row.workgroup_key)]
    head = [say(language, f"exports.column.{name}") for name in _COLUMNS]
    return csv_cells.file([head, *(_row(session, row, person, titles, language, zone) for row, person in chosen)])


def figures(session: Session, acting: Person, programme: Programme, today_of: Download, language: Language) -> bytes:
    """How promises are kept, in totals, and how many answers are owed by which day: nobody's name. Raises NotAllowed
    without the coordinator's role."""
    acting.must_be(session, "coordinator", programme.key)
    today = today_of.asked_at.astimezone(ZoneInfo(programme.timezone)).date()
    found = promises.kept(session, programme, today)
    rows: list[tuple[object, ...]] = [(say(language, "exports.figure"), say(language, "exports.number"))]
    if found is None:
        rows.append((say(language, "exports.too_few", smallest=programme.smallest_group), ""))
    else:
        rows.append((say(language, "exports.ended"), found.ended))
        rows.append((say(language, "exports.in_time"), found.in_time))
        rows.append((say(language, "exports.half_within"), "" if found.half_within is None else found.half_within))
    owed = Counter(promises.due(session, programme.key, today.replace(year=today.year + 1, day=1)))
    rows += [(say(language, "exports.owed", day=day.isoformat()), count) for day, count in sorted(owed.items())]
    return csv_cells.file(rows)


def _row(
    session: Session, row: SignUp, person: Person, titles: dict[str, str], language: Language, zone: ZoneInfo
) -> tuple[object, ...]:
    known = (SignUpState.ASKED, SignUpState.IN_LINE, SignUpState.ACCEPTED)
    return (
        person.name,
        titles.get(row.workgroup_key, row.workgroup_key),
        say(language, f"exports.state.{row.state}") if row.state in known else row.state,
        row.signed_up_at.astimezone(zone).date().isoformat(),
        sign_ups.place_in_line(session, row) or "",
        row.hours_a_week or "",
        row.competences,
        row.motivation,
    )
