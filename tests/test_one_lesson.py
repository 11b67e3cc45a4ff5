"""The option --lesson, on a test suite of its own."""

from pathlib import Path

import pytest

pytest_plugins = "pytester"

SHARED = """
from collections import namedtuple
from pathlib import Path
import pytest
from cs231n_lib.course.plan import lesson

Row = namedtuple("Row", "lesson")

def test_all(): pass

@pytest.mark.parametrize("one", [
    pytest.param(lesson(7), id="seven"), pytest.param(lesson(8), id="eight"), Row("07"), Row("08"), Row("index"),
    Path("07_regularization.py"), Path("08_update_rules.py"),
    "regularization.dropout", "update_rules.race", "relative_error", "adam",
], ids=str)
def test_one(one): pass

@pytest.mark.parametrize(("slug", "name"), [("regularization", "adam"), ("update_rules", "momentum")])
def test_two(slug, name): pass
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest((Path(__file__).parent / "one_lesson.py").read_text())
    pytester.makepyfile(test_shared=SHARED)
    for slug in ("regularization", "update_rules"):
        folder = pytester.mkdir("lessons") if slug == "regularization" else pytester.path / "lessons"
        (folder / slug).mkdir()
        (folder / slug / f"test_{slug}.py").write_text("def test_own(): pass")
    return pytester


@pytest.mark.parametrize("name", ["8", "update_rules", "08_update_rules"])
def test_tests_of_other_lessons_are_left_out(suite: pytest.Pytester, name: str) -> None:
    listed = [
        line.rpartition("/")[2] for line in suite.runpytest_inprocess("--collect-only", "-q", "--lesson", name).outlines
    ]
    assert [line.partition("::test_")[2] for line in listed if "::" in line] == [
        "own",
        "all",
        "one[eight]",
        "one[Row(lesson='08')]",
        "one[Row(lesson='index')]",
        "one[08_update_rules.py]",
        "one[update_rules.race]",
        "one[adam]",
        "two[update_rules-momentum]",
    ]


def test_an_unknown_lesson_is_refused(suite: pytest.Pytester) -> None:
    suite.runpytest_inprocess("--lesson", "11").stderr.fnmatch_lines(
        ["*No lesson is called '11'. Pass the number, name or folder of one of 00_primer,*"]
    )
