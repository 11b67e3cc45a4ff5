"""Comparison of an analytic gradient with the numerical one."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cs231n_lib.contracts import FloatArray
from cs231n_lib.functions.gradients import numerical_gradient_centered

from .declare import Caller, Violation
from .run.compare import shortly


def require_gradient(
    name: str, analytic: Any, f: Callable[[FloatArray], float], x: FloatArray, *, of: str = ""
) -> None:
    """Raise `Violation` unless ``analytic`` is the gradient of ``f`` at ``x``.

    ``of`` is the name of ``f`` if the student wrote this function.

    A centred difference in float64 has an error of about 10⁻¹⁰ if values and slopes are of order 1. The tolerance of
    a millionth of the largest entry allows for this error and is too small to hide the usual mistakes.
    """
    if np.shape(analytic) != x.shape:
        raise Violation(f"`{name}` has shape {np.shape(analytic)}, not {x.shape} like its variable")
    numerical = numerical_gradient_centered(f, x)
    off = np.abs(np.asarray(analytic, dtype=float) - numerical)
    wrong = ~(off <= 1e-6 * np.abs(numerical).max())
    if wrong.any():
        # The two numbers can reveal a cause that the largest error does not, such as a slope of 0.
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        place = f" at index {list(first)}" if first else ""
        raise Violation(
            f"`{name}` is not the gradient" + (f" of your own `{of}`" if of else ""),
            f"{np.count_nonzero(wrong)} of {x.size} entries differ, by up to {off.max():.3g}. The slope{place} is "
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
    """Apply `require_gradient` to the student's own function.

    ``number`` extracts the value of the function from its result for ``arguments(x)``.
    """
    points: list[FloatArray] = []

    def note(point: FloatArray) -> float:
        points.append(point)
        return 0.0

    numerical_gradient_centered(note, x)
    results = iter(call.each(arguments(point) for point in points))
    require_gradient(name, analytic, lambda _: float(number(next(results))), x, of=of)
