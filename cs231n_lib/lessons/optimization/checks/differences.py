"""Exercises on numerical gradients: the forward and the centred difference."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Tolerance, Values, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import gradients

# A gradient by differences carries the rounding of f divided by h: 1e-16 / 1e-5 = 1e-11 for values around 1, and
# some hundred times that for the sums here. Two right answers may differ by as much.
ROUNDING = Tolerance(relative=1e-7, absolute=1e-8)

Scalar = Callable[[FloatArray], float]


def _cubic(rng: Generator, shape: tuple[int, ...]) -> Scalar:
    """Curved everywhere, so that no two difference formulas agree on it, and each slope depends on all entries."""
    a, b = rng.uniform(0.5, 2, shape), rng.uniform(0.5, 2, shape)
    return lambda x: float(np.sum(a * x**3 + b * x**2 + x) + np.sum(x) ** 2)


def _points(rng: Generator) -> Cases:
    for shape in ((4,), (3, 2), (2, 2, 2)):
        x = rng.uniform(0.5, 2, shape) * rng.choice([-1, 1], shape)
        yield case(f"x of shape {shape}", _cubic(rng, shape), x)


def _steps(rng: Generator) -> Cases:
    for h in (0.1, 1e-3):
        yield case(f"h = {h:g}", _cubic(rng, (3,)), rng.uniform(1, 2, 3), h=h)


def _mixed_terms(rng: Generator) -> Cases:
    a = rng.uniform(1, 2, (3, 3))
    yield case("f mixes the entries of x", lambda x: float(x @ a @ x + np.sum(x) ** 3), rng.uniform(0.5, 1, 3))
    yield case("one entry", _cubic(rng, (1,)), rng.uniform(1, 2, 1))


_DIFFERENCE_ROWS = (
    Values("The gradient at points of one, two and three axes", 4, _points),
    Values("Other steps h", 2, _steps),
    Values("A function that mixes its entries, and a single entry", 2, _mixed_terms),
)


numerical_gradient = Exercise(
    gradients.numerical_gradient,
    points=8,
    minutes=10,
    difficulty=2,
    tolerance=ROUNDING,
    checks=_DIFFERENCE_ROWS,
    slips="""
        not divided by h
            (f(x_plus) - f_x) / h → f(x_plus) - f_x
            the change of `f` is not yet a slope: divide it by `h`.
        sign flipped
            f(x_plus) - f_x → f_x - f(x_plus)
            the slope is the change when going *forward*: `f` at `x + h` minus `f(x)`.
        divided by 2h
            / h → / (2 * h)
            the two points are `h` apart, not `2 * h`: divide by `h`.
        centred instead of forward
            (f(x_plus) - f_x) / h → (f(x_plus) - f(2 * x - x_plus)) / (2 * h)
            this is the centred difference, which is better and comes next. Here the forward one is asked: `f(x + h)`
            against `f(x)`.
        x not put back
            x_plus = x.copy() → x_plus = x
            after an entry was moved by `h` it stays moved, so the next slope is taken from another point, and the
            caller's `x` is changed. Work on a copy for each entry.
        one copy for all entries
            x_plus = x.copy() → pass
            f_x = f(x.copy()) → f_x, x_plus = f(x.copy()), x.copy()
            there is one copy for all entries, and each entry stays moved when the next one is tried: make a new copy
            inside the loop, or put the entry back.
        all entries at once
            x_plus[i] += h → x_plus += h
            `x + h` moves every entry at once, which gives one slope along the diagonal. Move one entry at a time.
        backwards
            x_plus[i] += h → x_plus[i] -= h
            the step goes to `x − h`. The forward difference goes to `x + h`.
        h ignored
            f_x = f(x.copy()) → h = 1e-5 ⏎ f_x = f(x.copy())
            the step is always 1e-5: use the argument `h`.
        step in proportion to the entry
            x_plus[i] += h → x_plus[i] *= 1 + h
            the entry grows by `h` times itself, and is still divided by `h`: step by `h`, whatever the entry.
        only the first entry
            dx[i] = (f(x_plus) - f_x) / h → dx[i] = (f(x_plus) - f_x) / h ⏎ return dx
            only the first entry has a slope: the `return` is inside the loop.
        a whole row at once
            np.ndindex(x.shape) → range(len(x))
            `x[i]` is a whole row where x has more than one axis, so all of its entries move at once. Loop over every
            index, `np.ndindex(x.shape)`.
    """,
)


numerical_gradient_centered = Exercise(
    gradients.numerical_gradient_centered,
    points=6,
    minutes=5,
    difficulty=1,
    tolerance=ROUNDING,
    checks=_DIFFERENCE_ROWS,
    slips="""
        divided by h
            / (2 * h) → / h
            the two points are now `2 * h` apart, so divide by `2 * h`.
        forward instead of centred
            x_minus[i] -= h → pass
            / (2 * h) → / h
            this is still the forward difference: step to *both* sides of `x`.
        forward over the double step
            x_plus[i] += h → x_plus[i] += 2 * h
            x_minus[i] -= h → pass
            this is still a forward difference, over a step of `2 * h`: step by `h` to *both* sides of `x`.
        second point is x
            x_minus[i] -= h → pass
            the second point is `x` itself, not `x − h`: coming back from `x + h`, subtract `h` twice.
        sign flipped
            f(x_plus) - f(x_minus) → f(x_minus) - f(x_plus)
            the slope is `f` at `x + h` minus `f` at `x − h`, in this order.
        half a step for half the distance
            x_plus[i] += h → x_plus[i] += h / 2
            x_minus[i] -= h → x_minus[i] -= h / 2
            you step by `h / 2` to each side and divide by `2 * h`: each side is a whole `h` away.
        half a step to each side
            x_plus[i] += h → x_plus[i] += h / 2
            x_minus[i] -= h → x_minus[i] -= h / 2
            / (2 * h) → / h
            you step by `h / 2` to each side. Here each side is a whole `h` away.
        multiplied by h
            / (2 * h) → / 2 * h
            `/ 2 * h` divides by 2 and then *multiplies* by `h`: write `/ (2 * h)`.
        x left at x − h
            x_plus, x_minus = x.copy(), x.copy() → x_plus = x_minus = x
            x_plus[i] += h → x_plus[i] += h ⏎ above = f(x_plus)
            x_minus[i] -= h → x_minus[i] -= 2 * h
            f(x_plus) - f(x_minus) → above - f(x_minus)
            each entry is left at `x − h`, so the next slopes are taken elsewhere and the caller's `x` is changed. Put
            it back, or work on copies.
        a whole row at once
            np.ndindex(x.shape) → range(len(x))
            `x[i]` is a whole row where x has more than one axis, so all of its entries move at once. Loop over every
            index, `np.ndindex(x.shape)`.
    """,
)
