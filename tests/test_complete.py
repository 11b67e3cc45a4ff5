"""The plugin that counts reports, on a test suite of its own."""

from pathlib import Path

import pytest

pytest_plugins = "pytester"

FOUR = """
import os, signal
import pytest

def test_first(): pass

{last}

@pytest.mark.parametrize("number", [1, 2])
def test_other(number): pass
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty test suite with the plugin under test.

    It loads no other plugins, because their import takes two seconds.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(complete=(Path(__file__).parent / "complete.py").read_text())
    pytester.makeconftest(
        "import complete\ndef pytest_configure(config): config.pluginmanager.register(complete.Complete())"
    )
    return pytester


@pytest.mark.parametrize(
    "option", ["--exitfirst", "--collect-only", pytest.param("--numprocesses=1", marks=pytest.mark.slow)]
)
def test_complete_run_passes(suite: pytest.Pytester, option: str) -> None:
    suite.makepyfile(FOUR.format(last=""))
    finished = suite.runpytest_inprocess("-p", "xdist", option)
    assert finished.ret == 0
    finished.stdout.no_fnmatch_line("*did not report*")


def test_run_without_a_report_fails(suite: pytest.Pytester) -> None:
    silent = "def pytest_runtest_protocol(item): return item.name == 'test_other[2]' or None"
    suite.makepyfile(FOUR.format(last=""), silent=silent)
    suite.syspathinsert()
    finished = suite.runpytest_inprocess("-p", "silent")
    assert finished.ret == 1
    finished.stdout.fnmatch_lines(["*= 1 of 3 collected tests did not report =*", "*::test_other?2?", "*2 passed*"])


@pytest.mark.slow
@pytest.mark.parametrize("end", ["raise KeyboardInterrupt", "os.kill(os.getpid(), signal.SIGKILL)"])
def test_tests_of_an_ended_worker_are_counted(suite: pytest.Pytester, end: str) -> None:
    suite.makepyfile(FOUR.format(last=f"def test_ends_its_worker(): {end}"))
    finished = suite.runpytest_subprocess("-p", "xdist", "--numprocesses=1", "--max-worker-restart=0")
    assert finished.ret != 0
    finished.stdout.fnmatch_lines(
        ["*= 2 of 4 collected tests did not report =*", "*::test_other?1?", "*::test_other?2?"]
    )
