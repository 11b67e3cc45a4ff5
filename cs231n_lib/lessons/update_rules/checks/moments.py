"""An exercise on Adam: complete the one of the notes."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions import optimizers as adaptive

from .altered_adam import (
    adam_along_the_gradient,
    adam_corrected_again,
    adam_with,
    adam_with_eps_apart,
    altered,
    as_it_is,
    in_place,
    multiplied,
    times_t,
    without_power,
)


def _first(rng: Generator) -> Iterator[Case]:
    w, dw = rng.normal(size=(2, 4))
    yield case("the first step", w, dw, np.zeros(4), np.zeros(4), 0, 0.1)


def _later(rng: Generator) -> Iterator[Case]:
    for shape, t in (((3,), 6), ((2, 3), 40)):
        w, dw, m = rng.normal(size=(3, *shape))
        yield case(f"step {t + 1}, shape {shape}", w, dw, m, rng.uniform(0.5, 3, shape), t, 0.1)


def _other_betas(rng: Generator) -> Iterator[Case]:
    w, dw, m = rng.normal(size=(3, 3))
    v = rng.uniform(0.5, 3, 3)
    yield case("β₁ = 0.5, β₂ = 0.8", w, dw, m, v, 2, 0.1, beta1=0.5, beta2=0.8)
    yield case("ε = 0.5", w, dw, m, v, 2, 0.1, eps=0.5)


def _walk(call: Callable[..., Any], gradients: FloatArray) -> FloatArray:
    """The steps that Adam makes of the gradients (T, D)."""
    w, m, v, t = np.zeros(gradients.shape[1]), np.zeros(gradients.shape[1]), np.zeros(gradients.shape[1]), 0
    points = [w]
    for dw in gradients:
        w, m, v, t = call(w, dw, m, v, t, 0.1)
        points.append(w)
    return np.diff(points, axis=0)


def _constant_gradient(call: Callable[..., Any], rng: Generator) -> None:
    dw = rng.uniform(1, 5, 3)
    steps = _walk(call, np.tile(dw, (6, 1)))
    if not np.all(np.abs(steps + 0.1) < 1e-6):
        lengths = ", ".join(f"{-step:.3g}" for step in steps[:3, 0])
        raise Wrong(
            "under a constant gradient each step, from the very first, must have the length `lr` in every weight",
            f"the first weight's first three are {lengths}; at lr = 0.1 each must be 0.1",
        )


adam = Exercise(
    adaptive.adam,
    points=14,
    minutes=20,
    difficulty=3,
    checks=(
        Values("The first step", 3, _first),
        Values("Later steps", 3, _later),
        Values("Other β, and ε outside the root", 2, _other_betas),
        Property("A constant gradient makes constant steps, from the first", 2, _constant_gradient),
    ),
    mistakes=(
        Mistake(
            "means in place",
            in_place,
            "the numbers are right, but `m *= …`, `m += …` or the same with v changes the caller's arrays. Make new "
            "ones.",
        ),
        Mistake(
            "no bias correction",
            altered(first=as_it_is, second=as_it_is),
            "this is Adam as the notes have it, without the bias correction. Both means start at 0, and so are too "
            "small at first: divide each by 1 − βᵗ.",
        ),
        Mistake(
            "mean not corrected",
            altered(first=as_it_is),
            "only v is corrected. m starts at 0 as well: divide it by 1 − β₁ᵗ.",
        ),
        Mistake(
            "squares not corrected",
            altered(second=as_it_is),
            "only m is corrected. v starts at 0 as well, and takes a thousand steps to warm up: divide it by 1 − β₂ᵗ.",
        ),
        Mistake(
            "multiplied by the correction",
            altered(first=multiplied, second=multiplied),
            "you *multiply* by 1 − βᵗ, which makes the means even smaller. Divide.",
        ),
        Mistake(
            "correction without the power",
            altered(first=without_power, second=without_power),
            "the power t is missing: 1 − β is right for the first step only. The bias fades as βᵗ.",
        ),
        Mistake(
            "β times t",
            altered(first=times_t, second=times_t),
            "the correction takes β *to the power* t, `beta ** t`, not β times t.",
        ),
        Mistake(
            "t counted too late",
            altered(count=lambda t: (t, t + 1)),
            "the correction uses t before it is counted up: at the first step it divides by 1 − β⁰ = 0. Begin with "
            "`t = t + 1`.",
        ),
        Mistake(
            "t not returned",
            altered(count=lambda t: (t + 1, t)),
            "you return the old t, so every step takes itself for the first. Return the one that is counted up.",
        ),
        Mistake(
            "corrected means kept",
            altered(keep_corrected=True),
            "you return the *corrected* means, and the next step would correct them once more. Return m and v as they "
            "were before.",
        ),
        Mistake(
            "β exchanged",
            altered(exchanged=True),
            "β₁ and β₂ are exchanged: β₁ belongs to the mean of gradients, m, and β₂ to that of squares, v.",
        ),
        Mistake(
            "gradient for mean",
            altered(mean=lambda m, dw, beta: dw, first=as_it_is),
            "the step uses the gradient itself: that is RMSProp, corrected. Adam steps along its running mean, m.",
        ),
        Mistake(
            "square of the mean",
            altered(square=lambda v, dw, beta, m: beta * v + (1 - beta) * m**2),
            "v averages the squares of m. It must be those of the gradient, `dw**2`: they measure how noisy it is.",
        ),
        Mistake(
            "root forgotten",
            altered(root=lambda v, eps: v + eps),
            "the root is missing: divide by `np.sqrt(v_hat)`.",
        ),
        Mistake(
            "ε inside the root",
            altered(root=lambda v, eps: np.sqrt(v + eps)),
            "ε stands inside the root. Outside, `np.sqrt(v_hat) + eps`, it bounds the step by what it says.",
        ),
        Mistake("uphill", altered(sign=1), "this climbs: subtract the step."),
        Mistake(
            "β₁ for both",
            adam_with(lambda v, dw, beta1, beta2: beta1 * v + (1 - beta1) * dw**2),
            "v is averaged with β₁. It has a share of its own, β₂, with which it is corrected too.",
        ),
        Mistake(
            "share squared too",
            altered(square=lambda v, dw, beta, m: beta * v + ((1 - beta) * dw) ** 2),
            "the share of v is squared along with the gradient: square first, `(1 - beta2) * dw**2`.",
        ),
        Mistake(
            "no rate",
            lambda w, dw, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8: altered()(
                w, dw, m, v, t, 1.0, beta1, beta2, eps
            ),
            "the learning rate is missing: the step is `lr` times the quotient.",
        ),
        Mistake(
            "m corrected twice",
            altered(first=lambda m, beta, t: m / (1 - beta**t) ** 2),
            "m is divided by 1 − β₁ᵗ twice. Once is enough.",
        ),
        Mistake(
            "m corrected, kept and corrected again",
            adam_corrected_again,
            "m is overwritten with its corrected value, which is corrected again and returned. Call it `m_hat`, once.",
        ),
        Mistake(
            "v a sum",
            altered(square=lambda v, dw, beta, m: beta * v + dw**2),
            "the square comes into v whole: a sum. For a mean its share is `(1 - beta2)`.",
        ),
        Mistake(
            "both sums",
            altered(mean=lambda m, dw, beta: beta * m + dw, square=lambda v, dw, beta, m: beta * v + dw**2),
            "gradient and square come in whole: sums. For means their shares are `(1 - beta1)` and `(1 - beta2)`.",
        ),
        Mistake(
            "shares exchanged",
            altered(
                mean=lambda m, dw, beta: (1 - beta) * m + beta * dw,
                square=lambda v, dw, beta, m: (1 - beta) * v + beta * dw**2,
            ),
            "the shares are exchanged: β of the *old* mean is left, and 1 − β of the new comes in.",
        ),
        Mistake(
            "power outside the bracket",
            altered(first=lambda m, beta, t: m / (1 - beta) ** t, second=lambda v, beta, t: v / (1 - beta) ** t),
            "the power stands outside the bracket: it is 1 − βᵗ, `1 - beta1 ** t`, not (1 − β)ᵗ.",
        ),
        Mistake(
            "β fixed",
            lambda w, dw, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8: altered()(
                w, dw, m, v, t, lr, 0.9, 0.999, eps
            ),
            "0.9 and 0.999 are written into the rule. They are only the defaults: use `beta1` and `beta2`.",
        ),
        Mistake(
            "v not squared",
            altered(square=lambda v, dw, beta, m: beta * v + (1 - beta) * dw),
            "v averages the gradients themselves. It must be their squares, `dw**2`, or its root may be no number.",
        ),
        Mistake(
            "sum for mean",
            altered(mean=lambda m, dw, beta: beta * m + dw),
            "the gradient comes into m whole: a sum, as in momentum. For a mean its share is `(1 - beta1)`.",
        ),
        Mistake(
            "step along the gradient",
            adam_along_the_gradient,
            "m is right, but the step does not use it: it goes along `dw`. Put the corrected m there.",
        ),
        Mistake(
            "root before the correction",
            altered(second=lambda v, beta, t: (np.sqrt(v) / (1 - beta**t)) ** 2),
            "the root of v is divided by 1 − β₂ᵗ. Correct v first, then take the root of that.",
        ),
        Mistake(
            "ε outside the fraction",
            adam_with_eps_apart,
            "ε is added after the division, to the weights. It belongs under the line: `/ (np.sqrt(v_hat) + eps)`.",
        ),
        Mistake(
            "t never counted",
            altered(count=lambda t: (t, t)),
            "t stays what it was: the first correction divides by 1 − β⁰ = 0, and no later one is right. Begin with "
            "`t = t + 1`, and return it.",
        ),
        Mistake(
            "t moved only from 0",
            altered(count=lambda t: (max(t, 1), max(t, 1))),
            "t goes from 0 to 1 and stays there. It counts every update: `t = t + 1`.",
        ),
    ),
)
