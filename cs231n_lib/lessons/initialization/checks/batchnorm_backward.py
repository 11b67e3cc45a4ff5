"""Exercise on the backward pass of batch normalisation in one line."""

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
    yield case("the same dout for all examples, so that dx is 0", np.tile(rng.normal(size=2), (6, 1)), cache)
    yield case("dout proportional to x̂", graph["xhat"] * rng.uniform(1, 2, 2), cache)


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
    covers="sign one repeated",
    importance="core",
    checks=(
        Values("All three gradients with a random upstream gradient", 5, _caches),
        Values("Equal dout for all examples, and dout proportional to x̂", 1, _even_upstream),
        Property("Each gradient against the numerical gradient", 2, _against_numerical),
    ),
    slips="""
        variance path missing
            - normalized * along.mean(axis=0) →
            the path through the variance adds nothing to your `dx`. From dout, subtract x̂ times the mean of the
            *product* dout·x̂, which is not the product of two means.
        mean path missing
            - dout.mean(axis=0) →
            you leave the path through the mean out of `dx`. From dout, subtract its mean over the batch, too.
        both paths missing
            (dout - dout.mean(axis=0) - normalized * along.mean(axis=0)) → dout
            you treat μ and σ as constants. Include the two paths through them, because they are computed from x.
        scale missing
            scale * (dout → (dout
            you leave the factor γ/√(σ² + ε) out of `dx`. Take it from the cache.
        dout without its N
            scale * (dout → scale / len(dout) * (dout
            dout.mean → dout.sum
            along.mean → along.sum
            you divide all three terms of `dx` by N. Divide only the two sums, because only they must become means.
        sums for means
            dout.mean → dout.sum
            along.mean → along.sum
            you subtract sums over the batch in `dx`. Subtract means.
        over the features
            dout.mean(axis=0) → dout.mean(axis=1, keepdims=True)
            along.mean(axis=0) → along.mean(axis=1, keepdims=True)
            you average over the features in `dx`. Average over the batch, axis 0.
        means for sums
            along.sum(axis=0), dout.sum → along.mean(axis=0), dout.mean
            you compute `dgamma` and `dbeta` as means. *Sum* over the rows, because γ and β are used in each of them.
        sum for the first mean
            dout.mean → dout.sum
            you subtract the sum of dout in `dx`. Divide it by N, because `dx` needs the mean.
        sum for the second mean
            along.mean → along.sum
            you multiply x̂ by the sum of dout·x̂ in `dx`. Divide the sum by N, because `dx` needs the mean.
        over everything
            dout.mean(axis=0) → dout.mean()
            along.mean(axis=0) → along.mean()
            you take the means in `dx` over the whole array. Take one for each feature, over axis 0.
        scale before the bracket
            (dout → dout
            along.mean(axis=0)) → along.mean(axis=0)
            you multiply only dout by the factor γ/√(σ² + ε). Put all three terms in brackets, because the factor
            applies to each of them.
        divided by the scale
            dx = scale * → dx = 1 / scale *
            you divide by the second entry of the cache in `dx`. Multiply by it, because it is the factor γ/√(σ² + ε).
        sign of the second mean
            - normalized * → + normalized *
            you add the term with x̂ in `dx`. Subtract it.
        second mean without x̂
            - normalized * along → - along
            you subtract the mean of dout·x̂ itself. Multiply this mean by x̂ before you subtract it.
        x̂ under the mean
            normalized * along.mean(axis=0) → (normalized * along).mean(axis=0)
            you include both factors x̂ in the mean. Take the mean of dout·x̂ first, and then multiply by x̂.
        axes kept
            along.sum(axis=0), dout.sum(axis=0) → along.sum(axis=0, keepdims=True), dout.sum(axis=0, keepdims=True)
            your numbers are right, but `dgamma` and `dbeta` have the shape (1, D). Remove `keepdims=True` or the step
            that adds the axis.
        dgamma and dbeta exchanged
            along.sum(axis=0), dout.sum(axis=0) → dout.sum(axis=0), along.sum(axis=0)
            you exchange `dgamma` and `dbeta`. Return the sum that contains x̂ second, because γ multiplies x̂, and the
            sum of dout last.
        dgamma without x̂
            along.sum(axis=0) → dout.sum(axis=0)
            you compute `dgamma` like `dbeta`. Sum dout·x̂, because γ multiplies x̂.
        sums of a changed dout
            (dout - dout.mean(axis=0) - normalized * along.mean(axis=0)) → dout
            dx = scale → dout -= dout.mean(axis=0) + normalized * along.mean(axis=0) ⏎ dx = scale
            along.sum → (dout * normalized).sum
            you compute `dgamma` and `dbeta` from the difference in the bracket of `dx` instead of from `dout`. Leave
            `dout` as it is, and store the difference in a new array with another name.
        dout changed after the sums
            along.sum(axis=0), dout.sum(axis=0) → dgamma, dbeta
            (dout - dout.mean(axis=0) - normalized * along.mean(axis=0)) → dout
            dx = scale → dgamma, dbeta = along.sum(axis=0), dout.sum(axis=0) ⏎ dx = scale
            dx = scale → dout -= dout.mean(axis=0) + normalized * along.mean(axis=0) ⏎ dx = scale
            your values are right, but you change the caller's `dout` in place. Compute the difference in a new array.
    """,
)
