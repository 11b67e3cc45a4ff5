"""An exercise on Adam: complete the one of the summary."""

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Cases, Exercise, Function, Property, Values, Violation, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers

from .draws import under_way, weights_and_gradient


def _first(rng: Generator) -> Cases:
    for size, lr in ((4, 0.1), (3, 0.2)):
        w, dw = weights_and_gradient(rng, size)
        dw[1] = 0
        yield case(f"the first step of {size} weights; one gradient is 0", w, dw, np.zeros(size), np.zeros(size), 0, lr)


def _later(rng: Generator) -> Cases:
    for shape, t in (((3,), 6), ((2, 3), 40)):
        yield case(f"step {t + 1}, shape {shape}", *under_way(rng, *shape), t, 0.1)


def _other_betas(rng: Generator) -> Cases:
    # Each case has a t of its own, so that a number typed in its place is right in one of them at most.
    for t, beta1, beta2 in ((2, 0.5, 0.8), (4, 0.8, 0.5)):
        yield case(f"β₁ = {beta1}, β₂ = {beta2}", *under_way(rng, 3), t, 0.1, beta1=beta1, beta2=beta2)


def _walk(call: Function, gradients: FloatArray) -> FloatArray:
    """The steps that Adam makes of the gradients (T, D)."""
    w, m, v, t = np.zeros(gradients.shape[1]), np.zeros(gradients.shape[1]), np.zeros(gradients.shape[1]), 0
    points = [w]
    for dw in gradients:
        w, m, v, t = call(w, dw, m, v, t, 0.1)
        points.append(w)
    return np.diff(points, axis=0)


def _constant_gradient(call: Function, rng: Generator) -> None:
    dw = rng.uniform(1, 5, 3)
    steps = _walk(call, np.tile(dw, (6, 1)))
    if not np.all(np.abs(steps + 0.1) < 1e-6):
        lengths = ", ".join(f"{-step:.3g}" for step in steps[:3, 0])
        raise Violation(
            "under a constant gradient each step, from the very first, must have the length `lr` in every weight",
            f"the first weight's first three are {lengths}; at lr = 0.1 each must be 0.1",
        )


adam = Exercise(
    optimizers.adam,
    points=14,
    minutes=20,
    difficulty=3,
    importance="core",
    checks=(
        Values("The first step, and a gradient of 0", 3, _first),
        Values("Later steps", 3, _later),
        Values("Other β", 1, _other_betas),
        Values("ε is added to the root", 1, lambda rng: [case("ε = 0.5", *under_way(rng, 3), 3, 0.1, eps=0.5)]),
        Property("A constant gradient makes constant steps, from the first", 2, _constant_gradient),
    ),
    slips="""
        means in place
            m = beta1 → m[...] = beta1
            v = beta2 → v[...] = beta2
            the numbers are right, but `m *= …`, `m += …` or the same with v changes the caller's arrays. Make new
            ones.
        weights in place
            return w - lr * m_hat / (np.sqrt(v_hat) + eps), → w -= lr * m_hat / (np.sqrt(v_hat) + eps) ⏎ return w,
            the numbers are right, but `w -= …` or `w += …` changes the caller's weights. Return new ones.
        all in place
            m = beta1 → m[...] = beta1
            v = beta2 → v[...] = beta2
            return w - lr * m_hat / (np.sqrt(v_hat) + eps), → w -= lr * m_hat / (np.sqrt(v_hat) + eps) ⏎ return w,
            the numbers are right, but `m *= …`, `v *= …` and `w -= …` change the caller's arrays. Make new ones.
        no bias correction
            m / (1 - beta1**t) → m
            v / (1 - beta2**t) → v
            this is Adam as the summary has it, without the bias correction. Both means start at 0, and so are too
            small at first: divide each by 1 − βᵗ.
        mean not corrected
            m / (1 - beta1**t) → m
            only v is corrected. m starts at 0 as well: divide it by 1 − β₁ᵗ.
        squares not corrected
            v / (1 - beta2**t) → v
            only m is corrected. v starts at 0 as well, and takes a thousand steps to warm up: divide it by 1 − β₂ᵗ.
        multiplied by the correction
            m / (1 - beta1**t) → m * (1 - beta1**t)
            v / (1 - beta2**t) → v * (1 - beta2**t)
            you *multiply* by 1 − βᵗ, which makes the means even smaller. Divide.
        correction without the power
            1 - beta1**t → 1 - beta1
            1 - beta2**t → 1 - beta2
            the power t is missing: 1 − β is right for the first step only. The bias fades as βᵗ.
        β₁ for the new square
            (1 - beta2) * dw → (1 - beta1) * dw
            the new square comes in with the share 1 − β₁: it is 1 − β₂, so that both shares of v add up to 1.
        β times t
            beta1**t → beta1 * t
            beta2**t → beta2 * t
            the correction takes β *to the power* t, `beta ** t`, not β times t.
        β₁ times t
            beta1**t → beta1 * t
            m's correction takes β₁ *to the power* t, `beta1 ** t`, not β₁ times t.
        t counted twice
            beta1**t → beta1 ** (t + 1)
            beta2**t → beta2 ** (t + 1)
            the correction is one step ahead: t has been counted up already, so it is `beta ** t`.
        squares for powers
            beta1**t → beta1**2
            beta2**t → beta2**2
            the corrections divide by 1 − β², at every step. It is β to the power *t*: `beta ** t`.
        t counted too late
            t = t + 1 → pass
            m, v, t → m, v, t + 1
            the correction uses t before it is counted up: at the first step it divides by 1 − β⁰ = 0. Begin with
            `t = t + 1`.
        t not returned
            m, v, t → m, v, t - 1
            you return the old t, so every step takes itself for the first. Return the one that is counted up.
        corrected means kept
            m, v, t → m_hat, v_hat, t
            you return the *corrected* means, and the next step would correct them once more. Return m and v as they
            were before.
        β exchanged
            t = t + 1 → t, beta1, beta2 = t + 1, beta2, beta1
            β₁ and β₂ are exchanged: β₁ belongs to the mean of gradients, m, and β₂ to that of squares, v.
        gradient for mean
            beta1 * m + (1 - beta1) * dw → dw
            m / (1 - beta1**t) → m
            the step uses the gradient itself: that is RMSProp, corrected. Adam steps along its running mean, m.
        square of the mean
            dw**2 → m**2
            v averages the squares of m. It must be those of the gradient, `dw**2`: they measure how noisy it is.
        root forgotten
            np.sqrt(v_hat) → v_hat
            the root is missing: divide by `np.sqrt(v_hat)`.
        ε inside the root
            np.sqrt(v_hat) + eps → np.sqrt(v_hat + eps)
            ε is inside the root. Outside, `np.sqrt(v_hat) + eps`, it bounds the step by what it says.
        ε subtracted
            np.sqrt(v_hat) + eps → np.sqrt(v_hat - eps)
            ε is subtracted inside the root, which is no number where no gradient has come yet. *Add* it, to the root.
        short form of the paper
            / (np.sqrt(v_hat) + eps) → / (np.sqrt(v_hat) + eps / np.sqrt(1 - beta2**t))
            this is the short form of Adam's paper, with both corrections in the rate. There ε is added to the
            *uncorrected* root; here it is added to that of v̂. (Multiply it by √(1 − β₂ᵗ), and both are one.)
        ε left out
            (np.sqrt(v_hat) + eps) → np.sqrt(v_hat)
            ε is missing: where no gradient has come yet this is 0/0. Add `eps` to the root.
        ε fixed
            + eps → + 1e-8
            ε is written into the rule as a number. It is an argument, and 1e-8 only its default: use `eps`.
        uphill
            w - lr → w + lr
            this climbs: subtract the step.
        β₁ for both
            beta2 * v + (1 - beta2) → beta1 * v + (1 - beta1)
            v is averaged with β₁. It has a share of its own, β₂, with which it is corrected too.
        share squared too
            (1 - beta2) * dw**2 → ((1 - beta2) * dw) ** 2
            the share of v is squared along with the gradient: square first, `(1 - beta2) * dw**2`.
        no rate
            lr * m_hat → m_hat
            the learning rate is missing: the step is `lr` times the quotient.
        m corrected twice
            m / (1 - beta1**t) → m / (1 - beta1**t) ** 2
            m is divided by 1 − β₁ᵗ twice. Once is enough.
        m corrected, kept and corrected again
            m_hat = m / (1 - beta1**t) → m = m / (1 - beta1**t) ⏎ m_hat = m / (1 - beta1**t)
            m is overwritten with its corrected value, which is corrected again and returned. Call it `m_hat`, once.
        v a sum
            (1 - beta2) * dw**2 → dw**2
            the square comes into v whole: a sum. For a mean its share is `(1 - beta2)`.
        both sums
            (1 - beta1) * dw → dw
            (1 - beta2) * dw**2 → dw**2
            gradient and square come in whole: sums. For means their shares are `(1 - beta1)` and `(1 - beta2)`.
        shares exchanged
            beta1 * m + (1 - beta1) * dw → (1 - beta1) * m + beta1 * dw
            beta2 * v + (1 - beta2) * dw**2 → (1 - beta2) * v + beta2 * dw**2
            the shares are exchanged: β of the *old* mean is left, and 1 − β of the new comes in.
        power outside the bracket
            (1 - beta1**t) → (1 - beta1) ** t
            (1 - beta2**t) → (1 - beta2) ** t
            the power is outside the bracket: it must be 1 − βᵗ, `1 - beta1 ** t`, not (1 − β)ᵗ.
        β fixed
            t = t + 1 → t, beta1, beta2 = t + 1, 0.9, 0.999
            0.9 and 0.999 are written into the rule. They are only the defaults: use `beta1` and `beta2`.
        v not squared
            dw**2 → dw
            v averages the gradients themselves. It must be their squares, `dw**2`, or its root may be no number.
        sum for mean
            (1 - beta1) * dw → dw
            the gradient comes into m whole: a sum, as in momentum. For a mean its share is `(1 - beta1)`.
        step along the gradient
            lr * m_hat → lr * dw
            m is right, but the step does not use it: it goes along `dw`. Put the corrected m there.
        root before the correction
            v / (1 - beta2**t) → (np.sqrt(v) / (1 - beta2**t)) ** 2
            the root of v is divided by 1 − β₂ᵗ. Correct v first, then take the root of that.
        ε outside the fraction
            (np.sqrt(v_hat) + eps) → np.sqrt(v_hat) + eps
            ε is added after the division, to the weights. It belongs below the line: `/ (np.sqrt(v_hat) + eps)`.
        t never counted
            t = t + 1 → pass
            t stays what it was: the first correction divides by 1 − β⁰ = 0, and no later one is right. Begin with
            `t = t + 1`, and return it.
        t moved only from 0
            t = t + 1 → t = max(t, 1)
            t goes from 0 to 1 and stays there. It counts every update: `t = t + 1`.
    """,
)
