"""An exercise on the shape of a loss: how much steeper its steepest direction is than its flattest."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Property, Values, Wrong, case

from . import references
from .draws import table


def _tables(rng: Generator) -> Iterator[Case]:
    for n, d in ((9, 3), (30, 2), (12, 4)):
        yield case(f"x of shape ({n}, {d})", table(rng, n, d))


def _one_feature(rng: Generator) -> Iterator[Case]:
    x = rng.uniform(1.5, 3, (4, 1))
    yield case("one centred feature: the square of its size", np.concatenate([x, -x]))


def _same_for_turned(call: Callable[..., Any], rng: Generator) -> None:
    x = table(rng, 20, 3)
    x = x - x.mean(axis=0)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    first, second = float(call(x)), float(call(x @ turn))
    if not np.isclose(first, second, rtol=1e-6):
        raise Wrong("a turned cloud gets another number", f"{first:.6g}, turned {second:.6g}")


condition_number = Exercise(
    references.condition_number,
    points=7,
    minutes=10,
    difficulty=3,
    checks=(
        Values("Tables", 4, _tables),
        Values("A single feature", 1, _one_feature),
        Property("The same for a turned cloud", 1, _same_for_turned),
    ),
    slips="""
        bias forgotten
            np.column_stack([x, np.ones(len(x))]) → x
            the bias has a curvature, too: put a column of ones beside x.
        bias column of zeros
            np.ones(len(x)) → np.zeros(len(x))
            the column beside x is of zeros. A bias multiplies 1 in each row.
        centred first
            np.column_stack([x, → np.column_stack([x - x.mean(axis=0),
            you subtract the mean first. The question is how `x` is as it comes.
        examples for features
            a.T @ a → a @ a.T
            `a @ a.T` compares examples, (N, N). The curvatures are those of the weights: `a.T @ a`.
        upside down
            curvatures[-1] / curvatures[0] → curvatures[0] / curvatures[-1]
            this is the smallest over the largest: turn it round. (`eigvalsh` sorts from small to
            large, `svd` from large to small.)
        difference
            curvatures[-1] / curvatures[0] → curvatures[-1] - curvatures[0]
            this is the difference of the curvatures, their *ratio* is asked.
        root
            curvatures[-1] / curvatures[0] → np.sqrt(curvatures[-1] / curvatures[0])
            this is the root: the condition number of the data. The loss has its square.
        squared once more
            curvatures[-1] / curvatures[0] → (curvatures[-1] / curvatures[0]) ** 2
            this is the square of the condition number: AᵀA has the squares of A's singular values already.
        largest alone
            curvatures[-1] / curvatures[0] → curvatures[-1]
            this is the largest curvature: divide by the smallest.
        by the second
            / curvatures[0] → / curvatures[1]
            you divide by the second smallest curvature.
        diagonal
            np.linalg.eigvalsh(a.T @ a) → np.sort(np.diag(a.T @ a))
            these are the curvatures along the axes. The steepest direction may lie askew: take the eigenvalues.
        standardised first
            np.column_stack([x, → np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0),
            you standardise first. The question is how `x` is as it comes.
    """,
)
