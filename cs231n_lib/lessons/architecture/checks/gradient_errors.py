"""Exercise on checking every gradient of a network."""

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Tolerance, Values, case
from cs231n_lib.contracts import FloatArray

from . import references

Arrays = list[FloatArray]
Spoil = Callable[[Arrays, float], None]
"""Function that makes gradients wrong, by about as much as the number says."""


class _Network:
    """A small network of tanh with a squared error, and its gradients, as a function of a list of its arrays."""

    def __init__(self, rng: Generator, spoil: Spoil) -> None:
        self.spoil: Spoil = _right
        self.size = float(rng.uniform(0.8, 1.2))
        while True:  # until the largest entry of each gradient is a negative one, and not one that is spoilt
            self.x, self.y = rng.normal(size=(2, 4, 3))
            self.arrays: Arrays = [rng.normal(size=shape) for shape in ((3, 3), (3, 3), (3,), (3,))]
            found = self(self.arrays)[1]
            largest = [-g.min() for g in found]
            # One scale for all arrays must be wrong for the first one.
            other_array = spoil is not _halved or largest[0] < 0.8 * max(largest)
            if other_array and all(-g.min() > 1.1 * g.max() > 0 and abs(g.flat[0]) < 0.8 * -g.min() for g in found):
                break
        self.spoil = spoil

    def __call__(self, arrays: Arrays) -> tuple[float, Arrays]:
        w1, w2, b1, b2 = arrays
        a = np.tanh(self.x @ w1 + b1)
        residual = a @ w2 + b2 - self.y
        dh = residual @ w2.T * (1 - a**2)
        found = [self.x.T @ dh, a.T @ residual, dh.sum(axis=0), residual.sum(axis=0)]
        self.spoil(found, self.size)
        return 0.5 * float(np.sum(residual**2)), found


def _right(found: Arrays, size: float) -> None:
    """Nothing is wrong."""


def _halved(found: Arrays, size: float) -> None:
    found[0] *= 0.5 * size


def _missing(found: Arrays, size: float) -> None:
    found[-1] *= 0


def _one_entry(found: Arrays, size: float) -> None:
    found[1][0, 0] += 3 * size * np.abs(found[1]).max()


def _too_small(found: Arrays, size: float) -> None:
    found[2][0] -= 2 * size * np.abs(found[2]).max()


def _cases(*spoils: Spoil) -> Callable[[Generator], Cases]:
    def cases(rng: Generator) -> Cases:
        for spoil in spoils:
            network = _Network(rng, spoil)
            yield case(spoil.__name__.strip("_").replace("_", " "), network, network.arrays)

    return cases


def _other_functions(rng: Generator) -> Cases:
    slope = float(rng.uniform(2.7, 3.3))  # 2 would be right

    def waves(arrays: Arrays, scale: float = 1.0) -> tuple[float, Arrays]:
        a, b, c = arrays
        loss = float(np.sum(np.sin(a)) * np.sum(b**2) + 100 * np.sum(c))
        found = [np.cos(a) * np.sum(b**2), slope * np.sum(np.sin(a)) * b, np.full_like(c, 99.0)]
        return scale * loss, [scale * g for g in found]

    def cube(arrays: Arrays) -> tuple[float, Arrays]:
        return float(np.sum(arrays[0] ** 3)), [slope * arrays[0] ** 2]

    arrays = [rng.uniform(0.1, 1, (2, 1, 1)), rng.uniform(1, 2, 4), rng.normal(size=2)]
    yield case("arrays of other shapes", waves, arrays)
    yield case("small gradients, of about 10⁻⁴", partial(waves, scale=1e-5), arrays)
    yield case("tiny gradients, of about 10⁻¹²", partial(waves, scale=1e-13), arrays)
    yield case("a single weight", cube, [rng.uniform(1, 2, 1)])


gradient_errors = Exercise(
    references.gradient_errors,
    points=10,
    minutes=15,
    difficulty=3,
    covers="sign one",
    importance="core",
    builds_on=("numerical_gradient_centered",),
    tolerance=Tolerance(1e-6, 1e-6),
    examples_rows=("One wrong entry, and one array of zeros",),
    checks=(
        Values("A correct gradient, and one with an array of half the size", 3, _cases(_right, _halved), central=True),
        Values("One wrong entry, and one array of zeros", 3, _cases(_one_entry, _too_small, _missing), central=True),
        Values("Arrays of other shapes, and small gradients", 1, _other_functions),
    ),
    slips="""
        absolute value left out
            np.abs(analytic[i] - numerical).max() → (analytic[i] - numerical).max()
            you look for the largest difference without taking absolute values, although differences may be negative.
            Apply `np.abs` first.
        absolute value after the maximum
            np.abs(analytic[i] - numerical).max() → abs((analytic[i] - numerical).max())
            you take the absolute value only after finding the largest difference, so you miss large negative
            differences. Apply `np.abs` first.
        Python's max
            np.abs(analytic[i] - numerical).max() → max(np.abs(analytic[i] - numerical))
            np.abs(numerical).max() → max(np.abs(numerical))
            you compare whole rows if an array has two axes, as Python's `max` does, and this raises an error. Use
            `np.max` or `.max()`, which find the largest entry.
        mean error
            np.abs(analytic[i] - numerical).max() → np.abs(analytic[i] - numerical).mean()
            you return the mean error, in which one wrong entry among many is hidden. Return the largest error.
        error not relative
            / np.abs(numerical).max() →
            you return absolute errors. Divide each one by the largest entry of |numerical|, because an error that is
            large for a small gradient may be small for a large one.
        entry by entry
            np.abs(analytic[i] - numerical).max() → (np.abs(analytic[i] - numerical)
            / np.abs(numerical).max() → / np.abs(numerical)).max()
            you divide entry by entry, so rounding looks like a large error wherever the gradient is nearly 0. Divide
            the largest error by the largest entry of the numerical gradient.
        relative to the analytic one
            np.abs(numerical).max() → np.abs(analytic[i]).max()
            you divide by the analytic gradient, which is the one in doubt. Divide by the largest entry of the numerical
            gradient.
        relative to the larger of both
            np.abs(numerical).max() → max(np.abs(analytic[i]).max(), np.abs(numerical).max())
            you divide by the larger of the two gradients, as in lesson 01. Divide by the largest entry of the numerical
            gradient.
        sums for largest
            np.abs(analytic[i] - numerical).max() → np.abs(analytic[i] - numerical).sum()
            np.abs(numerical).max() → np.abs(numerical).sum()
            you add up or average all entries, so one wrong entry is hidden among the others. Divide the largest error
            by the largest entry of the numerical gradient.
        norms for largest entries
            np.abs(analytic[i] - numerical).max() → np.linalg.norm(analytic[i] - numerical)
            np.abs(numerical).max() → np.linalg.norm(numerical)
            you use Euclidean norms. Divide the largest entry of |analytic − numerical| by the largest entry of
            |numerical|.
        divided by the sum
            np.abs(numerical).max() → np.abs(numerical).sum()
            you divide by the sum of all entries of |numerical|. Divide by the largest of them.
        divided by the mean
            np.abs(numerical).max() → np.abs(numerical).mean()
            you divide by the mean of all entries of |numerical|. Divide by the largest of them.
        absolute value left out of the divisor
            np.abs(numerical).max() → numerical.max()
            you look for the largest entry of the numerical gradient without taking absolute values, although entries
            may be negative. Apply `np.abs` first.
        one number
            np.array(errors) → np.array(max(errors))
            you return the largest error of all arrays. Return one error for each array, so that you see *where* the bug
            is.
        a list
            np.array(errors) → [float(e) for e in errors]
            the numbers are right, but you return them in a list. Convert it with `np.array(…)`.
        first array alone
            np.abs(numerical).max()) → np.abs(numerical).max()) ⏎ return np.array(errors)
            you return the error of the first array only, as `return` inside the loop does. Return one error for each
            array, after the loop.
        all arrays replaced
            [*arrays[:i], a, *arrays[i + 1 :]] → [a if b.shape == a.shape else b for b in arrays]
            you change more than one array at once. Replace only array i with `a`, and leave the others as they are.
        every function replaces the last array
            _, analytic = loss_and_gradients(arrays) → g, n = loss_and_gradients, len(arrays) ⏎ _, analytic = g(arrays)
            errors = [] → errors, f = [], [lambda a: g([*arrays[:i], a, *arrays[i + 1 :]])[0] for i in range(n)]
            lambda a: loss_and_gradients([*arrays[:i], a, *arrays[i + 1 :]])[0], arrays[i] → f[i], arrays[i]
            all your functions replace the *last* array, as they do if they read `i` only after the loop that made them.
            Replace array i, and write `lambda a, i=i: …` if you call the functions after that loop.
        array inserted instead of replaced
            arrays[i + 1 :] → arrays[i:]
            you insert `a` before array i, so the list has one array too many. Put `a` *in place of* array i, and
            continue with `arrays[i + 1:]`.
        pair for the loss
            arrays[i + 1 :]])[0], → arrays[i + 1 :]]),
            you use the pair of loss and gradients as the loss. Take the first element of the pair with `[0]`.
        argument left in the list
            lambda a: loss_and_gradients( → lambda a: (arrays.__setitem__(i, a), loss_and_gradients(
            [*arrays[:i], a, *arrays[i + 1 :]])[0], → arrays)[0])[1],
            you put the argument of f into the caller's list and leave it there, with one entry changed by h. Make a new
            list instead.
        last array left out
            range(len(arrays)) → range(len(arrays) - 1)
            you leave out the last array. Loop over all `len(arrays)` arrays.
    """,
)
