"""The bonus of lesson 06: layer norm, forward and backward."""

from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Caller, Cases, Function, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_own_gradient
from cs231n_lib.contracts import FloatArray

from . import references
from .draws import EPS, batch, both_signs


def _arguments(rng: Generator, n: int, d: int) -> tuple[FloatArray, ...]:
    """x, γ, β and dout; examples differ in mean and spread as the features do."""
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
            raise Violation(f"`{name}` of an example changes with the other examples of its batch")


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
    checks=(
        Values("Output and gradients", 4, _batches),
        Values("A large ε", 2, lambda rng: [case("ε = 0.3", *_arguments(rng, 3, 5), eps=EPS)]),
        Values("As many examples as features; a batch of one; equal features", 2, _edges),
        Property("No example looks at another", 1, _company),
        Property("Each gradient against the numerical one of the same output", 2, _gradients),
    ),
    slips="""
        batch norm
            x.mean(axis=1, keepdims=True) → x.mean(axis=0)
            x.var(axis=1, keepdims=True) → x.var(axis=0)
            (dnormalized * normalized).mean(axis=1, keepdims=True) → (dnormalized * normalized).mean(axis=0)
            dnormalized.mean(axis=1, keepdims=True) → dnormalized.mean(axis=0)
            this is batch norm: mean and variance of each feature over the batch. Layer norm takes those of each
            *example*, over its features: `axis=1, keepdims=True`.
        statistics over the batch
            x.mean(axis=1, keepdims=True) → x.mean(axis=0)
            x.var(axis=1, keepdims=True) → x.var(axis=0)
            mean and variance are taken over the batch, as in batch norm. Each *example* has its own: `axis=1,
            keepdims=True`.
        variance over the batch
            x.var(axis=1, keepdims=True) → x.var(axis=0)
            the variance is taken over the batch: each example has its own, `axis=1, keepdims=True`.
        statistics over everything
            x.mean(axis=1, keepdims=True) → x.mean()
            x.var(axis=1, keepdims=True) → x.var()
            one mean and one variance for the whole array: each example has its own, `axis=1, keepdims=True`.
        axis lost
            x.mean(axis=1, keepdims=True) → x.mean(axis=1)
            x.var(axis=1, keepdims=True) → x.var(axis=1)
            a mean of shape (N,) lines up with the features, not with the examples: `keepdims=True` makes it (N, 1).
        batch norm's way back
            dnormalized = dout * gamma → dnormalized = dout
            dx = (dnormalized → dx = gamma * (dnormalized
            γ is before the bracket, as in batch norm. There it is one number in each mean; here the means go over the
            features, each of which has its own γ: multiply `dout` by γ first.
        means over the batch on the way back
            (dnormalized * normalized).mean(axis=1, keepdims=True) → (dnormalized * normalized).mean(axis=0)
            dnormalized.mean(axis=1, keepdims=True) → dnormalized.mean(axis=0)
            the output is right. On the way back the means go over the features as well: `axis=1, keepdims=True`.
        γ missing on the way back
            dnormalized = dout * gamma → dnormalized = dout
            γ is missing in `dx`: what reaches x̂ is `dout * gamma`.
        both paths missing
            (dnormalized - dnormalized.mean(axis=1, keepdims=True) - normalized * along) → dnormalized
            `dx` takes μ and σ for constants. They are made of x, so two more ways lead back to it.
        mean path missing
            - dnormalized.mean(axis=1, keepdims=True) →
            the way through the mean is missing in `dx`: subtract the mean of dout·γ over the features, too.
        variance path missing
            - normalized * along →
            the way through the variance is missing in `dx`: subtract x̂ times the mean of dout·γ·x̂, too.
        along without x̂
            (dnormalized * normalized).mean → dnormalized.mean
            the last term of `dx` needs the mean of the *product* of dout·γ and x̂.
        second mean without x̂
            - normalized * along → - along
            the mean of dout·γ·x̂ is subtracted as it is: multiply it by x̂ first.
        sign of the last term
            - normalized * along → + normalized * along
            the term with x̂ is added in `dx`: both are subtracted.
        sums for means
            (dnormalized * normalized).mean → (dnormalized * normalized).sum
            - dnormalized.mean → - dnormalized.sum
            `dx` subtracts sums over the features, where the formula has means.
        sum for the first mean
            - dnormalized.mean → - dnormalized.sum
            the first mean in `dx` is a sum: divide by D.
        sum for the second mean
            (dnormalized * normalized).mean → (dnormalized * normalized).sum
            the second mean in `dx` is a sum: divide by D.
        not divided by σ
            along) / std → along)
            `dx` is not divided by √(σ² + ε): x̂ moves by 1/σ where x moves by 1.
        divided by the variance
            along) / std → along) / std**2
            `dx` is divided by σ² + ε: it is the root, once.
        σ on one term
            dx = (dnormalized - → dx = dnormalized / std - (
            along) / std → along)
            the division by √(σ² + ε) belongs to all three terms: put them in brackets.
        ε outside the root
            np.sqrt(x.var(axis=1, keepdims=True) + eps) → np.sqrt(x.var(axis=1, keepdims=True)) + eps
            ε is added to the root. It belongs inside: √(σ² + ε).
        ε missing
            + eps) → )
            ε is missing: √(σ² + ε). Without it an example whose features are all equal is divided by 0.
        ε typed in
            + eps) → + 1e-5)
            1e-5 is typed in: use `eps`, which the caller may set.
        root missing
            np.sqrt(x.var(axis=1, keepdims=True) + eps) → x.var(axis=1, keepdims=True) + eps
            you divide by the variance: divide by its root, the standard deviation.
        divisor one less
            x.var(axis=1, keepdims=True) → x.var(axis=1, keepdims=True, ddof=1)
            the variance is divided by D − 1 (ddof=1). Divide by D, NumPy's default.
        not centred
            (x - mean) / std → x / std
            the mean is not subtracted from x.
        scale and shift exchanged
            gamma * normalized + beta → beta * normalized + gamma
            γ and β are exchanged in `out`: gamma * x̂ + beta.
        shift left out
            gamma * normalized + beta → gamma * normalized
            β is missing in `out`: gamma * x̂ + beta.
        scale left out
            gamma * normalized + beta → normalized + beta
            γ is missing in `out`: gamma * x̂ + beta.
        dgamma over the features
            (dout * normalized).sum(axis=0) → (dout * normalized).sum(axis=1)
            dout.sum(axis=0) → dout.sum(axis=1)
            `dgamma` and `dbeta` sum over the features. γ and β work in every *example*: sum over axis 0, as in batch
            norm.
        means for sums
            (dout * normalized).sum(axis=0) → (dout * normalized).mean(axis=0)
            dout.sum(axis=0) → dout.mean(axis=0)
            `dgamma` and `dbeta` are means over the batch: γ and β work in every row, so they are *sums*.
        dgamma with γ
            (dout * normalized).sum → (dout * gamma * normalized).sum
            `dgamma` has a γ in it: γ multiplies x̂, so sum dout·x̂ alone.
        dbeta with γ
            dout.sum(axis=0) → (dout * gamma).sum(axis=0)
            `dbeta` has a γ in it: β is added as it is, so sum dout alone.
        dgamma without x̂
            (dout * normalized).sum(axis=0) → dout.sum(axis=0)
            `dgamma` equals `dbeta`: γ multiplies x̂, so sum dout·x̂.
        dgamma with out
            (dout * normalized).sum → (dout * out).sum
            `dgamma` sums dout·out: γ multiplies x̂, before β is added.
        x for x̂
            - normalized * along → - x * along
            the last term of `dx` has x in place of x̂.
        dgamma with x
            (dout * normalized).sum(axis=0) → (dout * x).sum(axis=0)
            `dgamma` sums dout·x: γ multiplies x̂, the normalised x.
        dgamma and dbeta exchanged
            return out, dx, dgamma, dbeta → return out, dx, dbeta, dgamma
            the last two results are in the other order: (out, dx, dgamma, dbeta) is asked.
        dout changed
            dnormalized = dout * gamma → dout *= gamma ⏎ dnormalized = dout
            all values are right, but `dout *= …` writes into the caller's array. Make a new one.
    """,
)
