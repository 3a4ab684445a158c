"""Microsoft's side of signing in, for bots that run in processes of their own: keys, tokens in and tokens out."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from tests.bench.processes import free_port
from tests.bot.microsoft import Microsoft, certificate

LOOPBACK = "127.0.0.1"
#: What both bots show when they send; the connector asks no more of it.
SENDING_TOKEN = "sending"


class SignIn(Microsoft):
    """Serves its metadata and keys over http, and tokens for sending over https with a certificate of its own."""

    metadata_url = ""
    authority = ""
    #: The file that whoever asks for a token must trust (SSL_CERT_FILE).
    certificate = Path()

    @asynccontextmanager
    async def open(self, folder: Path) -> AsyncIterator["SignIn"]:
        """Serves while it is open; the certificate is written to that folder."""
        app, port, secure_port = web.Application(), free_port(), free_port()
        self.routes(app)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token_for_sending)
        self.certificate = certificate(folder, LOOPBACK)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, LOOPBACK, port).start()
            await web.TCPSite(runner, LOOPBACK, secure_port, ssl_context=context).start()
            self.metadata_url = f"http://{LOOPBACK}:{port}/metadata"
            self.authority = f"https://{LOOPBACK}:{secure_port}"
            yield self
        finally:
            await runner.cleanup()

    async def _token_for_sending(self, request: web.Request) -> web.Response:
        return web.json_response({"token_type": "Bearer", "expires_in": 86400, "access_token": SENDING_TOKEN})
