"""Makes a student's page of feedback, in a worker; for wrong answers, looks first for the place where they go wrong.

That takes longer than grading, so that it comes once all grades of the class are written.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from nbgrader.api import Gradebook

from cs231n_lib.checks.report import METADATA

from .one import Course, Job, at_hand, grade_one, put_into, why
from .report_read import Said, said_in


class Mark(NamedTuple):
    """One graded cell of one student."""

    auto_score: float | None
    manual_score: float | None
    needs_manual_grade: bool
    extra_credit: float | None


@dataclass(frozen=True)
class Marked:
    """What a student's page of feedback is made from: the graded notebook's files, and what the gradebook has.

    ``marks`` and ``comments``, the automatic and the person's, are by the cell's name. ``search`` is what was handed
    in, if the places of its wrong answers are still to be looked for.
    """

    lesson: str
    student: str
    files: dict[str, bytes]
    marks: dict[str, Mark]
    comments: dict[str, tuple[str | None, str | None]]
    penalty: float | None
    search: Job | None = None


def marked(gradebook: Gradebook, job: Job, folder: Path, *, places: bool) -> Marked:
    """What there is of a student's lesson, which was graded into ``folder``; with places, if an answer is wrong."""
    (notebook,) = gradebook.find_submission(job.lesson, job.student).notebooks
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".ipynb"}
    return Marked(
        job.lesson,
        job.student,
        files,
        {grade.name: Mark(*(getattr(grade, name) for name in Mark._fields)) for grade in notebook.grades},
        {comment.name: (comment.auto_comment, comment.manual_comment) for comment in notebook.comments},
        notebook.late_submission_penalty,
        job if places and any(map(is_wrong, files.values())) else None,
    )


def is_wrong(graded: bytes) -> bool:
    """Whether a check in a graded notebook, of a bonus too, says that it failed, and not for time or a crash."""
    outputs = [output for cell in json.loads(graded)["cells"] for output in cell.get("outputs", [])]
    said = [output.get("metadata", {}).get(METADATA) for output in outputs]
    return any(isinstance(check, dict) and check.get("failed") and not check.get("trouble") for check in said)


@dataclass(frozen=True)
class Page:
    """A student's page of feedback, the notebook that it is made from, and what that says to the report."""

    content: bytes
    files: dict[str, bytes]
    said: Said


def page_of(course: Course, job: Marked) -> Page:
    """A student's page of feedback, as ``nbgrader generate_feedback`` makes it.

    Raises
    ------
    RuntimeError
        With the reason, where nbgrader makes none.
    """
    files = job.files if job.search is None else _searched(course, job, job.search)
    folder, api = at_hand(course)
    put_into(folder / "autograded" / job.student / job.lesson, files)
    with Gradebook(api.coursedir.db_url) as gradebook:
        gradebook.update_or_create_student(job.student)
        (notebook,) = gradebook.update_or_create_submission(job.lesson, job.student).notebooks
        notebook.late_submission_penalty = job.penalty
        for grade in notebook.grades:
            for name, value in job.marks[grade.name]._asdict().items():
                setattr(grade, name, value)
        for comment in notebook.comments:
            comment.auto_comment, comment.manual_comment = job.comments.get(comment.name, (None, None))
        gradebook.db.commit()
    done = api.generate_feedback(job.lesson, job.student)
    if not done["success"]:
        raise RuntimeError(why(done.get("log", "") + "\n" + done.get("error", "")))
    content = (folder / "feedback" / job.student / job.lesson / f"{job.lesson}.html").read_bytes()
    return Page(content, files, said_in(json.loads(files[f"{job.lesson}.ipynb"])))


def _searched(course: Course, job: Marked, handed_in: Job) -> dict[str, bytes]:
    """The graded notebook with the places where its wrong answers go wrong.

    For that it is graded a second time; where it earns other points then, chance is in it, and it stays as it was.
    """
    found = grade_one(replace(course, places=True), handed_in)
    again = {name: points for name, (points, _) in found.scores.items()}
    same = again == {name: mark.auto_score for name, mark in job.marks.items()}
    return {name: found.files[name] for name in job.files} if same else job.files
