"""Values and slopes of a function under a gradient check, many at once, and what is odd about the function."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cs231n_lib.contracts import FloatArray

STACK_BYTES = 2**22
"""Size of the stack of perturbed copies that one call of ``f`` gets: it should stay in the cache."""


@dataclass(frozen=True)
class Subject:
    """The function under check as one of stacks, with its value at ``x``, its precision and what is odd about it."""

    stacked: Callable[[FloatArray], Any]
    x: FloatArray
    value: float
    eps: float
    random: bool
    suspicions: tuple[str, ...]

    def values(self, stack: FloatArray) -> NDArray[np.float64]:
        """Value at each of the points, in float64."""
        values = np.asarray(self.stacked(stack))
        if values.shape != (len(stack),):
            raise ValueError(
                f"f returned shape {values.shape} for {len(stack)} points; it must give one number a point"
            )
        return values.astype(np.float64)

    def along(self, direction: FloatArray, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        """Value at ``x + step * direction`` for each step."""
        return self.values(np.stack([self.x + float(step) * direction for step in steps]))

    def rounding(self, h: float) -> float:
        """How far rounding in ``f`` may put a difference quotient off; 20 allows for the sums inside ``f``."""
        return 20 * self.eps * abs(self.value) / h


def examine(f: Callable[[FloatArray], Any], x: FloatArray, batched: bool) -> Subject:
    """Call ``f`` twice at ``x``, and note what would spoil a check; ``batched``: whether ``f`` takes stacks.

    Raises
    ------
    ValueError
        If ``f`` does not return one finite number a point.
    """

    def each(stack: FloatArray) -> FloatArray:
        return np.array([f(row) for row in stack])

    def careful(stack: FloatArray) -> Any:
        return stacked(stack.copy())

    stacked = f if batched else each
    given = x[None].copy()
    first, second = np.asarray(stacked(given)), np.asarray(careful(x[None]))
    if first.shape != (1,) or not np.isfinite(first[0]):
        raise ValueError(f"f returned {first!r:.60} for one point; it must give one finite number a point")
    eps = max(float(np.finfo(kind).eps) for kind in (x.dtype, np.result_type(first, np.float32)))
    random, changes = bool(first[0] != second[0]), not np.array_equal(given[0], x)
    odd = {
        f"f is random: two calls gave {first[0]:.8g} and {second[0]:.8g}; fix its seed": random,
        "f changes its input; let it work on a copy": changes,
        "float32 holds 7 digits, too few for differences; check in float64: x.astype(float)": eps > 1e-10,
    }
    suspicions = tuple(words for words, holds in odd.items() if holds)
    return Subject(careful if changes else stacked, x, float(first[0]), eps, random, suspicions)


def slopes_of_entries(subject: Subject, entries: NDArray[np.int64], h: float) -> NDArray[np.float64]:
    """Centred differences in these entries of ``x``, given as flat indices, many of them in one call of ``f``."""
    x, slopes = subject.x, np.empty(len(entries))
    copies = int(np.clip(STACK_BYTES // (2 * x.nbytes), 1, len(entries)))
    stack = np.repeat(x[None], 2 * copies, axis=0)
    flat = stack.reshape(2 * copies, -1)
    for start in range(0, len(entries), copies):
        part = entries[start : start + copies]
        plus, minus = np.arange(len(part)), np.arange(len(part), 2 * len(part))
        flat[plus, part] += h
        flat[minus, part] -= h
        values = subject.values(stack[: 2 * len(part)])
        slopes[start : start + len(part)] = (values[plus] - values[minus]) / (2 * h)
        flat[plus, part] = flat[minus, part] = x.ravel()[part]
    return slopes
