"""Microsoft's side of signing in, for bots that run in processes of their own: keys, tokens in and tokens out."""

import datetime
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.bench.processes import free_port
from tests.bot.microsoft import Microsoft

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
        self.certificate = folder / "certificate.pem"
        _write_certificate(self.certificate)
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


def _write_certificate(path: Path) -> None:
    """A certificate for this machine, with its key, for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOOPBACK)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(LOOPBACK))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
