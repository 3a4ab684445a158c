"""A mail server for tests: speaks SMTP on this machine (RFC 5321, STARTTLS, AUTH PLAIN), keeps what it takes, and can
be told to refuse, to fall silent, or to hang up at any step."""

import asyncio
import base64
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

EXTENSIONS = ("SIZE 10000000", "ENHANCEDSTATUSCODES")


@dataclass
class MailServer:
    """``answers`` are given once each instead of the usual one, by the step they answer: greeting, MAIL, RCPT, DATA,
    or end (of the message). An empty one hangs up, "…" stays silent."""

    tls: ssl.SSLContext | None = None
    password: str = ""
    answers: dict[str, list[str]] = field(default_factory=dict)
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    #: Whether each message came encrypted, and who it was from to the server.
    encrypted: list[bool] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    greeted: int = 0
    at_once: int = 0
    port: int = 0
    _connections: set[asyncio.StreamWriter] = field(default_factory=set)

    async def __aenter__(self) -> "MailServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**22)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for writer in self._connections:
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        self.greeted += 1
        self.at_once = max(self.at_once, len(self._connections))
        try:
            await _Dialogue(self, reader, writer).hold()
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            self._connections.discard(writer)
            writer.close()

    def answer(self, step: str, usual: str) -> str:
        waiting = self.answers.get(step)
        return waiting.pop(0) if waiting else usual


class _Dialogue:
    def __init__(self, server: MailServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._is_encrypted = self._is_known = False
        self._sender = self._recipient = ""

    async def hold(self) -> None:
        await self._say(self._server.answer("greeting", "220 mail.example ready"))
        while line := await self._reader.readline():
            verb, _, rest = line.decode("ascii").strip().partition(" ")
            match verb.upper():
                case "EHLO":
                    await self._tell_extensions()
                case "STARTTLS":
                    await self._say("220 go ahead")
                    await self._writer.start_tls(self._server.tls)  # type: ignore[arg-type]
                    self._is_encrypted = True
                case "AUTH":
                    await self._know(rest)
                case "MAIL" if self._server.password and not self._is_known:
                    await self._say("530 5.7.0 Authentication required")
                case "MAIL":
                    self._sender = _between(rest)
                    await self._say(self._server.answer("MAIL", "250 2.1.0 Ok"))
                case "RCPT":
                    self._recipient = _between(rest)
                    await self._say(self._server.answer("RCPT", "250 2.1.5 Ok"))
                case "DATA":
                    await self._take()
                case "QUIT":
                    await self._say("221 2.0.0 Bye")
                    return
                case _:
                    await self._say("502 5.5.2 not known")

    async def _tell_extensions(self) -> None:
        lines = ["mail.example", *EXTENSIONS]
        if self._server.tls and not self._is_encrypted:
            lines.append("STARTTLS")
        elif self._server.password:
            lines.append("AUTH PLAIN")
        for line in lines[:-1]:
            await self._say(f"250-{line}")
        await self._say(f"250 {lines[-1]}")

    async def _know(self, rest: str) -> None:
        given = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        self._is_known = given[1:] == ["bot", self._server.password]
        await self._say("235 2.7.0 Ok" if self._is_known else "535 5.7.8 Wrong")

    async def _take(self) -> None:
        answer = self._server.answer("DATA", "354 go ahead")
        await self._say(answer)
        if not answer.startswith("354"):
            return
        body = (await self._reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
        answer = self._server.answer("end", "250 2.0.0 Ok: queued as 4XYZ")
        if not answer.startswith(("4", "5")):
            # Whether or not the client will hear of it: it has arrived.
            self._server.taken.append(message_from_bytes(body, policy=policy.default))  # type: ignore[arg-type]
            self._server.recipients.append(self._recipient)
            self._server.senders.append(self._sender)
            self._server.encrypted.append(self._is_encrypted)
        await self._say(answer)

    async def _say(self, line: str) -> None:
        if line == "…":
            await asyncio.sleep(60)
        if not line:
            self._writer.transport.abort()
            raise ConnectionResetError
        self._writer.write(f"{line}\r\n".encode("ascii"))
        await self._writer.drain()


def _between(rest: str) -> str:
    return rest.partition("<")[2].partition(">")[0]
