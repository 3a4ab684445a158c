"""What goes to very few asks for nothing that would tell who of them did what."""

import pytest

from bot.turns import Turns
from tests.dialogs import test_planned
from tests.dialogs.test_announcements import expand
from tests.dialogs.test_planned import WRITTEN, told
from tests.talk import Talk

turns = test_planned.turns


@pytest.fixture
def sent_to_one(leader: Talk, employee: Talk) -> Talk:
    employee.act("workgroup.join", group="osu-omstilling")
    leader.act("announcement.preview", **WRITTEN)
    assert "announcement.receipt" in {button.action for button in leader.shown[-1].buttons}
    leader.press("announcement.audience")
    leader.press("announcement.addressed", workgroup="osu-omstilling")
    return leader


def test_receipts_are_not_offered_for_few(sent_to_one: Talk) -> None:
    assert "announcement.receipt" not in {button.action for button in sent_to_one.shown[-1].buttons}


def test_a_question_of_one_of_few_does_not_say_which_announcement_it_is_about(
    sent_to_one: Talk, employee: Talk, turns: Turns
) -> None:
    sent_to_one.send()
    expand(turns)
    card = employee.act("question.send", announcement=1, language="nb", topic="announcement")
    assert [question.name for question in card.questions] == ["text"]
    assert WRITTEN["title"] not in card.as_text()
    assert employee.press("question.sent", text="Når begynner det?").outcome == "done"
    notices = told(turns, "leader-1")
    assert notices
    assert all(WRITTEN["title"] not in notice.as_text() for notice in notices)
    assert WRITTEN["title"] not in sent_to_one.act("question.list").as_text()
