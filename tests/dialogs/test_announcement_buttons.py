"""A leader chooses what people can do from an announcement; a question about it goes to whoever wrote it."""

import pytest
from sqlmodel import select

from bot.turns import Turns
from dialogs.card import Button, Card
from storage import people
from storage.announcements import Announcement
from storage.people import Person
from storage.unanswered import SentQuestion
from tests.conftest import NOW
from tests.dialogs import test_approvals, test_planned
from tests.dialogs.test_announcement_versions import ENGLISH, FIRST, cards, write
from tests.dialogs.test_approvals import asked
from tests.dialogs.test_planned import stored, told
from tests.talk import Talk

turns = test_planned.turns
other = test_approvals.other

ASKS = {"asks": "yes", "workgroup": "-", "takes_input": "no"}


def choose(leader: Talk, **form: str) -> Card:
    leader.press("announcement.parts")
    leader.press("announcement.buttons")
    return leader.press("announcement.buttons_save", **form)


def drawn(turns: Turns, language: str = "nb") -> list[Button]:
    return list(cards(turns)[language].buttons)


def test_it_has_the_usual_buttons_until_others_are_chosen(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **FIRST)
    leader.send()
    assert [button.action for button in drawn(turns)] == ["milestone.next", "input.submit", "help"]


def test_the_buttons_are_those_that_were_chosen_and_they_work(leader: Talk, turns: Turns, employee: Talk) -> None:
    leader.act("announcement.preview", **FIRST)
    choose(leader, asks="yes", workgroup="osu-omstilling", takes_input="yes")
    leader.send()
    found = drawn(turns)
    assert [button.action for button in found] == ["question.send", "workgroup.join", "input.submit", "help"]
    assert employee.press(found[1]).did == "join"
    assert "anonym" in employee.press(found[2]).as_text()


def test_the_same_choice_again_changes_nothing_and_another_one_does(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **FIRST)
    choose(leader, **ASKS)
    choose(leader, **ASKS)
    assert stored(turns).version == 2
    values = {question.name: question.value for question in (leader.press("announcement.parts"), leader.press(
        "announcement.buttons"))[1].questions}  # fmt: skip
    assert values == ASKS
    leader.press("announcement.buttons_save", **ASKS | {"asks": "no"})
    assert stored(turns).version == 3


def test_a_group_that_takes_nobody_is_no_button(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **FIRST)
    leader.press("announcement.parts")
    offered = leader.press("announcement.buttons").questions[1].choices
    assert "osu-padriver" not in [choice.value for choice in offered]
    for group in ("osu-padriver", "no-such"):
        form = ASKS | {"workgroup": group}
        assert leader.act("announcement.buttons_save", announcement=1, **form).outcome == "refused"
    assert stored(turns).version == 1


def test_an_employee_chooses_no_buttons_and_nobody_does_once_it_was_sent(leader: Talk, employee: Talk) -> None:
    leader.act("announcement.preview", **FIRST)
    for action in ("announcement.buttons", "announcement.buttons_save"):
        assert employee.act(action, announcement=1, **ASKS).did == "refuse_not_leader"
    leader.send()
    assert leader.act("announcement.buttons_save", announcement=1, **ASKS).outcome == "refused"


def test_other_buttons_need_approval_anew(leader: Talk, other: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **FIRST)
    leader.send()
    approving = next(b for b in asked(turns, other).buttons if b.action == "announcement.approve")
    leader.act("announcement.buttons_save", announcement=1, **ASKS)
    assert other.press(approving).outcome == "refused"


@pytest.fixture
def asking(leader: Talk, turns: Turns, employee: Talk) -> Button:
    """The button of an announcement that was sent, in English for an employee who reads that."""
    leader.act("announcement.preview", **FIRST)
    write(leader, "en", **ENGLISH)
    choose(leader, **ASKS)
    leader.send()
    return drawn(turns, "en")[0]


def test_a_question_about_it_names_it_and_is_told_to_its_author_only(
    asking: Button, leader: Talk, turns: Turns, employee: Talk
) -> None:
    second = Talk(turns, "leader-2", leader.now)
    second.say("hei")
    form = employee.press(asking)
    assert "About the announcement “We are moving”" in form.as_text()
    assert "Leader-1, who wrote the announcement" in form.as_text()
    sending = next(b for b in form.buttons if b.action == "question.sent")
    for _ in range(2):
        assert employee.press(sending, text="Where do I park?").outcome == "done"
    assert "spurt om meldingen «Vi flytter»" in told_of(turns, "leader-1")
    assert told(turns, "leader-2") == []
    listed = leader.act("question.list").as_text()
    assert "Om meldingen «Vi flytter»: Where do I park?" in listed
    assert "Employee" not in listed
    assert "Om meldingen «Vi flytter»" in leader.press("question.answer").as_text()
    with turns.database.reading() as session:
        (row,) = session.exec(select(SentQuestion)).all()
        assert (row.announcement_id, row.topic) == (1, "announcement")


def test_its_answer_becomes_a_fact(asking: Button, leader: Talk, employee: Talk, turns: Turns) -> None:
    employee.press(asking)
    employee.press("question.sent", text="Where do I park?")
    leader.act("question.list")
    leader.press("question.answer")
    given = {"title": "Hvor parkerer vi?", "text": "Bak bygget.", "source": "Referat 3. desember"}
    assert leader.press("question.answered", **given).outcome == "done"
    assert "Bak bygget." in told_of(turns, "employee-1")


def test_once_its_author_leads_no_more_all_leaders_are_told(
    asking: Button, leader: Talk, employee: Talk, turns: Turns
) -> None:
    second = Talk(turns, "leader-2", leader.now)
    second.say("hei")
    with turns.database.writing() as session:
        author = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        people.revoke(session, author, "osu2020", "leader")
    employee.press(asking)
    employee.press("question.sent", text="Where do I park?")
    assert "spurt om meldingen" in told_of(turns, "leader-2")


def test_a_draft_is_named_to_nobody(leader: Talk, employee: Talk) -> None:
    leader.act("announcement.preview", **FIRST)
    form = employee.act("question.send", announcement=1)
    assert "Vi flytter" not in form.as_text()
    assert form.outcome == "answered"


def told_of(turns: Turns, account: str) -> str:
    return "\n".join(card.as_text() for card in told(turns, account))


@pytest.mark.parametrize("is_recalled", [False, True])
def test_who_did_not_get_it_or_not_any_more_learns_no_title_by_asking(
    leader: Talk, employee: Talk, turns: Turns, is_recalled: bool
) -> None:
    leader.act("announcement.preview", **FIRST)
    leader.send()
    with turns.database.writing() as session:
        row = session.exec(select(Announcement)).one()
        if is_recalled:
            row.recalled_at = NOW
        else:
            row.audience = {"units": ["Lønn"]}
        session.add(row)
    form = employee.act("question.send", announcement=1)
    assert FIRST["title"] not in form.as_text()
