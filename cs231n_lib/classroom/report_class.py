"""What nbgrader knows of a graded class: points from its gradebook, mistakes from the notebooks it graded."""

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
from cs231n_lib.checks.report import ENDED, NOT_IN_TIME
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of

from .grading import JudgeChecks
from .nbgrader_course import CONFIG, read_config
from .notes import Notes
from .report_grades import Given, Progress, graded_lessons, grades_of, progress_of
from .report_read import Said, read_said, said_file
from .table import parts_in

NOT_STARTED, NOT_TRIED = "Not started", "Not yet"
LONGEST, MOST_PLACES = 80, 4
HEADLINES = (NOT_STARTED, NOT_TRIED, "Partly right", "Not right yet")


class ReportError(Exception):
    """There is nothing to report on: what is missing, and what to do."""


@dataclass(frozen=True)
class Part:
    """A graded part of a lesson: an exercise, or an answer that is graded by hand (``exercise`` is ``None``)."""

    name: str
    out_of: float
    exercise: Exercise | None = None

    @property
    def explanations(self) -> dict[str, str]:
        """The sentence that a student is told, by the name of the mistake."""
        return {m.name: m.explanation for m in self.exercise.mistakes} if self.exercise else {}

    @property
    def titles(self) -> tuple[str, ...]:
        """What the rows of the exercise's report are called."""
        return self.exercise.titles if self.exercise else ()


@dataclass(frozen=True)
class Mark:
    """What one student got for one part. Where a check was not passed, also what it said, as far as known."""

    points: float
    waiting: bool = False
    headline: str = ""
    mistakes: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    places: tuple[tuple[int, str], ...] = ()
    """Lines and expressions where the answer goes wrong, where the class is shown these."""
    trouble: str = ""
    """What kept the answer from being judged to the end."""


@dataclass(frozen=True)
class GradedClass:
    """One lesson as a class did it.

    Parameters
    ----------
    marks : dict
        From a student's id to the marks, by the part's name; every student has one for every part.
    absent : int
        How many students of the gradebook handed nothing in.
    remarks : tuple of str
        What the numbers leave out, in sentences with ids, for the instructor's terminal.
    ungraded : Counter
        Why some who handed in are not graded, and how many.
    limited, died : int
        How many students have a cell that took too long, and one that ended Python.
    unsafe : int
        How many submissions ran without a sandbox.
    progress : tuple of Progress
        All lessons that are graded, in the order of the course.
    """

    lesson: str
    parts: tuple[Part, ...]
    marks: Mapping[str, Mapping[str, Mark]]
    absent: int = 0
    remarks: tuple[str, ...] = ()
    ungraded: Counter[str] = field(default_factory=Counter)
    limited: int = 0
    died: int = 0
    unsafe: int = 0
    progress: tuple[Progress, ...] = ()

    @property
    def points(self) -> np.ndarray:
        """The points ``(S, P)`` of S students in P parts."""
        return np.array([[marks[part.name].points for part in self.parts] for marks in self.marks.values()])

    def of(self, part: Part) -> list[Mark]:
        """Every student's mark for this part."""
        return [marks[part.name] for marks in self.marks.values()]


class Course:
    """An nbgrader course as ``nbgrader_config.py`` under ``root`` sets it up.

    Raises
    ------
    ReportError
        Where there is no such file, or no gradebook yet.
    """

    def __init__(self, root: Path) -> None:
        if not (root / CONFIG).exists():
            raise ReportError(f"{root / CONFIG} is missing. Start this in the course's folder, or say where: --root")
        config = read_config(root)
        self.root = root
        self.directory = CourseDirectory(config=config)
        self.home: str = JudgeChecks(config=config).home
        database = Path(self.directory.db_url.removeprefix("sqlite:///"))
        if self.directory.db_url.startswith("sqlite:") and not database.exists():
            raise ReportError(f"{database} is missing: no lesson is graded yet. docs/instructor.md says how")

    def lessons(self) -> list[str]:
        """The lessons for which something is graded, in order."""
        with Gradebook(self.directory.db_url) as gradebook:
            return graded_lessons(gradebook)

    def read(self, lesson: str) -> GradedClass:
        """The class as it did ``lesson``.

        Raises
        ------
        ReportError
            For a lesson that is unknown or not graded.
        """
        with Gradebook(self.directory.db_url) as gradebook:
            try:
                cells = gradebook.find_notebook(lesson, lesson).grade_cells
            except MissingEntry:
                known = ", ".join(sorted(assignment.name for assignment in gradebook.assignments)) or "none"
                raise ReportError(f"The gradebook knows no lesson {lesson}. It knows: {known}") from None
            grades = grades_of(gradebook, lesson)
            if not grades:
                raise ReportError(f"No submission of {lesson} is graded yet: python -m cs231n_lib grade {lesson}")
            parts = self._parts(lesson, {cell.name: cell.max_score for cell in cells})
            enrolled = {student for (student,) in gradebook.db.query(Student.id)}
            progress = tuple(progress_of(gradebook))
        paths = {student: self._notebook(self.directory.autograded_directory, student, lesson) for student in grades}
        said = read_said(paths, said_file(self.root, lesson))
        marks, remarks = _marks(parts, grades, said, paths)
        handed_in = {folder.parent.name for folder in Path(self.directory.root).glob(self._pattern(lesson))}
        ungraded = {student: self._why_not(lesson, student) for student in sorted(handed_in - set(marks))}
        if ungraded:
            told = ", ".join(f"{student} ({why})" for student, why in ungraded.items())
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
            unsafe=sum(Notes(self.root, lesson).read(student).get("unsafe") is True for student in marks),
            progress=progress,
        )

    def _why_not(self, lesson: str, student: str) -> str:
        """Why a student who handed in is not graded, in a few words without names."""
        file = self._notebook(self.directory.submitted_directory, student, lesson)
        _, why = parts_in(file, Path(self.directory.root, self.directory.release_directory))
        noted = str(Notes(self.root, lesson).read(student).get("problem", "")).replace(student, "…")
        return why.removeprefix("not graded: ") or noted[:LONGEST] or "not yet"

    def _parts(self, lesson: str, out_of: Mapping[str, float]) -> dict[str, Part]:
        """The parts by the name of their graded cell, in the order of the release."""
        release = self._notebook(self.directory.release_directory, ".", lesson)
        if not release.exists():
            raise ReportError(f"{release} is missing, which holds the order of the exercises: release the lesson again")
        exercises = exercises_of(checks_of(slug_of(lesson), self.home))
        names = {name: name.removeprefix("check_") for name in _graded_cells(release) if name in out_of}
        return {cell: Part(name, out_of[cell], exercises.get(name)) for cell, name in names.items()}

    def _notebook(self, step: str, student: str, lesson: str) -> Path:
        return Path(self.directory.format_path(step, student, lesson), f"{lesson}.ipynb")

    def _pattern(self, lesson: str) -> str:
        """Matches the folders, below the course's, in which students hand ``lesson`` in."""
        pattern = self.directory.format_path(self.directory.submitted_directory, "*", lesson)
        return str(Path(pattern).relative_to(self.directory.root))


def _marks(
    parts: Mapping[str, Part],
    grades: Mapping[str, Mapping[str, Given]],
    said: Mapping[str, Said],
    paths: Mapping[str, Path],
) -> tuple[dict[str, dict[str, Mark]], list[str]]:
    marks, remarks = {}, []
    for student, given in grades.items():
        cells = said.get(student, {}).get("cells", {})
        lost = [name for name, part in parts.items() if part.exercise and name not in cells]
        if lost:
            what = f"has no cell {', '.join(lost)}" if cells else "is missing"
            remarks.append(f"{paths[student]} {what}: points are counted, mistakes are not")
        marks[student] = {part.name: _mark(given[name], part, cells.get(name, {})) for name, part in parts.items()}
    return marks, remarks


def _graded_cells(path: Path) -> list[str]:
    marks = (cell.metadata.get("nbgrader", {}) for cell in nbformat.read(path, as_version=4).cells)
    return [one["grade_id"] for one in marks if one.get("grade")]


def _mark(grade: Given, part: Part, said: Mapping[str, Any]) -> Mark:
    """One grade, with what the check said of it.

    A submission's code can write outputs too, so only the lesson's own words are taken from there, and short pieces of
    the submission's own code.
    """
    headline = said.get("headline")
    if not part.exercise and grade.manual is None and grade.auto == 0:  # what nbgrader gives the bare release
        headline = NOT_STARTED
    points, waiting = float(grade.score), bool(grade.needs_person and grade.manual is None)
    if not said:
        return Mark(points, waiting, headline or "")
    return Mark(
        points,
        waiting,
        "".join(_known(HEADLINES, [headline])),
        _known(part.explanations, said.get("mistakes")),
        _known(part.titles, said.get("failed")),
        _places(said.get("places")) if part.exercise else (),
        "".join(_known((NOT_IN_TIME, ENDED), [said.get("trouble")])),
    )


def _known(words: Iterable[str], said: Any) -> tuple[str, ...]:
    return tuple(word for word in words if isinstance(said, list) and word in said)


def _places(said: Any) -> tuple[tuple[int, str], ...]:
    """Lines and expressions; each student's counts once, and there are never more than a few."""
    told = [place for place in said if isinstance(place, dict)] if isinstance(said, list) else []
    found = [(place.get("line"), place.get("expression")) for place in told]
    kept = [(line, text[:LONGEST]) for line, text in found if isinstance(line, int) and isinstance(text, str)]
    return tuple(dict.fromkeys(kept))[:MOST_PLACES]
