"""A load client and a connector on bare sockets: HTTP libraries would cost more than what is measured."""

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
ACCEPTED = b'HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 10\r\n\r\n{"id":"1"}'
_TYPING = b'{"type":"typing"'


class Http(asyncio.Protocol, ABC):
    """Cuts a stream into messages that say their length."""

    def __init__(self) -> None:
        self._rest = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while (end := self._rest.find(b"\r\n\r\n")) >= 0:
            head = self._rest[:end]
            found = _LENGTH.search(head)
            total = end + 4 + (int(found[1]) if found else 0)
            if len(self._rest) < total:
                return
            body, self._rest = self._rest[end + 4 : total], self._rest[total:]
            self.message_received(head, body)

    @abstractmethod
    def message_received(self, head: bytes, body: bytes) -> None: ...


class _ConnectorConnection(Http):
    def __init__(self, receive: Callable[[bytes], None], latency: Callable[[], float]) -> None:
        super().__init__()
        self._receive = receive
        self._latency = latency

    def message_received(self, head: bytes, body: bytes) -> None:
        self._receive(body)
        if latency := self._latency():
            asyncio.get_running_loop().call_later(latency, self._accept)
        else:
            self._accept()

    def _accept(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(ACCEPTED)


class Connector:
    """The platform's side: takes what is posted to the serviceUrl, counts the replies and keeps the last one. A sign
    that a slow bot is at it is none.

    ``latency``: seconds until it answers, as of now.
    """

    def __init__(self) -> None:
        self.latency = 0.0
        self.count = 0
        self.last = b""
        self.url = ""
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        assert self._server is not None
        self._server.close()

    def _connection(self) -> _ConnectorConnection:
        return _ConnectorConnection(self._take, lambda: self.latency)

    def _take(self, body: bytes) -> None:
        if not body.startswith(_TYPING):
            self.count += 1
            self.last = body


class Client(Http):
    """One connection to a bot: posts an activity and waits for the answer's status."""

    def __init__(self) -> None:
        super().__init__()
        self._answered: asyncio.Future[int] | None = None

    async def post(self, host: str, body: bytes, token: str) -> int:
        return await self.send(host, "/api/messages", body, {"Authorization": f"Bearer {token}"})

    async def send(self, host: str, path: str, body: bytes, headers: Mapping[str, str]) -> int:
        """JSON, with these headers; returns the status."""
        assert self.transport is not None
        self._answered = asyncio.get_running_loop().create_future()
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{more}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        return await self._answered

    def message_received(self, head: bytes, body: bytes) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(int(head[9:12]))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(ConnectionError("the bot closed the connection"))
