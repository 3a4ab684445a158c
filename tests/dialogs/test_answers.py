"""Answers are true: the facts, the traps, and what no document says."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from dialogs.actions import ACTIONS
from dialogs.card import Card, Language
from dialogs.turn import Turn
from dialogs.understanding import understand, vocabulary_of
from storage import programmes as stored
from storage.database import Database
from storage.people import Person

#: What is answered from the programme's documents.
QUESTIONS = sorted(
    name
    for name in ACTIONS
    if name.startswith(("milestone.", "phase.", "person.", "goal.", "programme."))
    or name in ("workgroup.list", "workgroup.about", "initiative.about", "delivery.about")
)

Ask = Callable[..., Card]


@pytest.fixture
def ask(sqlite: Database) -> Iterator[Ask]:
    """Asks in words, or presses a button where ``action`` is given."""
    with sqlite.reading() as session:

        def asked(
            text: str = "",
            programme: str = "osu2020",
            at: str = "2020-11-24",
            language: Language = "nb",
            action: str = "",
            values: dict[str, Any] | None = None,
        ) -> Card:
            known = stored.get(session, programme)
            now = datetime.fromisoformat(f"{at}T09:00+01:00")
            turn = Turn(Person(current_programme=programme), known, now, language, text=text, values=values or {})
            if text:
                understood = understand(text, vocabulary_of(session, known), now, turn.zone, {})
                action = understood.intent
                turn = Turn(turn.person, known, now, language, values=understood.values, understood=understood)
            return ACTIONS[action](session, turn)

        yield asked


def test_the_next_milestone_is_the_first_dated_point_and_today_counts(ask: Ask) -> None:
    assert "tirsdag 1. desember 2020" in ask("hva er neste milepæl").as_text()
    assert "MBM" in ask("hva er neste milepæl", at="2020-12-01").as_text()
    assert "kickoff" in ask("hva er neste milepæl", at="2020-12-03").as_text()


def test_a_month_never_gets_a_day(ask: Ask) -> None:
    said = ask("når trer organisasjonsendringen i kraft").as_text()
    assert "januar 2021" in said
    assert "1. januar" not in said


def test_documents_that_disagree_are_both_told(ask: Ask) -> None:
    said = ask("når er kickoff").as_text()
    assert "15. desember" in said
    assert "16. desember" in said


def test_of_two_persons_nothing_is_told_twice(ask: Ask) -> None:
    said = ask("Er det Bente eller Kristin som har ansvar for innplassering av stillinger?").as_text()
    assert said.count("også for innplassering av stillinger") == 1
    assert "Kristin Fagerhaug er operativ leder" in said


def test_the_same_date_is_each_programmes_own(ask: Ask) -> None:
    assert "MBM" in ask("hva skjer 1. desember").as_text()
    said = ask("hva skjer 1. desember", "ou2021", "2021-04-20").as_text()
    assert "leveranse" in said
    assert "MBM" not in said


def test_before_a_day_is_part_of_the_fact(ask: Ask) -> None:
    assert "før 1. juli 2021" in ask("når skal fremdriftsplanen være klar", "ou2021", "2021-04-20").as_text()


def test_a_passed_plan_is_told_as_a_plan(ask: Ask) -> None:
    said = ask("når var beslutningen om organisasjonsmodellen", at="2021-03-01").as_text()
    assert "planlagt til onsdag 2. desember 2020" in said
    assert "bekrefter" in said


def test_an_empty_week_is_said_to_be_empty(ask: Ask) -> None:
    assert "Ingen milepæler" in ask("hva skjer denne uka").as_text()


def test_a_day_before_which_something_is_due_is_told_as_its_limit(ask: Ask) -> None:
    said = ask("hva skjer 1. juli", "ou2021", "2021-05-05").as_text()
    assert "grense torsdag 1. juli 2021" in said
    assert "Før 1. juli 2021: Fremdriftsplan" in said
    assert "Planlagt" not in said


def test_what_is_due_before_a_day_is_not_ahead_from_that_day_on(ask: Ask) -> None:
    values = {"from": "2021-07-01", "to": "2022-12-31", "is_open": True}
    said = ask(action="milestone.on_date", values=values, programme="ou2021", at="2021-07-05").as_text()
    assert "Fremdriftsplan" not in said
    assert "siste leveransedato" in said
    assert "Planlagt fra 1. juli 2021" in said


def test_a_day_that_no_calendar_has_is_asked_for_again(ask: Ask) -> None:
    assert "29. februar 2021 finnes ikke" in ask("hva skjer 29. februar", at="2021-02-10").as_text()
    assert "31. november finnes ikke" in ask("hva skjer 31. november").as_text()
    assert "no 31 November" in ask("what happens on 31 November", language="en").as_text()


def test_a_weekday_that_the_date_is_not_is_told(ask: Ask) -> None:
    said = ask("hva skjer mandag 2. desember").as_text()
    assert "2. desember 2020 er en onsdag, ikke en mandag" in said
    assert "organisasjonsmodell" in said


def test_days_that_are_not_understood_are_not_passed_over(ask: Ask) -> None:
    said = ask("hva skjer om førtito uker").as_text()
    assert "forsto ikke hvilke dager" in said
    assert "MBM" in said


def test_days_are_counted_from_a_milestone(ask: Ask) -> None:
    assert "21.–27. desember 2020" in ask("hva skjer uka etter kickoff").as_text()
    assert "mandag 30. november 2020" in ask("hva skjer dagen før MBM").as_text()
    assert "16 December 2020" in ask("what happens the day after the kickoff", language="en").as_text()


def test_after_the_last_milestone_the_phases_still_have_dates(ask: Ask) -> None:
    said = ask("hva er neste milepæl", at="2021-02-10").as_text()
    assert "Ingen flere milepæler" in said
    assert "Hovedfasen varer til torsdag 1. juli 2021" in said
    assert "Kontinuerlig forbedring begynner torsdag 1. juli 2021" in said
    assert "Hovedfasen" not in ask("hva er neste milepæl", at="2021-07-02").as_text()


def test_an_acting_leader_is_no_leader_after_the_end(ask: Ask) -> None:
    before = ask("hvem er operativ leder", at="2020-11-24")
    assert "Kristin Fagerhaug er" in before.as_text()
    after = ask("hvem er operativ leder", at="2021-01-03")
    assert after.outcome == "unknown"
    assert "var operativ leder" in after.as_text()
    assert "Bente" in after.as_text()


def test_a_leader_that_no_document_names_is_not_made_up(ask: Ask) -> None:
    card = ask("hvem leder arbeidsgruppe omstilling")
    assert card.outcome == "unknown"
    assert "osu@baerum.kommune.no" in card.as_text()


def test_without_a_contact_the_nearest_leader_is_named(ask: Ask) -> None:
    card = ask("hvem er ordfører", "os2019", "2019-02-12")
    assert card.outcome == "unknown"
    assert "nærmeste leder" in card.as_text()


def test_abbreviations_are_not_written_out_by_guessing(ask: Ask) -> None:
    assert ask("hva står MBM for").outcome == "unknown"
    assert ask("hva betyr BTI", "ou2021", "2021-04-20").outcome == "unknown"


def test_programmes_without_phases_say_so(ask: Ask) -> None:
    assert ask("hvilken fase er vi i", "os2019", "2019-02-18").outcome == "unknown"
    assert "Konseptfasen" in ask("hvilken fase er vi i").as_text()


def test_a_group_has_its_members_and_leader(ask: Ask) -> None:
    said = ask("hvem leder arbeidsgruppe 1", "os2019", "2019-02-12").as_text()
    assert "Mona Østgårdstrøen leder" in said
    assert "Egil Ryen" in ask("hvem er med i arbeidsgruppe 3", "os2019", "2019-02-12").as_text()


def test_an_initiative_known_by_name_only_is_not_described(ask: Ask) -> None:
    assert ask("hva er kompetansestrategien").outcome == "unknown"


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("programme", ["osu2020", "os2019", "ou2021"])
@pytest.mark.parametrize("action", QUESTIONS)
def test_every_dialog_answers_a_bare_button_in_every_language(
    ask: Ask, action: str, programme: str, language: Language
) -> None:
    card = ask(action=action, programme=programme, language=language, at="2020-11-24")
    assert card.title
    assert card.language == language
    assert len(card.as_text()) + sum(len(button.title) for button in card.buttons) <= 1800


@pytest.mark.parametrize(
    "values", [{"milestone": "nope"}, {"from": "tomorrow"}, {"groups": 3}, {"persons": "x"}, {"facts": None}]
)
@pytest.mark.parametrize("action", QUESTIONS)
def test_old_or_invented_values_break_nothing(ask: Ask, action: str, values: dict[str, Any]) -> None:
    assert ask(action=action, values=values).title


def test_what_is_named_in_full_is_not_what_its_words_may_mean_besides(ask: Ask) -> None:
    card = ask("Hva er Framtidens arbeidsplass?")
    assert card.outcome == "answered"
    assert card.title == "Framtidens arbeidsplass"
    said = ask("new org kicks in jan 1st", language="en")
    assert said.outcome == "answered"
    assert "January 2021" in said.as_text()


@pytest.mark.parametrize(
    ("text", "programme"),
    [
        ("når er neste rapport", "ou2021"),
        ("hvor mange ledernivåer blir det", "ou2021"),
        ("kor mange leiarnivå blir det", "ou2021"),
        ("hvem kan stemme i styringsgruppa", "ou2021"),
        ("finst det ei liste over tiltaka gruppene har føreslått", "os2019"),
        ("hvor er kickoff", "osu2020"),
    ],
)
def test_what_the_documents_leave_open_is_not_answered_with_something_near(ask: Ask, text: str, programme: str) -> None:
    assert ask(text, programme).outcome == "unknown"


@pytest.mark.parametrize(
    ("text", "programme"),
    [
        ("hvem er Ola Hansen", "osu2020"),
        ("hvem er Kristin Hansen", "osu2020"),
        ("who is John Smith", "osu2020"),
        ("hvem er ordfører", "osu2020"),
        ("hvem er nestleder", "osu2020"),
        ("kven vart vald", "osu2020"),
        ("hvem er leder for renholdet", "osu2020"),
        ("hvem er KD", "os2019"),
        ("hvem er Egil Olsen", "os2019"),
        ("hvem er leder av Ap", "os2019"),
        ("lurer på hva ordføreren heiter", "os2019"),
        ("hvem er hovedtillitsvalgt i gruppe 3", "os2019"),
        ("hvem er ordføreren i styringsgruppa", "os2019"),
    ],
)
def test_nobody_stands_in_for_a_person_or_role_that_no_document_names(ask: Ask, text: str, programme: str) -> None:
    card = ask(text, programme)
    assert card.outcome in ("unknown", "clarify", "declined")
    assert not any(name in card.as_text() for name in ("Bente", "Kristin", "Smith", "Svendsen", "Egil"))


@pytest.mark.parametrize(
    ("text", "programme", "name"),
    [
        ("hvem leder prosjektet", "osu2020", "Bente"),
        ("who is the boss", "osu2020", "Bente"),
        ("hvem er Kristin Fagerhug", "osu2020", "Kristin Fagerhaug"),
        ("hvem er Ursin-Smith", "osu2020", "Ole Ursin-Smith"),
        ("hvem leder eiendom", "osu2020", "Kristin Fagerhaug"),
        ("hvem har ansvaret for omstillingen", "os2019", "Arne Svendsen"),
        ("hvem er hovedtillitsvalgt i gruppe 2", "os2019", "Gunn Merethe Prytz"),
    ],
)
def test_whoever_the_documents_name_is_named(ask: Ask, text: str, programme: str, name: str) -> None:
    card = ask(text, programme)
    assert card.outcome == "answered"
    assert name in card.as_text()


@pytest.mark.parametrize(
    ("text", "programme", "said"),
    [
        ("hvor mye skal kommunen spare", "os2019", "6 millioner"),
        ("er landbruk med i omstillingen", "os2019", "ikke med"),
        ("samarbeider Os med nabokommuner", "os2019", "Røros"),
        ("hva står det om digitalisering", "os2019", "tjenestedesign"),
        ("hvorfor må vi omstille oss", "os2019", "innbyggertall"),
        ("hvorfor gjør vi dette", "osu2020", "Bakgrunnen"),
        ("hva lærte de på Fornebu", "osu2020", "suksesshistorie"),
        ("hvilke enheter består OSU av", "osu2020", "Styring og analyse"),
        ("hva skjer med klageutvalget", "ou2021", "KDG"),
        ("hvor ofte rapporterer prosjektet", "ou2021", "hver 3. uke"),
    ],
)
def test_a_question_is_answered_with_the_fact_that_covers_it(ask: Ask, text: str, programme: str, said: str) -> None:
    card = ask(text, programme)
    assert card.outcome == "answered"
    assert said in card.as_text()


@pytest.mark.parametrize(
    ("text", "programme"),
    [
        ("hva koster omstillingen", "os2019"),
        ("blir sykehjemmet lagt ned", "os2019"),
        ("kva skjer med barnehagane", "os2019"),
        ("hvor mange innbyggere har Os", "os2019"),
        ("will the swimming pool close", "os2019"),
        ("hva er budsjettet", "osu2020"),
        ("hva koster prosjektet", "osu2020"),
        ("skal vi bytte lokaler", "osu2020"),
        ("hvilke konsulenter er leid inn", "ou2021"),
    ],
)
def test_what_no_fact_covers_is_unknown_and_not_filled_in_with_the_background(
    ask: Ask, text: str, programme: str
) -> None:
    card = ask(text, programme)
    assert card.outcome in ("unknown", "declined")
    assert len(card.as_text()) < 200


def test_how_long_is_answered_at_once(ask: Ask) -> None:
    card = ask("hvor lenge varer den midlertidige løsningen", "ou2021", "2021-04-20")
    assert "inntil OU-prosjekt er gjennomført" in card.as_text()
    assert len(card.as_text()) < 250


@pytest.mark.parametrize(
    ("text", "programme"),
    [
        ("hva er anbefaling 12", "osu2020"),
        ("leveranse 9", "osu2020"),
        ("hva er delmål 20", "os2019"),
        ("hva gjør gruppe 5", "os2019"),
        ("hvem leder gruppe 5", "os2019"),
        ("hvem leder arbeidsgruppe fem", "os2019"),
    ],
)
def test_a_number_that_nothing_has_is_not_known(ask: Ask, text: str, programme: str) -> None:
    card = ask(text, programme)
    assert card.outcome == "unknown"
    assert len(card.as_text()) < 100


def test_a_number_that_something_has_is_told(ask: Ask) -> None:
    assert "Jon Horten" in ask("hvem leder gruppe 3", "os2019").as_text()
    assert "smidig metodikk" in ask("hva er anbefaling 3").as_text()


@pytest.mark.parametrize(
    ("text", "programme", "at", "planned"),
    [
        ("ble prosjektplanen vedtatt?", "os2019", "2019-02-12", "24. januar 2019"),
        ("did the plan ever get signed off?", "os2019", "2019-02-12", "24. januar 2019"),
        ("har de begynt?", "os2019", "2019-03-01", "februar 2019"),
        ("er rapporten levert?", "ou2021", "2021-12-10", "1. desember 2021"),
        ("ble kickoff holdt?", "osu2020", "2021-03-01", "15. desember 2020"),
    ],
)
def test_whether_a_plan_was_carried_out_is_not_known(
    ask: Ask, text: str, programme: str, at: str, planned: str
) -> None:
    card = ask(text, programme, at)
    assert card.outcome == "unknown"
    assert "bekrefter" in card.title
    assert planned in card.as_text()


def test_when_a_plan_was_is_still_answered(ask: Ask) -> None:
    assert ask("når var kickoff", at="2021-03-01").outcome == "answered"
    assert ask("er prosjektplanen vedtatt?", "os2019", "2019-01-05").outcome == "answered"


def test_when_a_group_meets_is_not_known(ask: Ask) -> None:
    assert ask("er det møte i styringsgruppa i mai", "ou2021", "2021-04-20").outcome == "unknown"


def test_who_leads_a_group_is_answered_without_the_rest_of_its_card(ask: Ask) -> None:
    card = ask("hvem leder arbeidsgruppe 1", "os2019", "2019-02-12")
    assert len(card.as_text()) < 120
    assert any(button.action == "workgroup.about" for button in card.buttons)


@pytest.mark.parametrize(
    ("language", "first", "last", "title"),
    [
        ("nb", "2020-12-01", "2020-12-31", "Planlagt i desember 2020:"),
        ("nn", "2020-12-01", "2020-12-31", "Planlagt i desember 2020:"),
        ("en", "2020-12-01", "2020-12-31", "Planned for December 2020:"),
        ("nb", "2021-05-01", "2021-05-31", "Ingen milepæler er planlagt i mai 2021."),
        ("nb", "2020-12-14", "2020-12-18", "Planlagt 14.–18. desember 2020:"),
    ],
)
def test_a_month_is_spoken_of_as_one_speaks(ask: Ask, language: Language, first: str, last: str, title: str) -> None:
    assert ask(action="milestone.on_date", values={"from": first, "to": last}, language=language).title == title


def test_a_month_that_has_passed_is_what_the_plan_was(ask: Ask) -> None:
    values = {"from": "2020-12-01", "to": "2020-12-31"}
    assert ask(action="milestone.on_date", values=values, at="2021-03-01").title == "I planen for desember 2020 sto:"
