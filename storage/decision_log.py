"""The decisions log: what was decided, as it was recorded. An entry is never altered: a correction is a newer version.

An entry is of a decision (storage/decisions.py), whose steps say with whom it was discussed before. What politicians
decide (vedtak) needs none of them: it is not the employer's to discuss. Everybody may read the log.
"""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint, func
from sqlmodel import Field, Session, SQLModel, col, select

from storage import coming_decisions, decisions, programmes, unions
from storage.database import UtcDateTime
from storage.decisions import LONGEST_DISSENT, LONGEST_NAME, LONGEST_TEXT, LONGEST_TITLE, Decision, Step, WrongField
from storage.decisions import check_length as _check_length
from storage.https_addresses import is_address
from storage.milestones import Precision
from storage.people import Person
from storage.refusals import Refused

#: Of what was decided, and of what it means next: together they are the text of an announcement.
LONGEST_DECIDED = 2000
LONGEST_MEANS = 1500
#: How many lines there may be of what it rests on, and of whom it was discussed with.
MOST_LINES = 10
#: How exactly a day may be given.
PRECISIONS = (Precision.DAY, Precision.DAY_RANGE, Precision.MONTH)


class DecisionKind(StrEnum):
    """Who decides: two things that are never to be taken for each other."""

    ADMINISTRATIVE = "administrative"  # beslutning
    POLITICAL = "political"  # vedtak, by a body of elected politicians


class Standing(StrEnum):
    """Whether it holds."""

    STANDS = "stands"
    REPLACED = "replaced"  # omgjort: another decision holds instead
    WITHDRAWN = "withdrawn"  # trukket tilbake


class DissentOf(StrEnum):
    """Whose dissent: a role, never a union, a party or a person."""

    EMPLOYEES = "employees"  # the employees' side
    SAFETY = "safety"  # the verneombud
    MINORITY = "minority"  # the minority of the body that decided
    OTHERS = "others"


class Basis(StrEnum):
    """What a line of the basis is."""

    LINK = "link"
    PROPOSAL = "proposal"
    INITIATIVE = "initiative"
    NAMED = "named"  # something by its name, such as an assessment


class DecisionEntry(SQLModel, table=True):
    """One version of an entry; the one with the highest ``number`` holds, and none is ever changed or deleted.

    ``first_day`` and ``last_day`` are what is known of the day, both included: one day, or a whole month.
    """

    __tablename__ = "decision_entry"
    __table_args__ = (UniqueConstraint("decision_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    decision_id: int = Field(foreign_key="decision.id", index=True)
    number: int
    kind: DecisionKind = Field(sa_type=String)
    title: str
    #: What was decided, in own words.
    text: str
    decided_by: str
    precision: Precision = Field(sa_type=String)
    first_day: date
    last_day: date
    #: Each with what it is, how it is called, and its key where the bot has it.
    basis: list[dict[str, str]] = Field(default_factory=list, sa_type=JSON)
    #: With whom it was discussed before, and when, beside what the decision's steps say.
    discussed: list[str] = Field(default_factory=list, sa_type=JSON)
    dissent: str = ""
    dissent_of: DissentOf | None = Field(default=None, sa_type=String)
    #: What it means next.
    means: str = ""
    standing: Standing = Field(default=Standing.STANDS, sa_type=String)
    #: The decision that holds instead.
    replaced_by: int | None = Field(default=None, foreign_key="decision.id")
    #: Why it was corrected, or holds no more; empty for the first version.
    reason: str = ""
    written_by: int = Field(foreign_key="person.id")
    written_at: datetime = Field(sa_type=UtcDateTime)


class Worded(SQLModel):
    """What a leader writes of what was decided; see ``DecisionEntry``."""

    kind: DecisionKind
    title: str = ""
    text: str = ""
    decided_by: str = ""
    precision: Precision = Precision.DAY
    first_day: date | None = None
    last_day: date | None = None
    basis: list[dict[str, str]] = []
    discussed: list[str] = []
    dissent: str = ""
    dissent_of: DissentOf | None = None
    means: str = ""


class Changed(WrongField):
    """Somebody has corrected it meanwhile, or oneself has with another form: no version is written on another than was
    looked at."""

    def __init__(self, name: str, *, is_own: bool) -> None:
        key = "refused.decision_log.changed_oneself" if is_own else "refused.decision_log.changed"
        super().__init__(key, "reason", name=name)


class Recorded(Refused):
    """What was decided is recorded already, with other words: ``known``."""

    def __init__(self, known: DecisionEntry) -> None:
        super().__init__("refused.decision.decided")
        self.known = known


def record(
    session: Session,
    acting: Person,
    programme_key: str,
    worded: Worded,
    now: datetime,
    today: date,
    decision_key: int = 0,
    coming: str = "",
    form: str = "",
) -> DecisionEntry:
    """Records what was decided: of the decision of that key, or of one that is begun here, and of what the plan has at
    the milestone ``coming``. The same again is once.

    Raises NotAllowed without the leader's role, WrongField, NotReady for what should have been discussed first, and
    Refused for what is recorded otherwise already.
    """
    acting.must_be(session, "leader", programme_key)
    _check(session, programme_key, worded, today)
    decision = (
        decisions.get(session, acting, programme_key, decision_key)
        if decision_key
        else decisions.make(session, acting, programme_key, worded.title, now, f"coming:{coming}" if coming else form)
    )
    if coming:
        _must_be_free(session, decision, worded, coming)
    known = newest(session, decision)
    if known is not None:
        if _is_said(known, worded):
            return known
        raise Recorded(known)
    if coming:
        decision.milestone_key = coming
    needs_steps = must_be_discussed(session, programme_key, worded.kind)
    on = min(worded.last_day or today, today)
    decisions.settle(session, acting, programme_key, decision.identity, on, worded.decided_by, now, today, needs_steps)
    return _add(session, decision, 1, worded, acting, now)


def correct(
    session: Session,
    acting: Person,
    programme_key: str,
    key: int,
    worded: Worded,
    reason: str,
    seen: int,
    now: datetime,
    today: date,
) -> tuple[DecisionEntry, bool]:
    """A newer version, with the reason; returns it and whether it is new. The older ones stay as they were.

    Raises NotAllowed without the leader's role, WrongField, also without a reason, NotReady where it would be an
    administrative decision that was not discussed, and Changed where it was corrected since version ``seen``.
    """
    acting.must_be(session, "leader", programme_key)
    decision, known = held(session, programme_key, key)
    if _is_said(known, worded):
        return known, False
    _check(session, programme_key, worded, today)
    _must_be_seen(session, acting, known, seen)
    _check_reason(reason)
    if must_be_discussed(session, programme_key, worded.kind):
        decisions.must_be_ready(session, decision)
    decisions.check_after_steps(session, decision, min(worded.last_day or today, today))
    added = _add(
        session, decision, known.number + 1, worded, acting, now, known.standing, known.replaced_by, reason=reason
    )
    # The day and who decided are the log's to say.
    decision.decided_on, decision.decided_by = min(added.last_day, today), added.decided_by
    session.add(decision)
    session.flush()
    return added, True


def end(
    session: Session,
    acting: Person,
    programme_key: str,
    key: int,
    standing: Standing,
    replaced_by: int | None,
    reason: str,
    seen: int,
    now: datetime,
) -> tuple[DecisionEntry, bool]:
    """A newer version that says that it holds no more, or that it does after all; returns it and whether it is new.

    Raises as ``correct``, and WrongField where it is replaced by nothing, by what cannot replace it or what it replaces
    itself, and where another is to hold instead of what is withdrawn or holds.
    """
    acting.must_be(session, "leader", programme_key)
    decision, known = held(session, programme_key, key)
    if (known.standing, known.replaced_by) == (standing, replaced_by) and _adds_no_reason(known, standing, reason):
        return known, False
    _must_be_seen(session, acting, known, seen)
    if standing is Standing.REPLACED and replaced_by is None:
        raise WrongField("refused.decision_log.no_other", "instead")
    if standing is not Standing.REPLACED and replaced_by is not None:
        raise WrongField(f"refused.decision_log.other_of_{standing}", "instead")
    if replaced_by is not None:
        _must_not_lead_back(session, programme_key, decision, replaced_by)
        if replaced_by not in {row.decision_id for row in may_replace(session, programme_key, known)}:
            raise WrongField("refused.decision_log.cannot_replace", "instead")
    _check_reason(reason)
    worded = said_of(known)
    return _add(session, decision, known.number + 1, worded, acting, now, standing, replaced_by, reason=reason), True


def may_replace(session: Session, programme_key: str, entry: DecisionEntry) -> list[DecisionEntry]:
    """What may hold instead of it: of its own kind, and decided no earlier."""
    return [
        row
        for row in every(session, programme_key, DecisionKind(entry.kind))
        if row.decision_id != entry.decision_id and row.last_day >= entry.first_day
    ]


def held(session: Session, programme_key: str, key: int) -> tuple[Decision, DecisionEntry]:
    """The decision, locked, and the version that holds. Raises Refused where nothing is recorded."""
    decision = decisions.held(session, programme_key, key)
    known = newest(session, decision)
    if known is None:
        raise Refused("refused.decision_log.unknown")
    return decision, known


def get(session: Session, programme_key: str, key: int) -> tuple[Decision, DecisionEntry]:
    """As ``held``, for reading."""
    decision = session.get(Decision, key)
    known = newest(session, decision) if decision is not None and decision.programme_key == programme_key else None
    if decision is None or known is None:
        raise Refused("refused.decision_log.unknown")
    return decision, known


def newest(session: Session, decision: Decision) -> DecisionEntry | None:
    """The version that holds; None where nothing is recorded."""
    return session.exec(
        select(DecisionEntry).where(DecisionEntry.decision_id == decision.id).order_by(col(DecisionEntry.number).desc())
    ).first()


def versions(session: Session, decision: Decision) -> list[DecisionEntry]:
    """All versions, the oldest first."""
    rows = session.exec(
        select(DecisionEntry).where(DecisionEntry.decision_id == decision.id).order_by(col(DecisionEntry.number))
    ).all()
    return list(rows)


def every(
    session: Session,
    programme_key: str,
    kind: DecisionKind | None = None,
    body: str = "",
    first: date | None = None,
    last: date | None = None,
) -> list[DecisionEntry]:
    """What holds of each, of that kind, decided by that body, on days that touch ``first`` to ``last``; the latest
    first. Of what was replaced or withdrawn, too."""
    highest = select(func.max(DecisionEntry.id)).group_by(col(DecisionEntry.decision_id))
    statement = (
        select(DecisionEntry)
        .join(Decision, col(Decision.id) == DecisionEntry.decision_id)
        .where(Decision.programme_key == programme_key, col(DecisionEntry.id).in_(highest))
        .order_by(col(DecisionEntry.last_day).desc(), col(DecisionEntry.decision_id).desc())
    )
    rows = session.exec(statement).all()
    return [
        row
        for row in rows
        if (kind is None or row.kind == kind)
        and (not body or row.decided_by.casefold() == body.casefold())
        and (first is None or row.last_day >= first)
        and (last is None or row.first_day <= last)
    ]


def deciders(session: Session, programme_key: str) -> list[str]:
    """Who has decided what is in the log, each once, in the order of their names."""
    return sorted({row.decided_by for row in every(session, programme_key)}, key=str.casefold)


def said_of(entry: DecisionEntry) -> Worded:
    """What that version says, as it is written."""
    return Worded(**{name: getattr(entry, name) for name in Worded.model_fields})


def discussed_with(session: Session, decision: Decision) -> list[tuple[Step, str, date | None]]:
    """With whom it was discussed by its steps: the body, or for the verneombud nobody's name, and when."""
    found: list[tuple[Step, str, date | None]] = []
    for step, row in decisions.steps(session, decision).items():
        if step is not Step.RISK:
            found.append((step, row.what if step is Step.DISCUSSED else "", row.held_on))
    return found


def must_be_discussed(session: Session, programme_key: str, kind: DecisionKind) -> bool:
    """Whether such a decision waits for the steps before it; a programme may do without."""
    is_asked = programmes.get(session, programme_key).discussed_before_decided
    return is_asked and kind is DecisionKind.ADMINISTRATIVE


def is_political(session: Session, decision: Decision) -> bool:
    """Whether it is recorded as a political one: that may be told without the employer's own steps before it."""
    known = newest(session, decision)
    return known is not None and known.kind == DecisionKind.POLITICAL


def _must_be_seen(session: Session, acting: Person, known: DecisionEntry, seen: int) -> None:
    if known.number != seen:
        raise Changed(decisions.person(session, known.written_by).name, is_own=known.written_by == acting.id)


def _adds_no_reason(known: DecisionEntry, standing: Standing, reason: str) -> bool:
    """Whether it is the same once more: that it holds needs no reason as long as nobody has said otherwise."""
    return known.reason == reason or standing is Standing.STANDS


def _add(
    session: Session,
    decision: Decision,
    number: int,
    worded: Worded,
    acting: Person,
    now: datetime,
    standing: Standing = Standing.STANDS,
    replaced_by: int | None = None,
    reason: str = "",
) -> DecisionEntry:
    added = DecisionEntry(
        decision_id=decision.identity,
        number=number,
        standing=standing,
        replaced_by=replaced_by,
        reason=reason,
        written_by=acting.identity,
        written_at=now,
        **worded.model_dump(),
    )
    session.add(added)
    session.flush()
    return added


def _is_said(entry: DecisionEntry, worded: Worded) -> bool:
    return all(getattr(entry, name) == value for name, value in worded.model_dump().items())


def _check(session: Session, programme_key: str, worded: Worded, today: date) -> None:
    if not worded.title:
        raise WrongField("refused.decision.no_title", "title")
    _check_length(worded.title, LONGEST_TITLE, "title")
    if not worded.text:
        raise WrongField("refused.decision_log.no_text", "text")
    _check_length(worded.text, LONGEST_DECIDED, "text")
    if not worded.decided_by:
        raise WrongField("refused.decision.no_decider", "by")
    _check_length(worded.decided_by, LONGEST_NAME, "by")
    _check_body(session, programme_key, worded)
    _check_days(worded, today)
    _check_lines(worded.basis, "basis")
    for line in worded.basis:
        if line["kind"] == Basis.LINK and not is_address(line["title"]):
            raise WrongField("refused.decision_log.link", "basis")
    _check_lines([{"title": line} for line in worded.discussed], "discussed")
    if bool(worded.dissent) != (worded.dissent_of is not None):
        raise WrongField("refused.decision_log.whose_dissent", "dissent_of" if worded.dissent else "dissent")
    _check_length(worded.dissent, LONGEST_DISSENT, "dissent")
    _check_length(worded.means, LONGEST_MEANS, "means")


def _check_body(session: Session, programme_key: str, worded: Worded) -> None:
    """A vedtak is of a body that the programme's file names as political, and of no other: with any other the steps
    before a decision would be gone round."""
    bodies = coming_decisions.political_bodies(session, programme_key)
    if worded.kind is DecisionKind.POLITICAL and not bodies:
        raise WrongField("refused.decision_log.no_bodies", "kind")
    is_political = worded.decided_by.casefold() in {body.casefold() for body in bodies.values()}
    if is_political != (worded.kind is DecisionKind.POLITICAL):
        raise WrongField(
            "refused.decision_log.political" if is_political else "refused.decision_log.not_political", "by"
        )


def _check_days(worded: Worded, today: date) -> None:
    if worded.first_day is None or worded.last_day is None or worded.precision not in PRECISIONS:
        raise WrongField("refused.decision.no_day", "on")
    if worded.first_day > today or (worded.precision is not Precision.MONTH and worded.last_day > today):
        raise WrongField("refused.decision.to_come", "on")


def _check_lines(lines: Iterable[dict[str, Any]], field: str) -> None:
    """Of who spoke for the employees the role is kept, and never the union."""
    every_line = list(lines)
    if len(every_line) > MOST_LINES:
        raise WrongField("refused.decision_log.lines", field, limit=MOST_LINES)
    for line in every_line:
        _check_length(line["title"], LONGEST_NAME * 4 if line.get("kind") == Basis.LINK else LONGEST_NAME, field)
        union = unions.named_in(line["title"]) if field == "discussed" else ""
        if union:
            raise WrongField("refused.decision_log.union", field, union=union)


def _check_reason(reason: str) -> None:
    if not reason:
        raise WrongField("refused.decision_log.no_reason", "reason")
    _check_length(reason, LONGEST_TEXT, "reason")


def _must_be_free(session: Session, decision: Decision, worded: Worded, coming: str) -> None:
    """The plan has it, it is of that kind, and nothing else is recorded or being prepared for it."""
    found = coming_decisions.find(session, decision.programme_key, coming)
    if found is None:
        raise Refused("refused.decision_log.no_coming")
    if found.kind != worded.kind:
        raise WrongField("refused.decision_log.other_kind", "coming")
    other = found.decision
    if other is not None and other.id != decision.id and other.ended is None:
        raise WrongField("refused.decision_log.coming_taken", "coming")


def _must_not_lead_back(session: Session, programme_key: str, decision: Decision, instead: int) -> None:
    """What replaces it is in the log, and is not replaced by it in turn, however far that goes."""
    seen, after = {decision.identity}, instead
    while True:
        if after in seen:
            raise WrongField("refused.decision_log.round", "instead")
        seen.add(after)
        _, entry = get(session, programme_key, after)
        if entry.replaced_by is None:
            return
        after = entry.replaced_by
