"""What became of the recommendations that a workgroup has made: said by leaders, with the history of what was said."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from storage import decision_log, deliveries, initiatives, programmes
from storage.database import UtcDateTime, locked
from storage.people import Person
from storage.programmes import Fact, Programme
from storage.refusals import Refused

KIND = "recommendation"
LONGEST_TEXT = 1000


class RecommendationState(StrEnum):
    """What became of a recommendation."""

    RECEIVED = "received"
    LOOKED_AT = "looked_at"
    FOLLOWED = "followed"
    PARTLY = "partly"
    NOT_FOLLOWED = "not_followed"
    DONE = "done"


#: What is said with a reason.
NEED_REASON = (RecommendationState.PARTLY, RecommendationState.NOT_FOLLOWED)


class FollowedBy(StrEnum):
    """What follows it up."""

    INITIATIVE = "initiative"
    DELIVERY = "delivery"
    DECISION = "decision"


class RecommendationStep(SQLModel, table=True):
    """What somebody has said of a recommendation; the one with the highest ``number`` holds, and none is changed."""

    __tablename__ = "recommendation_step"
    __table_args__ = (UniqueConstraint("programme_key", "recommendation_key", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    programme_key: str = Field(foreign_key="programme.key")
    recommendation_key: str
    number: int
    state: RecommendationState = Field(sa_type=String)
    text: str = ""
    #: What follows it up, and its key; None where nothing in particular does.
    followed_by: FollowedBy | None = Field(default=None, sa_type=String)
    followed_by_key: str = ""
    said_by: int = Field(foreign_key="person.id")
    said_at: datetime = Field(sa_type=UtcDateTime)


class WrongField(Refused):
    """What a form holds cannot be. ``field`` is where."""

    def __init__(self, key: str, field: str, **values: object) -> None:
        super().__init__(key, **values)
        self.field = field


def every(session: Session, programme_key: str) -> list[Fact]:
    """The programme's recommendations, in their order."""
    return programmes.facts(session, programme_key, KIND)


def get(session: Session, programme_key: str, key: str) -> Fact:
    """One of them. Raises Refused where there is none of that key."""
    found = next((fact for fact in every(session, programme_key) if fact.key == key), None)
    if found is None:
        raise Refused("refused.recommendation.unknown")
    return found


def steps(session: Session, programme_key: str, key: str) -> list[RecommendationStep]:
    """What was said of it, in order."""
    rows = session.exec(
        select(RecommendationStep)
        .where(RecommendationStep.programme_key == programme_key, RecommendationStep.recommendation_key == key)
        .order_by(col(RecommendationStep.number))
    ).all()
    return list(rows)


def newest(session: Session, programme_key: str) -> dict[str, RecommendationStep]:
    """What holds of each that anybody has said something of, by its key."""
    rows = session.exec(
        select(RecommendationStep)
        .where(RecommendationStep.programme_key == programme_key)
        .order_by(col(RecommendationStep.number))
    ).all()
    return {row.recommendation_key: row for row in rows}


def without_state(session: Session, programme_key: str) -> list[Fact]:
    """Those of which nobody has said anything."""
    said = newest(session, programme_key)
    return [fact for fact in every(session, programme_key) if fact.key not in said]


def say(
    session: Session,
    acting: Person,
    programme_key: str,
    key: str,
    state: RecommendationState,
    text: str,
    followed_by: tuple[FollowedBy, str] | None,
    seen: int,
    now: datetime,
) -> tuple[RecommendationStep, bool]:
    """Says what became of it; returns that and whether it is new.

    Raises NotAllowed without the leader's role, Refused for none that there is, and WrongField without a reason where
    one is needed, for what follows nothing up, and where somebody has said something else since ``seen``, the number
    that was looked at.
    """
    acting.must_be(session, "leader", programme_key)
    get(session, programme_key, key)
    # Nobody says anything of it meanwhile.
    session.exec(locked(session, select(Programme).where(Programme.key == programme_key))).one()
    before = steps(session, programme_key, key)
    kind, its_key = followed_by or (None, "")
    if before and (before[-1].state, before[-1].text, before[-1].followed_by, before[-1].followed_by_key) == (
        state, text, kind, its_key
    ):  # fmt: skip
        return before[-1], False
    _check(session, programme_key, state, text, followed_by)
    if len(before) != seen:
        is_own = bool(before) and before[-1].said_by == acting.id
        raise WrongField(f"refused.recommendation.changed{'_oneself' if is_own else ''}", "state")
    said = RecommendationStep(
        programme_key=programme_key,
        recommendation_key=key,
        number=len(before) + 1,
        state=state,
        text=text,
        followed_by=kind,
        followed_by_key=its_key,
        said_by=acting.identity,
        said_at=now,
    )
    session.add(said)
    session.flush()
    return said, True


def called(session: Session, programme_key: str, followed_by: FollowedBy, key: str) -> dict[str, str] | None:
    """How what follows it up is called, in the languages there are; None where it is not there any more."""
    if followed_by == FollowedBy.INITIATIVE:
        those = initiatives.with_ideas(session, programme_key)
        return next((row.title for row in those if row.key == key), None)
    if followed_by == FollowedBy.DELIVERY:
        # A number is a delivery that leaders have worded; documents only name the others.
        if key.isdecimal():
            rows = deliveries.every(session, programme_key)
            return next(({"nb": row.title} for row in rows if str(row.identity) == key), None)
        facts = programmes.facts(session, programme_key, deliveries.NAMED)
        return next((fact.title for fact in facts if fact.key == key), None)
    entries = decision_log.every(session, programme_key)
    return next(({"nb": row.title} for row in entries if str(row.decision_id) == key), None)


def may_follow(session: Session, programme_key: str) -> list[tuple[FollowedBy, str, dict[str, str]]]:
    """What may follow one up, by key, with how it is called."""
    named = deliveries.only_named(session, programme_key)
    return [
        *((FollowedBy.INITIATIVE, row.key, row.title) for row in initiatives.every(session, programme_key)),
        *(
            (FollowedBy.DELIVERY, str(row.identity), {"nb": row.title})
            for row in deliveries.every(session, programme_key)
        ),
        *((FollowedBy.DELIVERY, fact.key, fact.title or {}) for fact in named),
        *(
            (FollowedBy.DECISION, str(row.decision_id), {"nb": row.title})
            for row in decision_log.every(session, programme_key)
        ),
    ]


def _check(
    session: Session,
    programme_key: str,
    state: RecommendationState,
    text: str,
    followed_by: tuple[FollowedBy, str] | None,
) -> None:
    if state in NEED_REASON and not text:
        raise WrongField("refused.recommendation.no_reason", "text")
    if len(text) > LONGEST_TEXT:
        raise WrongField("refused.recommendation.long", "text", length=len(text), limit=LONGEST_TEXT)
    if state is RecommendationState.FOLLOWED and followed_by is None:
        raise WrongField("refused.recommendation.by_nothing", "by")
    if state is RecommendationState.NOT_FOLLOWED and followed_by is not None:
        raise WrongField("refused.recommendation.by_something", "by")
    if followed_by is not None and called(session, programme_key, *followed_by) is None:
        raise WrongField("refused.recommendation.gone", "by")
