"""What goes to everyone is looked at by two: it is asked for, approved or rejected, and sent once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select

from bot.turns import Turns
from dialogs.card import Card
from storage import audiences, people
from storage.approvals import Approval, State
from storage.people import Person
from storage.programmes import Programme
from tests.conftest import NOW
from tests.dialogs import test_planned
from tests.dialogs.test_planned import AT, FRIDAY, SAID, WRITTEN, sent, stored, tick, told
from tests.talk import Talk

turns = test_planned.turns


@pytest.fixture
def other(leader: Talk, turns: Turns) -> Talk:
    """A second leader, who has met the bot: with a single one there is nobody to ask."""
    made = Talk(turns, "leader-2", NOW)
    made.say("hei")
    leader.say("hei")
    return made


def ask(leader: Talk, **form: str) -> Card:
    leader.act("announcement.preview", **WRITTEN)
    return leader.send(**form)


def asked(turns: Turns, talk: Talk) -> Card:
    """The newest request that somebody was told of, as they see it in their chat."""
    card = told(turns, talk.where.account)[-1]
    talk.shown = (card,)
    return card


def test_with_nobody_else_to_ask_it_is_sent_at_once(leader: Talk, turns: Turns) -> None:
    ask(leader)
    assert sent(turns) == 1


def test_it_waits_for_another_leader_who_is_told_what_and_when(leader: Talk, other: Talk, turns: Turns) -> None:
    card = ask(leader)
    assert "venter på godkjenning" in card.title
    assert "Leader-2" in card.as_text()
    assert sent(turns) == 0
    request = asked(turns, other)
    assert {"Velkommen til kickoff.", "Leader-1"} <= set(request.as_text().replace("Fra: ", "").split("\n"))
    assert other.press("announcement.approve").outcome == "done"
    assert sent(turns) == 1
    assert "Leader-2 har godkjent" in told(turns, "leader-1")[-1].as_text()


def test_approving_twice_and_two_at_once_is_approving_once(leader: Talk, other: Talk, turns: Turns) -> None:
    third = Talk(turns, "leader-3", NOW)
    third.say("hei")
    ask(leader)
    asked(turns, other)
    approving = next(b for b in other.shown[-1].buttons if b.action == "announcement.approve")
    assert other.press(approving).outcome == other.press(approving).outcome == "done"
    assert "Leader-2 har allerede godkjent" in third.press(approving).title
    rejecting = next(b for b in asked(turns, third).buttons if b.action == "announcement.reject")
    assert "allerede godkjent" in third.press(rejecting, reason="nei").title
    assert sent(turns) == 1
    assert len(told(turns, "leader-1")) == 1


def test_asking_twice_is_asking_once(leader: Talk, other: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    button = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    assert leader.send(button).outcome == leader.send(button).outcome == "done"
    assert len(told(turns, "leader-2")) == 1


def test_nobody_approves_what_they_ask_for_themselves(leader: Talk, other: Talk, turns: Turns) -> None:
    ask(leader)
    approving = next(b for b in asked(turns, other).buttons if b.action == "announcement.approve")
    card = leader.press(approving)
    assert card.outcome == "refused"
    assert "en annen leder" in card.title
    assert sent(turns) == 0


def test_an_employee_approves_nothing(leader: Talk, other: Talk, employee: Talk, turns: Turns) -> None:
    ask(leader)
    for button in asked(turns, other).buttons:
        assert employee.press(button, reason="x").did == "refuse_not_leader"
    assert employee.act("announcement.approval", approval=1).did == "refuse_not_leader"
    assert sent(turns) == 0


def test_a_rejection_gives_its_reason_and_makes_it_a_draft_again(leader: Talk, other: Talk, turns: Turns) -> None:
    ask(leader, **FRIDAY)
    asked(turns, other)
    card = other.press("announcement.reject", reason=" ")
    assert [q.error for q in card.questions] == ["Skriv hvorfor, så avsenderen vet hva som må endres."]
    assert other.press("announcement.reject", reason="x" * 501).questions[0].value == "x" * 501
    assert other.press("announcement.reject", reason="Feil dato.").outcome == "done"
    assert "Feil dato." in told(turns, "leader-1")[-1].as_text()
    assert (stored(turns).send_at, tick(turns, AT), sent(turns)) == (None, 0, 0)
    leader.press(told(turns, "leader-1")[-1].buttons[0])
    leader.send()
    asked(turns, other)
    other.press("announcement.approve")
    assert sent(turns) == 1


def test_what_was_changed_must_be_approved_again(leader: Talk, other: Talk, turns: Turns) -> None:
    ask(leader, **FRIDAY)
    asked(turns, other)
    old = next(b for b in other.shown[-1].buttons if b.action == "announcement.approve")
    leader.press("announcement.edit")
    leader.press("announcement.preview", title="Kickoff", text="Noe annet")
    assert "endret" in other.press(old).title
    leader.send(**FRIDAY)
    assert tick(turns, AT - timedelta(minutes=1)) == 0
    assert "Noe annet" in asked(turns, other).as_text()
    other.press("announcement.approve")
    leader.act("announcement.edit", announcement=stored(turns).id)
    leader.press("announcement.preview", title="Kickoff", text="Noe tredje")
    assert "venter på godkjenning" in leader.send().title
    assert sent(turns) == 0


def test_what_is_planned_is_approved_for_its_time_and_sent_then(leader: Talk, other: Talk, turns: Turns) -> None:
    assert SAID in ask(leader, **FRIDAY).as_text()
    assert SAID in asked(turns, other).as_text()
    assert SAID in other.press("announcement.approve").as_text()
    assert SAID in told(turns, "leader-1")[-1].as_text()
    assert sent(turns) == 0
    assert SAID in leader.act("announcement.open", announcement=stored(turns).id).as_text()
    tick(turns, AT)
    assert sent(turns) == 1


def test_what_nobody_approved_in_time_is_held_back(leader: Talk, other: Talk, turns: Turns) -> None:
    ask(leader, **FRIDAY)
    asked(turns, other)
    tick(turns, AT)
    assert sent(turns) == 0
    assert "Ingen godkjente den i tide" in told(turns, "leader-1")[-1].as_text()
    assert other.press("announcement.approve").outcome == "refused"
    assert sent(turns) == 0


def test_another_time_is_asked_for_anew(leader: Talk, other: Talk, turns: Turns) -> None:
    ask(leader)
    old = next(b for b in asked(turns, other).buttons if b.action == "announcement.approve")
    leader.press("announcement.move")
    leader.send(**FRIDAY)
    assert other.press(old).outcome == "refused"
    assert SAID in asked(turns, other).as_text()
    other.press("announcement.approve")
    assert (stored(turns).send_at, sent(turns)) == (AT, 0)


def test_what_was_withdrawn_cannot_be_approved(leader: Talk, other: Talk, turns: Turns) -> None:
    ask(leader)
    asked(turns, other)
    leader.press("announcement.cancel")
    assert "trukket tilbake" in other.press("announcement.approve").title
    assert sent(turns) == 0


def test_where_the_other_leader_is_away_a_deputy_approves_and_does_nothing_else(
    leader: Talk, other: Talk, employee: Talk, turns: Turns
) -> None:
    employee.say("hei")
    with turns.database.writing() as session:
        deputy = session.exec(select(Person).where(Person.name == "Employee-1")).one()
        people.grant(session, deputy, "osu2020", "deputy")
        away = session.exec(select(Person).where(Person.name == "Leader-2")).one()
        away.is_muted = True
        session.add(away)
    card = ask(leader)
    assert "Employee-1" in card.as_text()
    assert "Leader-2" not in card.as_text()
    asked(turns, employee)
    assert employee.press("announcement.approve").outcome == "done"
    assert sent(turns) == 1
    assert employee.act("announcement.post").outcome == "refused"
    assert employee.act("announcement.mine").outcome == "refused"


def test_a_leader_who_lost_the_request_finds_it_among_the_announcements(
    leader: Talk, other: Talk, turns: Turns
) -> None:
    ask(leader)
    assert "venter på godkjenning" in other.act("announcement.mine").as_text()
    other.press("announcement.open")
    assert "announcement.approve" in [b.action for b in other.press("announcement.approval").buttons]
    assert "announcement.approval" not in [b.action for b in leader.act("announcement.open", announcement=1).buttons]


def test_a_programme_may_do_without(leader: Talk, other: Talk, turns: Turns) -> None:
    with turns.database.writing() as session:
        programme = session.get_one(Programme, "osu2020")
        programme.needs_approval = False
        session.add(programme)
    ask(leader)
    assert sent(turns) == 1


@pytest.mark.parametrize("count", ["", "1", "3", "to", "22"])
def test_whoever_sends_to_everyone_writes_how_many_they_are(
    leader: Talk, other: Talk, turns: Turns, count: str
) -> None:
    leader.act("announcement.preview", **WRITTEN)
    card = leader.press("announcement.send", count=count, **FRIDAY)
    assert card.outcome == "refused"
    (wrong,) = [question for question in card.questions if question.error]
    assert (wrong.name, wrong.value, "skriv 2" in wrong.error) == ("count", count, True)
    assert {"day": "fredag", "clock": "09.00"}.items() <= {q.name: q.value for q in card.questions}.items()
    assert (stored(turns).send_at, sent(turns), told(turns, "leader-2")) == (None, 0, [])


def test_a_sender_who_is_no_leader_any_more_sends_nothing(leader: Talk, other: Talk, turns: Turns) -> None:
    ask(leader)
    asked(turns, other)
    with turns.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        people.revoke(session, person, "osu2020", "leader")
        # In the demo a leader without any role would be given them all again.
        people.grant(session, person, "osu2020", "coordinator")
    assert other.press("announcement.approve").outcome == "refused"
    assert sent(turns) == 0


def test_the_longest_announcement_can_be_asked_about(leader: Talk, other: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", title="ø" * 120, text="🙂" * 4000)
    leader.send()
    asked(turns, other)
    assert other.press("announcement.reject", reason="").outcome == "refused"


def test_every_decision_is_on_record(leader: Talk, other: Talk, turns: Turns) -> None:
    ask(leader)
    leader.press("announcement.move")
    leader.send(**FRIDAY)
    asked(turns, other)
    other.press("announcement.approve")
    with turns.database.reading() as session:
        rows = session.exec(select(Approval).order_by(Approval.id)).all()  # type: ignore[arg-type]
    assert [(row.state, row.decided_at is not None) for row in rows] == [
        (State.WITHDRAWN, False),
        (State.APPROVED, True),
    ]


def test_leaders_who_decide_at_the_same_moment_decide_once(leader: Talk, other: Talk, turns: Turns) -> None:
    others = [other, *(Talk(turns, f"leader-{number}", NOW) for number in range(3, 6))]
    for one in others:
        one.say("hei")
    ask(leader)
    approving, rejecting = asked(turns, other).buttons
    with ThreadPoolExecutor(4) as threads:
        cards = list(threads.map(lambda one: one.press(approving), others[:3]))
        cards.append(others[3].press(rejecting, reason="nei"))
    assert sorted(card.outcome for card in cards) == ["done", "refused", "refused", "refused"]
    assert sent(turns) == 1
    assert len(told(turns, "leader-1")) == 1


def test_what_is_approved_at_once_is_said_to_be_on_its_way(leader: Talk, other: Talk, turns: Turns) -> None:
    ask(leader)
    asked(turns, other)
    card = other.press("announcement.approve")
    assert "Utsendingen er i gang" in card.as_text()
    for said in (card.as_text(), told(turns, "leader-1")[-1].as_text()):
        assert "med en gang den er godkjent" not in said


def test_whoever_approves_after_its_hour_is_told_that_it_is_over(leader: Talk, other: Talk, turns: Turns) -> None:
    assert "Trekk tilbake forespørselen" in [button.title for button in ask(leader, **FRIDAY).buttons]
    asked(turns, other)
    approving = next(b for b in other.shown[-1].buttons if b.action == "announcement.approve")
    tick(turns, AT + timedelta(hours=3))
    turns.clock.go(AT + timedelta(hours=4))  # type: ignore[attr-defined]
    other.now = AT + timedelta(hours=4)
    refused = other.press(approving)
    assert refused.outcome == "refused"
    assert "Tiden meldingen skulle sendes på, er over" in refused.title
    assert sent(turns) == 0


def test_whoever_is_asked_where_very_many_are_told_is_not_counted_for_while_others_wait_to_write(
    leader: Talk, other: Talk, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(leader)
    assert "alle, 2 personer nå" in asked(turns, other).as_text()
    monkeypatch.setattr(audiences, "LARGE", 1)
    ask(leader)
    card = asked(turns, other)
    assert "Til: Alle i " in card.as_text()
    assert "personer nå" not in card.as_text()
    shown = other.act("announcement.approval", **card.buttons[0].values)
    assert "alle, 2 personer nå" in shown.as_text(), "counted for whoever looks at it"


@pytest.mark.parametrize(("action", "reason"), [("announcement.approval", ""), ("announcement.reject", " ")])
def test_while_the_people_of_a_request_are_counted_others_may_write(
    leader: Talk, other: Talk, turns: Turns, action: str, reason: str
) -> None:
    ask(leader)
    values = asked(turns, other).buttons[0].values
    is_writing: list[bool] = []

    def look(connection: object, cursor: object, statement: str, *_: object) -> None:
        if "count(" in statement and "FROM person" in statement:
            is_writing.append(turns.database._lock.locked())

    event.listen(turns.database.engine, "before_cursor_execute", look)
    assert "personer nå" in other.act(action, **values, reason=reason).as_text()
    assert is_writing
    assert not any(is_writing)
