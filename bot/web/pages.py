"""Pages: the templates, and the headers that every page is sent with."""

from hashlib import blake2b
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dialogs.card import LANGUAGES, Language
from dialogs.words import say

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
#: What a page may load: its own style and nothing else. Scripts only where ``POLICY_WITH_SCRIPT`` is sent.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
POLICY_WITH_SCRIPT = f"{POLICY}; script-src 'self'; connect-src 'self'"
#: What every response of the application is sent with, unless it says otherwise itself.
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}

templates = Environment(
    loader=FileSystemLoader([FOLDER / "templates", FOLDER.parent / "templates"]),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.globals["say"] = say


def page(name: str, *, status: int = 200, headers: dict[str, str], **values: Any) -> web.Response:
    """A whole page. ``headers`` are those that not every page shares: policy and referrer."""
    return web.Response(text=drawn(name, **values), status=status, content_type="text/html", headers=headers)


def drawn(name: str, **values: Any) -> str:
    """The HTML of a whole page."""
    return templates.get_template(name).render(languages=LANGUAGES, **values)


def language_of(wanted: str | None) -> Language:
    """The language that an address or a store names; bokmål where it names none of ours."""
    return next((language for language in LANGUAGES if language == wanted), "nb")


def reached_at(request: web.Request, public_url: str) -> str:
    """Where browsers reach the bot. A demo is told nothing of that, and answers to this machine's own names only
    (bot/web/loopback.py): there it is the one that was asked by."""
    return public_url or f"http://{request.host}"


async def static(request: web.Request) -> web.StreamResponse:
    """The style and the script: read again when they changed. They are small, and sent like every page, so that whoever
    does not take them is cut off (bot/web/serving.py)."""
    path = STATIC / request.match_info["file"]
    body = path.read_bytes()
    tag = blake2b(body, digest_size=12).hexdigest()
    is_known = any(known.value == tag for known in request.if_none_match or ())
    response = web.Response(status=304) if is_known else web.Response(body=body, charset="utf-8")
    response.content_type = TYPES[path.suffix]
    response.etag = tag
    response.headers["Cache-Control"] = "no-cache"
    return response


async def secure(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def setup(app: web.Application) -> None:
    """Headers, style, script and icon, once for the whole application."""
    if "static" not in app.router.named_resources():
        app.on_response_prepare.append(secure)
        app.router.add_get(r"/static/{file:(chat\.js|page\.css|icon\.svg)}", static, name="static")
