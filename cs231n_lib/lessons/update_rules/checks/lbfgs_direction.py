"""An exercise on the direction of L-BFGS, by the two-loop recursion."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Property, Values, Wrong, case, slips
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import second_order

from .newton_step import bowl


def _pairs(rng: Generator, size: int, count: int) -> tuple[FloatArray, list[FloatArray], list[FloatArray]]:
    """A gradient, ``count`` steps, and the changes of the gradient over them on one bowl."""
    hessian = bowl(rng, size)
    steps = list(rng.normal(size=(count, size)))
    return rng.normal(size=size), steps, [hessian @ step for step in steps]


def _several(rng: Generator) -> Iterator[Case]:
    yield case("3 pairs of 5 weights", *_pairs(rng, 5, 3))
    yield case("4 pairs of 6 weights", *_pairs(rng, 6, 4))


def _single(rng: Generator) -> Iterator[Case]:
    yield case("1 pair of 4 weights", *_pairs(rng, 4, 1))


def _no_pairs(call: Callable[..., Any], rng: Generator) -> None:
    dw = rng.normal(size=4)
    try:
        direction = call(dw, [], [])
    except IndexError as error:  # said without the line it came from, so that it is the same for all who forget this
        raise Wrong(
            "before the first pair it stops: both lists are empty, and `s[-1]` does not exist", str(error)
        ) from None
    if not np.array_equal(direction, -dw):
        raise Wrong("before the first pair the direction must be `-dw`", f"at {-dw} it is {direction}")


def _knows_the_last_step(call: Callable[..., Any], rng: Generator) -> None:
    _, s, y = _pairs(rng, 5, 3)
    direction = call(y[-1].copy(), s, y)
    if not np.allclose(direction, -s[-1], rtol=1e-9, atol=1e-9):
        off = np.linalg.norm(direction + s[-1]) / np.linalg.norm(s[-1])
        raise Wrong(
            "given the newest y as the gradient, the direction must be minus the newest s",
            f"it is off by {off:.3g} times the length of s",
        )


lbfgs_direction = Exercise(
    second_order.lbfgs_direction,
    points=16,
    minutes=30,
    difficulty=4,
    checks=(
        Values("Several pairs", 4, _several),
        Values("One pair", 2, _single),
        Property("No pairs yet", 1, _no_pairs),
        Property("It knows the last step: B y = s", 2, _knows_the_last_step),
    ),
    mistakes=slips(
        second_order.lbfgs_direction,
        """
        gradient in place
            q = q - alpha → q -= alpha
            the direction is right, but `q -= …` changes the caller's gradient, for `q = dw` is no copy. Write
            `q = q - …`.
        stops without pairs
            if len(s) else q →
            before the first step there is no pair, and `s[-1]` does not exist: then `r = q`, and the direction is
            `-dw`.
        first loop from the oldest
            zip(reversed(s), reversed(y), → zip(s, y,
            reversed(alphas) → alphas
            the first loop goes from the *newest* pair back to the oldest: `reversed(s)`.
        both loops the wrong way
            zip(reversed(s), reversed(y), → zip(s, y,
            zip(s, y, reversed(alphas) → zip(reversed(s), reversed(y), reversed(alphas)
            both loops go the wrong way: first from the newest pair to the oldest, then back to the newest.
        second loop from the newest
            zip(s, y, reversed(alphas) → zip(reversed(s), reversed(y), alphas
            the second loop goes from the *oldest* pair to the newest: what the first took apart, put together in the
            other order.
        alphas in the wrong order
            reversed(alphas) → alphas
            each pair needs its own α. The first loop stored them newest first, the second starts with the oldest:
            `reversed(alphas)`.
        no scaling in the middle
            q * (s[-1] @ y[-1]) / (y[-1] @ y[-1]) if len(s) else q → q
            the factor γ between the loops is missing: `r = q` is only right before the first pair.
        γ upside down
            (s[-1] @ y[-1]) / (y[-1] @ y[-1]) → (y[-1] @ y[-1]) / (s[-1] @ y[-1])
            γ is upside down: it estimates *one over* the curvature, sᵀy / yᵀy.
        γ of the steps
            (s[-1] @ y[-1]) / (y[-1] @ y[-1]) → (s[-1] @ s[-1]) / (s[-1] @ y[-1])
            you took γ = sᵀs / sᵀy, another estimate of the same thing. Here it is sᵀy / yᵀy.
        γ of s alone
            (y[-1] @ y[-1]) → (s[-1] @ s[-1])
            γ divides by sᵀs: that is about the curvature itself. Divided by yᵀy it is one over the curvature.
        γ of the oldest pair
            (s[-1] @ y[-1]) / (y[-1] @ y[-1]) → (s[0] @ y[0]) / (y[0] @ y[0])
            γ comes from the oldest pair. The newest one, `s[-1]` and `y[-1]`, knows the curvature here.
        γ times the gradient
            r = q → r = dw
            γ multiplies `dw` as it came in. In the middle it multiplies what the first loop left: r = γq.
        uphill
            -r → r
            this is B·dw, which points uphill. The direction is minus that.
        s for y in the first loop
            alpha * y_i → alpha * s_i
            in the first loop q loses α times *y*: q is a gradient, and y is a change of gradients.
        y for s in α
            s_i @ q → y_i @ q
            α measures q with *s*: α = sᵀq / yᵀs. (With y it is β, in the second loop.)
        α of the gradient
            s_i @ q → s_i @ dw
            each α is measured with `dw` as it came in. Measure q, which has lost the newer pairs already.
        q raised
            q - alpha → q + alpha
            the first loop *takes away*: q ← q − αy.
        q never lowered
            q = q - alpha * y_i → pass
            the first loop measures, but takes nothing away: after each α, q ← q − αy.
        s for y in β
            y_i @ r → s_i @ r
            β measures r with *y*: β = yᵀr / yᵀs. (With s it was α, in the first loop.)
        β of q
            y_i @ r → y_i @ q
            β measures q, which the second loop does not change. Measure r, as it is by then: β = ρ yᵀr.
        α and β added
            alpha - beta → alpha + beta
            r gains (α − β) times s: what it already has along this pair, β, is *not* added again.
        β and α exchanged
            alpha - beta → beta - alpha
            the bracket is the wrong way round: r gains (α − β) times s, not (β − α).
        β alone
            alpha - beta → -beta
            the α of the first loop is missing: r gains (α − β) times s.
        α alone
            (alpha - beta) → alpha
            β is not used: r gains (α − β) times s, for what it already has along this pair is not added again.
        y for s in the second loop
            beta) * s_i → beta) * y_i
            in the second loop r gains a multiple of *s*: r is a step, and s is one.
        one α for all
            reversed(alphas) → alphas[-1:] * len(alphas)
            the second loop uses one α for all pairs. Keep the α of each in a list.
        ρ of the first loop
            (y_i @ r) / (y_i @ s_i) → (y_i @ r) / (y[0] @ s[0])
            the second loop still uses the last ρ of the first. Each pair has its own: compute it anew, or keep them.
        ρ left out
            (s_i @ q) / (y_i @ s_i) → s_i @ q
            (y_i @ r) / (y_i @ s_i) → y_i @ r
            ρ is missing: α and β are inner products times ρ = 1 / yᵀs.
        ρ upside down
            (s_i @ q) / → (s_i @ q) *
            (y_i @ r) / → (y_i @ r) *
            ρ is upside down: it is *one over* yᵀs.
        star for the inner product
            (s_i @ q) / (y_i @ s_i) → (s_i @ q) / (y_i * s_i)
            (y_i @ r) / (y_i @ s_i) → (y_i @ r) / (y_i * s_i)
            `y * s` multiplies entry by entry. yᵀs is one number: `y @ s`.
        ρ of y alone
            (s_i @ q) / (y_i @ s_i) → (s_i @ q) / (y_i @ y_i)
            (y_i @ r) / (y_i @ s_i) → (y_i @ r) / (y_i @ y_i)
            ρ is one over yᵀ*s*. (yᵀy belongs to γ.)
        q returned
            -r → -q
            you return −q, which the first loop left behind. The direction is −r, after the second.
        zero without pairs
            else q → else 0 * q
            without pairs you return zeros, and the walk would never begin. B is I then: the direction is `-dw`.
        no loops
            -r → -dw
            this is descent's direction: no pair is used. Two loops turn `dw` into r.
        newest pair alone
            q = dw → q, s, y = dw, s[-1:], y[-1:]
            only the newest pair is used: loop over all of them.
        """,
    ),
)
