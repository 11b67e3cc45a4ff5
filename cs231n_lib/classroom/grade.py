"""Grades a class: each submission in a worker, the gradebook written here alone, and then each student's feedback.

A second run takes up what is new, what changed, and what failed, by the content of what was handed in.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from distributed import Client
from nbgrader.api import Assignment, Grade, Gradebook, MissingEntry, Notebook, SubmittedNotebook
from nbgrader.apps import NbGraderAPI
from tqdm import tqdm

from cs231n_lib.course.settings import read_settings

from .grading import SEED, JudgeChecks
from .intake import MOST_BYTES
from .late import Lateness, enter_due
from .merge import back_up, merge, put
from .nbgrader_course import CONFIG, read_config
from .notes import Notes
from .one import SECRET, STAMP, Course, Graded, Job, Marked, blank_gradebook, course_at, grade_one, marked, page_of
from .report_class import ReportError
from .sandbox import self_test
from .table import has_points
from .workers import spread, workers_of

J = TypeVar("J")
R = TypeVar("R")


@dataclass
class Run:
    """What one run did: students by what became of them."""

    graded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    look_again: list[str] = field(default_factory=list)
    due: dict[str, str] = field(default_factory=dict)
    """Who would be graded, and why."""
    untold: list[str] = field(default_factory=list)
    """Who is graded, but has no feedback on it yet."""
    settled: list[str] = field(default_factory=list)
    """Whose penalty for lateness changed with what a person gave, or with the due date."""
    had_grade: set[str] = field(default_factory=set)
    """Who was graded before: where the present file cannot be, that grade stays."""
    waiting: int = 0
    """Answers of the lesson that a person has still to mark."""


class Grading:
    """The grading of one lesson of the course at ``root``.

    Raises
    ------
    ReportError
        Where there is no course, or the lesson is not released.
    SandboxError
        Where submissions cannot be run in a sandbox, unless ``unsafe``.
    """

    def __init__(self, root: Path, lesson: str, *, unsafe: bool = False) -> None:
        if not (root / CONFIG).exists():
            raise ReportError(f"{root / CONFIG} is missing. Start this in the course's folder, or say where: --root")
        self.root, self.lesson = root.resolve(), lesson
        self.notes = Notes(self.root, lesson)
        self.seed = class_seed(root, lesson)
        self.due = read_settings(root).lesson(lesson).due
        config = read_config(root)
        self.lateness = Lateness(config)
        self.api = NbGraderAPI(config=config)
        self.directory = self.api.coursedir
        judge = JudgeChecks(config=config)
        self.unsafe = unsafe or judge.unsafe
        self.database = Path(self.directory.db_url.removeprefix("sqlite:///"))
        self.is_file = self.directory.db_url.startswith("sqlite:")
        if not self.unsafe:
            self_test(self.database, ("cs231n_lib", judge.home.partition(".")[0]))

    def run(
        self,
        *,
        workers: int = 2,
        scheduler: str | None = None,
        students: Sequence[str] = (),
        again: bool = False,
        dry: bool = False,
    ) -> Run:
        """Grade whom it is due for, and write their feedback, with workers of this machine or of a Dask scheduler.

        Raises
        ------
        WorkersError
            If there are none, or the scheduler ends; what was graded until then is kept.
        """
        done = Run()
        with Gradebook(self.directory.db_url, self.directory.course_id) as gradebook:
            try:
                if not dry:
                    enter_due(gradebook, self.lesson, self.due)
                course = course_at(
                    self.root, self.lesson, blank_gradebook(gradebook, self.lesson), self.seed, unsafe=self.unsafe
                )
            except MissingEntry:
                raise ReportError(
                    f"{self.lesson} is not released: nbgrader generate_assignment {self.lesson}"
                ) from None
            folders = dict(self._due(gradebook, students, again, done))
            if dry:
                return done
            done.settled = self.lateness.settle_all(gradebook, self.lesson)
            if self.is_file and (folders or done.settled):
                back_up(self.database)
            gradebook.db.commit()
            if folders or done.untold:
                most = max(1, min(workers, len(folders) + len(done.untold)))
                with tempfile.TemporaryDirectory() as scratch, workers_of(scheduler, most, scratch) as client:
                    jobs = (self._job(gradebook, student, folder) for student, folder in folders.items())
                    for job, graded in self._spread(client, grade_one, course, jobs, "grades", len(folders)):
                        if isinstance(graded, Graded):
                            self._take(gradebook, graded, done)
                        else:
                            done.failed[job.student] = f"the worker ended: {graded}"
                    self._write_feedback(client, gradebook, course, done)
            done.waiting = waiting_answers(gradebook, self.lesson)
        return done

    def _spread(
        self,
        client: Client,
        function: Callable[[Course, J], R],
        course: Course,
        jobs: Iterable[J],
        what: str,
        count: int,
    ) -> Iterator[tuple[J, R | BaseException]]:
        done = spread(client, function, course, jobs)
        yield from tqdm(done, total=count, desc=f"{self.lesson}, {what}", unit="student", disable=not count)

    def _due(self, gradebook: Gradebook, students: Sequence[str], again: bool, done: Run) -> Iterator[tuple[str, Path]]:
        pattern = Path(self.directory.format_path(self.directory.submitted_directory, "*", self.lesson))
        graded = {
            str(n.student.id)
            for n in gradebook.notebook_submissions(self.lesson, self.lesson)
            if any(map(has_points, n.grades))
        }
        done.had_grade = graded
        for folder in sorted(Path(self.directory.root).glob(str(pattern.relative_to(self.directory.root)))):
            student = folder.parent.name
            if students and student not in students:
                continue
            too_large = [path.name for path in _files(folder) if path.stat().st_size > MOST_BYTES]
            if too_large:
                done.failed[student] = f"{too_large[0]} has more than {MOST_BYTES / 1e6:.0f} MB"
                continue
            note, key = self.notes.read(student), self._job(gradebook, student, folder).key
            if again or student not in graded or note.get("key") != key or note.get("problem"):
                new = "new" if student not in graded else "changed"
                done.due[student] = "again" if again else "failed before" if note.get("problem") else new
                yield student, folder
            else:
                done.unchanged.append(student)
                if note.get("told") != key:
                    done.untold.append(student)

    @cached_property
    def _basis(self) -> "hashlib._Hash":
        """Of what all grades of the lesson depend on."""
        basis = hashlib.sha256(self.seed.encode())
        release = Path(self.directory.format_path(self.directory.release_directory, ".", self.lesson))
        for path in sorted(release.glob("*.ipynb")):
            basis.update(path.read_bytes())
        return basis

    def _job(self, gradebook: Gradebook, student: str, folder: Path) -> Job:
        key, contents = self._basis.copy(), {path.name: path.read_bytes() for path in _files(folder)}
        for name, content in contents.items():
            key.update(f"{name} {len(content)} ".encode() + content)
        extension = _extension(gradebook, self.lesson, student)
        key.update(str(extension).encode())
        return Job(self.lesson, student, contents, key.hexdigest(), extension)

    def _take(self, gradebook: Gradebook, graded: Graded, done: Run) -> None:
        job = graded.job
        if graded.problem:
            self._fail(job.student, graded.problem, done)
            return
        try:
            merge(gradebook, graded, self._autograded(job.student))
        except ValueError as error:  # an id that nobody may have
            self._fail(job.student, str(error), done)
            return
        done.graded.append(job.student)
        submission = gradebook.find_submission(self.lesson, job.student)
        if self.lateness.settle(submission):
            gradebook.db.commit()
        if any(g.needs_manual_grade and g.manual_score is not None for n in submission.notebooks for g in n.grades):
            done.look_again.append(job.student)
        self.notes.write(job.student, {"key": job.key} | ({"unsafe": True} if self.unsafe else {}))

    def _fail(self, student: str, why: str, done: Run) -> None:
        done.failed[student] = why
        self.notes.write(student, {"problem": why})

    def _autograded(self, student: str) -> Path:
        return Path(self.directory.format_path(self.directory.autograded_directory, student, self.lesson))

    def _write_feedback(self, client: Client, gradebook: Gradebook, course: Course, done: Run) -> None:
        students = done.untold + done.graded
        jobs = (marked(gradebook, self.lesson, student, self._autograded(student)) for student in students)
        job: Marked
        for job, page in self._spread(client, page_of, course, jobs, "feedback", len(students)):
            if isinstance(page, BaseException):
                done.failed[job.student] = f"graded, but without feedback: {page}"
                continue
            folder = Path(self.directory.format_path(self.directory.feedback_directory, job.student, self.lesson))
            folder.mkdir(parents=True, exist_ok=True)
            put(folder / f"{self.lesson}.html", page)
            for name in (STAMP, SECRET):
                beside = self._autograded(job.student) / name
                if beside.is_file():
                    put(folder / name, beside.read_bytes())
            note = self.notes.read(job.student)
            self.notes.write(job.student, note | {"told": note.get("key", "")})


def class_seed(root: Path, lesson: str) -> str:
    """The seed of this class and lesson: equal answers get equal points whenever they are graded.

    It is that of the environment, or of the class's settings, or one drawn once and kept.
    """
    return os.environ.get(SEED) or read_settings(root).seed or Notes(root, lesson).seed()


def waiting_answers(gradebook: Gradebook, lesson: str) -> int:
    """How many answers a person has still to mark: formgrader's queue, under Manual Grading."""
    grades = gradebook.db.query(Grade).filter(Grade.needs_manual_grade, Grade.manual_score.is_(None))
    of_lesson = grades.join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
    of_lesson = of_lesson.join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
    of_lesson = of_lesson.join(Assignment, Assignment.id == Notebook.assignment_id)
    return int(of_lesson.filter(Assignment.name == lesson, Grade.auto_score.is_(None)).count())


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if _counts(path)]


def _counts(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and (path.suffix == ".ipynb" or path.name in (STAMP, SECRET))


def _extension(gradebook: Gradebook, lesson: str, student: str) -> float | None:
    try:
        extension = gradebook.find_submission(lesson, student).extension
    except MissingEntry:
        return None
    return float(extension.total_seconds()) if extension else None
