"""An exercise on exact zeros: the step that L1 asks for."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Wrong, case
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
            raise Wrong(f"returns shape {np.shape(new)}, not {w.shape}")
        w = np.asarray(new, dtype=float)
    if w[2:].any():
        numbers = f"{np.count_nonzero(w[2:])} of 4 are not, the largest magnitude is {np.abs(w[2:]).max():.6g}"
        raise Wrong("after 30 steps without any data, not all small weights are exactly 0", numbers)
    if not w[:2].all():
        raise Wrong("a weight of size 9 has become 0 in 30 steps of αλ = 0.2, which move it by 6")


proximal_step = Exercise(
    references.proximal_step,
    points=11,
    minutes=20,
    difficulty=3,
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
