"""Those who have e-mail only: an announcement on its whole way, to a real mail server that wants TLS and a password."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot import people_command
from bot.app import Server, Stores, make_app
from bot.clock import DemoClock
from bot.settings import EmailSettings
from tests.bench.processes import free_port
from tests.bot.conftest import LINKS, Connector, connector  # noqa: F401 - a fixture
from tests.bot.microsoft import Microsoft, Ready, certificate
from tests.conftest import NOW
from tests.journeys.speakers import PATIENCE, OnTeams, Shown, arrived

PEOPLE = "e-post;navn\nkari@kommunen.example;Kari\nola@kommunen.example;Ola\nborte@kommunen.example;Borte\n"
WRITTEN = {"title": "Kickoff flyttes", "text": "Vi møtes **8. desember**.\n\n- Ta med kaffe"}


class Mailbox:
    """aiosmtpd's handler: takes what comes for those it knows."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.is_encrypted: set[bool] = set()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("borte@"):
            return "550 5.1.1 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        self.is_encrypted.add(session.ssl is not None)
        return "250 2.0.0 Ok: queued as 4XYZ"

    async def to(self, address: str, count: int = 1) -> list[EmailMessage]:
        """What has come for that address, once it is so many."""
        async with asyncio.timeout(PATIENCE):
            while len(found := [one for one in self.taken if one["To"] == address]) < count:
                await asyncio.sleep(0.05)
        return found


def authenticator(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    is_known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"bot", b"a secret")
    return AuthResult(success=is_known, handled=False)


@pytest.fixture
def mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    path = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return Mailbox()


@pytest.fixture
async def server(mail: Mailbox, tmp_path: Path) -> AsyncIterator[EmailSettings]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "certificate.pem")
    controller = Controller(
        mail,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticator,
    )
    controller.start()
    yield EmailSettings(
        "127.0.0.1", controller.port, "Omstilling <bot@kommunen.example>", "starttls", "bot", "a secret"
    )
    await asyncio.to_thread(controller.stop)


@pytest.fixture
async def leaders(
    stores: Stores,
    connector: Connector,  # noqa: F811
    server: EmailSettings,
    tmp_path: Path,
) -> AsyncIterator[tuple[OnTeams, OnTeams]]:
    """Two leaders in Teams, and three people of the people file who have no chat."""
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    options = {"is_dry_run": False, "is_by_email": True}
    assert people_command.run(stores.database, tmp_path / "people.csv", "osu2020", "nb", **options) == 0
    microsoft, keys = Microsoft(), web.Application()
    microsoft.routes(keys)
    async with TestServer(keys) as told:
        settings = microsoft.settings(str(told.make_url("")).rstrip("/"))
        app = make_app(stores, DemoClock(NOW), "osu2020", Server(settings, Ready(), LINKS, email=server))
        headers = {"Authorization": f"Bearer {microsoft.token(connector.url)}"}
        async with TestServer(app) as served, ClientSession(headers=headers) as client:
            address = str(served.make_url("")).rstrip("/")
            both = [OnTeams(client, address, connector, f"leader-{number}") for number in (1, 2)]
            for one in both:
                await one.say("hjelp")
            yield both[0], both[1]


async def test_who_has_no_chat_gets_it_by_email_and_is_accounted_for(
    leaders: tuple[OnTeams, OnTeams], mail: Mailbox
) -> None:
    author, _ = leaders
    await sent(leaders)
    (first,) = await mail.to("kari@kommunen.example")
    (second,) = await mail.to("ola@kommunen.example")
    assert mail.is_encrypted == {True}
    plain, rich = (first.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert rich is not None
    assert "8. desember" in plain.get_content()
    assert "<strong>8. desember</strong>" in rich.get_content()
    assert first["Subject"] == "Kickoff flyttes"
    assert first["List-Unsubscribe"] != second["List-Unsubscribe"]
    report = await settled(author, "Summen er 5 av 5.")
    assert figure(report, "Levert") == 4
    assert figure(report, "E-postadressen finnes ikke") == 1

    path = str(first["List-Unsubscribe"]).strip("<>").removeprefix(LINKS.public_url)
    async with ClientSession() as reader:
        async with reader.get(author.address + path) as response:
            assert "<form" in await response.text(), "to look is not to unsubscribe: mail programs look at links"
        async with reader.post(author.address + path, data={"List-Unsubscribe": "One-Click"}) as response:
            assert response.status == 200
    await sent(leaders)
    assert len(await mail.to("ola@kommunen.example", 2)) == 2
    report = await settled(author, "Summen er 5 av 5.")
    assert figure(report, "Levert") == 3
    assert len(await mail.to("kari@kommunen.example")) == 1
    await sent(leaders, obligation="required", obligation_reason="Arbeidsmiljøloven § 15-2")
    *_, must = await mail.to("kari@kommunen.example", 2)
    body = must.get_body(("plain",))
    assert body is not None
    assert "har plikt til å si det: Arbeidsmiljøloven § 15-2" in body.get_content()


async def test_an_email_cannot_be_changed_so_it_is_followed_by_another_and_counted_honestly(
    leaders: tuple[OnTeams, OnTeams], mail: Mailbox
) -> None:
    author, approver = leaders
    await sent(leaders)
    await settled(author, "Summen er 5 av 5.")
    before = len(await approver.inbox())
    await author.press("announcement.correct")
    text = WRITTEN["text"].replace("8. desember", "9. desember")
    await author.press("announcement.correcting", title=WRITTEN["title"], text=text, what="Ny dag.", resend="yes")
    await author.press("announcement.corrected")
    await arrived(approver, lambda shown: "announcement.correction_approve" in actions(shown), before)
    await approver.press("announcement.correction_approve")
    first, second = await mail.to("kari@kommunen.example", 2)
    assert second["Subject"] == "Rettelse: Kickoff flyttes"
    plain = second.get_body(("plain",))
    assert plain is not None
    assert "9. desember" in plain.get_content()
    assert "Ny dag." in plain.get_content()
    assert first["Message-ID"] != second["Message-ID"]
    await settled(author, "Summen er 5 av 5.")
    await author.press("announcement.recall")
    await author.press("announcement.recalled", reason="Avlyst.")
    async with asyncio.timeout(PATIENCE):
        while "e-post 2" not in (report := await settled(author, "Summen er 5 av 5.")).text:
            await asyncio.sleep(0.1)
    assert "4 hadde" in report.text
    assert len(await mail.to("kari@kommunen.example", 2)) == 2, "nothing more is sent"


async def test_the_notice_for_the_wall_has_the_address_of_its_page_as_a_qr_code(
    leaders: tuple[OnTeams, OnTeams],
) -> None:
    author, _ = leaders
    await sent(leaders)
    await settled(author, "Summen er 5 av 5.")
    paper = await author.press("announcement.notice")
    found = re.search(rf"{re.escape(LINKS.public_url)}(/melding/[\w-]+)/oppslag", paper.text)
    assert found
    async with ClientSession() as passer_by, passer_by.get(f"{author.address}{found[1]}/oppslag") as response:
        page = await response.text()
    assert "<svg" in page
    assert "Kickoff flyttes" in page


async def test_who_follows_a_topic_by_email_gets_it_and_ends_it_there(
    leaders: tuple[OnTeams, OnTeams], mail: Mailbox
) -> None:
    author, _ = leaders
    await sent(leaders)
    (first,) = await mail.to("kari@kommunen.example")
    plain = first.get_body(("plain",))
    assert plain is not None
    link = re.search(r"Velg temaer du vil følge: (\S+)", plain.get_content())
    assert link
    path, topic = link[1].removeprefix(LINKS.public_url), "workgroup:osu-omstilling"
    async with ClientSession() as reader:
        async with reader.post(author.address + path, data=[("saving", "1"), ("topic", topic)]) as response:
            assert response.status == 200
        await author.say("hjelp")
        await author.press("announcement.post")
        await author.press("announcement.preview", title="Nytt fra gruppa", text="Vi har møttes.")
        form = await author.press("announcement.audience")
        form.buttons.remove(form.of("announcement.addressed"))  # the last one leads back to everyone
        await author.press("announcement.addressed", topics=topic)
        await author.press("announcement.send", day="", clock="", decided="no")
        *_, came = await mail.to("kari@kommunen.example", 2)
        assert came["Subject"] == "Nytt fra gruppa"
        assert len(await mail.to("ola@kommunen.example")) == 1
        ending = str(came["List-Unsubscribe"]).strip("<>").removeprefix(LINKS.public_url)
        async with reader.post(author.address + ending, data={"List-Unsubscribe": "One-Click"}) as response:
            assert response.status == 200
        async with reader.get(author.address + path) as response:
            assert " checked>" not in await response.text()
    await sent(leaders)
    await mail.to("kari@kommunen.example", 3)


async def sent(leaders: tuple[OnTeams, OnTeams], **form: str) -> None:
    """Written by the one and approved by the other."""
    author, approver = leaders
    before = len(await approver.inbox())
    await author.say("hjelp")
    await author.press("announcement.post")
    preview = await author.press("announcement.preview", **WRITTEN)
    people = str(preview.of("announcement.send")["values"]["people"])
    await author.press("announcement.send", count=people, day="", clock="", decided="no", **form)
    waiting = await arrived(approver, lambda shown: "announcement.approve" in actions(shown), before)
    assert "8. desember" in waiting.text
    await approver.press("announcement.approve")


async def settled(author: OnTeams, total: str) -> Shown:
    """The newest announcement's report, once nobody waits any more."""
    await author.say("hjelp")
    await author.press("announcement.mine")
    newest = next(one for one in author.shown.buttons if one["action"] == "announcement.report")
    author.shown = Shown("", [newest])
    async with asyncio.timeout(PATIENCE):
        while True:
            report = await author.press("announcement.report")
            if total in report.text and "Venter" not in report.text:
                return report
            await asyncio.sleep(0.1)


def actions(shown: Shown) -> list[str]:
    return [button["action"] for button in shown.buttons]


def figure(report: Shown, label: str) -> int:
    """The number beside a label, which stands in a column or behind a colon."""
    found = re.search(rf"{label}\n(?:: )?(\d+)", report.text)
    assert found, report.text
    return int(found[1])
