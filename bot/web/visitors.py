"""Who one is on the try-it page: the people that one browser plays, kept in a cookie."""

import re
import secrets
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

from dialogs.card import Language
from dialogs.words import say
from storage import web_posts
from storage.database import Database
from storage.people import Whereabouts

Kind = Literal["employee", "leader"]
#: Sent to the chat only: the form for anonymous inputs must never see it.
COOKIE, PATH = "people", "/chat"
KEPT_FOR = 30 * 24 * 3600
#: How many people one browser may play.
MOST = 12
ACCOUNT = re.compile(r"(?P<kind>employee|leader)-(?P<number>\d{1,6})-[0-9a-f]{16}")


@dataclass(frozen=True)
class Visitor:
    """One of the people a browser plays. ``place`` is their place in its cookie, from 1."""

    account: str
    place: int

    @property
    def is_leader(self) -> bool:
        return self.account.startswith("leader")

    def name(self, language: Language) -> str:
        found = ACCOUNT.fullmatch(self.account)
        number = int(found["number"]) if found else 0
        return say(language, "web.person.leader" if self.is_leader else "web.person.employee", number=number)

    def whereabouts(self) -> Whereabouts:
        # The stored name is one for all: it stands in lists that others read.
        return Whereabouts(
            channel=web_posts.CHANNEL,
            account=self.account,
            name=self.name("nb"),
            lane=web_posts.CHANNEL,
            conversation=f"{web_posts.CHANNEL}:{self.account}",
        )


def known(request: web.Request) -> list[Visitor]:
    """The people of this browser; what is not an account of ours is left out."""
    accounts = request.cookies.get(COOKIE, "").split(".")[:MOST]
    found = [account for account in accounts if ACCOUNT.fullmatch(account)]
    return [Visitor(account, place) for place, account in enumerate(found, start=1)]


def find(request: web.Request, place: object) -> Visitor | None:
    """The person at that place of the browser's cookie."""
    return next((visitor for visitor in known(request) if str(visitor.place) == str(place)), None)


def remember(response: web.StreamResponse, visitors: list[Visitor]) -> None:
    value = ".".join(visitor.account for visitor in visitors)
    response.set_cookie(COOKIE, value, path=PATH, max_age=KEPT_FOR, httponly=True, samesite="Strict")


class Numbers:
    """Counts people as they come, so that no two are called the same, also after a restart."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last: dict[Kind, int] = {"employee": 0, "leader": 0}

    def new_account(self, kind: Kind) -> str:
        with self._database.reading() as session:
            met = web_posts.met(session, f"{kind}-")
        self._last[kind] = max(met, self._last[kind]) + 1
        return f"{kind}-{self._last[kind]}-{secrets.token_hex(8)}"
