"""The bonus of lesson 01: a slope without a difference."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Cases, Function, Property, Values, Wrong, case

from . import references


def _cubic(rng: Generator, shape: tuple[int, ...]) -> references.Analytic:
    """A sum that takes complex numbers, each of whose slopes depends on all entries."""
    a, b = rng.uniform(0.5, 2, shape), rng.uniform(0.5, 2, shape)
    return lambda z: np.sum(a * z**3 + b * z**2 + z) + np.sum(z) ** 2


def _points(rng: Generator) -> Cases:
    for shape in ((4,), (3, 2), (2, 2, 2)):
        x = rng.uniform(0.5, 2, shape) * rng.choice([-1, 1], shape)
        yield case(f"x of shape {shape}", _cubic(rng, shape), x)


def _long_steps(rng: Generator) -> Cases:
    for h in (0.1, 0.3):
        yield case(f"h = {h:g}", _cubic(rng, (3,)), rng.uniform(1, 2, 3), h=h)


def _single(rng: Generator) -> Cases:
    yield case("one entry", _cubic(rng, (1,)), rng.uniform(1, 2, 1))


def _to_the_last_digits(call: Function, rng: Generator) -> None:
    x = rng.uniform(0.5, 1.5, 3)
    found = np.asarray(call(lambda z: np.sum(np.exp(z)) + np.prod(np.sin(z)), x), dtype=float)
    exact = np.exp(x) + np.prod(np.sin(x)) / np.tan(x)
    error = float(np.max(np.abs(found - exact) / exact))
    if not error < 1e-3:
        raise Wrong("the gradient of another function is wrong as well", f"relative error {error:.0e}")
    if not error < 1e-13:
        raise Wrong("some digits are lost, as in a difference of two values of f", f"relative error {error:.0e}")


complex_step_gradient = Bonus(
    references.complex_step_gradient,
    minutes=15,
    difficulty=2,
    checks=(
        Values("The gradient at points of one, two and three axes", 4, _points),
        Values("Long steps h, at which its error shows", 2, _long_steps),
        Values("A single entry", 1, _single),
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
