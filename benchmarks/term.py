"""The steps of a term around grading, with the time of each, on an invented class.

``python -m benchmarks grading --keep FOLDER`` turns its submissions into downloads of Canvas, and runs these steps.
"""

import csv
import shutil
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

from nbgrader.api import Gradebook

from cs231n_lib.__main__ import main as course

FIRST_ID = 4700
COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
LATE = "2027-02-03 12:00:00 UTC"
"""Time of submission of two students, almost two days after the due date."""


def download(root: Path, lesson: str) -> dict[str, str]:
    """Move the submissions into a zip and a table as Canvas exports them, and return the ids by name."""
    submitted, downloads = root / "submitted", root / "downloads"
    downloads.mkdir(exist_ok=True)
    ids = {folder.name: str(FIRST_ID + i) for i, folder in enumerate(sorted(submitted.iterdir()))}
    with zipfile.ZipFile(downloads / "submissions.zip", "w", zipfile.ZIP_DEFLATED) as opened:
        for name, number in ids.items():
            path = submitted / name / lesson / f"{lesson}.ipynb"
            opened.write(path, f"{name.replace('-', '')}_{number}_{90000 + int(number)}_{lesson}.ipynb")
    shutil.rmtree(submitted)
    title = f"Lesson {int(lesson[:2])} (1)"
    with (downloads / "gradebook.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow((*COLUMNS, title))
        table.writerow(("    Points Possible", "", "", "", "", "100.0"))
        for name, number in {**ids, "absent": "4699"}.items():
            table.writerow((f"{name}, Student", number, "", f"{name}@example.org", "A", ""))
    return ids


def prepare(root: Path, lesson: str, ids: dict[str, str]) -> None:
    """Collect the downloads, and give the late students their times, an extension and a slip day."""
    number = str(int(lesson[:2]))
    _step(root, "collect", number, "downloads/submissions.zip", "--table", "downloads/gradebook.csv")
    late = [ids["two-days-late"], ids["student-0001"]]
    for student in late:
        (root / "submitted" / student / lesson / "timestamp.txt").write_text(LATE)
    (root / "students.csv").write_text(f"id,slip_days\n{late[0]},1\n")
    _step(root, "extend", late[1], number, "2d")


def finish(root: Path, lesson: str) -> None:
    """Grade the reflections, return the feedback twice, and write the grades."""
    number = str(int(lesson[:2]))
    students = _mark(root, lesson)
    _step(root, "return", number)
    _mark(root, lesson, students[:1], "Now with a reason why the two gradients differ.")
    _step(root, "return", number)
    _step(root, "grades", number)


def _step(root: Path, *command: str) -> None:
    """Run a command in the course's folder, and print it with its time."""
    print(f"\n$ cs231n {' '.join(command)}", flush=True)
    start = time.time()
    course([*(str(root / word) if word.startswith("downloads/") else word for word in command), "--root", str(root)])
    print(f"({time.time() - start:.1f} s)", flush=True)


def _mark(
    root: Path, lesson: str, chosen: Sequence[str] = (), comment: str = "Good. Say how large $h$ was."
) -> list[str]:
    """Grade the reflections as a person does in formgrader, and return the students."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        cell = next(
            cell.name for cell in gradebook.find_notebook(lesson, lesson).grade_cells if cell.cell_type == "markdown"
        )
        marked = []
        for submission in gradebook.assignment_submissions(lesson):
            student = str(submission.student.id)
            grade = gradebook.find_grade(cell, lesson, lesson, student)
            if (chosen and student not in chosen) or not any(one.auto_score for one in grade.notebook.grades):
                continue
            grade.manual_score, grade.needs_manual_grade = 0.75 * grade.max_score, False
            gradebook.find_comment(cell, lesson, lesson, student).manual_comment = comment
            marked.append(student)
        gradebook.db.commit()
    print(f"\nReflections graded by hand: {len(marked)}, with the comment {comment!r}")
    return marked
