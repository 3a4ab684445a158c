"""What is written of a review of risk or of the working environment: whose it is, where it is found, why it is done
again, and the verneombud's part."""

from collections.abc import Callable
from datetime import date

from dialogs import risk_notices, risk_words, saying_dates
from dialogs.card import Button, Card, Choice, Question, Text
from dialogs.decisions import LONGEST_DAY, past_day
from dialogs.offers import offer, short
from dialogs.risk_reviews import SAFETY, key, shown, version
from dialogs.turn import Turn
from dialogs.understanding.dates import window
from dialogs.words import say
from storage import decisions as stored_decisions
from storage import risk_review_work, risk_reviews, working_days
from storage.database import Session
from storage.refusals import NotAllowed
from storage.risk_review_work import MOST_DAYS, WrongField
from storage.risk_reviews import (
    LONGEST_LINK,
    LONGEST_NAME,
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    Known,
    ReviewState,
    RiskReview,
    Statement,
)

#: How many people can be chosen from.
MOST_PEOPLE = 50
#: What the verneombud may say, and what somebody else may record of a meeting.
OWN = tuple(Statement)
OF_MEETING = (Statement.AGREE, Statement.REMARKS, Statement.DISAGREE)


def assign(session: Session, turn: Turn) -> Card:
    """The form for whose it is and by when."""
    if not risk_reviews.may_manage(session, turn.person, turn.programme.key):
        raise NotAllowed("risk_manager")
    return _assign_form(session, turn, _get(session, turn), {})


def assigned(session: Session, turn: Turn) -> Card:
    """Gives it to somebody, who is told."""

    def do() -> tuple[RiskReview, bool]:
        owner = turn.value("owner")
        number = int(owner) if owner.isascii() and owner.isdecimal() and len(owner) < 10 else 0
        return risk_review_work.assign(
            session, turn.person, turn.programme.key, key(turn), version(turn), number,
            _due_day(turn, turn.value("due")), turn.now, turn.today,
        )  # fmt: skip

    if not risk_reviews.may_manage(session, turn.person, turn.programme.key):
        raise NotAllowed("risk_manager")
    return _saved(session, turn, do, _assign_form, risk_notices.to_owner)


def document(session: Session, turn: Turn) -> Card:
    """The form for where it is found, and what it says."""
    known = _own(session, turn)
    return _document_form(session, turn, known, {})


def documented(session: Session, turn: Turn) -> Card:
    """Keeps it; what was done is open again."""
    before = _own(session, turn)
    was_done = before.state is ReviewState.DONE

    def do() -> tuple[RiskReview, bool]:
        return risk_review_work.document(
            session, turn.person, turn.programme.key, key(turn), version(turn),
            turn.value("link"), turn.value("summary"), turn.value("why"), turn.now,
        )  # fmt: skip

    def tell(session: Session, turn: Turn, known: Known) -> None:
        if was_done:
            risk_notices.to_leaders(session, turn, known, "reopened", turn.value("why"))

    return _saved(session, turn, do, _document_form, tell)


def redo(session: Session, turn: Turn) -> Card:
    """The form for why it has to be done again."""
    return _redo_form(session, turn, _own(session, turn), {})


def redone(session: Session, turn: Turn) -> Card:
    """Opens it again: what tells of a decision that waits for it waits from now on."""
    _own(session, turn)

    def do() -> tuple[RiskReview, bool]:
        return risk_review_work.move(
            session, turn.person, turn.programme.key, key(turn), version(turn), ReviewState.REDO,
            turn.value("why"), turn.now,
        )  # fmt: skip

    def tell(session: Session, turn: Turn, known: Known) -> None:
        risk_notices.to_leaders(session, turn, known, "reopened", turn.value("why"))

    return _saved(session, turn, do, _redo_form, tell)


def part(session: Session, turn: Turn) -> Card:
    """The verneombud's own form."""
    turn.person.must_be(session, SAFETY, turn.programme.key)
    return _part_form(session, turn, _get(session, turn), {})


def part_saved(session: Session, turn: Turn) -> Card:
    """Keeps what the verneombud says, and tells whoever owns it; where they were not there, leaders too."""

    def do() -> tuple[RiskReview, bool]:
        return risk_review_work.take_part(
            session, turn.person, turn.programme.key, key(turn), version(turn), _statement(turn, OWN),
            _day(turn), turn.value("text"), turn.now, turn.today,
        )  # fmt: skip

    def tell(session: Session, turn: Turn, known: Known) -> None:
        risk_notices.to_worker(session, turn, known)
        if known.state is ReviewState.REDO:
            risk_notices.to_leaders(session, turn, known, "reopened", turn.value("text"))

    turn.person.must_be(session, SAFETY, turn.programme.key)
    return _saved(session, turn, do, _part_form, tell)


def met(session: Session, turn: Turn) -> Card:
    """The form for the verneombud's part in a meeting, for whoever owns the review."""
    return _met_form(session, turn, _own(session, turn), {})


def met_saved(session: Session, turn: Turn) -> Card:
    """Keeps it, and tells the verneombud, who can correct it."""
    _own(session, turn)

    def do() -> tuple[RiskReview, bool]:
        return risk_review_work.record_part(
            session, turn.person, turn.programme.key, key(turn), version(turn), turn.value("who"),
            _statement(turn, OF_MEETING), _day(turn), turn.value("text"), turn.now, turn.today,
        )  # fmt: skip

    def tell(session: Session, turn: Turn, known: Known) -> None:
        risk_notices.to_safety(session, turn, known, "recorded")

    return _saved(session, turn, do, _met_form, tell)


Form = Callable[[Session, Turn, Known, dict[str, str]], Card]


def _saved(
    session: Session,
    turn: Turn,
    do: Callable[[], tuple[RiskReview, bool]],
    form: Form,
    tell: Callable[[Session, Turn, Known], None],
) -> Card:
    """Does it once and tells whom that concerns; where something is wrong the form comes again with what was typed."""
    try:
        _, is_new = do()
    except (WrongField, stored_decisions.WrongField) as wrong:
        error = say(turn.language, wrong.key, **wrong.values)
        return form(session, turn, _get(session, turn), {wrong.field: error})
    known = _get(session, turn)
    if is_new:
        tell(session, turn, known)
    return shown(session, turn, known).model_copy(update={"outcome": "done"})


def _get(session: Session, turn: Turn) -> Known:
    return risk_reviews.get(session, turn.programme.key, key(turn))


def _own(session: Session, turn: Turn) -> Known:
    known = _get(session, turn)
    if not risk_reviews.may_work(session, turn.person, turn.programme.key, known.row):
        raise NotAllowed("risk_owner")
    return known


def _due_day(turn: Turn, text: str) -> date | None:
    """A day in words or figures, or so many working days from today; None for nothing. One that is free counts as the
    working day before it. Raises WrongField for what is neither."""
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 4:
        if not 0 < int(text) <= MOST_DAYS:
            raise WrongField("refused.risk.far", "due")
        return working_days.after(turn.today, int(text))
    found = window(text, turn.today)
    if found is None or found.no_such_day is not None or found.first != found.last or found.is_open:
        raise WrongField("refused.risk.unread_due", "due")
    return found.first if found.first < turn.today else working_days.on_or_before(found.first)


def _day(turn: Turn) -> date | None:
    return past_day(turn, turn.value("on"))


def _statement(turn: Turn, allowed: tuple[Statement, ...]) -> Statement:
    value = turn.value("statement")
    if value not in allowed:
        raise WrongField("refused.risk.no_statement", "statement")
    return Statement(value)


def _assign_form(session: Session, turn: Turn, known: Known, errors: dict[str, str]) -> Card:
    row = known.row
    owner = risk_reviews.owner(session, row)
    people = risk_review_work.may_own(session, turn.programme.key)[:MOST_PEOPLE]
    limit = risk_review_work.last_day(session, turn.programme.key, known.wanted.key)
    notes = [say(turn.language, "risk.assign.text")]
    if limit is not None and limit >= turn.today:
        notes.append(say(turn.language, "risk.assign.limit", day=saying_dates.day(turn.language, limit)))
    due = row.due_on.isoformat() if row is not None and row.due_on else ""
    questions = (
        _choice(turn, "owner", str(owner.id) if owner else "", errors, [(one.name, str(one.id)) for one in people]),
        _field(turn, "due", due, errors, LONGEST_DAY, required=True),
    )
    return _form(turn, known, "assign", notes, questions, "risk.assigned", errors)


def _document_form(session: Session, turn: Turn, known: Known, errors: dict[str, str]) -> Card:
    row, notes = known.row, [say(turn.language, "risk.documenting.text")]
    is_done = known.state is ReviewState.DONE
    if is_done:
        notes.append(say(turn.language, "risk.documenting.reopens"))
    elif risk_reviews.part(session, row) is not None:
        notes.append(say(turn.language, "risk.documenting.anew"))
    questions = (
        _field(turn, "summary", row.summary if row else "", errors, LONGEST_SUMMARY, 5),
        _field(turn, "link", row.link if row else "", errors, LONGEST_LINK),
        *((_field(turn, "why", "", errors, LONGEST_TEXT, 2, required=True),) if is_done else ()),
    )
    return _form(turn, known, "documenting", notes, questions, "risk.documented", errors)


def _redo_form(session: Session, turn: Turn, known: Known, errors: dict[str, str]) -> Card:
    notes = [say(turn.language, "risk.redo.text")]
    questions = (_field(turn, "why", "", errors, LONGEST_TEXT, 3, required=True),)
    return _form(turn, known, "redo", notes, questions, "risk.redone", errors)


def _part_form(session: Session, turn: Turn, known: Known, errors: dict[str, str]) -> Card:
    return _form(
        turn, known, "taking", _part_notes(session, turn, known, "taking"),
        _part_fields(session, turn, known, OWN, errors), "risk.part_saved", errors,
    )  # fmt: skip


def _met_form(session: Session, turn: Turn, known: Known, errors: dict[str, str]) -> Card:
    said = risk_reviews.part(session, known.row)
    who = _field(turn, "who", said.who if said else "", errors, LONGEST_NAME, required=True)
    fields = (who, *_part_fields(session, turn, known, OF_MEETING, errors))
    return _form(turn, known, "met", _part_notes(session, turn, known, "met"), fields, "risk.met_saved", errors)


def _part_notes(session: Session, turn: Turn, known: Known, name: str) -> list[str]:
    """What it is for, and what is recorded already."""
    notes = [say(turn.language, f"risk.{name}.text")]
    said = risk_reviews.part(session, known.row)
    return [
        *notes,
        *([say(turn.language, "risk.part.before", part=risk_words.part_said(said, turn.language))] if said else []),
    ]


def _part_fields(
    session: Session, turn: Turn, known: Known, allowed: tuple[Statement, ...], errors: dict[str, str]
) -> tuple[Question, ...]:
    said = risk_reviews.part(session, known.row)
    choices = [(say(turn.language, f"risk.statement.{one}"), one.value) for one in allowed]
    day = said.held_on.isoformat() if said is not None and said.held_on else ""
    return (
        _choice(turn, "statement", said.statement if said else "", errors, choices),
        _field(turn, "on", day, errors, LONGEST_DAY),
        _field(turn, "text", said.text if said else "", errors, LONGEST_TEXT, 3),
    )


def _form(
    turn: Turn,
    known: Known,
    name: str,
    notes: list[str],
    questions: tuple[Question, ...],
    action: str,
    errors: dict[str, str],
) -> Card:
    language, values = turn.language, {"review": known.wanted.key, "version": known.version}
    # With what somebody else has done meanwhile refused once, the next press is meant.
    general = [Text(text=errors[""], style="warning")] if "" in errors else []
    back = Button(title=say(language, "risk.back"), action="risk.open", values={"review": known.wanted.key})
    return Card(
        title=say(language, f"risk.{name}.title", review=risk_words.title(known, language)),
        blocks=(*general, *(Text(text=note) for note in notes)),
        questions=questions,
        buttons=(offer(language, action, values, "primary", replaces=True), back),
        language=language,
        outcome="refused" if errors else "answered",
    )


def _field(
    turn: Turn, name: str, value: str, errors: dict[str, str], longest: int, lines: int = 1, *, required: bool = False
) -> Question:
    return Question(
        name=name,
        label=say(turn.language, f"risk.field.{name}"),
        value=turn.value(name) if errors else value,
        required=required,
        longest=longest,
        lines=lines,
        error=errors.get(name, ""),
    )


def _choice(turn: Turn, name: str, value: str, errors: dict[str, str], choices: list[tuple[str, str]]) -> Question:
    known = {key for _, key in choices}
    typed = turn.value(name) if errors and turn.value(name) in known else value
    return Question(
        name=name,
        label=say(turn.language, f"risk.field.{name}"),
        value=typed if typed in known else "",
        required=True,
        choices=tuple(Choice(title=short(title) or "–", value=key) for title, key in choices),
        error=errors.get(name, ""),
    )
