"""Rows 30 to 34 of docs/coverage.md: what the memo on the OU project describes."""

import pytest

from tests.coverage.conftest import Ask

PROGRAMME = "ou2021"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("hvor lenge varer den midlertidige løsningen", "inntil OU-prosjekt er gjennomført. Ingen dato er oppgitt"),
        ("hvem følger opp BIOM", "KD følger opp det politiske utvalget BIOM"),
        ("hvem følger opp BAUN", "Kommunaldirektør OSU følger opp det politiske utvalget BAUN"),
        ("hvem har personalansvar for kommunalsjefene i PLO", "KD følger opp kommunalsjefene i PLO og HESO"),
        ("hvem følger opp oppvekst skole og barnehage", "Kommunaldirektør OSU følger opp kommunalsjefene"),
        ("hvem følger opp klageutvalget", "følges opp av hele KDG"),
    ],
)
def test_the_temporary_organisation_ends_by_a_condition_and_says_who_follows_up_what(
    ask: Ask, asked: str, said: str
) -> None:
    card = ask(PROGRAMME, asked)
    assert card.outcome == "answered"
    assert said in card.as_text()


def test_four_things_are_to_be_recommended_or_described(ask: Ask) -> None:
    card = ask(PROGRAMME, "hva skal OU-prosjektet anbefale")
    (goals,) = (block.items for block in card.blocks if block.kind == "items")
    assert len(goals) == 4


def test_who_owns_steers_and_leads_it(ask: Ask) -> None:
    assert "KD eier og leder OU-prosjektet" in ask(PROGRAMME, "hvem eier prosjektet").as_text()
    steering = ask(PROGRAMME, "hvem er i styringsgruppen").as_text()
    assert "Leder: KD" in steering
    assert "KDG, KDL, Tillitsvalgte, koordinerende hovedverneombud" in steering
    assert "Kommunaldirektør OSU leder" in ask(PROGRAMME, "hvem leder prosjektgruppen").as_text()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("hvor ofte rapporterer prosjektet", "hver 3. uke"),
        ("når skal planen være klar", "før 1. juli 2021"),
        ("når er siste leveranse", "onsdag 1. desember 2021"),
    ],
)
def test_the_rhythm_of_reports_the_plan_and_the_last_delivery(ask: Ask, asked: str, said: str) -> None:
    assert said in ask(PROGRAMME, asked).as_text()


def test_the_memo_says_as_of_when_it_is_and_the_glossary_what_nobody_expands(ask: Ask) -> None:
    assert "oppdatert 19. april 2021" in ask(PROGRAMME, "når ble notatet oppdatert").as_text()
    assert "notat, oppdatert 19. april 2021" in ask(PROGRAMME, "hvem eier prosjektet").as_text()
    card = ask(PROGRAMME, "hvilke forkortelser er det")
    (listed,) = (block.items for block in card.blocks if block.kind == "items")
    assert len(listed) == 11
    assert {said for _, said in listed} == {"Ingen av dokumentene sier hva den står for"}
    assert ask(PROGRAMME, "hva betyr KDG").outcome == "unknown"


def test_an_abbreviation_that_a_document_explains_is_explained(ask: Ask) -> None:
    said = ask("osu2020", "hvilke forkortelser er det").as_text()
    assert "OSU: Organisasjon, styring og utvikling" in said
    assert "MBM: Ingen av dokumentene sier hva den står for" in said
