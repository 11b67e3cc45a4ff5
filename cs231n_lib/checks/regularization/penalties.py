"""Exercises on penalties: L2, L1, and the elastic net that mixes them."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib import regularizers
from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray


def _away_from_zero(rng: Generator, shape: tuple[int, ...]) -> FloatArray:
    """Weights of either sign, none so near 0 that a numerical gradient would step over the kink of ``|w|``."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 2, shape)


def _weights(rng: Generator) -> Iterator[Case]:
    for shape, strength in (((5,), 0.3), ((3, 4), 1.7)):
        yield case(f"w of shape {shape}, λ = {strength}", _away_from_zero(rng, shape), strength)


def _with_zeros(rng: Generator) -> Iterator[Case]:
    w = _away_from_zero(rng, (3, 3))
    w[0] = 0
    yield case("three weights of exactly 0", w, 0.7)
    yield case("λ = 0", _away_from_zero(rng, (4,)), 0.0)


def _is_own_gradient(call: Callable[..., Any], rng: Generator) -> None:
    w = _away_from_zero(rng, (3, 4))
    require_gradient("dw", call(w, 0.6)[1], lambda w: float(call(w, 0.6)[0]), w)


def _penalty(
    penalty: Callable[[FloatArray, float], Any], dw: Callable[[FloatArray, float], Any]
) -> Callable[[FloatArray, float], Any]:
    return lambda w, strength: (penalty(w, strength), dw(w, strength))


def _half_squares(w: FloatArray, strength: float) -> Any:
    return 0.5 * strength * np.sum(w**2)


def _magnitudes(w: FloatArray, strength: float) -> Any:
    return strength * np.sum(np.abs(w))


l2 = Exercise(
    regularizers.l2,
    points=8,
    minutes=10,
    difficulty=1,
    forbidden=(regularizers.elastic_net,),
    checks=(
        Values("Penalty and gradient", 4, _weights),
        Values("Weights of 0, and λ = 0", 1, _with_zeros),
        Property("The gradient is that of the penalty beside it", 2, _is_own_gradient),
    ),
    mistakes=(
        Mistake(
            "½ missing, doubled gradient",
            _penalty(lambda w, s: s * np.sum(w**2), lambda w, s: 2 * s * w),
            "this is λ Σw², consistent in itself; but here the strength is defined with a ½, so that your λ counts "
            "twice. Write ½λ Σw², and the gradient carries no 2.",
        ),
        Mistake(
            "½ missing in the penalty",
            _penalty(lambda w, s: s * np.sum(w**2), lambda w, s: s * w),
            "the penalty is twice too large: it is *half* λ times the sum of the squares.",
        ),
        Mistake(
            "gradient twice too large",
            _penalty(_half_squares, lambda w, s: 2 * s * w),
            "the 2 that comes down from the square cancels the ½: the gradient is λw.",
        ),
        Mistake(
            "½ kept in the gradient",
            _penalty(_half_squares, lambda w, s: 0.5 * s * w),
            "the square brings down a 2, which cancels the ½: the gradient is λw, not ½λw.",
        ),
        Mistake(
            "mean of the squares",
            _penalty(lambda w, s: 0.5 * s * np.mean(w**2), lambda w, s: s * w / w.size),
            "the squares are *summed* over the weights; nothing is averaged here.",
        ),
        Mistake(
            "length for squares",
            _penalty(lambda w, s: 0.5 * s * np.linalg.norm(w), lambda w, s: s * w),
            "this is the length ‖w‖, a root. The penalty is the sum of the squares without one.",
        ),
        Mistake(
            "λ left out of the gradient",
            _penalty(_half_squares, lambda w, s: w),
            "the gradient lacks λ: it is λw.",
        ),
    ),
)

l1 = Exercise(
    regularizers.l1,
    points=8,
    minutes=10,
    difficulty=2,
    forbidden=(regularizers.elastic_net,),
    checks=(
        Values("Penalty and gradient", 4, _weights),
        Values("At exactly 0 the gradient is 0", 2, _with_zeros),
        Property("The gradient is that of the penalty beside it", 2, _is_own_gradient),
    ),
    mistakes=(
        Mistake(
            "+1 at zero",
            _penalty(_magnitudes, lambda w, s: s * np.where(w >= 0, 1.0, -1.0)),
            "a weight of exactly 0 gets the gradient +λ and would be pushed away from 0. Take 0 there: `np.sign` does.",
        ),
        Mistake(
            "0/0 at zero",
            _penalty(_magnitudes, lambda w, s: s * w / np.abs(w)),
            "w / |w| is 0/0 for a weight of 0: NaN. `np.sign` is the same elsewhere, and 0 there.",
        ),
        Mistake(
            "no magnitudes",
            _penalty(lambda w, s: s * np.sum(w), lambda w, s: s * np.ones_like(w)),
            "negative weights are rewarded: the sum is over |w|, and the gradient has the sign of w.",
        ),
        Mistake(
            "sign left out",
            _penalty(_magnitudes, lambda w, s: s * np.ones_like(w)),
            "the gradient is +λ for negative weights too, which pushes them away from 0: multiply by the sign of w.",
        ),
        Mistake(
            "gradient of L2",
            _penalty(_magnitudes, lambda w, s: s * w),
            "λw is the gradient of L2. |w| has the slope +1 or −1, whatever its size.",
        ),
        Mistake(
            "½ carried over",
            _penalty(lambda w, s: 0.5 * s * np.sum(np.abs(w)), lambda w, s: 0.5 * s * np.sign(w)),
            "the ½ belongs to L2, where it cancels a 2. L1 has none: λ Σ|w|.",
        ),
        Mistake(
            "λ left out of the gradient",
            _penalty(_magnitudes, lambda w, s: np.sign(w)),
            "the gradient lacks λ: it is λ sign(w).",
        ),
        Mistake(
            "mean of the magnitudes",
            _penalty(lambda w, s: s * np.mean(np.abs(w)), lambda w, s: s * np.sign(w) / w.size),
            "the magnitudes are *summed*; nothing is averaged here.",
        ),
    ),
)


def _mixtures(rng: Generator) -> Iterator[Case]:
    for shape, strength, l1_ratio in (((5,), 0.3, 0.25), ((3, 4), 1.7, 0.6)):
        yield case(f"λ = {strength}, ρ = {l1_ratio}", _away_from_zero(rng, shape), strength, l1_ratio)


def _ends(rng: Generator) -> Iterator[Case]:
    yield case("ρ = 1: L1 alone", _away_from_zero(rng, (4,)), 0.7, 1.0)
    yield case("ρ = 0: L2 alone", _away_from_zero(rng, (4,)), 0.7, 0.0)


def _is_own_mixed_gradient(call: Callable[..., Any], rng: Generator) -> None:
    w = _away_from_zero(rng, (3, 4))
    require_gradient("dw", call(w, 0.6, 0.3)[1], lambda w: float(call(w, 0.6, 0.3)[0]), w)


def _mixed(
    weights: Callable[[float, float], tuple[float, float]], slopes: Callable[[float, float], tuple[float, float]]
) -> Callable[[FloatArray, float, float], Any]:
    """``weights(λ, ρ)`` multiply Σ|w| and Σw² in the penalty, ``slopes(λ, ρ)`` sign(w) and w in the gradient."""

    def implementation(w: FloatArray, strength: float, l1_ratio: float) -> Any:
        (a, b), (c, d) = weights(strength, l1_ratio), slopes(strength, l1_ratio)
        return a * np.sum(np.abs(w)) + b * np.sum(w**2), c * np.sign(w) + d * w

    return implementation


def _right_weights(s: float, r: float) -> tuple[float, float]:
    return s * r, 0.5 * s * (1 - r)


elastic_net = Exercise(
    regularizers.elastic_net,
    points=9,
    minutes=15,
    difficulty=2,
    checks=(
        Values("Penalty and gradient", 4, _mixtures),
        Values("Its two ends: L1 alone, and L2 alone", 2, _ends),
        Property("The gradient is that of the penalty beside it", 2, _is_own_mixed_gradient),
    ),
    mistakes=(
        Mistake(
            "as in the notes",
            _mixed(lambda s, r: (r, 1 - r), lambda s, r: (r, 2 * (1 - r))),
            "this is the notes' formula, without λ and without the ½: at ρ = 1 your function must be the `l1` of "
            "exercise 2, at ρ = 0 the `l2` of exercise 1.",
        ),
        Mistake(
            "without the ½",
            _mixed(lambda s, r: (s * r, s * (1 - r)), lambda s, r: (s * r, 2 * s * (1 - r))),
            "the L2 part lacks its ½, as in the notes: at ρ = 0 your function must be the `l2` of exercise 1.",
        ),
        Mistake(
            "without the strength",
            _mixed(lambda s, r: (r, 0.5 * (1 - r)), lambda s, r: (r, 1 - r)),
            "λ is not used: ρ mixes the two, and λ says how strong the mixture is.",
        ),
        Mistake(
            "mixed the other way round",
            _mixed(lambda s, r: (s * (1 - r), 0.5 * s * r), lambda s, r: (s * (1 - r), s * r)),
            "the two are exchanged: `l1_ratio` is the share of *L1*, and L2 gets what is left, 1 − ρ.",
        ),
        Mistake(
            "strength on L1 only",
            _mixed(lambda s, r: (s * r, 0.5 * (1 - r)), lambda s, r: (s * r, 1 - r)),
            "the strength multiplies the L1 part only: it belongs to both.",
        ),
        Mistake(
            "L2 at full strength",
            _mixed(lambda s, r: (s * r, 0.5 * s), lambda s, r: (s * r, s)),
            "the L2 part is not reduced: its share is 1 − ρ, so that at ρ = 1 L1 is left alone.",
        ),
        Mistake(
            "½ on both",
            _mixed(lambda s, r: (0.5 * s * r, 0.5 * s * (1 - r)), lambda s, r: (0.5 * s * r, s * (1 - r))),
            "the ½ stands before both parts: it belongs to the squares alone.",
        ),
        Mistake(
            "gradient of L2 twice too large",
            _mixed(_right_weights, lambda s, r: (s * r, 2 * s * (1 - r))),
            "the penalty is right; in its gradient the 2 of the square cancels the ½.",
        ),
    ),
)
