"""Phases: which one the plan has, and what each is for."""

from dialogs import asked, charts, outcome_lines
from dialogs.card import Button, Card, Facts, Items, Language, Text
from dialogs.not_known import not_known, note
from dialogs.offers import offers, short
from dialogs.saying_dates import capitalised, phase_limits, sources_line, when
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import milestones
from storage.database import Session
from storage.milestones import Phase
from storage.topics import Kind

#: Who asks for days wants no more of a phase; what it is for is behind its button.
_DAYS = frozenset({"moment", "exact_day"})


def current(session: Session, turn: Turn) -> Card:
    """The phase the plan has today, or on the day asked about; and whether it is the one asked about."""
    language, at = turn.language, asked.day(turn, "from") or turn.today
    phase = milestones.phase_on(session, turn.programme.key, at)
    if phase is None:
        return _none_named(session, turn)
    rows = {row.key: row for row in milestones.phases(session, turn.programme.key)}
    named = rows.get(turn.value("phase"))
    key = "phases.current.title"
    if named is not None:
        key = "phases.current.yes" if named.key == phase.key else "phases.current.no"
    return Card(
        title=say(language, key, phase=phase.title, programme=turn.programme.name, asked=named.title if named else ""),
        blocks=(
            _span(language, phase),
            *_limits_of(turn, named if named and named.key != phase.key else None),
            *((Text(text=told(phase.conflict, language), style="warning"),) if phase.conflict else ()),
            Text(text=say(language, "phases.planned"), style="quiet"),
            *sources_line(session, turn, phase.sources),
        ),
        buttons=(_more_about(turn, phase), *offers(language, "milestone.next")),
        language=language,
        subject={"phase": phase.key},
    )


def _span(language: Language, phase: Phase) -> Facts:
    starts, ends = phase_limits(language, phase)
    return Facts(
        facts=((say(language, "phases.starts"), capitalised(starts)), (say(language, "phases.ends"), capitalised(ends)))
    )


def _limits_of(turn: Turn, named: Phase | None) -> tuple[Text, ...]:
    if named is None:
        return ()
    starts, ends = phase_limits(turn.language, named)
    return (Text(text=say(turn.language, "phases.limits", phase=named.title, starts=starts, ends=ends)),)


def about(session: Session, turn: Turn) -> Card:
    """One phase: what it is for, when it starts and ends; or which phases there are."""
    language = turn.language
    rows = milestones.phases(session, turn.programme.key)
    phase = next((row for row in rows if row.key == turn.value("phase")), None)
    if not rows:
        return _none_named(session, turn)
    if phase is None:
        return _every(session, turn, rows)
    asks_when = not _DAYS.isdisjoint(asked.keys(turn, "sought", ""))
    what_for = Text(text=told(phase.about, language) or say(language, "phases.no_about"))
    return Card(
        title=told(phase.title, language),
        blocks=(
            *(() if asks_when else (what_for,)),
            _span(language, phase),
            *((Text(text=told(phase.conflict, language), style="warning"),) if phase.conflict else ()),
            *outcome_lines.became(session, turn.programme.key, Kind.PHASE, phase.key, language),
            *sources_line(session, turn, phase.sources),
        ),
        buttons=(
            *((_more_about(turn, phase),) if asks_when else ()),
            *(_more_about(turn, row) for row in rows if row is not phase),
        ),
        language=language,
        subject={"phase": phase.key},
    )


def _every(session: Session, turn: Turn, rows: list[Phase]) -> Card:
    language = turn.language
    items = []
    for row in rows:
        starts, ends = phase_limits(language, row)
        items.append((told(row.title, language), say(language, "phases.span", starts=starts, ends=ends)))
    return Card(
        title=say(language, "phases.list", programme=turn.programme.name, count=len(rows)),
        blocks=(*charts.shown(session, turn, charts.PHASES), Items(items=tuple(items), numbered=True),
                *sources_line(session, turn, [source for row in rows for source in row.sources])),
        buttons=tuple(_more_about(turn, row) for row in rows),
        language=language,
    )  # fmt: skip


def _none_named(session: Session, turn: Turn) -> Card:
    ahead = milestones.coming_up(session, turn.programme.key, turn.today)[:1]
    known = [Text(text=note(turn, "phases"))] if note(turn, "phases") else []
    known += [
        Text(text=say(turn.language, "milestones.then", title=row.title, when=when(turn.language, row)))
        for row in ahead
    ]
    return not_known(turn, say(turn.language, "phases.none", programme=turn.programme.name), *known)


def _more_about(turn: Turn, phase: Phase) -> Button:
    return Button(
        title=short(say(turn.language, "phases.button", phase=phase.title)),
        action="phase.about",
        values={"phase": phase.key},
    )
