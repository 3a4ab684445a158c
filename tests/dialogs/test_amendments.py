"""Leaders correct and recall what was sent; everyone who has it sees that, and leaders see where it did not reach."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import col, select

from bot.turns import Turns
from dialogs import announcement_pages
from dialogs.amendment_reports import summed
from dialogs.card import Card
from storage import amendments, announcement_versions, broadcasts, claims, email_addresses, lanes, people
from storage.amendments import Amendment, Tally
from storage.announcement_pages import AnnouncementPage
from storage.announcement_versions import Said
from storage.corrections import Correction, State
from storage.outbox import Kind, Message, OutboxRow, Status
from storage.people import Person
from tests.conftest import NOW
from tests.dialogs.test_planned import stored, told
from tests.talk import Talk

WRITTEN = {"title": "Kickoff", "text": "Velkommen tirsdag."}
NEW = {"title": "Kickoff", "text": "Velkommen onsdag.", "what": "Dagen"}
WHY = "Datoen var feil."


@pytest.fixture
def sent(leader: Talk, employee: Talk, turns: Turns) -> int:
    """An announcement that the leader and the employee have got: its key."""
    employee.say("hei")
    leader.act("announcement.preview", **WRITTEN)
    leader.send()
    deliver(turns)
    return stored(turns).id or 0


@pytest.fixture
def other(turns: Turns, sent: int) -> Talk:
    """A second leader, who comes after it was sent: with a single one there is nobody to ask."""
    made = Talk(turns, "leader-2", NOW)
    made.say("hei")
    return made


def deliver(turns: Turns, lane: str = "web") -> None:
    """Everything that is owed now arrives."""
    with turns.database.writing() as session:
        lanes.open_lane(session, "web", 0.0)
        lanes.open_lane(session, "email", 0.0)
        for broadcast in broadcasts.unexpanded(session):
            broadcasts.expand(session, broadcast)
        for amendment in amendments.due(session):
            amendments.expand(session, amendment)
        for row in claims.claim(session, lane, 100, 60):
            claims.begin_attempt(session, row)
            claims.settle(session, row.ended(Status.SENT, platform_id=row.edits or str(row.id)))


def shown_to(turns: Turns, account: str, language: str = "nb") -> Card:
    """What stands in somebody's chat where the announcement was."""
    with turns.database.reading() as session:
        row = session.exec(
            select(Message.cards)
            .join(OutboxRow, col(OutboxRow.message_id) == Message.id)
            .join(Person, col(OutboxRow.person_id) == Person.id)
            .where(Person.name == account.title(), Message.kind != Kind.NOTICE, OutboxRow.status == Status.SENT)
            .order_by(col(OutboxRow.id).desc())
        ).first()
    assert row is not None
    return Card.model_validate(row[language])


def decisions(turns: Turns) -> list[Amendment]:
    with turns.database.reading() as session:
        return list(session.exec(select(Amendment)))


def recall(leader: Talk, sent: int, reason: str = WHY) -> Card:
    leader.act("announcement.recall", announcement=sent)
    return leader.press("announcement.recalled", reason=reason)


def look_at_correction(leader: Talk, sent: int, **form: str) -> Card:
    leader.act("announcement.correct", announcement=sent)
    return leader.press("announcement.correcting", **{**NEW, **form})


def test_a_recall_hides_it_says_why_and_counts_who_had_it(leader: Talk, sent: int, turns: Turns) -> None:
    leader.act("announcement.report", announcement=sent)
    asked = leader.press("announcement.recall")
    assert "2 har fått den til nå." in asked.as_text()
    assert decisions(turns) == []
    card = leader.press("announcement.recalled", reason=WHY)
    assert (card.title, card.outcome) == ("Meldingen er trukket tilbake", "done")
    assert "2 hadde fått den; 0 er skjult, 2 gjenstår." in card.as_text()
    deliver(turns)
    seen = shown_to(turns, "employee-1").as_text()
    assert "Denne meldingen er trukket tilbake" in seen
    assert {"Kickoff", "tirsdag."}.isdisjoint(seen.split())
    assert WHY in seen
    assert "Leader-1, OSU 2020, trakk det tilbake tirsdag 24. november 2020 kl. 09:00" in seen
    report = leader.act("announcement.report", announcement=sent)
    assert "2 hadde fått den; 2 er skjult." in report.as_text()
    assert WHY in report.as_text()
    assert {"announcement.stop", "announcement.correct", "announcement.recall"}.isdisjoint(
        button.action for button in report.buttons
    )


def test_what_is_recalled_is_no_news_and_its_page_says_so(
    leader: Talk, employee: Talk, sent: int, turns: Turns
) -> None:
    leader.act("announcement.notice", announcement=sent)
    recall(leader, sent)
    assert "Kickoff" not in [label for block in employee.say("Er det noe nytt?").blocks
                             for label, _ in getattr(block, "items", ())]  # fmt: skip
    assert "trukket tilbake tirsdag 24. november 2020" in leader.act("announcement.mine").as_text()
    with turns.database.reading() as session:
        key = session.exec(select(AnnouncementPage.key)).one()
        page = announcement_pages.shown(session, key, "nb")
    assert page is not None
    assert page.title == "Denne meldingen er trukket tilbake"
    assert WHY in str(page.blocks)
    assert "Velkommen" not in str(page.blocks)


@pytest.mark.parametrize(("reason", "error"), [("  ", "Skriv hvorfor"), ("x" * 501, "501 tegn")])
def test_a_recall_needs_a_reason_of_some_length(leader: Talk, sent: int, turns: Turns, reason: str, error: str) -> None:
    card = recall(leader, sent, reason)
    assert error in card.questions[0].error
    assert card.questions[0].value == reason.strip()
    assert decisions(turns) == []


def test_recalled_twice_and_by_two_leaders_is_recalled_once(leader: Talk, other: Talk, sent: int, turns: Turns) -> None:
    other.act("announcement.recall", announcement=sent)
    second = other.shown[-1].buttons[0]
    leader.act("announcement.recall", announcement=sent)
    first = leader.shown[-1].buttons[0]
    with ThreadPoolExecutor() as threads:
        pressed = [threads.submit(leader.press, first, reason=WHY), threads.submit(other.press, second, reason="Nei.")]
        assert [one.result().outcome for one in pressed] == ["done", "done"]
    assert leader.press(first, reason="Igjen.").outcome == "done"
    (made,) = decisions(turns)
    card = other.act("announcement.recall", announcement=sent)
    assert made.said in card.as_text()
    assert card.questions == ()


def test_those_who_wrote_and_approved_it_are_told_of_a_recall(leader: Talk, turns: Turns) -> None:
    other = Talk(turns, "leader-2", NOW)
    other.say("hei")
    leader.act("announcement.preview", **WRITTEN)
    leader.send()
    other.act("announcement.approve", approval=1)
    third = Talk(turns, "leader-3", NOW)
    third.say("hei")
    recall(third, stored(turns).id or 0)
    for account in ("leader-1", "leader-2"):
        notice = told(turns, account)[-1]
        assert notice.title == "Leader-3 har trukket tilbake «Kickoff»"
        assert WHY in notice.as_text()
    assert told(turns, "leader-3") == []


def test_what_is_not_sent_cannot_be_recalled_or_corrected(leader: Talk, turns: Turns) -> None:
    leader.act("announcement.preview", **WRITTEN)
    for action in ("recall", "recalled", "correct", "correcting"):
        card = leader.act(f"announcement.{action}", announcement=1, reason=WHY, **NEW)
        assert (card.outcome, "er ikke sendt" in card.title) == ("refused", True)


def test_an_employee_changes_nothing_that_was_sent(employee: Talk, sent: int, turns: Turns) -> None:
    for action in ("recall", "recalled", "correct", "correcting", "corrected", "before", "correction",
                   "correction_approve", "correction_reject"):  # fmt: skip
        card = employee.act(f"announcement.{action}", announcement=sent, correction=1, reason=WHY, **NEW)
        assert card.did == "refuse_not_leader", action
    assert decisions(turns) == []


def test_a_correction_changes_what_was_sent_and_says_what_and_when(
    leader: Talk, employee: Talk, sent: int, turns: Turns
) -> None:
    leader.act("announcement.notice", announcement=sent)
    look_at_correction(leader, sent)
    draft = leader.shown[0].as_text()
    assert "Rettet tirsdag 24. november 2020 kl. 09:00: Dagen" in draft
    assert "2 har den gamle meldingen i chat." in leader.shown[1].as_text()
    assert stored(turns).text == WRITTEN["text"]
    button = leader.shown[1].buttons[0]
    assert leader.press(button).outcome == leader.press(button).outcome == "done"
    deliver(turns)
    seen = shown_to(turns, "employee-1").as_text()
    assert seen.index("Rettet tirsdag 24. november 2020 kl. 09:00: Dagen") < seen.index("Velkommen onsdag.")
    assert "onsdag" in employee.say("Er det noe nytt?").as_text()
    report = leader.act("announcement.report", announcement=sent)
    assert "2 hadde fått den gamle; 2 er rettet." in report.as_text()
    assert WRITTEN["text"] in leader.press("announcement.before").as_text()
    assert len(decisions(turns)) == 1
    with turns.database.reading() as session:
        page = announcement_pages.shown(session, session.exec(select(AnnouncementPage.key)).one(), "nb")
    assert page is not None
    assert "kl. 09:00: Dagen" in str(page.blocks)


def test_each_version_can_be_seen_again(leader: Talk, sent: int, turns: Turns) -> None:
    for number in range(2):
        look_at_correction(leader, sent, text=f"Versjon {number}.")
        leader.press("announcement.corrected")
    leader.act("announcement.report", announcement=sent)
    assert "Versjon 0." in leader.press("announcement.before").as_text()
    assert WRITTEN["text"] in leader.press("announcement.before").as_text()
    assert "announcement.before" not in [button.action for button in leader.shown[-1].buttons]
    assert shown_after(leader, turns, sent) == ["Versjon 1."]


def shown_after(leader: Talk, turns: Turns, sent: int) -> list[str]:
    deliver(turns)
    leader.act("announcement.open", announcement=sent)
    return [text for text in leader.shown[0].as_text().splitlines() if text.startswith("Versjon")]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"text": " "}, "text"),
        ({"text": "x" * 4001}, "text"),
        ({"text": WRITTEN["text"]}, "text"),
        ({"what": ""}, "what"),
        ({"what": "x" * 201}, "what"),
    ],
)
def test_a_correction_that_breaks_a_rule_comes_back_as_filled_in(
    leader: Talk, sent: int, turns: Turns, form: dict[str, str], field: str
) -> None:
    card = look_at_correction(leader, sent, **form)
    assert [question.name for question in card.questions if question.error] == [field]
    assert {question.name: question.value for question in card.questions} == {
        name: value.strip() for name, value in {**NEW, **form}.items()
    }
    assert decisions(turns) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [("Modellen er vedtatt.", "«vedtatt»"), ("Se https://youtu.be/abc", "tekst")],
)
def test_a_correction_gets_round_no_rule_of_announcements(
    leader: Talk, sent: int, turns: Turns, text: str, said: str
) -> None:
    card = look_at_correction(leader, sent, **{**NEW, "text": text})
    (error,) = [question.error for question in card.questions if question.error]
    assert said in error
    assert next(question.value for question in card.questions if question.name == "text") == text
    assert decisions(turns) == []


def test_an_address_that_leads_nowhere_is_no_film(leader: Talk, sent: int, turns: Turns) -> None:
    look_at_correction(leader, sent, **{**NEW, "text": "Se https://["})
    assert leader.press("announcement.corrected").outcome == "done"


def test_a_correction_is_read_in_every_language(leader: Talk, turns: Turns) -> None:
    english = Talk(turns, "employee-2", NOW)
    english.say("speak English to me")
    leader.act("announcement.preview", **WRITTEN)
    sent = stored(turns).id or 0
    with turns.database.writing() as session:
        writer = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        says = Said("Kickoff", "Welcome on Tuesday.")
        announcement_versions.write(session, writer, "osu2020", sent, "en", says)
    leader.act("announcement.open", announcement=sent)
    leader.send()
    deliver(turns)
    assert "Welcome on Tuesday." in shown_to(turns, "employee-2", "en").as_text()
    look_at_correction(leader, sent, **NEW)
    leader.press("announcement.corrected")
    deliver(turns)
    now = shown_to(turns, "employee-2", "en").as_text()
    assert "Velkommen onsdag." in now
    assert "Welcome" not in now


def test_of_what_went_to_everyone_another_leader_approves_the_correction(
    leader: Talk, other: Talk, sent: int, turns: Turns
) -> None:
    look_at_correction(leader, sent)
    button = leader.shown[1].buttons[0]
    assert "Leader-2" in leader.press(button).as_text()
    assert leader.press(button).outcome == "done"
    assert stored(turns).text == WRITTEN["text"]
    (request,) = told(turns, "leader-2")
    assert {"Velkommen onsdag.", "Rettes: Dagen"} <= set(request.as_text().split("\n"))
    assert leader.press(request.buttons[0]).outcome == "refused"
    other.shown = (request,)
    assert "Skriv hvorfor" in other.press("announcement.correction_reject", reason="").questions[0].error
    assert other.press(request.buttons[0]).outcome == other.press(request.buttons[0]).outcome == "done"
    assert "allerede" in Talk(turns, "leader-3", NOW).press(request.buttons[1], reason="Nei.").title
    assert stored(turns).text == NEW["text"]
    assert len(decisions(turns)) == 1
    (notice,) = told(turns, "leader-1")
    assert "Leader-2 har godkjent rettelsen av «Kickoff»" in notice.title


def test_a_rejected_correction_changes_nothing_and_its_reason_is_told(
    leader: Talk, other: Talk, sent: int, turns: Turns
) -> None:
    look_at_correction(leader, sent)
    button = leader.shown[1].buttons[0]
    leader.press(button)
    other.shown = tuple(told(turns, "leader-2"))
    assert other.press("announcement.correction_reject", reason="Dagen stemmer.").outcome == "done"
    assert "Dagen stemmer." in told(turns, "leader-1")[-1].as_text()
    assert leader.press(button).outcome == "refused"
    assert (stored(turns).text, decisions(turns)) == (WRITTEN["text"], [])


def test_a_correction_is_not_approved_after_a_recall_nor_for_one_who_is_no_leader_any_more(
    leader: Talk, other: Talk, sent: int, turns: Turns
) -> None:
    look_at_correction(leader, sent)
    leader.press(leader.shown[1].buttons[0])
    request = told(turns, "leader-2")[0]
    with turns.database.writing() as session:
        person = session.exec(select(Person).where(Person.name == "Leader-1")).one()
        people.revoke(session, person, "osu2020", "leader")
        # In the demo a leader without any role would be given them all again.
        people.grant(session, person, "osu2020", "coordinator")
    assert other.press(request.buttons[0]).outcome == "refused"
    with turns.database.writing() as session:
        people.grant(session, session.exec(select(Person).where(Person.name == "Leader-1")).one(), "osu2020", "leader")
    recall(other, sent)
    assert "allerede trukket tilbake" in other.press(request.buttons[0]).title
    with turns.database.reading() as session:
        assert session.exec(select(Correction.state)).all() == [State.WAITING]


def test_a_correction_written_before_another_was_made_is_looked_at_anew(leader: Talk, sent: int, turns: Turns) -> None:
    look_at_correction(leader, sent)
    old = leader.shown[1].buttons[0]
    look_at_correction(leader, sent, text="Velkommen torsdag.")
    leader.press("announcement.corrected")
    card = leader.press(old)
    assert (card.outcome, "etter at du så på den" in card.title) == ("refused", True)
    assert stored(turns).text == "Velkommen torsdag."


def test_by_email_the_author_decides_whether_a_correction_is_sent_anew(leader: Talk, turns: Turns) -> None:
    with turns.database.writing() as session:
        email_addresses.add(session, "kari@example.org", "Kari", "osu2020")
    leader.act("announcement.preview", **WRITTEN)
    leader.send()
    deliver(turns)
    deliver(turns, "email")
    sent = stored(turns).id or 0
    assert [q.name for q in leader.act("announcement.correct", announcement=sent).questions][-1] == "resend"
    card = leader.press("announcement.correcting", resend="no", **NEW)
    assert "ingen ny sendes" in card.as_text()
    leader.press("announcement.corrected")
    deliver(turns)
    expected = "2 hadde fått den gamle; 1 er rettet, 1 kunne ikke rettes: e-post 1."
    assert expected in leader.act("announcement.report", announcement=sent).as_text()
    card = look_at_correction(leader, sent, text="Velkommen fredag.", resend="yes")
    assert "ny e-post som heter «Rettelse»" in card.as_text()
    leader.press("announcement.corrected")
    deliver(turns)
    deliver(turns, "email")
    assert shown_to(turns, "kari").title == "Rettelse: Kickoff"
    expected = "2 hadde fått den gamle; 1 er rettet, 1 har fått en ny e-post."
    assert expected in leader.act("announcement.report", announcement=sent).as_text()


def test_the_count_is_told_as_it_is() -> None:
    tally = Tally(407, 3, 402, 0, 0, {"by_email": 5})
    assert (
        summed("nb", Kind.RECALL, tally, hides=False)
        == "410 hadde eller kan ha fått den; 402 er skjult, 8 kunne ikke skjules: e-post 5, usikre 3."
    )
    tally = Tally(4, 0, 2, 0, 1, {"switched_off": 1})
    assert (
        summed("nb", Kind.CORRECTION, tally, hides=True)
        == "4 hadde fått den gamle; 2 er rettet, 1 gjenstår, 1 kunne ikke rettes."
    )
