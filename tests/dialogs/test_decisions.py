"""Discussed before decided, as leaders, the employees' side and the verneombud meet it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.card import Card
from dialogs.decision_gate import spoken
from storage import decided_announcements, people
from storage.decided_announcements import Telling
from storage.decisions import Answer, Decision, Recorded
from storage.people import Person
from storage.programmes import Programme
from tests.conftest import NOW
from tests.dialogs import test_planned
from tests.dialogs.test_planned import AT, FRIDAY, sent, stored, tick, told
from tests.talk import Talk

turns = test_planned.turns
WRITTEN = {"title": "Ny modell", "text": "Den nye modellen gjelder fra nyttår."}
DISCUSSED = {"on": "3. november", "what": "MBM", "text": "Modellen ble lagt fram.", "dissent": "Det går for fort."}
RISK = {"on": "5.11.2020", "what": "Sak 20/114", "needed": "yes"}
SAFETY = {"on": "i går", "what": "Siri Berg"}


def holder(turns: Turns, account: str, role: str) -> Talk:
    """Somebody who has met the bot, with one role."""
    talk = Talk(turns, account, NOW)
    talk.say("hei")
    with turns.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == account.title())).one()
        people.grant(session, person, "osu2020", role)
    return talk


@pytest.fixture
def only_leader(leader: Talk, turns: Turns) -> Talk:
    """A leader with no other role: in the demo leaders have them all."""
    leader.say("hei")
    with turns.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        for role in people.ROLES[1:]:
            people.revoke(session, person, "osu2020", role)
    return leader


@pytest.fixture
def union(turns: Turns) -> Talk:
    return holder(turns, "union-1", "employee_representative")


@pytest.fixture
def safety(turns: Turns) -> Talk:
    return holder(turns, "safety-1", "safety_representative")


def record(talk: Talk, step: str, form: dict[str, str]) -> Card:
    talk.act("decision.step", decision=1, step=step)
    return talk.press("decision.record", **form)


def record_all(leader: Talk, safety: Talk) -> None:
    record(leader, "discussed", DISCUSSED)
    record(leader, "risk", RISK)
    record(safety, "safety", SAFETY)


def tell(leader: Talk, **form: str) -> Card:
    leader.act("announcement.preview", **WRITTEN)
    return leader.send(**{"decided": "new", **form})


def rows(turns: Turns, kind: type[Decision] | type[Recorded] | type[Answer]) -> int:
    with turns.database.reading() as session:
        return len(session.exec(select(kind)).all())


def test_an_announcement_is_sent_only_when_it_says_what_it_tells_of(only_leader: Talk, turns: Turns) -> None:
    only_leader.act("announcement.preview", **WRITTEN)
    for answer in ("-", "", "x", "1" * 12):
        card = only_leader.send(decided=answer)
        assert [q.name for q in card.questions if q.error] == ["decided"]
    assert only_leader.send(decided="77").outcome == "refused"
    assert sent(turns) == 0
    only_leader.act("announcement.open", announcement=1)
    only_leader.send(decided="no")
    assert sent(turns) == 1


def test_what_is_not_discussed_is_kept_as_a_draft_and_the_missing_steps_are_named(
    only_leader: Talk, union: Talk, safety: Talk, turns: Turns
) -> None:
    card = tell(only_leader)
    said = card.as_text()
    assert card.outcome == "refused"
    assert "Drøftet med de tillitsvalgte: Leader-1" in said
    assert "Verneombudet har medvirket: Safety-1" in said
    assert "Bekreftet av de tillitsvalgte: Union-1" in said
    assert (sent(turns), stored(turns).send_at, rows(turns, Decision)) == (0, None, 1)
    only_leader.press("announcement.open")
    chosen = next(q for q in only_leader.shown[-1].questions if q.name == "decided")
    assert chosen.value == "1"
    only_leader.send(decided="new")
    assert rows(turns, Decision) == 1


def test_those_whose_step_it_is_are_asked_once_each(only_leader: Talk, union: Talk, safety: Talk, turns: Turns) -> None:
    tell(only_leader)
    asking = next(b for b in only_leader.shown[-1].buttons if b.action == "decision.ask")
    for _ in range(2):
        assert "Spurt: Safety-1" in only_leader.press(asking).as_text()
    assert [card.title for card in told(turns, "safety-1")] == ["Verneombudets medvirkning mangler"]
    assert told(turns, "union-1") == []
    safety.press(told(turns, "safety-1")[0].buttons[0])
    assert "decision.step" in [b.action for b in safety.shown[-1].buttons]


def test_the_employees_side_is_asked_when_the_record_is_whole_and_again_after_a_change(
    only_leader: Talk, union: Talk, safety: Talk, turns: Turns
) -> None:
    tell(only_leader)
    record_all(only_leader, safety)
    assert len(told(turns, "union-1")) == 1
    union.press(told(turns, "union-1")[0].buttons[0])
    assert union.press("decision.confirm").outcome == "done"
    assert "Union-1 har bekreftet" in told(turns, "leader-1")[-1].as_text()
    record(only_leader, "risk", RISK | {"what": "Sak 20/115"})
    assert len(told(turns, "union-1")) == 2
    assert tell(only_leader, decided="1").outcome == "refused"


def test_what_was_discussed_and_confirmed_is_sent_with_the_dissent(
    only_leader: Talk, union: Talk, safety: Talk, turns: Turns
) -> None:
    tell(only_leader)
    record_all(only_leader, safety)
    union.act("decision.open", decision=1)
    button = next(b for b in union.shown[-1].buttons if b.action == "decision.confirm")
    for _ in range(2):
        assert union.press(button, dissent="Vi ville utsatt det.").outcome == "done"
    assert rows(turns, Answer) == 1
    only_leader.act("announcement.open", announcement=1)
    line = "Drøftet i MBM 3. november 2020. De tillitsvalgte var uenige: Vi ville utsatt det."
    assert line in only_leader.shown[0].as_text()
    only_leader.send(decided="1")
    assert sent(turns) == 1
    only_leader.act("decision.decide", decision=1)
    assert (
        only_leader.press("decision.decided", on="2. november", by="Brannsjefen", text="Ny modell.").outcome
        == "refused"
    )
    assert only_leader.press("decision.decided", on="i går", by="Brannsjefen", text="Ny modell.").outcome == "done"
    told = only_leader.shown[-1].as_text()
    assert "Når: mandag 23. november 2020" in told
    assert "Uenighet, de tillitsvalgte: Vi ville utsatt det." in told
    assert "Besluttet 23. november 2020 av Brannsjefen" in only_leader.act("decision.open", decision=1).as_text()
    assert only_leader.act("decision.step", decision=1, step="risk").outcome == "refused"


def test_the_clock_holds_back_what_is_not_ready_any_more(
    only_leader: Talk, union: Talk, safety: Talk, turns: Turns
) -> None:
    tell(only_leader)
    record_all(only_leader, safety)
    union.act("decision.open", decision=1)
    union.press("decision.confirm")
    only_leader.act("announcement.open", announcement=1)
    only_leader.send(decided="1", **FRIDAY)
    assert stored(turns).send_at == AT
    record(safety, "safety", SAFETY | {"text": "Også Kari Li deltok."})
    tick(turns, AT + timedelta(minutes=1))
    assert (sent(turns), stored(turns).send_at) == (0, None)
    assert "Dette mangler: de tillitsvalgtes bekreftelse" in told(turns, "leader-1")[-1].as_text()


def planned_with_dissent(only_leader: Talk, union: Talk, safety: Talk, **written: str) -> None:
    """An announcement of a decision that may be told of, and waits for its time."""
    only_leader.act("announcement.preview", **{**WRITTEN, **written})
    only_leader.send(decided="new")
    record_all(only_leader, safety)
    union.act("decision.open", decision=1)
    union.press("decision.confirm", dissent="Vi ville utsatt det.")
    only_leader.act("announcement.open", announcement=1)
    assert only_leader.send(decided="1", **FRIDAY).outcome == "done"


def test_an_answer_that_is_asked_about_once_more_lifts_nothing_yet(
    only_leader: Talk, union: Talk, safety: Talk, turns: Turns
) -> None:
    planned_with_dissent(only_leader, union, safety, text="Det er besluttet.")
    only_leader.act("announcement.move", announcement=1)
    assert only_leader.send(decided="no", **FRIDAY).outcome == "refused"
    record(safety, "safety", SAFETY | {"text": "Også Kari Li deltok."})
    tick(turns, AT + timedelta(minutes=1))
    assert sent(turns) == 0


def test_what_tells_of_something_else_is_approved_anew(
    only_leader: Talk, union: Talk, safety: Talk, turns: Turns
) -> None:
    other = holder(turns, "leader-2", "leader")
    planned_with_dissent(only_leader, union, safety)
    other.press(next(b for b in told(turns, "leader-2")[-1].buttons if b.action == "announcement.approve"))
    only_leader.act("announcement.move", announcement=1)
    asked = len(told(turns, "leader-2"))
    assert only_leader.send(decided="no", **FRIDAY).outcome == "done"
    assert len(told(turns, "leader-2")) == asked + 1, "without its dissent it is another announcement"
    tick(turns, AT + timedelta(minutes=1))
    assert sent(turns) == 0


def test_an_approver_is_told_what_is_missing_and_approves_nothing(only_leader: Talk, turns: Turns) -> None:
    other = holder(turns, "leader-2", "leader")
    only_leader.act("announcement.preview", **WRITTEN)
    only_leader.send(decided="no")
    with turns.database.writing() as session:
        leader = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        decision = Decision(programme_key="osu2020", title="Ny modell", made_by=leader.identity, made_at=NOW)
        session.add(decision)
        session.flush()
        decided_announcements.say(session, leader, "osu2020", 1, decision.id, NOW)
    other.press(next(b for b in told(turns, "leader-2")[-1].buttons if b.action == "announcement.approve"))
    assert "Meldingen kan ikke sendes ennå" in other.shown[-1].title
    assert sent(turns) == 0


def test_words_of_a_decision_are_asked_about_once_more(only_leader: Talk, turns: Turns) -> None:
    only_leader.act("announcement.preview", title="Ny modell", text="Modellen er vedtatt.")
    first = next(b for b in only_leader.shown[-1].buttons if b.action == "announcement.send")
    for _ in range(2):
        card = only_leader.send(first)
        assert "«vedtatt»" in next(q.error for q in card.questions if q.name == "decided")
    assert sent(turns) == 0
    only_leader.send()
    assert sent(turns) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Det er besluttet.", ["besluttet"]),
        ("Det ble vedtatt, og Vedtatt igjen", ["vedtatt"]),
        ("Dette blei vedteke i går.", ["vedteke"]),
        ("Det er avgjort og bestemt.", ["avgjort", "bestemt"]),
        ("The board has decided; the decision is final.", ["decided", "decision"]),
        ("Medbestemmelse og bestemmelser om det ubestemte.", []),
        ("Velkommen til kickoff.", []),
    ],
)
def test_the_words_of_a_decision(text: str, words: list[str]) -> None:
    assert spoken(text) == words


@pytest.mark.parametrize(
    ("form", "field"),
    [({"on": "blå"}, "on"), ({"on": "2. desember 2020"}, "on"), ({"on": ""}, "on"), ({"what": ""}, "what")],
)
def test_what_cannot_be_is_told_at_its_field_with_what_was_typed(
    only_leader: Talk, turns: Turns, form: dict[str, str], field: str
) -> None:
    tell(only_leader)
    card = record(only_leader, "discussed", DISCUSSED | form)
    assert [q.name for q in card.questions if q.error] == [field]
    assert next(q.value for q in card.questions if q.name == "text") == DISCUSSED["text"]
    assert rows(turns, Recorded) == 0


def test_an_objection_says_what_is_wrong_and_reaches_whoever_wrote_it(
    only_leader: Talk, union: Talk, safety: Talk, turns: Turns
) -> None:
    tell(only_leader)
    record_all(only_leader, safety)
    union.act("decision.open", decision=1)
    assert [q.name for q in union.press("decision.object", objection=" ").questions if q.error] == ["objection"]
    assert union.press("decision.object", objection="Vi ble ikke enige.").outcome == "done"
    assert "Vi ble ikke enige." in told(turns, "leader-1")[-1].as_text()
    assert "referatet ikke stemmer" in only_leader.act("decision.list").as_text()


def test_each_sees_and_does_what_is_theirs(
    only_leader: Talk, union: Talk, safety: Talk, employee: Talk, turns: Turns
) -> None:
    tell(only_leader)
    assert "Ny modell" not in employee.act("decision.list").as_text(), "the log, and not what is being prepared"
    for action in ("decision.open", "decision.ask", "decision.new", "decision.decide"):
        assert employee.act(action, decision=1).did == "refuse_not_leader"
    assert "tillitsvalgte" in only_leader.act("decision.confirm", decision=1, version=1).title
    assert union.act("decision.record", decision=1, step="discussed", **DISCUSSED).outcome == "refused"
    assert only_leader.act("decision.record", decision=1, step="safety", **SAFETY).outcome == "refused"
    assert union.act("decision.record", decision=1, step="confirmed").outcome == "refused"
    assert rows(turns, Recorded) == 0
    assert "decision.list" in [b.action for b in union.act("help").buttons]
    assert "decision.list" in [b.action for b in only_leader.act("help").buttons]


def test_a_programme_may_do_without(only_leader: Talk, turns: Turns) -> None:
    with turns.database.writing() as session:
        programme = session.get_one(Programme, "osu2020")
        programme.discussed_before_decided = False
        session.add(programme)
    only_leader.act("announcement.preview", title="Ny modell", text="Modellen er vedtatt.")
    assert "decided" not in [q.name for q in only_leader.shown[-1].questions]
    only_leader.press("announcement.send", count=str(only_leader.shown[-1].buttons[0].values["people"]))
    assert sent(turns) == 1


def forget_what_was_said(turns: Turns) -> None:
    """As of an announcement from before anybody was asked."""
    with turns.database.writing() as session:
        session.delete(session.exec(select(Telling)).one())


def test_what_was_planned_before_anybody_was_asked_is_held_back_with_the_question(
    only_leader: Talk, turns: Turns
) -> None:
    only_leader.act("announcement.preview", **WRITTEN)
    only_leader.send(decided="no", **FRIDAY)
    forget_what_was_said(turns)
    tick(turns, AT)
    assert (sent(turns), stored(turns).send_at) == (0, None)
    notice = told(turns, "leader-1")[-1]
    assert "forteller om noe som er besluttet" in notice.as_text()
    only_leader.press(next(b for b in notice.buttons if b.action == "announcement.open"))
    question = next(q for q in only_leader.shown[-1].questions if q.name == "decided")
    assert question.value == "-"
    assert only_leader.send(decided="-").outcome == "refused"
    only_leader.act("announcement.open", announcement=1)
    only_leader.send(decided="no")
    assert sent(turns) == 1


def test_what_was_planned_so_goes_where_the_programme_does_without(only_leader: Talk, turns: Turns) -> None:
    only_leader.act("announcement.preview", **WRITTEN)
    only_leader.send(decided="no", **FRIDAY)
    forget_what_was_said(turns)
    with turns.database.writing() as session:
        programme = session.get_one(Programme, "osu2020")
        programme.discussed_before_decided = False
        session.add(programme)
    tick(turns, AT)
    assert sent(turns) == 1


def test_what_waits_for_approval_since_then_is_not_approved_unasked(only_leader: Talk, turns: Turns) -> None:
    holder(turns, "chief-2", "leader")
    only_leader.act("announcement.preview", **WRITTEN)
    only_leader.send(decided="no")
    forget_what_was_said(turns)
    other = Talk(turns, "chief-2", NOW)
    request = next(b.values["approval"] for b in told(turns, "chief-2")[-1].buttons if "approval" in b.values)
    refused = other.act("announcement.approve", approval=request)
    assert refused.outcome == "refused"
    assert "forteller om noe som er besluttet" in refused.title
    assert sent(turns) == 0
    assert other.act("announcement.reject", approval=request, reason="Svar først.").outcome == "done"


def also_union(turns: Turns, account: str) -> None:
    """The employees' side as well: in the demo leaders have all roles."""
    with turns.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == account)).one()
        people.grant(session, person, "osu2020", "employee_representative")


def test_whoever_would_bar_themselves_from_confirming_is_warned_before(
    only_leader: Talk, union: Talk, safety: Talk, turns: Turns
) -> None:
    tell(only_leader)
    second = holder(turns, "boss-2", "leader")
    warned = "kan du ikke bekrefte referatet etterpå"
    assert warned not in second.act("decision.step", decision=1, step="risk").as_text()
    also_union(turns, "Boss-2")
    assert warned in second.act("decision.step", decision=1, step="risk").as_text()
    assert warned in second.act("decision.new").as_text()
    second.act("decision.step", decision=1, step="risk")
    second.press("decision.record", **RISK)
    assert warned not in second.act("decision.step", decision=1, step="risk").as_text()


def test_when_all_who_could_confirm_made_the_record_each_is_told_why_nobody_can(
    only_leader: Talk, safety: Talk, turns: Turns
) -> None:
    also_union(turns, "Leader-1")
    tell(only_leader)
    record_all(only_leader, safety)
    card = only_leader.act("decision.open", decision=1)
    assert "decision.confirm" not in {button.action for button in card.buttons}
    assert "Derfor kan du ikke bekrefte det" in card.as_text()
    assert "Ingen kan bekrefte referatet nå" in safety.act("decision.open", decision=1).as_text()
    asked = only_leader.act("decision.ask", decision=1).as_text()
    assert "Leader-1 har rollen som tillitsvalgt, men" in asked
    holder(turns, "union-2", "employee_representative")
    assert "Ingen kan bekrefte referatet nå" not in safety.act("decision.open", decision=1).as_text()


def test_no_card_names_a_role_by_its_code(only_leader: Talk, turns: Turns) -> None:
    tell(only_leader)
    assert "_representative" not in only_leader.act("decision.ask", decision=1).as_text()


def test_what_is_confirmed_is_not_offered_to_be_confirmed_again(
    only_leader: Talk, union: Talk, safety: Talk, turns: Turns
) -> None:
    tell(only_leader)
    record_all(only_leader, safety)
    union.act("decision.open", decision=1)
    card = union.press("decision.confirm")
    assert "Bekreft referatet" not in [button.title for button in card.buttons]
    assert union.press("decision.confirm", dissent="Vi ville vente.").outcome == "done"
    assert "Vi ville vente." in union.shown[-1].as_text()


@pytest.mark.parametrize("day", ["30. november", "30.11.", "den 2. desember", "November 30"])
def test_a_day_to_come_is_not_taken_for_last_years(only_leader: Talk, turns: Turns, day: str) -> None:
    tell(only_leader)
    card = record(only_leader, "discussed", {**DISCUSSED, "on": day})
    assert card.outcome == "refused"
    error = next(q.error for q in card.questions if q.name == "on")
    assert "har ikke vært ennå. Mener du 2019, så skriv året også." in error
    assert rows(turns, Recorded) == 0
    assert record(only_leader, "discussed", {**DISCUSSED, "on": "30. november 2019"}).outcome == "done"


def test_a_day_of_last_summer_needs_no_year(only_leader: Talk) -> None:
    tell(only_leader)
    record(only_leader, "discussed", {**DISCUSSED, "on": "30. juni"})
    assert "30. juni 2020" in only_leader.shown[-1].as_text()


def test_a_correction_is_not_dated_before_it_was_discussed(
    only_leader: Talk, union: Talk, safety: Talk, turns: Turns
) -> None:
    tell(only_leader)
    record_all(only_leader, safety)
    union.act("decision.open", decision=1)
    union.press("decision.confirm")
    only_leader.act("decision.decide", decision=1)
    only_leader.press("decision.decided", on="i går", by="Brannsjefen", text="Ny modell.")
    only_leader.act("decision.correct", decision=1)
    typed = {question.name: question.value for question in only_leader.shown[0].questions} | {"reason": "Feil dag."}
    card = only_leader.press("decision.corrected", **{**typed, "on": "2. november"})
    assert [q.name for q in card.questions if q.error] == ["on"]
    assert only_leader.press("decision.corrected", **{**typed, "on": "i dag"}).outcome == "done"
