"""Feedback pages in a zip for Canvas or Moodle, or in a folder for mail merge.

By default, a later return contains only pages that have changed, because Canvas adds a comment for each file, and no
student should receive the same page twice. Each return has its own path, so it never overwrites an earlier one.
"""

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from dask.system import CPU_COUNT
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from tqdm import tqdm

from cs231n_lib.storage import read_json, write_files

from ..errors import ClassroomError
from ..grading.feedback_pages import FeedbackJob, feedback_job, feedback_page
from ..grading.grade import class_seed
from ..grading.ledger import LEDGER_FOLDER, Ledger
from ..grading.submission import blank_gradebook, read_course_files
from ..grading.submitted import Submissions
from ..grading.workers import connect_workers, map_jobs
from ..late import LatePolicy, update_penalties
from ..nbgrader_course import open_gradebook, read_config, require_course
from ..table import GradeStatus, grade_statuses, spreadsheet_text
from .originals import SYSTEMS, Originals

Content = bytes | Callable[[BinaryIO], object]
"""Content of a file, or a function that writes it."""

FOLDER = "folder"
FORMATS = (*SYSTEMS, FOLDER)
MAIL_TABLE = "mail.csv"
MAIL_COLUMNS = ("id", "email", "name", "file", "points")

_NO_NAME = (
    "the file's name in Canvas or Moodle is unknown, because the file was collected by an earlier release or by hand. "
    "Run collect again with the same zip, or return the page with --to folder"
)


@dataclass
class ReturnedFeedback:
    """Outcome of a return, with student ids."""

    path: Path | None = None
    """Zip or folder, or None if there was nothing to return."""
    returned: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    """Students whose page was returned before and has not changed since."""
    updated: list[str] = field(default_factory=list)
    """Students whose page was made again, because it was missing or its content had changed."""
    replaced: list[str] = field(default_factory=list)
    """Students for whom an earlier return to the same destination contained another page."""
    skipped: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Person:
    name: str = ""
    email: str = ""


class FeedbackReturn:
    """Return of one lesson's feedback in the course at ``root``.

    ``to`` is one of `FORMATS`, or "" for the system from which the submissions were collected.

    Raises
    ------
    ClassroomError
        If there is no course, or if ``to`` is "" and submissions came from both systems or from neither.
    """

    def __init__(self, root: Path, lesson: str, to: str = "") -> None:
        require_course(root)
        self.root, self.lesson = root.resolve(), lesson
        self.config = read_config(root)
        self.directory = CourseDirectory(config=self.config)
        self.ledger = Ledger(self.root, lesson)
        self.originals = Originals(self.root, lesson).names()
        self.to = to or self._system()
        self._record = self.root / LEDGER_FOLDER / f"{lesson}.returned.json"

    def _system(self) -> str:
        found = sorted({name.system for name in self.originals.values()})
        if len(found) == 1:
            return found[0]
        reason = "were collected from both Canvas and Moodle" if found else "have no names from Canvas or Moodle"
        remedy = f"Choose one with --to: {', '.join(FORMATS)}" if found else _NO_NAME.partition(". ")[2]
        raise ClassroomError(f"The submissions of {self.lesson} {reason}. {remedy}")

    def run(self, *, everything: bool = False, partly: bool = False) -> ReturnedFeedback:
        """Update the pages, and write those that have changed since the last return.

        ``everything`` includes unchanged pages, and ``partly`` pages with answers that are not graded by hand yet.

        Raises
        ------
        ClassroomError
            If the gradebook does not have the lesson.
        """
        done = ReturnedFeedback()
        with open_gradebook(self.directory) as gradebook:
            try:
                gradebook.find_assignment(self.lesson)
            except MissingEntry:
                raise ClassroomError(f"The gradebook has no lesson {self.lesson}. Grade the lesson first") from None
            update_penalties(gradebook, self.config)
            people = _people(gradebook)
            done.names = {student: person.name for student, person in people.items() if person.name}
            ready = dict(self._ready(gradebook, done, partly=partly))
            self._update(gradebook, list(ready), done)
        returned = read_json(self._record)
        before = returned.get(self.to, {})
        pages: dict[str, Path] = {}
        for student in sorted(ready.keys() - done.skipped.keys()):
            page = self._page(student)
            if before.get(student) == _digest(page) and not everything:
                done.unchanged.append(student)
            else:
                pages[student] = page
        if pages:
            done.path, done.returned = self._new_path(), list(pages)
            done.replaced = [one for one, page in pages.items() if before.get(one) not in (None, _digest(page))]
            files = self._folder(done.path, pages, ready, people) if self.to == FOLDER else self._zip(done.path, pages)
            now = before | {student: _digest(page) for student, page in pages.items()}
            write_files({**files, self._record: json.dumps(returned | {self.to: now}).encode()})
        return done

    def _ready(
        self, gradebook: Gradebook, done: ReturnedFeedback, *, partly: bool
    ) -> Iterator[tuple[str, GradeStatus]]:
        """Yield the students whose page can be returned, with their grades."""
        submissions = Submissions(self.directory, self.lesson, class_seed(self.root, self.lesson))
        for student, now, _ in grade_statuses(gradebook, self.directory, self.lesson):
            if now.absent and now.points is None:
                continue
            if now.points is None or (now.waiting and not partly):
                done.skipped[student] = now.state
            elif submissions.job(gradebook, student).key != self.ledger.read(student).get("key"):
                done.skipped[student] = (
                    "the file, the extension or the release of the lesson has changed since the last grading. "
                    f"Run: cs231n grade {self.lesson}"
                )
            elif self.to != FOLDER and student not in self.originals:
                done.skipped[student] = _NO_NAME
            elif self.to != FOLDER and self.originals[student].system != self.to:
                done.skipped[student] = f"collected from {self.originals[student].system.capitalize()}"
            else:
                yield student, now

    def _update(self, gradebook: Gradebook, students: list[str], done: ReturnedFeedback) -> None:
        """Remake each page that is missing or whose content has changed."""
        stale = [job for job in self._jobs(gradebook, students, done) if self._is_stale(job)]
        if not stale:
            return
        seed, blank = class_seed(self.root, self.lesson), blank_gradebook(gradebook, self.lesson)
        course = read_course_files(self.root, self.lesson, blank, seed, unsafe=True, places=False)  # runs no answers
        most = min(CPU_COUNT, len(stale))
        with tempfile.TemporaryDirectory() as scratch, connect_workers(None, most, scratch) as client:
            results = map_jobs(client, feedback_page, course, stale)
            for job, made in tqdm(results, total=len(stale), desc=f"{self.lesson}, feedback", unit="student"):
                if isinstance(made, BaseException):
                    done.skipped[job.student] = f"the page could not be made: {made}"
                    continue
                write_files({self._page(job.student): made.content})
                self.ledger.write(job.student, self.ledger.read(job.student) | {"page": job.key()})
                done.updated.append(job.student)

    def _jobs(self, gradebook: Gradebook, students: list[str], done: ReturnedFeedback) -> Iterator[FeedbackJob]:
        policy = LatePolicy(self.config)
        submissions = Submissions(self.directory, self.lesson, class_seed(self.root, self.lesson))
        for student in students:
            folder = Path(self.directory.format_path(self.directory.autograded_directory, student, self.lesson))
            if not folder.is_dir():
                done.skipped[student] = f"{folder} is missing. Grade the student again with --again"
                continue
            lateness = policy.explain(gradebook.find_submission(self.lesson, student))
            job = submissions.job(gradebook, student)
            yield feedback_job(gradebook, job, folder, places=False, lateness=lateness)

    def _is_stale(self, job: FeedbackJob) -> bool:
        return self.ledger.read(job.student).get("page") != job.key() or not self._page(job.student).exists()

    def _page(self, student: str) -> Path:
        folder = self.directory.format_path(self.directory.feedback_directory, student, self.lesson)
        return Path(folder, f"{self.lesson}.html")

    def _new_path(self) -> Path:
        """Return the first numbered path that does not exist."""
        ending = "" if self.to == FOLDER else ".zip"
        number = 1
        while (path := self.root / "returned" / f"{self.lesson}-{self.to}-{number}{ending}").exists():
            number += 1
        return path

    def _zip(self, path: Path, pages: Mapping[str, Path]) -> dict[Path, Content]:
        def write(file: BinaryIO) -> None:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as opened:
                for student, page in pages.items():
                    opened.write(page, self.originals[student].of_page(self.lesson))

        return {path: write}

    def _folder(
        self, path: Path, pages: Mapping[str, Path], ready: Mapping[str, GradeStatus], people: Mapping[str, _Person]
    ) -> dict[Path, Content]:
        text = io.StringIO(newline="")
        table = csv.writer(text)
        table.writerow(MAIL_COLUMNS)
        for student in pages:
            person = people.get(student, _Person())
            points = f"{ready[student].score:.2f}".rstrip("0").rstrip(".")
            who = map(spreadsheet_text, (person.email, person.name))
            table.writerow((student, *who, path / f"{student}.html", points))
        copies = {path / f"{student}.html": page.read_bytes() for student, page in pages.items()}
        return {**copies, path / MAIL_TABLE: text.getvalue().encode()}


def _people(gradebook: Gradebook) -> dict[str, _Person]:
    """Return the names and email addresses of the class by id."""
    return {
        str(one.id): _Person(" ".join(filter(None, (one.first_name, one.last_name))), one.email or "")
        for one in gradebook.students
    }


def _digest(page: Path) -> str:
    return sha256(page.read_bytes()).hexdigest()
