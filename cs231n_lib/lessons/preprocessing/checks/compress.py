"""An exercise on few numbers for many: coordinates along some components, and the way back."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import preprocessing

from . import references
from .draws import away_from_0, components, table


def _fitted(rng: Generator, d: int, n: int = 6) -> tuple[FloatArray, FloatArray, FloatArray]:
    """x (n, d), a mean that is not its own, and orthonormal columns."""
    return table(rng, n, d), away_from_0(rng, d), components(rng, d)


def _some(rng: Generator) -> Iterator[Case]:
    for d, k in ((5, 2), (4, 3)):
        yield case(f"{k} of {d} components", *_fitted(rng, d), k)


def _ends(rng: Generator) -> Iterator[Case]:
    yield case("a single component", *_fitted(rng, 4), 1)
    yield case("all 4 components", *_fitted(rng, 4), 4)


def _one_row(rng: Generator) -> Iterator[Case]:
    yield case("a single example", *_fitted(rng, 4, n=1), 2)


def _all_is_exact(call: Callable[..., Any], rng: Generator) -> None:
    x, mean, u = _fitted(rng, 4)
    _, rebuilt = call(x, mean, u, 4)
    if np.shape(rebuilt) != x.shape or not np.allclose(rebuilt, x, rtol=1e-9, atol=1e-9):
        raise Wrong("all components do not give the examples back")


compress = Exercise(
    references.compress,
    points=9,
    minutes=10,
    difficulty=2,
    forbidden=(preprocessing.pca_transform, preprocessing.pca_reconstruct),
    checks=(
        Values("Some of the components", 5, _some),
        Values("One of them, and all", 1, _ends),
        Values("A single example", 1, _one_row),
        Property("All of them give the examples back", 1, _all_is_exact),
    ),
    slips="""
        mean not subtracted
            (x - mean) @ first → x @ first
            the mean is not subtracted: coordinates are counted from the middle of the training cloud.
        mean not added back
            z @ first.T + mean → z @ first.T
            the mean is missing in `rebuilt`: what was subtracted on the way in is added on the way back.
        mean forgotten both ways
            (x - mean) @ first → x @ first
            z @ first.T + mean → z @ first.T
            the mean is missing on both ways: subtract it first, and add it at the end.
        own mean
            first = components[:, :k] → first, mean = components[:, :k], x.mean(axis=0)
            you subtract the mean of these examples. They may be one test picture: subtract the `mean` that was fitted.
        own mean on the way in
            (x - mean) @ first → (x - x.mean(axis=0)) @ first
            you subtract the mean of these examples. They may be one test picture: subtract the `mean` that was fitted.
        rows for columns
            components[:, :k] → components[:k].T
            these are the first k *rows*. The components are the columns: `components[:, :k]`.
        last for first
            components[:, :k] → components[:, -k:]
            these are the last k components, along which the examples vary least.
        one short
            components[:, :k] → components[:, : max(k - 1, 1)]
            these are k − 1 components: `[:, :k]` ends before index k, and so has k.
        one too many
            components[:, :k] → components[:, : k + 1]
            these are k + 1 components: `[:, :k]` has k.
        one component alone
            components[:, :k] → components[:, k - 1 : k]
            this is the k-th component alone: the first k are asked.
        all components
            components[:, :k] → components
            all components are used: take the first k columns.
        coordinates cut after all were taken
            rebuilt = z @ first.T + mean → rebuilt = (x - mean) @ components @ components.T + mean
            `rebuilt` is made of all components, so nothing is lost. Make it of the k coordinates in z.
        not turned back
            z @ first.T + mean → z @ first + mean
            the way back multiplies by the components as they are: turn them, `first.T`.
        back with rows
            z @ first.T → z @ components[:k]
            the way back takes the first k *rows* as they are: turn the first k columns, `first.T`.
        mean added too early
            z @ first.T + mean → (z + mean[:k]) @ first.T
            the mean is added to the coordinates. It belongs to the features: add it at the end.
        mean among the coordinates
            z = (x - mean) @ first → z = x @ first - mean[:k]
            the mean is subtracted from the coordinates. It belongs to the features: subtract it from x, before.
        only the coordinates
            return z, rebuilt → return z
            only the coordinates are returned: `z, rebuilt` are asked.
        results exchanged
            return z, rebuilt → return rebuilt, z
            the two results are in the other order: (z, rebuilt) is asked.
        x changed
            z = (x - mean) @ first → x -= mean ⏎ z = x @ first
            the values are right, but `x -= mean` writes into the caller's array.
    """,
)
