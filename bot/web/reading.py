"""Reading what browsers send: limits, types, and whose page it came from."""

import asyncio
import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from bot.wire import clean

#: Largest body, in bytes: room for 20,000 characters of any script, written as a form writes them.
LARGEST = 256 * 1024
FORM = "application/x-www-form-urlencoded"
#: Browsers write forms as the page is written, in UTF-8: what says otherwise would be read as something else.
FORM_TYPE = re.compile(rf'{re.escape(FORM)}\s*(;\s*charset="?utf-?8"?\s*)?', re.IGNORECASE)
#: More fields than any form of ours has.
MOST_FIELDS = 30
#: Seconds within which a body must have come. Whoever sends a form sends it at once; 256 KB in that time are 70 kbit/s.
BODY_WITHIN = web.AppKey("body_within", float)
USUALLY_WITHIN = 30.0


async def read_json(request: web.Request) -> dict[str, Any]:
    """The object in the body. Raises 415, 413, 408 or 400."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="application/json")
    try:
        found = json.loads(await _body(request))
    except (ValueError, RecursionError) as error:
        raise web.HTTPBadRequest(text="not JSON") from error
    if not isinstance(found, dict):
        raise web.HTTPBadRequest(text="not an object")
    return found


async def read_form(request: web.Request) -> dict[str, str]:
    """The fields of the body, the first of each name. Raises 415, 413, 408 or 400."""
    if not FORM_TYPE.fullmatch(request.headers.get("Content-Type", "")):
        raise web.HTTPUnsupportedMediaType(text=FORM)
    try:
        fields = parse_qsl(
            (await _body(request)).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError as error:
        raise web.HTTPBadRequest(text="not a form") from error
    return {name: clean(value) for name, value in reversed(fields)}


def must_be_same_origin(request: web.Request) -> None:
    """Raises 403 for what another site's page sent. Who sends neither header is no browser, and holds no cookie."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    is_foreign = site not in (None, "same-origin")
    if site is None and origin is not None:
        is_foreign = urlsplit(origin).netloc != request.host
    if is_foreign:
        raise web.HTTPForbidden(text="wrong origin")


def must_be_own_form(request: web.Request) -> None:
    """Raises 403 for what another site's page has somebody's browser send. Who sends no such header may be an older
    browser; it carries no cookie that could be misused."""
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise web.HTTPForbidden(text="wrong origin")


async def _body(request: web.Request) -> bytes:
    # No browser packs a form; a few bytes could become any number.
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise web.HTTPUnsupportedMediaType(text="Content-Encoding")
    if (request.content_length or 0) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0)
    try:
        async with asyncio.timeout(request.app.get(BODY_WITHIN, USUALLY_WITHIN)):
            body = await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    if len(body) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, len(body))
    return body
