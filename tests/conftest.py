"""What all tests share: the count of wrong and right answers that the checks were tried on."""

import os
import signal
from collections import Counter
from collections.abc import Callable

import garbage
import one_lesson
import order
import pytest
from complete import Complete
from hypothesis import settings
from machine import list_skipped, program, sandbox  # noqa: F401  (fixtures)
from offline import offline_site, pyodide  # noqa: F401  (fixtures)
from one_lesson import pytest_addoption  # noqa: F401  (a hook)

from cs231n_lib.classroom.kernels.client import ONE_THREAD

os.environ.update(ONE_THREAD)  # for whatever the tests start, however they are started themselves
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background is deaf to it

# On a busy machine an example takes as long as it takes.
settings.register_profile("patient", settings(), deadline=None)
settings.load_profile("patient")

collect_ignore_glob = ["fixtures/*"]  # courses that tests copy, with tests of their own

Tried = Counter[tuple[str, str]]
_KINDS = ("mistake", "alternative")
_COUNTED = "tried"
_TRIED = pytest.StashKey[Tried]()

_GRADING = ("CS231N_GRADING_SEED", "NBGRADER_EXECUTION")


@pytest.fixture(autouse=True)
def _as_in_a_notebook(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the tests of grading nothing is graded: reading the class's configuration sets a seed, and leaves it."""
    if request.path.parent.name != "classroom":
        for name in _GRADING:
            monkeypatch.delenv(name, raising=False)


@pytest.fixture
def count_tried(record_property: Callable[[str, object], None]) -> Callable[[str, str], None]:
    """``count_tried(exercise, kind)``: one more "mistake" or "alternative" was tried; the table ends the test run."""

    def count(exercise: str, kind: str) -> None:
        if kind not in _KINDS:
            raise ValueError(f"kind is {kind!r}. It must be one of {_KINDS}")
        # A property travels with the test's report, and so from a worker of pytest-xdist to the one that prints.
        record_property(_COUNTED, [exercise, kind])

    return count


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_TRIED] = Counter()
    config.pluginmanager.register(_Tally(config.stash[_TRIED]))
    config.pluginmanager.register(Complete())
    config.pluginmanager.register(order)
    config.pluginmanager.register(garbage)
    one_lesson.pytest_configure(config)


class _Tally:
    def __init__(self, tried: Tried) -> None:
        self.tried = tried

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            self.tried.update(tuple(value) for name, value in report.user_properties if name == _COUNTED)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if tried := config.stash[_TRIED]:
        _list_tried(terminalreporter, tried)
    list_skipped(terminalreporter)


def _list_tried(terminalreporter: pytest.TerminalReporter, tried: Tried) -> None:
    exercises = sorted({exercise for exercise, _ in tried})
    width = max(map(len, exercises))
    terminalreporter.section("answers that the checks were tried on")
    terminalreporter.line(f"{'':{width}}  mistakes  alternatives")
    for exercise in exercises:
        mistakes, alternatives = (tried[exercise, kind] for kind in _KINDS)
        terminalreporter.line(f"{exercise:{width}}  {mistakes:8}  {alternatives:12}")
    mistakes, alternatives = (sum(n for (_, k), n in tried.items() if k == kind) for kind in _KINDS)
    terminalreporter.line(f"{'all':{width}}  {mistakes:8}  {alternatives:12}")
