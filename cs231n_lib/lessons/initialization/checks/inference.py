"""An exercise on batch normalisation in use, where an example must not depend on its company."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import layers

from .batchnorm import draw_batch, statistics


def _in_use(rng: Generator) -> Iterator[Case]:
    for n, d in ((5, 3), (3, 3)):
        yield case(f"x of shape ({n}, {d})", draw_batch(rng, n, d), *statistics(rng, d))
    yield case("eps = 0.5", draw_batch(rng, 4, 2), *statistics(rng, 2), eps=0.5)


def _single(rng: Generator) -> Iterator[Case]:
    yield case("one example", draw_batch(rng, 1, 3), *statistics(rng, 3))


def _company(call: Callable[..., Any], rng: Generator) -> None:
    x, parameters = draw_batch(rng, 6, 3), statistics(rng, 3)
    together, alone = np.asarray(call(x, *parameters)), np.asarray(call(x[:1], *parameters))
    if not np.allclose(together[0], alone[0], rtol=1e-9, atol=1e-9):
        raise Wrong(
            "what comes out for one example depends on the others in its batch",
            f"{together[0, 0]:.4g} among six examples, {alone[0, 0]:.4g} alone",
        )


def _inference(out: Callable[..., Any]) -> Callable[..., Any]:
    """Batch norm in use as ``out(x, gamma, beta, mean, var, eps)``."""

    def implementation(
        x: FloatArray,
        gamma: FloatArray,
        beta: FloatArray,
        running_mean: FloatArray,
        running_var: FloatArray,
        eps: float = 1e-5,
    ) -> Any:
        return out(x, gamma, beta, running_mean, running_var, eps)

    return implementation


batchnorm_inference = Exercise(
    layers.batchnorm_inference,
    points=6,
    minutes=7,
    difficulty=1,
    forbidden=(layers.batchnorm_forward, layers.fold_batchnorm),
    checks=(
        Values("With the running statistics", 2, _in_use),
        Values("A single example", 1, _single),
        Property("An example does not depend on its company", 1, _company),
    ),
    mistakes=(
        Mistake(
            "as in training",
            _inference(lambda x, g, b, m, v, eps: g * (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps) + b),
            "this takes the mean and variance of the batch at hand, as in training. In use take the running ones: a "
            "single example has no variance.",
        ),
        Mistake(
            "root missing",
            _inference(lambda x, g, b, m, v, eps: g * (x - m) / (v + eps) + b),
            "you divide by the running variance: take its root.",
        ),
        Mistake(
            "root and ε missing",
            _inference(lambda x, g, b, m, v, eps: g * (x - m) / v + b),
            "you divide by the running variance: take the root, √(running_var + ε).",
        ),
        Mistake(
            "ε outside the root",
            _inference(lambda x, g, b, m, v, eps: g * (x - m) / (np.sqrt(v) + eps) + b),
            "ε belongs inside the root, as in training: √(running_var + ε).",
        ),
        Mistake(
            "ε missing",
            _inference(lambda x, g, b, m, v, eps: g * (x - m) / np.sqrt(v) + b),
            "ε is missing: what runs in use must be the function that was trained.",
        ),
        Mistake(
            "scale and shift left out",
            _inference(lambda x, g, b, m, v, eps: (x - m) / np.sqrt(v + eps)),
            "γ and β are missing. They were learned, and the next layer counts on them.",
        ),
        Mistake(
            "scale left out",
            _inference(lambda x, g, b, m, v, eps: (x - m) / np.sqrt(v + eps) + b),
            "γ is missing: gamma * x̂ + beta.",
        ),
        Mistake(
            "shift left out",
            _inference(lambda x, g, b, m, v, eps: g * (x - m) / np.sqrt(v + eps)),
            "β is missing: gamma * x̂ + beta.",
        ),
        Mistake(
            "scale and shift exchanged",
            _inference(lambda x, g, b, m, v, eps: b * (x - m) / np.sqrt(v + eps) + g),
            "γ and β are exchanged: gamma * x̂ + beta.",
        ),
        Mistake(
            "brackets of the difference",
            _inference(lambda x, g, b, m, v, eps: g * x - m / np.sqrt(v + eps) + b),
            "`gamma * x - running_mean / …` divides the mean alone: put x − mean in brackets.",
        ),
        Mistake(
            "mean added",
            _inference(lambda x, g, b, m, v, eps: g * (x + m) / np.sqrt(v + eps) + b),
            "the mean is added where it should be subtracted: x − mean.",
        ),
        Mistake(
            "ε typed in",
            _inference(lambda x, g, b, m, v, eps: g * (x - m) / np.sqrt(v + 1e-5) + b),
            "1e-5 is typed in: use `eps`, which the caller may set.",
        ),
        Mistake(
            "out and cache",
            _inference(lambda x, g, b, m, v, eps: (g * (x - m) / np.sqrt(v + eps) + b, None)),
            "two values come back. In use there is no way back, so no cache: return `out` alone.",
        ),
        Mistake(
            "shift before scale",
            _inference(lambda x, g, b, m, v, eps: g * ((x - m) / np.sqrt(v + eps) + b)),
            "β is scaled as well: first multiply by γ, then add β.",
        ),
        Mistake(
            "mean of the batch",
            _inference(lambda x, g, b, m, v, eps: g * (x - x.mean(axis=0)) / np.sqrt(v + eps) + b),
            "the variance is the running one, the mean that of the batch: both must be the running ones.",
        ),
        Mistake(
            "variance of the batch",
            _inference(lambda x, g, b, m, v, eps: g * (x - m) / np.sqrt(x.var(axis=0) + eps) + b),
            "the mean is the running one, the variance that of the batch: both must be the running ones.",
        ),
    ),
)
