"""An exercise on the way back through batch normalisation, in one line."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.functions import layers

from .draws import EPS, draw, normalize, pull


def _caches(rng: Generator) -> Cases:
    for n, d in ((5, 3), (3, 4), (3, 3)):
        dout, x, gamma = draw(rng, n, d)
        graph = normalize(x, EPS)
        yield case(f"x of shape ({n}, {d})", dout, (graph["xhat"], gamma / graph["std"]))


def _even_upstream(rng: Generator) -> Cases:
    _, x, gamma = draw(rng, 6, 2)
    graph = normalize(x, EPS)
    cache = graph["xhat"], gamma / graph["std"]
    yield case("the same dout for all examples: dx is 0", np.tile(rng.normal(size=2), (6, 1)), cache)
    yield case("dout along x̂", graph["xhat"] * rng.uniform(1, 2, 2), cache)


def _against_numerical(call: Function, rng: Generator) -> None:
    dout, x, gamma = draw(rng)
    graph = normalize(x, EPS)
    dx, dgamma, dbeta = call(dout, (graph["xhat"], gamma / graph["std"]))
    require_gradient("dx", dx, lambda x: pull(dout, x, gamma, EPS), x)
    require_gradient("dgamma", dgamma, lambda gamma: pull(dout, x, gamma, EPS), gamma)
    require_gradient("dbeta", dbeta, lambda beta: float(np.sum(dout * beta)), np.ones(3))


batchnorm_backward = Exercise(
    layers.batchnorm_backward,
    points=10,
    minutes=15,
    difficulty=3,
    importance="core",
    checks=(
        Values("All three gradients with a random upstream", 5, _caches),
        Values("Two upstreams that batch norm cancels", 1, _even_upstream),
        Property("Each gradient against the numerical one", 2, _against_numerical),
    ),
    slips="""
        variance path missing
            - normalized * along.mean(axis=0) →
            the way through the variance is missing in `dx`: subtract x̂ times the mean of dout·x̂, too. (The mean of
            the product; the product of the two means is 0.)
        mean path missing
            - dout.mean(axis=0) →
            the way through the mean is missing in `dx`: subtract the mean of dout, too.
        both paths missing
            (dout - dout.mean(axis=0) - normalized * along.mean(axis=0)) → dout
            this takes μ and σ for constants. They are made of x, so two more ways lead back to it.
        scale missing
            scale * (dout → (dout
            `dx` lacks the factor γ/√(σ² + ε), which the cache holds.
        dout without its N
            scale * (dout → scale / len(dout) * (dout
            dout.mean → dout.sum
            along.mean → along.sum
            with 1/N in front of the bracket, `dout` in it is multiplied by N: the two sums are means, dout is none.
        sums for means
            dout.mean → dout.sum
            along.mean → along.sum
            `dx` subtracts sums over the batch, where the formula has means.
        over the features
            dout.mean(axis=0) → dout.mean(axis=1, keepdims=True)
            along.mean(axis=0) → along.mean(axis=1, keepdims=True)
            `dx` averages over the features: the means go over the batch, axis 0.
        means for sums
            along.sum(axis=0), dout.sum → along.mean(axis=0), dout.mean
            these are means where sums belong: γ and β work in every row, so `dgamma` and `dbeta` are *sums*.
        sum for the first mean
            dout.mean → dout.sum
            the first mean in `dx` is a sum, as `dbeta` is one: divide by N.
        sum for the second mean
            along.mean → along.sum
            the second mean in `dx` is a sum, as `dgamma` is one: divide by N.
        over everything
            dout.mean(axis=0) → dout.mean()
            along.mean(axis=0) → along.mean()
            the means in `dx` are taken over the whole array: each feature has its own, over axis 0.
        scale before the bracket
            (dout → dout
            along.mean(axis=0)) → along.mean(axis=0)
            the factor γ/√(σ² + ε) multiplies dout alone: it belongs to all three terms, so put them in brackets.
        divided by the scale
            dx = scale * → dx = 1 / scale *
            `dx` is divided by what the cache holds. That is the factor γ/√(σ² + ε) already: multiply.
        sign of the second mean
            - normalized * → + normalized *
            the term with x̂ is added in `dx`: both are subtracted.
        second mean without x̂
            - normalized * along → - along
            the mean of dout·x̂ is subtracted as it is: multiply it by x̂ first.
        x̂ under the mean
            normalized * along.mean(axis=0) → (normalized * along).mean(axis=0)
            the first x̂ is drawn into the mean: multiply by it *after* the mean of dout·x̂.
        dgamma and dbeta exchanged
            along.sum(axis=0), dout.sum(axis=0) → dout.sum(axis=0), along.sum(axis=0)
            the last two results are in the other order: (dx, dgamma, dbeta) is asked.
        dgamma without x̂
            along.sum(axis=0) → dout.sum(axis=0)
            `dgamma` equals `dbeta`: γ multiplies x̂, so sum dout·x̂.
        dout changed
            (dout - dout.mean(axis=0) - normalized * along.mean(axis=0)) → dout
            dx = scale → dout -= dout.mean(axis=0) + normalized * along.mean(axis=0) ⏎ dx = scale
            along.sum → (dout * normalized).sum
            `dout -= …` writes into the caller's array, and what you compute from it afterwards is wrong. Make a new
            array.
        dout changed after the sums
            along.sum(axis=0), dout.sum(axis=0) → dgamma, dbeta
            (dout - dout.mean(axis=0) - normalized * along.mean(axis=0)) → dout
            dx = scale → dgamma, dbeta = along.sum(axis=0), dout.sum(axis=0) ⏎ dx = scale
            dx = scale → dout -= dout.mean(axis=0) + normalized * along.mean(axis=0) ⏎ dx = scale
            all values are right, but `dout -= …` writes into the caller's array. Make a new one.
    """,
)
