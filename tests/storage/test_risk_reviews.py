"""Reviews of risk and of the working environment: moved on by those whose they are, and never done without the
verneombud."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from storage import announcements as stored_announcements
from storage import decided_announcements, decision_steps, decisions, erasing, people, risk_review_work, risk_reviews
from storage.database import Database
from storage.decision_steps import Said
from storage.decisions import Step
from storage.people import Person
from storage.refusals import NotAllowed, Refused
from storage.risk_review_work import Changed, NotWhole, WrongField
from storage.risk_reviews import NotReviewed, ReviewState, RiskReview, RiskReviewPart, RiskReviewStep, Statement
from tests.conftest import NOW, make_person

OSU, RISK, ENVIRONMENT = "osu2020", "osu-risikovurdering", "osu-arbeidsmiljogjennomgang"
TODAY = date(2020, 11, 24)
DECISION = "osu-beslutning"


class Side:
    """A coordinator, an owner, the verneombud, a leader and the employees' side, with the risk assessment in work."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.coordinator = make_person(session, "koordinator", "coordinator")
        self.owner = make_person(session, "eier", "deputy")
        self.safety = make_person(session, "verneombud", "safety_representative")
        self.leader = make_person(session, "leder", "leader")
        self.union = make_person(session, "tillitsvalgt", "employee_representative")
        self.nobody = make_person(session, "ansatt")

    def row(self, key: str = RISK) -> RiskReview:
        return risk_reviews.held(self.session, OSU, key)

    def assign(self, key: str = RISK, due: date | None = date(2020, 11, 30)) -> None:
        risk_review_work.assign(
            self.session, self.coordinator, OSU, key, self.row(key).version, self.owner.identity, due, NOW, TODAY
        )

    def move(self, state: ReviewState, acting: Person | None = None, key: str = RISK, why: str = "") -> bool:
        version = self.row(key).version
        return risk_review_work.move(self.session, acting or self.owner, OSU, key, version, state, why, NOW)[1]

    def document(self, summary: str = "Det viktigste", why: str = "", key: str = RISK) -> bool:
        version = self.row(key).version
        return risk_review_work.document(self.session, self.owner, OSU, key, version, "", summary, why, NOW)[1]

    def part(self, statement: Statement = Statement.AGREE, text: str = "", acting: Person | None = None,
             on: date | None = TODAY, key: str = RISK) -> bool:  # fmt: skip
        version = self.row(key).version
        return risk_review_work.take_part(
            self.session, acting or self.safety, OSU, key, version, statement, on, text, NOW, TODAY
        )[1]

    def met(self, statement: Statement = Statement.AGREE, who: str = "AMU", text: str = "") -> bool:
        return risk_review_work.record_part(
            self.session, self.owner, OSU, RISK, self.row().version, who, statement, TODAY, text, NOW, TODAY
        )[1]

    def finish(self, key: str = RISK) -> None:
        self.assign(key)
        self.move(ReviewState.IN_WORK, key=key)
        self.document(key=key)
        self.move(ReviewState.WITH_SAFETY, key=key)
        self.part(key=key)
        self.move(ReviewState.DONE, key=key)


@pytest.fixture
def side(session: Session) -> Side:
    return Side(session)


def test_the_file_names_which_and_before_what(session: Session) -> None:
    found = {known.wanted.key: known for known in risk_reviews.every(session, OSU)}
    assert set(found) == {RISK, ENVIRONMENT}
    assert all(known.wanted.before == (DECISION,) and known.wanted.owner is None for known in found.values())
    assert (found[RISK].wanted.takes_input, found[ENVIRONMENT].wanted.takes_input) == (True, False)
    assert {known.state for known in found.values()} == {ReviewState.PLANNED}
    assert risk_reviews.every(session, "ou2021") == []


def test_each_change_says_who_when_and_why(side: Side) -> None:
    side.finish()
    side.move(ReviewState.REDO, why="Det er kommet til en enhet.")
    steps = risk_reviews.steps(side.session, side.row())
    assert [step.what for step in steps] == ["owner", "in_work", "document", "with_safety", "done", "redo"]
    assert [step.person_id for step in steps] == [side.coordinator.id, *[side.owner.id] * 5]
    assert (steps[-1].text, steps[-1].at) == ("Det er kommet til en enhet.", NOW)


def test_it_is_not_done_without_the_verneombud_and_without_what_it_says(side: Side) -> None:
    side.assign()
    side.move(ReviewState.IN_WORK)
    side.move(ReviewState.WITH_SAFETY)
    with pytest.raises(NotWhole) as left:
        side.move(ReviewState.DONE)
    assert left.value.missing == ("part", "document")
    side.document()
    with pytest.raises(NotWhole) as left:
        side.move(ReviewState.DONE)
    assert left.value.missing == ("part",)
    side.part()
    assert side.move(ReviewState.DONE)
    assert side.row().done_at == NOW


@pytest.mark.parametrize("statement", [Statement.AGREE, Statement.REMARKS, Statement.DISAGREE])
def test_to_take_part_is_not_to_agree(side: Side, statement: Statement) -> None:
    side.assign()
    side.move(ReviewState.IN_WORK)
    side.document()
    side.move(ReviewState.WITH_SAFETY)
    side.part(statement, "Det går for fort.")
    assert side.move(ReviewState.DONE)


def test_who_may_do_what(side: Side) -> None:
    side.move(ReviewState.IN_WORK, side.coordinator)
    for somebody in (side.nobody, side.safety, side.owner, side.union):
        for do in (
            lambda by=somebody: side.move(ReviewState.WITH_SAFETY, by),
            lambda by=somebody: risk_review_work.document(side.session, by, OSU, RISK, 0, "", "x", "", NOW),
            lambda by=somebody: risk_review_work.record_part(
                side.session, by, OSU, RISK, 0, "AMU", Statement.AGREE, TODAY, "", NOW, TODAY
            ),
            lambda by=somebody: risk_review_work.assign(
                side.session, by, OSU, RISK, 0, side.owner.identity, TODAY, NOW, TODAY
            ),
        ):
            with pytest.raises(NotAllowed):
                do()
    for somebody in (side.nobody, side.leader, side.coordinator, side.union):
        with pytest.raises(NotAllowed):
            side.part(acting=somebody)
    side.assign()
    assert side.move(ReviewState.WITH_SAFETY, side.owner)


def test_it_goes_only_where_it_may(side: Side) -> None:
    side.assign()
    for state in (ReviewState.OPEN, ReviewState.WITH_SAFETY, ReviewState.DONE, ReviewState.REDO):
        with pytest.raises(Refused, match=r"refused\.risk\.move"):
            side.move(state, why="x")
    side.move(ReviewState.IN_WORK)
    assert side.move(ReviewState.OPEN)
    assert not side.move(ReviewState.OPEN)
    side.move(ReviewState.IN_WORK, side.leader, ENVIRONMENT)
    with pytest.raises(Refused, match=r"refused\.risk\.no_input"):
        side.move(ReviewState.OPEN, side.leader, ENVIRONMENT)


def test_twice_is_once(side: Side) -> None:
    side.assign()
    side.assign()
    side.move(ReviewState.IN_WORK)
    assert not side.move(ReviewState.IN_WORK)
    assert side.document()
    assert not side.document()
    assert side.part()
    assert not side.part()
    assert len(side.session.exec(select(RiskReviewPart)).all()) == 1
    assert len(side.session.exec(select(RiskReviewStep)).all()) == 3


def test_what_somebody_else_changed_meanwhile_is_not_written_over(side: Side) -> None:
    side.assign()
    seen = side.row().version
    side.move(ReviewState.IN_WORK)
    for do in (
        lambda: risk_review_work.move(side.session, side.owner, OSU, RISK, seen, ReviewState.WITH_SAFETY, "", NOW),
        lambda: risk_review_work.document(side.session, side.owner, OSU, RISK, seen, "", "Annet", "", NOW),
        lambda: risk_review_work.take_part(
            side.session, side.safety, OSU, RISK, seen, Statement.AGREE, TODAY, "", NOW, TODAY
        ),
        lambda: risk_review_work.assign(
            side.session, side.coordinator, OSU, RISK, seen, side.leader.identity, date(2020, 11, 27), NOW, TODAY
        ),
    ):
        with pytest.raises(Changed):
            do()


def test_what_a_form_cannot_hold(side: Side) -> None:
    side.assign()
    side.move(ReviewState.IN_WORK)

    def wrong(do: Callable[[], Any]) -> str:
        with pytest.raises(WrongField) as found:
            do()
        return found.value.field

    def linked(link: str) -> Any:
        return lambda: risk_review_work.document(
            side.session, side.owner, OSU, RISK, side.row().version, link, "", "", NOW
        )

    for link in ("http://example.org", "javascript:alert(1)", "https://", "https://a b", f"https://a.no/{'x' * 500}"):
        assert wrong(linked(link)) == "link"
    assert wrong(lambda: side.document("x" * 1001)) == "summary"
    assert wrong(lambda: side.document("")) == "summary"
    assert wrong(lambda: side.part(Statement.DISAGREE)) == "text"
    assert wrong(lambda: side.part(on=None)) == "on"
    assert wrong(lambda: side.part(on=TODAY + timedelta(days=1))) == "on"
    assert wrong(lambda: side.part(Statement.REMARKS, "x" * 1001)) == "text"
    assert wrong(lambda: side.met(who="")) == "who"
    assert wrong(lambda: side.met(Statement.ABSENT, text="x")) == "statement"
    for due in (None, date(2020, 11, 23), date(2020, 12, 2), date(2025, 1, 1)):
        assert wrong(lambda due=due: side.assign(due=due)) == "due"  # type: ignore[misc]
    other = side.nobody.identity
    assert wrong(lambda: risk_review_work.assign(
        side.session, side.coordinator, OSU, RISK, side.row().version, other, TODAY, NOW, TODAY
    )) == "owner"  # fmt: skip


def test_the_verneombud_takes_part_in_each_version_anew(side: Side) -> None:
    side.assign()
    side.move(ReviewState.IN_WORK)
    side.document("Første")
    side.part()
    side.move(ReviewState.WITH_SAFETY)
    side.document("Andre")
    with pytest.raises(NotWhole):
        side.move(ReviewState.DONE)
    side.part()
    side.move(ReviewState.DONE)
    with pytest.raises(WrongField, match=r"refused\.risk\.no_reason"):
        side.document("Tredje")
    side.document("Tredje", "Det er kommet til en enhet.")
    assert (side.row().state, side.row().done_at) == (ReviewState.IN_WORK, None)
    assert not risk_reviews.took_part(side.session, side.row())


def test_what_was_recorded_of_a_meeting_is_corrected_by_the_verneombud(side: Side) -> None:
    side.assign()
    side.move(ReviewState.IN_WORK)
    side.document()
    side.met()
    side.move(ReviewState.WITH_SAFETY)
    side.move(ReviewState.DONE)
    side.part(Statement.ABSENT, "Vi var ikke innkalt.", on=None)
    assert side.row().state == ReviewState.REDO
    assert risk_reviews.steps(side.session, side.row())[-1].text == "Vi var ikke innkalt."
    side.move(ReviewState.IN_WORK)
    side.part(Statement.REMARKS, "Se på vaktene.")
    with pytest.raises(Refused, match=r"refused\.risk\.said_self"):
        side.met()


def test_nobody_answers_as_verneombud_for_their_own(side: Side) -> None:
    people.grant(side.session, side.owner, OSU, "safety_representative")
    side.assign()
    side.move(ReviewState.IN_WORK)
    with pytest.raises(Refused, match=r"refused\.risk\.own"):
        side.part(acting=side.owner)
    assert side.part()


def test_an_owner_who_is_gone_owns_nothing(side: Side) -> None:
    side.assign()
    erasing.erase(side.session, side.owner, {}, NOW)
    assert risk_reviews.owner(side.session, side.row()) is None
    assert side.row().due_on == date(2020, 11, 30)


def telling(side: Side, milestone: str | None, risk: Said | None = None) -> int:
    """An announcement of a decision whose every step is done; returns its number."""
    session = side.session
    decision = decisions.make(session, side.leader, OSU, "Ny modell", NOW, "form")
    if milestone is not None:
        decisions.concern(session, side.leader, OSU, decision.identity, milestone)
    said = {
        Step.DISCUSSED: Said(held_on=TODAY, what="MBM", text="Lagt fram."),
        Step.RISK: risk or Said(held_on=TODAY, what="Sak 1"),
        Step.SAFETY: Said(held_on=TODAY, what="Siri"),
    }
    for step, words in said.items():
        by = side.safety if step is Step.SAFETY else side.leader
        decision_steps.record(session, by, OSU, decision.identity, step, words, NOW, TODAY)
    decision_steps.confirm(session, side.union, OSU, decision.identity, decision.version, None, NOW)
    draft = stored_announcements.draft(session, side.leader, OSU, "Besluttet", "Modellen er valgt.", NOW)
    assert draft.id is not None
    decided_announcements.say(session, side.leader, OSU, draft.id, decision.identity, NOW)
    return draft.id


def test_a_decision_is_told_only_when_all_that_it_waits_for_is_done(side: Side) -> None:
    number = telling(side, DECISION)
    for key, left in ((RISK, [RISK, ENVIRONMENT]), (ENVIRONMENT, [ENVIRONMENT])):
        with pytest.raises(NotReviewed) as refused:
            decided_announcements.must_be_ready(side.session, OSU, number)
        assert [known.wanted.key for known in refused.value.left] == left
        side.finish(key)
    decided_announcements.must_be_ready(side.session, OSU, number)
    side.move(ReviewState.REDO, why="En ny enhet.")
    with pytest.raises(NotReviewed):
        decided_announcements.must_be_ready(side.session, OSU, number)


def test_nothing_waits_where_nobody_said_what_the_decision_is_of(side: Side) -> None:
    number = telling(side, None)
    with pytest.raises(NotReviewed) as refused:
        decided_announcements.must_be_ready(side.session, OSU, number)
    assert (refused.value.key, refused.value.left) == ("refused.risk.unsaid", [])


def test_a_decision_of_none_of_the_milestones_waits_for_no_review(side: Side) -> None:
    decided_announcements.must_be_ready(side.session, OSU, telling(side, ""))


def test_it_goes_without_only_where_the_reason_is_recorded_and_confirmed(side: Side) -> None:
    number = telling(side, DECISION, Said(is_needed=False, text="Saken gjelder bare navnet."))
    decided_announcements.must_be_ready(side.session, OSU, number)


def test_to_say_another_milestone_withdraws_the_confirmation(side: Side) -> None:
    number = telling(side, "")
    decided_announcements.must_be_ready(side.session, OSU, number)
    decision = decided_announcements.told_of(side.session, number)
    assert decision is not None
    decisions.concern(side.session, side.leader, OSU, decision.identity, DECISION)
    assert decisions.missing(side.session, decision) == (Step.CONFIRMED,)
    with pytest.raises(decisions.WrongField):
        decisions.concern(side.session, side.leader, OSU, decision.identity, "osu-kickoff")
    with pytest.raises(NotAllowed):
        decisions.concern(side.session, side.union, OSU, decision.identity, "")


def test_it_is_not_recorded_as_decided_either(side: Side) -> None:
    decision = decided_announcements.told_of(side.session, telling(side, DECISION))
    assert decision is not None
    with pytest.raises(NotReviewed):
        decisions.settle(side.session, side.leader, OSU, decision.identity, TODAY, "Rådmannen", NOW, TODAY)


def test_two_who_begin_at_once_begin_one(database: Database) -> None:
    with database.writing() as session:
        key = make_person(session, "leder", "leader").identity
    found: list[bool] = []

    def begin() -> None:
        with database.writing() as session:
            person = session.get_one(Person, key)
            try:
                found.append(
                    risk_review_work.move(session, person, OSU, RISK, 0, ReviewState.IN_WORK, "", datetime.now(UTC))[1]
                )
            except Changed:
                found.append(False)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False, False, False, True]
    with database.reading() as session:
        assert len(session.exec(select(RiskReview)).all()) == 1
