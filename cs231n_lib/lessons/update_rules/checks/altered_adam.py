"""Adam with one part altered: what the exercise's mistakes are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray


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


def altered(**parts: Any) -> Callable[..., Any]:
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


def as_it_is(mean: FloatArray, beta: float, t: int) -> FloatArray:
    return mean


def multiplied(mean: FloatArray, beta: float, t: int) -> FloatArray:
    return mean * (1 - beta**t)


def without_power(mean: FloatArray, beta: float, t: int) -> FloatArray:
    return mean / (1 - beta)


def times_t(mean: FloatArray, beta: float, t: int) -> FloatArray:
    return mean / (1 - beta * t)


def in_place(
    w: FloatArray, dw: FloatArray, m: FloatArray, v: FloatArray, t: int,
    lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
) -> Any:  # fmt: skip
    result = altered()(w, dw, m, v, t, lr, beta1, beta2, eps)
    m[...], v[...] = result[1], result[2]
    return result


def adam_with(square: Callable[..., Any]) -> Callable[..., Any]:
    """Adam whose v is ``square(v, dw, beta1, beta2)``."""

    def implementation(
        w: FloatArray, dw: FloatArray, m: FloatArray, v: FloatArray, t: int,
        lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
    ) -> Any:  # fmt: skip
        return altered(square=lambda *_: square(v, dw, beta1, beta2))(w, dw, m, v, t, lr, beta1, beta2, eps)

    return implementation


def adam_along_the_gradient(
    w: FloatArray, dw: FloatArray, m: FloatArray, v: FloatArray, t: int,
    lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
) -> Any:  # fmt: skip
    _, m, v, t = altered()(w, dw, m, v, t, lr, beta1, beta2, eps)
    return w - lr * dw / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t


def adam_corrected_again(
    w: FloatArray, dw: FloatArray, m: FloatArray, v: FloatArray, t: int,
    lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
) -> Any:  # fmt: skip
    _, m, v, t = altered()(w, dw, m, v, t, lr, beta1, beta2, eps)
    m = m / (1 - beta1**t)
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v, t


def adam_with_eps_apart(
    w: FloatArray, dw: FloatArray, m: FloatArray, v: FloatArray, t: int,
    lr: float = 1e-3, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8,
) -> Any:  # fmt: skip
    w, m, v, t = altered()(w, dw, m, v, t, lr, beta1, beta2, eps=0.0)
    return w + eps, m, v, t
