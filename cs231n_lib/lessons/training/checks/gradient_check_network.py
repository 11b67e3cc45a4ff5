"""Exercise on checking the gradients of a whole network in some entries of each array."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Cases, Exercise, Tolerance, Values, case
from cs231n_lib.contracts import FloatArray

from . import references

SHAPES = ((3, 4), (4,), (4, 2), (2,))


@dataclass(frozen=True, eq=False)
class _Loss:
    """Smooth loss of four arrays with unequal slopes other than 0. In grading it is called where the answer runs."""

    towards: Sequence[FloatArray]

    def __call__(self, arrays: list[FloatArray]) -> float:
        total = sum(float(np.sum(t * np.sin(a))) for t, a in zip(self.towards, arrays, strict=True))
        return total + 4.0 * float(sum(np.sum(a**2) for a in arrays))

    def gradients(self, arrays: Sequence[FloatArray]) -> list[FloatArray]:
        return [t * np.cos(a) + 8 * a for t, a in zip(self.towards, arrays, strict=True)]


@dataclass(frozen=True, eq=False)
class _Slopes:
    """Loss that is linear in four arrays."""

    slopes: Sequence[FloatArray]

    def __call__(self, arrays: list[FloatArray]) -> float:
        return sum(float(np.sum(s * a)) for s, a in zip(self.slopes, arrays, strict=True))


def _drawn(
    rng: Generator, spoil: Callable[[list[FloatArray], float], None], k: int = 3, label: str = "", sign: int = 1
) -> Case:
    loss = _Loss([rng.uniform(0.5, 1.5, shape) for shape in SHAPES])
    parameters = [sign * np.sort(rng.uniform(0.5, 1.0, np.prod(s)))[::-1].reshape(s) for s in SHAPES]
    gradients = loss.gradients(parameters)
    entries = [np.arange(a.size)[-k:] for a in parameters]
    spoil(gradients, rng.uniform(0.9, 1.1))
    return case(label, loss, parameters, gradients, entries)


def _halved(gradients: list[FloatArray], size: float) -> None:
    gradients[0] *= 1 - 0.5 * size


def _too_large(gradients: list[FloatArray], size: float) -> None:
    for i, factor in enumerate((1.25, 1.1, 2.0, 1.5)):
        gradients[i] *= 1 + size * (factor - 1)


def _negative(gradients: list[FloatArray], size: float) -> None:
    for i, factor in enumerate((0.7, -0.5, 0.9, 0.8)):
        gradients[i] *= 1 + size * (factor - 1)


def _falling(gradients: list[FloatArray], size: float) -> None:
    for i, factor in enumerate((0.7, 1.4, 0.9, 1.25)):
        gradients[i] *= 1 + size * (factor - 1)


def _uneven(gradients: list[FloatArray], size: float) -> None:
    """Scale every entry by a different factor, so that a single entry is the worst."""
    for g in gradients:
        g *= 1 + size * np.linspace(-0.6, 0.7, g.size).reshape(g.shape)


def _wrong(rng: Generator) -> Cases:
    yield _drawn(rng, _halved, label="the first array's gradient is about half as large")
    yield _drawn(rng, _too_large, label="each gradient is too large")
    yield _drawn(rng, _negative, label="gradients that are too small, one with the wrong sign")
    yield _drawn(rng, _uneven, label="each entry is off by a different factor")
    yield _drawn(rng, _falling, label="slopes below 0, two gradients too small and two too large", sign=-1)


def _one_entry(rng: Generator) -> Cases:
    yield _drawn(rng, _uneven, 1, "one entry per array")
    made = _drawn(rng, _uneven, 1)
    loss, parameters, gradients, _ = made.args
    stored = [np.asfortranarray(a) for a in parameters], [np.asfortranarray(a) for a in gradients]
    yield case("arrays that are stored column by column", loss, *stored, [np.array([a.size // 2]) for a in parameters])


def _step(rng: Generator) -> Cases:
    made = _drawn(rng, _too_large, 2)
    yield case("a larger step and a larger floor", *made.args, 0.3, 25.0)


def _flat(rng: Generator) -> Cases:
    # The errors of an array are below those of earlier arrays, which reveals errors kept from one array to the next.
    slopes = [most * rng.uniform(4e-6, 5e-6, shape) for most, shape in zip((1, 0.7, 0.5, 0.35), SHAPES, strict=True)]
    # The larger of the two entries is the second one in the first array, and the first one in the others.
    slopes = [np.sort(s, axis=None).reshape(s.shape) for s in slopes]
    slopes[1:] = [np.flip(s) for s in slopes[1:]]
    parameters = [rng.uniform(0.2, 1.0, shape) for shape in SHAPES]
    gradients: list[Any] = [np.zeros(shape) for shape in SHAPES]
    yield case("slopes far below the floor", _Slopes(slopes), parameters, gradients, [np.arange(2) for _ in SHAPES])


gradient_check_network = Exercise(
    references.gradient_check_network,
    points=8,
    minutes=20,
    difficulty=3,
    covers="one transposed",
    importance="core",
    tolerance=Tolerance(1e-6, 1e-6),
    examples_rows=("One entry of each array",),
    checks=(
        Values("Gradients that are wrong in several ways", 5, _wrong),
        Values("One entry of each array", 1, _one_entry),
        Values("Another step and another floor", 0.75, _step),
        Values("Slopes far below the floor", 1.25, _flat),
    ),
    slips="""
        no floor
            abs(numerical), floor)) → abs(numerical)))
            you leave out the floor, so rounding alone looks like an error of 1 where both gradients are nearly 0.
            Divide by the largest of the two sizes and the floor.
        floor added
            max(abs(analytic), abs(numerical), floor) → (max(abs(analytic), abs(numerical)) + floor)
            you *add* the floor to the larger size. Divide by the largest of the three numbers: the two sizes and the
            floor.
        floor typed in
            abs(numerical), floor)) → abs(numerical), 1e-4))
            your floor is a fixed number. Use the argument `floor`.
        smaller size
            max(abs(analytic), abs(numerical), floor) → max(min(abs(analytic), abs(numerical)), floor)
            you divide by the *smaller* of the two sizes. Divide by the largest of the two sizes and the floor.
        divided by the sum
            max(abs(analytic), abs(numerical), floor) → max(abs(analytic) + abs(numerical), floor)
            you divide by the sum of the two sizes. Divide by the largest of the two sizes and the floor.
        relative to the analytic one
            max(abs(analytic), abs(numerical), floor) → max(abs(analytic), floor)
            you divide by the gradient that is being checked. Divide by the largest of the two sizes and the floor.
        relative to the numerical one
            max(abs(analytic), abs(numerical), floor) → max(abs(numerical), floor)
            you divide by the numerical gradient alone. Divide by the largest of the two sizes and the floor.
        absolute values left out of the denominator
            max(abs(analytic), abs(numerical), floor) → max(analytic, numerical, floor)
            you compare gradients with their signs, so a negative one is never the largest. Compare their *sizes*,
            `abs(…)`.
        signs left out
            abs(analytic - numerical) → abs(abs(analytic) - abs(numerical))
            you compare only the sizes, so a gradient of the wrong sign passes. Subtract the gradients with their signs,
            and then take the size of the difference.
        not relative
            abs(analytic - numerical) / max(abs(analytic), abs(numerical), floor) → abs(analytic - numerical)
            you return the absolute error. Divide it by the largest of the two sizes and the floor.
        absolute value of the error left out
            abs(analytic - numerical) / → (analytic - numerical) /
            your errors may be negative. Take `abs` of each before you look for the largest.
        mean for the worst
            worst.append(max(errors)) → worst.append(sum(errors) / len(errors))
            you take the mean error of the entries, which may hide a single wrong entry. Take the largest.
        last entry alone
            worst.append(max(errors)) → worst.append(errors[-1])
            you keep only the error of the last entry. Keep the errors of all entries and take the largest.
        errors of all arrays together
            errors = [] → pass
            worst = [] → worst, errors = [], []
            you carry the errors of one array over to the next. Start anew for each array, with an empty list or with a
            largest error of 0.
        one number
            np.array(worst) → np.array([max(worst)])
            you return the largest error of all arrays. Return the largest error of each array, which shows *where* the
            bug is.
        divided by h
            (2 * h) → h
            you divide by h, but the two points are 2h apart. Divide by 2h.
        forward difference
            down.flat[entry] -= h → pass
            (2 * h) → h
            you take the forward difference, whose error is of the order of h. Step once up and once down, and divide by
            2h.
        down minus up
            (high - low) → (low - high)
            your difference has the wrong sign. Subtract the loss after the step down from that after the step up.
        every entry
            for entry in entries[i]: → for entry in range(parameters[i].size):
            you check every entry, which takes hours for a real network. Check only those in `entries[i]`.
        first entries
            for entry in entries[i]: → for entry in range(len(entries[i])):
            you check the first entries of each array, whichever are chosen. Take the numbers of the entries from
            `entries[i]`, and not their positions in this list.
        column by column
            errors = [] → errors, order = [], np.arange(parameters[i].size).reshape(parameters[i].shape).ravel("F")
            for entry in entries[i]: → for entry in order[entries[i]]:
            you count the entries of an array column by column. Count them row by row, as NumPy's `flat` does.
        step typed in
            up.flat[entry] += h → up.flat[entry] += 1e-5
            down.flat[entry] -= h → down.flat[entry] -= 1e-5
            (2 * h) → 2e-5
            your step is a fixed number. Use the argument `h`.
        every array nudged
            loss([*parameters[:i], up, *parameters[i + 1 :]]) → loss([a + h * (i >= 0) for a in parameters])
            loss([*parameters[:i], down, *parameters[i + 1 :]]) → loss([a - h for a in parameters])
            you change everything at once. Change only one entry of one array.
        nudged in place
            up, down = parameters[i].copy(), parameters[i].copy() → up, down = parameters[i], parameters[i].copy()
            you change the array that you received, and it stays changed. Work on copies.
    """,
)
