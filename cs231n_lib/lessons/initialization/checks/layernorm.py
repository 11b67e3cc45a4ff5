"""Bonus exercise of lesson 06 on layer norm, forward and backward."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Caller, Cases, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_own_gradient
from cs231n_lib.contracts import FloatArray

from . import references
from .draws import EPS, batch, both_signs


def _arguments(rng: Generator, n: int, d: int) -> tuple[FloatArray, ...]:
    """x, γ, β and dout.

    Both the examples and the features of x differ in mean and standard deviation.
    """
    x = batch(rng, n, d) + both_signs(rng, n, 1, 4)[:, np.newaxis]
    return x, both_signs(rng, d), both_signs(rng, d), rng.normal(size=(n, d))


def _batches(rng: Generator) -> Cases:
    for n, d in ((4, 6), (5, 3)):
        yield case(f"x of shape ({n}, {d})", *_arguments(rng, n, d))


def _edges(rng: Generator) -> Cases:
    yield case("N = D = 4", *_arguments(rng, 4, 4))
    yield case("a batch of one", *_arguments(rng, 1, 5))
    x, *others = _arguments(rng, 3, 4)
    x[1] = 2
    yield case("an example whose features are all equal", x, *others, eps=EPS)


def _company(call: Function, rng: Generator) -> None:
    x, gamma, beta, dout = _arguments(rng, 6, 4)
    together, alone = call(x, gamma, beta, dout), call(x[:1], gamma, beta, dout[:1])
    for name, all_six, one in zip(("out", "dx"), together, alone, strict=False):
        if not np.allclose(np.asarray(all_six)[0], np.asarray(one)[0], rtol=1e-9, atol=1e-12):
            raise Violation(f"`{name}` of one example depends on the other examples in its batch")


def _gradients(call: Caller, rng: Generator) -> None:
    x, gamma, beta, dout = _arguments(rng, 3, 5)
    _, dx, dgamma, dbeta = call(x, gamma, beta, dout, EPS)

    def total(result: Any) -> float:
        return float(np.sum(dout * result[0]))

    require_own_gradient("dx", dx, call, lambda x: (x, gamma, beta, dout, EPS), total, x)
    require_own_gradient("dgamma", dgamma, call, lambda gamma: (x, gamma, beta, dout, EPS), total, gamma)
    require_own_gradient("dbeta", dbeta, call, lambda beta: (x, gamma, beta, dout, EPS), total, beta)


layernorm = Bonus(
    references.layernorm,
    minutes=30,
    difficulty=4,
    covers="sign one repeated",
    examples_rows=("A large ε",),
    checks=(
        Values("Output and gradients", 6.5, _batches),
        Values("A large ε", 1.25, lambda rng: [case("ε = 0.3", *_arguments(rng, 3, 5), eps=EPS)]),
        Values("N = D, a batch of one, and equal features", 1.25, _edges),
        Property("Each example independent of the others", 0.75, _company),
        Property("Each gradient against the numerical gradient of the same output", 1.25, _gradients),
    ),
    slips="""
        batch norm
            x.mean(axis=1, keepdims=True) → x.mean(axis=0)
            x.var(axis=1, keepdims=True) → x.var(axis=0)
            (dnormalized * normalized).mean(axis=1, keepdims=True) → (dnormalized * normalized).mean(axis=0)
            dnormalized.mean(axis=1, keepdims=True) → dnormalized.mean(axis=0)
            you compute batch norm, with all means and the variance over the batch. Take them for each *example* over
            its features, with `axis=1, keepdims=True`, in the backward pass, too.
        statistics over the batch
            x.mean(axis=1, keepdims=True) → x.mean(axis=0)
            x.var(axis=1, keepdims=True) → x.var(axis=0)
            you take the mean and variance over the batch, as in batch norm. Take those of each *example*, with `axis=1,
            keepdims=True`.
        variance over the batch
            x.var(axis=1, keepdims=True) → x.var(axis=0)
            you take the variance over the batch. Take that of each *example*, with `axis=1, keepdims=True`.
        statistics over everything
            x.mean(axis=1, keepdims=True) → x.mean()
            x.var(axis=1, keepdims=True) → x.var()
            you compute one mean and one variance for the whole array. Compute one of each for every example, with
            `axis=1, keepdims=True`.
        statistics over everything, forward and backward
            x.mean(axis=1, keepdims=True) → x.mean()
            x.var(axis=1, keepdims=True) → x.var()
            (dnormalized * normalized).mean(axis=1, keepdims=True) → (dnormalized * normalized).mean()
            dnormalized.mean(axis=1, keepdims=True) → dnormalized.mean()
            you take all means and the variance over the whole array, so each example depends on the others. Take one of
            each for every example, with `axis=1, keepdims=True`.
        axis lost
            x.mean(axis=1, keepdims=True) → x.mean(axis=1)
            x.var(axis=1, keepdims=True) → x.var(axis=1)
            your mean and variance have shape (N,), so NumPy aligns them with the features instead of the examples. Use
            `keepdims=True` to get shape (N, 1).
        batch norm's backward pass
            dnormalized = dout * gamma → dnormalized = dout
            dx = (dnormalized → dx = gamma * (dnormalized
            you multiply by γ after you take the means in `dx`, as in batch norm. Multiply `dout` by γ before that
            instead, because here the means go over features with different γ.
        means over the batch in the backward pass
            (dnormalized * normalized).mean(axis=1, keepdims=True) → (dnormalized * normalized).mean(axis=0)
            dnormalized.mean(axis=1, keepdims=True) → dnormalized.mean(axis=0)
            your output is right, but you take the means over the batch in the backward pass. Take them over the
            features, with `axis=1, keepdims=True`.
        γ missing in the backward pass
            dnormalized = dout * gamma → dnormalized = dout
            you leave γ out of `dx`. Start from `dout * gamma`, the gradient with respect to x̂.
        both paths missing
            (dnormalized - dnormalized.mean(axis=1, keepdims=True) - normalized * along) → dnormalized
            you treat μ and σ as constants in `dx`. Include the two paths through them, because they are computed from
            x.
        mean path missing
            - dnormalized.mean(axis=1, keepdims=True) →
            you leave the path through the mean out of `dx`. From dout·γ, subtract its mean over the features, too.
        variance path missing
            - normalized * along →
            you leave the path through the variance out of `dx`. From dout·γ, subtract x̂ times the mean of dout·γ·x̂
            over the features, too.
        x̂ missing under the mean
            (dnormalized * normalized).mean → dnormalized.mean
            you multiply x̂ by the mean of dout·γ in `dx`. Multiply it by the mean of the *product* dout·γ·x̂.
        second mean without x̂
            - normalized * along → - along
            you subtract the mean of dout·γ·x̂ itself. Multiply this mean by x̂ before you subtract it.
        sign of the last term
            - normalized * along → + normalized * along
            you add the term with x̂ in `dx`. Subtract it.
        sums for means
            (dnormalized * normalized).mean → (dnormalized * normalized).sum
            - dnormalized.mean → - dnormalized.sum
            you subtract sums over the features in `dx`. Subtract means.
        sum for the first mean
            - dnormalized.mean → - dnormalized.sum
            you subtract the sum of dout·γ in `dx`. Divide it by D, because `dx` needs the mean.
        sum for the second mean
            (dnormalized * normalized).mean → (dnormalized * normalized).sum
            you multiply x̂ by the sum of dout·γ·x̂ in `dx`. Divide the sum by D, because `dx` needs the mean.
        not divided by σ
            along) / std → along)
            you do not divide `dx` by √(σ² + ε). Divide by it, because the forward pass divides x − μ by it.
        divided by the variance
            along) / std → along) / std**2
            you divide `dx` by σ² + ε. Divide by its root, √(σ² + ε).
        σ on one term
            dx = (dnormalized - → dx = dnormalized / std -
            along) / std → along
            you divide only one term of `dx` by √(σ² + ε). Subtract both other terms from dout·γ first, and then divide
            the whole difference.
        ε outside the root
            np.sqrt(x.var(axis=1, keepdims=True) + eps) → np.sqrt(x.var(axis=1, keepdims=True)) + eps
            you add ε outside the root. Add it inside, as in √(σ² + ε).
        ε missing
            + eps) → )
            you do not add ε to the variance. Divide by √(σ² + ε), which is never 0.
        ε typed in
            + eps) → + 1e-5)
            you always use 1e-5 as ε. Use the argument `eps`, which the caller may set.
        root missing
            np.sqrt(x.var(axis=1, keepdims=True) + eps) → x.var(axis=1, keepdims=True) + eps
            you divide by σ² + ε. Divide by its root, √(σ² + ε).
        divisor one less
            x.var(axis=1, keepdims=True) → x.var(axis=1, keepdims=True, ddof=1)
            you divide by D − 1 in the variance, as `ddof=1` does. Divide by D, which is NumPy's default.
        not centred
            (x - mean) / std → x / std
            you do not subtract the mean from x. Divide x − mean by √(σ² + ε).
        scale and shift exchanged
            gamma * normalized + beta → beta * normalized + gamma
            you exchange γ and β in `out`. Compute gamma * x̂ + beta.
        shift left out
            gamma * normalized + beta → gamma * normalized
            your `out` lacks β. Compute gamma * x̂ + beta.
        scale left out
            gamma * normalized + beta → normalized + beta
            your `out` lacks γ. Compute gamma * x̂ + beta.
        dgamma over the features
            (dout * normalized).sum(axis=0) → (dout * normalized).sum(axis=1)
            dout.sum(axis=0) → dout.sum(axis=1)
            you sum over the features in `dgamma` and `dbeta`. Sum over axis 0, as in batch norm, because γ and β are
            used in every *example*.
        means for sums
            (dout * normalized).sum(axis=0) → (dout * normalized).mean(axis=0)
            dout.sum(axis=0) → dout.mean(axis=0)
            you compute `dgamma` and `dbeta` as means. *Sum* over the batch, because γ and β are used in every row.
        dgamma with γ
            (dout * normalized).sum → (dout * gamma * normalized).sum
            you include γ in `dgamma`. Sum only dout·x̂, because the derivative of γ·x̂ with respect to γ is x̂.
        dbeta with γ
            dout.sum(axis=0) → (dout * gamma).sum(axis=0)
            you include γ in `dbeta`. Sum only dout, because β is added without a factor.
        dgamma without x̂
            (dout * normalized).sum(axis=0) → dout.sum(axis=0)
            you compute `dgamma` like `dbeta`. Sum dout·x̂, because γ multiplies x̂.
        dgamma with out
            (dout * normalized).sum → (dout * out).sum
            you sum dout·out in `dgamma`. Sum dout·x̂, because γ multiplies x̂ before β is added.
        x for x̂
            - normalized * along → - x * along
            you multiply the mean of dout·γ·x̂ by x in `dx`. Multiply it by x̂.
        dgamma with x − μ
            (dout * normalized).sum(axis=0) → (dout * (x - mean)).sum(axis=0)
            you sum dout·(x − μ) in `dgamma`. Sum dout·x̂, because γ multiplies the result of the division.
        dgamma with x
            (dout * normalized).sum(axis=0) → (dout * x).sum(axis=0)
            you sum dout·x in `dgamma`. Sum dout·x̂, because γ multiplies the normalised x.
        dgamma and dbeta exchanged
            return out, dx, dgamma, dbeta → return out, dx, dbeta, dgamma
            you exchange `dgamma` and `dbeta`. Return the sum that contains x̂ third, because γ multiplies x̂, and the
            sum of dout last.
        dout changed
            dnormalized = dout * gamma → dout *= gamma ⏎ dnormalized = dout
            your values are right, but you change the caller's `dout` in place. Compute dout·γ in a new array.
    """,
)
