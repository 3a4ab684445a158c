"""Out to the connector: what nobody asked for just now."""

from typing import Any

from bot.teams.connector import Connector
from bot.teams.render import CONTENT_TYPE, adaptive_card, as_line
from dialogs.card import Card
from storage.people import Address

#: How much of a title a notification shows, in characters.
LONGEST_SUMMARY = 200


class TeamsTransport:
    """Sends cards to conversations that the bot has met."""

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def send(self, address: Address, card: Card, _key: str) -> str:
        activity = message(card) | {
            "channelId": address.channel,
            "serviceUrl": address.service_url,
            "from": {"id": address.bot_account},
            "recipient": {"id": address.account},
            "conversation": {"id": address.conversation},
        }
        return await self._connector.send(address.service_url, address.conversation, activity)


def message(card: Card) -> dict[str, Any]:
    """A message activity with the card. The summary is what notifications show and screen readers say first."""
    attachment = {"contentType": CONTENT_TYPE, "content": adaptive_card(card)}
    summary = as_line(card.title or card.as_text(), LONGEST_SUMMARY)
    return {"type": "message", "summary": summary, "locale": card.language, "attachments": [attachment]}
