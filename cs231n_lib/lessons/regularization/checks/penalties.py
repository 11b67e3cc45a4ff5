"""Exercises on penalties: L2 and L1."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.checks.numerical import require_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import regularizers


def away_from_zero(rng: Generator, shape: tuple[int, ...]) -> FloatArray:
    """Weights of either sign, none so near 0 that a numerical gradient would step over the kink of ``|w|``."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 2, shape)


def _weights(rng: Generator) -> Iterator[Case]:
    for shape, strength in (((5,), 0.3), ((3, 4), 1.7)):
        w = away_from_zero(rng, shape)
        w *= -np.sign(w.sum())  # so that the sum is not its own magnitude
        yield case(f"w of shape {shape}, λ = {strength}", w, strength)


def _with_zeros(rng: Generator) -> Iterator[Case]:
    w = away_from_zero(rng, (3, 3))
    w[0] = 0
    yield case("three weights of exactly 0", w, 0.7)
    yield case("λ = 0", away_from_zero(rng, (4,)), 0.0)


def require_own_gradient(penalty: Callable[[FloatArray], Any], w: FloatArray) -> None:
    """``penalty(w)`` returns a number, and beside it its gradient."""
    result = penalty(w)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Wrong("two values are asked, `penalty` and `dw`", type(result).__name__)
    if np.ndim(result[0]):
        raise Wrong("`penalty` is not one number", f"shapes: {np.shape(result[0])}, and of `dw` {np.shape(result[1])}")
    require_gradient("dw", result[1], lambda w: float(penalty(w)[0]), w)


def _is_own_gradient(call: Callable[..., Any], rng: Generator) -> None:
    require_own_gradient(lambda w: call(w, 0.6), away_from_zero(rng, (2, 3)))


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
            _penalty(lambda w, s: 0.5 * s * np.mean(w**2), lambda w, s: s * w),
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
        Mistake(
            "λ left out of the penalty",
            _penalty(lambda w, s: 0.5 * np.sum(w**2), lambda w, s: s * w),
            "the gradient holds λ, the penalty does not: it is ½λ Σw².",
        ),
        Mistake(
            "square of the sum",
            _penalty(lambda w, s: 0.5 * s * np.sum(w) ** 2, lambda w, s: s * w),
            "you square the sum, in which weights of either sign cancel: square each weight, then sum.",
        ),
        Mistake(
            "½ by whole numbers",
            _penalty(lambda w, s: 0.0 * np.sum(w**2), lambda w, s: s * w),
            "the penalty is 0 for all weights. In Python `1 // 2` is 0: write `0.5` or `1 / 2`.",
        ),
        Mistake(
            "weights after a step",
            _penalty(_half_squares, lambda w, s: w - s * w),
            "the second value is no gradient: it is w after a step. The step comes later; the gradient alone is λw.",
        ),
        Mistake(
            "gradient summed",
            _penalty(_half_squares, lambda w, s: s * np.sum(w)),
            "only the penalty is a sum: each weight has a gradient of its own, so `dw` has the shape of w.",
        ),
        Mistake(
            "not summed",
            _penalty(lambda w, s: 0.5 * s * w**2, lambda w, s: s * w),
            "the penalty is one number for all weights: the sum is missing.",
        ),
        Mistake(
            "summed over one axis",
            _penalty(lambda w, s: 0.5 * s * np.sum(w**2, axis=0), lambda w, s: s * w),
            "you sum over the first axis only. In a matrix that leaves a number a column: sum over all of w.",
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
            "−1 at zero",
            _penalty(_magnitudes, lambda w, s: s * np.where(w > 0, 1.0, -1.0)),
            "a weight of exactly 0 gets the gradient −λ and would be pushed away from 0. Take 0 there: `np.sign` does.",
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
            "λ left out of the penalty",
            _penalty(lambda w, s: np.sum(np.abs(w)), lambda w, s: s * np.sign(w)),
            "the gradient holds λ, the penalty does not: it is λ Σ|w|.",
        ),
        Mistake(
            "½ in the penalty only",
            _penalty(lambda w, s: 0.5 * s * np.sum(np.abs(w)), lambda w, s: s * np.sign(w)),
            "the penalty is halved. The ½ belongs to L2, where it cancels a 2: L1 has none, λ Σ|w|.",
        ),
        Mistake(
            "plain sum in the penalty",
            _penalty(lambda w, s: s * np.sum(w), lambda w, s: s * np.sign(w)),
            "the penalty sums w itself, so that negative weights lower it: the sum is over |w|.",
        ),
        Mistake(
            "magnitude of the sum",
            _penalty(lambda w, s: s * np.abs(np.sum(w)), lambda w, s: s * np.sign(w)),
            "this is the magnitude of a sum in which weights of either sign cancel: magnitudes first, then the sum.",
        ),
        Mistake(
            "norm of a matrix",
            _penalty(lambda w, s: s * np.linalg.norm(w, 1), lambda w, s: s * np.sign(w)),
            "`np.linalg.norm(w, 1)` of a matrix is its largest column sum, not the sum of all |w|.",
        ),
        Mistake(
            "magnitudes in the gradient",
            _penalty(_magnitudes, lambda w, s: s * np.abs(w)),
            "λ|w| is what a weight *costs*. The gradient is the slope of that: +λ or −λ, by the sign of w.",
        ),
        Mistake(
            "positive weights only",
            _penalty(_magnitudes, lambda w, s: s * (w > 0)),
            "a negative weight has the gradient 0. It is pulled too, up towards 0: its gradient is −λ.",
        ),
        Mistake(
            "not summed",
            _penalty(lambda w, s: s * np.abs(w), lambda w, s: s * np.sign(w)),
            "the penalty is one number for all weights: the sum is missing.",
        ),
        Mistake(
            "if on an array",
            lambda w, s: 1.0 if w > 0 else -1.0,
            "`if` asks one question, and `w > 0` has an answer for each weight. A function such as `np.sign` goes "
            "through all of them.",
        ),
        Mistake(
            "mean of the magnitudes",
            _penalty(lambda w, s: s * np.mean(np.abs(w)), lambda w, s: s * np.sign(w)),
            "the magnitudes are *summed*; nothing is averaged here.",
        ),
    ),
)
