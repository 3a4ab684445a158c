"""The echo bot of the Bot Framework's own documentation, on its CloudAdapter: what the bot is compared with."""

import sys

from aiohttp import web
from botbuilder.core import ActivityHandler, MessageFactory, TurnContext
from botbuilder.core.integration import aiohttp_error_middleware
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botframework.connector.auth import AppCredentials, PasswordServiceClientCredentialFactory

from tests.bench.microsoft import SENDING_TOKEN
from tests.bot.microsoft import APP_ID, ISSUER, TENANT


class Configuration:
    """A bot of one tenant, with its keys told on this machine; whatever else is Microsoft's stays as it is."""

    APP_ID = APP_ID
    APP_PASSWORD = "secret"
    APP_TYPE = "SingleTenant"
    APP_TENANTID = TENANT
    TO_CHANNEL_FROM_BOT_LOGIN_URL = f"https://login.microsoftonline.com/{TENANT}"
    TO_CHANNEL_FROM_BOT_OAUTH_SCOPE = "https://api.botframework.com"
    TO_BOT_FROM_CHANNEL_TOKEN_ISSUER = ISSUER

    def __init__(self, metadata_url: str) -> None:
        self.TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL = metadata_url


class ReadyToken(AppCredentials):
    """A token that is at hand, so that nothing goes to the internet and nothing is spent on asking for it."""

    def get_access_token(self, force_refresh: bool = False) -> str:
        return SENDING_TOKEN


class ReadyTokens(PasswordServiceClientCredentialFactory):
    async def create_credentials(
        self, app_id: str, oauth_scope: str, login_endpoint: str, validate_authority: bool
    ) -> ReadyToken:
        return ReadyToken(app_id, TENANT, oauth_scope)


class Echo(ActivityHandler):
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(MessageFactory.text(f"Echo: {turn_context.activity.text}"))


def main(port: int, metadata_url: str) -> None:
    tokens = ReadyTokens(APP_ID, "secret", TENANT)
    authentication = ConfigurationBotFrameworkAuthentication(Configuration(metadata_url), credentials_factory=tokens)
    adapter, bot = CloudAdapter(authentication), Echo()

    async def messages(request: web.Request) -> web.Response:
        return await adapter.process(request, bot)

    app = web.Application(middlewares=[aiohttp_error_middleware])
    app.router.add_post("/api/messages", messages)
    web.run_app(app, host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
