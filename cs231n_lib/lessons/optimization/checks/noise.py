"""Exercises on doubt: a gradient with a bug in it, and the noise of a minibatch's gradient."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions.gradients import numerical_gradient_centered, relative_error

from . import references


def _with_ones(rng: Generator, n: int, d: int) -> FloatArray:
    return np.hstack([np.ones((n, 1)), rng.normal(size=(n, d - 1))])


def _ridge_fits(rng: Generator) -> Iterator[Case]:
    for n, d, lam in ((6, 3, 0.5), (9, 4, 2.0)):
        yield case(f"λ = {lam:g}", rng.normal(size=d), _with_ones(rng, n, d), rng.normal(size=n), lam)


def _no_penalty(rng: Generator) -> Iterator[Case]:
    yield case("λ = 0", rng.normal(size=3), _with_ones(rng, 5, 3), rng.normal(size=5), 0.0)


def _agrees_with_itself(call: Callable[..., Any], rng: Generator) -> None:
    w, x, y = rng.normal(size=4), _with_ones(rng, 6, 4), rng.normal(size=6)
    numerical = numerical_gradient_centered(lambda w: call(w, x, y, 0.7)[0], w)
    error = relative_error(np.asarray(call(w, x, y, 0.7)[1], dtype=float), numerical)
    if not error.max() < 1e-6:
        bad = [int(i) for i in np.flatnonzero(~(error < 1e-6))]
        raise Wrong("the gradient is not that of the loss beside it", f"wrong in entries {bad} of 4")


def _ridge(penalty: Callable[[FloatArray], Any], dpenalty: Callable[[FloatArray], FloatArray]) -> Callable[..., Any]:
    """Least squares plus λ times ``penalty(w)``, with the gradient ``dpenalty(w)`` for it."""

    def implementation(w: FloatArray, x: FloatArray, y: FloatArray, lam: float) -> Any:
        residual = x @ w - y
        loss = 0.5 * np.mean(residual**2) + lam * penalty(w)
        return loss, x.T @ residual / len(y) + lam * dpenalty(w)

    return implementation


def _without_bias(w: FloatArray) -> FloatArray:
    return np.concatenate([[0.0], w[1:]])


def _half_squares(w: FloatArray) -> Any:
    return 0.5 * np.sum(w[1:] ** 2)


ridge_loss = Exercise(
    references.ridge_loss,
    points=8,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Loss and gradient with a penalty", 4, _ridge_fits),
        Values("Without penalty", 1, _no_penalty),
        Property("Gradient against the numerical gradient of the same loss", 3, _agrees_with_itself),
    ),
    mistakes=(
        Mistake(
            "the planted bug",
            _ridge(_half_squares, lambda w: w),
            "the bug is still there. The numerical gradient disagrees in entry 0 only: what is special about `w[0]`?",
        ),
        Mistake(
            "bias penalised in the loss too",
            _ridge(lambda w: 0.5 * np.sum(w**2), lambda w: w),
            "loss and gradient agree now, but the loss changed: the bias `w[0]` is not to be penalised. Mend the "
            "gradient.",
        ),
        Mistake(
            "penalty gone from the gradient",
            _ridge(_half_squares, lambda w: np.zeros_like(w)),
            "the penalty has no gradient any more: all entries but the first need λ·w.",
        ),
        Mistake(
            "factor 2",
            _ridge(_half_squares, lambda w: 2 * _without_bias(w)),
            "the ½ in the penalty cancels the 2 of the square: its gradient is λ·w, not 2λ·w.",
        ),
        Mistake(
            "½ missing in the penalty",
            _ridge(lambda w: np.sum(w[1:] ** 2), _without_bias),
            "the penalty in the loss is ½λ times the squares: the ½ is missing.",
        ),
        Mistake(
            "last entry spared",
            _ridge(_half_squares, lambda w: np.concatenate([w[:-1], [0.0]])),
            "the wrong entry is spared: the bias is the *first*, `w[0]`, which meets the column of ones.",
        ),
    ),
)


def _some_batches(rng: Generator) -> Iterator[Case]:
    for n, d, size in ((20, 3, 4), (12, 2, 3)):
        batches = np.stack([rng.permutation(n)[:size] for _ in range(6)])
        yield case(f"batches of {size} of {n} examples", rng.normal(size=(n, d)), batches)


def _extreme_batches(rng: Generator) -> Iterator[Case]:
    yield case("a batch of all examples has no noise", rng.normal(size=(5, 3)), np.stack([rng.permutation(5)] * 2))
    yield case("batches of one example", rng.normal(size=(6, 2)), rng.integers(0, 6, (4, 1)))


def _noise(measure: Callable[[FloatArray, FloatArray, NDArray[np.int64]], Any]) -> Callable[..., Any]:
    """A measure of the batches' mean gradients (T, D) and the full gradient (D,)."""

    def implementation(per_example: FloatArray, batches: NDArray[np.int64]) -> float:
        return float(measure(per_example[batches].mean(axis=1), per_example.mean(axis=0), batches))

    return implementation


def _squared_distances(means: FloatArray, full: FloatArray) -> FloatArray:
    return np.asarray(np.sum((means - full) ** 2, axis=1))


gradient_noise = Exercise(
    references.gradient_noise,
    points=8,
    minutes=15,
    difficulty=3,
    checks=(
        Values("Noise of random batches", 4, _some_batches),
        Values("All examples, and one", 2, _extreme_batches),
    ),
    mistakes=(
        Mistake(
            "root forgotten",
            _noise(lambda means, full, rows: np.mean(_squared_distances(means, full))),
            "this is the mean *squared* distance: take the root at the end.",
        ),
        Mistake(
            "mean of the distances",
            _noise(lambda means, full, rows: np.mean(np.sqrt(_squared_distances(means, full)))),
            "the order matters: square, average over the batches, *then* take the root.",
        ),
        Mistake(
            "averaged over the entries too",
            _noise(lambda means, full, rows: np.sqrt(np.mean((means - full) ** 2))),
            "a distance *sums* the squares over the D entries; only over the batches is there a mean.",
        ),
        Mistake(
            "not compared with the full gradient",
            _noise(lambda means, full, rows: np.sqrt(np.mean(np.sum(means**2, axis=1)))),
            "this is the length of the batch gradients: subtract the gradient of all examples first.",
        ),
        Mistake(
            "batch summed",
            lambda per_example, batches: float(
                np.sqrt(np.mean(_squared_distances(per_example[batches].sum(axis=1), per_example.mean(axis=0))))
            ),
            "the gradient of a batch is the *mean* over its examples, not their sum.",
        ),
        Mistake(
            "spread around the batches' own mean",
            _noise(lambda means, full, rows: np.sqrt(np.mean(_squared_distances(means, means.mean(axis=0))))),
            "distances are taken from the mean of the batches drawn: take them from the gradient of *all* examples.",
        ),
    ),
)
