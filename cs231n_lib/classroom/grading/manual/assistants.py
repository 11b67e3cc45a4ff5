"""Division of a lesson's written answers among assistants, and their progress.

The page and the table name no student. They identify submissions by Formgrader's numbers and addresses.
"""

import csv
import hmac
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from math import ceil
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from nbgrader.api import Gradebook, MissingEntry, SubmittedNotebook
from nbgrader.apps import NbGraderAPI

from cs231n_lib.course.plan import NOTEBOOKS
from cs231n_lib.storage import read_json, write_files

from ...errors import ClassroomError
from ...nbgrader_course import one_at_a_time, open_gradebook, read_config, require_course, require_gradebook
from ..gradebook import back_up
from ..ledger import LEDGER_FOLDER, class_secret
from .comments import FILE, Library, comments_of, find_keys, write_out
from .rubric import rubrics, update_rubrics

SERVER = "http://localhost:8888"
"""Default address of JupyterLab."""

COLUMNS = ("assistant", "submission", "state", "link")
LEFT, DONE = "left", "done"


@dataclass(frozen=True)
class MarkedSubmission:
    """Submission with written answers, with its number and address in Formgrader."""

    number: int
    link: str
    assistant: str
    done: bool


@dataclass
class MarkingProgress:
    """State of the marking of a lesson.

    ``empty`` counts the submissions without a written answer, which nobody needs to mark. ``comments`` counts the
    comments whose keys were replaced. ``unknown`` lists each key that no comment has, with the submission's number and
    the closest known key.
    """

    lesson: str
    submissions: list[MarkedSubmission]
    empty: int = 0
    comments: int = 0
    unknown: list[tuple[int, str, str]] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)

    @property
    def assistants(self) -> dict[str, list[MarkedSubmission]]:
        """Submissions of each assistant, by name."""
        names = dict.fromkeys(one.assistant for one in self.submissions)
        return {name: [one for one in self.submissions if one.assistant == name] for name in names}


def divide(
    submissions: Iterable[str], assistants: Sequence[str], before: Mapping[str, str], done: Collection[str], secret: str
) -> dict[str, str]:
    """Divide submissions evenly among assistants, in a random but fixed order.

    The secret determines the order. Marked submissions stay with their assistant. So do the others, unless the
    assistant has left or has more than an equal part. New submissions therefore move no earlier ones.

    >>> first = divide("abcdef", ["Ada", "Ben"], {}, (), "secret")
    >>> later = divide("abcdefgh", ["Ada", "Ben"], first, (), "secret")
    >>> Counter(later.values()) == {"Ada": 4, "Ben": 4} and first.items() <= later.items()
    True
    """
    drawn = sorted(submissions, key=lambda one: hmac.digest(secret.encode(), one.encode(), "sha256"))
    divided = {one: before[one] for one in drawn if one in done and one in before}
    load = Counter(dict.fromkeys(assistants, 0)) + Counter()
    load.update(divided.values())
    most = ceil(len(drawn) / len(assistants))
    for one in drawn:
        if one not in divided and before.get(one) in assistants and load[before[one]] < most:
            divided[one] = before[one]
            load[before[one]] += 1
    for one in drawn:
        if one not in divided:
            divided[one] = min(assistants, key=lambda name: load[name])
            load[divided[one]] += 1
    return divided


def mark_together(root: Path, lesson: str, assistants: Sequence[str] = (), server: str = SERVER) -> MarkingProgress:
    """Replace keys in comments, and update the rubrics and the assistants' progress.

    Without ``assistants``, use the names of the last run, if any.

    Raises
    ------
    ClassroomError
        If the lesson is not released or has no written answer, a name is too long or occurs twice, the comments cannot
        be used, or another program does not finish writing in time.
    """
    require_course(root)
    root = root.resolve()
    names = _checked_names(assistants)
    api = NbGraderAPI(config=read_config(root))
    require_gradebook(api.coursedir)
    with one_at_a_time(root / LEDGER_FOLDER / f"{lesson}.marking.lock"):
        return _mark(root, lesson, names, server, api)


def _mark(root: Path, lesson: str, assistants: Sequence[str], server: str, api: Any) -> MarkingProgress:
    file = root / LEDGER_FOLDER / f"{lesson}.marking.json"
    kept = read_json(file)
    names = assistants or [str(name) for name in kept.get("assistants", [])]
    directory = api.coursedir
    with open_gradebook(directory) as gradebook:
        answers, library = _answers_and_comments(root, gradebook, lesson)
        found = find_keys(gradebook, lesson, library)
        if found.comments and directory.db_url.startswith("sqlite:"):
            back_up(Path(directory.db_url.removeprefix("sqlite:///")))
        written = write_out(gradebook, found.comments)
        notebooks = [*gradebook.notebook_submissions(lesson, lesson)]
        states = {str(one.id): state for one in notebooks if (state := _state(one, answers))}
        students = [str(one.student.id) for one in notebooks]
    rubrics_of = rubrics(Path(directory.root, directory.source_directory), lesson)
    for student in students:
        path = Path(directory.format_path(directory.autograded_directory, student, lesson), f"{lesson}.ipynb")
        if path.exists():
            update_rubrics(path, rubrics_of, library)
    done = [one for one, state in states.items() if state == DONE]
    secret = f"{class_secret(root)} {lesson}"
    divided = divide(states, names, kept.get("divided", {}), done, secret) if names else dict.fromkeys(states, "")
    numbers = {str(one): index + 1 for one, index in api.get_notebook_submission_indices(lesson, lesson).items()}
    links = {one: f"{server.rstrip('/')}/formgrader/submissions/{one}/" for one in divided}
    submissions = [MarkedSubmission(numbers.get(one, 0), links[one], divided[one], one in done) for one in divided]
    order = {name: place for place, name in enumerate(names)}
    submissions.sort(key=lambda one: (order.get(one.assistant, len(order)), one.assistant, one.number))
    unknown = [(numbers.get(one, 0), key, close) for one, key, close in found.unknown]
    marking = MarkingProgress(lesson, submissions, len(notebooks) - len(states), written, unknown)
    page, table = (root / "report" / f"{lesson}-marking.{ending}" for ending in ("html", "csv"))
    note = {"assistants": names, "divided": divided if names else kept.get("divided", {})}
    write_files({page: marking_page(marking).encode(), table: _table(marking), file: json.dumps(note).encode()})
    marking.files = [page, table]
    return marking


def _answers_and_comments(root: Path, gradebook: Gradebook, lesson: str) -> tuple[list[str], Library]:
    """Return a lesson's written answers, and the class's comments on them."""
    try:
        answers = written_answers(gradebook, lesson)
    except MissingEntry:
        raise ClassroomError(f"{lesson} is not released. Run: nbgrader generate_assignment {lesson}") from None
    if not answers:
        raise ClassroomError(f"{lesson} has no written answer, so there is nothing to mark")
    lessons = {*(str(one.name) for one in gradebook.assignments), *(one.folder for one in NOTEBOOKS)}
    return answers, comments_of(root / FILE, lesson, sorted(lessons), answers)


def _checked_names(assistants: Sequence[str]) -> list[str]:
    names = [re.sub(r"\s+", " ", name).strip() for name in assistants]
    for name in names:
        if not (0 < len(name) <= 60 and name.isprintable()):
            raise ClassroomError(f"The assistant's name {name!r:.80} must have 1 to 60 printable characters")
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ClassroomError(f"Two assistants are called {twice!r}. Add a letter to distinguish them")
    return names


def written_answers(gradebook: Gradebook, lesson: str) -> list[str]:
    """Return the names of a lesson's answers that a person grades."""
    notebook = gradebook.find_notebook(lesson, lesson)
    solutions = {str(cell.name) for cell in notebook.solution_cells}
    return [str(cell.name) for cell in notebook.grade_cells if str(cell.name) in solutions]


def _state(notebook: SubmittedNotebook, answers: Collection[str]) -> str:
    """Return whether a submission's written answers are marked, or "" if it has none."""
    grades = [grade for grade in notebook.grades if grade.name in answers]
    if any(grade.needs_manual_grade for grade in grades):
        return LEFT
    return DONE if any(grade.manual_score is not None for grade in grades) else ""


def _table(marking: MarkingProgress) -> bytes:
    text = StringIO(newline="")
    table = csv.writer(text)
    table.writerow(COLUMNS)
    for one in marking.submissions:
        name = f"'{one.assistant}" if one.assistant.startswith(("=", "+", "-", "@")) else one.assistant
        table.writerow((name, one.number, DONE if one.done else LEFT, one.link))
    return text.getvalue().encode()


def marking_page(marking: MarkingProgress) -> str:
    """Return the assistants' progress as one self-contained page, without scripts."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page = environment.from_string(Path(__file__).with_name("assistants.html").read_text(encoding="utf-8"))
    groups: list[dict[str, Any]] = [
        {
            "name": name or "Not assigned",
            "left": [one for one in own if not one.done],
            "done": [one for one in own if one.done],
            "of": len(own),
        }
        for name, own in marking.assistants.items()
    ]
    title = next((one.title for one in NOTEBOOKS if one.folder == marking.lesson), marking.lesson)
    return page.render(lesson=marking.lesson, title=title, groups=groups, empty=marking.empty)
