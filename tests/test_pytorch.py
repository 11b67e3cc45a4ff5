"""The tables of PyTorch equivalents, each row of which was run, and runs again if torch is installed."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from pytorch_rows import ROWS

from cs231n_lib.course.plan import LESSONS

GRADED = {lesson.folder for lesson in LESSONS}
TEXTS = sorted(path for path in Path(__file__).parents[1].glob("solutions/[0-9][0-9]_*/*.py") if path.stem in GRADED)
TABLE = re.compile(r'^# %% \[markdown\] beside="PyTorch"\n(.*?)(?=^# %%|\Z)', re.DOTALL | re.MULTILINE)
ROW = re.compile(r"^# \| .+? \| (.+?) \| .+ \|$", re.MULTILINE)


def rows_of(text: str) -> list[str]:
    """The middle column of the table, without its head."""
    return [theirs for theirs in ROW.findall("".join(TABLE.findall(text))) if theirs != "theirs"]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.stem)
def test_each_row_of_a_lesson_has_its_run_and_each_run_its_row(text: Path) -> None:
    shown = rows_of(text.read_text(encoding="utf-8"))
    assert shown, "a lesson ends with a table"
    assert shown == [theirs for lesson, theirs in ROWS if lesson == text.stem]


@pytest.mark.skipif(not find_spec("torch"), reason="the course does not need torch; the weekly workflow installs it")
@pytest.mark.parametrize(("lesson", "theirs"), ROWS)
def test_each_row_of_the_pytorch_tables_is_true(lesson: str, theirs: str) -> None:
    assert ROWS[lesson, theirs]()
