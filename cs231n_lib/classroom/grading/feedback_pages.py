"""Feedback page of a student.

If it is still unknown where wrong answers fail, as after an interrupted run, the submission runs again to find out.
"""

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from nbgrader.api import Gradebook

from cs231n_lib.checks.report import METADATA

from ..feedback.graders import codes_in, seen_by_students, with_codes
from .graded_notebooks import Summary, summarise
from .submission import CourseFiles, GradingJob, failure_reason, grade_submission, prepare_course, write_new_folder


class GradeRecord(NamedTuple):
    """Grade of one cell of one student."""

    auto_score: float | None
    manual_score: float | None
    needs_manual_grade: bool
    extra_credit: float | None


@dataclass(frozen=True)
class FeedbackJob:
    """Graded notebook and gradebook entries for a feedback page.

    ``marks`` and ``comments`` (automatic and manual) are indexed by cell name. ``search`` is the submission if the
    places of its wrong answers are still unknown. ``lateness`` is a sentence on how late the submission is.
    """

    lesson: str
    student: str
    files: dict[str, bytes]
    marks: dict[str, GradeRecord]
    comments: dict[str, tuple[str | None, str | None]]
    penalty: float | None
    search: GradingJob | None = None
    lateness: str = ""

    def key(self, files: dict[str, bytes] | None = None) -> str:
        """Hash what the page shows, with the notebooks in ``files`` if they are given."""
        notebooks = self.files if files is None else files
        shown = sorted((name, seen_by_students(notebook)) for name, notebook in notebooks.items())
        marks = (sorted(self.marks.items()), sorted(self.comments.items()), self.penalty, self.lateness)
        return sha256(repr((shown, marks)).encode()).hexdigest()


def feedback_job(
    gradebook: Gradebook, job: GradingJob, folder: Path, *, places: bool, lateness: str = ""
) -> FeedbackJob:
    """Collect a page's input, with ``search`` if places are shown but none is known."""
    (notebook,) = gradebook.find_submission(job.lesson, job.student).notebooks
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ".ipynb"}
    return FeedbackJob(
        job.lesson,
        job.student,
        files,
        {grade.name: GradeRecord(*(getattr(grade, name) for name in GradeRecord._fields)) for grade in notebook.grades},
        {comment.name: (comment.auto_comment, comment.manual_comment) for comment in notebook.comments},
        notebook.late_submission_penalty,
        job if places and any(map(lacks_places, files.values())) else None,
        lateness,
    )


def lacks_places(graded: bytes) -> bool:
    """Tell whether checks failed without a timeout or crash, but none has a place."""
    outputs = [output for cell in json.loads(graded)["cells"] for output in cell.get("outputs", [])]
    summary = [output.get("metadata", {}).get(METADATA) for output in outputs]
    checks = [check for check in summary if isinstance(check, dict)]
    failed = [check for check in checks if check.get("failed") and not check.get("trouble")]
    return bool(failed) and not any(check.get("places") for check in failed)


@dataclass(frozen=True)
class FeedbackPage:
    """Feedback page, the notebook that it shows, and the notebook's summary."""

    content: bytes
    files: dict[str, bytes]
    summary: Summary


def feedback_page(course: CourseFiles, job: FeedbackJob) -> FeedbackPage:
    """Make a student's feedback page as ``nbgrader generate_feedback`` does.

    Raises
    ------
    RuntimeError
        If nbgrader makes no page. The message is the reason.
    """
    files = job.files if job.search is None else _searched(course, job, job.search)
    folder, api = prepare_course(course)
    write_new_folder(folder / "autograded" / job.student / job.lesson, files)
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
    api.config.GetMarks.lateness = job.lateness
    done = api.generate_feedback(job.lesson, job.student)
    if not done["success"]:
        raise RuntimeError(failure_reason(done))
    content = (folder / "feedback" / job.student / job.lesson / f"{job.lesson}.html").read_bytes()
    return FeedbackPage(content, files, summarise(json.loads(files[f"{job.lesson}.ipynb"])))


def _searched(course: CourseFiles, job: FeedbackJob, handed_in: GradingJob) -> dict[str, bytes]:
    """Grade again with a search for places, and return the graded notebook.

    If the points differ this time, for example because the answer depends on chance, return the first notebook.
    """
    found = grade_submission(replace(course, places=True), handed_in)
    again = {name: points for name, (points, _) in found.scores.items()}
    same = again == {name: mark.auto_score for name, mark in job.marks.items()}
    codes = {name: codes_in(json.loads(content)) for name, content in job.files.items()}
    return {name: with_codes(found.files[name], codes[name]) for name in job.files} if same else job.files
