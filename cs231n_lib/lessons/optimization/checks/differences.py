"""Exercises on numerical gradients: the forward and the centred difference, and a slope without one (the bonus)."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Cases, Exercise, Function, Property, Tolerance, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import gradients

from . import references

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
    importance="core",
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


def _analytic_cubic(rng: Generator, shape: tuple[int, ...]) -> references.Analytic:
    """A sum that takes complex numbers, each of whose slopes depends on all entries."""
    a, b = rng.uniform(0.5, 2, shape), rng.uniform(0.5, 2, shape)
    return lambda z: np.sum(a * z**3 + b * z**2 + z) + np.sum(z) ** 2


def _analytic_points(rng: Generator) -> Cases:
    for shape in ((4,), (3, 2), (2, 2, 2)):
        x = rng.uniform(0.5, 2, shape) * rng.choice([-1, 1], shape)
        yield case(f"x of shape {shape}", _analytic_cubic(rng, shape), x)


def _long_steps(rng: Generator) -> Cases:
    for h in (0.1, 0.3):
        yield case(f"h = {h:g}", _analytic_cubic(rng, (3,)), rng.uniform(1, 2, 3), h=h)


def _to_the_last_digits(call: Function, rng: Generator) -> None:
    x = rng.uniform(0.5, 1.5, 3)
    found = np.asarray(call(lambda z: np.sum(np.exp(z)) + np.prod(np.sin(z)), x), dtype=float)
    exact = np.exp(x) + np.prod(np.sin(x)) / np.tan(x)
    error = float(np.max(np.abs(found - exact) / exact))
    if not error < 1e-3:
        raise Violation("the gradient of another function is wrong as well", f"relative error {error:.0e}")
    if not error < 1e-13:
        raise Violation("some digits are lost, as in a difference of two values of f", f"relative error {error:.0e}")


complex_step_gradient = Bonus(
    references.complex_step_gradient,
    minutes=15,
    difficulty=2,
    checks=(
        Values("The gradient at points of one, two and three axes", 4, _analytic_points),
        Values("Long steps h, at which its error shows", 2, _long_steps),
        Values("A single entry", 1, lambda rng: [case("one entry", _analytic_cubic(rng, (1,)), rng.uniform(1, 2, 1))]),
        Property("Right to the last digits", 2, _to_the_last_digits),
    ),
    slips="""
        real part
            f(z).imag → f(z).real
            this is the *real* part, which is f(x) itself. The slope is in the imaginary part: `.imag`.
        size for imaginary part
            f(z).imag → abs(f(z))
            `abs` mixes both parts, and f(x) drowns the slope. Take the imaginary part alone: `.imag`.
        not divided by h
            f(z).imag / h → f(z).imag
            the imaginary part is h times the slope: divide it by `h`.
        divided by 2h
            f(z).imag / h → f(z).imag / (2 * h)
            there is one step, of length `h`: divide by `h`, not by `2 * h`.
        both sides, divided by one step
            f(z).imag / h → (f(z) - f(z.conj())).imag / h
            the steps to either side are 2h apart. One step is enough here: `f(z).imag / h`.
        real step
            += 1j * h → += h
            the step is real, or its imaginary part is lost in a real array: that of f stays 0. Step by `1j * h`, in
            `x.astype(complex)`.
        a difference after all
            += 1j * h → += h
            f(z).imag / h → (f(z) - f(x)).real / h
            this is the forward difference: with so small an h both values are the same number. Step by `1j * h`, and
            nothing need be subtracted.
        centred difference
            z = x.astype(complex) → z = np.zeros(x.shape)
            += 1j * h → = 1e-5
            f(z).imag / h → (f(x + z) - f(x - z)) / 2e-5
            this is the centred difference of exercise 2, with a step of its own: it loses half of the digits. Step by
            `1j * h`.
        step back
            += 1j * h → -= 1j * h
            the sign is turned: *add* `1j * h`.
        all entries at once
            z[i] += 1j → z += 1j
            every entry is moved at once, which gives the sum of all slopes. Move one entry at a time: `z[i]`.
        steps pile up
            dx = np.zeros(x.shape) → dx, z = np.zeros(x.shape), x.astype(complex)
            z = x.astype(complex) → pass
            an entry that was moved stays moved, and its slope is added to the next. Begin each entry with a fresh `z`.
        h typed in
            1j * h → 1j * 1e-20
            .imag / h → .imag / 1e-20
            the step is typed in: use `h`, which the caller may set.
        complex result
            f(z).imag / h → f(z) / (1j * h)
            dx = np.zeros(x.shape) → dx = np.zeros(x.shape, dtype=complex)
            this returns complex numbers, with f(x) in them. A slope is real: take `.imag` of f, then divide by `h`.
        complex zeros
            dx = np.zeros(x.shape) → dx = np.zeros(x.shape, dtype=complex)
            the numbers are right, but the array is complex: the gradient is real, `np.zeros(x.shape)`.
        entry not filled in
            dx[i] = → dx =
            the gradient is overwritten for each entry, and the last one is returned. Fill in `dx[i]`.
    """,
)
