"""The bot's own token, which it shows when it sends: taken and renewed without holding up anyone."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol

from azure.core.exceptions import AzureError
from azure.identity.aio import CertificateCredential, ClientSecretCredential, ManagedIdentityCredential

from bot.settings import TeamsSettings
from bot.transport import NotSent

log = logging.getLogger(__name__)

#: What the token is for: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
SCOPE = "https://api.botframework.com/.default"
#: Seconds before its end at which a token is renewed, while the old one is used on. They live for an hour or more.
AHEAD = 600.0
#: Seconds before its end at which it is used no more, seconds between tries to renew it, and seconds one may take.
SPARE = 30.0
BETWEEN_TRIES = 30.0
PATIENCE = 10.0


class Token(Protocol):
    """What a credential gives: the token, and its end in seconds since 1970."""

    @property
    def token(self) -> str: ...

    @property
    def expires_on(self) -> int: ...


class Credential(Protocol):
    """How the bot proves who it is; azure-identity's credentials are such."""

    async def get_token(self, *scopes: str) -> Token: ...

    async def close(self) -> None: ...


def credential_of(settings: TeamsSettings) -> Credential:
    """The credential that the settings name: a managed identity, a certificate or a secret."""
    if settings.app_type == "UserAssignedMSI":
        return ManagedIdentityCredential(client_id=settings.app_id)
    options = {"authority": settings.authority, "disable_instance_discovery": True}
    if settings.certificate:
        password = settings.certificate_password or None
        return CertificateCredential(
            settings.tenant, settings.app_id, settings.certificate, password=password, **options
        )
    return ClientSecretCredential(settings.tenant, settings.app_id, settings.secret, **options)


class Tokens:
    """The current token. One request for a new one at a time, and none while a good one is at hand."""

    def __init__(self, credential: Credential, machine_clock: Callable[[], float] = time.time) -> None:
        self._credential = credential
        self._clock = machine_clock
        self._token: Token | None = None
        self._renewal: asyncio.Task[None] | None = None
        self._next_try = 0.0

    async def close(self) -> None:
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.gather(self._renewal, return_exceptions=True)
        await self._credential.close()

    async def authorization(self) -> str:
        """The header's value. Raises NotSent while no token is to be had: nothing was sent then, and later may be."""
        left = self._seconds_left()
        if left <= SPARE:
            await asyncio.shield(self._renew())
        elif left <= AHEAD and self._clock() >= self._next_try:
            self._renew()
        if self._token is None or self._seconds_left() <= 0:
            raise NotSent("unreachable")
        return f"Bearer {self._token.token}"

    def forget(self) -> None:
        """Takes a new one next time: the platform did not accept this one."""
        self._token = None

    def _seconds_left(self) -> float:
        return self._token.expires_on - self._clock() if self._token else 0.0

    def _renew(self) -> asyncio.Task[None]:
        if self._renewal is None or self._renewal.done():
            self._next_try = self._clock() + BETWEEN_TRIES
            self._renewal = asyncio.create_task(self._take())
        return self._renewal

    async def _take(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                self._token = await self._credential.get_token(SCOPE)
        except (AzureError, TimeoutError, ValueError, KeyError, TypeError, OSError) as error:
            # Its text may name accounts and addresses; the kind of error and the guide are enough to find the remedy.
            log.error("no token for sending: %s; see docs/teams.md", type(error).__name__)
