"""An exercise on the direction of L-BFGS, by the two-loop recursion."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import second_order

from .altered_loops import as_typed, gradient_in_place, newest, newest_pair_alone, two_loops
from .curvature import bowl


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


def _none(rng: Generator) -> Iterator[Case]:
    yield case("no pairs yet", rng.normal(size=4), [], [])


def _knows_the_last_step(call: Callable[..., Any], rng: Generator) -> None:
    _, s, y = _pairs(rng, 5, 3)
    direction = call(y[-1].copy(), s, y)
    if not np.allclose(direction, -s[-1]):
        off = np.linalg.norm(direction + s[-1]) / np.linalg.norm(s[-1])
        raise Wrong("given the newest y as the gradient, the direction must be minus the newest s", f"{off:.1%} off")


lbfgs_direction = Exercise(
    second_order.lbfgs_direction,
    points=16,
    minutes=30,
    difficulty=4,
    checks=(
        Values("Several pairs", 4, _several),
        Values("One pair", 2, _single),
        Values("No pairs yet", 1, _none),
        Property("It knows the last step: B y = s", 2, _knows_the_last_step),
    ),
    mistakes=(
        Mistake(
            "gradient in place",
            gradient_in_place,
            "the direction is right, but `q -= …` changes the caller's gradient, for `q = dw` is no copy. Write "
            "`q = q - …`.",
        ),
        Mistake(
            "stops without pairs",
            two_loops(guarded=False),
            "before the first step there is no pair, and `s[-1]` does not exist: then `r = q`, and the direction is "
            "`-dw`.",
        ),
        Mistake(
            "first loop from the oldest",
            two_loops(first=iter, alphas_back=iter),
            "the first loop goes from the *newest* pair back to the oldest: `reversed(s)`.",
        ),
        Mistake(
            "both loops the wrong way",
            two_loops(first=iter, second=reversed),
            "both loops go the wrong way: first from the newest pair to the oldest, then back to the newest.",
        ),
        Mistake(
            "second loop from the newest",
            two_loops(second=reversed, alphas_back=iter),
            "the second loop goes from the *oldest* pair to the newest: what the first took apart, put together in the "
            "other order.",
        ),
        Mistake(
            "alphas in the wrong order",
            two_loops(alphas_back=iter),
            "each pair needs its own α. The first loop stored them newest first, the second starts with the oldest: "
            "`reversed(alphas)`.",
        ),
        Mistake(
            "no scaling in the middle",
            two_loops(gamma=lambda s, y: 1.0),
            "the factor γ between the loops is missing: `r = q` is only right before the first pair.",
        ),
        Mistake(
            "γ upside down",
            two_loops(gamma=lambda s, y: 1 / newest(s, y)),
            "γ is upside down: it stands for *one over* the curvature, sᵀy / yᵀy.",
        ),
        Mistake(
            "γ of the steps",
            two_loops(gamma=lambda s, y: (s[-1] @ s[-1]) / (s[-1] @ y[-1])),
            "you took γ = sᵀs / sᵀy, another estimate of the same thing. Here it is sᵀy / yᵀy.",
        ),
        Mistake(
            "γ of the oldest pair",
            two_loops(gamma=lambda s, y: newest(s[:1], y[:1])),
            "γ comes from the oldest pair. The newest one, `s[-1]` and `y[-1]`, knows the curvature here.",
        ),
        Mistake(
            "uphill",
            two_loops(sign=1),
            "this is B·dw, which points uphill. The direction is minus that.",
        ),
        Mistake(
            "s for y in the first loop",
            two_loops(take=lambda s, y: s),
            "in the first loop q loses α times *y*: q is a gradient, and y is a change of gradients.",
        ),
        Mistake(
            "s for y in β",
            two_loops(measure=lambda s, y: s),
            "β measures r with *y*: β = yᵀr / yᵀs. (With s it was α, in the first loop.)",
        ),
        Mistake(
            "α and β added",
            two_loops(give=lambda alpha, beta: alpha + beta),
            "r gains (α − β) times s: what it already has along this pair, β, is *not* added again.",
        ),
        Mistake(
            "β and α exchanged",
            two_loops(give=lambda alpha, beta: beta - alpha),
            "the bracket is the wrong way round: r gains (α − β) times s, not (β − α).",
        ),
        Mistake(
            "y for s in α",
            two_loops(probe=lambda s, y: y),
            "α measures q with *s*: α = sᵀq / yᵀs. (With y it is β, in the second loop.)",
        ),
        Mistake(
            "y for s in the second loop",
            two_loops(add=lambda s, y: y),
            "in the second loop r gains a multiple of *s*: r is a step, and s is one.",
        ),
        Mistake(
            "α of the gradient",
            two_loops(frozen=True),
            "each α is measured with `dw` as it came in. Measure q, which has lost the newer pairs already.",
        ),
        Mistake(
            "β of q",
            partial(as_typed, part="beta of q"),
            "β measures q, which the second loop does not change. Measure r, as it is by then: β = ρ yᵀr.",
        ),
        Mistake(
            "ρ of the first loop",
            partial(as_typed, part="last rho"),
            "the second loop still uses the last ρ of the first. Each pair has its own: compute it anew, or keep them.",
        ),
        Mistake(
            "ρ upside down",
            partial(as_typed, rho=lambda s_i, y_i: y_i @ s_i),
            "ρ is upside down: it is *one over* yᵀs.",
        ),
        Mistake(
            "star for the inner product",
            partial(as_typed, rho=lambda s_i, y_i: 1 / (y_i * s_i)),
            "`y * s` multiplies entry by entry. yᵀs is one number: `y @ s`.",
        ),
        Mistake(
            "q returned",
            partial(as_typed, part="q"),
            "you return −q, which the first loop left behind. The direction is −r, after the second.",
        ),
        Mistake(
            "zero without pairs",
            partial(as_typed, part="zero"),
            "without pairs you return zeros, and the walk would never begin. B is I then: the direction is `-dw`.",
        ),
        Mistake(
            "γ times the gradient",
            two_loops(unreduced=True),
            "γ multiplies `dw` as it came in. In the middle stands what the first loop left: r = γq.",
        ),
        Mistake(
            "no loops",
            lambda dw, s, y: -dw,
            "this is descent's direction: no pair is used. Two loops turn `dw` into r.",
        ),
        Mistake(
            "β alone",
            two_loops(give=lambda alpha, beta: -beta),
            "the α of the first loop is missing: r gains (α − β) times s.",
        ),
        Mistake(
            "α alone",
            two_loops(give=lambda alpha, beta: alpha),
            "β is not used: r gains (α − β) times s, for what it already has along this pair is not added again.",
        ),
        Mistake(
            "one α for all",
            two_loops(alphas_back=lambda alphas: [alphas[-1]] * len(alphas)),
            "the second loop uses one α for all pairs. Keep the α of each in a list.",
        ),
        Mistake(
            "q raised",
            two_loops(take=lambda s, y: -y),
            "the first loop *takes away*: q ← q − αy.",
        ),
        Mistake(
            "ρ of y alone",
            partial(as_typed, rho=lambda s_i, y_i: 1 / (y_i @ y_i)),
            "ρ is one over yᵀ*s*. (yᵀy stands in γ.)",
        ),
        Mistake(
            "γ of s alone",
            two_loops(gamma=lambda s, y: (s[-1] @ y[-1]) / (s[-1] @ s[-1])),
            "γ divides by sᵀs: that is about the curvature itself. Divided by yᵀy it is one over the curvature.",
        ),
        Mistake(
            "newest pair alone",
            newest_pair_alone,
            "only the newest pair is used: loop over all of them.",
        ),
    ),
)
