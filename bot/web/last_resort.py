"""The last resort of every page: a defect is logged by where it happened, and apologised for."""

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.defects import log_defect
from bot.web.pages import language_of
from dialogs.words import say


@web.middleware
async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers 500 with a code that finds the defect in the log. Neither the address of who asked nor what was sent
    gets there: aiohttp's own log of a failure would name the address."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as defect:  # noqa: BLE001 - see above
        language = language_of(request.query.get("lang"))
        return web.Response(status=500, text=say(language, "guide.sorry", code=log_defect(defect)))
