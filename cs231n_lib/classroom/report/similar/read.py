"""Reader of the submissions of one lesson, which are parsed and never run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from cs231n_lib.checks.slips import Edited
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of
from cs231n_lib.course.student.notebook import NotebookError, read

from ...errors import ClassroomError
from ...grading.grade import student_names
from ...grading.judge import JudgeChecks
from ...grading.submitted import reason_ungradable, submitted_files, submitting_students
from ...intake import notebook_name, read_submission
from ...nbgrader_course import read_config, require_course
from .work import Code, Work, work_of


@dataclass
class ReadClass:
    """Submissions that could be read, and reasons why others could not.

    ``notes`` holds sentences about parts whose structure could not be compared, by student.
    """

    works: list[Work] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)


class SubmittedLesson:
    """Submissions of one lesson of the course at ``root``.

    Raises
    ------
    ClassroomError
        If there is no course, or the lesson is not released.
    """

    def __init__(self, root: Path, lesson: str) -> None:
        require_course(root)
        self.lesson = lesson
        config = read_config(root)
        self.directory = CourseDirectory(config=config)
        self.home: str = JudgeChecks(config=config).home
        release = Path(self.directory.format_path(self.directory.release_directory, ".", lesson))
        self.releases = release.parent
        if not (release / f"{lesson}.ipynb").exists():
            raise ClassroomError(f"{lesson} is not released. Run: nbgrader generate_assignment {lesson}")

    @property
    def students(self) -> list[str]:
        """Students who submitted the lesson."""
        return submitting_students(self.directory, self.lesson)

    def names(self) -> Mapping[str, str]:
        """Return the names of enrolled students by id, if there is a gradebook."""
        url: str = self.directory.db_url
        if url.startswith("sqlite:") and not Path(url.removeprefix("sqlite:///")).exists():
            return {}
        with Gradebook(url) as gradebook:
            return student_names(gradebook)

    def read(self, advance: Callable[[], object]) -> ReadClass:
        """Read all submissions, and call ``advance`` after each."""
        found = ReadClass()
        for student in self.students:
            work = self._read(student, found)
            if work:
                found.works.append(work)
                problems = "; ".join(work.problems())
                found.notes |= {student: problems} if problems else {}
            advance()
        return found

    def _read(self, student: str, found: ReadClass) -> Work | None:
        folder = Path(self.directory.format_path(self.directory.submitted_directory, student, self.lesson))
        files = {notebook_name(path.name): path for path in submitted_files(folder) if notebook_name(path.name)}
        expected = files.get(f"{self.lesson}.ipynb") or next(iter(files.values()), None)
        reason = reason_ungradable(folder)
        if not reason and len(files) > 1 and f"{self.lesson}.ipynb" not in files:
            reason = f"there are several notebooks in {folder.name}. Rename the right one to {self.lesson}.ipynb"
        if reason or not expected:
            found.unread[student] = reason
            return None
        try:
            return work_of(student, *read_submission(expected.read_bytes(), self.releases, self.lesson))
        except NotebookError as error:
            found.unread[student] = error.reason
        except OSError as error:
            found.unread[student] = error.strerror or type(error).__name__
        return None

    def published(self) -> dict[str, list[Code]]:
        """Return the code of the release, solution and references, by exercise."""
        codes: dict[str, list[Code]] = {}
        source = Path(self.directory.format_path(self.directory.source_directory, ".", self.lesson))
        for path in (self.releases / self.lesson / f"{self.lesson}.ipynb", source / f"{self.lesson}.ipynb"):
            for name, cell in read(path).answers.items() if path.exists() else ():
                codes.setdefault(name, []).append(Code(cell.source))
        for name, text in _references(self.lesson, self.home).items():
            codes.setdefault(name, []).append(Code(text))
        return codes


def _references(lesson: str, home: str) -> dict[str, str]:
    """Return the references of a lesson's checks, or none if it has no checks."""
    try:
        exercises = exercises_of(checks_of(slug_of(lesson), home))
    except ImportError:
        return {}
    return {name: Edited(exercise.reference, ()).source for name, exercise in exercises.items()}
