"""The reference sheet has the call, the meaning and the shapes of what a lesson and the earlier ones define."""

import re
from pathlib import Path

import pytest

from cs231n_lib.classroom.release.reference_sheet import reference_sheet, rows_of, title_of
from cs231n_lib.classroom.release.source import read_notebook
from cs231n_lib.course.plan import LESSONS, Lesson, checks_of, exercises_of

ROOT = Path(__file__).parents[2]
TEXT = '''# %% [markdown]
# # 02 · Lines: straight & narrow

# %% exercise="line"
def line(x, slope=1.0):
    """A line: through 0.

    x: (N,) not changed  slope: a number < 9,
    as in `first`
    Returns y: (N,).
    """
    # SOLUTION

# %%
def helper(x):
    """Not an exercise."""
'''


def text_of(lesson: Lesson) -> Path:
    return ROOT / "solutions" / lesson.folder / f"{lesson.folder}.py"


def lesson(root: Path, name: str, text: str = TEXT) -> Path:
    path = root / name / f"{name}.py"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


def test_row_has_call_meaning_and_shapes(tmp_path: Path) -> None:
    path = lesson(tmp_path, "02_lines")
    assert title_of(path) == "02 · Lines"
    left = '<td style="text-align: left'
    assert rows_of(path) == (
        f'<tr>{left}; vertical-align: top"><code>line(x, slope=1.0)</code></td>{left}">A line: through 0.<br>'
        "<code>x</code> (N,) not changed<br><code>slope</code> a number &lt; 9, as in <code>first</code><br>"
        "Returns <code>y</code>: (N,).</td></tr>"
    )


@pytest.mark.parametrize(
    ("details", "shown"),
    [
        ("Returns (train, predict), both in the shape of x.", "Returns <code>(train, predict)</code>, both in the"),
        ("Returns dx.", "Returns <code>dx</code>."),
        ("Returns (D, M). Use no loop.", "Returns (D, M). Use no loop."),
        ("Returns (classes, classes): row = true.", "Returns (classes, classes): row = true."),
        ("Returns a number.", "Returns a number."),
        ("x: (N,), increasing\n    Find the bin.", "<code>x</code> (N,), increasing<br>Find the bin."),
        ("x: (N,) labels,\n    NumPy integers", "<code>x</code> (N,) labels, NumPy integers"),
        ("cache: (x, s).  All of one shape.", "<code>cache</code> (x, s).<br>All of one shape."),
    ],
)
def test_names_of_results_are_code_and_sentences_start_anew(tmp_path: Path, details: str, shown: str) -> None:
    path = lesson(tmp_path, "02_lines", TEXT.replace("Returns y: (N,).", details))
    assert shown in rows_of(path)


def test_sheet_has_this_lesson_first_and_no_later_one(tmp_path: Path) -> None:
    for name, word in (("01_points", "point"), ("03_planes", "plane"), ("02_lines", "line")):
        path = lesson(tmp_path, name, re.sub(r"\bline\b", word, TEXT).replace("02 · Lines", name))
    sheet = reference_sheet(path)
    assert re.findall(r"<code>(\w+)\(", sheet) == ["line", "point"]
    assert "\n\n" not in sheet  # a blank line would end the block of HTML


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)
def test_lesson_shows_all_its_functions_in_a_folded_cell(lesson: Lesson) -> None:
    exercises = exercises_of(checks_of(lesson.slug))
    (sheet,) = [one for one in read_notebook(text_of(lesson), exercises).cells if one.id == "reference"]
    assert sheet.source.startswith("<details><summary><strong>Reference sheet</strong>")
    assert set(exercises) <= set(re.findall(r"<code>(\w+)\(", sheet.source))
    assert "$" not in sheet.source  # which would begin a formula


def test_its_cell_is_not_counted_and_changes_no_id(tmp_path: Path) -> None:
    cells = "".join(f"\n# %%\n{number}\n" for number in range(54))
    path = lesson(tmp_path, "02_lines", f"# %% [markdown]\n# # 02 · Lines\n{cells}")
    ids = [cell.id for cell in read_notebook(path).cells]
    added = '# %% [markdown] beside="reference"\n# [[reference sheet]]\n\n# %%\n3\n'
    path.write_text(path.read_text().replace("# %%\n3\n", added))
    with_sheet = [cell.id for cell in read_notebook(path).cells]
    assert with_sheet.index("reference") == 4
    assert [one for one in with_sheet if one != "reference"] == ids
