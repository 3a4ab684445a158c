"""Pages: the templates, and the headers that every page is sent with."""

from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dialogs.card import LANGUAGES, Language
from dialogs.words import say

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"
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
    text = templates.get_template(name).render(languages=LANGUAGES, **values)
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def language_of(wanted: str | None) -> Language:
    """The language that an address or a store names; bokmål where it names none of ours."""
    return next((language for language in LANGUAGES if language == wanted), "nb")


async def static(request: web.Request) -> web.StreamResponse:
    """The style and the script: read again when they changed."""
    path = STATIC / request.match_info["file"]
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


async def secure(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def setup(app: web.Application) -> None:
    """Headers, style, script and icon, once for the whole application."""
    if "static" not in app.router.named_resources():
        app.on_response_prepare.append(secure)
        app.router.add_get(r"/static/{file:(chat\.js|page\.css|icon\.svg)}", static, name="static")
