"""Installing the bot in a workspace by OAuth: by whoever may, where the settings allow it.

https://docs.slack.dev/authentication/installing-with-oauth
"""

import hmac
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hashlib import sha256

from aiohttp import web
from yarl import URL

from bot.settings import SlackSettings
from bot.slack.api import SlackApi
from bot.slack.payloads import part, text
from bot.slack.workspaces import Workspaces
from bot.transport import NotSent
from dialogs.card import LANGUAGES
from dialogs.words import say

log = logging.getLogger(__name__)

#: What the bot may do; manifest/slack.yaml asks for the same.
SCOPES = (
    "app_mentions:read",
    "channels:read",
    "chat:write",
    "commands",
    "groups:read",
    "im:history",
    "im:write",
    "users:read",
)
INSTALL, BACK = "/slack/install", "/slack/oauth"
#: Seconds that somebody may take to decide.
PATIENCE = 600
COOKIE = "slack_installation"
_CODE = re.compile(r"[A-Za-z0-9._-]{1,500}", re.ASCII)


class Installing:
    """The two pages. The state proves that whoever comes back is who went: it is in a cookie of theirs, it says when it
    was made, and only this bot can have made it."""

    def __init__(
        self,
        settings: SlackSettings,
        public_url: str,
        api: SlackApi,
        workspaces: Workspaces,
        installed: Callable[[str], Awaitable[None]],
        machine_clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings, self._api, self._workspaces, self._installed = settings, api, workspaces, installed
        self._back = f"{public_url}{BACK}"
        self._key = sha256(b"omstillingsbot slack state 1\n" + settings.client_secret.encode()).digest()
        self._machine_clock = machine_clock

    def routes(self, app: web.Application) -> None:
        app.router.add_get(INSTALL, self.go)
        app.router.add_get(BACK, self.back)

    async def go(self, _: web.Request) -> web.Response:
        """To Slack, where somebody consents."""
        state = self._state(f"{int(self._machine_clock())}.{secrets.token_urlsafe(24)}")
        query = {
            "client_id": self._settings.client_id,
            "scope": ",".join(SCOPES),
            "redirect_uri": self._back,
            "state": state,
        }
        # Slack's pages are beside its Web API.
        to = URL(self._settings.api_url).origin() / "oauth/v2/authorize" % query
        response = web.Response(status=302, headers={"Location": str(to), "Cache-Control": "no-store"})
        is_secure = self._back.startswith("https://")
        response.set_cookie(
            COOKIE, state, max_age=PATIENCE, path="/slack", httponly=True, secure=is_secure, samesite="Lax"
        )
        return response

    async def back(self, request: web.Request) -> web.Response:
        """From Slack, with a code that is worth a token once."""
        state, code = request.query.get("state", ""), request.query.get("code", "")
        if not self._is_ours(state, request.cookies.get(COOKIE, "")):
            log.warning("an installation in Slack was refused: whoever came back is not who went")
            return _page(403, "slack_install.state")
        if request.query.get("error") or not _CODE.fullmatch(code):
            return _page(400, "slack_install.declined")
        try:
            team, bot, token = await self._exchange(code)
        except NotSent as not_sent:
            log.warning("an installation in Slack failed: %s", not_sent.reason)
            return _page(502, "slack_install.failed")
        if team not in self._workspaces.allowed:
            # Nobody's people but ours read what is written for ours; a whole organisation's token names no workspace.
            log.warning("an installation in Slack was refused: the workspace is none that may")
            with suppress(NotSent):
                await self._api.call("auth.revoke", token, {})
            return _page(403, "slack_install.not_allowed")
        await self._workspaces.install(team, bot, token)
        await self._installed(team)
        return _page(200, "slack_install.done")

    async def _exchange(self, code: str) -> tuple[str, str, str]:
        """https://docs.slack.dev/reference/methods/oauth.v2.access"""
        given = {
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret,
            "code": code,
            "redirect_uri": self._back,
        }
        told = await self._api.call("oauth.v2.access", "", given)
        is_everywhere = told.get("is_enterprise_install") is True
        team = "" if is_everywhere else text(part(told, "team").get("id"))
        bot, token = text(told.get("bot_user_id")), told.get("access_token")
        if not (team or is_everywhere) or not bot or not isinstance(token, str) or told.get("token_type") != "bot":
            raise NotSent("refused", permanent=True)
        return team, bot, token

    def _state(self, said: str) -> str:
        return f"{said}.{hmac.new(self._key, said.encode(), sha256).hexdigest()[:32]}"

    def _is_ours(self, state: str, cookie: str) -> bool:
        said = state.rpartition(".")[0]
        is_same = hmac.compare_digest(state.encode(), cookie.encode())
        if not is_same or not hmac.compare_digest(state.encode(), self._state(said).encode()):
            return False
        return 0 <= self._machine_clock() - int(said.partition(".")[0]) <= PATIENCE


def _page(status: int, key: str) -> web.Response:
    """What became of it, in each language: nobody has chosen one here."""
    lines = "\n\n".join(say(language, key) for language in LANGUAGES)
    response = web.Response(status=status, text=lines, headers={"Cache-Control": "no-store"})
    response.del_cookie(COOKIE, path="/slack")
    return response
