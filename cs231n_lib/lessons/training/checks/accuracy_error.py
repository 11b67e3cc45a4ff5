"""An exercise on how far an accuracy can be trusted, and a difference of two."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Values, case

from . import references


def _answers(rng: Generator, both: int, only_a: int, only_b: int, neither: int, label: str) -> Case:
    """So many pictures on which both networks are right, one alone, or neither, in any order."""
    right = np.repeat([[True, True], [True, False], [False, True], [False, False]], [both, only_a, only_b, neither], 0)
    right_a, right_b = rng.permutation(right).T.copy()
    return case(label, right_a, right_b)


def _pairs(rng: Generator) -> Iterator[Case]:
    yield _answers(rng, 26, 14, 4, 6, "50 pictures")
    yield _answers(rng, 7, 2, 6, 5, "20 pictures, b is better")


def _equal(rng: Generator) -> Iterator[Case]:
    right = rng.permutation(np.arange(30) < 21)
    yield case("the same answers", right, right.copy())
    yield case("as often right, on other pictures", right, np.roll(right, 1))


accuracy_error = Exercise(
    references.accuracy_error,
    points=4,
    minutes=10,
    difficulty=2,
    checks=(
        Values("Two networks that differ", 3, _pairs),
        Values("Networks that are as good as each other", 1, _equal),
    ),
    slips="""
        root left out
            np.sqrt(accuracy * (1 - accuracy) / n) → accuracy * (1 - accuracy) / n
            this is the variance of the accuracy: the root is missing.
        deviation of one picture
            np.sqrt(accuracy * (1 - accuracy) / n) → np.sqrt(accuracy * (1 - accuracy))
            np.std(better) / np.sqrt(n) → np.std(better)
            this is the deviation of one picture. That of a mean of N is smaller by √N.
        deviation of one difference
            np.std(better) / np.sqrt(n) → np.std(better)
            the third value is the deviation of one difference. That of a mean of N is smaller by √N.
        twice the errors
            return error, difference, difference_error → return 2 * error, difference, 2 * difference_error
            both errors come out twice: the truth lies within 2 of them, but one standard error is asked.
        n outside both roots
            np.sqrt(accuracy * (1 - accuracy) / n) → np.sqrt(accuracy * (1 - accuracy)) / n
            np.std(better) / np.sqrt(n) → np.std(better) / n
            both deviations are divided by N: the error of a mean falls as 1/√N.
        n outside the root
            np.sqrt(accuracy * (1 - accuracy) / n) → np.sqrt(accuracy * (1 - accuracy)) / n
            you divide by N outside the root: the error falls as 1/√N.
        n outside the root for the difference
            np.std(better) / np.sqrt(n) → np.std(better) / n
            you divide the deviation by N: the error of a mean falls as 1/√N.
        errors in place of right ones
            accuracy * (1 - accuracy) → accuracy
            the variance of a yes or no is p(1 − p): the second factor is missing.
        half a percent
            np.sqrt(accuracy * (1 - accuracy) / n) → np.sqrt(0.25 / n)
            this is the error at an accuracy of ½, the largest there is. Put in p(1 − p).
        divided by N − 1
            np.std(better) / np.sqrt(n) → np.std(better, ddof=1) / np.sqrt(n)
            you divide by N − 1. In this course a variance is divided by N (see the notation).
        as if on other pictures
            np.std(better) / np.sqrt(n) → np.sqrt(error**2 + np.var(right_b) / n)
            this is the error for *different* pictures. Both saw the same ones, so what was hard for both
            drops out: take the
            deviation of the differences, picture by picture.
        errors added
            np.std(better) / np.sqrt(n) → error + np.sqrt(np.var(right_b) / n)
            you add two errors. Take the deviation of the differences, picture by picture, over √N.
        b minus a
            right_a.astype(float) - right_b.astype(float) → right_b.astype(float) - right_a.astype(float)
            the difference is taken the wrong way round: a minus b.
        size of the difference
            difference = np.mean(better) → difference = abs(np.mean(better))
            the difference has lost its sign: it is negative where b is better.
        where they differ
            right_a.astype(float) - right_b.astype(float) → (right_a ^ right_b).astype(float)
            this says *that* they differ, and not who is better: 1 where only a is right, −1 where only b is.
        error of b
            accuracy = np.mean(right_a) → accuracy = np.mean(right_b)
            the first value is the error of network *b*. That of a is asked.
        per cent
            return error, difference, difference_error → return 100 * error, 100 * difference, 100 * difference_error
            these are per cent. Shares between 0 and 1 are asked.
    """,
)
