"""What nbgrader knows of a graded class: points from its gradebook, mistakes from the notebooks it graded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode
from nbgrader.api import Grade, Gradebook, MissingEntry, Notebook, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.report import METADATA
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of

from .grading import JudgeChecks
from .nbgrader_course import CONFIG, read_config

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
    """

    lesson: str
    parts: tuple[Part, ...]
    marks: Mapping[str, Mapping[str, Mark]]
    absent: int = 0
    remarks: tuple[str, ...] = ()

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
        self.directory = CourseDirectory(config=config)
        self.home: str = JudgeChecks(config=config).home
        database = Path(self.directory.db_url.removeprefix("sqlite:///"))
        if self.directory.db_url.startswith("sqlite:") and not database.exists():
            raise ReportError(f"{database} is missing: no lesson is graded yet. docs/instructor.md says how")

    def lessons(self) -> list[str]:
        """The lessons for which something is graded, in order."""
        with Gradebook(self.directory.db_url) as gradebook:
            names = [assignment.name for assignment in gradebook.assignments]
            return sorted(name for name in names if any(map(_is_graded, gradebook.notebook_submissions(name, name))))

    def read(self, lesson: str) -> GradedClass:
        """The class as it did ``lesson``.

        Raises
        ------
        ReportError
            For a lesson that is unknown or not graded.
        """
        with Gradebook(self.directory.db_url) as gradebook:
            released, notebooks = _find(gradebook, lesson)
            parts = self._parts(lesson, {cell.name: cell.max_score for cell in released.grade_cells})
            marks, remarks = self._marks(lesson, parts, notebooks)
            enrolled = {str(student.id) for student in gradebook.students}
        handed_in = {folder.parent.name for folder in Path(self.directory.root).glob(self._pattern(lesson))}
        ungraded = sorted(handed_in - set(marks))
        if ungraded:
            remarks.append(f"Handed in but not graded, and left out: {', '.join(ungraded)}")
        absent = len(enrolled - handed_in - set(marks))
        return GradedClass(lesson, tuple(parts.values()), marks, absent, tuple(remarks))

    def _parts(self, lesson: str, out_of: Mapping[str, float]) -> dict[str, Part]:
        """The parts by the name of their graded cell, in the order of the release."""
        release = self._notebook(self.directory.release_directory, ".", lesson)
        if not release.exists():
            raise ReportError(f"{release} is missing, which holds the order of the exercises: release the lesson again")
        exercises = exercises_of(checks_of(slug_of(lesson), self.home))
        names = {name: name.removeprefix("check_") for name in _graded_cells(release) if name in out_of}
        return {cell: Part(name, out_of[cell], exercises.get(name)) for cell, name in names.items()}

    def _marks(
        self, lesson: str, parts: Mapping[str, Part], notebooks: Mapping[str, SubmittedNotebook]
    ) -> tuple[dict[str, dict[str, Mark]], list[str]]:
        marks, remarks = {}, []
        for student, notebook in tqdm(notebooks.items(), desc=lesson, unit="student", leave=False):
            path = self._notebook(self.directory.autograded_directory, student, lesson)
            cells = _graded_cells(path) if path.exists() else {}
            lost = [name for name, part in parts.items() if part.exercise and name not in cells]
            if lost:
                what = f"has no cell {', '.join(lost)}" if cells else "is missing"
                remarks.append(f"{path} {what}: points are counted, mistakes are not")
            grades = {grade.name: grade for grade in notebook.grades}
            marks[student] = {part.name: _mark(grades[name], part, cells.get(name)) for name, part in parts.items()}
        return marks, remarks

    def _notebook(self, step: str, student: str, lesson: str) -> Path:
        return Path(self.directory.format_path(step, student, lesson), f"{lesson}.ipynb")

    def _pattern(self, lesson: str) -> str:
        """Matches the folders, below the course's, in which students hand ``lesson`` in."""
        pattern = self.directory.format_path(self.directory.submitted_directory, "*", lesson)
        return str(Path(pattern).relative_to(self.directory.root))


def _find(gradebook: Gradebook, lesson: str) -> tuple[Notebook, dict[str, SubmittedNotebook]]:
    """The released notebook, and the graded ones by student."""
    try:
        released = gradebook.find_notebook(lesson, lesson)
    except MissingEntry:
        known = ", ".join(sorted(assignment.name for assignment in gradebook.assignments)) or "none"
        raise ReportError(f"The gradebook knows no lesson {lesson}. It knows: {known}") from None
    graded = {str(notebook.student.id): notebook for notebook in filter(_is_graded, released.submissions)}
    if not graded:
        raise ReportError(f"No submission of {lesson} is graded yet: nbgrader autograde {lesson}")
    return released, dict(sorted(graded.items()))


def _is_graded(notebook: SubmittedNotebook) -> bool:
    """Whether autograding came to an end: where it failed, nbgrader leaves a submission without scores."""
    return any(grade.auto_score is not None or grade.manual_score is not None for grade in notebook.grades)


def _graded_cells(path: Path) -> dict[str, NotebookNode]:
    marked = ((cell.metadata.get("nbgrader", {}), cell) for cell in nbformat.read(path, as_version=4).cells)
    return {marks["grade_id"]: cell for marks, cell in marked if marks.get("grade")}


def _mark(grade: Grade, part: Part, cell: NotebookNode | None) -> Mark:
    """One grade, with what the check said of it.

    A submission's code can write outputs too, so only the lesson's own words are taken from there, and short pieces of
    the submission's own code.
    """
    outputs = cell.get("outputs", []) if cell else []
    said = next((output.metadata[METADATA] for output in outputs if METADATA in output.get("metadata", {})), None)
    said = said if isinstance(said, dict) else {}
    if (
        not part.exercise and grade.manual_score is None and grade.auto_score == 0
    ):  # what nbgrader gives the bare release
        said = {"headline": NOT_STARTED}
    return Mark(
        float(grade.score),
        bool(grade.needs_manual_grade and grade.manual_score is None),
        "".join(_known(HEADLINES, [said.get("headline")])),
        _known(part.explanations, said.get("mistakes")),
        _known(part.titles, said.get("failed")),
        _places(said.get("places")) if part.exercise else (),
    )


def _known(words: Iterable[str], said: Any) -> tuple[str, ...]:
    return tuple(word for word in words if isinstance(said, list) and word in said)


def _places(said: Any) -> tuple[tuple[int, str], ...]:
    """Lines and expressions; each student's counts once, and there are never more than a few."""
    told = [place for place in said if isinstance(place, dict)] if isinstance(said, list) else []
    found = [(place.get("line"), place.get("expression")) for place in told]
    kept = [(line, text[:LONGEST]) for line, text in found if isinstance(line, int) and isinstance(text, str)]
    return tuple(dict.fromkeys(kept))[:MOST_PLACES]
