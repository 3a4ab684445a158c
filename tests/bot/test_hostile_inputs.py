"""Hostile requests to the login-free pages, byte by byte on a real socket: refused, nothing kept, nothing repeated."""

import asyncio
import gzip
import logging
import socket
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import MetaData, func, select

from bot.app import Stores, make_app
from bot.clock import DemoClock
from bot.schedule import Schedule
from bot.web.reading import BODY_WITHIN, LARGEST
from bot.web.serving import listening
from storage.anonymous_input import LONGEST
from tests.conftest import NOW

#: Stands in everything that is sent. No answer may hold it, whichever way it was written.
MARK = "zq7mark"
SCRIPT = f"<script>{MARK}</script>"
PLAIN = "application/x-www-form-urlencoded"
#: Seconds, short ones, for what waits for slow senders.
SOON = 0.3
#: Seconds after which nothing more is expected, on a machine that is busy with other tests too.
PATIENT = 60.0


@dataclass(frozen=True)
class Hostile:
    """One request. ``parts`` are written with a pause between; ``statuses`` are the answers that are right for it, 0
    for none at all: the connection is closed."""

    name: str
    parts: tuple[bytes, ...]
    statuses: tuple[int, ...]

    def __str__(self) -> str:
        return self.name


def get(target: bytes, *headers: bytes, version: bytes = b"HTTP/1.1") -> bytes:
    return b"\r\n".join([b"GET " + target + b" " + version, b"Host: 127.0.0.1", *headers, b"", b""])


def post(body: bytes, *headers: bytes, path: bytes = b"/innspill", kind: bytes = PLAIN.encode()) -> bytes:
    """A form, with its length unless a header says otherwise."""
    told = any(header.lower().startswith((b"content-length", b"transfer-encoding")) for header in headers)
    length = () if told else (b"Content-Length: %d" % len(body),)
    typed = () if any(header.lower().startswith(b"content-type") for header in headers) else (b"Content-Type: " + kind,)
    return b"\r\n".join([b"POST " + path + b" HTTP/1.1", b"Host: 127.0.0.1", *typed, *length, *headers, b"", body])


def multipart(*parts: bytes, end: bytes = b"--x--\r\n") -> bytes:
    return b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + end


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + end


M = MARK.encode()
S = SCRIPT.encode()
MULTIPART = b"multipart/form-data; boundary=x"
TEXT = b'Content-Disposition: form-data; name="text"\r\n\r\n' + S
#: A field that would be stored, were it not for what is wrong beside it.
GOOD = b"topic=risk&text=" + M
BOMB = gzip.compress(b"topic=risk&text=" + b"a" * 50_000_000)
REFUSED = (400,)
CLOSED = (0, 400)

REQUESTS = [
    # Scripts and other markup, where a page might repeat it.
    Hostile(
        "script in the language", (get(b"/innspill?lang=" + S.replace(b"<", b"%3C").replace(b">", b"%3E")),), (200,)
    ),
    Hostile("raw script in the language", (get(b"/innspill?lang=" + S),), (200, 400)),
    Hostile("attribute in the language", (get(b"/innspill?lang=nb%22%20onload=%22" + M),), (200,)),
    Hostile("template in the language", (get(b"/innspill?lang=%7B%7B7*7%7D%7D" + M),), (200,)),
    Hostile("language twice", (get(b"/innspill?lang=" + M + b"&lang=nn"),), (200,)),
    Hostile("an unknown parameter", (get(b"/innspill?next=https://evil.example/" + M),), (200,)),
    Hostile("script in the path", (get(b"/innspill/%3Cscript%3E" + M),), (404,)),
    Hostile("script in the method", (b"<script>" + M + b" /innspill HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",), REFUSED),
    Hostile("script in a topic", (post(b"topic=%3Cscript%3E" + M + b"&text=hei"),), (422,)),
    Hostile("script in the name of a field", (post(b"topic=risk&text=&%3Cscript%3E" + M + b"=1"),), (422,)),
    Hostile("script in the choice", (post(b"topic=risk&text=&choice=" + S),), (422,)),
    Hostile("script in what was seen", (post(b"topic=risk&text=&seen=" + S + b"." + M),), (422,)),
    Hostile("script as the type of the body", (post(GOOD, kind=b"text/" + S),), (415,)),
    # Paths.
    Hostile("up and out", (get(b"/innspill/../../etc/passwd?" + M),), (404,)),
    Hostile("up and out of the styles", (get(b"/static/..%2f..%2fpages.py?" + M),), (404,)),
    Hostile("up and out, twice encoded", (get(b"/static/%252e%252e/pages.py?" + M),), (404,)),
    Hostile("NUL in the path", (get(b"/innspill%00" + M),), (404,)),
    Hostile("a raw NUL in the path", (get(b"/innspill\x00" + M),), CLOSED),
    Hostile("a line break in the path", (get(b"/innspill%0d%0aSet-Cookie:%20" + M),), (404,)),
    Hostile("overlong UTF-8 in the path", (get(b"/innspill/%c0%af" + M),), (404,)),
    Hostile("no UTF-8 in the path", (get(b"/innspill/%ff%fe" + M),), (404,)),
    Hostile("raw bytes in the path", (get(b"/innspill/\xff\xfe" + M),), (400, 404)),
    Hostile("no path at all", (get(M),), (400, 404)),
    Hostile("another host as the target", (get(b"http://evil.example/innspill?" + M),), (200, 400, 403, 404)),
    Hostile("a broken host as the target", (get(b"http://[::1/innspill?" + M),), REFUSED),
    Hostile("a port that is none as the target", (get(b"http://a:99999999/innspill?" + M),), REFUSED),
    Hostile("two slashes", (get(b"//evil.example/innspill?" + M),), (200, 400, 404)),
    Hostile("a path of 100 KB", (get(b"/innspill?" + M + b"a" * 100_000),), REFUSED),
    Hostile("the check is opened by its address", (get(b"/innspill/sjekk?lang=" + M),), (303,)),
    # Methods.
    Hostile("PUT", (b"PUT /innspill HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 7\r\n\r\n" + M,), (405,)),
    Hostile("DELETE", (b"DELETE /innspill HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + M + b"\r\n\r\n",), (405,)),
    Hostile("TRACE", (b"TRACE /innspill HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + M + b"\r\n\r\n",), (405,)),
    Hostile("OPTIONS of everything", (b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + M + b"\r\n\r\n",), (404, 405)),
    Hostile("CONNECT", (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + M + b"\r\n\r\n",), (400, 404)),
    Hostile("a method of its own", (M.upper() + b" /innspill HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",), (400, 405)),
    Hostile("another method by a header", (get(b"/innspill", b"X-HTTP-Method-Override: POST", b"X: " + M),), (200,)),
    Hostile("an upgrade to a socket", (get(b"/innspill", b"Connection: Upgrade", b"Upgrade: websocket"),), (200,)),
    # Hosts.
    Hostile("another host", (b"GET /innspill HTTP/1.1\r\nHost: " + M + b".example\r\n\r\n",), (403,)),
    Hostile("no host", (b"GET /innspill HTTP/1.1\r\nX: " + M + b"\r\n\r\n",), (400, 403)),
    Hostile("two hosts", (get(b"/innspill", b"Host: " + M + b".example"),), (200, 400, 403)),
    Hostile("another host by a header", (get(b"/innspill", b"X-Forwarded-Host: " + M + b".example"),), (200,)),
    Hostile(
        "script as a host", (b"POST /innspill HTTP/1.1\r\nHost: " + S + b"\r\nContent-Length: 0\r\n\r\n",), (400, 403)
    ),
    # Headers.
    Hostile("a header of 100 KB", (get(b"/innspill", b"X: " + M + b"a" * 100_000),), REFUSED),
    Hostile("2,000 headers", (get(b"/innspill", *[b"X-%d: " % number + M for number in range(2000)]),), REFUSED),
    Hostile("a header without a name", (get(b"/innspill", b": " + M),), REFUSED),
    Hostile("a header without a colon", (get(b"/innspill", M),), REFUSED),
    Hostile("NUL in a header", (get(b"/innspill", b"X: a\x00" + M),), REFUSED),
    Hostile("a bare line break in a header", (get(b"/innspill", b"X: a\n\nSet-Cookie: " + M),), (200, 400)),
    Hostile("a space before the colon", (post(GOOD, b"Content-Length : 22"),), REFUSED),
    Hostile("a folded header", (get(b"/innspill", b"X: a\r\n " + M),), (200, 400)),
    Hostile("a cookie", (get(b"/innspill", b"Cookie: people=" + M),), (200,)),
    Hostile(
        "a million ranges", (get(b"/static/page.css", b"Range: bytes=" + b"0-1," * 1000 + M),), (200, 206, 400, 416)
    ),
    Hostile("another version", (get(b"/innspill?" + M, version=b"HTTP/9.9"),), REFUSED),
    Hostile("no version", (b"GET /innspill?" + M + b"\r\n\r\n",), CLOSED),
    Hostile("HTTP/2 at once", (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + M,), REFUSED),
    Hostile("TLS to a port without", (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + M,), CLOSED),
    Hostile("noise", (bytes(range(256)) * 4 + M + b"\r\n\r\n",), CLOSED),
    Hostile("a forged way here", (get(b"/innspill", b"X-Forwarded-For: " + S + b", 1.2.3.4, ::::, " + M),), (200,)),
    Hostile("an expectation of its own", (post(GOOD, b"Expect: " + M),), (417,)),
    # Lengths: what one part of the way takes for the end and another does not.
    Hostile("two lengths", (post(GOOD, b"Content-Length: 22", b"Content-Length: 5"),), REFUSED),
    Hostile(
        "a length and chunks", (post(chunked(GOOD), b"Content-Length: 5", b"Transfer-Encoding: chunked"),), REFUSED
    ),
    Hostile("a negative length", (post(GOOD, b"Content-Length: -1"),), REFUSED),
    Hostile("a length that is no number", (post(GOOD, b"Content-Length: 0x16"),), REFUSED),
    Hostile("an enormous length", (post(GOOD, b"Content-Length: 99999999999999"),), (413,)),
    Hostile("a length beyond all numbers", (post(GOOD, b"Content-Length: " + b"9" * 400),), (400, 413)),
    Hostile("chunks of no number", (post(b"zz\r\n" + GOOD, b"Transfer-Encoding: chunked"),), CLOSED),
    Hostile(
        "a chunk of an enormous size",
        (post(b"f" * 16 + b"\r\n" + GOOD, b"Transfer-Encoding: chunked"),),
        (*CLOSED, 408),
    ),
    Hostile(
        "an extension of a chunk of 100 KB",
        (post(b"5;" + b"a" * 100_000 + b"\r\n" + M, b"Transfer-Encoding: chunked"),),
        (*CLOSED, 408),
    ),
    Hostile("chunks without an end", (post(chunked(GOOD, end=b""), b"Transfer-Encoding: chunked"),), (408,)),
    Hostile("another encoding of the way", (post(GOOD, b"Transfer-Encoding: " + M),), (400, 411, 415, 501)),
    # Bodies.
    Hostile("a body larger than any form", (post(b"text=" + M + b"a" * LARGEST),), (413,)),
    Hostile("such a body in chunks", (post(chunked(*[M + b"a" * 60_000] * 6), b"Transfer-Encoding: chunked"),), (413,)),
    Hostile("a longer text than fits", (post(b"topic=risk&text=" + b"a" * (LONGEST + 1)),), (422,)),
    Hostile("10,000 fields", (post(b"&".join(b"f%d=" % number + M for number in range(10_000))),), REFUSED),
    Hostile("10,000 ampersands", (post(GOOD + b"&" * 10_000),), (200, 400, 422)),
    Hostile("a text twice, the first empty", (post(b"topic=risk&text=&text=" + M),), (422,)),
    Hostile("a topic twice, the first unknown", (post(b"topic=x&topic=risk&text=hei"),), (422,)),
    Hostile("no field", (post(b""),), (422,)),
    Hostile("a text of NUL", (post(b"topic=risk&text=%00%00"),), (422,)),
    Hostile("a text of bidi controls", (post(b"topic=risk&text=%E2%80%AE%E2%81%A6%E2%80%8F"),), (422,)),
    Hostile("a text of what nobody sees", (post(b"topic=risk&text=%E2%80%8B%EF%BB%BF%C2%AD%E2%81%A0"),), (422,)),
    Hostile("a topic of half a pair", (post(b"topic=risk%ED%A0%80" + M + b"&text=hei"),), (422,)),
    Hostile("a topic in overlong UTF-8", (post(b"topic=r%C1%A9sk" + M + b"&text=hei"),), (422,)),
    Hostile("a topic and what is like it", (post(b"topic=ri%C5%BFk&text=hei"),), (422,)),
    Hostile(
        "UTF-16 said to be it",
        (post("topic=risk&text=hei".encode("utf-16"), kind=PLAIN.encode() + b"; charset=utf-16"),),
        (415, 422),
    ),
    Hostile(
        "UTF-7 said to be it", (post(b"topic=risk&text=+ADw-" + M, kind=PLAIN.encode() + b"; charset=utf-7"),), (415,)
    ),
    Hostile("a character set of its own", (post(GOOD, kind=PLAIN.encode() + b"; charset=" + S),), (415,)),
    Hostile("JSON", (post(b'{"topic":"risk","text":"' + M + b'"}', kind=b"application/json"),), (415,)),
    Hostile(
        "XML that reads a file",
        (post(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>' + M, kind=b"text/xml"),),
        (415,),
    ),
    Hostile("plain text, as another site's form could send", (post(GOOD, kind=b"text/plain"),), (415,)),
    Hostile("no type", (post(GOOD, b"Content-Type:"),), (415,)),
    Hostile("two types", (post(GOOD, b"Content-Type: text/plain", b"Content-Type: " + PLAIN.encode()),), (400, 415)),
    Hostile("another site's page", (post(GOOD, b"Sec-Fetch-Site: cross-site"),), (403,)),
    Hostile("a page of the same domain", (post(GOOD, b"Sec-Fetch-Site: same-site"),), (403,)),
    Hostile("a form in parts", (post(multipart(TEXT), kind=MULTIPART),), (415,)),
    Hostile(
        "parts within parts",
        (post(multipart(b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + multipart(TEXT)), kind=MULTIPART),),
        (415,),
    ),
    Hostile(
        "a file",
        (
            post(
                multipart(b'Content-Disposition: form-data; name="text"; filename="../../x"\r\n\r\n' + M),
                kind=MULTIPART,
            ),
        ),
        (415,),
    ),
    Hostile("parts without an end", (post(multipart(TEXT, end=b""), kind=MULTIPART),), (415,)),
    Hostile("parts without a boundary", (post(multipart(TEXT), kind=b"multipart/form-data"),), (415,)),
    Hostile(
        "a boundary of 100 KB",
        (post(multipart(TEXT), kind=b"multipart/form-data; boundary=" + b"x" * 100_000),),
        REFUSED,
    ),
    Hostile("a packed form", (post(gzip.compress(GOOD), b"Content-Encoding: gzip"),), (415,)),
    Hostile("a few bytes that become 50 MB", (post(BOMB, b"Content-Encoding: gzip"),), (415,)),
    Hostile(
        "the same by another name", (post(zlib.compress(b"a" * 50_000_000), b"Content-Encoding: deflate"),), (415,)
    ),
    Hostile("packed twice", (post(gzip.compress(BOMB), b"Content-Encoding: gzip, gzip"),), (400, 415)),
    Hostile("said to be packed", (post(GOOD, b"Content-Encoding: gzip"),), (400, 415)),
    Hostile("packed in a way of its own", (post(GOOD, b"Content-Encoding: " + S),), (415,)),
    # The check.
    Hostile(
        "a script to look over without a topic", (post(b"text=" + b"a", path=b"/innspill/sjekk?lang=" + M),), (422,)
    ),
    Hostile("a body too large to look over", (post(b"text=" + b"a" * LARGEST + M, path=b"/innspill/sjekk"),), (413,)),
    Hostile("a packed text to look over", (post(BOMB, b"Content-Encoding: gzip", path=b"/innspill/sjekk"),), (415,)),
    # Codes.
    Hostile("a code of 200,000 digits", (post(b"code=" + b"1" * 200_000, path=b"/innspill/svar"),), (422,)),
    Hostile("a code in other digits", (post(b"code=" + "١".encode() * 16, path=b"/innspill/svar"),), (422,)),
    Hostile("a code that asks the database", (post(b"code=' OR '1'='1", path=b"/innspill/svar"),), (422,)),
    Hostile("a code in the address", (get(b"/innspill/svar?code=" + M),), (200,)),
    Hostile("a code of NUL", (post(b"code=%00" * 3, path=b"/innspill/svar"),), (422,)),
    # Replies.
    Hostile("a reply without a code", (post(b"text=" + M, path=b"/innspill/svar/melding"),), (422,)),
    Hostile(
        "a reply with a code that is none", (post(b"code=%3Cb%3E&text=" + M, path=b"/innspill/svar/melding"),), (422,)
    ),
    Hostile("a reply too large", (post(b"code=1&text=" + b"a" * LARGEST, path=b"/innspill/svar/melding"),), (413,)),
    Hostile("a packed reply", (post(BOMB, b"Content-Encoding: gzip", path=b"/innspill/svar/melding"),), (415,)),
    Hostile("half a reply", (post(GOOD, b"Content-Length: 4000", path=b"/innspill/svar/melding"),), (408,)),
    # Slow ones.
    Hostile("a head that never ends", (b"GET /innspill?" + M, b" HTTP/1.1\r\n", b"Host: 127.0.0.1\r\nX", b": "), (0,)),
    Hostile("nothing at all", (b"",), (0,)),
    Hostile("half a body", (post(GOOD, b"Content-Length: 4000"),), (408,)),
    Hostile("a body byte by byte", (post(b"", b"Content-Length: 4000"), *[b"a"] * 8), (408,)),
    Hostile("half a body to look over", (post(GOOD, b"Content-Length: 4000", path=b"/innspill/sjekk"),), (408,)),
    Hostile("half a code", (post(b"code=1", b"Content-Length: 40", path=b"/innspill/svar"),), (408,)),
    Hostile("parts that stall", (post(multipart(TEXT, end=b""), b"Content-Length: 4000", kind=MULTIPART),), (415,)),
    Hostile(
        "a second request hidden behind the first", (post(b"text=&topic=risk") + post(b"text=&topic=" + M),), (422,)
    ),
]


def test_there_are_as_many_as_were_promised_and_each_once() -> None:
    assert len(REQUESTS) >= 60
    assert len({request.name for request in REQUESTS}) == len(REQUESTS)
    assert len({request.parts for request in REQUESTS}) == len(REQUESTS)


@pytest.fixture
async def port(stores: Stores) -> AsyncIterator[int]:
    """The whole bot, listening as it does in earnest but with less patience. What its clock has to do is done."""
    due = Schedule(stores.database, DemoClock(NOW), lambda: None, stores.inputs)
    await asyncio.to_thread(due.run_due)
    await asyncio.to_thread(due.run_inputs)
    app = make_app(stores, DemoClock(NOW), "osu2020")
    app[BODY_WITHIN] = SOON
    async with listening(app, "127.0.0.1", 0, head_within=2 * SOON, taken_within=SOON) as found:
        yield found


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    # The timetable's, every second: it says nothing of requests.
    caplog.set_level(logging.WARNING, "apscheduler")
    return caplog


async def test_every_hostile_request_is_refused_and_nothing_of_it_is_kept_or_repeated(
    port: int, stores: Stores, everything_logged: pytest.LogCaptureFixture
) -> None:
    before = rows(stores)
    busy = asyncio.Semaphore(16)

    async def problems_of(request: Hostile) -> list[str]:
        async with busy:
            answer = await sent(port, request)
        status = status_of(answer)
        found = [
            *([f"answered {status}"] if status not in request.statuses else []),
            *(["repeated"] if M in answer.lower() else []),
            *(["without the headers of every page"] if status and not has_headers(answer) else []),
            *(["set a cookie"] if b"set-cookie" in answer.lower() else []),
        ]
        return [f"{request}: {problem}" for problem in found]

    wrong = [problem for found in await asyncio.gather(*map(problems_of, REQUESTS)) for problem in found]
    logged = everything_logged.text
    assert wrong == []
    assert rows(stores) == before
    assert [word for word in (MARK, "127.0.0.1", "Traceback", "defect") if word in logged] == []
    assert status_of(await sent(port, Hostile("", (get(b"/innspill"),), ()))) == 200, "and it still answers"


def rows(stores: Stores) -> dict[str, int]:
    """How many rows each table of both databases has, whatever tables there are."""
    found = {}
    for database in (stores.inputs.database, stores.database):
        with database.reading() as session:
            tables = MetaData()
            tables.reflect(session.connection())
            # The clock ticks while this runs, and notes the plan as it finds it.
            for table in (table for table in tables.sorted_tables if table.name not in ("occurrence", "noted")):
                counted = session.connection().execute(select(func.count()).select_from(table)).scalar_one()
                found[f"{id(database)} {table.name}"] = counted
    return found


async def sent(port: int, request: Hostile) -> bytes:
    """Everything that is answered until the connection is closed or nothing more comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    try:
        for number, part in enumerate(request.parts):
            if number:
                await asyncio.sleep(SOON / 8)
            writer.write(part)
            await writer.drain()
        async with asyncio.timeout(PATIENT):
            answer = await reader.read(2**20)
            while answer and (more := await asyncio.wait_for(reader.read(2**20), SOON / 3)):
                answer += more
    except (ConnectionError, TimeoutError):
        pass
    finally:
        writer.close()
    return answer


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


def has_headers(answer: bytes) -> bool:
    head = answer.partition(b"\r\n\r\n")[0].lower()
    wanted = (b"content-security-policy: default-src 'none'", b"x-content-type-options: nosniff", b"cache-control: no-")
    return all(header in head for header in wanted)


async def test_who_takes_no_answer_is_cut_off(port: int) -> None:
    with socket.socket() as idle:
        idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        idle.connect(("127.0.0.1", port))
        # More answers than the system keeps for somebody who does not read.
        idle.sendall(get(b"/static/page.css") * 2000)
        idle.setblocking(False)
        async with asyncio.timeout(PATIENT):
            while not is_cut_off(idle):
                await asyncio.sleep(SOON / 4)


def is_cut_off(one: socket.socket) -> bool:
    try:
        one.send(b"G")
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    return False


async def test_many_slow_ones_keep_nobody_out(port: int) -> None:
    slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(200)]
    for number, (_, writer) in enumerate(slow):
        writer.write(post(GOOD, b"Content-Length: 4000") if number % 2 else b"GET /innspill HTTP/1.1\r\nX")
    assert status_of(await sent(port, Hostile("", (get(b"/innspill"),), ()))) == 200
    async with asyncio.timeout(PATIENT):
        for reader, writer in slow:
            await reader.read()
            writer.close()


@pytest.mark.parametrize("text", [f"Vi er for få {MARK}", f"Kari Nordmann {MARK}, ring 900 00 001", ""])
@pytest.mark.parametrize("choice", ["", "change", "as_is", "without"])
async def test_to_look_a_text_over_keeps_and_logs_nothing(
    port: int, stores: Stores, everything_logged: pytest.LogCaptureFixture, text: str, choice: str
) -> None:
    before = rows(stores), files(stores)
    form = urlencode({"topic": "risk", "text": text, "form": "f1", "choice": choice}).encode()
    answer = await sent(port, Hostile("", (post(form, path=b"/innspill/sjekk"),), ()))
    assert status_of(answer) in (200, 422)
    assert (MARK in answer.decode()) == bool(text), "it is there to be looked at"
    assert (rows(stores), files(stores)) == before
    assert [word for word in (MARK, "Nordmann", "127.0.0.1") if word in everything_logged.text] == []


def files(stores: Stores) -> dict[str, bytes]:
    """The inputs' database and what is beside it, byte by byte."""
    found = Path(stores.inputs.database.engine.url.database or "")
    return {file.name: file.read_bytes() for file in found.parent.glob(f"{found.name}*") if "shm" not in file.name}


HOSTILE_TEXTS: list[Any] = [
    SCRIPT,
    f'"><img src=x onerror="{MARK}">',
    f"</textarea></blockquote>{SCRIPT}",
    f"{{{{ 7*7 }}}} {{% raw %}} {MARK}",
    f"a\u202eb\u2066c {MARK}",
    f"line\u2028break\x0b\x1b[31m{MARK}\x7f\x85",
]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
async def test_a_text_that_is_markup_is_shown_as_it_was_written_and_works_as_none(port: int, text: str) -> None:
    form = urlencode({"topic": "risk", "text": text}).encode()
    answer = (await sent(port, Hostile("", (post(form, path=b"/innspill/sjekk"),), (200,)))).decode()
    assert MARK in answer
    assert f"<script>{MARK}" not in answer
    assert "<img" not in answer
    assert "7*7" in answer or "7*7" not in text
    for control in "\u202e\u2066\u2028\x0b\x1b\x7f\x85":
        assert control not in answer
