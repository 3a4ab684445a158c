"""docs/coverage.md: a row for each system that the documents describe, with the tests that show it working."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "coverage.md"
#: What the five documents describe that software can carry is numbered so.
SYSTEMS = range(1, 44)
_ROW = re.compile(r"\| *(\d+) *\|(.+?)\|(.+)\|\s*")
_TEST = re.compile(r"`([^`\s]+\.py::[^`\s]+)`")


@dataclass(frozen=True)
class Row:
    """One system: its number and name, and the tests that show it, as pytest names them but for their parameters."""

    number: int
    name: str
    tests: tuple[str, ...]


def read(table: Path = TABLE) -> list[Row]:
    """The rows of the table, in its order."""
    found = map(_ROW.fullmatch, table.read_text("utf-8").splitlines())
    return [Row(int(row[1]), row[2].strip(), tuple(_TEST.findall(row[3]))) for row in found if row]


def wrong(rows: Iterable[Row], root: Path = ROOT, systems: Iterable[int] = SYSTEMS) -> list[str]:
    """What is wrong with the table itself: rows that are missing, unknown or there twice, or that nothing shows."""
    listed = list(rows)
    times, wanted = Counter(row.number for row in listed), set(systems)
    return [
        *(f"row {number} is missing" for number in sorted(wanted - times.keys())),
        *(f"row {number} is of no system" for number in sorted(times.keys() - wanted)),
        *(f"row {number} is there {count} times" for number, count in sorted(times.items()) if count > 1),
        *(f"row {row.number} names no test" for row in listed if not row.tests),
        *(f"row {row.number}: there is no {test}" for row in listed for test in row.tests if not exists(test, root)),
    ]


def exists(test: str, root: Path = ROOT) -> bool:
    """Whether there is a test of that name. It is looked for in the source, so that nothing has to be imported."""
    path, _, name = test.partition("::")
    return (root / path).is_file() and name in _tests_of(root / path)


@cache
def _tests_of(file: Path) -> frozenset[str]:
    return frozenset(_names(ast.parse(file.read_text("utf-8")).body))


def _names(body: list[ast.stmt]) -> Iterator[str]:
    for one in body:
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test_"):
            yield one.name
