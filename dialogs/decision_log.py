"""The decisions log for everyone: what was decided, by whom and when, what is to come, and what nobody has recorded."""

import re
from dataclasses import dataclass
from datetime import date

from dialogs import asked, decision_cards, decisions, saying_dates
from dialogs.card import MOST_BUTTONS, Block, Button, Card, Choice, Items, Language, Question, Text
from dialogs.decisions import LONGEST_DAY, key, past_days, said
from dialogs.offers import offer, offers
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import coming_decisions, decision_log, people
from storage.coming_decisions import Coming
from storage.database import Session
from storage.decision_log import DecisionEntry, DecisionKind
from storage.decisions import READERS, WrongField
from storage.milestones import Milestone, Precision

#: How many are listed, and how many of them have a button.
MOST_LISTED, MOST_OPENED = 10, 3
#: How many bodies can be chosen from.
MOST_BODIES = 40
ANY = "-"


@dataclass(frozen=True)
class Wanted:
    """Which are asked for; an empty value is any."""

    kind: DecisionKind | None = None
    body: str = ""
    first: date | None = None
    last: date | None = None
    milestone: str = ""

    @property
    def is_narrow(self) -> bool:
        """Something in particular is asked for."""
        return bool(self.body or self.first or self.milestone)


def listed(session: Session, turn: Turn) -> Card:
    """What is recorded, what is to come, and what has passed unrecorded; one of them where only that is asked for."""
    try:
        wanted = _wanted(session, turn)
    except WrongField as wrong:
        return _filter(session, turn, said(turn, wrong))
    rows, coming = _found(session, turn, wanted)
    if wanted.is_narrow and len(rows) + len(coming) == 1:
        if rows:
            decision, entry = decision_log.get(session, turn.programme.key, rows[0].decision_id)
            return decision_cards.shown(session, turn, decision, entry)
        return decision_cards.coming(session, turn, coming[0])
    return _list(session, turn, wanted, rows, coming)


def prepared(session: Session, turn: Turn) -> Card:
    """What is to be decided: the matters, for those who work on them, and for everybody else what the plan names."""
    if people.roles(session, turn.person, turn.programme.key) & set(READERS):
        return decisions.listed(session, turn)
    return listed(session, turn)


def choose(session: Session, turn: Turn) -> Card:
    """The form that narrows the list."""
    return _filter(session, turn)


def look(session: Session, turn: Turn) -> Card:
    """One of them: of a button, or the one that was spoken of last; or one that is to come."""
    aspect, named = turn.value("aspect"), asked.keys(turn, "milestones", "milestone")
    about = [turn.value("coming") or ("" if key(turn) else turn.subject.get("milestone", ""))]
    found = (coming_decisions.find(session, turn.programme.key, one) for one in (named or about))
    coming = next((one for one in found if one is not None), None)
    if coming is not None and not coming.is_recorded:
        return decision_cards.coming(session, turn, coming, aspect)
    number = coming.decision.identity if coming and coming.decision else key(turn) or _spoken_of(turn)
    if not number:
        return listed(session, turn)
    decision, entry = decision_log.get(session, turn.programme.key, number)
    number_of = turn.values.get("number")
    every = decision_log.versions(session, decision)
    old = next((row for row in every if row.number == number_of), None)
    return decision_cards.shown(session, turn, decision, old or entry, aspect)


def versions(session: Session, turn: Turn) -> Card:
    """All versions of one of them, with why each was written: none is ever changed."""
    decision, entry = decision_log.get(session, turn.programme.key, key(turn) or _spoken_of(turn))
    every = decision_log.versions(session, decision)
    language = turn.language
    items = tuple(
        (
            say(language, "decision_log.version", number=row.number),
            decision_cards.corrected(session, turn, row, "written"),
        )
        for row in every
    )
    opening = tuple(
        Button(
            title=say(language, "decision_log.version", number=row.number),
            action="decision.entry",
            values={"decision": decision.identity, "number": row.number},
        )
        for row in every[-(MOST_BUTTONS - 1) :]
    )
    return Card(
        title=say(language, "decision_log.versions", title=entry.title),
        blocks=(Text(text=say(language, "decision_log.versions.text")), Items(items=items)),
        buttons=(*opening, offer(language, "decision.log")),
        language=language,
        subject={"decision": str(decision.identity)},
    )


def _list(session: Session, turn: Turn, wanted: Wanted, rows: list[DecisionEntry], coming: list[Coming]) -> Card:
    language = turn.language
    passed = [one for one in coming if one.is_unrecorded(turn.today)]
    ahead = [one for one in coming if not one.is_recorded and not one.is_given_up and one not in passed]
    blocks: list[Block] = [Text(text=say(language, "decision_log.list.text"), style="quiet")]
    if rows:
        items = tuple((row.title, decision_cards.line(language, row)) for row in rows[:MOST_LISTED])
        blocks += [Items(items=items)]
    else:
        blocks.append(Text(text=say(language, "decision_log.list.none")))
    if len(rows) > MOST_LISTED:
        blocks.append(Text(text=say(language, "decision_log.list.more", count=len(rows) - MOST_LISTED), style="quiet"))
    blocks += _section(session, turn, "unrecorded", passed)
    blocks += _section(session, turn, "ahead", ahead)
    title = "decision_log.title" if wanted.kind is None else f"decision_log.title.{wanted.kind}"
    return Card(
        title=say(language, title),
        blocks=tuple(blocks),
        buttons=tuple(_buttons(session, turn, rows, [*passed, *ahead]))[:MOST_BUTTONS],
        language=language,
        outcome="unknown" if wanted.is_narrow and not rows else "answered",
    )


def _section(session: Session, turn: Turn, name: str, those: list[Coming]) -> list[Block]:
    if not those:
        return []
    items = tuple(
        (told(one.milestone.title, turn.language), decision_cards.coming_line(session, turn, one)) for one in those
    )
    return [Text(text=say(turn.language, f"decision_log.list.{name}"), style="strong"), Items(items=items)]


def _briefly(milestone: Milestone, language: Language) -> str:
    """When it is, as much as a button can hold: of a day that is known the weekday stands above."""
    if milestone.precision == Precision.DAY and milestone.last_day is not None:
        return saying_dates.day(language, milestone.last_day, weekday=False)
    return saying_dates.when(language, milestone)


def _buttons(session: Session, turn: Turn, rows: list[DecisionEntry], coming: list[Coming]) -> list[Button]:
    language = turn.language
    found = [decision_cards.opening(turn, row) for row in rows[:MOST_OPENED]]
    found += [
        Button(
            title=say(language, f"decision_log.open.{one.kind}", when=_briefly(one.milestone, language)),
            action="decision.entry",
            values={"coming": one.milestone.key},
        )
        for one in coming[: MOST_OPENED - len(found)]
    ]
    if turn.is_private and "leader" in people.roles(session, turn.person, turn.programme.key):
        if coming_decisions.political_bodies(session, turn.programme.key):
            found.append(decision_cards.recording(language, DecisionKind.POLITICAL))
        found.append(offer(language, "decision.list"))
    document = offers(language, "decision.document") if rows and turn.is_private else ()
    return [*found[: MOST_BUTTONS - 1 - len(document)], offer(language, "decision.filter"), *document]


def _found(session: Session, turn: Turn, wanted: Wanted) -> tuple[list[DecisionEntry], list[Coming]]:
    programme = turn.programme.key
    every = coming_decisions.every(session, programme)
    if wanted.milestone:
        every = [one for one in every if one.milestone.key == wanted.milestone]
        those = {one.decision.identity for one in every if one.decision is not None}
        rows = [row for row in decision_log.every(session, programme) if row.decision_id in those]
        return rows, [one for one in every if not one.is_recorded]
    rows = decision_log.every(session, programme, wanted.kind, wanted.body, wanted.first, wanted.last)
    bodies = coming_decisions.political_bodies(session, programme)
    return rows, [one for one in every if not one.is_recorded and _is_wanted(one, wanted, bodies)]


def _is_wanted(one: Coming, wanted: Wanted, bodies: dict[str, str]) -> bool:
    if wanted.kind is not None and one.kind != wanted.kind:
        return False
    if wanted.body and bodies.get(one.body, "").casefold() != wanted.body.casefold():
        return False
    first, last = one.milestone.first_day, one.milestone.last_day
    if first is None or last is None:
        return wanted.first is None
    return (wanted.first is None or last >= wanted.first) and (wanted.last is None or first <= wanted.last)


def _wanted(session: Session, turn: Turn) -> Wanted:
    """What the form or the words ask for. A body that the words name goes before a milestone of its name: all that it
    has decided is asked for. Raises WrongField for a period that is none."""
    kind = turn.value("kind")
    period = past_or_coming(turn, turn.value("period"))
    first, last = period or (asked.day(turn, "from"), asked.day(turn, "to"))
    body = _named_body(session, turn)
    keys = [one.milestone.key for one in coming_decisions.every(session, turn.programme.key)]
    named = next((one for one in asked.keys(turn, "milestones", "milestone") if one in keys), "")
    return Wanted(
        kind=DecisionKind(kind) if kind in set(DecisionKind) else None,
        body=body,
        first=first,
        last=last,
        # Of a day that has several, the one that is named; "beslutningsloggen" names none.
        milestone=named if first and not body else "",
    )


def past_or_coming(turn: Turn, text: str) -> tuple[date, date] | None:
    """The days of a period: a year, or what ``past_days`` reads, and what is to come. None for nothing. Raises
    WrongField."""
    if text.isascii() and text.isdecimal() and len(text) == 4 and text[0] in "12":
        return date(int(text), 1, 1), date(int(text), 12, 31)
    try:
        return past_days(turn, text, or_coming=True)
    except WrongField as wrong:
        raise WrongField("decision_log.unread_period", "period") from wrong


def _named_body(session: Session, turn: Turn) -> str:
    """The body that was chosen, or that the words name."""
    chosen = turn.value("body")
    if chosen:
        return "" if chosen == ANY else chosen
    words = " ".join(["", *re.findall(r"\w+", turn.text.casefold()), ""])
    called = coming_decisions.names_of_bodies(session, turn.programme.key)
    called |= {one: [one.casefold()] for one in _bodies(session, turn) if one not in called}
    return next((body for body, names in called.items() if any(f" {name} " in words for name in names)), "")


def _bodies(session: Session, turn: Turn) -> list[str]:
    political = coming_decisions.political_bodies(session, turn.programme.key).values()
    return list(
        dict.fromkeys([*political, *(one for one in decision_log.deciders(session, turn.programme.key) if one)])
    )


def _filter(session: Session, turn: Turn, error: str = "") -> Card:
    language = turn.language
    anything = Choice(title=say(language, "decision_log.filter.any"), value=ANY)
    kinds = tuple(Choice(title=say(language, f"decision_log.kind.{one}"), value=one) for one in DecisionKind)
    bodies = tuple(Choice(title=one[:75], value=one) for one in _bodies(session, turn)[:MOST_BODIES])
    return Card(
        title=say(language, "decision_log.filter.title"),
        questions=(
            _choice(turn, "kind", (anything, *kinds)),
            _choice(turn, "body", (anything, *bodies)),
            Question(
                name="period",
                label=say(language, "decision_log.filter.period"),
                value=turn.value("period"),
                longest=LONGEST_DAY,
                error=error,
            ),
        ),
        buttons=(
            Button(title=say(language, "decision_log.filter.show"), action="decision.log", style="primary"),
            offer(language, "decision.log"),
        ),
        language=language,
        outcome="refused" if error else "answered",
    )


def _choice(turn: Turn, name: str, choices: tuple[Choice, ...]) -> Question:
    typed = turn.value(name)
    value = typed if typed in {choice.value for choice in choices} else ANY
    return Question(name=name, label=say(turn.language, f"decision_log.filter.{name}"), value=value, choices=choices)


def _spoken_of(turn: Turn) -> int:
    """The decision that the last answer was about; 0 where it was about none."""
    number = turn.subject.get("decision", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0
