"""python -m tests.coverage [NUMBER ...]: runs what shows each system working, and prints a line for each."""

import sys

import pytest

from tests.coverage import ROOT, read, wrong
from tests.coverage.covering import Covering


def main(numbers: list[int]) -> int:
    rows = [row for row in read() if not numbers or row.number in numbers]
    mistakes = [] if numbers else wrong(rows)
    covering = Covering(rows)
    tests = sorted({test for row in rows for test in row.tests})
    pytest.main(["--rootdir", str(ROOT), "-p", "no:cacheprovider", *tests], plugins=[covering])
    for row in rows:
        left = covering.left(row)
        print(f"{row.number:>2}  {'DOES NOT WORK' if left else 'works':<14}{row.name}")
        for test in left:
            print(f"{'':<4}{test}")
    for mistake in mistakes:
        print(mistake)
    shown = sum(not covering.left(row) for row in rows)
    print(f"\n{shown} of {len(rows)} work.")
    return int(shown < len(rows) or bool(mistakes))


if __name__ == "__main__":
    sys.exit(main([int(number) for number in sys.argv[1:]]))
