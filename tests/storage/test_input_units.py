"""A unit can be named where as many work as hide its writer, and so that naming none gives nobody away."""

from datetime import date, timedelta

import pytest

from storage import anonymous_input, employees, input_release, input_units, programmes
from storage.anonymous_input import About, InputStore
from storage.database import Session
from storage.employees import Listed
from storage.refusals import Refused
from tests.conftest import NOW
from tests.releasing import OSU, release

TODAY = date(2020, 11, 24)


def listed(session: Session, today: date = TODAY, **units: int) -> None:
    people = [
        Listed(f"{unit}-{n}", None, f"{unit} {n}", unit="" if unit == "none" else unit)
        for unit, count in units.items()
        for n in range(count)
    ]
    employees.save(session, "osu2020", people, today)


def offered(session: Session, day: date = TODAY) -> tuple[str, ...]:
    return input_units.offered(session, programmes.get(session, "osu2020"), day)


def test_without_a_people_file_no_unit_is_offered(session: Session) -> None:
    assert offered(session) == ()


@pytest.mark.parametrize(
    ("units", "wanted"),
    [
        ({"Skole": 6, "Helse": 20, "Arkiv": 5, "Post": 1}, ("Helse", "Skole")),
        ({"Skole": 6, "Helse": 20}, ("Helse", "Skole")),
        # Three who cannot name theirs would be those who name none, so the smallest of the others joins them.
        ({"Skole": 6, "Helse": 20, "Arkiv": 3}, ("Helse",)),
        ({"Skole": 6, "Helse": 20, "none": 5}, ("Helse",)),
        ({"Skole": 6, "Arkiv": 3}, ()),
        ({"Skole": 5, "Arkiv": 5}, ()),
        ({"Skole": 6, "none": 6}, ("Skole",)),
    ],
)
def test_a_unit_is_offered_where_it_hides_its_writer_and_those_who_name_none(
    session: Session, units: dict[str, int], wanted: tuple[str, ...]
) -> None:
    listed(session, **units)
    assert offered(session) == wanted


def test_who_has_left_or_does_not_work_there_yet_hides_nobody(session: Session) -> None:
    listed(session, Skole=5, Helse=20)
    later = Listed("later", None, "Later", unit="Skole", starts_on=TODAY + timedelta(days=1))
    known = [
        Listed(f"{unit}-{n}", None, "", unit=unit)
        for unit, count in (("Skole", 5), ("Helse", 20))
        for n in range(count)
    ]
    rest = [Listed(f"rest-{n}", None, "", unit="") for n in range(6)]
    employees.save(session, "osu2020", [*known, *rest, later], TODAY)
    assert offered(session) == ("Helse",)
    assert offered(session, TODAY + timedelta(days=1)) == ("Helse", "Skole")
    employees.save(session, "osu2020", [*known[1:], *rest, later], TODAY)
    assert offered(session, TODAY + timedelta(days=1)) == ("Helse",)


def test_where_there_are_very_many_units_the_largest_are_offered(session: Session) -> None:
    listed(session, **{f"Enhet {n:03}": 6 + n for n in range(input_units.MOST + 10)})
    assert offered(session) == tuple(f"Enhet {n:03}" for n in range(10, input_units.MOST + 10))


def test_a_unit_is_kept_sealed_and_read_with_the_input(inputs: InputStore) -> None:
    about = About("osu2020", "risk", TODAY, unit="Helse og omsorg", units=("Helse og omsorg", "Skole"))
    digits = anonymous_input.submit(inputs, about, "noe")
    anonymous_input.submit(inputs, About("osu2020", "risk", TODAY), "uten enhet")
    waiting = anonymous_input.find(inputs, digits)
    release(inputs)
    found = anonymous_input.find(inputs, digits)
    assert waiting is not None
    assert found is not None
    assert waiting.unit == found.unit == "Helse og omsorg"
    stored = inputs.database.url.database or ""
    with open(stored, "rb") as file:
        assert b"Helse og omsorg" not in file.read()


@pytest.mark.parametrize("units", [(), ("Skole",)])
def test_a_unit_that_may_not_be_named_is_refused_and_nothing_stored(inputs: InputStore, units: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as refused:
        anonymous_input.submit(inputs, About("osu2020", "risk", TODAY, unit="Post", units=units), "noe")
    assert refused.value.key == "refused.input.unit"
    assert input_release.look(inputs, OSU, NOW) == release(inputs) == 0
