"""POST /api/messages: who may come in, what came, and how it is answered in time."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.schema import Activity

from bot.defects import log_defect
from bot.patience import patiently
from bot.teams import invokes
from bot.teams.activities import bot_account, has_id, incoming_of, pressed_of
from bot.teams.adapter import RAW, TeamsAdapter
from bot.teams.authentication import Authentication, Forbidden, KeysUnavailable, SigningKey, Unauthenticated
from bot.teams.connector import compact
from bot.teams.hosts import MaySend
from bot.teams.send import message
from bot.transport import NotSent
from bot.turns import Answer, Incoming, Turns, spoken
from bot.wire import cleaned, is_clean
from dialogs import guide
from storage.people import Whereabouts

log = logging.getLogger(__name__)

#: Largest body, in bytes. Teams' own activities are below 28 KB: https://learn.microsoft.com/microsoftteams/limits-specifications-teams
LARGEST = 256 * 1024
#: How deep an activity is nested at the most; theirs are about five deep.
DEEPEST = 12
#: Seconds after which somebody who waits is shown that the bot is at it: Teams wants a sign of life within two.
TYPING_AFTER = 1.2
#: Seconds after which the request is acknowledged and the answer follows by itself. After 15 Teams delivers it again:
#: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
ACKNOWLEDGED_AFTER = 8.0


class TeamsEndpoint:
    """The Bot Framework's way in. Without ``authentication`` it is a demo's, which trusts nobody but this machine:
    ``may_send`` then allows none but its own addresses."""

    def __init__(
        self,
        turns: Turns,
        adapter: TeamsAdapter,
        may_send: MaySend,
        authentication: Authentication | None = None,
        *,
        typing_after: float = TYPING_AFTER,
        acknowledged_after: float = ACKNOWLEDGED_AFTER,
    ) -> None:
        self._turns = turns
        self._adapter = adapter
        self._may_send = may_send
        self._authentication = authentication
        self._channels = frozenset({"msteams"}) if authentication else frozenset({"emulator", "msteams"})
        self._typing_after, self._acknowledged_after = typing_after, acknowledged_after
        self._at_work: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        """Lets what was acknowledged and not yet answered come to its end."""
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=ACKNOWLEDGED_AFTER)

    async def receive(self, request: web.Request) -> web.Response:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="Send the activity as application/json.")
        token = await self._token(request)
        raw = await _parsed(request)
        self._check(raw)
        self._check_token(token, raw)
        # What is echoed into the reply must survive being written as UTF-8.
        raw = cleaned(raw, DEEPEST)
        if raw.get("deliveryMode") == "expectReplies":
            return web.json_response({"activities": await self._adapter.run(raw, self._logic)}, dumps=compact)
        if raw.get("type") == "invoke":
            return web.json_response(await self._invoked(raw), dumps=compact)
        await self._in_time(self._adapter.run(raw, self._logic))
        return web.Response(status=200)

    async def _token(self, request: web.Request) -> tuple[dict[str, Any], SigningKey] | None:
        if self._authentication is None:
            return None
        try:
            return await self._authentication.check_token(request.headers.get("Authorization"))
        except Unauthenticated as why:
            log.warning("a request without a good token was refused: %s", why)
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"}) from None
        except KeysUnavailable:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"}) from None

    def _check(self, raw: dict[str, Any]) -> None:
        missing = [name for name in ("conversation", "from") if not has_id(raw.get(name))]
        if not isinstance(raw.get("serviceUrl"), str) or not raw["serviceUrl"]:
            missing.append("serviceUrl")
        if missing:
            raise web.HTTPBadRequest(text=f"The activity lacks {', '.join(missing)}.")
        if not isinstance(raw.get("channelId"), str) or raw["channelId"] not in self._channels:
            raise web.HTTPBadRequest(text=f"The activity's channelId must be {' or '.join(sorted(self._channels))}.")
        if not self._may_send(raw["serviceUrl"]):
            log.warning("a request was refused: its serviceUrl is none of the hosts that may be answered to")
            raise web.HTTPBadRequest(text="The activity's serviceUrl is not one that this bot answers to.")

    def _check_token(self, token: tuple[dict[str, Any], SigningKey] | None, raw: dict[str, Any]) -> None:
        if self._authentication is None or token is None:
            return
        try:
            self._authentication.check_activity(*token, raw)
        except Forbidden as why:
            log.warning("a request was refused: %s", why)
            raise web.HTTPForbidden from None

    async def _in_time(self, work: Coroutine[Any, Any, Any]) -> bool:
        """Runs it, but waits for it only so long; False when it goes on by itself."""
        task = asyncio.create_task(self._to_the_end(work))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)
        done, _ = await asyncio.wait({task}, timeout=self._acknowledged_after)
        return bool(done)

    async def _to_the_end(self, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except NotSent as not_sent:
            # The turn is done and stored; only its reply found nobody. Doing it again would not help.
            log.warning("a reply was not taken: %s", not_sent.reason)
        except Exception as defect:  # noqa: BLE001 - whoever sent the request has been answered already
            log_defect(defect)

    async def _logic(self, context: TurnContext) -> None:
        """A turn whose answer is posted, or put into the response's body."""
        raw = context.turn_state[RAW]
        incoming = incoming_of(raw)
        if incoming is None:
            return
        async with self._typing(context):
            answer = await self._answer(raw, incoming)
        for reply in _replies(answer, with_trace=raw["channelId"] == "emulator"):
            await patiently(partial(self._adapter.send_activities, context, [reply]))
        self._turns.replied(incoming)

    async def _invoked(self, raw: dict[str, Any]) -> dict[str, Any]:
        """The response to a pressed Action.Execute: the answer takes the card's place, or is posted below it."""
        pressed = pressed_of(raw)
        if pressed is None:
            return invokes.bad_request() if raw.get("name") == invokes.PRESSED else {}
        language = spoken(str(raw.get("locale") or ""))
        result = invokes.late(language)
        is_late = False

        async def logic(context: TurnContext) -> None:
            nonlocal result
            incoming = incoming_of(raw)
            assert incoming is not None, "a pressed button is a turn"
            answer = await self._answer(raw, incoming)
            in_place, below = invokes.placed(answer, pressed.verb)
            if answer.is_personal and not is_late:
                result = invokes.aside(answer)
                self._turns.replied(incoming)
                return
            if is_late:
                in_place, below = (), answer.cards
            result = invokes.response(in_place, answer.language)
            try:
                await self._adapter.send_activities(context, [Activity(**message(card)) for card in below])
            except NotSent:
                if is_late:
                    raise
                # What cannot be posted below is at least seen in the card's place.
                result = invokes.response(answer.cards, answer.language)
            self._turns.replied(incoming)

        is_late = not await self._in_time(self._adapter.run(raw, logic))
        return result

    async def _answer(self, raw: dict[str, Any], incoming: Incoming) -> Answer:
        answer = await self._turns.take(incoming)
        self._ask_address(incoming, answer)
        return await self._alone(raw, incoming, answer) if answer.is_personal else answer

    def _ask_address(self, incoming: Incoming, answer: Answer) -> None:
        """Where somebody known by e-mail only may be this person, Teams is asked whose address it is; nobody waits."""
        if answer.asks_address and incoming.where.is_private:
            task = asyncio.create_task(self._tell_address(incoming.where))
            self._at_work.add(task)
            task.add_done_callback(self._at_work.discard)

    async def _tell_address(self, where: Whereabouts) -> None:
        try:
            told = await self._adapter.connector.member(where.service_url, where.conversation, where.account)
            if told.get("tenantId") in (None, where.tenant):
                # Of a guest another organisation tells the address, which this one does not vouch for.
                emails = [told.get(name) for name in ("email", "userPrincipalName")]
                await self._turns.vouched(where, [one for one in emails if isinstance(one, str) and is_clean(one)])
        except NotSent as not_sent:
            log.warning("nobody's address was told: %s", not_sent.reason)
        except Exception as defect:  # noqa: BLE001 - the turn is over, and the next one about sign-ups asks again
            log_defect(defect)

    async def _alone(self, raw: dict[str, Any], incoming: Incoming, not_here: Answer) -> Answer:
        """Asked in a group for what concerns one person: answered in the chat with that person, if they have one."""
        where, connector = incoming.where, self._adapter.connector
        try:
            conversation = not_here.alone.conversation if not_here.alone else ""
            conversation = conversation or await patiently(
                partial(connector.create_conversation, where.service_url, where.tenant, bot_account(raw), where.account)
            )
        except NotSent as not_sent:
            log.warning("nobody can be written to alone: %s", not_sent.reason)
            return not_here
        alone = replace(
            incoming,
            where=where.model_copy(update={"conversation": conversation, "is_private": True}),
            conversation=f"{where.channel}:{conversation}",
            activity=f"{incoming.activity}:alone",
            group=None,
        )
        answer = await self._turns.take(alone)
        self._ask_address(alone, answer)
        try:
            for card in answer.cards:
                addressed = message(card) | {"from": {"id": where.bot_account}, "recipient": {"id": where.account}}
                await patiently(partial(connector.send, where.service_url, conversation, addressed))
            self._turns.replied(alone)
        except NotSent as not_sent:
            log.warning("an answer for one person alone was not taken: %s", not_sent.reason)
            return replace(answer, cards=(guide.unreachable_alone(answer.language),), is_personal=True)
        return replace(answer, cards=(guide.answered_alone(answer.language),), is_personal=True)

    @asynccontextmanager
    async def _typing(self, context: TurnContext) -> AsyncIterator[None]:
        """Shows that the bot is at it, if that takes longer than people like to wait without a sign."""
        showing: list[asyncio.Task[None]] = []
        # A timer and not yet a task: few turns take so long.
        timer = asyncio.get_running_loop().call_later(
            self._typing_after, lambda: showing.append(asyncio.create_task(self._show_typing(context)))
        )
        try:
            yield
        finally:
            timer.cancel()
            for task in showing:
                task.cancel()

    async def _show_typing(self, context: TurnContext) -> None:
        raw = context.turn_state[RAW]
        if raw.get("deliveryMode") != "expectReplies" and raw.get("type") in ("message", "messageUpdate"):
            try:
                await self._adapter.send_activities(context, [Activity(type="typing")])
            except NotSent as not_sent:
                log.warning("typing was not taken: %s", not_sent.reason)


async def _parsed(request: web.Request) -> dict[str, Any]:
    if (request.content_length or 0) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0)
    body = await request.content.read(LARGEST + 1)
    while len(body) <= LARGEST and not request.content.at_eof():
        body += await request.content.read(LARGEST + 1 - len(body))
    if len(body) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, len(body))
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text="The body is not JSON.") from None
    if not isinstance(raw, dict):
        raise web.HTTPBadRequest(text="The body is not an activity.")
    return raw


def _replies(answer: Answer, with_trace: bool) -> list[Activity]:
    trace = []
    if with_trace and answer.understanding is not None:
        trace = [Activity(type="trace", name="understanding", value=answer.understanding, value_type="understanding")]
    return trace + [Activity(**message(card)) for card in answer.cards]
