"""What a channel must be able to do to send: two methods, and one exception that says how it failed."""

from typing import Protocol, runtime_checkable

from dialogs.card import Card
from storage.people import Address


class NotSent(Exception):  # noqa: N818 - says what happened, as Refused does
    """The platform did not take the message.

    ``permanent``: trying again is pointless. ``unknown``: it may have arrived after all. ``retry_after``: seconds the
    platform asked the whole lane to pause for. ``is_gone``: this address cannot be reached any more. ``reason`` is one
    of the words that reports explain: refused, gone, busy, unreachable, cannot_edit; ``interrupted`` where an attempt
    may have arrived, or a part of it: ``unknown`` as well where that cannot be looked up.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        unknown: bool = False,
        retry_after: float | None = None,
        is_gone: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.unknown = unknown
        self.retry_after = retry_after
        self.is_gone = is_gone


class Transport(Protocol):
    """A channel's way out."""

    async def send(self, address: Address, card: Card, key: str) -> str:
        """Sends one card and returns the platform's id of it. ``key`` is the outbox's idempotency key, the same at each
        attempt: for platforms that know one. Raises NotSent."""
        ...

    async def update(self, address: Address, platform_id: str, card: Card) -> str:
        """Puts the card in the place of the one that ``send`` returned that id of, and returns the id it has now. Twice
        is once. Raises NotSent: ``cannot_edit``, for good, where nothing that was sent can be changed."""
        ...


@runtime_checkable
class Tracing(Transport, Protocol):
    """A way out to a platform that can be asked what arrived there."""

    def can_tell(self, address: Address) -> bool:
        """Whether it can be asked what arrived at that address."""
        ...

    async def send_again(self, address: Address, card: Card, key: str) -> str:
        """As ``send``, where an attempt before ended as ``interrupted``: what of it arrived is not sent once more."""
        ...
