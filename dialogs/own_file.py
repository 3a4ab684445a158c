"""One's own data as a file: asked for in the chat, fetched by a link that is good for minutes."""

import json
from datetime import date, datetime, time
from typing import Any

from dialogs import download_links, own_data
from dialogs.card import Card, Language, Text
from dialogs.offers import offers
from dialogs.turn import Turn
from dialogs.words import say
from storage import downloads
from storage import own_data as stored
from storage.database import Session
from storage.downloads import Kind
from storage.people import Person

#: What the file is, for whoever reads it by a program; raised when its form changes.
FORMAT = "omstillingsbot own data 1"


def take(session: Session, turn: Turn) -> Card:
    """The link to the file; where the bot cannot be reached by a browser, where the same is to be read."""
    language = turn.language
    if not download_links.can(turn):
        return Card(
            title=say(language, "own_data.take.title"),
            blocks=(Text(text=say(language, "own_data.take.nowhere")),),
            buttons=offers(language, "own.show"),
            language=language,
        )
    asked = downloads.ask(session, turn.person, turn.programme.key, Kind.OWN, turn.now)
    return Card(
        title=say(language, "own_data.take.title"),
        blocks=(
            Text(text=say(language, "own_data.take.what")),
            download_links.to(turn, asked, say(language, "own_data.take.link")),
            Text(text=say(language, "own_data.take.minutes", minutes=int(downloads.GOOD_FOR // 60)), style="quiet"),
        ),
        buttons=offers(language, "own.show", "own.erase"),
        language=language,
    )


def written(session: Session, person: Person, language: Language) -> bytes:
    """The file: JSON, in UTF-8."""
    rows = stored.of(session, person)
    areas = [
        {
            "title": say(language, f"own_data.area.{area}"),
            "why": say(language, f"own_data.why.{area}"),
            "tables": {table: rows[table] for table in tables},
        }
        for area, tables in own_data.AREAS.items()
    ]
    for area, tables in (
        (own_data.DONE, stored.done_in_a_role(session, person)),
        (own_data.PEOPLE_FILE, {stored.PEOPLE_FILE: stored.in_people_file(session, person)}),
    ):
        title, why = say(language, f"own_data.area.{area}"), say(language, f"own_data.why.{area}")
        areas.append({"title": title, "why": why, "tables": tables})
    whole = {"format": FORMAT, "language": language, "areas": areas}
    return json.dumps(whole, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    raise TypeError(type(value))
