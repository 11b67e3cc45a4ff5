"""A pytest plugin: a run in which a collected test reported nothing fails, and says how many."""

from collections.abc import Iterable

import pytest

SHOWN = 5
"""So many of the missing tests are named."""


class Complete:
    """Compares the tests that were collected, here or by the workers of pytest-xdist, with those that reported."""

    def __init__(self) -> None:
        self.collected: dict[str, None] = {}
        self.reported: set[str] = set()

    @property
    def missing(self) -> list[str]:
        """The tests that did not report, in order."""
        return [test for test in self.collected if test not in self.reported]

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what this process is going to run."""
        if not session.config.option.collectonly:
            self.collected.update(dict.fromkeys(item.nodeid for item in session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Iterable[str]) -> None:
        """Note what the workers are going to run."""
        self.collected.update(dict.fromkeys(ids))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a report; pytest-xdist writes one for the test that ended its worker."""
        self.reported.add(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that would pass."""
        if self.missing and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how many are missing."""
        if self.missing:
            total = len(self.collected)
            terminalreporter.section(f"{len(self.missing)} of {total} collected tests did not report", red=True)
            for test in self.missing[:SHOWN]:
                terminalreporter.line(test)
            if len(self.missing) > SHOWN:
                terminalreporter.line("...")
