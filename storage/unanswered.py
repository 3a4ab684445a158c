"""What nobody could answer: counted by topic and week, and sent to the leaders by those who want it sent."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint, delete, func
from sqlmodel import Field, Session, SQLModel, col, select

from storage import programmes
from storage.database import locked
from storage.people import Person
from storage.programmes import ANSWER, Fact, Programme, Source
from storage.refusals import Refused

#: Longest question, its heading as it is published, answer (or reason) and source, in characters.
LONGEST_QUESTION = 1000
LONGEST_TITLE = 200
LONGEST_ANSWER = 1000
LONGEST_SOURCE = 200
LONGEST_FORM = 64
#: How many questions one person may have waiting: each of them calls on every leader.
MOST_WAITING = 10
#: How many weeks counts are kept.
WEEKS_KEPT = 26
#: What a question can be about as a whole; beside these only the key of a fact is a topic.
TOPICS = (
    "milestone",
    "phase",
    "workgroup",
    "person",
    "initiative",
    "goal",
    "delivery",
    "programme",
    "announcement",
)


class Status(StrEnum):
    """What became of a question that was sent."""

    WAITING = "waiting"
    DEFERRED = "deferred"  # the asker was told why it cannot be answered yet
    ANSWERED = "answered"


class UnansweredCount(SQLModel, table=True):
    """How often a topic was asked about in vain in an ISO week (2020-W48): no person, no text, no finer time.

    The rows are kept in the order of their keys, so that their order says nothing of when they came.
    """

    __tablename__ = "unanswered_count"
    __table_args__ = {"sqlite_with_rowid": False}
    programme_key: str = Field(primary_key=True, foreign_key="programme.key")
    topic: str = Field(primary_key=True)
    week: str = Field(primary_key=True)
    count: int = 0


class SentQuestion(SQLModel, table=True):
    """A question that its asker sent. ``person_id`` is who is to be told, and is shown to nobody.

    ``answer`` is the answer, or while it is deferred the reason why there is none yet; while it waits, an answer that
    was taken back.
    """

    __tablename__ = "sent_question"
    __table_args__ = (UniqueConstraint("person_id", "form"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    #: A random value of the form it was written in.
    form: str
    text: str
    #: The topic it would be counted under, or nothing.
    topic: str = ""
    #: The language it was asked in: the answer comes in it, unless the person has chosen one.
    language: str
    sent_on: date
    status: Status = Field(default=Status.WAITING, sa_type=String)
    title: str | None = None
    answer: str | None = None
    source_label: str | None = None
    answered_by: int | None = Field(default=None, foreign_key="person.id")
    #: How often it was answered: an answer that was taken back is told anew.
    times_answered: int = 0
    #: The announcement it was asked about, if any.
    announcement_id: int | None = Field(default=None, foreign_key="announcement.id")

    @property
    def identity(self) -> int:
        assert self.id is not None, "not stored yet"
        return self.id


@dataclass(frozen=True)
class Given:
    """An answer as a leader gives it: the question in words fit to publish, the answer, and where it is from."""

    title: str
    text: str
    source: str


@dataclass(frozen=True)
class Asked:
    """A question as its asker sends it: ``form`` is the form's one-time value, ``topic`` what it was understood as."""

    text: str
    form: str
    language: str
    today: date
    topic: str = ""
    announcement: int | None = None


def count(session: Session, programme_key: str, topic: str, today: date) -> None:
    """Counts one question that nobody could answer, and drops counts that are older than WEEKS_KEPT.

    Raises ValueError for a topic that is none: nothing that a person wrote can become one.
    """
    if not is_topic(session, programme_key, topic):
        raise ValueError("not a topic")
    week = _week(today)
    row = session.exec(
        locked(
            session,
            select(UnansweredCount).where(
                UnansweredCount.programme_key == programme_key,
                UnansweredCount.topic == topic,
                UnansweredCount.week == week,
            ),
        )
    ).first() or UnansweredCount(programme_key=programme_key, topic=topic, week=week)
    row.count += 1
    session.add(row)
    session.execute(delete(UnansweredCount).where(col(UnansweredCount.week) < _oldest(today)))
    session.flush()


def is_topic(session: Session, programme_key: str, topic: str) -> bool:
    """Whether it is an area of TOPICS or the key of a fact of this programme."""
    if topic in TOPICS:
        return True
    statement = select(Fact.id).where(Fact.programme_key == programme_key, Fact.key == topic)
    return session.exec(statement).first() is not None


def counts(session: Session, acting: Person, programme: Programme, today: date) -> list[tuple[str, int]]:
    """The topics that were asked about as often as the programme's smallest group, or more often; most often first.

    Those below have no row here at all. Raises NotAllowed without the leader's role.
    """
    acting.must_be(session, "leader", programme.key)
    total = func.sum(UnansweredCount.count)
    rows = session.exec(
        select(UnansweredCount.topic, total)
        .where(UnansweredCount.programme_key == programme.key, col(UnansweredCount.week) >= _oldest(today))
        .group_by(UnansweredCount.topic)
        .having(total >= programme.smallest_group)
        .order_by(total.desc(), UnansweredCount.topic)
    ).all()
    return [(topic, int(number)) for topic, number in rows]


def send(session: Session, person: Person, programme_key: str, asked: Asked) -> tuple[SentQuestion, bool]:
    """Stores a question for the programme's leaders. The same form, or the same words that still wait, is the same
    question: returns it and whether it is new. Raises Refused for an empty or too long one, and for one too many."""
    _check(asked.text, LONGEST_QUESTION, "refused.question.empty", "refused.question.long")
    own = _of_person(session, person, programme_key)
    unsettled = [row for row in own if row.status != Status.ANSWERED]
    form = asked.form[:LONGEST_FORM]
    found = next((row for row in own if form and row.form == form), None)
    found = found or next((row for row in unsettled if row.text == asked.text), None)
    if found is not None:
        return found, False
    if len(unsettled) >= MOST_WAITING:
        raise Refused("refused.question.many", limit=MOST_WAITING)
    question = SentQuestion(
        programme_key=programme_key,
        person_id=person.identity,
        form=form or f"without-{len(own)}",
        text=asked.text,
        topic=asked.topic if is_topic(session, programme_key, asked.topic) else "",
        language=asked.language,
        sent_on=asked.today,
        announcement_id=asked.announcement,
    )
    session.add(question)
    session.flush()
    return question, True


def unsettled(session: Session, acting: Person, programme_key: str) -> list[SentQuestion]:
    """The questions without an answer: those that wait before those that were deferred, the oldest first.

    Raises NotAllowed without the leader's role.
    """
    acting.must_be(session, "leader", programme_key)
    rows = session.exec(
        select(SentQuestion)
        .where(SentQuestion.programme_key == programme_key, SentQuestion.status != Status.ANSWERED)
        .order_by(col(SentQuestion.status) == Status.DEFERRED, col(SentQuestion.id))
    ).all()
    return list(rows)


def get(session: Session, acting: Person, programme_key: str, key: int) -> SentQuestion:
    """A leader's view of a question. Raises NotAllowed without the role, Refused when there is none."""
    acting.must_be(session, "leader", programme_key)
    statement = select(SentQuestion).where(SentQuestion.id == key, SentQuestion.programme_key == programme_key)
    question: SentQuestion | None = session.exec(locked(session, statement)).first()
    if question is None:
        raise Refused("refused.question.unknown")
    return question


def unanswered(session: Session, acting: Person, programme_key: str, key: int) -> SentQuestion:
    """As ``get``; raises Refused where the question has been answered."""
    question = get(session, acting, programme_key, key)
    if question.status == Status.ANSWERED:
        raise Refused("refused.question.answered")
    return question


def answer(
    session: Session, acting: Person, programme_key: str, key: int, given: Given
) -> tuple[SentQuestion, Person, bool]:
    """Answers a question, once: the answer becomes a fact of the programme with its source.

    Returns the question, who is to be told, and whether the answer is new. Raises NotAllowed without the leader's role,
    Refused where something lacks or is too long, or where it was answered otherwise or by somebody else before.
    """
    question = get(session, acting, programme_key, key)
    if _is_same(question, acting, given):
        return question, _asker(session, question), False
    if question.status == Status.ANSWERED:
        raise Refused("refused.question.answered")
    _check(given.title, LONGEST_TITLE, "refused.question.no_title", "refused.question.long_title")
    _check(given.text, LONGEST_ANSWER, "refused.question.no_answer", "refused.question.long_answer")
    _check(given.source, LONGEST_SOURCE, "refused.question.no_source", "refused.question.long_source")
    question.status, question.answered_by = Status.ANSWERED, acting.identity
    question.title, question.answer, question.source_label = given.title, given.text, given.source
    question.times_answered += 1
    session.add(question)
    _publish(session, question, given)
    return question, _asker(session, question), True


def defer(
    session: Session, acting: Person, programme_key: str, key: int, reason: str
) -> tuple[SentQuestion, Person, bool]:
    """Says why a question cannot be answered yet; it can be answered later. The same reason again is the same.

    Returns and raises as ``answer``; a question is deferred once.
    """
    question = unanswered(session, acting, programme_key, key)
    if question.status == Status.DEFERRED:
        if question.answer == reason and question.answered_by == acting.identity:
            return question, _asker(session, question), False
        raise Refused("refused.question.deferred")
    _check(reason, LONGEST_ANSWER, "refused.question.no_reason", "refused.question.long_answer")
    question.status, question.answer, question.answered_by = Status.DEFERRED, reason, acting.identity
    session.add(question)
    session.flush()
    return question, _asker(session, question), True


def answered(session: Session, acting: Person, programme_key: str) -> list[SentQuestion]:
    """The questions that were answered, the latest asked first. Raises NotAllowed without the leader's role."""
    acting.must_be(session, "leader", programme_key)
    rows = session.exec(
        select(SentQuestion)
        .where(SentQuestion.programme_key == programme_key, SentQuestion.status == Status.ANSWERED)
        .order_by(col(SentQuestion.id).desc())
    ).all()
    return list(rows)


def take_back(session: Session, acting: Person, programme_key: str, key: int) -> SentQuestion:
    """Takes back an answer that was wrong: nobody is told it any more, and the question waits for another one.

    One without an answer stays as it is. Raises NotAllowed without the leader's role, Refused when there is none.
    """
    question = get(session, acting, programme_key, key)
    if question.status != Status.ANSWERED:
        return question
    published = programmes.answer_key(question.identity)
    for table in (Fact, Source):
        session.execute(delete(table).where(col(table.programme_key) == programme_key, col(table.key) == published))
    question.status = Status.WAITING
    # The asker's own words are gone where they had all that is theirs erased.
    question.text = question.text or question.title or ""
    session.add(question)
    programmes.mark_changed(session, programme_key)
    return question


def withdraw(session: Session, person: Person, key: int) -> None:
    """Takes back a question of one's own that has no answer yet: it is deleted, and no leader sees it any more. One
    that is gone is gone. Raises Refused for one that was answered, and for somebody else's."""
    question: SentQuestion | None = session.exec(
        locked(session, select(SentQuestion).where(SentQuestion.id == key))
    ).first()
    if question is None:
        return
    if question.person_id != person.id:
        raise Refused("refused.question.unknown")
    if question.status == Status.ANSWERED:
        raise Refused("refused.question.answered")
    session.delete(question)
    session.flush()


def how_many_wait(session: Session, programme_key: str) -> int:
    """How many questions have no answer yet, those that were deferred among them."""
    statement = select(func.count()).where(
        SentQuestion.programme_key == programme_key, SentQuestion.status != Status.ANSWERED
    )
    return session.exec(statement).one()


def waiting_of(session: Session, person_ids: list[int], programme_key: str) -> dict[int, int]:
    """How many questions of each of these people have no answer yet; who has none is not in it."""
    rows = session.exec(
        select(SentQuestion.person_id, func.count())
        .where(
            SentQuestion.programme_key == programme_key,
            col(SentQuestion.person_id).in_(person_ids),
            SentQuestion.status != Status.ANSWERED,
        )
        .group_by(col(SentQuestion.person_id))
    ).all()
    return dict(rows)


def _publish(session: Session, question: SentQuestion, given: Given) -> None:
    key = programmes.answer_key(question.identity)
    session.add(Source(programme_key=question.programme_key, key=key, label={"nb": given.source}))
    session.add(
        Fact(
            programme_key=question.programme_key,
            kind=ANSWER,
            key=key,
            position=question.identity,
            title={"nb": given.title},
            text={"nb": given.text},
            details={"topic": question.topic},
            sources=[key],
        )
    )
    programmes.mark_changed(session, question.programme_key)


def _is_same(question: SentQuestion, acting: Person, given: Given) -> bool:
    said = Given(question.title or "", question.answer or "", question.source_label or "")
    return question.status == Status.ANSWERED and question.answered_by == acting.id and said == given


def _asker(session: Session, question: SentQuestion) -> Person:
    return session.get_one(Person, question.person_id)


def _of_person(session: Session, person: Person, programme_key: str) -> list[SentQuestion]:
    statement = select(SentQuestion).where(
        SentQuestion.programme_key == programme_key, SentQuestion.person_id == person.id
    )
    return list(session.exec(statement))


def _check(text: str, longest: int, empty: str, too_long: str) -> None:
    if not text.strip():
        raise Refused(empty)
    if len(text) > longest:
        raise Refused(too_long, length=len(text), limit=longest)


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _oldest(today: date) -> str:
    return _week(today - timedelta(weeks=WEEKS_KEPT))
