"""Leaders order the top 5; the clock sends it at its hour, once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs import top_list
from dialogs.card import Button, Card
from dialogs.together import queue_together
from storage import broadcasts, claims, initiatives, lanes, outbox, people, programmes, rhythms
from storage.database import Database
from storage.outbox import Status
from storage.people import Person
from storage.programmes import Programme
from tests.clockwork import run_at
from tests.talk import Talk

ORDER = {"place_1": "osu-ini-kompetanse", "place_2": "osu-ini-kommunegard", "place_3": ""}
OSLO = ZoneInfo("Europe/Oslo")


def send(leader: Talk, button: Button | None = None) -> Card:
    """Presses the button for sending, having written how many it goes to."""
    found = button or next(b for b in leader.shown[-1].buttons if b.action == "top.send")
    return leader.press(found, count=str(found.values["people"]))


def kinds(database: Database) -> list[str]:
    with database.reading() as session:
        rows = [session.get_one(broadcasts.Broadcast, key) for key in broadcasts.unexpanded(session)]
        return [session.get_one(outbox.Message, row.message_id).kind for row in rows]


def test_while_nobody_ranked_them_the_initiatives_are_named_in_no_order(employee: Talk) -> None:
    card = employee.say("Hva er topp 5 utviklingsinitiativ?")
    assert "Ingen har satt" in card.title
    assert "Kommunegårdsprosjektet" in card.as_text()


def test_the_order_a_leader_set_is_what_everyone_sees(leader: Talk, employee: Talk) -> None:
    assert leader.act("top.save", **ORDER).outcome == "done"
    text = employee.act("initiative.top").as_text()
    assert text.index("Kompetansestrategi") < text.index("Kommunegårdsprosjektet")
    assert "24. november 2020" in text


def test_a_place_where_nothing_is_chosen_stays_empty(leader: Talk, employee: Talk) -> None:
    form = leader.act("top.edit").questions
    nothing = {question.name: question.value for question in form if question.choices}
    assert set(nothing.values()) == {top_list.NOTHING}
    assert "minst ett" in leader.act("top.save", **nothing).questions[0].error
    assert leader.act("top.save", **{**nothing, "place_2": "osu-ini-ledelse"}).outcome == "done"
    assert employee.act("initiative.top").title == "Topp 1 initiativ"


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({}, "minst ett"),
        ({"place_1": "osu-ini-ledelse", "place_2": "osu-ini-ledelse"}, "to plasser"),
        ({"place_1": "ou-ini-bti"}, "finnes ikke lenger"),
    ],
)
def test_an_order_that_breaks_a_rule_comes_back_with_the_reason(leader: Talk, order: dict[str, str], said: str) -> None:
    card = leader.act("top.save", **order)
    places = [question for question in card.questions if question.choices]
    assert said in places[1 if "to plasser" in said else 0].error
    assert len(places) == initiatives.TOP


WHY = "Tre av fire mangler  opplæring <b>nå</b>"


def test_why_it_ranks_stands_behind_the_title_with_what_changed(leader: Talk, employee: Talk) -> None:
    leader.act("top.save", **ORDER)
    assert "Hvorfor" not in employee.act("initiative.top").as_text(), "without a reason none is made up"
    turned = {"place_1": ORDER["place_2"], "place_2": ORDER["place_1"]}
    saved = leader.act("top.save", **turned, why_2=WHY)
    assert "Tre av fire mangler opplæring <b>nå</b>" in saved.as_text()
    text = employee.act("initiative.top").as_text()
    line = next(line for line in text.split("\n") if line.startswith("Kompetansestrategi"))
    assert line.endswith("Hvorfor: Tre av fire mangler opplæring <b>nå</b> (ned fra plass 1)")


def test_a_reason_changed_alone_is_history_and_no_move(leader: Talk, employee: Talk, turns: Turns) -> None:
    leader.act("top.save", place_1=ORDER["place_2"])
    leader.act("top.save", **ORDER)
    for _ in range(2):
        leader.act("top.save", **ORDER, why_1="Flest har bedt om det")
    text = employee.act("initiative.top").as_text()
    assert "Flest har bedt om det (ny på lista)" in text
    assert "Kommunegårdsprosjektet: ned fra plass 1" in text
    with turns.database.reading() as session:
        orders = session.exec(select(initiatives.TopList)).all()
    assert [order.whys for order in orders] == [{}, {}, {"osu-ini-kompetanse": "Flest har bedt om det"}]


def test_a_reason_that_nobody_touched_follows_its_initiative(leader: Talk, employee: Talk) -> None:
    leader.act("top.save", **ORDER, why_1="Flest har bedt om det")
    held = {question.name: question.value for question in leader.act("top.edit").questions}
    assert (held["why_1"], held["why_2"]) == ("Flest har bedt om det", "")
    leader.act("top.save", **{**held, "place_1": held["place_2"], "place_2": held["place_1"]})
    held = {question.name: question.value for question in leader.act("top.edit").questions}
    assert (held["place_2"], held["why_2"]) == ("osu-ini-kompetanse", "Flest har bedt om det")
    assert held["why_1"] == ""


def test_a_reason_that_is_too_long_comes_back_and_nothing_is_saved(leader: Talk, employee: Talk) -> None:
    card = leader.act("top.save", **ORDER, why_2="x" * 161)
    wrong = next(question for question in card.questions if question.error)
    assert (wrong.name, card.outcome) == ("why_2", "refused")
    assert "160 tegn" in wrong.error
    assert wrong.value == "x" * 161, "nothing written is lost"
    assert "Ingen har satt" in employee.act("initiative.top").title


def test_the_day_it_was_set_is_the_day_in_oslo(leader: Talk, employee: Talk) -> None:
    leader.now = datetime(2020, 11, 24, 23, 30, tzinfo=UTC)
    leader.act("top.save", **ORDER)
    assert "25. november 2020" in employee.act("initiative.top").as_text()


def test_sending_it_now_is_done_once(leader: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    button = next(b for b in leader.shown[-1].buttons if b.action == "top.send")
    assert "sendt" in send(leader, button).title
    assert "allerede" in send(leader, button).title
    assert kinds(turns.database) == ["top_list"]


def test_a_button_of_an_older_order_does_not_send_the_new_one(leader: Talk) -> None:
    leader.act("top.save", **ORDER)
    button = next(b for b in leader.shown[-1].buttons if b.action == "top.send")
    leader.act("top.save", place_1="osu-ini-ledelse")
    assert leader.press(button).outcome == "refused"


def test_the_clock_sends_it_at_its_hour_once(leader: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    assert run_at(turns, "2020-11-30T08:00+01:00") == 0
    before = kinds(turns.database).count("top_list")
    run_at(turns, "2020-12-07T09:00+01:00")
    run_at(turns, "2020-12-07T09:05+01:00")
    assert (before, kinds(turns.database).count("top_list")) == (0, 1)


def test_an_hour_that_passed_before_there_was_an_order_is_not_made_up_for(leader: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    assert kinds(turns.database) == []


def test_an_hour_missed_by_many_days_is_not_made_up_for(leader: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    run_at(turns, "2020-12-20T09:00+01:00")
    assert "top_list" not in kinds(turns.database)


def test_an_hour_that_the_clock_slept_through_is_accounted_for_as_too_late(leader: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    run_at(turns, "2020-12-04T09:00+01:00")
    before = kinds(turns.database).count("top_list")
    for moment in ("2020-12-11T09:00+01:00", "2020-12-11T09:05+01:00"):
        run_at(turns, moment)
    assert (before, kinds(turns.database).count("top_list")) == (0, 1)
    assert reports(turns, "top_list") == [TOO_LATE]


def test_a_reminder_that_the_clock_slept_through_is_accounted_for_as_too_late(employee: Talk, turns: Turns) -> None:
    employee.say("hei")
    run_at(turns, "2020-11-29T08:00+01:00")
    for moment in ("2020-12-02T09:30+01:00", "2020-12-02T09:35+01:00"):
        run_at(turns, moment)
    # The two of that Wednesday are still of use; the one of the Tuesday is over.
    assert reports(turns, "reminder").count(TOO_LATE) == 1
    assert len(reports(turns, "reminder")) == 3


TOO_LATE = (1, {(Status.SKIPPED, "too_late"): 1})


def reports(turns: Turns, kind: str) -> list[tuple[int, dict[tuple[Status, str | None], int]]]:
    """What became of the broadcasts of that kind, once their rows were written and claimed."""
    with turns.database.writing() as session:
        lanes.open_lane(session, "web", 0.0)
        for key in broadcasts.unexpanded(session):
            while broadcasts.expand(session, key):
                pass
        while queue_together(session, programmes.get(session, "osu2020"), turns.clock.now()):
            session.expire_all()
        claims.claim(session, "web", 100, 30, turns.clock.now())
        session.expire_all()
        found = select(broadcasts.Broadcast.id).join(outbox.Message).where(outbox.Message.kind == kind)
        return [broadcasts.report(session, key or 0) for key in session.exec(found)]


def test_it_keeps_its_hour_by_the_clock_on_the_wall_over_both_changes() -> None:
    """In winter nine is eight by UTC, in summer seven; nobody's Monday in 2026 is at another hour."""
    now, found = datetime(2025, 12, 31, tzinfo=UTC), []
    for _ in range(12):
        now = next(rhythms.coming(rhythms.USUAL, now, OSLO))
        found.append((now.astimezone(UTC).isoformat()[5:16], now.isoformat()[11:16], now.weekday()))
        assert rhythms.last(rhythms.USUAL, now, OSLO) == now
        before = rhythms.last(rhythms.USUAL, now - timedelta(seconds=1), OSLO)
        assert before is not None
        assert before < now
    assert [utc for utc, _, _ in found] == [
        "01-05T08:00",
        "02-02T08:00",
        "03-02T08:00",
        "04-06T07:00",
        "05-04T07:00",
        "06-01T07:00",
        "07-06T07:00",
        "08-03T07:00",
        "09-07T07:00",
        "10-05T07:00",
        "11-02T08:00",
        "12-07T08:00",
    ]
    assert {(wall, weekday) for _, wall, weekday in found} == {("09:00", 0)}


@pytest.mark.parametrize("night", ["2021-03-28", "2021-10-31"])
def test_the_clock_sends_it_once_though_its_month_has_a_change(leader: Talk, turns: Turns, night: str) -> None:
    leader.act("top.save", **ORDER)
    run_at(turns, f"{night}T00:30+00:00")
    before = kinds(turns.database).count("top_list")
    monday = next(rhythms.coming(rhythms.USUAL, datetime.fromisoformat(f"{night}T01:30+00:00"), OSLO))
    hours = [turns_at(turns, monday + timedelta(hours=hours)) for hours in (-1, 0, 1)]
    assert [count - before for count in hours] == [0, 1, 1]


def turns_at(turns: Turns, moment: datetime) -> int:
    """How many top lists are owed after the timetable was run then."""
    run_at(turns, moment.isoformat())
    return kinds(turns.database).count("top_list")


@pytest.mark.parametrize(
    ("now", "following"),
    [
        ("2020-11-24T09:00", "2020-12-07T09:00"),
        ("2020-12-07T08:59", "2020-12-07T09:00"),
        ("2020-12-07T09:00", "2021-01-04T09:00"),
        ("2020-12-31T23:00", "2021-01-04T09:00"),
        ("2021-03-01T10:00", "2021-04-05T09:00"),
    ],
)
def test_its_hour_is_the_first_monday_of_the_month_at_nine(now: str, following: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=OSLO)
    assert next(rhythms.coming(rhythms.USUAL, moment, OSLO)).isoformat()[:16] == following
    at = rhythms.last(rhythms.USUAL, next(rhythms.coming(rhythms.USUAL, moment, OSLO)), OSLO)
    assert at is not None
    assert at.isoformat()[:16] == following


def test_a_reminder_goes_out_the_day_before_once(employee: Talk, turns: Turns) -> None:
    employee.say("hei")
    assert run_at(turns, "2020-11-30T08:59+01:00") == 0
    assert run_at(turns, "2020-11-30T09:00+01:00") == 1
    assert run_at(turns, "2020-11-30T15:00+01:00") == 0
    assert kinds(turns.database) == ["reminder"]


def test_a_reminder_that_comes_too_late_is_not_sent(turns: Turns) -> None:
    run_at(turns, "2020-12-10T09:00+01:00")
    assert kinds(turns.database) == []


def test_a_month_is_never_reminded_of_as_a_day(turns: Turns) -> None:
    run_at(turns, "2020-12-31T12:00+01:00")
    assert kinds(turns.database) == []


def test_the_clock_card_tells_what_comes_next(leader: Talk) -> None:
    card = leader.act("clock.ahead")
    assert "30. november 2020" in card.as_text()
    assert card.buttons[0].values == {"to": "2020-11-30T09:00:00+01:00"}


def test_settings_show_what_was_set(employee: Talk) -> None:
    employee.say("Abonner på ukentlig oppsummering")
    employee.say("Skru av varsler")
    text = employee.act("settings").as_text()
    assert "hver uke" in text
    assert "Meldinger fra meg: av" in text


def test_saving_the_same_order_again_is_not_a_new_one(leader: Talk) -> None:
    leader.act("top.save", **ORDER)
    send(leader)
    leader.act("top.save", **ORDER)
    assert "allerede" in send(leader).title


def test_a_clock_that_runs_ahead_passes_what_is_due_on_the_way(leader: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    leader.act("clock.go", to="2020-12-08T09:00:00+01:00")
    assert sorted(kinds(turns.database)) == ["reminder", "reminder", "reminder", "top_list"]
    leader.now = turns.clock.now()
    leader.act("clock.go", to="2020-12-08T10:00:00+01:00")
    assert len(kinds(turns.database)) == 4


@pytest.mark.parametrize("wrong", ["", "7777", "alle"])
def test_without_the_number_it_goes_to_nothing_is_sent(leader: Talk, turns: Turns, wrong: str) -> None:
    leader.act("top.save", **ORDER)
    card = leader.press("top.send", count=wrong)
    assert "Ingenting er sendt" in card.questions[0].error
    assert kinds(turns.database) == []
    assert "sendt" in send(leader).title


def test_where_approval_is_needed_it_is_sent_once_another_approved_it(
    leader: Talk, employee: Talk, turns: Turns
) -> None:
    leader.say("hei")
    employee.say("hei")
    with turns.database.writing() as session:
        other = session.exec(select(Person).where(Person.name == "Employee-1")).one()
        people.grant(session, other, "osu2020", "leader")
    leader.act("top.save", **ORDER)
    sending = {"order": 1, "people": 2}
    assert not [button for button in leader.shown[-1].buttons if button.action == "top.send"]
    for talk in (leader, employee):
        assert talk.act("top.send", **sending, count="2").outcome == "refused"
    employee.act("top.save", **ORDER)
    assert employee.press("top.approve").outcome == "done"
    assert kinds(turns.database) == []
    leader.act("top.save", **ORDER)
    assert "sendt" in send(leader).title
    with turns.database.writing() as session:
        programmes.mark_changed(session, "osu2020")
        session.get_one(Programme, "osu2020").needs_approval = False
    leader.act("top.save", place_1="osu-ini-ledelse")
    assert "sendt" in send(leader).title


def test_it_tells_what_changed_since_the_order_before(leader: Talk, employee: Talk) -> None:
    leader.act("top.save", **ORDER)
    assert "som sist" not in employee.act("initiative.top").as_text()
    leader.act("top.save", place_1="osu-ini-ledelse", place_2="osu-ini-kompetanse")
    text = employee.act("initiative.top").as_text()
    assert "Ledelsesutvikling: ny på lista" in text
    assert "ned fra plass 1" in text
    assert "Ikke lenger på lista: Kommunegårdsprosjektet." in text


def test_the_clocks_list_tells_what_changed_since_the_month_before(leader: Talk, turns: Turns) -> None:
    leader.act("top.save", **ORDER)
    run_at(turns, "2020-12-07T09:00+01:00")
    leader.now = turns.clock.now()
    leader.act("top.save", place_1="osu-ini-kommunegard", place_2="osu-ini-kompetanse")
    for moment in ("2021-01-04T09:00+01:00", "2021-02-01T09:00+01:00"):
        run_at(turns, moment)
    with turns.database.reading() as session:
        rows = session.exec(select(outbox.Message).where(outbox.Message.kind == "top_list").order_by("id")).all()
        december, january, february = (Card.model_validate(row.cards["nb"]).as_text() for row in rows)
    assert "fra plass" not in december
    assert "opp fra plass 2" in january
    assert "fra plass" not in february
    assert "som sist" in february
