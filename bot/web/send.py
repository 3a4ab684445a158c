"""Sending to the web page: a post is stored, and the page fetches it."""

import asyncio

from sqlalchemy.exc import OperationalError

from bot.transport import NotSent
from dialogs.card import Card
from storage import web_posts
from storage.amendments import CANNOT_EDIT
from storage.database import Database
from storage.people import Address


class WebTransport:
    """Leaves cards where the page of that account looks for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send(self, address: Address, card: Card, _key: str) -> str:
        try:
            return str(await asyncio.to_thread(self._put, address.account, card))
        except OperationalError as error:
            # A busy SQLite says so before anything is written: nothing arrived.
            raise NotSent("busy") from error

    async def update(self, address: Address, platform_id: str, card: Card) -> str:
        try:
            is_changed = await asyncio.to_thread(self._change, address.account, platform_id, card)
        except OperationalError as error:
            raise NotSent("busy") from error
        if not is_changed:
            raise NotSent(CANNOT_EDIT, permanent=True)
        return platform_id

    def _change(self, account: str, platform_id: str, card: Card) -> bool:
        with self._database.writing() as session:
            return web_posts.change(session, account, int(platform_id), card.model_dump(mode="json"))

    def _put(self, account: str, card: Card) -> int:
        with self._database.writing() as session:
            return web_posts.put(session, account, card.model_dump(mode="json"))
