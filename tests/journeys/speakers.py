"""People at the front door of each channel, without a browser: what they type and press, and what they get to see.

A journey that is the same on every channel is written once with these.
"""

import asyncio
import html
import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import ClientSession, CookieJar

from bot.slack import carried
from tests.bot.conftest import Connector
from tests.bot.workspace import Front, Slack, buttons_of, pressed, private, said, submitted

#: Seconds that anything may take to arrive on a machine that is busy with other tests too.
PATIENCE = 20
#: Every channel that a person can talk on.
CHANNELS = ("msteams", "web", "slack")
TENANT = "22222222-2222-4222-8222-222222222222"


@dataclass(frozen=True)
class Shown:
    """What somebody sees: all of it as text, and what each button sends."""

    text: str
    buttons: list[dict[str, Any]] = field(default_factory=list)

    def of(self, action: str) -> dict[str, Any]:
        """The newest button of that action."""
        found = [one for one in self.buttons if one["action"] == action]
        assert found, (action, [one["action"] for one in self.buttons], self.text)
        return found[-1]


class Speaker(Protocol):
    """Somebody on one channel."""

    shown: Shown

    async def say(self, text: str) -> Shown: ...

    async def press(self, action: str, **fields: str) -> Shown:
        """The newest button of that action on what was shown last, with what the form holds."""

    async def inbox(self) -> list[Shown]:
        """What has come without being asked for, as it looks now."""


async def arrived(speaker: Speaker, wanted: Callable[[Shown], bool], after: int = 0) -> Shown:
    """What has come and is as wanted, as soon as it is there; ``after`` so many that had come before."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = [one for one in (await speaker.inbox())[after:] if wanted(one)]
            if found:
                speaker.shown = found[-1]
                return found[-1]
            await asyncio.sleep(0.05)


@dataclass
class OnTeams:
    """Somebody in Teams: activities in, and what the connector keeps of that conversation."""

    client: ClientSession
    address: str
    connector: Connector
    account: str
    shown: Shown = Shown("")

    async def say(self, text: str) -> Shown:
        return await self._answered(self._activity("message", text=text))

    async def press(self, action: str, **fields: str) -> Shown:
        data = self.shown.of(action) | fields
        pressed = {"action": {"type": "Action.Execute", "verb": data.get("verb", ""), "data": data}}
        return await self._answered(self._activity("invoke", name="adaptiveCard/action", value=pressed))

    async def inbox(self) -> list[Shown]:
        return [_card_of(one) for one in self.connector.inbox[self._conversation] if "replyToId" not in one]

    @property
    def _conversation(self) -> str:
        return f"a:{self.account}"

    def _activity(self, kind: str, **more: Any) -> dict[str, Any]:
        return {
            "type": kind,
            "id": uuid.uuid4().hex,
            "channelId": "msteams",
            "serviceUrl": self.connector.url,
            "from": {"id": self.account, "name": self.account.title()},
            "recipient": {"id": "28:bot"},
            "conversation": {"id": self._conversation, "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "nb-NO",
        } | more

    async def _answered(self, activity: dict[str, Any]) -> Shown:
        before = len(self.connector.inbox[self._conversation])
        async with self.client.post(f"{self.address}/api/messages", json=activity) as response:
            assert response.status == 200, await response.text()
            body = await response.text()
        posted = [one for one in self.connector.inbox[self._conversation][before:] if "replyToId" in one]
        answer = json.loads(body).get("value") if body else None
        cards = [_read(answer)] if isinstance(answer, dict) and answer.get("type") == "AdaptiveCard" else []
        self.shown = _together([*cards, *map(_card_of, posted)])
        return self.shown


@dataclass
class OnWeb:
    """Somebody on the page, with a browser's cookies of their own."""

    client: ClientSession
    address: str
    shown: Shown = Shown("")

    @classmethod
    async def come(cls, address: str, kind: str = "employee") -> "OnWeb":
        made = cls(ClientSession(cookie_jar=CookieJar(unsafe=True)), address)
        await made.client.get(f"{address}/chat")
        if kind != "employee":
            await made.client.post(f"{address}/chat/person", data={"kind": kind}, headers={"Origin": address})
        made._person = "1" if kind == "employee" else "2"
        await made._act(payload={"action": "welcome"})
        return made

    _person: str = "1"

    async def say(self, text: str) -> Shown:
        return await self._act(text=text)

    async def press(self, action: str, **fields: str) -> Shown:
        return await self._act(payload=self.shown.of(action), inputs=fields)

    async def inbox(self) -> list[Shown]:
        async with self.client.get(f"{self.address}/chat/news", params={"person": self._person}) as response:
            return [_page(post["html"]) for post in (await response.json())["posts"]]

    async def _act(self, **what: Any) -> Shown:
        sent = {"person": self._person, "activity": str(uuid.uuid4()), "language": "nb"} | what
        async with self.client.post(f"{self.address}/chat", json=sent, headers={"Origin": self.address}) as response:
            assert response.status == 200, await response.text()
            self.shown = _together([_page(one) for one in (await response.json())["html"]])
        return self.shown


@dataclass
class OnSlack:
    """Somebody in Slack, in their own chat with the bot; forms are modals that open over it."""

    front: Front
    slack: Slack
    account: str
    shown: Shown = Shown("")

    async def say(self, text: str) -> Shown:
        before = len(self.slack.calls)
        response = await self.front.event(said(self.account, text))
        assert response.status == 200, await response.text()
        return self._see(before)

    async def press(self, action: str, **fields: str) -> Shown:
        button = self.shown.of(action)
        before, shown = len(self.slack.calls), button.get("in") or {"message": self._nowhere()}
        if "view" not in shown:
            sent = button.get("button", {"value": json.dumps(button)})
            response = await self.front.interaction(pressed(self.account, sent, shown["message"]))
            assert (response.status, await response.text()) == (200, "")
            self._see(before)
            if not button.get("opens"):
                return self.shown
            shown = self.shown.of(action)["in"]
        return await self._send(shown["view"], fields)

    async def inbox(self) -> list[Shown]:
        posted = self.slack.inbox(self.account)
        return [_message(one) for one in posted if "metadata" in one]

    def _nowhere(self) -> dict[str, Any]:
        """A message with a button that no card had."""
        return {"channel": private(self.account), "ts": "1.000001", "blocks": []}

    async def _send(self, view: dict[str, Any], fields: dict[str, str]) -> Shown:
        before = len(self.slack.calls)
        payload = submitted(self.account, view, **fields)
        response = await self.front.interaction(payload)
        assert response.status == 200, await response.text()
        told = await response.json()
        if told["response_action"] == "update":
            self.shown = _view(told["view"])
        elif told["response_action"] == "errors":
            # The form stays as it was filled in.
            held = [one.get("value") or "" for block in payload["view"]["state"]["values"].values()
                    for one in block.values()]  # fmt: skip
            self.shown = Shown("\n".join([*told["errors"].values(), *held]), _view(view).buttons)
        else:
            self._see(before)
        return self.shown

    def _see(self, before: int) -> Shown:
        """What has been answered since then: what the outbox sends is marked as such."""
        seen: list[Shown] = []
        for method, sent in self.slack.calls[before:]:
            if method == "views.open":
                seen.append(_view(sent["view"]))
            elif method in ("chat.postMessage", "chat.update") and "metadata" not in sent:
                channel = sent["channel"]
                if channel not in (self.account, private(self.account)):
                    continue
                stamps = self.slack.messages[private(self.account)]
                there = stamps[sent["ts"]] if "ts" in sent else next(
                    one for one in reversed(stamps.values()) if one["blocks"] == sent["blocks"]
                )  # fmt: skip
                seen.append(_message(there))
        self.shown = _together(seen)
        return self.shown


def _message(message: dict[str, Any]) -> Shown:
    buttons = []
    for button in buttons_of(message):
        found = carried.pressed(button.get("value", ""), message["blocks"])
        if found is not None:
            told = {"action": found.action, "values": found.values, "opens": found.form is not None}
            buttons.append(told | {"button": button, "in": {"message": message}})
    return Shown(html.unescape(message["text"]) + "\n" + _texts(message["blocks"]), buttons)


def _view(view: dict[str, Any]) -> Shown:
    filled = carried.filled_in(submitted("U0", view)["view"])
    assert filled is not None
    told = {"action": filled.action, "values": filled.values, "opens": False, "in": {"view": view}}
    return Shown(f"{view['title']['text']}\n{_texts(view['blocks'])}", [told])


def _texts(part: Any) -> str:
    if isinstance(part, list):
        return "\n".join(filter(None, map(_texts, part)))
    if not isinstance(part, dict):
        return ""
    own = [part[name] for name in ("text", "alt_text", "initial_value", "url") if isinstance(part.get(name), str)]
    return "\n".join(filter(None, [*own, *map(_texts, part.values())]))


def _together(parts: list[Shown]) -> Shown:
    return Shown("\n".join(part.text for part in parts), [button for part in parts for button in part.buttons])


def _card_of(activity: dict[str, Any]) -> Shown:
    return _together([_read(one["content"]) for one in activity.get("attachments", [])])


def _read(card: Any) -> Shown:
    """An Adaptive Card, read from top to bottom."""
    texts: list[str] = []
    buttons: list[dict[str, Any]] = []

    def walk(part: Any) -> None:
        if isinstance(part, list):
            for one in part:
                walk(one)
        if not isinstance(part, dict):
            return
        if part.get("type") in ("Action.Execute", "Action.Submit"):
            buttons.append(part["data"])
            return
        texts.extend(part[name] for name in ("text", "label", "title", "value", "altText", "errorMessage", "url") if
                     isinstance(part.get(name), str))  # fmt: skip
        for name, one in part.items():
            if name not in ("fallback", "data"):
                walk(one)

    walk(card)
    return Shown("\n".join(texts), buttons)


def _page(shown: str) -> Shown:
    buttons = [json.loads(html.unescape(one)) for one in re.findall(r'name="payload" value="([^"]*)"', shown)]
    return Shown(html.unescape(re.sub(r"<[^>]+>", "\n", shown)), buttons)
