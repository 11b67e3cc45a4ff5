"""What students write for batch normalisation while training, and the sentence that helps them out of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cs231n_lib.checks import Mistake
from cs231n_lib.contracts import FloatArray

Step = Callable[..., Any]


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


@dataclass
class _Given:
    """The arguments of one call, with the statistics of its batch."""

    x: FloatArray
    gamma: FloatArray
    beta: FloatArray
    running_mean: FloatArray
    running_var: FloatArray
    momentum: float = 0.9
    eps: float = 1e-5

    def __post_init__(self) -> None:
        self.mean, self.var = self.x.mean(axis=0), self.x.var(axis=0)


def _then(change: Step) -> Callable[..., Any]:
    """The right results ``change(given, out, cache, mean, var)``d on their way out."""
    return lambda *args, **kwargs: change(_Given(*args, **kwargs), *_forward()(*args, **kwargs))


def _normalized_by(mean: FloatArray, var: FloatArray, given: _Given, after: tuple[FloatArray, FloatArray]) -> Any:
    std = np.sqrt(var + given.eps)
    normalized = (given.x - mean) / std
    return given.gamma * normalized + given.beta, (normalized, given.gamma / std), *after


MISTAKES = (
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
        "root of the root",
        _forward(var=lambda x, mean: x.std(axis=0)),
        "a root too many: `std` is the root of the variance already. Take `var`.",
    ),
    Mistake(
        "mean of the squares",
        _forward(var=lambda x, mean: np.mean(x**2, axis=0)),
        "the variance is the mean of (x − μ)², and not of x².",
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
        "over the features, without their axis",
        _forward(mean=lambda x: x.mean(axis=1), var=lambda x, mean: x.var(axis=1)),
        "`axis=1` averages over the features of each example. Each feature has its own mean over the batch: axis 0.",
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
        "running statistics returned as they came",
        _forward(follow=lambda running, batch, momentum: running.copy()),
        "the output is right, but the running statistics are the old ones: let them follow this batch.",
    ),
    Mistake(
        "batch not weighed",
        _forward(follow=lambda running, batch, momentum: momentum * running + batch),
        "the running statistics add the whole batch: its share is (1 − momentum), so that the shares make 1.",
    ),
    Mistake(
        "momentum typed in",
        _forward(follow=lambda running, batch, momentum: 0.9 * running + 0.1 * batch),
        "0.9 is typed in: use `momentum`, which the caller may set.",
    ),
    Mistake(
        "ε typed in",
        _forward(std=lambda var, eps: np.sqrt(var + 1e-5)),
        "1e-5 is typed in: use `eps`, which the caller may set.",
    ),
    Mistake(
        "running standard deviation",
        _then(lambda g, out, cache, m, v: (out, cache, m, v + (1 - g.momentum) * (np.sqrt(g.var) - g.var))),
        "`running_var` follows the standard deviation: it is the *variance*, σ², that it follows.",
    ),
    Mistake(
        "running variance with ε",
        _then(lambda g, out, cache, m, v: (out, cache, m, v + (1 - g.momentum) * g.eps)),
        "`running_var` follows σ² + ε. It follows σ² alone; ε is added where it is used.",
    ),
    Mistake(
        "running variance with another divisor",
        _then(lambda g, out, cache, m, v: (out, cache, m, v + (1 - g.momentum) * g.var / (len(g.x) - 1))),
        "`running_var` follows a variance divided by N − 1. Here it follows the one that the batch is divided by, σ².",
    ),
    Mistake(
        "in place",
        _forward(follow=_followed_in_place),
        "all values are right, but `*=` and `+=` write into the caller's arrays. Return new ones.",
    ),
    Mistake(
        "normalised with the running statistics",
        _then(lambda g, out, cache, m, v: _normalized_by(g.running_mean, g.running_var, g, (m, v))),
        "you normalise with the running statistics. While training it is the *batch's* own mean and variance.",
    ),
    Mistake(
        "normalised with the new running statistics",
        _then(lambda g, out, cache, m, v: _normalized_by(m, v, g, (m, v))),
        "you normalise with the running statistics. While training it is the *batch's* own mean and variance.",
    ),
    Mistake(
        "out alone",
        _then(lambda g, out, cache, m, v: out),
        "this returns `out` alone. Four values are asked: out, the cache, and both running statistics.",
    ),
    Mistake(
        "cache without γ",
        _then(lambda g, out, cache, m, v: (out, (cache[0], cache[1] / g.gamma), m, v)),
        "`out` is right, and so are the statistics. The second entry of the cache is γ/√(σ² + ε), with γ.",
    ),
    Mistake(
        "γ alone in the cache",
        _then(lambda g, out, cache, m, v: (out, (cache[0], g.gamma), m, v)),
        "`out` is right. The second entry of the cache is γ/√(σ² + ε), and not γ alone.",
    ),
    Mistake(
        "root alone in the cache",
        _then(lambda g, out, cache, m, v: (out, (cache[0], g.gamma / cache[1]), m, v)),
        "`out` is right. The second entry of the cache is γ/√(σ² + ε), and not the root alone.",
    ),
    Mistake(
        "cache without ε",
        _then(lambda g, out, cache, m, v: (out, (cache[0], g.gamma / np.sqrt(g.var)), m, v)),
        "`out` is right. The second entry of the cache lacks the ε: γ/√(σ² + ε).",
    ),
    Mistake(
        "x − μ in the cache",
        _then(lambda g, out, cache, m, v: (out, (g.x - g.mean, cache[1]), m, v)),
        "`out` is right. The first entry of the cache is x̂, after the division, and not x − μ.",
    ),
    Mistake(
        "cache exchanged",
        _then(lambda g, out, cache, m, v: (out, cache[::-1], m, v)),
        "the two entries of the cache are in the other order: (x̂, γ/√(σ² + ε)).",
    ),
    Mistake(
        "cache last",
        _then(lambda g, out, cache, m, v: (out, m, v, cache)),
        "the cache comes second: (out, cache, running_mean, running_var).",
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
    Mistake(
        "shift scaled",
        _then(lambda g, out, cache, m, v: (g.gamma * (cache[0] + g.beta), cache, m, v)),
        "β is scaled as well: first multiply by γ, then add β.",
    ),
    Mistake(
        "scale and shift exchanged",
        _then(lambda g, out, cache, m, v: (g.beta * cache[0] + g.gamma, cache, m, v)),
        "γ and β are exchanged: gamma * x̂ + beta.",
    ),
)
