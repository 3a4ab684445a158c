"""The login-free pages in a browser: with and without scripts, by keyboard alone, on the smallest screen, on paper."""

import re
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, Request, Response, expect

from dialogs.card import LANGUAGES, Language
from dialogs.words import say
from tests.chromium import WCAG
from tests.journeys.conftest import SCREENS, Visit

CODE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")
#: What each page must come with, whatever else it says.
HEADERS = {
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "x-robots-tag": "noindex",
}
WRITTEN = "Kari Nordmann på lønn sier nei.\nVi er for få på laget."
#: 1280 pixels at 400 %: what WCAG 1.4.10 asks for, and the smallest telephone.
SMALLEST = {"width": 320, "height": 256}


@dataclass
class Traffic:
    """Everything that the browser asked for and was told, whichever page asked."""

    asked: list[Request] = field(default_factory=list)
    told: list[Response] = field(default_factory=list)

    def check(self, address: str) -> None:
        assert {urlsplit(request.url).netloc for request in self.asked} == {urlsplit(address).netloc}
        assert [request.url for request in self.asked if request.all_headers().get("referer")] == []
        assert [request.url for request in self.asked if "cookie" in request.all_headers()] == []
        assert {request.resource_type for request in self.asked} <= {"document", "stylesheet", "image", "other"}
        for response in self.told:
            headers = response.all_headers()
            assert "set-cookie" not in headers
            assert "script-src" not in headers["content-security-policy"]
            assert headers["content-security-policy"].startswith("default-src 'none'")
            if response.request.resource_type == "document":
                assert {name: headers.get(name) for name in HEADERS} == HEADERS


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def writer(chromium: Browser, demo: str, request: pytest.FixtureRequest) -> Iterator[tuple[Visit, Traffic]]:
    """Somebody with a browser of their own, and all that it sends and gets."""
    context = chromium.new_context(locale="nb-NO", viewport=SMALLEST, java_script_enabled=request.param)
    traffic = Traffic()
    context.on("request", lambda request: traffic.asked.append(request))
    context.on("response", lambda response: traffic.told.append(response))
    visit = Visit(context.new_page(), demo)
    yield visit, traffic
    assert context.cookies() == []
    assert visit.defects == []
    traffic.check(demo)
    context.close()


def looked_at(page: Page, name: str) -> None:
    """Accessible and no wider than its window, light and dark; kept as a picture."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = Axe().run(page, options=WCAG)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"], name
        page.screenshot(path=SCREENS / f"page-{name}-{scheme}.png", full_page=True)


def wrote(page: Page, text: str = WRITTEN) -> None:
    page.get_by_label("Hva handler det om?").select_option("risk")
    page.get_by_label("Innspillet ditt").fill(text)
    page.get_by_role("button", name="Se over før du sender").click()


def test_an_input_is_written_warned_about_sent_and_answered(
    writer: tuple[Visit, Traffic], visitor: Callable[[], Visit], request: pytest.FixtureRequest
) -> None:
    visit, _ = writer
    page, has_scripts = visit.page, request.node.callspec.id == "scripts"
    look = looked_at if has_scripts else lambda *_: None
    page.goto(f"{visit.address}/innspill")
    # Both ways are told before there is anything to write in.
    before = page.locator("main").inner_text().partition("Hva handler det om?")[0]
    assert "Her: anonymt" in before
    assert "I chatten: fortrolig, ikke anonymt" in before
    look(page, "form")
    wrote(page, " ")
    expect(page.get_by_text("Skriv noe i feltet før du sender.")).to_be_visible()
    look(page, "error")
    wrote(page)
    expect(page.get_by_text("«Kari Nordmann»")).to_be_visible()
    look(page, "warning")
    # Another language takes along what was written.
    page.get_by_role("button", name="Nynorsk").click()
    expect(page.locator("html")).to_have_attribute("lang", "nn")
    expect(page.get_by_label("Innspelet ditt")).to_have_value(WRITTEN)
    expect(page.get_by_label("Kva handlar det om?")).to_have_value("risk")
    page.get_by_role("button", name="Bokmål").click()
    wrote(page)
    page.get_by_role("button", name="Send uten dette").click()
    code = page.locator(".code").inner_text()
    assert CODE.fullmatch(code)
    expect(page.get_by_text("Skriv ned koden før du går videre.")).to_be_visible()
    expect(page.get_by_text(f"{urlsplit(visit.address).netloc}/innspill/svar")).to_be_visible()
    assert page.title() == "Kvittering – Omstillingsbot"
    look(page, "receipt")
    expect(page.get_by_role("link", name="Nynorsk")).to_have_count(0)
    page.get_by_role("link", name="Jeg har skrevet ned koden").click()
    expect(page.get_by_text(code)).to_have_count(0)
    assert code.replace(" ", "") not in page.url
    look(page, "code")
    handler = visitor().open().become_leader()
    handler.read_inputs("Vi er for få på laget.")
    assert "Kari" not in handler.page.locator("#log").inner_text()
    handler.answer_input("Takk. Vi tar det opp.")
    page.get_by_label("Kode").fill("1234")
    page.get_by_role("button", name="Vis").click()
    expect(page.get_by_text("finner ikke noe innspill")).to_be_visible()
    look(page, "wrong-code")
    page.get_by_label("Kode").fill(code)
    page.get_by_role("button", name="Vis").click()
    expect(page.get_by_text("Takk. Vi tar det opp.")).to_be_visible()
    look(page, "answer")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Has your input been answered?")).to_be_visible()
    expect(page.get_by_text("Takk. Vi tar det opp.")).to_be_visible()
    page.get_by_role("button", name="Bokmål").click()
    # And the conversation goes on, here alone and with the code alone.
    page.get_by_label(say("nb", "input_replies.form")).fill("Kari Nordmann vet mer.")
    page.get_by_role("button", name=say("nb", "input_replies.send")).click()
    expect(page.get_by_text("«Kari Nordmann»")).to_be_visible()
    look(page, "reply-warning")
    page.get_by_role("button", name="Send uten dette").click()
    expect(page.get_by_role("status")).to_have_text(say("nb", "input_replies.sent"))
    expect(page.get_by_text("[navn fjernet] vet mer.")).to_be_visible()
    look(page, "conversation")


def test_what_is_clear_is_shown_as_it_will_be_sent_and_can_be_changed(writer: tuple[Visit, Traffic]) -> None:
    page = writer[0].page
    page.goto(f"{writer[0].address}/innspill")
    wrote(page, "Vi er for få på laget.")
    expect(page.get_by_role("heading", name="Se over før du sender")).to_be_visible()
    expect(page.get_by_text("Ingenting er sendt eller lagret ennå.")).to_be_visible()
    page.get_by_role("button", name="Endre teksten").click()
    expect(page.get_by_label("Innspillet ditt")).to_have_value("Vi er for få på laget.")
    wrote(page, "Vi er altfor få på laget.")
    page.get_by_role("button", name="Send innspillet").click()
    assert CODE.fullmatch(page.locator(".code").inner_text())


def test_the_receipt_is_shown_once(writer: tuple[Visit, Traffic]) -> None:
    page = writer[0].page
    page.goto(f"{writer[0].address}/innspill")
    wrote(page, "Vi er for få på laget.")
    page.get_by_role("button", name="Send innspillet").click()
    code = page.locator(".code").inner_text()
    page.reload()
    expect(page.get_by_text(code)).to_have_count(0)
    expect(page.get_by_text("allerede")).to_be_visible()
    page.goto(f"{writer[0].address}/innspill/svar")
    # It is in no cache, and the browser sends nothing again without being asked to.
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    expect(page.get_by_text(code)).to_have_count(0)


def test_everything_is_done_with_the_keyboard_alone(writer: tuple[Visit, Traffic]) -> None:
    page = writer[0].page
    page.goto(f"{writer[0].address}/innspill")
    assert tabbed_to(page, "Hva handler det om?")
    page.keyboard.press("ArrowUp")
    assert tabbed_to(page, "Innspillet ditt")
    page.keyboard.type("Vi er for få på laget.")
    assert tabbed_to(page, "Se over før du sender")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Se over før du sender")).to_be_visible()
    assert tabbed_to(page, "Send innspillet")
    page.keyboard.press("Enter")
    code = page.locator(".code").inner_text()
    assert tabbed_to(page, "Jeg har skrevet ned koden. Gå videre")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Er innspillet besvart?")).to_be_visible()
    assert tabbed_to(page, "Kode")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vi er for få på laget.")).to_be_visible()


NAME_OF_FOCUS = """() => {
  const at = document.activeElement;
  const outline = getComputedStyle(at).outlineStyle;
  const named = at.labels && at.labels.length ? at.labels[0] : at;
  return [named.innerText || "", outline];
}"""


def tabbed_to(page: Page, name: str, most: int = 12) -> bool:
    """Whether that is reached by Tab, with the focus to be seen on the way."""
    for _ in range(most):
        page.keyboard.press("Tab")
        found, outline = page.evaluate(NAME_OF_FOCUS)
        if found.startswith(name):
            return bool(outline != "none")
    return False


def test_the_receipt_on_paper_has_the_code_and_where_it_is_of_use_and_nothing_else(
    chromium: Browser, demo: str
) -> None:
    page = chromium.new_page(locale="nb-NO")
    page.goto(f"{demo}/innspill")
    wrote(page, "Vi er for få på laget.")
    page.get_by_role("button", name="Send innspillet").click()
    page.emulate_media(media="print", color_scheme="dark")
    for hidden in (
        page.locator("header"),
        page.get_by_role("link"),
        page.get_by_text("Bruk ikke en skriver på jobben"),
    ):
        expect(hidden).to_be_hidden() if hidden.count() else None
    expect(page.locator(".code")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.code')).color") == "rgb(0, 0, 0)"
    assert "Vi er for få" not in page.locator("body").inner_text()
    page.screenshot(path=SCREENS / "page-receipt-print.png")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_poster_is_one_sheet_with_the_plain_address(
    chromium: Browser, read_only_demo: str, language: Language
) -> None:
    page = chromium.new_page(viewport=SMALLEST)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{read_only_demo}/innspill/plakat?lang={language}")
    expect(page.get_by_role("heading", level=1)).to_have_text(say(language, "input_poster.heading"))
    host = urlsplit(read_only_demo).netloc
    expect(page.locator(".address")).to_have_text(f"{host}/innspill")
    assert {urlsplit(url).netloc for url in asked} == {host}
    looked_at(page, f"poster-{language}")
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    (SCREENS / f"page-poster-{language}.pdf").write_bytes(printed)
    page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_for_everyone_in_every_language(
    chromium: Browser, read_only_demo: str, language: Language
) -> None:
    page = chromium.new_page(viewport=SMALLEST)
    for path in ("/innspill", "/innspill/svar", "/innspill/sjekk", "/innspill/svar/melding"):
        page.goto(f"{read_only_demo}{path}?lang={language}")
        expect(page.locator("html")).to_have_attribute("lang", language)
        looked_at(page, f"{path.strip('/').replace('/', '-')}-{language}")
    page.close()


def test_the_process_logs_nothing_of_who_came_whatever_came(demo: str, tmp_path: Path, chromium: Browser) -> None:
    page = chromium.new_page()
    page.goto(f"{demo}/innspill")
    wrote(page, "Vi er for få på laget.")
    page.get_by_role("button", name="Send innspillet").click()
    page.close()
    host, port = urlsplit(demo).hostname, urlsplit(demo).port
    for sent in (
        b"\x16\x03\x01 zq7mark",
        b"GET /innspill HTTP/9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: zq7mark\r\n\r\n",
        b"POST",
    ):
        with socket.create_connection((host, port)) as one:
            one.sendall(sent)
            one.shutdown(socket.SHUT_WR)
            one.recv(4096)
    logged = (tmp_path / "demo.log").read_text("utf-8")
    # On a busy machine the timetable says that it is late.
    said = [line for line in logged.splitlines() if "apscheduler" not in line]
    assert len(said) == 2, logged
    assert re.findall(r"\d+\.\d+\.\d+\.\d+:\d+", logged) == [f"{host}:{port}"], "its own address, told at the start"
