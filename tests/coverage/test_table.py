"""docs/coverage.md has each system once, names tests that there are, and a run without one of them fails."""

import os
import re
from pathlib import Path

import pytest

from tests.coverage import SYSTEMS, Row, read, wrong

pytest_plugins = ["pytester"]

#: A project with one system that two tests show, one of them in two cases.
TABLE = """
| | What | Shown by |
|---|---|---|
| 1 | Milestones | `test_a.py::test_one`, `test_a.py::test_two` |
"""
TESTS = """
import pytest

def test_one():
    pass

@pytest.mark.parametrize("case", ["a", "b"])
def test_two(case):
    pass
"""
CONFTEST = """
from pathlib import Path
from tests.coverage import read
from tests.coverage.covering import Covering

def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Covering(read(Path(__file__).parent / "table.md")))
"""
NOT_SHOWN = "docs/coverage.md, row 1: not shown by test_a.py::"


def test_each_system_has_its_row_and_each_row_its_tests() -> None:
    assert wrong(read()) == []


def test_the_systems_are_those_of_the_documents() -> None:
    shared = os.environ.get("SHARED")
    if not shared:
        pytest.skip("SHARED does not name the folder of the seeds")
    listed = re.findall(r"^(\d+)\. ", (Path(shared) / "seeds" / "systems.md").read_text("utf-8"), re.MULTILINE)
    assert list(map(int, listed)) == list(SYSTEMS)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([], ["row 1 is missing"]),
        ([Row(1, "a", ("test_a.py::test_one",)), Row(2, "b", ("test_a.py::test_one",))], ["row 2 is of no system"]),
        ([Row(1, "a", ("test_a.py::test_one",))] * 2, ["row 1 is there 2 times"]),
        ([Row(1, "a", ())], ["row 1 names no test"]),
        ([Row(1, "a", ("test_a.py::test_gone",))], ["row 1: there is no test_a.py::test_gone"]),
        ([Row(1, "a", ("test_b.py::test_one",))], ["row 1: there is no test_b.py::test_one"]),
        ([Row(1, "a", ("test_a.py::test_one", "test_a.py::test_two"))], []),
    ],
)
def test_a_table_that_is_wrong_is_found_out(tmp_path: Path, rows: list[Row], found: list[str]) -> None:
    (tmp_path / "test_a.py").write_text(TESTS)
    assert wrong(rows, tmp_path, [1]) == found


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    pytester.makefile(".toml", pyproject="[tool.pytest.ini_options]\ntestpaths = ['.']")
    pytester.makeconftest(CONFTEST)
    pytester.makefile(".md", table=TABLE)
    pytester.makepyfile(test_a=TESTS)
    return pytester


def test_a_run_in_which_all_that_shows_a_system_passed_is_fine(project: pytest.Pytester) -> None:
    ended = project.runpytest_subprocess("-n", "1")
    assert ended.ret == pytest.ExitCode.OK
    ended.stdout.no_fnmatch_line(f"*{NOT_SHOWN}*")


@pytest.mark.parametrize(
    ("before", "after", "test"),
    [
        ("def test_one():\n    pass", "def test_one():\n    pytest.skip('not today')", "test_one"),
        ("def test_one", "@pytest.mark.skip\ndef test_one", "test_one"),
        ("def test_one():\n    pass", "@pytest.mark.xfail\ndef test_one():\n    assert False", "test_one"),
        ("def test_one", "def nothing", "test_one"),
        ('["a", "b"]', "[]", "test_two"),
        ("def test_two(case):\n    pass", "def test_two(case):\n    assert case == 'a'", "test_two"),
    ],
)
def test_a_run_in_which_something_did_not_pass_fails_and_says_which(
    project: pytest.Pytester, before: str, after: str, test: str
) -> None:
    assert before in TESTS
    project.makepyfile(test_a=TESTS.replace(before, after))
    # One case with processes of xdist: what they run is told by them.
    ended = project.runpytest_subprocess(*(("-n", "1") if "skip(" in after else ()))
    assert ended.ret == pytest.ExitCode.TESTS_FAILED
    ended.stdout.fnmatch_lines([f"*{NOT_SHOWN}{test}"])


@pytest.mark.parametrize("narrowed", [("test_a.py",), ("-k", "test_two")])
def test_of_a_part_of_the_tests_nothing_is_missed(project: pytest.Pytester, narrowed: tuple[str, ...]) -> None:
    assert project.runpytest_subprocess(*narrowed).ret == pytest.ExitCode.OK
