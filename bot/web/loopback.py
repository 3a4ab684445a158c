"""The demo answers on this machine only: a page elsewhere must not reach it through a name of its own."""

import re

from aiohttp import web
from aiohttp.typedefs import Handler

LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses any Host but loopback's, before anything else (DNS rebinding)."""
    if not LOOPBACK.fullmatch(request.headers.get("Host", "")):
        raise web.HTTPForbidden(text="loopback only")
    return await handler(request)
