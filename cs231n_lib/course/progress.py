"""A student's progress, read from the student's own notebooks: what each check said when it last ran.

Nothing is run and nothing is graded. A stored result is as old as the check's last run, so it counts only while the
answer's cell has not been run again, which the numbers of the runs tell. Two changes go unseen until the check is run
again: a cell that was edited and not run, and one that was run after a restart of Python, where numbers begin at 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite
from pathlib import Path

from cs231n_lib.checks.report import BONUS_POINTS, NO_STAR, STAR
from cs231n_lib.course.notebook import Cell, Notebook, NotebookError, read
from cs231n_lib.course.plan import NOTEBOOKS, Lesson

TOTAL = 100
NO_CODE, NO_TEXT = "raise NotImplementedError", "*Your answer goes here"
STUB = "# Your code goes here, in place of the next line."
"""How an answer begins in a release, as ``nbgrader_config.py`` sets it; the last stands above code."""


class State(Enum):
    """Where an answer stands: a mark, and the words that say the same."""

    RIGHT = "✓", "right"
    PARTLY = "◐", "partly right"
    WRONG = "✗", "not right yet"
    NOT_BEGUN = "○", "not begun"
    NOT_CHECKED = "○", "not checked yet: run its cell, then its check"
    RUN_SINCE = "↻", "its cell was run since: run its check again"
    FAILED = "!", "its check ended without points: run the lesson from its top"
    NOT_WRITTEN = "○", "not written yet, graded by hand"
    WRITTEN = "✎", "written, graded by hand"

    @property
    def mark(self) -> str:
        """One character."""
        return self.value[0]

    @property
    def words(self) -> str:
        """What the mark means, and what to do."""
        return self.value[1]


FINISHED = (State.RIGHT, State.WRITTEN)
BY_HAND = (State.WRITTEN, State.NOT_WRITTEN)


@dataclass(frozen=True)
class Answer:
    """One graded answer: an exercise, or a text that is graded by hand.

    Parameters
    ----------
    name : str
        The ``grade_id`` of its cell.
    question : str
        The id of the text above it, which a link can lead to.
    points, out_of : float
        Points reached, of how many. A text graded by hand has reached none here.
    bonus : bool
        Whether it is the lesson's ★: for no points, and counted among no exercises.
    """

    name: str
    question: str
    out_of: float
    state: State
    points: float = 0.0
    bonus: bool = False

    @property
    def mark(self) -> str:
        """One character: of a bonus the star, filled once it is right."""
        if self.bonus and self.state in (State.RIGHT, State.PARTLY, State.WRONG, State.NOT_BEGUN):
            return STAR if self.state is State.RIGHT else NO_STAR
        return self.state.mark


@dataclass(frozen=True)
class Progress:
    """How far a student is in one lesson.

    Parameters
    ----------
    answers : tuple of Answer
        In the order of the notebook; empty where none could be read.
    problems : tuple of str
        What is wrong with the notebook, and what to do.
    here : bool
        Whether the lesson's folder is there: a lesson that is not written yet has none.
    """

    lesson: Lesson
    answers: tuple[Answer, ...] = ()
    problems: tuple[str, ...] = ()
    here: bool = True

    @property
    def points(self) -> float:
        """Points reached, of 100."""
        return sum(answer.points for answer in self.answers)

    @property
    def exercises(self) -> tuple[Answer, ...]:
        """The answers that a check can tell right from wrong."""
        return tuple(answer for answer in self.answers if answer.state not in BY_HAND and not answer.bonus)

    @property
    def right(self) -> int:
        """How many exercises are right."""
        return sum(answer.state is State.RIGHT for answer in self.exercises)

    @property
    def bonus(self) -> Answer | None:
        """The lesson's ★ exercise, if it has one."""
        return next((answer for answer in self.answers if answer.bonus), None)

    @property
    def starred(self) -> bool:
        """Whether the bonus is done."""
        return self.bonus is not None and self.bonus.state is State.RIGHT

    @property
    def by_hand(self) -> float:
        """The points that a person gives."""
        return sum(answer.out_of for answer in self.answers if answer.state in BY_HAND)

    @property
    def next(self) -> Answer | None:
        """The first answer that is not finished; a bonus is nobody's duty."""
        return next((answer for answer in self.answers if answer.state not in FINISHED and not answer.bonus), None)


def read_course(folder: Path) -> list[Progress]:
    """The progress in all lessons, whose folders are in ``folder``; and what is there that is not graded."""
    there = [one for one in NOTEBOOKS if one.graded or (folder / notebook_path(one)).is_file()]
    return [read_lesson(folder, lesson) for lesson in there]


def what_is_next(course: Sequence[Progress]) -> tuple[Lesson, Answer] | None:
    """The first answer of the course that is not finished, and its lesson."""
    return next(((progress.lesson, progress.next) for progress in course if progress.next), None)


def notebook_path(lesson: Lesson) -> Path:
    """Where a lesson's notebook stands in the folder of the course."""
    return Path(lesson.folder, f"{lesson.folder}.ipynb")


def read_lesson(folder: Path, lesson: Lesson) -> Progress:
    """The progress in one lesson. What cannot be read becomes a problem in words; nothing is raised."""
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
    answers = tuple(_answers(notebook))
    return Progress(lesson, answers, tuple(_problems(notebook, answers)))


def missing(path: Path) -> str:
    """Say that a notebook is not there, and what to do."""
    others = ", ".join(sorted(other.name for other in path.parent.glob("*.ipynb")))
    remedy = f"found {others}: give it the name {path.name}" if others else "put a fresh copy there"
    return f"{path.name} is missing ({remedy})"


def _answers(notebook: Notebook) -> Iterator[Answer]:
    questions, above = {}, ""
    for cell in notebook.cells:
        if cell.name:
            questions[cell.name] = above
        if cell.kind == "markdown":
            above = cell.id
    for name, cell in notebook.marked.items():
        if cell.graded or cell.bonus:
            yield _answer(cell, notebook.marked.get(cell.exercise, cell), questions[name])


def _answer(graded: Cell, written: Cell, question: str) -> Answer:
    """The answer in the cell ``written``, whose points are those of the cell ``graded``: its check, or itself."""
    if graded.solution:
        state, points = State.NOT_WRITTEN if NO_TEXT in graded.source else State.WRITTEN, 0.0
    else:
        state, points = _standing(written, graded)
    return Answer(graded.exercise, question, graded.points, state, 0.0 if graded.bonus else points, graded.bonus)


def _standing(answer: Cell, check: Cell) -> tuple[State, float]:
    """The state of an exercise, and the points that count."""
    points = _points(check)
    if not points and NO_CODE in answer.source:
        return State.NOT_BEGUN, 0.0
    if points is None:
        return (State.FAILED if check.outputs else State.NOT_CHECKED), 0.0
    if (answer.run or 0) > (check.run or 0):
        return State.RUN_SINCE, 0.0
    if points == _full(check):
        return State.RIGHT, points
    return (State.PARTLY if points else State.WRONG), points


def _full(check: Cell) -> float:
    """What the check shows for a right answer."""
    return BONUS_POINTS if check.bonus else check.points


def _points(check: Cell) -> float | None:
    """The points that a check's stored output shows; ``None`` where it does not show just one such number."""
    try:
        (points,) = map(float, check.results)
    except ValueError:
        return None
    return points if isfinite(points) and 0 <= points <= _full(check) else None


def _problems(notebook: Notebook, answers: Sequence[Answer]) -> Iterator[str]:
    if notebook.copied:
        yield f"copied cells: {', '.join(notebook.copied)}; the last copy counts, so delete the others"
    missing = TOTAL - sum(answer.out_of for answer in answers)
    if missing > 0:
        yield f"cells worth {missing:g} points are missing: take a fresh copy and paste your answers into it"
