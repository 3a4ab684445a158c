"""Somebody's page of the Playground, and what they do there."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Locator, Route, expect

from tests.playground.processes import BOT, CHANNEL, GROUP_CHAT, TEAM

PERSONAL = "Personal Chat"
GROUP = GROUP_CHAT
TEAM_CHANNEL = f"{TEAM} - {CHANNEL}"
#: Milliseconds that buttons and dialogs go on moving after they were pressed or closed.
MOVING = 500
#: Milliseconds that anything may take to be seen.
expect.set_options(timeout=20_000)


class Window:
    """One person's page. ``cards`` are those of the chat that is open."""

    def __init__(self, browser: Browser, address: str) -> None:
        context = browser.new_context(
            locale="nb-NO", timezone_id="Europe/Oslo", viewport={"width": 1280, "height": 1000}
        )
        self.page = context.new_page()
        self.page.set_default_timeout(20_000)
        self._address = address
        self.page.route(re.compile(r"^https?://(?!127\.0\.0\.1|localhost)"), _refuse)

    @property
    def cards(self) -> Locator:
        return self.page.locator(".ac-adaptiveCard")

    @property
    def last(self) -> Locator:
        return self.cards.last

    def open(self) -> None:
        """Opening the page is installing the app in the personal chat."""
        self.page.goto(self._address, wait_until="domcontentloaded")
        self.wait_for_log("installationUpdate 200", "conversationUpdate 200")

    def go_to(self, chat: str) -> None:
        self.page.get_by_role("treeitem", name=chat).click()

    def write(self, text: str) -> None:
        """Writes in the field at the bottom."""
        self._type(self.page.get_by_role("textbox").last, text)
        self.page.keyboard.press("Enter")

    def mention(self, text: str) -> None:
        """Writes it with the bot mentioned first: else nothing of a group or a channel reaches it. In a channel
        this is an answer to its last post: the Playground loses what answers a new post sooner than it has drawn it."""
        self._type(self.page.get_by_role("textbox").last, f"@{BOT[:4]}")
        self.page.get_by_role("listbox", name="Typeahead menu").get_by_role("menuitem").filter(has_text=BOT).click()
        self.page.keyboard.type(f" {text}")
        self.page.keyboard.press("Enter")

    def ask(self, text: str) -> Locator:
        """Writes it, and returns the answer."""
        before = self.cards.count()
        self.write(text)
        return self._next(before)

    def press(self, title: str, *, of: Locator | None = None) -> None:
        """Presses that button of a card; of the last one if none is named."""
        (self.last if of is None else of).get_by_role("button", name=title, exact=True).click()

    def press_for_answer(self, title: str) -> Locator:
        """Presses a button of the last card that is answered by another card below it."""
        before = self.cards.count()
        self.press(title)
        return self._next(before)

    def press_in_place(self, title: str, *, below: int = 0) -> Locator:
        """Presses a button of the last card whose answer takes the card's place, and returns that card. ``below``: how
        many cards come below it."""
        before = self.cards.count()
        card = self.cards.nth(before - 1)
        was = card.inner_text()
        self.press(title)
        expect(card).not_to_have_text(was, use_inner_text=True)
        expect(self.cards).to_have_count(before + below)
        return card

    def mock(self, activity: str) -> None:
        """Sends one of the activities of the menu *Mock an Activity*, and waits until the bot has taken it."""
        taken = self.log().count("Update 200")
        self.page.get_by_role("button", name="Mock an Activity").click()
        self.page.get_by_role("menuitem").filter(has_text=activity).first.click()
        self.page.get_by_role("button", name="Send activity").click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)
        expect(self.page.get_by_text("Update 200")).to_have_count(taken + 1)

    def log(self) -> str:
        """What the Playground's own log says was sent, taken and refused."""
        return re.sub(r"\s+", " ", self.page.locator("body").inner_text().partition("Log Panel")[2])

    def wait_for_log(self, *said: str) -> None:
        for each in said:
            expect(self.page.get_by_text(each).first).to_be_attached()

    def refused(self) -> list[str]:
        """What the bot refused or was refused, by the Playground's log."""
        return re.findall(r"\b(?:message|invoke|\w+Update) [345]\d\d\b", self.log())

    def picture(self, path: Path) -> None:
        self.page.wait_for_timeout(MOVING)
        self.page.screenshot(path=path)

    def _type(self, field: Locator, text: str) -> None:
        field.click()
        self.page.keyboard.type(text)

    def _next(self, before: int) -> Locator:
        expect(self.cards.nth(before)).to_be_visible()
        return self.last


def _refuse(route: Route) -> None:
    route.abort()
