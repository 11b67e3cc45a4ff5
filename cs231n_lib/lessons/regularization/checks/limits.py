"""Exercises on steps that act on the weights themselves: the one that L1 asks for, and a limit on their length."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import regularizers

from . import references


def _crossings(rng: Generator, lr: float, strength: float) -> tuple[FloatArray, FloatArray]:
    """Eight weights and gradients: w of either sign, and u of either sign, beyond the threshold and within.

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
    yield case("λ = 0: a plain gradient step", *_crossings(rng, 0.1, 2.0), 0.1, 0.0)


def _zeros_are_exact(call: Function, rng: Generator) -> None:
    w = rng.uniform(0.1, 1.9, 6) * [1, -1, 1, -1, 1, -1]
    w[:2] = 9, -9
    for _ in range(30):
        new = call(w, np.zeros(6), 0.1, 2.0)
        if np.shape(new) != w.shape:
            raise Violation(f"returns shape {np.shape(new)}, not {w.shape}")
        w = np.asarray(new, dtype=float)
    if w[2:].any():
        numbers = f"{np.count_nonzero(w[2:])} of 4 are not, the largest magnitude is {np.abs(w[2:]).max():.6g}"
        raise Violation("after 30 steps without any data, not all small weights are exactly 0", numbers)
    if not w[:2].all():
        raise Violation("a weight of size 9 has become 0 in 30 steps of αλ = 0.2, which move it by 6")


proximal_step = Exercise(
    references.proximal_step,
    points=11,
    minutes=20,
    difficulty=3,
    importance="extra",
    forbidden=(regularizers.soft_threshold,),
    checks=(
        Values("The step", 5, _steps),
        Values("Small weights stop at 0; and λ = 0", 2, _small_weights),
        Property("Zeros are exact", 2, _zeros_are_exact),
    ),
    slips="""
        plain subgradient step
            lr * dw → lr * (dw + strength * np.sign(w))
            np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0) → moved
            this is the ordinary gradient step, with λ sign(w) in the gradient. It steps *across* 0 and back, and never
            stays there. Take the step on the data alone, then move towards 0, no further than 0.
        past zero
            np.maximum(np.abs(moved) - lr * strength, 0) → (np.abs(moved) - lr * strength)
            small weights change their sign: they are moved by αλ even where less is left. Stop at 0, with
            `np.maximum(…, 0)`.
        threshold without α
            lr * strength → strength
            the weights are moved by λ. One step of rate α moves them by αλ.
        threshold without λ
            lr * strength → lr
            the weights are moved by α, whatever the strength: the threshold is αλ.
        shrunk before the step
            w - lr * dw → w
            lr * strength, 0) → lr * strength, 0) - lr * dw
            you shrink first and then step on the data, which moves the zeros away again. The other order: step, then
            shrink what came out.
        hard threshold
            np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0) → moved * (np.abs(moved) > lr * strength)
            small weights become 0, but the large ones keep their size: L1 moves *every* weight towards 0 by αλ.
        sign lost
            np.sign(moved) * →
            no weight is negative any more: give the magnitude its sign back, `np.sign(…) * …`.
        penalty counted twice
            lr * dw → lr * (dw + strength * np.sign(w))
            the penalty acts twice, as a gradient λ sign(w) and as a threshold: the threshold replaces that gradient.
        weights multiplied
            np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0) → (1 - lr * strength) * moved
            a factor 1 − αλ is what L2 does: it makes weights small, never 0. L1 *subtracts* αλ from the magnitude.
        up the gradient
            w - lr → w + lr
            the first step goes *up* the gradient of the data: it is w − α dw.
        step without α
            lr * dw → dw
            the first step lacks its rate: it is w − α dw.
        no step on the data
            w - lr * dw → w
            `dw` is not used: take the step on the data first, then move what came out.
        no threshold
            np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0) → moved
            this is the step on the data alone: the move towards 0 by αλ is missing.
        sign of the gradient
            np.sign(moved) → np.sign(dw)
            the sign is that of the gradient: take the sign of u, the weight after the step on the data.
        sign of the old weight
            np.sign(moved) → np.sign(w)
            the sign is that of the old weight. The step may have carried it across 0: take the sign of u.
        largest along an axis
            np.maximum → np.max
            `np.max(…, 0)` is the largest along axis 0. The larger of each entry and 0 is `np.maximum(…, 0)`.
        smaller for larger
            np.maximum → np.minimum
            `np.minimum` keeps what is *below* 0: the larger of |u| − τ and 0 is asked.
        τ as the floor
            np.abs(moved) - lr * strength, 0 → np.abs(moved), lr * strength
            no magnitude goes below τ. Take τ away from it, and let 0 be the floor: max(|u| − τ, 0).
        clipped
            np.sign(moved) * →
            np.maximum(np.abs(moved) - lr * strength, 0) → np.clip(moved, -lr * strength, lr * strength)
            clipping to ±τ keeps the part of u that should go: the new weight is what is left, u less that.
        negative weights lost
            np.sign(moved) * np.maximum(np.abs(moved) - lr * strength, 0) → np.maximum(moved - lr * strength, 0)
            every negative weight becomes 0: shrink the magnitude |u|, and give the sign back.
        half the threshold
            lr * strength → lr * strength / 2
            the threshold is halved: the penalty is λ|w|, without a ½, and τ = αλ.
        change for weights
            return np → return w - np
            this is by how much the weights change: return the new weights themselves.
        if on an array
            np.maximum → max
            `if` and Python's `max` ask one question, and there is an answer for each weight. `np.maximum` and
            `np.where` go through all of them.
        w changed
            moved = w - lr * dw → w -= lr * dw ⏎ moved = w
            `w -= …` changes the caller's array: make a new one.
    """,
)


def _columns(rng: Generator, d: int, lengths: FloatArray) -> FloatArray:
    """Weights (D, M) whose columns have these lengths, and random directions."""
    w = rng.normal(size=(d, np.size(lengths)))
    return np.asarray(w / np.linalg.norm(w, axis=0) * lengths)


def _long_and_short(rng: Generator, d: int, units: int, limit: float) -> FloatArray:
    """Weights (D, M) whose columns are by turns clearly shorter and clearly longer than the limit."""
    lengths = np.where(np.arange(units) % 2, rng.uniform(1.25, 2, units), rng.uniform(0.15, 0.75, units))
    return _columns(rng, d, limit * lengths)


def _weights(rng: Generator) -> Cases:
    for d, units, limit in ((4, 4, 2.0), (3, 5, 0.7)):
        yield case(f"w of shape ({d}, {units}), limit {limit}", _long_and_short(rng, d, units, limit), limit)


def _near_the_limit(rng: Generator) -> Cases:
    yield case("columns of length 0, 2.4, 2.6 and 9; limit 2.5", _columns(rng, 3, np.array([0, 2.4, 2.6, 9])), 2.5)


def _lengths_and_directions(call: Function, rng: Generator) -> None:
    w = _long_and_short(rng, 3, 6, 2.0)
    limited = np.asarray(call(w, 2.0), dtype=float)
    if limited.shape != w.shape:
        raise Violation(f"returns shape {limited.shape}, not {w.shape}")
    before, lengths = np.linalg.norm(w, axis=0), np.linalg.norm(limited, axis=0)
    numbers = f"the lengths were {before.round(2).tolist()}, and are {lengths.round(2).tolist()}"
    if not (lengths <= 2.0 + 1e-9).all():
        raise Violation("some unit's weights are longer than the limit", numbers)
    if not (lengths >= np.minimum(before, 2.0) - 1e-9).all():
        raise Violation("some unit's weights are shorter than they were, and than the limit", numbers)
    bend = np.abs(limited / w - (limited / w)[0]).max()
    if bend > 1e-9:
        raise Violation(
            "some unit's weights point in another direction than before",
            f"the factors within a column differ by up to {bend:.3g}",
        )


max_norm = Exercise(
    regularizers.max_norm,
    points=8,
    minutes=15,
    difficulty=2,
    checks=(
        Values("Long and short columns", 5, _weights),
        Values("Columns of 0, and near the limit", 1, _near_the_limit),
        Property("Within the limit, in the same direction", 1, _lengths_and_directions),
    ),
    slips="""
        all made as long as the limit
            np.maximum(norms, limit) → norms
            the short columns are stretched. Only those longer than the limit are scaled back.
        over the wrong axis
            axis=0 → axis=1, keepdims=True
            you limit the rows, the weights that *leave* an input. A unit's incoming weights are a column: axis 0.
        length of the whole matrix
            np.linalg.norm(w, axis=0) → np.linalg.norm(w)
            one length for the whole matrix: each unit has its own. Take the norm along axis 0.
        entries clipped
            w * (limit / np.maximum(norms, limit)) → np.clip(w, -limit, limit)
            the *entries* are clipped, not the length of a column, and a clipped column points elsewhere.
        root forgotten
            np.linalg.norm(w, axis=0) → np.sum(w**2, axis=0)
            you compare the sum of squares with the limit: the length is its root.
        0/0
            w * (limit / np.maximum(norms, limit)) → w / norms * np.minimum(norms, limit)
            a unit whose weights are all 0 becomes NaN. Divide by the larger of length and limit, never 0.
        limit left out
            (limit / → (1 /
            the fraction has the limit above the line too: without it even the short columns change.
        made as long as 1
            (limit / np.maximum(norms, limit)) → np.where(norms > limit, 1 / norms, 1)
            the long columns come out with length 1: multiply by the limit as well.
        minimum for maximum
            np.maximum → np.minimum
            you divide by the *smaller* of length and limit, so that long columns stay and short ones are stretched.
            Divide by the larger.
        upside down
            (limit / np.maximum(norms, limit)) → (np.maximum(norms, limit) / limit)
            the fraction is upside down: long columns grow. It is the limit over the larger of length and limit.
        longest column for all
            axis=0) → axis=0).max()
            one factor, that of the longest column, for all: each column has its own.
        sum of magnitudes as length
            np.linalg.norm(w, axis=0) → np.sum(np.abs(w), axis=0)
            this length is the sum of the magnitudes; ‖w‖₂ is the root of the sum of squares.
        largest entry as length
            np.linalg.norm(w, axis=0) → np.max(np.abs(w), axis=0)
            this length is the largest entry; ‖w‖₂ is the root of the sum of squares.
        set to the limit
            w * (limit / np.maximum(norms, limit)) → np.where(norms > limit, limit, w)
            each *entry* of a long column becomes the limit, whatever it was. Multiply the column, so that it keeps its
            direction.
        factors alone
            w * (limit / np.maximum(norms, limit)) → limit / np.maximum(norms, limit)
            these are the factors, one a column: multiply w by them.
        as many columns as rows
            np.maximum(norms, limit) → np.where(np.arange(len(norms)) < len(w), np.maximum(norms, limit), limit)
            `len(w)` counts rows: the columns after the D-th are left as they were. There are `w.shape[1]`.
        lengths of the rows
            axis=0 → axis=1
            axis=1 gives a length for each row, D of them. A unit is a column: axis 0.
        axis for a number
            np.maximum → np.max
            the second argument of `np.max` is an axis. The larger of two, entry by entry, is `np.maximum`.
        if on an array
            np.maximum → max
            `if` and Python's `max` ask one question, and there is a length for each column. `np.maximum` and `np.where`
            go through all of them.
        w changed
            return w * (limit / np.maximum(norms, limit)) → w *= limit / np.maximum(norms, limit) ⏎ return w
            `w *= …` changes the caller's array: make a new one.
    """,
)
