"""The order of the tests, on a test suite of its own."""

from pathlib import Path

import pytest

pytest_plugins = "pytester"

QUICK = "def test_one(): pass\ndef test_two(): pass\ndef test_three(): pass"
BROWSER = "import pytest\n@pytest.mark.browser\n@pytest.mark.parametrize('page', 'ab')\ndef test_page(page): pass"
LEFT_OUT = "import pytest\n@pytest.mark.audit\n@pytest.mark.parametrize('n', range(9))\ndef test_long(n): pass"


@pytest.mark.parametrize(
    ("workers", "expected"),
    [
        ("1", "page[a] page[b] one two three again class"),
        ("2", "page[a] page[b] one again two three class"),
        ("3", "page[a] page[b] again one class two three"),
    ],
)
def test_long_tests_begin_first(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: str, expected: str
) -> None:
    pytester.makeconftest((Path(__file__).parent / "order.py").read_text())
    pytester.makeini("[pytest]\nmarkers =\n    browser\n    audit")
    pytester.makepyfile(test_a=QUICK, test_b=BROWSER, test_c=LEFT_OUT, test_nbval="def test_again(): pass")
    pytester.mkdir("classroom").joinpath("test_d.py").write_text("def test_class(): pass")
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", workers)
    listed = pytester.runpytest_inprocess("--collect-only", "-q", "-m", "not audit").outlines
    assert [line.partition("::test_")[2] for line in listed if "::" in line] == expected.split()
