"""Exercises on the penalties L2 and L1."""

from operator import itemgetter

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Caller, Cases, Exercise, Property, Values, Violation, case
from cs231n_lib.checks.numerical import require_own_gradient
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import regularizers

from . import references


def away_from_zero(rng: Generator, shape: tuple[int, ...]) -> FloatArray:
    """Weights of either sign, none so near 0 that a numerical gradient would step over the kink of ``|w|``."""
    w = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.2, 2, shape)
    w.flat[:2] = np.abs(w.flat[:2]) * [1, -1]
    return w


def _weights(rng: Generator) -> Cases:
    for shape, strength in (((5,), 0.3), ((3, 4), 1.7)):
        w = away_from_zero(rng, shape)
        w *= -np.sign(w.sum())  # so that the sum is negative and differs from its magnitude
        yield case(f"w of shape {shape}, λ = {strength}", w, strength)


def _with_zeros(rng: Generator) -> Cases:
    w = away_from_zero(rng, (3, 3))
    w[0] = 0
    yield case("three weights of exactly 0", w, 0.7)
    yield case("λ = 0", away_from_zero(rng, (4,)), 0.0)


def tiny_weights(rng: Generator) -> FloatArray:
    """Weights of 10⁻⁷, of which an ε in a denominator would make a tenth less."""
    return 1e-7 * away_from_zero(rng, (4,))


def _tiny(rng: Generator) -> Cases:
    yield case("weights of about 1e-7", tiny_weights(rng), 0.7)
    yield case("weights of about 1e-12", 1e-5 * tiny_weights(rng), 0.7)


def require_gradient_of_penalty(call: Caller, w: FloatArray, *strengths: float) -> None:
    """Require that ``call(w, *strengths)`` returns a number that depends on w, and its gradient."""
    result = call(w, *strengths)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Violation("your function does not return the two values `penalty` and `dw`", type(result).__name__)
    if np.ndim(result[0]):
        raise Violation(
            "`penalty` is not one number", f"its shape is {np.shape(result[0])}, that of `dw` {np.shape(result[1])}"
        )
    if np.isclose(float(result[0]), float(call(2 * w, *strengths)[0])):
        raise Violation("the penalty does not change if all weights are doubled", f"it is {float(result[0]):.6g}")
    require_own_gradient("dw", result[1], call, lambda w: (w, *strengths), itemgetter(0), w, of="penalty")


def _is_own_gradient(call: Caller, rng: Generator) -> None:
    require_gradient_of_penalty(call, away_from_zero(rng, (2, 3)), 0.6)


l2 = Exercise(
    regularizers.l2,
    points=6,
    minutes=10,
    difficulty=1,
    covers="sign",
    importance="core",
    forbidden=(regularizers.elastic_net, references.l2_on_weights),
    checks=(
        Values("Penalty and gradient", 4.5, _weights),
        Values("Weights of 0, and λ = 0", 1, _with_zeros),
        Property("Gradient against the numerical gradient of the same penalty", 1.5, _is_own_gradient),
    ),
    slips="""
        ½ missing, doubled gradient
            0.5 * strength → strength
            return penalty, strength → return penalty, 2 * strength
            you use the penalty λ Σw² and its gradient 2λw. Use ½λ Σw² with the gradient λw, because otherwise your
            penalty is twice as strong.
        ½ missing in the penalty
            0.5 * strength → strength
            your penalty is twice as large as it should be. Multiply the sum of the squares by ½λ.
        gradient twice too large
            return penalty, strength → return penalty, 2 * strength
            your gradient is twice as large as it should be. Return λw, because the 2 from the square cancels the ½.
        ½ kept in the gradient
            return penalty, strength → return penalty, 0.5 * strength
            your gradient is ½λw. Return λw, because the 2 from the square cancels the ½.
        a quarter for a half
            0.5 * strength → 0.25 * strength
            your penalty is half as large as it should be. Use only one ½, as in ½λ Σw².
        mean of the squares
            np.sum → np.mean
            you take the mean of the squares. *Sum* them over the weights.
        length for squares
            np.sum(w**2) → np.linalg.norm(w)
            you use the length ‖w‖, which is a square root. Use the sum of the squares without the root.
        λ left out of the gradient
            return penalty, strength * w → return penalty, w
            you leave λ out of the gradient. Multiply w by λ.
        λ left out of the penalty
            0.5 * strength → 0.5
            you leave λ out of the penalty. Return ½λ Σw².
        λ and ½ left out of the penalty
            0.5 * strength * float → float
            you return the sum of the squares as the penalty. Multiply it by ½λ.
        λ squared in the penalty
            0.5 * strength * → 0.5 * strength**2 *
            you square λ in the penalty. Multiply the sum of the squares by ½λ.
        product of w with itself
            float(np.sum(w**2)) → (w @ w)
            you use `w @ w`, which is the sum of squares only for a vector. Sum the squares of all entries, whatever the
            shape of w.
        square of the sum
            np.sum(w**2) → np.sum(w) ** 2
            you square the sum, in which weights of opposite signs cancel. Square each weight first, and then sum the
            squares.
        sum of the weights
            w**2 → w
            you sum the weights themselves, so weights of opposite signs cancel. Square each weight first.
        no penalty
            0.5 * strength → 1 // 2 * strength
            you return a penalty of 0 for all weights, perhaps because you write ½ as `1 // 2`, which is 0 in Python.
            Write `0.5` or `1 / 2`, and return ½λ Σw².
        no gradient
            strength * w → 0 * w
            you return a gradient of 0 for all weights, so training would ignore the penalty. Return λw.
        weights after a step
            strength * w → w - strength * w
            your second value is w after an update step. Return only the gradient λw, because the step comes later.
        gradient summed
            strength * w → strength * np.sum(w)
            you sum the gradient over the weights. Sum only the penalty, and return a `dw` with the shape of w.
        sum of the weights in the gradient
            strength * w → strength * np.full_like(w, np.sum(w))
            you use the sum of all weights in every entry of the gradient. Multiply each weight *itself* by λ.
        not summed
            float(np.sum(w**2)) → w**2
            you return a penalty for each weight. Sum over the weights, because the penalty is one number.
        summed over one axis
            float(np.sum(w**2)) → np.sum(w**2, axis=0)
            you sum only over the first axis, which leaves one number for each column of a matrix. Sum over all entries
            of w.
    """,
)

l1 = Exercise(
    regularizers.l1,
    points=6,
    minutes=10,
    difficulty=2,
    covers="threshold sign tiny",
    importance="core",
    forbidden=(regularizers.elastic_net,),
    examples_rows=("Gradient of 0 at weights of exactly 0",),
    checks=(
        Values("Penalty and gradient", 5, _weights),
        Values("Gradient of 0 at weights of exactly 0", 1.5, _with_zeros),
        Values("Tiny weights", 0.5, _tiny),
        Property("Gradient against the numerical gradient of the same penalty", 1, _is_own_gradient),
    ),
    slips="""
        positive slope at zero
            np.sign(w) → np.where(w >= 0, 1.0, -1.0)
            you give a weight of exactly 0 the gradient +λ, which would push it away from 0. Use `np.sign`, which
            returns 0 for such a weight.
        negative slope at zero
            np.sign(w) → np.where(w > 0, 1.0, -1.0)
            you give a weight of exactly 0 the gradient −λ, which would push it away from 0. Use `np.sign`, which
            returns 0 for such a weight.
        0/0 at zero
            np.sign(w) → w / np.abs(w)
            your gradient is NaN for a weight of 0, perhaps because you compute w / |w|, which is 0/0 there. Use
            `np.sign`, which returns 0 for such a weight and w / |w| for all others.
        ε against 0/0
            np.sign(w) → w / (np.abs(w) + 1e-8)
            you divide by |w| + ε, so the gradient of a tiny weight is too small. Use `np.sign`, which needs no ε.
        no magnitudes
            np.abs(w) → w
            np.sign(w) → np.ones_like(w)
            you sum w itself, so negative weights lower the penalty. Sum |w|, and give the gradient the sign of w.
        sign left out
            np.sign(w) → np.ones_like(w)
            you give negative weights the gradient +λ too, which pushes them away from 0. Multiply λ by the sign of w.
        sign reversed
            strength * np.sign(w) → -strength * np.sign(w)
            your gradient has the wrong sign. Give it the sign of w, because |w| rises with w if w > 0 and falls if
            w < 0.
        gradient of L2
            np.sign(w) → w
            you return λw, the gradient of L2. Return λ sign(w), because the slope of |w| is +1 or −1, however large |w|
            is.
        ½ carried over
            strength * float → 0.5 * strength * float
            strength * np.sign → 0.5 * strength * np.sign
            you multiply by ½ as in L2, where the ½ cancels a 2. Leave out the ½, because L1 is λ Σ|w|.
        λ left out of the gradient
            strength * np.sign → np.sign
            you leave λ out of the gradient. Multiply the gradient that you return by λ.
        λ left out of the penalty
            strength * float → float
            you leave λ out of the penalty. Multiply Σ|w| by λ.
        ½ in the penalty only
            strength * float → 0.5 * strength * float
            you multiply the penalty by ½ as in L2, where the ½ cancels a 2. Leave out the ½, because L1 is λ Σ|w|.
        plain sum in the penalty
            np.abs(w) → w
            you sum w itself in the penalty, so negative weights lower it. Sum |w|.
        magnitude of the sum
            np.sum(np.abs(w)) → np.abs(np.sum(w))
            you take the magnitude of the sum, in which weights of opposite signs cancel. Take the magnitudes first, and
            then sum them.
        norm of a matrix
            np.sum(np.abs(w)) → np.linalg.norm(w, 1)
            you use only the column of a matrix whose sum of magnitudes is largest, as `np.linalg.norm(w, 1)` does. Sum
            |w| over all entries.
        no gradient
            strength * np.sign(w) → 0 * w
            you return a gradient of 0 for all weights, so training would ignore the penalty. Return λ sign(w).
        magnitudes in the gradient
            np.sign(w) → np.abs(w)
            you return λ|w|, the penalty of each weight, as the gradient. Return λ sign(w), the slope of this penalty.
        positive weights only
            np.sign(w) → (w > 0)
            you give negative weights the gradient 0. Give them the gradient −λ, because L1 pulls them up towards 0.
        not summed
            float(np.sum(np.abs(w))) → np.abs(w)
            you return a penalty for each weight. Sum over the weights, because the penalty is one number.
        if on an array
            np.sign(w) → (1.0 if w > 0 else -1.0)
            you use an array where Python needs a single True or False, for example in `if w > 0`. Use a function such
            as `np.sign`, which works entry by entry.
        mean of the magnitudes
            np.sum → np.mean
            you take the mean of the magnitudes. *Sum* them over the weights.
    """,
)
