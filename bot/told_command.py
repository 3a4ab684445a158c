"""python -m bot told --on 2020-12-01: what the bot told everyone on that day, as it was sent."""

import sys
from datetime import date

from dialogs import saying_dates, told
from dialogs.card import Language
from dialogs.words import say
from storage import programmes
from storage.database import Database


def run(database: Database, programme: str | None, day: str, language: Language) -> int:
    """Prints it; returns the exit code. Without a programme's key, of all of them."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return _complain(say(language, "told.command.day", day=day))
    with database.reading() as session:
        every = {one.key: one for one in programmes.every(session)}
        if programme is not None and programme not in every:
            return _complain(say(language, "command.grant.no_programme", programme=programme))
        chosen = [every[programme]] if programme else list(every.values())
        for one in chosen:
            lines = list(told.printed(session, one, on, language))
            said = saying_dates.day(language, on)
            print(say(language, "told.command.title" if lines else "told.command.none", programme=one.name, day=said))
            for line in lines:
                print(_printable(line))
    return 0


def _printable(text: str) -> str:
    """Without the signs that a terminal acts on; lines stay lines."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)


def _complain(said: str) -> int:
    print(said, file=sys.stderr)
    return 1
