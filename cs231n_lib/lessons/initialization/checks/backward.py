"""An exercise on the way back through batch normalisation, in one line."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import layers

from .staged import EPS, draw, pull
from .staged_mistakes import normalize


def _caches(rng: Generator) -> Iterator[Case]:
    for n, d in ((5, 3), (3, 4), (3, 3)):
        dout, x, gamma = draw(rng, n, d)
        graph = normalize(x, EPS)
        yield case(f"x of shape ({n}, {d})", dout, (graph["xhat"], gamma / graph["std"]))


def _even_upstream(rng: Generator) -> Iterator[Case]:
    _, x, gamma = draw(rng, 6, 2)
    graph = normalize(x, EPS)
    cache = graph["xhat"], gamma / graph["std"]
    yield case("the same dout for all examples: dx is 0", np.tile(rng.normal(size=2), (6, 1)), cache)
    yield case("dout along x̂", graph["xhat"] * rng.uniform(1, 2, 2), cache)


def _against_numerical(call: Callable[..., Any], rng: Generator) -> None:
    dout, x, gamma = draw(rng)
    graph = normalize(x, EPS)
    dx, dgamma, dbeta = call(dout, (graph["xhat"], gamma / graph["std"]))
    require_gradient("dx", dx, lambda x: pull(dout, x, gamma, EPS), x)
    require_gradient("dgamma", dgamma, lambda gamma: pull(dout, x, gamma, EPS), gamma)
    require_gradient("dbeta", dbeta, lambda beta: float(np.sum(dout * beta)), np.ones(3))


Part = Callable[[FloatArray, FloatArray, FloatArray], Any]


def _short(
    dx: Part = lambda dout, xhat, scale: scale * (dout - dout.mean(axis=0) - xhat * (dout * xhat).mean(axis=0)),
    dgamma: Part = lambda dout, xhat, scale: (dout * xhat).sum(axis=0),
    dbeta: Part = lambda dout, xhat, scale: dout.sum(axis=0),
) -> Callable[..., Any]:
    """The short formulas, some of them written otherwise."""
    return lambda dout, cache: tuple(part(dout, *cache) for part in (dx, dgamma, dbeta))


def _in_place(dout: FloatArray, xhat: FloatArray, scale: FloatArray) -> FloatArray:
    along = (dout * xhat).mean(axis=0)
    dout -= dout.mean(axis=0)
    dout -= xhat * along
    return dout * scale


batchnorm_backward = Exercise(
    layers.batchnorm_backward,
    points=10,
    minutes=15,
    difficulty=3,
    checks=(
        Values("All three gradients with a random upstream", 5, _caches),
        Values("Two upstreams that batch norm cancels", 1, _even_upstream),
        Property("Each gradient against the numerical one", 2, _against_numerical),
    ),
    mistakes=(
        Mistake(
            "variance path missing",
            _short(dx=lambda dout, xhat, scale: scale * (dout - dout.mean(axis=0))),
            "the way through the variance is missing in `dx`: subtract x̂ times the mean of dout·x̂, too. (The mean of "
            "the product; the product of the two means is 0.)",
        ),
        Mistake(
            "mean path missing",
            _short(dx=lambda dout, xhat, scale: scale * (dout - xhat * (dout * xhat).mean(axis=0))),
            "the way through the mean is missing in `dx`: subtract the mean of dout, too.",
        ),
        Mistake(
            "both paths missing",
            _short(dx=lambda dout, xhat, scale: scale * dout),
            "this takes μ and σ for constants. They are made of x, so two more ways lead back to it.",
        ),
        Mistake(
            "scale missing",
            _short(dx=lambda dout, xhat, scale: dout - dout.mean(axis=0) - xhat * (dout * xhat).mean(axis=0)),
            "`dx` lacks the factor γ/√(σ² + ε), which the cache holds.",
        ),
        Mistake(
            "sums for means",
            _short(dx=lambda dout, xhat, scale: scale * (dout - dout.sum(axis=0) - xhat * (dout * xhat).sum(axis=0))),
            "`dx` subtracts sums over the batch, where the formula has means.",
        ),
        Mistake(
            "over the features",
            _short(
                dx=lambda dout, xhat, scale: (
                    scale * (dout - dout.mean(axis=1, keepdims=True) - xhat * (dout * xhat).mean(axis=1, keepdims=True))
                )
            ),
            "`dx` averages over the features: the means go over the batch, axis 0.",
        ),
        Mistake(
            "means for sums",
            _short(
                dgamma=lambda dout, xhat, scale: (dout * xhat).mean(axis=0),
                dbeta=lambda dout, xhat, scale: dout.mean(axis=0),
            ),
            "a mean stands where a sum belongs: γ and β work in every row, so `dgamma` and `dbeta` are *sums*.",
        ),
        Mistake(
            "sum for the second mean",
            _short(dx=lambda dout, xhat, scale: scale * (dout - dout.mean(axis=0) - xhat * (dout * xhat).sum(axis=0))),
            "the second mean in `dx` is a sum, as `dgamma` is one: divide by N.",
        ),
        Mistake(
            "over everything",
            _short(dx=lambda dout, xhat, scale: scale * (dout - dout.mean() - xhat * (dout * xhat).mean())),
            "the means in `dx` are taken over the whole array: each feature has its own, over axis 0.",
        ),
        Mistake(
            "scale before the bracket",
            _short(dx=lambda dout, xhat, scale: scale * dout - dout.mean(axis=0) - xhat * (dout * xhat).mean(axis=0)),
            "the factor γ/√(σ² + ε) multiplies dout alone: it belongs to all three terms, so put them in brackets.",
        ),
        Mistake(
            "divided by the scale",
            _short(dx=lambda dout, xhat, scale: (dout - dout.mean(axis=0) - xhat * (dout * xhat).mean(axis=0)) / scale),
            "`dx` is divided by what the cache holds. That is the factor γ/√(σ² + ε) already: multiply.",
        ),
        Mistake(
            "sign of the second mean",
            _short(dx=lambda dout, xhat, scale: scale * (dout - dout.mean(axis=0) + xhat * (dout * xhat).mean(axis=0))),
            "the term with x̂ is added in `dx`: both are subtracted.",
        ),
        Mistake(
            "second mean without x̂",
            _short(dx=lambda dout, xhat, scale: scale * (dout - dout.mean(axis=0) - (dout * xhat).mean(axis=0))),
            "the mean of dout·x̂ is subtracted as it is: multiply it by x̂ first.",
        ),
        Mistake(
            "x̂ under the mean",
            _short(dx=lambda dout, xhat, scale: scale * (dout - dout.mean(axis=0) - (xhat * dout * xhat).mean(axis=0))),
            "the first x̂ is drawn into the mean: multiply by it *after* the mean of dout·x̂.",
        ),
        Mistake(
            "dgamma and dbeta exchanged",
            lambda dout, cache: (_short()(dout, cache)[0], *_short()(dout, cache)[:0:-1]),
            "the last two results are in the other order: (dx, dgamma, dbeta) is asked.",
        ),
        Mistake(
            "dgamma without x̂",
            _short(dgamma=lambda dout, xhat, scale: dout.sum(axis=0)),
            "`dgamma` equals `dbeta`: γ multiplies x̂, so sum dout·x̂.",
        ),
        Mistake(
            "dout changed",
            _short(dx=_in_place),
            "`dout -= …` writes into the caller's array, and what you compute from it afterwards is wrong. Make a new "
            "array.",
        ),
    ),
)
