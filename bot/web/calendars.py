"""The calendars as other programmes read them (.ics): one to subscribe to, and one entry to download.

Nobody's name is in one, and nothing is kept of who asks. https://www.rfc-editor.org/rfc/rfc5545
"""

import asyncio
import hashlib
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
from aiohttp import web

from bot.web.pages import language_of
from dialogs import calendars as words
from dialogs.card import Language
from storage import calendars
from storage.calendars import Calendar, CalendarEntry
from storage.database import Database
from storage.milestones import Precision

KEY = r"{key:[A-Za-z0-9_-]{16}}"
#: How often a calendar that subscribes is asked to look again. Programmes take it as advice.
LOOK_AGAIN = timedelta(hours=6)
PRODUCT = "-//Omstillingsbot//Kalender//NO"
_DAY = timedelta(days=1)
#: Whoever has the address may read it. It is asked for again and again, so the answer is compared by its tag.
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
}


class Calendars:
    """Serves what the clock has noted of the plan."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def whole(self, request: web.Request) -> web.Response:
        return await self._answer(request, None)

    async def one(self, request: web.Request) -> web.Response:
        return await self._answer(request, int(request.match_info["entry"]))

    async def _answer(self, request: web.Request, entry: int | None) -> web.Response:
        language = language_of(request.query.get("lang"))
        body = await asyncio.to_thread(self._read, request.match_info["key"], entry, language)
        if body is None:
            return web.Response(status=404, text="", headers=HEADERS)
        tag = hashlib.sha256(body).hexdigest()[:32]
        headers = {**HEADERS, "ETag": f'"{tag}"', "Content-Language": language}
        known = request.if_none_match
        if known and any(one.value in (tag, "*") for one in known):
            return web.Response(status=304, headers=headers)
        headers["Content-Disposition"] = f'{"inline" if entry is None else "attachment"}; filename="kalender.ics"'
        return web.Response(body=body, content_type="text/calendar", charset="utf-8", headers=headers)

    def _read(self, key: str, entry: int | None, language: Language) -> bytes | None:
        with self._database.reading() as session:
            found = calendars.find(session, key, entry)
            return written(found, language) if found else None


def written(calendar: Calendar, language: Language) -> bytes:
    """The calendar as a file: the same content gives the same bytes."""
    zone = ZoneInfo(calendar.programme.timezone)
    made = icalendar.Calendar()
    name = words.name(calendar, language)
    for key, value in (
        ("PRODID", PRODUCT),
        ("VERSION", "2.0"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
        ("NAME", name),
        ("X-WR-CALNAME", name),
        ("X-WR-TIMEZONE", zone.key),
        ("X-PUBLISHED-TTL", "PT6H"),
    ):
        made.add(key, value)
    made.add("REFRESH-INTERVAL", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    for entry in calendar.entries:
        made.add_component(_event(entry, calendar.programme.key, language, zone))
    return bytes(made.to_ical())


def _event(entry: CalendarEntry, programme: str, language: Language, zone: ZoneInfo) -> icalendar.Event:
    said, event = words.said(entry, language), icalendar.Event()
    event.add("UID", f"{entry.key}@{programme}.omstillingsbot")
    event.add("DTSTAMP", entry.changed_at)
    event.add("LAST-MODIFIED", entry.changed_at)
    event.add("SEQUENCE", entry.sequence)
    event.add("SUMMARY", said.summary)
    if said.description:
        event.add("DESCRIPTION", said.description)
    if said.link:
        event.add("URL", said.link)
    if place := entry.state.get("place"):
        event.add("LOCATION", place)
    _add_days(event, entry, zone)
    is_known = Precision(entry.state["precision"]) not in words.DAY_UNKNOWN
    event.add("STATUS", "CANCELLED" if entry.is_cancelled else "CONFIRMED" if is_known else "TENTATIVE")
    # Only a meeting with its time of day makes anybody busy: a milestone is something to know.
    event.add("TRANSP", "OPAQUE" if entry.state.get("starts_at") and not entry.is_cancelled else "TRANSPARENT")
    return event


def _add_days(event: icalendar.Event, entry: CalendarEntry, zone: ZoneInfo) -> None:
    """The days as exactly as they are known: whole days have no time, and a month is all of its days. The end of
    whole days is the day after the last one."""
    first, last = entry.days
    starts, ends = entry.state.get("starts_at"), entry.state.get("ends_at")
    if not starts:
        event.add("DTSTART", first)
        event.add("DTEND", last + _DAY)
        return
    event.add("DTSTART", _moment(first, starts, zone))
    if ends:
        event.add("DTEND", _moment(first, ends, zone))


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """In UTC, which every reader shows in its own zone: of a zone's rules that are written into the file some keep
    those they saw first, and others read the hour of a change of daylight saving time otherwise."""
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


def setup(app: web.Application, database: Database) -> None:
    those = Calendars(database)
    app.router.add_get(f"/kalender/{KEY}.ics", those.whole)
    app.router.add_get(f"/kalender/{KEY}/{{entry:[0-9]{{1,9}}}}.ics", those.one)
