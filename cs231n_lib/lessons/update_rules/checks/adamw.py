"""The bonus of lesson 08: one step as most large networks take it today."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Bonus, Cases, Function, Property, Values, Violation, case
from cs231n_lib.functions import optimizers

from . import references
from .draws import signed, under_way, weights_and_gradient


def _rising(rng: Generator) -> Cases:
    w, dw = weights_and_gradient(rng, 4)
    yield case("the first of 5 steps of warm-up", w, dw, np.zeros(4), np.zeros(4), 0, 0.2, 5, 20, 0.0)
    yield case("the third of 4", *under_way(rng, 2, 3), 2, 0.1, 4, 12, 0.0)
    yield case("the last of 4", *under_way(rng, 3), 3, 0.1, 4, 12, 0.0)


def _falling(rng: Generator) -> Cases:
    for t, warm_up, steps in ((4, 4, 12), (8, 4, 12), (20, 3, 30), (6, 0, 9)):
        yield case(f"step {t + 1} of {steps}, {warm_up} of warm-up", *under_way(rng, 3), t, 0.1, warm_up, steps, 0.0)


def _last(rng: Generator) -> Cases:
    yield case("the last step of all: its rate is 0", *under_way(rng, 3), 11, 0.1, 4, 12, 0.1)


def _decay(rng: Generator) -> Cases:
    yield case("λ = 0.1, rising", *under_way(rng, 3), 1, 0.2, 4, 12, 0.1)
    yield case("λ = 0.5, falling", *under_way(rng, 2, 2), 6, 0.2, 4, 12, 0.5)


def _other_settings(rng: Generator) -> Cases:
    for t, beta1, beta2 in ((2, 0.5, 0.8), (5, 0.8, 0.5)):
        label = f"β₁ = {beta1}, β₂ = {beta2}"
        yield case(label, *under_way(rng, 3), t, 0.1, 4, 12, 0.0, beta1=beta1, beta2=beta2)
    yield case("ε = 0.5", *under_way(rng, 3), 3, 0.1, 4, 12, 0.0, eps=0.5)


def _decays_alone(call: Function, rng: Generator) -> None:
    w, zero = signed(rng, (4,), 1, 2), np.zeros(4)
    for t, share in ((1, 0.5), (7, 0.5)):  # half of the rate: in the middle of the rise, and of the fall
        new = np.asarray(call(w, zero, zero, zero, t, 0.2, 4, 12, weight_decay=0.3)[0], dtype=float)
        kept = new / w
        if not np.allclose(kept, 1 - 0.2 * share * 0.3, rtol=1e-9):
            raise Violation(
                "without a gradient every weight must lose the share rate · λ, and nothing more",
                f"step {t + 1} of 12, 4 of warm-up: what is left is {kept[0]:.4g}, not {1 - 0.2 * share * 0.3:.4g}",
                fingerprint=float(kept[0]),
            )


adamw = Bonus(
    references.adamw,
    minutes=25,
    difficulty=4,
    forbidden=(optimizers.adam,),
    checks=(
        Values("The rate rises during the warm-up", 3, _rising),
        Values("Then it falls along a cosine", 3, _falling),
        Values("The last step", 1, _last),
        Values("Weight decay, decoupled", 3, _decay),
        Values("Other β, another ε", 1, _other_settings),
        Property("Without a gradient every weight decays by the same share", 2, _decays_alone),
    ),
    slips="""
        decay in the gradient
            t = t + 1 → t, dw = t + 1, dw + weight_decay * w
            (step + weight_decay * w) → step
            this is Adam with λw in the gradient, where m and √v divide it away again. Keep it out of the means, and
            subtract rate · λ · w from the weights themselves.
        decay without the rate
            w - rate * (step + weight_decay * w) → w - rate * step - weight_decay * w
            the decay lacks its rate: it is rate · λ · w, and so rises and falls with the schedule.
        decay at the full rate
            w - rate * (step + weight_decay * w) → w - rate * step - lr * weight_decay * w
            the decay does not follow the schedule: it has the rate of this step, not the highest one.
        decay twice through the rate
            (step + weight_decay * w) → (step + rate * weight_decay * w)
            the decay is multiplied by the rate twice.
        decay missing
            (step + weight_decay * w) → step
            the weight decay is missing: subtract rate · λ · w as well.
        weights grow
            (step + weight_decay * w) → (step - weight_decay * w)
            the sign of the decay is turned: it must take from each weight, not add.
        decay of the new weights
            w = w - rate * (step + weight_decay * w) → w = w - rate * step ⏎ w = w - rate * weight_decay * w
            the decay is taken of the weights *after* the step. Both are of the weights as they came.
        decay halved
            weight_decay * w) → 0.5 * weight_decay * w)
            the decay is halved: the gradient of ½λw² is λw, without a ½.
        decay of the square
            weight_decay * w) → weight_decay * w**2)
            λw² is twice a penalty, not its slope: the decay is λw.
        decay by the sign
            weight_decay * w) → weight_decay * np.sign(w))
            this takes the same from every weight, as L1 does: weight decay takes the same *share*, λw.
        decay divided by the root
            step = m / → step = (m + (1 - beta1**t) * weight_decay * w) /
            (step + weight_decay * w) → step
            the decay is divided by √v̂, along with m. Add λw after the division.
        warm-up counted late
            rate = lr * t / warm_up → rate = lr * (t - 1) / warm_up
            the first rate is 0, and the peak comes a step late: step t of the warm-up has the share t / warm_up.
        warm-up missing
            if t <= warm_up → if t <= 0
            the cosine begins at once: for the first `warm_up` steps the rate *rises*, to `lr`.
        constant in the warm-up
            rate = lr * t / warm_up → rate = lr
            the rate is the full one from the start: during the warm-up it is the share t / warm_up of it.
        warm-up downwards
            rate = lr * t / warm_up → rate = lr * (1 - t / warm_up)
            the rate falls during the warm-up: it must rise.
        warm-up over all steps
            rate = lr * t / warm_up → rate = lr * t / steps
            the rate rises by t / steps: it must reach `lr` after `warm_up` steps.
        no fall
            0.5 * lr * (1 + np.cos(np.pi * done)) → lr
            after the warm-up the rate stays: it must fall along half a wave of the cosine, to 0.
        straight fall
            0.5 * lr * (1 + np.cos(np.pi * done)) → lr * (1 - done)
            the rate falls along a straight line: make it half a wave of the cosine.
        cosine from the first step
            (t - warm_up) / (steps - warm_up) → t / steps
            the cosine counts from the first step, so the rate jumps after the warm-up. Count from there: it is
            (t − warm_up) / (steps − warm_up).
        cosine too short
            (t - warm_up) / (steps - warm_up) → (t - warm_up) / steps
            the rate does not reach 0: after the warm-up only steps − warm_up are left.
        cosine too early
            (t - warm_up) / (steps - warm_up) → t / (steps - warm_up)
            the cosine's steps are counted from the first of all: after the warm-up there have been t − warm_up.
        quarter of a wave
            0.5 * lr * (1 + np.cos(np.pi * done)) → lr * np.cos(0.5 * np.pi * done)
            this is a quarter of a wave, which falls steeply at its end. Asked is half a wave: ½(1 + cos(π …)).
        cosine not raised
            0.5 * lr * (1 + np.cos → lr * (np.cos
            the rate falls below 0: the cosine runs from 1 to −1, so take ½(1 + cos).
        ½ missing
            0.5 * lr * (1 + np.cos → lr * (1 + np.cos
            the ½ is missing: 1 + cos begins at 2, so the rate would be twice `lr` after the warm-up.
        degrees
            np.cos(np.pi * done) → np.cos(180 * done)
            `np.cos` takes radians: half a wave is π, not 180.
        whole wave
            np.cos(np.pi * done) → np.cos(2 * np.pi * done)
            a whole wave comes back to where it began. Half a wave ends at 0: π, not 2π.
        π missing
            np.cos(np.pi * done) → np.cos(done)
            the π is missing in the cosine: at the end of the run its argument is π.
        sine
            (1 + np.cos → (1 - np.cos
            the rate rises again after the warm-up: it is 1 + cos, which begins at 2.
        no bias correction
            m / (1 - beta1**t) → m
            v / (1 - beta2**t) → v
            Adam's bias correction is missing: divide m by 1 − β₁ᵗ and v by 1 − β₂ᵗ. The warm-up does not replace it.
        mean not corrected
            m / (1 - beta1**t) → m
            only v is corrected: divide m by 1 − β₁ᵗ as well.
        squares not corrected
            v / (1 - beta2**t) → v
            only m is corrected: divide v by 1 − β₂ᵗ as well.
        rate of the step before
            t = t + 1 → pass
            m = beta1 * m → t = t + 1 ⏎ m = beta1 * m
            the rate is that of the step before, since t is counted up too late: begin with `t = t + 1`.
        t counted too late
            t = t + 1 → pass
            t <= warm_up → t < warm_up
            m, v, t → m, v, t + 1
            t counts the steps before this one: count it up first, `t = t + 1`. Otherwise the first correction divides
            by 0.
        t not returned
            m, v, t → m, v, t - 1
            you return the old t, so every step takes itself for the first. Return the one that is counted up.
        corrected means kept
            m, v, t → m / (1 - beta1**t), v / (1 - beta2**t), t
            you return the *corrected* means, and the next step would correct them once more. Return m and v as they
            were before.
        ε inside the root
            np.sqrt(v / (1 - beta2**t)) + eps → np.sqrt(v / (1 - beta2**t) + eps)
            ε is inside the root: it is added to the root.
        ε fixed
            + eps → + 1e-8
            ε is typed in: use `eps`, which the caller may set.
        β fixed
            t = t + 1 → t, beta1, beta2 = t + 1, 0.9, 0.999
            0.9 and 0.999 are typed in. They are only the defaults: use `beta1` and `beta2`.
        root forgotten
            np.sqrt(v / (1 - beta2**t)) → v / (1 - beta2**t)
            the root is missing: divide by the root of v̂.
        uphill
            w - rate * (step + weight_decay * w) → w + rate * (step - weight_decay * w)
            the step climbs: subtract it.
        schedule missing
            w - rate * (step → w - lr * (step
            the step always has the full rate: use the rate of the schedule.
        weights in place
            w = w - rate * (step + weight_decay * w) → w -= rate * (step + weight_decay * w)
            the numbers are right, but `w -= …` changes the caller's weights. Return new ones.
        means in place
            m = beta1 → m[...] = beta1
            v = beta2 → v[...] = beta2
            the numbers are right, but m and v of the caller are changed. Make new ones.
    """,
)
