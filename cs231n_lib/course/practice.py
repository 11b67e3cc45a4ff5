"""Exercise of the start page, which shows how a check responds and does not count."""

from collections.abc import Iterator

import numpy as np

from cs231n_lib.checks import Case, Exercise, Mistake, Values, case
from cs231n_lib.contracts import FloatArray


def _twice(x: FloatArray) -> FloatArray:
    """Twice x, entry by entry."""
    return 2 * x


def _arrays(rng: np.random.Generator) -> Iterator[Case]:
    for shape in ((3,), (2, 4)):
        yield case(f"x of shape {shape}", rng.normal(size=shape))


def _repeated(x: FloatArray) -> FloatArray:
    return np.concatenate([x, x])


def _in_place(x: FloatArray) -> FloatArray:
    x *= 2
    return x


double = Exercise(
    _twice,
    name="double",
    points=1,
    minutes=2,
    difficulty=1,
    checks=(Values("Twice x", 2, _arrays),),
    mistakes=(
        Mistake("square", lambda x: x**2, "you square x, because `x * x` is x². Return `2 * x`."),
        Mistake("repeated", _repeated, "you repeat the array, as `2 *` does with a list. Multiply its entries by 2."),
        Mistake("half", lambda x: x / 2, "you halve x. Multiply it by 2."),
        Mistake("in place", _in_place, "`*=` changes the caller's array. Make a new array with `2 * x`."),
        Mistake("unchanged", lambda x: x.copy(), "you return x itself. Multiply it by 2."),
    ),
)
