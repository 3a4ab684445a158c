"""Out to the connector: what nobody asked for just now."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.teams.connector import Connector, compact
from bot.teams.render import CONTENT_TYPE, adaptive_card, as_line
from bot.transport import NotSent
from dialogs.card import Card
from storage.amendments import CANNOT_EDIT
from storage.people import Address

#: How much of a title a notification shows, in characters.
LONGEST_SUMMARY = 200
#: How many cards are kept as they were drawn: those of a few broadcasts at once, in each language.
MOST_DRAWN = 32


class TeamsTransport:
    """Sends cards to conversations that the bot has met."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        #: With the card itself, so that no other one is made where it was in memory.
        self._drawn: dict[int, tuple[Card, bytes]] = {}

    async def send(self, address: Address, card: Card, _key: str) -> str:
        return await self._connector.send(address.service_url, address.conversation, self._activity(address, card))

    async def update(self, address: Address, platform_id: str, card: Card) -> str:
        """https://learn.microsoft.com/microsoftteams/platform/bots/how-to/update-and-delete-bot-messages"""
        activity = self._activity(address, card, {"id": platform_id})
        try:
            updated = await self._connector.update(address.service_url, address.conversation, platform_id, activity)
        except NotSent as not_sent:
            if not not_sent.is_gone:
                raise
            # The message may be what is not there any more, or may not be changed: that says nothing of the address.
            raise NotSent(CANNOT_EDIT, permanent=True) from not_sent
        return updated or platform_id

    def _activity(self, address: Address, card: Card, more: Mapping[str, str] = MappingProxyType({})) -> bytes:
        """The activity's JSON. What all get alike is drawn once, not for each of them."""
        own = compact({**_places(address), **more}).encode()
        return b"%b,%b" % (own[:-1], self._draw(card)[1:])

    def _draw(self, card: Card) -> bytes:
        # The one that was needed last goes last: cards that are one person's own come and go between the others.
        drawn = self._drawn.pop(id(card), None) or (card, compact(message(card)).encode())
        self._drawn[id(card)] = drawn
        if len(self._drawn) > MOST_DRAWN:
            del self._drawn[next(iter(self._drawn))]
        return drawn[1]


def _places(address: Address) -> dict[str, Any]:
    return {
        "channelId": address.channel,
        "serviceUrl": address.service_url,
        "from": {"id": address.bot_account},
        "recipient": {"id": address.account},
        "conversation": {"id": address.conversation},
    }


def message(card: Card) -> dict[str, Any]:
    """A message activity with the card. The summary is what notifications show and screen readers say first."""
    attachment = {"contentType": CONTENT_TYPE, "content": adaptive_card(card)}
    summary = as_line(card.title or card.as_text(), LONGEST_SUMMARY)
    return {"type": "message", "summary": summary, "locale": card.language, "attachments": [attachment]}
