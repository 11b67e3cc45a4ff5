"""Second run of an answer that a student objects to, with the first run's seed."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry, SubmittedAssignment
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.evaluate.failed_case import FailedCase
from cs231n_lib.checks.marking import Marking
from cs231n_lib.checks.report import Result
from cs231n_lib.course.settings import read_settings
from cs231n_lib.course.student.notebook import CHECK

from ...errors import ClassroomError
from ...intake import notebook_name, rebuild
from ...nbgrader_course import open_gradebook, read_config, require_course, require_gradebook
from ..grade import student_names
from ..judge import SEED_VARIABLE, JudgeChecks
from ..ledger import Ledger, answer_code, class_secret, read_code, spell_code, submission_digest
from ..submitted import Submissions, reason_ungradable

FRESH_SEEDS = 3
"""Maximum number of seeds to try for a receipt. An answer may fail with only some of them."""


@dataclass(frozen=True)
class CodedAnswer:
    """Answer that a code stands for, with the record of its submission."""

    code: str
    lesson: str
    cell: str
    student: str
    record: dict[str, Any]
    earlier: bool = False

    @property
    def exercise(self) -> str:
        """Name of the exercise."""
        return self.cell.removeprefix(CHECK)


@dataclass(frozen=True)
class Regrade:
    """Result of a second run.

    ``recorded`` are the points of the first run, and ``by_hand`` those that a person gave instead. ``seed`` is a seed
    with which the answer also fails and which is not used in grading, or empty. ``last_deadline`` is in UTC.
    """

    answer: CodedAnswer
    name: str
    recorded: float
    by_hand: float | None
    result: Result
    failed: FailedCase | None
    source: str
    seed: str
    last_deadline: datetime | None

    @property
    def same(self) -> bool:
        """Whether the second run gave the same points as the first."""
        return round(self.recorded, 2) == round(self.result.points, 2)

    @property
    def still_open(self) -> bool:
        """Whether students may still hand in the lesson on time."""
        return self.last_deadline is None or not has_passed(self.last_deadline)


class JudgeOne(JudgeChecks):
    """Run a submission up to one exercise, and keep its result and its failed case."""

    def __init__(self, exercise: str, *, fresh: bool, **options: Any) -> None:
        super().__init__(**options)
        self.places = False
        self.exercise, self.fresh = exercise, fresh
        self.result: Result | None = None
        self.failed: FailedCase | None = None
        self.seed = ""

    def preprocess_cell(self, cell: Any, resources: Any, index: int) -> tuple[Any, Any]:
        """Run or judge one cell, until the exercise is judged."""
        return (cell, resources) if self.result else super().preprocess_cell(cell, resources, index)

    def inspect(self, marking: Marking) -> None:
        """Keep the failed case of the run with the recorded seed."""
        if marking.spec.name == self.exercise and self.result is None:
            self.failed = marking.failed_case()

    def _judge(self, exercise: Exercise, checks: str) -> Result:
        result = super()._judge(exercise, checks)
        if exercise.name == self.exercise:
            self.result = result
            failed = {row.title for row in result.rows if not row.passed}
            for _ in range(FRESH_SEEDS if self.fresh and failed else 0):
                seed = secrets.token_hex(4)
                with grading_seed(seed):
                    other = super()._judge(exercise, checks)
                if failed & {row.title for row in other.rows if not row.passed}:
                    self.seed = seed
                    break
        return result


@contextmanager
def grading_seed(seed: str) -> Iterator[None]:
    """Let the checks in this process draw their cases from a seed."""
    before = os.environ.get(SEED_VARIABLE)
    os.environ[SEED_VARIABLE] = seed
    try:
        yield
    finally:
        if before is None:
            del os.environ[SEED_VARIABLE]
        else:
            os.environ[SEED_VARIABLE] = before


def find_answer(root: Path, gradebook: Gradebook, text: str, student: str = "") -> CodedAnswer:
    """Find the answer for a code in the records of all graded lessons.

    Raises
    ------
    ClassroomError
        If the text is not a code, or if no answer or several answers have the code. ``student`` limits the search.
    """
    code = read_code(text)
    if not code:
        raise ClassroomError(f"{text!r} is not a code. A code has eight letters and digits, such as K7QM-2XPA")
    found = [one for one in _answers(root, gradebook) if one.code == code and student in ("", one.student)]
    if not found:
        whose = f" of {student}" if student else ""
        raise ClassroomError(
            f"No graded answer{whose} has the code {spell_code(code)}. Compare it with the feedback page"
        )
    if len({(one.student, one.lesson, one.cell) for one in found}) > 1:
        whose = " and ".join(f"{one.exercise} in {one.lesson} by {one.student}" for one in found)
        raise ClassroomError(f"{spell_code(code)} stands for {whose}. Name the student with --student")
    return min(found, key=lambda one: one.earlier)


def _answers(root: Path, gradebook: Gradebook) -> Iterator[CodedAnswer]:
    """Yield the answers of each student's recorded submission and of earlier ones."""
    secret = class_secret(root)
    for assignment in gradebook.assignments:
        lesson = str(assignment.name)
        cells = [str(cell.name) for notebook in assignment.notebooks for cell in notebook.grade_cells]
        for student, record in Ledger(root, lesson).records():
            digests = [(record.get("submission"), False), *((one, True) for one in record.get("earlier", []))]
            for digest, earlier in digests:
                for cell in cells if isinstance(digest, str) else ():
                    yield CodedAnswer(
                        answer_code(secret, lesson, cell, student, digest), lesson, cell, student, record, earlier
                    )


def regrade(root: Path, text: str, *, student: str = "", unsafe: bool = False, receipt: bool = False) -> Regrade:
    """Run the answer for a code again with the seed of its first run.

    With ``receipt`` and after the last deadline, look for a seed that the receipt may contain.

    Raises
    ------
    ClassroomError
        If there is no such answer, its first run cannot be repeated, or the sandbox is unusable (unless ``unsafe``).
    """
    require_course(root)
    root = root.resolve()
    config = read_config(root)
    directory = NbGraderAPI(config=config).coursedir
    require_gradebook(directory)
    with open_gradebook(directory) as gradebook:
        answer = find_answer(root, gradebook, text, student)
        seed, content = _as_graded(root, directory, gradebook, answer)
        deadline = last_deadline(gradebook, answer.lesson, read_settings(root).lesson(answer.lesson).due)
        try:
            grade = gradebook.find_grade(answer.cell, answer.lesson, answer.lesson, answer.student)
        except MissingEntry:
            raise ClassroomError(f"The gradebook no longer contains {answer.lesson} by {answer.student}") from None
        name = student_names(gradebook).get(answer.student, "")
        recorded, by_hand = grade.auto_score, grade.manual_score
    if recorded is None:
        raise ClassroomError(f"{answer.exercise} of {answer.student} has no automatic points, so nothing is run again")
    fresh = receipt and deadline is not None and has_passed(deadline)
    judge = JudgeOne(answer.exercise, fresh=fresh, config=config)
    judge.unsafe = judge.unsafe or unsafe
    notebook = rebuild(content, Path(directory.root, directory.release_directory), answer.lesson)
    marked = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in notebook.cells}
    source = str(marked[answer.exercise].source) if answer.exercise in marked else ""
    try:
        with grading_seed(seed):
            judge.preprocess(notebook, {"nbgrader": {"assignment": answer.lesson, "db_url": directory.db_url}})
    except KeyboardInterrupt as stopped:
        if stopped.args:  # `JudgeChecks` raises it with a reason if there is no sandbox
            raise ClassroomError(str(stopped)) from None
        raise
    if judge.result is None:
        raise ClassroomError(f"The submission of {answer.student} does not contain {answer.exercise}")
    return Regrade(
        answer,
        name,
        float(recorded),
        by_hand,
        judge.result,
        judge.failed,
        source,
        judge.seed,
        deadline,
    )


def _as_graded(root: Path, directory: CourseDirectory, gradebook: Gradebook, answer: CodedAnswer) -> tuple[str, bytes]:
    """Return the seed and the notebook of the first run, if it can be repeated."""
    lesson, student, ledger = answer.lesson, answer.student, Ledger(root, answer.lesson)
    code, command = spell_code(answer.code), "cs231n grade"
    if answer.earlier:
        new = answer_code(class_secret(root), lesson, answer.cell, student, answer.record["submission"])
        raise ClassroomError(
            f"{code} belongs to an earlier file of {student}, who has handed in {lesson} again. "
            f"The code of {answer.exercise} is now {spell_code(new)}"
        )
    if not answer.cell.startswith(CHECK):
        raise ClassroomError(
            f"{code} is the {answer.cell} of {student} in {lesson}, which a person grades. Review it in Formgrader"
        )
    seed = ledger.recorded_seed(str(answer.record.get("seed", "")))
    submissions = Submissions(directory, lesson, seed or "")
    unreadable = reason_ungradable(submissions.folder(student))
    files = {} if unreadable else submissions.job(gradebook, student).files
    if submission_digest(files) != answer.record["submission"]:
        raise ClassroomError(
            f"The file of {student} has changed since {lesson} was graded. "
            f"Run {command} {lesson} --student {student}, and use the code on the new feedback page"
        )
    if submissions.release != answer.record.get("release"):
        raise ClassroomError(
            f"{student} was graded with another release of {lesson}. "
            f"Run {command} {lesson} --again --dry-run to list the points that the present release would change"
        )
    if seed is None:
        raise ClassroomError(
            f"{ledger.folder.parent} no longer contains the seed with which {student} was graded in {lesson}. "
            "Restore the folder from a backup"
        )
    return seed, files.get(f"{lesson}.ipynb") or next(content for name, content in files.items() if notebook_name(name))


def last_deadline(gradebook: Gradebook, lesson: str, due: datetime | None) -> datetime | None:
    """Return a lesson's last deadline in UTC, including extensions, or None."""
    try:
        assignment = gradebook.find_assignment(lesson)
    except MissingEntry:
        return None
    dates = [assignment.duedate] if assignment.duedate else []
    dates += [due.astimezone(UTC).replace(tzinfo=None)] if due else []
    submissions = gradebook.db.query(SubmittedAssignment).filter(SubmittedAssignment.assignment_id == assignment.id)
    longest = max((one.extension for one in submissions if one.extension), default=timedelta())
    return max(dates) + longest if dates else None


def has_passed(moment: datetime) -> bool:
    """Tell whether a time in UTC has passed."""
    return moment < datetime.now(UTC).replace(tzinfo=None)
