"""Exercises on penalties: L2 and L1."""

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
        w *= -np.sign(w.sum())  # so that the sum is not its own magnitude
        yield case(f"w of shape {shape}, λ = {strength}", w, strength)


def _with_zeros(rng: Generator) -> Cases:
    w = away_from_zero(rng, (3, 3))
    w[0] = 0
    yield case("three weights of exactly 0", w, 0.7)
    yield case("λ = 0", away_from_zero(rng, (4,)), 0.0)


def require_gradient_of_penalty(call: Caller, w: FloatArray, *strengths: float) -> None:
    """``call(w, *strengths)`` returns a number that depends on w, and beside it its gradient."""
    result = call(w, *strengths)
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Violation("two values are asked, `penalty` and `dw`", type(result).__name__)
    if np.ndim(result[0]):
        raise Violation(
            "`penalty` is not one number", f"shapes: {np.shape(result[0])}, and of `dw` {np.shape(result[1])}"
        )
    if np.isclose(float(result[0]), float(call(2 * w, *strengths)[0])):
        raise Violation("the penalty stays the same when all weights are doubled", f"it is {float(result[0]):.6g}")
    require_own_gradient("dw", result[1], call, lambda w: (w, *strengths), itemgetter(0), w, of="penalty")


def _is_own_gradient(call: Caller, rng: Generator) -> None:
    require_gradient_of_penalty(call, away_from_zero(rng, (2, 3)), 0.6)


l2 = Exercise(
    regularizers.l2,
    points=6,
    minutes=10,
    difficulty=1,
    importance="core",
    forbidden=(regularizers.elastic_net, references.l2_on_weights),
    checks=(
        Values("Penalty and gradient", 4, _weights),
        Values("Weights of 0, and λ = 0", 1, _with_zeros),
        Property("The gradient is that of the penalty beside it", 2, _is_own_gradient),
    ),
    slips="""
        ½ missing, doubled gradient
            0.5 * strength → strength
            return penalty, strength → return penalty, 2 * strength
            this is λ Σw², consistent in itself; but here the strength is defined with a ½, so that your λ counts twice.
            Write ½λ Σw², and the gradient carries no 2.
        ½ missing in the penalty
            0.5 * strength → strength
            the penalty is twice too large: it is *half* λ times the sum of the squares.
        gradient twice too large
            return penalty, strength → return penalty, 2 * strength
            the 2 that comes down from the square cancels the ½: the gradient is λw.
        ½ kept in the gradient
            return penalty, strength → return penalty, 0.5 * strength
            the square brings down a 2, which cancels the ½: the gradient is λw, not ½λw.
        a quarter for a half
            0.5 * strength → 0.25 * strength
            the penalty is half as large as it should be: one ½ is enough, ½λ Σw².
        mean of the squares
            np.sum → np.mean
            the squares are *summed* over the weights; nothing is averaged here.
        length for squares
            np.sum(w**2) → np.linalg.norm(w)
            this is the length ‖w‖, a root. The penalty is the sum of the squares without one.
        λ left out of the gradient
            return penalty, strength * w → return penalty, w
            the gradient lacks λ: it is λw.
        λ left out of the penalty
            0.5 * strength → 0.5
            the penalty lacks λ: it is ½λ Σw².
        λ and ½ left out of the penalty
            0.5 * strength * float → float
            the penalty is the bare sum of the squares: it is ½λ times that.
        λ squared in the penalty
            0.5 * strength * → 0.5 * strength**2 *
            λ is squared in the penalty: it is ½λ times the sum of the squares.
        square of the sum
            np.sum(w**2) → np.sum(w) ** 2
            you square the sum, in which weights of either sign cancel: square each weight, then sum.
        sum of the weights
            w**2 → w
            the weights are summed as they are, and those of either sign cancel: square each weight first.
        no penalty
            0.5 * strength → 1 // 2 * strength
            the penalty is 0 whatever the weights. Is it computed, and returned? And is the ½ written `0.5` or `1 / 2`?
            In Python `1 // 2` is 0.
        no gradient
            strength * w → 0 * w
            the gradient is 0 whatever the weights, so training would never feel the penalty: it is λw.
        weights after a step
            strength * w → w - strength * w
            the second value is no gradient: it is w after a step. The step comes later; the gradient alone is λw.
        gradient summed
            strength * w → strength * np.sum(w)
            only the penalty is a sum: each weight has a gradient of its own, so `dw` has the shape of w.
        sum of the weights in the gradient
            strength * w → strength * np.full_like(w, np.sum(w))
            every weight gets the gradient of their sum. Only the penalty is a sum: that of a weight is λ times *it*.
        not summed
            float(np.sum(w**2)) → w**2
            the penalty is one number for all weights: the sum is missing.
        summed over one axis
            float(np.sum(w**2)) → np.sum(w**2, axis=0)
            you sum over the first axis only. In a matrix that leaves a number a column: sum over all of w.
    """,
)

l1 = Exercise(
    regularizers.l1,
    points=6,
    minutes=10,
    difficulty=2,
    importance="core",
    forbidden=(regularizers.elastic_net,),
    checks=(
        Values("Penalty and gradient", 4, _weights),
        Values("At exactly 0 the gradient is 0", 2, _with_zeros),
        Property("The gradient is that of the penalty beside it", 2, _is_own_gradient),
    ),
    slips="""
        +1 at zero
            np.sign(w) → np.where(w >= 0, 1.0, -1.0)
            a weight of exactly 0 gets the gradient +λ and would be pushed away from 0. Take 0 there: `np.sign` does.
        −1 at zero
            np.sign(w) → np.where(w > 0, 1.0, -1.0)
            a weight of exactly 0 gets the gradient −λ and would be pushed away from 0. Take 0 there: `np.sign` does.
        0/0 at zero
            np.sign(w) → w / np.abs(w)
            w / |w| is 0/0 for a weight of 0: NaN. `np.sign` is the same elsewhere, and 0 there.
        no magnitudes
            np.abs(w) → w
            np.sign(w) → np.ones_like(w)
            negative weights are rewarded: the sum is over |w|, and the gradient has the sign of w.
        sign left out
            np.sign(w) → np.ones_like(w)
            the gradient is +λ for negative weights too, which pushes them away from 0: multiply by the sign of w.
        sign turned
            strength * np.sign(w) → -strength * np.sign(w)
            the sign is turned: |w| grows to the right of 0 and falls to the left of it, so the gradient has the sign
            of w.
        gradient of L2
            np.sign(w) → w
            λw is the gradient of L2. |w| has the slope +1 or −1, whatever its size.
        ½ carried over
            strength * float → 0.5 * strength * float
            strength * np.sign → 0.5 * strength * np.sign
            the ½ belongs to L2, where it cancels a 2. L1 has none: λ Σ|w|.
        λ left out of the gradient
            strength * np.sign → np.sign
            the gradient lacks λ: it is λ sign(w).
        λ left out of the penalty
            strength * float → float
            the penalty lacks λ: it is λ Σ|w|.
        ½ in the penalty only
            strength * float → 0.5 * strength * float
            the penalty is halved. The ½ belongs to L2, where it cancels a 2: L1 has none, λ Σ|w|.
        plain sum in the penalty
            np.abs(w) → w
            the penalty sums w itself, so that negative weights lower it: the sum is over |w|.
        magnitude of the sum
            np.sum(np.abs(w)) → np.abs(np.sum(w))
            this is the magnitude of a sum in which weights of either sign cancel: magnitudes first, then the sum.
        norm of a matrix
            np.sum(np.abs(w)) → np.linalg.norm(w, 1)
            `np.linalg.norm(w, 1)` of a matrix is its largest column sum, not the sum of all |w|.
        no gradient
            strength * np.sign(w) → 0 * w
            the gradient is 0 whatever the weights, so training would never feel the penalty: it is λ sign(w).
        magnitudes in the gradient
            np.sign(w) → np.abs(w)
            λ|w| is what a weight *costs*. The gradient is the slope of that: +λ or −λ, by the sign of w.
        positive weights only
            np.sign(w) → (w > 0)
            a negative weight has the gradient 0. It is pulled too, up towards 0: its gradient is −λ.
        not summed
            float(np.sum(np.abs(w))) → np.abs(w)
            the penalty is one number for all weights: the sum is missing.
        if on an array
            np.sign(w) → (1.0 if w > 0 else -1.0)
            `if` asks one question, and `w > 0` has an answer for each weight. A function such as `np.sign` goes through
            all of them.
        mean of the magnitudes
            np.sum → np.mean
            the magnitudes are *summed*; nothing is averaged here.
    """,
)
