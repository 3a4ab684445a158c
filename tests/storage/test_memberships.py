"""Memberships and roles with days: who is in a group, and who leads it, on the day asked about."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.turn import Turn
from dialogs.workgroups import about
from storage import loading, people, programme_file, programmes, workgroups
from storage.database import Session
from storage.limits import Limits
from storage.programme_file import BrokenFile
from storage.workgroups import Member, Workgroup
from tests.conftest import NOW, make_person

DAY = timedelta(days=1)
GROUP = """
workgroups:
  - key: g
    title: Gruppa
    openness: appointed
    leader: {{name: Kari}}
    members:
{members}
    source: notat
"""
HEAD = """
programme: {key: test2021, name: Test, contact: {email: null}, source: notat}
sources: {notat: {label: notat}}
"""


def loaded(session: Session, folder: Path, *members: str) -> tuple[Workgroup, list[Member]]:
    file = folder / "test2021.yaml"
    lines = "\n".join(f"      - {{{member}}}" for member in members)
    file.write_text(HEAD + GROUP.format(members=lines), "utf-8")
    loading.load(session, programme_file.read(file))
    return workgroups.get(session, "test2021", "g"), workgroups.members(session, "test2021", "g")


def names(members: list[Member], day: date) -> list[str]:
    return [member.name for member in workgroups.on_day(members, day)]


KARI = "name: Kari, is_leader: true"
OLA = "name: Ola, is_leader: true, acting_for: Kari, starts: {on: 2021-02-01}, ends: {on: 2021-02-28}"


def test_who_acts_takes_the_place_for_those_days_and_no_others(session: Session, tmp_path: Path) -> None:
    group, members = loaded(session, tmp_path, KARI, OLA)
    expected = {date(2021, 1, 31): "Kari", date(2021, 2, 1): "Ola", date(2021, 2, 28): "Ola", date(2021, 3, 1): "Kari"}
    assert {day: names(members, day) for day in expected} == {day: [name] for day, name in expected.items()}
    assert {day: workgroups.leader_on(group, members, day) for day in expected} == expected


def test_after_a_leader_s_last_day_no_document_says_who_leads(session: Session, tmp_path: Path) -> None:
    group, members = loaded(session, tmp_path, f"{KARI}, ends: {{on: 2021-05-31}}")
    assert workgroups.leader_on(group, members, date(2021, 5, 31)) == "Kari"
    assert workgroups.leader_on(group, members, date(2021, 6, 1)) is None


def test_a_month_is_not_a_day(session: Session, tmp_path: Path) -> None:
    _, (kari,) = loaded(session, tmp_path, f"{KARI}, ends: {{within: 2021-03}}")
    days = [date(2021, 2, 28), date(2021, 3, 1), date(2021, 3, 2), date(2021, 3, 31), date(2021, 4, 1)]
    assert [kari.may_hold_on(day) for day in days] == [True, True, True, True, False]
    assert [kari.surely_holds_on(day) for day in days] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("limit", "problem"),
    [
        ("{on: 2021-03-01, within: 2021-03}", "day_and_within"),
        ("{within: 2021-13}", "month_form"),
        ("{within: 2021-winter}", "season_form"),
        ("{on: 2021-02-30}", "no_such_day"),
    ],
)
def test_a_limit_that_cannot_be_meant_is_told(session: Session, tmp_path: Path, limit: str, problem: str) -> None:
    with pytest.raises(BrokenFile) as broken:
        loaded(session, tmp_path, f"{KARI}, ends: {limit}")
    assert [found.key for found in broken.value.problems] == [f"programme_file.{problem}"]


@pytest.mark.parametrize("said", ["Hovedtillitsvalgt, Fagforbundet", "Utdanningsforbundet", "tillitsvalgt (NITO)"])
def test_of_who_speaks_for_the_employees_the_union_is_refused(session: Session, tmp_path: Path, said: str) -> None:
    with pytest.raises(BrokenFile) as broken:
        loaded(session, tmp_path, KARI, f'name: Ola, comes_as: "{said}"')
    (problem,) = broken.value.problems
    assert (problem.key, problem.line) == ("programme_file.names_union", 12)


@pytest.mark.parametrize(
    "said", ["Hovedtillitsvalgt", "leder for deltakelse", "Sp", "logistikk", "fagforbundet delta-"]
)
def test_roles_and_parties_are_no_unions(session: Session, tmp_path: Path, said: str) -> None:
    loaded(session, tmp_path, KARI, f'name: Ola, comes_as: "{said}"')


def test_the_group_s_card_is_as_of_the_day_asked_about(session: Session, tmp_path: Path) -> None:
    loaded(session, tmp_path, KARI, OLA)
    person = make_person(session, programme="test2021")
    programme = programmes.get(session, "test2021")
    for day, leader, told in (("2021-02-14", "Ola", "fungerer for Kari"), ("2021-03-14", "Kari", "")):
        for aspect in ("leader", "members"):
            values = {"group": "g", "aspect": aspect, "from": day}
            card = about(session, Turn(person, programme, NOW, "nb", values=values))
            assert leader in card.as_text()
            assert aspect == "leader" or told in card.as_text()
            assert people.roles(session, person, "test2021") == frozenset()


DAYS = st.dates(date(2021, 1, 1), date(2021, 4, 30))
WINDOWS = st.none() | st.lists(DAYS, min_size=2, max_size=2).map(sorted)


def limited(starts: list[date] | None, ends: list[date] | None, build: Callable[..., Limits] = Limits) -> Limits:
    first, by = starts or (None, None)
    over, last = ends or (None, None)
    return build(starts_on=first, starts_by=by, ends_from=over, ends_on=last)


@given(starts=WINDOWS, ends=WINDOWS, day=DAYS)
def test_what_surely_holds_may_hold_and_what_is_exact_is_never_unsure(
    starts: list[date] | None, ends: list[date] | None, day: date
) -> None:
    row = limited(starts, ends)
    assert row.may_hold_on(day) or not row.surely_holds_on(day)
    # It surely holds exactly where it holds whichever days of the two windows are meant.
    begins = [starts[0], starts[1]] if starts else [date.min]
    over = [ends[0], ends[1]] if ends else [date.max]
    assert row.surely_holds_on(day) == all(first <= day <= last for first in begins for last in over)
    exact = Limits(starts_on=begins[0] if starts else None, ends_on=over[1] if ends else None)
    assert exact.may_hold_on(day) == exact.surely_holds_on(day)


@given(cut=DAYS, length=st.integers(0, 60), day=DAYS)
def test_while_somebody_acts_exactly_one_of_the_two_is_there(cut: date, length: int, day: date) -> None:
    kari = Member(programme_key="", workgroup_key="g", name="Kari", is_leader=True)
    ola = Member(programme_key="", workgroup_key="g", name="Ola", is_leader=True, acting_for="Kari",
                 starts_on=cut, ends_on=cut + length * DAY)  # fmt: skip
    group = Workgroup(programme_key="", key="g", openness="appointed", title={"nb": "G"}, leader_name="Kari")
    expected = "Ola" if cut <= day <= cut + length * DAY else "Kari"
    assert [member.name for member in workgroups.on_day([kari, ola], day)] == [expected]
    assert workgroups.leader_on(group, [kari, ola], day) == expected
