"""Rows 35 to 43 of docs/coverage.md: what the working group recommended, and who was in it."""

import pytest

from bot.turns import Turns
from storage import initiative_states
from tests.coverage.conftest import Ask
from tests.dialogs import test_ideas
from tests.dialogs.test_ideas import lifted, step
from tests.talk import Talk

only_leader = test_ideas.only_leader

PROGRAMME = "osu2020"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, ("Felles grunnmur og felles grunndata først", "basisen er god når andre systemer skal utvikles")),
        (
            2,
            (
                "løftes til OSU-nivå og prioriteres før det settes i gang",
                "noen få parallelle",
                "Forstå behovet bedre før prosjekter starter",
                "Er behovet kjent, test med en gang",
            ),
        ),
        (3, ("Mer smidig metodikk og sprints", "raske beslutninger, korte prosjekter")),
        (4, ("Mer ute på tjenestestedene", "70-20-10", "forklares ikke")),
        (5, ("prioritere, ta ansvar", "kommunisere toveis")),
        (6, ("Fortell jevnlig om topp 5 utviklingsinitiativ", "hele organisasjonen")),
        (7, ("kartlegge kompetansen", "bemannes etter kompetanse", "hentes i markedet eller ansettes")),
        (8, ("akademiske kompetansen som de digitale utfordringene krever",)),
    ],
)
def test_each_recommendation_is_told_with_its_points_and_as_what_it_is(
    ask: Ask, number: int, said: tuple[str, ...]
) -> None:
    card = ask(PROGRAMME, f"hva er anbefaling {number}")
    for part in said:
        assert part in card.as_text()
    assert "anbefalinger, ikke vedtak" in card.as_text()


def test_the_report_is_known_of_and_its_link_is_said_to_be_lost(ask: Ask) -> None:
    said = ask(PROGRAMME, "hva er rapporten til arbeidsgruppen om pådriver").as_text()
    assert "åtte hovedpunkter" in said
    assert "lenken til den er gått tapt" in said


def test_the_ten_members_have_where_they_come_from(ask: Ask) -> None:
    card = ask(PROGRAMME, "hvem var med i arbeidsgruppen om pådriver")
    (members,) = (block.items for block in card.blocks if block.kind == "items")
    assert len(members) == 10
    assert ("Tom Steen", "HR") in members
    assert all(comes_from for _, comes_from in members)


def test_a_known_need_goes_straight_to_testing_and_another_is_looked_into_first(
    only_leader: Talk, employee: Talk, turns: Turns
) -> None:
    states = {}
    for known, title in (("yes", "Digital signering av avtaler"), ("no", "Felles skjema for reiser")):
        key = lifted(turns, employee, only_leader, title)
        assert step(only_leader, key, "start", known=known).outcome == "done"
        with turns.database.reading() as session:
            states[known] = str(initiative_states.history(session, PROGRAMME, key)[-1].state)
    assert states == {"yes": "testing", "no": "exploring"}
