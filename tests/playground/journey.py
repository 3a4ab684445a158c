"""The journey, step by step: what is done in the Playground, and what must be seen there."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.playground.window import GROUP, PERSONAL, TEAM_CHANNEL, Window

WORKGROUP = "Arbeidsgruppe omstilling"
INPUT = "Vi trenger mer tid til opplæring før nyttår."
TITLE = "Åpent møte på tirsdag"
TEXT = "Vi møtes i kantina klokka 12.\n\nAlle er velkomne, også de som bare vil høre."
LATER_TITLE = "Møtet er flyttet til onsdag"
#: Milliseconds after which nothing more comes, if something should come twice.
QUIET_AFTER = 2_000


@dataclass
class Journey:
    """Who takes part, each at a Playground of their own."""

    employee: Window
    leader: Window


def install(journey: Journey) -> Window:
    """Two activities tell of it at the same moment, and one welcome comes: in what the person's client speaks."""
    employee = journey.employee
    employee.open()
    expect(employee.last).to_contain_text("Hi! I am Omstillingsbot for OSU 2020")
    employee.page.wait_for_timeout(QUIET_AFTER)
    expect(employee.cards).to_have_count(1)
    return employee


def choose_a_language(journey: Journey) -> Window:
    """What a person chose goes before what their client speaks."""
    employee = journey.employee
    employee.press_for_answer("Language")
    expect(employee.press_in_place("Bokmål")).to_contain_text("Da svarer jeg på bokmål.")
    return employee


def ask_for_a_milestone(journey: Journey) -> Window:
    employee = journey.employee
    answer = employee.ask("Når er neste milepæl?")
    expect(answer).to_contain_text("tirsdag 1. desember 2020")
    expect(answer).to_contain_text("Kilde: nyhetsbrev")
    return employee


def sign_up(journey: Journey) -> Window:
    """The card that offered it becomes the one that tells what was promised."""
    employee = journey.employee
    expect(employee.ask("Hvilke arbeidsgrupper finnes?")).to_contain_text(WORKGROUP)
    card = employee.press_in_place(f"Meld meg på {WORKGROUP}")
    expect(card).to_contain_text("senest tirsdag 8. desember 2020")
    return employee


def see_own_sign_up(journey: Journey) -> Window:
    """Something to read, so it comes below."""
    employee = journey.employee
    expect(employee.press_for_answer("Mine påmeldinger")).to_contain_text("Lovet svar")
    return employee


def fill_in_a_form(journey: Journey) -> Window:
    """Sent without what has to be filled in, it says so at the field, and nothing is sent."""
    employee = journey.employee
    form = employee.ask("Jeg vil sende et innspill")
    sent = employee.log().count("invoke")
    employee.press("Send innspillet")
    expect(form).to_contain_text("Fyll ut dette feltet.")
    assert employee.log().count("invoke") == sent
    form.get_by_role("textbox").fill(INPUT)
    return employee


def send_the_form(journey: Journey) -> Window:
    """The receipt takes the form's place: what was written is no longer seen."""
    employee = journey.employee
    receipt = employee.press_in_place("Send innspillet")
    expect(receipt).to_contain_text(re.compile(r"\d{4} \d{4} \d{4} \d{4}"))
    expect(receipt.get_by_role("textbox")).to_have_count(0)
    return employee


def write_an_announcement(journey: Journey) -> Window:
    leader = journey.leader
    leader.open()
    leader.ask("Skriv bokmål til meg")
    expect(leader.ask("Hva kan du hjelpe med?")).to_contain_text("For ledere")
    _write(leader.press_for_answer("Skriv melding til ansatte"), TITLE, TEXT)
    return leader


def look_at_the_announcement(journey: Journey) -> Window:
    """The draft takes the form's place; below it is what may be done with it."""
    leader = journey.leader
    draft = leader.press_in_place("Se hvordan den blir", below=1)
    expect(draft).to_contain_text(TITLE)
    expect(draft).to_contain_text("Alle er velkomne")
    expect(leader.last).to_contain_text("Ingenting er sendt ennå. Den går til 2 personer.")
    return leader


def _tell_of_nothing_decided(leader: Window) -> None:
    """Chooses so, in the list that the Playground draws by itself."""
    leader.last.get_by_role("combobox").first.click()
    leader.page.get_by_role("option", name="Nei", exact=True).click()


def send_the_announcement(journey: Journey) -> Window:
    """Who sends it gets it too, below the card that tells how far it has come."""
    leader = journey.leader
    leader.last.get_by_role("textbox").last.fill("2")
    _tell_of_nothing_decided(leader)
    expect(leader.press_in_place("Send til 2 personer", below=1)).to_contain_text("Planlagt")
    expect(leader.last).to_contain_text(TITLE)
    return leader


def receive_the_announcement(journey: Journey) -> Window:
    """Nobody asked for it just now: it comes to the employee by itself, and once."""
    employee = journey.employee
    expect(employee.last).to_contain_text(TITLE)
    expect(employee.last).to_contain_text("Alle er velkomne")
    expect(employee.cards.filter(has_text=TITLE)).to_have_count(1)
    return employee


def read_the_report(journey: Journey) -> Window:
    leader = journey.leader
    _expect_report(leader, TITLE, r"Levert\s+2\s+Summen er 2 av 2\.")
    return leader


def come_to_a_channel(journey: Journey) -> Window:
    """Opening a channel adds the app to the team. It says once what it is there for."""
    employee = journey.employee
    employee.go_to(TEAM_CHANNEL)
    expect(employee.cards).to_have_count(1)
    return employee


def ask_in_a_channel(journey: Journey) -> Window:
    """What concerns everybody is answered in the thread of the question."""
    employee = journey.employee
    before = employee.cards.count()
    employee.mention("når er neste milepæl?")
    expect(employee.cards).to_have_count(before + 1)
    expect(employee.cards.filter(has_text="tirsdag 1. desember 2020")).to_have_count(1)
    return employee


def ask_for_oneself_in_a_channel(journey: Journey) -> Window:
    """What concerns one person is not told where others read."""
    employee = journey.employee
    before = employee.cards.count()
    employee.mention("hva har jeg meldt meg på?")
    expect(employee.cards).to_have_count(before + 1)
    expect(employee.cards.filter(has_text="så jeg har svart deg i vår egen chat")).to_have_count(1)
    expect(employee.cards.filter(has_text=WORKGROUP)).to_have_count(0)
    return employee


def press_for_oneself_in_a_channel(journey: Journey) -> Window:
    """A card that others read stays as it is; only who pressed is told where the answer went."""
    employee = journey.employee
    employee.mention("hvilke arbeidsgrupper finnes?")
    card = employee.cards.filter(has_text="åpen for påmelding")
    employee.press(f"Meld meg på {WORKGROUP}", of=card)
    expect(employee.page.get_by_text("så jeg har svart deg i vår egen chat")).to_have_count(2)
    expect(card).to_have_count(1)
    return employee


def be_answered_alone(journey: Journey) -> Window:
    """What was asked and pressed in the channel is answered in the chat with the one who asked."""
    employee = journey.employee
    employee.go_to(PERSONAL)
    expect(employee.cards.filter(has_text="Dine påmeldinger")).to_have_count(2)
    expect(employee.last).to_contain_text(f"Du er allerede meldt på {WORKGROUP}")
    return employee


def ask_in_a_group_chat(journey: Journey) -> Window:
    employee = journey.employee
    employee.go_to(GROUP)
    expect(employee.cards).to_have_count(1)
    employee.mention("hvem leder OSU 2020?")
    expect(employee.cards).to_have_count(2)
    expect(employee.last).to_contain_text("Kilde: nyhetsbrev")
    return employee


def remove(journey: Journey) -> Window:
    """Teams tells of it twice, in two ways."""
    employee = journey.employee
    employee.go_to(PERSONAL)
    employee.mock("Uninstall application")
    employee.mock("Remove application")
    return employee


def announce_after_removal(journey: Journey) -> Window:
    """Whoever removed the bot is sent nothing, and the report says why."""
    leader = journey.leader
    leader.ask("Hva kan du hjelpe med?")
    _write(leader.press_for_answer("Skriv melding til ansatte"), LATER_TITLE, TEXT)
    leader.press_in_place("Se hvordan den blir", below=1)
    leader.last.get_by_role("textbox").last.fill("2")
    _tell_of_nothing_decided(leader)
    leader.press_in_place("Send til 2 personer", below=1)
    _expect_report(leader, LATER_TITLE, r"Levert\s+1\s+Har ikke boten\s+1\s+Summen er 2 av 2\.")
    return leader


def hear_nothing_more(journey: Journey) -> Window:
    """The Playground would show it: it takes what is posted where the bot was removed."""
    journey.employee.page.wait_for_timeout(QUIET_AFTER)
    expect(journey.employee.cards.filter(has_text=LATER_TITLE)).to_have_count(0)
    return journey.employee


def come_back(journey: Journey) -> Window:
    """Told of twice too, and welcomed once more, in the language that was chosen."""
    employee = journey.employee
    employee.mock("Install application")
    employee.mock("Add application")
    expect(employee.last).to_contain_text("Hei! Jeg er Omstillingsbot for OSU 2020")
    employee.page.wait_for_timeout(QUIET_AFTER)
    expect(employee.cards.filter(has_text="Omstillingsbot for OSU 2020")).to_have_count(2)
    return employee


def nothing_was_refused(journey: Journey) -> Window:
    """Neither by the bot nor by the Playground, on the whole way."""
    for window in (journey.employee, journey.leader):
        assert window.refused() == [], window.refused()
    return journey.leader


STEPS: tuple[tuple[str, Callable[[Journey], Window]], ...] = (
    ("install", install),
    ("language", choose_a_language),
    ("milestone", ask_for_a_milestone),
    ("sign-up", sign_up),
    ("own-sign-up", see_own_sign_up),
    ("form", fill_in_a_form),
    ("form-sent", send_the_form),
    ("announcement-form", write_an_announcement),
    ("announcement-preview", look_at_the_announcement),
    ("announcement-sent", send_the_announcement),
    ("announcement-received", receive_the_announcement),
    ("announcement-report", read_the_report),
    ("channel", come_to_a_channel),
    ("channel-question", ask_in_a_channel),
    ("channel-personal-question", ask_for_oneself_in_a_channel),
    ("channel-personal-button", press_for_oneself_in_a_channel),
    ("answered-alone", be_answered_alone),
    ("group-chat", ask_in_a_group_chat),
    ("removal", remove),
    ("announcement-after-removal", announce_after_removal),
    ("nothing-more", hear_nothing_more),
    ("coming-back", come_back),
    ("nothing-refused", nothing_was_refused),
)


def _write(form: Locator, title: str, text: str) -> None:
    form.get_by_role("textbox").first.fill(title)
    form.get_by_role("textbox").last.fill(text)


def _expect_report(leader: Window, title: str, counts: str) -> None:
    """Has the newest report counted again until it says so: what was delivered is marked a moment after it is seen."""
    refreshing = leader.page.get_by_role("button", name="Oppdater tallene", exact=True)
    report = leader.cards.filter(has=refreshing).last
    for _ in range(5):
        leader.press("Oppdater tallene", of=report)
        expect(report).to_contain_text(f"Levering av «{title}»")
        leader.page.wait_for_timeout(500)
        if re.search(counts, report.inner_text()):
            return
    raise AssertionError(f"The report does not say {counts}: {report.inner_text()}")
