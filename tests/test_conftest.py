"""The table of tried answers, on a test suite of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = "pytester"

PLUGINS = ("-p", "xdist", "-p", "cs231n_lib.classroom.grading.startup")

SUITE = """
import pytest

@pytest.mark.parametrize("seed", range(3))
def test_mistake(count_tried, seed):
    count_tried("relu_backward", "mistake")
    assert seed < 2

def test_alternative(count_tried):
    count_tried("relu_backward", "alternative")
    count_tried("softmax", "alternative")
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty test suite with the conftest under test.

    It loads no plugins by itself, because their import takes two seconds.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest((Path(__file__).parent / "conftest.py").read_text())
    return pytester


@pytest.mark.parametrize("workers", ["0", pytest.param("2", marks=pytest.mark.slow)])
def test_the_table_counts_each_answer_once(suite: pytest.Pytester, workers: str) -> None:
    suite.makepyfile(SUITE)
    run = suite.runpytest_inprocess(*PLUGINS, "-n", workers)
    run.assert_outcomes(passed=3, failed=1)
    run.stdout.fnmatch_lines(["*mistakes  alternatives", "relu_backward *3 *1", "softmax *0 *1", "all *3 *2"])


def test_no_table_where_nothing_was_tried(suite: pytest.Pytester) -> None:
    suite.makepyfile("def test_nothing(): pass")
    suite.runpytest_inprocess().stdout.no_fnmatch_line("*mistakes*")


def test_an_unknown_kind_is_refused(count_tried: Callable[[str, str], None]) -> None:
    with pytest.raises(ValueError, match="kind is 'misstake'"):
        count_tried("relu_backward", "misstake")


LACKING = """
import pytest
from machine import lacking

@pytest.mark.parametrize("seed", range(3))
def test_grading(seed):
    lacking("no sandbox. To try this, install bubblewrap")
"""


def test_the_output_ends_with_what_was_skipped_and_the_remedy(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    suite.makepyfile(LACKING)
    run = suite.runpytest_inprocess()
    run.assert_outcomes(skipped=3)
    run.stdout.fnmatch_lines(["*not tried on this machine*", " *3 tests: no sandbox. To try this, install bubblewrap"])


def test_a_missing_part_is_a_failure_in_ci(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    suite.makepyfile(LACKING)
    suite.runpytest_inprocess().assert_outcomes(failed=3)
