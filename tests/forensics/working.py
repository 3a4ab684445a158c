"""What is done with inputs once they are released: by their handlers, by who takes notifications, by a leader, and by
writers who write once more."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession

from storage.input_statuses import Status
from tests.forensics.playing import Served, button_of, headers_of, hidden, objects, press, say
from tests.forensics.world import REPLYING, Known, Sent, World

ANSWERS = ("Takk, dette tar vi med videre.", "Vi har sett på det og svarer når planen er klar.", "Det er rettet nå.")
REASONS = ("Det hører til et annet prosjekt.", "Det er allerede bestemt i planen.")
THEMES = ("Møter", "Lokaler", "Opplæring")
#: Of a hundred inputs: how many each of these is done with.
_SHARES = {
    "answer": 40,
    "message": 15,
    "status": 15,
    "refuse": 5,
    "theme": 10,
    "hold": 4,
    "merge": 5,
    "publish": 3,
    "give": 3,
}


@dataclass
class Work:
    """Everything that staff does in the run, and what they have seen. ``replies`` counts those of writers, ``times``
    how often they were asked to write."""

    served: Served
    world: World
    chance: random.Random
    seen: set[str] = field(default_factory=set)
    replies: int = 0
    times: int = 0
    done: dict[str, int] = field(default_factory=dict)

    async def begin(self) -> None:
        """Their roles are given on the machine, when the bot knows them."""
        roles = {
            "input_handler": self.world.handler,
            "whistleblowing_recipient": self.world.recipient,
            "leader": self.world.leader,
        }
        async with ClientSession(headers=headers_of(self.served)) as teams:
            for person in roles.values():
                await say(self.served, teams, person, "hjelp")
        for role, person in roles.items():
            await self.served.command("grant", role, person.directory_id, "--programme", "osu2020")

    async def week(self, number: int) -> None:
        async with ClientSession(headers=headers_of(self.served)) as teams:
            if number == 0 and not self.done:
                await self._announce(teams)
            await self._handle(teams)
            await self._take_notifications(teams)
        async with ClientSession() as page:
            await self._write_again(page)

    async def _handle(self, teams: ClientSession) -> None:
        """Each input that is new in the queue, in its order: opened, and something done with it."""
        keys = [
            key
            for key in await self._listed(teams, self.world.handler, "input.read", "input.open")
            if key not in self.seen
        ]
        for place, key in enumerate(keys):
            self.seen.add(key)
            await self._act(teams, "input.open", {"input": key})
            (what,) = self.chance.choices(tuple(_SHARES), tuple(_SHARES.values()))
            await self._do(teams, what, key, keys[place - 1] if place else "")
            self.done[what] = self.done.get(what, 0) + 1

    async def _do(self, teams: ClientSession, what: str, key: str, other: str) -> None:
        values: dict[str, Any] = {"input": key}
        text = self.chance.choice(ANSWERS)
        if what in ("answer", "message") or (what == "merge" and not other):
            shown = await self._act(teams, "input.answer", values)
            to = {"to": "conversation"} if what == "message" else {}
            button = next(
                one for one in objects(shown)
                if one.get("action") == "input.answered" and ("to" in one["values"]) == bool(to)
            )  # fmt: skip
            await self._act(teams, "input.answered", button["values"], text=text)
        elif what == "status":
            status = self.chance.choice((Status.CONSIDERED, Status.TAKEN_UP))
            await self._act(teams, "input.set_status", values | {"status": str(status)})
        elif what == "refuse":
            values |= {"status": str(Status.NOT_TAKEN_UP), "with_reason": True}
            await self._act(teams, "input.set_status", values, text=self.chance.choice(REASONS))
        elif what == "theme":
            await self._act(teams, "input.theme_set", values, theme="none", name=self.chance.choice(THEMES))
        elif what == "hold":
            await self._act(teams, "input.hold_set", values, text="Det er en trussel i teksten.")
        elif what == "merge":
            await self._act(teams, "input.merged", values, into=other)
        elif what == "give":
            await self._act(teams, "input.hand_over", values)
        else:
            shown = await self._act(teams, "input.outcome", values)
            told = {"said": "Møtene varer for lenge.", "done": "De er kortet ned til en halv time.", "topic": "none"}
            shown = await self._act(teams, "input.publish", button_of(shown, "input.publish")["values"], **told)
            again = [one for one in objects(shown) if one.get("action") == "input.publish"]
            if again:
                await self._act(teams, "input.publish", again[0]["values"], **told)

    async def _take_notifications(self, teams: ClientSession) -> None:
        recipient = self.world.recipient
        for key in await self._listed(teams, recipient, "whistleblowing.read", "whistleblowing.answer"):
            if key not in self.seen:
                self.seen.add(key)
                shown = await self._act(teams, "whistleblowing.answer", {"input": key}, recipient)
                button = button_of(shown, "whistleblowing.answered")
                await self._act(
                    teams, "whistleblowing.answered", button["values"], recipient, text="Vi undersøker det."
                )
                self.done["notification"] = self.done.get("notification", 0) + 1

    async def _announce(self, teams: ClientSession) -> None:
        """To everybody, by e-mail where they have no chat."""
        leader = self.world.leader
        written = {"title": "Kickoff flyttes", "text": "Vi møtes 8. desember."}
        shown = await self._act(teams, "announcement.preview", {}, leader, **written)
        button = button_of(shown, "announcement.send")
        form = {"count": str(button["values"]["people"]), "day": "", "clock": "", "decided": "no"}
        await self._act(teams, "announcement.send", button["values"], leader, **form)

    async def _write_again(self, page: ClientSession) -> None:
        """Some of those who may write more do so, in an order of their own."""
        self.times += 1
        writers = [sent for sent in self.world.inputs if sent.receipt and not sent.replied]
        self.chance.shuffle(writers)
        for sent in writers[: int(len(writers) * REPLYING)]:
            await self._reply(page, sent)

    async def _reply(self, page: ClientSession, sent: Sent) -> None:
        headers, address = {"X-Forwarded-For": sent.person.address}, f"{self.served.address}/innspill/svar"
        async with page.post(address, data={"code": sent.receipt}, headers=headers) as response:
            shown = await response.text()
            assert response.status == 200, (response.status, shown)
        if "/innspill/svar/melding" not in shown:
            return
        fields = {"code": sent.receipt, "form": hidden(shown)["form"], "text": sent.reply}
        async with page.post(f"{address}/melding", data=fields, headers=headers) as response:
            shown = await response.text()
            assert response.status == 200, (response.status, shown)
        self.replies += 1
        sent.replied, sent.replied_in = self.replies, self.times

    async def _listed(self, teams: ClientSession, person: Known, action: str, opening: str) -> list[str]:
        """The keys of all that is listed, a few at a time."""
        keys: list[str] = []
        values: dict[str, Any] = {}
        while True:
            shown = await self._act(teams, action, values, person)
            keys += [one["values"]["input"] for one in objects(shown) if one.get("action") == opening]
            more = [one for one in objects(shown) if one.get("action") == action and "start" in one.get("values", {})]
            if not more:
                return list(dict.fromkeys(keys))
            values = more[-1]["values"]

    async def _act(
        self, teams: ClientSession, action: str, values: dict[str, Any], person: Known | None = None, **fields: str
    ) -> list[Any]:
        person = person or self.world.handler
        return await press(
            self.served, teams, person, {**fields, "action": action, "values": values, "v": 1, "lang": "nb"}
        )


async def mailed(served: Served, count: int, seconds: float) -> None:
    """Until so many e-mails have come."""
    until = time.monotonic() + seconds
    while len(served.mail.taken) < count and time.monotonic() < until:
        await asyncio.sleep(0.1)
    assert len(served.mail.taken) >= count, "the announcement was not sent by e-mail"
