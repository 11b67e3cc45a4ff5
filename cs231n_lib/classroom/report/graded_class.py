"""Data of a graded class, from the gradebook and the graded notebooks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbgrader.api import Gradebook, MissingEntry, Student
from nbgrader.coursedir import CourseDirectory

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.run.flaws import Headline, Trouble
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of

from ..errors import ClassroomError
from ..grading.graded_notebooks import Summary, read_summaries, summary_file
from ..grading.judge import JudgeChecks
from ..grading.ledger import Ledger
from ..grading.submitted import submitting_students
from ..nbgrader_course import read_config, require_course
from ..table import parts_in
from .grades import GradeRow, LessonSummary, graded_lessons, grades_of, late_penalties, lesson_summaries

MAX_TEXT, MAX_PLACES = 80, 4


@dataclass(frozen=True)
class Part:
    """Graded part of a lesson. ``exercise`` is None if a person grades the part."""

    name: str
    out_of: float
    exercise: Exercise | None = None

    @property
    def explanations(self) -> dict[str, str]:
        """Explanations that students read, by the name of the mistake."""
        return {m.name: m.explanation for m in self.exercise.mistakes} if self.exercise else {}

    @property
    def titles(self) -> tuple[str, ...]:
        """Titles of the rows in the exercise's report."""
        return self.exercise.titles if self.exercise else ()


@dataclass(frozen=True)
class PartResult:
    """Result of one student in one part, with what a failed check found."""

    points: float
    waiting: bool = False
    headline: str = ""
    mistakes: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    places: tuple[tuple[int, str], ...] = ()
    """Lines and expressions where the answer fails, if the search found any."""
    trouble: str = ""
    """Reason why the check of the answer could not finish."""


@dataclass(frozen=True)
class GradedClass:
    """Results of a class in one lesson."""

    lesson: str
    parts: tuple[Part, ...]
    marks: Mapping[str, Mapping[str, PartResult]]
    """Results by student and by part. Every student has a result for every part."""
    absent: int = 0
    """Number of students in the gradebook who handed nothing in."""
    remarks: tuple[str, ...] = ()
    """Sentences on what the numbers leave out. They name students and are for the instructor's terminal."""
    ungraded: Counter[str] = field(default_factory=Counter)
    """Reasons why submissions are not graded, with the number of submissions."""
    limited: int = 0
    """Number of students with a cell that took too long."""
    died: int = 0
    """Number of students with a cell that ended Python."""
    unsafe: int = 0
    """Number of submissions that ran without a sandbox."""
    penalties: tuple[float, ...] = ()
    """Points that each late submission loses. The results do not include these penalties."""
    progress: tuple[LessonSummary, ...] = ()
    """Graded lessons in the order of the course."""

    @property
    def points(self) -> np.ndarray:
        """Points ``(S, P)`` of S students in P parts."""
        return np.array([[marks[part.name].points for part in self.parts] for marks in self.marks.values()])

    def of(self, part: Part) -> list[PartResult]:
        """Return every student's result in a part."""
        return [marks[part.name] for marks in self.marks.values()]


class GradedCourse:
    """Reader of an nbgrader course configured by ``nbgrader_config.py`` in ``root``.

    Raises
    ------
    ClassroomError
        If ``nbgrader_config.py`` or the gradebook does not exist.
    """

    def __init__(self, root: Path) -> None:
        require_course(root)
        config = read_config(root)
        self.root = root
        self.directory = CourseDirectory(config=config)
        self.home: str = JudgeChecks(config=config).home
        database = Path(self.directory.db_url.removeprefix("sqlite:///"))
        if self.directory.db_url.startswith("sqlite:") and not database.exists():
            raise ClassroomError(f"{database} is missing, so no lesson is graded yet. See docs/instructor.md")

    def lessons(self) -> list[str]:
        """Return the names of the lessons with any grade, sorted."""
        with Gradebook(self.directory.db_url) as gradebook:
            return graded_lessons(gradebook)

    def read(self, lesson: str) -> GradedClass:
        """Read the results of a class in ``lesson``.

        Raises
        ------
        ClassroomError
            If the lesson is unknown, has no graded submission or has no release.
        """
        with Gradebook(self.directory.db_url) as gradebook:
            try:
                cells = gradebook.find_notebook(lesson, lesson).grade_cells
            except MissingEntry:
                known = ", ".join(sorted(assignment.name for assignment in gradebook.assignments)) or "none"
                raise ClassroomError(f"The gradebook has no lesson {lesson}. Pass one of: {known}") from None
            grades = grades_of(gradebook, lesson)
            remedy = f"Run: python -m cs231n_lib grade {lesson}"
            if not grades:
                raise ClassroomError(f"No submission of {lesson} is graded yet. {remedy}")
            parts = self._parts(lesson, {cell.name: cell.max_score for cell in cells})
            enrolled = {student for (student,) in gradebook.db.query(Student.id)}
            progress = tuple(lesson_summaries(gradebook))
            penalties = tuple(late_penalties(gradebook, lesson))
        paths = {student: self._notebook(self.directory.autograded_directory, student, lesson) for student in grades}
        said = read_summaries(paths, summary_file(self.root, lesson))
        marks, remarks = _results(parts, grades, said, paths)
        handed_in = set(submitting_students(self.directory, lesson))
        ungraded = {student: self._reason_ungraded(lesson, student) for student in sorted(handed_in - set(marks))}
        if ungraded:
            told = ", ".join(f"{student} ({reason})" for student, reason in ungraded.items())
            remarks.append(f"Handed in but not graded, and left out: {told}")
        return GradedClass(
            lesson,
            tuple(parts.values()),
            marks,
            len(enrolled - handed_in - set(marks)),
            tuple(remarks),
            Counter(ungraded.values()),
            sum(bool(one.get("limited")) for one in said.values()),
            sum(bool(one.get("died")) for one in said.values()),
            unsafe=sum(Ledger(self.root, lesson).read(student).get("unsafe") is True for student in marks),
            penalties=penalties,
            progress=progress,
        )

    def _reason_ungraded(self, lesson: str, student: str) -> str:
        """Return the reason why a submission is not graded, without the student's id."""
        file = self._notebook(self.directory.submitted_directory, student, lesson)
        _, reason = parts_in(file, Path(self.directory.root, self.directory.release_directory))
        noted = str(Ledger(self.root, lesson).read(student).get("problem", "")).replace(student, "…")
        return reason or noted[:MAX_TEXT] or "grading has not finished"

    def _parts(self, lesson: str, out_of: Mapping[str, float]) -> dict[str, Part]:
        """Return the parts by the name of their graded cell, in the order of the release."""
        release = self._notebook(self.directory.release_directory, ".", lesson)
        if not release.exists():
            raise ClassroomError(
                f"{release} is missing. It sets the order of the exercises, so release the lesson again"
            )
        exercises = exercises_of(checks_of(slug_of(lesson), self.home))
        names = {name: name.removeprefix("check_") for name in _graded_cells(release) if name in out_of}
        return {cell: Part(name, out_of[cell], exercises.get(name)) for cell, name in names.items()}

    def _notebook(self, step: str, student: str, lesson: str) -> Path:
        return Path(self.directory.format_path(step, student, lesson), f"{lesson}.ipynb")


def _results(
    parts: Mapping[str, Part],
    grades: Mapping[str, Mapping[str, GradeRow]],
    said: Mapping[str, Summary],
    paths: Mapping[str, Path],
) -> tuple[dict[str, dict[str, PartResult]], list[str]]:
    marks, remarks = {}, []
    for student, given in grades.items():
        cells = said.get(student, {}).get("cells", {})
        lost = [name for name, part in parts.items() if part.exercise and name not in cells]
        if lost:
            what = f"lacks the cells {', '.join(lost)}" if cells else "is missing"
            remarks.append(f"{paths[student]} {what}, so the points are counted but the mistakes are not")
        marks[student] = {part.name: _result(given[name], part, cells.get(name, {})) for name, part in parts.items()}
    return marks, remarks


def _graded_cells(path: Path) -> list[str]:
    marks = (cell.metadata.get("nbgrader", {}) for cell in nbformat.read(path, as_version=4).cells)
    return [one["grade_id"] for one in marks if one.get("grade")]


def _result(grade: GradeRow, part: Part, said: Mapping[str, Any]) -> PartResult:
    """Combine a grade with what the check reported.

    A submission's code can write outputs too, so only the lesson's phrases and short pieces of code are taken from
    them.
    """
    headline = said.get("headline")
    if not part.exercise and grade.manual is None and grade.auto == 0:  # nbgrader's points for the unchanged release
        headline = Headline.NOT_STARTED
    points, waiting = float(grade.score), bool(grade.needs_person and grade.manual is None)
    return PartResult(
        points,
        waiting,
        "".join(_known(Headline, [headline])),
        _known(part.explanations, said.get("mistakes")),
        _known(part.titles, said.get("failed")),
        _places(said.get("places")) if part.exercise else (),
        "".join(_known(Trouble, [said.get("trouble")])),
    )


def _known(words: Iterable[str], said: Any) -> tuple[str, ...]:
    return tuple(word for word in words if isinstance(said, list) and word in said)


def _places(said: Any) -> tuple[tuple[int, str], ...]:
    """Return a few places, without duplicates so that each student counts once."""
    told = [place for place in said if isinstance(place, dict)] if isinstance(said, list) else []
    found = [(place.get("line"), place.get("expression")) for place in told]
    kept = [(line, text[:MAX_TEXT]) for line, text in found if isinstance(line, int) and isinstance(text, str)]
    return tuple(dict.fromkeys(kept))[:MAX_PLACES]
