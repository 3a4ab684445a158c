"""Groups call meetings, say what became of them and where the work stands; members are told, and nobody else may."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.app import Stores
from bot.turns import Turns
from dialogs import reminders
from dialogs.actions import ACTIONS
from storage import group_seats, loading, people, programme_file, programmes, workgroups
from storage.meetings import Meeting
from storage.outbox import Message, OutboxRow
from storage.people import Person
from tests.clockwork import tick_at
from tests.conftest import NOW, PROGRAMMES, make_person
from tests.talk import Talk

GROUP = {"group": "osu-omstilling"}
PLAN = {"day": "15.12.2020", "starts": "9", "ends": "kl. 11.30", "title": "Mandatet", "place": "Teams", "form": "1"}
#: When a meeting of that plan has been.
AFTER = datetime(2020, 12, 17, 9, tzinfo=UTC)


@pytest.fixture
def coordinator(turns: Turns, stores: Stores) -> Talk:
    talk = Talk(turns, "ida", NOW)
    talk.act("help")
    with stores.database.writing() as session:
        people.grant(session, session.exec(select(Person).where(Person.name == "Ida")).one(), "osu2020", "coordinator")
    return talk


@pytest.fixture
def member(turns: Turns, coordinator: Talk) -> Talk:
    """Kari was taken into the group."""
    talk = Talk(turns, "kari", NOW)
    talk.act("workgroup.join", **GROUP)
    coordinator.act("signup.volunteers")
    coordinator.press("signup.one")
    coordinator.press("signup.accept")
    return talk


def owed(stores: Stores, key: str = "meeting:") -> list[tuple[str, str]]:
    with stores.database.reading() as session:
        rows = session.exec(
            select(Person.name, Message)
            .join(OutboxRow, col(OutboxRow.person_id) == col(Person.id))
            .join(Message, col(OutboxRow.message_id) == col(Message.id))
            .where(col(OutboxRow.idempotency_key).startswith(key))
            .order_by(col(OutboxRow.id))
        ).all()
        return [(name, message.cards["nb"]["title"]) for name, message in rows]


def called(coordinator: Talk, **more: Any) -> str:
    """The key of a meeting that was called."""
    card = coordinator.act("meeting.saved", **(GROUP | PLAN | more))
    assert card.outcome == "done", card.as_text()
    return str(next(button for button in card.buttons if button.action == "meeting.note").values["meeting"])


def test_a_meeting_that_is_called_is_told_once_to_members_and_shown_to_all(
    coordinator: Talk, member: Talk, employee: Talk, stores: Stores
) -> None:
    key = called(coordinator)
    assert called(coordinator) == key
    title = "Møte i Arbeidsgruppe omstilling: Mandatet"
    assert owed(stores) == [("Kari", f"Nytt møte: {title}")]
    shown = employee.act("group.meetings", **GROUP).as_text()
    assert f"{title}: Tirsdag 15. desember 2020 kl. 09:00–11:30" in shown
    opened = employee.press("meeting.open")
    assert "Teams" in opened.as_text()
    assert {button.action for button in opened.buttons}.isdisjoint({"meeting.note", "meeting.write"})
    assert "tirsdag 15. desember 2020" in employee.act("workgroup.about", **GROUP).as_text()


def test_who_follows_the_group_is_told_once_too(
    coordinator: Talk, member: Talk, employee: Talk, stores: Stores
) -> None:
    for talk in (member, employee):
        talk.act("topic.follow", topic="workgroup:osu-omstilling")
    coordinator.now = NOW + timedelta(minutes=1)
    called(coordinator)
    assert sorted(name for name, _ in owed(stores)) == ["Employee-1", "Kari"]


def test_moved_cancelled_taken_up_again_and_held_with_minutes(coordinator: Talk, member: Talk, stores: Stores) -> None:
    meeting = {"meeting": called(coordinator)}
    coordinator.act("meeting.saved", **(meeting | PLAN | {"day": "16. desember 2020"}))
    coordinator.act("meeting.saved", **(meeting | PLAN | {"day": "16. desember 2020"}))
    coordinator.act("meeting.noted", **meeting, state="cancelled")
    assert coordinator.act("meeting.saved", **(meeting | PLAN)).outcome == "refused"
    coordinator.act("meeting.noted", **meeting, state="planned")
    coordinator.now = AFTER
    coordinator.act("meeting.noted", **meeting, state="held")
    card = coordinator.act("meeting.noted", **meeting, state="held", minutes="https://example.org/referat")
    assert "example.org" in str(card.blocks)
    told = [title.partition(":")[0] for _, title in owed(stores)]
    assert told == ["Nytt møte", "Møtet er endret", "Avlyst", "Blir likevel holdt", "Referatet er klart"]


def test_members_are_reminded_on_the_last_working_day_before_and_once(
    coordinator: Talk, member: Talk, stores: Stores
) -> None:
    called(coordinator, day="14.12.2020")  # a Monday
    key = "meeting:osu2020:here:1:reminder"
    tick_at(stores, datetime(2020, 12, 11, 7, 59, tzinfo=UTC))
    assert owed(stores, key) == []
    for _ in range(2):
        tick_at(stores, datetime(2020, 12, 11, 8, tzinfo=UTC))  # Friday, nine o'clock there
    assert [name for name, _ in owed(stores, key)] == ["Kari"]
    tick_at(stores, datetime(2020, 12, 14, 8, tzinfo=UTC))
    assert len(owed(stores, key)) == 1


def test_every_meeting_can_be_opened_and_the_one_just_held_at_once(
    coordinator: Talk, member: Talk, employee: Talk
) -> None:
    for number in range(8):
        called(coordinator, day=f"{number + 1}.12.2020", form=str(number))
    employee.now = coordinator.now = datetime(2020, 12, 3, 9, tzinfo=UTC)
    for talk in (employee, coordinator):
        assert {"meeting": "here:1"} in [one.values for one in talk.act("group.meetings", **GROUP).buttons]
        opened = set()
        while True:
            buttons = talk.shown[-1].buttons
            opened |= {one.values["meeting"] for one in buttons if one.action == "meeting.open"}
            further = [one for one in buttons if one.action == "group.meetings"]
            if not further:
                break
            talk.press(further[0])
        assert len(opened) == 8
    assert employee.act("group.meetings", **GROUP, start=99).outcome == "answered"


@pytest.mark.parametrize(
    "text",
    [
        "referat fra møtet i arbeidsgruppe omstilling",
        "hvor finner jeg referatet fra siste møte i arbeidsgruppe omstilling?",
        "vis møtereferata frå arbeidsgruppe omstilling",
        "minutes of the meeting in arbeidsgruppe omstilling",
        "where are the minutes from the last meeting?",
    ],
)
def test_minutes_that_are_asked_for_are_linked(coordinator: Talk, member: Talk, employee: Talk, text: str) -> None:
    key = called(coordinator)
    assert employee.say(text).outcome == "unknown"
    coordinator.now = AFTER
    coordinator.act("meeting.noted", meeting=key, state="held", minutes="https://example.org/referat")
    card = employee.say(text)
    assert card.outcome == "answered"
    assert "https://example.org/referat" in str(card.blocks)
    assert employee.press("meeting.open").outcome == "answered"


def test_minutes_of_a_group_whose_number_none_has_are_nobody_s(coordinator: Talk, member: Talk, employee: Talk) -> None:
    key = called(coordinator)
    coordinator.now = AFTER
    coordinator.act("meeting.noted", meeting=key, state="held", minutes="https://example.org/referat")
    card = employee.say("referat fra møtet i arbeidsgruppe 7")
    assert "med nummer 7" in card.title
    assert "example.org" not in str(card.blocks)


@pytest.mark.parametrize(
    ("opening", "saving", "first", "second"),
    [
        ("meeting.write", "meeting.saved", PLAN | {"place": "Rom 1"}, PLAN | {"place": "Rom 2"}),
        ("meeting.note", "meeting.noted", {"state": "cancelled"}, {"state": "planned", "papers": "23.11.2020"}),
    ],
)
def test_what_somebody_else_has_changed_meanwhile_is_not_written_over_unseen(
    coordinator: Talk, stores: Stores, opening: str, saving: str, first: dict[str, str], second: dict[str, str]
) -> None:
    with stores.database.writing() as session:
        person = make_person(session, "ole", channel="web")
        people.grant(session, person, "osu2020", "coordinator")
    other = Talk(coordinator.turns, "ole", NOW)
    key = called(coordinator)
    forms = [talk.act(opening, meeting=key) for talk in (other, coordinator)]
    mine, theirs = (next(one for one in form.buttons if one.action == saving) for form in forms)
    for _ in range(2):
        assert coordinator.press(theirs, **first).outcome == "done"
    refused = other.press(mine, **second)
    assert (refused.outcome, "Noen har endret møtet" in str(refused.questions)) == ("refused", True)
    assert first.get("place", "avlyst") in str(refused.blocks)
    assert any(one.value == second.get("place", "23.11.2020") for one in refused.questions)
    assert other.press(saving, **second).outcome == "done"


def test_a_cancelled_meeting_goes_into_no_calendar_and_is_told_of_once(
    coordinator: Talk, member: Talk, stores: Stores
) -> None:
    meeting = {"meeting": called(coordinator)}
    assert "calendar.add" in [one.action for one in coordinator.act("meeting.open", **meeting).buttons]
    card = coordinator.act("meeting.noted", **meeting, state="cancelled")
    assert "Én av dem som er med i gruppen" in card.as_text()
    assert "calendar.add" not in [one.action for one in card.buttons]
    with stores.database.reading() as session:
        notice = session.exec(select(Message).order_by(col(Message.id).desc())).first()
        assert notice is not None
        assert "Avlyst" in str(notice.cards)
        assert "calendar.add" not in str(notice.cards)
    again = coordinator.act("meeting.noted", **meeting, state="cancelled").as_text()
    assert "lagret fra før" in again
    assert "bare står i dokumentene" not in again


def test_the_clock_that_runs_ahead_stops_at_reminders_of_meetings(
    coordinator: Talk, leader: Talk, stores: Stores
) -> None:
    before = leader.act("clock.ahead").buttons[0].values["to"]
    volunteer = Talk(coordinator.turns, "kari", NOW)
    volunteer.act("workgroup.join", **GROUP)
    coordinator.act("signup.volunteers")
    coordinator.press("signup.one")
    coordinator.press("signup.accept")
    meeting = {"meeting": called(coordinator, day="27.11.2020")}
    card = leader.act("clock.ahead")
    assert card.buttons[0].values["to"] == "2020-11-26T09:00:00+01:00" < before
    assert "påminnelse om Møte i Arbeidsgruppe omstilling: Mandatet" in card.as_text()
    coordinator.act("meeting.noted", **meeting, state="cancelled")
    assert leader.act("clock.ahead").buttons[0].values["to"] == before
    coordinator.act("meeting.noted", **meeting, state="planned")
    leader.act("clock.ahead")
    leader.press(leader.shown[-1].buttons[0])
    assert owed(stores, "meeting:osu2020:here:1:reminder")


def test_the_first_morning_that_is_foretold_is_the_first_on_which_somebody_is_reminded(
    coordinator: Talk, stores: Stores
) -> None:
    Talk(coordinator.turns, "kari", NOW).act("workgroup.join", **GROUP)
    with stores.database.reading() as session:
        programme = programmes.get(session, "osu2020")
        found = reminders.coming(session, programme, NOW, "nb")
    mornings = [at for at, what in found if what == "påminnelse om svar som er lovet"]
    tick_at(stores, mornings[0] - timedelta(minutes=1))
    assert owed(stores, "promises:") == []
    tick_at(stores, mornings[0])
    assert [name for name, _ in owed(stores, "promises:")] == ["Ida"]


def test_of_a_cancelled_meeting_nobody_is_reminded_and_of_a_moved_one_anew(
    coordinator: Talk, member: Talk, stores: Stores
) -> None:
    meeting = {"meeting": called(coordinator)}
    coordinator.act("meeting.noted", **meeting, state="cancelled")
    tick_at(stores, datetime(2020, 12, 14, 9, tzinfo=UTC))
    assert owed(stores, "meeting:osu2020:here:1:reminder") == []
    coordinator.act("meeting.noted", **meeting, state="planned")
    tick_at(stores, datetime(2020, 12, 14, 9, tzinfo=UTC))
    coordinator.now = datetime(2020, 12, 14, 10, tzinfo=UTC)
    coordinator.act("meeting.saved", **(meeting | PLAN | {"day": "17.12.2020"}))
    tick_at(stores, datetime(2020, 12, 16, 9, tzinfo=UTC))
    assert len(owed(stores, "meeting:osu2020:here:1:reminder")) == 2


def test_where_the_work_stands_is_told(coordinator: Talk, member: Talk, employee: Talk, stores: Stores) -> None:
    saying = GROUP | {"state": "delivered", "result": "Tre forslag til rådmannen"}
    for _ in range(2):
        assert coordinator.act("group.work_saved", **saying).outcome == "done"
    assert owed(stores, "group-work:") == [("Kari", "Arbeidsgruppe omstilling: har levert")]
    shown = employee.act("workgroup.about", **GROUP).as_text()
    assert "Status: har levert" in shown
    assert "Tre forslag til rådmannen" in shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"day": ""}, "Jeg leser ikke «»"),
        ({"day": "en gang på nyåret"}, "som en dag"),
        ({"day": "30.2.2021"}, "som en dag"),
        ({"day": "23.11.2020"}, "Dagen har vært"),
        ({"starts": "25"}, "«25» som et klokkeslett"),
        ({"starts": "ni"}, "«ni» som et klokkeslett"),
        ({"starts": "10", "ends": "10"}, "Sluttiden er før starttiden"),
        ({"starts": "", "ends": "10"}, "Sluttiden er før starttiden"),
        ({"title": "x" * 121}, "121 tegn"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_what_was_written_stays(
    coordinator: Talk, stores: Stores, wrong: dict[str, str], said: str
) -> None:
    card = coordinator.act("meeting.saved", **(GROUP | PLAN | wrong))
    assert card.outcome == "refused"
    (error,) = [question.error for question in card.questions if question.error]
    assert said in error
    assert next(question.value for question in card.questions if question.name == "place") == "Teams"
    with stores.database.reading() as session:
        assert session.exec(select(Meeting)).all() == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"state": "held", "minutes": "http://example.org"}, "https://"),
        ({"state": "planned", "minutes": "https://example.org"}, "som er holdt"),
        ({"state": "held"}, "ikke kommet"),
        ({"state": "held", "papers": "1.1.2030"}, "ikke kommet"),
        ({"state": "held", "papers": "snart"}, "som en dag"),
    ],
)
def test_what_cannot_have_become_of_it_is_refused(coordinator: Talk, wrong: dict[str, str], said: str) -> None:
    card = coordinator.act("meeting.noted", meeting=called(coordinator), **wrong)
    assert card.outcome == "refused"
    assert said in str([question.error for question in card.questions])


OF_RUNNERS = sorted(
    name for name in ACTIONS if name in ("group.work", "group.work_saved") or name.startswith("meeting.")
)


@pytest.mark.parametrize("action", [name for name in OF_RUNNERS if name != "meeting.open"])
def test_whoever_runs_no_groups_is_refused(coordinator: Talk, employee: Talk, stores: Stores, action: str) -> None:
    meeting = called(coordinator)
    card = employee.act(action, **GROUP, **(PLAN | {"form": "2"}), meeting=meeting, state="cancelled")
    assert (card.outcome, "ledere og koordinatorer" in card.as_text()) == ("refused", True)
    assert coordinator.act("meeting.open", meeting=meeting).as_text().count("planlagt") == 1


@pytest.mark.parametrize("action", ["meeting.open", "meeting.write", "meeting.saved", "meeting.note", "meeting.noted"])
def test_a_meeting_that_is_none_is_told_so(coordinator: Talk, action: str) -> None:
    assert "finner ikke møtet" in coordinator.act(action, meeting="osu-nonsense").as_text()


WITH_MEETING = """
meetings:
  - key: osu-referansemote
    workgroup: osu-omstilling
    kind: involvement
    date: {precision: month, value: 2021-02}
    with: [Eldrerådet]
    source: nyhetsbrev
"""


def test_a_meeting_of_the_file_is_as_exact_as_it_says_and_keeps_what_became_of_it(
    coordinator: Talk, stores: Stores, tmp_path: Any
) -> None:
    file = tmp_path / "osu2020.yaml"
    file.write_text((PROGRAMMES / "osu2020.yaml").read_text("utf-8") + WITH_MEETING, "utf-8")
    key = called(coordinator)
    for _ in range(2):
        with stores.database.writing() as session:
            loading.load(session, programme_file.read(file))
        shown = coordinator.act("meeting.open", meeting="osu-referansemote").as_text()
        assert "Medvirkningsmøte i Arbeidsgruppe omstilling" in shown
        assert "Februar 2021" in shown
        assert "Eldrerådet" in shown
        coordinator.act("meeting.noted", meeting="osu-referansemote", state="cancelled")
    assert "avlyst" in coordinator.act("meeting.open", meeting="osu-referansemote").as_text()
    assert "programfilen" in coordinator.act("meeting.write", meeting="osu-referansemote").as_text()
    assert coordinator.act("meeting.open", meeting=key).outcome == "answered"


def test_members_without_any_account_are_in_the_group_and_sent_nothing(coordinator: Talk, stores: Stores) -> None:
    card = coordinator.act("meeting.saved", group="osu-padriver", **PLAN)
    assert "Medlemmer som bare står i dokumentene" in card.as_text()
    assert owed(stores) == []


def test_bodies_deadlines_and_whom_a_group_involves_are_told(turns: Turns, stores: Stores) -> None:
    with stores.database.writing() as session:
        make_person(session, "liv", programme="os2019", channel="web")
    liv = Talk(turns, "liv", datetime(2019, 3, 1, 9, tzinfo=UTC))
    group = liv.act("workgroup.about", group="os-oppvekst").as_text()
    assert "innen 1. mai 2019" in group
    assert "eldrerådet" in group
    assert "Organ for: Kvalitetssikring" in liv.act("workgroup.about", group="os-stottegruppe").as_text()


def test_who_leads_a_group_calls_its_meetings_and_no_other_s(coordinator: Talk, employee: Talk, stores: Stores) -> None:
    with stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Ida")).one()
        people.revoke(session, person, "osu2020", "coordinator")
        group_seats.give(session, person, workgroups.get(session, "osu2020", "osu-omstilling"), NOW, leads=True)
        seated = make_person(session, "ole", channel="web")
        group_seats.give(session, seated, workgroups.get(session, "osu2020", "osu-omstilling"), NOW)
    called(coordinator)
    assert [name for name, _ in owed(stores)] == ["Ole"]
    assert coordinator.act("group.work_saved", **GROUP, state="working").outcome == "done"
    for action in ("meeting.saved", "group.work_saved"):
        refused = coordinator.act(action, group="osu-padriver", **(PLAN | {"form": "3"}), state="working")
        assert refused.outcome == "refused"
