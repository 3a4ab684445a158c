"""What people come for, from the first page to the last."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

Come = Callable[[], Any]
Look = Callable[[Any, str], None]


def test_an_employee_asks_and_is_answered(visitor: Come, looked_at: Look) -> None:
    employee = visitor().open()
    expect(employee.cards.first).to_contain_text("Omstillingsbot for OSU 2020")
    looked_at(employee, "welcome")
    expect(employee.ask("Når er neste milepæl?")).to_contain_text("1. desember 2020")
    both = employee.ask("Hva skjer 15. desember?")
    expect(both).to_contain_text("15. desember 2020")
    expect(both).to_contain_text("16. desember 2020")
    expect(employee.ask("Hvem leder OSU 2020?")).to_contain_text("Kilde: nyhetsbrev, udatert")
    looked_at(employee, "ask")
    expect(employee.ask("<b>hei</b> 😀 مرحبا " + "langtord" * 60)).to_be_visible()
    expect(employee.press("Hva kan du hjelpe med?")).to_contain_text("Datoer og faser")
    looked_at(employee, "help")


def test_an_employee_signs_up_sees_the_promise_and_withdraws(visitor: Come, looked_at: Look) -> None:
    employee = visitor().open()
    employee.press("Arbeidsgrupper")
    expect(employee.press("Meld meg på Arbeidsgruppe omstilling")).to_contain_text("senest tirsdag 8. desember 2020")
    expect(employee.press("Mine påmeldinger")).to_contain_text("senest tirsdag 8. desember 2020")
    looked_at(employee, "signed-up")
    expect(employee.press("Meld meg av")).to_contain_text("Du er meldt av Arbeidsgruppe omstilling")
    expect(employee.ask("Er jeg påmeldt?")).not_to_contain_text("8. desember")
    looked_at(employee, "withdrawn")


def test_an_anonymous_input_gets_a_receipt_that_reads_its_answer(visitor: Come, looked_at: Look) -> None:
    employee = visitor()
    page = employee.page
    page.goto(f"{employee.address}/innspill")
    looked_at(employee, "input-form")
    page.get_by_role("button", name="Se over før du sender").click()
    expect(page.get_by_text("Skriv noe i feltet før du sender.")).to_be_visible()
    looked_at(employee, "input-error")
    page.get_by_label("Hva handler det om?").select_option("risk")
    page.get_by_label("Innspillet ditt").fill("Vi er for få på laget.\nDet bør sies.")
    page.get_by_role("button", name="Se over før du sender").click()
    looked_at(employee, "input-review")
    page.get_by_role("button", name="Send innspillet").click()
    code = page.locator(".code").inner_text()
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", code)
    looked_at(employee, "input-receipt")
    assert page.context.cookies() == []
    leader = visitor().open().become_leader()
    expect(leader.ask("hjelp")).to_be_visible()
    expect(leader.press("Les innspill")).not_to_contain_text("Vi er for få på laget.")
    looked_at(leader, "inputs-waiting")
    page.goto(f"{employee.address}/innspill/svar")
    page.get_by_label("Kode").fill(code)
    page.get_by_role("button", name="Vis").click()
    expect(page.get_by_text("senest mandag 30. november 2020 kl. 07:00")).to_be_visible()
    looked_at(employee, "answer-waiting")
    leader.read_inputs("Vi er for få på laget.")
    leader.answer_input("Takk. Vi tar det opp.")
    page.get_by_role("link", name="Se på en annen kode").click()
    page.get_by_label("Kode").fill("1234")
    page.get_by_role("button", name="Vis").click()
    expect(page.get_by_text("finner ikke noe innspill")).to_be_visible()
    looked_at(employee, "answer-error")
    page.get_by_label("Kode").fill(code)
    page.get_by_role("button", name="Vis").click()
    expect(page.get_by_text("Takk. Vi tar det opp.")).to_be_visible()
    looked_at(employee, "answer")


def test_an_input_in_the_chat_keeps_what_was_written_until_it_can_be_sent(visitor: Come, looked_at: Look) -> None:
    employee = visitor().open()
    employee.press("Send innspill")
    looked_at(employee, "chat-form")
    wrong = employee.press("Send innspillet")
    expect(wrong.locator("[aria-invalid]")).to_be_focused()
    looked_at(employee, "chat-form-error")
    wrong.get_by_label("Innspillet ditt").fill("Mer tid til opplæring")
    sent = employee.press("Send innspillet")
    expect(sent).to_contain_text(re.compile(r"\d{4} \d{4} \d{4} \d{4}"))
    looked_at(employee, "chat-receipt")
    expect(wrong.get_by_role("button", name="Send innspillet")).to_be_disabled()


def test_an_announcement_reaches_three_employees_and_the_report_adds_up(visitor: Come, looked_at: Look) -> None:
    employees = [visitor().open() for _ in range(3)]
    leader = visitor().open().become_leader()
    leader.ask("hjelp")
    leader.press("Skriv melding til ansatte")
    leader.page.get_by_label("Tittel").fill("Kaffe <b>og</b> kake")
    leader.page.get_by_label("Tekst").fill("Vi møtes i kantina.\n\nAlle er velkomne.")
    looked_at(leader, "announcement-form")
    leader.press("Se hvordan den blir")
    looked_at(leader, "announcement-preview")
    other = visitor().open().become_leader()
    leader.press("Endre")
    leader.press("Se hvordan den blir")
    leader.page.get_by_label(re.compile("skriv 7")).last.fill("7")
    leader.page.get_by_label(re.compile("besluttet")).last.select_option("no")
    waiting = leader.press("Be om godkjenning for 7 personer")
    expect(waiting).to_contain_text("venter på godkjenning")
    looked_at(leader, "announcement-waiting")
    asked = other.page.locator("[data-post]")
    expect(asked).to_contain_text("Alle er velkomne.")
    looked_at(other, "announcement-asked")
    expect(employees[0].page.locator("[data-post]")).to_have_count(0)
    other.press("Godkjenn og send nå")
    for employee in employees:
        arrived = employee.page.locator("[data-post]")
        expect(arrived).to_contain_text("Kaffe <b>og</b> kake")
        expect(arrived).to_contain_text("Melding")
        expect(arrived).to_have_count(1)
    looked_at(employees[0], "announcement-arrived")
    # That it was approved, and the announcement itself.
    expect(leader.page.locator("[data-post]")).to_have_count(2)
    leader.press("Se på meldingen")
    report = leader.press("Oppdater tallene")
    looked_at(leader, "announcement-report")
    counts = [int(text) for text in report.locator("dd").all_inner_texts()]
    assert counts[0] == sum(counts[1:])
    # The two leaders, and the employees that their browsers were first, got it too.
    assert counts[1] == 7
    employees[0].page.reload()
    expect(employees[0].page.locator("[data-post]")).to_have_count(1)
    expect(employees[0].cards.last).to_contain_text("Velkommen tilbake")


def test_the_top_5_arrives_at_its_hour(visitor: Come, looked_at: Look) -> None:
    employee = visitor().open()
    leader = visitor().open().become_leader()
    leader.ask("hjelp")
    form = leader.press("Sett topp 5")
    for place in range(1, 6):
        form.locator("select").nth(place - 1).select_option(index=place)
    looked_at(leader, "top-form")
    expect(leader.press("Lagre rekkefølgen")).to_contain_text("Framtidens arbeidsplass")
    looked_at(leader, "top-saved")
    leader.press("Spol klokka fram")
    top = employee.page.locator("[data-post]").filter(has_text="Framtidens arbeidsplass")
    for _ in range(8):
        leader.press("Spol til det neste som sendes")
        employee.page.wait_for_timeout(4000)
        if top.count():
            break
    expect(top).to_have_count(1)
    expect(employee.page.locator("#clock")).to_contain_text("7. desember 2020")
    looked_at(leader, "clock-ahead")
    looked_at(employee, "top-arrived")


def test_the_page_speaks_nynorsk_and_english_too(visitor: Come, looked_at: Look) -> None:
    employee = visitor().open()
    employee.page.get_by_role("button", name="Nynorsk").click()
    expect(employee.page.get_by_role("button", name="Nynorsk").first).to_have_attribute("aria-pressed", "true")
    expect(employee.page.get_by_role("link", name="Tilsett 1")).to_be_visible()
    looked_at(employee, "nynorsk")
    employee.page.locator("#language-en").click()
    expect(employee.page.get_by_role("link", name="Employee 1")).to_be_visible()
    looked_at(employee, "english")


def test_a_failed_send_is_told_and_tried_again_once(visitor: Come, looked_at: Look) -> None:
    employee = visitor().open()
    employee.page.route("**/chat", lambda route: route.abort())
    employee.page.get_by_label("Skriv til Omstillingsbot").fill("Når er neste milepæl?")
    employee.page.keyboard.press("Enter")
    again = employee.page.get_by_role("button", name="Prøv igjen")
    expect(again).to_be_visible()
    looked_at(employee, "failed")
    employee.page.unroute("**/chat")
    again.click()
    expect(employee.cards.last).to_contain_text("1. desember 2020")
    expect(again).to_have_count(0)


def test_a_page_that_lost_the_bot_says_so_and_finds_it_again(visitor: Come, looked_at: Look) -> None:
    employee = visitor().open()
    employee.page.route("**/chat/news*", lambda route: route.abort())
    lost = employee.page.get_by_text("Ingen kontakt med boten akkurat nå.")
    expect(lost).to_be_visible()
    looked_at(employee, "offline")
    employee.page.unroute("**/chat/news*")
    expect(lost).to_be_hidden()


TITLES = {
    "om": "Om Omstillingsbot",
    "personvern": "Hva boten lagrer om deg",
    "vilkar": "Hva boten kan brukes til",
}


def test_the_pages_that_the_app_package_points_to_can_be_read(visitor: Come, looked_at: Look) -> None:
    reader = visitor()
    for path, title in TITLES.items():
        reader.page.goto(f"{reader.address}/{path}")
        expect(reader.page.get_by_role("heading", level=1)).to_have_text(title)
        looked_at(reader, path)
    reader.page.get_by_role("link", name="English").click()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("What the bot can be used for")
    assert reader.page.context.cookies() == []
