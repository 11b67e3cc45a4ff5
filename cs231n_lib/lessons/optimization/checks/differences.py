"""Exercises on numerical gradients: the forward and the centred difference."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Tolerance, Values, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import gradients

# A gradient by differences carries the rounding of f divided by h: 1e-16 / 1e-5 = 1e-11 for values around 1, and
# some hundred times that for the sums here. Two right answers may differ by as much.
ROUNDING = Tolerance(relative=1e-7, absolute=1e-8)

Scalar = Callable[[FloatArray], float]


def _cubic(rng: Generator, shape: tuple[int, ...]) -> Scalar:
    """A function with curvature everywhere, so that no two difference formulas agree on it."""
    a, b = rng.uniform(0.5, 2, shape), rng.uniform(0.5, 2, shape)
    return lambda x: float(np.sum(a * x**3 + b * x**2 + x))


def _points(rng: Generator) -> Iterator[Case]:
    for shape in ((4,), (3, 2), (2, 2, 2)):
        x = rng.uniform(0.5, 2, shape) * rng.choice([-1, 1], shape)
        yield case(f"x of shape {shape}", _cubic(rng, shape), x)


def _steps(rng: Generator) -> Iterator[Case]:
    for h in (1e-3, 1e-4):
        yield case(f"h = {h:g}", _cubic(rng, (3,)), rng.uniform(1, 2, 3), h=h)


def _mixed_terms(rng: Generator) -> Iterator[Case]:
    a = rng.uniform(1, 2, (3, 3))
    yield case("f mixes the entries of x", lambda x: float(x @ a @ x + np.sum(x) ** 3), rng.uniform(0.5, 1, 3))
    yield case("one entry", _cubic(rng, (1,)), rng.uniform(1, 2, 1))


_DIFFERENCE_ROWS = (
    Values("The gradient at points of one, two and three axes", 4, _points),
    Values("Other steps h", 2, _steps),
    Values("A function that mixes its entries, and a single entry", 2, _mixed_terms),
)


def slopes(f: Scalar, x: FloatArray, divide: Callable[[Scalar, FloatArray, FloatArray], float], h: float) -> FloatArray:
    """``divide(f, x, step)`` for a step of h along each entry in turn: the loop that all the mistakes share."""
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[i] = h
        dx[i] = divide(f, x, step)
    return dx


def _not_divided(f: Scalar, x: FloatArray, h: float = 1e-5) -> FloatArray:
    return slopes(f, x, lambda f, x, s: f(x + s) - f(x), h)


def _wrong_sign(f: Scalar, x: FloatArray, h: float = 1e-5) -> FloatArray:
    return slopes(f, x, lambda f, x, s: (f(x) - f(x + s)) / h, h)


def _by_two_h(f: Scalar, x: FloatArray, h: float = 1e-5) -> FloatArray:
    return slopes(f, x, lambda f, x, s: (f(x + s) - f(x)) / (2 * h), h)


def _centred(f: Scalar, x: FloatArray, h: float = 1e-5) -> FloatArray:
    return slopes(f, x, lambda f, x, s: (f(x + s) - f(x - s)) / (2 * h), h)


def _not_restored(f: Scalar, x: FloatArray, h: float = 1e-5) -> FloatArray:
    dx, f_x = np.zeros_like(x), f(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        dx[i] = (f(x) - f_x) / h
    return dx


def _all_entries_at_once(f: Scalar, x: FloatArray, h: float = 1e-5) -> FloatArray:
    return np.full_like(x, (f(x + h) - f(x)) / h)


def _fixed_step(f: Scalar, x: FloatArray, h: float = 1e-5) -> FloatArray:
    return slopes(f, x, lambda f, x, s: (f(x + s) - f(x)) / 1e-5, 1e-5)


numerical_gradient = Exercise(
    gradients.numerical_gradient,
    points=8,
    minutes=10,
    difficulty=2,
    tolerance=ROUNDING,
    checks=_DIFFERENCE_ROWS,
    mistakes=(
        Mistake("not divided by h", _not_divided, "the change of `f` is not yet a slope: divide it by `h`."),
        Mistake(
            "sign flipped", _wrong_sign, "the slope is the change when going *forward*: `f` at `x + h` minus `f(x)`."
        ),
        Mistake("divided by 2h", _by_two_h, "the two points are `h` apart, not `2 * h`: divide by `h`."),
        Mistake(
            "centred instead of forward",
            _centred,
            "this is the centred difference, which is better and comes next. Here the forward one is asked: "
            "`f(x + h)` against `f(x)`.",
        ),
        Mistake(
            "x not put back",
            _not_restored,
            "after an entry was moved by `h` it stays moved, so the next slope is taken from another point, and the "
            "caller's "
            "`x` is changed. Work on a copy for each entry.",
        ),
        Mistake(
            "all entries at once",
            _all_entries_at_once,
            "`x + h` moves every entry at once, which gives one slope along the diagonal. Move one entry at a time.",
        ),
        Mistake("h ignored", _fixed_step, "the step is always 1e-5: use the argument `h`."),
    ),
)


def _centred_by_h(f: Scalar, x: FloatArray, h: float = 1e-5) -> FloatArray:
    return slopes(f, x, lambda f, x, s: (f(x + s) - f(x - s)) / h, h)


def _forward(f: Scalar, x: FloatArray, h: float = 1e-5) -> FloatArray:
    return slopes(f, x, lambda f, x, s: (f(x + s) - f(x)) / h, h)


def _back_only_to_x(f: Scalar, x: FloatArray, h: float = 1e-5) -> FloatArray:
    return slopes(f, x, lambda f, x, s: (f(x + s) - f(x + s - s)) / (2 * h), h)


def _centred_sign(f: Scalar, x: FloatArray, h: float = 1e-5) -> FloatArray:
    return slopes(f, x, lambda f, x, s: (f(x - s) - f(x + s)) / (2 * h), h)


def _left_at_minus_h(f: Scalar, x: FloatArray, h: float = 1e-5) -> FloatArray:
    dx = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        dx[i] = (above - f(x)) / (2 * h)
    return dx


numerical_gradient_centered = Exercise(
    gradients.numerical_gradient_centered,
    points=6,
    minutes=5,
    difficulty=1,
    tolerance=ROUNDING,
    checks=_DIFFERENCE_ROWS,
    mistakes=(
        Mistake("divided by h", _centred_by_h, "the two points are now `2 * h` apart, so divide by `2 * h`."),
        Mistake(
            "forward instead of centred", _forward, "this is still the forward difference: step to *both* sides of `x`."
        ),
        Mistake(
            "second point is x",
            _back_only_to_x,
            "the second point is `x` itself, not `x − h`: coming back from `x + h`, subtract `h` twice.",
        ),
        Mistake("sign flipped", _centred_sign, "the slope is `f` at `x + h` minus `f` at `x − h`, in this order."),
        Mistake(
            "x left at x − h",
            _left_at_minus_h,
            "each entry is left at `x − h`, so the next slopes are taken elsewhere and the caller's `x` is changed. "
            "Put it back, or work on copies.",
        ),
    ),
)
