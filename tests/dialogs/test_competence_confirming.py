"""Competence is on when the employees' side has confirmed what it rests on, and off when they take that back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import col, select

from bot.app import Stores
from bot.turns import Turns
from dialogs.card import Card
from storage import competence_confirming as confirming
from storage import competences, erasing, people, programmes
from storage.competences import CompetenceNeed, CompetenceSwitch
from storage.database import Database
from storage.outbox import Message, OutboxRow
from storage.people import Person
from storage.refusals import Refused
from tests.conftest import NOW, make_person
from tests.dialogs.test_competences import GROUNDS, GROUP, somebody
from tests.talk import Talk

REASON = "Drøftingen gjaldt lokalene, ikke kompetanse."


@pytest.fixture
def leader(turns: Turns, stores: Stores) -> Talk:
    return somebody(turns, stores, "leder", "leader")


@pytest.fixture
def union(turns: Turns, stores: Stores) -> Talk:
    return somebody(turns, stores, "tillitsvalgt", "employee_representative")


@pytest.fixture
def safety(turns: Turns, stores: Stores) -> Talk:
    return somebody(turns, stores, "verneombud", "safety_representative")


def record(leader: Talk, **other: str) -> Card:
    leader.act("competence.switch")
    return leader.press("competence.switched", **{**GROUNDS, **other})


def told(stores: Stores, name: str) -> list[str]:
    """The titles of what that person is owed, the first first."""
    with stores.database.reading() as session:
        rows = session.exec(
            select(Message)
            .join(OutboxRow, col(OutboxRow.message_id) == col(Message.id))
            .join(Person, col(Person.id) == col(OutboxRow.person_id))
            .where(Person.name == name, col(OutboxRow.idempotency_key).startswith("competence:"))
            .order_by(col(OutboxRow.id))
        ).all()
        return [row.cards["nb"]["title"] for row in rows]


def is_on(stores: Stores) -> bool:
    with stores.database.reading() as session:
        return competences.find(session, "osu2020") is not None


def test_a_record_alone_switches_nothing_on_and_asks_both(
    leader: Talk, union: Talk, safety: Talk, stores: Stores
) -> None:
    card = record(leader)
    assert (card.title, card.outcome) == ("Venter på de ansattes side", "done")
    assert "Tillitsvalgt, Verneombud" in card.as_text()
    assert not is_on(stores)
    # Sent twice, and asked again by the button, is once.
    leader.act("competence.switched", on=True, **GROUNDS)
    leader.act("competence.switched", on=True, ask=True)
    assert told(stores, "Tillitsvalgt") == told(stores, "Verneombud") == ["Bekreft grunnlaget for kompetanse"]
    assert leader.act("competence.needs", **GROUP).outcome == "refused"


@pytest.mark.parametrize("role", ["employee_representative", "safety_representative"])
def test_either_confirms_and_the_leader_is_told(turns: Turns, stores: Stores, leader: Talk, role: str) -> None:
    other = somebody(turns, stores, "bente", role)
    record(leader)
    assert "Referat MBM 1/20" in other.act("competence.confirm").as_text()
    assert other.press("competence.confirmed").title == "Kompetanse er slått på"
    assert is_on(stores)
    assert told(stores, "Leder") == ["Kompetanse er slått på"]
    assert "Bekreftet fra de ansattes side av Bente." in leader.act("competence.switch").as_text()


def test_confirmed_twice_is_once(leader: Talk, union: Talk, safety: Talk, stores: Stores) -> None:
    record(leader)
    union.act("competence.confirm")
    safety.act("competence.confirm")
    for talk in (union, union, safety):
        button = next(b for b in talk.shown[-1].buttons if b.action in ("competence.confirmed", "competence.refuse"))
        talk.act("competence.confirmed", switch=button.values["switch"])
        assert talk.shown[-1].outcome == "done"
    assert told(stores, "Leder") == ["Kompetanse er slått på"]
    with stores.database.reading() as session:
        row = competences.find(session, "osu2020")
        assert row is not None
        assert session.get_one(Person, row.confirmed_by).name == "Tillitsvalgt"


def test_who_came_to_the_side_later_is_asked_by_a_button(
    turns: Turns, leader: Talk, union: Talk, stores: Stores
) -> None:
    def asks() -> list[bool]:
        return [bool(one.values.get("ask")) for one in leader.act("competence.switch").buttons]

    record(leader)
    assert not any(asks()), "all of them are asked"
    somebody(turns, stores, "nyvalgt", "employee_representative")
    assert any(asks())
    leader.press(next(one for one in leader.shown[-1].buttons if one.values.get("ask")))
    assert told(stores, "Nyvalgt") == told(stores, "Tillitsvalgt") == ["Bekreft grunnlaget for kompetanse"]
    assert not any(asks())


def test_what_waits_is_changed_from_what_was_written(leader: Talk, union: Talk) -> None:
    record(leader)
    card = leader.act("competence.switch", change=True)
    assert {one.name: one.value for one in card.questions} == {**GROUNDS, "discussion": "Referat MBM 1/20"}


def test_whoever_recorded_it_does_not_confirm_it(turns: Turns, stores: Stores) -> None:
    both = somebody(turns, stores, "begge", "leader", "employee_representative")
    card = record(both)
    assert "ingen kan bekrefte" in card.as_text()
    shown = both.act("competence.confirm")
    assert not [button for button in shown.buttons if button.action == "competence.confirmed"]
    with stores.database.reading() as session:
        row = competences.standing(session, "osu2020")
        assert row is not None
    assert both.act("competence.confirmed", switch=row.identity).outcome == "refused"
    assert not is_on(stores)


def test_an_old_button_shows_what_holds_now(leader: Talk, union: Talk, stores: Stores) -> None:
    record(leader)
    old = [one for one in union.act("competence.confirm").buttons if one.values.get("switch")]
    off = leader.act("competence.switch")
    leader.press(next(one for one in off.buttons if one.values.get("on") is False))
    record(leader, discussion="Referat MBM 2/20")
    yes = union.press(next(one for one in old if one.action == "competence.confirmed"))
    no = union.act("competence.refused", switch=old[0].values["switch"], was_on=False, reason=REASON)
    for card in (yes, no):
        assert card.outcome == "refused"
        assert "siden du så på det" in card.as_text()
        assert "Referat MBM 2/20" in card.as_text()
        assert "competence.confirmed" in [one.action for one in card.buttons]
    late = leader.press(next(one for one in off.buttons if one.values.get("on") is False))
    assert late.outcome == "refused"
    assert "Referat MBM 2/20" in late.as_text()
    union.press(next(one for one in no.buttons if one.action == "competence.confirmed"))
    assert is_on(stores)


@pytest.mark.parametrize("action", ["competence.confirm", "competence.confirmed", "competence.refuse"])
def test_it_is_for_the_employees_side_alone(leader: Talk, turns: Turns, stores: Stores, action: str) -> None:
    record(leader)
    for talk in (leader, somebody(turns, stores, "koordinator", "coordinator"), somebody(turns, stores, "ansatt")):
        card = talk.act(action, switch=1, reason=REASON)
        assert card.outcome == "refused"
        assert "tillitsvalgte og verneombudet" in card.title + card.as_text()
    assert not is_on(stores)


def test_a_no_has_a_reason_that_the_leader_reads(leader: Talk, union: Talk, safety: Talk, stores: Stores) -> None:
    record(leader)
    union.act("competence.confirm")
    union.press("competence.refuse")
    card = union.press("competence.refused", reason="  ")
    assert (card.outcome, bool(card.questions[0].error)) == ("refused", True)
    card = union.press("competence.refused", reason="x" * 501)
    assert card.questions[0].value == "x" * 501
    again = next(button for button in card.buttons if button.action == "competence.refused")
    assert union.press(again, reason=REASON).title == "Nei til å slå på kompetanse"
    assert union.press(again, reason=REASON).outcome == "done"
    assert told(stores, "Leder") == ["Nei til å slå på kompetanse"]
    assert told(stores, "Verneombud")[1:] == ["Nei til å slå på kompetanse"]
    # The form is empty again; a second record asks anew.
    assert leader.act("competence.switch").title == "Slå på kompetanse"
    record(leader, discussion="Referat MBM 2/20")
    assert told(stores, "Tillitsvalgt") == ["Bekreft grunnlaget for kompetanse"] * 2


def test_a_yes_that_is_taken_back_switches_it_off(leader: Talk, union: Talk, safety: Talk, stores: Stores) -> None:
    record(leader)
    union.act("competence.confirm")
    union.press("competence.confirmed")
    leader.act("competence.needs", **GROUP, initiative="")
    leader.press("competence.needs_set", needs="jus")
    # Each of them may: the side confirmed it, not one person.
    safety.act("competence.confirm")
    safety.press("competence.refuse")
    assert safety.press("competence.refused", reason=REASON).outcome == "done"
    assert not is_on(stores)
    assert told(stores, "Leder")[1:] == ["Bekreftelsen av kompetanse er trukket tilbake"]
    assert told(stores, "Tillitsvalgt")[1:] == ["Bekreftelsen av kompetanse er trukket tilbake"]
    with stores.database.reading() as session:
        assert session.exec(select(CompetenceNeed)).all() == []
        (row,) = session.exec(select(CompetenceSwitch)).all()
        assert (row.ended_because, row.confirmed_by is not None) == (REASON, True)


def test_a_card_of_before_is_refused(leader: Talk, union: Talk, safety: Talk, stores: Stores) -> None:
    record(leader)
    old = union.act("competence.confirm")
    safety.act("competence.confirm")
    leader.act("competence.switch")
    leader.press(next(one for one in leader.shown[-1].buttons if one.values.get("change")))
    leader.press("competence.switched", **{**GROUNDS, "discussion": "Referat MBM 2/20"})
    for button in old.buttons:
        values = {**button.values, "reason": REASON}
        action = {"competence.refuse": "competence.refused"}.get(button.action, button.action)
        card = union.act(action, **values)
        assert card.outcome == "refused", button.action
        assert "siden du så på det" in card.title + card.as_text()
    assert not is_on(stores)
    union.act("competence.confirm")
    no = next(button for button in union.shown[-1].buttons if button.action == "competence.refuse")
    yes = next(button for button in union.shown[-1].buttons if button.action == "competence.confirmed")
    safety.act("competence.confirmed", **yes.values)
    # A no that was meant for what waits is none to what is on.
    assert union.act("competence.refused", **no.values, reason=REASON).outcome == "refused"
    assert is_on(stores)


def test_two_leaders_do_not_write_over_each_other(turns: Turns, stores: Stores, leader: Talk, union: Talk) -> None:
    other = somebody(turns, stores, "leder-2", "leader")
    other.act("competence.switch")
    record(leader)
    card = other.press("competence.switched", **{**GROUNDS, "discussion": "Referat AMU 9/20"})
    assert card.outcome == "refused"
    assert "Leder har skrevet et annet grunnlag" in card.as_text()
    assert {one.name: one.value for one in card.questions}["discussion"] == "Referat AMU 9/20"
    assert "Referat MBM 1/20" in leader.act("competence.switch").as_text()
    # Having seen that, they may.
    form = {one.name: one.value for one in card.questions}
    assert other.press(next(b for b in card.buttons if b.action == "competence.switched"), **form).outcome == "done"
    assert "Referat AMU 9/20" in union.act("competence.confirm").as_text()


def test_taken_back_before_an_answer_is_said(leader: Talk, union: Talk, stores: Stores) -> None:
    record(leader)
    old = leader.shown[-1]
    button = next(one for one in old.buttons if one.values.get("on") is False)
    assert leader.press(button).title == "Tatt tilbake"
    assert told(stores, "Tillitsvalgt")[1:] == ["Kompetanse: du trenger ikke å svare"]
    assert union.act("competence.confirm").title == "Ingenting å bekrefte"
    # An old button takes back nothing that was recorded since.
    record(leader)
    assert leader.press(button).outcome == "refused"
    assert "Referat MBM 1/20" in union.act("competence.confirm").as_text()


def test_of_two_answers_at_once_one_holds(database: Database) -> None:
    with database.writing() as session:
        leader = make_person(session, "leder", "leader")
        side = [make_person(session, f"t-{number}", "employee_representative").identity for number in range(4)]
        grounds = competences.Grounds(NOW.date(), "MBM 1/20", NOW.date(), "DPIA", NOW.date())
        row, _ = competences.record(session, leader, programmes.get(session, "osu2020"), grounds, NOW)
        key = row.identity

    def answer(number: int) -> str:
        with database.writing() as session:
            acting = session.get_one(Person, side[number])
            try:
                if number % 2:
                    return "yes" if confirming.confirm(session, acting, "osu2020", key, NOW)[1] else "again"
                confirming.say_no(session, acting, "osu2020", key, REASON, NOW, was_on=False)
                return "no"
            except Refused as refused:
                return refused.key

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(answer, range(4)))
    assert found in (
        sorted(["no", *["refused.competence.changed"] * 3]),
        sorted(["yes", "again", *["refused.competence.changed"] * 2]),
    )


def test_what_was_recorded_and_never_confirmed_ends_on_its_last_day(leader: Talk, stores: Stores, union: Talk) -> None:
    record(leader, until="25.11.2020")
    with stores.database.writing() as session:
        programme = programmes.get(session, "osu2020")
        competences.end_due(session, programme, NOW.replace(day=26))
        assert competences.standing(session, "osu2020") is None


def test_a_role_that_was_taken_confirms_nothing(leader: Talk, union: Talk, stores: Stores) -> None:
    record(leader)
    shown = union.act("competence.confirm")
    with stores.database.writing() as session:
        people.revoke(session, people.recognise(session, union.where, "osu2020"), "osu2020", "employee_representative")
    assert union.press(shown.buttons[0]).outcome == "refused"
    assert not is_on(stores)


def test_what_somebody_confirmed_who_is_erased_is_confirmed_anew(
    leader: Talk, union: Talk, safety: Talk, stores: Stores
) -> None:
    record(leader)
    union.act("competence.confirm")
    union.press("competence.confirmed")
    assert "At du bekreftet grunnlaget for kompetanse (1)" in union.act("own.erase").as_text()
    with stores.database.writing() as session:
        gone = session.exec(select(Person).where(Person.name == "Tillitsvalgt")).one()
        erasing.erase(session, gone, {"nb": "en tidligere bruker"}, NOW)
    assert "side av en tidligere bruker." in leader.act("competence.switch").as_text()
    assert "side av en tidligere bruker." in safety.act("competence.confirm").as_text()
    safety.press("competence.confirmed")
    assert "side av Verneombud." in leader.act("competence.switch").as_text()
