"""An exercise on who is taken for whom."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Values, case
from cs231n_lib.functions import metrics


def _labels(rng: Generator) -> Iterator[Case]:
    for n, classes in ((60, 4), (40, 3)):
        y = np.concatenate([rng.integers(0, classes, n), np.zeros(7, np.int64)])
        y_pred = np.where(rng.random(len(y)) < 0.6, y, rng.integers(0, classes, len(y)))
        y_pred[:4], y[:4] = 1, 0
        yield case(f"{len(y)} examples of {classes} classes", y_pred, y, classes)


def _missing(rng: Generator) -> Iterator[Case]:
    y = np.concatenate([np.array([0, 0, 1]), rng.integers(0, 3, 12)])
    yield case("classes that nobody has and nobody names", np.roll(y, 1), y, 6)
    yield case("a single example", np.array([2]), np.array([0]), 3)


confusion_matrix = Exercise(
    metrics.confusion_matrix,
    points=4,
    minutes=6,
    difficulty=2,
    checks=(
        Values("Several classes", 3, _labels),
        Values("Classes that are missing; a single example", 1, _missing),
    ),
    slips="""
        transposed
            (y, y_pred), 1) → (y_pred, y), 1)
            rows and columns are exchanged: the row is the true class, the column the one that was named.
        counted once
            np.add.at(matrix, (y, y_pred), 1) → matrix[y, y_pred] += 1
            each pair counts once, however often it occurs: `matrix[y, y_pred] += 1` writes to a place only once. Use
            `np.add.at`, or a loop.
        as many classes as occur
            np.zeros((classes, classes), → np.zeros((max(y.max(), y_pred.max()) + 1,) * 2,
            the matrix has as many rows as classes *occur*. There are `classes` of them, though some may be missing.
        shares
            return matrix → return matrix / matrix.sum()
            these are shares. Counts are asked: whole numbers.
        shares of a row
            return matrix → return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
            each row is divided by its sum. Counts are asked: whole numbers.
        counts of another kind
            dtype=np.int64 → dtype=float
            the numbers are right, but of another kind (see the row): count in whole numbers, `dtype=np.int64`.
        right ones left out
            return matrix → return matrix - np.diag(np.diag(matrix))
            the diagonal is empty: what was right is counted there, too.
        right ones alone
            np.add.at(matrix, (y, y_pred), 1) → np.add.at(matrix, (y[y == y_pred], y[y == y_pred]), 1)
            only what was right is counted. Everything is: a mistake off the diagonal.
        a list for each class
            return matrix → return [list(row) for row in matrix]
            the numbers are right, but they come as lists: return an array.
    """,
)
