"""The exercise on the elastic net, which mixes L1 and L2."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import regularizers

from .penalties import away_from_zero, require_own_gradient


def _mixtures(rng: Generator) -> Iterator[Case]:
    for shape, strength, l1_ratio in (((5,), 0.3, 0.25), ((3, 4), 1.7, 0.6)):
        yield case(f"λ = {strength}, ρ = {l1_ratio}", away_from_zero(rng, shape), strength, l1_ratio)


def _ends(rng: Generator) -> Iterator[Case]:
    yield case("ρ = 1: L1 alone", away_from_zero(rng, (4,)), 0.7, 1.0)
    yield case("ρ = 0: L2 alone", away_from_zero(rng, (4,)), 0.7, 0.0)


def _is_own_mixed_gradient(call: Callable[..., Any], rng: Generator) -> None:
    require_own_gradient(lambda w: call(w, 0.6, 0.3), away_from_zero(rng, (2, 3)))


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


def _right_slopes(s: float, r: float) -> tuple[float, float]:
    return s * r, s * (1 - r)


def _pairs(w: FloatArray, s: float, r: float) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """What `l1` and `l2` give for their shares of the strength."""
    return regularizers.l1(w, s * r), regularizers.l2(w, s * (1 - r))


def _brackets_left_out(w: FloatArray, s: float, r: float) -> Any:
    (a, da), (b, db) = regularizers.l1(w, s), regularizers.l2(w, s)
    return r * a + 1 - r * b, r * da + 1 - r * db


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
        Mistake(
            "½ kept in the gradient",
            _mixed(_right_weights, lambda s, r: (s * r, 0.5 * s * (1 - r))),
            "the penalty is right; in its gradient the ½ is gone, cancelled by the 2 of the square.",
        ),
        Mistake(
            "½ missing in the penalty",
            _mixed(lambda s, r: (s * r, s * (1 - r)), _right_slopes),
            "the gradient is right; in the penalty the squares lack their ½.",
        ),
        Mistake(
            "½ on both in the penalty",
            _mixed(lambda s, r: (0.5 * s * r, 0.5 * s * (1 - r)), _right_slopes),
            "the gradient is right; in the penalty the ½ stands before both parts: it belongs to the squares alone.",
        ),
        Mistake(
            "both at full strength",
            _mixed(lambda s, r: (s, 0.5 * s), lambda s, r: (s, s)),
            "ρ is not used: L1 gets the share ρ of the strength, and L2 the share 1 − ρ.",
        ),
        Mistake(
            "gradient at full strength",
            _mixed(_right_weights, lambda s, r: (s, s)),
            "the penalty is mixed, its gradient is not: ρ and 1 − ρ multiply the two gradients as well.",
        ),
        Mistake(
            "gradient of L2 at full strength",
            _mixed(_right_weights, lambda s, r: (s * r, s)),
            "in the gradient the L2 part is not reduced: 1 − ρ multiplies it as well.",
        ),
        Mistake(
            "gradient of L1 alone",
            _mixed(_right_weights, lambda s, r: (s * r, 0.0)),
            "the gradient lacks its L2 part, λ(1 − ρ)w.",
        ),
        Mistake(
            "strength squared",
            _mixed(lambda s, r: (s * s * r, 0.5 * s * s * (1 - r)), lambda s, r: (s * s * r, s * s * (1 - r))),
            "λ multiplies twice. If `l1` and `l2` get the strength, it is in what they return.",
        ),
        Mistake(
            "brackets left out",
            _brackets_left_out,
            "`1 - l1_ratio * …` takes the product away from 1: the share is `(1 - l1_ratio)`, in brackets.",
        ),
        Mistake(
            "pairs joined",
            lambda w, s, r: sum(_pairs(w, s, r), ()),
            "`+` joins two pairs into four values. Take each apart, `penalty, dw = …`, and add like to like.",
        ),
        Mistake(
            "pair multiplied",
            lambda w, s, r: r * _pairs(w, s, r)[0],
            "`l1` and `l2` return pairs, which no number multiplies. Take each apart first: `penalty, dw = …`.",
        ),
    ),
)
