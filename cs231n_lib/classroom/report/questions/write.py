"""Writer of the pages of questions and the key for a graded class."""

import ast
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from dask.system import CPU_COUNT
from nbgrader.api import Gradebook
from tqdm import tqdm

from cs231n_lib.course.plan import slug_of
from cs231n_lib.course.settings import read_settings
from cs231n_lib.course.student.definitions import Statement, needed, statements
from cs231n_lib.course.student.notebook import Notebook, NotebookError, parse
from cs231n_lib.storage import write_files

from ...errors import ClassroomError
from ...grading.grade import student_names
from ...grading.judge import SEED_VARIABLE, JudgeChecks
from ...grading.ledger import Ledger
from ...kernels.sandbox import precompile
from ...kernels.walls import self_test
from ...nbgrader_course import read_config
from ..graded_class import GradedClass, GradedCourse
from .answer_code import without_docstrings
from .compose import MIN_KINDS, QUESTIONS, compose
from .inputs import input_texts
from .isolated import MadeQuestions, QuestionJob, confirmed, make_questions
from .page import StudentPage, key, pages
from .question import CodeQuestion

FOLDER = "questions"
"""Folder in the course for the pages and the keys. nbgrader neither releases nor returns it."""

DRAWN, LONG = 5, 10
"""Number of functions drawn first. Longer functions are preferred, but lines beyond ``LONG`` do not count."""
OTHER_CHOICES = 20
"""Number of other choices to try for a page that shares two questions with an earlier page."""


@dataclass
class WrittenQuestions:
    """Files and questions that one run wrote."""

    files: list[Path] = field(default_factory=list)
    questions: dict[str, int] = field(default_factory=dict)
    """Number of questions by student."""
    reasons: dict[str, Sequence[str]] = field(default_factory=dict)
    """Reasons why students have fewer than five questions, by student."""
    unsafe: bool = False
    """Whether the answers ran without a sandbox."""


@dataclass(frozen=True)
class StudentAnswers:
    """Correct answers of one student, and reasons why other answers are left out."""

    answers: Mapping[str, Mapping[str, str]]
    left_out: Mapping[str, str]


def write_questions(
    root: Path,
    lesson: str,
    *,
    students: Sequence[str] = (),
    show_names: bool = True,
    unsafe: bool = False,
    title: str = "",
) -> WrittenQuestions:
    """Write the key, and a page of questions for all graded students or named ones.

    Raises
    ------
    ClassroomError
        If the lesson is not graded or has no tiny inputs, or a named student has no grade.
    SandboxError
        If answers cannot run in a sandbox and ``unsafe`` is false.
    """
    seed = os.environ.get(SEED_VARIABLE)  # before nbgrader's configuration sets a new one
    course = GradedCourse(root)
    graded = course.read(lesson)
    slug = slug_of(lesson)
    if not input_texts(slug):
        raise ClassroomError(f"{lesson} has no questions, because its exercises have no inputs. See docs/questions.md")
    unknown = sorted(set(students) - set(graded.marks))
    if unknown:
        raise ClassroomError(f"No graded submission of {lesson} belongs to {', '.join(unknown)}. Pass graded students")
    wanted = [student for student in graded.marks if not students or student in students]
    packages = ("cs231n_lib", course.home.partition(".")[0])
    settings = read_settings(root)
    if not (unsafe or JudgeChecks(config=read_config(root)).unsafe):
        database = Path(course.directory.db_url.removeprefix("sqlite:///"))
        self_test(database, packages, settings.allow_missing_walls)
        precompile(packages)
    else:
        unsafe = True
    secret = seed or settings.seed or Ledger(root, lesson).seed()
    with Gradebook(course.directory.db_url) as gradebook:
        names = student_names(gradebook) if show_names else {}

    def page(student: str) -> StudentPage:
        file = Path(
            course.directory.format_path(course.directory.autograded_directory, student, lesson), f"{lesson}.ipynb"
        )
        own = read_answers(file, slug, graded, student)
        label = f"{names[student]} ({student})" if student in names else student
        return student_page(
            own, QuestionJob(slug, course.home, f"{secret}/{lesson}/{student}", own.answers), label, unsafe
        )

    with ThreadPoolExecutor(CPU_COUNT) as pool:
        made = list(tqdm(pool.map(page, wanted), total=len(wanted), desc=f"{lesson}, questions", unit="student"))
    made = with_few_common(made, f"{secret}/{lesson}")
    done = WrittenQuestions(
        questions={student: len(one.questions) for student, one in zip(wanted, made, strict=True)},
        unsafe=unsafe,
        reasons={student: one.reasons for student, one in zip(wanted, made, strict=True) if one.reasons},
    )
    folder, suffix = root / FOLDER / lesson, f"-{'-'.join(wanted)}" if students else ""
    heading = title or lesson
    done.files = [folder / f"pages{suffix}.html", folder / f"key{suffix}.html"]
    texts = [pages(heading, made), key(heading, made)]
    write_files({path: text.encode() for path, text in zip(done.files, texts, strict=True)})
    return done


def student_page(own: StudentAnswers, job: QuestionJob, label: str, unsafe: bool) -> StudentPage:
    """Make the page of one student.

    To save time, a few functions are drawn first, and the others are only used if questions are missing. A second
    process makes the questions again, and questions for which it finds another key are dropped.
    """
    rng = random.Random(job.seed)
    sources = {name: answer["source"] for name, answer in own.answers.items()}
    drawn = sorted(sources, key=lambda name: rng.random() - min(sources[name].count("\n"), LONG) / LONG)
    made, chosen = MadeQuestions(), list[CodeQuestion]()
    for names in (drawn[:DRAWN], drawn[DRAWN:]):
        if names and len(chosen) < QUESTIONS:
            part = replace(job, answers={name: own.answers[name] for name in names})
            made = made.joined(confirmed(*(make_questions(part, unsafe=unsafe) for _ in range(2))))
            chosen = compose(made.questions, sources, random.Random(job.seed))
    reasons = list(_reasons({**own.left_out, **made.problems})) if len(chosen) < QUESTIONS else []
    if len(chosen) < QUESTIONS and not reasons:
        reasons = ["the answers are too short"]
    return StudentPage(label, chosen, sources, reasons, made.cpu_seconds, made.questions)


def with_few_common(made: Sequence[StudentPage], seed: str) -> list[StudentPage]:
    """Choose other questions for pages that share two with an earlier page.

    A page stays as it is if its code is the same, or no other choice has as many questions and enough kinds of them.
    """
    kept: list[StudentPage] = []
    for number, page in enumerate(made):
        others = [
            replace(page, questions=compose(page.candidates, page.sources, random.Random(f"{seed}/{number}/{attempt}")))
            for attempt in range(OTHER_CHOICES if _shares_two(page, kept) else 0)
        ]
        suitable = (one for one in others if _size(one) >= _size(page) and not _shares_two(one, kept))
        kept.append(next(suitable, page))
    return kept


def _shares_two(page: StudentPage, others: Sequence[StudentPage]) -> bool:
    asked = {question.identity for question in page.questions}
    different = (other for other in others if other.sources != page.sources)
    return any(len(asked.intersection(question.identity for question in other.questions)) > 1 for other in different)


def _size(page: StudentPage) -> tuple[int, bool]:
    return len(page.questions), len({question.kind for question in page.questions}) >= MIN_KINDS


def _reasons(left_out: Mapping[str, str]) -> Iterator[str]:
    """Yield each reason with the exercises to which it applies."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in left_out.items():
        by_reason.setdefault(reason, []).append(f"`{name}`" if name.isidentifier() else name)
    for reason, names in by_reason.items():
        yield f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} left out ({reason})"


def read_answers(file: Path, slug: str, graded: GradedClass, student: str) -> StudentAnswers:
    """Read a student's answers with full points from the graded notebook."""
    answers, left_out = dict[str, Mapping[str, str]](), dict[str, str]()
    try:
        notebook = parse(file.read_bytes())
    except (OSError, NotebookError):
        return StudentAnswers({}, {"the notebook": "it cannot be read"})
    marks, texts = graded.marks[student], input_texts(slug)
    for part in graded.parts:
        if part.exercise is None:
            continue
        if marks[part.name].points < part.out_of:
            left_out[part.name] = "not all points were earned"
        elif part.name not in texts:
            left_out[part.name] = "there is no input small enough to compute by hand"
        elif part.name not in notebook.answers:
            left_out[part.name] = "the cell is missing"
        else:
            try:
                answers[part.name] = printed_answer(notebook, part.name)
            except ValueError as reason:
                left_out[part.name] = str(reason)
    return StudentAnswers(answers, left_out)


def printed_answer(notebook: Notebook, name: str) -> dict[str, str]:
    """Return the code of an answer as printed, and the imports that it needs.

    Raises
    ------
    ValueError
        If the code is not valid Python, or uses functions or values of other cells.
    """
    own = statements(notebook.answers[name].source)
    used = needed(notebook, name)
    if not used:
        raise ValueError("the code cannot be read")
    printed = [one for one in used if one in own]
    imports = [one for one in used if _is_import(one) and one not in own]
    if len(printed) + len(imports) < len(used):
        raise ValueError("the code uses functions or values of other cells")
    source = without_docstrings("\n\n".join(one.text for one in printed if not _is_import(one)))
    context = [one.text for one in used if _is_import(one)]
    return {"source": source, "context": "\n".join(context)}


def _is_import(statement: Statement) -> bool:
    return isinstance(statement.node, ast.Import | ast.ImportFrom)
