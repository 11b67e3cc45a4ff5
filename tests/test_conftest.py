"""The table of tried answers, on a test suite of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = "pytester"

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
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """An empty test suite with the conftest under test."""
    pytester.makeconftest((Path(__file__).parent / "conftest.py").read_text())
    return pytester


@pytest.mark.parametrize("workers", ["0", pytest.param("2", marks=pytest.mark.slow)])
def test_the_table_counts_each_answer_once(suite: pytest.Pytester, workers: str) -> None:
    suite.makepyfile(SUITE)
    run = suite.runpytest_inprocess("-n", workers)
    run.assert_outcomes(passed=3, failed=1)
    run.stdout.fnmatch_lines(["*mistakes  alternatives", "relu_backward *3 *1", "softmax *0 *1", "all *3 *2"])


def test_no_table_where_nothing_was_tried(suite: pytest.Pytester) -> None:
    suite.makepyfile("def test_nothing(): pass")
    suite.runpytest_inprocess().stdout.no_fnmatch_line("*mistakes*")


def test_an_unknown_kind_is_refused(count_tried: Callable[[str, str], None]) -> None:
    with pytest.raises(ValueError, match="kind is 'misstake'"):
        count_tried("relu_backward", "misstake")
