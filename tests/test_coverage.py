"""docs/coverage.md names what there is: each exercise, each experiment, and sentences that the executed lessons say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from cs231n_lib.checks import Bonus
from cs231n_lib.course.plan import HOME, LESSONS, checks_of, exercises_of, has_part, lesson
from cs231n_lib.course.student.notebook import read
from cs231n_lib.course.student.progress import notebook_path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/coverage.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([\w.]+)`")
CLAIM = re.compile(r"C\d\d")
HEADINGS = """
Related Links · Optimization · Gradient Descent · Backpropagation
Activation Functions · Sigmoid · Tanh · ReLU · Leaky ReLU · Maxout · Summary
Architecture · Universal Approximation · Overfitting · Data Preprocessing · Weight Initialization · Regularization
L2 Regularization · L1 Regularization · ElasticNet · Dropout · Loss Functions · Classification · Regression
Training · Gradient Checks · Metrics to Track · Parameter Updates · Vanilla updates · Momentum update
Annealing the Learning Rate · Second Order Methods · Adagrad · RMSProp · Adam · Hyperparameter Optimization
"""
"""Of the notes, in their order."""


@dataclass(frozen=True)
class Row:
    """One row: a claim's number or a heading, and what the other columns hold."""

    first: str
    about: str
    lesson: str
    exercises: str
    experiment: str
    verdict: str
    words: str

    @property
    def quoted(self) -> list[str]:
        return re.findall("“(.+?)”", self.words)


def rows(text: str) -> Iterator[Row]:
    for line in text.splitlines():
        if line.startswith("| ") and not line.startswith(("| claim", "| heading")):
            cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            yield Row(*cells)


CLAIMS, NOTES = (list(rows(part)) for part in TEXT.split("## The summary, heading by heading"))
ALL = [pytest.param(row, id=f"{row.lesson} {row.first} {row.about}"[:60]) for row in CLAIMS + NOTES]


def plain(text: str) -> str:
    """A text without its marks, so that what is stressed in the lesson can be quoted."""
    return re.sub(r"\s+", " ", re.sub(r"[*`]|\\_", "", text.replace(r"drop\_prob", "drop_prob")))


@cache
def said(name: str) -> str:
    """What an executed lesson says: its texts, and what its cells print."""
    folder, file = ("notebooks", "index.ipynb") if name == "index" else ("solutions", notebook_path(lesson(int(name))))
    path = ROOT / folder / file
    printed = [output.get("text", "") for cell in read(path).cells for output in cell.outputs]
    texts = [cell.source for cell in read(path).cells if cell.kind == "markdown"]
    return plain("\n".join([*texts, *("".join(one) for one in printed)]))


def where(row: Row) -> str:
    """How a message names a row."""
    return f"docs/coverage.md, row | {row.first} | {row.about} |"


def part(row: Row, name: str) -> ModuleType:
    return import_module(f"{HOME}.{lesson(int(row.lesson)).slug}.{name}")


@pytest.mark.parametrize("row", ALL)
def test_exercises_and_experiments_of_a_row_are_there(row: Row) -> None:
    exercises = CODE.findall(row.exercises)
    known = exercises_of(part(row, "checks")) if exercises else ()
    for name in exercises:
        assert name in known, f"{where(row)}: lesson {row.lesson} has no exercise {name}. Correct the row."
    for place, _, name in (name.partition(".") for name in CODE.findall(row.experiment)):
        there = part(row, place)
        assert hasattr(there, name), f"{where(row)}: {there.__name__} has no {name}. Correct the row."


@pytest.mark.parametrize("row", ALL)
def test_executed_lesson_contains_the_quoted_sentences(row: Row) -> None:
    claim = CLAIM.fullmatch(row.verdict)
    assert row.quoted or claim, "a row quotes the lesson, or names a claim"
    assert not claim or any(row.verdict == one.first for one in CLAIMS)
    for sentence in row.quoted:
        assert len(sentence) > 12, "so short a piece is in any text"
        assert plain(sentence) in said(row.lesson), (
            f"{where(row)}: the executed lesson {row.lesson} does not contain “{sentence}”. Quote its text or an "
            "output, or run `make notebooks` if the text has changed."
        )


def test_every_claim_has_its_experiment_and_verdict() -> None:
    assert sorted({row.first for row in CLAIMS}) == [f"C{number:02d}" for number in range(1, 39)]
    kinds = ("holds", "does not hold", "does not show here")
    assert [row for row in CLAIMS if not (row.quoted and row.experiment and row.verdict.startswith(kinds))] == []


def test_every_heading_is_there_in_the_order_of_the_notes() -> None:
    expected = re.split(r" · |\n", HEADINGS.strip())
    assert [row.first for row in NOTES if row.first] == expected


def test_every_graded_exercise_serves_a_claim_or_a_heading() -> None:
    named = {name for row in CLAIMS + NOTES for name in CODE.findall(row.exercises)}
    written = [exercises_of(checks_of(one.slug)) for one in LESSONS if has_part(one.slug, "checks")]
    graded = {name for exercises in written for name, exercise in exercises.items() if not isinstance(exercise, Bonus)}
    assert graded <= named, (
        f"docs/coverage.md does not name {', '.join(sorted(graded - named))}. Write each, in backquotes, into the "
        "column of exercises, in the row of the claim or the heading of its lesson that it serves."
    )
