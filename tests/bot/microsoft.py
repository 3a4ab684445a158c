"""Microsoft's side of signing in, played on this machine: keys that it tells, tokens that it signs, and its tokens."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import jwt
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bot.settings import TeamsSettings

APP_ID = "11111111-1111-4111-8111-111111111111"
TENANT = "22222222-2222-4222-8222-222222222222"
ISSUER = "https://api.botframework.com"


@dataclass(frozen=True)
class Given:
    """A token for sending, and its end in seconds since 1970."""

    token: str
    expires_on: int


@dataclass
class Ready:
    """A credential that gives tokens at once, numbered, each for an hour unless told otherwise."""

    seconds: float = 3600
    failures: list[Exception] = field(default_factory=list)
    given: int = 0
    is_closed: bool = False

    async def get_token(self, *scopes: str) -> Given:
        assert scopes == ("https://api.botframework.com/.default",)
        if self.failures:
            raise self.failures.pop(0)
        self.given += 1
        return Given(f"token-{self.given}", int(time.time() + self.seconds))

    async def close(self) -> None:
        self.is_closed = True


class Microsoft:
    """Tells its keys over HTTP and signs tokens with them."""

    def __init__(self) -> None:
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.endorsements: dict[str, list[str]] = {}
        self.looks = 0
        self.status = 200
        self.new_key("first")
        self.new_key("webchat", ("webchat",))
        self.new_key("nothing", ())
        #: One that Microsoft does not tell of.
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def new_key(self, key_id: str, endorsements: tuple[str, ...] = ("msteams", "webchat")) -> None:
        self.keys[key_id] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.endorsements[key_id] = list(endorsements)

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/metadata", self.metadata_told)
        app.router.add_get("/keys", self.keys_told)

    def token(self, service_url: str, key_id: str = "first", algorithm: str = "RS256", **claims: Any) -> str:
        """A token as the Bot Framework makes them; claims of ... are left out."""
        now = int(time.time())
        made = {
            "iss": ISSUER,
            "aud": APP_ID,
            "serviceurl": service_url,
            "nbf": now - 60,
            "exp": now + 3600,
        } | claims
        held = {name: value for name, value in made.items() if value is not ...}
        key = self.keys.get(key_id, self.private)
        return jwt.encode(held, key, algorithm=algorithm, headers={"kid": key_id})

    def settings(self, url: str) -> TeamsSettings:
        """The bot's, for this Microsoft and a connector on this machine."""
        return TeamsSettings(
            app_id=APP_ID,
            app_type="SingleTenant",
            tenant=TENANT,
            secret="secret",
            tenants=frozenset({TENANT}),
            hosts=frozenset({"127.0.0.1"}),
            metadata_url=f"{url}/metadata",
        )

    async def metadata_told(self, request: web.Request) -> web.Response:
        self.looks += 1
        if self.status != 200:
            return web.Response(status=self.status)
        return web.json_response({"issuer": ISSUER, "jwks_uri": str(request.url.with_path("/keys"))})

    async def keys_told(self, request: web.Request) -> web.Response:
        described = [
            RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            | {"kid": name, "use": "sig", "endorsements": self.endorsements[name]}
            for name, key in self.keys.items()
        ]
        return web.json_response({"keys": described})


def certificate(folder: Path, address: str) -> Path:
    """A certificate of that address with its key in one PEM file, its own authority, good for a day."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "omstillingsbot")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path
