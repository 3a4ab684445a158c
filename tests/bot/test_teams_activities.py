"""What happens in Teams: installations, groups, edits, pressed buttons, and answers that take their time."""

import asyncio
import json
import threading
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlmodel import select

from bot.app import Stores
from bot.clock import DemoClock
from bot.teams.adapter import TeamsAdapter
from bot.teams.connector import Connector as Out
from bot.teams.endpoint import TeamsEndpoint
from bot.teams.hosts import is_loopback
from bot.turns import Answer, Incoming, Turns
from storage import groups, people
from storage.conversations import Received
from storage.outbox import OutboxRow
from storage.people import Address, Person
from tests.bot.conftest import Connector
from tests.bot.platform import facts
from tests.conftest import NOW

TENANT = "22222222-2222-4222-8222-222222222222"
BOT = {"id": "28:bot", "name": "Omstillingsbot"}
TEAM = {"team": {"id": "19:team@thread.tacv2", "name": "Omstilling"}, "tenant": {"id": TENANT}}


def account_of(who: str) -> str:
    """Teams' ids begin with 29:; a demo's leaders are told by theirs."""
    return who if who.startswith("leader") else f"29:{who}"


class Teams:
    """A tenant's Teams: makes the activities it sends, and keeps what the bot posts."""

    def __init__(self, client: TestClient[Any, Any], connector: Connector, stores: Stores) -> None:
        self.client, self.connector, self.stores = client, connector, stores

    def activity(self, kind: str, who: str = "kari", **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = {
            "type": kind,
            "id": uuid.uuid4().hex,
            "channelId": "msteams",
            "serviceUrl": self.connector.url,
            "timestamp": NOW.isoformat(),
            "from": {
                "id": who if who.startswith("leader") else f"29:{who}",
                "name": who.title(),
                "aadObjectId": f"directory-{who}",
            },
            "recipient": BOT,
            "conversation": {"id": f"a:{who}", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "nb-NO",
        }
        return made | more

    def in_channel(self, kind: str, channel: str = "19:general", thread: str = "", **more: Any) -> dict[str, Any]:
        conversation = {"id": channel + thread, "conversationType": "channel", "isGroup": True, "tenantId": TENANT}
        data = TEAM | {"channel": {"id": channel, "name": "Generelt"}} | more.pop("data", {})
        return self.activity(kind, conversation=conversation, channelData=data, **more)

    async def post(self, activity: dict[str, Any]) -> Any:
        async with self.client.post("/api/messages", json=activity) as response:
            assert response.status == 200, await response.text()
            body = await response.text()
            return json.loads(body) if body else None

    async def say(self, text: str, who: str = "kari", **more: Any) -> None:
        await self.post(self.activity("message", who, text=text, **more))

    async def press(self, data: dict[str, Any], verb: str = "", **more: Any) -> dict[str, Any]:
        value = {"action": {"type": "Action.Execute", "verb": verb, "data": data}, "trigger": "manual"}
        who = more.pop("who", "kari")
        answered = await self.post(self.activity("invoke", who, name="adaptiveCard/action", value=value, **more))
        assert isinstance(answered, dict)
        return answered

    def posted(self, conversation: str = "a:kari") -> list[str]:
        return [json.dumps(one, ensure_ascii=False) for one in self.connector.inbox[conversation]]

    async def until(self, count: int, conversation: str = "a:kari") -> list[str]:
        """What was posted there, once it is so much: what the outbox sends comes by itself."""
        async with asyncio.timeout(10):
            while len(self.posted(conversation)) < count:
                await asyncio.sleep(0.01)
        return self.posted(conversation)

    async def settled(self) -> None:
        """Until the outbox owes nothing any more."""
        async with asyncio.timeout(10):
            while True:
                with self.stores.database.reading() as session:
                    if not session.exec(select(OutboxRow).where(OutboxRow.next_at.is_not(None))).first():  # type: ignore[union-attr]
                        return
                await asyncio.sleep(0.01)

    def person(self, who: str = "kari") -> tuple[Person, Address]:
        with self.stores.database.reading() as session:
            found = select(Person, Address).join(Address, Address.person_id == Person.id)  # type: ignore[arg-type]
            return session.exec(found.where(Address.account == f"29:{who}")).one()


@pytest.fixture
async def teams(client: TestClient[Any, Any], connector: Connector, stores: Stores) -> Teams:
    return Teams(client, connector, stores)


async def test_an_installation_is_welcomed_once_in_the_clients_language(teams: Teams) -> None:
    came = [{"id": "29:kari"}, BOT]
    for _ in range(2):
        await asyncio.gather(
            teams.post(teams.activity("installationUpdate", action="add", locale="nn-NO")),
            teams.post(teams.activity("conversationUpdate", membersAdded=came, locale="nn-NO")),
        )
    await teams.post(teams.activity("installationUpdate", action="add-upgrade", locale="nn-NO"))
    await teams.settled()
    (welcome,) = teams.posted()
    assert "Eg " in welcome
    person, address = teams.person()
    assert (person.spoken, address.directory_id) == ("nn", "directory-kari")


async def test_twelve_installations_at_once_share_one_message(teams: Teams) -> None:
    names = [f"person-{number}" for number in range(12)]
    await asyncio.gather(*(teams.post(teams.activity("installationUpdate", one, action="add")) for one in names))
    await teams.settled()
    assert all(len(teams.posted(f"a:{one}")) == 1 for one in names)
    with teams.stores.database.reading() as session:
        assert len({row.message_id for row in session.exec(select(OutboxRow))}) == 1


@pytest.mark.parametrize(
    ("kind", "what"), [("installationUpdate", {"action": "remove"}), ("conversationUpdate", {"membersRemoved": [BOT]})]
)
async def test_whoever_removed_the_bot_gets_nothing_and_is_welcomed_when_they_come_back(
    teams: Teams, kind: str, what: dict[str, Any]
) -> None:
    await teams.post(teams.activity("installationUpdate", action="add"))
    await teams.until(1)
    for _ in range(2):
        await teams.post(teams.activity(kind, **what))
    assert teams.person()[1].gone_reason == people.NOT_INSTALLED
    await teams.post(teams.activity("installationUpdate", action="add"))
    assert len(await teams.until(2)) == 2
    assert teams.person()[1].gone_reason is None


async def test_an_upgrade_takes_nothing_away(teams: Teams) -> None:
    await teams.post(teams.activity("installationUpdate", action="add"))
    await teams.post(teams.activity("installationUpdate", action="remove-upgrade"))
    assert teams.person()[1].gone_reason is None


async def test_nobody_becomes_known_by_removing_the_bot(teams: Teams) -> None:
    await teams.post(teams.activity("installationUpdate", "ola", action="remove"))
    with teams.stores.database.reading() as session:
        assert session.exec(select(Person)).all() == []


async def test_a_team_is_greeted_once_and_its_channels_are_known_by_name(teams: Teams) -> None:
    await teams.post(teams.in_channel("installationUpdate", action="add"))
    await teams.post(teams.in_channel("conversationUpdate", membersAdded=[BOT], data={"eventType": "teamMemberAdded"}))
    assert len(teams.posted("19:general")) == 1
    assert "Nevn meg" in teams.posted("19:general")[0]
    news = {"eventType": "channelCreated", "channel": {"id": "19:news", "name": "Nytt"}}
    await teams.post(teams.in_channel("conversationUpdate", data=news))
    renamed = {"eventType": "channelRenamed", "channel": {"id": "19:news", "name": "Nyheter"}}
    await teams.post(teams.in_channel("conversationUpdate", data=renamed))
    assert teams.posted("19:news") == []
    assert _groups(teams) == {"19:general": ("Omstilling", "Generelt"), "19:news": ("Omstilling", "Nyheter")}
    deleted = {"eventType": "channelDeleted", "channel": {"id": "19:news", "name": "Nyheter"}}
    await teams.post(teams.in_channel("conversationUpdate", data=deleted))
    assert set(_groups(teams)) == {"19:general"}


async def test_a_team_that_removes_the_bot_takes_all_its_channels_with_it(teams: Teams) -> None:
    for channel in ("19:one", "19:two"):
        await teams.post(teams.in_channel("installationUpdate", channel, action="add"))
    other = {"team": {"id": "19:other", "name": "Andre"}}
    await teams.post(teams.in_channel("installationUpdate", "19:three", action="add", data=other))
    gone = {"eventType": "teamMemberRemoved", "channel": None}
    await teams.post(teams.in_channel("conversationUpdate", "19:team@thread.tacv2", membersRemoved=[BOT], data=gone))
    assert set(_groups(teams)) == {"19:three"}


async def test_a_leader_sends_an_announcement_to_one_channel_only(teams: Teams) -> None:
    """Its report adds up, and nobody else reads it: not in their chat, and not as news."""
    await teams.post(teams.activity("installationUpdate", "kari", action="add"))
    await teams.post(teams.in_channel("installationUpdate", action="add"))
    await teams.post(teams.in_channel("installationUpdate", "19:other", action="add", data={"channel": {"id": "19:o"}}))
    written = {"title": "Møte i teamet", "text": "Vi møtes torsdag."}
    form = {"action": "announcement.preview", "values": {}, "v": 1, **written}
    await teams.press(form, "reply", who="leader-1")
    preview = teams.connector.inbox["a:leader-1"][-1]["attachments"][0]["content"]
    field = next(part for part in preview["body"] if part.get("id") == "channel")
    assert {choice["title"] for choice in field["choices"]} == {"Omstilling – Generelt", "Omstilling"}
    chosen = next(choice["value"] for choice in field["choices"] if choice["title"] == "Omstilling – Generelt")
    button = next(one for one in _actions(preview) if one["title"] == "Send bare i kanalen")
    shown = await teams.press(button["data"] | {"channel": chosen, "decided": "no"}, button["verb"], who="leader-1")
    assert "Omstilling – Generelt" in json.dumps(shown, ensure_ascii=False)
    assert "Vi møtes torsdag." in (await teams.until(2, "19:general"))[-1]
    await teams.settled()
    again = await teams.press(button["data"] | {"channel": chosen, "decided": "no"}, button["verb"], who="leader-1")
    assert {"Planlagt: 1", "Levert: 1"} <= set(_facts(again["value"]))
    await teams.say("Siste nytt")
    everywhere = [one for name, all_of in teams.connector.inbox.items() if name != "19:general" for one in all_of]
    read = [json.dumps(one, ensure_ascii=False) for one in everywhere if one["recipient"]["id"] != "leader-1"]
    assert len(teams.posted("19:general")) == 2
    assert [one for one in read if "Vi møtes torsdag." in one] == []


async def test_a_channel_that_the_bot_has_left_is_refused_and_nothing_is_sent(teams: Teams) -> None:
    await teams.post(teams.in_channel("installationUpdate", action="add"))
    form = {"action": "announcement.preview", "values": {}, "v": 1, "title": "Møte", "text": "Vi møtes torsdag."}
    await teams.press(form, "reply", who="leader-1")
    preview = teams.connector.inbox["a:leader-1"][-1]["attachments"][0]["content"]
    button = next(one for one in _actions(preview) if one["title"] == "Send bare i kanalen")
    await teams.post(teams.in_channel("installationUpdate", action="remove"))
    for chosen in ("1", "7", "", "x" * 50, None):
        refused = await teams.press(
            button["data"] | {"channel": chosen, "decided": "no"}, button["verb"], who="leader-1"
        )
        assert "ikke lenger i den kanalen" in json.dumps(refused["value"], ensure_ascii=False)
    await teams.settled()
    assert len(teams.posted("19:general")) == 1


async def test_however_many_channels_there_are_the_card_to_choose_from_can_be_sent(teams: Teams) -> None:
    with teams.stores.database.writing() as session:
        for number in range(400):
            name = f"Nyheter og beskjeder for enhet {number:03}"
            channel = groups.Group(channel="msteams", conversation=f"19:{number}", service_url="https://x.example")
            channel.sqlmodel_update({"team_id": f"19:{number}", "team": "Ærlig talt om " * 15, "name": name})
            groups.join(session, channel, "osu2020")
    form = {"action": "announcement.preview", "values": {}, "v": 1, "title": "Møte", "text": "Vi møtes torsdag."}
    await teams.press(form, "reply", who="leader-1")
    preview = teams.connector.inbox["a:leader-1"][-1]["attachments"][0]["content"]
    field = next(part for part in preview["body"] if part.get("id") == "channel")
    assert (len(field["choices"]), field["label"]) == (100, "Kanal (de 100 første etter navn)")


async def test_only_leaders_send_to_a_channel(teams: Teams) -> None:
    await teams.post(teams.in_channel("installationUpdate", action="add"))
    form = {"action": "announcement.preview", "values": {}, "v": 1, "title": "Møte", "text": "Vi møtes torsdag."}
    await teams.press(form, "reply", who="leader-1")
    values = {"announcement": 1, "version": 1, "to_channel": True}
    pressed = {"action": "announcement.send", "values": values, "v": 1, "channel": "1", "decided": "no"}
    await teams.press(pressed, "replace")
    await teams.settled()
    assert len(teams.posted("19:general")) == 1


def _actions(card: dict[str, Any]) -> list[dict[str, Any]]:
    sets = [part["actions"] for part in card["body"] if part["type"] == "ActionSet"]
    return [action for actions in [*sets, card.get("actions", [])] for action in actions]


def _facts(card: dict[str, Any]) -> list[str]:
    return [f"{label}: {value}" for label, value in facts(card).items()]


def _groups(teams: Teams) -> dict[str, tuple[str, str]]:
    with teams.stores.database.reading() as session:
        return {one.conversation: (one.team, one.name) for one in groups.every(session, "osu2020")}


def _mention(text: str, **more: Any) -> dict[str, Any]:
    entity = {"type": "mention", "text": "<at>Omstillingsbot</at>", "mentioned": BOT}
    return {"text": f"<at>Omstillingsbot</at>&nbsp;{text}", "entities": [entity], **more}


async def test_a_question_in_a_channel_is_answered_in_its_thread(teams: Teams) -> None:
    asked = teams.in_channel("message", thread=";messageid=1", **_mention("når er neste milepæl?"))
    await teams.post(asked)
    assert "1. desember 2020" in teams.posted("19:general;messageid=1")[0]


@pytest.mark.parametrize("told", [{"isGroup": True, "channelData": {"tenant": {"id": TENANT}}}, {"isGroup": False}])
async def test_a_group_that_does_not_say_that_it_is_one_is_no_private_chat(teams: Teams, told: dict[str, Any]) -> None:
    asked = teams.in_channel("message", **_mention("Hva er jeg påmeldt?"))
    del asked["conversation"]["conversationType"]
    asked["conversation"]["isGroup"] = told.pop("isGroup")
    await teams.post(asked | told)
    (public,) = teams.posted("19:general")
    assert "egen chat" in public
    assert teams.person()[1].conversation == "created:29:kari"


@pytest.mark.parametrize("is_alone", [False, True])
async def test_an_answer_that_the_platform_was_too_busy_for_comes_when_it_is_not(teams: Teams, is_alone: bool) -> None:
    """As while everybody is sent an announcement: Teams' pace is one for both."""
    teams.connector.refusals = [(429, "1"), (503, "")]
    text = "Meld meg på arbeidsgruppe omstilling" if is_alone else "når er neste milepæl?"
    await teams.post(teams.in_channel("message", **_mention(text)))
    (answer,) = teams.posted("created:29:kari" if is_alone else "19:general")
    assert ("8. desember 2020" if is_alone else "1. desember 2020") in answer


async def test_an_answer_that_may_have_come_is_not_sent_again(teams: Teams) -> None:
    teams.connector.refusals = [(502, "")]
    await teams.say("når er neste milepæl?")
    assert teams.posted() == []
    assert teams.connector.refusals == []


@pytest.mark.parametrize("text", ["hjelp", "topp 5", "hvem har meldt seg på?", "når får jeg svar på innspillet mitt?"])
async def test_a_channel_is_not_told_who_holds_a_role(teams: Teams, text: str) -> None:
    await teams.post(teams.in_channel("message", who="leader-1", **_mention(text)))
    await teams.post(teams.in_channel("message", **_mention(text)))
    leaders, everyones = (
        [action["title"] for action in _actions(one["attachments"][0]["content"])]
        for one in teams.connector.inbox["19:general"]
    )
    assert leaders == everyones


async def test_others_who_are_mentioned_are_part_of_the_question(teams: Teams) -> None:
    asked = _mention("hvem er <at>Kristin Fagerhaug</at>?")
    asked["entities"].append({"type": "mention", "text": "<at>Kristin Fagerhaug</at>", "mentioned": {"id": "29:kf"}})
    await teams.post(teams.in_channel("message", **asked))
    assert "Kristin Fagerhaug" in teams.posted("19:general")[0]


@pytest.mark.parametrize("is_known", [True, False])
async def test_what_concerns_one_person_is_answered_in_their_own_chat(teams: Teams, is_known: bool) -> None:
    if is_known:
        await teams.say("hei")
    asked = teams.in_channel("message", **_mention("Meld meg på arbeidsgruppe omstilling"))
    await teams.post(asked)
    await teams.post(asked)
    (public,) = teams.posted("19:general")
    assert "egen chat" in public
    assert "8. desember" not in public
    alone = teams.posted("a:kari") if is_known else teams.posted("created:29:kari")
    assert "8. desember 2020" in alone[-1]
    assert teams.connector.created == ([] if is_known else ["29:kari"])


async def test_whoever_has_no_app_is_told_to_write_in_a_chat_and_nothing_is_done(teams: Teams) -> None:
    teams.connector.status_of_created = 403
    await teams.post(teams.in_channel("message", **_mention("Meld meg på arbeidsgruppe omstilling")))
    (public,) = teams.posted("19:general")
    assert "Skriv til meg" in public
    await teams.say("Hva er jeg påmeldt?")
    assert "8. desember" not in teams.posted()[-1]


@pytest.mark.parametrize("verb", ["replace", "reply"])
@pytest.mark.parametrize(
    ("status", "told"), [(201, "svart deg i vår egen chat"), (403, "Skriv til meg i en egen chat")]
)
async def test_a_card_of_a_channel_stays_when_one_person_presses_what_concerns_them_alone(
    teams: Teams, verb: str, status: int, told: str
) -> None:
    teams.connector.status_of_created = status
    posted = teams.in_channel("invoke", name="adaptiveCard/action", value={"action": {"verb": verb, "data": JOIN}})
    answered = await teams.post(posted)
    assert answered["type"] == "application/vnd.microsoft.activity.message"
    assert told in answered["value"]
    assert teams.posted("19:general") == []
    assert bool(teams.posted("created:29:kari")) == (status == 201)


async def test_an_edited_message_is_answered_but_changes_nothing_unasked(teams: Teams) -> None:
    written = teams.activity("message", text="Mel mæ på arbeidsgruppa")
    await teams.post(written)
    edited = written | {"type": "messageUpdate", "text": "Meld meg på arbeidsgruppe omstilling"}
    edited |= {"timestamp": "2020-11-24T08:01:00+00:00", "channelData": TEAM | {"eventType": "editMessage"}}
    await teams.post(edited)
    await teams.post(edited)
    assert len(teams.posted()) == 2
    assert "Vil du" in teams.posted()[1]


async def test_an_edited_message_is_answered_once_for_each_text_whenever_it_is_delivered(
    teams: Teams, stores: Stores
) -> None:
    written = teams.activity("message", text="Når er MBM?")
    await teams.post(written)
    texts = ["Når er kickoff?", "Når er kickoff?", "Når er neste milepæl?", "Når er neste milepæl?", "Når er MBM?"]
    for minute, text in enumerate(texts, start=1):
        timestamp = f"2020-11-24T08:0{minute}:00+00:00"
        edit = {"type": "messageUpdate", "text": text, "timestamp": timestamp}
        await teams.post(written | edit | {"channelData": TEAM | {"eventType": "editMessage"}})
    assert len(teams.posted()) == 4
    with stores.database.reading() as session:
        known = [row.activity for row in session.exec(select(Received)).all()]
    assert len(known) == 4
    assert all(len(one) <= len(written["id"]) + 5 for one in known), "too short to find a text by"


@pytest.mark.parametrize(
    ("text", "locale", "said"),
    [
        ("Help", "en-US", "This is what I can help you with"),
        ("Hi", "en-GB", "Hello!"),
        ("MBM?", "en-US", "None of the documents"),
        ("MBM?", "nn-NO", "Ingen av dokumenta"),
        ("Hjelp", "en-US", "Dette kan jeg hjelpe deg med"),
        ("neste milepæl", "en-US", "1. desember 2020"),
        ("When is the next milestone?", "nb-NO", "1 December 2020"),
    ],
)
async def test_the_client_tells_the_language_where_the_text_does_not(
    teams: Teams, text: str, locale: str, said: str
) -> None:
    await teams.say(text, locale=locale)
    assert said in teams.posted()[0]


JOIN = {"action": "workgroup.join", "values": {"group": "osu-omstilling"}, "v": 1, "motivation": "gjerne"}


async def test_a_form_is_replaced_by_its_answer(teams: Teams) -> None:
    answered = await teams.press(JOIN, "replace")
    assert (answered["statusCode"], answered["type"]) == (200, "application/vnd.microsoft.card.adaptive")
    assert "8. desember 2020" in json.dumps(answered["value"], ensure_ascii=False)
    assert teams.posted() == []


async def test_other_buttons_are_answered_below_their_card(teams: Teams) -> None:
    answered = await teams.press({"action": "milestone.next", "values": {}, "v": 1}, "reply")
    assert answered["type"] == "application/vnd.microsoft.activity.message"
    assert answered["value"]
    assert "1. desember 2020" in teams.posted()[0]


async def test_an_answer_that_cannot_be_posted_below_takes_the_cards_place(teams: Teams) -> None:
    teams.connector.status = 503
    answered = await teams.press({"action": "milestone.next", "values": {}, "v": 1}, "reply")
    assert "1. desember 2020" in json.dumps(answered["value"], ensure_ascii=False)


async def test_a_button_pressed_twice_acts_once(teams: Teams) -> None:
    value = {"action": {"type": "Action.Execute", "verb": "replace", "data": JOIN}}
    pressed = teams.activity("invoke", name="adaptiveCard/action", value=value)
    first, second = await teams.post(pressed), await teams.post(pressed)
    assert first["type"] == "application/vnd.microsoft.card.adaptive"
    assert second["statusCode"] == 200


@pytest.mark.parametrize(
    "value", [None, "x", {}, {"action": 7}, {"action": {}}, {"action": {"data": "x"}}, {"action": {"data": {"v": 1}}}]
)
async def test_a_press_that_no_button_of_ours_makes_is_told_so(teams: Teams, value: Any) -> None:
    answered = await teams.post(teams.activity("invoke", name="adaptiveCard/action", value=value))
    assert (answered["statusCode"], answered["type"]) == (400, "application/vnd.microsoft.error")


@pytest.mark.parametrize("name", ["task/fetch", "composeExtension/query", "fileConsent/invoke", None, 7])
async def test_unknown_invokes_pass(teams: Teams, name: Any) -> None:
    assert await teams.post(teams.activity("invoke", name=name)) == {}


@pytest.mark.parametrize("action", ["installed", "removed", "welcome", "group.left", "group.joined"])
async def test_what_only_a_channel_can_tell_cannot_be_pressed(teams: Teams, action: str) -> None:
    await teams.say("hei")
    await teams.press({"action": action, "values": {}, "v": 1}, "replace")
    assert teams.person()[1].gone_reason is None


class Slow(Turns):
    """Turns that wait until they are let go, in a thread, as where somebody else holds the database."""

    gate = threading.Event()

    def begin_together(self, incoming: Sequence[Incoming]) -> Callable[[], list[Answer]]:
        return partial(self.answer_together, incoming)

    def answer(self, incoming: Incoming) -> Answer:
        self.gate.wait(10)
        return super().answer(incoming)


@pytest.fixture
async def slow(stores: Stores, connector: Connector) -> AsyncIterator[tuple[Teams, threading.Event]]:
    """A bot that answers when the test lets it, and whose patience is short."""
    gate = threading.Event()
    made = Slow(stores.database, stores.inputs, DemoClock(NOW), "osu2020")
    made.gate = gate
    way_in, opened = endpoint_of(made, typing_after=0.05, acknowledged_after=0.2)
    app = web.Application()
    app.router.add_post("/api/messages", way_in.receive)
    await opened.open()
    async with TestClient(TestServer(app)) as client:
        yield Teams(client, connector, stores), gate
        gate.set()
        await way_in.close()
    await opened.close()
    made.close()


def endpoint_of(turns: Turns, **patience: float) -> tuple[TeamsEndpoint, Out]:
    out = Out(is_loopback)
    return TeamsEndpoint(turns, TeamsAdapter(out), is_loopback, **patience), out


async def test_a_slow_turn_shows_typing_is_acknowledged_and_answered_all_the_same(
    slow: tuple[Teams, threading.Event],
) -> None:
    teams, gate = slow
    started = time.monotonic()
    await teams.say("Når er neste milepæl?")
    assert time.monotonic() - started < 5
    assert ['"typing"' in one for one in teams.posted()] == [True]
    gate.set()
    assert "1. desember 2020" in (await teams.until(2))[1]


async def test_a_slow_press_is_acknowledged_and_its_answer_comes_below(slow: tuple[Teams, threading.Event]) -> None:
    teams, gate = slow
    answered = await teams.press(JOIN, "replace")
    assert answered["type"] == "application/vnd.microsoft.activity.message"
    gate.set()
    assert "8. desember 2020" in (await teams.until(1))[0]


async def test_turns_of_one_conversation_run_one_after_the_other(slow: tuple[Teams, threading.Event]) -> None:
    teams, gate = slow
    texts = ["hvem leder styringsgruppa?", "når er neste milepæl?", "hvilken fase er vi i?"]
    sending = []
    for text in texts:
        sending.append(asyncio.create_task(teams.say(text)))
        await asyncio.sleep(0.02)
    gate.set()
    await asyncio.gather(*sending)
    answers: list[str] = []
    async with asyncio.timeout(10):
        while len(answers) < len(texts):
            await asyncio.sleep(0.01)
            answers = [one for one in teams.posted() if '"typing"' not in one]
    assert ["styringsgruppe" in answers[0].casefold(), "1. desember" in answers[1], "fase" in answers[2]] == [True] * 3


async def test_what_was_done_for_somebody_who_cannot_be_written_to_is_told_as_done(teams: Teams) -> None:
    await teams.say("hei")
    before = len(teams.posted())
    teams.connector.refused = {"a:kari"}
    await teams.post(teams.in_channel("message", **_mention("Meld meg på arbeidsgruppe omstilling")))
    (public,) = teams.posted("19:general")
    assert "har gjort det du ba om" in public
    teams.connector.refused = set()
    await teams.say("Hva er jeg påmeldt?")
    assert "8. desember 2020" in teams.posted()[before]


async def test_a_channel_that_was_there_before_the_bot_is_known_once_it_is_asked_in(teams: Teams) -> None:
    old = {"channel": {"id": "19:old", "name": ""}}
    await teams.post(
        teams.in_channel("message", "19:old", thread=";messageid=7", data=old, **_mention("hva er målet?"))
    )
    assert _groups(teams) == {"19:old": ("Omstilling", "")}
