"""Questions for peer discussion, whose options are results of the reference and of named mistakes.

>>> from website.kit.plans import Question
>>> one = Question("relu_backward", "?", "relu_backward(np.array([2.0, 3.0]), np.array([0.0, 1.0]))", "[0 3]", "", {})
>>> result(one, checks_of("activations").relu_backward.reference)
'[0 3]'
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np

from cs231n_lib.checks import Exercise, Mistake
from cs231n_lib.course.plan import checks_of, exercises_of, slug_of
from website.kit.plans import Question

LETTERS = "ABCDE"


@dataclass(frozen=True)
class Option:
    """One of the answers to choose from, and the mistake that gives it. The right answer has no mistake."""

    letter: str
    text: str
    mistake: Mistake | None


def exercise_of(folder: str, name: str) -> Exercise:
    """Return an exercise of the lesson in ``folder``."""
    return exercises_of(checks_of(slug_of(folder)))[name]


def mistake_of(exercise: Exercise, name: str) -> Mistake:
    """Return a named mistake of an exercise."""
    return next(one for one in exercise.mistakes if one.name == name)


def result(question: Question, function: Callable[..., Any]) -> str:
    """Run the code of a question with this function under the exercise's name, and write the result down."""
    namespace = {"np": np, question.exercise: function}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            value = eval(question.code, namespace)
        except Exception as error:
            return type(error).__name__
        return written(value)


def written(value: Any) -> str:
    """Write a result in few characters, with at most four significant digits."""
    if isinstance(value, np.ndarray) and value.dtype == bool:
        return str(value.tolist())
    if isinstance(value, np.ndarray) and value.ndim:
        return f"[{' '.join(map(written, value))}]"
    if isinstance(value, tuple | list):
        return f"({', '.join(map(written, value))})"
    if isinstance(value, bool | np.bool_ | str) or value is None:
        return str(value)
    return f"{float(value) + 0.0:.4g}".replace("-0", "0") if value == 0 else f"{float(value):.4g}"


def options(folder: str, question: Question, number: int) -> tuple[Option, ...]:
    """Return the options of a question in an order that does not give the right one away."""
    exercise = exercise_of(folder, question.exercise)
    found = [(question.right, None), *((text, mistake_of(exercise, name)) for name, text in question.wrong.items())]
    Random(f"{folder} {number}").shuffle(found)
    return tuple(Option(letter, *one) for letter, one in zip(LETTERS, found, strict=False))


def right_letter(folder: str, question: Question, number: int) -> str:
    """Return the letter of the right answer."""
    return next(one.letter for one in options(folder, question, number) if one.mistake is None)
