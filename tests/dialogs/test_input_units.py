"""Who sends an input may name a unit of many, and handlers see it; a small one is neither offered nor taken."""

from datetime import date

import pytest

from bot.turns import Turns
from dialogs.anonymous_input import Asked, look_over
from storage import employees
from storage.employees import Listed
from tests.releasing import release
from tests.talk import Talk


@pytest.fixture(autouse=True)
def listed(turns: Turns) -> None:
    units = [("Helse og omsorg", 20), ("Skole", 6), ("Arkiv", 5), ("Post", 3)]
    people = [Listed(f"{unit}-{n}", None, "", unit=unit) for unit, count in units for n in range(count)]
    with turns.database.writing() as session:
        employees.save(session, "osu2020", people, date(2020, 11, 24))


def offered(talk: Talk) -> list[str]:
    field = next(question for question in talk.shown[-1].questions if question.name == "unit")
    return [choice.title for choice in field.choices]


def test_units_that_hide_their_people_are_offered(employee: Talk) -> None:
    employee.act("input.submit")
    assert offered(employee) == ["Vil ikke si", "Helse og omsorg", "Skole"]


def test_a_unit_is_on_the_handlers_card_and_none_is_told_of_who_named_none(
    employee: Talk, leader: Talk, turns: Turns
) -> None:
    for text, unit in (("Det går for fort", "Skole"), ("Det går for seint", "-")):
        employee.act("input.submit")
        assert employee.press("input.send", topic="risk", text=text, unit=unit).outcome == "done"
    release(turns.inputs)
    shown = leader.act("input.read").as_text()
    assert shown.count("uke 48, 2020, Skole") == 1
    assert shown.count("uke 48, 2020") == 2
    assert "Arkiv" not in shown


@pytest.mark.parametrize("unit", ["Arkiv", "Post", "Styret"])
def test_a_small_or_unknown_unit_is_refused_and_the_text_comes_back(employee: Talk, turns: Turns, unit: str) -> None:
    employee.act("input.submit")
    card = employee.press("input.send", topic="risk", text="Det går for fort", unit=unit)
    assert card.outcome == "refused"
    fields = {question.name: question for question in card.questions}
    assert "for få jobber der" in fields["unit"].error
    assert fields["text"].value == "Det går for fort"
    assert release(turns.inputs) == 0


def test_the_unit_stays_chosen_where_the_form_comes_back_or_warns(employee: Talk) -> None:
    employee.act("input.submit")
    employee.press("input.send", topic="risk", text=" ", unit="Skole")
    assert {q.name: q.value for q in employee.shown[-1].questions}["unit"] == "Skole"
    employee.press("input.send", topic="risk", text="Ring Kari Nordmann på 90000001", unit="Skole")
    assert {q.name: q.value for q in employee.shown[-1].questions}["unit"] == "Skole"


def test_the_page_looks_a_units_size_over_too() -> None:
    def looked(unit: str) -> str:
        values = {"topic": "risk", "text": "Det går for fort", "unit": unit}
        return look_over(Asked("osu2020", "nb", date(2020, 11, 24), values, units=("Skole",))).as_text()

    assert "Skole" in looked("Skole")
    assert (
        look_over(
            Asked(
                "osu2020", "nb", date(2020, 11, 24), {"topic": "risk", "text": "noe", "unit": "Post"}, units=("Skole",)
            )
        ).outcome
        == "refused"
    )
