"""A plugin for pytest: notes which tests that docs/coverage.md names have passed, and fails a whole run without one.

Nothing is run twice for it: the tests are run where they stand, among all the others, by however many processes.
"""

from collections.abc import Sequence

import pytest

from tests.coverage import Row, read

#: What leaves tests out of a run on purpose.
NARROWING = ("keyword", "markexpr", "lf", "deselect", "ignore", "ignore_glob", "collectonly")


class Covering:
    """Hears how each test ended. With xdist the process that runs none hears of all of them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.passed: set[str] = set()
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test with parameters has passed when at least one of its cases has, and none has failed."""
        test = report.nodeid.partition("[")[0]
        if report.failed:
            self.failed.add(test)
        elif report.when == "call" and report.passed and not hasattr(report, "wasxfail"):
            self.passed.add(test)

    def left(self, row: Row) -> list[str]:
        """The row's tests that have not passed: failed, skipped, or never run."""
        return [test for test in row.tests if test not in self.passed - self.failed]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.exitstatus == pytest.ExitCode.OK and is_whole(session.config) and any(map(self.left, self.rows)):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        if not is_whole(config):
            return
        for row in self.rows:
            for test in self.left(row):
                terminalreporter.write_line(f"docs/coverage.md, row {row.number}: not shown by {test}", red=True)


def is_whole(config: pytest.Config) -> bool:
    """Whether everything was to be run: only then can what was not run be missed."""
    is_all = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return is_all and not any(config.getoption(name, None) for name in NARROWING)


def register(config: pytest.Config) -> None:
    """To be called when pytest begins. A process that xdist started tells all it does to the one that started it."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Covering(read()), "covering")
