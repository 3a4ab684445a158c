"""Slack's side of the run: its Web API, events and pressed buttons with known ids, and forms that are filled in."""

import json
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, web

from tests.bench.processes import free_port
from tests.bot.workspace import SECRET, TOKEN, Front, Slack
from tests.forensics.world import Known, Sent
from tests.journeys.speakers import OnSlack, Shown

LOOPBACK = "127.0.0.1"
#: What is told of each request: who, its id, what it sent, whether a button or form, when it began and ended.
Told = Callable[[Known, str, Sent | None, bool, float, float], None]


def environment(url: str) -> dict[str, str]:
    """The bot's settings for this workspace."""
    return {
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_API_URL": f"{url}/api/",
        "SLACK_PACE": "500",
    }


@dataclass
class Heard(Front):
    """The front door, which makes the ids that Slack makes, and tells of each request that is a turn."""

    tell: Told = field(default=lambda *_: None)
    person: Known | None = None
    sent: Sent | None = None

    async def event(self, sent: Mapping[str, Any]) -> Any:
        activity = f"f:{uuid.uuid4().hex}"
        return await self._told(activity, False, super().event({**sent, "event_id": activity}))

    async def interaction(self, sent: Mapping[str, Any]) -> Any:
        activity = f"f:{uuid.uuid4().hex}"
        view = sent.get("view")
        if view is not None:
            sent = {**sent, "view": {**view, "id": f"V{uuid.uuid4().hex.upper()}"}}
            if self.sent is not None:
                self.sent.view = sent["view"]["id"]
        return await self._told(activity, True, super().interaction({**sent, "trigger_id": activity}))

    async def _told(self, activity: str, is_pressed: bool, request: Any) -> Any:
        began = time.time()
        response = await request
        assert self.person is not None
        self.tell(self.person, activity, self.sent if is_pressed else None, is_pressed, began, time.time())
        return response


@dataclass
class Workspace:
    """The platform with its members, and how each of them talks to the bot."""

    slack: Slack
    client: ClientSession
    address: str = ""
    tell: Told = field(default=lambda *_: None)

    def speaker(self, person: Known, sent: Sent | None = None) -> OnSlack:
        return OnSlack(Heard(self.client, self.address, self.tell, person, sent), self.slack, person.account)


@asynccontextmanager
async def opened(people: list[Known]) -> AsyncIterator[Workspace]:
    slack, app, port = Slack(), web.Application(), free_port()
    for person in people:
        slack.member(person.account, real_name=person.name, locale=person.language, profile={"email": person.email})
    slack.routes(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
        slack.url = f"http://{LOOPBACK}:{port}"
        async with ClientSession() as client:
            yield Workspace(slack, client)
    finally:
        await runner.cleanup()


async def send(workspace: Workspace, sent: Sent, text: str) -> str:
    """An input by Slack: the form's button, the form, and where something is asked about the text, the answer. Returns
    what was shown at the end."""
    speaker = workspace.speaker(sent.person, sent)
    shown = await speaker.say(text)
    fields = {"topic": "notification" if sent.is_notification else sent.topic, "text": sent.text}
    if sent.unit:
        fields["unit"] = sent.unit
    sent.form = str(_button(shown, "input.send", "form")["values"]["form"])
    sent.began_at = time.time()
    shown = await _pressed(speaker, _button(shown, "input.send", "form", without=("choice", "way")), fields)
    if sent.removed:
        shown = await _pressed(speaker, _button(shown, "input.send", choice="without"), {})
    if sent.is_notification:
        shown = await _pressed(speaker, _button(shown, "input.send", way="hand_over"), {})
    return shown.text


async def _pressed(speaker: OnSlack, button: dict[str, Any], fields: dict[str, str]) -> Shown:
    speaker.shown = Shown("", [button])
    return await speaker.press(str(button["action"]), **fields)


def _button(shown: Shown, action: str, *names: str, without: tuple[str, ...] = (), **values: str) -> dict[str, Any]:
    """A button of that action that holds these values, and none of those names."""
    for one in shown.buttons:
        held = one["values"]
        is_it = one["action"] == action and values.items() <= held.items()
        if is_it and set(names) <= set(held) and not set(without) & set(held):
            return one
    raise AssertionError(f"no button {action} {names} {values} in {json.dumps(shown.text)[:500]}")
