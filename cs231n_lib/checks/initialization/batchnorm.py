"""An exercise on batch normalisation while training."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib import layers
from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray

Step = Callable[..., Any]


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


def _forward(
    mean: Step = lambda x: x.mean(axis=0),
    var: Step = lambda x, mean: x.var(axis=0),
    std: Step = lambda var, eps: np.sqrt(var + eps),
    shift: Step = lambda normalized, scaled, beta: scaled + beta,
    follow: Step = lambda running, batch, momentum: momentum * running + (1 - momentum) * batch,
) -> Callable[..., Any]:
    """Batch norm while training with some steps written otherwise."""

    def implementation(
        x: FloatArray,
        gamma: FloatArray,
        beta: FloatArray,
        running_mean: FloatArray,
        running_var: FloatArray,
        momentum: float = 0.9,
        eps: float = 1e-5,
    ) -> Any:
        batch_mean = mean(x)
        batch_var = var(x, batch_mean)
        deviation = std(batch_var, eps)
        normalized = (x - batch_mean) / deviation
        out = shift(normalized, gamma * normalized, beta)
        after = follow(running_mean, batch_mean, momentum), follow(running_var, batch_var, momentum)
        return out, (normalized, gamma / deviation), *after

    return implementation


def _followed_in_place(running: FloatArray, batch: FloatArray, momentum: float) -> FloatArray:
    running *= momentum
    running += (1 - momentum) * batch
    return running


def _with_running(
    x: FloatArray,
    gamma: FloatArray,
    beta: FloatArray,
    running_mean: FloatArray,
    running_var: FloatArray,
    momentum: float = 0.9,
    eps: float = 1e-5,
) -> Any:
    mean, var = x.mean(axis=0), x.var(axis=0)
    std = np.sqrt(running_var + eps)
    normalized = (x - running_mean) / std
    new = momentum * running_mean + (1 - momentum) * mean, momentum * running_var + (1 - momentum) * var
    return gamma * normalized + beta, (normalized, gamma / std), *new


def _cache_without_gamma(out: Any, cache: Any, *statistics: Any, gamma: FloatArray) -> Any:
    normalized, scale = cache
    return out, (normalized, scale / gamma), *statistics


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
    mistakes=(
        Mistake(
            "formula of the notes",
            _forward(var=lambda x, mean: np.mean(x - mean, axis=0), std=lambda var, eps: np.sqrt(var) + eps),
            "this is the formula of the notes, and it has two slips: the variance is the mean of the *squares* of "
            "x − μ, and ε belongs inside the root.",
        ),
        Mistake(
            "square missing",
            _forward(var=lambda x, mean: np.mean(x - mean, axis=0)),
            "the variance is the mean of the *squares* of x − μ. Without the square it is 0 but for rounding, and you "
            "divide by little more than ε.",
        ),
        Mistake(
            "root missing",
            _forward(std=lambda var, eps: var + eps),
            "you divide by the variance: divide by its root, the standard deviation.",
        ),
        Mistake(
            "ε outside the root",
            _forward(std=lambda var, eps: np.sqrt(var) + eps),
            "ε is added to the root. It belongs inside: √(σ² + ε).",
        ),
        Mistake(
            "ε missing",
            _forward(std=lambda var, eps: np.sqrt(var)),
            "ε is missing: √(σ² + ε). A feature that is constant in a batch is else divided by 0.",
        ),
        Mistake(
            "divisor one less",
            _forward(var=lambda x, mean: x.var(axis=0, ddof=1)),
            "the variance is divided by N − 1 (ddof=1). Over a batch divide by N, NumPy's default.",
        ),
        Mistake(
            "over the features",
            _forward(mean=lambda x: x.mean(axis=1, keepdims=True), var=lambda x, mean: x.var(axis=1, keepdims=True)),
            "you average over the *features* of each example. Each feature has its own mean over the batch: axis 0. "
            "(Over the features it would be layer norm.)",
        ),
        Mistake(
            "over everything",
            _forward(mean=lambda x: np.full(x.shape[1], x.mean()), var=lambda x, mean: np.full(x.shape[1], x.var())),
            "one mean for the whole array: take one for each feature, over axis 0.",
        ),
        Mistake(
            "one variance for all",
            _forward(var=lambda x, mean: np.mean((x - mean) ** 2)),
            "the variance is one number for the whole array: take one for each feature, `axis=0`.",
        ),
        Mistake(
            "shares exchanged",
            _forward(follow=lambda running, batch, momentum: momentum * batch + (1 - momentum) * running),
            "the output is right. In the running statistics the shares are exchanged: momentum is what *stays*, 0.9 "
            "of the old.",
        ),
        Mistake(
            "running statistics overwritten",
            _forward(follow=lambda running, batch, momentum: batch),
            "the running statistics are those of this batch alone: they must *follow* the batches, slowly.",
        ),
        Mistake(
            "in place",
            _forward(follow=_followed_in_place),
            "all values are right, but `*=` and `+=` write into the caller's arrays. Return new ones.",
        ),
        Mistake(
            "normalised with the running statistics",
            _with_running,
            "you normalise with the running statistics. While training it is the *batch's* own mean and variance.",
        ),
        Mistake(
            "out alone",
            lambda *args, **kwargs: _forward()(*args, **kwargs)[0],
            "this returns `out` alone. Four values are asked: out, the cache, and both running statistics.",
        ),
        Mistake(
            "cache without γ",
            lambda *args, **kwargs: _cache_without_gamma(*_forward()(*args, **kwargs), gamma=args[1]),
            "`out` is right, and so are the statistics. The second entry of the cache is γ/√(σ² + ε), with γ.",
        ),
        Mistake(
            "shift left out",
            _forward(shift=lambda normalized, scaled, beta: scaled),
            "β is missing: gamma * x̂ + beta.",
        ),
        Mistake(
            "scale left out",
            _forward(shift=lambda normalized, scaled, beta: normalized + beta),
            "`out` lacks γ: gamma * x̂ + beta.",
        ),
    ),
)
