"""Discussed before decided: what has to be recorded, by whom, who confirms it, and what a change undoes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import Session, select

from storage import announcements, approvals, decided_announcements, decision_steps, decisions, people, planned
from storage.announcements import Announcement
from storage.database import Database
from storage.decision_steps import Said
from storage.decisions import Answer, Decision, NotReady, Recorded, Step, WrongField
from storage.people import Person
from storage.programmes import Programme
from storage.refusals import NotAllowed, Refused
from tests.conftest import NOW, make_person

OSU = "osu2020"
TODAY = date(2020, 11, 24)
SAID = {
    Step.DISCUSSED: Said(held_on=date(2020, 11, 3), what="MBM", text="Modellen ble lagt fram.", dissent="For fort."),
    Step.RISK: Said(held_on=date(2020, 11, 5), what="Sak 20/114"),
    Step.SAFETY: Said(held_on=date(2020, 11, 5), what="Siri Berg"),
}
Make = Callable[..., Person]


class Side:
    """A leader, somebody of the employees' side and a verneombud, and something that is to be decided."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.leader = make_person(session, "leader-1", "leader")
        self.union = make_person(session, "union-1", "employee_representative")
        self.safety = make_person(session, "safety-1", "safety_representative")
        self.decision = decisions.make(session, self.leader, OSU, "Ny modell", NOW, "form-1")
        # Of no milestone that reviews have to be done before: tests/storage/test_risk_reviews.py has the others.
        self.decision.milestone_key = ""

    def record(self, step: Step, by: Person | None = None, **more: object) -> bool:
        owner = by or (self.safety if step is Step.SAFETY else self.leader)
        said = replace(SAID[step], **more)  # type: ignore[arg-type]
        key = self.decision.identity
        return decision_steps.record(self.session, owner, OSU, key, step, said, NOW, TODAY)[1]

    def record_all(self) -> None:
        for step in SAID:
            self.record(step)

    def confirm(self, by: Person | None = None, dissent: str | None = None, version: int | None = None) -> bool:
        seen = self.decision.version if version is None else version
        key = self.decision.identity
        return decision_steps.confirm(self.session, by or self.union, OSU, key, seen, dissent, NOW)[1]

    def settle(self, on: date | None = date(2020, 11, 20), by: str = "Brannsjefen") -> Decision:
        key = self.decision.identity
        return decisions.settle(self.session, self.leader, OSU, key, on, by, NOW, TODAY)

    def missing(self) -> tuple[Step, ...]:
        return decisions.missing(self.session, self.decision)


@pytest.fixture
def side(session: Session) -> Side:
    return Side(session)


def test_every_step_is_missed_until_it_is_recorded_and_confirmed(side: Side) -> None:
    assert side.missing() == tuple(Step)
    for done, step in enumerate(SAID, start=1):
        with pytest.raises(NotReady):
            side.settle()
        side.record(step)
        assert side.missing() == tuple(Step)[done:]
    side.confirm()
    assert side.missing() == ()
    assert side.settle().decided_on == date(2020, 11, 20)


def test_a_form_sent_twice_is_one_decision_and_the_same_step_twice_one_record(side: Side, session: Session) -> None:
    again = decisions.make(session, side.leader, OSU, "Ny modell", NOW, "form-1")
    assert again.id == side.decision.id
    assert (side.record(Step.RISK), side.record(Step.RISK)) == (True, False)
    assert len(session.exec(select(Recorded)).all()) == 1


@pytest.mark.parametrize("step", list(SAID))
def test_each_step_is_recorded_by_whose_it_is(side: Side, session: Session, step: Step) -> None:
    by_role = {"leader": side.leader, "employee_representative": side.union, "safety_representative": side.safety}
    for role, somebody in by_role.items():
        if role not in decisions.OWNERS[step]:
            with pytest.raises(NotAllowed) as refused:
                side.record(step, somebody)
            assert refused.value.role == decisions.OWNERS[step][0]
    with pytest.raises(NotAllowed):
        side.record(step, make_person(session, "employee-9"))
    with pytest.raises(NotAllowed):
        side.record(step, make_person(session, "employee-8", "employee_representative", programme="os2019"))
    assert side.missing() == tuple(Step)


def test_a_deputy_records_for_the_leaders_and_confirms_nothing(side: Side, session: Session) -> None:
    deputy = make_person(session, "deputy-1", "deputy")
    assert side.record(Step.DISCUSSED, deputy)
    assert side.record(Step.RISK, deputy)
    with pytest.raises(NotAllowed):
        side.record(Step.SAFETY, deputy)
    side.record(Step.SAFETY)
    with pytest.raises(NotAllowed):
        side.confirm(deputy)


def test_who_does_not_take_part_reads_nothing(side: Side, session: Session) -> None:
    stranger = make_person(session, "employee-9", "coordinator", "input_handler")
    for read in (
        lambda: decisions.get(session, stranger, OSU, side.decision.identity),
        lambda: decisions.latest(session, stranger, OSU, 5),
        lambda: decisions.make(session, side.union, OSU, "Noe", NOW),
        lambda: decisions.rename(session, side.safety, OSU, side.decision.identity, "Noe"),
    ):
        with pytest.raises(NotAllowed):
            read()


def test_nobody_confirms_what_they_recorded(side: Side, session: Session) -> None:
    side.record_all()
    people.grant(session, side.safety, OSU, "employee_representative")
    people.grant(session, side.leader, OSU, "employee_representative")
    for one in (side.safety, side.leader):
        with pytest.raises(Refused, match=r"refused\.decision\.own"):
            side.confirm(one)
        assert not decision_steps.may_answer(session, one, side.decision)
    assert decision_steps.may_answer(session, side.union, side.decision)
    assert side.missing() == (Step.CONFIRMED,)


def test_what_is_not_whole_or_was_changed_since_is_not_confirmed(side: Side) -> None:
    side.record(Step.DISCUSSED)
    with pytest.raises(Refused, match="unrecorded"):
        side.confirm()
    side.record_all()
    seen = side.decision.version
    side.record(Step.RISK, what="Sak 20/115")
    with pytest.raises(Refused, match="changed"):
        side.confirm(version=seen)


def test_a_change_withdraws_the_confirmation_and_what_was_confirmed_stays_on_record(
    side: Side, session: Session
) -> None:
    side.record_all()
    side.confirm()
    before = side.decision.version
    side.record(Step.DISCUSSED, text="Modellen ble lagt fram og endret.")
    assert side.missing() == (Step.CONFIRMED,)
    assert decisions.steps(session, side.decision, before)[Step.DISCUSSED].text == "Modellen ble lagt fram."
    (confirmed,) = session.exec(select(Answer)).all()
    assert (confirmed.person_id, confirmed.version) == (side.union.id, before)
    side.confirm()
    decisions.rename(session, side.leader, OSU, side.decision.identity, "Enda en modell")
    assert side.missing() == (Step.CONFIRMED,)


def test_the_employees_side_words_its_dissent(side: Side, session: Session) -> None:
    side.record_all()
    assert decisions.dissent(session, side.decision) == "For fort."
    side.confirm()
    assert decisions.dissent(session, side.decision) == "For fort."
    side.confirm(dissent="Vi ville utsatt det.")
    assert decisions.dissent(session, side.decision) == "Vi ville utsatt det."
    assert not side.confirm(dissent="Vi ville utsatt det.")
    side.confirm(dissent="")
    assert decisions.dissent(session, side.decision) == ""
    assert len(session.exec(select(Answer)).all()) == 3


def test_an_objection_takes_a_confirmation_back_and_says_why(side: Side, session: Session) -> None:
    side.record_all()
    side.confirm()
    key, version = side.decision.identity, side.decision.version
    with pytest.raises(WrongField):
        decision_steps.object_to(session, side.union, OSU, key, version, "", NOW)
    assert decision_steps.object_to(session, side.union, OSU, key, version, "Vi var ikke enige.", NOW)[1]
    assert not decision_steps.object_to(session, side.union, OSU, key, version, "Vi var ikke enige.", NOW)[1]
    assert side.missing() == (Step.CONFIRMED,)
    with pytest.raises(NotReady):
        side.settle()


@pytest.mark.parametrize(
    ("step", "wrong", "field"),
    [
        (Step.DISCUSSED, {"held_on": None}, "on"),
        (Step.DISCUSSED, {"held_on": TODAY + timedelta(days=1)}, "on"),
        (Step.DISCUSSED, {"what": ""}, "what"),
        (Step.DISCUSSED, {"text": ""}, "text"),
        (Step.DISCUSSED, {"text": "x" * 1001}, "text"),
        (Step.DISCUSSED, {"dissent": "x" * 501}, "dissent"),
        (Step.RISK, {"what": ""}, "what"),
        (Step.RISK, {"what": "x" * 121}, "what"),
        (Step.RISK, {"is_needed": False, "text": ""}, "text"),
        (Step.SAFETY, {"what": "", "text": ""}, "what"),
        (Step.SAFETY, {"held_on": TODAY + timedelta(days=1)}, "on"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(side: Side, step: Step, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(WrongField) as refused:
        side.record(step, **wrong)
    assert refused.value.field == field
    assert side.missing() == tuple(Step)


def test_a_review_that_is_not_needed_is_recorded_with_its_reason(side: Side) -> None:
    side.record(Step.RISK, is_needed=False, held_on=None, what="", text="Ingen flytter eller får nye oppgaver.")
    assert Step.RISK not in side.missing()


def test_nothing_was_decided_before_it_was_discussed_nor_in_days_to_come(side: Side) -> None:
    side.record_all()
    side.confirm()
    for on, field in ((date(2020, 11, 4), "on"), (TODAY + timedelta(days=1), "on"), (None, "on")):
        with pytest.raises(WrongField) as refused:
            side.settle(on)
        assert refused.value.field == field
    with pytest.raises(WrongField):
        side.settle(by="")
    side.settle()
    assert side.settle().settled_by == side.leader.id
    with pytest.raises(Refused, match="decided"):
        side.settle(date(2020, 11, 21))


def test_what_is_decided_is_closed(side: Side, session: Session) -> None:
    side.record_all()
    side.confirm()
    side.settle()
    with pytest.raises(Refused, match="closed"):
        side.record(Step.RISK, what="Noe annet")
    with pytest.raises(Refused, match="closed"):
        decisions.rename(session, side.leader, OSU, side.decision.identity, "Noe annet")
    assert side.missing() == ()


def test_those_who_are_away_are_not_asked_and_a_deputy_stands_in_for_leaders_only(side: Side, session: Session) -> None:
    deputy = make_person(session, "deputy-1", "deputy")
    other = make_person(session, "union-2", "employee_representative")
    assert decision_steps.owners(session, side.decision, Step.DISCUSSED, NOW).here == [side.leader]
    for one in (side.leader, side.union):
        one.is_muted = True
        session.add(one)
    session.flush()
    asked = decision_steps.owners(session, side.decision, Step.DISCUSSED, NOW)
    assert (asked.here, asked.away) == ([deputy], [side.leader])
    asked = decision_steps.owners(session, side.decision, Step.CONFIRMED, NOW)
    assert (asked.here, asked.away) == ([other], [side.union])
    people.leave(session, people.Whereabouts(channel="emulator", account="union-2", lane="emulator", conversation="c"))
    session.flush()
    asked = decision_steps.owners(session, side.decision, Step.CONFIRMED, NOW)
    assert (asked.here, asked.away) == ([], [side.union, other])


def draft(side: Side, tells: bool = True) -> Announcement:
    made = announcements.draft(side.session, side.leader, OSU, "Ny modell", "Den er vedtatt.", NOW)
    assert made.id is not None
    key = side.decision.identity if tells else None
    decided_announcements.say(side.session, side.leader, OSU, made.id, key, NOW)
    return made


def test_no_way_leads_round_it_for_what_tells_of_a_decision(side: Side, session: Session) -> None:
    other = make_person(session, "leader-2", "leader")
    told = draft(side)
    request, _ = approvals.ask(session, side.leader, told, None, NOW)
    assert request.id is not None
    ways: list[Callable[[], object]] = [
        lambda: planned.plan(session, side.leader, told, 1, NOW + timedelta(hours=1), NOW),
        lambda: planned.leave_to_approval(session, side.leader, told, 1),
        lambda: approvals.decide(session, other, OSU, request.id or 0, None, NOW),
        lambda: announcements.mark_sent(session, side.leader, told, 1, 1, NOW),
    ]
    for way in ways:
        with pytest.raises(NotReady) as refused:
            way()
        assert refused.value.missing == tuple(Step)
    assert approvals.decide(session, other, OSU, request.id, "Vent.", NOW)[2]
    side.record_all()
    side.confirm()
    ways[0]()
    assert told.send_at is not None


def test_what_tells_of_none_or_where_the_programme_does_without_is_not_stopped(side: Side, session: Session) -> None:
    at = NOW + timedelta(hours=1)
    of_none, told = draft(side, tells=False), draft(side)
    planned.plan(session, side.leader, of_none, 1, at, NOW)
    programme = session.get_one(Programme, OSU)
    programme.discussed_before_decided = False
    session.add(programme)
    planned.plan(session, side.leader, told, 1, at, NOW)
    assert (of_none.send_at, told.send_at) == (at, at)


def test_what_was_told_stays_as_it_was_told(side: Side, session: Session) -> None:
    side.record_all()
    side.confirm()
    told = draft(side)
    decided_announcements.keep_as_told(session, told.id)
    side.record(Step.DISCUSSED, what="AMU", dissent="")
    side.confirm(dissent="")
    found = decided_announcements.dissent(session, told.id)
    assert found is not None
    assert (found.body, found.on, found.words) == ("MBM", date(2020, 11, 3), "For fort.")
    assert decided_announcements.dissent(session, draft(side).id) is None


def test_a_decision_of_another_programme_is_not_told_of(side: Side, session: Session) -> None:
    made = draft(side, tells=False)
    people.grant(session, side.leader, "os2019", "leader")
    other = decisions.make(session, side.leader, "os2019", "Noe annet", NOW)
    with pytest.raises(Refused, match="unknown"):
        decided_announcements.say(session, side.leader, OSU, made.id or 0, other.id, NOW)


def test_two_who_confirm_at_once_confirm_once_and_a_change_meanwhile_is_not_confirmed(database: Database) -> None:
    with database.writing() as session:
        side = Side(session)
        second = make_person(session, "union-2", "employee_representative")
        side.record_all()
        key, version, leader = side.decision.identity, side.decision.version, side.leader.identity
        union = [side.union.identity, second.identity]

    def confirm(who: int) -> bool:
        with database.writing() as own:
            person = own.get_one(Person, who)
            try:
                return decision_steps.confirm(own, person, OSU, key, version, None, NOW)[1]
            except Refused:
                return False

    def change(who: int) -> bool:
        with database.writing() as own:
            said = replace(SAID[Step.RISK], what="Sak 20/116")
            return decision_steps.record(own, own.get_one(Person, who), OSU, key, Step.RISK, said, NOW, TODAY)[1]

    with ThreadPoolExecutor(4) as threads:
        confirmed = [threads.submit(confirm, who) for who in union * 2]
        changed = threads.submit(change, leader)
    assert changed.result()
    with database.writing() as session:
        answers = session.exec(select(Answer).where(Answer.version == version)).all()
        assert len(answers) == sum(one.result() for one in confirmed) <= 1
        assert decisions.missing(session, session.get_one(Decision, key)) == (Step.CONFIRMED,)
