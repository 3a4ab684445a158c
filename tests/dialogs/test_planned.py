"""A leader chooses when an announcement is sent; the clock sends it once, or holds it back and says why."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.clock import DemoClock
from bot.turns import Turns
from dialogs.card import Card
from dialogs.scheduled import queue_planned_announcements
from storage import broadcasts, people, programmes
from storage.announcements import Announcement
from storage.anonymous_input import InputStore
from storage.broadcasts import Broadcast
from storage.database import Database
from storage.outbox import Kind, Message, OutboxRow
from storage.people import Person
from tests.conftest import NOW, make_person
from tests.talk import CheckedTurns, Talk

WRITTEN = {"title": "Kickoff", "text": "Velkommen til kickoff."}
FRIDAY = {"day": "fredag", "clock": "09.00"}
AT = datetime(2020, 11, 27, 8, 0, tzinfo=UTC)
SAID = "fredag 27. november 2020 kl. 09:00 (sentraleuropeisk normaltid)"


@pytest.fixture
def turns(database: Database, inputs: InputStore) -> Iterator[CheckedTurns]:
    made = CheckedTurns(database, inputs, DemoClock(NOW), "osu2020")
    yield made
    made.close()


def tick(turns: Turns, now: datetime) -> int:
    with turns.database.writing() as session:
        return queue_planned_announcements(session, programmes.get(session, "osu2020"), now)


def stored(turns: Turns) -> Announcement:
    with turns.database.reading() as session:
        return session.exec(select(Announcement)).one()


def told(turns: Turns, account: str) -> list[Card]:
    """The notices that somebody is owed."""
    with turns.database.reading() as session:
        rows = session.exec(
            select(Message.cards)
            .join(OutboxRow, OutboxRow.message_id == Message.id)  # type: ignore[arg-type]
            .join(Person, OutboxRow.person_id == Person.id)  # type: ignore[arg-type]
            .where(Message.kind == Kind.NOTICE, Person.name == account.title())
            .order_by(OutboxRow.id)  # type: ignore[arg-type]
        ).all()
    return [Card.model_validate(row["nb"]) for row in rows]


def sent(turns: Turns) -> int:
    with turns.database.reading() as session:
        return len(session.exec(select(Broadcast)).all())


def plan(leader: Talk, **form: str) -> Card:
    leader.act("announcement.preview", **WRITTEN)
    return leader.send(**{**FRIDAY, **form})


def test_what_is_planned_is_said_with_its_weekday_and_zone_on_every_card(leader: Talk, turns: Turns) -> None:
    card = plan(leader)
    assert card.outcome == "done"
    assert SAID in card.as_text()
    assert SAID in leader.act("announcement.mine").as_text()
    assert SAID in leader.press("announcement.open").as_text()
    assert SAID in leader.press("announcement.edit").as_text()
    assert sent(turns) == 0
    assert stored(turns).send_at == AT


def test_the_clock_sends_it_at_its_time_and_once(leader: Talk, turns: Turns) -> None:
    plan(leader)
    assert tick(turns, AT - timedelta(seconds=1)) == 0
    assert tick(turns, AT) == 1
    assert tick(turns, AT) == tick(turns, AT + timedelta(hours=3)) == 0
    assert sent(turns) == 1
    report = leader.act("announcement.report", announcement=stored(turns).id)
    assert SAID in report.as_text()
    assert told(turns, "leader-1") == []


def test_what_is_too_late_is_held_back_and_its_author_told(leader: Talk, turns: Turns) -> None:
    plan(leader)
    assert tick(turns, AT + timedelta(hours=2, seconds=1)) == 1
    assert tick(turns, AT + timedelta(hours=3)) == 0
    assert sent(turns) == 0
    (notice,) = told(turns, "leader-1")
    assert SAID in notice.as_text()
    assert "to timer for sent" in notice.as_text()
    leader.press(notice.buttons[0])
    assert leader.send().outcome == "done"
    assert sent(turns) == 1


def test_two_hours_late_is_still_in_time(leader: Talk, turns: Turns) -> None:
    plan(leader)
    tick(turns, AT + timedelta(hours=2))
    assert sent(turns) == 1


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"day": "i dag", "clock": "08.59"}, "day", "har vært"),
        ({"day": "2020-11-23", "clock": "09.00"}, "day", "har vært"),
        ({"day": "2022-11-25", "clock": "09.00"}, "day", "årstallet"),
        ({"day": "28. mars 2021", "clock": "02.30"}, "clock", "finnes ikke"),
        ({"day": "25. oktober 2021", "clock": "2.99"}, "clock", "klokkeslettet"),
        ({"day": "31. oktober 2021", "clock": "02.30"}, "clock", "to ganger"),
        ({"day": "", "clock": "09.00"}, "day", "hvilken dag"),
        ({"day": "fredag", "clock": ""}, "clock", "klokkeslettet også"),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_the_form_stays_filled(
    leader: Talk, turns: Turns, form: dict[str, str], field: str, said: str
) -> None:
    card = plan(leader, **form)
    assert card.outcome == "refused"
    wrong = {question.name: question.error for question in card.questions if question.error}
    assert list(wrong) == [field]
    assert said in wrong[field]
    kept = {question.name: question.value for question in card.questions}
    assert (kept["day"], kept["clock"]) == (form["day"], form["clock"])
    assert (stored(turns).send_at, sent(turns)) == (None, 0)
    assert leader.send(**FRIDAY).outcome == "done"


def test_planning_twice_is_planning_once(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    button = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    assert leader.send(button, **FRIDAY).outcome == leader.send(button, **FRIDAY).outcome == "done"
    tick(turns, AT)
    assert sent(turns) == 1


def test_it_can_be_moved_until_it_starts(leader: Talk, turns: Turns) -> None:
    plan(leader)
    card = leader.press("announcement.move")
    assert {"day": "2020-11-27", "clock": "09:00"}.items() <= {q.name: q.value for q in card.questions}.items()
    assert "kl. 10:30" in leader.send(day="fredag", clock="10.30").as_text()
    assert tick(turns, AT) == 0
    assert tick(turns, AT + timedelta(minutes=90)) == 1
    assert leader.act("announcement.move", announcement=1).outcome == "refused"


def test_it_can_be_sent_at_once_after_all(leader: Talk, turns: Turns) -> None:
    plan(leader)
    leader.press("announcement.move")
    leader.send(day="", clock="")
    assert sent(turns) == 1
    tick(turns, AT)
    assert sent(turns) == 1


def test_it_can_be_cancelled_until_it_starts_and_is_a_draft_again(leader: Talk, turns: Turns) -> None:
    plan(leader)
    cancel = next(b for b in leader.shown[-1].buttons if b.action == "announcement.cancel")
    assert leader.press(cancel).outcome == "done"
    assert leader.press(cancel).outcome == "done"
    assert tick(turns, AT) == 0
    assert stored(turns).send_at is None
    leader.press("announcement.open")
    leader.send(**FRIDAY)
    tick(turns, AT)
    assert leader.press(cancel).outcome == "refused"


def test_a_change_makes_it_a_draft_again_and_looking_does_not(leader: Talk, turns: Turns) -> None:
    plan(leader)
    leader.press("announcement.edit")
    button = next(b for b in leader.shown[-1].buttons if b.action == "announcement.preview")
    assert SAID in leader.press(button, **WRITTEN).as_text()
    assert stored(turns).send_at == AT
    leader.press(button, title="Kickoff", text="Noe annet")
    assert stored(turns).send_at is None
    assert tick(turns, AT) == 0


def test_what_another_leader_moved_meanwhile_is_neither_sent_nor_moved(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    old = next(b for b in leader.shown[-1].buttons if b.action == "announcement.send")
    other = Talk(turns, "leader-2", NOW)
    other.act("announcement.open", announcement=stored(turns).id)
    other.send(**FRIDAY)
    for form in ({}, {"day": "torsdag", "clock": "12"}):
        card = leader.send(old, **form)
        assert card.outcome == "refused"
        assert "flyttet" in card.title
    assert (stored(turns).send_at, sent(turns)) == (AT, 0)


def test_whoever_is_no_leader_any_more_sends_nothing(leader: Talk, turns: Turns) -> None:
    plan(leader)
    with turns.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        people.revoke(session, person, "osu2020", "leader")
    tick(turns, AT)
    assert sent(turns) == 0
    assert "ikke lenger leder" in told(turns, "leader-1")[0].as_text()


def test_where_there_is_nobody_left_nothing_is_sent(leader: Talk, turns: Turns) -> None:
    plan(leader)
    with turns.database.writing() as session:
        for person in session.exec(select(Person)):
            person.current_programme = "os2019"
            session.add(person)
    tick(turns, AT)
    assert sent(turns) == 0
    assert "ingen å sende til" in told(turns, "leader-1")[0].as_text()


def test_the_clock_of_the_demo_stops_where_something_is_planned(leader: Talk, turns: Turns) -> None:
    plan(leader)
    assert "meldingen «Kickoff»" in leader.act("clock.ahead").as_text()
    leader.press("clock.go")
    assert sent(turns) == 1


def test_planned_is_news_to_nobody_yet(leader: Talk, employee: Talk, turns: Turns) -> None:
    plan(leader)
    assert "Velkommen til kickoff." not in employee.say("Er det noe nytt?").as_text()
    tick(turns, AT)
    later = Talk(turns, "employee-2", AT + timedelta(minutes=1))
    assert "Velkommen til kickoff." in later.say("Er det noe nytt?").as_text()


def test_an_hour_that_comes_twice_is_sent_in_the_one_that_was_meant(leader: Talk, turns: Turns) -> None:
    plan(leader, day="2021-10-31", clock="02.30 normaltid")
    assert "normaltid" in leader.shown[-1].as_text()
    assert tick(turns, datetime(2021, 10, 31, 0, 45, tzinfo=UTC)) == 0
    assert tick(turns, datetime(2021, 10, 31, 1, 30, tzinfo=UTC)) == 1
    with turns.database.reading() as session:
        assert broadcasts.is_owed(session, "announcement:1")


def test_whom_it_is_for_cannot_be_changed_behind_a_plan(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    key = leader.shown[-1].buttons[0].values["announcement"]
    leader.act("announcement.addressed", announcement=key, workgroup="osu-styringsgruppen")
    with turns.database.writing() as session:
        planned_one = session.get_one(Announcement, key)
        planned_one.send_at, planned_one.sender_id = AT, planned_one.author_id
        session.add(planned_one)
    leader.act("announcement.addressed", announcement=key, everyone=True)
    assert (stored(turns).audience, stored(turns).send_at) == (None, None)
    tick(turns, AT)
    assert sent(turns) == 0


def test_what_goes_to_everyone_without_an_approval_is_held_back_however_it_was_planned(
    leader: Talk, turns: Turns
) -> None:
    plan(leader)
    with turns.database.writing() as session:
        make_person(session, "leader-2", "leader", channel="web")
    tick(turns, AT)
    assert sent(turns) == 0
    assert "Ingen godkjente den i tide" in told(turns, "leader-1")[0].as_text()
