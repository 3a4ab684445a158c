"""The bot's own token: taken once, renewed ahead of time, and never a reason to lose a message."""

import asyncio
import datetime
from pathlib import Path

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity.aio import CertificateCredential, ClientSecretCredential, ManagedIdentityCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.settings import TeamsSettings
from bot.teams.hosts import AllowedHosts
from bot.teams.tokens import AHEAD, BETWEEN_TRIES, Tokens, credential_of
from bot.transport import NotSent
from tests.bot.microsoft import APP_ID, TENANT, Ready


class Hand:
    """A clock of seconds since 1970 that a test moves by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return datetime.datetime.now(datetime.UTC).timestamp() + self.ahead


@pytest.fixture
def clock() -> Hand:
    return Hand()


async def test_a_hundred_sends_at_once_take_one_token(clock: Hand) -> None:
    credential = Ready()
    tokens = Tokens(credential, clock)
    assert set(await asyncio.gather(*(tokens.authorization() for _ in range(100)))) == {"Bearer token-1"}
    assert credential.given == 1


async def test_a_token_is_renewed_ahead_while_the_old_one_goes_on(clock: Hand) -> None:
    credential = Ready()
    tokens = Tokens(credential, clock)
    await tokens.authorization()
    clock.ahead = 3600 - AHEAD + 5
    assert await tokens.authorization() == "Bearer token-1"
    async with asyncio.timeout(5):
        while await tokens.authorization() == "Bearer token-1":
            await asyncio.sleep(0)
    assert credential.given == 2
    await tokens.close()
    assert credential.is_closed


async def test_a_renewal_that_fails_is_tried_again_and_keeps_the_old_one(clock: Hand) -> None:
    credential = Ready()
    tokens = Tokens(credential, clock)
    await tokens.authorization()
    credential.failures = [ClientAuthenticationError("wrong secret")]
    clock.ahead = 3600 - AHEAD + 5
    for _ in range(5):
        assert await tokens.authorization() == "Bearer token-1"
        await asyncio.sleep(0.01)
    assert (credential.failures, credential.given) == ([], 1)
    clock.ahead += BETWEEN_TRIES
    async with asyncio.timeout(5):
        while await tokens.authorization() == "Bearer token-1":
            await asyncio.sleep(0)


async def test_without_a_token_nothing_is_sent_and_later_it_may_be(
    clock: Hand, caplog: pytest.LogCaptureFixture
) -> None:
    credential = Ready(failures=[ClientAuthenticationError("AADSTS7000215: secret of app 1111")])
    tokens = Tokens(credential, clock)
    with pytest.raises(NotSent) as not_sent:
        await tokens.authorization()
    assert (not_sent.value.permanent, not_sent.value.unknown) == (False, False)
    assert "ClientAuthenticationError" in caplog.text
    assert "AADSTS" not in caplog.text
    assert await tokens.authorization() == "Bearer token-1"


def _settings(**more: str) -> TeamsSettings:
    return TeamsSettings(**({"app_id": APP_ID, "app_type": "SingleTenant", "tenant": TENANT} | more))  # type: ignore[arg-type]


def _certificate(folder: Path) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "omstillingsbot")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    made = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "bot.pem"
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return str(path)


async def test_each_kind_of_proof_has_its_credential(tmp_path: Path) -> None:
    made = [
        credential_of(_settings(secret="x")),
        credential_of(_settings(certificate=_certificate(tmp_path))),
        credential_of(_settings(app_type="UserAssignedMSI")),
    ]
    assert [type(one) for one in made] == [ClientSecretCredential, CertificateCredential, ManagedIdentityCredential]
    for one in made:
        await one.close()


def test_a_file_that_is_no_certificate_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bot.pem"
    path.write_text("nothing")
    with pytest.raises(ValueError):  # noqa: PT011 - what the library says is its own
        credential_of(_settings(certificate=str(path)))


@pytest.mark.parametrize(
    ("address", "is_allowed"),
    [
        ("https://smba.trafficmanager.net/emea/", True),
        ("https://SMBA.trafficmanager.net", True),
        ("https://smba.trafficmanager.net:443/emea", True),
        ("https://smba.trafficmanager.net:8443/emea", False),
        ("http://smba.trafficmanager.net/emea/", False),
        ("https://smba.trafficmanager.net.example.org/", False),
        ("https://example.org/smba.trafficmanager.net", False),
        ("https://smba.trafficmanager.net@example.org/", False),
        ("https://x:y@smba.trafficmanager.net/", False),
        ("https://smba.trafficmanager.net/?x=1", False),
        ("https://smba.trafficmanager.net/#x", False),
        ("https://smba.trafficmanager.net:x/", False),
        ("https://[::1", False),
        ("http://127.0.0.1:9", False),
        ("ftp://smba.trafficmanager.net", False),
        ("", False),
    ],
)
def test_tokens_go_to_allowed_hosts_by_https_only(address: str, is_allowed: bool) -> None:
    assert AllowedHosts({"smba.trafficmanager.net"})(address) == is_allowed


def test_this_machine_is_allowed_only_when_it_is_named() -> None:
    assert AllowedHosts({"127.0.0.1"})("http://127.0.0.1:9/x")
    assert not AllowedHosts({"127.0.0.1"})("http://localhost:9/x")
