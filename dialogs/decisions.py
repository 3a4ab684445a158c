"""Decisions (saker som skal besluttes): what is recorded of each, and what is missing before it may be told."""

import re
import secrets
from datetime import date, timedelta

from dialogs import decision_cards, former, risk_gate, risk_words, saying_dates
from dialogs.card import Block, Button, Card, Items, Language, Question, Text
from dialogs.offers import offer, offers, short
from dialogs.saying_steps import step_title, steps_said
from dialogs.turn import Turn
from dialogs.understanding.dates import window
from dialogs.words import say, told
from storage import coming_decisions, decision_ends, decision_log, decision_steps, decisions, people
from storage.database import Session
from storage.decisions import (
    LONGEST_DISSENT,
    LONGEST_TEXT,
    LONGEST_TITLE,
    RECORDED,
    Decision,
    End,
    Recorded,
    Step,
    WrongField,
)

#: How many are listed, and how many of them have a button.
MOST_LISTED = 10
MOST_BUTTONS = 4
#: Of a button's title, so that several stand side by side.
LONGEST_BUTTON = 40
LONGEST_DAY = 60
#: A day without a year that is nearer ahead than this is one to come, not last year's: half a year.
AHEAD = timedelta(days=183)
#: A day and a month without a year: "3. november", "3.11.", "November 3".
_WITHOUT_YEAR = re.compile(r"(?:den\s+)?\d{1,2}\.?\s*(?:\d{1,2}\.?|[^\W\d]+\.?)|[^\W\d]+\s+\d{1,2}", re.I)


def listed(session: Session, turn: Turn) -> Card:
    """For leaders, the employees' side and the verneombud: what is to be decided, and how far each has come."""
    rows = decisions.latest(session, turn.person, turn.programme.key, MOST_LISTED)
    none = Text(text=say(turn.language, "decisions.list.none"))
    buttons = [_opening(short(row.title, LONGEST_BUTTON), row) for row in rows[:MOST_BUTTONS]]
    if _leads(session, turn):
        buttons.append(Button(title=say(turn.language, "decisions.new"), action="decision.new"))
    return Card(
        title=say(turn.language, "decisions.list.title"),
        blocks=(
            Text(text=say(turn.language, "decisions.list.text")),
            Items(items=tuple((row.title, state(session, row, turn.language)) for row in rows)) if rows else none,
        ),
        buttons=(*buttons, *risk_gate.opening(session, turn)[: 5 - len(buttons)], *offers(turn.language, "help")),
        language=turn.language,
    )


def look(session: Session, turn: Turn) -> Card:
    """One of them: what is recorded, what is missing, and what this person can do about it."""
    return shown(session, turn, decisions.get(session, turn.person, turn.programme.key, key(turn)))


def write(session: Session, turn: Turn) -> Card:
    """The form for what it is about. Nothing is stored yet."""
    turn.person.must_be(session, "leader", turn.programme.key)
    if not key(turn):
        coming = coming_decisions.find(session, turn.programme.key, turn.value("coming"))
        if coming is not None and coming.decision is not None and coming.decision.ended is None:
            return shown(session, turn, coming.decision)
        title = turn.value("title") or (told(coming.milestone.title, turn.language) if coming else "")
        card = _title_form(session, turn, title)
        if not decision_steps.owns(session, turn.person, turn.programme.key, Step.CONFIRMED):
            return card
        warning = Text(text=say(turn.language, "decisions.write.bars"), style="warning")
        return card.model_copy(update={"blocks": (*card.blocks, warning)})
    decision = decisions.get_open(session, turn.person, turn.programme.key, key(turn))
    return _title_form(session, turn, decision.title, decision)


def save(session: Session, turn: Turn) -> Card:
    """Begins a record, or changes what it is about."""
    programme, title, of = turn.programme.key, turn.value("title"), risk_gate.chosen(turn)
    try:
        if of == risk_gate.UNSAID:
            raise WrongField("refused.decision.no_milestone", risk_gate.FIELD)
        if key(turn):
            decision = decisions.rename(session, turn.person, programme, key(turn), title)
        else:
            coming = coming_decisions.find(session, programme, turn.value("coming"))
            form = f"coming:{coming.milestone.key}" if coming else turn.value("form")
            planned = coming.milestone.key if coming else ""
            decision = decisions.make(session, turn.person, programme, title, turn.now, form, planned)
        if of is not None:
            decision = decisions.concern(session, turn.person, programme, decision.identity, of)
    except WrongField as wrong:
        before = decisions.get(session, turn.person, programme, key(turn)) if key(turn) else None
        return _title_form(session, turn, title, before, {wrong.field: said(turn, wrong)})
    return shown(session, turn, decision).model_copy(update={"outcome": "done"})


def shown(session: Session, turn: Turn, decision: Decision) -> Card:
    """The card of a decision, for this person."""
    recorded, language = decisions.steps(session, decision), turn.language
    lines = tuple((step_title(language, step), _recorded(session, turn, recorded.get(step))) for step in RECORDED)
    blocks: list[Block] = [
        Text(text=_capital(state(session, decision, language)), style="strong"),
        Items(items=(*lines, (step_title(language, Step.CONFIRMED), _answered(session, turn, decision)))),
    ]
    words = decisions.dissent(session, decision)
    if words:
        blocks.insert(1, Text(text=say(language, "decisions.dissent", words=words), style="warning"))
    may_answer = decision_steps.may_answer(session, turn.person, decision)
    blocks += _who_confirms(session, turn, decision)
    blocks += risk_gate.blocks(session, turn, decision)
    blocks += [
        Text(text=risk_words.disagreed(known, part, language, with_words=True), style="warning")
        for known, part in decisions.disagreements(session, decision)
    ]
    return Card(
        title=decision.title,
        blocks=tuple(blocks),
        questions=_answering(session, turn, decision) if may_answer else (),
        buttons=_buttons(session, turn, decision, may_answer)[:6],
        language=language,
    )


def state(session: Session, decision: Decision, language: Language) -> str:
    """How far it has come, in a few words."""
    if decision.decided_on is not None:
        # As exactly as it is known: of some only the month is.
        entry = decision_log.newest(session, decision)
        day = saying_dates.day(language, decision.decided_on, weekday=False)
        if entry is not None and entry.first_day != entry.last_day:
            day = decision_cards.when(language, entry)
        return say(language, "decisions.state.decided", day=day, by=decision.decided_by)
    if decision.ended is not None:
        return say(language, f"decisions.state.{decision.ended}", reason=decision.ended_why)
    left = decisions.missing(session, decision)
    if not left:
        waits = decisions.not_reviewed(session, decision)
        return say(language, "decisions.state.ready") if waits is None else risk_gate.waiting(language, waits)
    answer = decisions.answer(session, decision)
    if answer is not None and not answer.is_confirmation:
        return say(language, "decisions.state.objected")
    return say(language, "decisions.state.missing", steps=steps_said(language, left))


def past_day(turn: Turn, text: str) -> date | None:
    """A day that has been, in words or figures; None for nothing. Raises WrongField for what is no day, and for one
    without a year that is to come: in December "3. november" is last month's, in October it has not been."""
    days = past_days(turn, text)
    if days is not None and days[0] != days[1]:
        raise WrongField("decisions.unread_day", "on")
    return days[0] if days is not None else None


def past_days(turn: Turn, text: str, *, or_coming: bool = False) -> tuple[date, date] | None:
    """As ``past_day``, of days that may be several, as a month is: the first and the last. With ``or_coming`` a day to
    come is one, too."""
    if not text:
        return None
    found = window(text, turn.today)
    if found is not None and found.first > turn.today and _WITHOUT_YEAR.fullmatch(text.strip()):
        before = window(text, turn.today - timedelta(days=365)) or found
        if found.first - turn.today > AHEAD:
            found = before
        elif not or_coming:
            day = saying_dates.day(turn.language, found.first, weekday=False)
            raise WrongField("decisions.day_to_come", "on", day=saying_dates.capitalised(day), year=before.first.year)
    if found is None or found.no_such_day is not None or found.is_open:
        raise WrongField("decisions.unread_day", "on")
    return found.first, found.last


def said(turn: Turn, wrong: WrongField) -> str:
    return say(turn.language, wrong.key, **wrong.values)


def key(turn: Turn) -> int:
    """The decision that the pressed button is about."""
    number = turn.values.get("decision")
    return number if type(number) is int and 0 < number < 2**31 else 0


def field(
    turn: Turn, name: str, label: str, value: str, errors: dict[str, str], longest: int, lines: int = 1
) -> Question:
    """A field of one of these forms: what was typed is kept where something is wrong."""
    return Question(
        name=name,
        label=say(turn.language, label),
        value=turn.value(name) if errors else value,
        longest=longest,
        lines=lines,
        error=errors.get(name, ""),
    )


def _recorded(session: Session, turn: Turn, row: Recorded | None) -> str:
    language = turn.language
    if row is None:
        return say(language, "decisions.not_recorded")
    parts = [row.what, saying_dates.day(language, row.held_on) if row.held_on else ""]
    if not row.is_needed:
        parts = [say(language, "decisions.not_needed")]
    head = ", ".join(part for part in parts if part)
    by = say(
        language, "decisions.recorded_by", name=former.name_of(decisions.person(session, row.recorded_by), language)
    )
    return " ".join(text for text in (f"{head}.", row.text, by) if text)


def _answered(session: Session, turn: Turn, decision: Decision) -> str:
    answer = decisions.answer(session, decision)
    if answer is None:
        return say(turn.language, "decisions.not_confirmed")
    day = saying_dates.day(turn.language, answer.at.astimezone(turn.zone).date())
    name = former.name_of(decisions.person(session, answer.person_id), turn.language)
    if answer.is_confirmation:
        return say(turn.language, "decisions.confirmed", name=name, day=day)
    return say(turn.language, "decisions.objected", name=name, day=day, objection=answer.objection)


def _who_confirms(session: Session, turn: Turn, decision: Decision) -> list[Text]:
    """Why this person cannot confirm the record, and why nobody can, while that is what is missing."""
    language = turn.language
    is_closed = decision.ended is not None or decision.decided_on is not None
    if is_closed or decisions.missing(session, decision) != (Step.CONFIRMED,):
        return []
    owners = decision_steps.owners(session, decision, Step.CONFIRMED, turn.now)
    lines = []
    if decision_steps.is_barred(session, turn.person, decision):
        lines.append(say(language, "decisions.barred"))
    if owners.barred and not owners.here and not owners.away:
        lines.append(say(language, "decisions.nobody_confirms"))
    return [Text(text=line, style="warning") for line in lines]


def _answering(session: Session, turn: Turn, decision: Decision) -> tuple[Question, ...]:
    """What whoever confirms may add, and what is wrong where they do not."""
    no_errors: dict[str, str] = {}
    dissent = decisions.dissent(session, decision)
    return (
        field(turn, "dissent", "decisions.answer.dissent", dissent, no_errors, LONGEST_DISSENT, 2),
        field(turn, "objection", "decisions.answer.objection", "", no_errors, LONGEST_TEXT, 2),
    )


def _buttons(session: Session, turn: Turn, decision: Decision, may_answer: bool) -> tuple[Button, ...]:
    """What matters most to this person first: a card holds few."""
    language, values = turn.language, {"decision": decision.id, "version": decision.version}
    buttons: list[Button] = []
    if may_answer:
        confirming = offer(language, "decision.confirm", values, "primary", replaces=True)
        if decisions.missing(session, decision) == ():
            # It is confirmed: what is left to do is to word the dissent otherwise, or to object.
            title = say(language, "decisions.reword")
            confirming = confirming.model_copy(update={"title": title, "style": "default"})
        buttons = [confirming, offer(language, "decision.object", values, "destructive", replaces=True)]
    if decision.decided_on is None and decision.ended is None:
        buttons += _work(session, turn, decision)
    if decision.decided_on is not None:
        buttons.append(offer(language, "decision.entry", {"decision": decision.id}, "primary"))
    return (*buttons, offer(language, "decision.list"))


def _work(session: Session, turn: Turn, decision: Decision) -> list[Button]:
    """Recording what is missing, asking for it, deciding; then changing what is recorded."""
    language, values, programme = turn.language, {"decision": decision.id}, turn.programme.key
    recorded, left = decisions.steps(session, decision), decisions.missing(session, decision)
    own = [step for step in RECORDED if decision_steps.owns(session, turn.person, programme, step)]
    steps = {step: offer_step(language, decision, step, is_new=step not in recorded) for step in own}
    is_leader = _leads(session, turn)
    found = [button for step, button in steps.items() if step not in recorded]
    found += [offer(language, "decision.ask", values, replaces=True)] * bool(left)
    waits = decisions.not_reviewed(session, decision) if not left else None
    found += [risk_gate.way(language, decision, waits)] if waits is not None and (waits.left or is_leader) else []
    found += [offer(language, "decision.decide", values)] * (is_leader and not left and waits is None)
    if is_leader:
        how = End.WITHDRAWN if decision_ends.may_withdraw(session, turn.person, decision) else End.CLOSED
        found.append(Button(title=say(language, f"decisions.end.{how}"), action="decision.end", values=values))
    found += [button for step, button in steps.items() if step in recorded]
    return found + [Button(title=say(language, "decisions.rename"), action="decision.new", values=values)] * is_leader


def offer_step(language: Language, decision: Decision, step: Step, *, is_new: bool) -> Button:
    """The button to the form of a step."""
    title = say(language, f"decisions.{'record' if is_new else 'change'}.{step.value}")
    return Button(title=title, action="decision.step", values={"decision": decision.id, "step": step.value})


def _leads(session: Session, turn: Turn) -> bool:
    return "leader" in people.roles(session, turn.person, turn.programme.key)


def _opening(title: str, decision: Decision) -> Button:
    return Button(title=title, action="decision.open", values={"decision": decision.id})


def _title_form(
    session: Session, turn: Turn, title: str, decision: Decision | None = None, errors: dict[str, str] | None = None
) -> Card:
    language, errors = turn.language, errors or {}
    form = {"form": turn.value("form") or secrets.token_hex(8), "coming": turn.value("coming")}
    notes = ["decisions.form.text", *(["decisions.form.withdraws"] if decision is not None else [])]
    return Card(
        title=say(language, "decisions.form.title"),
        blocks=tuple(Text(text=say(language, note)) for note in notes),
        questions=(
            field(turn, "title", "decisions.form.about", title, errors, LONGEST_TITLE),
            # Of what is to come by the plan, its milestone is known.
            *(() if form["coming"] else risk_gate.field(session, turn, decision, errors.get(risk_gate.FIELD, ""))),
        ),
        buttons=(
            offer(language, "decision.save", {"decision": decision.id} if decision else form, "primary", replaces=True),
            offer(language, "decision.list"),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
