"""What the primer promises: its size, its time, its headings, and questions that name sections to read."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from cs231n_lib.checks import Practice
from cs231n_lib.course.plan import NOTEBOOKS, PRIMER, checks_of, exercises_of
from cs231n_lib.lessons.primer import explorables
from cs231n_lib.lessons.primer.checks import questions

ROOT = Path(__file__).parents[3]
RELEASE = nbformat.read(ROOT / "notebooks" / PRIMER.folder / f"{PRIMER.folder}.ipynb", as_version=4)
EXERCISES = exercises_of(checks_of(PRIMER.slug))
TEXT = "\n".join(cell.source for cell in RELEASE.cells if cell.cell_type == "markdown")
SECTIONS = [
    "Arrays and axes", "Broadcasting", "Indexing", "Copies and views", "Gradients", "Chain rule",
    "First-order approximation", "Matrix products", "Standard error", "Eigenvectors and the SVD",
]  # fmt: skip
"""Headings that other lessons link to."""
HINTS = re.findall(r"<details><summary>Hint (\d): .*?</details>", TEXT, re.DOTALL)
WORDS_PER_MINUTE, MINUTES_PER_EXPLORABLE = 150, 5


def words(text: str) -> int:
    """Number of words, which contain a letter."""
    return sum(any(map(str.isalpha, word)) for word in re.sub(r"<[^>]+>", " ", text).split())


def test_headings_that_lessons_link_to_are_there() -> None:
    assert re.findall(r"^## (.+)$", TEXT, re.MULTILINE) == SECTIONS


def test_notebook_has_at_most_30_cells_and_2500_words() -> None:
    assert len(RELEASE.cells) <= 30
    assert words(TEXT) <= 2500


def test_notebook_takes_at_most_an_hour() -> None:
    later_hints = sum(map(words, re.findall(r"<details><summary>Hint [23]: .*?</details>", TEXT, re.DOTALL)))
    minutes = sum(exercise.minutes for exercise in EXERCISES.values())
    minutes += (words(TEXT) - later_hints) / WORDS_PER_MINUTE
    minutes += len(questions.questions) + MINUTES_PER_EXPLORABLE * len(explorables.__all__)
    assert minutes <= 60 * PRIMER.hours


def test_each_exercise_has_hints_0_to_3_and_no_points() -> None:
    assert ["0", "1", "2", "3"] * len(EXERCISES) == HINTS
    assert len(EXERCISES) == 8
    for exercise in EXERCISES.values():
        assert isinstance(exercise, Practice)
        assert exercise.worth == 0
    marked = [cell.metadata.get("nbgrader", {}) for cell in RELEASE.cells]
    assert not any(mark.get("grade") or mark.get("points") for mark in marked)


def test_no_hint_contains_a_line_of_a_reference() -> None:
    hints = "\n".join(re.findall(r"<details>.*?</details>", TEXT, re.DOTALL))
    for exercise in EXERCISES.values():
        for line in exercise.model_answer.splitlines()[1:]:
            code = line.strip().removeprefix("return ")
            assert code == "out" or code not in hints


def test_eight_questions_tell_which_sections_to_read() -> None:
    assert len(questions.questions) == 8
    named = set()
    for question in questions.questions:
        assert question.why_not(str(question.answer)) == ""
        for given, reason in question.wrong.items():
            assert question.why_not(str(given)) == reason
            sections = re.findall(r"\*\*(.+?)\*\*", reason)
            assert sections
            assert set(sections) <= set(SECTIONS)
            named |= set(sections)
    assert named == set(SECTIONS)


@pytest.mark.parametrize("shapes", [(1, 1, 0, 4), (4, 1, 1, 4), (3, 4, 2, 4), (3, 4, 3, 2), (2, 3, 0, 2)])
def test_broadcasting_explorable_agrees_with_numpy(shapes: tuple[int, ...]) -> None:
    rows, columns, b_rows, b_columns = shapes
    other = (b_rows, b_columns) if b_rows else (b_columns,)
    caption = (
        explorables.broadcasting().picture(a_rows=rows, a_columns=columns, b_rows=b_rows, b_columns=b_columns).caption
    )
    try:
        result = np.broadcast_shapes((rows, columns), other)
    except ValueError:
        assert "NumPy raises an error" in caption
        length = {2: "2 and meets", 3: "3 and meets", 4: "4 and meets"}
        axis = next(i for i in (1, 0) if i < len(other) or i == 1 if (rows, columns)[i] != other[i - 2])
        assert f"axis {axis} of a has length {length[(rows, columns)[axis]]}" in caption
    else:
        assert f"give the shape {result}." in caption


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"angle": 45}, "A v is 3.00 times v, so v is an eigenvector."),
        ({"angle": 135}, "A v is 1.00 times v, so v is an eigenvector."),
        ({"angle": 0}, "eigenvalues 3.00 and 1.00"),
        ({"a": 1.0, "c": 0.0, "d": 1.0}, "All eigenvectors lie on the dash-dotted line, with the eigenvalue 1.00"),
        ({"a": 0.0, "b": -1.0, "c": 1.0, "d": 0.0}, "no real eigenvector"),
        ({"b": 0.0, "c": 0.0}, "Every vector is an eigenvector"),
        ({"a": 1.0, "d": 1.0}, "are 2.00 and 0.00 long"),
        ({"a": 1.0, "d": 1.0, "angle": 135}, "A maps v to 0"),
    ],
)
def test_matrix_explorable_describes_known_matrices(values: dict[str, float], sentence: str) -> None:
    assert sentence in explorables.matrix().picture(**values).caption


def test_primer_comes_first_among_the_notebooks() -> None:
    assert NOTEBOOKS[0] is PRIMER
    assert PRIMER.prepares == (1,)
