"""Exercise on Adam, with the bias correction that the summary leaves out."""

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
        yield case(
            f"the first step of {size} weights, with one gradient of 0", w, dw, np.zeros(size), np.zeros(size), 0, lr
        )


def _later(rng: Generator) -> Cases:
    for shape, t in (((3,), 6), ((2, 3), 40)):
        yield case(f"step {t + 1}, shape {shape}", *under_way(rng, *shape), t, 0.1)


def _other_betas(rng: Generator) -> Cases:
    # Each case has another t, so that a number written in its place is right in at most one of them.
    for t, beta1, beta2 in ((2, 0.5, 0.8), (4, 0.8, 0.5)):
        yield case(f"β₁ = {beta1}, β₂ = {beta2}", *under_way(rng, 3), t, 0.1, beta1=beta1, beta2=beta2)
    w, dw, m, v = under_way(rng, 3)
    dw[1] = 0  # the running mean still moves this weight
    yield case("β₁ = 0.7, β₂ = 0.6, with one gradient of 0", w, dw, m, v, 3, 0.1, beta1=0.7, beta2=0.6)


def _walk(call: Function, gradients: FloatArray) -> FloatArray:
    """Steps of Adam under the gradients (T, D)."""
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
            "the steps under a constant gradient do not all have the length `lr` in every weight",
            f"the first three of the first weight are {lengths}, but with lr = 0.1 each must be 0.1",
        )


def _large_eps(rng: Generator) -> Cases:
    for eps in (0.5, 10.0):  # below and above the root
        yield case(f"ε = {eps:g}", *under_way(rng, 3), 3, 0.1, eps=eps)


adam = Exercise(
    optimizers.adam,
    points=14,
    minutes=20,
    difficulty=3,
    covers="threshold sign smallest",
    importance="core",
    examples_rows=("ε added to the root",),
    checks=(
        Values("The first step, with a gradient of 0", 1.5, _first),
        Values("Later steps", 6, _later, central=True),
        Values("Other values of β", 1, _other_betas),
        Values("ε added to the root", 0.5, _large_eps),
        Property("Steps of constant length under a constant gradient", 1, _constant_gradient),
    ),
    slips="""
        means in place
            m = beta1 → m[...] = beta1
            v = beta2 → v[...] = beta2
            the numbers are right, but you change the caller's m and v in place, as `m *= …` and `v *= …` do. Make new
            ones.
        weights in place
            return w - lr * m_hat / (np.sqrt(v_hat) + eps), → w -= lr * m_hat / (np.sqrt(v_hat) + eps) ⏎ return w,
            the numbers are right, but you change the caller's weights in place, as `w -= …` does. Return new ones.
        all in place
            m = beta1 → m[...] = beta1
            v = beta2 → v[...] = beta2
            return w - lr * m_hat / (np.sqrt(v_hat) + eps), → w -= lr * m_hat / (np.sqrt(v_hat) + eps) ⏎ return w,
            the numbers are right, but you change the caller's m, v and weights in place, as `m *= …`, `v *= …` and `w
            -= …` do. Make new ones.
        no bias correction
            m / (1 - beta1**t) → m
            v / (1 - beta2**t) → v
            you leave out the bias correction, as the summary does. Divide each mean by 1 − βᵗ, because both start at 0
            and are too small at first.
        mean not corrected
            m / (1 - beta1**t) → m
            you correct only v. Divide m by 1 − β₁ᵗ, because it starts at 0 as well.
        squares not corrected
            v / (1 - beta2**t) → v
            you correct only m. Divide v by 1 − β₂ᵗ, because it starts at 0 as well and needs about a thousand steps
            to grow.
        multiplied by the correction
            m / (1 - beta1**t) → m * (1 - beta1**t)
            v / (1 - beta2**t) → v * (1 - beta2**t)
            you *multiply* by 1 − βᵗ, which makes the means even smaller. Divide by it.
        β₁ in both corrections
            v / (1 - beta2**t) → v / (1 - beta1**t)
            you correct v with β₁. Divide v by 1 − β₂ᵗ, because it is a mean with the decay β₂.
        correction without the power
            1 - beta1**t → 1 - beta1
            1 - beta2**t → 1 - beta2
            you leave out the power t, but 1 − β is right only for the first step. Divide by 1 − βᵗ.
        β₁ for the new square
            (1 - beta2) * dw → (1 - beta1) * dw
            you multiply the new square by 1 − β₁. Multiply it by 1 − β₂, so that the two factors in v add up to 1.
        β times t
            beta1**t → beta1 * t
            beta2**t → beta2 * t
            you multiply β by t in the correction. Raise β *to the power* t, `beta ** t`.
        β₁ times t
            beta1**t → beta1 * t
            you multiply β₁ by t in the correction of m. Raise β₁ *to the power* t, `beta1 ** t`.
        t counted twice
            beta1**t → beta1 ** (t + 1)
            beta2**t → beta2 ** (t + 1)
            the power in your correction is too high by one. Use `beta ** t`, with a t that you increase only once.
        squares for powers
            beta1**t → beta1**2
            beta2**t → beta2**2
            you divide by 1 − β² in every step. Use the power *t*, `beta ** t`.
        t counted too late
            t = t + 1 → pass
            m, v, t → m, v, t + 1
            you use t before you increase it, so in the first step you divide by 1 − β⁰ = 0. Begin with `t = t + 1`, and
            return this t.
        t not returned
            m, v, t → m, v, t - 1
            you return the old t, so every step is treated as the first. Return the increased t.
        corrected means kept
            m, v, t → m_hat, v_hat, t
            you return the *corrected* means, so the next step corrects them again. Return m and v as they were before
            the correction.
        β exchanged
            t = t + 1 → t, beta1, beta2 = t + 1, beta2, beta1
            you swap β₁ and β₂. Use β₁ for m, the mean of the gradients, and β₂ for v, the mean of the squares.
        gradient for mean
            beta1 * m + (1 - beta1) * dw → dw
            m / (1 - beta1**t) → m
            you use the gradient itself as m, which is RMSProp with a bias correction. Let m be the running mean of the
            gradients, and divide it by 1 − β₁ᵗ in the step.
        square of the mean
            dw**2 → m**2
            you average the squares of m in v. Average the squares of the gradient, `dw**2`, because v measures the
            gradient's size.
        root forgotten
            np.sqrt(v_hat) → v_hat
            you leave out the square root. Divide by `np.sqrt(v_hat) + eps`.
        ε inside the root
            np.sqrt(v_hat) + eps → np.sqrt(v_hat + eps)
            you add ε inside the square root. Add it to the root, `np.sqrt(v_hat) + eps`, so that ε itself is the
            smallest divisor.
        ε subtracted
            np.sqrt(v_hat) + eps → np.sqrt(v_hat - eps)
            you subtract ε inside the root, which gives NaN for a weight that has had no gradient yet. *Add* ε to the
            root.
        short form of the paper
            / (np.sqrt(v_hat) + eps) → / (np.sqrt(v_hat) + eps / np.sqrt(1 - beta2**t))
            you add ε to the root of the *uncorrected* v, as in the short form of Adam's paper. Correct m and v
            themselves, and add ε to the root of v̂.
        ε left out
            (np.sqrt(v_hat) + eps) → np.sqrt(v_hat)
            you leave out ε, which gives 0/0 for a weight that has had no gradient yet. Add `eps` to the root.
        ε as a floor
            (np.sqrt(v_hat) + eps) → np.maximum(np.sqrt(v_hat), eps)
            you do not add ε to the root, except perhaps where the root is tiny or 0. *Add* it to every root,
            `np.sqrt(v_hat) + eps`.
        ε fixed
            + eps → + 1e-8
            you write ε as a number. Use the argument `eps`, whose default is 1e-8.
        uphill
            w - lr → w + lr
            you add the step, which goes uphill. Subtract it.
        β₁ for both
            beta2 * v + (1 - beta2) → beta1 * v + (1 - beta1)
            you average the squares in v with β₁. Use β₂ in v, as in its correction.
        share squared too
            (1 - beta2) * dw**2 → ((1 - beta2) * dw) ** 2
            you square the factor in v along with the gradient. Square only the gradient, `(1 - beta2) * dw**2`.
        no rate
            lr * m_hat → m_hat
            you leave out the learning rate. Multiply the quotient by `lr`.
        m corrected twice
            m / (1 - beta1**t) → m / (1 - beta1**t) ** 2
            you divide m by 1 − β₁ᵗ twice. Divide it only once.
        m corrected, kept and corrected again
            m_hat = m / (1 - beta1**t) → m = m / (1 - beta1**t) ⏎ m_hat = m / (1 - beta1**t)
            you overwrite m with its corrected value, which you then correct again and return. Store the corrected value
            as `m_hat`.
        v a sum
            (1 - beta2) * dw**2 → dw**2
            you add the square to v without a factor, so v is a sum. Multiply it by `(1 - beta2)`, so that v is a mean.
        both sums
            (1 - beta1) * dw → dw
            (1 - beta2) * dw**2 → dw**2
            you add the gradient and its square without factors, so m and v are sums. Multiply them by `(1 - beta1)` and
            `(1 - beta2)`, so that m and v are means.
        shares exchanged
            beta1 * m + (1 - beta1) * dw → (1 - beta1) * m + beta1 * dw
            beta2 * v + (1 - beta2) * dw**2 → (1 - beta2) * v + beta2 * dw**2
            you swap the two factors. Multiply the *old* mean by β, and the new value by 1 − β.
        power outside the bracket
            (1 - beta1**t) → (1 - beta1) ** t
            (1 - beta2**t) → (1 - beta2) ** t
            you write the power outside the bracket, (1 − β)ᵗ. Write 1 − βᵗ, `1 - beta1 ** t`.
        β fixed
            t = t + 1 → t, beta1, beta2 = t + 1, 0.9, 0.999
            you write 0.9 and 0.999 as numbers. Use the arguments `beta1` and `beta2`, whose defaults these are.
        v not squared
            dw**2 → dw
            you average the gradients themselves in v, so its root may be NaN. Average their squares, `dw**2`.
        sum for mean
            (1 - beta1) * dw → dw
            you add the gradient to m without a factor, so m is a sum, as in momentum. Multiply it by `(1 - beta1)`, so
            that m is a mean.
        step along the gradient
            lr * m_hat → lr * dw
            your m is right, but your step goes along `dw`. Use the corrected m instead.
        root before the correction
            v / (1 - beta2**t) → (np.sqrt(v) / (1 - beta2**t)) ** 2
            you divide the root of v by 1 − β₂ᵗ. Correct v first, and then take the root.
        ε outside the fraction
            (np.sqrt(v_hat) + eps) → np.sqrt(v_hat) + eps
            you add ε to the weights after the division. Add it in the denominator, `/ (np.sqrt(v_hat) + eps)`.
        t never counted
            t = t + 1 → pass
            you never increase t, so in the first step you divide by 1 − β⁰ = 0 and the later corrections are wrong.
            Begin with `t = t + 1`, and return t.
        t moved only from 0
            t = t + 1 → t = max(t, 1)
            you increase t only from 0 to 1. Increase it in every step with `t = t + 1`.
    """,
)
