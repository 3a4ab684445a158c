"""What one person alone sees in a channel has buttons that work, though Slack returns nothing of such a message."""

from typing import Any

import pytest

from bot.slack import carried, render
from dialogs.card import Button, Card, Question
from tests.bot.test_slack_endpoint import QUESTION
from tests.bot.workspace import Front, Slack, button_of, buttons_of, command, pressed, pressed_aside, submitted

KARI = "UKARI0001"


async def test_a_form_asked_for_by_command_is_filled_in_in_ones_own_chat(front: Front, slack: Slack) -> None:
    await front.command(command(KARI, "send innspill", slack.url))
    (told,) = slack.responded
    assert "vår egen chat" in told["text"]
    assert buttons_of(told) == []
    (form,) = slack.inbox(KARI)
    told_before = "chatten kan beholde det, og arbeidsgiveren kan finne det"
    assert told_before in form["text"], "which is said before anything is written"
    await front.interaction(pressed(KARI, button_of(form, "Send innspillet"), form))
    (view,) = slack.opened
    await front.interaction(submitted(KARI, view, text="Mer tid til opplæring"))
    assert any("kode" in one["text"].casefold() for one in slack.inbox(KARI))
    assert "C0KANAL001" not in slack.messages


async def test_every_button_of_what_one_alone_sees_works(front: Front, slack: Slack) -> None:
    for asked in ("", QUESTION, "hva er jeg påmeldt?", "hvilke arbeidsgrupper er det?", "innstillinger"):
        slack.responded.clear()
        await front.command(command(KARI, asked, slack.url))
        shown = [button for told in slack.responded for button in buttons_of(told)]
        assert shown, asked
        for button in shown:
            assert carried.pressed(button["value"], None) is not None, (asked, button)


async def test_a_form_behind_a_button_that_one_alone_sees_is_reached(front: Front, slack: Slack) -> None:
    await front.command(command(KARI, "", slack.url))
    (help_,) = slack.responded
    await front.interaction(pressed_aside(KARI, button_of(help_, "Send innspill"), slack.url))
    assert "vår egen chat" in slack.responded[-1]["text"]
    assert button_of(slack.inbox(KARI)[-1], "Send innspillet")
    assert "C0KANAL001" not in slack.messages


async def test_who_cannot_be_written_to_is_told_so_where_they_asked(front: Front, slack: Slack) -> None:
    slack.instead["chat.postMessage"] = [{"ok": False, "error": "messages_tab_disabled"}]
    await front.command(command(KARI, "send innspill", slack.url))
    (told,) = slack.responded
    assert "fikk ikke skrevet til deg" in told["text"]


async def test_an_answer_whose_address_has_gone_out_of_use_is_given_in_ones_own_chat(
    front: Front, slack: Slack
) -> None:
    gone = {**command(KARI, QUESTION, slack.url), "response_url": f"{slack.url}/gone"}
    await front.command(gone)
    (answer,) = slack.inbox(KARI)
    assert "1. desember 2020" in answer["text"]


def form() -> Card:
    return Card(
        title="Skjema",
        questions=(Question(name="text", label="Hva?"),),
        buttons=(Button(title="Send", action="input.send"), Button(title="Hjelp", action="help")),
    )


def long_valued() -> Card:
    return Card(title="Lang", buttons=(Button(title="Hjelp", action="help", values={"text": "æ" * 3000}),))


def short_valued() -> Card:
    return Card(title="Kort", buttons=(Button(title="Hjelp", action="help", values={"in": "x"}),))


@pytest.mark.parametrize(("card", "alone"), [(form(), False), (long_valued(), False), (short_valued(), True)])
def test_it_is_known_which_messages_need_themselves_back(card: Card, alone: bool) -> None:
    (post,) = render.messages(card)
    assert carried.stands_alone(post.blocks) is alone
    values: list[Any] = [carried.pressed(button["value"], None) for button in buttons_of({"blocks": post.blocks})]
    assert all(values) is alone
