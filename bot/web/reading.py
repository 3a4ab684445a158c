"""Reading what browsers send: limits, types, and whose page it came from."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from bot.wire import clean

#: Largest body, in bytes: room for 20,000 characters of any script, written as a form writes them.
LARGEST = 256 * 1024
FORM = "application/x-www-form-urlencoded"
#: More fields than any form of ours has.
MOST_FIELDS = 30


async def read_json(request: web.Request) -> dict[str, Any]:
    """The object in the body. Raises 415, 413 or 400."""
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
    """The fields of the body, the first of each name. Raises 415, 413 or 400."""
    if request.content_type != FORM:
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


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0)
    body = await request.read()
    if len(body) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, len(body))
    return body
