"""What a lesson's text becomes, and that each broken text fails with the file, the cell and the remedy."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from course_lessons.demo import checks as demo
from nbformat import NotebookNode

from cs231n_lib.classroom.release.source import BuildError, example, read_notebook, reference_body
from cs231n_lib.contracts import array, contract
from cs231n_lib.course.plan import exercises_of


def lesson(course: Path) -> Path:
    return course / "solutions" / "01_demo" / "01_demo.py"


def read(course: Path) -> NotebookNode:
    return read_notebook(lesson(course), exercises_of(demo))


def cells(course: Path) -> dict[str, NotebookNode]:
    return {cell.id: cell for cell in read(course).cells}


def test_solution_markers_enclose_the_body_of_the_reference(course: Path) -> None:
    assert cells(course)["double"].source.splitlines() == [
        "def double(x):",
        '    """Return twice x.',
        "",
        "    Example:",
        "    >>> double(np.array([1.0, 2.0]))",
        "    array([2., 4.])",
        '    """',
        "    ### BEGIN SOLUTION",
        "    # Adding is as good as multiplying.",
        "    return x + x",
        "    ### END SOLUTION",
    ]


def test_an_example_follows_the_docstring_of_several_lines_too(course: Path) -> None:
    path = lesson(course)
    text = path.read_text().replace('Return twice x."""', 'Return twice x.\n\n    x: an array.\n    """')
    path.write_text(text)
    assert cells(course)["double"].source.splitlines()[1:7] == [
        '    """Return twice x.',
        "",
        "    x: an array.",
        "",
        "    Example:",
        "    >>> double(np.array([1.0, 2.0]))",
    ]


def test_an_example_of_several_lines_is_shown_whole() -> None:
    def mean(x):  # type: ignore[no-untyped-def]
        """Mean.

        >>> x = [
        ...     1, 2]
        >>> mean(x)
        1.5

        What follows is no example.
        """

    assert example(mean) == [">>> x = [", "...     1, 2]", ">>> mean(x)", "1.5"]


def test_cells_beside_the_lesson_are_not_counted_or_marked(course: Path) -> None:
    path = lesson(course)
    text = path.read_text().replace('exercise="double"', 'exercise="double" beside="bonus"')
    path.write_text(
        text + "\n# %%\n1\n" * 47 + '\n# %% beside="warm-up"\n1\n' * 10
    )  # 55 without the exercise and its check
    notebook = read(course)
    assert len(notebook.cells) == 67
    assert not any("beside" in cell.metadata for cell in notebook.cells)


def test_check_follows_its_exercise_with_its_points(course: Path) -> None:
    notebook = read(course)
    ids = [cell.id for cell in notebook.cells]
    check = notebook.cells[ids.index("double") + 1]
    assert (check.source, check.metadata.nbgrader.points) == ("checks.double()", 40)
    assert check.metadata.nbgrader.locked
    assert check.metadata.nbgrader.grade


def test_box_says_importance_and_difficulty_in_words(course: Path) -> None:
    box = cells(course)["markdown-05"].source
    assert " · useful · 50 points" in box
    assert "about 10 minutes" in box
    assert "●●●○○ (3 of 5)" in box


def test_reference_body_looks_through_decorators() -> None:
    @contract(x=array())
    def halve(x):  # type: ignore[no-untyped-def]
        """Half of x."""

        return x / 2

    assert reference_body(halve) == "return x / 2"


def test_body_of_a_function_without_docstring_is_all_of_it() -> None:
    def negate(x):  # type: ignore[no-untyped-def]
        y = -x
        return y

    assert reference_body(negate) == "y = -x\nreturn y"


CELL = "\n# %%\n"
SECOND_DOUBLE = '\n# %% exercise="double"\ndef double(x):\n    # SOLUTION\n'
BROKEN = {
    "duplicate grade_id": (
        "",
        SECOND_DOUBLE,
        "cell double (def double",
        "two cells have the id double",
        "rename or remove",
    ),
    "duplicate grade_id of an answer": (
        'answer="reflection"',
        'answer="double"',
        "cell double",
        "two cells have the id double",
        "rename or remove",
    ),
    "unclosed solution region": (
        "",
        CELL + "### BEGIN SOLUTION\nx = 1\n",
        "cell code-08",
        "not closed",
        "### END SOLUTION",
    ),
    "solution in an unmarked cell": (
        "",
        CELL + "# SOLUTION\n",
        "cell code-08",
        "not an exercise",
        '# %% exercise="name"',
    ),
    "region in an unmarked cell": (
        "",
        CELL + "### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n",
        "cell code-08",
        "not an exercise",
        '# %% exercise="name"',
    ),
    "exercise without a check": (
        'exercise="double"',
        'exercise="triple"',
        "cell code-03",
        "triple has no check",
        "define it",
    ),
    "box of an unknown exercise": (
        "[[exercise double]]",
        "[[exercise triple]]",
        "cell markdown-02",
        "no check",
        "define it",
    ),
    "no cell asks for an exercise": (
        'exercise="double"',
        'tags=["x"]',
        "cell code-03",
        "not an exercise",
        '# %% exercise="name"',
    ),
    "points": (
        "points=10",
        "points=11",
        "all graded cells",
        "add up to 101, not 100: check_double 40,",
        "remove 1 in total by changing points= of an Exercise in cs231n_lib/lessons/demo/checks/, or",
    ),
    "answer without points": (" points=10", "", "cell markdown-06", "with points", "points=4"),
    "too many cells": ("", "\n# %%\n1\n" * 50, "whole lesson", "60 cells, but at most 55", "until 5 fewer"),
    "too many cells, others beside": (
        "",
        '\n# %% beside="milestone"\n1\n' + "\n# %%\n1\n" * 46,
        "whole lesson",
        "56 cells, but at most 55",
        "until 1 fewer",
    ),
    "no part of a lesson": (
        "",
        '\n# %% beside="prose"\n1\n',
        "cell code-08",
        "'prose' is not a part",
        "one of warm-up,",
    ),
    "long code cell": (
        "",
        CELL + "x = 1\n" * 26,
        "cell code-08 (x = 1)",
        "would see 26 lines",
        "split",
    ),
    "other parameter": ("double(x)", "double(y)", "cell code-03", "double(y) does not match", "write def double(x)"),
    "other default": ("scale=0.5", "scale=1", "cell code-05", "does not match", "write def mean_square(x, scale=0.5)"),
    "other function": ("def double", "def twice", "cell code-03", "does not match", "write def double(x)"),
    "no placeholder": (
        "# SOLUTION",
        "pass",
        "code-03",
        "0 lines",
        "write one line",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_broken_text_fails_with_file_cell_and_remedy(course: Path, fault: str) -> None:
    old, new, cell, problem, remedy = BROKEN[fault]
    path = lesson(course)
    text = path.read_text()
    path.write_text(text.replace(old, new, 1) if old else text + new)
    with pytest.raises(BuildError) as raised:
        read(course)
    message = str(raised.value)
    assert message.startswith(f"{path}, ")
    assert cell in message
    assert problem in message
    assert re.search(f"Remedy: .*{re.escape(remedy)}", message)


def test_exercise_without_a_cell_fails_the_build(course: Path) -> None:
    path = lesson(course)
    first, _, rest = path.read_text().partition('# %% exercise="double"')
    path.write_text(first + rest[rest.index("# %%") :])
    with pytest.raises(
        BuildError, match=r'no cell contains the exercise double.\n  Remedy: add # %% exercise="double"'
    ):
        read(course)


def test_stub_counts_among_the_lines_of_an_exercise(course: Path) -> None:
    path = lesson(course)
    text = path.read_text()
    fits = text.replace('Return twice x."""', "Return twice x.\n" + "    more\n" * 16 + '    """', 1)
    path.write_text(fits)
    read(course)
    path.write_text(fits.replace("    more\n", "    more\n    more\n", 1))
    with pytest.raises(BuildError, match="26 lines"):
        read(course)


def test_box_lists_earlier_functions_and_solution_uses_mine(course: Path) -> None:
    exercises = exercises_of(demo)
    exercises["double"] = replace(exercises["double"], reference=_doubled, name="double", builds_on=("mean_square",))
    made = {cell.id: cell.source for cell in read_notebook(lesson(course), exercises).cells}
    assert "    return mean_squares(x, 'µ') * mine.mean_square(x) * x" in made["double"].replace('"', "'")
    boxed = next(source for name, source in made.items() if "<code>double</code>" in source)
    assert "You may call your earlier <code>mine.mean_square</code>." in boxed
    assert sum("mine." in source for source in made.values()) == 2


def _doubled(x):  # type: ignore[no-untyped-def]
    return mean_squares(x, "µ") * demo.mean_square(x) * x  # noqa: F821  (it is read, not run)
