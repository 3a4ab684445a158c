"""What was stopped on its way is news for nobody whom it had not reached, and is said to be stopped."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from dialogs import announcement_pages
from dialogs.digests import news
from storage import announcement_pages as pages
from storage import announcements, programmes
from storage.outbox import OutboxRow, Status
from storage.people import Person
from tests.conftest import NOW
from tests.dialogs.test_announcements import expand
from tests.talk import CheckedTurns, Talk

WRITTEN = {"title": "Kickoff flyttes", "text": "Vi møtes i kantina."}


@pytest.fixture
def stopped(turns: CheckedTurns, leader: Talk, employee: Talk) -> Talk:
    """An announcement that the employee had got when the leader stopped it; somebody else, who had not."""
    other = Talk(turns, "employee-2", NOW)
    for talk in (employee, other):
        talk.say("hei")
    leader.act("announcement.preview", **WRITTEN)
    leader.send()
    expand(turns)
    with turns.database.writing() as session:
        rows = select(OutboxRow).join(Person).where(col(Person.name) == "Employee-1")
        row = session.exec(rows).one()
        row.status, row.next_at = Status.SENT, None
        session.add(row)
        number = row.broadcast_id
    assert number is not None
    leader.act("announcement.notice", announcement=1)
    leader.act("announcement.stop", announcement=1)
    return other


def test_it_is_news_for_those_only_who_had_got_it(employee: Talk, stopped: Talk) -> None:
    assert WRITTEN["text"] in employee.act("announcement.latest").as_text()
    card = stopped.act("announcement.latest")
    assert WRITTEN["title"] not in card.as_text()


def test_it_is_in_no_digest_and_not_read_aloud(turns: CheckedTurns, stopped: Talk) -> None:
    with turns.database.reading() as session:
        osu = programmes.get(session, "osu2020")
        found = news(session, osu, NOW - timedelta(days=1), NOW + timedelta(days=1))
    assert found.sent == []


def test_who_had_not_got_it_asks_about_nothing_and_who_had_may(employee: Talk, stopped: Talk) -> None:
    about = {"announcement": 1, "topic": "announcement", "language": "nb"}
    assert WRITTEN["title"] in employee.act("question.send", **about).as_text()
    assert WRITTEN["title"] not in stopped.act("question.send", **about).as_text()


@pytest.mark.parametrize(("language", "said"), [("nb", "er stoppet"), ("nn", "er stoppa"), ("en", "was stopped")])
def test_its_page_and_notice_say_that_it_was_stopped(
    turns: CheckedTurns, stopped: Talk, language: str, said: str
) -> None:
    with turns.database.reading() as session:
        key = session.exec(select(pages.AnnouncementPage.key)).one()
        page = announcement_pages.shown(session, key, language)  # type: ignore[arg-type]
    assert page is not None
    assert page.is_over
    assert said in page.title
    assert "kantina" not in str(page.blocks)


def test_leaders_see_that_it_was_stopped_and_print_it_no_more(leader: Talk, stopped: Talk) -> None:
    assert "stoppet tirsdag 24. november 2020" in leader.act("announcement.mine").as_text()
    report = leader.act("announcement.report", announcement=1)
    assert "announcement.notice" not in {button.action for button in report.buttons}
    refused = leader.act("announcement.notice", announcement=1)
    assert refused.outcome == "refused"
    assert "stoppet eller trukket tilbake" in refused.title


def test_what_was_not_stopped_is_news_for_all(turns: CheckedTurns, leader: Talk, stopped: Talk) -> None:
    leader.act("announcement.preview", title="Nytt møte", text="Onsdag.")
    leader.send()
    assert "Nytt møte" in stopped.act("announcement.latest").as_text()
    with turns.database.reading() as session:
        rows = announcements.latest(session, "osu2020", 5, NOW + timedelta(days=1))
        assert [row.title for row in rows] == ["Nytt møte"]
