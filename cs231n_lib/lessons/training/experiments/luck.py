"""Random part of the difference between two networks of known accuracy, by size of the test set."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray
from cs231n_lib.lessons.use import Use

SIZES = (100, 300, 1_000, 3_000, 10_000)
BOTH, ONLY_A, ONLY_B = 0.80, 0.055, 0.045
"""Proportions of images that both networks, only a and only b classify correctly, so 85.5 % for a and 84.5 % for b."""
BETTER = ONLY_A - ONLY_B


@dataclass(frozen=True)
class Luck:
    """Difference a − b on test sets of `SIZES`, and its standard errors for paired and separate images; (5,) each."""

    difference: FloatArray
    paired: FloatArray
    separate: FloatArray
    says: str


def answers(n: int, rng: Generator) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether network a, and network b, classifies each of ``n`` images correctly; (n,) each."""
    drawn = rng.random(n)
    return drawn < BOTH + ONLY_A, (drawn < BOTH) | ((drawn >= BOTH + ONLY_A) & (drawn < BOTH + ONLY_A + ONLY_B))


def luck(use: Use, seed: int = 0) -> Luck:
    """Measure the difference and its errors with the student's `accuracy_error`."""
    run, rng, found = use.run(), np.random.default_rng(seed), []
    for n in SIZES:
        a, b = answers(n, rng)
        error, difference, paired = run.accuracy_error(a, b)
        other, _, _ = run.accuracy_error(b, a)
        found.append((difference, paired, np.hypot(error, other)))
    difference, paired, separate = np.array(found).T
    return Luck(difference, paired, separate, run.says)
