"""Working on a review of risk or of the working environment: given to somebody, moved on, done, and done again; and the
verneombud's part in it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from storage import milestones, people, programmes, risk_reviews, working_days
from storage.https_addresses import is_address
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from storage.risk_reviews import (
    LONGEST_LINK,
    LONGEST_NAME,
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    ReviewState,
    RiskReview,
    RiskReviewPart,
    RiskReviewStep,
    Statement,
)

#: Where a review may go from where it is.
MOVES: dict[ReviewState, tuple[ReviewState, ...]] = {
    ReviewState.PLANNED: (ReviewState.IN_WORK,),
    ReviewState.IN_WORK: (ReviewState.OPEN, ReviewState.WITH_SAFETY),
    ReviewState.OPEN: (ReviewState.IN_WORK, ReviewState.WITH_SAFETY),
    ReviewState.WITH_SAFETY: (ReviewState.IN_WORK, ReviewState.DONE),
    ReviewState.DONE: (ReviewState.REDO,),
    ReviewState.REDO: (ReviewState.IN_WORK,),
}
#: What needs a sentence on why.
REASONED = (Statement.REMARKS, Statement.DISAGREE, Statement.ABSENT)
#: Most working days ahead that one is given for: a year of them.
MOST_DAYS = 260


class WrongField(Refused):
    """What a form holds cannot be. ``field`` is where."""

    def __init__(self, key: str, field: str, **values: object) -> None:
        super().__init__(key, **values)
        self.field = field


class Changed(WrongField):
    """Somebody has changed it since it was looked at: nothing of theirs is written over unseen."""

    def __init__(self, field: str = "") -> None:
        super().__init__("refused.risk.changed", field)


class NotWhole(Refused):
    """It cannot be done yet: ``missing`` are ``part`` (the verneombud's) and ``document``."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__("refused.risk.not_whole")
        self.missing = missing


def assign(
    session: Session, acting: Person, programme_key: str, key: str, version: int, owner: int, due_on: date | None,
    now: datetime, today: date,
) -> tuple[RiskReview, bool]:  # fmt: skip
    """Gives it to somebody, with the working day it is to be done by; returns it and whether that is new.

    Raises NotAllowed for who is neither leader nor coordinator, Refused once it is done, WrongField for nobody, for a
    day that is none, past, farther ahead than a year, or not before what it is needed for, and Changed.
    """
    if not risk_reviews.may_manage(session, acting, programme_key):
        raise NotAllowed("risk_manager")
    row = risk_reviews.held(session, programme_key, key)
    person = next((one for one in may_own(session, programme_key) if one.id == owner), None)
    if person is None:
        raise WrongField("refused.risk.nobody", "owner")
    _check_due(session, programme_key, row, due_on, today)
    if (row.owner_id, row.due_on) == (owner, due_on):
        return row, False
    if row.state == ReviewState.DONE:
        raise Refused("refused.risk.done")
    if row.version != version:
        raise Changed("owner")
    row.owner_id, row.due_on = owner, due_on
    _note(session, row, acting, "owner", now)
    return row, True


def may_own(session: Session, programme_key: str) -> list[Person]:
    """Whom it may be given to: who has a role in the programme, by name; not who takes notifications, as such."""
    roles = [role for role in people.ROLES if role != "whistleblowing_recipient"]
    found = {one.identity: one for role in roles for one in people.holders(session, programme_key, role)}
    return sorted((one for one in found.values() if not one.is_erased), key=lambda one: one.name.casefold())


def move(
    session: Session, acting: Person, programme_key: str, key: str, version: int, state: ReviewState, why: str,
    now: datetime,
) -> tuple[RiskReview, bool]:  # fmt: skip
    """Says how far it has come; returns it and whether that is new: the same again is once.

    Raises NotAllowed for others than its owner, leaders and coordinators, Changed, Refused where it cannot go there
    from where it is, NotWhole for what is not ready to be done, WrongField without a reason for doing it again.
    """
    row = _own(session, acting, programme_key, key)
    if row.state == state and (state is not ReviewState.REDO or not why or _is_given(session, row, why)):
        return row, False
    if row.version != version:
        raise Changed("why")
    if row.state == state:
        # Another reason for doing it again is kept beside the first.
        _check_length(why, LONGEST_TEXT, "why")
        _note(session, row, acting, ReviewState.REDO, now, why)
        return row, True
    if state not in MOVES[ReviewState(row.state)]:
        raise Refused("refused.risk.move")
    if state is ReviewState.OPEN and not risk_reviews.get(session, programme_key, key).wanted.takes_input:
        raise Refused("refused.risk.no_input")
    if state is ReviewState.DONE and missing(session, row):
        raise NotWhole(missing(session, row))
    if state is ReviewState.REDO and not why:
        raise WrongField("refused.risk.no_reason", "why")
    _check_length(why, LONGEST_TEXT, "why")
    _go(session, row, state, acting, now, why)
    return row, True


def _is_given(session: Session, row: RiskReview, why: str) -> bool:
    """Whether that is a reason already for doing it again this time."""
    return why in [step.text for step in risk_reviews.reasons(session, row)]


def missing(session: Session, row: RiskReview) -> tuple[str, ...]:
    """What stands between it and its being done, besides somebody who says so."""
    has_words = bool(row.link or row.summary)
    return (*(() if risk_reviews.took_part(session, row) else ("part",)), *(() if has_words else ("document",)))


def document(
    session: Session, acting: Person, programme_key: str, key: str, version: int, link: str, summary: str, why: str,
    now: datetime,
) -> tuple[RiskReview, bool]:  # fmt: skip
    """Says where it is found and what it says; returns it and whether anything changed. The verneombud takes part in a
    new version anew, and one of what was done opens it again, for a reason.

    Raises NotAllowed as ``move``, WrongField for a link that is no https address, for nothing at all and for a new
    version without a reason, and Changed.
    """
    row = _own(session, acting, programme_key, key)
    if link and (len(link) > LONGEST_LINK or not is_address(link)):
        raise WrongField("refused.risk.link", "link")
    _check_length(summary, LONGEST_SUMMARY, "summary")
    _check_length(why, LONGEST_TEXT, "why")
    if not link and not summary:
        raise WrongField("refused.risk.no_document", "summary")
    if (row.link, row.summary) == (link, summary):
        return row, False
    if row.version != version:
        raise Changed("summary")
    if row.state == ReviewState.DONE:
        if not why:
            raise WrongField("refused.risk.no_reason", "why")
        _go(session, row, ReviewState.REDO, acting, now, why)
        _go(session, row, ReviewState.IN_WORK, acting, now)
    elif risk_reviews.part(session, row) is not None:
        # What the verneombud said was of other words.
        row.round += 1
    row.link, row.summary = link, summary
    _note(session, row, acting, "document", now)
    return row, True


def take_part(
    session: Session, acting: Person, programme_key: str, key: str, version: int, statement: Statement,
    held_on: date | None, text: str, now: datetime, today: date,
) -> tuple[RiskReview, bool]:  # fmt: skip
    """The verneombud says themselves that they took part and what they think, or that they did not: what was done then
    has to be done again. Returns it and whether that is new.

    Raises NotAllowed for who is no verneombud, Refused for one's own review and before it is begun, WrongField without
    the day, or without a sentence where they do not simply agree, and Changed.
    """
    acting.must_be(session, "safety_representative", programme_key)
    row = risk_reviews.held(session, programme_key, key)
    if row.owner_id == acting.id:
        raise Refused("refused.risk.own")
    made = RiskReviewPart(
        review_id=row.identity,
        round=row.round,
        held_on=None if statement is Statement.ABSENT else held_on,
        statement=statement,
        text=text,
        said_by=acting.identity,
        said_at=now,
    )
    return _say(session, row, acting, version, made, now, today)


def record_part(
    session: Session, acting: Person, programme_key: str, key: str, version: int, who: str, statement: Statement,
    held_on: date | None, text: str, now: datetime, today: date,
) -> tuple[RiskReview, bool]:  # fmt: skip
    """Whoever owns it records the verneombud's part in a meeting; returns it and whether that is new.

    Raises NotAllowed as ``move``, Refused where the verneombud has said it themselves, and as ``take_part``.
    """
    row = _own(session, acting, programme_key, key)
    before = risk_reviews.part(session, row)
    if before is not None and not before.is_by_meeting:
        raise Refused("refused.risk.said_self")
    if not who:
        raise WrongField("refused.risk.no_who", "who")
    _check_length(who, LONGEST_NAME, "who")
    if statement is Statement.ABSENT:
        raise WrongField("refused.risk.no_statement", "statement")
    made = RiskReviewPart(
        review_id=row.identity,
        round=row.round,
        held_on=held_on,
        who=who,
        is_by_meeting=True,
        statement=statement,
        text=text,
        said_by=acting.identity,
        said_at=now,
    )
    return _say(session, row, acting, version, made, now, today)


def _say(
    session: Session, row: RiskReview, acting: Person, version: int, made: RiskReviewPart, now: datetime, today: date
) -> tuple[RiskReview, bool]:
    before = risk_reviews.part(session, row)
    said = ("held_on", "who", "is_by_meeting", "statement", "text")
    if before is not None and all(getattr(before, name) == getattr(made, name) for name in said):
        return row, False
    if row.state == ReviewState.PLANNED:
        raise Refused("refused.risk.planned")
    _check_said(made, today)
    is_own = before is not None and before.said_by == acting.id and risk_reviews.is_last(session, row, before)
    if row.version != version and not is_own:
        # What they have changed themselves since they need not look at again.
        raise Changed("text")
    session.add(made)
    if made.statement == Statement.ABSENT and row.state == ReviewState.DONE:
        _go(session, row, ReviewState.REDO, acting, now, made.text)
    else:
        row.version += 1
        session.add(row)
        session.flush()
    return row, True


def _check_said(made: RiskReviewPart, today: date) -> None:
    _check_length(made.text, LONGEST_TEXT, "text")
    if made.statement in REASONED and not made.text:
        raise WrongField("refused.risk.no_text", "text")
    if made.statement == Statement.ABSENT:
        return
    if made.held_on is None:
        raise WrongField("refused.risk.no_day", "on")
    if made.held_on > today:
        raise WrongField("refused.risk.to_come", "on")


def _check_due(session: Session, programme_key: str, row: RiskReview, due_on: date | None, today: date) -> None:
    if due_on is None:
        raise WrongField("refused.risk.no_due", "due")
    if due_on < today:
        raise WrongField("refused.risk.past", "due")
    if due_on > working_days.after(today, MOST_DAYS):
        raise WrongField("refused.risk.far", "due")
    limit = last_day(session, programme_key, row.key)
    if limit is not None and today <= limit < due_on:
        raise WrongField("refused.risk.due_late", "due")


def last_day(session: Session, programme_key: str, key: str) -> date | None:
    """The last working day before the first of what it is needed for, where that has a day; None where none has."""
    before = [
        milestones.get(session, programme_key, one)
        for one in risk_reviews.get(session, programme_key, key).wanted.before
    ]
    days = [one.first_day for one in before if one.first_day is not None]
    return working_days.on_or_before(min(days) - working_days.DAY) if days else None


def _own(session: Session, acting: Person, programme_key: str, key: str) -> RiskReview:
    row = risk_reviews.held(session, programme_key, key)
    if not risk_reviews.may_work(session, acting, programme_key, row):
        raise NotAllowed("risk_owner")
    return row


def _go(session: Session, row: RiskReview, state: ReviewState, acting: Person, now: datetime, why: str = "") -> None:
    row.state = state
    row.done_at = now if state is ReviewState.DONE else None
    if state is ReviewState.REDO:
        row.round += 1
        today = now.astimezone(ZoneInfo(programmes.get(session, row.programme_key).timezone)).date()
        if row.due_on is not None and row.due_on < today:
            # It was done by then: as it is open again it needs another one, and is not late before it has.
            row.due_on = None
    _note(session, row, acting, state, now, why)


def _note(session: Session, row: RiskReview, acting: Person, what: str, now: datetime, text: str = "") -> None:
    row.version += 1
    session.add(row)
    session.add(
        RiskReviewStep(
            review_id=row.identity,
            version=row.version,
            round=row.round,
            what=str(what),
            text=text,
            person_id=acting.identity,
            at=now,
        )
    )
    session.flush()


def _check_length(text: str, limit: int, field: str) -> None:
    if len(text) > limit:
        raise WrongField("refused.risk.long", field, length=len(text), limit=limit)
