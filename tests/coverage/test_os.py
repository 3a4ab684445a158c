"""Rows 10 to 21 of docs/coverage.md: what the web page of Os kommune describes."""

import pytest

from tests.coverage.conftest import Ask

PROGRAMME = "os2019"
#: How many are in each workgroup, and some of them by what they come as.
GROUPS = {
    "1": (6, "Mona Østgårdstrøen", ("Ap, leder", "Oppvekstsjef", "Hovedtillitsvalgt")),
    "2": (7, "Bård Sundmoen Aas", ("KrF", "Virksomhetsleder omsorg", "Hovedtillitsvalgt")),
    "3": (6, "Jon Horten", ("Sp", "Kultursjef", "Virksomhetsleder kommunalteknikk")),
    "4": (6, "Helge Kokvoll", ("Ap", "Økonomisjef", "Hovedtillitsvalgt")),
}


def test_one_main_goal_has_eight_others_under_it(ask: Ask) -> None:
    card = ask(PROGRAMME, "hva er hovedmålet")
    assert "tjenestetilbud innenfor lovverket" in card.as_text()
    (goals,) = (block.items for block in card.blocks if block.kind == "items")
    assert len(goals) == 8
    assert "Legge opp til medvirkning" in ask(PROGRAMME, "hva er delmål 8").as_text()


@pytest.mark.parametrize("number", GROUPS)
def test_each_workgroup_has_its_members_leader_and_sides(ask: Ask, number: str) -> None:
    size, leader, sides = GROUPS[number]
    card = ask(PROGRAMME, f"hvem er med i arbeidsgruppe {number}")
    (members,) = (block.items for block in card.blocks if block.kind == "items")
    assert len(members) == size
    assert f"Leder: {leader}" in card.as_text()
    assert {comes_as for _, comes_as in members} >= set(sides)


def test_the_third_workgroup_names_no_union_representative(ask: Ask) -> None:
    assert "Hovedtillitsvalgt" not in ask(PROGRAMME, "hvem er med i arbeidsgruppe 3").as_text()
    assert ask(PROGRAMME, "hvem er tillitsvalgt i gruppe 3").outcome == "unknown"


def test_a_group_of_three_assures_quality_for_all_groups(ask: Ask) -> None:
    card = ask(PROGRAMME, "fortell om gruppen som bistår arbeidsgruppene").as_text()
    assert "kvalitetssikre konsekvenser" in card
    assert "Rådmann, personalsjef, økonomisjef" in card
    assert "Grete Nesset" in ask(PROGRAMME, "hvem er økonomisjef").as_text()
    assert "Grete Nesset: Økonomisjef" in ask(PROGRAMME, "hvem er med i arbeidsgruppe 4").as_text()


def test_the_steering_group_the_project_leadership_and_who_writes_the_guidance(ask: Ask) -> None:
    assert "Ordfører, opposisjonsleder, rådmann" in ask(PROGRAMME, "hvem er i styringsgruppen").as_text()
    leadership = ask(PROGRAMME, "hvem er med i prosjektledelsen").as_text()
    assert "Rådmann" in leadership
    assert "ordfører" in leadership
    assert "lager veiledningen sammen med rådmannen" in ask(PROGRAMME, "hvem lager veiledningen").as_text()


def test_the_mandate_holds_for_every_group(ask: Ask) -> None:
    said = ask(PROGRAMME, "hva er mandatet").as_text()
    for part in ("konsekvensvurderes", "innenfor aktuelt lovverk", "god arbeidsgiver"):
        assert part in said
    beyond = ask(PROGRAMME, "kan vi foreslå tiltak utover økonomiplanen")
    assert beyond.outcome == "answered"
    assert "ut over målene i økonomiplanen" in beyond.as_text()


def test_both_deadlines_and_who_answers_for_them(ask: Ask) -> None:
    said = ask(PROGRAMME, "når er fristen for forslag").as_text()
    assert "Frist for forslag til tiltak for 2019: innen 1. mai 2019" in said
    assert "Frist for forslag til tiltak: innen 1. august 2019" in said
    assert "Rådmannen får forslagene" in said
    assert "Gruppelederen" in ask(PROGRAMME, "hvem svarer for at forslagene leveres").as_text()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("når drøfter formannskapet prosjektplanen", "onsdag 9. januar 2019"),
        ("når vedtas prosjektplanen", "torsdag 24. januar 2019"),
        ("når er det felles formannskapsmøte", "tirsdag 29. januar 2019"),
        ("når starter gruppene", "14.–15. februar 2019"),
        ("når er prosjektperioden over", "september 2019"),
    ],
)
def test_the_path_of_the_case_through_the_bodies(ask: Ask, asked: str, said: str) -> None:
    assert said in ask(PROGRAMME, asked).as_text()


def test_the_side_meeting_is_of_os_roros_and_holtalen_and_no_part_of_the_change(ask: Ask) -> None:
    said = ask(PROGRAMME, "når er det felles formannskapsmøte").as_text()
    assert "Os, Røros og Holtålen" in said
    assert "ikke er en del av omstillingsarbeidet" in said


def test_each_group_involves_the_user_bodies(ask: Ask) -> None:
    said = ask(PROGRAMME, "hvem skal involveres").as_text()
    for body in ("eldrerådet", "ungdomsrådet", "rådet for funksjonshemmede", "internasjonalt råd", "frivilligheten"):
        assert body in said


def test_what_is_in_and_what_is_out(ask: Ask) -> None:
    said = ask(PROGRAMME, "hva er med i omstillingen").as_text()
    for area in ("Oppvekst", "helse", "omsorg", "sentraladministrasjonen", "kultur", "kommunalteknikk", "finans"):
        assert f"Med: {area}" in said
    assert "Ikke med: landbruk" in said
    assert "Ikke med: eksisterende interkommunale samarbeidsløsninger" in said
    assert "ikke med" in ask(PROGRAMME, "er landbruk med i omstillingen").as_text()


def test_the_economic_frame_and_the_cuts_of_each_area(ask: Ask) -> None:
    assert "økonomiplanen for 2019-2022" in ask(PROGRAMME, "hva er den økonomiske rammen").as_text()
    cuts = ask(PROGRAMME, "hvor mye skal kuttes").as_text()
    assert "Oppvekst skal kutte 3 millioner og helse og omsorg 6 millioner" in cuts
    assert "I 2019 kommer det millionkutt utenom dette" in cuts
    culture = ask(PROGRAMME, "hvor mye skal kultur kutte")
    assert culture.outcome == "unknown"
    assert "Det sier ingen av dokumentene" in culture.as_text()


def test_the_films_have_subtitles_and_the_groups_gave_summaries(ask: Ask) -> None:
    card = ask(PROGRAMME, "hvilke filmer er det")
    (films,) = (block.items for block in card.blocks if block.kind == "items")
    assert len(films) == 7
    assert "Alle filmene er tekstet" in ask(PROGRAMME, "er filmene tekstet").as_text()
    assert "la representanter fra dem fram sammendrag" in ask(PROGRAMME, "siste nytt").as_text()


def test_the_project_plan_the_common_ground_the_tools_and_the_three_parties(ask: Ask) -> None:
    plan = ask(PROGRAMME, "hva er prosjektplanen").as_text()
    assert "Frist for forslag til tiltak" in plan
    assert "September 2019" in plan
    for asked in ("hva er felles kunnskapsgrunnlag", "hva er prosessverktøy"):
        said = ask(PROGRAMME, asked)
        assert said.outcome == "answered"
        assert "felles oppstarten" in said.as_text()
    assert "trepartssammensatte samarbeidet" in ask(PROGRAMME, "hva er trepartssamarbeid").as_text()
