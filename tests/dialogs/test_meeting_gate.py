"""Papers of a meeting reach the employees' side before staff are told of its matter."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from bot.app import Stores
from bot.clock import DemoClock
from bot.schedule import Schedule
from dialogs.card import Card
from storage import people
from storage.announcements import Announcement
from storage.people import Person
from tests.talk import Talk

MEETING = {"meeting": "here:1"}
ABOUT = "meeting:here:1"


@pytest.fixture
def runner(leader: Talk, stores: Stores) -> Talk:
    """The only leader, who has called a meeting of MBM."""
    leader.say("hei")
    with stores.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        for role in people.ROLES[1:]:
            people.revoke(session, person, "osu2020", role)
    leader.act("meeting.saved", group="osu-mbm-organ", day="1.12.2020", title="Organisering", form="1")
    return leader


def tell(runner: Talk, **form: str) -> Card:
    runner.act("announcement.preview", title="Saker til MBM", text="Det neste møtet handler om organiseringen.")
    return runner.send(**{"decided": ABOUT, **form})


def sent(stores: Stores) -> int:
    with stores.database.reading() as session:
        rows = session.exec(select(Announcement).where(Announcement.sent_at != None)).all()  # noqa: E711
        return len(rows)


def test_it_waits_until_the_papers_are_recorded_as_sent(runner: Talk, stores: Stores) -> None:
    card = tell(runner)
    assert (card.outcome, sent(stores)) == ("refused", 0)
    assert "De tillitsvalgte skal ha papirene før" in card.as_text()
    opening = next(button for button in card.buttons if button.action == "announcement.open")
    noting = runner.press("meeting.note")
    assert "Papirdagen" in noting.as_text()
    assert runner.press("meeting.noted", state="planned", papers="23.11.2020").outcome == "done"
    # The draft is kept with what it tells of.
    shown = runner.press(opening)
    assert [question.value for question in shown.questions if question.name == "decided"] == [ABOUT]
    runner.send(decided=ABOUT)
    assert sent(stores) == 1


def test_of_another_meeting_or_of_none_nothing_waits(runner: Talk, stores: Stores) -> None:
    tell(runner, decided="no")
    assert sent(stores) == 1


def test_the_matter_of_a_cancelled_meeting_waits_for_nothing(runner: Talk, stores: Stores) -> None:
    tell(runner)
    runner.act("meeting.noted", **MEETING, state="cancelled")
    tell(runner)
    assert sent(stores) == 1


def test_a_meeting_that_is_none_is_refused(runner: Talk, stores: Stores) -> None:
    assert tell(runner, decided="meeting:osu-nonsense").outcome == "refused"
    assert sent(stores) == 0


def test_words_of_a_decision_are_asked_about_all_the_same(runner: Talk, stores: Stores) -> None:
    runner.act("meeting.noted", **MEETING, state="planned", papers="23.11.2020")
    runner.act("announcement.preview", title="Vedtatt", text="Modellen er vedtatt.")
    card = runner.send(decided=ABOUT)
    assert "vedtatt" in str([question.error for question in card.questions])
    assert sent(stores) == 0
    runner.send(decided=ABOUT)
    assert sent(stores) == 1


def test_the_clock_holds_back_what_lost_its_papers_rule_since(runner: Talk, stores: Stores) -> None:
    """Planned for a meeting that was cancelled, and taken up again before it was sent."""
    runner.act("meeting.noted", **MEETING, state="cancelled")
    runner.act("announcement.preview", title="Saker til MBM", text="Det neste møtet handler om organiseringen.")
    runner.send(decided=ABOUT, day="30.11.2020", clock="09:00")
    runner.act("meeting.noted", **MEETING, state="planned")
    Schedule(stores.database, DemoClock(datetime(2020, 11, 30, 8, 1, tzinfo=UTC)), lambda: None).run_due()
    assert sent(stores) == 0


def test_twice_recorded_is_once(runner: Talk, stores: Stores) -> None:
    for _ in range(2):
        runner.act("meeting.noted", **MEETING, state="planned", papers="23.11.2020")
    assert "mandag 23. november 2020" in runner.act("meeting.open", **MEETING).as_text()
