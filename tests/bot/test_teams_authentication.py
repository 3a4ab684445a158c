"""Who may come in: each kind of token and activity gets its status, and only the good ones run a turn."""

import asyncio
import base64
import hmac
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import jwt
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives import serialization

from bot.app import Server, Stores, make_app
from bot.clock import DemoClock
from bot.teams.authentication import (
    AFTER_FAILURE,
    BETWEEN_LOOKS,
    FRESH,
    Authentication,
    KeysUnavailable,
    SigningKeys,
    Unauthenticated,
)
from tests.bot.conftest import LINKS, Connector
from tests.bot.microsoft import APP_ID, TENANT, Microsoft, Ready
from tests.conftest import NOW

ELSEWHERE = "https://example.org"
OTHER = "33333333-3333-4333-8333-333333333333"


@dataclass
class Installation:
    """A bot as it is really run, with Microsoft and its connector played on this machine."""

    client: TestClient[Any, Any]
    microsoft: Microsoft
    connector: Connector

    def activity(self, **more: Any) -> dict[str, Any]:
        made: dict[str, Any] = {
            "type": "message",
            "id": uuid.uuid4().hex,
            "channelId": "msteams",
            "serviceUrl": self.connector.url,
            "timestamp": NOW.isoformat(),
            "from": {"id": "29:kari", "name": "Kari Prøve", "aadObjectId": "44444444-4444-4444-8444-444444444444"},
            "recipient": {"id": f"28:{APP_ID}"},
            "conversation": {"id": "a:kari", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "text": "Når er neste milepæl?",
            "locale": "nb-NO",
        } | more
        return {name: value for name, value in made.items() if value is not ...}

    async def post(self, activity: dict[str, Any], authorization: str | None) -> int:
        headers = {"Authorization": authorization} if authorization is not None else {}
        async with self.client.post("/api/messages", json=activity, headers=headers) as response:
            await response.read()
            return response.status

    async def ask(self, **claims: Any) -> int:
        return await self.post(self.activity(), f"Bearer {self.microsoft.token(self.connector.url, **claims)}")

    def turns(self) -> int:
        # On a machine that is busy with other tests, some are told first that it takes a moment.
        return sum(posted["type"] != "typing" for inbox in self.connector.inbox.values() for posted in inbox)


@pytest.fixture
async def microsoft() -> AsyncIterator[tuple[Microsoft, str]]:
    made, app = Microsoft(), web.Application()
    made.routes(app)
    async with TestServer(app) as server:
        yield made, str(server.make_url("")).rstrip("/")


@pytest.fixture
async def installed(
    stores: Stores, microsoft: tuple[Microsoft, str], connector: Connector
) -> AsyncIterator[Installation]:
    played, url = microsoft
    app = make_app(stores, DemoClock(NOW), "osu2020", Server(played.settings(url), Ready(), LINKS))
    async with TestClient(TestServer(app)) as client:
        yield Installation(client, played, connector)


def _unsigned(token: str) -> str:
    """The same claims under alg none, as the oldest of attacks has it."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return jwt.encode(claims, "", algorithm="none", headers={"kid": "first"})


def _hmac(made: Installation) -> str:
    """Signed with the public key as if it were a shared secret."""
    public = made.microsoft.keys["first"].public_key()
    secret = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    claims = {"iss": "https://api.botframework.com", "aud": APP_ID, "exp": int(time.time()) + 600}
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "first"}, claims)]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = base64.urlsafe_b64encode(hmac.digest(secret, signed, "sha256")).rstrip(b"=")
    return b".".join((signed, signature)).decode()


def _forged(token: str) -> str:
    """Other claims under the signature of the old ones."""
    head, claims, signature = token.split(".")
    held = json.loads(base64.urlsafe_b64decode(claims + "=="))
    changed = base64.urlsafe_b64encode(json.dumps(held | {"serviceurl": "http://127.0.0.1:9"}).encode()).decode()
    return f"{head}.{changed.rstrip('=')}.{signature}"


def _without_key_id(made: Installation) -> str:
    claims = {"iss": "https://api.botframework.com", "aud": APP_ID, "exp": int(time.time()) + 600}
    return jwt.encode(claims, made.microsoft.keys["first"], algorithm="RS256")


def _now(seconds: int) -> int:
    return int(time.time()) + seconds


Made = Callable[[Installation], str | None]


def signed(*, ends_in: int | None = None, begins_in: int | None = None, **claims: Any) -> Made:
    """A token of that kind; its times, in seconds from now, are reckoned when it is made."""

    def make(made: Installation) -> str:
        times = {name: _now(one) for name, one in (("exp", ends_in), ("nbf", begins_in)) if one is not None}
        return f"Bearer {made.microsoft.token(made.connector.url, **times, **claims)}"

    return make


def changed(change: Callable[[str], str]) -> Made:
    return lambda made: f"Bearer {change(made.microsoft.token(made.connector.url))}"


#: Name, token, what is other than usual in the activity, and the status it gets.
TABLE: list[tuple[str, Made, dict[str, Any], int]] = [
    ("as it should be", signed(), {}, 200),
    ("a scheme in small letters", lambda made: f"bearer {made.microsoft.token(made.connector.url)}", {}, 200),
    ("a clock some minutes behind", signed(ends_in=-200), {}, 200),
    ("a clock some minutes ahead", signed(begins_in=200), {}, 200),
    ("the tenant in the conversation only", signed(), {"channelData": ...}, 200),
    ("an audience among others", signed(aud=[APP_ID, OTHER]), {}, 200),
    ("no header", lambda made: None, {}, 401),
    ("an empty header", lambda made: "", {}, 401),
    ("another scheme", lambda made: "Basic dXNlcjpwYXNz", {}, 401),
    ("a scheme alone", lambda made: "Bearer", {}, 401),
    ("no token at all", lambda made: "Bearer rubbish", {}, 401),
    ("three parts of nothing", lambda made: "Bearer a.b.c", {}, 401),
    ("bytes that are no text", lambda made: "Bearer \udcff.a.b", {}, 401),
    ("letters that no token has", lambda made: "Bearer å.a.b", {}, 401),
    ("a token cut short", changed(lambda token: token[:-20]), {}, 401),
    ("expired", signed(ends_in=-600), {}, 401),
    ("without an end", signed(exp=...), {}, 401),
    ("not valid yet", signed(begins_in=900), {}, 401),
    ("an end that is no number", signed(exp="soon"), {}, 401),
    ("another issuer", signed(iss="https://sts.windows.net/x/"), {}, 401),
    ("no issuer", signed(iss=...), {}, 401),
    ("another bot's", signed(aud=OTHER), {}, 401),
    ("no audience", signed(aud=...), {}, 401),
    ("an empty audience", signed(aud=""), {}, 401),
    ("unsigned", changed(_unsigned), {}, 401),
    ("signed with the public key as a secret", lambda made: f"Bearer {_hmac(made)}", {}, 401),
    ("another algorithm of the same key", signed(algorithm="RS512"), {}, 401),
    ("claims changed after signing", changed(_forged), {}, 401),
    ("no key id", lambda made: f"Bearer {_without_key_id(made)}", {}, 401),
    ("a key that nobody told of", signed(key_id="private"), {}, 401),
    ("a key for other channels", signed(key_id="webchat"), {}, 403),
    ("a key for no channel", signed(key_id="nothing"), {}, 403),
    ("another return address in the token", signed(serviceurl="https://smba.trafficmanager.net/emea/"), {}, 403),
    ("no return address in the token", signed(serviceurl=...), {}, 403),
    ("another tenant", signed(), {"channelData": {"tenant": {"id": OTHER}}}, 403),
    (
        "another tenant's conversation",
        signed(),
        {"conversation": {"id": "19:shared@thread.tacv2", "conversationType": "channel", "tenantId": OTHER}},
        403,
    ),
    ("no tenant", signed(), {"channelData": {}, "conversation": {"id": "a:kari"}}, 403),
    (
        "a host that is not allowed",
        signed(serviceurl=ELSEWHERE),
        {"serviceUrl": ELSEWHERE},
        400,
    ),
    ("http to a host", signed(), {"serviceUrl": "http://smba.trafficmanager.net"}, 400),
    ("no return address", signed(), {"serviceUrl": ...}, 400),
    ("the emulator's channel", signed(), {"channelId": "emulator"}, 400),
    ("no channel", signed(), {"channelId": ...}, 400),
    ("no sender", signed(), {"from": ...}, 400),
    ("no conversation", signed(), {"conversation": ...}, 400),
]


@pytest.mark.parametrize(("make", "odd", "status"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
async def test_each_kind_of_request_gets_its_status(
    installed: Installation, make: Made, odd: dict[str, Any], status: int
) -> None:
    made = installed
    assert await made.post(made.activity(**odd), make(made)) == status
    assert made.turns() == (1 if status == 200 else 0)


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b"\xff", 400), (b"[" * 100_000, 400), (b" " * 300_000, 413)]
)
async def test_a_good_token_makes_no_broken_body_good(installed: Installation, body: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json", "Authorization": signed()(installed) or ""}
    async with installed.client.post("/api/messages", data=body, headers=headers) as response:
        assert response.status == status


async def test_nothing_is_read_of_whoever_has_no_token(installed: Installation) -> None:
    headers = {"Content-Type": "application/json"}
    async with installed.client.post("/api/messages", data=b"{", headers=headers) as response:
        assert response.status == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_there_is_no_page_where_anyone_may_be_a_leader(installed: Installation) -> None:
    for path in ("/chat", "/chat/news", "/chat/person"):
        async with installed.client.get(path) as response:
            assert response.status == 404
    async with installed.client.get("/") as response:
        assert response.url.path == "/om"


async def test_neither_tokens_nor_texts_are_logged(installed: Installation, caplog: pytest.LogCaptureFixture) -> None:
    token = installed.microsoft.token(installed.connector.url, aud=OTHER)
    await installed.post(installed.activity(text="hemmelig tekst"), f"Bearer {token}")
    await installed.ask()
    logged = caplog.text
    assert "refused" in logged
    assert not [part for part in (*token.split("."), "hemmelig", "token-1") if part in logged]


async def test_the_log_tells_of_a_host_that_is_not_among_those_set(
    installed: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = installed.microsoft.token(ELSEWHERE)
    assert await installed.post(installed.activity(serviceUrl=ELSEWHERE), f"Bearer {elsewhere}") == 400
    assert "none of the hosts" in caplog.text
    assert ELSEWHERE not in caplog.text


async def test_a_new_signing_key_in_the_middle_of_traffic_loses_no_turn(
    stores: Stores, microsoft: tuple[Microsoft, str], connector: Connector
) -> None:
    """Old and new tokens at once while the keys change: every turn runs, and the keys are looked at once more."""
    (played, url), clock = microsoft, Hand()
    app = make_app(stores, DemoClock(NOW), "osu2020", Server(played.settings(url), Ready(), LINKS, clock))
    async with TestClient(TestServer(app)) as client:
        made = Installation(client, played, connector)
        assert await made.ask() == 200
        clock.seconds += BETWEEN_LOOKS
        played.new_key("second")
        kinds = ["second" if number > 10 else "first" for number in range(40)]
        assert await asyncio.gather(*(made.ask(key_id=kind) for kind in kinds)) == [200] * 40
        assert (made.turns(), played.looks) == (41, 2)
        # Microsoft tells the old one no more: after the next look it opens nothing.
        old = f"Bearer {played.token(connector.url)}"
        del played.keys["first"]
        clock.seconds += FRESH
        await made.ask(key_id="second")
        async with asyncio.timeout(5):
            while await made.post(made.activity(), old) != 401:
                await asyncio.sleep(0.01)


class Hand:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
async def keys(microsoft: tuple[Microsoft, str]) -> AsyncIterator[tuple[SigningKeys, Hand]]:
    clock = Hand()
    made = SigningKeys(f"{microsoft[1]}/metadata", clock)
    await made.open()
    yield made, clock
    await made.close()


async def test_unknown_keys_cause_one_look_a_minute_however_many_ask(
    keys: tuple[SigningKeys, Hand], microsoft: tuple[Microsoft, str]
) -> None:
    found, clock = keys
    assert await found.find("first") is not None
    clock.seconds += BETWEEN_LOOKS
    assert await asyncio.gather(*(found.find(f"made-up-{number}") for number in range(50))) == [None] * 50
    assert microsoft[0].looks == 2
    clock.seconds += BETWEEN_LOOKS - 1
    assert await found.find("another") is None
    assert microsoft[0].looks == 2


async def test_a_first_look_that_failed_is_repeated_sooner_and_then_less_and_less_often(
    microsoft: tuple[Microsoft, str],
) -> None:
    played, clock = microsoft[0], Hand()
    played.status = 503
    found = SigningKeys(f"{microsoft[1]}/metadata", clock)
    await found.open()
    with pytest.raises(KeysUnavailable):
        await found.find("first")
    waits = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, BETWEEN_LOOKS, BETWEEN_LOOKS]
    assert waits[0] == AFTER_FAILURE
    for looks, wait in enumerate(waits, start=1):
        clock.seconds += wait - 0.5
        asked = await asyncio.gather(*(found.find("first") for _ in range(20)), return_exceptions=True)
        assert all(isinstance(one, KeysUnavailable) for one in asked)
        assert played.looks == looks
        clock.seconds += 0.5
        played.status = 200 if looks == len(waits) else 503
        asked = await asyncio.gather(*(found.find("first") for _ in range(20)), return_exceptions=True)
        assert played.looks == looks + 1
    assert not any(isinstance(one, BaseException) for one in asked)
    # With keys in hand it is once a minute again, whether or not the look succeeds.
    played.status = 503
    clock.seconds += BETWEEN_LOOKS
    assert await found.find("made-up") is None
    clock.seconds += BETWEEN_LOOKS - 0.5
    assert await found.find("made-up") is None
    assert played.looks == len(waits) + 2
    await found.close()


async def test_keys_are_renewed_behind_the_requests_and_kept_while_microsoft_is_away(
    keys: tuple[SigningKeys, Hand], microsoft: tuple[Microsoft, str]
) -> None:
    (found, clock), (played, _) = keys, microsoft
    await found.find("first")
    played.status = 503
    clock.seconds += FRESH
    assert await found.find("first") is not None
    assert await found.find("first") is not None
    played.status = 200
    played.new_key("second")
    clock.seconds += BETWEEN_LOOKS
    assert await found.find("first") is not None
    async with asyncio.timeout(5):
        while "second" not in found._keys:
            await asyncio.sleep(0.01)


async def test_a_token_that_was_good_is_refused_from_its_end_on(
    keys: tuple[SigningKeys, Hand], microsoft: tuple[Microsoft, str]
) -> None:
    found, clock = keys[0], Hand()
    clock.seconds = time.time()
    authentication = Authentication(found, APP_ID, frozenset({TENANT}), clock)
    header = f"Bearer {microsoft[0].token(ELSEWHERE, exp=int(clock.seconds) + 3600)}"
    first, again = await authentication.check_token(header), await authentication.check_token(header)
    assert first == again
    clock.seconds += 3600 + 299
    assert await authentication.check_token(header) == first
    clock.seconds += 2
    with pytest.raises(Unauthenticated):
        await authentication.check_token(header)


async def test_a_token_that_was_good_is_refused_when_its_key_is_withdrawn(
    keys: tuple[SigningKeys, Hand], microsoft: tuple[Microsoft, str]
) -> None:
    (found, clock), (played, _) = keys, microsoft
    authentication = Authentication(found, APP_ID, frozenset({TENANT}))
    header = f"Bearer {played.token(ELSEWHERE)}"
    await authentication.check_token(header)
    # A new key of the same id: what the old one signed is theirs no more.
    played.new_key("first")
    clock.seconds += FRESH
    await found.find("first")
    async with asyncio.timeout(5):
        while found._is_looking():
            await asyncio.sleep(0.01)
    with pytest.raises(Unauthenticated):
        await authentication.check_token(header)


async def test_a_token_is_known_by_all_of_it(keys: tuple[SigningKeys, Hand], microsoft: tuple[Microsoft, str]) -> None:
    authentication = Authentication(keys[0], APP_ID, frozenset({TENANT}))
    token = microsoft[0].token(ELSEWHERE)
    await authentication.check_token(f"Bearer {token}")
    head, body, signature = token.split(".")
    other = microsoft[0].token(ELSEWHERE, aud="33333333-3333-4333-8333-333333333333").split(".")
    for changed in (f"{head}.{body}.{other[2]}", f"{head}.{other[1]}.{signature}", f"{head}.{body}.", token[:-10]):
        with pytest.raises(Unauthenticated):
            await authentication.check_token(f"Bearer {changed}")


async def test_while_no_key_is_known_the_sender_is_told_to_try_again(
    stores: Stores, microsoft: tuple[Microsoft, str], connector: Connector
) -> None:
    played, url = microsoft
    played.status = 500
    app = make_app(stores, DemoClock(NOW), "osu2020", Server(played.settings(url), Ready(), LINKS))
    async with TestClient(TestServer(app)) as client:
        made = Installation(client, played, connector)
        assert await made.ask() == 503
        assert made.turns() == 0


@pytest.mark.parametrize(
    "told",
    ["[]", "null", '{"jwks_uri": 7}', '{"jwks_uri": "/keys"}', "not json", '{"keys": []}'],
)
async def test_what_is_no_key_set_is_none(told: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=told, content_type="application/json")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        found = SigningKeys(str(server.make_url("/metadata")))
        await found.open()
        with pytest.raises(KeysUnavailable):
            await found.find("first")
        await found.close()


@pytest.mark.parametrize("broken", [{}, {"n": "AQ", "e": "AQAB"}, {"n": 1, "e": "AQAB"}, {"n": "!", "e": ""}])
async def test_a_key_that_cannot_be_read_keeps_no_other_from_being_used(
    microsoft: tuple[Microsoft, str], broken: dict[str, Any]
) -> None:
    played, _ = microsoft

    async def keys(request: web.Request) -> web.Response:
        told = json.loads(str((await played.keys_told(request)).text))
        return web.json_response({"keys": [{"kty": "RSA", "kid": "broken", **broken}, *told["keys"]]})

    app = web.Application()
    app.router.add_get("/metadata", played.metadata_told)
    app.router.add_get("/keys", keys)
    async with TestServer(app) as server:
        found = SigningKeys(str(server.make_url("/metadata")))
        await found.open()
        assert await found.find("first") is not None
        assert await found.find("broken") is None
        await found.close()


def test_without_an_app_id_there_is_no_authentication() -> None:
    with pytest.raises(ValueError, match="app id"):
        Authentication(SigningKeys("http://127.0.0.1:9"), "", frozenset({TENANT}))
