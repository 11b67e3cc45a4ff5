"""Grades a class: each submission in a worker, the gradebook written here alone, and then each student's feedback.

Where wrong answers go wrong is looked for with the feedback, once all grades are written: it takes longer than grading.

A second run takes up what is new, what changed, and what failed, by the content of what was handed in.
"""

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from dask.system import CPU_COUNT
from distributed import Client
from nbgrader.api import Assignment, Grade, Gradebook, MissingEntry, Notebook, Student, SubmittedNotebook
from nbgrader.apps import NbGraderAPI
from tqdm import tqdm

from cs231n_lib.course.settings import read_settings

from .grading import SEED, JudgeChecks
from .late import Lateness, enter_due
from .merge import back_up, merge, put
from .nbgrader_course import CONFIG, read_config
from .notes import Notes
from .one import SECRET, STAMP, Course, Graded, blank_gradebook, course_at, grade_one
from .pages import Marked, marked, page_of
from .report_class import ReportError
from .report_read import Said, keep_said, said_file
from .sandbox import self_test
from .submissions import Submissions, unfit
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
    names: dict[str, str] = field(default_factory=dict)
    """Of students who are enrolled with one: an id of a school's system tells nobody who it is."""


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
        settings = read_settings(root)
        self.due = settings.lesson(lesson).due
        config = read_config(root)
        self.lateness = Lateness(config)
        self.api = NbGraderAPI(config=config)
        self.directory = self.api.coursedir
        judge = JudgeChecks(config=config)
        self.unsafe = unsafe or judge.unsafe
        self.submissions = Submissions(self.directory, lesson, self.seed)
        self.places = judge.places and settings.show_places
        self.database = Path(self.directory.db_url.removeprefix("sqlite:///"))
        self.is_file = self.directory.db_url.startswith("sqlite:")
        if not self.unsafe:
            self_test(self.database, ("cs231n_lib", judge.home.partition(".")[0]))

    def run(
        self,
        *,
        workers: int | None = None,
        scheduler: str | None = None,
        students: Sequence[str] = (),
        again: bool = False,
        dry: bool = False,
    ) -> Run:
        """Grade whom it is due for, and write their feedback, with workers of this machine or of a Dask scheduler.

        Here there is one more than cores unless ``workers`` says otherwise, since each waits for its kernel now and
        then.

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
                blank = blank_gradebook(gradebook, self.lesson)
                course = course_at(self.root, self.lesson, blank, self.seed, unsafe=self.unsafe, places=False)
            except MissingEntry:
                raise ReportError(
                    f"{self.lesson} is not released: nbgrader generate_assignment {self.lesson}"
                ) from None
            due = list(self._due(gradebook, students, again, done))
            done.names = names_of(gradebook)
            if dry:
                return done
            done.settled = self.lateness.settle_all(gradebook, self.lesson)
            if self.is_file and (due or done.settled):
                back_up(self.database)
            gradebook.db.commit()
            if due or done.untold:
                wanted = CPU_COUNT + 1 if workers is None else workers
                most = max(1, min(wanted, len(due) + len(done.untold)))
                with tempfile.TemporaryDirectory() as scratch, workers_of(scheduler, most, scratch) as client:
                    jobs = (self.submissions.job(gradebook, student) for student in due)
                    for job, graded in self._spread(client, grade_one, course, jobs, "grades", len(due)):
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

    def _due(self, gradebook: Gradebook, students: Sequence[str], again: bool, done: Run) -> Iterator[str]:
        graded = {
            str(n.student.id)
            for n in gradebook.notebook_submissions(self.lesson, self.lesson)
            if any(map(has_points, n.grades))
        }
        done.had_grade = graded
        for student in self.submissions.students():
            if students and student not in students:
                continue
            why = unfit(self.submissions.folder(student))
            if why:
                done.failed[student] = why
                continue
            note, key = self.notes.read(student), self.submissions.job(gradebook, student).key
            if again or student not in graded or note.get("key") != key or note.get("problem"):
                new = "new" if student not in graded else "changed"
                done.due[student] = "again" if again else "failed before" if note.get("problem") else new
                yield student
            else:
                done.unchanged.append(student)
                if note.get("told") != key:
                    done.untold.append(student)

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

    def _marked(self, gradebook: Gradebook, student: str) -> Marked:
        job = self.submissions.job(gradebook, student)
        unchanged = self.notes.read(student).get("key") == job.key  # since it was graded
        return marked(gradebook, job, self._autograded(student), places=self.places and unchanged)

    def _write_feedback(self, client: Client, gradebook: Gradebook, course: Course, done: Run) -> None:
        students = done.untold + done.graded
        jobs = (self._marked(gradebook, student) for student in students)
        what = "places and feedback" if self.places else "feedback"
        said: dict[str, Said] = {}
        job: Marked
        for job, made in self._spread(client, page_of, course, jobs, what, len(students)):
            if isinstance(made, BaseException):
                done.failed[job.student] = f"graded, but without feedback: {made}"
                continue
            said[job.student] = made.said
            for name, content in made.files.items():
                put(self._autograded(job.student) / name, content)
            folder = Path(self.directory.format_path(self.directory.feedback_directory, job.student, self.lesson))
            folder.mkdir(parents=True, exist_ok=True)
            put(folder / f"{self.lesson}.html", made.content)
            for name in (STAMP, SECRET):
                beside = self._autograded(job.student) / name
                if beside.is_file():
                    put(folder / name, beside.read_bytes())
            note = self.notes.read(job.student)
            self.notes.write(job.student, note | {"told": note.get("key", "")})
        paths = {student: self._autograded(student) / f"{self.lesson}.ipynb" for student in said}
        keep_said(said_file(self.root, self.lesson), said, paths)


def class_seed(root: Path, lesson: str) -> str:
    """The seed of this class and lesson: equal answers get equal points whenever they are graded.

    It is that of the environment, or of the class's settings, or one drawn once and kept.
    """
    return os.environ.get(SEED) or read_settings(root).seed or Notes(root, lesson).seed()


def names_of(gradebook: Gradebook) -> dict[str, str]:
    """First and last names by the student's id, of those who have one."""
    known = gradebook.db.query(Student.id, Student.first_name, Student.last_name)
    return {str(student): name for student, *parts in known if (name := " ".join(filter(None, parts)))}


def waiting_answers(gradebook: Gradebook, lesson: str) -> int:
    """How many answers a person has still to mark: formgrader's queue, under Manual Grading."""
    grades = gradebook.db.query(Grade).filter(Grade.needs_manual_grade, Grade.manual_score.is_(None))
    of_lesson = grades.join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
    of_lesson = of_lesson.join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
    of_lesson = of_lesson.join(Assignment, Assignment.id == Notebook.assignment_id)
    return int(of_lesson.filter(Assignment.name == lesson, Grade.auto_score.is_(None)).count())
