"""How much of the difference of two networks of known accuracy is luck, on test sets of several sizes."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.use import Use

SIZES = (100, 300, 1_000, 3_000, 10_000)
BOTH, ONLY_A, ONLY_B = 0.80, 0.055, 0.045
"""Proportions of images on which both are right, and one alone. Network a is better by one point, 85.5 to 84.5 %."""
BETTER = ONLY_A - ONLY_B


@dataclass(frozen=True)
class Luck:
    """On test sets of `SIZES`: difference a − b, its error image by image, that of two separate sets; (5,) each."""

    difference: FloatArray
    paired: FloatArray
    separate: FloatArray
    says: str


def answers(n: int, rng: Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether network a, and b, is right on each of ``n`` images."""
    drawn = rng.random(n)
    return drawn < BOTH + ONLY_A, (drawn < BOTH) | ((drawn >= BOTH + ONLY_A) & (drawn < BOTH + ONLY_A + ONLY_B))


def luck(use: Use, seed: int = 0) -> Luck:
    """The student's `accuracy_error` on such test sets."""
    run, rng, found = use.run(), np.random.default_rng(seed), []
    for n in SIZES:
        a, b = answers(n, rng)
        error, difference, paired = run.accuracy_error(a, b)
        other, _, _ = run.accuracy_error(b, a)
        found.append((difference, paired, np.hypot(error, other)))
    difference, paired, separate = np.array(found).T
    return Luck(difference, paired, separate, run.says)
