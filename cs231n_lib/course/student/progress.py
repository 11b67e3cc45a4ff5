"""Progress of a student, read from the last results of the checks.

Nothing is run or graded. A stored result counts unless the execution counts show that the answer's cell ran after its
check. Until the check runs again, a cell that was edited but not run, or run after a restart of Python, goes unnoticed.

The checks are imported where they are used, because they load NumPy, which ``start`` does not need.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite
from pathlib import Path

from cs231n_lib.course.plan import NOTEBOOKS, Lesson, checks_of, exercises_of
from cs231n_lib.course.student.notebook import Cell, Notebook, NotebookError, read

TOTAL = 100
NO_CODE, NO_TEXT = "raise NotImplementedError", "*Your answer goes here"
STUB = "# Your code goes here, in place of the next line."
"""Comment above `NO_CODE` in unanswered cells, from ``nbgrader_config.py``."""


class AnswerState(Enum):
    """State of an answer, as a mark and as text."""

    RIGHT = "✓", "right"
    PARTLY = "◐", "partly right"
    WRONG = "✗", "not right yet"
    NOT_BEGUN = "○", "not begun"
    NOT_CHECKED = "○", "not checked yet, so run its cell, then its check"
    RUN_SINCE = "↻", "you have run its cell since its last check, so run its check again"
    FAILED = "!", "its check ended without points, so run the lesson from the top"
    NOT_WRITTEN = "○", "not written yet, graded by hand"
    WRITTEN = "✎", "written, graded by hand"

    @property
    def mark(self) -> str:
        """Mark of the state, one character long."""
        return self.value[0]

    @property
    def words(self) -> str:
        """Meaning of the mark, and what to do."""
        return self.value[1]


FINISHED = (AnswerState.RIGHT, AnswerState.WRITTEN)
BY_HAND = (AnswerState.WRITTEN, AnswerState.NOT_WRITTEN)
QUIET = (AnswerState.RIGHT, AnswerState.PARTLY, AnswerState.WRONG, AnswerState.NOT_BEGUN)
"""States that need no explanation beside the mark and the points."""


@dataclass(frozen=True)
class Answer:
    """Answer to an exercise, or a text that is graded by hand."""

    name: str
    """``grade_id`` of its cell."""
    question: str
    """Id of the text cell above the answer, for links."""
    out_of: float
    """Maximum points."""
    state: AnswerState
    points: float = 0.0
    """Points from the check, or 0 for a text or a bonus."""
    bonus: bool = False
    """Whether it is a ★ exercise, which has no points and is not counted."""

    @property
    def mark(self) -> str:
        """Mark of the state. In a `QUIET` state a bonus has a star, filled if right."""
        from cs231n_lib.checks.report import NO_STAR, STAR

        if self.bonus and self.state in QUIET:
            return STAR if self.state is AnswerState.RIGHT else NO_STAR
        return self.state.mark


@dataclass(frozen=True)
class Progress:
    """Progress of a student in one lesson."""

    lesson: Lesson
    answers: tuple[Answer, ...] = ()
    """Answers in the notebook's order, or empty if the notebook cannot be read."""
    problems: tuple[str, ...] = ()
    """Problems of the notebook, each with a remedy."""
    here: bool = True
    """Whether the lesson's folder exists."""

    @property
    def points(self) -> float:
        """Points out of 100."""
        return sum(answer.points for answer in self.answers)

    @property
    def exercises(self) -> tuple[Answer, ...]:
        """Answers with a check, without bonus exercises."""
        return tuple(answer for answer in self.answers if answer.state not in BY_HAND and not answer.bonus)

    @property
    def right(self) -> int:
        """Number of right exercises."""
        return sum(answer.state is AnswerState.RIGHT for answer in self.exercises)

    @property
    def bonuses(self) -> tuple[Answer, ...]:
        """Bonus exercises of the lesson."""
        return tuple(answer for answer in self.answers if answer.bonus)

    @property
    def stars(self) -> int:
        """Number of right bonus exercises."""
        return sum(answer.state is AnswerState.RIGHT for answer in self.bonuses)

    @property
    def starred(self) -> bool:
        """Whether at least one bonus exercise is right."""
        return self.stars > 0

    @property
    def by_hand(self) -> float:
        """Maximum points of the answers that are graded by hand."""
        return sum(answer.out_of for answer in self.answers if answer.state in BY_HAND)

    @property
    def next(self) -> Answer | None:
        """First unfinished answer except a bonus, which is optional."""
        return next((answer for answer in self.answers if answer.state not in FINISHED and not answer.bonus), None)


def read_course(folder: Path) -> list[Progress]:
    """Read the progress in the graded lessons and in the optional ones in ``folder``."""
    there = [one for one in NOTEBOOKS if one.graded or (folder / notebook_path(one)).is_file()]
    return [read_lesson(folder, lesson) for lesson in there]


def next_answer(course: Sequence[Progress]) -> tuple[Lesson, Answer] | None:
    """Return the first unfinished answer of the course, with its lesson."""
    return next(((progress.lesson, progress.next) for progress in course if progress.next), None)


def notebook_path(lesson: Lesson) -> Path:
    """Return the path of a lesson's notebook in the course's folder."""
    return Path(lesson.folder, f"{lesson.folder}.ipynb")


def read_lesson(folder: Path, lesson: Lesson) -> Progress:
    """Read the progress in one lesson, with problems as text instead of errors."""
    path = folder / notebook_path(lesson)
    if not path.parent.is_dir():
        return Progress(lesson, here=False)
    if not lesson.graded:
        return Progress(lesson)
    if not path.is_file():
        return Progress(lesson, problems=(missing(path),))
    try:
        notebook = read(path)
    except NotebookError as error:
        return Progress(lesson, problems=(str(error),))
    answers = tuple(_answers(notebook, lesson))
    return Progress(lesson, answers, tuple(_problems(notebook, answers)))


def missing(path: Path) -> str:
    """Return a message about a missing notebook, with a remedy."""
    others = ", ".join(sorted(other.name for other in path.parent.glob("*.ipynb")))
    remedy = f"the folder has {others}, so rename your notebook to {path.name}" if others else "put a fresh copy there"
    return f"{path.name} is missing ({remedy})"


def _answers(notebook: Notebook, lesson: Lesson) -> Iterator[Answer]:
    questions, above = {}, ""
    for cell in notebook.cells:
        if cell.name:
            questions[cell.name] = above
        if cell.kind == "markdown":
            above = cell.id
    for name, cell in notebook.marked.items():
        if cell.graded or cell.bonus:
            yield _answer(cell, notebook.marked.get(cell.exercise, cell), questions[name], lesson)


def _answer(graded: Cell, written: Cell, question: str, lesson: Lesson) -> Answer:
    """Return the answer in ``written``, with the points of its ``graded`` cell."""
    if graded.solution:
        state, points = AnswerState.NOT_WRITTEN if NO_TEXT in graded.source else AnswerState.WRITTEN, 0.0
    else:
        state, points = _state_and_points(written, graded, lesson)
    return Answer(graded.exercise, question, graded.points, state, 0.0 if graded.bonus else points, graded.bonus)


def _state_and_points(answer: Cell, check: Cell, lesson: Lesson) -> tuple[AnswerState, float]:
    """Return the state of an exercise and the points that count."""
    points = _points(check, lesson)
    if not points and NO_CODE in answer.source:
        return AnswerState.NOT_BEGUN, 0.0
    if points is None:
        return (AnswerState.FAILED if check.outputs else AnswerState.NOT_CHECKED), 0.0
    if (answer.run or 0) > (check.run or 0):
        return AnswerState.RUN_SINCE, 0.0
    if points == _full(check):
        return AnswerState.RIGHT, points
    return (AnswerState.PARTLY if points else AnswerState.WRONG), points


def _full(check: Cell) -> float:
    """Return the points that the check shows for a right answer."""
    from cs231n_lib.checks.report import PERCENT

    return PERCENT if check.bonus else check.points


def _points(check: Cell, lesson: Lesson) -> float | None:
    """Return the points in a check's stored output, or None if it has no valid ones.

    An exercise that had points in the notebook's release may now be a bonus, whose check shows a percentage.
    """
    from cs231n_lib.checks.report import PERCENT

    try:
        (points,) = map(float, check.results)
    except ValueError:
        return None
    if check.graded and check.points < points <= PERCENT and _is_bonus_now(check.exercise, lesson):
        points *= check.points / PERCENT
    return points if isfinite(points) and 0 <= points <= _full(check) else None


def _is_bonus_now(name: str, lesson: Lesson) -> bool:
    from cs231n_lib.checks import Bonus

    return isinstance(exercises_of(checks_of(lesson.slug)).get(name), Bonus)


def _problems(notebook: Notebook, answers: Sequence[Answer]) -> Iterator[str]:
    if notebook.copied:
        yield f"there are several copies of {', '.join(notebook.copied)}. The last copy counts, so delete the others"
    missing = TOTAL - sum(answer.out_of for answer in answers)
    if missing > 0:
        yield f"cells worth {missing:g} points are missing. Take a fresh copy and paste your answers into it"
