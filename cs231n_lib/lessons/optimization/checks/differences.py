"""Exercises on the forward and the centred difference, and the complex step (bonus)."""

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
    """A cubic on which all difference formulas differ, and each slope needs all entries."""
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
    yield case("f with mixed terms", lambda x: float(x @ a @ x + np.sum(x) ** 3), rng.uniform(0.5, 1, 3))
    yield case("one entry", _cubic(rng, (1,)), rng.uniform(1, 2, 1))
    yield case("equal entries, and entries of 0", _cubic(rng, (5,)), rng.permutation([0.0, 0.0, 1.5, 1.5, -1.0]))


_DIFFERENCE_ROWS = (
    Values("Gradient for x with one, two and three axes", 5, _points),
    Values("Other step sizes h", 1.5, _steps),
    Values("A function with mixed terms, a single entry, and equal entries", 1.5, _mixed_terms),
)


numerical_gradient = Exercise(
    gradients.numerical_gradient,
    points=8,
    minutes=10,
    difficulty=2,
    covers="sign one repeated",
    tolerance=ROUNDING,
    checks=_DIFFERENCE_ROWS,
    slips="""
        slopes cut to whole numbers
            np.zeros_like(x) → np.zeros(x.shape, dtype=int)
            you store the slopes in an array of integers, which cuts off their decimals. Create it with
            `np.zeros(x.shape)`.
        not divided by h
            (f(x_plus) - f_x) / h → f(x_plus) - f_x
            you return the change of `f`, which is not yet a slope. Divide the change by `h`.
        sign flipped
            f(x_plus) - f_x → f_x - f(x_plus)
            you subtract `f(x + h)` from `f(x)`. Subtract `f(x)` from `f(x + h)` instead.
        divided by 2h
            / h → / (2 * h)
            you divide by `2 * h`, but your two points are only `h` apart. Divide by `h`.
        centred instead of forward
            (f(x_plus) - f_x) / h → (f(x_plus) - f(2 * x - x_plus)) / (2 * h)
            you compute the centred difference, which is more accurate and comes in the next exercise. Here, compute the
            forward difference from `f(x + h)` and `f(x)`.
        x not put back
            x_plus = x.copy() → x_plus = x
            you leave each entry moved by `h`, so its slope is added to all later ones, and the caller's `x` changes.
            Work on a new copy of `x` for each entry.
        previous value subtracted
            f_x = f(x.copy()) → f_x, x_plus = f(x.copy()), x.copy()
            x_plus = x.copy() → pass
            (f(x_plus) - f_x) / h → (f(x_plus.copy()) - f_x) / h ⏎ f_x = f(x_plus.copy())
            you leave each entry moved by `h` and subtract the value of `f` at the previous point, so the slopes belong
            to different points. Make a new copy for each entry, and always subtract `f(x)`.
        one copy for all entries
            x_plus = x.copy() → pass
            f_x = f(x.copy()) → f_x, x_plus = f(x.copy()), x.copy()
            you use one copy for all entries and leave each entry moved by `h`. Make a new copy inside the loop, or put
            the entry back.
        all entries at once
            x_plus[i] += h → x_plus += h
            you add `h` to every entry of `x` at once, so each entry of your gradient is the sum of all slopes. Move one
            entry at a time.
        backwards
            x_plus[i] += h → x_plus[i] -= h
            you step to `x − h`. Step to `x + h` for the forward difference.
        h ignored
            f_x = f(x.copy()) → h = 1e-5 ⏎ f_x = f(x.copy())
            you always use a step of 1e-5. Use the argument `h` as the step.
        step in proportion to the entry
            x_plus[i] += h → x_plus[i] *= 1 + h
            you make the step proportional to the entry but divide by `h`. Step by `h`, whatever the size of the entry.
        only the first entry
            dx[i] = (f(x_plus) - f_x) / h → dx[i] = (f(x_plus) - f_x) / h ⏎ return dx
            only the first entry gets a slope. Go on to all other entries, and place the `return` after the loop.
        a whole row at once
            np.ndindex(x.shape) → range(len(x))
            `x[i]` is a whole row if `x` has more than one axis, so you move all of its entries at once. Loop over every
            index with `np.ndindex(x.shape)`.
        f given a flat vector
            f(x_plus) - → f(x_plus.ravel()) -
            you call `f` with a flat vector, but `f` takes an array of the shape of `x`. Reshape the vector to `x.shape`
            before each call.
    """,
)


numerical_gradient_centered = Exercise(
    gradients.numerical_gradient_centered,
    points=6,
    minutes=5,
    difficulty=1,
    covers="sign one repeated",
    importance="core",
    tolerance=ROUNDING,
    checks=_DIFFERENCE_ROWS,
    slips="""
        slopes cut to whole numbers
            np.zeros_like(x) → np.zeros(x.shape, dtype=int)
            you store the slopes in an array of integers, which cuts off their decimals. Create it with
            `np.zeros(x.shape)`.
        divided by h
            / (2 * h) → / h
            you divide by `h`, but your two points are `2 * h` apart. Divide by `2 * h`.
        forward instead of centred
            x_minus[i] -= h → pass
            / (2 * h) → / h
            your slopes are forward differences, which compare `f(x + h)` with `f(x)`. Subtract `f(x − h)` from `f(x +
            h)`, and divide by `2 * h`.
        forward over the double step
            x_plus[i] += h → x_plus[i] += 2 * h
            x_minus[i] -= h → pass
            you compute a forward difference over a step of `2 * h`. Step by `h` to *both* sides of `x`.
        second point is x
            x_minus[i] -= h → pass
            your second point is `x` itself. Step to `x − h`, which is `2 * h` below `x + h`.
        sign flipped
            f(x_plus) - f(x_minus) → f(x_minus) - f(x_plus)
            you subtract `f(x + h)` from `f(x − h)`. Subtract `f(x − h)` from `f(x + h)` instead.
        half a step for half the distance
            x_plus[i] += h → x_plus[i] += h / 2
            x_minus[i] -= h → x_minus[i] -= h / 2
            you step by `h / 2` to each side but divide by `2 * h`. Step by a whole `h` to each side.
        half a step to each side
            x_plus[i] += h → x_plus[i] += h / 2
            x_minus[i] -= h → x_minus[i] -= h / 2
            / (2 * h) → / h
            you step by `h / 2` to each side. Step by a whole `h` to each side, and divide by `2 * h`.
        multiplied by h
            / (2 * h) → / 2 * h
            you divide by 2 and then *multiply* by `h`, as `/ 2 * h` does. Write `/ (2 * h)`.
        x left at x − h
            x_plus, x_minus = x.copy(), x.copy() → x_plus = x_minus = x
            x_plus[i] += h → x_plus[i] += h ⏎ above = f(x_plus)
            x_minus[i] -= h → x_minus[i] -= 2 * h
            f(x_plus) - f(x_minus) → above - f(x_minus)
            you leave each entry of the caller's `x` at `x − h`, so the next slopes belong to another point. Put the
            entry back, or work on a new copy for each entry.
        copies made once
            dx = np.zeros_like(x) → dx, x_plus, x_minus = np.zeros_like(x), x.copy(), x.copy()
            x_plus, x_minus = x.copy(), x.copy() → pass
            you make both copies once and leave their entries moved, so the next slopes belong to other points. Make new
            copies for each entry, or put the entries back.
        one copy left at x − h
            dx = np.zeros_like(x) → dx, moved = np.zeros_like(x), x.copy()
            x_plus, x_minus = x.copy(), x.copy() → x_plus = x_minus = moved
            x_plus[i] += h → x_plus[i] += h ⏎ above = f(x_plus)
            x_minus[i] -= h → x_minus[i] -= 2 * h
            f(x_plus) - f(x_minus) → above - f(x_minus)
            you use one copy for all entries and leave each entry at `x − h`, so the next slopes belong to another
            point. Put the entry back, or make a new copy for each entry.
        a whole row at once
            np.ndindex(x.shape) → range(len(x))
            `x[i]` is a whole row if `x` has more than one axis, so you move all of its entries at once. Loop over every
            index with `np.ndindex(x.shape)`.
        f given a flat vector
            f(x_plus) - f(x_minus) → f(x_plus.ravel()) - f(x_minus.ravel())
            you call `f` with a flat vector, but `f` takes an array of the shape of `x`. Reshape the vector to `x.shape`
            before each call.
    """,
)


def _analytic_cubic(rng: Generator, shape: tuple[int, ...]) -> references.Analytic:
    """A cubic of complex numbers, each of whose slopes depends on all entries."""
    a, b = rng.uniform(0.5, 2, shape), rng.uniform(0.5, 2, shape)
    return lambda z: np.sum(a * z**3 + b * z**2 + z) + np.sum(z) ** 2


def _analytic_points(rng: Generator) -> Cases:
    for shape in ((4,), (2, 2, 2)):
        x = rng.uniform(0.5, 2, shape) * rng.choice([-1, 1], shape)
        yield case(f"x of shape {shape}", _analytic_cubic(rng, shape), x)
    rising = _analytic_cubic(rng, (3, 2))
    yield case("x of shape (3, 2), with slopes below 0", lambda z: -rising(z), rng.uniform(0.5, 2, (3, 2)))


def _special_points(rng: Generator) -> Cases:
    yield case("one entry", _analytic_cubic(rng, (1,)), rng.uniform(1, 2, 1))
    x = rng.permutation([0.0, 0.0, 1.5, 1.5, -1.0])
    yield case("equal entries, and entries of 0", _analytic_cubic(rng, (5,)), x)


def _long_steps(rng: Generator) -> Cases:
    for h in (0.1, 0.3):
        yield case(f"h = {h:g}", _analytic_cubic(rng, (3,)), rng.uniform(1, 2, 3), h=h)


def _to_the_last_digits(call: Function, rng: Generator) -> None:
    x = rng.uniform(0.5, 1.5, 3)
    found = np.asarray(call(lambda z: np.sum(np.exp(z)) + np.prod(np.sin(z)), x), dtype=float)
    exact = np.exp(x) + np.prod(np.sin(x)) / np.tan(x)
    error = float(np.max(np.abs(found - exact) / exact))
    if not error < 1e-3:
        raise Violation("the gradient of a second function is wrong too", f"relative error {error:.0e}")
    if not error < 1e-13:
        raise Violation(
            "some digits are lost, as in a difference of two values of f. Use the imaginary part of one value",
            f"relative error {error:.0e}",
        )


complex_step_gradient = Bonus(
    references.complex_step_gradient,
    minutes=15,
    difficulty=2,
    covers="sign one repeated",
    checks=(
        Values("Gradient for x with one, two and three axes", 5.5, _analytic_points),
        Values("Large steps h, at which the error is visible", 1.5, _long_steps),
        Values("A single entry, and equal entries", 0.5, _special_points),
        Property("Accuracy to the last digits", 1.5, _to_the_last_digits),
    ),
    slips="""
        real part
            f(z).imag → f(z).real
            you take the *real* part, which holds the value of f. Take the imaginary part with `.imag`, because it holds
            the slope.
        size for imaginary part
            f(z).imag → abs(f(z))
            you take the magnitude with `abs`, in which f(x) hides the slope. Take only the imaginary part with `.imag`.
        not divided by h
            f(z).imag / h → f(z).imag
            you return the imaginary part, which is `h` times the slope. Divide it by `h`.
        divided by 2h
            f(z).imag / h → f(z).imag / (2 * h)
            you divide by `2 * h`, but there is only one step, of length `h`. Divide by `h`.
        both sides, divided by one step
            f(z).imag / h → (f(z) - f(z.conj())).imag / h
            you step to both sides, so your points are `2 * h` apart, but you divide by `h`. Take only one step, and
            return `f(z).imag / h`.
        real step
            += 1j * h → += h
            all your slopes are 0, for example because your step is real or a real array drops its imaginary part. Add
            `1j * h` to an entry of `x.astype(complex)`.
        a difference after all
            += 1j * h → += h
            f(z).imag / h → (f(z) - f(x)).real / h
            you compute the forward difference, whose two values round to the same number for a step as small as 10⁻²⁰.
            Step by `1j * h` and take the imaginary part, which needs no subtraction.
        centred difference
            z = x.astype(complex) → z = np.zeros(x.shape)
            += 1j * h → = 1e-5
            f(z).imag / h → (f(x + z) - f(x - z)) / 2e-5
            you compute the centred difference of exercise 2 with a step of your own, which loses several digits. Step
            by `1j * h`, take the imaginary part and divide it by `h`.
        sign flipped
            += 1j * h → -= 1j * h
            your slopes have the wrong sign, as after a step of `-1j * h`. *Add* `1j * h`, and keep the sign of the
            imaginary part.
        all entries at once
            z[i] += 1j → z += 1j
            you move every entry at once, which gives the sum of all slopes. Move one entry at a time.
        a whole row at once
            np.ndindex(x.shape) → range(len(x))
            `x[i]` is a whole row if `x` has more than one axis, so you move all of its entries at once. Loop over every
            index with `np.ndindex(x.shape)`.
        steps pile up
            dx = np.zeros(x.shape) → dx, z = np.zeros(x.shape), x.astype(complex)
            z = x.astype(complex) → pass
            you leave each entry moved, so its slope is added to the slopes of all later entries. Make a new complex
            copy of `x` for each entry.
        h typed in
            1j * h → 1j * 1e-20
            .imag / h → .imag / 1e-20
            you use a fixed step. Use the argument `h`, which the caller may set.
        complex result
            f(z).imag / h → f(z) / (1j * h)
            dx = np.zeros(x.shape) → dx = np.zeros(x.shape, dtype=complex)
            you return complex numbers, which also contain f(x). Divide the imaginary part of f by `h`, and store it in
            a real array, because a slope is real.
        real slopes in a complex array
            dx = np.zeros(x.shape) → dx = np.zeros(x.shape, dtype=complex)
            the numbers are right, but you return a complex array. Create a real array with `np.zeros(x.shape)`.
        entry not filled in
            dx[i] = → dx =
            you overwrite the gradient for each entry, so you return only the last slope. Store each slope in `dx[i]`.
    """,
)
