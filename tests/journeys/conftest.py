"""Journeys go through the front door: the real demo, in a real browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.chromium import CHROMIUM, QUIET, WCAG

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "build" / "screens"
#: Seconds that the demo may take to be ready beside other tests; how long it takes by itself is told by make bench.
READY_WITHIN = 60
#: Milliseconds that anything may take to be seen, on a machine that is busy with other tests too.
expect.set_options(timeout=20_000)
#: Each state is looked at wide and light, and narrow and dark.
LOOKS = ((1280, "light"), (360, "dark"))


class Visit:
    """Somebody's page, and what they do there."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.defects: list[str] = []
        page.on("pageerror", lambda error: self.defects.append(str(error)))
        page.on("console", lambda said: self.defects.append(said.text) if "Content Security" in said.text else None)

    @property
    def cards(self) -> Locator:
        return self.page.locator("#log article")

    def open(self) -> "Visit":
        self.page.goto(f"{self.address}/")
        expect(self.cards.last).to_be_visible()
        return self

    def become_leader(self) -> "Visit":
        self.page.get_by_role("button", name="+ Leder").click()
        expect(self.page.get_by_role("link", name="Leder")).to_have_attribute("aria-current", "page")
        expect(self.cards.last).to_be_visible()
        return self

    def ask(self, question: str) -> Locator:
        """Types it, and returns the answer."""
        before = self.cards.count()
        self.page.get_by_label("Skriv til Omstillingsbot").fill(question)
        self.page.keyboard.press("Enter")
        return self._answer(before)

    def press(self, title: str) -> Locator:
        """Presses the newest button of that name, and returns the answer."""
        before = self.cards.count()
        self.page.get_by_role("button", name=title, exact=True).last.click()
        return self._answer(before)

    def read_inputs(self, text: str) -> Locator:
        """As an input handler, until one with that text is released: on a Monday, to which the clock is moved."""
        for _ in range(10):
            self.ask("hjelp")
            shown = self.press("Les innspill")
            if text in shown.inner_text():
                return shown
            self.press("Spol klokka fram")
            self.press("Spol til det neste som sendes")
            # The clock looks each second for what is due.
            self.page.wait_for_timeout(2500)
        pytest.fail(f"was not released: {text}")

    def answer_input(self, text: str) -> None:
        """The first of those that are shown."""
        self.press("Åpne nr. 1")
        self.press("Svar og samtale")
        self.page.get_by_label("Svaret ditt").last.fill(text)
        expect(self.press("Lagre svaret")).to_contain_text("Svaret er lagret")

    def _answer(self, before: int) -> Locator:
        expect(self.page.locator(".typing")).to_have_count(0)
        expect(self.cards.nth(before)).to_be_visible()
        return self.cards.nth(self.cards.count() - 1)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a demo of one's own, with OSU 2020."""
    with _started(tmp_path) as address:
        yield address


@pytest.fixture(scope="module")
def read_only_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo that is shared by those who only read its pages."""
    with _started(tmp_path_factory.mktemp("demo")) as address:
        yield address


@contextmanager
def _started(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "bot", "demo", "--programme", "osu2020", "--port", str(port)]
    log = folder / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen([*command, "--data", str(folder)], cwd=ROOT, stdout=output, stderr=output)
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)
    assert "Traceback" not in log.read_text("utf-8")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        if os.environ.get("REQUIRE_BROWSER"):
            pytest.fail(f"Chromium is required and not at {CHROMIUM}: apt-get install chromium")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser, demo: str) -> Iterator[Callable[[], Visit]]:
    """Makes somebody with a browser of their own; nothing on their pages may have failed."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def come() -> Visit:
        contexts.append(chromium.new_context(locale="nb-NO", viewport={"width": 1280, "height": 800}))
        visits.append(Visit(contexts[-1].new_page(), demo))
        return visits[-1]

    yield come
    for context in contexts:
        context.close()
    assert [defect for visit in visits for defect in visit.defects] == []


@pytest.fixture
def looked_at() -> Callable[[Visit, str], None]:
    """Looks at a state of the page: accessible, no wider than its window, and kept as a picture."""
    SCREENS.mkdir(parents=True, exist_ok=True)

    def look(visit: Visit, name: str) -> None:
        page = visit.page
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            # Where the answers end: anywhere else the field to write in lies over something.
            page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
            found = Axe().run(page, options=WCAG)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 800})

    return look


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the demo was not ready:\n{log.read_text('utf-8')}")
