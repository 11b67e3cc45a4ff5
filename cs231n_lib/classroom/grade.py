"""Grades a class: each submission in a worker, the gradebook written here alone, and then each student's feedback.

A second run takes up what is new, what changed, and what failed, by the content of what was handed in.
"""

import hashlib
import json
import os
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from distributed import Client, LocalCluster, as_completed
from nbgrader.api import Assignment, Grade, Gradebook, MissingEntry, Notebook, SubmittedNotebook
from nbgrader.apps import NbGraderAPI
from tqdm import tqdm

from cs231n_lib.course.settings import read_settings

from .grading import SEED, JudgeChecks
from .intake import MOST_BYTES
from .late import Lateness, enter_due
from .merge import back_up, merge, put
from .nbgrader_course import CONFIG, NOTES, read_config
from .one import SECRET, STAMP, Graded, Job, blank_gradebook, grade_one
from .report_class import ReportError
from .sandbox import self_test
from .table import has_points


@dataclass
class Run:
    """What one run did: students by what became of them."""

    graded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    look_again: list[str] = field(default_factory=list)
    due: dict[str, str] = field(default_factory=dict)
    """Who would be graded, and why."""
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
        settings = read_settings(root)
        self.seed = class_seed(root, lesson)
        self.due = settings.lesson(lesson).due
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

    def run(self, *, workers: int = 2, students: Sequence[str] = (), again: bool = False, dry: bool = False) -> Run:
        """Grade whom it is due for, and write their feedback."""
        done = Run()
        with Gradebook(self.directory.db_url, self.directory.course_id) as gradebook:
            try:
                if not dry:
                    enter_due(gradebook, self.lesson, self.due)
                blank = blank_gradebook(gradebook, self.lesson)
            except MissingEntry:
                raise ReportError(
                    f"{self.lesson} is not released: nbgrader generate_assignment {self.lesson}"
                ) from None
            jobs = list(self._due(gradebook, students, again, done))
            if dry:
                return done
            done.settled = self.lateness.settle_all(gradebook, self.lesson)
            if self.is_file and (jobs or done.settled):
                back_up(self.database)
            gradebook.db.commit()
            done.waiting = waiting_answers(gradebook, self.lesson)
            if not jobs:
                return done
            with tempfile.TemporaryDirectory() as scratch, _client(min(workers, len(jobs))) as client:
                same = (str(self.root), scratch, blank, self.seed)
                waiting = [client.submit(grade_one, *same, job, self.unsafe, pure=False, retries=2) for job in jobs]
                with tqdm(total=len(jobs), desc=self.lesson, unit="student") as bar:
                    for future, graded in as_completed(waiting, with_results=True, raise_errors=False):
                        if isinstance(graded, Graded):
                            self._take(gradebook, graded, done)
                        else:
                            job = jobs[waiting.index(future)]
                            done.failed[job.student] = f"the worker ended: {future.exception()}"
                        bar.update()
                self._write_feedback(client, done)
            done.waiting = waiting_answers(gradebook, self.lesson)
        return done

    def _due(self, gradebook: Gradebook, students: Sequence[str], again: bool, done: Run) -> Iterator[Job]:
        pattern = Path(self.directory.format_path(self.directory.submitted_directory, "*", self.lesson))
        graded = {
            str(n.student.id)
            for n in gradebook.notebook_submissions(self.lesson, self.lesson)
            if any(map(has_points, n.grades))
        }
        done.had_grade = graded
        release = Path(self.directory.format_path(self.directory.release_directory, ".", self.lesson))
        basis = hashlib.sha256(self.seed.encode())
        for path in sorted(release.glob("*.ipynb")):
            basis.update(path.read_bytes())
        for folder in sorted(Path(self.directory.root).glob(str(pattern.relative_to(self.directory.root)))):
            student = folder.parent.name
            if students and student not in students:
                continue
            files = {path.name: path for path in sorted(folder.iterdir()) if _counts(path)}
            too_large = [name for name, path in files.items() if path.stat().st_size > MOST_BYTES]
            if too_large:
                done.failed[student] = f"{too_large[0]} has more than {MOST_BYTES / 1e6:.0f} MB"
                continue
            contents = {name: path.read_bytes() for name, path in files.items()}
            key = basis.copy()
            for name, content in contents.items():
                key.update(f"{name} {len(content)} ".encode() + content)
            extension = _extension(gradebook, self.lesson, student)
            key.update(str(extension).encode())
            note = self._note(student)
            if again or student not in graded or note.get("key") != key.hexdigest() or note.get("problem"):
                new = "new" if student not in graded else "changed"
                done.due[student] = "again" if again else "failed before" if note.get("problem") else new
                yield Job(self.lesson, student, contents, key.hexdigest(), extension)
            else:
                done.unchanged.append(student)

    def _take(self, gradebook: Gradebook, graded: Graded, done: Run) -> None:
        job = graded.job
        if graded.problem:
            self._fail(job.student, graded.problem, done)
            return
        folder = Path(self.directory.format_path(self.directory.autograded_directory, job.student, self.lesson))
        try:
            merge(gradebook, graded, folder)
        except ValueError as error:  # an id that nobody may have
            self._fail(job.student, str(error), done)
            return
        done.graded.append(job.student)
        submission = gradebook.find_submission(self.lesson, job.student)
        if self.lateness.settle(submission):
            gradebook.db.commit()
        if any(g.needs_manual_grade and g.manual_score is not None for n in submission.notebooks for g in n.grades):
            done.look_again.append(job.student)
        self._write_note(job.student, {"key": job.key} | ({"unsafe": True} if self.unsafe else {}))

    def _fail(self, student: str, why: str, done: Run) -> None:
        done.failed[student] = why
        self._write_note(student, {"problem": why})

    def _write_feedback(self, client: Client, done: Run) -> None:
        waiting = {
            client.submit(feedback_of, str(self.root), self.lesson, student, pure=False, retries=2): student
            for student in done.graded
        }
        for future, problem in tqdm(
            as_completed(list(waiting), with_results=True, raise_errors=False),
            total=len(waiting), desc="feedback", unit="student",
        ):  # fmt: skip
            if problem:
                done.failed[waiting[future]] = f"graded, but without feedback: {problem}"

    def _path(self, student: str) -> Path:
        return self.root / NOTES / self.lesson / f"{student}.json"

    def _note(self, student: str) -> dict[str, str | bool]:
        try:
            note = json.loads(self._path(student).read_text())
        except (OSError, ValueError):
            return {}
        return note if isinstance(note, dict) else {}

    def _write_note(self, student: str, note: dict[str, str | bool]) -> None:
        path = self._path(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, json.dumps(note).encode())


def class_seed(root: Path, lesson: str) -> str:
    """The seed of this class and lesson: equal answers get equal points whenever they are graded.

    It is that of the environment, or of the class's settings, or one drawn once and kept.
    """
    chosen = os.environ.get(SEED) or read_settings(root).seed
    path = root / NOTES / f"{lesson}.seed"
    if chosen:
        return chosen
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        put(path, secrets.token_hex(16).encode())
        path.chmod(0o600)
    return path.read_text()


def waiting_answers(gradebook: Gradebook, lesson: str) -> int:
    """How many answers a person has still to mark: formgrader's queue, under Manual Grading."""
    grades = gradebook.db.query(Grade).filter(Grade.needs_manual_grade, Grade.manual_score.is_(None))
    of_lesson = grades.join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
    of_lesson = of_lesson.join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
    of_lesson = of_lesson.join(Assignment, Assignment.id == Notebook.assignment_id)
    return int(of_lesson.filter(Assignment.name == lesson, Grade.auto_score.is_(None)).count())


def feedback_of(root: str, lesson: str, student: str) -> str:
    """Write a student's page of feedback, and return why not, if so."""
    done = NbGraderAPI(config=read_config(Path(root))).generate_feedback(lesson, student)
    return "" if done["success"] else str(done.get("error", "unknown")).strip().splitlines()[-1]


@contextmanager
def _client(workers: int) -> Iterator[Client]:
    """Workers of this machine, one thread each."""
    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        yield client


def _counts(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and (path.suffix == ".ipynb" or path.name in (STAMP, SECRET))


def _extension(gradebook: Gradebook, lesson: str, student: str) -> float | None:
    try:
        extension = gradebook.find_submission(lesson, student).extension
    except MissingEntry:
        return None
    return float(extension.total_seconds()) if extension else None
