"""Bonus exercise of lesson 08 on AdamW with warm-up and cosine decay."""

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
        yield case(
            f"step {t + 1} of {steps}, with {warm_up} of warm-up", *under_way(rng, 3), t, 0.1, warm_up, steps, 0.0
        )


def _last(rng: Generator) -> Cases:
    yield case("the last step of all, with learning rate 0", *under_way(rng, 3), 11, 0.1, 4, 12, 0.1)


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
    for t, share in ((1, 0.5), (7, 0.5)):  # half of the learning rate, midway through the rise and the fall
        new = np.asarray(call(w, zero, zero, zero, t, 0.2, 4, 12, weight_decay=0.3)[0], dtype=float)
        kept = new / w
        if not np.allclose(kept, 1 - 0.2 * share * 0.3, rtol=1e-9):
            raise Violation(
                "without a gradient the weights do not lose exactly the fraction learning rate · λ of their size",
                f"in step {t + 1} of 12, with 4 of warm-up, {kept[0]:.4g} is left, not {1 - 0.2 * share * 0.3:.4g}",
                fingerprint=float(kept[0]),
            )


adamw = Bonus(
    references.adamw,
    minutes=25,
    difficulty=4,
    covers="sign one smallest",
    forbidden=(optimizers.adam,),
    examples_rows=("Decoupled weight decay",),
    checks=(
        Values("Rising learning rate during the warm-up", 3, _rising, central=True),
        Values("Falling learning rate along a cosine", 3, _falling, central=True),
        Values("The last step", 1, _last),
        Values("Decoupled weight decay", 3, _decay, central=True),
        Values("Other values of β and ε", 1, _other_settings),
        Property("Decay by the same fraction without a gradient", 2, _decays_alone),
    ),
    slips="""
        decay in the gradient
            t = t + 1 → t, dw = t + 1, dw + weight_decay * w
            (step + weight_decay * w) → step
            you add λw to the gradient, as in Adam with L2, so the division by √v makes the decay depend on the size of
            the gradients. Leave λw out of m and v, and subtract α_t · λ · w, with the learning rate of this step.
        decay without the rate
            w - rate * (step + weight_decay * w) → w - rate * step - weight_decay * w
            you leave the learning rate out of the decay. Subtract α_t · λ · w, with the learning rate of this step.
        decay at the full rate
            w - rate * (step + weight_decay * w) → w - rate * step - lr * weight_decay * w
            you always multiply the decay by the full learning rate. Use the learning rate of this step, so that the
            decay follows the schedule.
        decay twice through the rate
            (step + weight_decay * w) → (step + rate * weight_decay * w)
            you multiply the decay by the learning rate twice. Multiply only once.
        decay missing
            (step + weight_decay * w) → step
            you leave out the weight decay. Subtract α_t · λ · w as well, with the learning rate of this step.
        weights grow
            (step + weight_decay * w) → (step - weight_decay * w)
            you add the decay to the weights. Subtract it.
        decay of the new weights
            w = w - rate * (step + weight_decay * w) → w = w - rate * step ⏎ w = w - rate * weight_decay * w
            you compute the decay from the weights *after* the step. Compute both the step and the decay from the old
            weights.
        decay halved
            weight_decay * w) → 0.5 * weight_decay * w)
            you halve the decay. Use λw, because this is the gradient of ½λw².
        decay of the square
            weight_decay * w) → weight_decay * w**2)
            you use λw², which is twice the penalty ½λw² and not its gradient. Use λw.
        decay by the sign
            weight_decay * w) → weight_decay * np.sign(w))
            you subtract the same amount from every weight, as L1 does. Use λw, which takes the same *fraction* of every
            weight.
        decay divided by the root
            step = m / → step = (m + (1 - beta1**t) * weight_decay * w) /
            (step + weight_decay * w) → step
            you divide the decay by √v̂, along with m. Add λw after the division.
        warm-up counted late
            rate = lr * t / warm_up → rate = lr * (t - 1) / warm_up
            you start with a learning rate of 0, and each step of the warm-up gets the learning rate of the step before.
            With t counted from 1, use the fraction t / warm_up of `lr` in step t.
        warm-up missing
            if t <= warm_up → if t <= 0
            you use the cosine during the warm-up as well. Let the learning rate rise along a straight line there, with
            the fraction t / warm_up of `lr` in step t = 1, 2, …
        constant in the warm-up
            rate = lr * t / warm_up → rate = lr
            you use the full learning rate during the warm-up. Use the fraction t / warm_up of it.
        warm-up downwards
            rate = lr * t / warm_up → rate = lr * (1 - t / warm_up)
            you let the learning rate fall during the warm-up. Let it rise, with the fraction t / warm_up of `lr`.
        warm-up over all steps
            rate = lr * t / warm_up → rate = lr * t / steps
            you raise the learning rate with t / steps. Use t / warm_up, so that it reaches `lr` after `warm_up` steps.
        no fall
            0.5 * lr * (1 + np.cos(np.pi * done)) → lr
            you keep the learning rate constant after the warm-up. Let it fall to 0 along half a wave of the cosine.
        straight fall
            0.5 * lr * (1 + np.cos(np.pi * done)) → lr * (1 - done)
            you let the learning rate fall along a straight line. Use half a wave of the cosine.
        cosine from the first step
            (t - warm_up) / (steps - warm_up) → t / steps
            you count the cosine from the first step of the run, so the learning rate jumps after the warm-up. Use (t −
            warm_up) / (steps − warm_up).
        cosine too short
            (t - warm_up) / (steps - warm_up) → (t - warm_up) / steps
            you divide by all `steps`, so the learning rate does not reach 0. Divide by steps − warm_up, the number of
            steps after the warm-up.
        cosine too early
            (t - warm_up) / (steps - warm_up) → t / (steps - warm_up)
            you count the steps of the cosine from the first step of the run. Use t − warm_up, the number of steps since
            the warm-up.
        quarter of a wave
            0.5 * lr * (1 + np.cos(np.pi * done)) → lr * np.cos(0.5 * np.pi * done)
            you use a quarter of a wave, which is steepest at its end. Use half a wave, ½(1 + cos(π …)).
        cosine not raised
            0.5 * lr * (1 + np.cos → lr * (np.cos
            you use the cosine itself, which runs from 1 to −1, so the learning rate falls below 0. Use ½(1 + cos).
        ½ missing
            0.5 * lr * (1 + np.cos → lr * (1 + np.cos
            you leave out the ½, so the learning rate after the warm-up starts at twice `lr`. Multiply by ½, because 1 +
            cos starts at 2.
        degrees
            np.cos(np.pi * done) → np.cos(180 * done)
            you use an angle in degrees. Use π for half a wave, because `np.cos` takes radians.
        whole wave
            np.cos(np.pi * done) → np.cos(2 * np.pi * done)
            you use a whole wave, which returns to its start. Use π instead of 2π, so that the learning rate ends at 0.
        π missing
            np.cos(np.pi * done) → np.cos(done)
            you leave π out of the cosine. Multiply by π, so that the argument is π at the end of the run.
        cosine subtracted
            (1 + np.cos → (1 - np.cos
            you use ½(1 − cos), so the learning rate rises again after the warm-up. Use ½(1 + cos), which falls from 1
            to 0.
        no bias correction
            m / (1 - beta1**t) → m
            v / (1 - beta2**t) → v
            you leave out Adam's bias correction, which the warm-up does not replace. Divide m by 1 − β₁ᵗ, and v by 1 −
            β₂ᵗ.
        mean not corrected
            m / (1 - beta1**t) → m
            you correct only v. Divide m by 1 − β₁ᵗ as well.
        squares not corrected
            v / (1 - beta2**t) → v
            you correct only m. Divide v by 1 − β₂ᵗ as well.
        rate of the step before
            t = t + 1 → pass
            m = beta1 * m → t = t + 1 ⏎ m = beta1 * m
            you compute the learning rate from the old t, so you use that of the step before. Begin with `t = t + 1`,
            and use this t everywhere.
        t counted too late
            t = t + 1 → pass
            t <= warm_up → t < warm_up
            m, v, t → m, v, t + 1
            you use t before you increase it, so the first bias correction divides by 0. Begin with `t = t + 1`, and
            return this t.
        t not returned
            m, v, t → m, v, t - 1
            you return the old t, so every step is treated as the first. Return the increased t.
        corrected means kept
            m, v, t → m / (1 - beta1**t), v / (1 - beta2**t), t
            you return the *corrected* means, so the next step corrects them again. Return m and v as they were before
            the correction.
        ε inside the root
            np.sqrt(v / (1 - beta2**t)) + eps → np.sqrt(v / (1 - beta2**t) + eps)
            you add ε inside the square root. Add it to the root.
        ε fixed
            + eps → + 1e-8
            you do not add the argument `eps` to the root, perhaps because you write ε as a number. Add `eps` to every
            root that you divide by.
        β fixed
            t = t + 1 → t, beta1, beta2 = t + 1, 0.9, 0.999
            you write 0.9 and 0.999 as numbers. Use the arguments `beta1` and `beta2`, whose defaults these are.
        root forgotten
            np.sqrt(v / (1 - beta2**t)) → v / (1 - beta2**t)
            you leave out the square root. Divide by √v̂ + ε.
        uphill
            w - rate * (step + weight_decay * w) → w + rate * (step - weight_decay * w)
            you add the step, which goes uphill. Subtract it.
        schedule missing
            w - rate * (step → w - lr * (step
            you use the full learning rate in every step. Use the learning rate of the schedule.
        weights in place
            w = w - rate * (step + weight_decay * w) → w -= rate * (step + weight_decay * w)
            the numbers are right, but you change the caller's weights in place, as `w -= …` does. Return new ones.
        means in place
            m = beta1 → m[...] = beta1
            v = beta2 → v[...] = beta2
            the numbers are right, but you change the caller's m and v. Make new ones.
    """,
)
