"""Adam in one pass over memory, compiled by Numba (extra ``fast``).

NumPy reads and writes a vector for each operation, and this memory traffic dominates a step of Adam once the parameters
exceed the caches. Without a Numba that supports the installed NumPy, Adam works but is slower.
"""

import os
from collections.abc import Callable
from functools import cache
from math import sqrt
from typing import Any

MIN_PARAMETERS = 200_000
"""Minimum number of parameters for which the compiled kernel saves more time than importing Numba costs."""

SWITCH = "CS231N_COMPILED"
"""Environment variable that turns off all compiled code if it is 0. Importing a lesson sets it to 0."""

Kernel = Callable[..., None]


def compiled_code_allowed() -> bool:
    """Whether results may differ from NumPy's in their last digits.

    They must not differ where outputs are stored or compared. This applies to the lessons, to all programs that build,
    run and grade them, and to the measured claims.
    """
    return not {"CS231N_STATIC", "NBGRADER_EXECUTION"} & os.environ.keys() and os.environ.get(SWITCH) != "0"


@cache
def adam_kernel() -> Kernel | None:
    """Compiled `Adam._update` for one chunk, or None without Numba or its cache."""
    try:
        import numba

        # With NumPy's error model, a division by 0 gives infinity. Python's model would test every divisor.
        kernel: Kernel = numba.njit(_adam, error_model="numpy", cache=True)
    except (ImportError, RuntimeError):
        return None
    return kernel


def _adam(w: Any, dw: Any, m: Any, v: Any, lr: Any, eps: Any, beta1: Any, beta2: Any) -> None:
    for i in range(w.size):
        m[i] = beta1 * m[i] + dw[i]
        v[i] = beta2 * v[i] + dw[i] * dw[i]
        w[i] -= lr * m[i] / (sqrt(v[i]) + eps)
