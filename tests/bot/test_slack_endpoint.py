"""What Slack sends is answered where it belongs and in its time; what is not Slack's, or not for us, is refused."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlmodel import select

from bot.app import Stores
from storage.conversations import Received
from storage.people import Address
from storage.sign_ups import SignUp
from tests.bot.workspace import (
    BOT,
    FORM,
    JSON,
    TEAM,
    Front,
    Slack,
    button_of,
    command,
    event,
    mentioned,
    pressed,
    private,
    said,
    signed,
    submitted,
)

QUESTION = "Når er neste milepæl?"
#: A body and headers for each path, all of them right: what is wrong is put into them one at a time.
EVENT = said("UKARI0001", QUESTION)


def body_of(sent: Any) -> bytes:
    return json.dumps(sent).encode()


def form_of(payload: Any) -> bytes:
    return urlencode({"payload": payload if isinstance(payload, str) else json.dumps(payload)}).encode()


def nested(depth: int) -> bytes:
    return b'{"type":"event_callback","team_id":"' + TEAM.encode() + b'","event_id":"Ev1","event":' + (
        b'{"type":' * depth + b"1" + b"}" * depth
    ) + b"}"  # fmt: skip


def wrong(**more: Any) -> bytes:
    return body_of({**EVENT, **more})


def wrong_event(**more: Any) -> bytes:
    return body_of({**EVENT, "event": {**EVENT["event"], **more}})


PRESSED = pressed(
    "UKARI0001", {"value": '{"action":"help"}'}, {"channel": "D0KARI0001", "ts": "1.000001", "blocks": []}
)
COMMAND = command("UKARI0001", QUESTION, "http://127.0.0.1:9")
#: What is wrong, where it is sent, the body, its type, its headers (None: signed), and how it is refused.
REFUSED: dict[str, tuple[str, bytes, str, dict[str, str] | None, int]] = {
    "no signature": ("events", body_of(EVENT), JSON, {}, 401),
    "no signature on a command": ("commands", urlencode(COMMAND).encode(), FORM, {}, 401),
    "no signature on a button": ("interactivity", form_of(PRESSED), FORM, {}, 401),
    "another secret": ("events", body_of(EVENT), JSON, signed(body_of(EVENT), "another"), 401),
    "of another body": ("events", body_of(EVENT), JSON, signed(body_of(EVENT) + b" "), 401),
    "of another version": (
        "events",
        body_of(EVENT),
        JSON,
        {**signed(body_of(EVENT)), "X-Slack-Signature": "v1=" + "0" * 64},
        401,
    ),
    "too old": ("events", body_of(EVENT), JSON, signed(body_of(EVENT), at=time.time() - 3600), 401),
    "of the future": ("events", body_of(EVENT), JSON, signed(body_of(EVENT), at=time.time() + 3600), 401),
    "an old signature with a new time": (
        "events",
        body_of(EVENT),
        JSON,
        {
            "X-Slack-Signature": signed(body_of(EVENT), at=time.time() - 600)["X-Slack-Signature"],
            "X-Slack-Request-Timestamp": str(int(time.time())),
        },
        401,
    ),
    "a time that is none": (
        "events",
        body_of(EVENT),
        JSON,
        {**signed(body_of(EVENT)), "X-Slack-Request-Timestamp": "now"},
        401,
    ),
    "a time in other digits": (
        "events",
        body_of(EVENT),
        JSON,
        {**signed(body_of(EVENT)), "X-Slack-Request-Timestamp": "-1"},
        401,
    ),
    "a signature that is not ASCII": (
        "events",
        body_of(EVENT),
        JSON,
        {**signed(body_of(EVENT)), "X-Slack-Signature": "v0=å"},
        401,
    ),
    "too large": ("events", b" " * 600_000, JSON, None, 413),
    "another type": ("events", body_of(EVENT), "text/plain", None, 415),
    "a form for events": ("events", form_of(EVENT), FORM, None, 415),
    "JSON for a button": ("interactivity", body_of(PRESSED), JSON, None, 415),
    "not JSON": ("events", b"{", JSON, None, 400),
    "nothing": ("events", b"", JSON, None, 400),
    "a list": ("events", b"[]", JSON, None, 400),
    "not UTF-8": ("events", b"\xff\xfe", JSON, None, 400),
    "nested too deep to be read": ("events", b"[" * 100_000, JSON, None, 400),
    "nested too deep": ("events", nested(5000), JSON, None, 400),
    "no event": ("events", wrong(event=None), JSON, None, 400),
    "an event that is a text": ("events", wrong(event="message"), JSON, None, 400),
    "another kind of callback": ("events", wrong(type="app_rate_limited"), JSON, None, 400),
    "no workspace": ("events", wrong(team_id=None), JSON, None, 400),
    "a workspace that is none": ("events", wrong(team_id="../T1"), JSON, None, 400),
    "an unknown workspace": ("events", wrong(team_id="T0ANNEN001"), JSON, None, 403),
    "no event_id": ("events", wrong(event_id=None), JSON, None, 400),
    "an event_id that is too long": ("events", wrong(event_id="E" * 500), JSON, None, 400),
    "nobody": ("events", wrong_event(user=None), JSON, None, 400),
    "somebody who cannot be": ("events", wrong_event(user="U\x00"), JSON, None, 400),
    "nowhere": ("events", wrong_event(channel=7), JSON, None, 400),
    "a challenge that is none": ("events", body_of({"type": "url_verification", "challenge": 7}), JSON, None, 400),
    "no payload": ("interactivity", b"other=1", FORM, None, 400),
    "a payload that is not JSON": ("interactivity", form_of("{"), FORM, None, 400),
    "a payload that is a list": ("interactivity", form_of("[]"), FORM, None, 400),
    "a form that is none": ("interactivity", b"\xff\xfe=1", FORM, None, 400),
    "too many fields": ("commands", urlencode([("a", "1")] * 500).encode(), FORM, None, 400),
    "a button of nobody": ("interactivity", form_of({**PRESSED, "user": None}), FORM, None, 400),
    "a button without a trigger": ("interactivity", form_of({**PRESSED, "trigger_id": None}), FORM, None, 400),
    "a button of no workspace": ("interactivity", form_of({**PRESSED, "team": None, "user": {}}), FORM, None, 400),
    "a button of another workspace": (
        "interactivity",
        form_of({**PRESSED, "team": {"id": "T0ANNEN001"}}),
        FORM,
        None,
        403,
    ),
    "a command of nobody": ("commands", urlencode({**COMMAND, "user_id": ""}).encode(), FORM, None, 400),
    "a command of another workspace": (
        "commands",
        urlencode({**COMMAND, "team_id": "T0ANNEN001"}).encode(),
        FORM,
        None,
        403,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_not_slacks_or_not_for_us_is_refused_without_a_turn(
    front: Front, slack: Slack, stores: Stores, name: str
) -> None:
    path, body, kind, headers, status = REFUSED[name]
    response = await front.post(path, body, kind, headers)
    assert response.status == status, await response.text()
    with stores.database.reading() as session:
        assert session.exec(select(Received)).all() == []
    assert slack.messages == {}


async def test_a_large_body_without_a_length_is_refused_too(front: Front) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(10):
            yield b" " * 100_000

    response = await front.client.post("/slack/events", data=pieces(), headers={"Content-Type": JSON, **signed(b"")})
    assert response.status == 413


async def test_the_address_is_verified(front: Front) -> None:
    response = await front.event({"type": "url_verification", "challenge": "et ord"})
    assert (response.status, await response.json()) == (200, {"challenge": "et ord"})


async def test_a_question_is_answered_in_the_chat(front: Front, slack: Slack) -> None:
    assert (await front.event(said("UKARI0001", QUESTION))).status == 200
    (answer,) = slack.inbox("UKARI0001")
    assert "1. desember 2020" in answer["text"]
    assert "thread_ts" not in answer


async def test_a_mention_is_answered_in_its_thread(front: Front, slack: Slack) -> None:
    asked = mentioned("UKARI0001", f"<@{BOT}> {QUESTION}")
    assert (await front.event(asked)).status == 200
    (answer,) = slack.messages["C0KANAL001"].values()
    assert answer["thread_ts"] == asked["event"]["ts"]
    assert "1. desember 2020" in answer["text"]


async def test_a_mention_told_twice_by_two_kinds_of_events_is_answered_once(front: Front, slack: Slack) -> None:
    same = {"client_msg_id": "0a0a-1", "ts": "1700000000.000100"}
    await front.event(mentioned("UKARI0001", f"<@{BOT}> {QUESTION}", **same))
    await front.event(
        event(
            "message",
            user="UKARI0001",
            text=f"<@{BOT}> {QUESTION}",
            channel="C0KANAL001",
            channel_type="channel",
            **same,
        )
    )
    assert len(slack.messages["C0KANAL001"]) == 1


async def test_what_is_personal_is_answered_to_that_person_alone(front: Front, slack: Slack) -> None:
    asked = mentioned("UKARI0001", f"<@{BOT}> meld meg på arbeidsgruppe omstilling")
    assert (await front.event(asked)).status == 200
    assert "C0KANAL001" not in slack.messages
    (answer,) = slack.inbox("UKARI0001")
    assert "8. desember 2020" in answer["text"]
    (told,) = slack.whispered
    assert (told["channel"], told["user"], told["thread_ts"]) == ("C0KANAL001", "UKARI0001", asked["event"]["ts"])
    assert "8. desember" not in told["text"]


async def test_who_cannot_be_written_to_alone_is_told_so(front: Front, slack: Slack) -> None:
    slack.instead["chat.postMessage"] = [{"ok": False, "error": "messages_tab_disabled"}]
    await front.event(mentioned("UKARI0001", f"<@{BOT}> hva er jeg påmeldt?"))
    (told,) = slack.whispered
    assert "fikk ikke skrevet til deg" in told["text"]


@pytest.mark.parametrize(
    "unheard",
    [
        {"bot_id": "B0BOT00001"},
        {"bot_id": "B0ANNEN001", "subtype": "bot_message"},
        {"user": BOT},
        {"user": "USLACKBOT"},
        {"subtype": "channel_join"},
        {"subtype": "message_deleted"},
        {"channel_type": "channel", "channel": "C0KANAL001"},
        {"channel_type": "mpim", "channel": "G0GRUPPE01"},
    ],
)
async def test_bots_and_what_is_not_said_to_it_are_not_answered(
    front: Front, slack: Slack, unheard: dict[str, Any]
) -> None:
    assert (await front.event(said("UKARI0001", QUESTION, **unheard))).status == 200
    assert slack.messages == {}


async def test_who_is_a_bot_by_its_account_is_not_answered(front: Front, slack: Slack) -> None:
    slack.member("U0ANDRE001", is_bot=True)
    assert (await front.event(said("U0ANDRE001", QUESTION))).status == 200
    assert slack.messages == {}


async def test_somebody_of_another_organisation_is_not_answered(front: Front, slack: Slack) -> None:
    shared = mentioned("UFREMMED1", f"<@{BOT}> {QUESTION}", user_team="T0ANNEN001", envelope_is_ext_shared_channel=True)
    assert (await front.event(shared)).status == 200
    slack.member("UFREMMED2", team_id="T0ANNEN001")
    assert (await front.event(mentioned("UFREMMED2", f"<@{BOT}> {QUESTION}"))).status == 200
    assert slack.messages == {}


async def test_what_somebody_of_another_organisation_presses_types_or_opens_does_nothing(
    front: Front, slack: Slack, stores: Stores
) -> None:
    """A payload need not say where its user is from; the member list does."""
    stranger = slack.member("UFREMMED2", team_id="T0ANNEN001")
    await front.event(said("UKARI0001", "meld meg på arbeidsgruppe omstilling"))
    (joined,) = slack.inbox("UKARI0001")
    button = pressed(stranger, button_of(joined, "Meld meg av"), joined)
    assert (await front.interaction({**button, "user": {"id": stranger}})).status == 200
    assert (await front.command(command(stranger, QUESTION, f"{slack.url}/respond/1"))).status == 200
    await front.event(event("app_home_opened", user=stranger, channel=private(stranger), tab="home"))
    assert (slack.responded, slack.homes, slack.inbox(stranger)) == ([], {}, [])
    with stores.database.reading() as session:
        assert [one.account for one in session.exec(select(Address))] == ["UKARI0001"]


async def test_an_edited_message_is_answered_as_another_question_and_an_unfolded_link_is_not(
    front: Front, slack: Slack
) -> None:
    first = said("UKARI0001", "hvem leder OSU 2020?")
    message = first["event"]
    await front.event(first)
    changed = {**message, "text": QUESTION, "edited": {"user": "UKARI0001", "ts": "1700000001.000000"}}
    around = {"subtype": "message_changed", "channel": private("UKARI0001"), "channel_type": "im", "hidden": True}
    await front.event(event("message", message=changed, previous_message=message, **around))
    assert "1. desember 2020" in slack.inbox("UKARI0001")[-1]["text"]
    unfolded = {**changed, "attachments": [{}]}
    await front.event(event("message", message=unfolded, previous_message=changed, **around))
    assert len(slack.inbox("UKARI0001")) == 2


async def test_slacks_own_signs_are_read_as_people_read_them(front: Front, slack: Slack) -> None:
    slack.member("UOLA00001", real_name="Ola Ukjent")
    await front.event(said("UKARI0001", "hvem er <@UOLA00001> &amp; <https://kommunen.example|sida>?"))
    assert "Ola Ukjent" not in slack.inbox("UKARI0001")[-1].get("channel", "")
    asked = [arguments["user"] for arguments in slack.sent("users.info")]
    assert asked == ["UKARI0001", "UOLA00001"]


async def test_it_answers_in_the_language_of_their_client(front: Front, slack: Slack) -> None:
    slack.member("UJANE0001", locale="en-GB")
    await front.event(event("app_home_opened", user="UJANE0001", channel=private("UJANE0001"), tab="messages"))
    (welcome,) = slack.inbox("UJANE0001")
    assert "Omstillingsbot for OSU 2020" in welcome["text"]
    assert "What" in json.dumps(welcome["blocks"])
    await front.event(event("app_home_opened", user="UJANE0001", channel=private("UJANE0001"), tab="messages"))
    assert len(slack.inbox("UJANE0001")) == 1


@pytest.mark.parametrize("way", ["after", "together"])
async def test_an_event_that_comes_three_times_acts_once(front: Front, slack: Slack, stores: Stores, way: str) -> None:
    joined = said("UKARI0001", "meld meg på arbeidsgruppe omstilling")
    if way == "together":
        statuses = [one.status for one in await asyncio.gather(*(front.event(joined) for _ in range(3)))]
    else:
        statuses = [(await front.event(joined)).status for _ in range(3)]
    assert set(statuses) <= {200, 503}
    assert 200 in statuses
    assert (await front.event(joined)).status == 200
    assert len(slack.inbox("UKARI0001")) == 1
    with stores.database.reading() as session:
        assert len(session.exec(select(SignUp)).all()) == 1


async def test_it_is_acknowledged_in_time_when_slack_is_slow_to_take_the_answer(front: Front, slack: Slack) -> None:
    slack.takes["chat.postMessage"] = 4.0
    began = time.monotonic()
    assert (await front.event(said("UKARI0001", QUESTION))).status == 200
    assert time.monotonic() - began < 3.0


async def test_somebody_whose_name_slack_does_not_tell_is_answered_all_the_same(front: Front, slack: Slack) -> None:
    slack.takes["users.info"] = 5.0
    assert (await front.event(said("UKARI0001", QUESTION))).status == 200
    assert "1. desember 2020" in slack.inbox("UKARI0001")[-1]["text"]


async def test_a_button_acts_and_its_answer_takes_the_place_of_what_it_changes(front: Front, slack: Slack) -> None:
    await front.event(said("UKARI0001", "meld meg på arbeidsgruppe omstilling"))
    (joined,) = slack.inbox("UKARI0001")
    leaving = button_of(joined, "Meld meg av")
    response = await front.interaction(pressed("UKARI0001", leaving, joined))
    assert (response.status, await response.text()) == (200, "")
    (left,) = slack.inbox("UKARI0001")
    assert left["ts"] == joined["ts"]
    assert "meldt av" in left["text"]


async def test_a_button_that_nobody_can_read_is_answered(front: Front, slack: Slack) -> None:
    message = {"channel": private("UKARI0001"), "ts": "1.000001", "blocks": []}
    for value in ("", "{", '{"action":7}', '{"in":"x","open":1}', "~" * 500):
        before = len(slack.inbox("UKARI0001"))
        assert (await front.interaction(pressed("UKARI0001", {"value": value}, message))).status == 200
        assert len(slack.inbox("UKARI0001")) == before + 1


async def test_a_link_and_a_closed_form_are_no_turns(front: Front, slack: Slack) -> None:
    message = {"channel": private("UKARI0001"), "ts": "1.000001", "blocks": []}
    link = pressed("UKARI0001", {"url": "https://kommunen.example"}, message)
    closed = {**submitted("UKARI0001", {"blocks": [], "private_metadata": "{}"}), "type": "view_closed"}
    for payload in (link, closed, {**link, "type": "shortcut"}, {**link, "actions": []}):
        assert (await front.interaction(payload)).status == 200
    assert slack.messages == {}


async def test_a_form_opens_and_its_errors_are_told_at_their_fields(front: Front, slack: Slack) -> None:
    await front.event(said("UKARI0001", "hjelp"))
    (help_,) = slack.inbox("UKARI0001")
    await front.interaction(pressed("UKARI0001", button_of(help_, "Send innspill"), help_))
    asked = slack.inbox("UKARI0001")[-1]
    await front.interaction(pressed("UKARI0001", button_of(asked, "Send innspillet"), asked))
    (view,) = slack.opened
    assert view["type"] == "modal"
    empty = await front.interaction(submitted("UKARI0001", view, text=""))
    told = await empty.json()
    assert told["response_action"] == "errors"
    assert set(told["errors"]) <= {block.get("block_id") for block in view["blocks"]}
    sent = await front.interaction(submitted("UKARI0001", view, text="Mer tid til opplæring"))
    assert await sent.json() == {"response_action": "clear"}
    assert any("kode" in one["text"].casefold() for one in slack.inbox("UKARI0001"))


async def test_what_comes_once_only_is_refused_when_it_comes_twice(front: Front, slack: Slack) -> None:
    once = command("UKARI0001", QUESTION, slack.url)
    body = urlencode(once).encode()
    headers = signed(body)
    assert (await front.post("commands", body, FORM, headers)).status == 200
    assert (await front.post("commands", body, FORM, headers)).status == 409
    assert len(slack.responded) == 1


async def test_a_command_is_answered_to_whoever_typed_it(front: Front, slack: Slack) -> None:
    response = await front.command(command("UKARI0001", QUESTION, slack.url))
    assert (response.status, await response.text()) == (200, "")
    (answer,) = slack.responded
    assert answer["response_type"] == "ephemeral"
    assert "1. desember 2020" in answer["text"]
    await front.command(command("UKARI0001", "", slack.url))
    assert "Hva" in slack.responded[-1]["text"]


async def test_an_answer_goes_to_slack_and_nowhere_else(front: Front, slack: Slack) -> None:
    for address in (
        "http://127.0.0.1:9/respond/1",
        "https://ond.example/1",
        "",
        "https://hooks.slack.com.ond.example/",
    ):
        assert (
            await front.command({**command("UKARI0001", QUESTION, slack.url), "response_url": address})
        ).status == 200
    assert slack.responded == []


async def test_a_commands_certificate_check_is_no_turn(front: Front, slack: Slack) -> None:
    assert (await front.post("commands", b"ssl_check=1&token=x", FORM)).status == 200
    assert slack.calls == []


async def test_the_home_shows_what_concerns_whoever_opens_it(front: Front, slack: Slack) -> None:
    await front.event(said("UKARI0001", "meld meg på arbeidsgruppe omstilling"))
    await front.event(event("app_home_opened", user="UKARI0001", channel=private("UKARI0001"), tab="home"))
    shown = json.dumps(slack.homes["UKARI0001"], ensure_ascii=False)
    assert slack.homes["UKARI0001"]["type"] == "home"
    for found in ("1. desember 2020", "Arbeidsgruppe omstilling", "svar er lovet innen", "Påminnelser"):
        assert found in shown, found
    assert "Dette venter på deg" not in shown


async def test_what_is_changed_from_the_home_is_shown_there(front: Front, slack: Slack) -> None:
    await front.event(said("UKARI0001", "meld meg på arbeidsgruppe omstilling"))
    await front.event(event("app_home_opened", user="UKARI0001", channel=private("UKARI0001"), tab="home"))
    home = slack.homes["UKARI0001"]
    payload = pressed("UKARI0001", button_of(home, "Meld meg av"), {"channel": "", "ts": ""})
    payload |= {"container": {"type": "view", "view_id": "V1"}, "view": home}
    del payload["message"], payload["channel"]
    assert (await front.interaction(payload)).status == 200
    await asyncio.sleep(0.2)
    assert "svar er lovet innen" not in json.dumps(slack.homes["UKARI0001"], ensure_ascii=False)
    assert "meldt av" in slack.inbox("UKARI0001")[-1]["text"]


async def test_a_group_that_the_bot_comes_into_is_greeted(front: Front, slack: Slack) -> None:
    joined = event("member_joined_channel", user=BOT, channel="C0KANAL001", channel_type="C", team=TEAM)
    assert (await front.event(joined)).status == 200
    (greeting,) = slack.messages["C0KANAL001"].values()
    assert "OSU 2020" in greeting["text"]
    await front.event(event("member_joined_channel", user="UKARI0001", channel="C0KANAL001", channel_type="C"))
    assert len(slack.messages["C0KANAL001"]) == 1


async def test_who_joins_the_workspace_is_known_and_who_leaves_it_is_gone(
    front: Front, slack: Slack, stores: Stores
) -> None:
    new = slack.member("UNY000001")
    await front.event(event("team_join", user=slack.members[new]))
    with stores.database.reading() as session:
        (address,) = session.exec(select(Address)).all()
    assert (address.account, address.conversation, address.gone_reason) == (new, new, None)
    await front.event(event("user_change", user={**slack.members[new], "deleted": True}))
    with stores.database.reading() as session:
        assert session.exec(select(Address)).one().gone_reason is not None
    assert slack.messages == {}
