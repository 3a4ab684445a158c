"""Demos: everyone is invited once, told of what changes and reminded; a result is asked for and told, or missing."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.app import Stores
from bot.schedule import TIMETABLE
from dialogs import reminders
from dialogs.demo_notices import queue_demos
from dialogs.meeting_notices import queue_meeting_reminders
from storage import programmes, topics
from storage.broadcasts import Broadcast
from storage.outbox import Message
from storage.people import Person
from tests.conftest import NOW
from tests.dialogs.test_sprints import FIRST, Hall, at, owed
from tests.talk import CheckedTurns

WHEN = {"day": "18. desember 2020", "starts": "13", "ends": "14.30", "place": "Kommunegården", "everyone": "yes"}
#: Friday at half past two is when the demo is over, Tuesday at nine when a missing result is asked for once more.
OVER, AGAIN = datetime(2020, 12, 18, 13, 30, tzinfo=UTC), datetime(2020, 12, 22, 8, tzinfo=UTC)


@pytest.fixture
def hall(stores: Stores, turns: CheckedTurns) -> Hall:
    hall = Hall(stores, turns)
    hall.add("Felles innkjøp")
    hall.team()
    hall.start()
    at(stores, FIRST)
    hall.go(FIRST)
    return hall


def tick(stores: Stores, now: datetime) -> int:
    with stores.database.writing() as session:
        return queue_demos(session, programmes.get(session, "osu2020"), now)


def told_to_all(stores: Stores) -> list[str]:
    """The titles of what everyone was owed."""
    with stores.database.reading() as session:
        rows = session.exec(
            select(Message.cards)
            .join(Broadcast, Broadcast.message_id == Message.id)  # type: ignore[arg-type]
            .order_by(Broadcast.id)  # type: ignore[arg-type]
        )
        return [cards["nb"]["title"] for cards in rows]


def plan(hall: Hall, **more: str) -> None:
    hall.leader.act("demo.plan")
    hall.leader.press("demo.planned", **{**WHEN, **more})


def test_everyone_is_invited_once_with_a_calendar_file_and_reminded(hall: Hall) -> None:
    assert hall.stranger.say("når er neste demo?").title == "Neste demo er ikke planlagt"
    hall.leader.act("demo.plan")
    wrong = hall.leader.press("demo.planned", **{**WHEN, "starts": "etter lunsj"})
    assert wrong.outcome == "refused"
    assert {one.name: one.value for one in wrong.questions}["place"] == "Kommunegården"
    done = hall.leader.press("demo.planned", **WHEN)
    assert "Alle i programmet får beskjed" in done.as_text()
    plan(hall)
    assert told_to_all(hall.stores) == ["Velkommen til demo av sprint 1"]
    shown = hall.stranger.say("Når er neste demo?")
    assert shown.title == "Neste demo: sprint 1"
    assert "Fredag 18. desember 2020 kl. 13:00–14:30" in shown.as_text()
    assert "Felles innkjøp" in shown.as_text()
    calendar = hall.stranger.press("calendar.add")
    assert ".ics" in repr(calendar.blocks)
    thursday = datetime(2020, 12, 17, 8, tzinfo=UTC)
    assert [tick(hall.stores, thursday), tick(hall.stores, thursday + timedelta(hours=1))] == [1, 0]
    assert told_to_all(hall.stores)[1:] == ["Snart: demo av sprint 1"]
    with hall.stores.database.writing() as session:
        assert queue_meeting_reminders(session, programmes.get(session, "osu2020"), thursday) == 0, "not twice"


def test_what_is_moved_or_cancelled_is_told_those_who_were_invited(hall: Hall) -> None:
    plan(hall)
    plan(hall, starts="12")
    hall.leader.act("meeting.note", meeting="here:demo-1")
    hall.leader.press("meeting.noted", state="cancelled", minutes="", papers="")
    tick(hall.stores, FIRST + timedelta(hours=1))
    tick(hall.stores, FIRST + timedelta(hours=2))
    assert told_to_all(hall.stores) == [
        "Velkommen til demo av sprint 1",
        "Demoen av sprint 1 er endret",
        "Demoen av sprint 1 er avlyst",
    ]


def test_a_smaller_circle_is_the_teams_and_those_who_follow(hall: Hall) -> None:
    with hall.stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Innom")).one()
        topics.follow(session, person, "osu2020", "workgroup:osu-innsatsteam", NOW)
    plan(hall, everyone="no")
    assert told_to_all(hall.stores) == []
    for name in ("Innom", "Medlem", "Kommunalsjef"):
        assert owed(hall.stores, name)[-1].startswith("Velkommen til demo av sprint 1"), name
    assert not [one for one in owed(hall.stores, "Sjef") if "Velkommen" in one]


def test_two_who_plan_at_once_do_not_write_over_each_other(hall: Hall) -> None:
    plan(hall)
    hall.leader.act("demo.plan")
    form = hall.leader.shown[-1]
    plan(hall, starts="12")
    button = next(one for one in form.buttons if one.action == "demo.planned")
    stale = hall.leader.press(button, **{**WHEN, "starts": "10"})
    assert stale.outcome == "refused"
    assert {one.name: one.value for one in stale.questions}["starts"] == "10"
    assert "12:00" in hall.stranger.act("sprint.demo").as_text()


def test_the_result_is_asked_for_reminded_of_once_told_and_shown(hall: Hall) -> None:
    plan(hall, everyone="no")
    assert tick(hall.stores, OVER - timedelta(minutes=1)) == 0, "it has begun, and is not over"
    assert [tick(hall.stores, OVER), tick(hall.stores, OVER + timedelta(days=1))] == [1, 0]
    assert owed(hall.stores, "Kommunalsjef")[-1].startswith("Hva ble det til med «Felles innkjøp»?")
    assert [tick(hall.stores, AGAIN), tick(hall.stores, AGAIN + timedelta(days=9))] == [1, 0]
    assert owed(hall.stores, "Kommunalsjef")[-1].startswith("Resultatet av «Felles innkjøp» mangler")
    hall.go(AGAIN)
    assert "Resultatet mangler for Felles innkjøp" in hall.stranger.act("sprint.show").as_text()
    assert "Resultatet er ikke skrevet inn" in hall.stranger.act("sprint.demo").as_text()
    assert hall.member.act("delivery.result", work=1).outcome == "refused"
    hall.head.act("delivery.result", work=1)
    again = hall.head.press("delivery.resulted", result="delivered", shown="", why="")
    assert again.outcome == "refused"
    done = hall.head.press("delivery.resulted", result="delivered", shown="Ett skjema for alle.", why="")
    assert (done.title, "1 får beskjed" in done.as_text()) == ("«Felles innkjøp» er levert", True)
    assert owed(hall.stores, "Medlem")[-1].startswith("«Felles innkjøp» er levert")
    assert "Ett skjema for alle." in hall.stranger.act("sprint.demo").as_text()
    assert "Levert" in hall.stranger.act("delivery.queue").as_text()
    assert "mangler" not in hall.stranger.act("sprint.show").as_text()


def test_a_team_without_an_account_is_asked_through_the_leaders(hall: Hall) -> None:
    hall.leader.act("team.new", team=1)
    hall.leader.press("team.save", name="Team A", leader="En Uten Konto", members="")
    tick(hall.stores, datetime(2020, 12, 18, 14, tzinfo=UTC))
    assert owed(hall.stores, "Sjef")[-1].startswith("Hva ble det til med")


def test_a_clock_that_was_asleep_asks_once(hall: Hall) -> None:
    assert [tick(hall.stores, AGAIN), tick(hall.stores, AGAIN)] == [1, 0]
    asked = [one for one in owed(hall.stores, "Kommunalsjef") if "Hva ble det til" in one or "mangler" in one]
    assert [one.startswith("Hva ble det til") for one in asked] == [True]


def test_the_clock_does_it() -> None:
    assert queue_demos in TIMETABLE


def test_a_form_opened_before_there_was_a_plan_writes_over_none(hall: Hall) -> None:
    hall.leader.act("demo.plan")
    old = next(one for one in hall.leader.shown[-1].buttons if one.action == "demo.planned")
    plan(hall)
    refused = hall.leader.press(old, **{**WHEN, "day": "17. desember 2020", "place": "Rom 2"})
    assert refused.outcome == "refused"
    assert {one.name: one.value for one in refused.questions}["place"] == "Rom 2", "nothing that was written is lost"
    assert "Fredag 18. desember" in hall.stranger.say("når er neste demo?").as_text()


def test_who_was_invited_is_told_that_it_is_for_fewer(hall: Hall) -> None:
    plan(hall)
    hall.leader.act("demo.plan")
    done = hall.leader.press("demo.planned", **{**WHEN, "day": "17. desember 2020", "everyone": "no"})
    assert "Alle i programmet får beskjed" in done.as_text()
    assert told_to_all(hall.stores) == ["Velkommen til demo av sprint 1", "Demoen av sprint 1 er endret"]


def test_whoever_runs_it_changes_or_cancels_it_from_its_card(hall: Hall) -> None:
    plan(hall)
    shown = hall.leader.act("sprint.demo")
    assert [one.title for one in shown.buttons][1:3] == ["Endre demoen", "Holdt, avlyst, referat"]
    hall.leader.press("meeting.note")
    assert hall.leader.press("meeting.noted", state="cancelled").outcome == "done"
    assert tick(hall.stores, FIRST) == 1
    assert told_to_all(hall.stores)[1:] == ["Demoen av sprint 1 er avlyst"]
    assert "meeting.note" not in [one.action for one in hall.stranger.act("sprint.demo").buttons]


def test_an_empty_day_is_asked_for_as_the_demos(hall: Hall) -> None:
    hall.leader.act("demo.plan")
    shown = hall.leader.press("demo.planned", **{**WHEN, "day": ""})
    assert {one.name: one.error for one in shown.questions}["day"] == "Skriv hvilken dag demoen er."


def test_the_demos_clock_foretells_the_reminder_and_a_cancelled_one_has_none(hall: Hall) -> None:
    plan(hall)
    with hall.stores.database.reading() as session:
        programme = programmes.get(session, "osu2020")
        found = {what: when for when, what in reversed(reminders.coming(session, programme, FIRST, "nb"))}
    assert found["påminnelse om demoen av sprint 1"].isoformat() == "2020-12-17T09:00:00+01:00"
    assert found["spørsmålet om resultatet av sprint 1"] == OVER
    hall.leader.act("meeting.note", meeting="here:demo-1")
    hall.leader.press("meeting.noted", state="cancelled", minutes="", papers="")
    with hall.stores.database.reading() as session:
        assert "demoen av sprint 1" not in str(reminders.coming(session, programme, FIRST, "nb"))


def test_what_was_written_is_shown_where_somebody_else_has_recorded_another_result(hall: Hall) -> None:
    hall.head.act("delivery.result", work=1)
    hall.leader.act("delivery.result", work=1)
    hall.head.press("delivery.resulted", result="delivered", shown="En felles avtale.", why="")
    late = hall.leader.press("delivery.resulted", result="stopped", shown="", why="Loven er endret.")
    assert late.outcome == "refused"
    assert "Kommunalsjef har skrevet inn et annet resultat" in late.as_text()
    assert "En felles avtale." in late.as_text()
    assert "Det er ikke lagret: Loven er endret." in " ".join(late.as_text().split())
    assert "levert" in hall.leader.press("delivery.open").as_text().casefold()


def test_the_result_of_the_sprint_that_is_asked_for_is_told(hall: Hall) -> None:
    hall.head.act("delivery.result", work=1)
    hall.head.press("delivery.resulted", result="delivered", shown="En felles avtale.", why="")
    for asked in ("hva ble resultatet av sprint 1?", "what was the result of sprint 1?"):
        assert "En felles avtale." in hall.stranger.say(asked).as_text()
    other = hall.stranger.say("hva ble resultatet av sprint 2?").as_text()
    assert "Sprint 2 har ingen resultater her" in other
    assert "En felles avtale." not in other


def test_nobody_has_to_sign_off_a_demo(hall: Hall) -> None:
    plan(hall)
    told = hall.stranger.say("meld meg av demoen")
    assert "Det er ingen påmelding til demoen" in told.as_text()
    assert "Fredag 18. desember 2020" in told.as_text()
