"""An exercise on exact zeros: the step that L1 asks for."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import regularizers

from . import references


def _steps(rng: Generator) -> Iterator[Case]:
    for shape, lr, strength in (((8,), 0.1, 2.0), ((3, 5), 0.5, 0.6)):
        w, dw = rng.normal(size=shape), rng.normal(size=shape)
        w.flat[0], dw.flat[0] = 0.3, 8.0  # this step crosses 0
        yield case(f"w of shape {shape}, η = {lr}, λ = {strength}", w, dw, lr, strength)


def _small_weights(rng: Generator) -> Iterator[Case]:
    w = rng.uniform(-0.15, 0.15, 6)
    yield case("weights that stop at 0", w, np.zeros(6), 0.1, 2.0)
    yield case("λ = 0: a plain gradient step", rng.normal(size=4), rng.normal(size=4), 0.1, 0.0)


def _zeros_are_exact(call: Callable[..., Any], rng: Generator) -> None:
    w = rng.normal(size=6)
    w[0] = 0.1
    for _ in range(30):
        new = call(w, np.zeros(6), 0.1, 2.0)
        if np.shape(new) != w.shape:
            raise Wrong(f"returns shape {np.shape(new)}, not {w.shape}")
        w = np.asarray(new, dtype=float)
    if w.any():
        # The numbers also keep a mistake from being named for what another one did.
        numbers = f"{np.count_nonzero(w)} of 6 are not, the largest magnitude is {np.abs(w).max():.6g}"
        raise Wrong("after 30 steps without any data, not all weights are exactly 0", numbers)


def _shrunk(moved: FloatArray, by: float) -> Any:
    return np.sign(moved) * np.maximum(np.abs(moved) - by, 0)


def _shrink_first(w: FloatArray, dw: FloatArray, lr: float, strength: float) -> Any:
    return _shrunk(w, lr * strength) - lr * dw


def _hard_threshold(w: FloatArray, dw: FloatArray, lr: float, strength: float) -> Any:
    moved = w - lr * dw
    return np.where(np.abs(moved) > lr * strength, moved, 0.0)


def _largest_along_axis_0(w: FloatArray, dw: FloatArray, lr: float, strength: float) -> Any:
    moved = w - lr * dw
    return np.sign(moved) * np.max(np.abs(moved) - lr * strength, 0)


def _of_moved(make: Callable[[FloatArray, float], Any]) -> Callable[..., Any]:
    """What ``make`` gives for the weights after the step on the data, and the threshold ηλ."""
    return lambda w, dw, lr, strength: make(w - lr * dw, lr * strength)


def _overshooting(w: FloatArray, dw: FloatArray, lr: float, strength: float) -> Any:
    moved = w - lr * dw
    return moved - lr * strength * np.sign(moved)


def _sign_lost(w: FloatArray, dw: FloatArray, lr: float, strength: float) -> Any:
    return np.maximum(np.abs(w - lr * dw) - lr * strength, 0)


def _changing_w(w: FloatArray, dw: FloatArray, lr: float, strength: float) -> Any:
    w -= lr * dw
    return _shrunk(w, lr * strength)


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
    mistakes=(
        Mistake(
            "plain subgradient step",
            lambda w, dw, lr, strength: w - lr * (dw + strength * np.sign(w)),
            "this is the ordinary gradient step, with λ sign(w) in the gradient. It steps *across* 0 and back, and "
            "never stays there. Take the step on the data alone, then move towards 0, no further than 0.",
        ),
        Mistake(
            "past zero",
            _overshooting,
            "small weights change their sign: they are moved by ηλ even where less is left. Stop at 0, "
            "with `np.maximum(…, 0)`.",
        ),
        Mistake(
            "threshold without η",
            lambda w, dw, lr, strength: _shrunk(w - lr * dw, strength),
            "the weights are moved by λ. One step of rate η moves them by ηλ.",
        ),
        Mistake(
            "threshold without λ",
            lambda w, dw, lr, strength: _shrunk(w - lr * dw, lr),
            "the weights are moved by η, whatever the strength: the threshold is ηλ.",
        ),
        Mistake(
            "shrunk before the step",
            _shrink_first,
            "you shrink first and then step on the data, which moves the zeros away again. The other order: step, "
            "then shrink what came out.",
        ),
        Mistake(
            "hard threshold",
            _hard_threshold,
            "small weights become 0, but the large ones keep their size: L1 moves *every* weight towards 0 by ηλ.",
        ),
        Mistake(
            "sign lost",
            _sign_lost,
            "no weight is negative any more: give the magnitude its sign back, `np.sign(…) * …`.",
        ),
        Mistake(
            "penalty counted twice",
            lambda w, dw, lr, strength: _shrunk(w - lr * (dw + strength * np.sign(w)), lr * strength),
            "the penalty acts twice, as a gradient λ sign(w) and as a threshold: the threshold replaces that gradient.",
        ),
        Mistake(
            "weights multiplied",
            lambda w, dw, lr, strength: (1 - lr * strength) * (w - lr * dw),
            "a factor 1 − ηλ is what L2 does: it makes weights small, never 0. L1 *subtracts* ηλ from the magnitude.",
        ),
        Mistake(
            "up the gradient",
            lambda w, dw, lr, strength: _shrunk(w + lr * dw, lr * strength),
            "the first step goes *up* the gradient of the data: it is w − η dw.",
        ),
        Mistake(
            "step without η",
            lambda w, dw, lr, strength: _shrunk(w - dw, lr * strength),
            "the first step lacks its rate: it is w − η dw.",
        ),
        Mistake(
            "no step on the data",
            lambda w, dw, lr, strength: _shrunk(w, lr * strength),
            "`dw` is not used: take the step on the data first, then move what came out.",
        ),
        Mistake(
            "no threshold",
            lambda w, dw, lr, strength: w - lr * dw,
            "this is the step on the data alone: the move towards 0 by ηλ is missing.",
        ),
        Mistake(
            "sign of the old weight",
            lambda w, dw, lr, strength: np.sign(w) * np.abs(_shrunk(w - lr * dw, lr * strength)),
            "the sign is that of the old weight. The step may have carried it across 0: take the sign of m.",
        ),
        Mistake(
            "largest along an axis",
            _largest_along_axis_0,
            "`np.max(…, 0)` is the largest along axis 0. The larger of each entry and 0 is `np.maximum(…, 0)`.",
        ),
        Mistake(
            "smaller for larger",
            _of_moved(lambda moved, t: np.sign(moved) * np.minimum(np.abs(moved) - t, 0)),
            "`np.minimum` keeps what is *below* 0: the larger of |m| − t and 0 is asked.",
        ),
        Mistake(
            "t as the floor",
            _of_moved(lambda moved, t: np.sign(moved) * np.maximum(np.abs(moved), t)),
            "no magnitude goes below t. Take t away from it, and let 0 be the floor: max(|m| − t, 0).",
        ),
        Mistake(
            "clipped",
            _of_moved(lambda moved, t: np.clip(moved, -t, t)),
            "clipping to ±t keeps the part of m that should go: the new weight is what is left, m less that.",
        ),
        Mistake(
            "negative weights lost",
            _of_moved(lambda moved, t: np.maximum(moved - t, 0)),
            "every negative weight becomes 0: shrink the magnitude |m|, and give the sign back.",
        ),
        Mistake(
            "half the threshold",
            _of_moved(lambda moved, t: _shrunk(moved, t / 2)),
            "the threshold is halved: the penalty is λ|w|, without a ½, and t = ηλ.",
        ),
        Mistake(
            "change for weights",
            lambda w, dw, lr, strength: w - _shrunk(w - lr * dw, lr * strength),
            "this is by how much the weights change: return the new weights themselves.",
        ),
        Mistake(
            "if on an array",
            _of_moved(lambda moved, t: max(np.abs(moved) - t, 0)),
            "`if` and Python's `max` ask one question, and there is an answer for each weight. `np.maximum` and "
            "`np.where` go through all of them.",
        ),
        Mistake(
            "w changed",
            _changing_w,
            "the result is right, but `w -= …` changes the caller's array: make a new one.",
        ),
    ),
)
