"""An exercise on batch normalisation while training."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import layers

from .batchnorm_mistakes import MISTAKES


def statistics(rng: Generator, d: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """γ, β, running mean and running variance of d features."""
    gamma = rng.uniform(0.5, 2, d) * rng.choice([-1, 1], d)
    return gamma, rng.normal(size=d), rng.normal(size=d), rng.uniform(0.5, 3, d)


def draw_batch(rng: Generator, n: int, d: int) -> FloatArray:
    return rng.normal(rng.normal(0, 3, d), rng.uniform(0.5, 3, d), (n, d))


def _batches(rng: Generator) -> Iterator[Case]:
    for n, d in ((6, 3), (4, 5)):
        yield case(f"x of shape ({n}, {d})", draw_batch(rng, n, d), *statistics(rng, d))


def _other_settings(rng: Generator) -> Iterator[Case]:
    yield case("momentum 0.7, eps 0.5", draw_batch(rng, 5, 3), *statistics(rng, 3), momentum=0.7, eps=0.5)


def _edges(rng: Generator) -> Iterator[Case]:
    x = draw_batch(rng, 5, 3)
    x[:, 1] = 2
    yield case("a constant feature", x, *statistics(rng, 3))
    yield case("N = D = 3", draw_batch(rng, 3, 3), *statistics(rng, 3))


def _moments(call: Callable[..., Any], rng: Generator) -> None:
    gamma, beta, mean, var = statistics(rng, 4)
    out = np.asarray(call(draw_batch(rng, 50, 4), gamma, beta, mean, var, eps=1e-12)[0], dtype=float)
    if not np.allclose(out.mean(axis=0), beta, atol=1e-9):
        raise Wrong(
            "the mean of `out` over the batch is not beta", f"off by {np.abs(out.mean(axis=0) - beta).max():.3g}"
        )
    ratio = out.std(axis=0) / np.abs(gamma)
    if not np.allclose(ratio, 1, atol=1e-6):
        raise Wrong("the standard deviation of `out` is not |gamma|", f"it is {ratio[0]:.4g} times that in feature 0")


batchnorm_forward = Exercise(
    layers.batchnorm_forward,
    points=12,
    minutes=20,
    difficulty=3,
    forbidden=(layers.batchnorm_inference, layers.fold_batchnorm),
    checks=(
        Values("Output, cache and running statistics", 5, _batches),
        Values("Another momentum, a large ε", 2, _other_settings),
        Values("A constant feature; as many examples as features", 2, _edges),
        Property("Mean β and standard deviation |γ|", 1, _moments),
    ),
    mistakes=MISTAKES,
)
