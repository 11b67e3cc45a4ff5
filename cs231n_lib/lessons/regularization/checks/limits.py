"""Exercises on two steps that act on the weights themselves, the proximal step of L1 and max norm."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import regularizers

from . import references


def _crossings(rng: Generator, lr: float, strength: float) -> tuple[FloatArray, FloatArray]:
    """Eight weights and gradients, with w and u of either sign, beyond the threshold and within.

    The first weight grows, so its gradient has the other sign.
    """
    w = rng.uniform(0.5, 2, 8) * np.repeat([1, -1], 4)
    moved = lr * strength * np.tile(rng.uniform([1.5, -4, 0.2, -0.8], [4, -1.5, 0.8, -0.2]), 2)
    moved[0] += w[0]
    return w, (w - moved) / lr


def _steps(rng: Generator) -> Cases:
    for shape, lr, strength in (((8,), 0.1, 2.0), ((2, 4), 0.5, 0.6)):
        w, dw = (a.reshape(shape) for a in _crossings(rng, lr, strength))
        yield case(f"w of shape {shape}, α = {lr}, λ = {strength}", w, dw, lr, strength)


def _small_weights(rng: Generator) -> Cases:
    w = rng.uniform(0.05, 0.15, 6) * [1, -1, 1, -1, 1, -1]
    yield case("weights that stop at 0", w, np.zeros(6), 0.1, 2.0)
    crossing, dw = _crossings(rng, 0.1, 2.0)
    crossing[-1] = dw[-1] = 0
    yield case("λ = 0, a plain gradient step, and a weight of 0", crossing, dw, 0.1, 0.0)
    yield case("weights of about 5e-6", 1e-5 * rng.uniform(0.3, 0.7, 4) * [1, -1, 1, -1], np.zeros(4), 0.1, 2e-5)


def _zeros_are_exact(call: Function, rng: Generator) -> None:
    w = rng.uniform(0.1, 1.9, 6) * [1, -1, 1, -1, 1, -1]
    w[:2] = 9, -9
    for _ in range(30):
        new = call(w, np.zeros(6), 0.1, 2.0)
        if np.shape(new) != w.shape:
            raise Violation(f"your function returns an array of shape {np.shape(new)}, not {w.shape}")
        w = np.asarray(new, dtype=float)
    if w[2:].any():
        numbers = f"{np.count_nonzero(w[2:])} of 4 are not 0, and their largest magnitude is {np.abs(w[2:]).max():.6g}"
        raise Violation("some small weights are not exactly 0 after 30 steps without data. Stop them at 0", numbers)
    if not w[:2].all():
        raise Violation("a weight of magnitude 9 becomes 0 in 30 steps. Move it by αλ = 0.2 in each step, 6 in total")


proximal_step = Exercise(
    references.proximal_step,
    points=11,
    minutes=20,
    difficulty=3,
    covers="sign tiny",
    importance="extra",
    forbidden=(regularizers.soft_threshold,),
    checks=(
        Values("Proximal step", 5.5, _steps),
        Values("Small weights that stop at 0, and λ = 0", 1.5, _small_weights),
        Property("Exact zeros after 30 steps", 2, _zeros_are_exact),
    ),
    slips="""
        plain subgradient step
            lr * dw → lr * (dw + strength * np.sign(w))
            np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0) → moved
            you take an ordinary gradient step with λ sign(w) in the gradient, so small weights jump back and forth
            *across* 0 and never stay at 0. Take the step on the data loss alone, and then move each weight towards 0 by
            αλ, but not past 0.
        0 at every change of sign
            lr * dw → lr * (dw + strength * np.sign(w))
            np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0) → np.where(moved * w < 0, 0, moved)
            you shrink by the sign of the old weight and set each weight that changes its sign to 0, although the step
            on the data loss alone may carry it across 0. Take this step first, and then move the result towards 0 by
            αλ, but not past 0.
        past zero
            np.maximum(np.abs(moved) - lr * strength, 0) → (np.abs(moved) - lr * strength)
            you move small weights past 0, because you subtract αλ even from magnitudes below αλ. Compute sign(u) ·
            max(|u| − αλ, 0), which stops at 0.
        threshold without α
            lr * strength → strength
            you move the weights towards 0 by λ. Move them by αλ, because the learning rate α scales every step.
        threshold without λ
            lr * strength → lr
            you move the weights towards 0 by α, whatever the strength λ is. Move them by αλ.
        shrunk before the step
            w - lr * dw → w
            lr * strength, 0) → lr * strength, 0) - lr * dw
            you shrink the weights before the step on the data loss, which then moves weights of 0 away from 0 again.
            Take the step first, and shrink the result.
        left as it is within the threshold
            np.maximum(np.abs(moved) - lr * strength, 0) → (abs(moved) - lr * strength * (abs(moved) > lr * strength))
            you leave weights within αλ of 0 as they are. Set them to 0, because their move towards 0 stops at 0.
        hard threshold
            np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0) → moved * (np.abs(moved) > lr * strength)
            you set small weights to 0 and leave the large ones unchanged. Move *every* weight towards 0 by αλ, but
            not past 0, because L1 pulls equally on all weights.
        sign lost
            np.sign(moved) * →
            you return only the magnitudes, so no weight is negative. Multiply them by the sign of u, as in `np.sign(…)
            * …`.
        penalty counted twice
            lr * dw → lr * (dw + strength * np.sign(w))
            you apply the penalty twice, as a gradient λ sign(w) and as a threshold. Leave λ sign(w) out of the
            gradient, because the threshold replaces it.
        weights multiplied
            np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0) → (1 - lr * strength) * moved
            you multiply the weights by 1 − αλ as L2 does, which makes them small but never 0. *Subtract* αλ from each
            magnitude, but stop at 0.
        up the gradient
            w - lr → w + lr
            your step on the data loss goes *up* the gradient. Compute w − α dw.
        step without α
            lr * dw → dw
            you leave the learning rate out of the step on the data loss. Compute w − α dw.
        no step on the data
            w - lr * dw → w
            you do not use `dw`. Compute u = w − α dw first, and then move u towards 0.
        no threshold
            np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0) → moved
            you take only the step on the data loss. Then move the result towards 0 by αλ, but not past 0.
        sign of the gradient
            np.sign(moved) → np.sign(dw)
            you use the sign of the gradient. Use the sign of u, the weight after the step on the data loss.
        sign of the old weight
            np.sign(moved) → np.sign(w)
            you use the sign of the old weight, although the step on the data loss may have carried the weight across 0.
            Use the sign of u, the weight after this step.
        largest along an axis
            np.maximum → np.max
            you take the maximum along axis 0, as `np.max(…, 0)` does. Call `np.maximum(…, 0)`, which returns the larger
            of each entry and 0.
        smaller for larger
            np.maximum → np.minimum
            you take the *smaller* of |u| − τ and 0, as `np.minimum` does. Use `np.maximum`, which returns the larger.
        τ as the floor
            np.abs(moved) - lr * strength, 0 → np.abs(moved), lr * strength
            you raise every magnitude below τ to τ. Subtract τ from each magnitude, and use 0 as the lower bound, as in
            max(|u| − τ, 0).
        clipped
            np.sign(moved) * →
            np.maximum(np.abs(moved) - lr * strength, 0) → np.clip(moved, -lr * strength, lr * strength)
            you return u clipped to ±τ, which is the part that the threshold removes. Subtract this part from u.
        negative weights lost
            np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0) → np.maximum(moved - lr * strength, 0)
            you set every negative weight to 0. Shrink the magnitude |u|, and multiply the result by the sign of u.
        half the threshold
            lr * strength → lr * strength / 2
            your threshold is half as large as it should be. Use τ = αλ, because the penalty λ|w| has no ½.
        change for weights
            return np → return w - np
            you return the change in the weights. Return the new weights.
        if on an array
            np.maximum → max
            you use an array where Python needs a single True or False, for example in `if` or in Python's `max`. Use
            `np.maximum` or `np.where`, which work entry by entry.
        w changed
            moved = w - lr * dw → w -= lr * dw ⏎ moved = w
            you change the caller's array, directly or by another name such as that from `np.asarray(w)`. Compute a new
            array.
    """,
)


def _columns(rng: Generator, d: int, lengths: FloatArray) -> FloatArray:
    """Weights (D, M) whose columns have these lengths and random directions."""
    w = rng.normal(size=(d, np.size(lengths)))
    return np.asarray(w / np.linalg.norm(w, axis=0) * lengths)


def _long_and_short(rng: Generator, d: int, units: int, limit: float) -> FloatArray:
    """Weights (D, M) whose columns are alternately shorter and longer than the limit."""
    lengths = np.where(np.arange(units) % 2, rng.uniform(1.25, 2, units), rng.uniform(0.15, 0.75, units))
    return _columns(rng, d, limit * lengths)


def _weights(rng: Generator) -> Cases:
    for d, units, limit in ((4, 4, 2.0), (3, 5, 0.7)):
        yield case(f"w of shape ({d}, {units}), limit {limit}", _long_and_short(rng, d, units, limit), limit)


def _near_the_limit(rng: Generator) -> Cases:
    yield case("columns of length 0, 2.4, 2.6 and 9, limit 2.5", _columns(rng, 3, np.array([0, 2.4, 2.6, 9])), 2.5)


def _lengths_and_directions(call: Function, rng: Generator) -> None:
    w = _long_and_short(rng, 3, 6, 2.0)
    limited = np.asarray(call(w, 2.0), dtype=float)
    if limited.shape != w.shape:
        raise Violation(f"your function returns an array of shape {limited.shape}, not {w.shape}")
    before, lengths = np.linalg.norm(w, axis=0), np.linalg.norm(limited, axis=0)
    numbers = f"the lengths were {before.round(2).tolist()} and are now {lengths.round(2).tolist()}"
    if not (lengths <= 2.0 + 1e-9).all():
        raise Violation("a unit's vector of weights is longer than the limit. Scale it back to the limit", numbers)
    if not (lengths >= np.minimum(before, 2.0) - 1e-9).all():
        raise Violation("you shorten the weights of a unit too much. Shorten them only to the limit", numbers)
    bend = np.abs(limited / w - (limited / w)[0]).max()
    if bend > 1e-9:
        raise Violation(
            "you change the direction of some unit's weights. Multiply all weights of a unit by one factor",
            f"the factors within a column differ by up to {bend:.3g}",
        )


max_norm = Exercise(
    regularizers.max_norm,
    points=8,
    minutes=15,
    difficulty=2,
    covers="sign features",
    checks=(
        Values("Long and short columns", 5, _weights),
        Values("A column of zeros, and columns near the limit", 1, _near_the_limit),
        Property("Lengths within the limit, and unchanged directions", 1, _lengths_and_directions),
    ),
    slips="""
        all made as long as the limit
            np.maximum(norms, limit) → norms
            you stretch the short columns. Scale back only columns that are longer than the limit.
        over the wrong axis
            axis=0 → axis=1, keepdims=True
            you limit the rows, each of which holds the *outgoing* weights of an input. Limit the columns (axis 0), each
            of which holds the incoming weights of a unit.
        length of the whole matrix
            np.linalg.norm(w, axis=0) → np.linalg.norm(w)
            you compute one length for the whole matrix. Compute the length of each column, its norm along axis 0.
        entries clipped
            w * (limit / np.maximum(norms, limit)) → np.clip(w, -limit, limit)
            you clip the *entries*, which changes the direction of a column. Limit the length of each column.
        root forgotten
            np.linalg.norm(w, axis=0) → np.sum(w**2, axis=0)
            you compare the sum of squares with the limit. Take the square root of the sum first, because the limit
            applies to the length.
        0/0
            w * (limit / np.maximum(norms, limit)) → w / norms * np.minimum(norms, limit)
            you divide by the length of a column even if it is 0, so a column of zeros becomes NaN. Compute w · limit /
            max(length, limit), whose divisor is never 0.
        limit left out
            (limit / → (1 /
            you leave the limit out of the numerator, so even the short columns change. Divide the limit by the larger
            of the length and the limit.
        made as long as 1
            (limit / np.maximum(norms, limit)) → np.where(norms > limit, 1 / norms, 1)
            you scale the long columns to length 1. Multiply them by the limit as well.
        minimum for maximum
            np.maximum → np.minimum
            you divide by the *smaller* of the length and the limit, so long columns stay long and short ones are
            stretched. Divide by the larger.
        upside down
            (limit / np.maximum(norms, limit)) → (np.maximum(norms, limit) / limit)
            you use the reciprocal of the factor, so long columns grow. Divide the limit by the larger of the length and
            the limit.
        longest column for all
            axis=0) → axis=0).max()
            you scale all columns by the factor of the longest one. Compute a factor for each column.
        sum of magnitudes as length
            np.linalg.norm(w, axis=0) → np.sum(np.abs(w), axis=0)
            you use the sum of the magnitudes as the length. Use ‖w‖₂, the square root of the sum of squares.
        largest entry as length
            np.linalg.norm(w, axis=0) → np.max(np.abs(w), axis=0)
            you use the largest entry as the length. Use ‖w‖₂, the square root of the sum of squares.
        set to the limit
            w * (limit / np.maximum(norms, limit)) → np.where(norms > limit, limit, w)
            you set each *entry* of a long column to the limit. Multiply the whole column by one factor, so that it
            keeps its direction.
        factors alone
            w * (limit / np.maximum(norms, limit)) → limit / np.maximum(norms, limit)
            you return the factors, one for each column. Multiply w by them.
        as many columns as rows
            np.maximum(norms, limit) → np.where(np.arange(len(norms)) < len(w), np.maximum(norms, limit), limit)
            you use the number of rows, D = `len(w)`, as the number of columns, so all columns after the D-th stay
            unchanged. Use the number of columns, `w.shape[1]`.
        lengths of the rows
            axis=0 → axis=1
            you compute the lengths of the D rows, as `axis=1` does. Use `axis=0`, because the weights of a unit form a
            column.
        axis for a number
            np.maximum → np.max
            you pass a float where an integer is needed, perhaps the limit to `np.max`, whose second argument is an
            axis. Use `np.maximum`, which returns the larger of two values for each entry.
        if on an array
            np.maximum → max
            you use an array where Python needs a single True or False, for example in `if` or in Python's `max`. Use
            `np.maximum` or `np.where`, which work entry by entry.
        w changed
            return w * (limit / np.maximum(norms, limit)) → w *= limit / np.maximum(norms, limit) ⏎ return w
            you change the caller's `w`, perhaps through its columns, which are views of it. Make a new array, or work
            on a copy.
    """,
)
