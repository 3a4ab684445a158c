"""Groups that are composed otherwise than the rules ask for are found, and those that are not raise nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import compositions, people, programme_file
from storage.compositions import Composed, CompositionRule, RuleKind, findings
from storage.database import Database
from storage.people import NotAllowed
from storage.programme_file import BrokenFile
from storage.programme_rows import composed_of, rules_of
from storage.workgroups import Member, Openness, Workgroup
from tests.conftest import PROGRAMMES, make_person

POLITICS = {"key": "politics", "title": {"nb": "folkevalgt"}, "words": ["Ap", "Sp"]}
UNION = {"key": "union", "title": {"nb": "tillitsvalgt"}, "words": ["tillitsvalgt"]}
SIDES = {"sides": [POLITICS, UNION]}


def rule(kind: RuleKind, details: dict[str, Any], groups: list[str] | None = None) -> CompositionRule:
    return CompositionRule(programme_key="p", key=str(kind), kind=kind, groups=groups or [], details=details)


def composed(key: str, *members: str | None, kind: str = "workgroup", roles: tuple[str, ...] = ()) -> Composed:
    """A group; each member is what they come as, and is named by their place."""
    group = Workgroup(
        programme_key="p",
        key=key,
        kind=kind,
        openness=Openness.APPOINTED,
        title={"nb": key},
        member_roles=[{"nb": role} for role in roles],
    )
    named = [
        Member(programme_key="p", workgroup_key=key, name=f"{key} {place}", comes_as=said)
        for place, said in enumerate(members)
    ]
    return Composed(group, named)


def keys(found: list[compositions.Finding]) -> list[tuple[str, str]]:
    return [(one.group.key, one.key) for one in found]


def test_both_findings_come_from_os_own_data_and_no_other() -> None:
    content = programme_file.read(PROGRAMMES / "os2019.yaml").content
    lacking, conflict = findings(rules_of(content), composed_of(content))
    assert (lacking.group.number, lacking.key) == (3, "lacks_side_unless")
    assert lacking.values["side"]["nb"] == "tillitsvalgt"
    assert lacking.values["unknown"] == ["Jon Horten"]
    assert (conflict.group.number, conflict.key) == (4, "in_both_by_role")
    assert conflict.values["name"] == "Grete Nesset"


def test_a_correct_group_raises_none() -> None:
    group = composed("a", "Ap, leder", "Hovedtillitsvalgt")
    rules = [
        rule(RuleKind.SIDES, SIDES),
        rule(RuleKind.APART, {"from_group": "q"}),
        rule(RuleKind.SIZE, {"at_least": 2, "at_most": 2}),
    ]
    assert findings(rules, [group, composed("q", kind="body", roles=("økonomisjef",))]) == []


def test_a_short_word_is_not_found_inside_another() -> None:
    """Kapellmester is no Ap, and Sponsor no Sp."""
    group = composed("a", "Kapellmester", "Sponsor", "Hovedtillitsvalgt")
    assert keys(findings([rule(RuleKind.SIDES, {"sides": [POLITICS]})], [group])) == [("a", "lacks_side_unless")]


def test_a_member_of_unknown_side_is_told_beside_what_lacks() -> None:
    known, unknown = composed("a", "Ap"), composed("b", "Ap", None)
    found = findings([rule(RuleKind.SIDES, SIDES)], [known, unknown])
    assert keys(found) == [("a", "lacks_side"), ("b", "lacks_side_unless")]
    assert found[1].values["unknown"] == ["b 1"]


def test_a_side_is_there_by_a_role_without_a_name() -> None:
    group = composed("a", "Ap", roles=("tillitsvalgt",))
    assert findings([rule(RuleKind.SIDES, SIDES)], [group]) == []


def test_the_same_name_in_both_groups_is_a_possible_conflict() -> None:
    mine, other = composed("a", "Ap"), composed("q", "rådgiver", kind="body")
    other.members[0].name = "a 0"
    assert keys(findings([rule(RuleKind.APART, {"from_group": "q"})], [mine, other])) == [("a", "in_both")]


def test_of_groups_without_named_members_finished_ones_and_bodies_nothing_is_told() -> None:
    finished = composed("f", "Ap")
    finished.group.openness = Openness.FINISHED
    others = [composed("e"), finished, composed("b", "Ap", kind="body")]
    assert findings([rule(RuleKind.SIDES, SIDES)], others) == []
    assert keys(findings([rule(RuleKind.SIDES, SIDES, ["b"])], others)) == [("b", "lacks_side")]


@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
def test_a_size_is_found_exactly_outside_its_bounds(count: int, at_least: int, more: int) -> None:
    at_most = at_least + more
    found = keys(
        findings([rule(RuleKind.SIZE, {"at_least": at_least, "at_most": at_most})], [composed("a", *["Ap"] * count)])
    )
    assert found == [("a", "too_few")] * (count < at_least) + [("a", "too_many")] * (count > at_most)


def test_only_coordinators_are_told_and_loaded_rules_find_the_same(database: Database) -> None:
    with database.writing() as session:
        coordinator, leader = make_person(session, "c"), make_person(session, "l")
        people.grant(session, coordinator, "os2019", "coordinator")
        people.grant(session, coordinator, "osu2020", "coordinator")
        people.grant(session, leader, "os2019", "leader")
        assert [one.group.number for one in compositions.of_programme(session, coordinator, "os2019")] == [3, 4]
        assert compositions.of_programme(session, coordinator, "osu2020") == []
        for acting, programme in ((leader, "os2019"), (coordinator, "ou2021")):
            with pytest.raises(NotAllowed):
                compositions.of_programme(session, acting, programme)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("{key: r, kind: sides, source: nettside}", "composition_without"),
        ("{key: r, kind: apart, source: nettside}", "composition_without"),
        ("{key: r, kind: size, source: nettside}", "composition_without"),
        ("{key: r, kind: size, at_least: 5, at_most: 4, source: nettside}", "composition_bounds"),
        ("{key: r, kind: apart, from_group: os-nobody, source: nettside}", "unknown_reference"),
        ("{key: r, kind: size, at_least: 5, groups: [os-nobody], source: nettside}", "unknown_reference"),
    ],
)
def test_a_rule_that_cannot_be_tried_is_told_with_its_line(tmp_path: Any, written: str, key: str) -> None:
    path = tmp_path / "broken.yaml"
    text = (PROGRAMMES / "os2019.yaml").read_text("utf-8")
    path.write_text(text.replace("composition:\n", f"composition:\n  - {written}\n"), "utf-8")
    line = text.split("composition:\n")[0].count("\n") + 2
    with pytest.raises(BrokenFile) as broken:
        programme_file.read(path)
    assert [(problem.key, problem.line) for problem in broken.value.problems] == [(f"programme_file.{key}", line)]
