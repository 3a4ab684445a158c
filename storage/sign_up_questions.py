"""Questions of coordinators to volunteers about their sign-up, one at a time, and what was answered.

Asking is no answer: the promise of one goes on, or nobody could count on it.
"""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage import same_person
from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from storage.sign_ups import SignUp

#: Longest question and longest answer, in characters.
LONGEST = 500


class SignUpQuestion(SQLModel, table=True):
    """What a coordinator asked one volunteer, and the answer; ``answered_at`` is None while it is waited for."""

    __tablename__ = "sign_up_question"
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    sign_up_id: int = Field(foreign_key="sign_up.id", index=True)
    text: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    asked_by: int = Field(foreign_key="person.id")
    answer: str = ""
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    #: The volunteer, or the coordinator who wrote down what came by e-mail.
    answered_by: int | None = Field(default=None, foreign_key="person.id")

    @property
    def identity(self) -> int:
        assert self.id is not None, "a stored question has an id"
        return self.id


def ask(
    session: Session, acting: Person, programme_key: str, sign_up_id: int, text: str, now: datetime
) -> tuple[SignUpQuestion, bool]:
    """Asks; returns the question and whether it is new: the same one again is asked once.

    Raises NotAllowed without the coordinator's role, Refused where the sign-up ended, another question waits for its
    answer, or the text is empty or too long.
    """
    acting.must_be(session, "coordinator", programme_key)
    row = _sign_up(session, programme_key, sign_up_id)
    if row.ended_at is not None:
        raise Refused("refused.sign_up.ended")
    text = _checked(text)
    waiting = last(session, sign_up_id)
    if waiting is not None and waiting.answered_at is None:
        if waiting.text == text:
            return waiting, False
        raise Refused("refused.sign_up_question.waiting")
    asked = SignUpQuestion(
        programme_key=programme_key, sign_up_id=sign_up_id, text=text, asked_at=now, asked_by=acting.identity
    )
    session.add(asked)
    session.flush()
    return asked, True


def get(session: Session, acting: Person, programme_key: str, key: int) -> tuple[SignUpQuestion, SignUp]:
    """A question to whoever acts, or for a coordinator one to somebody who is reached by e-mail only. Raises Refused
    for any other, and where the sign-up ended."""
    found = session.get(SignUpQuestion, key)
    if found is None or found.programme_key != programme_key:
        raise Refused("refused.sign_up_question.unknown")
    row = _sign_up(session, programme_key, found.sign_up_id)
    if row.person_id != acting.id and not _writes_down(session, acting, row):
        raise Refused("refused.sign_up_question.unknown")
    if row.ended_at is not None:
        raise Refused("refused.sign_up.ended")
    session.refresh(found)
    return found, row


def reply(
    session: Session, acting: Person, programme_key: str, key: int, text: str, now: datetime
) -> tuple[SignUpQuestion, bool]:
    """Keeps the answer; returns the question and whether that is new. Raises as ``get``, and Refused where it was
    answered otherwise, for an empty text and for one that is too long."""
    found, _ = get(session, acting, programme_key, key)
    text = _checked(text)
    if found.answered_at is not None:
        if found.answer == text:
            return found, False
        raise Refused("refused.sign_up_question.answered")
    found.answer, found.answered_at, found.answered_by = text, now, acting.identity
    session.add(found)
    session.flush()
    return found, True


def last(session: Session, sign_up_id: int) -> SignUpQuestion | None:
    """What was asked last, answered or not."""
    statement = select(SignUpQuestion).where(SignUpQuestion.sign_up_id == sign_up_id)
    return session.exec(statement.order_by(col(SignUpQuestion.id).desc()).limit(1)).first()


def last_of_each(session: Session, sign_up_ids: list[int]) -> dict[int, SignUpQuestion]:
    """The same of each of these; who was asked nothing is not in it."""
    rows = session.exec(
        select(SignUpQuestion).where(col(SignUpQuestion.sign_up_id).in_(sign_up_ids)).order_by(col(SignUpQuestion.id))
    ).all()
    return {row.sign_up_id: row for row in rows}


def _writes_down(session: Session, acting: Person, row: SignUp) -> bool:
    if not same_person.is_by_email_only(session, session.get_one(Person, row.person_id)):
        return False
    try:
        acting.must_be(session, "coordinator", row.programme_key)
    except NotAllowed:
        return False
    return True


def _sign_up(session: Session, programme_key: str, key: int) -> SignUp:
    """The sign-up, locked, as it is now."""
    statement = locked(session, select(SignUp).where(SignUp.id == key)).execution_options(populate_existing=True)
    row: SignUp | None = session.exec(statement).first()
    if row is None or row.programme_key != programme_key:
        raise Refused("refused.sign_up.unknown")
    return row


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("refused.sign_up_question.empty")
    if len(text) > LONGEST:
        raise Refused("refused.sign_up_question.long", length=len(text), limit=LONGEST)
    return text
