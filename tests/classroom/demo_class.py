"""Submissions of the fixture course, handed in with the answers that a test chooses."""

import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from cs231n_lib.classroom.nbgrader_course import nbgrader_api

LESSON = "01_demo"
STUB = "    # Your code goes here, in place of the next line.\n    raise NotImplementedError"
RIGHT = "return scale * float(np.mean(x ** 2))"


def hand_in(
    root: Path, student: str, double: str, mean: str, before: Callable[[NotebookNode], None] | None = None
) -> Path:
    """Write a student's submission with these two answers, after ``before`` has changed the notebook."""
    notebook = nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    cells["double"].source = cells["double"].source.replace(STUB, f"    {double}")
    cells["mean_square"].source = cells["mean_square"].source.replace(STUB, f"    {mean}")
    cells["reflection"].source = f"A reason of {student}."
    if before:
        before(notebook)
    path = root / "submitted" / student / LESSON / f"{LESSON}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def released_course(built: Path, root: Path, *settings: str) -> Path:
    """Copy the built course, its lesson released, to ``root``, and add settings.

    The lesson is released once, in a folder beside the built course, because nbgrader takes more than a second for it.
    """
    released = built.with_name("released")
    if not released.exists():
        shutil.copytree(built, released)
        add_settings(released, 'c.JudgeChecks.home = "course_lessons"')
        assert nbgrader_api(released, released / "gradebook.db").generate_assignment(LESSON)["success"]
    shutil.copytree(released, root)
    add_settings(root, *settings)
    return root


def add_settings(root: Path, *settings: str) -> None:
    """Append settings to a course's configuration of nbgrader."""
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("\n".join(["", *settings, ""]))


def gradebook_of(root: Path) -> Gradebook:
    """Open the gradebook of a course."""
    return Gradebook(f"sqlite:///{root}/gradebook.db", "cs231n")
