"""Adam in one pass over memory, compiled by numba where the extra ``fast`` is installed.

NumPy writes and reads a vector for each operation; where the parameters exceed the caches that is what a step of Adam
costs. Without numba, or with one that does not know this NumPy, nothing is lost but time.
"""

from collections.abc import Callable
from functools import cache
from math import sqrt
from typing import Any

LEAST_PARAMETERS = 200_000
"""Below so many parameters a step is short, and importing numba would cost more than it saves."""

Kernel = Callable[..., None]


@cache
def adam_kernel() -> Kernel | None:
    """`Adam._update` for one chunk, or None where numba cannot be had."""
    try:
        import numba
    except ImportError:
        return None
    # By NumPy's rules a division by 0 gives infinity; Python's would need a test for each entry.
    kernel: Kernel = numba.njit(_adam, error_model="numpy", cache=True)
    return kernel


def _adam(w: Any, dw: Any, m: Any, v: Any, lr: Any, eps: Any, beta1: Any, beta2: Any) -> None:
    for i in range(w.size):
        m[i] = beta1 * m[i] + dw[i]
        v[i] = beta2 * v[i] + dw[i] * dw[i]
        w[i] -= lr * m[i] / (sqrt(v[i]) + eps)
