"""Exercises on the update ratio of each layer, and on a running mean of the weights (bonus)."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Case, Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.functions import metrics

from . import references


def _layers(rng: Generator, label: str, *shapes: tuple[int, ...], step: float = 0.01) -> Case:
    before = [rng.normal(0, i + 1, shape) for i, shape in enumerate(shapes)]
    after = [w + step * (i + 1) * rng.normal(0, 1 + i, w.shape) for i, w in enumerate(before)]
    return case(label, before, after)


def _usual(rng: Generator) -> Cases:
    yield _layers(rng, "three layers", (5, 4), (4, 3), (3, 2))
    yield _layers(rng, "one layer", (6, 2), step=0.3)


def _other(rng: Generator) -> Cases:
    yield _layers(rng, "weights with one axis, and with four", (7,), (2, 3, 2, 2), step=0.001)
    before = [rng.normal(size=(3, 3)), rng.normal(size=(3, 2))]
    yield case("a layer that does not move", before, [before[0].copy(), 1.5 * before[1]])
    tiny = _layers(rng, "weights of about 1e-6", (4, 3), (3, 2))
    yield case(tiny.label, *([1e-6 * w for w in part] for part in tiny.args))


update_ratio = Exercise(
    references.update_ratio,
    points=4,
    minutes=6,
    difficulty=1,
    covers="sign tiny one",
    forbidden=(metrics.update_ratio,),
    checks=(
        Values("Layers of several sizes", 3.25, _usual),
        Values("Other shapes; a layer that does not move", 0.75, _other),
    ),
    slips="""
        relative to the new weights
            / np.linalg.norm(w)) → / np.linalg.norm(w_new))
            you divide by the length of the *new* weights. Divide by that of the weights before the step.
        not relative
            / np.linalg.norm(w)) → )
            you return the length of the update itself. Divide it by that of the weights.
        upside down
            np.linalg.norm(w_new - w) / np.linalg.norm(w) → np.linalg.norm(w) / np.linalg.norm(w_new - w)
            your quotient is upside down. Divide the length of the update by that of the weights.
        new weights for the update
            np.linalg.norm(w_new - w) → np.linalg.norm(w_new)
            you use the length of the new weights. Take the length of the *difference*.
        difference of the lengths
            np.linalg.norm(w_new - w) → abs(np.linalg.norm(w_new) - np.linalg.norm(w))
            you subtract the lengths, so weights that only rotate seem not to move. Subtract first, then take the
            length.
        squares
            np.linalg.norm(w_new - w) / np.linalg.norm(w) → np.sum((w_new - w) ** 2) / np.sum(w**2)
            you divide squares of lengths. Take the square root of both.
        largest entries
            np.linalg.norm(w_new - w) / np.linalg.norm(w) → np.max(np.abs(w_new - w)) / np.max(np.abs(w))
            you divide the largest entries. Take the square root of the sum of squares, `np.linalg.norm`.
        sizes added up
            np.linalg.norm(w_new - w) / np.linalg.norm(w) → np.sum(np.abs(w_new - w)) / np.sum(np.abs(w))
            you divide sums or means of absolute values. Take the square root of the sum of squares, `np.linalg.norm`.
        largest stretch
            np.linalg.norm(w_new - w) / np.linalg.norm(w) → np.linalg.norm(w_new - w, 2) / np.linalg.norm(w, 2)
            you take the largest factor by which a matrix stretches a vector, as `np.linalg.norm(…, 2)` does. Take the
            length, `np.linalg.norm` without a second argument.
        one ratio for all
            ratios = [] → moved, length = [], []
            ratios.append( → moved, length = [*moved, *(w_new - w).flat], [*length, *w.flat] ⏎ ratios.append(
            np.array(ratios) → np.array([np.linalg.norm(moved) / np.linalg.norm(length)] * len(before))
            you return the ratio of all layers together, once for each. Divide layer by layer, because the ratios may
            differ tenfold.
        entry by entry
            np.linalg.norm(w_new - w) / np.linalg.norm(w) → np.mean(np.abs(w_new - w) / np.abs(w))
            you divide entry by entry, where a tiny weight makes a huge ratio. Take both lengths first.
        mean of the layers
            np.array(ratios) → np.array([np.mean(ratios)])
            you return one number for all layers. Return a ratio for each, because they may differ tenfold.
        first layer alone
            np.array(ratios) → np.array(ratios[:1])
            your result has only the first layer. Check whether the `return` is inside the loop.
        a list
            np.array(ratios) → ratios
            the numbers are right but come in a list. Return `np.array(…)` of it.
    """,
)


def _first(rng: Generator) -> Cases:
    for name, settings in (("the first step", (0.9,)), ("the first step, with the default decay", ())):
        w = rng.uniform(1, 2, (3, 4))
        yield case(name, w, np.zeros_like(w), 0, *settings)


def _later(rng: Generator) -> Cases:
    for t, decay in ((1, 0.8), (7, 0.95)):
        w = rng.uniform(1, 2, 5) * [1, -1, 1, -1, 1]
        yield case(f"step {t + 1}, decay {decay}", w, rng.uniform(0.3, 0.6, 5), t, decay)


def _constant(call: Function, rng: Generator) -> None:
    w = rng.uniform(1, 2, 3)
    mean, t = np.zeros(3), 0
    for _ in range(4):
        averaged, mean, t = call(w, mean, t, 0.9)
        if not np.allclose(averaged, w, rtol=1e-9):
            raise Violation(
                "the average of weights that never change differs from these weights",
                f"{averaged / w}",
                fingerprint=float(t),
            )


averaged_weights = Bonus(
    references.averaged_weights,
    minutes=15,
    difficulty=2,
    covers="sign one smallest",
    checks=(
        Values("The first step", 1, _first),
        Values("Later steps", 4, _later, central=True),
        Property("Weights that never change", 1, _constant),
    ),
    slips="""
        not corrected
            mean / (1 - decay**t) → mean
            your code does not correct the mean, which started at 0 and is too small at first. Divide by 1 − decayᵗ, as
            Adam does.
        t counted too late
            t = t + 1 → pass
            return averaged, mean, t → return averaged, mean, t + 1
            mean / (1 - decay**t) → mean / max(1 - decay**t, 1e-12)
            you increase t after the correction. Increase it before the correction, so that it is 1 at the first step.
        t counted twice
            1 - decay**t → 1 - decay ** (t + 1)
            your correction is one step ahead. Let it be 1 − decay at the first step.
        mean begun at the first weights
            mean = decay * mean + (1 - decay) * w → mean = w.copy() if t == 1 else decay * mean + (1 - decay) * w
            mean / (1 - decay**t) → mean
            you replace the mean by w in the first step and leave out the correction. Treat the first step like all
            others, and divide the mean by 1 − decayᵗ.
        no power
            mean / (1 - decay**t) → mean / (1 - decay)
            your correction lacks the power. Divide by 1 − decayᵗ, because the influence of the initial 0 falls
            with every step.
        multiplied
            mean / (1 - decay**t) → mean * (1 - decay**t)
            you multiply by the correction. Divide by 1 − decayᵗ, because the mean is too small.
        decay exchanged
            decay * mean + (1 - decay) * w → (1 - decay) * mean + decay * w
            your new mean contains the old one with the factor 1 − `decay` and w with the factor `decay`. Exchange the
            factors, so that the old mean keeps the factor `decay`.
        plain mean
            decay * mean + (1 - decay) * w → ((t - 1) * mean + w) / t
            mean / (1 - decay**t) → mean
            you compute the plain mean of all weights so far. Use `decay` and the correction, so that early weights
            count less.
        sum
            decay * mean + (1 - decay) * w → decay * mean + w
            you compute a sum, as in momentum. Multiply w by 1 − decay for a mean.
        corrected mean handed on
            return averaged, mean, t → return averaged, averaged, t
            you return the corrected mean as the running one, so it would be corrected twice. Return the running
            mean uncorrected.
        t not counted
            return averaged, mean, t → return averaged, mean, t - 1
            you return t unchanged. Return t increased by 1.
        mean in place
            mean = decay * mean + (1 - decay) * w → mean *= decay ⏎ mean += (1 - decay) * w
            your numbers are right, but you write into the caller's mean. Make a new array with `mean = …`.
        decay typed in
            decay * mean + (1 - decay) * w → 0.99 * mean + 0.01 * w
            decay**t → 0.99**t
            your decay is a fixed number. Use the argument `decay`.
    """,
)
