"""POST /api/messages takes what the Bot Framework sends, and refuses the rest with a reason."""

import json
import uuid
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from tests.bot.conftest import Connector

Client = TestClient[Any, Any]


def activity(text: str = "Når er neste milepæl?", **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "message",
        "id": uuid.uuid4().hex,
        "channelId": "emulator",
        "serviceUrl": "http://127.0.0.1:9",
        "timestamp": "2020-11-24T09:00:00+01:00",
        "from": {"id": "user-1", "name": "Kari Prøve"},
        "recipient": {"id": "bot"},
        "conversation": {"id": "c1"},
        "text": text,
        "deliveryMode": "expectReplies",
    }
    made.update(more)
    return {name: value for name, value in made.items() if value is not ...}


async def replies(client: Client, sent: dict[str, Any]) -> list[dict[str, Any]]:
    response = await client.post("/api/messages", json=sent)
    assert response.status == 200, await response.text()
    body = await response.json()
    return list(body["activities"])


async def test_a_question_is_answered_in_the_body_after_a_trace(client: Client) -> None:
    trace, message = await replies(client, activity())
    assert (trace["type"], trace["name"], trace["value"]["intent"]) == ("trace", "understanding", "milestone.next")
    assert set(trace["value"]) == {"intent", "action", "outcome", "values"}
    card = message["attachments"][0]["content"]
    assert "1. desember 2020" in json.dumps(card, ensure_ascii=False)
    assert message["summary"]
    assert message["replyToId"]


async def test_on_teams_there_is_no_trace(client: Client) -> None:
    assert [one["type"] for one in await replies(client, activity(channelId="msteams"))] == ["message"]


async def test_without_expect_replies_the_answer_is_posted_to_the_service_url(
    client: Client, connector: Connector
) -> None:
    sent = activity(serviceUrl=connector.url, deliveryMode=...)
    response = await client.post("/api/messages", json=sent)
    assert (response.status, await response.text()) == (200, "")
    assert [one["type"] for one in connector.inbox["c1"]] == ["trace", "message"]


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
async def test_a_connector_that_refuses_the_reply_does_not_fail_the_turn(
    client: Client, connector: Connector, status: int
) -> None:
    connector.status = status
    sent = activity(serviceUrl=connector.url, deliveryMode=...)
    assert (await client.post("/api/messages", json=sent)).status == 200


async def test_a_connector_that_is_not_there_does_not_fail_the_turn(client: Client) -> None:
    assert (await client.post("/api/messages", json=activity(deliveryMode=...))).status == 200


async def test_a_duplicate_gets_nothing(client: Client) -> None:
    sent = activity()
    assert await replies(client, sent)
    assert await replies(client, sent) == []


async def test_a_pressed_button_with_its_form_acts(client: Client) -> None:
    value = {"action": "workgroup.join", "values": {"group": "osu-omstilling"}, "v": 1, "motivation": "gjerne"}
    trace, message = await replies(client, activity(text=..., value=value))
    assert (trace["value"]["action"], trace["value"]["outcome"]) == ("join", "done")
    assert "8. desember 2020" in json.dumps(message, ensure_ascii=False)


async def test_coming_in_is_welcomed_once(client: Client) -> None:
    came = activity(type="conversationUpdate", membersAdded=[{"id": "user-1"}], text=...)
    assert len(await replies(client, came)) == 2
    assert await replies(client, {**came, "id": "another"}) == []


@pytest.mark.parametrize("kind", ["typing", "endOfConversation", "event", "invoke", "messageReaction", None, 7, {}])
async def test_unknown_kinds_pass_without_an_answer(client: Client, kind: Any) -> None:
    assert await replies(client, activity(type=kind)) == []


@pytest.mark.parametrize(
    ("broken", "status"),
    [
        (b"{", 400),
        (b"", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"null", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (json.dumps(activity(conversation=...)).encode(), 400),
        (json.dumps(activity(conversation={})).encode(), 400),
        (json.dumps(activity(conversation="c1")).encode(), 400),
        (json.dumps(activity(conversation={"id": 7})).encode(), 400),
        (json.dumps(activity(conversation={"id": "x" * 1000})).encode(), 400),
        (json.dumps({**activity(), "from": None}).encode(), 400),
        (json.dumps({**activity(), "from": {"id": ""}}).encode(), 400),
        (json.dumps(activity(conversation={"id": "nul\x00"})).encode(), 400),
        (json.dumps({**activity(), "from": {"id": "\ud800"}}).encode(), 400),
        (json.dumps(activity(serviceUrl=...)).encode(), 400),
        (json.dumps(activity(serviceUrl=7)).encode(), 400),
        (json.dumps(activity(serviceUrl="https://example.org")).encode(), 400),
        (json.dumps(activity(serviceUrl="http://127.0.0.1.example.org")).encode(), 400),
        (json.dumps(activity(serviceUrl="file:///etc/passwd")).encode(), 400),
        (json.dumps(activity(serviceUrl="http://[::1")).encode(), 400),
        (json.dumps(activity(channelId="webchat")).encode(), 400),
        (json.dumps(activity(channelId=[])).encode(), 400),
        (json.dumps(activity(channelId={})).encode(), 400),
        (json.dumps(activity(text="x" * 300_000)).encode(), 413),
    ],
)
async def test_a_broken_activity_is_refused_by_its_kind_of_wrong(client: Client, broken: bytes, status: int) -> None:
    response = await client.post("/api/messages", data=broken, headers={"Content-Type": "application/json"})
    assert response.status == status


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data", ""])
async def test_another_content_type_is_refused(client: Client, kind: str) -> None:
    response = await client.post("/api/messages", data=b"{}", headers={"Content-Type": kind})
    assert response.status == 415


async def test_a_body_without_a_length_is_counted_as_it_comes(client: Client) -> None:
    async def much() -> Any:
        for _ in range(40):
            yield b" " * 10_000

    response = await client.post("/api/messages", data=much(), headers={"Content-Type": "application/json"})
    assert response.status == 413


@pytest.mark.parametrize(
    "odd",
    [
        {"text": None},
        {"text": 7},
        {"text": ["a"]},
        {"id": None},
        {"id": 7},
        {"timestamp": "yesterday"},
        {"timestamp": 7},
        {"timestamp": "9999-12-31T23:59:59Z"},
        {"timestamp": "0001-01-01T00:00:00+14:00"},
        {"timestamp": "2020-11-24T09:00:00"},
        {"locale": 7},
        {"value": "x"},
        {"value": {"action": 7}},
        {"value": {"action": "help", "values": "x"}},
        {"value": {"action": "help", "v": "1"}},
        {"recipient": None},
        {"recipient": "bot"},
        {"channelData": "x"},
        {"channelData": {"tenant": "x"}},
        {"channelData": {"tenant": {"id": 7}}},
        {"entities": "x"},
        {"entities": 7},
        {"entities": [{"type": "mention"}, 7]},
        {"from": {"id": "user-1", "name": 7}},
        {"from": {"id": "user-1", "name": "nul\x00 \ud800"}},
        {"id": "nul\x00 \ud800"},
        {"text": "nul\x00 \ud800"},
        {"conversation": {"id": "c1", "conversationType": 7}},
    ],
)
async def test_odd_fields_never_end_in_a_server_error(client: Client, odd: dict[str, Any]) -> None:
    for mode in ("expectReplies", "normal"):
        response = await client.post("/api/messages", json={**activity(deliveryMode=mode), **odd})
        assert response.status < 500


async def test_another_host_is_refused_in_the_demo(client: Client) -> None:
    response = await client.post("/api/messages", json=activity(), headers={"Host": "example.org"})
    assert response.status == 403


async def test_a_mention_is_not_part_of_the_question(client: Client) -> None:
    mention = {"type": "mention", "text": "<at>Omstillingsbot</at>", "mentioned": {"id": "bot"}}
    sent = activity("<at>Omstillingsbot</at> Når er neste milepæl?", entities=[mention])
    trace, _ = await replies(client, sent)
    assert trace["value"]["intent"] == "milestone.next"


async def test_norwegian_letters_go_over_the_wire_as_they_are(client: Client) -> None:
    response = await client.post("/api/messages", json=activity())
    assert "milepæl" in await response.text()
    assert "\\u00e6" not in await response.text()
