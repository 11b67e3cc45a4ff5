"""The table of lessons in the README, written from the plan between two comments that no reader sees."""

import re
from pathlib import Path

from cs231n_lib.course.plan import LESSONS
from cs231n_lib.course.progress import notebook_path

BEGIN, END = "<!-- lessons: written by `make notebooks` from the plan -->", "<!-- end of lessons -->"


def lessons_table(root: Path) -> str:
    """A row for each lesson of the plan; ready is one whose notebook is there."""
    rows = ["| | lesson | you write | |", "|---|---|---|---|"]
    for lesson in LESSONS:
        state = "ready" if (root / "notebooks" / notebook_path(lesson)).exists() else "being written"
        rows.append(f"| {lesson.number:02d} | {lesson.title} | {lesson.writes} | {state} |")
    return "\n".join(rows)


def with_table(root: Path) -> str:
    """The README under ``root`` as it ought to be.

    Raises
    ------
    ValueError
        If one of the two comments is missing.
    """
    text = (root / "README.md").read_text(encoding="utf-8")
    pattern = re.compile(f"(?<={re.escape(BEGIN)}\n).*?(?=\n{re.escape(END)})", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"README.md has no place for the lessons, between the lines {BEGIN} and {END}")
    return pattern.sub(lambda _: lessons_table(root), text, count=1)
