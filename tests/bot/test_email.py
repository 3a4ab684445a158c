"""E-mail: what arrives, what is said of what did not, and that nothing anybody wrote gets where it must not."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from tenacity import wait_none

from bot import sending
from bot.email import send as way_out
from bot.email.send import EmailTransport
from bot.sending import Dispatcher
from bot.settings import EmailSettings
from bot.transport import NotSent
from dialogs.card import Button, Card, Facts, Items, Picture, Text
from dialogs.examples import HOSTILE
from storage import broadcasts, email_addresses, lanes, outbox, people
from storage.database import Database
from storage.outbox import Kind, Status
from storage.people import Address
from tests.bot.conftest import LINKS
from tests.bot.mail_server import MailServer
from tests.bot.microsoft import certificate
from tests.conftest import make_person

TO = Address(id=7, channel="email", account="kari@kommunen.example", lane="email", conversation="")
CARD = Card(
    title="Kickoff flyttes",
    blocks=(
        Text(text="Vi møtes 8. desember.\nTa med kaffe."),
        Facts(facts=(("Hvor", "Teams"),)),
        Items(items=(("Først", "velkomst"), ("Så", "")), numbered=True),
        Picture(address="https://kommunen.example/kart.png", alt="Kart over lokalet"),
    ),
    buttons=(Button(title="Hjelp", action="help"),),
    language="nb",
)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with MailServer() as made:
        yield made


def transport(server: MailServer, **other: Any) -> EmailTransport:
    given = {"host": "127.0.0.1", "sender": "Omstilling <bot@kommunen.example>", "encryption": ""} | other
    return EmailTransport(EmailSettings(port=server.port, **given), LINKS)


async def sent(server: MailServer, card: Card, key: str = "announcement:1:7", to: Address = TO) -> EmailMessage:
    await transport(server).send(to, card, key)
    return server.taken[-1]


def parts(message: EmailMessage) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content().replace("\r\n", "\n"), html.get_content()


async def test_it_arrives_in_two_parts_that_say_the_same(server: MailServer) -> None:
    message = await sent(server, CARD)
    plain, html = parts(message)
    assert message.get_content_type() == "multipart/alternative"
    for said in ("Kickoff flyttes", "Vi møtes 8. desember.", "Ta med kaffe.", "Hvor", "Teams", "velkomst", "Kart over"):
        assert said in plain
        assert said in html
    assert "1. Først: velkomst\n2. Så" in plain
    assert (server.senders, server.recipients) == (["bot@kommunen.example"], ["kari@kommunen.example"])
    assert message["Subject"] == "Kickoff flyttes"
    assert 'lang="nb"' in html


async def test_the_html_part_loads_nothing_and_takes_nothing_for_markup(server: MailServer) -> None:
    _, html = parts(await sent(server, Card(title=HOSTILE, blocks=(Text(text=HOSTILE), CARD.blocks[-1]))))
    assert "<script" not in html
    assert "<img" not in html
    assert "src=" not in html
    assert "url(" not in html
    assert html.count('href="https://kommunen.example/kart.png"') == 1


async def test_no_title_or_address_writes_a_header_of_its_own(server: MailServer) -> None:
    title = "Hei\r\nBcc: alle@kommunen.example\r\n\r\nTull\x00\u202e\x0b\u2028slutt"
    message = await sent(server, Card(title=title, blocks=(Text(text="."),)))
    assert message["Subject"] == "Hei Bcc: alle@kommunen.example Tull slutt"
    assert message["Bcc"] is None
    assert server.recipients == ["kari@kommunen.example"]
    hostile = TO.model_copy(update={"account": "kari@x.example>\r\nRCPT TO:<alle@kommunen.example"})
    with pytest.raises((NotSent, ValueError)):
        await transport(server).send(hostile, CARD, "1")
    assert server.recipients == ["kari@kommunen.example"]


async def test_a_line_with_one_dot_ends_nothing(server: MailServer) -> None:
    text = "Før\n.\nRCPT TO:<x@y.example>\nEtter"
    plain, _ = parts(await sent(server, Card(title="Punktum", blocks=(Text(text=text),))))
    assert text in plain
    assert len(server.taken) == 1


async def test_each_attempt_at_one_message_has_one_message_id(server: MailServer) -> None:
    again = [(await sent(server, CARD, key))["Message-ID"] for key in ("a:1", "a:1", "a:2")]
    assert again[0] == again[1] != again[2]
    assert again[0].endswith("@kommunen.example>")
    assert "a:1" not in again[0]


async def test_what_mail_programs_do_by_themselves_is_told_them(server: MailServer) -> None:
    message = await sent(server, CARD)
    assert message["Auto-Submitted"] == "auto-generated"
    link = LINKS.to_unsubscribe(7, "kari@kommunen.example")
    assert message["List-Unsubscribe"] == f"<{link}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Date"].datetime.tzinfo is not None
    plain, html = parts(message)
    assert link in plain
    assert link in html


@pytest.mark.parametrize(
    ("step", "answer", "reason", "how"),
    [
        ("RCPT", "450 4.2.0 Greylisted", "busy", {}),
        ("RCPT", "421 4.3.2 Closing", "busy", {"retry_after": 60.0}),
        ("RCPT", "550 5.1.1 No such user", "no_mailbox", {"permanent": True, "is_gone": True}),
        ("RCPT", "550 5.7.1 Not to there", "refused", {"permanent": True}),
        ("MAIL", "552 5.3.4 Too large", "refused", {"permanent": True}),
        ("MAIL", "451 4.3.0 Later", "busy", {}),
        ("MAIL", "553 5.7.1 Not your address", "unreachable", {"retry_after": 60.0}),
        ("DATA", "451 4.3.0 Later", "busy", {}),
        ("end", "452 4.3.1 Full", "busy", {}),
        ("end", "554 5.7.1 Looks like spam", "refused", {"permanent": True}),
        ("greeting", "554 5.3.2 Not today", "unreachable", {"retry_after": 60.0}),
        ("greeting", "", "unreachable", {"retry_after": 60.0}),
        ("RCPT", "", "unreachable", {"retry_after": 60.0}),
        ("end", "", "interrupted", {"unknown": True}),
    ],
)
async def test_what_was_refused_is_told_apart_from_what_nobody_knows(
    server: MailServer, step: str, answer: str, reason: str, how: dict[str, Any]
) -> None:
    server.answers = {step: [answer]}
    with pytest.raises(NotSent) as why:
        await sent(server, CARD)
    told = {name: getattr(why.value, name) for name in ("permanent", "is_gone", "unknown", "retry_after")}
    assert (why.value.reason, told) == (
        reason,
        {"permanent": False, "is_gone": False, "unknown": False, "retry_after": None} | how,
    )
    assert len(server.taken) == (1 if how.get("unknown") else 0)


@pytest.mark.parametrize(("step", "is_unknown"), [("RCPT", False), ("end", True)])
async def test_a_server_that_falls_silent_is_not_waited_for_for_ever(
    server: MailServer, monkeypatch: pytest.MonkeyPatch, step: str, is_unknown: bool
) -> None:
    monkeypatch.setattr(way_out, "PREPARING" if step == "RCPT" else "TAKING", 0.2)
    server.answers = {step: ["…"]}
    with pytest.raises(NotSent) as why:
        await sent(server, CARD)
    assert why.value.unknown is is_unknown


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    async with MailServer() as gone:
        pass
    with pytest.raises(NotSent) as why:
        await transport(gone).send(TO, CARD, "1")
    assert (why.value.reason, why.value.permanent, why.value.unknown) == ("unreachable", False, False)


async def test_no_more_connections_at_once_than_a_server_allows(server: MailServer) -> None:
    out = transport(server)
    await asyncio.gather(*(out.send(TO, CARD, str(number)) for number in range(12)))
    assert len(server.taken) == 12
    assert server.at_once <= way_out.MOST_CONNECTIONS


async def test_elsewhere_nothing_is_said_before_it_is_encrypted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = certificate(tmp_path, "127.0.0.1")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    async with MailServer(tls=context, password="hemmelig") as server:
        known = {"encryption": "starttls", "user": "bot", "password": "hemmelig"}
        with pytest.raises(NotSent, match="unreachable"):
            await transport(server, **known).send(TO, CARD, "1")
        assert server.taken == [], "whoever shows a certificate of nobody's gets no password"
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        await transport(server, **known).send(TO, CARD, "1")
        assert server.encrypted == [True]
        with pytest.raises(NotSent) as why:
            await transport(server, **known | {"password": "feil"}).send(TO, CARD, "2")
        assert (why.value.reason, why.value.permanent) == ("unreachable", False), "it is nobody's fault it is sent to"


async def test_a_server_that_offers_no_encryption_gets_nothing(server: MailServer) -> None:
    with pytest.raises(NotSent, match="unreachable"):
        await transport(server, encryption="starttls").send(TO, CARD, "1")
    assert server.taken == []


@pytest.fixture
def workforce(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Two people with e-mail only, and one of the same programme with chat."""
    monkeypatch.setattr(sending, "BACK_OFF", wait_none())
    monkeypatch.setattr(sending, "IDLE", 0.01)
    with sqlite.writing() as session:
        for lane in ("email", "emulator"):
            lanes.open_lane(session, lane, 0.0)
        make_person(session, "with-chat")
        email_addresses.add(session, "kari@kommunen.example", "Kari", "osu2020")
        email_addresses.add(session, "ola@kommunen.example", "Ola", "osu2020", "nn")
    return sqlite


class Chat:
    async def send(self, _address: Address, _card: Card, _key: str) -> str:
        return "taken"


def owe(database: Database) -> int:
    cards = {name: CARD.model_copy(update={"language": name}).model_dump(mode="json") for name in ("nb", "nn")}
    with database.writing() as session:
        message = outbox.write(session, "osu2020", Kind.ANNOUNCEMENT, cards)
        return broadcasts.owe_everyone(session, "osu2020", message, "once").id or 0


def counts(database: Database, broadcast: int) -> dict[tuple[Status, str | None], int]:
    with database.reading() as session:
        return broadcasts.report(session, broadcast)[1]


@asynccontextmanager
async def running(database: Database, transports: dict[str, Any]) -> AsyncIterator[None]:
    dispatcher = Dispatcher(database, transports)
    task = asyncio.create_task(dispatcher.run())
    yield
    await dispatcher.stop()
    await task


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not is_so():
            await asyncio.sleep(0.01)


async def test_an_announcement_to_everyone_reaches_those_without_chat(workforce: Database, server: MailServer) -> None:
    broadcast = owe(workforce)
    async with running(workforce, {"emulator": Chat(), "email": transport(server)}):
        await until(lambda: counts(workforce, broadcast) == {(Status.SENT, None): 3})
    got = {message["To"]: message["Content-Language"] for message in server.taken}
    assert got == {"kari@kommunen.example": "nb", "ola@kommunen.example": "nn"}


async def test_a_report_adds_up_with_each_reason(workforce: Database, server: MailServer) -> None:
    with workforce.writing() as session:
        # One at a time, so that it is known which answer is whose.
        lanes.open_lane(session, "email", 0.05)
    server.answers = {"RCPT": ["550 5.1.1 No such user"], "end": [""]}
    broadcast = owe(workforce)
    async with running(workforce, {"emulator": Chat(), "email": transport(server)}):
        unsettled = {Status.WAITING, Status.SENDING}
        await until(lambda: not unsettled & {status for status, _ in counts(workforce, broadcast)})
    assert counts(workforce, broadcast) == {
        (Status.SENT, None): 1,
        (Status.FAILED, "no_mailbox"): 1,
        (Status.UNCERTAIN, "interrupted"): 1,
    }


async def test_while_the_channel_is_off_what_waits_for_it_stays_owed(workforce: Database) -> None:
    broadcast = owe(workforce)
    done = {(Status.SENT, None): 1, (Status.WAITING, None): 2}
    async with running(workforce, {"emulator": Chat()}):
        await until(lambda: counts(workforce, broadcast) == done)
        await asyncio.sleep(0.2)
    assert counts(workforce, broadcast) == done


async def test_who_unsubscribed_is_sent_nothing(workforce: Database, server: MailServer) -> None:
    with workforce.writing() as session:
        address = people.recognise(session, _where("kari@kommunen.example"), "osu2020").address_id or 0
        email_addresses.unsubscribe(session, address)
    broadcast = owe(workforce)
    async with running(workforce, {"emulator": Chat(), "email": transport(server)}):
        await until(lambda: counts(workforce, broadcast).get((Status.SENT, None)) == 2)
    assert counts(workforce, broadcast)[(Status.SKIPPED, "switched_off")] == 1
    assert server.recipients == ["ola@kommunen.example"]


def _where(account: str) -> people.Whereabouts:
    return people.Whereabouts(channel="email", account=account, lane="email", conversation=account)
