"""Who may come in: the Bot Framework's signed tokens, and the keys they are signed with."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import jwt
from aiohttp import ClientError, ClientSession, ClientTimeout

log = logging.getLogger(__name__)

#: Who signs what the Bot Framework's channels send:
#: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
ISSUER = "https://api.botframework.com"
#: Seconds that clocks may differ.
SKEW = 300
#: Seconds after which keys are looked at again while the old ones go on being used. Microsoft publishes new keys ahead
#: of their use and asks for a look once a day at least.
FRESH = 3600.0
#: Seconds between looks that a key nobody knows may cause, and seconds a look may take.
BETWEEN_LOOKS = 60.0
#: Seconds after the first look that failed, before any succeeded; each more that fails doubles them, up to a minute.
#: Without a key everybody is turned away, so that a start in a moment without a network must not cost a minute.
AFTER_FAILURE = 1.0
PATIENCE = ClientTimeout(total=5)
#: Good tokens that are known again at the most; a platform shows a few at a time.
MOST_KNOWN = 1000
#: Largest metadata or key set that is read, in bytes; theirs are some tens of thousands.
LARGEST = 512 * 1024


class Unauthenticated(Exception):  # noqa: N818 - says what is wrong, as Refused does
    """The request does not prove who it is from. The text is for the log: it holds nothing of the token."""


class Forbidden(Exception):  # noqa: N818 - says what is wrong, as Refused does
    """It is from the Bot Framework, but not for this bot to act on."""


class KeysUnavailable(Exception):  # noqa: N818 - says what is wrong, as Refused does
    """No key could be fetched yet, so that nobody can be told apart. Worth trying again."""


@dataclass(frozen=True)
class SigningKey:
    """A public key, and the channels that it may speak for."""

    key: jwt.PyJWK
    endorsements: frozenset[str]


class SigningKeys:
    """The keys by their id: fetched without blocking, one look at a time, renewed behind the requests.

    ``machine_clock`` gives seconds that only go forward.
    """

    def __init__(self, metadata_url: str, machine_clock: Callable[[], float] = time.monotonic) -> None:
        self._metadata_url = metadata_url
        self._clock = machine_clock
        self._keys: dict[str, SigningKey] = {}
        self._looked_at: float | None = None
        self._fetched_at: float | None = None
        self._failed = 0
        self._look: asyncio.Task[None] | None = None
        self._http: ClientSession | None = None

    async def open(self) -> None:
        """Begins to fetch the keys. The start does not wait for them, nor fail without them."""
        self._http = ClientSession(timeout=PATIENCE)
        self._begin_look()

    async def close(self) -> None:
        if self._look is not None:
            self._look.cancel()
            await asyncio.gather(self._look, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    async def find(self, key_id: str) -> SigningKey | None:
        """The key of that id. One that is not known is looked for, but at most once a minute whoever asks; sooner as
        long as no look has told any.

        Raises KeysUnavailable as long as no keys could be fetched at all.
        """
        if key_id not in self._keys and (self._is_looking() or self._may_look()):
            await asyncio.shield(self._begin_look())
        elif self._is_stale() and self._may_look():
            self._begin_look()
        if not self._keys:
            raise KeysUnavailable
        return self._keys.get(key_id)

    def _is_looking(self) -> bool:
        return self._look is not None and not self._look.done()

    def _may_look(self) -> bool:
        between = BETWEEN_LOOKS if self._keys else min(BETWEEN_LOOKS, AFTER_FAILURE * 2 ** (self._failed - 1))
        return self._looked_at is None or self._clock() - self._looked_at >= between

    def _is_stale(self) -> bool:
        return self._fetched_at is None or self._clock() - self._fetched_at >= FRESH

    def _begin_look(self) -> asyncio.Task[None]:
        if self._look is None or self._look.done():
            self._looked_at = self._clock()
            self._look = asyncio.create_task(self._fetch())
        return self._look

    async def _fetch(self) -> None:
        """Replaces the keys by those told now; a look that fails leaves the old ones."""
        self._failed += 1
        try:
            metadata = await self._read(self._metadata_url)
            keys = _keys_in(await self._read(str(metadata["jwks_uri"])))
        except (ClientError, TimeoutError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.error("the Bot Framework's keys could not be fetched: %s", type(error).__name__)
            return
        if keys:
            self._keys, self._fetched_at, self._failed = keys, self._clock(), 0
        else:
            log.error("the Bot Framework told no key that can be used")

    async def _read(self, address: str) -> dict[str, Any]:
        assert self._http is not None, "open() first"
        async with self._http.get(address, allow_redirects=False) as response:
            response.raise_for_status()
            if (response.content_length or 0) > LARGEST:
                raise ValueError(response.content_length)
            body: dict[str, Any] = await response.json(content_type=None)
            return body


def _keys_in(key_set: dict[str, Any]) -> dict[str, SigningKey]:
    found = {}
    for described in key_set["keys"]:
        if isinstance(described.get("kid"), str) and described.get("kty") == "RSA":
            endorsements = frozenset(described.get("endorsements") or ())
            try:
                found[described["kid"]] = SigningKey(jwt.PyJWK(described, algorithm="RS256"), endorsements)
            except jwt.PyJWTError as error:
                # One that cannot be read keeps nobody else's from being used.
                log.error("one of the Bot Framework's keys cannot be used: %s", type(error).__name__)
    return found


@dataclass(frozen=True)
class _Good:
    """What a token was found to say, and by which key."""

    key_id: str
    key: SigningKey
    claims: dict[str, Any]

    def ends_at(self) -> float:
        """The seconds since 1970 from which it is refused."""
        return int(self.claims["exp"]) + SKEW


class Authentication:
    """Checks the token of an inbound activity against the activity itself.

    Microsoft signs a token for an hour or more and shows it with every request of that time, so one that was good is
    known again by its digest: until its end, and while its key is Microsoft's. ``machine_clock`` gives seconds since
    1970.
    """

    def __init__(
        self,
        keys: SigningKeys,
        app_id: str,
        tenants: frozenset[str],
        machine_clock: Callable[[], float] = time.time,
    ) -> None:
        if not app_id:
            raise ValueError("without an app id everybody's token would do")
        self.keys = keys
        self._app_id = app_id
        self._tenants = frozenset(tenant.casefold() for tenant in tenants)
        self._clock = machine_clock
        self._known: dict[bytes, _Good] = {}

    async def check_token(self, header: str | None) -> tuple[dict[str, Any], SigningKey]:
        """The token's claims and the key that signed it.

        Raises Unauthenticated for one that is missing, broken, expired, not for this bot or not theirs, and
        KeysUnavailable.
        """
        scheme, _, token = (header or "").partition(" ")
        if scheme.casefold() != "bearer" or not token:
            raise Unauthenticated("no bearer token")
        if not token.isascii():
            # The library fails at bytes that are no text, instead of refusing them.
            raise Unauthenticated("no token")
        digest = sha256(token.encode()).digest()
        known = self._known.get(digest)
        if known is not None and self._clock() >= known.ends_at():
            raise Unauthenticated(jwt.ExpiredSignatureError.__name__)
        if known is not None and await self.keys.find(known.key_id) is known.key:
            return known.claims, known.key
        good = await self._checked(token)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[digest] = good
        return good.claims, good.key

    async def _checked(self, token: str) -> _Good:
        try:
            unverified = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError as error:
            raise Unauthenticated(type(error).__name__) from None
        key_id = unverified.get("kid")
        if unverified.get("alg") != "RS256" or not isinstance(key_id, str):
            raise Unauthenticated("not signed as theirs are")
        key = await self.keys.find(key_id)
        if key is None:
            raise Unauthenticated("signed with a key that is not theirs")
        return _Good(key_id, key, self._claims(token, key))

    def check_activity(self, claims: dict[str, Any], key: SigningKey, activity: dict[str, Any]) -> None:
        """Raises Forbidden unless the token speaks for this activity: its channel, return address and tenant."""
        if activity["channelId"] not in key.endorsements:
            raise Forbidden("the key does not speak for this channel")
        if claims.get("serviceurl") != activity["serviceUrl"]:
            raise Forbidden("the token is for another return address")
        named = {tenant.casefold() for tenant in tenants_of(activity)}
        if not named or not named <= self._tenants:
            raise Forbidden("another organisation's tenant")

    def _claims(self, token: str, key: SigningKey) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key=key.key,
                algorithms=["RS256"],
                audience=self._app_id,
                issuer=ISSUER,
                leeway=SKEW,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.InvalidTokenError as error:
            raise Unauthenticated(type(error).__name__) from None


def tenant_of(activity: dict[str, Any]) -> str:
    """The tenant an activity is from; the empty string where it does not say."""
    return next(iter(tenants_of(activity)), "")


def tenants_of(activity: dict[str, Any]) -> list[str]:
    """Every tenant an activity names: of who wrote it, and of the conversation. In a channel that organisations share
    they are two."""
    # botbuilder's schema loses conversation.tenantId; Teams puts it in the channel's data too.
    data = activity.get("channelData")
    tenant = data.get("tenant") if isinstance(data, dict) else None
    told = (tenant.get("id") if isinstance(tenant, dict) else None, activity["conversation"].get("tenantId"))
    return [one for one in told if isinstance(one, str) and one]
