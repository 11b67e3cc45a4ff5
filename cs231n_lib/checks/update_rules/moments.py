"""An exercise on Adam: complete the one of the notes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from cs231n_lib import adaptive
from cs231n_lib.checks import Case, Exercise, Mistake, Property, Values, Wrong, case
from cs231n_lib.contracts import FloatArray


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
    off = np.max(np.abs(steps + 0.1), axis=1)
    if not off.max() < 1e-6:
        raise Wrong(
            "under a constant gradient each step, from the very first, must have the length `lr` in every weight",
            f"step {int(np.argmax(off >= 1e-6)) + 1} is off by {off[np.argmax(off >= 1e-6)]:.3g} at lr = 0.1",
        )


@dataclass(frozen=True)
class _Parts:
    """What a wrong Adam may do otherwise; each part as the right one has it."""

    mean: Callable[[FloatArray, FloatArray, float], Any] = lambda m, dw, beta: beta * m + (1 - beta) * dw
    square: Callable[[FloatArray, FloatArray, float, FloatArray], Any] = lambda v, dw, beta, m: (
        beta * v + (1 - beta) * dw**2
    )
    first: Callable[[FloatArray, float, int], Any] = lambda m, beta, t: m / (1 - beta**t)
    second: Callable[[FloatArray, float, int], Any] = lambda v, beta, t: v / (1 - beta**t)
    root: Callable[[FloatArray, float], Any] = lambda v, eps: np.sqrt(v) + eps
    count: Callable[[int], tuple[int, int]] = lambda t: (t + 1, t + 1)
    """What t the correction uses, and what is returned."""
    keep_corrected: bool = False
    exchanged: bool = False
    sign: float = -1


def _adam(**parts: Any) -> Callable[..., Any]:
    """Adam with some of its `_Parts` replaced."""
    p = _Parts(**parts)

    def implementation(
        w: FloatArray, dw: FloatArray, m: FloatArray, v: FloatArray, t: int,
        lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
    ) -> Any:  # fmt: skip
        b1, b2 = (beta2, beta1) if p.exchanged else (beta1, beta2)
        used, returned = p.count(t)
        m = p.mean(m, dw, b1)
        v = p.square(v, dw, b2, m)
        m_hat, v_hat = p.first(m, b1, used), p.second(v, b2, used)
        w = w + p.sign * lr * m_hat / p.root(v_hat, eps)
        return (w, m_hat, v_hat, returned) if p.keep_corrected else (w, m, v, returned)

    return implementation


def _as_it_is(mean: FloatArray, beta: float, t: int) -> FloatArray:
    return mean


def _multiplied(mean: FloatArray, beta: float, t: int) -> FloatArray:
    return mean * (1 - beta**t)


def _without_power(mean: FloatArray, beta: float, t: int) -> FloatArray:
    return mean / (1 - beta)


def _times_t(mean: FloatArray, beta: float, t: int) -> FloatArray:
    return mean / (1 - beta * t)


def _in_place(
    w: FloatArray, dw: FloatArray, m: FloatArray, v: FloatArray, t: int,
    lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
) -> Any:  # fmt: skip
    result = _adam()(w, dw, m, v, t, lr, beta1, beta2, eps)
    m[...], v[...] = result[1], result[2]
    return result


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
            _in_place,
            "the numbers are right, but `m *= …`, `m += …` or the same with v changes the caller's arrays. Make new "
            "ones.",
        ),
        Mistake(
            "no bias correction",
            _adam(first=_as_it_is, second=_as_it_is),
            "this is Adam as the notes have it, without the bias correction. Both means start at 0, and so are too "
            "small at first: divide each by 1 − βᵗ.",
        ),
        Mistake(
            "mean not corrected",
            _adam(first=_as_it_is),
            "only v is corrected. m starts at 0 as well: divide it by 1 − β₁ᵗ.",
        ),
        Mistake(
            "squares not corrected",
            _adam(second=_as_it_is),
            "only m is corrected. v starts at 0 as well, and takes a thousand steps to warm up: divide it by 1 − β₂ᵗ.",
        ),
        Mistake(
            "multiplied by the correction",
            _adam(first=_multiplied, second=_multiplied),
            "you *multiply* by 1 − βᵗ, which makes the means even smaller. Divide.",
        ),
        Mistake(
            "correction without the power",
            _adam(first=_without_power, second=_without_power),
            "the power t is missing: 1 − β is right for the first step only. The bias fades as βᵗ.",
        ),
        Mistake(
            "β times t",
            _adam(first=_times_t, second=_times_t),
            "the correction takes β *to the power* t, `beta ** t`, not β times t.",
        ),
        Mistake(
            "t counted too late",
            _adam(count=lambda t: (t, t + 1)),
            "the correction uses t before it is counted up: at the first step it divides by 1 − β⁰ = 0. Begin with "
            "`t = t + 1`.",
        ),
        Mistake(
            "t not returned",
            _adam(count=lambda t: (t + 1, t)),
            "you return the old t, so every step takes itself for the first. Return the one that is counted up.",
        ),
        Mistake(
            "corrected means kept",
            _adam(keep_corrected=True),
            "you return the *corrected* means, and the next step would correct them once more. Return m and v as they "
            "were before.",
        ),
        Mistake(
            "β exchanged",
            _adam(exchanged=True),
            "β₁ and β₂ are exchanged: β₁ belongs to the mean of gradients, m, and β₂ to that of squares, v.",
        ),
        Mistake(
            "gradient for mean",
            _adam(mean=lambda m, dw, beta: dw, first=_as_it_is),
            "the step uses the gradient itself: that is RMSProp, corrected. Adam steps along its running mean, m.",
        ),
        Mistake(
            "square of the mean",
            _adam(square=lambda v, dw, beta, m: beta * v + (1 - beta) * m**2),
            "v averages the squares of m. It must be those of the gradient, `dw**2`: they measure how noisy it is.",
        ),
        Mistake(
            "root forgotten",
            _adam(root=lambda v, eps: v + eps),
            "the root is missing: divide by `np.sqrt(v_hat)`.",
        ),
        Mistake(
            "ε inside the root",
            _adam(root=lambda v, eps: np.sqrt(v + eps)),
            "ε stands inside the root. Outside, `np.sqrt(v_hat) + eps`, it bounds the step by what it says.",
        ),
        Mistake("uphill", _adam(sign=1), "this climbs: subtract the step."),
    ),
)
