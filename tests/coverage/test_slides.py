"""Rows 22 to 29 of docs/coverage.md: what the slides of OSU 2020 describe."""

import pytest

from tests.coverage.conftest import Ask

PROGRAMME = "osu2020"


def test_the_timeline_whose_labels_were_lost_is_told_with_what_is_in_conflict(ask: Ask) -> None:
    card = ask(PROGRAMME, "hva viser tidslinja i lysbildene")
    (points,) = (block.items for block in card.blocks if block.kind == "items")
    assert [point for point, _ in points] == ["Juni 2020", "høst 2020", "høst 2020", "1. februar 2021"]
    assert "gikk tapt i figuren" in card.as_text()
    assert "Nyhetsbrevet sier at endringen trer i kraft i januar 2021" in card.as_text()
    february = ask(PROGRAMME, "hva skjer 1. februar")
    assert february.outcome == "unknown"
    assert "hva 1. februar 2021 står for" in february.as_text()


def test_the_phases_of_the_figure_are_told_beside_what_the_newsletter_says(ask: Ask) -> None:
    said = ask(PROGRAMME, "når starter hovedfasen").as_text()
    assert "15. desember 2020" in said
    assert "Figuren i lysbildene har 16.12.20" in said
    assert "1. juli 2021" in said
    kickoff = ask(PROGRAMME, "når er kickoff").as_text()
    assert "15. desember" in kickoff
    assert "16. desember" in kickoff
    assert "1. juli 2021" in ask(PROGRAMME, "når begynner kontinuerlig forbedring").as_text()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("hvor lenge varer en sprint", "én leveranse i 3 uker"),
        ("hvem prioriterer leveransekøen", "Før hver sprint prioriterer kommunalsjef og styringsgruppen køen"),
        ("hva skjer ved sprintslutt", "legges fram ved sprintslutt"),
        ("hva er behov, løsning, test", "brukerkontakt og brukerverdi"),
        ("hva er leveranse 3", "Lysbildene viser seks leveranser"),
        ("hva er et innsatsteam", "ca. 5 tverrfaglige ressurser"),
        ("hvem leder innsatsteamet", "ledes av kommunalsjef"),
    ],
)
def test_how_deliveries_are_made_is_answered(ask: Ask, asked: str, said: str) -> None:
    assert said in ask(PROGRAMME, asked).as_text()


def test_deliveries_that_are_only_named_are_not_in_the_queue_and_no_day_is_made_up(ask: Ask) -> None:
    queue = ask(PROGRAMME, "hvilke leveranser er i kø").as_text()
    assert "Ingen leveranser venter i køen nå" in queue
    assert all(f"Leveranse {number}" in queue for number in range(1, 7))
    sprint = ask(PROGRAMME, "når slutter sprinten").as_text()
    assert "Dokumentene sier ikke når den første sprinten begynner" in sprint


def test_the_target_picture_has_three_aims_with_three_points_each(ask: Ask) -> None:
    card = ask(PROGRAMME, "hva er målbildet")
    (aims,) = (block.items for block in card.blocks if block.kind == "items")
    assert [(aim, points.count(";") + 1) for aim, points in aims] == [
        ("Effektive og smarte administrative tjenester", 3),
        ("Helhetlig utvikling med gjennomføringskraft", 3),
        ("Beste praksis virksomhetsstyring og økonomistyring", 3),
    ]


def test_the_organisation_chart_names_units_and_who_stands_there(ask: Ask) -> None:
    card = ask(PROGRAMME, "vis organisasjonskartet")
    assert card.blocks[0].kind == "picture"
    for line in (
        "Organisasjon, styring og utvikling: Bente Rudrud Herdlevær",
        "Organisasjon og interne tjenester: Ole Ursin-Smith",
        "Styring og analyse: Stein Erik Skilhagen",
        "Utvikling og digitalisering: Geir Alexander Talseth",
        "Eiendom: Kristin Fagerhaug",
    ):
        assert line in card.as_text()


def test_related_initiatives_are_named_and_not_described_beyond_what_is_known(ask: Ask) -> None:
    said = ask(PROGRAMME, "hvilke initiativer er det").as_text()
    for name in (
        "Framtidens arbeidsplass",
        "Office 365",
        "Kommunegårdsprosjektet",
        "Ledelsesutvikling",
        "Arbeidsgiverstrategi",
        "Kompetansestrategi",
        "Digitalt kontor",
    ):
        assert name in said
    assert "koordineres med Omstilling2024" in ask(PROGRAMME, "hva er framtidens arbeidsplass").as_text()
    assert "Omstilling2024 er et program" in ask(PROGRAMME, "hva er Omstilling 2024").as_text()
    assert ask(PROGRAMME, "hva er kommunegårdsprosjektet").outcome == "unknown"


def test_some_have_less_capacity_and_some_more(ask: Ask) -> None:
    said = ask(PROGRAMME, "omstilling under pandemien").as_text()
    assert "tyngre for noen" in said
    assert "Andre har mer kapasitet" in said
    assert "verneombud" in ask(PROGRAMME, "jeg orker ikke mer").as_text()
