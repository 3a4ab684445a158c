"""People volunteer once, see what they were promised, and withdraw; coordinators see who volunteered."""

import pytest

from bot.turns import Turns
from dialogs.card import Items
from tests.conftest import NOW
from tests.talk import CheckedTurns, Talk

GROUP = {"group": "osu-omstilling"}


def test_signing_up_tells_the_day_by_which_an_answer_was_promised(employee: Talk) -> None:
    card = employee.say("Jeg vil melde meg på arbeidsgruppe omstilling")
    assert (card.did, card.outcome) == ("join", "done")
    assert "8. desember 2020" in card.as_text()
    assert "et par uker" in card.as_text()


def test_a_second_press_changes_nothing_and_says_so(employee: Talk) -> None:
    employee.act("workgroup.join", **GROUP)
    card = employee.act("workgroup.join", **GROUP)
    assert "allerede" in card.title
    assert employee.act("signup.status").as_text().count("Arbeidsgruppe omstilling") == 1


def test_the_promise_is_not_renewed_by_pressing_again_later(employee: Talk) -> None:
    employee.act("workgroup.join", **GROUP)
    employee.now = NOW.replace(day=28)
    assert "8. desember 2020" in employee.act("workgroup.join", **GROUP).as_text()


def test_an_overdue_promise_is_called_overdue(employee: Talk) -> None:
    employee.act("workgroup.join", **GROUP)
    employee.now = NOW.replace(month=12, day=9)
    card = employee.act("signup.status")
    assert "skulle hatt svar" in card.as_text()
    assert "osu@baerum.kommune.no" in card.as_text()


def test_withdrawing_ends_the_sign_up_and_its_promise(employee: Talk) -> None:
    employee.act("workgroup.join", **GROUP)
    assert employee.press("workgroup.leave").outcome == "done"
    assert "ikke påmeldt" in employee.act("signup.status").title


def test_after_withdrawing_one_can_sign_up_again_with_a_new_promise(employee: Talk) -> None:
    employee.act("workgroup.join", **GROUP)
    employee.act("workgroup.leave", **GROUP)
    employee.now = NOW.replace(day=27)
    assert "11. desember 2020" in employee.act("workgroup.join", **GROUP).as_text()


def test_withdrawing_from_what_one_is_not_in_says_so(employee: Talk) -> None:
    card = employee.act("workgroup.leave", **GROUP)
    assert "ikke påmeldt" in card.title
    assert card.did == "leave"


def test_without_a_group_the_only_sign_up_is_the_one_meant(employee: Talk) -> None:
    employee.act("workgroup.join", **GROUP)
    assert employee.act("workgroup.leave").outcome == "done"


def test_asked_to_join_without_saying_what_the_open_groups_are_offered(employee: Talk) -> None:
    card = employee.act("workgroup.join")
    assert card.outcome == "clarify"
    assert [button.values for button in card.buttons] == [GROUP]


@pytest.mark.parametrize("group", ["osu-padriver", "osu-innsatsteam", "osu-mbm-organ"])
def test_a_group_that_takes_no_volunteers_says_how_it_is_filled(employee: Talk, group: str) -> None:
    card = employee.act("workgroup.join", group=group)
    assert card.did == "explain_closed"
    assert len(card.blocks) == 2
    assert "ikke påmeldt" in employee.act("signup.status").title


def test_in_os_no_group_takes_volunteers(stores: object, turns: Turns) -> None:
    other = Talk(CheckedTurns(turns.database, turns.inputs, turns.clock, "os2019"), "employee-os", NOW)
    assert other.act("workgroup.join", group="os-helse-omsorg").did == "explain_closed"
    assert other.act("workgroup.join").did == "explain_closed"


def test_a_group_of_another_programme_does_not_exist_here(employee: Talk) -> None:
    assert employee.act("workgroup.join", group="os-oppvekst").outcome == "refused"


def test_nobody_signs_somebody_else_up(employee: Talk) -> None:
    card = employee.act("workgroup.join", **{"for": "other"}, **GROUP)
    assert card.outcome == "clarify"
    assert "ikke påmeldt" in employee.act("signup.status").title


def test_coordinators_see_who_volunteered_in_order(turns: Turns, leader: Talk) -> None:
    for number in range(25):
        Talk(turns, f"employee-{number:02}", NOW).act("workgroup.join", **GROUP)
    card = leader.act("signup.volunteers")
    assert "25" in card.title
    assert "25 venter på svar" in card.as_text()
    seen: list[str] = []
    while True:
        seen += [name for name, _ in next(block.items for block in card.blocks if isinstance(block, Items))]
        more = [button for button in card.buttons if button.action == "signup.volunteers"]
        if not more:
            break
        card = leader.press(more[0])
    assert seen == [f"Employee-{number:02}" for number in range(25)]


def test_a_sign_up_is_nobody_elses(turns: Turns, employee: Talk) -> None:
    employee.act("workgroup.join", **GROUP)
    assert "ikke påmeldt" in Talk(turns, "employee-2", NOW).act("signup.status").title


@pytest.mark.parametrize(
    "text",
    [
        "korleis melder eg meg på ei arbeidsgruppe",
        "hvordan melder jeg meg på en arbeidsgruppe?",
        "how do I sign up for a workgroup?",
        "how do I withdraw?",
        "hvordan melder jeg meg av?",
        "korleis melder eg meg av gruppa?",
    ],
)
@pytest.mark.parametrize("is_signed_up", [True, False])
def test_asking_how_changes_nothing(employee: Talk, text: str, is_signed_up: bool) -> None:
    if is_signed_up:
        employee.act("workgroup.join", **GROUP)
    assert employee.say(text).outcome != "done"
    assert ("ikke påmeldt" in employee.act("signup.status").title) != is_signed_up
