"""Rows 1 to 9 of docs/coverage.md: what the newsletter of OSU 2020 describes."""

from datetime import datetime

import pytest
from sqlmodel import select

from bot.app import Stores
from bot.clock import DemoClock
from bot.settings import DEMO_STARTS
from storage import people
from storage.broadcasts import expand, unexpanded
from storage.outbox import Kind, Message, OutboxRow
from storage.people import Person
from tests.coverage.conftest import Ask
from tests.talk import CheckedTurns, Talk

PROGRAMME = "osu2020"


def test_milestones_are_told_as_exactly_as_they_are_known(ask: Ask) -> None:
    said = ask(PROGRAMME, "hva er milepælene").as_text()
    for line in (
        "Tirsdag 1. desember 2020: OSU MBM drøfter forslag",
        "Onsdag 2. desember 2020: Beslutning av ny organisasjonsmodell",
        "Tirsdag 15. desember 2020: Oppstart av fase 2",
        "Januar 2021: Organisasjonsendringen trer i kraft",
        "Pågår: Involveringsprosessen pågår",
        "Pågår: Arbeidsmiljøkonsekvensene av beslutningsgrunnlaget gjennomgås",
    ):
        assert line in said
    assert "1. januar" not in said


def test_what_has_no_end_is_ongoing_after_everything_else_has_been(ask: Ask) -> None:
    said = ask(PROGRAMME, "hvor lenge varer involveringsprosessen", "2021-02-15T09:00+01:00").as_text()
    assert "pågår" in said


def test_the_first_phase_is_in_its_final_spurt_until_the_main_phase_begins(ask: Ask) -> None:
    assert "nå i Konseptfasen" in ask(PROGRAMME, "er vi i sluttspurten").as_text()
    assert "nå i Hovedfasen" in ask(PROGRAMME, "hvilken fase er vi i", "2020-12-17T09:00+01:00").as_text()
    about = ask(PROGRAMME, "hva er hovedfasen").as_text()
    assert "nye måter å jobbe på" in about
    assert "sluttspurten" in ask(PROGRAMME, "hva er konseptfasen").as_text()


def test_input_is_taken_and_good_input_is_promised_to_be_carried_into_the_main_phase(ask: Ask) -> None:
    for about in ("målbildet", "risikovurderingen", "organisasjonsmodellen"):
        form = ask(PROGRAMME, f"jeg vil gi innspill til {about}")
        assert [question.name for question in form.questions][-1] == "text"
        assert "input.send" in [button.action for button in form.buttons]
    said = ask(PROGRAMME, "blir innspillene tatt med i fase 2").as_text()
    assert "gode innspillene tas med inn i arbeidet når nye måter å jobbe på skal konkretiseres" in said


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("er risikovurderingen ferdig", "Risikovurderingen"),
        ("hva er status på arbeidsmiljøvurderingen", "Gjennomgangen av arbeidsmiljøkonsekvensene"),
    ],
)
def test_the_risk_assessment_and_the_review_of_the_working_environment_have_a_state(
    ask: Ask, asked: str, title: str
) -> None:
    card = ask(PROGRAMME, asked)
    assert card.title == title
    assert "Planlagt, ikke begynt" in card.as_text()
    assert "Skal være ferdig før: Beslutning av ny organisasjonsmodell" in card.as_text()
    assert "Verneombudet" in card.as_text()


def test_political_news_is_another_matter_than_the_decision_of_the_same_day(ask: Ask) -> None:
    both = ask(PROGRAMME, "hva skjer 2. desember").as_text()
    assert "Beslutning av ny organisasjonsmodell" in both
    assert "Kommunestyret sluttbehandler politikernes forslag" in both
    politics = ask(PROGRAMME, "hva sier politikerne")
    assert politics.outcome == "answered"
    for figure in ("25 mill", "24 mill", "skal utredes", "2. desember"):
        assert figure in politics.as_text()
    assert "en annen sak" in ask(PROGRAMME, "når er det kommunestyremøte").as_text()
    decided = ask(PROGRAMME, "vedtar kommunestyret organisasjonsmodellen").as_text()
    assert "Hvem som beslutter den, er ikke sagt" in decided
    assert "mill" not in ask(PROGRAMME, "når besluttes organisasjonsmodellen").as_text()


def test_the_acting_leader_leads_until_new_year_and_goes_back(ask: Ask) -> None:
    assert "Kristin Fagerhaug er operativ leder" in ask(PROGRAMME, "hvem er operativ leder").as_text()
    after = ask(PROGRAMME, "hvem er operativ leder", "2021-01-04T09:00+01:00")
    assert after.outcome == "unknown"
    assert "eiendomsdirektør fra 1. januar" in after.as_text()


def test_who_answers_for_it_all_and_presents_the_model(ask: Ask) -> None:
    said = ask(PROGRAMME, "hvem har ansvar for innplassering av stillinger").as_text()
    assert "Bente Rudrud Herdlevær har det overordnede ansvaret for OSU 2020" in said
    presents = ask(PROGRAMME, "hvem presenterer organisasjonsmodellen").as_text()
    assert "Bente Rudrud Herdlevær presenterer organisasjonsmodellen onsdag 2. desember 2020" in presents


def test_a_volunteer_is_promised_an_answer_within_a_couple_of_weeks(ask: Ask) -> None:
    joined = ask(PROGRAMME, "meld meg på arbeidsgruppe omstilling")
    assert joined.outcome == "done"
    assert "i løpet av et par uker, det vil si senest tirsdag 8. desember 2020" in joined.as_text()
    by_mail = ask(PROGRAMME, "når får jeg svar på påmeldingen").as_text()
    assert "Meldte du deg på e-post" in by_mail


def test_thanks_and_a_leaders_own_words_reach_everyone_and_stay_among_the_news(stores: Stores) -> None:
    now = datetime.fromisoformat(DEMO_STARTS[PROGRAMME])
    turns = CheckedTurns(stores.database, stores.inputs, DemoClock(now), PROGRAMME)
    leader, employee = Talk(turns, "sjefen", now), Talk(turns, "kari", now)
    for talk in (leader, employee):
        talk.act("help")
    with stores.database.writing() as session:
        people.grant(session, session.exec(select(Person).where(Person.name == "Sjefen")).one(), PROGRAMME, "leader")
    said = "Tusen takk til alle som har sendt innspill.\n\n- «Dere gjør dette mulig», sier lederen."
    leader.act("announcement.preview", title="Takk for innspillene", text=said)
    leader.send()
    with stores.database.writing() as session:
        (broadcast,) = unexpanded(session)
        expand(session, broadcast)
        rows = session.exec(
            select(Message.cards).join(OutboxRow).where(Message.kind == Kind.ANNOUNCEMENT)  # type: ignore[arg-type]
        ).all()
        assert len(rows) == 2
        assert all("Dere gjør dette mulig" in str(cards["nb"]) for cards in rows)
    news = employee.say("siste nytt").as_text()
    assert "Takk for innspillene" in news
    assert "Ledelsen takker for innspillene til målbildet" in news
