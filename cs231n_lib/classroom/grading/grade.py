"""Grading of a class by workers, while only this process writes the grades.

Once the points of a submission are fixed, the kernel that ran it searches for the places where answers fail. Feedback
is written after all grades. A later run grades submissions that are new, have changed, or could not be graded before.
"""

import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from dask.system import CPU_COUNT
from distributed import Client, KilledWorker
from nbgrader.api import Assignment, Grade, Gradebook, MissingEntry, Notebook, Student, SubmittedNotebook
from nbgrader.apps import NbGraderAPI
from sqlalchemy.exc import OperationalError
from tqdm import tqdm

from cs231n_lib.course.settings import read_settings
from cs231n_lib.storage import write_files

from ..errors import ClassroomError
from ..feedback.graders import with_codes
from ..kernels.walls import self_test
from ..late import LatePolicy, enter_due_date
from ..late.extensions import grant_listed
from ..nbgrader_course import AGAIN, database_problem, open_gradebook, read_config, require_course
from .feedback_pages import FeedbackJob, feedback_job, feedback_page
from .gradebook import PointsChange, back_up, has_points, merge, points_changes, require_gradebook
from .graded_notebooks import Summary, summary_file, update_summaries
from .judge import SEED_VARIABLE, JudgeChecks
from .ledger import OF_GRADED_FILE, Ledger, answer_code, class_secret, spell_code, submission_digest
from .submission import (
    SECRET_FILE,
    TIMESTAMP_FILE,
    CourseFiles,
    GradedSubmission,
    GradingJob,
    blank_gradebook,
    grade_submission,
    read_course_files,
    require_release,
)
from .submitted import Submissions, folders_of_no_lesson, reason_ungradable, submitting_students
from .workers import connect_workers, describe_failure, map_jobs

T = TypeVar("T")
Result = tuple[GradingJob, GradedSubmission | BaseException]


@dataclass
class GradingResult:
    """Outcome of one grading run, with student ids."""

    graded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    needs_review: list[str] = field(default_factory=list)
    due: dict[str, str] = field(default_factory=dict)
    """Reason for grading each student."""
    without_feedback: list[str] = field(default_factory=list)
    """Students who are graded but have no feedback on their current file."""
    penalty_changed: list[str] = field(default_factory=list)
    """Students whose late penalty changed because of manual grading or a new due date."""
    not_in_class: list[str] = field(default_factory=list)
    """Students with an extension in ``students.csv`` who are not in the gradebook."""
    graded_before: set[str] = field(default_factory=set)
    """Students who had a grade before this run. They keep it if their current file cannot be graded."""
    of_no_lesson: list[Path] = field(default_factory=list)
    """Submitted folders that are not named after a lesson."""
    changes: list[PointsChange] = field(default_factory=list)
    """Changes to automatic points that grading again makes, or would make without ``dry``."""
    declined: bool = False
    """Whether the changes were declined, so that nothing was written."""
    waiting: int = 0
    """Number of the lesson's answers that still need manual grading."""
    names: dict[str, str] = field(default_factory=dict)
    """Names of enrolled students by id, because an LMS's ids are hard to recognise."""


class Grading:
    """Grading of one lesson of the course at ``root``.

    Raises
    ------
    ClassroomError
        If there is no course, the gradebook is damaged, or the gradebook or ``grading/`` cannot be written.
    SandboxError
        If submissions cannot run in a sandbox and ``unsafe`` is false.
    """

    def __init__(self, root: Path, lesson: str, *, unsafe: bool = False) -> None:
        require_course(root)
        self.root, self.lesson = root.resolve(), lesson
        self.ledger = Ledger(self.root, lesson)
        try:
            self.seed, self.secret = class_seed(root, lesson), class_secret(self.root)
        except OSError as error:
            raise ClassroomError(_not_written(error)) from None
        settings = read_settings(root)
        self.due = settings.lesson(lesson).due
        config = read_config(root)
        self.lateness = LatePolicy(config)
        self.api = NbGraderAPI(config=config)
        self.directory = self.api.coursedir
        judge = JudgeChecks(config=config)
        self.unsafe = unsafe or judge.unsafe
        self.submissions = Submissions(self.directory, lesson, self.seed)
        self.places = judge.places and settings.show_places
        self.changes = self.places and settings.show_changes_in_feedback
        self.database = Path(self.directory.db_url.removeprefix("sqlite:///"))
        self.is_file = self.directory.db_url.startswith("sqlite:")
        if self.is_file and self.database.exists():
            require_gradebook(self.database)
        self.missing_walls: dict[str, list[str]] = {}
        """What code in the sandbox can do, by missing wall. The settings allow these walls to be missing."""
        if not self.unsafe:
            packages = ("cs231n_lib", judge.home.partition(".")[0])
            self.missing_walls = self_test(self.database, packages, settings.allow_missing_walls)

    def run(
        self,
        *,
        workers: int | None = None,
        scheduler: str | None = None,
        students: Sequence[str] = (),
        again: bool = False,
        dry: bool = False,
        confirm: Callable[[GradingResult], bool] = lambda done: True,
    ) -> GradingResult:
        """Grade the submissions that need it, and write their feedback.

        With ``again``, unchanged submissions are graded too, and ``confirm`` receives any changes to points before
        anything is written. With ``dry``, no grades are written.

        Without a scheduler, the default is at most one more local worker than there are cores, because workers
        sometimes wait for their kernels.

        Raises
        ------
        WorkersError
            If there are no workers or the scheduler ends. Grades up to that point are kept.
        ClassroomError
            If the lesson is not released, its files are damaged, or the gradebook cannot be copied.
        """
        done = GradingResult()
        with open_gradebook(self.directory) as gradebook:
            try:
                if not (dry or again):
                    enter_due_date(gradebook, self.lesson, self.due)
                    done.not_in_class = grant_listed(gradebook, self.lesson, self.lateness.rules)
                blank = blank_gradebook(gradebook, self.lesson)
                places = self.places and not dry
                course = read_course_files(
                    self.root, self.lesson, blank, self.seed, unsafe=self.unsafe, places=places, changes=self.changes
                )
            except MissingEntry:
                remedy = f"Run: nbgrader generate_assignment {self.lesson}"
                raise ClassroomError(f"{self.lesson} is not released. {remedy}") from None
            require_release(course, gradebook, self.lesson)
            due = list(self._due(gradebook, students, again, done))
            done.of_no_lesson = folders_of_no_lesson(self.directory)
            done.names = student_names(gradebook)
            if dry and not again:
                return done
            with ExitStack() as stack:
                scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
                client: Client | None = None
                results: Iterator[Result] = iter(())
                if due or (done.without_feedback and not dry):
                    wanted = CPU_COUNT + 1 if workers is None else workers
                    most = max(1, min(wanted, len(due) + len(done.without_feedback)))
                    client = stack.enter_context(connect_workers(scheduler, most, str(scratch)))
                    jobs = (self.submissions.job(gradebook, student) for student in due)
                    mapped = map_jobs(client, grade_submission, course, jobs)
                    results = self._show_progress(mapped, "grades and places" if places else "grades", len(due))
                if again:
                    results = self._compared(gradebook, list(_spooled(results, scratch)), done)
                    done.declined = not dry and bool(done.changes) and not confirm(done)
                    if dry or done.declined:
                        return done
                    enter_due_date(gradebook, self.lesson, self.due)
                done.penalty_changed = self.lateness.update_penalties(gradebook, self.lesson)
                if self.is_file and (due or done.penalty_changed):
                    try:
                        back_up(self.database)
                    except OSError as error:
                        raise ClassroomError(_not_written(error)) from None
                gradebook.db.commit()
                for job, graded in results:
                    if isinstance(graded, GradedSubmission):
                        self._store(gradebook, graded, done)
                    else:
                        done.failed[job.student] = describe_failure(graded)
                if client:
                    self._write_feedback(client, gradebook, course, done)
            done.waiting = count_ungraded_answers(gradebook, self.lesson)
        return done

    def _compared(self, gradebook: Gradebook, kept: Sequence[Path], done: GradingResult) -> Iterator[Result]:
        """Record how results would change points, and return the results one by one."""
        for job, graded in map(_read_result, kept):
            if not isinstance(graded, GradedSubmission):
                done.failed[job.student] = describe_failure(graded)
            elif graded.problem:
                done.failed[job.student] = graded.problem
            else:
                done.changes += points_changes(gradebook, graded, self._autograded(job.student))
        done.changes.sort(key=lambda change: (change.student, change.exercise))
        return map(_read_result, kept)

    def _show_progress(self, done: Iterable[T], what: str, count: int) -> Iterator[T]:
        yield from tqdm(done, total=count, desc=f"{self.lesson}, {what}", unit="student", disable=not count)

    def _due(self, gradebook: Gradebook, students: Sequence[str], again: bool, done: GradingResult) -> Iterator[str]:
        graded = {
            str(n.student.id)
            for n in gradebook.notebook_submissions(self.lesson, self.lesson)
            if any(map(has_points, n.grades))
        }
        done.graded_before = graded
        for student in submitting_students(self.directory, self.lesson):
            if students and student not in students:
                continue
            reason = reason_ungradable(self.submissions.folder(student))
            if reason:
                done.failed[student] = reason
                continue
            note, key = self.ledger.read(student), self.submissions.job(gradebook, student).key
            if again or student not in graded or note.get("key") != key or note.get("problem"):
                new = "new" if student not in graded else "changed"
                done.due[student] = "again" if again else "failed before" if note.get("problem") else new
                yield student
            else:
                done.unchanged.append(student)
                if note.get("told") != key:
                    done.without_feedback.append(student)

    def _store(self, gradebook: Gradebook, graded: GradedSubmission, done: GradingResult) -> None:
        job = graded.job
        if graded.problem:
            self._fail(job.student, graded.problem, done)
            return
        digest = submission_digest(job.files)
        try:
            merge(gradebook, self._coded(graded, digest), self._autograded(job.student))
            submission = gradebook.find_submission(self.lesson, job.student)
            if self.lateness.update_penalty(submission):
                gradebook.db.commit()
            self.ledger.write(job.student, {"key": job.key} | self._record(job.student, digest))
        except ValueError as error:
            # The id is not allowed, unless nbgrader has converted a database error.
            cause = error.__context__
            told = _not_written(cause) if isinstance(cause, OperationalError) else str(error)
            self._fail(job.student, told, done)
            return
        except (OSError, OperationalError) as error:
            gradebook.db.rollback()
            self._fail(job.student, _not_written(error), done)
            return
        done.graded.append(job.student)
        if any(g.needs_manual_grade and g.manual_score is not None for n in submission.notebooks for g in n.grades):
            done.needs_review.append(job.student)

    def _coded(self, graded: GradedSubmission, digest: str) -> GradedSubmission:
        """Copy a result, and add a code for each answer to its notebook."""
        name, student = f"{self.lesson}.ipynb", graded.job.student
        codes = {cell: answer_code(self.secret, self.lesson, cell, student, digest) for cell in graded.scores}
        coded = with_codes(graded.files[name], {cell: spell_code(code) for cell, code in codes.items()})
        return replace(graded, files=graded.files | {name: coded})

    def _record(self, student: str, digest: str) -> dict[str, Any]:
        """Describe the graded file, so that `regrade` can find it and repeat the grading."""
        before = self.ledger.read(student)
        earlier = [one for one in [*before.get("earlier", []), before.get("submission")] if one not in (None, digest)]
        record = {"submission": digest, "earlier": earlier, "seed": self.ledger.record_seed(self.seed)}
        return record | {"release": self.submissions.release} | ({"unsafe": True} if self.unsafe else {})

    def _fail(self, student: str, reason: str, done: GradingResult) -> None:
        done.failed[student] = reason
        kept = {name: value for name, value in self.ledger.read(student).items() if name in OF_GRADED_FILE}
        with suppress(OSError):  # without a record, the next run grades the student again
            self.ledger.write(student, kept | {"problem": reason})

    def _autograded(self, student: str) -> Path:
        return Path(self.directory.format_path(self.directory.autograded_directory, student, self.lesson))

    def _marked(self, gradebook: Gradebook, student: str, *, search: bool) -> FeedbackJob:
        job = self.submissions.job(gradebook, student)
        unchanged = self.ledger.read(student).get("key") == job.key
        lateness = self.lateness.explain(gradebook.find_submission(self.lesson, student))
        folder, places = self._autograded(student), self.places and search and unchanged
        return feedback_job(gradebook, job, folder, places=places, lateness=lateness)

    def _write_feedback(self, client: Client, gradebook: Gradebook, course: CourseFiles, done: GradingResult) -> None:
        students = done.without_feedback + done.graded
        now = set(done.graded)
        jobs = (self._marked(gradebook, student, search=student not in now) for student in students)
        summaries: dict[str, Summary] = {}
        results = map_jobs(client, feedback_page, course, jobs)
        for job, made in self._show_progress(results, "feedback", len(students)):
            if isinstance(made, BaseException):
                reason = describe_failure(made) if isinstance(made, KilledWorker) else str(made)
                done.failed[job.student] = f"graded, but without feedback: {reason}"
                continue
            summaries[job.student] = made.summary
            autograded = self._autograded(job.student)
            folder = Path(self.directory.format_path(self.directory.feedback_directory, job.student, self.lesson))
            besides = [autograded / name for name in (TIMESTAMP_FILE, SECRET_FILE) if (autograded / name).is_file()]
            try:
                write_files(
                    {
                        **{autograded / name: content for name, content in made.files.items()},
                        folder / f"{self.lesson}.html": made.content,
                        **{folder / file.name: file.read_bytes() for file in besides},
                    }
                )
                note = self.ledger.read(job.student)
                self.ledger.write(job.student, note | {"told": note.get("key", ""), "page": job.key(made.files)})
            except OSError as error:
                done.failed[job.student] = f"graded, but without feedback: {_not_written(error)}"
        paths = {student: self._autograded(student) / f"{self.lesson}.ipynb" for student in summaries}
        with suppress(OSError):  # the class report computes missing summaries itself
            update_summaries(summary_file(self.root, self.lesson), summaries, paths)


def _spooled(results: Iterable[Result], folder: Path) -> Iterator[Path]:
    """Write each result to a file, because those of a large class may fill memory."""
    for number, result in enumerate(results):
        path = folder / f"result-{number}"
        path.write_bytes(pickle.dumps(result))
        yield path


def _read_result(path: Path) -> Result:
    """Read a result that `_spooled` wrote in this run."""
    result: Result = pickle.loads(path.read_bytes())
    return result


def _not_written(error: OSError | OperationalError) -> str:
    """Describe what could not be written, and the remedy."""
    if isinstance(error, OSError):
        return f"{error.filename or 'a file'} could not be written ({error.strerror}). {AGAIN}"
    problem = database_problem(error.orig)
    return problem[0].lower() + problem[1:]


def class_seed(root: Path, lesson: str) -> str:
    """Return the seed of a class and lesson, which makes regrading reproducible.

    The seed comes from the environment, from the class's settings, or from the ledger, which draws and keeps one.
    """
    return os.environ.get(SEED_VARIABLE) or read_settings(root).seed or Ledger(root, lesson).seed()


def student_names(gradebook: Gradebook) -> dict[str, str]:
    """Return the full names of students by id, without those whose name is unknown."""
    known = gradebook.db.query(Student.id, Student.first_name, Student.last_name)
    return {str(student): name for student, *parts in known if (name := " ".join(filter(None, parts)))}


def count_ungraded_answers(gradebook: Gradebook, lesson: str) -> int:
    """Count the answers in Formgrader's queue under Manual Grading."""
    grades = gradebook.db.query(Grade).filter(Grade.needs_manual_grade, Grade.manual_score.is_(None))
    of_lesson = grades.join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
    of_lesson = of_lesson.join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
    of_lesson = of_lesson.join(Assignment, Assignment.id == Notebook.assignment_id)
    return int(of_lesson.filter(Assignment.name == lesson, Grade.auto_score.is_(None)).count())
