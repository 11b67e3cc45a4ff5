"""Question pages of simulated students: how many questions, of which kinds, with which keys, and at what cost.

python -m benchmarks questions --students 100 --lesson 1,2,3

A student has one right answer to each exercise, drawn from the collections in `tests/` and the library's own. Every key
is derived again from the printed pages by `rederive`.
"""

import inspect
import itertools
import random
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tqdm import tqdm

from cs231n_lib.checks import Exercise
from cs231n_lib.checks.run.runner import silence
from cs231n_lib.classroom.kernels.sandbox import precompile
from cs231n_lib.classroom.report.questions.answer_code import without_docstrings
from cs231n_lib.classroom.report.questions.inputs import input_texts
from cs231n_lib.classroom.report.questions.isolated import QuestionJob, confirmed, make_questions
from cs231n_lib.classroom.report.questions.page import StudentPage, key, pages
from cs231n_lib.classroom.report.questions.question import QuestionKind
from cs231n_lib.classroom.report.questions.write import StudentAnswers, student_page, with_few_common
from cs231n_lib.course.plan import HOME, checks_of, exercises_of, slug_of

from .rederive import each_question, is_right

TESTS = Path(__file__).parents[1] / "tests"
COLLECTIONS = ("answers", "published", "unseen", "unseen_again", "unseen_third", "unseen_fourth")
CONTEXT = (
    "import numpy as np\nfrom itertools import product\nfrom cs231n_lib.course import mine\n"
    "from cs231n_lib.functions.activations import sigmoid_forward"
)
"""Imports of a lesson."""


def context_names() -> dict[str, Any]:
    """Names that the imports of a lesson bind."""
    names: dict[str, Any] = {"__name__": "printed"}
    exec(CONTEXT, names)
    return names


@cache
def right_answers(lesson: str) -> dict[str, list[str]]:
    """Sources of right answers by exercise, which need only `CONTEXT`."""
    sys.path.insert(0, str(TESTS))
    slug = slug_of(lesson)
    exercises = {name: one for name, one in exercises_of(checks_of(slug)).items() if name in input_texts(slug)}
    found: dict[str, list[str]] = {name: [one.model_answer + "\n"] for name, one in exercises.items()}
    home = f"lessons.{slug}.alternatives"
    alternatives = import_module(home).ALTERNATIVES if find_spec(home) else {}
    for name in exercises:
        found[name] += [source for one in alternatives.get(name, ()) if (source := _source(one, name))]
    collected = import_module("checks.answers").answers
    for file in (TESTS / "fixtures" / collection / f"{lesson}.py" for collection in COLLECTIONS):
        for answer in collected(file) if file.exists() else ():
            if answer.verdict == "right" and answer.exercise in exercises:
                found[answer.exercise].append(answer.source)
    kept = {}
    for name, sources in found.items():
        plain = [text for source in sources if (text := without_docstrings(source))]
        kept[name] = [source for source in dict.fromkeys(plain) if _passes(exercises[name], source)]
    return kept


def _source(function: Callable[..., Any], name: str) -> str:
    """Source of an alternative under the exercise's name, or "" if it is no plain function."""
    try:
        source = inspect.getsource(function)
    except (OSError, TypeError):
        return ""
    return re.sub(rf"^def {function.__name__}\(", f"def {name}(", source) if source.startswith("def ") else ""


def _passes(exercise: Exercise, source: str) -> bool:
    names = context_names()
    try:
        with silence(), warnings.catch_warnings():
            exec(compile(source, "<right answer>", "exec"), names)
            return bool(exercise(names[exercise.name], where=False, solution=False).passed)
    except Exception:
        return False


@dataclass
class MeasuredClass:
    """Pages of simulated students of one lesson."""

    lesson: str
    answers: list[dict[str, str]]
    made: list[StudentPage]

    @property
    def documents(self) -> tuple[str, str]:
        """Pages and key as printed."""
        return pages(self.lesson, self.made), key(self.lesson, self.made)

    def wrong_keys(self, seed: str) -> Iterator[str]:
        """Questions whose key does not follow from the page."""
        exercises, names = exercises_of(checks_of(slug_of(self.lesson))), context_names()
        for student, printed, answer in each_question(*self.documents):
            try:
                right = is_right(printed, answer, exercises[printed.exercise], names, seed)
            except Exception as error:
                right, answer = False, f"{answer} ({type(error).__name__}: {error})"
            if not right:
                yield f"{self.lesson}, student {student}, {printed.exercise}: {printed.asked} Key: {answer}"

    def shared(self) -> list[int]:
        """Number of questions that each pair of students with different code has in common."""
        asked = [{question.identity for question in page.questions} for page in self.made]
        pairs = itertools.combinations(range(len(asked)), 2)
        return [len(asked[i] & asked[j]) for i, j in pairs if self.answers[i] != self.answers[j]]


def measure_class(
    lesson: str, students: int, *, seed: str = "benchmark", unsafe: bool = False, whole: bool = False
) -> MeasuredClass:
    """Make the pages of simulated students, with five questions or the ``whole`` choice."""
    collection = right_answers(lesson)
    rng = random.Random(f"{seed}/{lesson}")
    drawn = [{name: rng.choice(sources) for name, sources in collection.items() if sources} for _ in range(students)]
    if not unsafe:
        precompile(("cs231n_lib",))

    def page(number: int) -> StudentPage:
        given = {name: {"source": source, "context": CONTEXT} for name, source in drawn[number].items()}
        job = QuestionJob(slug_of(lesson), HOME, f"{seed}/{lesson}/{number}", given)
        if not whole:
            return student_page(StudentAnswers(given, {}), job, f"student {number}", unsafe)
        every = confirmed(make_questions(job, unsafe=unsafe), make_questions(job, unsafe=unsafe))
        questions = sorted(every.questions, key=lambda question: question.exercise)
        return StudentPage(f"student {number}", questions, drawn[number], (), every.cpu_seconds)

    made = [page(number) for number in tqdm(range(students), desc=lesson, unit="student")]
    return MeasuredClass(lesson, drawn, made if whole else with_few_common(made, f"{seed}/{lesson}"))


HEAD = (
    "| lesson | complete pages | questions | wrong keys | commonest option | pairs that share two | largest CPU s |\n"
    "| --- | --: | --: | --: | --: | --: | --: |"
)
"""Head of the table. A complete page has five questions of at least three kinds."""


def main(students: int, lessons: Sequence[str], seed: str = "benchmark", *, whole: bool = False) -> None:
    """Measure classes, and print a row for each lesson and one for all."""
    print(HEAD)
    wrong: dict[str, list[str]] = {}
    classes = []
    for lesson in lessons:
        classes.append(measure_class(lesson, students, seed=seed, whole=whole))
        wrong[lesson] = list(classes[-1].wrong_keys(f"{seed} again"))
        print(row(lesson, classes[-1:], wrong[lesson]), flush=True)
    every = [line for lines in wrong.values() for line in lines]
    if len(lessons) > 1:
        print(row("all", classes, every))
    kinds = Counter(question.kind.value for one in classes for page in one.made for question in page.questions)
    print("\n" + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    print("\n".join(every))


def row(name: str, classes: Sequence[MeasuredClass], wrong: Sequence[str]) -> str:
    """Row of the table."""
    made = [page for one in classes for page in one.made]
    full = sum(len(page.questions) >= 5 and len({q.kind for q in page.questions}) >= 3 for page in made)
    questions = [question for page in made for question in page.questions]
    pairs = [count for one in classes for count in one.shared()]
    share = commonest_option(made)
    cpu = max(page.cpu_seconds for page in made)
    shared = f"{100 * sum(count > 1 for count in pairs) / max(1, len(pairs)):.2f} %"
    return f"| {name} | {full} of {len(made)} | {len(questions)} | {len(wrong)} | {share:.0%} | {shared} | {cpu:.1f} |"


def commonest_option(made: Sequence[StudentPage]) -> float:
    """Largest share of one option among the right ones of the questions with the same options, or of one letter."""
    chosen = [question for page in made for question in page.questions if question.options]
    changes = Counter(q.key for q in chosen if q.kind is not QuestionKind.MISTAKE)
    letters = Counter(q.options.index(q.key) for q in chosen if q.kind is QuestionKind.MISTAKE)
    return max((max(found.values()) / found.total() for found in (changes, letters) if found), default=0.0)
