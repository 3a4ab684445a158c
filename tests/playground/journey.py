"""The journey, step by step: what is done in the Playground, and what must be seen there."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.playground.window import Window

GROUP_NAME = "Arbeidsgruppe omstilling"
TITLE = "Åpent møte på tirsdag"
TEXT = "Vi møtes i kantina klokka 12.\n\nAlle er velkomne, også de som bare vil høre."
INPUT = "Vi trenger mer tid til opplæring før nyttår."
SECOND_TITLE = "Møtet er flyttet til onsdag"


@dataclass
class Journey:
    """Who takes part, each at a Playground of their own."""

    employee: Window
    leader: Window


def install(journey: Journey) -> Window:
    """Installing brings two activities at the same moment, and one welcome."""
    employee = journey.employee
    employee.open()
    expect(employee.cards.first).to_contain_text("OSU 2020")
    expect(employee.cards).to_have_count(1)
    return employee


def choose_a_language(journey: Journey) -> Window:
    """The Playground says en-US of everyone; what a person chose goes before it."""
    employee = journey.employee
    expect(employee.ask("Skriv bokmål til meg")).to_contain_text("bokmål")
    return employee


def ask_for_a_milestone(journey: Journey) -> Window:
    employee = journey.employee
    answer = employee.ask("Når er neste milepæl?")
    expect(answer).to_contain_text("tirsdag 1. desember 2020")
    expect(answer).to_contain_text("Kilde: nyhetsbrev")
    return employee


def choose_a_group(journey: Journey) -> Window:
    employee = journey.employee
    expect(employee.ask("Hvilke arbeidsgrupper finnes?")).to_contain_text(GROUP_NAME)
    return employee


def sign_up(journey: Journey) -> Window:
    """The card that offered it becomes the one that tells what was promised."""
    employee = journey.employee
    expect(employee.press_for_answer(f"Meld meg på {GROUP_NAME}")).to_contain_text("senest tirsdag 8. desember 2020")
    return employee


def see_own_sign_up(journey: Journey) -> Window:
    employee = journey.employee
    expect(employee.press_for_answer("Mine påmeldinger")).to_contain_text(GROUP_NAME)
    return employee


def fill_in_a_form(journey: Journey) -> Window:
    """An input: first without its text, which is asked for at the field, then with it."""
    employee = journey.employee
    form = employee.ask("Jeg vil sende et innspill")
    form.get_by_role("textbox").fill(INPUT)
    return employee


def send_the_form(journey: Journey) -> Window:
    employee = journey.employee
    receipt = employee.press_for_answer("Send innspillet")
    expect(receipt).to_contain_text(re.compile(r"\d{4} \d{4} \d{4} \d{4}"))
    expect(receipt).not_to_contain_text(INPUT)
    return employee


def write_an_announcement(journey: Journey) -> Window:
    leader = journey.leader
    leader.open()
    expect(leader.ask("Hei! Hva kan du hjelpe med?")).to_contain_text("For ledere")
    form = leader.press_for_answer("Skriv melding til ansatte")
    form.get_by_role("textbox").first.fill(TITLE)
    form.get_by_role("textbox").last.fill(TEXT)
    return leader


def look_at_the_announcement(journey: Journey) -> Window:
    leader = journey.leader
    leader.press("Se hvordan den blir")
    expect(leader.last).to_contain_text("Send")
    return leader


STEPS: tuple[tuple[str, Callable[[Journey], Window]], ...] = (
    ("install", install),
    ("language", choose_a_language),
    ("milestone", ask_for_a_milestone),
    ("groups", choose_a_group),
    ("sign-up", sign_up),
    ("own-sign-up", see_own_sign_up),
    ("form", fill_in_a_form),
    ("form-sent", send_the_form),
    ("announcement-form", write_an_announcement),
    ("announcement-preview", look_at_the_announcement),
)
