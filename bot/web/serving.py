"""Listening: what an application is served with when nobody may be named, slow ones may hold nothing, and nothing that
was sent is repeated."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.http import HttpProcessingError
from aiohttp.web_request import BaseRequest

from bot.defects import log_defect
from bot.event_loop import new_event_loop
from bot.web.pages import HEADERS

#: Seconds that a connection may be open without a whole head of a request, and between two requests. Longer than the
#: 60 that proxies keep theirs, or one would write on a connection that has just been closed:
#: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout
HEAD_WITHIN = 75.0
#: Seconds after which whoever does not take an answer is cut off.
TAKEN_WITHIN = 30.0
#: Seconds for which the rest of a request that was refused is still read, so that its sender can read the refusal.
LINGERS = 5.0


class QuietHandler(web.RequestHandler):
    """One connection. aiohttp's own answers a malformed request with what was wrong in it, and logs from where."""

    __slots__ = ("_cut_off", "_taken_within")

    def __init__(self, server: "QuietServer", *, taken_within: float, **kwargs: Any) -> None:
        super().__init__(server, **kwargs)
        self._taken_within = taken_within
        self._cut_off: asyncio.TimerHandle | None = None

    def handle_error(
        self,
        request: BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        _log(exc)
        if request.writer.output_size > 0:
            raise ConnectionError("part of an answer is sent already")
        response = web.Response(status=status, text=f"{status}: {HTTPStatus(status).phrase}", headers=HEADERS)
        response.force_close()
        return response

    def log_exception(self, *_: Any, **about: Any) -> None:
        _log(about.get("exc_info"))

    def pause_writing(self) -> None:
        super().pause_writing()
        if self._cut_off is None and self.transport is not None:
            abort = self.transport.abort
            self._cut_off = asyncio.get_running_loop().call_later(self._taken_within, abort)

    def resume_writing(self) -> None:
        self._forgive()
        super().resume_writing()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._forgive()
        super().connection_lost(exc)

    def _forgive(self) -> None:
        if self._cut_off is not None:
            self._cut_off.cancel()
            self._cut_off = None


def _log(found: object) -> None:
    """A malformed request, or one whose rest was, is no defect of ours."""
    if isinstance(found, Exception) and not isinstance(found, (HttpProcessingError, web.RequestPayloadError)):
        log_defect(found)


class QuietServer(web.Server):
    """Makes a QuietHandler for each connection of an application that ``made`` serves."""

    def __init__(self, made: web.Server, **kwargs: Any) -> None:
        super().__init__(made.request_handler, request_factory=made.request_factory)
        self._of_handlers = kwargs

    def __call__(self) -> web.RequestHandler:
        loop = asyncio.get_running_loop()
        return QuietHandler(self, loop=loop, access_log=None, lingering_time=LINGERS, **self._of_handlers)


@asynccontextmanager
async def listening(
    app: web.Application,
    host: str,
    port: int,
    *,
    head_within: float = HEAD_WITHIN,
    taken_within: float = TAKEN_WITHIN,
) -> AsyncIterator[int]:
    """Serves the application there until left; gives the port, which the system chooses where 0 was asked for."""
    inner = web.AppRunner(app)
    await inner.setup()
    try:
        assert inner.server is not None, "it was set up"
        quiet = QuietServer(inner.server, keepalive_timeout=head_within, taken_within=taken_within)
        outer = web.ServerRunner(quiet)
        await outer.setup()
        try:
            await web.TCPSite(outer, host, port).start()
            yield outer.addresses[0][1]
        finally:
            await outer.cleanup()
    finally:
        await inner.cleanup()


def run(app: web.Application, host: str, port: int, ready: Callable[[], None]) -> None:
    """Serves it until the process is told to stop; ``ready`` is called when it can be reached."""
    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(_until_stopped(app, host, port, ready))


async def _until_stopped(app: web.Application, host: str, port: int, ready: Callable[[], None]) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    async with listening(app, host, port):
        # Not every system has them; there Ctrl+C is an exception, and nothing else is told in advance.
        with suppress(NotImplementedError):
            for told in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(told, stopped.set)
        ready()
        await stopped.wait()
