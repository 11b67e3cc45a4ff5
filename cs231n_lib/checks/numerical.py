"""What the gradient rows of the lessons share: an analytic gradient must be the numerical one."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions.gradients import numerical_gradient_centered

from .compare import shortly
from .declare import Caller, Wrong


def require_gradient(
    name: str, analytic: Any, f: Callable[[FloatArray], float], x: FloatArray, *, of: str = ""
) -> None:
    """Raise `Wrong` unless ``analytic`` is the gradient of ``f`` at ``x``; ``of`` names an f of the student's own.

    A centred difference in float64 errs by about 1e-10; a millionth of the largest entry leaves room for that, and for
    no mistake.
    """
    if np.shape(analytic) != x.shape:
        raise Wrong(f"`{name}` has shape {np.shape(analytic)}, but what it is the gradient of has {x.shape}")
    numerical = numerical_gradient_centered(f, x)
    off = np.abs(np.asarray(analytic, dtype=float) - numerical)
    wrong = ~(off <= 1e-6 * np.abs(numerical).max())
    if wrong.any():
        # One pair of numbers beside the largest error: a slope of 0 is not taken for one that is twice too large.
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        place = f" at index {list(first)}" if first else ""
        raise Wrong(
            f"`{name}` is not the gradient" + (f" of your own `{of}`" if of else ""),
            f"{np.count_nonzero(wrong)} of {x.size} entries differ, by up to {off.max():.3g}; the slope{place} is "
            f"{shortly(numerical[first], 5)}, not {shortly(np.asarray(analytic, dtype=float)[first], 5)}",
        )


def require_own_gradient(
    name: str,
    analytic: Any,
    call: Caller,
    arguments: Callable[[FloatArray], tuple[Any, ...]],
    number: Callable[[Any], Any],
    x: FloatArray,
    *,
    of: str = "",
) -> None:
    """`require_gradient` of the student's own function: ``number`` of what it returns for ``arguments(x)``."""
    points: list[FloatArray] = []

    def note(point: FloatArray) -> float:
        points.append(point)
        return 0.0

    numerical_gradient_centered(note, x)
    results = iter(call.each(arguments(point) for point in points))
    require_gradient(name, analytic, lambda _: float(number(next(results))), x, of=of)
