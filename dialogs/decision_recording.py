"""Recording what was decided, correcting it by a newer version, and saying that it holds no more; for leaders."""

import secrets
from datetime import date
from typing import Any

from dialogs import decision_cards, decision_gate, risk_gate, saying_dates
from dialogs.card import Button, Card, Choice, Question, Text
from dialogs.decisions import LONGEST_DAY, field, key, past_days, said
from dialogs.decisions import shown as decision_page
from dialogs.offers import offer, short
from dialogs.turn import Turn
from dialogs.words import say, told
from storage import coming_decisions, decision_log, decisions, initiatives, proposals, workgroups
from storage.database import Session
from storage.decision_log import (
    LONGEST_DECIDED,
    LONGEST_MEANS,
    Basis,
    DecisionEntry,
    DecisionKind,
    DissentOf,
    Recorded,
    Standing,
    Worded,
)
from storage.decisions import LONGEST_DISSENT, LONGEST_NAME, LONGEST_TEXT, LONGEST_TITLE, Decision, NotReady, WrongField
from storage.milestones import Precision
from storage.refusals import NotAllowed
from storage.risk_reviews import NotReviewed

#: Of the lines of the basis and of those it was discussed with.
LONGEST_LINES = 1500
#: How many there are to choose from.
MOST_CHOICES = 40
#: What there is no entry without, besides who decided.
_REQUIRED = ("title", "text", "on")
#: What stands for none, or for what is written instead.
NONE = "-"


def write(session: Session, turn: Turn) -> Card:
    """The form for what was decided. Nothing is stored yet."""
    turn.person.must_be(session, "leader", turn.programme.key)
    decision = decisions.get_open(session, turn.person, turn.programme.key, key(turn)) if key(turn) else None
    if decision is not None and decision_log.must_be_discussed(session, turn.programme.key, _kind(turn)):
        early = _too_early(session, decision)
        if early is not None:
            # Before much is written that could not be saved.
            return _with_why(decision_page(session, turn, decision), _why_early(turn, early))
    return _form(session, turn, _prefilled(session, turn, decision), {}, decision)


def record(session: Session, turn: Turn) -> Card:
    """Records it; where something is wrong the form comes again with all that was typed."""
    programme = turn.programme.key
    turn.person.must_be(session, "leader", programme)
    try:
        coming = "" if turn.value("coming") == NONE else turn.value("coming")
        worded = _read(session, turn, _kind(turn))
        if key(turn) and "title" not in turn.values:
            worded.title = decisions.get(session, turn.person, programme, key(turn)).title
        entry = decision_log.record(
            session, turn.person, programme, worded, turn.now, turn.today, key(turn), coming, turn.value("form")
        )
    except WrongField as wrong:
        decision = decisions.get(session, turn.person, programme, key(turn)) if key(turn) else None
        return _form(session, turn, {}, {wrong.field: said(turn, wrong)}, decision)
    except (NotReady, NotReviewed) as early:
        if not key(turn):
            raise
        decision = decisions.get(session, turn.person, programme, key(turn))
        return _too_early_form(session, turn, decision, early)
    except Recorded as recorded:
        return _recorded_before(session, turn, recorded)
    return _done(session, turn, entry)


def rewrite(session: Session, turn: Turn) -> Card:
    """The form of a correction, with what holds now."""
    turn.person.must_be(session, "leader", turn.programme.key)
    _, entry = decision_log.get(session, turn.programme.key, key(turn))
    return _correction(session, turn, _typed(turn, entry), {}, entry)


def correct(session: Session, turn: Turn) -> Card:
    """Writes a newer version; the older ones stay readable."""
    programme = turn.programme.key
    turn.person.must_be(session, "leader", programme)
    try:
        worded = _read(session, turn, _kind(turn))
        entry, is_new = decision_log.correct(
            session, turn.person, programme, key(turn), worded, turn.value("reason"), _seen(turn), turn.now, turn.today
        )
        if not is_new and entry.number == _seen(turn):
            # No second press: it would be taken for a correction.
            raise WrongField("refused.decision_log.nothing_changed", "reason")
    except WrongField as wrong:
        _, entry = decision_log.get(session, programme, key(turn))
        return _correction(session, turn, {}, {wrong.field: said(turn, wrong)}, entry)
    except (NotReady, NotReviewed) as early:
        _, entry = decision_log.get(session, programme, key(turn))
        return _correction(session, turn, {}, {"kind": _why_early(turn, early)}, entry)
    return _done(session, turn, entry)


def reverse(session: Session, turn: Turn) -> Card:
    """The form for whether it holds, what holds instead, and why."""
    turn.person.must_be(session, "leader", turn.programme.key)
    _, entry = decision_log.get(session, turn.programme.key, key(turn))
    return _reversal(session, turn, entry, {})


def reversed_(session: Session, turn: Turn) -> Card:
    """Says so in a newer version."""
    programme = turn.programme.key
    turn.person.must_be(session, "leader", programme)
    chosen, instead = turn.value("standing"), turn.value("instead")
    try:
        if chosen not in set(Standing):
            raise WrongField("refused.decision_log.no_standing", "standing")
        other = int(instead) if instead.isascii() and instead.isdecimal() and len(instead) < 10 else None
        entry, _ = decision_log.end(
            session, turn.person, programme, key(turn), Standing(chosen), other, turn.value("reason"), _seen(turn),
            turn.now,
        )  # fmt: skip
    except WrongField as wrong:
        _, entry = decision_log.get(session, programme, key(turn))
        return _reversal(session, turn, entry, {wrong.field: said(turn, wrong)})
    return _done(session, turn, entry)


def _too_early(session: Session, decision: Decision) -> NotReady | NotReviewed | None:
    """What has to come first, as ``decisions.must_be_ready`` would raise it."""
    left = decisions.missing(session, decision)
    return NotReady(decision, left) if left else decisions.not_reviewed(session, decision)


def _why_early(turn: Turn, early: NotReady | NotReviewed) -> str:
    if isinstance(early, NotReady):
        return decision_gate.why(turn.language, early)
    return say(turn.language, early.key, **early.values)


def _with_why(card: Card, why: str) -> Card:
    return card.model_copy(
        update={"blocks": (Text(text=why, style="warning"), *card.blocks), "outcome": "refused"},
    )


def _too_early_form(session: Session, turn: Turn, decision: Decision, early: NotReady | NotReviewed) -> Card:
    """The form with all that was typed, why it cannot be saved yet, and the way to what has to come first."""
    card = _with_why(_form(session, turn, {}, {"": _why_early(turn, early)}, decision), _why_early(turn, early))
    if not isinstance(early, NotReviewed):
        return card
    way = risk_gate.way(turn.language, decision, early).model_copy(update={"style": "default"})
    return card.model_copy(update={"buttons": (card.buttons[0], way, *card.buttons[1:])})


def _done(session: Session, turn: Turn, entry: DecisionEntry) -> Card:
    decision, newest = decision_log.get(session, turn.programme.key, entry.decision_id)
    return decision_cards.shown(session, turn, decision, newest).model_copy(update={"outcome": "done"})


def _recorded_before(session: Session, turn: Turn, recorded: Recorded) -> Card:
    """What is recorded already, with the ways on that it has."""
    card = _done(session, turn, recorded.known)
    why = Text(text=say(turn.language, recorded.key), style="warning")
    return card.model_copy(update={"blocks": (why, *card.blocks), "outcome": "refused"})


def _kind(turn: Turn) -> DecisionKind:
    kind = turn.value("kind")
    return DecisionKind(kind) if kind in set(DecisionKind) else DecisionKind.ADMINISTRATIVE


def _seen(turn: Turn) -> int:
    number = turn.values.get("seen")
    return number if type(number) is int else 0


def _read(session: Session, turn: Turn, kind: DecisionKind) -> Worded:
    days = past_days(turn, turn.value("on"))
    whose = turn.value("dissent_of")
    first, last = days or (None, None)
    return Worded(
        kind=kind,
        title=turn.value("title"),
        text=turn.value("text"),
        decided_by=_decided_by(turn),
        precision=_precision(first, last),
        first_day=first,
        last_day=last,
        basis=[_basis(session, turn, line) for line in _lines(turn, "basis")],
        discussed=_lines(turn, "discussed"),
        dissent=turn.value("dissent"),
        dissent_of=DissentOf(whose) if whose in set(DissentOf) and turn.value("dissent") else None,
        means=turn.value("means"),
    )


def _decided_by(turn: Turn) -> str:
    """Who was chosen, or written where none is. Raises WrongField for both: only one has decided."""
    chosen, written = turn.value("body"), turn.value("by")
    if chosen in ("", NONE):
        return written
    if written and written.casefold() != chosen.casefold():
        raise WrongField("refused.decision_log.two_deciders", "by")
    return chosen


def _precision(first: date | None, last: date | None) -> Precision:
    if first == last or first is None or last is None:
        return Precision.DAY
    is_month = first.day == 1 and (first.year, first.month) == (last.year, last.month) and last.day >= 28
    return Precision.MONTH if is_month else Precision.DAY_RANGE


def _lines(turn: Turn, name: str) -> list[str]:
    return [line.strip(" -•") for line in turn.value(name).splitlines() if line.strip(" -•")]


def _basis(session: Session, turn: Turn, line: str) -> dict[str, str]:
    """What a line is: an address, a proposal or an initiative by its title, or something else by its name."""
    if "://" in line:
        return {"kind": Basis.LINK, "title": line}
    programme = turn.programme.key
    for row in initiatives.with_ideas(session, programme):
        if line.casefold() in {title.casefold() for title in row.title.values()}:
            return {"kind": Basis.INITIATIVE, "title": line, "key": row.key}
    try:
        those = proposals.readable(session, turn.person, programme)
    except NotAllowed:
        those = []
    for proposal in those:
        if line.casefold() == proposal.title.casefold():
            return {"kind": Basis.PROPOSAL, "title": line, "key": str(proposal.identity)}
    return {"kind": Basis.NAMED, "title": line}


def _prefilled(session: Session, turn: Turn, decision: Decision | None) -> dict[str, str]:
    """What the plan and the decision say already."""
    coming = coming_decisions.find(session, turn.programme.key, turn.value("coming"))
    if coming is None and decision is not None and decision.milestone_key:
        coming = coming_decisions.find(session, turn.programme.key, decision.milestone_key)
    if coming is None:
        return {"title": decision.title if decision else "", "on": turn.today.isoformat() if decision else ""}
    row = coming.milestone
    bodies = coming_decisions.political_bodies(session, turn.programme.key)
    has_been = row.first_day is not None and row.first_day <= turn.today
    return {
        "title": decision.title if decision else told(row.title, turn.language),
        "on": saying_dates.when(turn.language, row) if has_been else "",
        "body": bodies.get(coming.body, ""),
        "coming": row.key,
    }


def _typed(turn: Turn, entry: DecisionEntry) -> dict[str, str]:
    """What a version says, as it is typed."""
    return {
        "title": entry.title,
        "text": entry.text,
        "kind": entry.kind,
        "body": entry.decided_by,
        "by": entry.decided_by,
        "on": decision_cards.when(turn.language, entry),
        "discussed": "\n".join(entry.discussed),
        "dissent": entry.dissent,
        "dissent_of": entry.dissent_of or "",
        "basis": "\n".join(one["title"] for one in entry.basis),
        "means": entry.means,
    }


def _form(
    session: Session, turn: Turn, filled: dict[str, str], errors: dict[str, str], decision: Decision | None
) -> Card:
    language, kind = turn.language, _kind(turn)
    values: dict[str, Any] = {"kind": kind, "form": turn.value("form") or secrets.token_hex(8)}
    if decision is not None:
        values = {"kind": kind, "decision": decision.identity}
    fixed = turn.value("coming") if decision is None else decision.milestone_key or ""
    choices = () if fixed and fixed != NONE else _coming(session, turn, kind, filled, errors)
    if fixed and fixed != NONE:
        values["coming"] = fixed
    back = offer(language, "decision.open", {"decision": decision.identity}) if decision else None
    return Card(
        title=say(language, f"decision_log.form.title.{kind}"),
        blocks=(Text(text=say(language, f"decision_log.form.text.{kind}")),),
        questions=(*choices, *_questions(session, turn, kind, filled, errors, decision)),
        buttons=(
            Button(
                title=say(language, "decision_log.save"),
                action="decision.decided",
                values=values,
                style="primary",
                replaces=True,
            ),
            back or offer(language, "decision.log"),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _correction(
    session: Session, turn: Turn, filled: dict[str, str], errors: dict[str, str], entry: DecisionEntry
) -> Card:
    language = turn.language
    decision, newest = decision_log.get(session, turn.programme.key, entry.decision_id)
    kind = _kind(turn) if errors else DecisionKind(entry.kind)
    kinds = tuple(Choice(title=say(language, f"decision_log.kind.{one}"), value=one) for one in DecisionKind)
    # With what somebody else has written meanwhile refused once, the next press is meant.
    values = {"decision": entry.decision_id, "seen": newest.number}
    return Card(
        title=say(language, "decision_log.correct.title", title=entry.title),
        blocks=(Text(text=say(language, "decision_log.correct.text")),),
        questions=(
            Question(
                name="kind",
                label=say(language, "decision_log.field.kind"),
                value=kind,
                choices=kinds,
                error=errors.get("kind", ""),
            ),
            *_questions(session, turn, None, filled, errors, decision),
            _why(turn, errors),
        ),
        buttons=(
            offer(language, "decision.corrected", values, "primary", replaces=True),
            offer(language, "decision.entry", {"decision": entry.decision_id}),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _questions(
    session: Session,
    turn: Turn,
    kind: DecisionKind | None,
    filled: dict[str, str],
    errors: dict[str, str],
    decision: Decision | None,
) -> list[Question]:
    """The fields of what was decided; ``kind`` is None where it may be either."""

    def one(name: str, longest: int, lines: int = 1) -> Question:
        asked = field(turn, name, f"decision_log.field.{name}", filled.get(name, ""), errors, longest, lines)
        return asked.model_copy(update={"required": name in _REQUIRED})

    bodies = _bodies(session, turn, kind)
    by = turn.value("body") if errors else filled.get("body", "")
    known = {choice.value for choice in bodies}
    writes = kind is not DecisionKind.POLITICAL
    if by in known:
        filled = {**filled, "by": ""}
    own = (Choice(title=say(turn.language, "decision_log.by.other"), value=NONE),) if writes else ()
    value = by if by in known else NONE if writes else next(iter(known), "")
    whose = tuple(Choice(title=say(turn.language, f"decision_log.dissent_of.{role}"), value=role) for role in DissentOf)
    nobody = Choice(title=say(turn.language, "decision_log.dissent_of.none"), value=NONE)
    chosen = (turn.value("dissent_of") if errors else filled.get("dissent_of")) or NONE
    has_steps = decision is not None and bool(decisions.steps(session, decision))
    return [
        one("title", LONGEST_TITLE),
        one("text", LONGEST_DECIDED, 5),
        *(
            [
                Question(
                    name="body",
                    label=say(turn.language, "decision_log.field.body"),
                    value=value,
                    choices=(*own, *bodies),
                    error=errors.get("by", "") if not writes else "",
                )
            ]
            if bodies
            else []
        ),
        *([one("by", LONGEST_NAME)] if writes else []),
        one("on", LONGEST_DAY),
        field(
            turn,
            "discussed",
            "decision_log.field.discussed_more" if has_steps else "decision_log.field.discussed",
            filled.get("discussed", ""),
            errors,
            LONGEST_LINES,
            3,
        ),
        one("dissent", LONGEST_DISSENT, 2),
        Question(
            name="dissent_of",
            label=say(turn.language, "decision_log.field.dissent_of"),
            value=chosen,
            choices=(nobody, *whose),
            error=errors.get("dissent_of", ""),
        ),
        one("basis", LONGEST_LINES, 3),
        one("means", LONGEST_MEANS, 3),
    ]


def _why(turn: Turn, errors: dict[str, str]) -> Question:
    asked = field(turn, "reason", "decision_log.field.reason", "", errors, LONGEST_TEXT, 2)
    return asked.model_copy(update={"required": True})


def _bodies(session: Session, turn: Turn, kind: DecisionKind | None) -> tuple[Choice, ...]:
    """Political bodies for a vedtak, the programme's other bodies for a beslutning."""
    political = list(coming_decisions.political_bodies(session, turn.programme.key).values())
    others = [one.title["nb"] for one in workgroups.every(session, turn.programme.key) if one.kind == "body"]
    those = {DecisionKind.POLITICAL: political, DecisionKind.ADMINISTRATIVE: others, None: [*political, *others]}[kind]
    return tuple(Choice(title=short(one), value=one) for one in dict.fromkeys(those))[:MOST_CHOICES]


def _coming(
    session: Session, turn: Turn, kind: DecisionKind, filled: dict[str, str], errors: dict[str, str]
) -> tuple[Question, ...]:
    """Whether it is one that the plan names."""
    free = [
        one
        for one in coming_decisions.every(session, turn.programme.key)
        if one.kind == kind and (one.decision is None or one.decision.ended is not None)
    ]
    if not free:
        return ()
    none = Choice(title=say(turn.language, "decision_log.coming.none"), value=NONE)
    choices = tuple(
        Choice(title=short(told(one.milestone.title, turn.language)), value=one.milestone.key) for one in free
    )
    typed = turn.value("coming") if errors else filled.get("coming", "")
    value = typed if typed in {choice.value for choice in choices} else NONE
    label = say(turn.language, "decision_log.field.coming")
    return (
        Question(
            name="coming", label=label, value=value, choices=(none, *choices)[:MOST_CHOICES],
            error=errors.get("coming", ""),
        ),
    )  # fmt: skip


def _reversal(session: Session, turn: Turn, entry: DecisionEntry, errors: dict[str, str]) -> Card:
    language = turn.language
    others = decision_log.may_replace(session, turn.programme.key, entry)
    states = tuple(Choice(title=say(language, f"decision_log.standing.choice.{one}"), value=one) for one in Standing)
    none = Choice(title=say(language, "decision_log.instead.none"), value=NONE)
    instead = tuple(Choice(title=short(row.title), value=str(row.decision_id)) for row in others)[: MOST_CHOICES - 1]
    typed = turn.value("standing") if errors else Standing.REPLACED if others else Standing.WITHDRAWN
    values = {"decision": entry.decision_id, "seen": entry.number}
    return Card(
        title=say(language, "decision_log.reverse.title", title=entry.title),
        blocks=(Text(text=say(language, "decision_log.reverse.text")),),
        questions=(
            Question(
                name="standing",
                label=say(language, "decision_log.field.standing"),
                value=typed if typed in set(Standing) else Standing.WITHDRAWN,
                choices=states,
                error=errors.get("standing", ""),
            ),
            Question(
                name="instead",
                label=say(language, "decision_log.field.instead"),
                value=turn.value("instead") if errors else NONE,
                choices=(none, *instead),
                error=errors.get("instead", ""),
            ),
            _why(turn, errors),
        ),
        buttons=(
            offer(language, "decision.reversed", values, "primary", replaces=True),
            offer(language, "decision.entry", {"decision": entry.decision_id}),
        ),
        language=language,
        outcome="refused" if errors else "answered",
    )
